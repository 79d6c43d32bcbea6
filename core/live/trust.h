/*
 * Whom an answer is believed from: the keys of a zone, validated from trust
 * anchors, and signatures over RRsets by them (RFC 4035 §5). The work that one
 * answer can cause is bounded (CVE-2023-50387).
 */
#ifndef LIVE_TRUST_H
#define LIVE_TRUST_H

#include "../dnssec/dnssec.h"
#include "message.h"

enum {
	TRUST_KEYS_MAX = 32,
	TRUST_TRIES_MAX = 4,       /* keys of one tag, for one signature */
	TRUST_SIGNATURES_MAX = 8,  /* of one RRset that are tried */
	TRUST_CHECKS_MAX = 64,     /* signatures checked for one message */
	TRUST_ITERATIONS_MAX = 100 /* of NSEC3 (RFC 9276 §3.2) */
};

enum trust_state {
	TRUST_UNCHECKED, /* the start value: nobody can say */
	TRUST_SECURE,
	TRUST_INSECURE, /* it is proven, or the policy says, that it is not
			   signed */
	TRUST_BOGUS,
};

struct trust_key;

/* One zone as one server gives it. */
struct trust {
	const uint8_t *apex;
	enum trust_state state;
	const char *why; /* static; NULL when secure */
	struct trust_key *key;
	size_t nkeys;
};

struct trust_check {
	const struct trust *trust;
	const struct message *m;
	uint32_t now;
	unsigned left;   /* signatures that may still be checked */
	const char *why; /* of the last failure, static */
};

/*
 * Take the DNSKEY RRset of APEX from the answer M, if it is signed by a key
 * that one of the anchors names. Keys live until ARENA is freed. 0 with OUT
 * filled (SECURE or BOGUS; UNCHECKED without anchors); -1 without memory.
 */
int trust_keys(struct trust *out, const uint8_t *apex,
    const struct dnssec_anchor *, size_t n, const struct message *m,
    uint32_t now, struct arena *, struct error *e);

/* Begin checking M by the keys of TRUST. */
void trust_begin(struct trust_check *, const struct trust *,
    const struct message *m, uint32_t now);

/*
 * Is the RRset of OWNER and TYPE in SECTION signed as it must be? *LABELS are
 * those of the signature: fewer than OWNER's when it was expanded from a
 * wildcard. SECURE; BOGUS with C->why; -1 without memory.
 */
int trust_rrset(struct trust_check *, enum message_section,
    const uint8_t *owner, uint16_t type, unsigned *labels);

#endif
