/* The ways from a protected name to addresses. */
#include "map.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

#define VIEWS_MAX 16

uint32_t
map_closest(
    const struct map *m, const char *view, const uint8_t *name, const char **at)
{
	const struct policy_view *v;
	uint32_t entry;
	int n;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		entry = zoneset_closest(m->args->set, view, name);
		if (entry != ZONE_NONE) {
			*at = view;
			return entry;
		}
		v = policy_view_find(m->args->policy, view);
		view = v == NULL ? NULL : v->falls_back_to;
	}
	return ZONE_NONE;
}

bool
map_is_here(const struct map *m, const uint8_t *name)
{
	const char *at;

	return map_closest(m, m->view, name, &at) != ZONE_NONE;
}

/* Both; arrays of the arena. */
static int
join(struct map *m, const struct map_needs *a, const struct map_needs *b,
    struct map_needs *out)
{
	uint32_t *list = arena_calloc(m->arena, a->n + b->n + 1, sizeof(*list));

	if (list == NULL)
		return error_memory(m->e);
	if (a->n > 0)
		memcpy(list, a->zone, a->n * sizeof(*list));
	if (b->n > 0)
		memcpy(list + a->n, b->zone, b->n * sizeof(*list));
	out->zone = list;
	out->n = a->n + b->n;
	return 0;
}

static struct map_way *
add_way(struct map *m, enum map_way_kind kind, const struct map_needs *base,
    const struct map_needs *more)
{
	static const struct map_needs none = {NULL, 0};
	struct map_way *w;

	if (m->way.n == DRILL_WAYS_MAX) {
		error_set(m->e, ERROR_SYSTEM,
		    "a protected name has more than %d targets",
		    DRILL_WAYS_MAX);
		return NULL;
	}
	if ((w = vec_add(&m->way)) == NULL) {
		error_memory(m->e);
		return NULL;
	}
	w->kind = kind;
	return join(m, base, more == NULL ? &none : more, &w->needs) == 0
		   ? w
		   : NULL;
}

static int
add_address(struct map *m, const uint8_t *addr, size_t len,
    const struct map_needs *base, const struct map_needs *more)
{
	struct map_way *w = add_way(m, MAP_ADDRESS, base, more);

	if (w == NULL)
		return -1;
	map_normal(&w->address, addr, len);
	return 0;
}

/* The zone that a record stands in, which some answer went through. */
static int
zone_needs(struct map *m, const struct zone *z, const uint8_t *owner,
    struct map_needs *out)
{
	struct zoneset *set = m->args->set;
	uint32_t entry, n = zoneset_count(set), *list;
	const char *at = m->view;

	out->n = 0;
	entry = map_closest(m, m->view, owner, &at);
	if (entry == ZONE_NONE || zoneset_entry(set, entry)->zone != z)
		for (entry = 0; entry < n; entry++)
			if (zoneset_entry(set, entry)->zone == z)
				break;
	if (entry >= n)
		return 0;
	if ((list = arena_calloc(m->arena, 1, sizeof(*list))) == NULL)
		return error_memory(m->e);
	list[0] = map_enter(m, entry, zoneset_entry(set, entry)->view);
	out->zone = list;
	out->n = 1;
	return list[0] == MAP_NONE ? -1 : 0;
}

static bool
holds(const struct resolve_answer *a, const struct target_address *t)
{
	size_t i;

	if (a == NULL || a->outcome != RESOLVE_ANSWER || a->zone != t->zone)
		return false;
	i = (size_t)(t->rr - a->zone->rr);
	return i >= a->rrset->rr && i < (size_t)a->rrset->rr + a->rrset->count;
}

/* What the names on the way answer; an address may have several ways. */
static int
follow_answer(
    struct map *m, const struct resolve_answer *a, const struct map_needs *base)
{
	struct map_needs more;
	const struct zone_rr *rr;
	uint32_t i;

	if (a == NULL || a->outcome != RESOLVE_ANSWER)
		return 0;
	if (map_needs(m, a, &more) != 0)
		return -1;
	for (i = 0; i < a->rrset->count; i++) {
		rr = &a->zone->rr[a->rrset->rr + i];
		if (rr->rdlen == (rr->type == RRTYPE_A ? 4 : 16) &&
		    add_address(m, zone_rr_data(a->zone, rr), rr->rdlen, base,
			&more) != 0)
			return -1;
	}
	return 0;
}

/* An address that no name's answer gave: of the answer itself, a hint, glue, a
 * literal. */
static int
follow_address(struct map *m, const struct resolve_answer *a,
    const struct targets *t, const struct target_address *ta,
    const struct map_needs *base)
{
	struct map_needs more;
	size_t i;

	if (holds(a, ta))
		return add_address(m, ta->addr, ta->len, base, NULL);
	for (i = 0; i < t->nnames; i++)
		if (holds(t->name[i].a, ta) || holds(t->name[i].aaaa, ta))
			return 0;
	return zone_needs(m, ta->zone, ta->name, &more) != 0
		   ? -1
		   : add_address(m, ta->addr, ta->len, base, &more);
}

/* Is what NAME answers for others to say? */
static bool
is_outside(const struct map *m, const struct target_name *n)
{
	return !map_is_here(m, n->name) ||
	       (n->a != NULL && n->a->outcome == RESOLVE_REFERRAL);
}

static int
follow_names(
    struct map *m, const struct targets *t, const struct map_needs *base)
{
	const struct target_name *n;
	struct map_needs more = {NULL, 0};
	struct map_way *w;
	size_t i;

	for (i = 0; i < t->nnames; i++) {
		n = &t->name[i];
		if (name_is_root(n->name) || !is_outside(m, n))
			continue;
		if (map_is_here(m, n->name)
			? map_needs(m, n->a, &more) != 0
			: zone_needs(m, n->zone, zone_rr_owner(n->zone, n->rr),
			      &more) != 0)
			return -1;
		if ((w = add_way(m, MAP_NAME, base, &more)) == NULL)
			return -1;
		w->name = n->name;
	}
	return 0;
}

/* The protected name itself is delegated to servers that are not here. */
static int
follow_away(
    struct map *m, const struct resolve_answer *a, const struct map_needs *base)
{
	struct map_way *w;

	if (a->outcome != RESOLVE_REFERRAL)
		return 0;
	if ((w = add_way(m, MAP_NAME, base, NULL)) == NULL)
		return -1;
	w->name = a->final;
	return 0;
}

static int
follow(struct map *m, const struct resolve_answer *a)
{
	struct map_needs base;
	struct targets *t;
	size_t i, before = m->way.n;

	if (map_needs(m, a, &base) != 0 ||
	    targets_of_answer(
		&t, m->args->set, m->args->policy, a, m->arena, m->e) != 0)
		return -1;
	m->incomplete |= t->incomplete || t->nfaults > 0;
	for (i = 0; i < t->nnames; i++)
		if (follow_answer(m, t->name[i].a, &base) != 0 ||
		    follow_answer(m, t->name[i].aaaa, &base) != 0)
			return -1;
	for (i = 0; i < t->naddresses; i++)
		if (follow_address(m, a, t, &t->address[i], &base) != 0)
			return -1;
	if (follow_names(m, t, &base) != 0)
		return -1;
	if (m->way.n > before)
		return 0;
	if (follow_away(m, a, &base) != 0)
		return -1;
	if (a->outcome == RESOLVE_ANSWER &&
	    add_way(m, MAP_RECORD, &base, NULL) == NULL)
		return -1;
	return 0;
}

int
map_build(struct map *m)
{
	const struct policy_protected *p = m->protect;
	struct resolve_answer *a;
	size_t i;

	m->zone = (struct vec)VEC_INIT(struct map_zone);
	m->way = (struct vec)VEC_INIT(struct map_way);
	for (i = 0; i < p->ntypes; i++) {
		if (resolve(&a, m->args->set, m->args->policy, m->view, p->name,
			p->type[i], m->arena, m->e) != 0)
			return -1;
		if (a->nsteps != 0)
			m->known = true;
		if (m->answer == NULL ||
		    (a->outcome == RESOLVE_ANSWER &&
			m->answer->outcome != RESOLVE_ANSWER))
			m->answer = a;
		if (follow(m, a) != 0)
			return -1;
	}
	return map_fill(m);
}

void
map_free(struct map *m)
{
	uint32_t i;

	for (i = 0; i < m->zone.n; i++) {
		vec_free(&map_zone(m, i)->server[MAP_PARENT]);
		vec_free(&map_zone(m, i)->server[MAP_CHILD]);
	}
	vec_free(&m->zone);
	vec_free(&m->way);
}
