/*
 * What a change can reach before aliases are followed back, by what it does to
 * the lookup algorithm: the name itself, everything below a cut or a DNAME, the
 * names that begin or cease to exist, the names a zone takes over.
 */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "lookup.h"
#include "scope.h"

/* One changed zone, seen from one view that may be answered from it. */
struct reach {
	struct scope *s;
	const struct zone *old, *new;
	uint16_t view; /* that asks */
	uint16_t home; /* of the zone */
	struct cause cause;
};

/* The answers of NAME, or of all below it too, may have changed. */
static int
touch(struct reach *r, const uint8_t *name, bool below)
{
	return scope_touch(r->s, r->view, name, below, r->cause);
}

static int
walk(struct reach *r, const struct zone *z, const uint8_t *top)
{
	return scope_walk(r->s, r->view, z, top, r->cause);
}

static int
walk_both(struct reach *r, const uint8_t *top)
{
	if (r->old != NULL && walk(r, r->old, top) != 0)
		return -1;
	if (r->new != NULL && walk(r, r->new, top) != 0)
		return -1;
	return 0;
}

/* Every zone of VIEW with its apex at or below TOP, whole. */
static int
walk_zones_below(struct reach *r, int side, uint16_t view, const uint8_t *top)
{
	struct zoneset *set = side == 0 ? r->s->args->old : r->s->args->new;
	const struct zoneset_entry *en;
	const struct zone *z;
	uint32_t i, n = zoneset_count(set);

	for (i = 0; i < n; i++) {
		en = zoneset_entry(set, i);
		if (scope_view_index(r->s, en->view) != view ||
		    !name_is_under(en->apex, top))
			continue;
		if (scope_zone(r->s, side, view, en->apex, &z) < 0 ||
		    walk(r, z, z->apex) != 0)
			return -1;
	}
	return 0;
}

/*
 * Below a cut, zones of the views behind this one in the chain may answer:
 * what becomes of the cut at or below TOP decides over their names.
 */
static int
walk_fallback_zones(struct reach *r, const uint8_t *top)
{
	const struct scope_view *v = &r->s->view[r->view];
	int i = scope_view_rank(r->s, r->view, r->home) + 1, side;

	for (; i < v->nchain; i++)
		for (side = 0; side < 2; side++)
			if (walk_zones_below(r, side, v->chain[i], top) != 0)
				return -1;
	return 0;
}

/* A cut or a DNAME at NAME came, went or leads elsewhere. */
static int
reach_below(struct reach *r, const uint8_t *name)
{
	if (r->s->second)
		return touch(r, name, true);
	return walk_both(r, name) != 0 || walk_fallback_zones(r, name) != 0 ? -1
									    : 0;
}

static bool
exists(const struct zone *z, const uint8_t *name)
{
	bool found;

	lookup_node(z, name, &found);
	return found;
}

/* Is there a wildcard for what does not exist directly below ENCLOSER? */
static bool
has_wildcard(const struct zone *z, const uint8_t *encloser)
{
	uint8_t wild[NAME_MAX_LEN] = {1, '*'};
	size_t len = name_len(encloser);

	if (len + 2 > sizeof(wild))
		return false;
	memcpy(wild + 2, encloser, len);
	return exists(z, wild);
}

/*
 * NAME is in one of the two zones only. So may be the empty non-terminals above
 * it, and with each of them goes what a wildcard further up answers there.
 */
static int
reach_existence(struct reach *r, const uint8_t *name)
{
	const struct zone *without = exists(r->old, name) ? r->new : r->old;
	const uint8_t *top = name;

	while (exists(r->old, name_parent(top)) !=
	       exists(r->new, name_parent(top)))
		top = name_parent(top);
	if (r->s->second)
		return touch(r, top, true);
	if (!has_wildcard(without, name_parent(top)))
		return 0; /* there was nothing to lose or to gain */
	for (;; name = name_parent(name)) {
		if (scope_add_node(r->s, r->view, name, r->cause) != 0)
			return -1;
		if (name == top)
			return 0;
	}
}

static int
reach_change(struct reach *r, const struct diff_change *c)
{
	bool apex = name_equal(c->name, r->new->apex);
	int rc = 0;

	if (c->type == RRTYPE_RRSIG || c->type == RRTYPE_NSEC ||
	    c->type == RRTYPE_NSEC3)
		return 0;
	if (r->s->second)
		rc = touch(r, c->name, false);
	if (rc == 0 && r->s->second && name_is_wildcard(c->name))
		rc = touch(r, name_parent(c->name), true);
	if (rc == 0 &&
	    ((c->type == RRTYPE_NS && !apex) || c->type == RRTYPE_DNAME))
		rc = reach_below(r, c->name);
	if (rc == 0 && (c->kind == DIFF_ADDED || c->kind == DIFF_REMOVED) &&
	    exists(r->old, c->name) != exists(r->new, c->name))
		rc = reach_existence(r, c->name);
	return rc;
}

/* Has a view of the chain any zone that answers for NAME, on SIDE? */
static bool
answered_elsewhere(const struct reach *r, int side, const uint8_t *name)
{
	const struct collateral_args *a = r->s->args;
	const struct scope_view *v = &r->s->view[r->view];
	uint16_t i;

	for (i = 0; i < v->nchain; i++)
		if (zoneset_closest(side == 0 ? a->old : a->new,
			r->s->view[v->chain[i]].name, name) != ZONE_NONE)
			return true;
	return false;
}

/* The names below APEX of the zones around it, in one view of the chain. */
static int
walk_around(struct reach *r, int side, uint16_t view, const uint8_t *apex)
{
	const struct zone *z;
	int rc = scope_zone(r->s, side, view, apex, &z);

	/* The zone that came or went is walked by the caller, but on its own
	 * side it hides the one above it. */
	if (rc > 0 && z == (side == 0 ? r->old : r->new)) {
		if (name_is_root(apex))
			return 0;
		rc = scope_zone(r->s, side, view, name_parent(apex), &z);
	}
	if (rc <= 0)
		return rc;
	return walk(r, z, apex);
}

/* The whole zone came or went: it captured names of others, or left them. */
static int
reach_zone(struct reach *r)
{
	const struct zone *z = r->new != NULL ? r->new : r->old;
	const struct scope_view *v = &r->s->view[r->view];
	int side, i, home = scope_view_rank(r->s, r->view, r->home);
	uint16_t view;

	if (r->s->second)
		return touch(r, z->apex, true);
	/* Without another zone around it, or perhaps below it in a view it
	 * falls back to, all its names are plainly added or removed. */
	if (home + 1 == v->nchain &&
	    !answered_elsewhere(r, r->new != NULL ? 0 : 1, z->apex))
		return 0;
	if (walk_both(r, z->apex) != 0)
		return -1;
	for (side = 0; side < 2; side++) {
		for (i = 0; i < v->nchain; i++) {
			view = v->chain[i];
			if (walk_around(r, side, view, z->apex) != 0)
				return -1;
			if (i > home &&
			    walk_zones_below(r, side, view, z->apex) != 0)
				return -1;
		}
	}
	return 0;
}

static int
reach_view(struct reach *r, const struct collateral_zone *cz)
{
	const struct diff *d = cz->diff;
	size_t i;

	r->cause.zone = cz;
	r->cause.change = NULL;
	if (d->old == NULL || d->new == NULL)
		return reach_zone(r);
	for (i = 0; i < d->n; i++) {
		r->cause.change = &d->change[i];
		if (reach_change(r, &d->change[i]) != 0)
			return -1;
	}
	return 0;
}

int
scope_changed_zone(struct scope *s, const struct collateral_zone *cz)
{
	struct reach r = {.s = s, .old = cz->diff->old, .new = cz->diff->new};
	int home = scope_view_index(s, cz->view);
	size_t v;

	if (home < 0)
		return error_set(
		    s->e, ERROR_SYSTEM, "no zone of view \"%s\"", cz->view);
	r.home = (uint16_t)home;
	for (v = 0; v < s->nviews; v++) {
		r.view = (uint16_t)v;
		if (scope_view_rank(s, r.view, r.home) >= 0 &&
		    reach_view(&r, cz) != 0)
			return -1;
	}
	return 0;
}
