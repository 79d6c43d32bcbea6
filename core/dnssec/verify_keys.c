/* The DNSKEY RRset of the apex and what makes it trusted (RFC 4035 §5.2). */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "verify.h"

static bool
matches(const struct verify *v, const struct verify_key *k,
    const struct dnssec_anchor *a)
{
	if (a->type == RRTYPE_DS)
		return dnssec_ds_match(v->zone->apex, a->rdata, a->rdlen,
			   k->rdata, k->rdlen) == DNSSEC_DS_MATCHES;
	return a->type == RRTYPE_DNSKEY && a->rdlen == k->rdlen &&
	       memcmp(a->rdata, k->rdata, k->rdlen) == 0;
}

/* Without anchors the zone's own SEP keys are trusted, or all if none is one.
 */
static void
find_anchors(struct verify *v, const struct dnssec_verify_params *params,
    struct verify_list *l)
{
	struct verify_at at = {v->zone, ZONE_NONE, RRTYPE_DNSKEY, v->key[0].rr};
	unsigned i, found = 0;
	uint16_t sep = 0;
	size_t j;

	for (i = 0; i < v->nkeys; i++)
		if (v->key[i].usable)
			sep |= v->key[i].flags & DNSKEY_SEP;
	for (i = 0; i < v->nkeys; i++) {
		if (!v->key[i].usable)
			continue;
		if (params->nanchors == 0)
			v->key[i].anchored = (v->key[i].flags & DNSKEY_SEP) ==
					     sep;
		for (j = 0; j < params->nanchors; j++)
			if (matches(v, &v->key[i], &params->anchor[j]))
				v->key[i].anchored = true;
		found += v->key[i].anchored;
	}
	if (found == 0)
		verify_add(l, FAULT_BOGUS, at,
		    "publish the key that the parent's DS or the anchor file "
		    "names (SHA-256 or SHA-384), or mend the anchor",
		    "no DNSKEY of the zone matches a trust anchor");
}

static void
note_algorithm(struct verify *v, uint8_t algorithm)
{
	unsigned i;

	for (i = 0; i < v->nalgorithms; i++)
		if (v->algorithm[i] == algorithm)
			return;
	if (v->nalgorithms < sizeof(v->algorithm))
		v->algorithm[v->nalgorithms++] = algorithm;
}

/* Judge key I by itself; its material is tried, too. */
static void
judge(struct verify *v, unsigned i, struct verify_list *l)
{
	struct verify_key *k = &v->key[i];
	struct verify_at at = {v->zone, ZONE_NONE, RRTYPE_DNSKEY, k->rr};
	struct pubkey *pub;
	const char *text;

	if (k->rdata[2] != DNSKEY_PROTOCOL || !(k->flags & DNSKEY_ZONE)) {
		verify_add(l, FAULT_BOGUS, at,
		    "a zone's DNSKEY has flags 256 or 257 and protocol 3 "
		    "(RFC 4034 2.1)",
		    "DNSKEY %u cannot be a zone key: flags %u, protocol %u",
		    k->tag, k->flags, k->rdata[2]);
		return;
	}
	if (!k->supported) {
		text = dnssec_algorithm_refused(k->algorithm);
		verify_add(l, FAULT_ALGORITHM, at,
		    "use ECDSAP256SHA256 (13); resolvers treat zones of "
		    "algorithms they do not know as unsigned",
		    "DNSKEY %u has algorithm %u%s%s%s, which cannot be "
		    "validated",
		    k->tag, k->algorithm, *text ? " (" : "", text,
		    *text ? ")" : "");
		return;
	}
	if ((pub = pubkey_new(k->rdata, k->rdlen)) == NULL) {
		verify_add(l, FAULT_BOGUS, at,
		    "replace the DNSKEY by the one the key tool wrote",
		    "DNSKEY %u holds no usable public key of algorithm %u",
		    k->tag, k->algorithm);
		return;
	}
	pubkey_free(pub);
	k->usable = !k->revoked;
	if (k->usable)
		note_algorithm(v, k->algorithm);
}

static void
find_collisions(const struct verify *v, struct verify_list *l)
{
	struct verify_at at = {v->zone, ZONE_NONE, RRTYPE_DNSKEY, NULL};
	unsigned i, j;

	for (i = 0; i < v->nkeys; i++)
		for (j = 0; j < i; j++) {
			if (v->key[i].tag != v->key[j].tag ||
			    v->key[i].algorithm != v->key[j].algorithm)
				continue;
			at.rr = v->key[i].rr;
			verify_add(l, FAULT_COLLISION, at,
			    "make one of the keys anew: resolvers limit how "
			    "many keys of one tag they try",
			    "two DNSKEYs of algorithm %u have the key tag %u",
			    v->key[i].algorithm, v->key[i].tag);
			break;
		}
}

static void
add_key(struct verify *v, const struct zone_rr *rr, struct verify_list *l)
{
	struct verify_at at = {v->zone, ZONE_NONE, RRTYPE_DNSKEY, rr};
	struct verify_key *k = &v->key[v->nkeys];

	if (rr->rdlen <= DNSKEY_HEADER) {
		verify_add(l, FAULT_BOGUS, at, "remove the record",
		    "a DNSKEY without a public key");
		return;
	}
	memset(k, 0, sizeof(*k));
	k->rr = rr;
	k->rdata = zone_rr_data(v->zone, rr);
	k->rdlen = rr->rdlen;
	k->flags = get16(k->rdata);
	k->algorithm = k->rdata[3];
	k->tag = dnskey_tag(k->rdata, k->rdlen);
	k->revoked = (k->flags & DNSKEY_REVOKE) != 0;
	k->supported = algorithm_find(k->algorithm) != NULL;
	judge(v, v->nkeys++, l);
}

int
verify_keys(struct verify *v, const struct dnssec_verify_params *params,
    struct verify_list *l)
{
	const struct zone *z = v->zone;
	const struct zone_rrset *set;
	struct verify_at at = {z, ZONE_NONE, RRTYPE_DNSKEY, NULL};
	uint32_t i;

	if ((set = zone_find_rrset(z, z->apex, RRTYPE_DNSKEY)) == NULL) {
		verify_add(l, FAULT_UNSIGNED, at,
		    "sign the zone, or say in the policy that it is unsigned",
		    "the zone is not signed: there is no DNSKEY at its apex");
		return 1;
	}
	for (i = 0; i < set->count && v->nkeys < VERIFY_KEYS_MAX; i++)
		add_key(v, &z->rr[set->rr + i], l);
	at.rr = &z->rr[set->rr];
	if (set->count > VERIFY_KEYS_MAX)
		verify_add(l, FAULT_BOGUS, at,
		    "remove the keys that nobody uses",
		    "%u DNSKEYs, more than the %d that are looked at",
		    set->count, VERIFY_KEYS_MAX);
	find_collisions(v, l);
	if (v->nalgorithms == 0) {
		verify_add(l, FAULT_BOGUS, at,
		    "publish a zone key of a supported algorithm",
		    "no DNSKEY of the zone can be used to validate it");
		return 1;
	}
	find_anchors(v, params, l);
	return 0;
}
