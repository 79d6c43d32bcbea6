#include "lookup.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

#define RRTYPE_KEY 25

/* Only denial of existence stands here: no name of the zone. */
static bool
is_hashed_owner(const struct zone *z, const struct zone_owner *o)
{
	bool nsec3 = false;
	uint16_t type;
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++) {
		type = z->rrset[o->rrset + i].type;
		if (type != RRTYPE_NSEC3 && type != RRTYPE_RRSIG)
			return false;
		nsec3 |= type == RRTYPE_NSEC3;
	}
	return nsec3;
}

uint32_t
lookup_node(const struct zone *z, const uint8_t *name, bool *exists)
{
	uint32_t i = zone_lower_bound(z, name);
	size_t len = name_len(name);

	if (i < z->nowners && z->owner[i].len == len &&
	    memcmp(z->owner[i].name, name, len) == 0) {
		if (!is_hashed_owner(z, &z->owner[i])) {
			*exists = true;
			return i;
		}
		i++;
	}
	/* Names below it follow directly; the apex exists in any case. */
	*exists = (i < z->nowners && name_is_under(z->owner[i].name, name)) ||
		  name_len(z->apex) == len;
	return ZONE_NONE;
}

/* May stand beside a CNAME, so asking for it does not follow the alias. */
static bool
beside_cname(uint16_t type)
{
	return type == RRTYPE_CNAME || type == RRTYPE_RRSIG ||
	       type == RRTYPE_NSEC || type == RRTYPE_KEY;
}

/* The name was found, or a wildcard stands for it: what does it hold? */
static void
at_node(struct lookup *out, const struct zone *z, uint32_t owner, uint16_t type)
{
	out->owner = owner;
	if (!beside_cname(type) &&
	    (out->rrset = zone_rrset(z, owner, RRTYPE_CNAME)) != NULL) {
		out->kind = LOOKUP_CNAME;
		return;
	}
	out->rrset = zone_rrset(z, owner, type);
	out->kind = out->rrset != NULL ? LOOKUP_RRSET : LOOKUP_NODATA;
}

/* Is there a delegation at OWNER that this question does not get past? */
static bool
at_cut(struct lookup *out, const struct zone *z, uint32_t owner, uint16_t type)
{
	if ((z->owner[owner].flags & ZONE_APEX) != 0 || type == RRTYPE_DS)
		return false;
	out->rrset = zone_rrset(z, owner, RRTYPE_NS);
	if (out->rrset == NULL)
		return false;
	out->kind = LOOKUP_CUT;
	out->owner = owner;
	return true;
}

/* Nothing stands at the next name below the closest encloser. */
static void
at_wildcard(struct lookup *out, const struct zone *z, uint16_t type)
{
	uint8_t wild[NAME_MAX_LEN] = {1, '*'};
	size_t len = name_len(out->encloser);
	bool exists = false;
	uint32_t owner;

	out->kind = LOOKUP_NXDOMAIN;
	if (len + 2 > sizeof(wild)) /* cannot be: a longer name was asked */
		return;
	memcpy(wild + 2, out->encloser, len);
	owner = lookup_node(z, wild, &exists);
	if (!exists)
		return;
	out->wildcard = true;
	out->kind = LOOKUP_NODATA;
	if (owner != ZONE_NONE && !at_cut(out, z, owner, type))
		at_node(out, z, owner, type);
}

void
lookup(struct lookup *out, const struct zone *z, const uint8_t *name,
    uint16_t type)
{
	unsigned below = name_labels(name) - name_labels(z->apex);
	const uint8_t *node;
	uint32_t owner;
	bool exists;

	memset(out, 0, sizeof(*out));
	out->owner = ZONE_NONE;
	out->encloser = name_skip(name, below);
	for (;; below--) {
		node = name_skip(name, below);
		owner = lookup_node(z, node, &exists);
		if (!exists) {
			at_wildcard(out, z, type);
			return;
		}
		out->encloser = node;
		if (owner != ZONE_NONE) {
			/* DS is the parent's only at the cut itself. */
			if (at_cut(out, z, owner, below == 0 ? type : 0))
				return;
			if (below > 0 && (out->rrset = zone_rrset(z, owner,
					      RRTYPE_DNAME)) != NULL) {
				out->kind = LOOKUP_DNAME;
				out->owner = owner;
				return;
			}
		}
		if (below == 0)
			break;
	}
	if (owner == ZONE_NONE)
		out->kind = LOOKUP_NODATA;
	else
		at_node(out, z, owner, type);
}
