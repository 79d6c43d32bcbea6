/*
 * The half of repo.h that is about revisions and history.
 */
#include "repo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repo_impl.h"

#define TAGS_DEEP 16
/* Nobody writes a commit message of this size; a tree entry may be forged to
 * name one all the same. */
#define HEADER_BYTES ((size_t)16 << 20)

static int
explain_shallow(struct error *e, const char *what)
{
	error_set(e, ERROR_SYSTEM,
	    "%s: the clone is shallow, its history is cut off", what);
	return error_hint(e,
	    "fetch it whole: git fetch --unshallow, or \"fetch-depth: 0\" of "
	    "actions/checkout, GIT_DEPTH: 0 of GitLab");
}

static bool
is_full_id(const char *s)
{
	return strlen(s) == GIT_OID_HEXSZ &&
	       strspn(s, "0123456789abcdefABCDEF") == GIT_OID_HEXSZ;
}

int
repo_header(struct repo *r, const git_oid *id, size_t *size, git_object_t *type,
    struct error *e)
{
	char hex[REPO_HEX];
	int rc;

	rc = git_odb_read_header(size, type, r->odb, id);
	if (rc == 0)
		return 0;
	git_oid_tostr(hex, sizeof(hex), id);
	if (rc != GIT_ENOTFOUND)
		return repo_fail(e, "object %s", hex);
	error_set(e, ERROR_SYSTEM, "object %s is missing", hex);
	return error_hint(e,
	    "a partial or damaged clone: fetch it whole, or look with git "
	    "fsck");
}

/*
 * HEAD and full names are those references only. What git would try next,
 * refs/tags/HEAD, anybody may push where HEAD names no branch yet.
 */
static int
look_up_reference(git_reference **out, struct repo *r, const char *name)
{
	if (strcmp(name, "HEAD") == 0 || strncmp(name, "refs/", 5) == 0)
		return git_reference_lookup(out, r->git, name);
	return git_reference_dwim(out, r->git, name);
}

/* 0 a reference of that name; 1 no such; -1. */
static int
by_reference(struct repo *r, const char *rev, git_oid *id, struct error *e)
{
	git_reference *ref = NULL, *end = NULL;
	git_object_t type;
	size_t size;
	int rc;

	rc = look_up_reference(&ref, r, rev);
	if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
		return 1;
	if (rc < 0)
		return repo_fail(e, "reference %s", rev);
	/* A symbolic one may dangle. */
	rc = git_reference_resolve(&end, ref);
	git_reference_free(ref);
	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc < 0)
		return repo_fail(e, "reference %s", rev);
	git_oid_cpy(id, git_reference_target(end));
	git_reference_free(end);
	return repo_header(r, id, &size, &type, e);
}

/* An abbreviated object id: 0; 1 no such; -1. */
static int
by_prefix(struct repo *r, const char *rev, git_oid *id, struct error *e)
{
	size_t len = strlen(rev);
	git_oid start;
	int rc;

	if (len < GIT_OID_MINPREFIXLEN || len >= GIT_OID_HEXSZ ||
	    strspn(rev, "0123456789abcdefABCDEF") != len)
		return 1;
	if (git_oid_fromstrn(&start, rev, len) < 0)
		return repo_fail(e, "object id %s", rev);
	rc = git_odb_exists_prefix(id, r->odb, &start, len);
	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc == GIT_EAMBIGUOUS)
		return error_set(
		    e, ERROR_USAGE, "%s begins several object ids", rev);
	return rc < 0 ? repo_fail(e, "object id %s", rev) : 0;
}

/* The rest of the revision syntax: HEAD~2, v1^{}, main:zones. */
static int
by_syntax(struct repo *r, const char *rev, git_oid *id, struct error *e)
{
	git_object *o = NULL;
	int rc;

	rc = git_revparse_single(&o, r->git, rev);
	if (rc == 0) {
		git_oid_cpy(id, git_object_id(o));
		git_object_free(o);
		return 0;
	}
	if (rc == GIT_ENOTFOUND && r->shallow && strpbrk(rev, "^~@:") != NULL)
		return explain_shallow(e, rev);
	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc == GIT_EAMBIGUOUS || rc == GIT_EINVALIDSPEC)
		return error_set(e, ERROR_USAGE, "revision %s: %s", rev,
		    git_error_last() != NULL ? git_error_last()->message
					     : "not understood");
	return repo_fail(e, "revision %s", rev);
}

int
repo_resolve(struct repo *r, const char *rev, git_oid *id, struct error *e)
{
	int rc;

	if (rev[0] == '\0')
		return error_set(e, ERROR_USAGE, "empty revision");
	/* A full id is that object, whatever a reference may be called. */
	if (is_full_id(rev)) {
		if (git_oid_fromstr(id, rev) < 0)
			return repo_fail(e, "object id %s", rev);
		return git_odb_exists(r->odb, id) ? 0 : 1;
	}
	if ((rc = by_reference(r, rev, id, e)) != 1 ||
	    (rc = by_prefix(r, rev, id, e)) != 1)
		return rc;
	/* A plain name that is neither does not exist. libgit2 would take what
	 * looks like the output of git describe for a commit. */
	return strpbrk(rev, "^~@:") == NULL ? 1 : by_syntax(r, rev, id, e);
}

int
repo_peel(struct repo *r, git_oid *id, git_object_t *type, struct error *e)
{
	git_tag *tag;
	size_t size;
	int depth;

	for (depth = 0; depth < TAGS_DEEP; depth++) {
		if (repo_header(r, id, &size, type, e) != 0)
			return -1;
		if (*type == GIT_OBJECT_BLOB || *type == GIT_OBJECT_TREE)
			return 0;
		if (size > HEADER_BYTES)
			return error_set(e, ERROR_SYSTEM,
			    "a %s object of %zu bytes: more than the limit of "
			    "%zu",
			    git_object_type2string(*type), size, HEADER_BYTES);
		if (*type != GIT_OBJECT_TAG)
			return 0;
		if (git_tag_lookup(&tag, r->git, id) < 0)
			return repo_fail(e, "a tag cannot be read");
		git_oid_cpy(id, git_tag_target_id(tag));
		git_tag_free(tag);
	}
	return error_set(e, ERROR_SYSTEM,
	    "a tag of a tag of a tag … more than %d deep", TAGS_DEEP);
}

int
repo_tree(struct repo *r, const git_oid *commit, git_oid *tree, struct error *e)
{
	git_commit *c;

	if (git_commit_lookup(&c, r->git, commit) < 0)
		return repo_fail(e, "a commit cannot be read");
	git_oid_cpy(tree, git_commit_tree_id(c));
	git_commit_free(c);
	return 0;
}

int
repo_commit(
    struct repo *r, const char *rev, char out[REPO_HEX], struct error *e)
{
	git_object_t type;
	git_oid id;
	int rc;

	out[0] = '\0';
	if ((rc = repo_resolve(r, rev, &id, e)) != 0)
		return rc;
	if (repo_peel(r, &id, &type, e) != 0)
		return -1;
	if (type != GIT_OBJECT_COMMIT)
		return error_set(e, ERROR_USAGE, "%s is a %s, not a commit",
		    rev, git_object_type2string(type));
	git_oid_tostr(out, REPO_HEX, &id);
	return 0;
}

static int
two_commits(struct repo *r, const char *a, const char *b, git_oid id[2],
    struct error *e)
{
	const char *rev[2] = {a, b};
	char hex[REPO_HEX];
	int i, rc;

	for (i = 0; i < 2; i++) {
		if ((rc = repo_commit(r, rev[i], hex, e)) < 0)
			return -1;
		if (rc == 1)
			return error_set(
			    e, ERROR_USAGE, "no such revision: %s", rev[i]);
		if (git_oid_fromstr(&id[i], hex) < 0)
			return repo_fail(e, "object id %s", hex);
	}
	return 0;
}

int
repo_merge_base(struct repo *r, const char *a, const char *b,
    char out[REPO_HEX], struct error *e)
{
	git_oid id[2], base;
	int rc;

	out[0] = '\0';
	if (two_commits(r, a, b, id, e) != 0)
		return -1;
	if (git_oid_equal(&id[0], &id[1])) {
		git_oid_tostr(out, REPO_HEX, &id[0]);
		return 0;
	}
	/* Where history is cut off, a better or any base may be hidden. */
	if (r->shallow)
		return explain_shallow(e, "merge base");
	rc = git_merge_base(&base, r->git, &id[0], &id[1]);
	if (rc == GIT_ENOTFOUND) {
		/* Also said when a parent is missing: look at the words. */
		const git_error *err = git_error_last();

		if (err != NULL && err->klass == GIT_ERROR_ODB)
			return repo_fail(e, "merge base of %s and %s", a, b);
		return 1;
	}
	if (rc < 0)
		return repo_fail(e, "merge base of %s and %s", a, b);
	git_oid_tostr(out, REPO_HEX, &base);
	return 0;
}

int
repo_is_ancestor(
    struct repo *r, const char *old, const char *new, struct error *e)
{
	git_oid id[2];
	int rc;

	if (two_commits(r, old, new, id, e) != 0)
		return -1;
	if (git_oid_equal(&id[0], &id[1]))
		return 1;
	rc = git_graph_descendant_of(r->git, &id[1], &id[0]);
	if (rc == 1)
		return 1;
	if (r->shallow)
		return explain_shallow(e, "history");
	return rc == 0 ? 0 : repo_fail(e, "history of %s", new);
}

/* A walk over NEW without what OLD holds, oldest first. */
static int
open_walk(git_revwalk **out, struct repo *r, const char *old, const char *new,
    struct error *e)
{
	git_oid id;

	if (git_revwalk_new(out, r->git) != 0 ||
	    git_revwalk_sorting(
		*out, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE) != 0)
		return repo_fail(e, "history");
	if (git_oid_fromstr(&id, new) != 0 || git_revwalk_push(*out, &id) != 0)
		return repo_fail(e, "history of %s", new);
	if (old != NULL && (git_oid_fromstr(&id, old) != 0 ||
			       git_revwalk_hide(*out, &id) != 0))
		return repo_fail(e, "history of %s", old);
	return 0;
}

int
repo_commits_between(struct repo *r, const char *old, const char *new,
    size_t max, char (**out)[REPO_HEX], size_t *n, struct error *e)
{
	git_revwalk *walk = NULL;
	git_oid id;
	int rc = -1;

	*out = NULL;
	*n = 0;
	if (r->shallow)
		return explain_shallow(e, "history");
	if (open_walk(&walk, r, old, new, e) != 0)
		goto out;
	if ((*out = calloc(max, sizeof(**out))) == NULL) {
		error_memory(e);
		goto out;
	}
	while ((rc = git_revwalk_next(&id, walk)) == 0) {
		if (*n == max) {
			rc = error_set(e, ERROR_SYSTEM,
			    "more than %zu commits in one change", max);
			error_hint(e, "push them in parts");
			goto out;
		}
		git_oid_tostr((*out)[(*n)++], REPO_HEX, &id);
	}
	rc = rc == GIT_ITEROVER ? 0 : repo_fail(e, "history of %s", new);
out:
	git_revwalk_free(walk);
	if (rc != 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

/* Write the full name of the branch NAME leads to, when it exists. */
static int
branch_behind(
    struct repo *r, const char *name, char *out, size_t size, struct error *e)
{
	git_reference *ref = NULL, *end = NULL;
	int rc;

	if ((rc = git_reference_lookup(&ref, r->git, name)) == 0) {
		rc = git_reference_resolve(&end, ref);
		git_reference_free(ref);
	}
	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc < 0)
		return repo_fail(e, "reference %s", name);
	rc = snprintf(out, size, "%s", git_reference_name(end));
	git_reference_free(end);
	if (strcmp(out, "HEAD") == 0)
		return 1; /* detached: no branch at all */
	if (rc < 0 || (size_t)rc >= size)
		return error_set(
		    e, ERROR_SYSTEM, "the name of %s is too long", name);
	return 0;
}

int
repo_default_branch(struct repo *r, char *out, size_t size, struct error *e)
{
	static const char *const guess[] = {"refs/remotes/origin/main",
	    "refs/remotes/origin/master", "refs/heads/main",
	    "refs/heads/master"};
	size_t i;
	int rc;

	if ((rc = branch_behind(r, "refs/remotes/origin/HEAD", out, size, e)) !=
	    1)
		return rc;
	if (git_repository_is_bare(r->git) == 1 &&
	    (rc = branch_behind(r, "HEAD", out, size, e)) != 1)
		return rc;
	for (i = 0; i < sizeof(guess) / sizeof(guess[0]); i++)
		if ((rc = branch_behind(r, guess[i], out, size, e)) != 1)
			return rc;
	return 1;
}

const char *
repo_object_type(struct repo *r, const char *hex)
{
	git_object_t type;
	git_oid id;
	size_t size;

	if (!is_full_id(hex) || git_oid_fromstr(&id, hex) < 0 ||
	    git_odb_read_header(&size, &type, r->odb, &id) < 0)
		return NULL;
	return git_object_type2string(type);
}
