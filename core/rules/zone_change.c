/* How much of a zone goes away at once; times to live. */
#include <string.h>

#include "check.h"
#include "table.h"

/* Times to live outside of these, where the policy sets none, look wrong. */
#define TTL_MIN 1
#define TTL_MAX 604800 /* resolvers cut here (RFC 8767 section 4) */

/* ---- zone-mass-change -----------------------------------------------------
 */

static bool
over(const struct policy_share *limit, uint32_t n, uint32_t total)
{
	if (!limit->set)
		return false;
	if (limit->percent)
		return (double)n * 100 > limit->value * (double)total;
	return (double)n > limit->value;
}

static void
tell_mass(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs, const struct policy_share *limit, uint32_t n,
    const char *verb)
{
	uint32_t total = ez->diff->total_old;
	double share = total == 0 ? 100.0 : (double)n * 100 / (double)total;
	struct finding *f;

	f = rule_report_pair(fs, ez, "zone-mass-change", NULL, NULL,
	    "%u of %u records of %s %s (%.1f%%)", n, total, ez->apex_text, verb,
	    share);
	f->expected = findings_text(fs, "at most %g%s", limit->value,
	    limit->percent ? "% of the zone" : " records");
	f->authority = rule_authority(fs, ev->policy, 0, NULL);
	f->help = "check that the file is complete; if this is meant, make "
		  "the change in parts or ask for a waiver";
}

static void
check_mass(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct policy_limits *l = &ev->policy->limits;
	const struct diff *d = ez->diff;
	uint32_t touched;

	if (d == NULL || ez->old == NULL || ez->new == NULL || ez->new->broken)
		return;
	touched = d->removed + d->changed;
	if (d->removed >= l->floor &&
	    over(&l->removed, d->removed, d->total_old))
		tell_mass(ev, ez, fs, &l->removed, d->removed, "are removed");
	else if (touched >= l->floor &&
		 over(&l->changed, touched, d->total_old))
		tell_mass(
		    ev, ez, fs, &l->changed, touched, "are changed or removed");
}

const struct rule rule_zone_mass_change = {
    .id = "zone-mass-change",
    .title = "a large part of the zone goes away or changes at once",
    .severity = SEVERITY_ERROR,
    .what = "More records are removed, or removed and changed, than the "
	    "policy's limits allow for one change (limits.removed, "
	    "limits.changed). Changes of fewer records than limits.floor are "
	    "never counted, and neither are records that signing makes.",
    .why = "In 2010 .de was published from a truncated copy with 3.8 of 13.7 "
	   "million names; in 2014 GitHub rebuilt a zone from a failed API "
	   "call; in 2009 .se lost a final dot in a script and every target "
	   "changed. Each zone was valid. Only next to the one before did it "
	   "look wrong.",
    .bad = "; limits: {removed: 10%, changed: 30%, floor: 10}\n"
	   "; 412 records before, 96 after\n",
    .good = "; 412 records before, 405 after\n",
    .fix = "Find out why so much changed: a generator that stopped half way, "
	   "a lost include, a missing dot. A large change that is meant goes "
	   "in several pushes, or under a waiver with an end date.",
    .pair = check_mass,
};

/* ---- zone-removed ---------------------------------------------------------
 */

static void
check_removed(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	struct finding *f;

	(void)ev;
	if (ez->new != NULL ||
	    (ez->old == NULL && ez->status != STATUS_REMOVED))
		return;
	f = rule_report_pair(fs, ez, "zone-removed", NULL, NULL,
	    "the zone %s is removed", ez->apex_text);
	f->help = "restore the file; to give a zone up, remove its delegation "
		  "at the parent first and ask for a waiver";
}

const struct rule rule_zone_removed = {
    .id = "zone-removed",
    .title = "a zone is removed",
    .severity = SEVERITY_ERROR,
    .what = "A zone of the base revision has no zone file in the proposed one: "
	    "the file was deleted, or moved to a path that is another zone or "
	    "another view.",
    .why = "Servers that follow the repository stop answering for every name "
	   "of the zone. As long as the parent still delegates it, resolvers "
	   "get errors and, at some providers, anyone may claim it.",
    .bad = "git rm zones/external/example.com.zone\n",
    .good = "; the zone stays, and its waiver has an end\n"
	    "waivers:\n"
	    "  - {rule: zone-removed, zone: example.com., until: 2027-03-01,\n"
	    "     owner: dns-team, reason: domain sold}\n",
    .fix = "Restore the file. To give a zone up: remove the delegation, wait "
	   "for its TTL, then remove the file under a waiver.",
    .pair = check_removed,
};

/* ---- zone-delegation-removed ----------------------------------------------
 */

static void
check_delegation(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct diff_change *c;
	const struct zone_owner *o;
	struct finding *f;
	size_t i;

	(void)ev;
	if (ez->diff == NULL || ez->old == NULL || ez->new == NULL ||
	    ez->new->broken)
		return;
	for (i = 0; i < ez->diff->n; i++) {
		c = &ez->diff->change[i];
		if (c->kind != DIFF_REMOVED || c->type != RRTYPE_NS)
			continue;
		o = &ez->old->owner[c->old->owner];
		if ((o->flags & ZONE_CUT) == 0 ||
		    (o->flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) != 0)
			continue;
		f = rule_report_pair(fs, ez, "zone-delegation-removed", ez->old,
		    rule_first(ez->old, c->old), "%s is no longer delegated",
		    rule_name(fs, c->name));
		f->help = "every name of the child zone is gone with it; "
			  "restore the NS records unless that is meant";
	}
}

const struct rule rule_zone_delegation_removed = {
    .id = "zone-delegation-removed",
    .title = "a delegation is removed",
    .severity = SEVERITY_WARNING,
    .what = "All NS records of a name below the apex are gone. The place shown "
	    "is that of the first one in the base revision.",
    .why = "One line less, and a whole child zone is out of reach. In June "
	   "2012 a provisioning fault removed delegations of reverse zones: "
	   "the remaining zone was perfectly valid.",
    .bad = "; removed: sub  NS  ns1.dns-a.example.\n",
    .good = "sub  NS  ns1.dns-a.example.\n"
	    "sub  NS  ns1.dns-b.example.\n",
    .fix = "Restore the delegation. If the child zone is given up or merged "
	   "into this one, tell its owners first.",
    .pair = check_delegation,
};

/* ---- zone-ttl -------------------------------------------------------------
 */

static void
check_ttl(const struct rule_walk *w)
{
	const struct policy_limits *l = &w->ev->policy->limits;
	uint32_t min = l->ttl_min != 0 ? l->ttl_min : TTL_MIN;
	uint32_t max = l->ttl_max != 0 ? l->ttl_max : TTL_MAX;
	const struct zone_rrset *rrset;
	struct finding *f;
	uint32_t i;

	for (i = 0; i < w->zone->nrrsets; i++) {
		rrset = &w->zone->rrset[i];
		if ((rrset->ttl >= min && rrset->ttl <= max) ||
		    rule_is_signing_type(rrset->type))
			continue;
		if (rule_muted(w))
			continue;
		f = rule_report(w, "zone-ttl", rule_first(w->zone, rrset),
		    "the TTL of %s %s is %u, which is %s",
		    rule_name(w->out, w->zone->owner[rrset->owner].name),
		    rule_type(w->out, rrset->type), rrset->ttl,
		    rrset->ttl < min ? "too short" : "too long");
		f->expected = findings_text(w->out, "%u to %u", min, max);
		f->help = "set a TTL between minutes and days";
	}
}

const struct rule rule_zone_ttl = {
    .id = "zone-ttl",
    .title = "a time to live is out of the ordinary",
    .severity = SEVERITY_WARNING,
    .what = "A TTL is 0 or over a week, or outside of the bounds that the "
	    "policy sets.",
    .why = "With TTL 0 every question reaches your servers, and they feel it "
	   "when they are busiest. A TTL of weeks outlives every mistake: most "
	   "resolvers cut it somewhere, but nobody can say where.",
    .bad = "www  0        IN  A  192.0.2.10\n"
	   "ftp  31536000 IN  A  192.0.2.11\n",
    .good = "www  300      IN  A  192.0.2.10\n"
	    "ftp  86400    IN  A  192.0.2.11\n",
    .fix = "Use minutes for what may have to move, hours to a day for the "
	   "rest.",
    .zone = check_ttl,
};
