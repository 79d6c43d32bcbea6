#include "collateral.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "edits.h"
#include "lookup.h"
#include "scope.h"

#define SCRATCH_MAX ((size_t)4 << 20)

const uint16_t collateral_alias_types[] = {
    RRTYPE_A,
    RRTYPE_AAAA,
    RRTYPE_MX,
    RRTYPE_TXT,
    RRTYPE_HTTPS,
    RRTYPE_TLSA,
    RRTYPE_CAA,
    0,
};

struct types {
	uint8_t seen[8192]; /* a bit a type */
	uint16_t *item;
	size_t n, cap;
};

struct compare {
	struct scope scope;
	struct edits edits;
	const struct collateral_args *args;
	struct arena *arena;   /* the caller's: what is kept */
	struct arena *scratch; /* answers that turn out equal */
	struct error *e;
	struct types types;
	struct collateral *out;
	struct collateral_item *item;
	size_t cap;
};

static int
types_add(struct compare *c, uint16_t type)
{
	struct types *t = &c->types;
	uint16_t *new;
	size_t cap;

	if (type == RRTYPE_RRSIG || type == RRTYPE_NSEC ||
	    type == RRTYPE_NSEC3 || type == RRTYPE_SOA ||
	    (t->seen[type / 8] & 1 << type % 8) != 0)
		return 0;
	if (t->n == t->cap) {
		cap = t->cap == 0 ? 32 : t->cap * 2;
		if ((new = realloc(t->item, cap * sizeof(*new))) == NULL)
			return error_memory(c->e);
		t->item = new;
		t->cap = cap;
	}
	t->seen[type / 8] |= (uint8_t)(1 << type % 8);
	t->item[t->n++] = type;
	return 0;
}

static void
types_clear(struct types *t)
{
	while (t->n > 0) {
		t->n--;
		t->seen[t->item[t->n] / 8] = 0;
	}
}

static int
types_of_owner(struct compare *c, const struct zone *z, uint32_t owner, bool ds)
{
	const struct zone_owner *o = &z->owner[owner];
	const uint16_t *alias;
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++) {
		if (!ds && z->rrset[o->rrset + i].type == RRTYPE_DS)
			continue;
		if (types_add(c, z->rrset[o->rrset + i].type) != 0)
			return -1;
		if (z->rrset[o->rrset + i].type != RRTYPE_CNAME)
			continue;
		for (alias = collateral_alias_types; *alias != 0; alias++)
			if (types_add(c, *alias) != 0)
				return -1;
	}
	return 0;
}

/* The wildcard at the closest encloser of NAME, cuts not considered. */
static uint32_t
wildcard_for(const struct zone *z, const uint8_t *name)
{
	uint8_t wild[NAME_MAX_LEN] = {1, '*'};
	size_t len;
	bool exists = false;

	while (!exists && !name_is_root(name)) {
		name = name_parent(name);
		lookup_node(z, name, &exists);
	}
	len = name_len(name);
	if (!exists || len + 2 > sizeof(wild))
		return ZONE_NONE;
	memcpy(wild + 2, name, len);
	return lookup_node(z, wild, &exists);
}

/* Is NAME, or for "*." what follows, a name of the zone? */
static bool
is_member(const struct zone *z, const uint8_t *name)
{
	bool exists;

	lookup_node(z, name, &exists);
	if (!exists && name_is_wildcard(name) &&
	    name_is_under(name_parent(name), z->apex))
		lookup_node(z, name_parent(name), &exists);
	return exists;
}

/* Add the types of NAME in one zone; with DS if it may answer that. */
static int
types_in_zone(
    struct compare *c, const struct zone *z, const uint8_t *name, bool ds)
{
	bool exists;
	uint32_t owner = lookup_node(z, name, &exists);

	if (!exists)
		owner = wildcard_for(z, name);
	return owner == ZONE_NONE ? 0 : types_of_owner(c, z, owner, ds);
}

/* DS at the apex NAME: in the zone above it. 1 there is one, 0 none. */
static int
types_of_parent(struct compare *c, int side, uint16_t view, const uint8_t *name)
{
	const struct zone *z;
	int rc = scope_zone(&c->scope, side, view, name, &z);

	if (rc > 0 && name_equal(z->apex, name))
		rc = name_is_root(name) ? 0
					: scope_zone(&c->scope, side, view,
					      name_parent(name), &z);
	if (rc <= 0)
		return rc;
	if (zone_find_rrset(z, name, RRTYPE_DS) != NULL &&
	    types_add(c, RRTYPE_DS) != 0)
		return -1;
	return 1;
}

/*
 * Collect the types to ask of a candidate, as one side has them. *RANK is
 * lowered to the first view in its chain that has the name.
 */
static int
types_of_side(struct compare *c, int side, const struct candidate *k, int *rank)
{
	const struct scope_view *v = &c->scope.view[k->view];
	const struct zone *z;
	bool apex, own_apex = false;
	int i, rc;

	for (i = 0; i < v->nchain; i++) {
		rc = scope_zone(&c->scope, side, v->chain[i], k->name, &z);
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		apex = name_equal(z->apex, k->name);
		own_apex |= i == 0 && apex;
		if (types_in_zone(c, z, k->name, !apex && !own_apex) != 0)
			return -1;
		if (apex && !own_apex &&
		    types_of_parent(c, side, v->chain[i], k->name) < 0)
			return -1;
		if (i < *rank && is_member(z, k->name))
			*rank = i;
	}
	/* The first view with a zone above is asked for the DS. */
	for (i = 0, rc = 0; own_apex && rc == 0 && i < v->nchain; i++)
		rc = types_of_parent(c, side, v->chain[i], k->name);
	return rc < 0 ? -1 : 0;
}

/* Is the question itself, aliases aside, answered from a fallback view? */
static bool
from_fallback(const struct resolve_answer *a)
{
	size_t i;

	for (i = 0; i < a->nsteps; i++) {
		if (a->step[i].kind == RESOLVE_STEP_FALLBACK)
			return true;
		if (a->step[i].kind == RESOLVE_STEP_CNAME ||
		    a->step[i].kind == RESOLVE_STEP_DNAME)
			break;
	}
	return false;
}

static bool
is_negative(const struct resolve_answer *a)
{
	return a->outcome == RESOLVE_NODATA || a->outcome == RESOLVE_NXDOMAIN;
}

static bool
same_answer(const struct resolve_answer *a, const struct resolve_answer *b)
{
	return (is_negative(a) && is_negative(b)) || resolve_same(a, b);
}

/* The last name the two ways have in common. */
static const uint8_t *
parting(const struct resolve_answer *a, const struct resolve_answer *b)
{
	const uint8_t *at = a->qname;
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a->nsteps && name_equal(a->step[i].name, at))
			i++;
		while (j < b->nsteps && name_equal(b->step[j].name, at))
			j++;
		if (i == a->nsteps || j == b->nsteps ||
		    !name_equal(a->step[i].name, b->step[j].name))
			return at;
		at = a->step[i].name;
	}
}

static struct cause
cause_of(struct compare *c, const struct candidate *k, uint16_t type,
    const struct resolve_answer *a, const struct resolve_answer *b)
{
	const uint8_t *at = parting(a, b);
	struct cause cause;

	if ((k->direct && name_equal(at, k->name)) ||
	    !edits_cause(&c->edits, k->view, at, type, &cause))
		return k->cause;
	return cause;
}

static int
keep(struct compare *c, const struct candidate *k, uint16_t type)
{
	const struct collateral_args *a = c->args;
	struct collateral_item *i, *new;
	struct resolve_answer *before, *after;
	struct cause cause;

	c->out->total++;
	if (a->limit != 0 && c->out->n >= a->limit)
		return 0;
	if (c->out->n == c->cap) {
		c->cap = c->cap == 0 ? 16 : c->cap * 2;
		if ((new = arena_calloc(c->arena, c->cap, sizeof(*new))) ==
		    NULL)
			return error_memory(c->e);
		if (c->out->n > 0)
			memcpy(new, c->item, c->out->n * sizeof(*new));
		c->out->item = c->item = new;
	}
	i = &c->item[c->out->n++];
	i->view = c->scope.view[k->view].name;
	i->name = arena_dup(c->arena, k->name, name_len(k->name));
	i->type = type;
	if (i->name == NULL)
		return error_memory(c->e);
	/* Again, to stay: nearly all that was compared is thrown away. */
	if (resolve(&before, a->old, a->policy, i->view, i->name, type,
		c->arena, c->e) != 0 ||
	    resolve(&after, a->new, a->policy, i->view, i->name, type, c->arena,
		c->e) != 0)
		return -1;
	cause = cause_of(c, k, type, before, after);
	i->before = before;
	i->after = after;
	i->zone = cause.zone;
	i->change = cause.change;
	return 0;
}

static int
compare_type(
    struct compare *c, const struct candidate *k, bool own, uint16_t type)
{
	const struct collateral_args *a = c->args;
	const char *view = c->scope.view[k->view].name;
	unsigned edits = edits_of(&c->edits, k->view, k->name, type);
	struct resolve_answer *before, *after;

	if ((edits & EDIT_CHANGED) != 0)
		return 0;
	if (arena_size(c->scratch) > SCRATCH_MAX) {
		arena_free(c->scratch);
		if ((c->scratch = arena_new()) == NULL)
			return error_memory(c->e);
	}
	if (resolve(&before, a->old, a->policy, view, k->name, type, c->scratch,
		c->e) != 0 ||
	    resolve(&after, a->new, a->policy, view, k->name, type, c->scratch,
		c->e) != 0)
		return -1;
	if (same_answer(before, after))
		return 0;
	if (!own && !from_fallback(before) && !from_fallback(after))
		return 0;
	if (edits != 0 &&
	    !((edits & EDIT_ADDED) != 0 && before->outcome == RESOLVE_ANSWER) &&
	    !((edits & EDIT_REMOVED) != 0 && after->outcome == RESOLVE_ANSWER))
		return 0;
	return keep(c, k, type);
}

static int
by_number(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static int
compare_all(struct compare *c)
{
	const struct candidate *k;
	size_t i, t;
	int rank, rc = 0;

	for (i = 0; rc == 0 && i < c->scope.ncandidates; i++) {
		k = &c->scope.candidate[i];
		types_clear(&c->types);
		rank = INT_MAX;
		if (types_of_side(c, 0, k, &rank) != 0 ||
		    types_of_side(c, 1, k, &rank) != 0)
			return -1;
		if (rank == INT_MAX)
			continue;
		if (c->types.n > 1)
			qsort(c->types.item, c->types.n, sizeof(*c->types.item),
			    by_number);
		for (t = 0; rc == 0 && t < c->types.n; t++)
			rc = compare_type(c, k, rank == 0, c->types.item[t]);
	}
	return rc;
}

int
collateral_find(struct collateral **out, const struct collateral_args *args,
    struct arena *arena, struct error *e)
{
	struct compare *c;
	int rc = -1;

	*out = NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		return error_memory(e);
	c->args = args;
	c->arena = arena;
	c->e = e;
	c->out = arena_alloc(arena, sizeof(*c->out));
	c->scratch = arena_new();
	if (c->out == NULL || c->scratch == NULL)
		error_memory(e);
	else if (args->old == NULL || args->new == NULL)
		rc = 0;
	else if (scope_fill(&c->scope, args, e) == 0) {
		if (edits_init(&c->edits, &c->scope) != 0)
			error_memory(e);
		else
			rc = compare_all(c);
	}
	if (rc == 0)
		*out = c->out;
	edits_free(&c->edits);
	scope_free(&c->scope);
	arena_free(c->scratch);
	free(c->types.item);
	free(c);
	return rc;
}

static void
place_text(const struct zone *z, const struct zone_rrset *s, struct text *out)
{
	const struct zone_rr *rr = &z->rr[s->rr];

	if (rr->line == 0 || rr->file >= z->nfiles)
		return;
	text_str(out, z->file[rr->file].path);
	text_printf(out, ":%u: ", rr->line);
}

void
collateral_cause_text(const struct collateral_item *i, struct text *out)
{
	const struct diff_change *c = i->change;
	const struct diff *d = i->zone->diff;
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];

	if (c == NULL) {
		name_to_text(
		    name, d->new != NULL ? d->new->apex : d->old->apex);
		text_printf(out, "zone %s %s", name,
		    d->new != NULL ? "added" : "removed");
		return;
	}
	if (c->new != NULL)
		place_text(d->new, c->new, out);
	else
		place_text(d->old, c->old, out);
	name_to_text(name, c->name);
	text_printf(out, "%s of %s %s", rrtype_to_text(type, c->type), name,
	    c->kind == DIFF_ADDED     ? "added"
	    : c->kind == DIFF_REMOVED ? "removed"
				      : "changed");
}
