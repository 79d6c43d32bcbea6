#include "merge.h"

#include <string.h>

/* A merge of two lines, and what each of them began with. */
struct sides {
	git_repository *git;
	git_tree *merged, *side[2], *base;
};

static int
fail(struct error *e)
{
	const git_error *why = git_error_last();

	return error_set(e, ERROR_SYSTEM, "a merge cannot be read: %s",
	    why != NULL && why->message != NULL ? why->message : "no reason");
}

/* Is PATH the same in both trees, or in neither? 1 yes, 0 no, -1. */
static int
same_entry(const git_tree *a, const git_tree *b, const char *path)
{
	git_tree_entry *x = NULL, *y = NULL;
	int rx = git_tree_entry_bypath(&x, a, path);
	int ry = git_tree_entry_bypath(&y, b, path);
	int same = 0;

	if ((rx < 0 && rx != GIT_ENOTFOUND) || (ry < 0 && ry != GIT_ENOTFOUND))
		same = -1;
	else if (x == NULL || y == NULL)
		same = x == y;
	else
		same = git_oid_equal(
			   git_tree_entry_id(x), git_tree_entry_id(y)) &&
		       git_tree_entry_filemode_raw(x) ==
			   git_tree_entry_filemode_raw(y);
	git_tree_entry_free(x);
	git_tree_entry_free(y);
	return same;
}

/* Where the merge differs from side I, the other side must have changed, alone,
 * and given what is there now. 1, 0, -1. */
static int
takes_from_other(const struct sides *s, int i, struct error *e)
{
	const git_tree *one = s->side[i], *other = s->side[1 - i];
	git_diff *diff = NULL;
	const char *path;
	size_t k;
	int a, b, rc = 1;

	if (git_diff_tree_to_tree(&diff, s->git, s->side[i], s->merged, NULL) <
	    0)
		return fail(e);
	for (k = 0; rc == 1 && k < git_diff_num_deltas(diff); k++) {
		path = git_diff_get_delta(diff, k)->new_file.path;
		if (path == NULL)
			path = git_diff_get_delta(diff, k)->old_file.path;
		a = same_entry(s->merged, other, path);
		b = same_entry(one, s->base, path);
		if (a < 0 || b < 0)
			rc = fail(e);
		else
			rc = a == 1 && b == 1;
	}
	git_diff_free(diff);
	return rc;
}

static int
tree_of(git_tree **out, git_repository *git, const git_oid *id)
{
	git_commit *c = NULL;
	int rc = git_commit_lookup(&c, git, id);

	if (rc == 0)
		rc = git_commit_tree(out, c);
	git_commit_free(c);
	return rc;
}

/* 1 when the two lines began at one commit, 0 when at several or none, -1. */
static int
read_sides(struct sides *s, const git_commit *commit, struct error *e)
{
	const git_oid *a = git_commit_parent_id(commit, 0);
	const git_oid *b = git_commit_parent_id(commit, 1);
	git_oidarray bases = {NULL, 0};
	int rc = git_merge_bases(&bases, s->git, a, b);

	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return fail(e);
	if (bases.count != 1) {
		git_oidarray_dispose(&bases);
		return 0;
	}
	rc = tree_of(&s->base, s->git, &bases.ids[0]);
	git_oidarray_dispose(&bases);
	if (rc < 0 || tree_of(&s->side[0], s->git, a) < 0 ||
	    tree_of(&s->side[1], s->git, b) < 0 ||
	    git_commit_tree(&s->merged, commit) < 0)
		return fail(e);
	return 1;
}

static int
merge_of_two(
    bool *out, git_repository *git, const git_commit *commit, struct error *e)
{
	struct sides s = {.git = git};
	int i, rc = read_sides(&s, commit, e);

	for (i = 0; rc == 1 && i < 2; i++)
		rc = takes_from_other(&s, i, e);
	git_tree_free(s.merged);
	git_tree_free(s.side[0]);
	git_tree_free(s.side[1]);
	git_tree_free(s.base);
	*out = rc == 1;
	return rc < 0 ? -1 : 0;
}

int
merge_adds_nothing(
    bool *out, git_repository *git, const git_commit *commit, struct error *e)
{
	git_commit *parent = NULL;

	*out = false;
	switch (git_commit_parentcount(commit)) {
	case 1:
		if (git_commit_parent(&parent, commit, 0) < 0)
			return fail(e);
		*out = git_oid_equal(
		    git_commit_tree_id(commit), git_commit_tree_id(parent));
		git_commit_free(parent);
		return 0;
	case 2:
		return merge_of_two(out, git, commit, e);
	default:
		return 0;
	}
}
