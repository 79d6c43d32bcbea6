/* zonegate watch: look again and again, and tell what changed. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../base/when.h"
#include "../live/webhook.h"
#include "../report/json.h"
#include "common.h"
#include "output.h"
#include "supervise.h"
#include "watch_cmd.h"

#define INTERVAL_DEFAULT 300
#define REMIND_DEFAULT 86400

struct watch {
	const struct gate_options *options;
	const struct gate_watch *args;
	struct webhook hook; /* url NULL: nobody is told */
	struct watch_state state;
};

/*
 * The state is replaced at once and the children die with us, so that the end
 * may come at any time but between the two halves of that.
 */
static void
stop(int sig)
{
	(void)sig;
	_exit(0);
}

static void
hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	(void)sigprocmask(how, &set, NULL);
}

/* ---- words --------------------------------------------------------------- */

static const char *
member(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

/* Bytes that came from servers and zones are in it. */
static void
add_escaped(struct text *t, const char *s)
{
	text_escaped(t, s, strlen(s));
}

static void
print_event(const json_t *event, int64_t now, struct text *t)
{
	char when[WHEN_TEXT];

	text_printf(t, "%s %s %s[%s]: ", when_text(when, now),
	    member(event, "event"), member(event, "severity"),
	    member(event, "kind"));
	add_escaped(t, member(event, "message"));
	if (json_object_get(event, "before") != NULL) {
		text_str(t, "\n  before: ");
		add_escaped(t, member(event, "before"));
		text_str(t, "\n  after:  ");
		add_escaped(t, member(event, "after"));
	}
	text_char(t, '\n');
	if (strcmp(member(event, "event"), "new") != 0 ||
	    member(event, "help")[0] == '\0')
		return;
	text_str(t, "  hint: ");
	add_escaped(t, member(event, "help"));
	text_char(t, '\n');
}

static void
print_text(const struct watch *w, const struct watch_news *n, int64_t now,
    struct text *t)
{
	char when[WHEN_TEXT];
	json_t *event;
	size_t i;

	json_array_foreach(n->events, i, event) print_event(event, now, t);
	if (w->options->quiet || (!w->args->once && t->len == 0))
		return;
	text_printf(t, "%s %zu error%s and %zu warning%s open, %zu event%s\n",
	    when_text(when, now), n->errors, n->errors == 1 ? "" : "s",
	    n->warnings, n->warnings == 1 ? "" : "s",
	    json_array_size(n->events),
	    json_array_size(n->events) == 1 ? "" : "s");
}

/* What the webhook gets, and --format json prints. */
static void
notification(const struct watch *w, const struct watch_news *n, int64_t now,
    struct text *t)
{
	json_t *o = json_object(), *open = json_object();
	char when[WHEN_TEXT];
	bool failed = false;

	json_put(o, "schema", json_integer(1), &failed);
	json_put(o, "tool", json_string("zonegate " ZONEGATE_VERSION), &failed);
	json_put(o, "repository",
	    json_text(w->options->repo == NULL ? "." : w->options->repo),
	    &failed);
	json_put(o, "time", json_string(when_text(when, now)), &failed);
	json_put(o, "events", json_incref(n->events), &failed);
	json_put(open, "errors", json_integer((json_int_t)n->errors), &failed);
	json_put(
	    open, "warnings", json_integer((json_int_t)n->warnings), &failed);
	json_put(o, "open", open, &failed);
	json_write(o, failed, t);
}

/* ---- one round ----------------------------------------------------------- */

static int
tell(struct watch *w, const struct watch_news *n, int64_t now, struct error *e)
{
	struct text t = TEXT_INIT;
	int rc;

	if (w->hook.url == NULL || json_array_size(n->events) == 0)
		return 0;
	notification(w, n, now, &t);
	rc = text_lost(&t) ? error_memory(e)
			   : webhook_send(&w->hook, t.data, t.len, e);
	text_free(&t);
	return rc;
}

static int
show(const struct watch *w, const struct watch_news *n, int64_t now,
    struct error *e)
{
	const char *format = w->options->format;
	struct text t = TEXT_INIT;
	int rc = 0;

	if (format != NULL && strcmp(format, "json") == 0) {
		if (w->args->once || json_array_size(n->events) != 0)
			notification(w, n, now, &t);
	} else {
		print_text(w, n, now, &t);
	}
	if (text_lost(&t))
		rc = error_memory(e);
	else if (t.len != 0 &&
		 output_write(w->args->once ? w->options->output : NULL, t.data,
		     t.len) != 0)
		rc = error_set(e, ERROR_SYSTEM, "the report was not written");
	text_free(&t);
	return rc;
}

/*
 * News count as told once the webhook took them: what it did not take is news
 * again with the next round.
 */
static int
settle(struct watch *w, struct watch_news *n, int64_t now, struct error *e)
{
	struct watch_state before;
	int rc;

	if (show(w, n, now, e) != 0 || tell(w, n, now, e) != 0)
		return -1;
	hold_signals(SIG_BLOCK);
	rc = watch_state_save(&n->after, w->args->state, e);
	hold_signals(SIG_UNBLOCK);
	if (rc != 0)
		return -1;
	before = w->state;
	w->state = n->after;
	n->after = before;
	return 0;
}

/* Exit status of one look; WORD is that of the look alone. */
static int
look_once(struct watch *w, int *word)
{
	struct text record = TEXT_INIT;
	struct watch_look look = {.args = w->args, .record = &record};
	int64_t now = (int64_t)time(NULL);
	int64_t remind = w->args->remind != 0 ? w->args->remind
					      : REMIND_DEFAULT;
	struct watch_news news = {0};
	struct error e = {0};
	int status, rc;

	status = *word = gate_supervise_record(
	    w->options, watch_look, &look, &record);
	rc = watch_compare(
	    &news, &w->state, record.data, record.len, status, now, remind, &e);
	text_free(&record);
	/* Never a pass, however mild the policy finds it. */
	if (rc == 0 && status == 0 && news.unchecked != 0)
		status = 3;
	if (rc == 0)
		rc = settle(w, &news, now, &e);
	watch_news_free(&news);
	if (rc != 0) {
		print_failure(w->options, &e);
		return 3;
	}
	return status;
}

/* ---- the loop ------------------------------------------------------------ */

/* From start to start, whatever a look takes. */
static void
wait_until(struct timespec *next, int64_t interval)
{
	struct timespec now;

	next->tv_sec += (time_t)interval;
	if (clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
	    now.tv_sec >= next->tv_sec) {
		*next = now;
		return;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) != 0)
		continue;
}

static int
run(struct watch *w)
{
	int64_t interval = w->args->interval != 0 ? w->args->interval
						  : INTERVAL_DEFAULT;
	struct timespec next = {0};
	int status, word;

	(void)clock_gettime(CLOCK_MONOTONIC, &next);
	status = look_once(w, &word);
	/* A wrong use will not mend itself. */
	if (w->args->once || word == 2)
		return status;
	for (;;) {
		fflush(stdout);
		wait_until(&next, interval);
		(void)look_once(w, &word);
	}
}

static int
open_hook(struct watch *w, struct error *e)
{
	const struct gate_watch *a = w->args;

	if (a->webhook == NULL && a->webhook_secret == NULL)
		return 0;
	if (a->webhook == NULL) {
		error_set(e, ERROR_USAGE, "a webhook secret without a webhook");
		return error_hint(e, "add --webhook URL");
	}
	if (webhook_open(&w->hook, a->webhook, a->webhook_secret,
		a->webhook_allow_http, e) != 0)
		return -1;
	w->hook.ca_file = a->webhook_ca;
	return 0;
}

int
gate_watch(const struct gate_options *o, const struct gate_watch *args)
{
	struct watch w = {.options = o, .args = args};
	struct error e = {0};
	int status = 2, rc;

	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	if ((rc = open_hook(&w, &e)) == 0)
		rc = watch_state_load(&w.state, args->state, &e);
	if (rc < 0) {
		status = print_failure(o, &e);
	} else {
		if (rc == 1)
			fprintf(stderr,
			    "zonegate: %s is no state of this version: begun "
			    "anew\n",
			    args->state);
		status = run(&w);
	}
	webhook_free(&w.hook);
	watch_state_free(&w.state);
	return status;
}
