#include <string.h>

#include "common.h"

/* Did the policy file change between the trees? Then lint the new one. */
static int
look_at_policy(struct evidence_ref *ref, struct findings *faults,
    struct snapshot *old, struct snapshot *new, struct error *e)
{
	const struct source_entry *a = NULL, *b;
	const char *data;
	size_t len;

	if (old != NULL)
		a = source_find(old->source, POLICY_FILE, e);
	b = source_find(new->source, POLICY_FILE, e);
	if (e->code != ERROR_NONE)
		return -1;
	if (a == NULL && b == NULL)
		return 0;
	if (a != NULL && b != NULL && a->kind == b->kind &&
	    a->id_len == b->id_len && memcmp(a->id, b->id, a->id_len) == 0)
		return 0;
	ref->policy_changed = true;
	ref->policy_path = POLICY_FILE;
	if (b == NULL) {
		findings_add(faults, "policy", "%s is deleted", POLICY_FILE)
		    ->help = "keep a policy: without one nothing can be pushed";
		return 0;
	}
	if (b->kind != SOURCE_FILE) {
		findings_add(
		    faults, "policy", "%s is no regular file", POLICY_FILE);
		return 0;
	}
	if (source_read(new->source, POLICY_FILE, &data, &len, e) != 0)
		return -1;
	return trust_lint(data, len, POLICY_FILE, faults, e);
}

static int
open_snapshot(struct snapshot **out, struct repo *repo, const char *rev,
    const struct policy *policy, struct error *e)
{
	struct source_limits limits = source_limits_default;
	struct source *src;

	*out = NULL;
	if (rev == NULL)
		return 0;
	if (policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = policy->limits.zone_bytes;
	if (source_open_git(&src, repo, rev, &limits, e) != 0)
		return -1;
	return snapshot_open(out, src, policy, e);
}

int
judge_revisions(struct judgement *j, const struct gate_options *o,
    struct repo *repo, const struct trust *t, const struct revisions *rev,
    struct error *e)
{
	struct snapshot *old = NULL, *new = NULL;
	struct evidence_ref ref = {.ref = rev->ref,
	    .old = rev->base,
	    .new = rev->head,
	    .created = rev->created,
	    .deleted = rev->deleted,
	    .rewritten = rev->rewritten};
	struct judge_pair pair = {.options = o,
	    .policy = t->policy,
	    .select = rev->all ? JUDGE_ALL : JUDGE_CHANGED,
	    .now = gate_now(o)};
	struct findings faults;
	int rc = -1;

	findings_init(&faults, j->arena);
	if (open_snapshot(&old, repo, rev->base, t->policy, e) != 0 ||
	    open_snapshot(&new, repo, rev->head, t->policy, e) != 0)
		goto out;
	if (t->from_repository &&
	    look_at_policy(&ref, &faults, old, new, e) != 0)
		goto out;
	ref.policy_faults = ref.policy_changed ? &faults : NULL;
	pair.old = old;
	pair.new = new;
	pair.commit = findings_text(
	    &j->findings, "%s", source_label(new->source));
	rc = judge(j, &pair, &ref, e);
out:
	findings_free(&faults);
	snapshot_free(old);
	snapshot_free(new);
	return rc;
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
