/* What happens on the way of a protected name: times, take-overs, trust. */
#include <string.h>

#include "failover.h"
#include "table.h"

/* ---- failover-ttl ---------------------------------------------------------
 */

#define TOLD_MAX 64

/* RRsets of one group that were spoken about. */
struct told {
	const struct zone *zone[TOLD_MAX];
	uint32_t owner[TOLD_MAX];
	uint16_t type[TOLD_MAX];
	size_t n;
};

static bool
told(struct told *t, const struct zone *zone, const struct zone_rr *rr)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->zone[i] == zone && t->owner[i] == rr->owner &&
		    t->type[i] == rr->type)
			return true;
	if (t->n < TOLD_MAX) {
		t->zone[t->n] = zone;
		t->owner[t->n] = rr->owner;
		t->type[t->n++] = rr->type;
	}
	return false;
}

/* Judge the TTL of one record on the way. */
static void
check_record(const struct group *g, const struct evidence_answer *ea,
    struct told *t, const struct zone *zone, const struct zone_rr *rr)
{
	const struct policy_require *r = &ea->protect->require;
	uint32_t min = r->min_ttl;
	struct finding *f;
	const char *owner;

	/* A TTL of 0 takes the caches away from in front of the servers. */
	if (min == 0 && r->max_ttl != UINT32_MAX)
		min = 1;
	if (zone == NULL || rr == NULL ||
	    (rr->ttl <= r->max_ttl && rr->ttl >= min) || told(t, zone, rr))
		return;
	owner = rule_name(g->fs, zone_rr_owner(zone, rr));
	f = group_report(g, ea, "failover-ttl", zone, rr,
	    rr->ttl < min ? "%s %s has a TTL of %u s, too short for %s"
			  : "%s %s has a TTL of %u s, too long for a failover "
			    "of %s",
	    owner, rule_type(g->fs, rr->type), rr->ttl, group_name(g));
	f->type = rule_type(g->fs, rr->type);
	if (rr->ttl < min)
		f->expected = findings_text(g->fs, "at least %u", min);
	else
		f->expected = findings_text(g->fs, "at most %u", r->max_ttl);
	f->help = findings_text(
	    g->fs, "set the TTL to %u", rr->ttl < min ? min : r->max_ttl);
}

/* Seconds that a negative answer of ZONE may be kept (RFC 2308 section 5). */
static uint32_t
negative_ttl(const struct zone *zone)
{
	const struct zone_rr *rr;
	const uint8_t *p;
	uint32_t minimum;

	if (zone == NULL || zone->soa == ZONE_NONE)
		return 0;
	rr = rule_first(zone, &zone->rrset[zone->soa]);
	if (rr->rdlen < 22)
		return 0;
	p = zone_rr_data(zone, rr) + rr->rdlen - 4;
	minimum = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		  (uint32_t)p[2] << 8 | p[3];
	return rr->ttl < minimum ? rr->ttl : minimum;
}

/* The zone that was asked for the protected name itself. */
static const struct zone *
own_zone(const struct resolve_answer *a)
{
	size_t i;

	for (i = 0; a != NULL && i < a->nsteps; i++)
		if (a->step[i].kind == RESOLVE_STEP_ZONE)
			return a->step[i].zone;
	return NULL;
}

/* Raised over what the failover needs, a lost record stays lost that long. */
static void
check_negative(const struct group *g, const struct evidence_answer *ea)
{
	const struct zone *old = own_zone(ea->old), *new = own_zone(ea->new);
	uint32_t max = ea->protect->require.max_ttl;
	struct finding *f;

	if (old == NULL || new == NULL || !name_equal(old->apex, new->apex) ||
	    new->soa == ZONE_NONE || negative_ttl(new) <= negative_ttl(old) ||
	    negative_ttl(new) <= max)
		return;
	f = group_report(g, ea, "failover-ttl", new,
	    rule_first(new, &new->rrset[new->soa]),
	    "negative answers of %s are now kept for %u s instead of %u s",
	    rule_name(g->fs, new->apex), negative_ttl(new), negative_ttl(old));
	f->type = "SOA";
	f->expected = findings_text(g->fs, "at most %u", max);
	f->help = "keep the SOA's minimum: a protected name that is missing "
		  "for a moment stays away that long";
}

static void
check_ttl(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	const struct policy_require *r = &ea->protect->require;
	const struct targets *t;
	struct told told_of = {.n = 0};
	struct group g;
	bool failed;
	size_t i, j;

	if ((r->max_ttl == UINT32_MAX && r->min_ttl == 0) ||
	    !group_begin(&g, ev, ea, fs))
		return;
	for (i = 0; i < g.n; i++) {
		ea = &g.answer[i];
		t = group_targets(&g, ea, false, &failed);
		for (j = 0; t != NULL && j < t->nlinks; j++)
			check_record(
			    &g, ea, &told_of, t->link[j].zone, t->link[j].rr);
	}
	if (r->max_ttl != UINT32_MAX)
		check_negative(&g, g.answer);
}

const struct rule rule_failover_ttl = {
    .id = "failover-ttl",
    .title = "a protected name may be cached too long, or not at all",
    .severity = SEVERITY_ERROR,
    .what = "A record on the way of the name, aliases included, has a TTL over "
	    "require.max-ttl, under require.min-ttl, or of 0; or the time that "
	    "negative answers are kept was raised over max-ttl.",
    .why = "Clients stay with a dead target for as long as the longest TTL on "
	   "the way. A TTL of a day turns a failover of a minute into one of "
	   "a day; a TTL of 0 puts the load of all resolvers on the servers.",
    .bad = "; require: {max-ttl: 60}\n"
	   "api  86400  A  192.0.2.1\n",
    .good = "api  60  A  192.0.2.1\n",
    .fix = "Set the TTL on the record itself, so that $TTL cannot change it.",
    .answer = check_ttl,
};

/* ---- failover-shadowed ----------------------------------------------------
 */

/* One name of a chain: where it was asked, and what took it over. */
struct round {
	const struct resolve_step *zone; /* the last zone asked */
	const struct resolve_step *dname, *wildcard;
};

/* What A did with NAME; false if NAME is not on its way. */
static bool
round_of(const struct resolve_answer *a, const uint8_t *name, struct round *r)
{
	const struct resolve_step *s;
	size_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < a->nsteps; i++) {
		s = &a->step[i];
		if (!name_equal(s->name, name))
			continue;
		if (s->kind == RESOLVE_STEP_ZONE)
			r->zone = s;
		else if (s->kind == RESOLVE_STEP_DNAME)
			r->dname = s;
		else if (s->kind == RESOLVE_STEP_WILDCARD)
			r->wildcard = s;
	}
	return r->zone != NULL;
}

static struct finding *
tell_shadow(const struct group *g, const struct evidence_answer *ea,
    const struct resolve_step *s, const uint8_t *name, const char *what)
{
	const struct zone_rr *rr = NULL;
	struct finding *f;

	if (s->zone != NULL && s->rrset != NULL)
		rr = rule_first(s->zone, s->rrset);
	else if (s->zone != NULL && s->zone->soa != ZONE_NONE)
		rr = rule_first(s->zone, &s->zone->rrset[s->zone->soa]);
	f = group_report(g, ea, "failover-shadowed", s->zone, rr,
	    "%s no longer decides for itself: %s%s", rule_name(g->fs, name),
	    what,
	    rr == NULL ? "" : rule_name(g->fs, zone_rr_owner(s->zone, rr)));
	f->help = findings_text(g->fs,
	    "remove what hides the name; if the name is to be served from "
	    "there, %s changes its protection first",
	    group_owner(g));
	return f;
}

/* The way ends at a delegation whose child zone is not here. */
static bool
check_referral(const struct group *g, const struct evidence_answer *ea)
{
	const struct resolve_answer *a = ea->new;
	const struct resolve_step *s;

	if (a->outcome != RESOLVE_REFERRAL || a->nsteps == 0)
		return false;
	s = &a->step[a->nsteps - 1];
	/* The servers of a delegation are themselves protected. */
	if (a->qtype == RRTYPE_NS && s->zone != NULL && s->rrset != NULL &&
	    name_equal(s->zone->owner[s->rrset->owner].name, a->qname))
		return false;
	tell_shadow(g, ea, s, a->final == NULL ? a->qname : a->final,
	    "it is delegated away at ");
	return true;
}

/* Did the records of one name do it on both sides? Where one of them had none
 * to give, nothing was taken over: failover-answer-empty. */
static bool
same_owner(const struct resolve_step *new, const struct resolve_step *old)
{
	if (old == NULL)
		return false;
	if (new->rrset == NULL || old->rrset == NULL)
		return true;
	return name_equal(new->zone->owner[new->rrset->owner].name,
	    old->zone->owner[old->rrset->owner].name);
}

/* A name that was on the way before: does something else answer for it now? */
static bool
check_round(const struct group *g, const struct evidence_answer *ea,
    const struct resolve_answer *before, const struct resolve_answer *now,
    const uint8_t *name)
{
	struct round old, new;

	if (!round_of(before, name, &old) || !round_of(now, name, &new))
		return false;
	if (new.dname != NULL && !same_owner(new.dname, old.dname)) {
		tell_shadow(g, ea, new.dname, name, "a DNAME redirects it at ");
		return true;
	}
	if (new.wildcard != NULL && !same_owner(new.wildcard, old.wildcard)) {
		tell_shadow(
		    g, ea, new.wildcard, name, "a wildcard answers for it, ");
		return true;
	}
	if (new.zone->zone == NULL || old.zone->zone == NULL ||
	    name_equal(new.zone->zone->apex, old.zone->zone->apex) ||
	    !name_is_under(new.zone->zone->apex, old.zone->zone->apex))
		return false;
	tell_shadow(g, ea, new.zone, name, "a child zone answers for it, ");
	return true;
}

/* The names of one chain. What did not answer before cannot be taken over. */
static bool
check_chain(const struct group *g, const struct evidence_answer *ea,
    const struct resolve_answer *old, const struct resolve_answer *new)
{
	size_t i;

	if (new == NULL || answer_is_empty(old))
		return false;
	for (i = 0; i < old->nsteps; i++)
		if (old->step[i].kind == RESOLVE_STEP_ZONE &&
		    check_round(g, ea, old, new, old->step[i].name))
			return true;
	return false;
}

/* The names that MX, SRV, HTTPS and the like led to before, and do now. */
static bool
check_targets(const struct group *g, const struct evidence_answer *ea)
{
	const struct target_name *o, *n;
	const struct targets *old, *new;
	bool failed;
	size_t i, j;

	if (answer_is_empty(ea->old) || answer_is_empty(ea->new))
		return false;
	old = group_targets(g, ea, true, &failed);
	new = group_targets(g, ea, false, &failed);
	for (i = 0; old != NULL && new != NULL &&i < new->nnames; i++) {
		n = &new->name[i];
		for (j = 0; j < old->nnames; j++)
			if (name_equal(old->name[j].name, n->name))
				break;
		if (j == old->nnames)
			continue;
		o = &old->name[j];
		if (check_chain(g, ea, o->a, n->a) ||
		    check_chain(g, ea, o->aaaa, n->aaaa))
			return true;
	}
	return false;
}

static bool
check_taken(const struct group *g, const struct evidence_answer *ea)
{
	if (ea->new == NULL)
		return false;
	return check_referral(g, ea) || check_chain(g, ea, ea->old, ea->new) ||
	       check_targets(g, ea);
}

static void
check_shadowed(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g;
	size_t i;

	if (!group_begin(&g, ev, ea, fs))
		return;
	for (i = 0; i < g.n; i++)
		if (check_taken(&g, &g.answer[i]))
			return; /* once for all types */
}

const struct rule rule_failover_shadowed = {
    .id = "failover-shadowed",
    .title = "a delegation, DNAME or wildcard took a protected name over",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The name, or one on its way or that it leads to (MX, SRV, HTTPS), "
	    "is now answered by something that did not answer for it before: a "
	    "delegation at or above it, a zone file of a child zone, a DNAME, "
	    "or a wildcard (also one that stands nearer or farther than the "
	    "one before); or its answer is only a referral to servers outside "
	    "of this repository.",
    .why = "The name's own records may stand in the file unchanged and look "
	   "right in every review. One added line above them moves the answer "
	   "into somebody else's hands.",
    .bad = "api      NS  ns1.dns-a.example.   ; added\n"
	   "api  60  A   192.0.2.1           ; unchanged, never seen again\n",
    .good = "api  60  A   192.0.2.1\n",
    .fix = "Remove the delegation, DNAME or wildcard, or restore the name's "
	   "own record. If the name is to be delegated, its protection is "
	   "changed in the policy first, in a push of its own.",
    .answer = check_shadowed,
};

/* ---- failover-wildcard ----------------------------------------------------
 */

static const struct resolve_step *
wildcard_step(const struct resolve_answer *a)
{
	size_t i;

	for (i = 0; a != NULL && i < a->nsteps; i++)
		if (a->step[i].kind == RESOLVE_STEP_WILDCARD)
			return &a->step[i];
	return NULL;
}

static void
check_wildcard(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	const struct resolve_step *s = NULL;
	const struct zone_rr *rr = NULL;
	struct finding *f;
	struct group g;
	size_t i;

	if (!ea->protect->require.wildcard_denied ||
	    !group_begin(&g, ev, ea, fs))
		return;
	for (i = 0; i < g.n && s == NULL; i++)
		if (g.answer[i].new != NULL && g.answer[i].new->wildcard)
			s = wildcard_step(g.answer[i].new);
	if (s == NULL)
		return;
	if (s->zone != NULL && s->rrset != NULL)
		rr = rule_first(s->zone, s->rrset);
	f = group_report(&g, &g.answer[i - 1], "failover-wildcard", s->zone, rr,
	    "%s is answered by a wildcard (%s)", group_name(&g),
	    rr == NULL ? "?" : rule_name(fs, zone_rr_owner(s->zone, rr)));
	f->expected = "wildcard: deny";
	f->help = "give the name records of its own";
}

const struct rule rule_failover_wildcard = {
    .id = "failover-wildcard",
    .title = "a protected name is answered by a wildcard",
    .severity = SEVERITY_ERROR,
    .what = "The policy says wildcard: deny for the name, and its answer, or "
	    "that of a name on its way, is made from a wildcard.",
    .why = "A wildcard is changed for other reasons than this name, and any "
	   "record added beside it stops it. Names that machines send "
	   "credentials to should not depend on that.",
    .bad = "*      A  192.0.2.1     ; login.example.com. is only this\n",
    .good = "login  A  192.0.2.1\n"
	    "*      A  192.0.2.1\n",
    .fix = "Give the name records of its own.",
    .answer = check_wildcard,
};

/* ---- failover-unsigned ----------------------------------------------------
 */

static const struct evidence_zone *
changed_zone(const struct evidence *ev, const struct zone *zone)
{
	size_t i;

	for (i = 0; i < ev->nzones; i++)
		if (ev->zone[i].new == zone)
			return &ev->zone[i];
	return NULL;
}

/* Why ZONE at PATH is not signed, or NULL. */
static const char *
unsigned_why(
    const struct evidence *ev, const struct zone *zone, const char *path)
{
	const struct evidence_zone *ez = changed_zone(ev, zone);
	enum policy_dnssec_mode mode = POLICY_DNSSEC_TRIAL;
	struct policy_match m;
	struct error e;

	if (ez != NULL)
		mode = ez->mode;
	else if (policy_match_path(ev->policy, path, &m, &e) == 1)
		mode = m.entry->dnssec.mode;
	if (mode == POLICY_DNSSEC_UNSIGNED)
		return "is published without DNSSEC";
	if (ez != NULL && ez->dnssec != NULL && !ez->dnssec->is_signed)
		return "is not signed";
	if (mode == POLICY_DNSSEC_PRESIGNED &&
	    (zone_find_rrset(zone, zone->apex, RRTYPE_DNSKEY) == NULL ||
		zone_find_rrset(zone, zone->apex, RRTYPE_RRSIG) == NULL))
		return "has lost its keys or signatures";
	return NULL;
}

/* A zone entered below PARENT: is the delegation signed? */
static bool
lacks_ds(const struct evidence *ev, uint32_t parent, const uint8_t *apex,
    const struct zone **zone, const struct zone_rr **rr)
{
	const struct zone_rrset *ns;
	struct error e;

	*zone = zoneset_zone(ev->new, parent, NULL, &e);
	if (*zone == NULL)
		return false;
	ns = zone_find_rrset(*zone, apex, RRTYPE_NS);
	if (ns == NULL || zone_find_rrset(*zone, apex, RRTYPE_DS) != NULL)
		return false; /* without a cut: zone-parent-child */
	*rr = rule_first(*zone, ns);
	return true;
}

static bool
check_steps(const struct group *g, const struct evidence_answer *ea)
{
	const struct resolve_answer *a = ea->new;
	const struct resolve_step *s;
	const struct zone *zone;
	const struct zone_rr *rr = NULL;
	const char *why;
	struct finding *f;
	size_t i;

	for (i = 0; a != NULL && i < a->nsteps; i++) {
		s = &a->step[i];
		if (s->kind != RESOLVE_STEP_ZONE || s->zone == NULL)
			continue;
		zone = s->zone;
		why = unsigned_why(
		    g->ev, zone, zoneset_entry(g->ev->new, s->entry)->path);
		rr = zone->soa == ZONE_NONE
			 ? NULL
			 : rule_first(zone, &zone->rrset[zone->soa]);
		if (why == NULL && i > 0 &&
		    a->step[i - 1].kind == RESOLVE_STEP_DESCEND &&
		    lacks_ds(
			g->ev, a->step[i - 1].entry, s->zone->apex, &zone, &rr))
			why = "has no DS at its parent";
		if (why == NULL)
			continue;
		f = group_report(g, ea, "failover-unsigned", zone, rr,
		    "%s must be signed, but %s %s", group_name(g),
		    rule_name(g->fs, s->zone->apex), why);
		f->expected = "require: signed";
		f->help = "sign every zone on the way of the name, and every "
			  "delegation between them";
		return true;
	}
	return false;
}

static void
check_unsigned(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g;
	size_t i;

	if (!ea->protect->require.is_signed || !group_begin(&g, ev, ea, fs))
		return;
	for (i = 0; i < g.n; i++)
		if (check_steps(&g, &g.answer[i]))
			return;
}

const struct rule rule_failover_unsigned = {
    .id = "failover-unsigned",
    .title = "a protected name that must be signed is not",
    .severity = SEVERITY_ERROR,
    .what = "The policy says require.signed, and a zone on the way of the name "
	    "is published unsigned, has lost its signatures, or is delegated "
	    "without a DS record.",
    .why = "The answer of a name is as safe as the weakest zone on its way: "
	   "one unsigned alias target, and anyone on the path can answer for "
	   "it.",
    .bad = "api  CNAME  api.old.example.   ; old.example.: {mode: unsigned}\n",
    .good = "api  A      192.0.2.1          ; in a signed zone\n",
    .fix = "Sign that zone, publish its DS, or let the name answer from a "
	   "zone that is signed.",
    .answer = check_unsigned,
};
