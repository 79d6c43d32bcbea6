/*
 * ZONEMD (RFC 8976) in a zone that is being signed: the digest covers what the
 * signer adds, so it is known only when the zone is whole. The records go into
 * the zone with room for the digest and are filled in, with their signatures,
 * at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "sign.h"

enum {
	HEADER = 6,        /* serial, scheme, hash algorithm */
	SCHEME_SIMPLE = 1, /* scheme */
};

static int
by_rdata(const void *va, const void *vb)
{
	const struct sign_blob *a = va, *b = vb;
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->data, b->data, n);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

static bool
computable(const struct sign_blob *b)
{
	return b->len > HEADER && b->data[4] == SCHEME_SIMPLE &&
	       zone_digest_len(b->data[5]) != 0 &&
	       b->len == HEADER + zone_digest_len(b->data[5]);
}

/* One record with the zone's serial; the digest of a known kind is zeroed. */
static int
plan_record(struct sign_plan *p, const struct zone_rr *rr)
{
	struct sign_blob *b = &p->zonemd[p->nzonemd];
	uint8_t *data;

	if ((data = malloc(rr->rdlen + (size_t)1)) == NULL)
		return -1;
	memcpy(data, zone_rr_data(p->zone, rr), rr->rdlen);
	b->data = data;
	b->len = rr->rdlen;
	p->nzonemd++;
	if (rr->rdlen >= HEADER)
		put32(data, zone_serial(p->zone));
	if (computable(b))
		memset(data + HEADER, 0, b->len - (size_t)HEADER);
	return 0;
}

/* One of HASH that the zone did not have. */
static int
plan_added(struct sign_plan *p, uint8_t hash)
{
	size_t len = HEADER + zone_digest_len(hash);
	uint8_t *data;
	uint32_t i;

	for (i = 0; i < p->nzonemd; i++)
		if (computable(&p->zonemd[i]) && p->zonemd[i].data[5] == hash)
			return 0;
	if ((data = calloc(1, len)) == NULL)
		return -1;
	put32(data, zone_serial(p->zone));
	data[4] = SCHEME_SIMPLE;
	data[5] = hash;
	p->zonemd[p->nzonemd].data = data;
	p->zonemd[p->nzonemd++].len = (uint16_t)len;
	return 0;
}

/* Leave out records that have become the same; how many. */
static uint32_t
drop_repeated(struct sign_plan *p)
{
	uint32_t i, n = 0;

	for (i = 0; i < p->nzonemd; i++) {
		if (n == 0 || by_rdata(&p->zonemd[n - 1], &p->zonemd[i]) != 0)
			p->zonemd[n++] = p->zonemd[i];
		else
			free((void *)(uintptr_t)p->zonemd[i].data);
	}
	i = p->nzonemd - n;
	p->nzonemd = n;
	return i;
}

int
sign_zonemd_plan(struct sign_plan *p, uint8_t hash, struct error *e)
{
	const struct zone *z = p->zone;
	const struct zone_rrset *set = zone_find_rrset(
	    z, z->apex, RRTYPE_ZONEMD);
	uint32_t i, n = 0;

	if (set == NULL && hash == 0)
		return 0;
	if (hash != 0 && zone_digest_len(hash) == 0)
		return error_set(
		    e, ERROR_USAGE, "ZONEMD hash %u is not known", hash);
	p->zonemd_ttl = set != NULL ? set->ttl : z->rrset[z->soa].ttl;
	p->zonemd = calloc(
	    (set != NULL ? set->count : 0) + (size_t)1, sizeof(*p->zonemd));
	if (p->zonemd == NULL)
		return error_memory(e);
	for (i = 0; set != NULL && i < set->count; i++)
		if (plan_record(p, &z->rr[set->rr + i]) != 0)
			return error_memory(e);
	if (hash != 0 && plan_added(p, hash) != 0)
		return error_memory(e);
	qsort(p->zonemd, p->nzonemd, sizeof(*p->zonemd), by_rdata);
	/* Trial signing proves something else; a zone that is written out
	 * must not carry a digest that cannot be right. */
	if (drop_repeated(p) != 0 && !p->keys->trial)
		return error_set(e, ERROR_USAGE,
		    "two ZONEMD records of one scheme and hash (RFC 8976 2)");
	for (i = 0; i < p->nzonemd; i++)
		n += computable(&p->zonemd[i]);
	if (n != p->nzonemd && !p->keys->trial)
		return error_set(e, ERROR_USAGE,
		    "a ZONEMD record of another kind than SIMPLE with SHA-384 "
		    "or SHA-512 cannot be kept up to date");
	return 0;
}

void
sign_zonemd_free(struct sign_plan *p)
{
	uint32_t i;

	for (i = 0; i < p->nzonemd; i++)
		free((void *)(uintptr_t)p->zonemd[i].data);
	free(p->zonemd);
}

/* Does REC belong where RR stands: same type, and all but the digest or the
 * signature the same? */
static bool
same_place(const struct sign_plan *p, const struct zone *z,
    const struct zone_rr *rr, const struct sign_record *rec,
    const uint8_t *rdata)
{
	size_t head = rec->type == RRTYPE_ZONEMD
			  ? HEADER
			  : RRSIG_HEADER + name_len(p->zone->apex);

	return rr->type == rec->type && rr->rdlen == rec->rdlen &&
	       memcmp(zone_rr_data(z, rr), rdata,
		   head < rec->rdlen ? head : rec->rdlen) == 0;
}

/* Write the final RDATA over the first one. The zone is still ours alone. */
static int
replace(const struct sign_plan *p, struct zone *z,
    const struct sign_record *rec, const uint8_t *rdata)
{
	const struct zone_rrset *set = zone_find_rrset(z, z->apex, rec->type);
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		if (!same_place(p, z, rr, rec, rdata))
			continue;
		memcpy((uint8_t *)(uintptr_t)zone_rr_data(z, rr), rdata,
		    rec->rdlen);
		return 0;
	}
	return -1;
}

static bool
concerns(const struct sign_record *rec, const uint8_t *rdata)
{
	return rec->type == RRTYPE_ZONEMD ||
	       (rec->type == RRTYPE_RRSIG && get16(rdata) == RRTYPE_ZONEMD);
}

/* The apex once more, now with the digest in the plan. */
static int
sign_again(const struct sign_plan *p, struct zone *z)
{
	struct sign_worker *w = sign_worker_new(p, 0);
	struct sign_buffer out = {0};
	struct sign_record rec;
	uint32_t apex = zone_find(p->zone, p->zone->apex);
	size_t at;
	int rc = -1;

	if (w == NULL || sign_worker_unit(w, apex, &out) != 0 ||
	    sign_worker_finish(w, &out) != 0)
		goto out;
	for (at = 0; at < out.len; at += rec.rdlen) {
		memcpy(&rec, out.data + at, sizeof(rec));
		at += sizeof(rec);
		if (concerns(&rec, out.data + at) &&
		    replace(p, z, &rec, out.data + at) != 0)
			goto out;
	}
	rc = 0;
out:
	sign_worker_free(w);
	free(out.data);
	return rc;
}

int
sign_zonemd_finish(struct sign_plan *p, struct zone *z, struct error *e)
{
	uint8_t digest[ZONE_DIGEST_MAX];
	struct sign_blob *b;
	uint32_t i;

	if (p->nzonemd == 0)
		return 0;
	for (i = 0; i < p->nzonemd; i++) {
		b = &p->zonemd[i];
		if (!computable(b))
			continue;
		if (zone_digest_as(z, b->data[5], digest) != 0)
			return error_memory(e);
		memcpy((uint8_t *)(uintptr_t)b->data + HEADER, digest,
		    b->len - (size_t)HEADER);
	}
	if (sign_again(p, z) != 0)
		return error_set(
		    e, ERROR_SYSTEM, "cannot sign the ZONEMD records");
	return 0;
}
