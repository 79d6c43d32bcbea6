/* The denial chain (RFC 4034 §4, RFC 4035 §2.3): what NSEC and NSEC3 share, and
 * the NSEC chain. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "verify.h"

enum { BITMAP_MAX = 256 * 34 };

static bool
is_denial(uint16_t type)
{
	return type == RRTYPE_NSEC || type == RRTYPE_NSEC3 ||
	       type == RRTYPE_RRSIG;
}

bool
verify_is_named(const struct zone *z, uint32_t i)
{
	const struct zone_owner *o = &z->owner[i];
	uint32_t j;

	if (o->flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return false;
	for (j = 0; j < o->nrrsets; j++)
		if (!is_denial(z->rrset[o->rrset + j].type))
			return true;
	return false;
}

void
verify_denial_kind(struct verify *v, struct verify_list *l)
{
	const struct zone *z = v->zone;
	struct verify_at at = {z, ZONE_NONE, RRTYPE_NSEC, NULL};
	const struct zone_rr *nsec = NULL, *nsec3 = NULL;
	bool param;
	uint32_t i;

	for (i = 0; i < z->nrrsets; i++) {
		if (nsec == NULL && z->rrset[i].type == RRTYPE_NSEC)
			nsec = &z->rr[z->rrset[i].rr];
		if (nsec3 == NULL && z->rrset[i].type == RRTYPE_NSEC3)
			nsec3 = &z->rr[z->rrset[i].rr];
	}
	param = zone_find_rrset(z, z->apex, RRTYPE_NSEC3PARAM) != NULL;
	v->denial = param || (nsec3 != NULL && nsec == NULL) ? VERIFY_NSEC3
		    : nsec != NULL                           ? VERIFY_NSEC
							     : VERIFY_NONE;
	if (v->denial == VERIFY_NONE)
		verify_add(l, FAULT_CHAIN, at, "sign the whole zone",
		    "the zone has neither NSEC nor NSEC3 records: it cannot "
		    "prove that a name does not exist");
	if (nsec == NULL || (nsec3 == NULL && !param))
		return;
	at.owner = nsec->owner;
	at.rr = nsec;
	verify_add(l, FAULT_CHAIN, at,
	    "remove one of the chains, or sign the zone again",
	    "the zone has both NSEC and NSEC3 records");
}

void
verify_denial_ttl(
    const struct verify *v, const struct zone_rr *rr, struct verify_list *l)
{
	struct verify_at at = {v->zone, rr->owner, rr->type, rr};

	if (rr->ttl > v->minimum)
		verify_add(l, FAULT_TTL, at,
		    "the TTL is the lesser of the SOA's and its minimum "
		    "(RFC 9077 3)",
		    "the denial of existence has TTL %u, more than the SOA's "
		    "minimum %u",
		    rr->ttl, v->minimum);
}

/* Does the bitmap of an owner with FLAGS name TYPE, which it has? */
static bool
listed(const struct verify *v, uint8_t flags, uint16_t type)
{
	if (v->denial == VERIFY_NSEC3 && type == RRTYPE_NSEC3)
		return false;
	if (!(flags & ZONE_CUT))
		return true;
	return type == RRTYPE_NS || type == RRTYPE_DS || type == RRTYPE_RRSIG ||
	       type == RRTYPE_NSEC;
}

/* The bitmap owner I must have; types stand in ascending order. */
static size_t
expected(const struct verify *v, uint32_t i, uint8_t out[BITMAP_MAX])
{
	const struct zone *z = v->zone;
	const struct zone_owner *o = &z->owner[i];
	uint8_t *window = NULL;
	size_t at = 0;
	unsigned octet;
	uint16_t type;
	uint32_t j;

	for (j = 0; j < o->nrrsets; j++) {
		type = z->rrset[o->rrset + j].type;
		if (!listed(v, o->flags, type))
			continue;
		if (window == NULL || window[0] != type >> 8) {
			window = out + at;
			window[0] = (uint8_t)(type >> 8);
			window[1] = 0;
			at += 2;
		}
		octet = (type & 255u) >> 3;
		while (window[1] <= octet) {
			window[1]++;
			out[at++] = 0;
		}
		window[2 + octet] |= (uint8_t)(128u >> (type & 7));
	}
	return at;
}

/* Is BIT windows in ascending order, each of 1 to 32 octets without trailing
 * zeros? */
static bool
well_formed(const uint8_t *bit, size_t len)
{
	size_t at = 0, n;
	int last = -1;

	while (at < len) {
		if (len - at < 3 || bit[at] <= last)
			return false;
		last = bit[at];
		n = bit[at + 1];
		if (n < 1 || n > 32 || n > len - at - 2 || bit[at + 1 + n] == 0)
			return false;
		at += 2 + n;
	}
	return true;
}

static bool
has_bit(const uint8_t *bit, size_t len, uint16_t type)
{
	unsigned octet = (type & 255u) >> 3;
	size_t at;

	for (at = 0; at < len; at += 2u + bit[at + 1])
		if (bit[at] == type >> 8)
			return octet < bit[at + 1] &&
			       (bit[at + 2 + octet] & 128u >> (type & 7));
	return false;
}

/* Types in A that are not in B, as text; the first few. */
static void
difference(
    struct text *t, const uint8_t *a, size_t na, const uint8_t *b, size_t nb)
{
	char name[RRTYPE_MAX_TEXT];
	unsigned n = 0, i;
	uint16_t type;
	size_t at;

	for (at = 0; at < na; at += 2u + a[at + 1])
		for (i = 0; i < a[at + 1] * 8u; i++) {
			type = (uint16_t)(a[at] << 8 | i);
			if (!has_bit(a, na, type) || has_bit(b, nb, type))
				continue;
			if (++n > 8)
				continue;
			text_printf(t, "%s%s", n == 1 ? "" : ", ",
			    rrtype_to_text(name, type));
		}
	if (n > 8)
		text_printf(t, " and %u more", n - 8);
	if (n == 0)
		text_str(t, "none");
}

void
verify_bitmap(const struct verify *v, uint32_t i, const struct zone_rr *rr,
    const uint8_t *bit, size_t len, struct verify_list *l)
{
	static const char help[] =
	    "sign the zone again: resolvers take types that are not listed "
	    "for proven absent";
	struct verify_at at = {v->zone, rr->owner, rr->type, rr};
	uint8_t want[BITMAP_MAX];
	struct text less = TEXT_INIT, more = TEXT_INIT;
	size_t n = i == ZONE_NONE ? 0 : expected(v, i, want);

	if (n == len && (n == 0 || memcmp(want, bit, n) == 0))
		return;
	if (i != ZONE_NONE)
		at.owner = i;
	if (!well_formed(bit, len)) {
		verify_add(
		    l, FAULT_BITMAP, at, help, "the type bitmap is malformed");
		return;
	}
	difference(&less, want, n, bit, len);
	difference(&more, bit, len, want, n);
	if (less.lost || more.lost)
		l->lost = true;
	verify_add(l, FAULT_BITMAP, at, help,
	    "the type bitmap does not say what is there: missing %s; too many "
	    "%s",
	    less.data == NULL ? "?" : less.data,
	    more.data == NULL ? "?" : more.data);
	text_free(&less);
	text_free(&more);
}

/* The owner the NSEC of owner I must name. Each owner is passed once a walk. */
static const uint8_t *
next_name(const struct zone *z, uint32_t i)
{
	for (i++; i < z->nowners; i++)
		if (verify_is_named(z, i))
			return z->owner[i].name;
	return z->apex;
}

static void
check_nsec(const struct verify *v, uint32_t i, const struct zone_rr *rr,
    struct verify_list *l)
{
	struct verify_at at = {v->zone, i, RRTYPE_NSEC, rr};
	const uint8_t *p = zone_rr_data(v->zone, rr);
	const uint8_t *want = next_name(v->zone, i);
	char have[NAME_MAX_TEXT], should[NAME_MAX_TEXT];
	size_t n = name_check(p, rr->rdlen);

	if (n == 0) {
		verify_add(l, FAULT_CHAIN, at, "sign the zone again",
		    "the NSEC record is malformed");
		return;
	}
	if (!name_equal(p, want)) {
		name_to_text(have, p);
		name_to_text(should, want);
		verify_add(l, FAULT_CHAIN, at,
		    "sign the zone again: the chain must pass every name",
		    "NSEC points to %.350s, the next name is %.350s", have,
		    should);
	}
	verify_denial_ttl(v, rr, l);
	verify_bitmap(v, i, rr, p + n, rr->rdlen - n, l);
}

void
verify_nsec(const struct verify *v, uint32_t i, struct verify_list *l)
{
	const struct zone *z = v->zone;
	const struct zone_rrset *set = zone_rrset(z, i, RRTYPE_NSEC);
	struct verify_at at = {z, i, RRTYPE_NSEC, NULL};
	bool named = verify_is_named(z, i);

	if (v->denial != VERIFY_NSEC)
		return;
	if (set == NULL) {
		if (named)
			verify_add(l, FAULT_CHAIN, at, "sign the zone again",
			    "the name has no NSEC record");
		return;
	}
	at.rr = &z->rr[set->rr];
	if (!named || set->count != 1) {
		verify_add(l, FAULT_CHAIN, at, "remove it",
		    named ? "%u NSEC records at one name"
			  : "%u NSEC at a name without authoritative data",
		    set->count);
		return;
	}
	check_nsec(v, i, at.rr, l);
}
