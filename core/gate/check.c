/* zonegate check: two revisions of a repository. */
#include <string.h>

#include "drill.h"
#include "gate_keys.h"
#include "live.h"
#include "signers.h"
#include "supervise.h"

struct check {
	const char *base, *head;
	/* filled in the child */
	char base_hex[REPO_HEX], head_hex[REPO_HEX], policy_hex[REPO_HEX];
	char branch[512];
	bool has_base;
};

/* A revision that must exist; trees are taken as they are. */
static int
must_resolve(
    struct repo *repo, const char *rev, char out[REPO_HEX], struct error *e)
{
	const char *type = repo_object_type(repo, rev);
	int rc;

	/* The index of a commit that is being made is only a tree. */
	if (type != NULL && strcmp(type, "tree") == 0 &&
	    strlen(rev) < REPO_HEX) {
		memcpy(out, rev, strlen(rev) + 1);
		return 0;
	}
	if ((rc = repo_commit(repo, rev, out, e)) != 1)
		return rc;
	error_set(e, ERROR_USAGE, "%s is no revision of this repository", rev);
	if (repo_is_shallow(repo))
		return error_hint(e,
		    "this is a shallow clone: fetch the whole history "
		    "(actions/checkout: fetch-depth: 0)");
	return error_hint(e, "see 'git log --oneline --all'");
}

static int
no_default_base(struct repo *repo, const char *why, struct error *e)
{
	error_set(e, ERROR_USAGE, "no base to compare with: %s", why);
	return error_hint(e, "%s",
	    repo_is_shallow(repo)
		? "this is a shallow clone: fetch the whole history "
		  "(actions/checkout: fetch-depth: 0)"
		: "name one: zonegate check --base REV");
}

/*
 * Without --base: what the proposal adds to the default branch. The policy is
 * then that of the branch's tip: an old branch point must not bring an old
 * policy back.
 */
static int
default_base(struct check *c, struct repo *repo, struct error *e)
{
	int rc = repo_default_branch(repo, c->branch, sizeof(c->branch), e);

	if (rc < 0)
		return -1;
	if (rc == 1)
		return no_default_base(
		    repo, "the default branch is not known", e);
	if (must_resolve(repo, c->branch, c->policy_hex, e) != 0)
		return -1;
	rc = repo_merge_base(repo, c->policy_hex, c->head_hex, c->base_hex, e);
	if (rc < 0)
		return -1;
	if (rc == 1)
		return no_default_base(
		    repo, "no common history with the default branch", e);
	return 0;
}

static int
resolve_ends(struct check *c, struct repo *repo, struct error *e)
{
	const char *head = c->head != NULL ? c->head : "HEAD";

	if (must_resolve(repo, head, c->head_hex, e) != 0)
		return -1;
	if (c->base == NULL)
		return default_base(c, repo, e);
	if (must_resolve(repo, c->base, c->base_hex, e) != 0)
		return -1;
	memcpy(c->policy_hex, c->base_hex, sizeof(c->policy_hex));
	return 0;
}

/* A pass of nothing must not look like a pass of something. */
static int
note_nothing(const struct check *c, struct judgement *j, struct error *e)
{
	const char **note;

	if (c->base != NULL || strcmp(c->base_hex, c->head_hex) != 0)
		return 0;
	if ((note = vec_add(&j->notes)) == NULL ||
	    (*note = arena_printf(j->arena,
		 "%s holds this commit already, so there was nothing to "
		 "compare; see --base",
		 c->branch)) == NULL)
		return error_memory(e);
	return 0;
}

static int
report(const struct gate_options *o, struct check *c, struct judgement *j,
    const struct trust *t, double started, struct text *out)
{
	struct revisions rev = {.base = c->base_hex, .head = c->head_hex};
	struct report rep = {.command = "check",
	    .base = c->base_hex,
	    .head = c->head_hex,
	    .policy_source = t->policy->source,
	    .policy_digest = t->policy->digest};

	rep.subject = revisions_subject(j->arena, &rev);
	gate_fill(&rep, j, o);
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct check *c = ctx;
	struct gate_options own = *o;
	struct error e = {0};
	struct repo *repo = NULL;
	struct trust t = {0};
	struct judgement j = {0};
	struct revisions rev = {.base = c->base_hex, .head = c->head_hex};
	double started = gate_clock();
	int status = 3, rc;

	(void)err;
	if (judgement_init(&j, &e) != 0 ||
	    repo_open(&repo, o->repo, false, &e) != 0 ||
	    resolve_ends(c, repo, &e) != 0 ||
	    drill_options(&own, o, repo, &e) != 0 ||
	    live_options(&own, repo, &e) != 0)
		goto fail;
	if ((rc = trust_load(&t, o, repo, c->policy_hex, &e)) < 0)
		goto fail;
	if (rc == 1) {
		status = gate_fail_policy(o, "check", &t.faults, out);
		goto out;
	}
	if (gate_keys_open(&j.holder, t.policy, repo, &own, &e) != 0)
		goto fail;
	if (signers_verify(o, repo, &t, false, j.arena, &rev, &e) != 0)
		goto fail;
	if (live_open(&j, &own, t.policy, repo, &e) != 0)
		goto fail;
	j.memo = memo_open(repo_path(repo), gate_confine);
	if (gate_confine(&e) != 0 ||
	    judge_revisions(&j, &own, repo, &t, &rev, &e) != 0 ||
	    note_nothing(c, &j, &e) != 0)
		goto fail;
	status = report(o, c, &j, &t, started, out);
	goto out;
fail:
	status = print_undecided(o, "check", &e, out);
out:
	judgement_free(&j);
	trust_free(&t);
	repo_free(repo);
	return status;
}

int
gate_check(const struct gate_options *o, const char *base, const char *head)
{
	struct check c = {.base = base, .head = head};

	return gate_supervise(o, job, &c);
}
