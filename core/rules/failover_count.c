/* How many targets a protected name has, in how many networks, and whether any
 * of the old ones is left. */
#include <string.h>

#include "failover.h"
#include "table.h"

/* ---- failover-answer-empty ------------------------------------------------
 */

/* Was there a zone to answer for the name at all? */
static bool
has_zone(const struct resolve_answer *a)
{
	return a != NULL && (a->entry != ZONE_NONE || a->nsteps != 0);
}

/*
 * A name that must answer in every view need not have a zone in each; in one of
 * them, or where it had one before, it must.
 */
static bool
is_elsewhere(const struct group *g)
{
	const struct evidence_answer *ea;
	size_t i;

	for (i = 0; i < g->n; i++)
		if (has_zone(g->answer[i].new) || has_zone(g->answer[i].old))
			return false;
	if (g->answer->protect->view != NULL)
		return false;
	for (i = 0; i < g->ev->nanswers; i++) {
		ea = &g->ev->answer[i];
		if (ea->protect == g->answer->protect && has_zone(ea->new))
			return true;
	}
	return false;
}

static bool
answers(const struct resolve_answer *a)
{
	return !answer_is_empty(a) && has_zone(a);
}

/* The record that answered before, where it is known. */
static void
place_of_old(const struct evidence_answer *ea, const struct zone **zone,
    const struct zone_rr **rr)
{
	*zone = NULL;
	*rr = NULL;
	if (ea->old == NULL || ea->old->rrset == NULL)
		return;
	*zone = ea->old->zone;
	*rr = rule_first(ea->old->zone, ea->old->rrset);
}

static void
tell_empty(
    const struct group *g, const struct evidence_answer *ea, const char *types)
{
	enum resolve_outcome outcome = has_zone(ea->new) ? ea->new->outcome
							 : RESOLVE_NXDOMAIN;
	const struct zone *zone;
	const struct zone_rr *rr;
	struct finding *f;

	if (answers(ea->new) && ea->new->rrset != NULL) {
		zone = ea->new->zone;
		f = group_report(g, ea, "failover-answer-empty", zone,
		    rule_first(zone, ea->new->rrset),
		    "%s %s leads nowhere: no name it leads to has an address",
		    group_name(g), types);
	} else {
		place_of_old(ea, &zone, &rr);
		f = group_report(g, ea, "failover-answer-empty", zone, rr,
		    "%s %s %s nothing (%s)", group_name(g), types,
		    answers(ea->old) ? "would now answer" : "answers",
		    resolve_outcome_text(outcome));
	}
	f->expected = "at least one approved target";
	f->help = findings_text(g->fs,
	    "restore a target; to give the name up, %s removes it from the "
	    "policy first",
	    group_owner(g));
}

/* A record that nobody listed may be missing, but not lead nowhere: not every
 * client that followed it comes back to the addresses beside it. */
static bool
is_dead_end(const struct group *g, const struct evidence_answer *ea)
{
	return ea->new != NULL && ea->new->outcome == RESOLVE_ANSWER &&
	       !group_leads(g, ea, false);
}

static void
check_empty(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g;
	struct text types = TEXT_INIT;
	bool any = false;
	char type[RRTYPE_MAX_TEXT];
	size_t i;

	if (!group_begin(&g, ev, ea, fs) || is_elsewhere(&g))
		return;
	for (i = 0; i < g.n; i++)
		any |= !answer_is_beside(&g.answer[i]) &&
		       group_leads(&g, &g.answer[i], false);
	if (!any) {
		for (i = 0; i < g.n && !answer_is_beside(&g.answer[i]); i++)
			text_printf(&types, "%s%s", i == 0 ? "" : "/",
			    rrtype_to_text(type, g.answer[i].type));
		if (text_lost(&types))
			fs->lost = true;
		tell_empty(&g, ea, types.data == NULL ? "" : types.data);
		text_free(&types);
		return;
	}
	for (i = 0; i < g.n; i++) {
		ea = &g.answer[i];
		if (answer_is_beside(ea)
			? is_dead_end(&g, ea)
			: ea->old != NULL &&
			      ea->old->outcome == RESOLVE_ANSWER &&
			      !group_leads(&g, ea, false) &&
			      group_leads(&g, ea, true))
			tell_empty(&g, ea, rule_type(fs, ea->type));
	}
}

const struct rule rule_failover_answer_empty = {
    .id = "failover-answer-empty",
    .title = "a protected name answers nothing",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "None of the protected types of the name has an answer, or a type "
	    "that answered before no longer does: the records are gone, the "
	    "name does not exist, or its alias leads nowhere or in a circle. "
	    "Records that only name others (MX, SRV, PTR, NS, NAPTR, URI, SVCB "
	    "and HTTPS) are followed: an answer is empty too when no name it "
	    "leads to has an address any more. Address hints of SVCB and HTTPS "
	    "do not count, since clients may ignore them.",
    .why = "On 19 October 2025 automation applied a stale plan and then "
	   "cleaned it up: a cloud region's endpoint was left with an empty "
	   "record, and most of the region with it. The zone was valid.",
    .bad = "; api had A 192.0.2.1 and A 198.51.100.1; both are removed\n",
    .good = "api  60  A  198.51.100.1\n",
    .fix = "Keep at least one target at all times: add the new one before the "
	   "old one is removed.",
    .answer = check_empty,
};

/* ---- failover-too-few-targets ---------------------------------------------
 */

/* Names whose addresses are for others to say, each once. */
struct outside {
	const uint8_t *name[64];
	size_t n;
};

static void
outside_names(const struct group *g, struct outside *out)
{
	const struct targets *t;
	const struct target_name *name;
	size_t i, j, k;
	bool failed;

	out->n = 0;
	for (i = 0; i < g->n; i++) {
		if (answer_is_beside(&g->answer[i]))
			continue;
		t = group_targets(g, &g->answer[i], false, &failed);
		for (j = 0; t != NULL && j < t->nnames; j++) {
			name = &t->name[j];
			if (name_is_root(name->name) ||
			    group_answers_target(g, &g->answer[i], name))
				continue;
			for (k = 0; k < out->n; k++)
				if (name_equal(out->name[k], name->name))
					break;
			if (k == out->n && k < 64)
				out->name[out->n++] = name->name;
		}
	}
}

/* The first pattern of the name's target lists that allows NAME, or NULL. */
static const struct policy_pattern *
pattern_of(const struct policy_protected *p, const uint8_t *name)
{
	size_t i, j;

	for (i = 0; i < p->ntargets; i++)
		for (j = 0; j < p->target[i]->npatterns; j++)
			if (policy_name_matches(
				&p->target[i]->pattern[j], 1, name))
				return &p->target[i]->pattern[j];
	return NULL;
}

/* What one pattern allows is one provider: one network. Names that none allows
 * are told by failover-target-not-allowed, and count for nothing. */
static size_t
outside_networks(const struct policy_protected *p, const struct outside *out)
{
	const struct policy_pattern *seen[64], *at;
	size_t n = 0, i, j;

	for (i = 0; i < out->n; i++) {
		if ((at = pattern_of(p, out->name[i])) == NULL)
			continue;
		for (j = 0; j < n; j++)
			if (seen[j] == at)
				break;
		if (j == n)
			seen[n++] = at;
	}
	return n;
}

static bool
all_empty(const struct group *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (!answer_is_beside(&g->answer[i]) &&
		    group_leads(g, &g->answer[i], false))
			return false;
	return true;
}

/* Some record of the answer to point at. */
static void
place_of_new(
    const struct group *g, const struct zone **zone, const struct zone_rr **rr)
{
	const struct resolve_answer *a;
	size_t i, j;

	*zone = NULL;
	*rr = NULL;
	for (i = 0; i < g->n; i++) {
		a = g->answer[i].new;
		for (j = a == NULL ? 0 : a->nsteps; j-- > 0;) {
			if (a->step[j].rrset == NULL || a->step[j].zone == NULL)
				continue;
			*zone = a->step[j].zone;
			*rr = rule_first(*zone, a->step[j].rrset);
			return;
		}
	}
}

static void
check_few(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	uint32_t min = ea->protect->require.min_targets;
	struct address_set set = {0};
	const struct zone *zone;
	const struct zone_rr *rr;
	struct outside others;
	struct finding *f;
	struct group g;
	bool failed;
	size_t n;

	if (min == 0 || !group_begin(&g, ev, ea, fs) || all_empty(&g))
		return;
	group_addresses(&g, false, &set, &failed);
	outside_names(&g, &others);
	n = set.n + others.n;
	address_set_free(&set);
	if (n >= min && !failed)
		return;
	place_of_new(&g, &zone, &rr);
	f = group_report(&g, ea, "failover-too-few-targets", zone, rr,
	    "%s has %zu distinct target%s", group_name(&g), n,
	    n == 1 ? "" : "s");
	f->expected = findings_text(fs, "at least %u", min);
	f->help = findings_text(fs,
	    "add a target of another site, or ask %s to lower min-targets",
	    group_owner(&g));
}

const struct rule rule_failover_too_few_targets = {
    .id = "failover-too-few-targets",
    .title = "a protected name has fewer targets than required",
    .severity = SEVERITY_ERROR,
    .what = "The effective answers of the name, over all its types, hold fewer "
	    "distinct addresses than require.min-targets. The same address "
	    "twice, or once more as an IPv4-mapped one, counts once; a name "
	    "outside of this repository counts as one target. Addresses that "
	    "only the hints of SVCB and HTTPS records give do not count.",
    .why = "With one target left there is nothing to fail over to: the next "
	   "fault of that one is an outage.",
    .bad = "; require: {min-targets: 2}\n"
	   "api  60  A  192.0.2.1\n",
    .good = "api  60  A  192.0.2.1\n"
	    "api  60  A  198.51.100.1\n",
    .fix = "Add another approved target before one is removed.",
    .answer = check_few,
};

/* ---- failover-not-diverse -------------------------------------------------
 */

/* Is the address inside NET, carried IPv4 included? */
static bool
in_net(const struct policy_net *net, const uint8_t *addr, size_t len)
{
	const struct policy_target one = {.net = net, .nnets = 1};
	const struct policy_target *list = &one;
	const struct policy_protected p = {.target = &list, .ntargets = 1};

	return policy_allows_address(&p, addr, len) != NULL;
}

/* The widest of the name's networks that holds the address: one inside another
 * does not count twice. */
static const struct policy_net *
net_of(const struct policy_protected *p, const uint8_t *addr, size_t len)
{
	const struct policy_net *net, *best = NULL;
	size_t i, j;

	for (i = 0; i < p->ntargets; i++)
		for (j = 0; j < p->target[i]->nnets; j++) {
			net = &p->target[i]->net[j];
			if ((best == NULL || net->prefix < best->prefix) &&
			    in_net(net, addr, len))
				best = net;
		}
	return best;
}

/* Distinct networks of the addresses of LEN octets. */
static size_t
networks(
    const struct policy_protected *p, const struct address_set *set, size_t len)
{
	const struct policy_net *seen[64], *net;
	size_t n = 0, i, j;

	for (i = 0; i < set->n; i++) {
		if (set->item[i].len != len ||
		    (net = net_of(p, set->item[i].addr, len)) == NULL)
			continue;
		for (j = 0; j < n; j++)
			if (seen[j]->prefix == net->prefix &&
			    memcmp(seen[j]->addr, net->addr, len) == 0)
				break;
		if (j == n && n < 64)
			seen[n++] = net;
	}
	return n;
}

static void
check_diverse(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	uint32_t min = ea->protect->require.distinct_networks;
	struct address_set set = {0};
	const struct zone *zone;
	const struct zone_rr *rr;
	struct outside others;
	struct finding *f;
	struct group g;
	size_t n, n6;
	bool failed;

	if (min == 0 || !group_begin(&g, ev, ea, fs) || all_empty(&g))
		return;
	group_addresses(&g, false, &set, &failed);
	/* IPv4 and IPv6 of one site are not two networks: the better of the
	 * two families counts. */
	n = networks(ea->protect, &set, 4);
	n6 = networks(ea->protect, &set, 16);
	outside_names(&g, &others);
	n = (n > n6 ? n : n6) + outside_networks(ea->protect, &others);
	address_set_free(&set);
	if (n >= min && !failed)
		return;
	place_of_new(&g, &zone, &rr);
	f = group_report(&g, ea, "failover-not-diverse", zone, rr,
	    "the targets of %s are in %zu distinct network%s", group_name(&g),
	    n, n == 1 ? "" : "s");
	f->expected = findings_text(fs, "at least %u", min);
	f->help = findings_text(fs,
	    "add a target of another approved network, or ask %s",
	    group_owner(&g));
}

const struct rule rule_failover_not_diverse = {
    .id = "failover-not-diverse",
    .title = "the targets of a protected name are in too few networks",
    .severity = SEVERITY_ERROR,
    .what = "The addresses of the name fall into fewer of the networks of its "
	    "target lists than require.distinct-networks. Networks inside one "
	    "another count once. IPv4 and IPv6 are counted apart, and the "
	    "larger number is taken, because both families of one site are "
	    "still one site. The names outside of this repository that one "
	    "pattern of a target list allows count as one network.",
    .why = "Two targets in one network go down together: the failover that was "
	   "counted on is none.",
    .bad = "; edge-primary 192.0.2.0/28, edge-standby 198.51.100.0/28\n"
	   "; require: {distinct-networks: 2}\n"
	   "api  60  A  192.0.2.1\n"
	   "api  60  A  192.0.2.2\n",
    .good = "api  60  A  192.0.2.1\n"
	    "api  60  A  198.51.100.1\n",
    .fix = "Take one target of each list.",
    .answer = check_diverse,
};

/* ---- failover-all-replaced ------------------------------------------------
 */

static void
check_replaced(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct address_set old = {0}, new = {0};
	const struct zone *zone;
	const struct zone_rr *rr;
	struct finding *f;
	struct group g;
	bool failed_old, failed_new, kept = false;
	size_t i;

	if (!group_begin(&g, ev, ea, fs) || all_empty(&g))
		return;
	group_addresses(&g, true, &old, &failed_old);
	group_addresses(&g, false, &new, &failed_new);
	for (i = 0; i < old.n; i++)
		kept |= address_set_has(
		    &new, old.item[i].addr, old.item[i].len);
	/* A single target can only be replaced as a whole. */
	if (old.n >= 2 && !kept) {
		place_of_new(&g, &zone, &rr);
		f = group_report(&g, ea, "failover-all-replaced", zone, rr,
		    "all %zu targets of %s are replaced at once", old.n,
		    group_name(&g));
		f->expected = "at least one of the old targets";
		f->help = "replace them one after the other, so that one that "
			  "is known to work stays";
	}
	address_set_free(&old);
	address_set_free(&new);
}

const struct rule rule_failover_all_replaced = {
    .id = "failover-all-replaced",
    .title = "all targets of a protected name are replaced at once",
    .severity = SEVERITY_ERROR,
    .what = "The name had two or more addresses, and none of them is left, "
	    "although the new ones may all be approved. A name with one "
	    "address may change it.",
    .why = "If the new targets do not work, nothing is left that does, and "
	   "caches spread the fault for a whole TTL. It is also what a stale "
	   "plan looks like when it is applied over a newer one.",
    .bad = "; before: 192.0.2.1, 198.51.100.1\n"
	   "api  60  A  192.0.2.2\n"
	   "api  60  A  192.0.2.3\n",
    .good = "api  60  A  192.0.2.2\n"
	    "api  60  A  198.51.100.1\n",
    .fix = "Change one target, see that it works, then change the next.",
    .answer = check_replaced,
};
