/* When live checks are made, and with which process. */
#include "live.h"

#include "drill.h"

int
live_options(struct gate_options *out, struct repo *repo, struct error *e)
{
	return options_flag(&out->live, repo, "zonegate.live", e);
}

struct live_keeper *
live_keeper_of(const struct judgement *j, const struct policy *policy)
{
	const struct live_link *link = j->live.item;
	size_t i;

	for (i = 0; i < j->live.n; i++)
		if (link[i].policy == policy)
			return link[i].keeper;
	return NULL;
}

/* The name of the file with TSIG keys, or NULL. 0, -1. */
static int
tsig_file(
    const char **out, struct judgement *j, struct repo *repo, struct error *e)
{
	char value[4096];
	int rc;

	*out = NULL;
	if (repo == NULL)
		return 0;
	rc = repo_config(repo, "zonegate.tsigFile", value, sizeof(value), e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	*out = arena_strdup(j->arena, value);
	return *out == NULL ? error_memory(e) : 0;
}

int
live_open(struct judgement *j, const struct gate_options *o,
    const struct policy *policy, struct repo *repo, struct error *e)
{
	struct live_link *link;

	if (!o->live || live_keeper_of(j, policy) != NULL)
		return 0;
	if ((link = vec_add(&j->live)) == NULL)
		return error_memory(e);
	link->policy = policy;
	link->setup.policy = policy;
	if (tsig_file(&link->setup.tsig_file, j, repo, e) != 0)
		return -1;
	return live_keeper_open(&link->keeper, &link->setup, e);
}

void
live_close(struct judgement *j)
{
	struct live_link *link = j->live.item;
	size_t i;

	for (i = 0; i < j->live.n; i++)
		live_keeper_close(link[i].keeper);
	vec_free(&j->live);
}

int
judge_live(struct judge_run *r, struct error *e)
{
	struct live_keeper *k = live_keeper_of(r->j, r->pair->policy);

	/* Broken zones block already, and what they mean is not known. Commits
	 * on the way are never served. */
	if (k == NULL || r->pair->findings_only || judge_any_broken(r, false))
		return 0;
	if (live_targets(r, k, e) != 0 || live_present(r->j, r, e) != 0)
		return -1;
	return live_servers(r, k, e);
}
