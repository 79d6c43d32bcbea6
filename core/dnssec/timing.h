/*
 * The timing metadata of BIND's private key files (format v1.3) and what it
 * says about a key at one moment: is it published, does it sign, is it revoked?
 * The answers are those of "dnssec-signzone -S".
 */
#ifndef DNSSEC_TIMING_H
#define DNSSEC_TIMING_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/error.h"

enum timing_event {
	TIMING_CREATED,
	TIMING_PUBLISH,
	TIMING_ACTIVATE,
	TIMING_REVOKE,
	TIMING_INACTIVE,
	TIMING_DELETE,
	TIMING_SYNC_PUBLISH, /* CDS and CDNSKEY (RFC 7344) */
	TIMING_SYNC_DELETE,
	TIMING_DS_PUBLISH, /* the DS at the parent: noted, not used */
	TIMING_DS_REMOVE,
	TIMING_COUNT,
};

/* Seconds since 1970; 0: not set. */
struct timing {
	int64_t at[TIMING_COUNT];
};

struct timing_state {
	bool publish; /* its DNSKEY is in the zone */
	bool sign;    /* it makes signatures */
	bool revoke; /* with the REVOKE bit, signing the keys only (RFC 5011) */
	bool sync;   /* CDS and CDNSKEY announce it */
};

/*
 * Read the lines of the .private text TEXT, NUL-terminated. Lines of other
 * kinds are left to others. 0; or -1 with E set for a time that is none: a key
 * whose times cannot be read must not be used.
 */
int timing_parse(struct timing *, const char *text, struct error *e);

/*
 * What holds at NOW. A key without any time but that of its creation was made
 * without a plan: it is published and signs.
 */
struct timing_state timing_at(const struct timing *, int64_t now);

/* "published, active since 2026-11-24", for people: static words only. */
const char *timing_words(const struct timing_state *);

#endif
