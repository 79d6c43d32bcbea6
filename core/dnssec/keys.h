/* The keys of one signing run; dnssec.h has the public functions. */
#ifndef DNSSEC_KEYS_H
#define DNSSEC_KEYS_H

#include <ldns/ldns.h>

#include "algorithm.h"
#include "dnssec.h"

enum {
	DNSSEC_KEYS_MAX = 32, /* in one run */
};

struct dnssec_key {
	ldns_key *key;  /* owns the private half */
	uint8_t *rdata; /* DNSKEY RDATA */
	uint16_t rdlen;
	uint16_t flags;
	uint16_t tag;
	uint8_t algorithm;
	/* Which RRsets it signs, decided over all keys of its algorithm. */
	bool signs_keys; /* DNSKEY, CDS, CDNSKEY */
	bool signs_data; /* the rest */
};

struct dnssec_keys {
	uint8_t apex[256];
	struct dnssec_key key[DNSSEC_KEYS_MAX];
	unsigned n;
	bool trial; /* made for this run: may be replaced */
};

/* An empty set for the zone at APEX, or NULL without memory. */
struct dnssec_keys *keys_new(const uint8_t *apex);

/*
 * Take KEY (owned from now on, also on failure) with FLAGS into the set and
 * work out its DNSKEY RDATA and tag. A key that is there already is dropped.
 */
int keys_take(
    struct dnssec_keys *, ldns_key *key, uint16_t flags, struct error *e);

/* Forget the key taken last. */
void keys_drop_last(struct dnssec_keys *);

/*
 * Does a key of the set share tag and algorithm with another one of the set or
 * with a different DNSKEY of ZONE (NULL: look into the set only)?
 */
bool keys_collide(const struct dnssec_keys *, const struct zone *zone);

#endif
