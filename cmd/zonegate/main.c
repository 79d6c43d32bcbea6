/* The command line: finds the command, reads options, returns its status. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../core/base/text.h"
#include "../../core/dnssec/holder.h"
#include "../../core/report/report.h"

static const struct command *const commands[] = {
    &command_check,
    &command_pre_receive,
    &command_review,
    &command_diff,
    &command_sign,
    &command_verify,
    &command_policy,
    &command_init,
    &command_install_hook,
    &command_explain,
    &command_rules,
    &command_drill,
    &command_probe,
    &command_watch,
    &command_attest,
    &command_export,
    &command_confirm,
    &command_audit,
};

enum { NCOMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *
find(const char *name)
{
	size_t i;

	for (i = 0; i < NCOMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

int
command_misuse(const char *command, const char *fmt, ...)
{
	struct text raw = TEXT_INIT, safe = TEXT_INIT;
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(&raw, fmt, ap);
	va_end(ap);
	if (raw.len > 0)
		text_escaped(&safe, raw.data, raw.len);
	fprintf(stderr, "error: %s\n", safe.data == NULL ? "" : safe.data);
	fprintf(stderr, "hint: zonegate help%s%s\n", command == NULL ? "" : " ",
	    command == NULL ? "" : command);
	text_free(&raw);
	text_free(&safe);
	return 2;
}

/* Everything printed must have arrived, or it is no success. */
static int
finish(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr,
		    "error: standard output could not be written: %s\n",
		    strerror(errno));
		return 3;
	}
	return status;
}

static int
help(bool all)
{
	size_t i;

	printf("usage: zonegate [OPTION...] COMMAND [ARGUMENT...]\n\n"
	       "Change-control gate for authoritative DNS zones kept in git: "
	       "no edit reaches a\nname server before it is proven that "
	       "protected names keep answering from\nallowed targets and that "
	       "the zones validate.\n\nCommands\n");
	for (i = 0; i < NCOMMANDS; i++)
		if (commands[i]->usage != NULL)
			printf("  %-13s %s\n", commands[i]->name,
			    commands[i]->summary);
	if (all) {
		printf("\nOptions\n");
		options_print(options_common, NULL);
		printf("\nExit status\n"
		       "  0  passed\n"
		       "  1  blocked: at least one finding of severity error\n"
		       "  2  usage or policy error: nothing was decided\n"
		       "  3  could not check: never taken for a pass\n"
		       "\nEnvironment\n"
		       "  NO_COLOR  no colour, whatever the terminal\n");
	}
	printf("\n\"zonegate help COMMAND\" says more about one of them.\n");
	return finish(0);
}

static int
help_command(const struct command *c, bool all)
{
	printf("usage: zonegate %s%s%s\n", c->name,
	    c->usage[0] == '\0' ? "" : " ", c->usage);
	printf("\n%s\n", all ? c->help : c->summary);
	if (c->option != NULL) {
		printf("\nOptions\n");
		options_print(c->option, NULL);
	}
	if (all) {
		printf("\nCommon options\n");
		options_print(options_common, c->option);
	}
	return finish(0);
}

static const struct command *
lookup(const char *name)
{
	const struct command *c = find(name);
	const char *names[NCOMMANDS], *closest;
	size_t i, n = 0;

	if (c != NULL && c->usage != NULL)
		return c;
	if (c != NULL) {
		fprintf(stderr, "error: %s is not in this version\n", c->name);
		return NULL;
	}
	for (i = 0; i < NCOMMANDS; i++)
		if (commands[i]->usage != NULL)
			names[n++] = commands[i]->name;
	closest = options_closest(name, names, n, sizeof(names[0]));
	if (closest == NULL) {
		command_misuse(NULL, "unknown command %s", name);
	} else {
		command_misuse(closest, "unknown command %s: did you mean %s?",
		    name, closest);
	}
	return NULL;
}

/*
 * A file opened later must not become standard input, output or error. What
 * was closed stays unusable: writing to it fails, and a failed write is no
 * success.
 */
static int
open_standard(void)
{
	int fd, null;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		null = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
		if (null != fd)
			return -1;
	}
	return 0;
}

/* What the judging child cannot see: is there a terminal that wants colour? */
static void
settle_colour(struct gate_options *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (o->colour != GATE_COLOUR_AUTO)
		return;
	o->colour = o->output == NULL && isatty(STDOUT_FILENO) &&
			    (no == NULL || *no == '\0') &&
			    (term == NULL || strcmp(term, "dumb") != 0)
			? GATE_COLOUR_ALWAYS
			: GATE_COLOUR_NEVER;
}

static int
check_format(const struct command *c, const char *name)
{
	const struct report_format *const *f;

	if (report_format_find(name) != NULL)
		return 0;
	if (c->format != NULL && strcmp(c->format, name) == 0)
		return 0;
	command_misuse(NULL, "unknown format %s", name);
	fprintf(stderr, "hint: one of");
	for (f = report_formats; *f != NULL; f++)
		fprintf(stderr, " %s", (*f)->name);
	if (c->format != NULL)
		fprintf(stderr, " %s", c->format);
	fprintf(stderr, "\n");
	return 2;
}

static int
version(void)
{
	printf("zonegate %s\n", ZONEGATE_VERSION);
	return finish(0);
}

static int
run(const struct command *c, struct arguments *a)
{
	if (a->version)
		return version();
	if (a->help || a->help_short)
		return help_command(c, a->help);
	if (a->noperands < c->min)
		return command_misuse(
		    c->name, "%s: too few arguments", c->name);
	if (a->noperands > c->max)
		return command_misuse(c->name, "%s: one argument too many: %s",
		    c->name, a->operand[c->max]);
	if (check_format(c, a->gate.format) != 0)
		return 2;
	settle_colour(&a->gate);
	return finish(c->run(a));
}

static int
zonegate(struct arguments *a, int argc, char **argv)
{
	const struct command *c;
	int i = 1, rc;

	if ((rc = options_parse(a, NULL, argc, argv, &i, true)) != 0)
		return rc;
	if (a->version)
		return version();
	if (i >= argc && (a->help || a->help_short))
		return help(a->help);
	if (i >= argc) {
		command_misuse(NULL, "which command?");
		return 2;
	}
	if (strcmp(argv[i], "help") == 0) {
		if (i + 1 >= argc)
			return help(true);
		c = lookup(argv[i + 1]);
		return c == NULL ? 2 : help_command(c, true);
	}
	if ((c = lookup(argv[i++])) == NULL)
		return 2;
	if ((rc = options_parse(a, c->option, argc, argv, &i, false)) != 0)
		return rc;
	return run(c, a);
}

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1 /* it reports crashes by itself */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED
/* A crash is "could not check", too; git would only see a signal. */
static void
on_crash(int sig)
{
	static const char said[] =
	    "zonegate: internal failure: could not check, so nothing was "
	    "accepted\n";

	(void)sig;
	(void)!write(STDERR_FILENO, said, sizeof(said) - 1);
	_exit(3);
}

/* With a stack of its own: the old one may be what ran out. */
static void
catch_crashes(void)
{
	static const int crash[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	static char stack[64 << 10];
	const stack_t alt = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction act = {
	    .sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND};
	size_t i;

	if (sigaltstack(&alt, NULL) != 0)
		return;
	for (i = 0; i < sizeof(crash) / sizeof(crash[0]); i++)
		sigaction(crash[i], &act, NULL);
}
#endif

int
main(int argc, char **argv)
{
	struct arguments a = {0};
	int status;

	if (holder_wanted(argc, argv))
		return holder_main();
	if (open_standard() != 0)
		return 3;
#ifndef SANITIZED
	catch_crashes();
#endif
	signal(SIGPIPE, SIG_IGN);
	status = zonegate(&a, argc, argv);
	options_free(&a);
	return status;
}
