/*
 * The RRsets of the apex that tell of keys: DNSKEY, and CDS and CDNSKEY
 * (RFC 7344) as the keys' times want them. What the zone's file has of other
 * keys, perhaps another signer's, stays.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "sign.h"

enum {
	CDS_HEADER = 4, /* tag, algorithm, digest type */
	CDS_SHA256 = 2,
	CDS_LEN = CDS_HEADER + 32,
};

static int
blob_compare(const void *va, const void *vb)
{
	const struct sign_blob *a = va, *b = vb;
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->data, b->data, n);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

/* Canonical order, each once. */
static void
settle(struct sign_blobs *b)
{
	uint32_t i, out = 0;

	if (b->n != 0)
		qsort(b->item, b->n, sizeof(*b->item), blob_compare);
	for (i = 0; i < b->n; i++)
		if (out == 0 ||
		    blob_compare(&b->item[out - 1], &b->item[i]) != 0)
			b->item[out++] = b->item[i];
	b->n = out;
}

static void
add(struct sign_blobs *b, const uint8_t *data, size_t len)
{
	b->item[b->n].data = data;
	b->item[b->n++].len = (uint16_t)len;
}

/* CDS RDATA of the DNSKEY RDATA. 0, or -1. */
static int
cds_of(
    uint8_t out[CDS_LEN], const uint8_t *apex, const uint8_t *rdata, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned n = 0;
	int rc = -1;

	put16(out, dnskey_tag(rdata, len));
	out[2] = rdata[3];
	out[3] = CDS_SHA256;
	if (ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, apex, name_len(apex)) == 1 &&
	    EVP_DigestUpdate(ctx, rdata, len) == 1 &&
	    EVP_DigestFinal_ex(ctx, out + CDS_HEADER, &n) == 1)
		rc = 0;
	EVP_MD_CTX_free(ctx);
	return rc;
}

/* Does the record at RR say anything about one of our keys? CDS by their
 * digests, the others by the key itself; revoked or not. */
static bool
is_ours(
    const struct sign_plan *p, uint16_t type, const uint8_t *rdata, size_t len)
{
	const struct dnssec_keys *keys = p->keys;
	const uint8_t *key;
	size_t n;
	unsigned i;

	for (i = 0; i < keys->n + keys->nwithdrawn; i++) {
		key = i < keys->n ? keys->key[i].rdata
				  : keys->withdrawn[i - keys->n].rdata;
		n = i < keys->n ? keys->key[i].rdlen
				: keys->withdrawn[i - keys->n].rdlen;
		if (type == RRTYPE_CDS
			? dnssec_ds_match(p->zone->apex, rdata, len, key, n) ==
			      DNSSEC_DS_MATCHES
			: n == len && n > 2 &&
			      memcmp(rdata + 2, key + 2, n - 2) == 0)
			return true;
	}
	return false;
}

/* What the zone's own RRset of TYPE has that is not about our keys, and room
 * for ours. 0, or -1. */
static int
begin(struct sign_blobs *b, const struct sign_plan *p, uint16_t type)
{
	const struct zone *z = p->zone;
	const struct zone_rrset *set = zone_find_rrset(z, z->apex, type);
	const struct zone_rr *rr;
	uint32_t n = set == NULL ? 0 : set->count, i;

	b->item = calloc((size_t)n + p->keys->n + 1, sizeof(*b->item));
	if (b->item == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		rr = &z->rr[set->rr + i];
		if (!is_ours(p, type, zone_rr_data(z, rr), rr->rdlen))
			add(b, zone_rr_data(z, rr), rr->rdlen);
	}
	return 0;
}

static int
plan_sync(struct sign_plan *p)
{
	const struct dnssec_keys *keys = p->keys;
	const struct dnssec_key *k;
	uint8_t *own;
	unsigned i;

	if (begin(&p->cds, p, RRTYPE_CDS) != 0 ||
	    begin(&p->cdnskey, p, RRTYPE_CDNSKEY) != 0 ||
	    (own = calloc(keys->n + (size_t)1, CDS_LEN)) == NULL)
		return -1;
	p->cds.own = own;
	for (i = 0; i < keys->n; i++) {
		k = &keys->key[i];
		if (!k->state.sync || !(k->flags & DNSKEY_SEP))
			continue;
		if (cds_of(own, p->zone->apex, k->rdata, k->rdlen) != 0)
			return -1;
		add(&p->cds, own, CDS_LEN);
		add(&p->cdnskey, k->rdata, k->rdlen);
		own += CDS_LEN;
	}
	settle(&p->cds);
	settle(&p->cdnskey);
	return 0;
}

int
sign_apex_plan(struct sign_plan *p)
{
	const struct zone *z = p->zone;
	const struct zone_rrset *set;
	unsigned i;

	set = zone_find_rrset(z, z->apex, RRTYPE_DNSKEY);
	p->dnskey_ttl = set != NULL ? set->ttl : z->rrset[z->soa].ttl;
	if (begin(&p->dnskey, p, RRTYPE_DNSKEY) != 0)
		return -1;
	for (i = 0; i < p->keys->n; i++)
		add(&p->dnskey, p->keys->key[i].rdata, p->keys->key[i].rdlen);
	settle(&p->dnskey);
	return p->sync ? plan_sync(p) : 0;
}

static void
blobs_free(struct sign_blobs *b)
{
	free(b->item);
	free(b->own);
}

void
sign_apex_free(struct sign_plan *p)
{
	blobs_free(&p->dnskey);
	blobs_free(&p->cds);
	blobs_free(&p->cdnskey);
}
