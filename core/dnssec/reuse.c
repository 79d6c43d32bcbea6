#include "reuse.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

void
reuse_init(struct reuse *r, const struct zone *old,
    const struct dnssec_keys *keys, int64_t now, uint32_t refresh)
{
	const struct zone_rrset *set = NULL;
	const struct zone_rr *rr;
	unsigned i;
	uint32_t j;

	memset(r, 0, sizeof(*r));
	r->now = now;
	r->refresh = refresh;
	if (old != NULL && name_equal(old->apex, keys->apex))
		r->old = old;
	if (r->old != NULL)
		set = zone_find_rrset(old, old->apex, RRTYPE_DNSKEY);
	/* The same tag may be another key's. */
	for (i = 0; set != NULL && i < keys->n; i++)
		for (j = 0; j < set->count; j++) {
			rr = &old->rr[set->rr + j];
			if (rr->rdlen == keys->key[i].rdlen &&
			    memcmp(zone_rr_data(old, rr), keys->key[i].rdata,
				rr->rdlen) == 0)
				r->known[i] = true;
		}
}

static bool
same_records(const struct zone *old, const struct zone_rrset *set,
    const struct reuse_set *s)
{
	const struct zone_rr *rr = &old->rr[set->rr];
	const uint8_t *rdata;
	uint16_t len;
	uint32_t i;

	if (set->count != s->count || set->ttl != s->ttl)
		return false;
	for (i = 0; i < s->count; i++) {
		rdata = s->rdata(s->ctx, i, &len);
		if (rr[i].rdlen != len || rr[i].ttl != s->ttl ||
		    memcmp(zone_rr_data(old, &rr[i]), rdata, len) != 0)
			return false;
	}
	return true;
}

/* Is P of LEN octets an RRSIG for the set, by the key, for long enough? */
static bool
holds(const struct reuse *r, const struct reuse_set *s,
    const struct dnssec_key *k, const uint8_t *p, size_t len)
{
	size_t n;

	if (len <= RRSIG_HEADER || get16(p) != s->type ||
	    p[2] != k->algorithm || get16(p + 16) != k->tag ||
	    get32(p + 4) != s->ttl ||
	    p[3] != name_labels(s->name) - name_is_wildcard(s->name))
		return false;
	n = name_check(p + RRSIG_HEADER, len - RRSIG_HEADER);
	if (n == 0 || len != RRSIG_HEADER + n + k->sig_len ||
	    !name_equal(p + RRSIG_HEADER, r->old->apex))
		return false;
	/* Serial numbers around now (RFC 4034 §3.1.5). */
	return (int32_t)(get32(p + 8) - (uint32_t)r->now) >
		   (int64_t)r->refresh &&
	       (int32_t)(get32(p + 12) - (uint32_t)r->now) <= 0;
}

const uint8_t *
reuse_find(const struct reuse *r, uint32_t owner, const struct reuse_set *s,
    const struct dnssec_keys *keys, unsigned key, uint16_t *len)
{
	const struct zone_rrset *set, *sigs;
	const struct zone_rr *rr;
	const uint8_t *p;
	uint32_t i;

	if (r->old == NULL || owner == ZONE_NONE || !r->known[key] ||
	    (set = zone_rrset(r->old, owner, s->type)) == NULL ||
	    (sigs = zone_rrset(r->old, owner, RRTYPE_RRSIG)) == NULL)
		return NULL;
	for (i = 0; i < sigs->count; i++) {
		rr = &r->old->rr[sigs->rr + i];
		p = zone_rr_data(r->old, rr);
		if (!holds(r, s, &keys->key[key], p, rr->rdlen) ||
		    rr->ttl != s->ttl || !same_records(r->old, set, s))
			continue;
		*len = rr->rdlen;
		return p;
	}
	return NULL;
}
