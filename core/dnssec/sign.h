/*
 * Inside of the signer. dnssec_sign() makes a plan, which is read-only while
 * workers turn its units, owners in canonical order, into signed records.
 */
#ifndef DNSSEC_SIGN_H
#define DNSSEC_SIGN_H

#include "dnssec.h"
#include "keys.h"
#include "sign_chain.h"

struct sign_blob {
	const uint8_t *data;
	uint16_t len;
};

/* A unit is an owner of the zone, or an NSEC3 record with this bit set. */
#define SIGN_UNIT_NSEC3 ((uint32_t)1 << 31)

struct sign_plan {
	const struct zone *zone;
	const struct dnssec_keys *keys;
	struct chain chain;
	struct sign_blob *dnskey; /* the RRset to publish, canonical order */
	uint32_t ndnskey;
	uint32_t dnskey_ttl;
	struct sign_blob *zonemd; /* owned; digests come last */
	uint32_t nzonemd;
	uint32_t zonemd_ttl;
	uint32_t denial_ttl; /* RFC 9077 §3 */
	uint32_t inception, expiration;
	uint32_t *unit;
	size_t nunits;
};

/* A record on its way to the zone, followed by its RDATA. */
struct sign_record {
	uint32_t unit;
	uint32_t ttl;
	uint32_t line;
	uint16_t rdlen;
	uint16_t type;
	uint16_t file;
	uint16_t column;
};

/* A growing buffer of such records. */
struct sign_buffer {
	uint8_t *data;
	size_t len, cap;
};

struct sign_worker;

/* Own copies of everything the signing libraries change. NULL on failure. */
struct sign_worker *sign_worker_new(const struct sign_plan *);
void sign_worker_free(struct sign_worker *);

/* Append the records of UNIT with their signatures to OUT. 0, or -1. */
int sign_worker_unit(
    struct sign_worker *, uint32_t unit, struct sign_buffer *out);

/* Wire name of UNIT: borrowed, or built in BUF. */
const uint8_t *sign_unit_name(
    const struct sign_plan *, uint32_t unit, uint8_t buf[256]);

/* ZONEMD records for the plan; their digests and signatures in the signed zone.
 * 0, or -1 with E set. */
int sign_zonemd_plan(struct sign_plan *, struct error *e);
int sign_zonemd_finish(struct sign_plan *, struct zone *, struct error *e);
void sign_zonemd_free(struct sign_plan *);

#endif
