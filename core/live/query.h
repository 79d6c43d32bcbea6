/* One question in wire form, and whether a message answers it. */
#ifndef LIVE_QUERY_H
#define LIVE_QUERY_H

#include "ask.h"
#include "axfr_tsig.h"

enum {
	QUERY_MAX = 1024,  /* name, OPT and TSIG fit */
	QUERY_EDNS = 1232, /* octets of a UDP answer (DNS flag day 2020) */
	QUERY_HEADER = 12,
};

/* Bits of the header's second word. */
enum {
	QUERY_QR = 0x8000,
	QUERY_OPCODE = 0x7800,
	QUERY_AA = 0x0400,
	QUERY_TC = 0x0200,
	QUERY_RD = 0x0100,
	QUERY_CD = 0x0010,
	QUERY_RCODE = 0x000f,
};

struct query {
	uint8_t wire[QUERY_MAX];
	size_t len;
	size_t question;                /* octets of the question section */
	struct axfr_tsig_session *tsig; /* owned; NULL: not signed */
};

/*
 * Build the question with a random id (HTTPS: 0, RFC 8484 §4.1), EDNS and DO,
 * signed with KEY (borrowed) unless that is NULL. 0; -1 without memory or
 * random numbers, with nothing to free.
 */
int query_build(
    struct query *, const struct live_question *, const struct axfr_key *key);

/* Forget it; harmless when zeroed. */
void query_free(struct query *);

/* Is MESSAGE an answer to the question: id, QR, opcode, and the question
 * itself? Another one may still come. */
bool query_matches(const struct query *, const uint8_t *message, size_t len);

/* The header's flags. */
uint16_t query_flags(const uint8_t *message);

#endif
