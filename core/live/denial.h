/*
 * Proofs that something does not exist (RFC 4035 §5.4, RFC 5155 §8): the signed
 * NSEC and NSEC3 records in the authority section of an answer.
 */
#ifndef LIVE_DENIAL_H
#define LIVE_DENIAL_H

#include "trust.h"

enum { DENIAL_RECORDS_MAX = 16 };

struct denial_nsec {
	uint8_t owner[255], next[255];
	const uint8_t *bitmap;
	size_t len;
};

struct denial_nsec3 {
	uint8_t owner[20], next[20];
	const uint8_t *salt, *bitmap;
	size_t salt_len, len;
	uint16_t iterations;
	bool optout;
};

/* The records of one answer whose signatures hold. */
struct denial {
	const uint8_t *apex;
	struct denial_nsec nsec[DENIAL_RECORDS_MAX];
	struct denial_nsec3 nsec3[DENIAL_RECORDS_MAX];
	size_t nnsec, nnsec3;
	const char *why; /* static: what a proof lacks */
	bool too_many_iterations;
};

/* Collect what C's keys signed. 0, or -1 without memory. */
int denial_collect(struct denial *, struct trust_check *c);

/*
 * Is it proven that NAME has no record of TYPE, or does not exist at all
 * (NXDOMAIN)? SECURE; INSECURE when an opt-out span or too many iterations
 * leave it open; BOGUS with D->why; -1 when nothing could be computed.
 */
int denial_nodata(struct denial *, const uint8_t *name, uint16_t type);
int denial_nxdomain(struct denial *, const uint8_t *name);

/*
 * Is it proven that a wildcard below ENCLOSER had to answer for NAME: that
 * nothing closer exists?
 */
int denial_wildcard(
    struct denial *, const uint8_t *name, const uint8_t *encloser);

/*
 * What the answer without a DS says about the cut at NAME: 1 a delegation that
 * is proven not to be signed; 0 proven no delegation; -1 nothing is proven.
 */
int denial_no_ds(struct denial *, const uint8_t *name);

#endif
