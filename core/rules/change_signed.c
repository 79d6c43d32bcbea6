/* By whom: signatures of commits, and approvals by others. */
#include <string.h>

#include "check.h"
#include "table.h"

/* More commits of one fault than a person reads. */
#define TELL_MAX 20

static bool
is_judged(const struct evidence_ref *r)
{
	return r != NULL && !r->deleted && !r->uncommitted && r->new != NULL;
}

/* ---- change-unsigned, change-signer-unknown -------------------------------
 */

static void
tell_commit(struct findings *fs, const char *rule,
    const struct change_commit *c, const char *what, const char *help)
{
	struct finding *f;

	f = findings_add(fs, rule, "commit %.12s by %s %s: %s", c->id,
	    c->author[0] == '\0' ? "nobody" : c->author, what,
	    c->why == NULL ? "" : c->why);
	f->help = help;
	f->place.commit = findings_text(fs, "%.7s", c->id);
}

/* Tell each commit whose signature is one of the two, and that there are more.
 */
static void
tell_seals(const struct evidence *ev, struct findings *fs, const char *rule,
    enum change_seal a, enum change_seal b, const char *what, const char *help)
{
	const struct change_set *set = ev->ref->commits;
	size_t i, n = 0;

	for (i = 0; i < set->n; i++) {
		if (set->commit[i].seal != a && set->commit[i].seal != b)
			continue;
		if (n++ < TELL_MAX)
			tell_commit(fs, rule, &set->commit[i], what, help);
	}
	if (n > TELL_MAX)
		findings_add(fs, rule, "%zu more commits like the %d shown",
		    n - TELL_MAX, TELL_MAX)
		    ->help = help;
}

static void
check_unsigned(const struct evidence *ev, struct findings *fs)
{
	if (!is_judged(ev->ref) || !ev->policy->change.signed_commits)
		return;
	if (ev->ref->commits == NULL) {
		/* Whatever went wrong: what was not verified is not signed. */
		findings_add(fs, "change-unsigned",
		    "the signatures of this change were not verified")
		    ->help = "judge commits that are in a repository";
		return;
	}
	tell_seals(ev, fs, "change-unsigned", SEAL_NONE, SEAL_BROKEN,
	    "is not signed",
	    "sign it: git rebase --exec 'git commit --amend --no-edit -S' "
	    "BASE");
}

const struct rule rule_change_unsigned = {
    .id = "change-unsigned",
    .title = "a commit is not signed",
    .severity = SEVERITY_ERROR,
    .what = "change-control.signed-commits is true, and a commit that the push "
	    "brings has no signature, or one that does not fit it: a "
	    "signature taken from another commit, or a commit changed after "
	    "it was signed. Every new commit counts, those that a merge brings "
	    "along too.",
    .why = "Author and committer of a commit are text that anyone can write. "
	   "Who can push as anybody can blame anybody for it.",
    .bad = "git commit\n",
    .good = "git commit -S\n",
    .fix = "Sign the commits with a key of the allowed signers "
	   "(docs/change-control.md).",
    .run = check_unsigned,
};

static void
check_unknown(const struct evidence *ev, struct findings *fs)
{
	if (!is_judged(ev->ref) || !ev->policy->change.signed_commits ||
	    ev->ref->commits == NULL)
		return;
	tell_seals(ev, fs, "change-signer-unknown", SEAL_UNKNOWN, SEAL_UNKNOWN,
	    "is signed, but not by an allowed signer",
	    "sign with an allowed key, or have the key added in a push of its "
	    "own that others approve");
}

const struct rule rule_change_signer_unknown = {
    .id = "change-signer-unknown",
    .title = "a commit is signed by a key that is not allowed",
    .severity = SEVERITY_ERROR,
    .what = "The signature of a commit fits, but its key is not among the "
	    "allowed signers of the trusted side, is revoked, or was not "
	    "valid at the committer's date or is not valid now.",
    .why = "A signature proves who has the key, not that he may change zones. "
	   "The date in a commit is the committer's own word: a key that "
	   "expired yesterday could sign for last year, so both times count.",
    .bad = "# key not in .zonegate/allowed_signers\n",
    .good = "alice@example.com ssh-ed25519 AAAAC3...\n",
    .fix = "Have the key added in a policy push, approved by others.",
    .run = check_unknown,
};

/* ---- change-approvals -----------------------------------------------------
 */

/* "bob@example.com, carol@example.com" */
static const char *
approvers(struct findings *fs, const struct change_approvals *a)
{
	const char *s = "nobody";
	size_t i;

	for (i = 0; i < a->n; i++)
		s = i == 0 ? a->approver[0].principal
			   : findings_text(
				 fs, "%s, %s", s, a->approver[i].principal);
	return s;
}

/* "; that of 1f3c9a2 does not count: …" for the first few. */
static const char *
refusals(struct findings *fs, const struct change_approvals *a)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < a->nrefused && i < 3; i++)
		s = findings_text(fs,
		    "%s; the approval %.7s does not count: %s", s,
		    a->refused[i].commit->id, a->refused[i].why);
	return s;
}

static void
tell_missing(const struct evidence *ev, struct findings *fs, unsigned lanes,
    uint32_t need, const struct change_approvals *a)
{
	struct finding *f;

	f = findings_add(fs, "change-approvals",
	    "a change of lane %s needs %u approval%s, and has %zu (%s)%s",
	    lane_text(lanes), need, need == 1 ? "" : "s", a->n,
	    approvers(fs, a), refusals(fs, a));
	f->help = "let somebody else of the allowed signers approve it: git "
		  "commit --allow-empty -S -m 'Approve' --trailer "
		  "'Approved-by: THEIR-ADDRESS'";
	f->expected = findings_text(fs, "%u by others than the author", need);
	f->authority = rule_authority(fs, ev->policy, 0, NULL);
}

static void
check_approvals(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_ref *r = ev->ref;
	struct change_approvals a = {0};
	struct finding *f;
	unsigned lanes;
	uint32_t need;

	if (!is_judged(r) || r->lanes == NULL)
		return;
	lanes = lane_settled(r->lanes, ev->policy, fs);
	need = lane_approvals(lanes, &ev->policy->change);
	if (need == 0)
		return;
	if (r->commits != NULL && change_approvals_count(&a, r->commits) != 0) {
		fs->lost = true;
		return;
	}
	if (a.n < need || r->commits == NULL) {
		tell_missing(ev, fs, lanes, need, &a);
	} else if (a.unknown != NULL) {
		f = findings_add(fs, "change-approvals",
		    "nobody can tell who made commit %.12s, so that the "
		    "approval may be its author's own: %s",
		    a.unknown->id,
		    a.unknown->why == NULL ? "" : a.unknown->why);
		f->help = "where approvals are needed, what is approved must "
			  "be signed: git commit -S";
		f->authority = rule_authority(fs, ev->policy, 0, NULL);
	}
}

const struct rule rule_change_approvals = {
    .id = "change-approvals",
    .title = "approvals are missing",
    .severity = SEVERITY_ERROR,
    .what = "The push has fewer approvals by other people than "
	    "change-control.approvals asks for its lane: failover-switch, "
	    "zone, policy or key. An approval is a signed commit with the "
	    "trailer Approved-by: its signer, that changes nothing and has the "
	    "tree that is pushed. Whoever made a part of the change does not "
	    "count, nor does an approval given before something changed.",
    .why = "One person, or one stolen key, can then redirect every service.",
    .bad = "approvals: {zones: 1}   # and none given\n",
    .good = "git commit --allow-empty -S -m Approve \\\n"
	    "    --trailer 'Approved-by: bob@example.com'\n",
    .fix = "Ask somebody else on the list to approve exactly this state.",
    .run = check_approvals,
};
