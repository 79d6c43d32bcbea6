#include "policy_effect.h"

#include <string.h>

#include "../change/effect.h"
#include "../change/lane.h"
#include "../change/signers_lint.h"
#include "../rules/rules.h"
#include "signers.h"

/* Tightened subjects that a report names. */
#define NOTES_MAX 50

/* In doubt it changed. */
static bool
same_file(struct source *old, const struct source_entry *a, struct source *new,
    const struct source_entry *b)
{
	const char *x, *y;
	size_t x_len, y_len;

	if (a->kind != b->kind)
		return false;
	if (a->id_len != 0 && a->id_len == b->id_len)
		return memcmp(a->id, b->id, a->id_len) == 0;
	return source_read(old, a->path, &x, &x_len, NULL) == 0 &&
	       source_read(new, b->path, &y, &y_len, NULL) == 0 &&
	       x_len == y_len && memcmp(x, y, x_len) == 0;
}

/* One path on both sides. */
struct both {
	const struct source_entry *old, *new;
	bool changed;
};

static int
look_up(const struct policy_look *l, const char *path, struct both *b,
    struct error *e)
{
	memset(b, 0, sizeof(*b));
	if (l->old != NULL)
		b->old = source_find(l->old->source, path, e);
	b->new = source_find(l->new->source, path, e);
	if (e->code != ERROR_NONE)
		return -1;
	b->changed = (b->old == NULL) != (b->new == NULL) ||
		     (b->old != NULL && !same_file(l->old->source, b->old,
					    l->new->source, b->new));
	return 0;
}

static bool
is_trusted(const struct trust *t, const char *data, size_t len)
{
	char digest[HASH_HEX];

	return hash_sha256_hex(digest, data, len) == 0 &&
	       strcmp(digest, t->policy->digest) == 0;
}

/*
 * Where in these trees the policy is; NULL: not here. A check does not know
 * which ref it is about: then the base must hold the trusted policy.
 */
static const char *
watched(const struct policy_look *l)
{
	const struct trust *t = l->trust;
	const char *data;
	size_t len;

	if (t->from_repository)
		return POLICY_FILE;
	if (t->ref == NULL || t->path == NULL)
		return NULL;
	if (l->rev->ref != NULL)
		return strcmp(l->rev->ref, t->ref) == 0 ? t->path : NULL;
	if (l->old != NULL &&
	    source_read(l->old->source, t->path, &data, &len, NULL) == 0 &&
	    is_trusted(t, data, len))
		return t->path;
	return NULL;
}

/* ---- the files of the signers ---------------------------------------------
 */

static int
read_entry(struct source *src, const struct source_entry *en, const char **data,
    size_t *len, struct error *e)
{
	*data = NULL;
	*len = 0;
	if (en == NULL || en->kind != SOURCE_FILE)
		return 0;
	return source_read(src, en->path, data, len, e);
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && strcmp(s + n - m, with) == 0;
}

/* One file of the old policy or the new one. */
static int
look_at_file(const struct policy_look *l, const char *path,
    struct evidence_ref *ref, struct findings *faults,
    struct change_effects *effects, struct error *e)
{
	const char *old, *new;
	size_t old_len, new_len;
	struct both b;

	if (look_up(l, path, &b, e) != 0)
		return -1;
	if (!b.changed)
		return 0;
	if (!ref->policy_changed)
		ref->policy_path = findings_text(faults, "%s", path);
	ref->policy_changed = true;
	if (b.new != NULL && b.new->kind != SOURCE_FILE) {
		findings_add(faults, "policy", "%s is no regular file", path);
		return 0;
	}
	if ((l->old != NULL &&
		read_entry(l->old->source, b.old, &old, &old_len, e) != 0) ||
	    read_entry(l->new->source, b.new, &new, &new_len, e) != 0)
		return -1;
	if (l->old == NULL)
		old = NULL, old_len = 0;
	return change_effects_lines(effects, findings_text(faults, "%s", path),
	    old, old_len, new, new_len, ends(path, SIGNERS_REVOKED),
	    l->j->arena, e);
}

static bool
asks_for_signers(const struct policy_change *c)
{
	return c->signed_commits || lane_any_approvals(c) ||
	       c->override.nsigners != 0;
}

/* Files that NEW needs must be there, and hold what they should. */
static int
lint_signers(const struct policy_look *l, const struct policy *new,
    struct findings *faults, struct error *e)
{
	const char *const need[] = {
	    new->change.allowed_signers, new->change.openpgp_keyring};
	struct finding *f;
	const char *data;
	struct both b;
	size_t i, len;

	for (i = 0; i < 2; i++) {
		if (need[i] == NULL)
			continue;
		if (look_up(l, need[i], &b, e) != 0)
			return -1;
		if (b.new == NULL && !asks_for_signers(&new->change))
			continue;
		/* It is on the server, beside the policy. */
		if (b.new == NULL && b.old == NULL && l->trust->folder != NULL)
			continue;
		if (b.new == NULL || b.new->kind != SOURCE_FILE) {
			f = findings_add(faults, "policy",
			    "the policy names %s, which is no file of this "
			    "tree",
			    need[i]);
			f->help = "commit it together with the policy: without "
				  "it nothing could be pushed any more";
			continue;
		}
		if (source_read(l->new->source, need[i], &data, &len, e) != 0)
			return -1;
		if (i == 0 && b.changed)
			signers_lint(data, len,
			    findings_text(faults, "%s", need[i]), faults);
	}
	return 0;
}

/* All files that the old or the new policy names. */
static int
look_at_signers(const struct policy_look *l, const struct policy *new,
    struct evidence_ref *ref, struct findings *faults,
    struct change_effects *effects, struct error *e)
{
	const char *path[2 * SIGNERS_FILES + 2];
	size_t i, k, n = 0;

	if (signers_files(l->trust->policy, l->j->arena, path, e) != 0)
		return -1;
	while (path[n] != NULL)
		n++;
	if (new != NULL && signers_files(new, l->j->arena, path + n, e) != 0)
		return -1;
	for (i = 0; path[i] != NULL; i++) {
		for (k = 0; k < i && strcmp(path[k], path[i]) != 0; k++)
			continue;
		if (k == i &&
		    look_at_file(l, path[i], ref, faults, effects, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- the policy itself ----------------------------------------------------
 */

/* The new policy, parsed; *OUT stays NULL when it did not change or has faults.
 */
static int
look_at_policy(const struct policy_look *l, const char *path,
    struct policy **out, struct evidence_ref *ref, struct findings *faults,
    struct error *e)
{
	const char *data, *name;
	struct both b;
	size_t len;

	if (look_up(l, path, &b, e) != 0)
		return -1;
	if (!b.changed)
		return 0;
	ref->policy_path = path;
	ref->policy_changed = true;
	if (b.new == NULL) {
		findings_add(faults, "policy", "%s is deleted", path)->help =
		    "keep a policy: without one nothing can be pushed";
		return 0;
	}
	if (b.new->kind != SOURCE_FILE) {
		findings_add(faults, "policy", "%s is no regular file", path);
		return 0;
	}
	if (source_read(l->new->source, path, &data, &len, e) != 0)
		return -1;
	/* A new line of history may bring the policy in force along. */
	if (b.old == NULL && is_trusted(l->trust, data, len)) {
		ref->policy_changed = false;
		return 0;
	}
	name = findings_text(faults, "%s", path);
	return policy_parse(
		   out, data, len, name, &rules_for_policy, faults, e) < 0
		   ? -1
		   : 0;
}

/* ---- what today's zones would say -----------------------------------------
 */

/* The zones of the new tree; a branch that holds the policy alone has none, and
 * then those of HEAD are meant. */
static int
open_zones(const struct policy_look *l, const struct policy *new,
    struct snapshot **out, struct error *e)
{
	struct source *src;
	char head[REPO_HEX];

	*out = NULL;
	if (!l->trust->from_repository && l->trust->repo != NULL &&
	    repo_commit(l->trust->repo, "HEAD", head, e) == 0) {
		if (source_open_git(&src, l->trust->repo, head, NULL, e) != 0)
			return -1;
	} else if (source_open_overlay(
		       &src, l->new->source, NULL, 0, NULL, e) != 0) {
		return -1;
	}
	return snapshot_open(out, src, new, e);
}

static int
try_zones(const struct policy_look *l, const struct policy *new,
    struct findings *blocks, struct error *e)
{
	struct gate_options o = {.jobs = l->options->jobs};
	struct judge_pair pair = {.options = &o,
	    .policy = new,
	    .select = JUDGE_ALL,
	    .findings_only = true,
	    .now = gate_now(l->options)};
	struct judgement j;
	struct finding *f;
	size_t i;
	int rc = -1;

	if (judgement_init(&j, e) != 0)
		return -1;
	if (open_zones(l, new, &pair.new, e) != 0 ||
	    judge(&j, &pair, NULL, e) != 0)
		goto out;
	for (i = 0; i < j.findings.n; i++) {
		f = &j.findings.item[i];
		if (f->severity == SEVERITY_ERROR && !f->waived)
			continue;
		f->severity = SEVERITY_OFF;
	}
	findings_append(blocks, &j.findings);
	l->j->records += j.records;
	l->j->signatures += j.signatures;
	rc = j.findings.lost ? error_memory(e) : 0;
out:
	snapshot_free(pair.new);
	judgement_free(&j);
	return rc;
}

/* ---- all of it ------------------------------------------------------------
 */

static void
note_tightened(const struct policy_look *l, const struct change_effects *all)
{
	struct findings *fs = &l->j->findings;
	const char **note;
	size_t i, n = 0;

	for (i = 0; i < all->n; i++) {
		if (all->item[i].kind != EFFECT_TIGHTER || n++ >= NOTES_MAX)
			continue;
		if ((note = vec_add(&l->j->notes)) == NULL)
			fs->lost = true;
		else
			*note = findings_text(fs, "policy tightened: %s: %s",
			    all->item[i].subject, all->item[i].words);
	}
}

/* Whoever may override from now on must be able to ask for it. */
static void
note_push_options(const struct policy_look *l, const struct policy *new)
{
	struct findings *fs = &l->j->findings;
	struct error ignored = {0};
	char value[16] = "";
	const char **note;

	if (new->change.override.nsigners == 0 || l->trust->repo == NULL ||
	    (repo_config(l->trust->repo, "receive.advertisePushOptions", value,
		 sizeof(value), &ignored) == 0 &&
		strcmp(value, "true") == 0))
		return;
	if ((note = vec_add(&l->j->notes)) == NULL)
		fs->lost = true;
	else
		*note = "an override needs push options, on the server: git "
			"config receive.advertisePushOptions true";
}

static int
tell_effect(const struct policy_look *l, const struct policy *new,
    struct evidence_ref *ref, struct change_effects *lines, struct error *e)
{
	struct arena *a = l->j->arena;
	struct change_effects *all = arena_alloc(a, sizeof(*all));
	struct findings *blocks = arena_alloc(a, sizeof(*blocks));
	struct change_effect *more;

	if (all == NULL || blocks == NULL)
		return error_memory(e);
	if (new != NULL) {
		findings_init(blocks, a);
		if (change_effects(all, l->trust->policy, new, a, e) != 0 ||
		    try_zones(l, new, blocks, e) != 0)
			return -1;
		ref->policy_blocks = blocks;
		note_push_options(l, new);
	}
	more = arena_calloc(a, all->n + lines->n + 1, sizeof(*more));
	if (more == NULL)
		return error_memory(e);
	if (all->n != 0)
		memcpy(more, all->item, all->n * sizeof(*more));
	if (lines->n != 0)
		memcpy(more + all->n, lines->item, lines->n * sizeof(*more));
	all->item = more;
	all->n += lines->n;
	ref->effects = all;
	note_tightened(l, all);
	return 0;
}

/* Signers of a policy on the server may be in the tree all the same. */
static int
signers_in_tree(const struct policy_look *l, bool *in_tree, struct error *e)
{
	const struct trust *t = l->trust;
	const char *const path[] = {t->policy->change.allowed_signers,
	    t->policy->change.openpgp_keyring};
	const char *data;
	size_t i, len;

	*in_tree = false;
	if (t->folder == NULL || t->repo == NULL || l->rev->base == NULL)
		return 0;
	for (i = 0; i < 2 && !*in_tree; i++)
		if (path[i] != NULL &&
		    trust_file(t, l->j->arena, t->repo, l->rev->base, path[i],
			&data, &len, in_tree, e) < 0)
			return -1;
	return 0;
}

int
policy_effect(const struct policy_look *l, struct evidence_ref *ref,
    struct findings *faults, struct error *e)
{
	const char *path = watched(l);
	struct change_effects lines = {0};
	struct policy *new = NULL;
	bool in_tree = path != NULL;
	int rc = 0;

	if (path == NULL && signers_in_tree(l, &in_tree, e) != 0)
		return -1;
	if (path != NULL)
		rc = look_at_policy(l, path, &new, ref, faults, e);
	if (rc == 0 && in_tree)
		rc = look_at_signers(l, new, ref, faults, &lines, e);
	if (rc == 0 && in_tree && ref->policy_changed && faults->n == 0)
		rc = lint_signers(
		    l, new != NULL ? new : l->trust->policy, faults, e);
	if (rc == 0 && ref->policy_changed && faults->n == 0 && !l->rev->on_way)
		rc = tell_effect(l, new, ref, &lines, e);
	policy_free(new);
	return rc;
}

void
policy_effect_deleted(
    const struct trust *t, const char *ref, struct findings *faults)
{
	if (t->ref == NULL || strcmp(t->ref, ref) != 0)
		return;
	findings_add(
	    faults, "policy", "%s is deleted, which holds the policy", ref)
	    ->help = "keep it: without a policy nothing can be pushed";
}
