#include "signers.h"

#include <string.h>

#include "../change/approve.h"
#include "../change/lane.h"

int
signers_files(const struct policy *p, struct arena *a,
    const char *path[SIGNERS_FILES + 1], struct error *e)
{
	const struct policy_change *c = &p->change;
	size_t n = 0;

	if (c->allowed_signers != NULL) {
		path[n++] = c->allowed_signers;
		path[n] = arena_printf(
		    a, "%s" SIGNERS_REVOKED, c->allowed_signers);
		if (path[n++] == NULL)
			return error_memory(e);
	}
	if (c->openpgp_keyring != NULL)
		path[n++] = c->openpgp_keyring;
	path[n] = NULL;
	return 0;
}

static int
missing(const char *path, const struct trust *t, struct error *e)
{
	error_set(e, ERROR_USAGE,
	    "the policy names %s, which is not on the trusted side (%s)", path,
	    t->rev != NULL ? t->rev : t->folder);
	return error_hint(e,
	    "put it beside the policy on the server, or into the tree that "
	    "holds the policy, before signatures are asked for");
}

/* What is read where. */
struct reading {
	const struct trust *t;
	struct repo *repo;
	const char *base;
	struct arena *arena;
};

/* *IN_TREE tells where it was found. */
static int
read_file(const struct reading *r, const char *path, const char **data,
    size_t *len, bool *in_tree, struct error *e)
{
	int rc;

	if (path == NULL)
		return 0;
	rc = trust_file(
	    r->t, r->arena, r->repo, r->base, path, data, len, in_tree, e);
	return rc == 1 ? missing(path, r->t, e) : rc;
}

/* Revoked keys stand where the signers do: beside signers on the server a file
 * of the tree revokes nobody, and there need not be any. */
static int
read_revoked(const struct reading *r, bool in_tree, struct change_keys *k,
    struct error *e)
{
	const char *path = arena_printf(r->arena, "%s" SIGNERS_REVOKED,
	    r->t->policy->change.allowed_signers);

	if (path == NULL)
		return error_memory(e);
	return trust_file(r->t, r->arena, r->repo, in_tree ? r->base : NULL,
		   path, &k->revoked, &k->revoked_len, &in_tree, e) < 0
		   ? -1
		   : 0;
}

static int
read_keys(const struct reading *r, struct change_keys *k, struct error *e)
{
	const struct policy_change *c = &r->t->policy->change;
	bool in_tree = false;

	k->pgp = c->pgp;
	k->npgp = c->npgp;
	if (read_file(r, c->openpgp_keyring, &k->ring, &k->ring_len, &in_tree,
		e) != 0 ||
	    read_file(r, c->allowed_signers, &k->signers, &k->signers_len,
		&in_tree, e) != 0)
		return -1;
	return c->allowed_signers == NULL ? 0 : read_revoked(r, in_tree, k, e);
}

/* A new branch may begin where somebody could sign who left since: its signers
 * are those of the branch that HEAD names, as its policy is. */
static int
find_base(struct reading *r, const struct revisions *rev, char head[REPO_HEX],
    struct error *e)
{
	int rc;

	if (!rev->created)
		return 0;
	if ((rc = repo_commit(r->repo, "HEAD", head, e)) < 0)
		return -1;
	if (rc == 0)
		r->base = head;
	return 0;
}

int
signers_verify(const struct gate_options *o, struct repo *repo,
    const struct trust *t, bool wanted, struct arena *arena,
    struct revisions *rev, struct error *e)
{
	const struct policy_change *c = &t->policy->change;
	struct reading r = {t, repo, rev->base, arena};
	struct change_keys keys = {.now = gate_now(o), .not_now = o->at != 0};
	const char *type = repo_object_type(repo, rev->head);
	struct change_set *set;
	char head[REPO_HEX];

	rev->uncommitted = type == NULL || strcmp(type, "commit") != 0;
	if (rev->uncommitted ||
	    (!wanted && !c->signed_commits && !lane_any_approvals(c)))
		return 0;
	if ((set = arena_alloc(arena, sizeof(*set))) == NULL)
		return error_memory(e);
	if (find_base(&r, rev, head, e) != 0 || read_keys(&r, &keys, e) != 0 ||
	    change_commits_read(set, arena, repo, rev->base, rev->head, e) !=
		0 ||
	    change_verify(set, &keys, e) != 0)
		return -1;
	rev->commits = set;
	return 0;
}

int
signers_note(struct judgement *j, const struct revisions *rev, struct error *e)
{
	struct findings *fs = &j->findings;
	struct change_approvals a;
	const char **note;
	size_t i;

	if (rev->commits == NULL)
		return 0;
	if (change_approvals_count(&a, rev->commits) != 0)
		return error_memory(e);
	for (i = 0; i < a.n; i++) {
		if ((note = vec_add(&j->notes)) == NULL)
			return error_memory(e);
		*note = findings_text(fs, "approved by %s (%.7s)",
		    a.approver[i].principal, a.approver[i].commit->id);
	}
	return 0;
}
