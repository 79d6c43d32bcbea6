#include "edits.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

static size_t
make_key(uint8_t key[NAME_MAX_LEN + 2], uint16_t view, const uint8_t *apex)
{
	size_t len = name_len(apex);

	memcpy(key, apex, len);
	key[len] = (uint8_t)(view >> 8);
	key[len + 1] = (uint8_t)view;
	return len + 2;
}

static const uint8_t *
apex_of(const struct collateral_zone *z)
{
	return z->diff->new != NULL ? z->diff->new->apex : z->diff->old->apex;
}

int
edits_init(struct edits *x, struct scope *s)
{
	const struct collateral_args *a = s->args;
	uint8_t key[NAME_MAX_LEN + 2];
	const void *kept;
	size_t i, len;

	x->s = s;
	if ((x->zones = hash_table_new(a->nzones)) == NULL)
		return -1;
	for (i = 0; i < a->nzones; i++) {
		len = make_key(key,
		    (uint16_t)scope_view_index(s, a->zone[i].view),
		    apex_of(&a->zone[i]));
		if ((kept = arena_dup(s->arena, key, len)) == NULL ||
		    hash_table_put(x->zones, kept, len, (uint32_t)i, NULL) ==
			NULL)
			return -1;
	}
	return 0;
}

void
edits_free(struct edits *x)
{
	hash_table_free(x->zones);
}

static const struct collateral_zone *
zone_at(const struct edits *x, uint16_t view, const uint8_t *apex)
{
	uint8_t key[NAME_MAX_LEN + 2];
	uint32_t *at = hash_table_find(
	    x->zones, key, make_key(key, view, apex));

	return at == NULL ? NULL : &x->s->args->zone[*at];
}

/* The change of (NAME, TYPE); they stand in order of name, then type. */
static const struct diff_change *
change_at(const struct diff *d, const uint8_t *name, uint16_t type)
{
	size_t lo = 0, hi = d->n, mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = name_compare(d->change[mid].name, name);
		if (c == 0)
			c = (int)d->change[mid].type - (int)type;
		if (c == 0)
			return &d->change[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* Call FN for each changed zone at or above NAME that VIEW may ask, until it
 * returns true. */
static bool
each_zone(const struct edits *x, uint16_t view, const uint8_t *name,
    bool (*fn)(void *, const struct collateral_zone *), void *ctx)
{
	const struct scope_view *v = &x->s->view[view];
	const struct collateral_zone *z;
	const uint8_t *up;
	uint16_t i;

	for (i = 0; i < v->nchain; i++) {
		for (up = name;; up = name_parent(up)) {
			z = zone_at(x, v->chain[i], up);
			if (z != NULL && fn(ctx, z))
				return true;
			if (name_is_root(up))
				break;
		}
	}
	return false;
}

struct search {
	const uint8_t *name;
	uint16_t type;
	unsigned bits;
	struct cause cause;
};

static bool
look_for_edit(void *ctx, const struct collateral_zone *z)
{
	struct search *q = ctx;

	if (change_at(z->diff, q->name, q->type) == NULL &&
	    change_at(z->diff, q->name, RRTYPE_CNAME) == NULL)
		return false;
	q->bits |= z->diff->old == NULL   ? EDIT_ADDED
		   : z->diff->new == NULL ? EDIT_REMOVED
					  : EDIT_CHANGED;
	return false;
}

unsigned
edits_of(
    const struct edits *x, uint16_t view, const uint8_t *name, uint16_t type)
{
	struct search q = {.name = name, .type = type};

	each_zone(x, view, name, look_for_edit, &q);
	return q.bits;
}

static const struct diff_change *
wildcard_change(const struct diff *d, const uint8_t *encloser, uint16_t type)
{
	uint8_t wild[NAME_MAX_LEN] = {1, '*'};
	const struct diff_change *c;
	size_t len = name_len(encloser);

	if (len + 2 > sizeof(wild))
		return NULL;
	memcpy(wild + 2, encloser, len);
	c = change_at(d, wild, type);
	return c != NULL ? c : change_at(d, wild, RRTYPE_CNAME);
}

static bool
look_for_cause(void *ctx, const struct collateral_zone *z)
{
	struct search *q = ctx;
	const struct diff *d = z->diff;
	const struct diff_change *c = NULL;
	const uint8_t *apex = apex_of(z), *up = q->name;

	if (d->old != NULL && d->new != NULL) {
		if ((c = change_at(d, up, q->type)) == NULL)
			c = change_at(d, up, RRTYPE_CNAME);
		while (c == NULL && !name_equal(up, apex)) {
			if ((c = change_at(d, up, RRTYPE_NS)) == NULL &&
			    up != q->name)
				c = change_at(d, up, RRTYPE_DNAME);
			up = name_parent(up);
			if (c == NULL)
				c = wildcard_change(d, up, q->type);
		}
		if (c == NULL)
			return false;
	}
	q->cause.zone = z;
	q->cause.change = c;
	return true;
}

bool
edits_cause(const struct edits *x, uint16_t view, const uint8_t *name,
    uint16_t type, struct cause *out)
{
	struct search q = {.name = name, .type = type};

	if (!each_zone(x, view, name, look_for_cause, &q))
		return false;
	*out = q.cause;
	return true;
}
