#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/rrtype.h"

/* How the records of two RRsets of one name and type differ. */
struct rrset_delta {
	uint32_t added, removed;
	uint32_t same;     /* equal RDATA */
	uint32_t same_ttl; /* equal RDATA and TTL */
};

struct merge {
	struct diff *d;
	size_t cap;
};

/* Records that signing makes: re-signing is not what people changed. */
static bool
made_by_signing(uint16_t type)
{
	return type == RRTYPE_RRSIG || type == RRTYPE_NSEC ||
	       type == RRTYPE_NSEC3;
}

static bool
is_apex_soa(const struct zone *z, const struct zone_rrset *s)
{
	return s->type == RRTYPE_SOA &&
	       (z->owner[s->owner].flags & ZONE_APEX) != 0;
}

static int
rdata_order(const struct zone *a, const struct zone_rr *ra,
    const struct zone *b, const struct zone_rr *rb)
{
	size_t n = ra->rdlen < rb->rdlen ? ra->rdlen : rb->rdlen;
	int c = memcmp(zone_rr_data(a, ra), zone_rr_data(b, rb), n);

	return c != 0 ? c : (int)ra->rdlen - (int)rb->rdlen;
}

/* Merge the records of two RRsets; both stand in canonical RDATA order. */
static struct rrset_delta
rrset_delta(const struct zone *a, const struct zone_rrset *sa,
    const struct zone *b, const struct zone_rrset *sb)
{
	const struct zone_rr *ra = a->rr + sa->rr, *ea = ra + sa->count;
	const struct zone_rr *rb = b->rr + sb->rr, *eb = rb + sb->count;
	struct rrset_delta d = {0, 0, 0, 0};
	int c;

	while (ra < ea && rb < eb) {
		c = rdata_order(a, ra, b, rb);
		if (c < 0) {
			d.removed++;
			ra++;
		} else if (c > 0) {
			d.added++;
			rb++;
		} else {
			d.same++;
			d.same_ttl += ra->ttl == rb->ttl;
			ra++;
			rb++;
		}
	}
	d.removed += (uint32_t)(ea - ra);
	d.added += (uint32_t)(eb - rb);
	return d;
}

static int
push(struct merge *m, enum diff_kind kind, const struct zone *z,
    const struct zone_rrset *old, const struct zone_rrset *new)
{
	struct diff *d = m->d;
	const struct zone_rrset *s = new != NULL ? new : old;
	struct diff_change *c;
	size_t cap;

	if (d->n == m->cap) {
		cap = m->cap == 0 ? 64 : m->cap * 2;
		if (cap > SIZE_MAX / sizeof(*c) ||
		    (c = realloc(d->change, cap * sizeof(*c))) == NULL)
			return -1;
		d->change = c;
		m->cap = cap;
	}
	c = &d->change[d->n++];
	c->kind = kind;
	c->type = s->type;
	c->name = z->owner[s->owner].name;
	c->old = old;
	c->new = new;
	return 0;
}

/* An RRset that only the zone Z has. */
static int
only(struct merge *m, const struct zone *z, const struct zone_rrset *s,
    bool is_new)
{
	if (is_apex_soa(z, s)) {
		m->d->soa_changed = true;
		return 0;
	}
	if (!made_by_signing(s->type)) {
		if (is_new)
			m->d->added += s->count;
		else
			m->d->removed += s->count;
	}
	return push(m, is_new ? DIFF_ADDED : DIFF_REMOVED, z, is_new ? NULL : s,
	    is_new ? s : NULL);
}

/* The two SOA records are equal in all but the serial, TTL included. */
static bool
differ_in_serial(const struct zone *a, const struct zone_rrset *sa,
    const struct zone *b, const struct zone_rrset *sb)
{
	const struct zone_rr *ra = a->rr + sa->rr, *rb = b->rr + sb->rr;
	const uint8_t *da = zone_rr_data(a, ra), *db = zone_rr_data(b, rb);
	size_t n = ra->rdlen;

	/* MNAME, RNAME, then five numbers, the first being the serial. */
	return sa->count == 1 && sb->count == 1 && n == rb->rdlen && n >= 22 &&
	       ra->ttl == rb->ttl && memcmp(da, db, n - 20) == 0 &&
	       memcmp(da + n - 16, db + n - 16, 16) == 0;
}

static int
both(struct merge *m, const struct zone_rrset *so, const struct zone_rrset *sn)
{
	struct diff *d = m->d;
	struct rrset_delta r = rrset_delta(d->old, so, d->new, sn);
	uint32_t replaced;

	if (r.added == 0 && r.removed == 0 && r.same_ttl == r.same)
		return 0;
	if (is_apex_soa(d->new, sn)) {
		d->soa_changed = true;
		d->soa_only_serial = differ_in_serial(d->old, so, d->new, sn);
		return 0;
	}
	if (!made_by_signing(sn->type)) {
		replaced = r.added < r.removed ? r.added : r.removed;
		d->added += r.added - replaced;
		d->removed += r.removed - replaced;
		d->changed += replaced + (r.same - r.same_ttl);
	}
	return push(m, r.added + r.removed == 0 ? DIFF_TTL : DIFF_RDATA, d->new,
	    so, sn);
}

static int
owner_only(struct merge *m, const struct zone *z, uint32_t owner, bool is_new)
{
	const struct zone_owner *o = &z->owner[owner];
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++)
		if (only(m, z, &z->rrset[o->rrset + i], is_new) != 0)
			return -1;
	return 0;
}

/* Merge the RRsets of one name; both stand in the order of their types. */
static int
owner_both(struct merge *m, uint32_t old, uint32_t new)
{
	const struct zone *zo = m->d->old, *zn = m->d->new;
	const struct zone_owner *oo = &zo->owner[old], *on = &zn->owner[new];
	const struct zone_rrset *so = zo->rrset + oo->rrset;
	const struct zone_rrset *sn = zn->rrset + on->rrset;
	const struct zone_rrset *eo = so + oo->nrrsets;
	const struct zone_rrset *en = sn + on->nrrsets;
	int rc = 0;

	while (rc == 0 && (so < eo || sn < en)) {
		if (sn == en || (so < eo && so->type < sn->type))
			rc = only(m, zo, so++, false);
		else if (so == eo || sn->type < so->type)
			rc = only(m, zn, sn++, true);
		else
			rc = both(m, so++, sn++);
	}
	return rc;
}

/* Most names of two revisions are equal: look at the bytes before the order. */
static int
owner_order(const struct zone_owner *a, const struct zone_owner *b)
{
	const uint8_t *ka, *kb;
	size_t na, nb;
	int c;

	if (a->len == b->len && memcmp(a->name, b->name, a->len) == 0)
		return 0;
	ka = zone_owner_key(a, &na);
	kb = zone_owner_key(b, &nb);
	c = memcmp(ka, kb, na < nb ? na : nb);
	return c != 0 ? c : na < nb ? -1 : na > nb;
}

static int
merge(struct merge *m)
{
	const struct zone *zo = m->d->old, *zn = m->d->new;
	uint32_t no = zo == NULL ? 0 : zo->nowners;
	uint32_t nn = zn == NULL ? 0 : zn->nowners;
	uint32_t i = 0, j = 0;
	int c, rc = 0;

	while (rc == 0 && (i < no || j < nn)) {
		if (i == no)
			c = 1;
		else if (j == nn)
			c = -1;
		else
			c = owner_order(&zo->owner[i], &zn->owner[j]);
		if (c < 0)
			rc = owner_only(m, zo, i++, false);
		else if (c > 0)
			rc = owner_only(m, zn, j++, true);
		else
			rc = owner_both(m, i++, j++);
	}
	return rc;
}

static uint32_t
total(const struct zone *z)
{
	uint32_t i, n = 0;

	for (i = 0; z != NULL && i < z->nrrsets; i++)
		if (!made_by_signing(z->rrset[i].type) &&
		    !is_apex_soa(z, &z->rrset[i]))
			n += z->rrset[i].count;
	return n;
}

int
diff_zones(struct diff **out, const struct zone *old, const struct zone *new,
    struct error *e)
{
	struct merge m = {NULL, 0};
	struct diff *d;

	*out = NULL;
	if ((d = calloc(1, sizeof(*d))) == NULL)
		return error_memory(e);
	d->old = old;
	d->new = new;
	m.d = d;
	if (merge(&m) != 0) {
		diff_free(d);
		return error_memory(e);
	}
	d->serial_old = old == NULL ? 0 : zone_serial(old);
	d->serial_new = new == NULL ? 0 : zone_serial(new);
	d->total_old = total(old);
	d->total_new = total(new);
	d->content_changed = d->n > 0 || old == NULL || new == NULL ||
			     (d->soa_changed && !d->soa_only_serial);
	*out = d;
	return 0;
}

void
diff_free(struct diff *d)
{
	if (d == NULL)
		return;
	free(d->change);
	free(d);
}

const char *
diff_kind_text(enum diff_kind kind)
{
	static const char *const text[] = {
	    [DIFF_ADDED] = "added",
	    [DIFF_REMOVED] = "removed",
	    [DIFF_RDATA] = "rdata",
	    [DIFF_TTL] = "ttl",
	};

	return text[kind];
}

bool
diff_serial_less(uint32_t a, uint32_t b)
{
	uint32_t ahead = b - a;

	return ahead != 0 && ahead < (uint32_t)1 << 31;
}
