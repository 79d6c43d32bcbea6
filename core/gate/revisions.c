#include <stdlib.h>
#include <string.h>

#include "override.h"
#include "policy_effect.h"
#include "signers.h"

/* Commits of one change, where each is judged. */
#define COMMITS_MAX 1000

static int
open_snapshot(struct snapshot **out, struct repo *repo, const char *rev,
    const struct policy *policy, struct error *e)
{
	struct source_limits limits = source_limits_default;
	struct source *src;

	*out = NULL;
	if (policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = policy->limits.zone_bytes;
	if (source_open_git(&src, repo, rev, &limits, e) != 0)
		return -1;
	return snapshot_open(out, src, policy, e);
}

/* Is it the branch of zonegate.policyRef, without zones? Nothing is answered
 * from there. */
static bool
holds_policy_only(const struct trust *t, const struct revisions *rev,
    const struct snapshot *old, const struct snapshot *new)
{
	return t->ref != NULL && rev->ref != NULL &&
	       strcmp(t->ref, rev->ref) == 0 && zoneset_count(new->set) == 0 &&
	       (old == NULL || zoneset_count(old->set) == 0);
}

int
judge_snapshots(struct judgement *j, const struct gate_options *o,
    const struct trust *t, const struct revisions *rev, struct snapshot *old,
    struct snapshot *new, struct error *e)
{
	struct evidence_ref ref = {.ref = rev->ref,
	    .old = rev->base,
	    .new = rev->head,
	    .created = rev->created,
	    .deleted = rev->deleted,
	    .rewritten = rev->rewritten,
	    .commits = rev->on_way ? NULL : rev->commits,
	    .uncommitted = rev->uncommitted || rev->on_way};
	struct judge_pair pair = {.options = o,
	    .policy = t->policy,
	    .old = old,
	    .new = new,
	    .select = rev->all ? JUDGE_ALL : JUDGE_CHANGED,
	    .findings_only = rev->on_way,
	    .repo = rev->repo,
	    .policy_in_tree = t->from_repository,
	    .policy_time = history_policy_time(t, o),
	    .now = gate_now(o)};
	struct policy_look look = {.j = j,
	    .options = o,
	    .trust = t,
	    .rev = rev,
	    .old = old,
	    .new = new};
	struct findings faults;
	int rc;

	pair.policy_only = holds_policy_only(t, rev, old, new);
	findings_init(&faults, j->arena);
	rc = policy_effect(&look, &ref, &faults, e);
	ref.policy_faults = ref.policy_changed ? &faults : NULL;
	if (source_commit(new->source) != NULL)
		pair.commit = findings_text(
		    &j->findings, "%s", source_label(new->source));
	if (rc == 0)
		rc = judge(j, &pair, &ref, e);
	findings_free(&faults);
	return rc;
}

int
judge_pair_of(struct judgement *j, const struct gate_options *o,
    struct repo *repo, const struct trust *t, const struct revisions *rev,
    struct error *e)
{
	struct snapshot *old = NULL, *new = NULL;
	struct revisions own = *rev;
	int rc = -1;

	own.repo = repo;
	if ((rev->base == NULL ||
		open_snapshot(&old, repo, rev->base, t->policy, e) == 0) &&
	    open_snapshot(&new, repo, rev->head, t->policy, e) == 0)
		rc = judge_snapshots(j, o, t, &own, old, new, e);
	snapshot_free(old);
	snapshot_free(new);
	return rc;
}

/*
 * With every-commit: what each commit on the way would have deployed, against
 * the same base. Commits that other refs hold already are no exception: nobody
 * judged them.
 */
static int
judge_way(struct judgement *j, const struct gate_options *o, struct repo *repo,
    const struct trust *t, const struct revisions *rev, struct error *e)
{
	const char *type = repo_object_type(repo, rev->head);
	struct revisions one = *rev;
	char(*commit)[REPO_HEX] = NULL;
	size_t i, n = 0;
	int rc;

	if (type == NULL || strcmp(type, "commit") != 0)
		return 0;
	rc = repo_commits_between(
	    repo, rev->base, rev->head, COMMITS_MAX, &commit, &n, e);
	one.on_way = true;
	for (i = 0; rc == 0 && i + 1 < n; i++) {
		one.head = commit[i];
		rc = judge_pair_of(j, o, repo, t, &one, e);
	}
	free(commit);
	return rc;
}

int
judge_revisions(struct judgement *j, const struct gate_options *o,
    struct repo *repo, const struct trust *t, const struct revisions *rev,
    struct error *e)
{
	size_t from = j->findings.n;

	if (judge_pair_of(j, o, repo, t, rev, e) != 0)
		return -1;
	if (t->policy->change.every_commit &&
	    judge_way(j, o, repo, t, rev, e) != 0)
		return -1;
	if (signers_note(j, rev, e) != 0)
		return -1;
	return override_settle(j, o, repo, t, rev, from, e);
}

static const char *
short_ref(const char *ref)
{
	static const char *const prefix[] = {"refs/heads/", "refs/"};
	size_t i, n;

	for (i = 0; i < sizeof(prefix) / sizeof(prefix[0]); i++) {
		n = strlen(prefix[i]);
		if (strncmp(ref, prefix[i], n) == 0)
			return ref + n;
	}
	return ref;
}

const char *
revisions_subject(struct arena *a, const struct revisions *r)
{
	const char *ref = r->ref == NULL ? "" : short_ref(r->ref);
	const char *gap = r->ref == NULL ? "" : " ";
	const char *s;

	if (r->deleted)
		s = arena_printf(a, "%s%sdeleted", ref, gap);
	else if (r->base == NULL)
		s = arena_printf(a, "%s%snew at %.7s", ref, gap, r->head);
	else
		s = arena_printf(
		    a, "%s%s%.7s..%.7s", ref, gap, r->base, r->head);
	return s == NULL ? "" : s;
}
