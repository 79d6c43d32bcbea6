/* Waivers that cover too much, or nothing any more. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "settle.h"
#include "table.h"

/* A waiver is an exception for a time, not a second policy. */
#define BROAD_SECONDS ((int64_t)366 * 86400)

/* "dnssec-unsigned in old.example." */
static const char *
what(struct findings *fs, const struct policy_waiver *w)
{
	const char *s = findings_text(fs, "the waiver of %s", w->rule);

	if (w->name != NULL)
		s = findings_text(fs, "%s for %s", s, rule_name(fs, w->name));
	if (w->zone != NULL)
		s = findings_text(fs, "%s in %s", s, rule_name(fs, w->zone));
	if (w->view != NULL)
		s = findings_text(fs, "%s (view %s)", s, w->view);
	return s;
}

static struct finding *
tell(struct findings *fs, const struct policy *p, const char *rule,
    const struct policy_waiver *w, const char *why)
{
	struct finding *f = findings_add(fs, rule, "%s %s", what(fs, w), why);

	f->authority = rule_authority(fs, p, w->line, w->owner);
	return f;
}

/* ---- change-waiver-broad --------------------------------------------------
 */

static void
check_broad(const struct evidence *ev, struct findings *fs)
{
	const struct policy *p = ev->policy;
	const struct policy_waiver *w;
	size_t i;

	for (i = 0; i < p->nwaivers; i++) {
		w = &p->waiver[i];
		if (w->until_time < ev->now)
			continue;
		if (w->zone == NULL && w->name == NULL)
			tell(fs, p, "change-waiver-broad", w,
			    "covers every zone and name")
			    ->help = "name the zone that needs it";
		if (w->until_time - ev->now > BROAD_SECONDS)
			tell(fs, p, "change-waiver-broad", w,
			    findings_text(fs,
				"has more than a year to go: "
				"until %s",
				w->until))
			    ->help = "give it a day on which somebody looks "
				     "at it again";
	}
}

const struct rule rule_change_waiver_broad = {
    .id = "change-waiver-broad",
    .title = "a waiver covers more than an exception should",
    .severity = SEVERITY_WARNING,
    .what = "A waiver of the policy names neither zone nor name, so that it "
	    "covers the rule's findings everywhere; or it ends more than a "
	    "year from now.",
    .why = "What was granted for one zone in one migration then hides the "
	   "same fault wherever it appears next, until nobody remembers why.",
    .bad =
	"waivers:\n"
	"  - {rule: zone-ttl, until: 2099-12-31, owner: dns, reason: later}\n",
    .good = "waivers:\n"
	    "  - {rule: zone-ttl, zone: old.example., until: 2027-03-01,\n"
	    "     owner: dns, reason: move to the new provider}\n",
    .fix = "Name the zone, and a day within a year.",
    .run = check_broad,
};

/* ---- change-waiver-unused -------------------------------------------------
 */

/*
 * A rule whose findings are about the state of a zone: judging the zone tells
 * whether there are any. Those about a change come with a change.
 */
static bool
is_about_state(const char *id)
{
	static const char *const others[] = {"change-", "live-", "answer-"};
	const struct rule *r = rules_find(id);
	size_t i;

	if (r == NULL || r->pair != NULL || r->planned)
		return false;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(id, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

static bool
was_judged(const struct evidence *ev, const struct zoneset_entry *en)
{
	const struct evidence_zone *ez;
	size_t i;

	for (i = 0; i < ev->nzones; i++) {
		ez = &ev->zone[i];
		if (name_equal(ez->apex, en->apex) &&
		    strcmp(ez->view, en->view) == 0)
			return ez->new != NULL && !ez->new->broken;
	}
	return false;
}

/* Were all zones judged that the waiver may be about? */
static bool
all_judged(const struct evidence *ev, const struct policy_waiver *w)
{
	const struct zoneset_entry *en;
	uint32_t i, n = zoneset_count(ev->new);

	for (i = 0; i < n; i++) {
		en = zoneset_entry(ev->new, i);
		if ((w->zone != NULL && !name_equal(w->zone, en->apex)) ||
		    (w->view != NULL && strcmp(w->view, en->view) != 0))
			continue;
		if (!was_judged(ev, en))
			return false;
	}
	return n != 0;
}

void
settle_unused(const struct evidence *ev, struct findings *fs)
{
	const struct policy *p = ev->policy;
	const struct policy_waiver *w;
	size_t i, k, n = fs->n;
	bool *used;

	if (p->nwaivers == 0 || ev->new == NULL)
		return;
	if ((used = calloc(p->nwaivers, sizeof(*used))) == NULL) {
		fs->lost = true;
		return;
	}
	for (i = 0; i < n; i++) {
		if (!fs->item[i].waived)
			continue;
		w = policy_waiver_find(p, &fs->item[i], ev->now, NULL);
		for (k = 0; k < p->nwaivers; k++)
			used[k] |= w == &p->waiver[k];
	}
	for (k = 0; k < p->nwaivers; k++) {
		w = &p->waiver[k];
		if (used[k] || w->until_time < ev->now ||
		    !is_about_state(w->rule) || !all_judged(ev, w))
			continue;
		tell(fs, p, "change-waiver-unused", w,
		    "is not needed: it covers no finding")
		    ->help = "remove it from the policy";
	}
	free(used);
	rules_settle(p, ev->now, fs, n);
}

const struct rule rule_change_waiver_unused = {
    .id = "change-waiver-unused",
    .title = "a waiver covers no finding any more",
    .severity = SEVERITY_WARNING,
    .what = "Every zone that a waiver of the policy may be about was judged, "
	    "and no finding needed it. Waivers of rules about a change, such "
	    "as zone-mass-change, are not told: they wait for one.",
    .why = "A waiver that is left behind hides the fault when it comes back.",
    .bad =
	"waivers:   # the zone is signed by now\n"
	"  - {rule: dnssec-unsigned, zone: old.example., until: 2027-03-01,\n"
	"     owner: dns-team, reason: provider migration}\n",
    .good = "waivers: []\n",
    .fix = "Remove the waiver from the policy.",
};
