/* failover-drill: protected names that one outage takes away. */
#include <string.h>

#include "../drill/drill.h"
#include "check.h"
#include "table.h"

/* Outages of one kind of damage that are named; more are counted. */
#define NAMED_MAX 6

/* "target list edge-primary". */
static const char *
outage_text(struct findings *fs, const struct drill_outage *o)
{
	static const char *const what[] = {
	    [DRILL_NONE] = "",
	    [DRILL_ADDRESS] = "address",
	    [DRILL_LIST] = "target list",
	    [DRILL_NETWORK] = "network",
	    [DRILL_SERVER] = "name server",
	    [DRILL_PROVIDER] = "provider",
	};

	return findings_text(fs, "%s %s", what[o->kind], o->what);
}

/* The verdict that makes the cell red, in words. */
static const char *
verdict(const struct drill_cell *c, bool today, const char **reason)
{
	if (c->resolves.state == DRILL_NO) {
		*reason = c->resolves.reason;
		return today ? "does not resolve" : "would not resolve";
	}
	if (c->validates.state == DRILL_NO) {
		*reason = c->validates.reason;
		return today ? "does not validate" : "would not validate";
	}
	if (c->allowed.state == DRILL_NO) {
		*reason = c->allowed.reason;
		return today ? "is not as the policy allows"
			     : "would not be as the policy allows";
	}
	*reason = c->validates.reason;
	return "may not validate";
}

/* Is it the same damage for the same reason? */
static bool
same_damage(const struct drill_cell *a, const struct drill_cell *b)
{
	const char *ra, *rb, *va = verdict(a, false, &ra),
			     *vb = verdict(b, false, &rb);

	return b->red && strcmp(va, vb) == 0 &&
	       strcmp(ra == NULL ? "" : ra, rb == NULL ? "" : rb) == 0;
}

/* " if address 192.0.2.1, or name server ns1.example., failed": cell I and
 * those after it that do the same damage. */
static const char *
condition(struct findings *fs, const struct drill_name *n, size_t i)
{
	const char *text = " if", *gap = " ";
	size_t k, named = 0, more = 0;

	for (k = i; k < n->ncells; k++) {
		if (!same_damage(&n->cell[i], &n->cell[k]))
			continue;
		if (named++ >= NAMED_MAX) {
			more++;
			continue;
		}
		text = findings_text(fs, "%s%s%s", text, gap,
		    outage_text(fs, &n->cell[k].outage));
		gap = " or ";
	}
	return more == 0 ? findings_text(fs, "%s failed", text)
			 : findings_text(fs, "%s, or one of %zu more, failed",
			       text, more);
}

static void
tell(const struct evidence *ev, const struct drill_name *n, size_t i,
    struct findings *fs)
{
	const struct policy_protected *p = n->protect;
	const struct drill_cell *c = &n->cell[i];
	bool today = c->outage.kind == DRILL_NONE;
	const char *reason = NULL, *how = verdict(c, today, &reason);
	struct finding *f;

	f = findings_add(fs, "failover-drill", "%s %s%s: %s",
	    rule_name(fs, p->name), how, today ? "" : condition(fs, n, i),
	    reason == NULL ? "not known why" : reason);
	f->name = rule_name(fs, p->name);
	f->view = n->view[0] == '\0' ? NULL : n->view;
	f->expected = "must outlast every single outage";
	f->help = "see the whole matrix with 'zonegate drill'; add a target or "
		  "name server that does not fail together with the others";
	f->authority = rule_authority(fs, ev->policy, p->line, p->owner);
	if (n->zone != NULL && n->rr != NULL) {
		f->zone = rule_name(fs, n->zone->apex);
		zone_place(n->zone, n->rr, fs, &f->place);
	}
}

/* Was the damage of cell I told with an earlier one? */
static bool
is_told(const struct drill_name *n, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (n->cell[k].red && same_damage(&n->cell[k], &n->cell[i]))
			return true;
	return false;
}

static void
check_drill(const struct evidence *ev, struct findings *fs)
{
	const struct drill_name *n;
	size_t i, k, end;

	for (i = 0; ev->drill != NULL && i < ev->drill->nnames; i++) {
		n = &ev->drill->name[i];
		/* What is wrong today is wrong in every outage. */
		end = n->ncells > 0 && n->cell[0].red ? 1 : n->ncells;
		for (k = 0; k < end; k++)
			if (n->cell[k].red && !is_told(n, k))
				tell(ev, n, k, fs);
	}
}

const struct rule rule_failover_drill = {
    .id = "failover-drill",
    .title = "one outage would take a protected name away",
    .severity = SEVERITY_ERROR,
    .what = "The drill takes away one thing at a time that a protected name "
	    "depends on: an address, a target list, a network, a name server, "
	    "all name servers under one suffix. After this one outage the name "
	    "no longer resolves or validates, or what is left is less than the "
	    "policy asks for, so that the gate itself would stop those who "
	    "take the dead target out. Looked for with --drill, or where git "
	    "config zonegate.drill is true.",
    .why = "In October 2016 one attacked provider took well-known names with "
	   "it whose own machines were fine: all their name servers stood "
	   "under one suffix, and nobody had tried what is left without it.",
    .bad = "@    NS  ns1.dns-a.example.\n"
	   "@    NS  ns2.dns-a.example.\n",
    .good = "@    NS  ns1.dns-a.example.\n"
	    "@    NS  ns1.dns-b.example.\n",
    .fix = "Add a target or name server that does not fail together with the "
	   "others; or let the policy ask for one target or network fewer than "
	   "there are.",
    .run = check_drill,
};
