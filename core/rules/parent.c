#include "parent.h"

#include <string.h>

size_t
ds_count(const struct ds_source *s)
{
	if (s->entry != NULL)
		return s->entry->dnssec.nparent_ds;
	return s->set == NULL ? 0 : s->set->count;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
ds_read(const struct ds_source *s, size_t i, struct ds_record *out)
{
	const struct policy_ds *ds;
	size_t len;

	memset(out, 0, sizeof(*out));
	if (s->entry != NULL) {
		ds = &s->entry->dnssec.parent_ds[i];
		len = min(ds->digest_len, sizeof(out->rdata) - 4);
		out->rdata[0] = (uint8_t)(ds->tag >> 8);
		out->rdata[1] = (uint8_t)ds->tag;
		out->rdata[2] = ds->algorithm;
		out->rdata[3] = ds->digest_type;
		memcpy(out->rdata + 4, ds->digest, len);
		out->len = (uint16_t)(4 + len);
	} else {
		out->rr = rule_first(s->zone, s->set) + i;
		len = min(out->rr->rdlen, sizeof(out->rdata));
		memcpy(out->rdata, zone_rr_data(s->zone, out->rr), len);
		out->len = (uint16_t)len;
	}
	out->tag = (uint16_t)(out->rdata[0] << 8 | out->rdata[1]);
	out->algorithm = out->rdata[2];
	out->digest_type = out->rdata[3];
}

const char *
ds_text(struct findings *fs, const struct ds_record *ds)
{
	return findings_text(
	    fs, "DS %u %u %u", ds->tag, ds->algorithm, ds->digest_type);
}

const struct zone *
parent_zone(struct zoneset *set, const char *view, const uint8_t *apex)
{
	const struct zone *zone;
	struct error e;
	uint32_t i;

	if (set == NULL || name_is_root(apex))
		return NULL;
	i = zoneset_closest(set, view, name_parent(apex));
	if (i == ZONE_NONE)
		return NULL;
	zone = zoneset_zone(set, i, NULL, &e);
	return zone == NULL || zone->broken ? NULL : zone;
}

bool
parent_is_judged(
    const struct evidence *ev, const char *view, const uint8_t *apex)
{
	size_t i;

	for (i = 0; i < ev->nzones; i++)
		if (ev->zone[i].new != NULL &&
		    name_equal(ev->zone[i].apex, apex) &&
		    strcmp(ev->zone[i].view, view) == 0)
			return true;
	return false;
}

const struct zone_rrset *
parent_ds(const struct zone *parent, const uint8_t *apex)
{
	const struct zone_rrset *set;

	if (parent == NULL)
		return NULL;
	set = zone_find_rrset(parent, apex, RRTYPE_DS);
	return set != NULL && zone_is_authoritative(parent, set) ? set : NULL;
}

bool
key_is_usable(const uint8_t *rdata, size_t len)
{
	enum { REVOKE = 0x80, PROTOCOL = 3 };

	return len > 4 && (rdata[0] & 1) != 0 && (rdata[1] & REVOKE) == 0 &&
	       rdata[2] == PROTOCOL;
}

bool
key_signs_keys(const struct zone *zone, const struct zone_rr *key)
{
	const struct zone_rrset *set = zone_find_rrset(
	    zone, zone->apex, RRTYPE_RRSIG);
	const uint8_t *k = zone_rr_data(zone, key), *p;
	const struct zone_rr *rr;
	uint32_t i;
	uint16_t tag;

	if (set == NULL || key->rdlen <= 4)
		return false;
	tag = dnssec_key_tag(k, key->rdlen);
	for (i = 0; i < set->count; i++) {
		rr = rule_first(zone, set) + i;
		p = zone_rr_data(zone, rr);
		if (rr->rdlen > 18 && (p[0] << 8 | p[1]) == RRTYPE_DNSKEY &&
		    p[2] == k[3] && (p[16] << 8 | p[17]) == tag)
			return true;
	}
	return false;
}

enum dnssec_ds_match
ds_find_key(const struct zone *zone, const uint8_t *ds, size_t len,
    const struct zone_rr **key)
{
	const struct zone_rrset *set = zone_find_rrset(
	    zone, zone->apex, RRTYPE_DNSKEY);
	enum dnssec_ds_match best = DNSSEC_DS_OTHER, match;
	const struct zone_rr *rr;
	uint32_t i;

	*key = NULL;
	for (i = 0; set != NULL && i < set->count && i < PARENT_KEYS_MAX; i++) {
		rr = rule_first(zone, set) + i;
		match = dnssec_ds_match(
		    zone->apex, ds, len, zone_rr_data(zone, rr), rr->rdlen);
		if (match <= best)
			continue;
		best = match;
		*key = rr;
	}
	return best;
}
