#include "ask.h"

#include <arpa/inet.h>
#include "curl.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../dns/name.h"
#include "allow.h"
#include "doh.h"
#include "lanes.h"
#include "wire.h"

enum {
	SLOTS_MAX = 4096,
	DESCRIPTORS_SPARE = 32, /* beside two for each slot */
	TICK_MS = 250,          /* the longest wait without looking around */
	SENDS = 3,              /* of one UDP question */
};

struct run {
	const struct live_setup *setup;
	const struct live_question *q;
	struct live_reply *r;
	struct arena *arena;
	struct axfr_key *key; /* of each question's TSIG, or none */
	const char **key_name;
	size_t nkeys;
	struct lanes lanes;
	struct wire *slot; /* as many as sockets at once */
	struct curl_waitfd *fd;
	size_t *polled; /* slot of each FD */
	size_t nslots;
	struct doh *doh;
	struct spare {
		int fd;
		size_t lane;
	} * spare; /* TCP connections without a question */
	size_t nspares;
	uint32_t timeout;
	int64_t deadline;
	size_t octets; /* of all answers */
	bool memory;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		abort();
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const char *
live_outcome_text(enum live_outcome o)
{
	static const char *const text[LIVE_OUTCOMES] = {
	    [LIVE_UNASKED] = "unasked",
	    [LIVE_ANSWERED] = "answered",
	    [LIVE_TRUNCATED] = "truncated",
	    [LIVE_TIMED_OUT] = "timed-out",
	    [LIVE_UNREACHABLE] = "unreachable",
	    [LIVE_BROKEN] = "broken",
	    [LIVE_SILENT] = "silent",
	    [LIVE_FORBIDDEN] = "forbidden",
	    [LIVE_OVERDUE] = "overdue",
	};

	return o < LIVE_OUTCOMES ? text[o] : "unasked";
}

/* ---- the end of a question ----------------------------------------------- */

/* Keep the message. False when there is no room for it. */
static bool
keep(struct run *run, struct live_reply *r, const uint8_t *m, size_t len)
{
	if (len > LIVE_ANSWERS_MAX - run->octets) {
		r->outcome = LIVE_OVERDUE;
		r->why = "the answers of this run are too many to keep";
		return false;
	}
	if ((r->message = arena_dup(run->arena, m, len)) == NULL) {
		run->memory = true;
		return false;
	}
	run->octets += len;
	r->len = len;
	r->flags = query_flags(m);
	return true;
}

static void
finish(struct run *run, size_t i, enum live_outcome outcome, const char *why)
{
	static const enum lanes_word word[LIVE_OUTCOMES] = {
	    [LIVE_UNASKED] = LANES_NOTHING,
	    [LIVE_ANSWERED] = LANES_HEARD,
	    [LIVE_TRUNCATED] = LANES_HEARD,
	    [LIVE_TIMED_OUT] = LANES_LOST,
	    [LIVE_UNREACHABLE] = LANES_LOST,
	    [LIVE_BROKEN] = LANES_HEARD,
	    [LIVE_SILENT] = LANES_NOTHING,
	    [LIVE_FORBIDDEN] = LANES_NOTHING,
	    [LIVE_OVERDUE] = LANES_NOTHING,
	};
	struct live_reply *r = &run->r[i];

	r->outcome = outcome;
	r->why = why;
	lanes_done(&run->lanes, i, word[outcome]);
}

/* A message that matches the question of W has come; it may lose its TSIG. */
static void
take(struct run *run, struct wire *w, uint8_t *m, size_t len)
{
	struct live_reply *r = &run->r[w->question];
	enum live_outcome outcome = LIVE_ANSWERED;
	struct error e = {0};
	const char *why = NULL;
	bool cut = (query_flags(m) & QUERY_TC) != 0;

	if (w->query.tsig != NULL &&
	    axfr_tsig_verify(w->query.tsig, m, &len, time(NULL), &e) != 1) {
		outcome = LIVE_BROKEN;
		why = "its TSIG is missing or does not hold";
	} else if (cut && w->over == LIVE_UDP) {
		outcome = LIVE_TRUNCATED;
	} else if (cut) {
		outcome = LIVE_BROKEN;
		why = "an answer is truncated that need not be";
	}
	finish(run, w->question, outcome, why);
	if (outcome != LIVE_BROKEN)
		(void)keep(run, r, m, len);
}

/* ---- one question -------------------------------------------------------- */

/* Index of a free slot; there is one whenever a question may begin. */
static struct wire *
free_slot(struct run *run)
{
	size_t s;

	for (s = 0; s < run->nslots; s++)
		if (run->slot[s].state == WIRE_FREE)
			return &run->slot[s];
	return NULL;
}

/* A socket of its own for the question of W. */
static void
open_wire(struct run *run, struct wire *w, int64_t now)
{
	if (wire_open(w, &run->q[w->question].at, now, run->timeout / SENDS) ==
	    0)
		return;
	finish(run, w->question, w->outcome, w->why);
	wire_close(w);
}

/* A connection that the lane of question I has left, or -1. */
static int
take_spare(struct run *run, size_t i)
{
	size_t k;
	int fd;

	for (k = 0; k < run->nspares; k++) {
		if (run->spare[k].lane != run->lanes.of[i])
			continue;
		fd = run->spare[k].fd;
		run->spare[k] = run->spare[--run->nspares];
		return fd;
	}
	return -1;
}

static const struct axfr_key *
find_key(const struct run *run, const char *name)
{
	size_t i;

	for (i = 0; i < run->nkeys; i++)
		if (strcmp(run->key_name[i], name) == 0)
			return &run->key[i];
	return NULL;
}

static void
begin(struct run *run, size_t i, int64_t now)
{
	const struct live_question *q = &run->q[i];
	const char *why = live_refuses(
	    run->setup->policy, &q->at, q->transport, q->url);
	const struct axfr_key *key = NULL;
	struct wire *w = free_slot(run);
	size_t s;
	int fd;

	if (why == NULL && q->tsig != NULL &&
	    (key = find_key(run, q->tsig)) == NULL)
		why = "it wants a TSIG key: give the file with --tsig";
	if (why != NULL || w == NULL) {
		finish(run, i, LIVE_FORBIDDEN, why);
		return;
	}
	s = (size_t)(w - run->slot);
	wire_clear(w);
	w->question = i;
	w->begun = now;
	w->end = now + run->timeout;
	if (query_build(&w->query, q, key) != 0) {
		run->memory = true;
		return;
	}
	w->over = q->transport == LIVE_ANY ? LIVE_UDP : q->transport;
	if (w->over == LIVE_HTTPS) {
		w->state = WIRE_HTTPS;
		if (doh_begin(run->doh, s, q, &w->query, run->timeout) == 0)
			return;
		finish(run, i, LIVE_UNREACHABLE, "the request cannot be made");
		wire_close(w);
		return;
	}
	if (w->over == LIVE_TCP && w->in != NULL &&
	    (fd = take_spare(run, i)) >= 0)
		wire_reuse(w, fd);
	else
		open_wire(run, w, now);
}

/* Close W, or keep its connection for what else its server is to be asked. */
static void
leave(struct run *run, struct wire *w)
{
	size_t lane = run->lanes.of[w->question];
	const struct lane *l = &run->lanes.lane[lane];

	if (w->state != WIRE_DONE || w->over != LIVE_TCP ||
	    run->q[w->question].transport != LIVE_TCP || l->next == l->end ||
	    run->nspares == run->nslots) {
		wire_close(w);
		return;
	}
	run->spare[run->nspares].lane = lane;
	run->spare[run->nspares++].fd = wire_take(w);
}

/* The same question again over TCP: the answer did not fit. */
static void
fall_back(struct run *run, struct wire *w, int64_t now)
{
	wire_close(w);
	w->over = LIVE_TCP;
	w->end = now + run->timeout;
	open_wire(run, w, now);
}

/* Something happened on the socket of W, or its time is over. */
static void
step(struct run *run, struct wire *w, bool ready, int64_t now)
{
	size_t i = w->question;
	bool over = now >= w->end;

	if (ready)
		wire_ready(w);
	else if (!over)
		wire_tick(w, now, run->timeout / SENDS);
	if (w->state == WIRE_DONE) {
		run->r[i].ms = (uint32_t)(now - w->begun);
		if (w->over == LIVE_UDP && run->q[i].transport == LIVE_ANY &&
		    (query_flags(w->in) & QUERY_TC) != 0) {
			fall_back(run, w, now);
			return;
		}
		take(run, w, w->in, w->got);
	} else if (wire_is_stale(w) && !over) {
		wire_close(w);
		open_wire(run, w, now);
		return;
	} else if (w->state == WIRE_FAILED) {
		finish(run, i, w->outcome, w->why);
	} else if (over) {
		finish(run, i, LIVE_TIMED_OUT,
		    w->stray ? "only answers to other questions came" : NULL);
	} else {
		return;
	}
	leave(run, w);
}

/* ---- the loop ------------------------------------------------------------ */

static void
start_more(struct run *run, int64_t now)
{
	bool silent;
	size_t i;

	while (!run->memory && free_slot(run) != NULL &&
	       lanes_next(&run->lanes, &i, &silent)) {
		if (silent)
			run->r[i].outcome = LIVE_SILENT;
		else
			begin(run, i, now);
	}
}

/* Fill the list of sockets; how many milliseconds may pass. */
static unsigned
watch(struct run *run, int64_t now, int *ms)
{
	unsigned n = 0;
	int64_t next = now + TICK_MS;
	struct wire *w;
	size_t s;

	for (s = 0; s < run->nslots; s++) {
		w = &run->slot[s];
		if (w->state == WIRE_FREE || w->state == WIRE_HTTPS)
			continue;
		run->fd[n].fd = w->fd;
		run->fd[n].events = w->state == WIRE_READING
					? CURL_WAIT_POLLIN
					: CURL_WAIT_POLLOUT;
		run->fd[n].revents = 0;
		run->polled[n++] = s;
		if (w->end < next)
			next = w->end;
		if (w->again != 0 && w->again < next)
			next = w->again;
	}
	if (run->deadline < next)
		next = run->deadline;
	*ms = next > now ? (int)(next - now) : 0;
	return n;
}

static void
collect_https(struct run *run, int64_t now)
{
	struct doh_done done;
	struct wire *w;

	while (doh_next(run->doh, &done)) {
		w = &run->slot[done.slot];
		run->r[w->question].ms = (uint32_t)(now - w->begun);
		if (done.outcome == LIVE_ANSWERED)
			take(run, w, done.message, done.len);
		else
			finish(run, w->question, done.outcome, done.why);
		doh_end(run->doh, done.slot);
		wire_close(w);
	}
}

/* One turn. 0 go on, 1 nothing is left, -1 failure. */
static int
turn(struct run *run)
{
	int64_t now = now_ms();
	unsigned n, k;
	size_t s, busy = 0;
	int ms;

	start_more(run, now);
	for (s = 0; s < run->nslots; s++)
		busy += run->slot[s].state != WIRE_FREE;
	if (busy == 0)
		return 1;
	n = watch(run, now, &ms);
	if (doh_wait(run->doh, run->fd, n, ms) != 0)
		return -1;
	now = now_ms();
	for (k = 0; k < n; k++)
		step(run, &run->slot[run->polled[k]], run->fd[k].revents != 0,
		    now);
	collect_https(run, now);
	return now >= run->deadline ? 1 : 0;
}

/* What was not begun, or not finished, when the time was over. */
static void
give_up(struct run *run)
{
	struct wire *w;
	size_t s;

	for (s = 0; s < run->nslots; s++) {
		w = &run->slot[s];
		if (w->state == WIRE_FREE)
			continue;
		if (w->state == WIRE_HTTPS)
			doh_end(run->doh, s);
		run->r[w->question].outcome = LIVE_OVERDUE;
		wire_close(w);
	}
	for (s = run->lanes.n; s-- > 0;) {
		struct lane *l = &run->lanes.lane[s];

		for (; l->next < l->end; l->next++)
			run->r[run->lanes.order[l->next]].outcome =
			    LIVE_OVERDUE;
	}
}

/* The keys that questions name, each once. */
static int
load_keys(struct run *run, size_t n, struct error *e)
{
	const struct policy_live *l = &run->setup->policy->live;
	size_t max = l->nservers + l->nresolvers, i;
	uint8_t wire[NAME_MAX_LEN];
	const char *name;

	run->key = calloc(max + 1, sizeof(*run->key));
	run->key_name = calloc(max + 1, sizeof(*run->key_name));
	if (run->key == NULL || run->key_name == NULL)
		return error_memory(e);
	for (i = 0; i < n; i++) {
		name = run->q[i].tsig;
		if (name == NULL || find_key(run, name) != NULL ||
		    run->nkeys == max)
			continue;
		if (name_from_text(wire, name, strlen(name), NULL, NULL) == 0)
			return error_set(e, ERROR_USAGE,
			    "%.200s is no name of a TSIG key", name);
		run->key_name[run->nkeys] = name;
		if (axfr_key_load(&run->key[run->nkeys++],
			run->setup->tsig_file, wire, e) != 0)
			return -1;
	}
	return 0;
}

/* Questions at once: what the policy allows and this process can hold. */
static size_t
slots_for(size_t wanted, size_t questions)
{
	struct rlimit max;
	size_t slots = wanted == 0 ? 1 : wanted;

	if (slots > SLOTS_MAX)
		slots = SLOTS_MAX;
	if (getrlimit(RLIMIT_NOFILE, &max) == 0 &&
	    2 * slots + DESCRIPTORS_SPARE > max.rlim_cur)
		slots = max.rlim_cur > DESCRIPTORS_SPARE + 2
			    ? ((size_t)max.rlim_cur - DESCRIPTORS_SPARE) / 2
			    : 1;
	return slots > questions ? questions : slots;
}

static int
open_run(struct run *run, size_t n, struct error *e)
{
	const struct policy_live *l = &run->setup->policy->live;

	run->nslots = slots_for(l->concurrent, n);
	run->timeout = l->timeout_ms == 0 ? 1 : l->timeout_ms;
	run->deadline = now_ms() + (int64_t)l->deadline * 1000;
	run->slot = calloc(run->nslots, sizeof(*run->slot));
	run->fd = calloc(run->nslots, sizeof(*run->fd));
	run->polled = calloc(run->nslots, sizeof(*run->polled));
	run->spare = calloc(run->nslots, sizeof(*run->spare));
	run->doh = doh_new(run->nslots, l->ca_file);
	if (run->slot == NULL || run->fd == NULL || run->polled == NULL ||
	    run->spare == NULL || run->doh == NULL ||
	    lanes_init(&run->lanes, run->q, n, run->nslots) != 0)
		return error_memory(e);
	return run->setup->tsig_file == NULL ? 0 : load_keys(run, n, e);
}

static void
close_run(struct run *run)
{
	size_t s;

	for (s = 0; run->slot != NULL && s < run->nslots; s++)
		wire_free(&run->slot[s]);
	for (s = 0; s < run->nspares; s++)
		close(run->spare[s].fd);
	free(run->spare);
	for (s = 0; s < run->nkeys; s++)
		axfr_key_clear(&run->key[s]);
	free(run->key);
	free(run->key_name);
	doh_free(run->doh);
	lanes_free(&run->lanes);
	free(run->slot);
	free(run->fd);
	free(run->polled);
}

int
live_ask(const struct live_setup *setup, const struct live_question *q,
    struct live_reply *r, size_t n, struct arena *arena, struct error *e)
{
	struct run run = {.setup = setup, .q = q, .r = r, .arena = arena};
	int rc;

	memset(r, 0, n * sizeof(*r));
	if (n == 0)
		return 0;
	if (n > LIVE_QUESTIONS_MAX)
		return error_set(e, ERROR_SYSTEM,
		    "%zu questions to live servers are more than %zu", n,
		    LIVE_QUESTIONS_MAX);
	rc = open_run(&run, n, e);
	while (rc == 0 && !run.memory)
		if ((rc = turn(&run)) < 0)
			error_set(e, ERROR_SYSTEM,
			    "waiting for live servers failed: %s",
			    strerror(errno));
	if (run.memory)
		rc = error_memory(e);
	if (rc == 1) {
		give_up(&run);
		rc = 0;
	}
	close_run(&run);
	return rc;
}
