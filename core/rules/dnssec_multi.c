/*
 * dnssec-multi-signer: one zone, several providers that sign it with keys of
 * their own (RFC 8901). What a resolver got from one must fit what it gets from
 * another, also while one of them comes or goes.
 */
#include <string.h>

#include "chain.h"
#include "parent.h"
#include "table.h"

static const char id[] = "dnssec-multi-signer";

/* ---- what the policy says of the others --------------------------------- */

static bool
is_sep(const struct policy_dnskey *k)
{
	return k->len > 1 && (k->rdata[1] & 1) != 0;
}

static bool
has_zsk(const struct policy_signer *s)
{
	size_t i;

	for (i = 0; i < s->ndnskeys; i++)
		if (!is_sep(&s->dnskey[i]))
			return true;
	return false;
}

/* Does it sign data? A provider that has but one kind of key uses it for all.
 */
static bool
signs_data(const struct policy_signer *s, const struct policy_dnskey *k)
{
	return !is_sep(k) || !has_zsk(s);
}

static unsigned
tag_of(const struct policy_dnskey *k)
{
	return dnssec_key_tag(k->rdata, k->len);
}

static bool
same(const struct zone *z, const struct zone_rr *rr, const uint8_t *rdata,
    size_t len)
{
	return rr->rdlen == len && memcmp(zone_rr_data(z, rr), rdata, len) == 0;
}

static bool
publishes(const struct zone *z, const uint8_t *rdata, size_t len)
{
	const struct zone_rrset *set = zone_find_rrset(
	    z, z->apex, RRTYPE_DNSKEY);
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++)
		if (same(z, rule_first(z, set) + i, rdata, len))
			return true;
	return false;
}

static struct finding *
tell(const struct rule_walk *w, const struct policy_signer *s, uint16_t type,
    const char *message)
{
	const struct zone_rrset *set = zone_find_rrset(
	    w->zone, w->zone->apex, type);
	struct finding *f;

	f = rule_report(w, id, set == NULL ? NULL : rule_first(w->zone, set),
	    "%s", message);
	if (s != NULL)
		f->authority = rule_authority(
		    w->out, w->ev->policy, s->line, NULL);
	return f;
}

/* Whoever has our keys must be able to validate the other's answers. */
static void
check_imported(const struct rule_walk *w, const struct policy_signer *s)
{
	const struct policy_dnskey *k;
	size_t i;

	for (i = 0; i < s->ndnskeys; i++) {
		k = &s->dnskey[i];
		if (!signs_data(s, k) || publishes(w->zone, k->rdata, k->len))
			continue;
		tell(w, s, RRTYPE_DNSKEY,
		    findings_text(w->out,
			"the DNSKEY records of %s lack the key %u that %s "
			"signs with",
			w->ez->apex_text, tag_of(k), s->name))
		    ->help = "import the zone-signing keys of every other "
			     "provider into the zone (RFC 8901 section 2.1)";
	}
}

/* ---- DS, CDS and CDNSKEY for each provider ------------------------------ */

static bool
is_named(const uint8_t *apex, const struct ds_source *from,
    const struct policy_dnskey *k)
{
	struct ds_record ds;
	size_t i, n = ds_count(from);

	for (i = 0; i < n && i < PARENT_DS_MAX; i++) {
		ds_read(from, i, &ds);
		if (dnssec_ds_match(apex, ds.rdata, ds.len, k->rdata, k->len) >=
		    DNSSEC_DS_UNKNOWN)
			return true;
	}
	return false;
}

/* Keys of its own that sign its DNSKEY records need a DS of their own. */
static void
check_ds(const struct rule_walk *w, const struct policy_signer *s)
{
	struct ds_source policy = {.entry = w->ez->entry};
	struct ds_source parent = {
	    .zone = parent_zone(w->ev->new, w->ez->view, w->ez->apex)};
	bool any = false, named = false;
	size_t i;

	parent.set = parent_ds(parent.zone, w->ez->apex);
	if (ds_count(&parent) == 0 && ds_count(&policy) == 0)
		return;
	for (i = 0; i < s->ndnskeys; i++) {
		if (!is_sep(&s->dnskey[i]))
			continue;
		any = true;
		named = named ||
			is_named(w->ez->apex, &policy, &s->dnskey[i]) ||
			is_named(w->ez->apex, &parent, &s->dnskey[i]);
	}
	if (!any || named)
		return;
	tell(w, s, RRTYPE_DNSKEY,
	    findings_text(w->out, "no DS of %s names a key-signing key of %s",
		w->ez->apex_text, s->name))
	    ->help = "have the parent publish a DS for each provider (RFC 8901 "
		     "section 2.1.2); give the policy its key-signing keys "
		     "when that is done";
}

static bool
asks_for(const struct rule_walk *w, const struct zone_rrset *set,
    const struct policy_dnskey *k)
{
	const struct zone_rr *rr = rule_first(w->zone, set), *end;

	for (end = rr + set->count; rr < end; rr++)
		if (set->type == RRTYPE_CDNSKEY
			? same(w->zone, rr, k->rdata, k->len)
			: dnssec_ds_match(w->ez->apex,
			      zone_rr_data(w->zone, rr), rr->rdlen, k->rdata,
			      k->len) >= DNSSEC_DS_UNKNOWN)
			return true;
	return false;
}

/* A parent that follows CDS would drop the DS of who is not in them. */
static void
check_asked(
    const struct rule_walk *w, const struct policy_signer *s, uint16_t type)
{
	const struct zone_rrset *set = zone_find_rrset(
	    w->zone, w->zone->apex, type);
	bool any = false;
	size_t i;

	if (set == NULL)
		return;
	for (i = 0; i < s->ndnskeys; i++) {
		if (!is_sep(&s->dnskey[i]))
			continue;
		if (asks_for(w, set, &s->dnskey[i]))
			return;
		any = true;
	}
	if (!any)
		return;
	tell(w, s, type,
	    findings_text(w->out, "the %s of %s name no key-signing key of %s",
		rule_type(w->out, type), w->ez->apex_text, s->name))
	    ->help = "CDS and CDNSKEY are the same at every provider and name "
		     "the key-signing keys of all (RFC 8901 section 8)";
}

/* ---- the other file of the same zone ------------------------------------- */

/* Keys that FROM signs its data with and TO does not publish. */
static void
check_pair(const struct rule_walk *w, const struct zone *from,
    const struct zone *to, const char *from_view, const char *to_view)
{
	struct continuity_state *s = arena_alloc(w->out->arena, sizeof(*s));
	const struct continuity_key *k;
	uint32_t i;

	if (s == NULL || continuity_read(s, from, w->out->arena) != 0) {
		w->out->lost = true;
		return;
	}
	for (i = 0; i < s->nkeys; i++) {
		k = &s->key[i];
		if (!continuity_signs_data(s, k) ||
		    publishes(to, k->rdata, k->rdlen))
			continue;
		tell(w, NULL, RRTYPE_DNSKEY,
		    findings_text(w->out,
			"%s in the view %s is signed by key %u, which its "
			"DNSKEY records in the view %s lack",
			w->ez->apex_text, from_view, k->tag, to_view))
		    ->help = "publish the zone-signing keys of both in both "
			     "files";
	}
}

static void
check_files(const struct rule_walk *w)
{
	const struct zoneset_entry *en;
	const struct policy_zone *entry;
	const struct zone *other;
	struct error e;
	uint32_t i;

	for (i = 0; w->ev->new != NULL &&i < zoneset_count(w->ev->new); i++) {
		en = zoneset_entry(w->ev->new, i);
		entry = en->tag;
		if (!name_equal(en->apex, w->ez->apex) ||
		    strcmp(en->view, w->ez->view) == 0 || entry == NULL ||
		    entry->dnssec.nsigners == 0)
			continue;
		other = zoneset_zone(w->ev->new, i, NULL, &e);
		if (other == NULL || other->broken)
			continue;
		check_pair(w, other, w->zone, en->view, w->ez->view);
		/* The other one tells it, if it is judged. */
		if (!parent_is_judged(w->ev, en->view, en->apex))
			check_pair(w, w->zone, other, w->ez->view, en->view);
	}
}

static void
check_signers(const struct rule_walk *w)
{
	const struct policy_zone *entry = w->ez->entry;
	const struct policy_signer *s, *end;

	if (entry == NULL || entry->dnssec.nsigners == 0 ||
	    w->ez->mode == POLICY_DNSSEC_UNSIGNED)
		return;
	s = entry->dnssec.signer;
	for (end = s + entry->dnssec.nsigners; s < end; s++) {
		check_imported(w, s);
		check_ds(w, s);
		check_asked(w, s, RRTYPE_CDS);
		check_asked(w, s, RRTYPE_CDNSKEY);
	}
	if (w->ez->mode == POLICY_DNSSEC_PRESIGNED)
		check_files(w);
}

/* ---- a provider comes, a provider goes ----------------------------------- */

static bool
serves(const struct continuity_state *s, const uint8_t *name)
{
	uint32_t i;

	for (i = 0; i < s->nns; i++)
		if (name_equal(s->ns[i], name))
			return true;
	return false;
}

/* Has A a name server that B has not? */
static bool
has_more_ns(const struct continuity_state *a, const struct continuity_state *b)
{
	uint32_t i;

	for (i = 0; i < a->nns; i++)
		if (!serves(b, a->ns[i]))
			return true;
	return false;
}

static void
tell_when(const struct evidence *ev, const struct evidence_chain *c,
    struct findings *fs, const char *message, uint32_t state, int64_t safe,
    const char *step)
{
	struct finding *f = chain_report(ev, c, id, fs, message);
	const char *at = chain_time(fs, safe);

	f->expected = state > 1 ? findings_text(fs, "not before %s", at)
				: findings_text(
				      fs, "a step in between, until %s", at);
	f->help = findings_text(fs, "%s; %s %s", step,
	    state > 1 ? "this step is safe from"
		      : "if that is pushed now, this step is safe from",
	    at);
}

/* Name servers come before all caches have the keys that others sign with. */
static void
check_coming(const struct evidence *ev, const struct evidence_chain *c,
    const struct policy_signer *s, struct findings *fs)
{
	struct continuity_when when = chain_when(ev, c);
	const struct policy_dnskey *k;
	int64_t end, safe;
	uint32_t state;
	size_t i, j;

	for (j = 0; j < s->ndnskeys; j++) {
		k = &s->dnskey[j];
		if (!signs_data(s, k))
			continue;
		for (i = c->nstates, state = 0, safe = 0; i-- > 1;) {
			end = continuity_keys_end(c->state, (uint32_t)i, &when);
			if (continuity_key_find(
				&c->state[i], k->rdata, k->len) != NULL ||
			    end <= when.now)
				continue;
			state = (uint32_t)i;
			safe = end > safe ? end : safe;
		}
		if (state == 0)
			continue;
		tell_when(ev, c, fs,
		    findings_text(fs,
			"name servers of %s are added while caches have its "
			"DNSKEY records without the key %u of %s",
			c->apex_text, tag_of(k), s->name),
		    state, safe,
		    "publish the keys of the provider first, wait, then add "
		    "its name servers");
	}
}

static bool
ever_signs(const struct evidence_chain *c, const struct continuity_key *k)
{
	size_t i;

	for (i = 0; i < c->nstates; i++)
		if (continuity_signs_data(&c->state[i], k))
			return true;
	return false;
}

static uint32_t
longest_ttl(const struct continuity_state *s)
{
	uint32_t i, ttl = 0;

	for (i = 0; i < s->nsets; i++)
		if (s->set[i].ttl > ttl)
			ttl = s->set[i].ttl;
	return ttl < CONTINUITY_TTL_MAX ? ttl : CONTINUITY_TTL_MAX;
}

/* A key that nobody signs with here leaves: was it that of a provider whose
 * name servers caches may still know, and whose answers they hold? */
static void
check_going(const struct evidence *ev, const struct evidence_chain *c,
    const struct continuity_key *k, struct findings *fs)
{
	struct continuity_when when = chain_when(ev, c);
	const struct continuity_state *s;
	int64_t end, safe = 0;
	uint32_t state = 0;
	size_t i;

	for (i = c->nstates; i-- > 1;) {
		s = &c->state[i];
		if (!has_more_ns(s, &c->state[0]))
			continue;
		end = (i == 1 ? when.now : s->until) + when.propagation +
		      (s->ns_ttl < CONTINUITY_TTL_MAX ? s->ns_ttl
						      : CONTINUITY_TTL_MAX) +
		      longest_ttl(s);
		if (end <= when.now)
			continue;
		state = (uint32_t)i;
		safe = end > safe ? end : safe;
	}
	if (state == 0)
		return;
	tell_when(ev, c, fs,
	    findings_text(fs,
		"the key %u of another provider leaves %s while caches know "
		"name servers that are gone, and what they said",
		k->tag, c->apex_text),
	    state, safe,
	    "remove the name servers first, wait, then remove the keys of the "
	    "provider");
}

static void
check_steps(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_chain *c;
	const struct continuity_key *k;
	uint32_t i;
	size_t n;

	for (n = 0; n < ev->nchains; n++) {
		c = &ev->chain[n];
		if (!c->in_motion || c->entry == NULL || c->state[0].nkeys == 0)
			continue;
		for (i = 0; i < c->entry->dnssec.nsigners; i++)
			if (has_more_ns(&c->state[0], &c->state[1]))
				check_coming(
				    ev, c, &c->entry->dnssec.signer[i], fs);
		for (i = 0; i < c->state[1].nkeys; i++) {
			k = &c->state[1].key[i];
			if ((k->flags & 1) == 0 && !k->signs_keys &&
			    continuity_key_find(
				&c->state[0], k->rdata, k->rdlen) == NULL &&
			    !ever_signs(c, k))
				check_going(ev, c, k, fs);
		}
	}
}

const struct rule rule_dnssec_multi_signer = {
    .id = id,
    .title = "several signers do not know each other's keys",
    .severity = SEVERITY_ERROR,
    .what = "The zone is signed by several providers (RFC 8901; "
	    "dnssec.multi-signer in the policy), and its DNSKEY records lack a "
	    "zone-signing key of another one; or no DS, CDS or CDNSKEY is for "
	    "a key-signing key of it; or the files of two providers in this "
	    "repository do not have each other's keys. Or name servers are "
	    "added before caches have the new provider's keys, or keys of a "
	    "provider are removed while its name servers and answers are in "
	    "caches. See docs/rollovers.md.",
    .why = "A resolver that has the keys from one provider and an answer from "
	   "the other cannot validate it: failures come and go at random.",
    .bad = "; provider A: DNSKEY of A;  provider B: DNSKEY of B\n",
    .good = "; both: DNSKEY of A and of B\n",
    .fix = "Import each provider's zone-signing keys at the other one, wait "
	   "for the TTL of the DNSKEY records, then add its name servers; go "
	   "the other way around when a provider leaves.",
    .zone = check_signers,
    .run = check_steps,
};
