/* What the rules share: making findings with their place and their words. */
#ifndef RULES_CHECK_H
#define RULES_CHECK_H

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "rules.h"

/* A rule says this much about one zone, then counts only. */
#define RULE_QUOTA 100

struct rule_quota {
	size_t said;
	size_t dropped;
	struct finding scratch; /* what a caller fills when nothing is kept */
};

/*
 * Has the rule said enough about this zone? Then the silence is counted, and
 * the caller spares itself the words.
 */
bool rule_muted(const struct rule_walk *);

/*
 * A finding of rule ID about RR of the walked zone, with name, type, zone, view
 * and place filled in; RR NULL: about the zone as a whole. Never NULL.
 */
struct finding *rule_report(const struct rule_walk *, const char *id,
    const struct zone_rr *rr, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The same outside of a walk: RR is a record of ZONE (both NULL: the file as a
 * whole).
 */
struct finding *rule_report_pair(struct findings *,
    const struct evidence_zone *, const char *id, const struct zone *zone,
    const struct zone_rr *rr, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* NAME in presentation form, in the arena of FS. */
const char *rule_name(struct findings *fs, const uint8_t *name);

/* An address of LEN octets, 4 or 16, as text. */
const char *rule_address(struct findings *fs, const uint8_t *addr, size_t len);

/* Mnemonic of TYPE, in the arena of FS. */
const char *rule_type(struct findings *fs, uint16_t type);

/* RDATA of RR in presentation form, in the arena of FS. */
const char *rule_rdata(
    struct findings *fs, const struct zone *, const struct zone_rr *);

/* "zonegate.yaml:18 (owner: netops)"; LINE 0 and OWNER NULL are left out. */
const char *rule_authority(struct findings *fs, const struct policy *,
    uint32_t line, const char *owner);

/* "*.dns-a.example., ns.example." */
const char *rule_patterns(
    struct findings *fs, const struct policy_pattern *, size_t n);

/* First record of an RRset. */
static inline const struct zone_rr *
rule_first(const struct zone *zone, const struct zone_rrset *rrset)
{
	return &zone->rr[rrset->rr];
}

/* Does DNSSEC signing make and remake records of this type? */
static inline bool
rule_is_signing_type(uint16_t type)
{
	return type == RRTYPE_RRSIG || type == RRTYPE_NSEC ||
	       type == RRTYPE_NSEC3;
}

#endif
