/* The zones on the way and who serves them. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "map.h"

static struct map_zone *
add_zone(struct map *m)
{
	struct map_zone *z;

	if (m->zone.n == DRILL_ZONES_MAX) {
		error_set(m->e, ERROR_SYSTEM,
		    "a protected name depends on more than %d zones",
		    DRILL_ZONES_MAX);
		return NULL;
	}
	if ((z = vec_add(&m->zone)) == NULL) {
		error_memory(m->e);
		return NULL;
	}
	z->entry = ZONE_NONE;
	z->parent = MAP_NONE;
	z->server[MAP_PARENT] = z->server[MAP_CHILD] = (struct vec)VEC_INIT(
	    struct map_server);
	return z;
}

uint32_t
map_enter(struct map *m, uint32_t entry, const char *view)
{
	const struct zoneset_entry *en = zoneset_entry(m->args->set, entry);
	const struct zone *loaded;
	struct map_zone *z;
	uint32_t i;

	for (i = 0; i < m->zone.n; i++)
		if (map_zone(m, i)->entry == entry)
			return i;
	loaded = zoneset_zone(m->args->set, entry, NULL, m->e);
	if (loaded == NULL)
		return MAP_NONE;
	if (loaded->broken) {
		error_set(m->e, ERROR_SYSTEM,
		    "%s has syntax errors: what depends on it is not known",
		    en->path);
		return MAP_NONE;
	}
	if ((z = add_zone(m)) == NULL)
		return MAP_NONE;
	z->entry = entry;
	z->apex = loaded->apex;
	z->zone = loaded;
	z->view = view;
	return i;
}

/* The zone below the cut that STEP ends at, which is not here. */
static uint32_t
enter_away(struct map *m, const struct resolve_step *step)
{
	uint32_t parent = map_enter(m, step->entry, step->view), i;
	const uint8_t *apex = step->zone->owner[step->rrset->owner].name;
	struct map_zone *z;

	if (parent == MAP_NONE)
		return MAP_NONE;
	for (i = 0; i < m->zone.n; i++) {
		z = map_zone(m, i);
		if (z->entry == ZONE_NONE && z->parent == parent &&
		    name_equal(z->apex, apex))
			return i;
	}
	if ((z = add_zone(m)) == NULL)
		return MAP_NONE;
	z->apex = apex;
	z->parent = parent;
	z->view = step->view;
	return i;
}

int
map_needs(struct map *m, const struct resolve_answer *a, struct map_needs *out)
{
	const struct resolve_step *s;
	uint32_t *list, i;
	size_t k;

	if ((list = arena_calloc(m->arena, a->nsteps + 1, sizeof(*list))) ==
	    NULL)
		return error_memory(m->e);
	out->zone = list;
	out->n = 0;
	for (k = 0; k < a->nsteps; k++) {
		s = &a->step[k];
		if (s->kind == RESOLVE_STEP_ZONE)
			i = map_enter(m, s->entry, s->view);
		else if (s->kind == RESOLVE_STEP_CUT)
			i = enter_away(m, s);
		else
			continue;
		if (i == MAP_NONE)
			return -1;
		list[out->n++] = i;
	}
	return 0;
}

/* ---- name servers -------------------------------------------------------- */

static struct map_server *
add_server(struct map *m, uint32_t i, int side, const uint8_t *name)
{
	struct map_server *s = vec_add(&map_zone(m, i)->server[side]);

	if (s == NULL)
		error_memory(m->e);
	else
		s->name = name;
	return s;
}

/* The addresses of an RRset. */
static int
read_addresses(struct map *m, const struct zone *z,
    const struct zone_rrset *set, struct map_server *s)
{
	struct map_address *list;
	const struct zone_rr *rr;
	uint32_t k;

	list = arena_calloc(m->arena, set->count, sizeof(*list));
	if (list == NULL)
		return error_memory(m->e);
	s->address = list;
	for (k = 0; k < set->count; k++) {
		rr = &z->rr[set->rr + k];
		if (rr->rdlen == (set->type == RRTYPE_A ? 4 : 16))
			map_normal(&list[s->naddresses++], zone_rr_data(z, rr),
			    rr->rdlen);
	}
	return 0;
}

/* As the zone above would send it along with the delegation. */
static int
add_glue(struct map *m, uint32_t i, const uint8_t *name, uint16_t type)
{
	const struct zone *above = map_zone(m, map_zone(m, i)->parent)->zone;
	uint32_t owner = zone_find(above, name);
	const struct zone_rrset *set;
	struct map_server *s;

	if (owner == ZONE_NONE ||
	    (above->owner[owner].flags & (ZONE_CUT | ZONE_BELOW_CUT)) == 0 ||
	    (set = zone_rrset(above, owner, type)) == NULL)
		return 0;
	s = add_server(m, i, MAP_PARENT, name);
	return s == NULL ? -1 : read_addresses(m, above, set, s);
}

/*
 * As a resolver would look it up. Below the zone's own apex that takes nothing:
 * who got the NS RRset of the apex was in the zone already, and a zone above
 * that is not here is taken to have the glue it must have.
 */
static int
add_looked_up(
    struct map *m, uint32_t i, int side, const uint8_t *name, uint16_t type)
{
	bool own = side == MAP_CHILD &&
		   name_is_under(name, map_zone(m, i)->apex);
	struct map_needs needs = {NULL, 0};
	struct resolve_answer *a;
	struct map_server *s;

	if (resolve(&a, m->args->set, m->args->policy, m->view, name, type,
		m->arena, m->e) != 0 ||
	    (!own && map_needs(m, a, &needs) != 0) ||
	    (s = add_server(m, i, side, name)) == NULL)
		return -1;
	s->needs = needs;
	s->outside = a->outcome == RESOLVE_LEAVES_REPO ||
		     a->outcome == RESOLVE_REFERRAL;
	return a->outcome == RESOLVE_ANSWER
		   ? read_addresses(m, a->zone, a->rrset, s)
		   : 0;
}

static int
add_name(struct map *m, uint32_t i, int side, const uint8_t *name)
{
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
	size_t t;

	for (t = 0; t < 2; t++) {
		if (side == MAP_PARENT && add_glue(m, i, name, types[t]) != 0)
			return -1;
		if (add_looked_up(m, i, side, name, types[t]) != 0)
			return -1;
	}
	return 0;
}

/* The servers that SET of Z names for zone I. */
static int
add_side(struct map *m, uint32_t i, int side, const struct zone *z,
    const struct zone_rrset *set)
{
	const uint8_t *target;
	const struct zone_rr *rr;
	uint8_t *name;
	uint32_t k;

	if (set == NULL)
		return 0;
	if (set->count > DRILL_SERVERS_MAX)
		return error_set(m->e, ERROR_SYSTEM,
		    "a zone on the way has more than %d name servers",
		    DRILL_SERVERS_MAX);
	map_zone(m, i)->side[side] = true;
	for (k = 0; k < set->count; k++) {
		rr = &z->rr[set->rr + k];
		target = rdata_target(rr->type, zone_rr_data(z, rr), rr->rdlen);
		if (target == NULL || name_is_root(target))
			continue;
		name = arena_dup(m->arena, target, name_len(target));
		if (name == NULL)
			return error_memory(m->e);
		name_lower(name);
		if (add_name(m, i, side, name) != 0)
			return -1;
	}
	return 0;
}

/* The zone above, if it is here. */
static int
find_parent(struct map *m, uint32_t i)
{
	struct map_zone *z = map_zone(m, i);
	const char *view;
	uint32_t entry, parent;

	if (z->parent != MAP_NONE || name_is_root(z->apex))
		return 0;
	entry = map_closest(m, z->view, name_parent(z->apex), &view);
	if (entry == ZONE_NONE)
		return 0;
	if ((parent = map_enter(m, entry, view)) == MAP_NONE)
		return -1;
	map_zone(m, i)->parent = parent; /* the zones may have moved */
	return 0;
}

/* NS and DS at the cut. Below another cut they are nobody's to say. */
static int
read_cut(struct map *m, uint32_t i)
{
	struct map_zone *z = map_zone(m, i);
	const struct zone *above;
	uint32_t owner;

	if (z->parent == MAP_NONE)
		return 0;
	above = map_zone(m, z->parent)->zone;
	if ((owner = zone_find(above, z->apex)) == ZONE_NONE ||
	    (above->owner[owner].flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME)))
		return 0;
	z->ds = zone_rrset(above, owner, RRTYPE_DS);
	return add_side(
	    m, i, MAP_PARENT, above, zone_rrset(above, owner, RRTYPE_NS));
}

int
map_fill(struct map *m)
{
	const struct zone *z;
	uint32_t i;

	for (; m->filled < m->zone.n; m->filled++) {
		i = m->filled;
		if (find_parent(m, i) != 0 || read_cut(m, i) != 0)
			return -1;
		z = map_zone(m, i)->zone;
		if (z != NULL &&
		    add_side(m, i, MAP_CHILD, z,
			zone_find_rrset(z, z->apex, RRTYPE_NS)) != 0)
			return -1;
	}
	return 0;
}
