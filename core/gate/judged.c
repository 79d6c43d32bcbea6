#include "judged.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drill.h"
#include "gate_keys.h"
#include "override.h"
#include "signers.h"
#include "supervise.h"

static bool
is_zero_id(const char *rev)
{
	return rev[0] != '\0' && rev[strspn(rev, "0")] == '\0';
}

static int
find_commit(
    struct judged *g, const char *rev, char out[REPO_HEX], struct error *e)
{
	int rc = repo_commit(g->repo, rev, out, e);

	if (rc != 1)
		return rc;
	error_set(
	    e, ERROR_USAGE, "%.200s is no revision of this repository", rev);
	return error_hint(e, "see 'git log --oneline --all'");
}

/* A branch that is new is all judged, by the policy of HEAD: see push.c. */
static int
find_fork(struct judged *g, struct error *e)
{
	int rc;

	g->rev.created = g->rev.all = true;
	rc = repo_merge_base(g->repo, g->trusted, g->head, g->base, e);
	if (rc == 0)
		g->rev.base = g->base;
	return rc < 0 ? -1 : 0;
}

static int
find_ends(struct judged *g, const char *rev, const char *base, struct error *e)
{
	char parent[REPO_HEX + 2];
	int rc;

	if (find_commit(g, rev == NULL ? "HEAD" : rev, g->head, e) != 0)
		return -1;
	g->rev.head = g->head;
	if (base != NULL && !is_zero_id(base)) {
		g->rev.base = g->base;
		return find_commit(g, base, g->base, e);
	}
	if (base != NULL) {
		if ((rc = repo_commit(g->repo, "HEAD", g->trusted, e)) < 0)
			return -1;
		if (rc == 0 && strcmp(g->trusted, g->head) != 0)
			return find_fork(g, e);
		g->trusted[0] = '\0';
	}
	/* The first commit of all has nothing before it. */
	snprintf(parent, sizeof(parent), "%s^1", g->head);
	if ((rc = repo_commit(g->repo, parent, g->base, e)) < 0)
		return -1;
	g->rev.base = rc == 0 ? g->base : NULL;
	g->rev.created = g->rev.all = rc == 1;
	return 0;
}

int
judged_open(struct judged *g, const struct gate_options *o, const char *rev,
    const char *base, struct error *e)
{
	/* Git says in its hooks where the repository is. */
	bool hook = o->repo == NULL && getenv("GIT_DIR") != NULL;

	memset(g, 0, sizeof(*g));
	g->started = gate_clock();
	if (judgement_init(&g->j, e) != 0 ||
	    repo_open(&g->repo, o->repo, hook, e) != 0 ||
	    find_ends(g, rev, base, e) != 0)
		return -1;
	return trust_load(&g->trust, o, g->repo,
	    g->trusted[0] != '\0' ? g->trusted : g->rev.base, e);
}

void
judged_close(struct judged *g)
{
	judgement_free(&g->j);
	trust_free(&g->trust);
	repo_free(g->repo);
}

/*
 * Who signed. What was pushed with an emergency override is judged with it: the
 * push option says so in a hook, later the commit's own trailer, which is in no
 * history without having been granted.
 */
static int
verify_signers(struct judged *g, const struct gate_options *o, struct error *e)
{
	const struct policy_change *c = &g->trust.policy->change;
	const struct change_set *set;

	if (override_option(g->j.arena, &g->rev.override, e) != 0 ||
	    signers_verify(o, g->repo, &g->trust, c->override.nsigners != 0,
		g->j.arena, &g->rev, e) != 0)
		return -1;
	set = g->rev.commits;
	if (g->rev.override == NULL && set != NULL && set->n != 0 &&
	    strcmp(set->commit[set->n - 1].id, g->head) == 0)
		g->rev.override = set->commit[set->n - 1].override;
	return 0;
}

int
judged_run(struct judged *g, const struct gate_options *o, const char *command,
    struct error *e)
{
	struct gate_options own = *o;

	if (drill_options(&own, o, g->repo, e) != 0 ||
	    gate_keys_open(&g->j.holder, g->trust.policy, g->repo, &own, e) !=
		0 ||
	    verify_signers(g, o, e) != 0)
		return -1;
	g->j.memo = memo_open(repo_path(g->repo), gate_confine);
	if (gate_confine(e) != 0 ||
	    judge_revisions(&g->j, &own, g->repo, &g->trust, &g->rev, e) != 0)
		return -1;
	g->report = (struct report){.command = command,
	    .base = g->rev.base,
	    .head = g->rev.head,
	    .policy_source = g->trust.policy->source,
	    .policy_digest = g->trust.policy->digest};
	gate_fill(&g->report, &g->j, o);
	g->report.subject = revisions_subject(g->j.arena, &g->rev);
	g->report.seconds = gate_clock() - g->started;
	return 0;
}

int
judged_snapshot(struct snapshot **out, const struct judged *g, struct error *e)
{
	struct source_limits limits = source_limits_default;
	struct source *src;

	*out = NULL;
	if (g->trust.policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = g->trust.policy->limits.zone_bytes;
	if (source_open_git(&src, g->repo, g->head, &limits, e) != 0)
		return -1;
	return snapshot_open(out, src, g->trust.policy, e);
}
