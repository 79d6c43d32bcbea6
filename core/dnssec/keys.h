/* The keys of one signing run; dnssec.h has the public functions. */
#ifndef DNSSEC_KEYS_H
#define DNSSEC_KEYS_H

#include <ldns/ldns.h>

#include "algorithm.h"
#include "dnssec.h"
#include "timing.h"

enum {
	DNSSEC_KEYS_MAX = 32, /* in one run */
};

struct dnssec_key {
	ldns_key *key;  /* owns the private half; NULL: the holder has it */
	uint32_t held;  /* its number there */
	size_t sig_len; /* octets of each of its signatures */
	uint8_t *rdata; /* DNSKEY RDATA */
	uint16_t rdlen;
	uint16_t flags;
	uint16_t tag;
	uint8_t algorithm;
	struct timing_state state;
	/* Which RRsets it signs, decided over all keys of its algorithm. */
	bool signs_keys; /* DNSKEY, CDS, CDNSKEY */
	bool signs_data; /* the rest */
};

/* DNSKEY RDATA that must not be in the zone. */
struct dnssec_withdrawn {
	uint8_t *rdata;
	uint16_t rdlen;
	bool idle; /* not in another form, either: its role is taken */
};

struct dnssec_keys {
	uint8_t apex[256];
	struct dnssec_key key[DNSSEC_KEYS_MAX]; /* published ones */
	unsigned n;
	struct dnssec_withdrawn withdrawn[DNSSEC_KEYS_MAX];
	unsigned nwithdrawn;
	struct holder *holder; /* borrowed; NULL: keys of this process */
	bool trial;            /* made for this run: may be replaced */
};

/* An empty set for the zone at APEX, or NULL without memory. */
struct dnssec_keys *keys_new(const uint8_t *apex);

/*
 * Take KEY (owned from now on, also on failure) with FLAGS into the set and
 * work out its DNSKEY RDATA and tag. A key that is there already is dropped.
 */
int keys_take(
    struct dnssec_keys *, ldns_key *key, uint16_t flags, struct error *e);

/*
 * The same for a key that the holder has under the number HELD: RDATA is its
 * DNSKEY as it was made, STATE what holds of it now, SIG_LEN the octets of its
 * signatures. One that is not published is withdrawn.
 */
int keys_take_held(struct dnssec_keys *, uint32_t held, const uint8_t *rdata,
    size_t len, size_t sig_len, const struct timing_state *state,
    struct error *e);

/* DNSKEY RDATA of KEY with FLAGS in the zone APEX, malloc'ed; NULL when ldns
 * cannot tell, or without memory. */
uint8_t *keys_public(
    ldns_key *key, const uint8_t *apex, uint16_t flags, size_t *len);

/* Octets of a signature by the key in DNSKEY RDATA; 0: not supported. */
size_t keys_signature_size(const uint8_t *rdata, size_t len);

/* Forget the key taken last. */
void keys_drop_last(struct dnssec_keys *);

/*
 * Does a key of the set share tag and algorithm with another one of the set or
 * with a different DNSKEY of ZONE (NULL: look into the set only)?
 */
bool keys_collide(const struct dnssec_keys *, const struct zone *zone);

#endif
