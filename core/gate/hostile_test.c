/*
 * Hostile input through the real program: whatever it is given, it ends soon,
 * by itself, with status 1, 2 or 3. ZONEGATE names the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_MAX 60

static char folder[] = "/tmp/zonegate-hostile-XXXXXX";

#define HEAD                                                                   \
	"$ORIGIN h.example.\n$TTL 300\n"                                       \
	"@ SOA ns1 h 1 7200 3600 1209600 300\n@ NS ns1\n@ NS ns2\n"            \
	"ns1 A 192.0.2.1\nns2 A 192.0.2.2\n"

static FILE *
create(const char *name)
{
	FILE *f;

	if ((f = fopen(name, "w")) == NULL)
		fail_msg("%s: %s", name, strerror(errno));
	return f;
}

/* Run the program; its output goes to the file "out". */
static int
run(const char *const *argv)
{
	struct timespec start, now;
	const char *program = getenv("ZONEGATE");
	int status, fd;
	pid_t pid;

	assert_non_null(program);
	clock_gettime(CLOCK_MONOTONIC, &start);
	if ((pid = fork()) == 0) {
		fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		alarm(SECONDS_MAX);
		execv(program, (char *const *)argv);
		_exit(126);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!WIFEXITED(status))
		fail_msg("%s %s: signal %d after %ld s", argv[1], argv[2],
		    WTERMSIG(status), (long)(now.tv_sec - start.tv_sec));
	return WEXITSTATUS(status);
}

static int
review(const char *file)
{
	const char *argv[] = {
	    "zonegate", "review", file, "--zone", "h.example", NULL};

	return run(argv);
}

/* Does the output hold TEXT? */
static bool
said(const char *text)
{
	static char buf[1 << 20];
	FILE *f = fopen("out", "r");
	size_t n;

	assert_non_null(f);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	buf[n] = '\0';
	return strstr(buf, text) != NULL;
}

static void
expect_blocked(const char *file, const char *text)
{
	int status = review(file);

	if (status < 1 || status > 3)
		fail_msg("%s: status %d", file, status);
	if (text != NULL && !said(text))
		fail_msg("%s: status %d without \"%s\"", file, status, text);
}

static void
test_sound(void **state)
{
	FILE *f = create("good");

	(void)state;
	fputs(HEAD, f);
	fclose(f);
	assert_int_equal(review("good"), 0);
}

static void
test_random(void **state)
{
	uint32_t x = 12345, i, j;
	char name[32];
	FILE *f;

	(void)state;
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "random%u", i);
		f = create(name);
		if (i % 2 == 1)
			fputs(HEAD, f);
		for (j = 0; j < 20000; j++) {
			x = x * 1664525 + 1013904223;
			/* Half of them printable, with much structure. */
			fputc(i % 4 < 2 ? (int)(x >> 24)
					: "ab.@$\\\"();\n\t #0123"[x >> 28],
			    f);
		}
		fclose(f);
		expect_blocked(name, NULL);
	}
}

static void
test_long_line(void **state)
{
	static char chunk[1 << 20];
	FILE *f = create("long");
	int i;

	(void)state;
	memset(chunk, 'a', sizeof(chunk));
	fputs(HEAD "x TXT ", f);
	for (i = 0; i < 100; i++)
		fwrite(chunk, 1, sizeof(chunk), f);
	fputc('\n', f);
	fclose(f);
	expect_blocked("long", "long:8");
	f = create("open");
	fputs(HEAD "x TXT (", f);
	for (i = 0; i < 100; i++)
		fwrite(chunk, 1, sizeof(chunk), f);
	fclose(f);
	expect_blocked("open", "open:8");
	unlink("long");
	unlink("open");
}

static void
test_includes(void **state)
{
	char name[32];
	FILE *f;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "chain%d", i);
		f = create(name);
		if (i == 0)
			fputs(HEAD, f);
		fprintf(f, "$INCLUDE chain%d\n", i + 1);
		fclose(f);
	}
	expect_blocked("chain0", "syntax-include");
	f = create("self");
	fputs(HEAD "$INCLUDE self\n$INCLUDE self\n", f);
	fclose(f);
	expect_blocked("self", "syntax-include");
	f = create("passwd");
	fputs(HEAD "$INCLUDE /etc/passwd\n", f);
	fclose(f);
	expect_blocked("passwd", "syntax-include");
	assert_false(said("root:"));
	f = create("up");
	fputs(HEAD "$INCLUDE ../../../../../etc/passwd\n", f);
	fclose(f);
	expect_blocked("up", "syntax-include");
	assert_int_equal(symlink("/etc/passwd", "link"), 0);
	f = create("linked");
	fputs(HEAD "$INCLUDE link\n", f);
	fclose(f);
	expect_blocked("linked", "syntax-include");
	assert_false(said("root:"));
	/* Few files, exponentially many readings. */
	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "twice%d", i);
		f = create(name);
		if (i == 0)
			fputs(HEAD, f);
		if (i < 11)
			fprintf(f, "$INCLUDE twice%d\n$INCLUDE twice%d\n",
			    i + 1, i + 1);
		fprintf(f, "t%d A 192.0.2.3\n", i);
		fclose(f);
	}
	expect_blocked("twice0", NULL);
}

static void
test_generate(void **state)
{
	static const char *const lines[] = {
	    "$GENERATE 0-4294967295 h$ A 192.0.2.1\n",
	    "$GENERATE 0-4294967295/0 h$ A 192.0.2.1\n",
	    "$GENERATE 1-100000000 h${0,4000000000,d} A 192.0.2.1\n",
	    "$GENERATE 5-1 h$ A 192.0.2.1\n",
	};
	const char *bind[] = {"zonegate", "review", "gen", "--zone",
	    "h.example", "--policy", "bind.yaml", NULL};
	size_t i;
	FILE *f = create("bind.yaml");
	int status;

	(void)state;
	fputs("version: 1\ndialect: bind\n"
	      "zones: [{path: gen, zone: h.example.}]\n",
	    f);
	fclose(f);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		f = create("gen");
		fputs(HEAD, f);
		fputs(lines[i], f);
		fclose(f);
		expect_blocked("gen", "gen:8");
		status = run(bind);
		if (status < 1 || status > 3)
			fail_msg("%s: status %d", lines[i], status);
	}
}

static void
test_policy(void **state)
{
	static const char *const lines[] = {
	    "version: 1\nzones: &a [*a]\n",
	    "version: 2\n",
	    "version: 1\nversion: 1\nzones: []\n",
	    "version: 1\nzoness: []\n",
	    "!!python/object:os.system [id]\n",
	    "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\n",
	    "a: &a [x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
	    "",
	    "\xff\xfe\x00",
	};
	const char *argv[] = {"zonegate", "policy", "lint", "p.yaml", NULL};
	const char *use[] = {"zonegate", "review", "good", "--zone",
	    "h.example", "--policy", "p.yaml", NULL};
	size_t i;
	FILE *f;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		f = create("p.yaml");
		fputs(lines[i], f);
		fclose(f);
		if (run(argv) != 2 || run(use) != 2)
			fail_msg("policy %zu: not status 2", i);
		assert_true(said("p.yaml"));
	}
}

static void
test_absent(void **state)
{
	const char *fifo[] = {
	    "zonegate", "review", "fifo", "--zone", "h.example", NULL};
	int status;

	(void)state;
	expect_blocked("not-there", "not-there");
	expect_blocked("/dev/zero", NULL);
	expect_blocked(".", NULL);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	status = run(fifo);
	assert_true(status == 2 || status == 3);
}

static int
enter(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int
leave(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return chdir("/") != 0 || system(command) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_includes),
	    cmocka_unit_test(test_generate),
	    cmocka_unit_test(test_policy),
	    cmocka_unit_test(test_absent),
	};

	if (getenv("ZONEGATE") == NULL) {
		fputs("hostile: ZONEGATE is not set\n", stderr);
		return 1;
	}
	return cmocka_run_group_tests_name("hostile", tests, enter, leave);
}
