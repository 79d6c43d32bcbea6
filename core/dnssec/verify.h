/*
 * Inside of the validator. It reads the zone as a server would load it and
 * shares nothing with the signer but the table of algorithms.
 */
#ifndef DNSSEC_VERIFY_H
#define DNSSEC_VERIFY_H

#include "dnssec.h"
#include "pubkey.h"
#include "verify_report.h"

enum {
	/* Bounds on the work a hostile zone can ask for (CVE-2023-50387). */
	VERIFY_KEYS_MAX = 64,        /* DNSKEYs that are looked at */
	VERIFY_SIGNATURES_MAX = 16,  /* on one RRset */
	VERIFY_TRIES_MAX = 4,        /* keys of one tag, for one signature */
	VERIFY_ITERATIONS_MAX = 100, /* of NSEC3; RFC 9276 asks for 0 */
};

struct verify_key {
	const uint8_t *rdata;
	const struct zone_rr *rr;
	uint16_t rdlen;
	uint16_t flags;
	uint16_t tag;
	uint8_t algorithm;
	bool usable;   /* a zone key that signatures may be checked with */
	bool revoked;  /* signs the DNSKEY RRset only, proves nothing */
	bool anchored; /* matches a trust anchor */
	bool supported;
};

enum verify_denial { VERIFY_NONE, VERIFY_NSEC, VERIFY_NSEC3 };

struct verify {
	const struct zone *zone;
	uint32_t now;
	int64_t now64;
	struct verify_key key[VERIFY_KEYS_MAX];
	unsigned nkeys;
	uint8_t algorithm[16]; /* each must sign every RRset */
	unsigned nalgorithms;
	enum verify_denial denial;
	uint32_t minimum; /* the most a denial's TTL may be */
};

struct verify_counts {
	uint32_t rrsets, verified, signatures;
	bool expires_known;
	int64_t expires;
};

/* One thread's: keys ready to use, the data under test. */
struct verify_worker {
	const struct verify *v;
	struct pubkey *key[VERIFY_KEYS_MAX];
	ldns_buffer *data;
	struct verify_counts counts;
};

/*
 * Read the DNSKEY RRset of the apex and match it with the anchors. 0 when there
 * is a key to go on with, 1 when not: findings say why.
 */
int verify_keys(
    struct verify *, const struct dnssec_verify_params *, struct verify_list *);

/* Check all RRsets and signatures at owner I. 0, or -1 without memory. */
int verify_signatures(struct verify_worker *, uint32_t i, struct verify_list *);

/* Which chain does the zone have? Findings when it is none, or two. */
void verify_denial_kind(struct verify *, struct verify_list *);

/* Check the NSEC record of owner I, or that there is none. */
void verify_nsec(const struct verify *, uint32_t i, struct verify_list *);

/* Check the whole NSEC3 chain. 0, or -1 with E set. */
int verify_nsec3(const struct verify *, unsigned jobs, struct verify_list *,
    struct error *e);

/* Is SET authoritative data that must be signed? */
bool verify_is_authoritative(const struct zone *, const struct zone_rrset *);

/* Must the denial chain name owner I: does it exist, other than by its denial
 * and signatures? */
bool verify_is_named(const struct zone *, uint32_t i);

/*
 * Report when bitmap BIT of LEN octets at record RR does not say exactly which
 * types owner I (ZONE_NONE: an empty non-terminal) has.
 */
void verify_bitmap(const struct verify *, uint32_t i, const struct zone_rr *rr,
    const uint8_t *bit, size_t len, struct verify_list *);

/* Report a denial record that lives longer than RFC 9077 §3 allows. */
void verify_denial_ttl(
    const struct verify *, const struct zone_rr *, struct verify_list *);

#endif
