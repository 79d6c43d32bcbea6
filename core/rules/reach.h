/*
 * Where a target leads, for the rules about zones: a lookup of existence in the
 * walked zone and, for names elsewhere, in the other zones of its view. Only
 * names are looked at; the effective answers of protected names are core/
 * resolve's matter.
 */
#ifndef RULES_REACH_H
#define RULES_REACH_H

#include "rules.h"

enum reach_where {
	REACH_OWNER,   /* authoritative data at .owner, maybe a wildcard's */
	REACH_EMPTY,   /* an empty non-terminal */
	REACH_MISSING, /* does not exist */
	REACH_CUT,     /* at or below the delegation .owner, not followed */
	REACH_DNAME,   /* below the DNAME of .owner */
	REACH_OUTSIDE, /* in no zone of the view */
	REACH_UNKNOWN, /* the zone that would say cannot be read */
};

struct reach {
	enum reach_where where;
	bool wildcard;
	const struct zone *zone; /* NULL for OUTSIDE and UNKNOWN */
	uint32_t owner;          /* or ZONE_NONE */
};

/* The memory of one walk over ZONE; NULL without memory. */
struct rule_memo *rule_memo_new(const struct zone *zone);
void rule_memo_free(struct rule_memo *);

/* Index of the owner NAME (lower case) of the walked zone, or ZONE_NONE. */
uint32_t reach_owner(const struct rule_walk *, const uint8_t *name);

/* NAME (any case), in the walked zone or another zone of its view. */
void reach_name(
    const struct rule_walk *, const uint8_t *name, struct reach *out);

/* Does the answer hold an address, or is it for another zone to say? */
bool reach_has_address(const struct reach *);

/* The CNAME at the answer, or the DNAME it lies below; else NULL. */
const struct zone_rrset *reach_alias(const struct reach *);

enum chain_end {
	CHAIN_EXISTS,  /* ends at data, an empty name or a delegation */
	CHAIN_MISSING, /* ends at a name that does not exist */
	CHAIN_LOOP,
	CHAIN_LONG, /* more than 16 steps */
	CHAIN_OUTSIDE,
	CHAIN_UNKNOWN,
};

struct chain {
	enum chain_end end;
	unsigned steps;
	/* the last CNAME or DNAME that was followed, and its zone */
	const struct zone *zone;
	const struct zone_rrset *link;
	uint8_t target[255]; /* name at the end */
	/* of a loop: is the start part of it, and the first of this zone's
	 * names on it? */
	bool leads;
};

/*
 * Follow CNAMEs and DNAMEs beginning at NAME. FIRST, if not NULL, is the CNAME
 * of the walked zone that stands there, not occluded. The last result is kept.
 */
const struct chain *reach_chain(const struct rule_walk *, const uint8_t *name,
    const struct zone_rrset *first);

#endif
