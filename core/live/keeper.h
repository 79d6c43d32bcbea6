/*
 * The one process that uses the network. It is forked before the judging child
 * confines itself and is asked through a socketpair. It inherits the trusted
 * policy and never sees zone text; it may open no file for writing, run no
 * program and listen nowhere; and it checks against the policy, by itself,
 * every address it is asked to contact. Whatever happens to it, the asker gets
 * an error, never an answer.
 *
 * Further kinds of work than DNS questions have a row in the table of keeper.c:
 * a function that reads the request's bytes, which come from a process that
 * parses hostile text, and writes the answer's.
 */
#ifndef LIVE_KEEPER_H
#define LIVE_KEEPER_H

#include "../base/text.h"
#include "ask.h"

struct live_keeper;

enum live_kind {
	LIVE_KIND_ASK = 1,      /* questions to DNS servers */
	LIVE_KIND_TARGETS = 2,  /* health of failover targets */
	LIVE_KIND_TRANSFER = 3, /* zone transfers */
};

/* Octets of one request, and of one answer. */
#define LIVE_REQUEST_MAX ((size_t)64 << 20)
#define LIVE_RESPONSE_MAX ((size_t)256 << 20)

/*
 * In the keeper: do what the LEN bytes at IN ask for and append the answer to
 * OUT. 0; or -1 with E set, which becomes the asker's error.
 */
typedef int (*live_handler)(const struct live_setup *, const uint8_t *in,
    size_t len, struct text *out, struct error *e);

/*
 * Fork the keeper. To be called before gate_confine() and before any thread was
 * started; SETUP is copied, what it points to must stay. 0 with *OUT set, or -1
 * with E set.
 */
int live_keeper_open(
    struct live_keeper **out, const struct live_setup *setup, struct error *e);

/* End the keeper, whatever it is doing. NULL is harmless. */
void live_keeper_close(struct live_keeper *);

/*
 * One request and its answer (in ARENA). Waits at most the policy's deadline
 * and some seconds. 0; or -1 with E set, after a lost keeper for every later
 * call too.
 */
int live_keeper_call(struct live_keeper *, enum live_kind kind, const void *in,
    size_t inlen, const uint8_t **out, size_t *outlen, struct arena *,
    struct error *e);

/* live_ask() in the keeper. */
int live_keeper_ask(struct live_keeper *, const struct live_question *q,
    struct live_reply *r, size_t n, struct arena *, struct error *e);

#endif
