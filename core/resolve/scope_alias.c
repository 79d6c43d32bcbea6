/* Whoever is an alias of a name whose answer may have changed, changes too. */
#include "../dns/name.h"
#include "scope.h"

struct back {
	struct scope *s;
	struct cause cause;
	uint16_t view;  /* the view that asks */
	bool all_names; /* else DNAME only: the region is below its target */
};

/* The zone A stands in, loaded now if it was not; *OUT NULL if it cannot be
 * walked. */
static int
zone_of(struct scope *s, const struct alias *a, const struct zone **out)
{
	struct zoneset *set = s->args->new;
	uint32_t i;

	if ((*out = a->zone) != NULL)
		return 0;
	if ((i = zoneset_find(set, a->view, a->apex)) == ZONE_NONE)
		return 0;
	if ((*out = zoneset_zone(set, i, NULL, s->e)) == NULL)
		return -1;
	if ((*out)->broken)
		*out = NULL;
	return 0;
}

/*
 * A DNAME's whole subtree becomes a region, not the one name that maps to the
 * changed one: that bounds the regions by the number of aliases.
 */
static int
on_dname(struct back *b, const struct alias *a)
{
	const struct zone *z;
	int rc = zone_of(b->s, a, &z);

	if (rc == 0 && z != NULL)
		rc = scope_first_walk(b->s, b->view, a->owner, z);
	/* Names that stand below it are not seen, but redirected like all. */
	if (rc > 0)
		rc = scope_walk(b->s, b->view, z, a->owner, b->cause);
	if (rc < 0)
		return -1;
	return scope_add_region(b->s, b->view, a->owner, true, b->cause);
}

static int
on_alias(void *ctx, const struct alias *a)
{
	struct back *b = ctx;

	if (a->dname)
		return on_dname(b, a);
	if (!b->all_names)
		return 0;
	if (scope_add_candidate(b->s, b->view, a->owner, b->cause) != 0)
		return -1;
	if (name_is_wildcard(a->owner) &&
	    scope_add_region(
		b->s, b->view, name_parent(a->owner), true, b->cause) != 0)
		return -1;
	return scope_add_region(b->s, b->view, a->owner, false, b->cause);
}

static int
search(struct back *b, const char *view, const uint8_t *name, bool below)
{
	struct alias_index *more = b->s->args->aliases;
	int rc;

	rc = alias_index_find(b->s->aliases, view, name, below, on_alias, b);
	if (rc == 0 && more != NULL)
		rc = alias_index_find(more, view, name, below, on_alias, b);
	return rc;
}

static bool
any_dname(const struct scope *s)
{
	return alias_index_dnames(s->aliases) > 0 ||
	       (s->args->aliases != NULL &&
		   alias_index_dnames(s->args->aliases) > 0);
}

int
scope_touch(struct scope *s, uint16_t view, const uint8_t *name, bool below,
    struct cause cause)
{
	const struct scope_view *v = &s->view[view];
	struct back b = {.s = s, .cause = cause, .view = view};
	bool dnames = any_dname(s);
	const uint8_t *up;
	const char *in;
	uint16_t i;
	int rc;

	/* A thousand names removed in one place are one place. */
	if (below && (rc = scope_first_touch(s, view, name)) <= 0)
		return rc;
	for (i = 0; i < v->nchain; i++) {
		in = s->view[v->chain[i]].name;
		b.all_names = true;
		if (search(&b, in, name, below) != 0)
			return -1;
		/* DNAMEs to any ending of the name lead here as well. */
		b.all_names = false;
		for (up = name; dnames && !name_is_root(up);) {
			up = name_parent(up);
			if (search(&b, in, up, false) != 0)
				return -1;
		}
	}
	return 0;
}

int
scope_aliases(struct scope *s)
{
	struct region r;
	size_t i;

	/* The list grows while it is walked; each region is in it once. */
	for (i = 0; i < s->nregions; i++) {
		r = s->region[i];
		if (scope_touch(s, r.view, r.name, r.below, r.cause) != 0)
			return -1;
	}
	return 0;
}
