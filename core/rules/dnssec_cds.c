/* CDS and CDNSKEY: what the parent is asked to publish (RFC 7344, RFC 8078). */
#include <string.h>

#include "parent.h"
#include "table.h"

static const char id[] = "dnssec-cds";

/* The request to remove the DS (RFC 8078 section 4). */
static bool
is_delete(const struct zone *zone, const struct zone_rr *rr)
{
	static const uint8_t cds[5] = {0}, cdnskey[5] = {0, 0, 3, 0, 0};

	return rr->rdlen == 5 &&
	       memcmp(zone_rr_data(zone, rr),
		   rr->type == RRTYPE_CDS ? cds : cdnskey, 5) == 0;
}

static bool
has_delete(const struct zone *zone, const struct zone_rrset *set)
{
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++)
		if (is_delete(zone, rule_first(zone, set) + i))
			return true;
	return false;
}

/* Is RR of ZONE in the RRset of its type, or of TYPE, at OTHER's apex? */
static bool
stands_in(const struct zone *other, uint16_t type, const struct zone *zone,
    const struct zone_rr *rr)
{
	const struct zone_rrset *set;
	const struct zone_rr *o;
	uint32_t i;

	if (other == NULL || other->broken)
		return false;
	set = zone_find_rrset(other, other->apex, type);
	for (i = 0; set != NULL && i < set->count && i < PARENT_KEYS_MAX; i++) {
		o = rule_first(other, set) + i;
		if (o->rdlen == rr->rdlen &&
		    memcmp(zone_rr_data(other, o), zone_rr_data(zone, rr),
			rr->rdlen) == 0)
			return true;
	}
	return false;
}

/* The keys that the zone is published with are not in the file. */
static bool
is_signed_later(const struct rule_walk *w)
{
	return w->ez->mode == POLICY_DNSSEC_TRIAL ||
	       w->ez->mode == POLICY_DNSSEC_GATE;
}

/* The DNSKEY of the zone that RR names, or NULL. */
static const struct zone_rr *
named_key(const struct rule_walk *w, const struct zone_rr *rr)
{
	const struct zone *zone = w->zone;
	const struct zone_rrset *keys;
	const struct zone_rr *key = NULL;
	uint32_t i;

	if (rr->type == RRTYPE_CDS) {
		if (ds_find_key(zone, zone_rr_data(zone, rr), rr->rdlen, &key) <
		    DNSSEC_DS_UNKNOWN)
			return NULL;
	} else {
		keys = zone_find_rrset(zone, zone->apex, RRTYPE_DNSKEY);
		for (i = 0; keys != NULL && i < keys->count &&
			    i < PARENT_KEYS_MAX && key == NULL;
		     i++) {
			key = rule_first(zone, keys) + i;
			if (key->rdlen != rr->rdlen ||
			    memcmp(zone_rr_data(zone, key),
				zone_rr_data(zone, rr), rr->rdlen) != 0)
				key = NULL;
		}
	}
	return key != NULL && key_is_usable(zone_rr_data(zone, key), key->rdlen)
		   ? key
		   : NULL;
}

/* Is what RR asks for at the parent already? */
static bool
is_in(const struct rule_walk *w, const struct zone_rr *rr,
    const struct ds_source *s)
{
	const uint8_t *p = zone_rr_data(w->zone, rr);
	size_t i, n = ds_count(s);
	struct ds_record ds;

	for (i = 0; i < n && i < PARENT_DS_MAX; i++) {
		ds_read(s, i, &ds);
		if (rr->type == RRTYPE_CDNSKEY
			? dnssec_ds_match(w->ez->apex, ds.rdata, ds.len, p,
			      rr->rdlen) == DNSSEC_DS_MATCHES
			: ds.len == rr->rdlen &&
			      memcmp(ds.rdata, p, ds.len) == 0)
			return true;
	}
	return false;
}

static bool
is_at_parent(const struct rule_walk *w, const struct zone_rr *rr)
{
	struct ds_source policy = {.entry = w->ez->entry};
	struct ds_source parent = {
	    .zone = parent_zone(w->ev->new, w->ez->view, w->ez->apex)};

	parent.set = parent_ds(parent.zone, w->ez->apex);
	return (policy.entry != NULL && is_in(w, rr, &policy)) ||
	       is_in(w, rr, &parent);
}

/* Does RR name a key of another signer of the zone, as the policy has it? */
static bool
is_of_signer(const struct rule_walk *w, const struct zone_rr *rr)
{
	const struct policy_zone *entry = w->ez->entry;
	const uint8_t *p = zone_rr_data(w->zone, rr);
	const struct policy_dnskey *k;
	size_t i, j;

	for (i = 0; entry != NULL && i < entry->dnssec.nsigners; i++)
		for (j = 0; j < entry->dnssec.signer[i].ndnskeys; j++) {
			k = &entry->dnssec.signer[i].dnskey[j];
			if (rr->type == RRTYPE_CDNSKEY
				? k->len == rr->rdlen &&
				      memcmp(k->rdata, p, k->len) == 0
				: dnssec_ds_match(w->ez->apex, p, rr->rdlen,
				      k->rdata, k->len) == DNSSEC_DS_MATCHES)
				return true;
		}
	return false;
}

/*
 * May RR ask for what it asks? It names a key of the zone, or what the parent
 * has. A key that comes with this very push proves nothing where the signer's
 * keys are elsewhere: there, key or request must have been there before.
 */
static bool
may_ask(const struct rule_walk *w, const struct zone_rr *rr)
{
	const struct zone_rr *key = named_key(w, rr);

	if (is_at_parent(w, rr) || is_of_signer(w, rr))
		return true;
	if (!is_signed_later(w))
		return key != NULL;
	return stands_in(w->ez->old, rr->type, w->zone, rr) ||
	       (key != NULL &&
		   stands_in(w->ez->old, RRTYPE_DNSKEY, w->zone, key));
}

/* "CDS 12345" */
static const char *
words(const struct rule_walk *w, const struct zone_rr *rr)
{
	const uint8_t *p = zone_rr_data(w->zone, rr);
	unsigned tag = rr->rdlen < 2            ? 0
		       : rr->type == RRTYPE_CDS ? (unsigned)p[0] << 8 | p[1]
						: dnssec_key_tag(p, rr->rdlen);

	return findings_text(w->out, "%s %u", rule_type(w->out, rr->type), tag);
}

/* Does each record of SET name a key? True if nothing had to be said. */
static bool
check_set(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *rr;
	struct finding *f;
	bool good = true;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = rule_first(w->zone, set) + i;
		if (i < PARENT_DS_MAX &&
		    (is_delete(w->zone, rr) || may_ask(w, rr)))
			continue;
		good = false;
		if (rule_muted(w))
			continue;
		f = rule_report(w, id, rr,
		    i < PARENT_DS_MAX
			? "the %s of %s names no key that the zone is known by"
			: "the %s of %s is one more than are looked at",
		    words(w, rr), w->ez->apex_text);
		f->expected = "a DNSKEY of the zone, or a DS of its parent";
		f->help = "a parent that follows it would trust that key: "
			  "remove it, or publish the key first";
	}
	return good;
}

static bool
check_delete(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *rr;
	struct finding *f;

	if (!has_delete(w->zone, set))
		return false;
	rr = rule_first(w->zone, set);
	f = rule_report(w, id, rr,
	    set->count == 1
		? "the %s of %s asks the parent to remove the DS"
		: "the %s of %s asks the parent to remove the DS, beside "
		  "others that name keys",
	    rule_type(w->out, set->type), w->ez->apex_text);
	f->help = "remove it; where the zone is to become unsigned, have a "
		  "waiver say so";
	return true;
}

/* Does CDS say of CDNSKEY's key what it should? */
static bool
agree(const struct rule_walk *w, const struct zone_rr *cds,
    const struct zone_rr *cdnskey)
{
	return dnssec_ds_match(w->ez->apex, zone_rr_data(w->zone, cds),
		   cds->rdlen, zone_rr_data(w->zone, cdnskey),
		   cdnskey->rdlen) >= DNSSEC_DS_UNKNOWN;
}

/* Report each record of SET that none of OTHER's agrees with. */
static void
compare(const struct rule_walk *w, const struct zone_rrset *set,
    const struct zone_rrset *other)
{
	const struct zone_rr *rr, *o;
	struct finding *f;
	uint32_t i, j;

	for (i = 0; i < set->count && i < PARENT_DS_MAX; i++) {
		rr = rule_first(w->zone, set) + i;
		for (j = 0; j < other->count && j < PARENT_DS_MAX; j++) {
			o = rule_first(w->zone, other) + j;
			if (set->type == RRTYPE_CDS ? agree(w, rr, o)
						    : agree(w, o, rr))
				break;
		}
		if (j < other->count && j < PARENT_DS_MAX)
			continue;
		f = rule_report(w, id, rr,
		    "the %s of %s is contradicted by its %s records",
		    words(w, rr), w->ez->apex_text,
		    rule_type(w->out, other->type));
		f->help = "CDS and CDNSKEY must name the same keys (RFC 7344 "
			  "section 4)";
	}
}

/* Would the keys still be trusted once the parent has done it? */
static bool
leads_on(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *key;
	uint32_t i;

	for (i = 0; i < set->count && i < PARENT_DS_MAX; i++) {
		key = named_key(w, rule_first(w->zone, set) + i);
		if (key != NULL && key_signs_keys(w->zone, key))
			return true;
	}
	return false;
}

static void
check_apex(const struct rule_walk *w)
{
	const struct zone *zone = w->zone;
	const struct zone_rrset *set[2] = {
	    zone_find_rrset(zone, zone->apex, RRTYPE_CDS),
	    zone_find_rrset(zone, zone->apex, RRTYPE_CDNSKEY)};
	bool removes = false, good = true;
	struct finding *f;
	int i;

	for (i = 0; i < 2; i++) {
		if (set[i] == NULL)
			continue;
		removes = check_delete(w, set[i]) || removes;
		good = check_set(w, set[i]) && good;
	}
	if (removes)
		return;
	if (set[0] != NULL && set[1] != NULL) {
		compare(w, set[0], set[1]);
		compare(w, set[1], set[0]);
	}
	for (i = 0; i < 2 && good && !is_signed_later(w); i++) {
		if (set[i] == NULL || leads_on(w, set[i]))
			continue;
		f = rule_report(w, id, rule_first(zone, set[i]),
		    "no %s of %s names a key that signs its DNSKEY records",
		    rule_type(w->out, set[i]->type), w->ez->apex_text);
		f->help = "a parent that follows it would make the zone bogus "
			  "(RFC 7344 section 4.1)";
	}
}

/* Anywhere else nobody reads them, or the wrong one does. */
static void
check_place(const struct rule_walk *w, const struct zone_rrset *set)
{
	struct finding *f;

	if (w->zone->owner[set->owner].flags & ZONE_APEX)
		return;
	f = rule_report(w, id, rule_first(w->zone, set),
	    "the %s of %s does not stand at the apex of the zone",
	    rule_type(w->out, set->type),
	    rule_name(w->out, w->zone->owner[set->owner].name));
	f->help = "CDS and CDNSKEY belong to the child's apex (RFC 7344 "
		  "section 4.1)";
}

const struct rule rule_dnssec_cds = {
    .id = id,
    .title = "CDS or CDNSKEY would change the parent's DS in a wrong way",
    .severity = SEVERITY_ERROR,
    .what = "CDS and CDNSKEY records (RFC 7344) contradict each other; name a "
	    "key that is not published; name none that signs the DNSKEY "
	    "records; ask for the DS to be removed (RFC 8078); or do not stand "
	    "at the apex. In a zone that is signed after the merge, a record "
	    "or its key must have been in the base, or be what the parent has.",
    .why = "Many parents follow these records without asking anyone. One "
	   "record can hand the zone to another key or switch DNSSEC off.",
    .bad = "@  CDS  0 0 0 00\n",
    .good = "@  CDS  22222 13 2 e06d44b8...\n",
    .fix = "Let CDS and CDNSKEY name the key-signing keys in use. Going "
	   "unsigned is a step of its own, under a waiver.",
    .zone = check_apex,
    .rrset = check_place,
    .rrset_type = {RRTYPE_CDS, RRTYPE_CDNSKEY},
};
