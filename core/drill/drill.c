#include "drill.h"

#include <string.h>

#include "../dns/name.h"
#include "map.h"

const char *
drill_kind_text(enum drill_kind kind)
{
	static const char *const text[] = {
	    [DRILL_NONE] = "none",
	    [DRILL_ADDRESS] = "address",
	    [DRILL_LIST] = "list",
	    [DRILL_NETWORK] = "network",
	    [DRILL_SERVER] = "server",
	    [DRILL_PROVIDER] = "provider",
	};

	return text[kind];
}

const char *
drill_state_text(enum drill_state state)
{
	static const char *const text[] = {
	    [DRILL_NO] = "no",
	    [DRILL_YES] = "yes",
	    [DRILL_UNKNOWN] = "unknown",
	    [DRILL_UNSIGNED] = "unsigned",
	    [DRILL_MOOT] = "moot",
	};

	return text[state];
}

void
drill_count(const struct drill *d, size_t *red, size_t *all)
{
	size_t i, k;

	*red = *all = 0;
	for (i = 0; i < d->nnames; i++) {
		*all += d->name[i].ncells;
		for (k = 0; k < d->name[i].ncells; k++)
			*red += d->name[i].cell[k].red;
	}
}

struct run {
	const struct drill_args *args;
	struct arena *arena;
	struct error *e;
	struct vec names; /* struct drill_name */
};

/* A record to point at: the last on the first way that has any. */
static void
place_of(const struct resolve_answer *a, struct drill_name *out)
{
	size_t i;

	for (i = a == NULL ? 0 : a->nsteps; i-- > 0;) {
		if (a->step[i].rrset == NULL || a->step[i].zone == NULL)
			continue;
		out->zone = a->step[i].zone;
		out->rr = &out->zone->rr[a->step[i].rrset->rr];
		return;
	}
}

static int
fill_cells(
    struct run *r, struct map *m, struct vec *outages, struct drill_name *out)
{
	const struct drill_outage *o = outages->item;
	struct drill_cell *cell;
	size_t i;

	if ((cell = arena_calloc(r->arena, outages->n, sizeof(*cell))) == NULL)
		return error_memory(r->e);
	for (i = 0; i < outages->n; i++) {
		cell[i].outage = o[i];
		if (verdict_cell(m, &cell[i]) != 0)
			return -1;
	}
	out->cell = cell;
	out->ncells = outages->n;
	place_of(m->answer, out);
	return 0;
}

/* 0 added, 1 no zone of the view encloses the name, -1. */
static int
drill_view(struct run *r, const struct policy_protected *p, const char *view,
    bool even_if_absent)
{
	struct map m = {.args = r->args,
	    .protect = p,
	    .view = view,
	    .arena = r->arena,
	    .e = r->e};
	struct vec outages = VEC_INIT(struct drill_outage);
	struct drill_name *name;
	int rc = -1;

	if (map_build(&m) != 0)
		goto out;
	rc = 1;
	if (!m.known && !even_if_absent)
		goto out;
	rc = -1;
	if (verdict_prepare(&m) != 0 || outage_list(&m, &outages) != 0)
		goto out;
	if ((name = vec_add(&r->names)) == NULL) {
		error_memory(r->e);
		goto out;
	}
	name->protect = p;
	name->view = view;
	rc = fill_cells(r, &m, &outages, name);
out:
	vec_free(&outages);
	map_free(&m);
	return rc;
}

/* The name in every view it is protected in; it must be known in one. */
static int
drill_protected(struct run *r, const struct policy_protected *p)
{
	const struct policy *policy = r->args->policy;
	size_t n = policy->nviews == 0 ? 1 : policy->nviews, i;
	const char *view, *first = NULL;
	bool known = false;
	int rc;

	for (i = 0; i < n; i++) {
		view = policy->nviews == 0 ? "" : policy->view[i].name;
		if (!policy_protects_view(p, view))
			continue;
		if (first == NULL)
			first = view;
		if ((rc = drill_view(r, p, view, false)) < 0)
			return -1;
		known |= rc == 0;
	}
	return known || first == NULL || drill_view(r, p, first, true) == 0
		   ? 0
		   : -1;
}

static bool
is_asked(const struct drill_args *args, const struct policy_protected *p)
{
	size_t i;

	for (i = 0; i < args->nonly; i++)
		if (name_equal(args->only[i], p->name))
			return true;
	return args->nonly == 0;
}

/* Hand the list over to the arena. */
static struct drill *
finish(struct run *r)
{
	struct drill *d = arena_alloc(r->arena, sizeof(*d));
	struct drill_name *name = arena_calloc(
	    r->arena, r->names.n + 1, sizeof(*name));

	if (d == NULL || name == NULL) {
		error_memory(r->e);
		return NULL;
	}
	if (r->names.n > 0)
		memcpy(name, r->names.item, r->names.n * sizeof(*name));
	d->name = name;
	d->nnames = r->names.n;
	return d;
}

int
drill_run(struct drill **out, const struct drill_args *args,
    struct arena *arena, struct error *e)
{
	struct run r = {.args = args,
	    .arena = arena,
	    .e = e,
	    .names = VEC_INIT(struct drill_name)};
	const struct policy *policy = args->policy;
	size_t i;
	int rc = 0;

	*out = NULL;
	for (i = 0; rc == 0 && i < policy->nprotects; i++)
		if (is_asked(args, &policy->protect[i]))
			rc = drill_protected(&r, &policy->protect[i]);
	if (rc == 0 && (*out = finish(&r)) == NULL)
		rc = -1;
	vec_free(&r.names);
	return rc;
}
