/* Every RRset of an owner against every signature that stands there. */
#include <string.h>

#include "../base/when.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "verify.h"

/* RFC 4034 §3.1, taken apart. */
struct rrsig {
	const struct zone_rr *rr;
	const uint8_t *header; /* up to the end of the signer's name */
	const uint8_t *signer;
	const uint8_t *sig;
	size_t header_len, sig_len;
	uint32_t ttl, expiration, inception;
	uint16_t covered, tag;
	uint8_t algorithm, labels;
};

/* What the signatures of one RRset have shown. */
struct verdict {
	bool bad;  /* one of them is not as it must be */
	bool told; /* and a finding says that it proves nothing */
	unsigned good;
	bool anchored; /* good, by an anchored key */
	bool algorithm[sizeof(((struct verify *)0)->algorithm)];
};

struct check {
	struct verify_worker *w;
	const struct zone_rrset *set;
	const struct zone_owner *owner;
	struct verify_list *list;
	struct verdict verdict;
};

bool
verify_is_authoritative(const struct zone *z, const struct zone_rrset *set)
{
	uint8_t flags = z->owner[set->owner].flags;

	if (flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return false;
	return !(flags & ZONE_CUT) || set->type == RRTYPE_DS ||
	       set->type == RRTYPE_NSEC;
}

/* 0, or -1 when it is too short to be one. */
static int
parse(const struct zone *z, const struct zone_rr *rr, struct rrsig *s)
{
	const uint8_t *p = zone_rr_data(z, rr);
	size_t n;

	if (rr->rdlen <= RRSIG_HEADER)
		return -1;
	n = name_check(p + RRSIG_HEADER, rr->rdlen - (size_t)RRSIG_HEADER);
	if (n == 0 || RRSIG_HEADER + n >= rr->rdlen)
		return -1;
	s->rr = rr;
	s->header = p;
	s->header_len = RRSIG_HEADER + n;
	s->covered = get16(p);
	s->algorithm = p[2];
	s->labels = p[3];
	s->ttl = get32(p + 4);
	s->expiration = get32(p + 8);
	s->inception = get32(p + 12);
	s->tag = get16(p + 16);
	s->signer = p + RRSIG_HEADER;
	s->sig = p + s->header_len;
	s->sig_len = rr->rdlen - s->header_len;
	return 0;
}

static struct verify_at
at_sig(const struct check *c, const struct rrsig *s)
{
	struct verify_at at = {
	    c->w->v->zone, c->set->owner, c->set->type, s->rr};

	return at;
}

/* What a signature covers (RFC 4034 §3.1.8.1) into the worker's buffer. */
static int
fill(struct check *c, const struct rrsig *s)
{
	const struct zone *z = c->w->v->zone;
	const struct zone_rr *rr = &z->rr[c->set->rr];
	ldns_buffer *b = c->w->data;
	size_t need = s->header_len;
	uint8_t fixed[10] = {0};
	uint32_t i;

	for (i = 0; i < c->set->count; i++)
		need += c->owner->len + sizeof(fixed) + rr[i].rdlen;
	ldns_buffer_clear(b);
	if (!ldns_buffer_reserve(b, need))
		return -1;
	ldns_buffer_write(b, s->header, RRSIG_HEADER);
	/* The signer is the apex: the zone's copy is in lower case. */
	ldns_buffer_write(b, z->apex, s->header_len - RRSIG_HEADER);
	put16(fixed, c->set->type);
	fixed[3] = RRCLASS_IN;
	put32(fixed + 4, s->ttl);
	for (i = 0; i < c->set->count; i++) {
		put16(fixed + 8, rr[i].rdlen);
		ldns_buffer_write(b, c->owner->name, c->owner->len);
		ldns_buffer_write(b, fixed, sizeof(fixed));
		ldns_buffer_write(b, zone_rr_data(z, &rr[i]), rr[i].rdlen);
	}
	return 0;
}

/* Serial number arithmetic (RFC 1982): is A before B? Opposite numbers are
 * before each other. */
static bool
before(uint32_t a, uint32_t b)
{
	return a != b && b - a <= (uint32_t)1 << 31;
}

static bool
time_holds(struct check *c, const struct rrsig *s)
{
	uint32_t now = c->w->v->now;
	struct verify_at at = at_sig(c, s);
	char when[WHEN_TEXT];

	if (before(s->expiration, s->inception)) {
		verify_add(c->list, FAULT_BOGUS, at, "sign the RRset again",
		    "the signature expires before it begins");
		return false;
	}
	if (before(now, s->inception)) {
		verify_add(c->list, FAULT_NOT_YET_VALID, at,
		    "wait, or sign with an inception in the past",
		    "the signature is not valid before %s",
		    when_text(when, (int64_t)now + (s->inception - now)));
		return false;
	}
	if (before(s->expiration, now)) {
		verify_add(c->list, FAULT_EXPIRED, at, "sign the zone again",
		    "the signature expired at %s",
		    when_text(when, (int64_t)now - (now - s->expiration)));
		return false;
	}
	return true;
}

/* Its place and fields, apart from time. False when it is not worth trying. */
static bool
fields_hold(struct check *c, const struct rrsig *s)
{
	const uint8_t *name = c->owner->name;
	unsigned labels = name_labels(name) - name_is_wildcard(name);
	struct verify_at at = at_sig(c, s);

	if (!name_equal(s->signer, c->w->v->zone->apex)) {
		char signer[NAME_MAX_TEXT];

		name_to_text(signer, s->signer);
		verify_add(c->list, FAULT_EXTRA, at,
		    "only the zone itself signs its data: remove it",
		    "signed by %.400s, which is not this zone", signer);
		return false;
	}
	if (s->labels != labels) {
		verify_add(c->list, FAULT_BOGUS, at, "sign the RRset again",
		    "the signature is for a name of %u labels, this has %u",
		    s->labels, labels);
		return false;
	}
	if (s->ttl != c->set->ttl) {
		verify_add(c->list, FAULT_TTL, at,
		    "sign again after changing a TTL (RFC 4034 3.1.4)",
		    "the signature is for TTL %u, the RRset has %u", s->ttl,
		    c->set->ttl);
		c->verdict.bad = true;
	} else if (s->rr->ttl != c->set->ttl) {
		verify_add(c->list, FAULT_TTL, at,
		    "an RRSIG has the TTL of its RRset (RFC 4034 3)",
		    "the RRSIG has TTL %u, the RRset %u", s->rr->ttl,
		    c->set->ttl);
		c->verdict.bad = true;
	}
	return true;
}

/*
 * Try the keys of the signature's tag. The index of the one that made it; -1
 * when none did, with TRIED telling how many were asked; -2 without memory.
 */
static int
find_key(
    struct check *c, const struct rrsig *s, unsigned *tried, bool *unsupported)
{
	const struct verify *v = c->w->v;
	bool keys = c->set->type == RRTYPE_DNSKEY &&
		    (c->owner->flags & ZONE_APEX);
	const struct verify_key *k;
	unsigned i;
	int rc;

	for (i = 0; i < v->nkeys && *tried < VERIFY_TRIES_MAX; i++) {
		k = &v->key[i];
		if (k->tag != s->tag || k->algorithm != s->algorithm)
			continue;
		if (!k->supported)
			*unsupported = true;
		if (c->w->key[i] == NULL || (k->revoked && !keys))
			continue;
		if (*tried == 0 && fill(c, s) != 0)
			return -2;
		++*tried;
		rc = pubkey_verify(
		    c->w->key[i], s->sig, s->sig_len, c->w->data);
		if (rc < 0)
			return -2;
		if (rc == 1)
			return (int)i;
	}
	return -1;
}

static void
note_good(struct check *c, const struct rrsig *s, const struct verify_key *k)
{
	const struct verify *v = c->w->v;
	struct verify_counts *n = &c->w->counts;
	int64_t expires;
	unsigned i;

	expires = v->now64 + (int32_t)(s->expiration - v->now);
	if (!n->expires_known || expires < n->expires)
		n->expires = expires;
	n->expires_known = true;
	if (k->revoked)
		return; /* RFC 5011 §2.1: it proves nothing but itself */
	c->verdict.good++;
	if (k->anchored)
		c->verdict.anchored = true;
	for (i = 0; i < v->nalgorithms; i++)
		if (v->algorithm[i] == k->algorithm)
			c->verdict.algorithm[i] = true;
}

/*
 * Signatures of an algorithm that the DNSKEY RRset does not have: a roll-over
 * of the algorithm begins and ends with them (RFC 6781 §4.1.4). Validators pass
 * over them (RFC 4035 §5.3.1), and so do we: they are neither good nor bad.
 */
static bool
comes_early(const struct verify *v, const struct rrsig *s)
{
	unsigned i;

	for (i = 0; i < v->nkeys; i++)
		if (v->key[i].algorithm == s->algorithm)
			return false;
	return algorithm_find(s->algorithm) != NULL;
}

static int
check_signature(struct check *c, const struct rrsig *s)
{
	struct verify_at at = at_sig(c, s);
	unsigned tried = 0;
	bool unsupported = false, timely;
	int k;

	c->w->counts.signatures++;
	if (!fields_hold(c, s)) {
		c->verdict.bad = true;
		return 0;
	}
	timely = time_holds(c, s);
	if (!timely)
		c->verdict.bad = c->verdict.told = true;
	if ((k = find_key(c, s, &tried, &unsupported)) == -2)
		return -1;
	if (k >= 0) {
		if (timely)
			note_good(c, s, &c->w->v->key[k]);
		return 0;
	}
	if (tried == 0 && !unsupported && comes_early(c->w->v, s))
		return 0;
	c->verdict.bad = true;
	if (tried != 0 || !unsupported)
		c->verdict.told = true;
	if (tried != 0)
		verify_add(c->list, FAULT_BOGUS, at,
		    "the data changed after it was signed, or the signature "
		    "is damaged: sign the RRset again",
		    "the signature by key %u does not match the data", s->tag);
	else if (!unsupported) /* the DNSKEY was reported */
		verify_add(c->list, FAULT_BOGUS, at,
		    "publish the key, or sign with one that is",
		    "signed by key %u of algorithm %u, which is no usable "
		    "DNSKEY of the zone",
		    s->tag, s->algorithm);
	return 0;
}

/* Signatures were looked at: is the RRset what it must be? */
static void
conclude(struct check *c, uint32_t signatures)
{
	const struct verify *v = c->w->v;
	struct verify_at at = {
	    v->zone, c->set->owner, c->set->type, &v->zone->rr[c->set->rr]};
	bool whole = true;
	unsigned i;

	if (signatures == 0)
		verify_add(c->list, FAULT_BOGUS, at,
		    "sign the zone again: resolvers refuse this answer",
		    "the RRset is not signed in a signed zone");
	else if (c->verdict.good == 0 && !c->verdict.told)
		verify_add(c->list, FAULT_BOGUS, at, "sign the RRset again",
		    "no signature of the RRset counts");
	for (i = 0; i < v->nalgorithms && c->verdict.good != 0; i++) {
		if (c->verdict.algorithm[i])
			continue;
		whole = false;
		verify_add(c->list, FAULT_INCOMPLETE, at,
		    "every algorithm of the DNSKEY RRset signs every RRset "
		    "(RFC 4035 2.2, RFC 6840 5.11)",
		    "no good signature of algorithm %u", v->algorithm[i]);
	}
	if (c->verdict.good != 0 && c->set->type == RRTYPE_DNSKEY &&
	    (c->owner->flags & ZONE_APEX) && !c->verdict.anchored) {
		whole = false;
		verify_add(c->list, FAULT_BOGUS, at,
		    "sign the DNSKEY RRset with the key the parent's DS names",
		    "the DNSKEY RRset is not signed by a trusted key");
	}
	if (whole && c->verdict.good != 0 && !c->verdict.bad)
		c->w->counts.verified++;
}

/* RRSIGs [RR, RR + N) cover SET. */
static int
check_set(struct verify_worker *w, const struct zone_rrset *set,
    const struct zone_rr *rr, uint32_t n, struct verify_list *l)
{
	const struct zone *z = w->v->zone;
	struct check c = {
	    .w = w, .set = set, .owner = &z->owner[set->owner], .list = l};
	struct verify_at at = {z, set->owner, set->type, rr};
	struct rrsig s;
	uint32_t i;

	w->counts.rrsets++;
	if (n > VERIFY_SIGNATURES_MAX) {
		verify_add(l, FAULT_BOGUS, at,
		    "one signature for each active key is enough",
		    "%u signatures on one RRset, more than the %d that are "
		    "tried",
		    n, VERIFY_SIGNATURES_MAX);
		c.verdict.bad = true;
	}
	for (i = 0; i < n && i < VERIFY_SIGNATURES_MAX; i++) {
		if (parse(z, &rr[i], &s) != 0) {
			at.rr = &rr[i];
			verify_add(l, FAULT_BOGUS, at, "sign the RRset again",
			    "the RRSIG is malformed");
			c.verdict.bad = true;
			continue;
		}
		if (check_signature(&c, &s) != 0)
			return -1;
	}
	conclude(&c, n);
	return 0;
}

/* Type covered by an RRSIG, 0 if it is too short to have one. */
static uint16_t
covered(const struct zone *z, const struct zone_rr *rr)
{
	return rr->rdlen < 2 ? 0 : get16(zone_rr_data(z, rr));
}

/* N signatures that should not stand here; SET is what they are for. */
static void
report_extra(struct verify_worker *w, uint32_t owner,
    const struct zone_rrset *set, const struct zone_rr *rr, uint32_t n,
    struct verify_list *l)
{
	const struct zone *z = w->v->zone;
	struct verify_at at = {z, owner, covered(z, rr), rr};
	const char *what = "there is no such RRset";

	if (set != NULL)
		what = (z->owner[owner].flags & ZONE_CUT) &&
			       set->type == RRTYPE_NS
			   ? "a delegation is the child's to sign"
			   : "glue and occluded data are not signed";
	w->counts.signatures += n;
	verify_add(l, FAULT_EXTRA, at,
	    "remove the RRSIG, or sign the zone again",
	    "%u signature%s too many: %s", n, n == 1 ? "" : "s", what);
}

/* How many of the N RRSIGs from RR on cover TYPE? */
static uint32_t
run_of(
    const struct zone *z, const struct zone_rr *rr, uint32_t n, uint16_t type)
{
	uint32_t i = 0;

	while (i < n && covered(z, &rr[i]) == type)
		i++;
	return i;
}

/* Walks the RRSIGs of an owner, which stand by the type they cover. */
struct cursor {
	uint32_t at, end;
};

/* Report signatures for types before LIMIT: no RRset had them. */
static void
skip_strays(struct verify_worker *w, uint32_t owner, struct cursor *cur,
    uint32_t limit, struct verify_list *l)
{
	const struct zone *z = w->v->zone;
	const struct zone_rr *rr;
	uint16_t type;
	uint32_t n;

	while (cur->at < cur->end) {
		rr = &z->rr[cur->at];
		if ((type = covered(z, rr)) >= limit)
			return;
		n = run_of(z, rr, cur->end - cur->at, type);
		report_extra(w, owner, NULL, rr, n, l);
		cur->at += n;
	}
}

int
verify_signatures(struct verify_worker *w, uint32_t i, struct verify_list *l)
{
	const struct zone *z = w->v->zone;
	const struct zone_owner *o = &z->owner[i];
	const struct zone_rrset *set, *sigs = zone_rrset(z, i, RRTYPE_RRSIG);
	struct cursor cur = {0, 0};
	const struct zone_rr *rr;
	uint32_t n, j;

	if (sigs != NULL) {
		cur.at = sigs->rr;
		cur.end = sigs->rr + sigs->count;
	}
	for (j = 0; j < o->nrrsets; j++) {
		set = &z->rrset[o->rrset + j];
		if (set->type == RRTYPE_RRSIG)
			continue;
		skip_strays(w, i, &cur, set->type, l);
		rr = &z->rr[cur.at];
		n = run_of(z, rr, cur.end - cur.at, set->type);
		cur.at += n;
		if (verify_is_authoritative(z, set)) {
			if (check_set(w, set, rr, n, l) != 0)
				return -1;
		} else if (n != 0) {
			report_extra(w, i, set, rr, n, l);
		}
	}
	skip_strays(w, i, &cur, UINT32_MAX, l);
	return 0;
}
