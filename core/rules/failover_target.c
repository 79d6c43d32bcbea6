/* Where a protected name leads: only to approved addresses and names. */
#include <string.h>

#include "failover.h"
#include "table.h"

static void
words(const struct group *g, struct finding *f, const char *what)
{
	struct text t = TEXT_INIT;

	policy_target_names(g->answer->protect, &t);
	if (text_lost(&t))
		g->fs->lost = true;
	f->expected = findings_text(
	    g->fs, "allowed: %s", t.data == NULL ? "nothing" : t.data);
	text_free(&t);
	f->help = findings_text(g->fs,
	    "use an approved %s, or ask %s to extend the list", what,
	    group_owner(g));
}

static void
check_addresses(const struct group *g, const struct evidence_answer *ea,
    const struct targets *t)
{
	const struct target_address *a;
	struct finding *f;
	size_t i;

	for (i = 0; i < t->naddresses; i++) {
		a = &t->address[i];
		if (policy_allows_address(ea->protect, a->addr, a->len))
			continue;
		f = group_report(g, ea, "failover-target-not-allowed", a->zone,
		    a->rr, "%s %s may not answer %s", group_name(g),
		    rule_type(g->fs, ea->type),
		    rule_address(g->fs, a->addr, a->len));
		words(g, f, "address");
	}
}

static void
check_names(const struct group *g, const struct evidence_answer *ea,
    const struct targets *t)
{
	const struct target_name *n;
	struct finding *f;
	size_t i;

	for (i = 0; i < t->nnames; i++) {
		n = &t->name[i];
		/* Names of this repository are judged by their addresses. */
		if (name_is_root(n->name) || group_answers_target(g, ea, n) ||
		    policy_allows_name(ea->protect, n->name))
			continue;
		f = group_report(g, ea, "failover-target-not-allowed", n->zone,
		    n->rr, "%s %s may not lead to %s", group_name(g),
		    rule_type(g->fs, ea->type), rule_name(g->fs, n->name));
		words(g, f, "name");
	}
}

static void
check_followed(const struct group *g, const struct evidence_answer *ea,
    const struct targets *t)
{
	struct finding *f;
	size_t i;

	for (i = 0; i < t->nfaults; i++) {
		f = group_report(g, ea, "failover-target-not-allowed",
		    t->fault[i].zone, t->fault[i].rr,
		    "nobody can say where %s %s leads: %s", group_name(g),
		    rule_type(g->fs, ea->type), t->fault[i].why);
		f->help = "correct the record";
	}
	if (t->incomplete) {
		f = group_report(g, ea, "failover-target-not-allowed", NULL,
		    NULL, "%s %s leads to more names than can be followed",
		    group_name(g), rule_type(g->fs, ea->type));
		f->help = "reduce the number of targets";
	}
}

static void
check_allowed(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g = {.ev = ev, .answer = ea, .n = 1, .fs = fs};
	const struct targets *t;
	struct finding *f;
	bool failed;

	if (ea->protect->ntargets == 0)
		return;
	t = group_targets(&g, ea, false, &failed);
	if (failed) {
		f = group_report(&g, ea, "failover-target-not-allowed", NULL,
		    NULL, "the targets of %s %s could not be followed",
		    group_name(&g), rule_type(fs, ea->type));
		f->help = "mend the zones on the way first";
	}
	if (t == NULL)
		return;
	check_addresses(&g, ea, t);
	check_names(&g, ea, t);
	check_followed(&g, ea, t);
}

const struct rule rule_failover_target_not_allowed = {
    .id = "failover-target-not-allowed",
    .title = "a protected name leads where it may not",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what =
	"The effective answer of a protected name holds an address, or "
	"leads over a name outside of this repository, that is in none of "
	"the name's target lists. Judged is what a resolver would be told: "
	"over aliases, DNAMEs, wildcards, delegations and all zones of the "
	"view, with the hints of HTTPS and SVCB records. Where A or AAAA are "
	"protected, the HTTPS records of the name, and of its other ports "
	"(_8443._https.NAME), are judged with them, listed or not: clients "
	"follow them before any address.",
    .why = "One address in one line sends all clients of the service to "
	   "somebody else, in the middle of an emergency or as the purpose of "
	   "an attack. The list says beforehand which targets can ever be "
	   "right.",
    .bad = "; targets: edge-primary: {addresses: [192.0.2.0/28]}\n"
	   "api  60  A  203.0.113.77\n",
    .good = "api  60  A  192.0.2.7\n",
    .fix = "Use an address or name of the lists that are shown. If the target "
	   "is new and wanted, its owner extends the list in the policy first, "
	   "in a push of its own.",
    .answer = check_allowed,
};

/* ---- failover-leaves-repo -------------------------------------------------
 */

static void
check_leaves(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct group g = {.ev = ev, .answer = ea, .n = 1, .fs = fs};
	const struct target_name *n;
	const struct targets *t;
	struct finding *f;
	bool failed;
	size_t i;

	if ((t = group_targets(&g, ea, false, &failed)) == NULL)
		return;
	for (i = 0; i < t->nnames; i++) {
		n = &t->name[i];
		if (name_is_root(n->name) || group_answers_target(&g, ea, n) ||
		    policy_allows_name(ea->protect, n->name))
			continue;
		f = group_report(&g, ea, "failover-leaves-repo", n->zone, n->rr,
		    "the answer of %s %s comes from %s, outside of "
		    "this repository",
		    group_name(&g), rule_type(fs, ea->type),
		    rule_name(fs, n->name));
		f->help = "lead to a name of this repository, or have the "
			  "outside name added to a target list";
	}
}

const struct rule rule_failover_leaves_repo = {
    .id = "failover-leaves-repo",
    .title = "the answer of a protected name is decided outside",
    .severity = SEVERITY_ERROR,
    .what = "A CNAME, DNAME or other target on the way of a protected name is "
	    "in no zone of this repository, and no target list of the name "
	    "allows it. What it answers cannot be judged.",
    .why = "Who owns the outside name owns the answer. Forgotten aliases to "
	   "cloud names that were given up have been taken over again and "
	   "again, among them names of EA and of the CDC.",
    .bad = "api  CNAME  old-bucket.cloud.example.net.\n",
    .good = "; targets: cdn: {names: [\"*.cdn.example.net.\"]}\n"
	    "api  CNAME  api.cdn.example.net.\n",
    .fix = "Lead to addresses of your own. Where an outside provider is "
	   "wanted, the policy's owner names it in a target list.",
    .answer = check_leaves,
};
