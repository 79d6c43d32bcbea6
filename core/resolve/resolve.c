#include "resolve.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "lookup.h"

struct walk {
	struct zoneset *set;
	const struct policy *policy;
	struct arena *arena;
	struct error *e;
	struct resolve_answer *a;
	struct resolve_step *step;
	size_t cap;
	unsigned aliases; /* CNAME and DNAME steps so far */
	/* the round of one name */
	const uint8_t *name;
	const char *view;
	uint32_t entry;
	const struct zone *zone;
};

static int
step(struct walk *w, enum resolve_step_kind kind, const struct zone_rrset *s)
{
	struct resolve_answer *a = w->a;
	struct resolve_step *new;

	if (a->nsteps == w->cap) {
		w->cap = w->cap == 0 ? 4 : w->cap * 2;
		new = arena_calloc(w->arena, w->cap, sizeof(*new));
		if (new == NULL)
			return error_memory(w->e);
		if (a->nsteps > 0)
			memcpy(new, w->step, a->nsteps * sizeof(*new));
		a->step = w->step = new;
	}
	new = &w->step[a->nsteps++];
	new->kind = kind;
	new->name = w->name;
	new->zone = w->zone;
	new->view = w->view;
	new->entry = w->entry;
	new->rrset = s;
	return 0;
}

static void
lower_ttl(struct resolve_answer *a, uint32_t ttl)
{
	if (ttl < a->ttl)
		a->ttl = ttl;
}

static const char *
fallback_of(const struct walk *w, const char *view)
{
	const struct policy_view *v;

	if (w->policy == NULL)
		return NULL;
	v = policy_view_find(w->policy, view);
	return v == NULL ? NULL : v->falls_back_to;
}

/* The zone of VIEW that answers for the name; DS at an apex is the parent's. */
static uint32_t
closest(const struct walk *w, const char *view)
{
	uint32_t i = zoneset_closest(w->set, view, w->name);

	if (i == ZONE_NONE || w->a->qtype != RRTYPE_DS ||
	    !name_equal(zoneset_entry(w->set, i)->apex, w->name))
		return i;
	if (name_is_root(w->name))
		return ZONE_NONE;
	return zoneset_closest(w->set, view, name_parent(w->name));
}

/*
 * Find the first of the views after w->view that has a zone for the name; with
 * CUT, one at or below that delegation. Sets view and entry; false: none.
 */
static bool
fall_back(struct walk *w, const uint8_t *cut)
{
	const char *view = w->view;
	size_t left = w->policy == NULL ? 0 : w->policy->nviews;
	uint32_t i;

	while (left-- > 0 && (view = fallback_of(w, view)) != NULL) {
		i = closest(w, view);
		if (i == ZONE_NONE ||
		    (cut != NULL &&
			!name_is_under(zoneset_entry(w->set, i)->apex, cut)))
			continue;
		w->view = view;
		w->entry = i;
		return true;
	}
	return false;
}

/* Load the zone of w->entry and note how the walk came to it. */
static int
enter(struct walk *w, bool fallen)
{
	const uint8_t *apex = zoneset_entry(w->set, w->entry)->apex;
	uint32_t child = w->entry, parent;

	w->zone = NULL;
	if (fallen && step(w, RESOLVE_STEP_FALLBACK, NULL) != 0)
		return -1;
	parent = name_is_root(apex)
		     ? ZONE_NONE
		     : zoneset_closest(w->set, w->view, name_parent(apex));
	if (parent != ZONE_NONE) {
		w->entry = parent;
		if (step(w, RESOLVE_STEP_DESCEND, NULL) != 0)
			return -1;
		w->entry = child;
	}
	w->zone = zoneset_zone(w->set, child, NULL, w->e);
	if (w->zone == NULL)
		return -1;
	if (w->zone->broken)
		return error_set(w->e, ERROR_SYSTEM,
		    "%s has syntax errors: its answers are not known",
		    zoneset_entry(w->set, child)->path);
	w->a->entry = child;
	return step(w, RESOLVE_STEP_ZONE, NULL);
}

static uint32_t
soa_ttl(const struct zone *z)
{
	const struct zone_rr *rr;
	const uint8_t *p;
	uint32_t minimum;

	if (z->soa == ZONE_NONE)
		return 0;
	rr = &z->rr[z->rrset[z->soa].rr];
	if (rr->rdlen < 20)
		return 0;
	p = zone_rr_data(z, rr) + rr->rdlen - 4;
	minimum = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		  (uint32_t)p[2] << 8 | p[3];
	return rr->ttl < minimum ? rr->ttl : minimum; /* RFC 2308 §5 */
}

/* End the chain here. Returns 1: no further name. */
static int
finish(struct walk *w, enum resolve_outcome outcome)
{
	struct resolve_answer *a = w->a;

	a->outcome = outcome;
	a->final = w->name;
	if (outcome == RESOLVE_NODATA || outcome == RESOLVE_NXDOMAIN)
		lower_ttl(a, soa_ttl(w->zone));
	if (a->ttl == UINT32_MAX)
		a->ttl = 0; /* nothing was seen that has one */
	return 1;
}

/* Was NAME already redirected on this way? */
static bool
seen(const struct resolve_answer *a, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < a->nsteps; i++)
		if ((a->step[i].kind == RESOLVE_STEP_CNAME ||
			a->step[i].kind == RESOLVE_STEP_DNAME) &&
		    name_equal(a->step[i].name, name))
			return true;
	return false;
}

/* Go on at the target of a CNAME or DNAME. 0 go on, 1 end, -1 error. */
static int
redirect(struct walk *w, const struct lookup *l)
{
	const struct zone_rr *rr = &w->zone->rr[l->rrset->rr];
	const uint8_t *target = rdata_target(
	    rr->type, zone_rr_data(w->zone, rr), rr->rdlen);
	const uint8_t *owner = zone_rr_owner(w->zone, rr);
	uint8_t buf[NAME_MAX_LEN], *next;
	size_t len;

	if (target == NULL)
		return error_set(w->e, ERROR_SYSTEM, "malformed alias");
	lower_ttl(w->a, l->rrset->ttl);
	if (l->kind == LOOKUP_DNAME) {
		if (step(w, RESOLVE_STEP_DNAME, l->rrset) != 0)
			return -1;
		len = name_substitute(buf, w->name, owner, target);
		if (len == 0) /* YXDOMAIN: nowhere to go on */
			return finish(w, RESOLVE_LOOP);
	} else {
		if (step(w, RESOLVE_STEP_CNAME, l->rrset) != 0)
			return -1;
		len = name_len(target);
		memcpy(buf, target, len);
	}
	if ((next = arena_dup(w->arena, buf, len)) == NULL)
		return error_memory(w->e);
	name_lower(next);
	w->name = next;
	if (++w->aliases > RESOLVE_MAX_ALIASES || seen(w->a, next))
		return finish(w, RESOLVE_LOOP);
	return 0;
}

/* Act on what the zone said. 0 go on with another name, 1 end, -1 error. */
static int
conclude(struct walk *w, const struct lookup *l)
{
	struct resolve_answer *a = w->a;

	if (l->wildcard) {
		a->wildcard = true;
		if (step(w, RESOLVE_STEP_WILDCARD, l->rrset) != 0)
			return -1;
	}
	switch (l->kind) {
	case LOOKUP_CNAME:
	case LOOKUP_DNAME:
		return redirect(w, l);
	case LOOKUP_RRSET:
		a->rrset = l->rrset;
		a->zone = w->zone;
		lower_ttl(a, l->rrset->ttl);
		if (step(w, RESOLVE_STEP_RRSET, l->rrset) != 0)
			return -1;
		return finish(w, RESOLVE_ANSWER);
	case LOOKUP_CUT:
		lower_ttl(a, l->rrset->ttl);
		if (step(w, RESOLVE_STEP_CUT, l->rrset) != 0)
			return -1;
		return finish(w, RESOLVE_REFERRAL);
	case LOOKUP_NODATA:
		return finish(w, RESOLVE_NODATA);
	case LOOKUP_NXDOMAIN:
		break;
	}
	return finish(w, RESOLVE_NXDOMAIN);
}

/* One name of the chain, from the view that was asked. */
static int
round_of(struct walk *w)
{
	struct lookup l;
	bool fallen = false;

	w->view = w->a->view;
	w->zone = NULL;
	w->a->entry = ZONE_NONE;
	w->entry = closest(w, w->view);
	if (w->entry == ZONE_NONE) {
		if (!fall_back(w, NULL))
			return finish(w, RESOLVE_LEAVES_REPO);
		fallen = true;
	}
	for (;;) {
		if (enter(w, fallen) != 0)
			return -1;
		lookup(&l, w->zone, w->name, w->a->qtype);
		/* The child of a cut may be in a view further on. */
		if (l.kind != LOOKUP_CUT ||
		    !fall_back(w, w->zone->owner[l.owner].name))
			return conclude(w, &l);
		fallen = true;
	}
}

int
resolve(struct resolve_answer **out, struct zoneset *set,
    const struct policy *policy, const char *view, const uint8_t *name,
    uint16_t type, struct arena *arena, struct error *e)
{
	struct walk w = {.set = set, .policy = policy, .arena = arena, .e = e};
	struct resolve_answer *a;
	int rc;

	*out = NULL;
	if ((a = arena_alloc(arena, sizeof(*a))) == NULL ||
	    (a->qname = arena_dup(arena, name, name_len(name))) == NULL)
		return error_memory(e);
	a->qtype = type;
	a->view = view;
	a->ttl = UINT32_MAX;
	w.a = a;
	w.name = a->qname;
	do {
		rc = round_of(&w);
	} while (rc == 0);
	if (rc < 0)
		return -1;
	*out = a;
	return 0;
}
