/*
 * Inside of this room only: the repository's libgit2 objects.
 */
#ifndef SOURCE_REPO_IMPL_H
#define SOURCE_REPO_IMPL_H

#include <git2.h>

#include "repo.h"

struct repo {
	git_repository *git;
	git_odb *odb;
	char *path;
	char *workdir;
	bool shallow;
};

/* error_set() with what libgit2 said behind the formatted words. */
int repo_fail(struct error *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The object REV names, tags not peeled. 0; 1 when it does not exist; -1. A
 * reference whose object is missing is an error, not an absent revision.
 */
int repo_resolve(struct repo *, const char *rev, git_oid *id, struct error *);

/*
 * Follow tags from *ID to what they tag. Sizes are looked at before anything
 * is read.
 */
int repo_peel(struct repo *, git_oid *id, git_object_t *type, struct error *);

/* Type and size of an object that must be there: 0, -1 with E set. */
int repo_header(struct repo *, const git_oid *, size_t *size, git_object_t *,
    struct error *);

/* The tree of the commit *ID. */
int repo_tree(
    struct repo *, const git_oid *commit, git_oid *tree, struct error *);

#endif
