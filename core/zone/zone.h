/*
 * A zone as flat, sorted, immutable arrays. Owners stand in canonical order
 * (RFC 4034 §6.1); the RRsets of an owner by type; the records of an RRset in
 * canonical RDATA order (§6.3), without duplicates. Everything is reached by
 * index; nothing is allocated per record. Names and folded RDATA are in lower
 * case. A record knows its file and line.
 */
#ifndef ZONE_ZONE_H
#define ZONE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/finding.h"
#include "../base/text.h"

#define ZONE_NONE UINT32_MAX

enum {
	ZONE_APEX = 1 << 0,
	ZONE_CUT = 1 << 1,         /* NS below the apex: a delegation */
	ZONE_BELOW_CUT = 1 << 2,   /* glue or occluded data */
	ZONE_DNAME = 1 << 3,       /* holds a DNAME */
	ZONE_BELOW_DNAME = 1 << 4, /* occluded */
	ZONE_WILDCARD = 1 << 5,    /* first label "*" */
};

struct zone_file {
	const char *path;
	const char *commit; /* or NULL */
	const char *data;   /* borrowed from the source */
	size_t len;
	struct zone_lines *lines; /* the zone's own; NULL for callers */
};

struct zone_rr {
	uint32_t owner; /* index into owners */
	uint32_t ttl;
	uint32_t rdata; /* offset into the RDATA bytes */
	uint32_t line;  /* from 1; 0: not from a file */
	uint16_t rdlen;
	uint16_t type;
	uint16_t file;   /* index into files */
	uint16_t column; /* of the RDATA, from 1; 0 unknown */
};

struct zone_rrset {
	uint32_t owner;
	uint32_t rr; /* first record */
	uint32_t count;
	uint32_t ttl; /* of its first record */
	uint16_t type;
};

struct zone_owner {
	const uint8_t *name; /* lower-case wire form; its key follows it */
	uint32_t rrset;      /* first RRset */
	uint16_t nrrsets;
	uint8_t len; /* octets of name */
	uint8_t flags;
};

struct zone {
	struct arena *arena;
	const uint8_t *apex;
	const struct zone_owner *owner;
	const struct zone_rrset *rrset;
	const struct zone_rr *rr;
	const uint8_t *rdata;
	const struct zone_file *file;
	uint32_t nowners, nrrsets, nrrs;
	uint16_t nfiles;
	/* Syntax errors were found: what is here is not the whole zone. */
	bool broken;
	uint32_t soa;     /* RRset index of the apex SOA, or ZONE_NONE */
	uint32_t dropped; /* duplicate records that were left out */
};

void zone_free(struct zone *);

/* Index of the owner NAME, or ZONE_NONE. NAME in lower case. */
uint32_t zone_find(const struct zone *, const uint8_t *name);

/* The sort key (name_key()) of an owner. */
const uint8_t *zone_owner_key(const struct zone_owner *, size_t *len);

/* Index of the first owner not before NAME in canonical order (may be
 * nowners). NAME in lower case. */
uint32_t zone_lower_bound(const struct zone *, const uint8_t *name);

/* Does NAME exist: as an owner or as an empty non-terminal (RFC 4592 §2.2.2)?
 */
bool zone_exists(const struct zone *, const uint8_t *name);

/* RRset of TYPE at owner index OWNER, or NULL. */
const struct zone_rrset *zone_rrset(
    const struct zone *, uint32_t owner, uint16_t type);

/* The same by name. */
const struct zone_rrset *zone_find_rrset(
    const struct zone *, const uint8_t *name, uint16_t type);

static inline const uint8_t *
zone_rr_data(const struct zone *z, const struct zone_rr *rr)
{
	return z->rdata + rr->rdata;
}

static inline const uint8_t *
zone_rr_owner(const struct zone *z, const struct zone_rr *rr)
{
	return z->owner[rr->owner].name;
}

/* Is the RRset authoritative here: not below a cut or DNAME, and at a cut only
 * DS, NSEC and RRSIG (RFC 4035 §2.2)? */
bool zone_is_authoritative(const struct zone *, const struct zone_rrset *);

/* SOA serial; 0 without SOA. */
uint32_t zone_serial(const struct zone *);

/*
 * Fill P with where RR stands: file, line, column and width of its RDATA, and
 * the line as excerpt. Strings live in FS' arena.
 */
void zone_place(const struct zone *, const struct zone_rr *rr,
    struct findings *fs, struct place *p);

/* The same for any position of file index FILE. */
void zone_place_at(const struct zone_file *file, uint32_t line, uint32_t column,
    struct findings *fs, struct place *p);

/* Append the record as one line of a master file: absolute owner, TTL, IN. */
void zone_rr_to_text(
    const struct zone *, const struct zone_rr *, struct text *);

/* Append the whole zone, SOA first, then canonical order. */
void zone_to_text(const struct zone *, struct text *);

/* Do the RRsets hold the same records (TTL not compared)? */
bool zone_rrset_same(const struct zone *a, const struct zone_rrset *ra,
    const struct zone *b, const struct zone_rrset *rb);

/*
 * SHA-384 of the zone by the rules of RFC 8976 §3 (scheme SIMPLE), apex ZONEMD
 * and its RRSIG left out. 0, or -1.
 */
int zone_digest(const struct zone *, uint8_t out[48]);

/* Hash algorithms of ZONEMD (RFC 8976 §5.3). */
enum {
	ZONE_SHA384 = 1,
	ZONE_SHA512 = 2,
};

#define ZONE_DIGEST_MAX 64

/* Octets of a digest of HASH; 0 when it is unknown. */
size_t zone_digest_len(uint8_t hash);

/* The same digest by HASH. 0; or -1 when it is unknown, or without memory. */
int zone_digest_as(
    const struct zone *, uint8_t hash, uint8_t out[ZONE_DIGEST_MAX]);

/* ---- building ---------------------------------------------------------- */

struct zone_builder;

/* Limits that hold before anything expensive is done. */
struct zone_limits {
	uint64_t bytes; /* of all files of one zone */
	uint32_t records;
	uint32_t rrset; /* records in one RRset */
	uint32_t include_depth;
	uint32_t includes; /* $INCLUDE directives in one zone */
	uint64_t generate; /* records from $GENERATE in one zone */
	uint32_t findings; /* stop reporting after this many of a file */
};

extern const struct zone_limits zone_limits_default;

/*
 * A builder for the zone at APEX (copied). NULL without memory. ARENA becomes
 * the zone's; the builder owns it until zone_builder_finish() succeeds.
 */
struct zone_builder *zone_builder_new(
    const uint8_t *apex, const struct zone_limits *);
void zone_builder_free(struct zone_builder *);

/* Register a file; its index, or -1 without memory. Strings are borrowed. */
int zone_builder_file(struct zone_builder *, const struct zone_file *);

struct zone_record {
	const uint8_t *owner; /* valid wire name, any case */
	const uint8_t *rdata;
	uint32_t ttl;
	uint32_t line;
	uint16_t rdlen;
	uint16_t type;
	uint16_t file;
	uint16_t column;
};

/*
 * Add a record; RDATA is put into canonical form. 0; or -1 with E set without
 * memory, over a limit, or when RDATA is malformed. Owners out of the zone are
 * the caller's to refuse.
 */
int zone_builder_add(
    struct zone_builder *, const struct zone_record *, struct error *e);

/*
 * Sort, remove duplicates (finding syntax-duplicate), report differing TTLs in
 * an RRset (syntax-ttl-mismatch; RRSIG excepted) and oversized RRsets
 * (syntax-limit), mark cuts and occluded data. FS may be NULL. The builder is
 * used up. 0, or -1 with E set.
 */
int zone_builder_finish(struct zone_builder *, struct zone **out,
    struct findings *fs, struct error *e);

#endif
