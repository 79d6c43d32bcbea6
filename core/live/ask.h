/*
 * Questions to DNS servers, many at a time: over UDP (EDNS, RFC 6891), TCP (RFC
 * 7766) and HTTPS (RFC 8484). One event loop without threads holds a bounded
 * number of sockets; a question is over after the policy's time-out, the whole
 * after its deadline.
 *
 * This runs in a process of its own (keeper.h) that never sees zone text. It
 * asks only at addresses that the policy names (allow.h) and takes an answer
 * only if source, id and question are those of what was sent. What the answer
 * says is not looked at here: see message.h.
 */
#ifndef LIVE_ASK_H
#define LIVE_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../policy/policy.h"

/* Questions of one call, and octets of all answers to them. */
#define LIVE_QUESTIONS_MAX ((size_t)1 << 18)
#define LIVE_ANSWERS_MAX ((size_t)128 << 20)
#define LIVE_MESSAGE_MAX 65535

/*
 * What a run knows before it may use the network. All of it is the trusted
 * side's, borrowed, and the same in the confined child and in the process that
 * asks.
 */
struct live_setup {
	const struct policy *policy;
	/* keys for TSIG (RFC 8945) as BIND writes them, or NULL. Opened by the
	 * process that asks only: the child has no secrets */
	const char *tsig_file;
};

enum live_transport {
	LIVE_UDP, /* and nothing else: a truncated answer is an outcome */
	LIVE_TCP,
	LIVE_HTTPS, /* POST to URL, at the question's address */
	LIVE_ANY,   /* UDP, and TCP when that answer is truncated */
	LIVE_TRANSPORTS,
};

/* What became of a question. Only LIVE_ANSWERED and LIVE_TRUNCATED come with a
 * message, and only they say that anybody answered it. */
enum live_outcome {
	LIVE_UNASKED, /* the start value: nothing was sent */
	LIVE_ANSWERED,
	LIVE_TRUNCATED,   /* TC is set (UDP) */
	LIVE_TIMED_OUT,   /* no answer that matches the question came in time */
	LIVE_UNREACHABLE, /* refused by the host or the network; HTTPS: TLS */
	LIVE_BROKEN,      /* what came is no answer, or its TSIG is wrong */
	LIVE_SILENT,      /* not sent: the server was silent to all others */
	LIVE_FORBIDDEN,   /* not sent: the policy does not name the address */
	LIVE_OVERDUE,     /* not sent, or given up: the run's deadline */
	LIVE_OUTCOMES,
};

struct live_address {
	uint8_t addr[16];
	uint8_t len; /* 4 or 16; 0: none */
	uint16_t port;
};

struct live_question {
	struct live_address at;
	enum live_transport transport;
	const uint8_t *name; /* wire form */
	uint16_t type;
	bool recurse;        /* RD: the server is a resolver */
	bool check_disabled; /* CD (RFC 4035 section 3.2.2) */
	const char *tsig;    /* name of a key of the TSIG file, or NULL */
	const char *url;     /* LIVE_HTTPS: "https://..." */
};

struct live_reply {
	enum live_outcome outcome;
	uint32_t ms;    /* from the first packet to the answer */
	uint16_t flags; /* of the header, RCODE included; answers only */
	const uint8_t *message; /* the whole answer, or NULL */
	size_t len;
	const char *why; /* static words for people, or NULL */
};

/* "answered", "truncated", "timed-out", ...; static. */
const char *live_outcome_text(enum live_outcome);

/*
 * Ask the N questions Q and fill R, one each, messages in ARENA. Blocks until
 * the last is answered or overdue. For the process that may use the network;
 * others ask through live_keeper_ask(). 0; or -1 with E set when nothing can be
 * asked at all: then no reply is to be used.
 */
int live_ask(const struct live_setup *, const struct live_question *q,
    struct live_reply *r, size_t n, struct arena *, struct error *);

#endif
