#include "continuity.h"

#include <string.h>

#include "algorithm.h"
#include "dnssec.h"

/* How well one half of the chain fits the other. */
enum fit {
	FIT_NONE, /* no validator finds a way */
	FIT_SOME, /* not by every algorithm (RFC 6840 §5.11) */
	FIT_ALL,
};

/* The fit, and what is missing where it is not whole. */
struct match {
	enum fit fit;
	uint16_t tag;
	uint8_t algorithm;
};

static const struct match whole = {.fit = FIT_ALL};

/* ---- DS (or CDS) and keys ----------------------------------------------- */

static uint8_t
link_algorithm(const struct continuity_link *l)
{
	return l->rdata[l->is_key ? 3 : 2];
}

static uint16_t
link_tag(const struct continuity_link *l)
{
	return l->is_key ? dnskey_tag(l->rdata, l->len) : get16(l->rdata);
}

/* A digest that is not computed here is the business of other rules. */
static bool
names(const struct continuity_link *l, const struct continuity_key *k,
    const uint8_t *apex)
{
	enum dnssec_ds_match m;

	if (l->is_key)
		return l->len == k->rdlen &&
		       memcmp(l->rdata, k->rdata, l->len) == 0;
	m = dnssec_ds_match(apex, l->rdata, l->len, k->rdata, k->rdlen);
	return m == DNSSEC_DS_MATCHES || m == DNSSEC_DS_UNKNOWN;
}

static bool
leads_on(const struct continuity_link *l, const struct continuity_state *keys,
    const uint8_t *apex)
{
	const struct continuity_key *k = keys->key;
	uint32_t i;

	for (i = 0; i < keys->nkeys; i++)
		if (k[i].signs_keys && continuity_key_usable(&k[i]) &&
		    names(l, &k[i], apex))
			return true;
	return false;
}

/* RFC 4035 §2.2: each algorithm of the DS must have its key. */
static struct match
match_links(const struct continuity_link *l, uint32_t n,
    const struct continuity_state *keys, const uint8_t *apex)
{
	struct match m = {.fit = FIT_NONE};
	bool way[256] = {false};
	uint32_t i, open = 0;

	for (i = 0; i < n; i++)
		if (leads_on(&l[i], keys, apex)) {
			way[link_algorithm(&l[i])] = true;
			m.fit = FIT_SOME;
		}
	for (i = 0; i < n; i++) {
		if (way[link_algorithm(&l[i])])
			continue;
		if (open++ == 0) {
			m.tag = link_tag(&l[i]);
			m.algorithm = link_algorithm(&l[i]);
		}
	}
	return open == 0 ? whole : m;
}

/* ---- keys and signatures ------------------------------------------------ */

/*
 * Is the signer among KEYS? Tags repeat: the key that the state of the
 * signature has for it decides, if that has one.
 */
static bool
has_signer(const struct continuity_state *keys,
    const struct continuity_state *of, const struct continuity_signer *x)
{
	const struct continuity_key *k;
	bool own = false;
	uint32_t i;

	for (i = 0; i < of->nkeys; i++) {
		k = &of->key[i];
		if (k->tag != x->tag || k->algorithm != x->algorithm)
			continue;
		own = true;
		k = continuity_key_find(keys, k->rdata, k->rdlen);
		if (k != NULL && continuity_key_usable(k))
			return true;
	}
	for (i = 0; !own && i < keys->nkeys; i++) {
		k = &keys->key[i];
		if (k->tag == x->tag && k->algorithm == x->algorithm &&
		    continuity_key_usable(k))
			return true;
	}
	return false;
}

static struct match
match_set(const struct continuity_state *keys,
    const struct continuity_state *of, const struct continuity_set *set)
{
	struct match m = {.fit = FIT_NONE};
	const struct continuity_signer *x;
	bool way[256] = {false}, needed = false;
	uint32_t i;

	for (i = 0; i < of->nsigners; i++) {
		x = &of->signer[i];
		if ((set->signers >> i & 1) == 0)
			continue;
		if (has_signer(keys, of, x)) {
			way[x->algorithm] = true;
			m.fit = FIT_SOME;
		} else {
			m.tag = x->tag;
			m.algorithm = x->algorithm;
		}
	}
	for (i = 0; i < keys->nkeys; i++) {
		if (!continuity_key_usable(&keys->key[i]) ||
		    way[keys->key[i].algorithm])
			continue;
		needed = true;
		if (m.fit == FIT_SOME) {
			m.tag = keys->key[i].tag;
			m.algorithm = keys->key[i].algorithm;
		}
	}
	return needed ? m : whole;
}

/* The worst of all RRsets of OF. */
static struct match
match_sets(
    const struct continuity_state *keys, const struct continuity_state *of)
{
	struct match m, worst = whole;
	uint32_t i;

	for (i = 0; i < of->nsets; i++) {
		m = match_set(keys, of, &of->set[i]);
		if (m.fit < worst.fit)
			worst = m;
	}
	return worst;
}

/* ---- time --------------------------------------------------------------- */

static int64_t
end_of(const struct continuity_state *state, uint32_t i, uint32_t ttl,
    const struct continuity_when *when)
{
	int64_t until = i <= 1 ? when->now : state[i].until;

	/* What lies in the future is not known to have ended. */
	if (until > when->now)
		until = when->now;
	if (ttl > CONTINUITY_TTL_MAX)
		ttl = CONTINUITY_TTL_MAX;
	return until + when->propagation + ttl;
}

int64_t
continuity_keys_end(const struct continuity_state *state, uint32_t i,
    const struct continuity_when *when)
{
	return end_of(state, i, state[i].key_ttl, when);
}

int64_t
continuity_ds_end(const struct continuity_state *state, uint32_t i,
    const struct continuity_when *when)
{
	return end_of(state, i, state[i].ds_ttl, when);
}

/* ---- what is in the way ------------------------------------------------- */

struct search {
	const struct continuity_state *state;
	size_t n;
	const struct continuity_when *when;
	const uint8_t *apex;
	struct continuity_conflict found[CONTINUITY_KINDS];
	bool is_found[CONTINUITY_KINDS];
};

/* Leftovers of state I, TTL seconds old at most, do not fit M; they fitted
 * what is published now by BEFORE. */
static void
note(struct search *s, enum continuity_kind kind, uint32_t i, uint32_t ttl,
    struct match m, struct match before)
{
	struct continuity_conflict *c = &s->found[kind];
	int64_t safe = end_of(s->state, i, ttl, s->when);

	if (m.fit == FIT_ALL || m.fit >= before.fit || safe <= s->when->now)
		return;
	/* A missing step comes first, then what lasts longest. */
	if (s->is_found[kind] && ((c->state == 1 && i != 1) || c->safe >= safe))
		return;
	s->is_found[kind] = true;
	*c = (struct continuity_conflict){.kind = kind,
	    .algorithm_only = m.fit == FIT_SOME,
	    .state = i,
	    .safe = safe,
	    .ttl = ttl,
	    .tag = m.tag,
	    .algorithm = m.algorithm};
}

static struct match
ds_of(const struct search *s, uint32_t ds, uint32_t keys)
{
	const struct continuity_state *d = &s->state[ds];

	return match_links(d->ds, d->nds, &s->state[keys], s->apex);
}

static bool
is_delete(const struct continuity_state *s)
{
	uint32_t i;

	for (i = 0; i < s->nasked; i++)
		if (link_algorithm(&s->asked[i]) == 0)
			return true;
	return false;
}

static struct match
asked_of(const struct search *s, uint32_t asked, uint32_t keys)
{
	const struct continuity_state *a = &s->state[asked];

	if (a->nasked == 0 || is_delete(a))
		return ds_of(s, asked, keys);
	return match_links(a->asked, a->nasked, &s->state[keys], s->apex);
}

/* Leftovers of state I against the proposal. */
static void
compare(struct search *s, uint32_t i)
{
	const struct continuity_state *old = &s->state[i], *new = s->state;
	const struct continuity_state *now = &s->state[1];
	uint32_t j;

	/* DS that do not fit the keys they stand beside: dnssec-ds-mismatch. */
	if (ds_of(s, i, 0).fit < ds_of(s, 0, 0).fit || new->nkeys == 0)
		note(s, CONTINUITY_DS_OLD, i, old->ds_ttl, ds_of(s, i, 0),
		    ds_of(s, i, 1));
	note(s, CONTINUITY_DS_NEW, i, old->key_ttl, ds_of(s, 0, i),
	    ds_of(s, 1, i));
	if (new->nasked != 0 && !is_delete(new))
		note(s, CONTINUITY_ASKED, i, old->key_ttl, asked_of(s, 0, i),
		    asked_of(s, 1, i));
	if (new->nsets != 0)
		note(s, CONTINUITY_SIGS_NEW, i, old->key_ttl,
		    match_sets(old, new), match_sets(old, now));
	for (j = 0; j < old->nsets; j++)
		note(s, CONTINUITY_SIGS_OLD, i, old->set[j].ttl,
		    match_set(new, old, &old->set[j]),
		    match_set(now, old, &old->set[j]));
}

/* Does any validator look at signatures: is there a DS anywhere? */
static bool
is_secure(const struct search *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if ((s->state[i].nds != 0 || !s->state[i].ds_known) &&
		    (i == 0 ||
			continuity_ds_end(s->state, i, s->when) > s->when->now))
			return true;
	return false;
}

size_t
continuity_find(const struct continuity_state *state, size_t n,
    const uint8_t *apex, const struct continuity_when *when,
    struct continuity_conflict out[CONTINUITY_KINDS])
{
	struct search s = {.state = state, .n = n, .when = when, .apex = apex};
	size_t i, found = 0;

	for (i = 1; i < n && is_secure(&s); i++)
		compare(&s, (uint32_t)i);
	for (i = 0; i < CONTINUITY_KINDS; i++)
		if (s.is_found[i])
			out[found++] = s.found[i];
	return found;
}
