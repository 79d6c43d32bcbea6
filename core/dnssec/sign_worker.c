/* One owner of the plan into records and signatures. */
#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "sign.h"

enum {
	NSEC3_HEADER = 5, /* algorithm, flags, iterations, salt length */
	/* DNSKEY, CDS, CDNSKEY, ZONEMD, NSEC or NSEC3, NSEC3PARAM */
	MADE_SETS = 6,
};

/* An RRset of the signed zone: from the zone, or made here. */
struct set {
	const struct zone_rr *rr;     /* COUNT of the zone, or */
	const struct sign_blob *made; /* COUNT made ones */
	uint32_t count;
	uint32_t ttl;
	uint16_t type;
	bool sign;
};

struct sign_worker {
	const struct sign_plan *plan;
	struct sign_batch *batch;
	struct dnssec_sign_stats stats;
	struct typeset types;
	struct set *set;
	size_t nsets, set_cap;
	struct sign_blob denial;
	uint8_t denial_rdata[NAME_MAX_LEN + 256 * 34];
	uint8_t name[256];
	uint32_t before; /* owner index of the unit in the zone signed before */
};

static const uint8_t nsec3param[NSEC3_HEADER] = {1, 0, 0, 0, 0};
static const struct sign_blob nsec3param_blob = {nsec3param, NSEC3_HEADER};

struct sign_worker *
sign_worker_new(const struct sign_plan *plan, unsigned lane)
{
	struct sign_worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->plan = plan;
	if ((w->batch = sign_batch_new(plan->keys, lane)) != NULL)
		return w;
	sign_worker_free(w);
	return NULL;
}

void
sign_worker_free(struct sign_worker *w)
{
	if (w == NULL)
		return;
	sign_batch_free(w->batch);
	free(w->set);
	free(w);
}

struct dnssec_sign_stats
sign_worker_stats(const struct sign_worker *w)
{
	return w->stats;
}

const uint8_t *
sign_unit_name(const struct sign_plan *p, uint32_t unit, uint8_t buf[256])
{
	if (!(unit & SIGN_UNIT_NSEC3))
		return p->zone->owner[unit].name;
	chain_owner(&p->chain, unit & ~SIGN_UNIT_NSEC3, p->zone->apex, buf);
	return buf;
}

/* ---- which RRsets -------------------------------------------------------- */

static struct set *
add_set(struct sign_worker *w, uint16_t type, uint32_t ttl)
{
	struct set *s;
	size_t i;

	/* Mostly in order already. */
	for (i = w->nsets; i > 0 && w->set[i - 1].type > type; i--)
		w->set[i] = w->set[i - 1];
	w->nsets++;
	s = &w->set[i];
	memset(s, 0, sizeof(*s));
	s->type = type;
	s->ttl = ttl;
	s->sign = true;
	return s;
}

static void
add_made(struct sign_worker *w, uint16_t type, uint32_t ttl,
    const struct sign_blob *made, uint32_t count)
{
	struct set *s = add_set(w, type, ttl);

	s->made = made;
	s->count = count;
}

/* Is the RRset of the zone replaced by one of the plan? */
static bool
is_made(const struct sign_plan *p, const struct zone_owner *o, uint16_t type)
{
	if (!(o->flags & ZONE_APEX))
		return false;
	if (type == RRTYPE_CDS || type == RRTYPE_CDNSKEY)
		return p->sync;
	return type == RRTYPE_DNSKEY || type == RRTYPE_ZONEMD;
}

/* The types that is_made() stands for, at the apex. */
static void
made_types(struct sign_worker *w)
{
	const struct sign_plan *p = w->plan;

	typeset_add(&w->types, RRTYPE_DNSKEY);
	if (p->nzonemd != 0)
		typeset_add(&w->types, RRTYPE_ZONEMD);
	if (p->cds.n != 0)
		typeset_add(&w->types, RRTYPE_CDS);
	if (p->cdnskey.n != 0)
		typeset_add(&w->types, RRTYPE_CDNSKEY);
	if (p->chain.denial != DNSSEC_NSEC)
		typeset_add(&w->types, RRTYPE_NSEC3PARAM);
}

/* Types of owner O in its bitmap; is any of its RRsets signed? */
static bool
bitmap_types(struct sign_worker *w, uint32_t owner)
{
	const struct zone *z = w->plan->zone;
	const struct zone_owner *o = &z->owner[owner];
	bool any = false, cut = (o->flags & ZONE_CUT) != 0;
	uint16_t type;
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++) {
		type = z->rrset[o->rrset + i].type;
		if (!chain_keeps(type) || is_made(w->plan, o, type) ||
		    (cut && type != RRTYPE_NS && type != RRTYPE_DS))
			continue;
		typeset_add(&w->types, type);
		if (!cut || type == RRTYPE_DS)
			any = true;
	}
	if (o->flags & ZONE_APEX)
		made_types(w);
	return any;
}

static void
add_nsec(struct sign_worker *w, uint32_t owner)
{
	const struct zone *z = w->plan->zone;
	const struct zone_owner *next = &z->owner[w->plan->chain.next[owner]];
	uint8_t *p = w->denial_rdata;

	bitmap_types(w, owner);
	typeset_add(&w->types, RRTYPE_RRSIG);
	typeset_add(&w->types, RRTYPE_NSEC);
	memcpy(p, next->name, next->len);
	p += next->len;
	p += typeset_take(&w->types, p);
	w->denial.data = w->denial_rdata;
	w->denial.len = (uint16_t)(p - w->denial_rdata);
	add_made(w, RRTYPE_NSEC, w->plan->denial_ttl, &w->denial, 1);
}

static void
add_nsec3(struct sign_worker *w, size_t i)
{
	const struct chain *c = &w->plan->chain;
	const struct chain_name *n = &c->name[i];
	const struct chain_name *next = &c->name[(i + 1) % c->n];
	uint8_t *p = w->denial_rdata;

	memcpy(p, nsec3param, NSEC3_HEADER);
	p[1] = c->denial == DNSSEC_NSEC3_OPTOUT ? 1 : 0;
	p += NSEC3_HEADER;
	*p++ = CHAIN_HASH;
	memcpy(p, next->hash, CHAIN_HASH);
	p += CHAIN_HASH;
	/* An empty non-terminal has no types. */
	if (n->skip == 0 && bitmap_types(w, n->owner))
		typeset_add(&w->types, RRTYPE_RRSIG);
	p += typeset_take(&w->types, p);
	w->denial.data = w->denial_rdata;
	w->denial.len = (uint16_t)(p - w->denial_rdata);
	add_made(w, RRTYPE_NSEC3, w->plan->denial_ttl, &w->denial, 1);
}

static void
add_apex_sets(struct sign_worker *w)
{
	const struct sign_plan *p = w->plan;

	add_made(w, RRTYPE_DNSKEY, p->dnskey_ttl, p->dnskey.item, p->dnskey.n);
	if (p->cds.n != 0)
		add_made(w, RRTYPE_CDS, p->dnskey_ttl, p->cds.item, p->cds.n);
	if (p->cdnskey.n != 0)
		add_made(w, RRTYPE_CDNSKEY, p->dnskey_ttl, p->cdnskey.item,
		    p->cdnskey.n);
	if (p->nzonemd != 0)
		add_made(
		    w, RRTYPE_ZONEMD, p->zonemd_ttl, p->zonemd, p->nzonemd);
	if (p->chain.denial != DNSSEC_NSEC)
		add_made(w, RRTYPE_NSEC3PARAM, 0, &nsec3param_blob, 1);
}

static void
add_zone_sets(struct sign_worker *w, uint32_t owner)
{
	const struct zone *z = w->plan->zone;
	const struct zone_owner *o = &z->owner[owner];
	const struct zone_rrset *from;
	struct set *s;
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++) {
		from = &z->rrset[o->rrset + i];
		if (!chain_keeps(from->type) || is_made(w->plan, o, from->type))
			continue;
		s = add_set(w, from->type, from->ttl);
		s->rr = &z->rr[from->rr];
		s->count = from->count;
		s->sign = zone_is_authoritative(z, from);
	}
}

static int
collect_sets(struct sign_worker *w, uint32_t unit)
{
	const struct sign_plan *p = w->plan;
	const struct zone_owner *o;
	size_t want = MADE_SETS;
	struct set *sets;

	if (!(unit & SIGN_UNIT_NSEC3))
		want += p->zone->owner[unit].nrrsets;
	if (want > w->set_cap) {
		sets = realloc(w->set, want * sizeof(*sets));
		if (sets == NULL)
			return -1;
		w->set = sets;
		w->set_cap = want;
	}
	w->nsets = 0;
	if (unit & SIGN_UNIT_NSEC3) {
		add_nsec3(w, unit & ~SIGN_UNIT_NSEC3);
		return 0;
	}
	o = &p->zone->owner[unit];
	add_zone_sets(w, unit);
	if (o->flags & ZONE_APEX)
		add_apex_sets(w);
	if (p->chain.denial == DNSSEC_NSEC && p->chain.next[unit] != ZONE_NONE)
		add_nsec(w, unit);
	return 0;
}

/* ---- records and signatures ---------------------------------------------- */

static const uint8_t *
set_rdata(const struct zone *z, const struct set *s, uint32_t i, uint16_t *len)
{
	if (s->made != NULL) {
		*len = s->made[i].len;
		return s->made[i].data;
	}
	*len = s->rr[i].rdlen;
	return zone_rr_data(z, &s->rr[i]);
}

/* Room for a record of LEN octets of RDATA; where the RDATA goes, or NULL. */
static uint8_t *
put_record(struct sign_buffer *out, const struct sign_record *rec)
{
	size_t need = out->len + sizeof(*rec) + rec->rdlen, cap = out->cap;
	uint8_t *p;

	if (need > cap) {
		cap = cap == 0 ? 16384 : cap;
		while (cap < need)
			cap *= 2;
		if ((p = realloc(out->data, cap)) == NULL)
			return NULL;
		out->data = p;
		out->cap = cap;
	}
	memcpy(out->data + out->len, rec, sizeof(*rec));
	p = out->data + out->len + sizeof(*rec);
	out->len = need;
	return p;
}

static int
put_set(struct sign_worker *w, uint32_t unit, const struct set *s,
    struct sign_buffer *out)
{
	struct sign_record rec = {.unit = unit, .ttl = s->ttl, .type = s->type};
	const uint8_t *rdata;
	uint8_t *p;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		rdata = set_rdata(w->plan->zone, s, i, &rec.rdlen);
		if (s->rr != NULL) {
			rec.line = s->rr[i].line;
			rec.file = s->rr[i].file;
			rec.column = s->rr[i].column;
		}
		if ((p = put_record(out, &rec)) == NULL)
			return -1;
		if (rec.rdlen != 0)
			memcpy(p, rdata, rec.rdlen);
	}
	return 0;
}

/* The same set always ends at the same moment of its validity. */
static uint32_t
expiration(const struct sign_plan *p, const struct set *s, const uint8_t *name)
{
	uint64_t mix[2];

	if (p->jitter == 0)
		return p->expiration;
	mix[0] = hash_bytes(name, name_len(name));
	mix[1] = s->type;
	return p->expiration -
	       (uint32_t)(hash_bytes(mix, sizeof(mix)) % (p->jitter + 1ULL));
}

/* RRSIG RDATA without the signature (RFC 4034 §3.1). Its length. */
static size_t
rrsig_header(const struct sign_worker *w, const struct set *s,
    const struct dnssec_key *k, const uint8_t *name,
    uint8_t out[RRSIG_HEADER + NAME_MAX_LEN])
{
	const uint8_t *apex = w->plan->zone->apex;
	size_t len = name_len(apex);

	put16(out, s->type);
	out[2] = k->algorithm;
	out[3] = (uint8_t)(name_labels(name) - name_is_wildcard(name));
	put32(out + 4, s->ttl);
	put32(out + 8, expiration(w->plan, s, name));
	put32(out + 12, w->plan->inception);
	put16(out + 16, k->tag);
	memcpy(out + RRSIG_HEADER, apex, len);
	return RRSIG_HEADER + len;
}

static uint8_t *
append(uint8_t *p, const void *data, size_t len)
{
	if (len != 0)
		memcpy(p, data, len);
	return p + len;
}

/* Everything the signature covers (RFC 4034 §3.1.8.1) into the batch; the
 * signature will go to offset OUT. */
static int
ask(struct sign_worker *w, const struct set *s, const uint8_t *name, unsigned k,
    const uint8_t *header, size_t header_len, size_t out)
{
	const struct zone *z = w->plan->zone;
	size_t len = name_len(name), need = header_len;
	const uint8_t *rdata;
	uint8_t fixed[10], *p;
	uint16_t n;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		set_rdata(z, s, i, &n);
		need += len + sizeof(fixed) + n;
	}
	if ((p = sign_batch_add(w->batch, k, need, out)) == NULL)
		return -1;
	p = append(p, header, header_len);
	put16(fixed, s->type);
	put16(fixed + 2, RRCLASS_IN);
	put32(fixed + 4, s->ttl);
	for (i = 0; i < s->count; i++) {
		rdata = set_rdata(z, s, i, &n);
		put16(fixed + 8, n);
		p = append(p, name, len);
		p = append(p, fixed, sizeof(fixed));
		p = append(p, rdata, n);
	}
	return 0;
}

struct source {
	const struct zone *zone;
	const struct set *set;
};

static const uint8_t *
source_rdata(const void *ctx, uint32_t i, uint16_t *len)
{
	const struct source *s = ctx;

	return set_rdata(s->zone, s->set, i, len);
}

/* The RRSIG from before, if it may stay. */
static const uint8_t *
kept(const struct sign_worker *w, const struct set *s, const uint8_t *name,
    unsigned k, uint16_t *len)
{
	struct source from = {w->plan->zone, s};
	struct reuse_set set = {
	    name, s->ttl, s->type, s->count, source_rdata, &from};

	/* The digest is not known yet when its place is made. */
	if (w->before == ZONE_NONE || s->type == RRTYPE_ZONEMD)
		return NULL;
	return reuse_find(
	    &w->plan->reuse, w->before, &set, w->plan->keys, k, len);
}

/* An RRSIG record: from before, or with room for what the key will say. */
static int
sign_set(struct sign_worker *w, uint32_t unit, const struct set *s,
    const uint8_t *name, unsigned k, struct sign_buffer *out)
{
	const struct dnssec_key *key = &w->plan->keys->key[k];
	struct sign_record rec = {
	    .unit = unit, .ttl = s->ttl, .type = RRTYPE_RRSIG};
	uint8_t header[RRSIG_HEADER + NAME_MAX_LEN], *p;
	const uint8_t *old = kept(w, s, name, k, &rec.rdlen);
	size_t len;

	if (s->rr != NULL) { /* findings point to what was signed */
		rec.line = s->rr->line;
		rec.file = s->rr->file;
		rec.column = s->rr->column;
	}
	if (old != NULL) {
		w->stats.reused++;
		if ((p = put_record(out, &rec)) == NULL)
			return -1;
		memcpy(p, old, rec.rdlen);
		return 0;
	}
	w->stats.made++;
	len = rrsig_header(w, s, key, name, header);
	rec.rdlen = (uint16_t)(len + key->sig_len);
	if ((p = put_record(out, &rec)) == NULL)
		return -1;
	memcpy(p, header, len);
	return ask(w, s, name, k, header, len, out->len - key->sig_len);
}

/* CDS and CDNSKEY are signed like the keys they announce (RFC 7344 §4.1), but a
 * revoked key signs nothing but the keys (RFC 5011 §2.1). */
static bool
signs(const struct dnssec_key *k, const struct set *s, bool apex)
{
	if (apex && s->type == RRTYPE_DNSKEY)
		return k->signs_keys;
	if (apex && (s->type == RRTYPE_CDS || s->type == RRTYPE_CDNSKEY))
		return k->signs_keys && !(k->flags & DNSKEY_REVOKE);
	return k->signs_data;
}

int
sign_worker_unit(struct sign_worker *w, uint32_t unit, struct sign_buffer *out)
{
	const struct dnssec_keys *keys = w->plan->keys;
	const uint8_t *name = sign_unit_name(w->plan, unit, w->name);
	bool apex = name_equal(name, w->plan->zone->apex);
	const struct set *s;
	size_t i = 0, j;
	unsigned k;

	w->before = ZONE_NONE;
	if (w->plan->reuse.old != NULL)
		w->before = zone_find(w->plan->reuse.old, name);
	if (collect_sets(w, unit) != 0)
		return -1;
	/* In the order of the types, so that the zone needs no sorting. */
	for (; i < w->nsets && w->set[i].type < RRTYPE_RRSIG; i++)
		if (put_set(w, unit, &w->set[i], out) != 0)
			return -1;
	for (j = 0; j < w->nsets; j++) {
		s = &w->set[j];
		for (k = 0; s->sign && k < keys->n; k++)
			if (signs(&keys->key[k], s, apex) &&
			    sign_set(w, unit, s, name, k, out) != 0)
				return -1;
	}
	for (; i < w->nsets; i++)
		if (put_set(w, unit, &w->set[i], out) != 0)
			return -1;
	return sign_batch_full(w->batch) ? sign_worker_finish(w, out) : 0;
}

int
sign_worker_finish(struct sign_worker *w, struct sign_buffer *out)
{
	return sign_batch_run(w->batch, out->data);
}
