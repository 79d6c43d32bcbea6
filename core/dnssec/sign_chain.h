/*
 * What the denial chain of a zone to be signed will hold (RFC 4034 §4, RFC 5155
 * §7.1), and type bitmaps. The signer's own: the validator has another.
 */
#ifndef DNSSEC_SIGN_CHAIN_H
#define DNSSEC_SIGN_CHAIN_H

#include "dnssec.h"

enum {
	CHAIN_HASH = 20,      /* SHA-1 */
	CHAIN_HASH_TEXT = 32, /* in base32hex */
};

struct chain_name {
	uint8_t hash[CHAIN_HASH];
	uint32_t owner;
	uint8_t skip; /* labels to skip from OWNER's name: 0, or an ENT */
};

struct chain {
	enum dnssec_denial denial;
	uint32_t *next; /* NSEC: the owner behind each; ZONE_NONE: none */
	struct chain_name *name; /* NSEC3: in hash order */
	size_t n;
};

/* Does the signed zone keep records of this type from the unsigned one? */
bool chain_keeps(uint16_t type);

/* Is there anything at owner index I that the chain must name? */
bool chain_has(const struct zone *, uint32_t i);

/* Fill C for ZONE. 0, or -1 with E set. */
int chain_plan(struct chain *c, const struct zone *, enum dnssec_denial,
    unsigned jobs, struct error *e);
void chain_free(struct chain *);

/* The NSEC3 owner of entry I below the apex. Returns its length. */
size_t chain_owner(
    const struct chain *, size_t i, const uint8_t *apex, uint8_t out[256]);

/* A set of types that becomes a bitmap (RFC 4034 §4.1.2). */
struct typeset {
	uint8_t bit[256][32];
	uint8_t len[256]; /* octets in use of each window */
};

void typeset_add(struct typeset *, uint16_t type);

/* Write the bitmap, empty the set. Returns the length. */
size_t typeset_take(struct typeset *, uint8_t out[256 * 34]);

#endif
