/* Targets and name servers whose names only look approved. */
#include "failover.h"
#include "lookalike.h"
#include "table.h"

static const char id[] = "failover-lookalike";

static const char *
pattern_text(struct findings *fs, const struct policy_pattern *p)
{
	return rule_patterns(fs, p, 1);
}

/* The approved name that NAME looks like: a target's, or a name server's. */
static const struct policy_pattern *
model(const struct group *g, const uint8_t *name)
{
	const struct policy_protected *p = g->answer->protect;
	const struct policy_pattern *found;
	size_t i;

	if (policy_allows_name(p, name) != NULL)
		return NULL;
	for (i = 0; i < p->ntargets; i++) {
		found = lookalike_find(
		    p->target[i]->pattern, p->target[i]->npatterns, name);
		if (found != NULL)
			return found;
	}
	return lookalike_find(
	    g->ev->policy->nameserver, g->ev->policy->nnameservers, name);
}

static void
check_answer(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g = {.ev = ev, .answer = ea, .n = 1, .fs = fs};
	const struct policy_pattern *looks;
	const struct target_name *n;
	const struct targets *t;
	struct finding *f;
	bool failed;
	size_t i;

	if ((t = group_targets(&g, ea, false, &failed)) == NULL)
		return;
	for (i = 0; i < t->nnames; i++) {
		n = &t->name[i];
		if (group_in_repo(&g, ea->view, n->name) ||
		    (looks = model(&g, n->name)) == NULL)
			continue;
		f = group_report(&g, ea, id, n->zone, n->rr,
		    "%s looks like %s, which is approved, and is not",
		    rule_name(fs, n->name), pattern_text(fs, looks));
		f->expected = pattern_text(fs, looks);
		f->help = "correct the spelling";
	}
}

static void
check_servers(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct policy *p = w->ev->policy;
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const struct policy_pattern *looks;
	const uint8_t *target;
	struct finding *f;

	for (end = rr + rrset->count; rr < end; rr++) {
		target = rdata_target(
		    rr->type, zone_rr_data(w->zone, rr), rr->rdlen);
		if (target == NULL ||
		    (looks = lookalike_find(
			 p->nameserver, p->nnameservers, target)) == NULL ||
		    rule_muted(w))
			continue;
		f = rule_report(w, id, rr,
		    "the name server %s looks like %s, which is approved, and "
		    "is not",
		    rule_name(w->out, target), pattern_text(w->out, looks));
		f->expected = pattern_text(w->out, looks);
		f->authority = rule_authority(
		    w->out, p, p->nameserver_line, NULL);
		f->help = "correct the spelling";
	}
}

const struct rule rule_failover_lookalike = {
    .id = "failover-lookalike",
    .title = "a target or name server only looks like an approved one",
    .severity = SEVERITY_ERROR,
    .what = "A name on the way of a protected name, or a name server, matches "
	    "no approved pattern but looks like one: one or two letters "
	    "differ, digits stand for letters, letters of another script "
	    "stand behind xn--, a dot is in another place, or a hyphen stands "
	    "where the approved name has a dot.",
    .why = "For years a bank's zone named a22-65.akam.ne as a server, one "
	   "letter short of its provider's a22-65.akam.net. Nobody saw it, and "
	   "whoever registered akam.ne could have answered for the bank.",
    .bad = "; nameservers: {allow: [\"*.akam.net.\"]}\n"
	   "@  NS  a22-65.akam.ne.\n",
    .good = "@  NS  a22-65.akam.net.\n",
    .fix = "Correct the spelling. If both names are really wanted, the "
	   "policy's owner adds the other one to the list.",
    .rrset = check_servers,
    .rrset_type = {RRTYPE_NS},
    .answer = check_answer,
};
