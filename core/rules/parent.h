/*
 * What is above a zone: the DS records that the policy or the parent's zone in
 * the repository holds for it, and the keys they may name.
 */
#ifndef RULES_PARENT_H
#define RULES_PARENT_H

#include "check.h"

/* More DS or keys are refused, not looked at: each pair may cost a digest. */
#define PARENT_DS_MAX 64
#define PARENT_KEYS_MAX 64

/* Where DS records come from: a policy entry, or SET of ZONE. */
struct ds_source {
	const struct policy_zone *entry; /* or NULL */
	const struct zone *zone;
	const struct zone_rrset *set;
};

struct ds_record {
	const struct zone_rr *rr; /* NULL: the policy's */
	uint16_t len;
	uint16_t tag;
	uint8_t algorithm, digest_type;
	uint8_t rdata[4 + 64]; /* longer digests are cut, and match nothing */
};

size_t ds_count(const struct ds_source *);

/* Record I of the source. */
void ds_read(const struct ds_source *, size_t i, struct ds_record *);

/* "DS 12345 13 2" */
const char *ds_text(struct findings *, const struct ds_record *);

/*
 * The zone of SET around APEX, or NULL: not in the repository, or it cannot be
 * read (zone-parent-child says so).
 */
const struct zone *parent_zone(
    struct zoneset *set, const char *view, const uint8_t *apex);

/* Is the zone APEX of VIEW judged itself? Then its parent is compared from its
 * side. */
bool parent_is_judged(
    const struct evidence *, const char *view, const uint8_t *apex);

/* PARENT's DS RRset for APEX, or NULL. */
const struct zone_rrset *parent_ds(
    const struct zone *parent, const uint8_t *apex);

/* Can this DNSKEY be a zone's key: flags, protocol, not revoked? */
bool key_is_usable(const uint8_t *rdata, size_t len);

/* Is there a signature by this DNSKEY over the DNSKEY RRset of ZONE? Whether it
 * is good is the validator's to say. */
bool key_signs_keys(const struct zone *zone, const struct zone_rr *key);

/*
 * The best match of DS with the DNSKEYs of ZONE, and the key (*KEY may be NULL;
 * set when there is one of this tag and algorithm).
 */
enum dnssec_ds_match ds_find_key(const struct zone *zone, const uint8_t *ds,
    size_t len, const struct zone_rr **key);

#endif
