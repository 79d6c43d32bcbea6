#include "history.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "repo_impl.h"

struct history {
	struct repo *repo;
	git_reflog *log; /* NULL: none, or used up */
	size_t entry;    /* of LOG, the next one */
	git_oid next;    /* commit that comes next */
	bool end;
};

bool
history_is_logged(struct repo *r, const char *ref)
{
	return git_reference_has_log(r->git, ref) == 1;
}

/* libgit2 would create a reflog that is not there: ask first. */
static int
open_log(struct history *h, const char *ref, struct error *e)
{
	const git_reflog_entry *first;

	if (ref == NULL || !history_is_logged(h->repo, ref))
		return 0;
	if (git_reflog_read(&h->log, h->repo->git, ref) < 0)
		return repo_fail(e, "the reflog of %s", ref);
	/* A log that leads elsewhere says nothing about this commit. */
	first = git_reflog_entry_byindex(h->log, 0);
	if (first == NULL ||
	    !git_oid_equal(git_reflog_entry_id_new(first), &h->next)) {
		git_reflog_free(h->log);
		h->log = NULL;
	}
	return 0;
}

int
history_open(struct history **out, struct repo *r, const char *ref,
    const char *tip, struct error *e)
{
	struct history *h;

	*out = NULL;
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return error_memory(e);
	h->repo = r;
	if (git_oid_fromstr(&h->next, tip) < 0) {
		history_free(h);
		return repo_fail(e, "commit %s", tip);
	}
	if (open_log(h, ref, e) != 0) {
		history_free(h);
		return -1;
	}
	*out = h;
	return 0;
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	git_reflog_free(h->log);
	free(h);
}

static int
look_up(git_commit **out, struct repo *r, const git_oid *id, struct error *e)
{
	char hex[REPO_HEX];
	int rc = git_commit_lookup(out, r->git, id);

	if (rc == 0)
		return 0;
	git_oid_tostr(hex, sizeof(hex), id);
	if (rc == GIT_ENOTFOUND && r->shallow) {
		error_set(e, ERROR_SYSTEM,
		    "the clone is shallow: the history before %.7s, in which "
		    "keys changed, is cut off",
		    hex);
		return error_hint(e,
		    "fetch it whole: git fetch --unshallow, or fetch-depth: 0");
	}
	return repo_fail(e, "commit %s", hex);
}

/* By the first parent of the commit that comes next. */
static int
step_by_parent(struct history *h, struct history_point *out, struct error *e)
{
	git_commit *c;

	if (look_up(&c, h->repo, &h->next, e) != 0)
		return -1;
	git_oid_tostr(out->commit, sizeof(out->commit), &h->next);
	out->time = git_commit_time(c);
	out->exact = false;
	if (git_commit_parentcount(c) == 0)
		h->end = true;
	else
		git_oid_cpy(&h->next, git_commit_parent_id(c, 0));
	git_commit_free(c);
	return 1;
}

/* The commit before a branch was made, or before its log begins. */
static int
leave_log(struct history *h, const git_oid *old, struct error *e)
{
	struct history_point skipped;
	git_oid next = *old; /* the log's own */

	git_reflog_free(h->log);
	h->log = NULL;
	if (!git_oid_is_zero(&next)) {
		h->next = next;
		return 0;
	}
	/* The branch was made here: go on with the parent of that commit. */
	return step_by_parent(h, &skipped, e) < 0 ? -1 : 0;
}

static int
step_by_log(struct history *h, struct history_point *out, struct error *e)
{
	const git_reflog_entry *x, *older;
	const git_oid *old;

	x = git_reflog_entry_byindex(h->log, h->entry++);
	git_oid_cpy(&h->next, git_reflog_entry_id_new(x));
	git_oid_tostr(out->commit, sizeof(out->commit), &h->next);
	out->time = git_reflog_entry_committer(x)->when.time;
	out->exact = true;
	old = git_reflog_entry_id_old(x);
	older = git_reflog_entry_byindex(h->log, h->entry);
	if (older == NULL || git_oid_is_zero(old) ||
	    !git_oid_equal(git_reflog_entry_id_new(older), old))
		return leave_log(h, old, e) != 0 ? -1 : 1;
	return 1;
}

int
history_next(struct history *h, struct history_point *out, struct error *e)
{
	if (h->end)
		return 0;
	return h->log != NULL ? step_by_log(h, out, e)
			      : step_by_parent(h, out, e);
}

int
history_file(struct repo *r, const char *commit, const char *path,
    uint8_t id[20], struct error *e)
{
	git_tree_entry *entry = NULL;
	git_tree *tree = NULL;
	git_commit *c = NULL;
	git_oid oid;
	int rc;

	if (git_oid_fromstr(&oid, commit) < 0)
		return repo_fail(e, "commit %s", commit);
	if (look_up(&c, r, &oid, e) != 0)
		return -1;
	rc = git_commit_tree(&tree, c);
	if (rc == 0)
		rc = git_tree_entry_bypath(&entry, tree, path);
	git_commit_free(c);
	git_tree_free(tree);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return repo_fail(e, "%s of commit %s", path, commit);
	rc = git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
	memcpy(id, git_tree_entry_id(entry)->id, 20);
	git_tree_entry_free(entry);
	return rc;
}
