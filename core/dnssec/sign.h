/*
 * Inside of the signer. dnssec_sign() makes a plan, which is read-only while
 * workers turn its units, owners in canonical order, into signed records.
 */
#ifndef DNSSEC_SIGN_H
#define DNSSEC_SIGN_H

#include "dnssec.h"
#include "keys.h"
#include "reuse.h"
#include "sign_batch.h"
#include "sign_chain.h"

struct sign_blob {
	const uint8_t *data;
	uint16_t len;
};

/* RDATA, some of it borrowed from zone and keys, some owned. */
struct sign_blobs {
	struct sign_blob *item;
	uint32_t n;
	uint8_t *own;
};

/* A unit is an owner of the zone, or an NSEC3 record with this bit set. */
#define SIGN_UNIT_NSEC3 ((uint32_t)1 << 31)

struct sign_plan {
	const struct zone *zone;
	const struct dnssec_keys *keys;
	struct chain chain;
	/* RRsets of the apex that are made here, in canonical order. */
	struct sign_blobs dnskey, cds, cdnskey;
	bool sync; /* CDS and CDNSKEY are ours */
	uint32_t dnskey_ttl;
	struct reuse reuse;
	struct sign_blob *zonemd; /* owned; digests come last */
	uint32_t nzonemd;
	uint32_t zonemd_ttl;
	uint32_t denial_ttl;            /* RFC 9077 §3 */
	uint32_t inception, expiration; /* the latest; less the jitter */
	uint32_t jitter;
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

/* The LANE-th worker, with objects of its own. NULL on failure. */
struct sign_worker *sign_worker_new(const struct sign_plan *, unsigned lane);
void sign_worker_free(struct sign_worker *);

/* Append the records of UNIT to OUT, with room for signatures. 0, or -1. */
int sign_worker_unit(
    struct sign_worker *, uint32_t unit, struct sign_buffer *out);

/* Fill in all signatures that OUT still waits for. 0, or -1. */
int sign_worker_finish(struct sign_worker *, struct sign_buffer *out);

/* Signatures made and kept so far. */
struct dnssec_sign_stats sign_worker_stats(const struct sign_worker *);

/* ---- sign_apex.c: what stands at the apex -------------------------------- */

/* DNSKEY, and CDS and CDNSKEY when the plan says so. 0, or -1. */
int sign_apex_plan(struct sign_plan *);
void sign_apex_free(struct sign_plan *);

/* Wire name of UNIT: borrowed, or built in BUF. */
const uint8_t *sign_unit_name(
    const struct sign_plan *, uint32_t unit, uint8_t buf[256]);

/* ZONEMD records for the plan, one of HASH among them (0: those of the zone);
 * their digests and signatures in the signed zone. 0, or -1 with E set. */
int sign_zonemd_plan(struct sign_plan *, uint8_t hash, struct error *e);
int sign_zonemd_finish(struct sign_plan *, struct zone *, struct error *e);
void sign_zonemd_free(struct sign_plan *);

#endif
