/* The change itself: what a push may touch, and by whom. */
#include <string.h>

#include "check.h"
#include "table.h"

/* ---- change-policy-apart --------------------------------------------------
 */

static void
check_apart(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_ref *r = ev->ref;
	struct finding *f;

	if (r == NULL || !ev->policy->change.policy_apart ||
	    !r->policy_changed || !r->zones_changed)
		return;
	f = findings_add(
	    fs, "change-policy-apart", "one push changes the policy and zones");
	f->place.file = r->policy_path;
	f->expected = "change-control: policy-apart: true";
	f->authority = rule_authority(fs, ev->policy, 0, NULL);
	f->help = "push the policy first, let it be approved, then push the "
		  "zones";
}

const struct rule rule_change_policy_apart = {
    .id = "change-policy-apart",
    .title = "one push changes the policy and zones",
    .severity = SEVERITY_ERROR,
    .what = "Between base and head both the policy (or the signers it trusts) "
	    "and zone data changed, and change-control.policy-apart is true.",
    .why = "Zones are judged by the policy that stood before the push. A push "
	   "that brings both hides the second step of an attack in the first: "
	   "the reviewer sees a new target, and beside it the policy that "
	   "allows it.",
    .bad = "M zonegate.yaml\n"
	   "M zones/external/example.com.zone\n",
    .good = "M zonegate.yaml      # first push\n"
	    "M zones/external/example.com.zone  # second push\n",
    .fix = "Split the change into two pushes.",
    .run = check_apart,
};

/* ---- change-policy-invalid ------------------------------------------------
 */

static void
check_policy(const struct evidence *ev, struct findings *fs)
{
	const struct findings *faults;
	const struct finding *fault;
	struct finding *f;
	struct findings copy;
	size_t i;

	if (ev->ref == NULL || (faults = ev->ref->policy_faults) == NULL)
		return;
	if (faults->lost)
		fs->lost = true;
	findings_init(&copy, fs->arena);
	findings_append(&copy, faults);
	fs->lost |= copy.lost;
	for (i = 0; i < copy.n; i++) {
		fault = &copy.item[i];
		f = findings_add(fs, "change-policy-invalid",
		    "the proposed policy is not valid: %s",
		    fault->message == NULL ? "" : fault->message);
		f->help = fault->help;
		f->expected = fault->expected;
		f->place = fault->place;
		if (f->place.file == NULL)
			f->place.file = ev->ref->policy_path;
	}
	findings_free(&copy);
}

const struct rule rule_change_policy_invalid = {
    .id = "change-policy-invalid",
    .title = "the proposed policy is not valid",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The push changes the policy file, and the new one does not parse, "
	    "holds unknown keys or dead references, or is gone.",
    .why = "It would be the trusted policy of the next push. A policy that "
	   "cannot be read decides nothing: from then on every push ends "
	   "undecided, or is judged by less than was thought.",
    .bad = "failover:\n"
	   "  - name: api.example.com.\n"
	   "    targts: [edge-primary]\n",
    .good = "failover:\n"
	    "  - name: api.example.com.\n"
	    "    targets: [edge-primary]\n",
    .fix = "Correct the policy; zonegate policy lint shows all faults before "
	   "you push.",
    .run = check_policy,
};

/* ---- change-history-rewritten ---------------------------------------------
 */

static void
check_history(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_ref *r = ev->ref;
	struct finding *f;

	if (r == NULL || ev->policy->change.allow_rewrite ||
	    (!r->rewritten && !r->deleted))
		return;
	if (r->deleted)
		f = findings_add(fs, "change-history-rewritten",
		    "the push deletes the guarded ref %s",
		    r->ref == NULL ? "" : r->ref);
	else
		f = findings_add(fs, "change-history-rewritten",
		    "the push takes commits of %s back (it is no fast-forward)",
		    r->ref == NULL ? "the base" : r->ref);
	f->expected = r->deleted ? "the ref stays" : "a fast-forward";
	f->authority = rule_authority(fs, ev->policy, 0, NULL);
	f->help = r->deleted ? "leave it there; who may delete refs sets "
			       "change-control: allow-rewrite"
			     : "revert with a new commit instead of a forced "
			       "push";
}

const struct rule rule_change_history_rewritten = {
    .id = "change-history-rewritten",
    .title = "the push rewrites or deletes guarded history",
    .severity = SEVERITY_ERROR,
    .what = "The new head does not contain the old one, or the ref is deleted, "
	    "and change-control.allow-rewrite is not set.",
    .why = "A forced push brings an old state back that was valid once: the "
	   "old failover target, the old serial, the waiver that had ended. "
	   "Every part of it was approved, at another time.",
    .bad = "git push --force origin 1f3c9a2:main\n",
    .good = "git revert 8b1e7d0 && git push origin main\n",
    .fix = "Revert with a new commit. A ref that must really be rewritten is "
	   "changed by an administrator, on the server.",
    .run = check_history,
};

/* ---- change-not-a-file, change-unmapped -----------------------------------
 */

/*
 * What is wrong with paths was found while the trees were read, whatever its
 * rule; one walk says it all.
 */
static void
tell_paths(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_path *p;
	const struct rule *rule;
	struct finding *f;
	size_t i;

	for (i = 0; i < ev->npaths; i++) {
		p = &ev->path[i];
		rule = rules_find(p->rule);
		f = findings_add(fs,
		    rule == NULL ? "change-not-a-file" : rule->id, "%s %s",
		    p->path, p->problem);
		f->help = p->help;
		f->place.file = p->path;
	}
}

const struct rule rule_change_unmapped = {
    .id = "change-unmapped",
    .title = "a zone file that no entry of the policy covers",
    .severity = SEVERITY_WARNING,
    .what = "A file of the push parses as a zone, and no entry under zones: in "
	    "the policy covers its path.",
    .why = "The server may load it all the same, by its own configuration: "
	   "then nobody has checked it.",
    .bad = "; zones: - path: zones/{view}/{zone}.zone\n"
	   "A zones/example.org.db\n",
    .good = "A zones/external/example.org.zone\n",
    .fix = "Move the file to a covered path, or have the policy cover it.",
};

const struct rule rule_change_not_a_file = {
    .id = "change-not-a-file",
    .title = "a zone's path is not a plain file",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The path of a zone, or of a file it includes, is a symbolic link, "
	    "a submodule or another special entry; or two paths differ by "
	    "case or Unicode form only.",
    .why = "What stands behind a link or a submodule is not in the commit: it "
	   "can differ on the server, and change later without a push. Two "
	   "paths that differ by case are one file on some machines.",
    .bad = "120000 zones/external/example.com.zone -> /etc/passwd\n",
    .good = "100644 zones/external/example.com.zone\n",
    .fix = "Commit the zone's text itself, under one spelling.",
    .run = tell_paths,
};

/* ---- told elsewhere ------------------------------------------------------
 */

const struct rule rule_change_waiver_expired = {
    .id = "change-waiver-expired",
    .title = "a waiver that is still needed has ended",
    .severity = SEVERITY_ERROR,
    .what = "A waiver of the policy would cover a finding of this change, but "
	    "its until: day is over.",
    .why = "The exception was granted for a time. Without this finding people "
	   "see an old problem block them and do not know why it did not "
	   "yesterday.",
    .bad =
	"waivers:\n"
	"  - {rule: dnssec-unsigned, zone: old.example., until: 2026-10-01,\n"
	"     owner: dns-team, reason: provider migration}\n",
    .good =
	"waivers:\n"
	"  - {rule: dnssec-unsigned, zone: old.example., until: 2027-03-01,\n"
	"     owner: dns-team, reason: provider migration}\n",
    .fix = "Mend what the waiver covered, or ask its owner to extend it.",
};
