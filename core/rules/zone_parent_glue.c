#include "zone_parent.h"

#include <string.h>

#include "parent.h"

#define VIEWS_MAX 16

/* Glue of ZONE in VIEW, and for whom the findings are. */
struct glue {
	const struct evidence *ev;
	const struct evidence_zone *ez;
	struct findings *fs;
	const struct zone *zone;
	const char *view;
};

static const char *
fallback_of(const struct policy *p, const char *view)
{
	const struct policy_view *v = policy_view_find(p, view);

	return v == NULL ? NULL : v->falls_back_to;
}

/* Is VIEW the view TARGET, or does it fall back to it? */
static bool
reaches(const struct policy *p, const char *view, const char *target)
{
	unsigned n;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		if (strcmp(view, target) == 0)
			return true;
		view = fallback_of(p, view);
	}
	return false;
}

/* Does a zone below the one with the glue answer for NAME? */
static bool
is_elsewhere(const struct glue *g, const uint8_t *name)
{
	const char *view = g->view;
	const uint8_t *apex;
	unsigned n;
	uint32_t i;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		i = zoneset_closest(g->ev->new, view, name);
		apex = i == ZONE_NONE ? NULL
				      : zoneset_entry(g->ev->new, i)->apex;
		if (apex != NULL && !name_equal(apex, g->zone->apex) &&
		    name_is_under(apex, g->zone->apex))
			return true;
		view = fallback_of(g->ev->policy, view);
	}
	return false;
}

/* Servers that a delegation of CHILD itself names are compared with it by
 * compare_glue(). */
static bool
is_direct(const struct glue *g, const struct resolve_answer *a,
    const struct zone *child, const uint8_t *server)
{
	const struct zone_rrset *cut = zone_find_rrset(
	    g->zone, child->apex, RRTYPE_NS);
	uint32_t i;

	if (strcmp(a->step[a->nsteps - 1].view, g->view) != 0)
		return false;
	for (i = 0; cut != NULL && i < cut->count; i++)
		if (name_equal(
			zone_rr_data(g->zone, rule_first(g->zone, cut) + i),
			server))
			return true;
	return false;
}

static void
tell(const struct glue *g, const struct zone *zone, const struct zone_rr *rr,
    const uint8_t *server, const struct zone *child)
{
	bool here = zone == g->ez->new;
	struct finding *f;

	f = rule_report_pair(g->fs, g->ez, "zone-parent-child",
	    here ? zone : NULL, here ? rr : NULL,
	    "glue for %s in %s is not what %s answers: only the %s has %s",
	    rule_name(g->fs, server), rule_name(g->fs, g->zone->apex),
	    rule_name(g->fs, child->apex), zone == g->zone ? "glue" : "zone",
	    rule_rdata(g->fs, zone, rr));
	f->name = rule_name(g->fs, server);
	f->type = rule_type(g->fs, rr->type);
	f->help = "give the server the same addresses in both zones, or "
		  "remove the glue";
}

/* What the server's own zone answers must be what the glue says. */
static void
compare(
    const struct glue *g, const uint8_t *server, const struct zone_rrset *set)
{
	const struct zone *child;
	const struct zone_rr *rr;
	struct resolve_answer *a;
	struct finding *f;
	struct error e;

	if (resolve(&a, g->ev->new, g->ev->policy, g->view, server, set->type,
		g->fs->arena, &e) != 0) {
		f = rule_report_pair(g->fs, g->ez, "zone-parent-child", NULL,
		    NULL, "glue for %s cannot be compared with its zone",
		    rule_name(g->fs, server));
		f->help = "mend that zone first";
		return;
	}
	/* Below a cut whose zone is not here it is for others to say. */
	if (a->entry == ZONE_NONE || a->nsteps == 0 ||
	    a->outcome == RESOLVE_REFERRAL || a->outcome == RESOLVE_LEAVES_REPO)
		return;
	child = a->rrset != NULL ? a->zone
				 : zoneset_entry(g->ev->new, a->entry)->zone;
	if (child == NULL || child == g->zone || is_direct(g, a, child, server))
		return;
	rr = zone_parent_lacking(g->zone, set, child, a->rrset);
	if (rr != NULL) {
		tell(g, g->zone, rr, server, child);
		return;
	}
	rr = zone_parent_lacking(child, a->rrset, g->zone, set);
	if (rr != NULL)
		tell(g, child, rr, server, child);
}

static void
check_server(const struct glue *g, const uint8_t *server)
{
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
	const struct zone *z = g->zone;
	uint32_t owner = zone_find(z, server);
	const struct zone_rrset *set;
	size_t t;

	if (owner == ZONE_NONE ||
	    (z->owner[owner].flags & (ZONE_CUT | ZONE_BELOW_CUT)) == 0 ||
	    !is_elsewhere(g, server))
		return;
	for (t = 0; t < 2; t++)
		if ((set = zone_rrset(z, owner, types[t])) != NULL)
			compare(g, server, set);
}

/* The servers at and below TOP that delegations of G's zone name, each once.
 * Other data below a cut is zone-occluded. */
static void
check_below(const struct glue *g, const uint8_t *top)
{
	const struct zone *z = g->zone;
	struct hash_table *seen = hash_table_new(64);
	const uint8_t *server;
	uint32_t i, j;
	int added = 0;

	for (i = 0; seen != NULL && i < z->nrrsets; i++) {
		if (z->rrset[i].type != RRTYPE_NS)
			continue;
		for (j = 0; j < z->rrset[i].count; j++) {
			server = zone_rr_data(
			    z, rule_first(z, &z->rrset[i]) + j);
			if (!name_is_under(server, top))
				continue;
			if (hash_table_put(seen, server, name_len(server), 0,
				&added) == NULL)
				g->fs->lost = true;
			else if (added)
				check_server(g, server);
		}
	}
	g->fs->lost |= seen == NULL;
	hash_table_free(seen);
}

/* Zones of VIEW above EZ that hold glue for its names. */
static void
check_above(struct glue *g, const char *view)
{
	const uint8_t *name = g->ez->apex;
	struct error e;
	uint32_t i;

	g->view = view;
	while (!name_is_root(name)) {
		name = name_parent(name);
		i = zoneset_find(g->ev->new, view, name);
		/* A judged one is compared from its own side. */
		if (i == ZONE_NONE || parent_is_judged(g->ev, view, name))
			continue;
		g->zone = zoneset_zone(g->ev->new, i, NULL, &e);
		if (g->zone != NULL && !g->zone->broken)
			check_below(g, g->ez->apex);
	}
}

void
zone_parent_glue(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	struct glue g = {
	    .ev = ev, .ez = ez, .fs = fs, .zone = ez->new, .view = ez->view};
	size_t i;

	check_below(&g, ez->apex);
	if (ev->policy->nviews == 0)
		check_above(&g, ez->view);
	for (i = 0; i < ev->policy->nviews; i++)
		if (reaches(ev->policy, ev->policy->view[i].name, ez->view))
			check_above(&g, ev->policy->view[i].name);
}
