/* A zone reduced to what steps between its versions depend on. */
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "algorithm.h"
#include "continuity.h"
#include "dnssec.h"

static const struct zone_rrset *
apex(const struct zone *z, uint16_t type)
{
	return zone_find_rrset(z, z->apex, type);
}

/* ---- keys --------------------------------------------------------------- */

static int
read_keys(struct continuity_state *s, const struct zone *z, struct arena *a)
{
	const struct zone_rrset *set = apex(z, RRTYPE_DNSKEY);
	struct continuity_key *k;
	const struct zone_rr *rr;
	uint32_t i;

	if (set == NULL)
		return 0;
	s->key_ttl = set->ttl;
	for (i = 0; i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		if (rr->rdlen <= DNSKEY_HEADER)
			continue;
		if (s->nkeys == CONTINUITY_KEYS_MAX) {
			s->overflow = true;
			break;
		}
		k = &s->key[s->nkeys++];
		k->rdata = arena_dup(a, zone_rr_data(z, rr), rr->rdlen);
		if (k->rdata == NULL)
			return -1;
		k->rdlen = rr->rdlen;
		k->flags = get16(k->rdata);
		k->algorithm = k->rdata[3];
		k->tag = dnskey_tag(k->rdata, k->rdlen);
	}
	return 0;
}

bool
continuity_key_usable(const struct continuity_key *k)
{
	return (k->flags & DNSKEY_ZONE) != 0 &&
	       (k->flags & DNSKEY_REVOKE) == 0 &&
	       k->rdata[2] == DNSKEY_PROTOCOL;
}

const struct continuity_key *
continuity_key_find(
    const struct continuity_state *s, const uint8_t *rdata, size_t len)
{
	uint32_t i;

	for (i = 0; i < s->nkeys; i++)
		if (s->key[i].rdlen == len &&
		    memcmp(s->key[i].rdata, rdata, len) == 0)
			return &s->key[i];
	return NULL;
}

bool
continuity_signs_data(
    const struct continuity_state *s, const struct continuity_key *k)
{
	uint32_t i;

	for (i = 0; i < s->nsigners; i++)
		if (s->signer[i].tag == k->tag &&
		    s->signer[i].algorithm == k->algorithm)
			return true;
	return false;
}

/* ---- signatures --------------------------------------------------------- */

/* The bit of whoever made the RRSIG; 0 when there are too many. */
static uint32_t
signer_bit(struct continuity_state *s, const uint8_t *rrsig)
{
	struct continuity_signer *x;
	uint16_t tag = get16(rrsig + 16);
	uint32_t i;

	for (i = 0; i < s->nsigners; i++)
		if (s->signer[i].tag == tag &&
		    s->signer[i].algorithm == rrsig[2])
			return UINT32_C(1) << i;
	if (s->nsigners == CONTINUITY_SIGNERS_MAX) {
		s->overflow = true;
		return 0;
	}
	x = &s->signer[s->nsigners];
	x->tag = tag;
	x->algorithm = rrsig[2];
	return UINT32_C(1) << s->nsigners++;
}

static void
add_set(struct continuity_state *s, uint32_t signers, uint32_t ttl)
{
	uint32_t i;

	for (i = 0; i < s->nsets; i++) {
		if (s->set[i].signers != signers)
			continue;
		if (s->set[i].ttl < ttl)
			s->set[i].ttl = ttl;
		return;
	}
	if (s->nsets == CONTINUITY_SETS_MAX) {
		s->overflow = true;
		return;
	}
	s->set[s->nsets].signers = signers;
	s->set[s->nsets++].ttl = ttl;
}

/* A signature over the DNSKEY RRset travels with it. */
static void
note_signed_keys(struct continuity_state *s, const uint8_t *rrsig)
{
	uint32_t i;

	for (i = 0; i < s->nkeys; i++)
		if (s->key[i].tag == get16(rrsig + 16) &&
		    s->key[i].algorithm == rrsig[2])
			s->key[i].signs_keys = true;
}

/* The RRSIGs of one owner stand by the type they cover. */
static void
read_owner(struct continuity_state *s, const struct zone *z,
    const struct zone_rrset *set)
{
	const struct zone_rr *rr = &z->rr[set->rr], *end = rr + set->count;
	bool at_apex = (z->owner[set->owner].flags & ZONE_APEX) != 0;
	const uint8_t *p;
	uint32_t signers = 0;
	uint32_t type = UINT32_MAX, ttl = 0;

	for (; rr < end; rr++) {
		p = zone_rr_data(z, rr);
		if (rr->rdlen <= RRSIG_HEADER)
			continue;
		if (at_apex && get16(p) == RRTYPE_DNSKEY) {
			note_signed_keys(s, p);
			continue;
		}
		if (get16(p) != type) {
			if (signers != 0)
				add_set(s, signers, ttl);
			type = get16(p);
			signers = 0;
			ttl = rr->ttl;
		}
		signers |= signer_bit(s, p);
	}
	if (signers != 0)
		add_set(s, signers, ttl);
}

/* Signers in one order, so that equal states are equal. */
static void
sort_signers(struct continuity_state *s)
{
	struct continuity_signer x;
	uint32_t i, j, k, a, b;

	for (i = 1; i < s->nsigners; i++)
		for (j = i; j > 0; j--) {
			x = s->signer[j];
			if (s->signer[j - 1].algorithm < x.algorithm ||
			    (s->signer[j - 1].algorithm == x.algorithm &&
				s->signer[j - 1].tag <= x.tag))
				break;
			s->signer[j] = s->signer[j - 1];
			s->signer[j - 1] = x;
			for (k = 0; k < s->nsets; k++) {
				a = s->set[k].signers >> j & 1;
				b = s->set[k].signers >> (j - 1) & 1;
				s->set[k].signers &= ~(UINT32_C(3) << (j - 1));
				s->set[k].signers |= a << (j - 1) | b << j;
			}
		}
}

static int
by_signers(const void *a, const void *b)
{
	const struct continuity_set *x = a, *y = b;

	return x->signers < y->signers ? -1 : x->signers > y->signers;
}

/* ---- the rest of the apex ----------------------------------------------- */

static int
add_link(struct continuity_link *link, uint32_t *n, struct continuity_state *s,
    const uint8_t *rdata, size_t len, bool is_key, struct arena *a)
{
	if (*n == CONTINUITY_LINKS_MAX) {
		s->overflow = true;
		return 0;
	}
	link += *n;
	if ((link->rdata = arena_dup(a, rdata, len)) == NULL)
		return -1;
	link->len = (uint16_t)len;
	link->is_key = is_key;
	++*n;
	return 0;
}

int
continuity_add_ds(struct continuity_state *s, const uint8_t *rdata, size_t len,
    uint32_t ttl, struct arena *a)
{
	if (len < DNSKEY_HEADER || len > UINT16_MAX)
		return 0;
	s->ds_ttl = ttl;
	return add_link(s->ds, &s->nds, s, rdata, len, false, a);
}

static int
read_asked(struct continuity_state *s, const struct zone *z, struct arena *a)
{
	static const uint16_t type[] = {RRTYPE_CDS, RRTYPE_CDNSKEY};
	const struct zone_rrset *set;
	const struct zone_rr *rr;
	uint32_t i, j;

	for (i = 0; i < 2; i++) {
		set = apex(z, type[i]);
		for (j = 0; set != NULL && j < set->count; j++) {
			rr = &z->rr[set->rr + j];
			if (rr->rdlen > DNSKEY_HEADER &&
			    add_link(s->asked, &s->nasked, s,
				zone_rr_data(z, rr), rr->rdlen,
				type[i] == RRTYPE_CDNSKEY, a) != 0)
				return -1;
		}
	}
	return 0;
}

static int
read_ns(struct continuity_state *s, const struct zone *z, struct arena *a)
{
	const struct zone_rrset *set = apex(z, RRTYPE_NS);
	const struct zone_rr *rr;
	uint32_t i;

	if (set == NULL)
		return 0;
	s->ns_ttl = set->ttl;
	for (i = 0; i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		if (s->nns == CONTINUITY_NS_MAX) {
			s->overflow = true;
			break;
		}
		s->ns[s->nns] = arena_dup(a, zone_rr_data(z, rr), rr->rdlen);
		if (s->ns[s->nns] == NULL)
			return -1;
		s->nns++;
	}
	return 0;
}

int
continuity_read(
    struct continuity_state *s, const struct zone *z, struct arena *a)
{
	uint32_t i;

	memset(s, 0, sizeof(*s));
	if (read_keys(s, z, a) != 0 || read_asked(s, z, a) != 0 ||
	    read_ns(s, z, a) != 0)
		return -1;
	for (i = 0; i < z->nrrsets; i++)
		if (z->rrset[i].type == RRTYPE_RRSIG)
			read_owner(s, z, &z->rrset[i]);
	sort_signers(s);
	qsort(s->set, s->nsets, sizeof(s->set[0]), by_signers);
	return 0;
}

/* ---- comparing ---------------------------------------------------------- */

static bool
same_links(const struct continuity_link *a, uint32_t na,
    const struct continuity_link *b, uint32_t nb)
{
	uint32_t i, j;

	if (na != nb)
		return false;
	for (i = 0; i < na; i++) {
		for (j = 0; j < nb; j++)
			if (a[i].is_key == b[j].is_key &&
			    a[i].len == b[j].len &&
			    memcmp(a[i].rdata, b[j].rdata, a[i].len) == 0)
				break;
		if (j == nb)
			return false;
	}
	return true;
}

static bool
same_keys(const struct continuity_state *a, const struct continuity_state *b)
{
	const struct continuity_key *k;
	uint32_t i;

	if (a->nkeys != b->nkeys || a->key_ttl != b->key_ttl)
		return false;
	for (i = 0; i < a->nkeys; i++) {
		k = continuity_key_find(b, a->key[i].rdata, a->key[i].rdlen);
		if (k == NULL || k->signs_keys != a->key[i].signs_keys)
			return false;
	}
	return true;
}

static bool
same_sets(const struct continuity_state *a, const struct continuity_state *b)
{
	uint32_t i;

	if (a->nsigners != b->nsigners || a->nsets != b->nsets)
		return false;
	for (i = 0; i < a->nsigners; i++)
		if (a->signer[i].tag != b->signer[i].tag ||
		    a->signer[i].algorithm != b->signer[i].algorithm)
			return false;
	for (i = 0; i < a->nsets; i++)
		if (a->set[i].signers != b->set[i].signers ||
		    a->set[i].ttl != b->set[i].ttl)
			return false;
	return true;
}

static bool
same_ns(const struct continuity_state *a, const struct continuity_state *b)
{
	uint32_t i;

	if (a->nns != b->nns || a->ns_ttl != b->ns_ttl)
		return false;
	for (i = 0; i < a->nns; i++)
		if (!name_equal(a->ns[i], b->ns[i]))
			return false;
	return true;
}

bool
continuity_same(
    const struct continuity_state *a, const struct continuity_state *b)
{
	return a->overflow == b->overflow && same_keys(a, b) &&
	       same_sets(a, b) && same_ns(a, b) && a->ds_known == b->ds_known &&
	       a->ds_ttl == b->ds_ttl &&
	       same_links(a->ds, a->nds, b->ds, b->nds) &&
	       same_links(a->asked, a->nasked, b->asked, b->nasked);
}
