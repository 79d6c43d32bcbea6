/*
 * The part of the lookup algorithm that stays inside one zone: RFC 1034 §4.3.2
 * step 3, with DNAME (RFC 6672 §3.2), wildcards and empty non-terminals (RFC
 * 4592), and DS at the parent's side of a cut (RFC 4035 §3.1.4.1).
 */
#ifndef RESOLVE_LOOKUP_H
#define RESOLVE_LOOKUP_H

#include "../zone/zone.h"

enum lookup_kind {
	LOOKUP_RRSET,    /* the RRset asked for */
	LOOKUP_CNAME,    /* the name is an alias */
	LOOKUP_DNAME,    /* an ancestor is redirected */
	LOOKUP_CUT,      /* delegated, at the name or above it */
	LOOKUP_NODATA,   /* the name exists, the type does not */
	LOOKUP_NXDOMAIN, /* the name does not exist */
};

struct lookup {
	enum lookup_kind kind;
	bool wildcard; /* OWNER is the source of synthesis */
	/* whose records these are; ZONE_NONE for an empty non-terminal or a
	 * name that does not exist */
	uint32_t owner;
	const struct zone_rrset *rrset; /* answer, CNAME, DNAME or NS */
	const uint8_t *encloser; /* closest encloser: an ending of the name */
};

/*
 * Look up NAME (lower case, at or below the apex) and TYPE. Data below a cut or
 * a DNAME is never seen. Where both stand at one name the cut wins (RFC 6672
 * §2.3), as does a CNAME over other data (RFC 1034 §4.3.2), except for the
 * types that may stand beside it: CNAME, RRSIG, NSEC, KEY (RFC 4034 §3, §4). A
 * wildcard that is delegated gives a referral (RFC 4592 §4.2 leaves it open).
 * Owners that hold NSEC3 and nothing else do not exist (RFC 5155 §7.2.8).
 */
void lookup(struct lookup *out, const struct zone *, const uint8_t *name,
    uint16_t type);

/*
 * Where NAME stands in the tree of the zone, cuts not considered: its index if
 * it is an owner; ZONE_NONE and *EXISTS if it is an empty non-terminal.
 */
uint32_t lookup_node(const struct zone *, const uint8_t *name, bool *exists);

#endif
