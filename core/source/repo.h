/*
 * The git repository itself: revisions, refs, configuration. Read only: in a
 * hook a reference written inside the quarantine would outlive a rejection.
 */
#ifndef SOURCE_REPO_H
#define SOURCE_REPO_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

#define REPO_HEX 65

struct repo;

/*
 * Open the repository around PATH (searched upwards; NULL: the current
 * directory). With HOOK the environment of git decides (GIT_DIR, quarantine in
 * GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES) and another
 * owner is accepted. Another owner, SHA-256, unknown extensions and shallow
 * clones give errors that say what to do. Replace refs are never followed.
 */
int repo_open(struct repo **out, const char *path, bool hook, struct error *);
void repo_free(struct repo *);

/* Absolute path of the git directory; of the work tree, or NULL if bare. */
const char *repo_path(const struct repo *);
const char *repo_workdir(const struct repo *);

/* Is history cut off (a shallow clone)? */
bool repo_is_shallow(const struct repo *);

/* git config KEY into OUT: 0 found, 1 not set, -1 error. */
int repo_config(
    struct repo *, const char *key, char *out, size_t size, struct error *);

/* Commit id of REV in hexadecimal (tags peeled). 0; 1 when it does not exist;
 * -1 error. */
int repo_commit(
    struct repo *, const char *rev, char out[REPO_HEX], struct error *);

/* Best merge base of two commits: 0; 1 when there is none; -1 error. */
int repo_merge_base(struct repo *, const char *a, const char *b,
    char out[REPO_HEX], struct error *);

/* Is OLD an ancestor of (or equal to) NEW? 1 yes, 0 no, -1 error. */
int repo_is_ancestor(
    struct repo *, const char *old, const char *new, struct error *);

/*
 * The commits reachable from NEW and not from OLD (NULL: none is left out),
 * parents before children, NEW last. *OUT is malloc'ed, N of them. 0; -1 with E
 * set, also when there are more than MAX.
 */
int repo_commits_between(struct repo *, const char *old, const char *new,
    size_t max, char (**out)[REPO_HEX], size_t *n, struct error *);

/*
 * The branch that changes merge into, as a revision: refs/remotes/origin/HEAD,
 * else HEAD's branch in a bare repository, else main, master of origin or
 * local. 0; 1 when there is none; -1 error.
 */
int repo_default_branch(struct repo *, char *out, size_t size, struct error *);

/* Type of the object ID: "commit", "tag", "tree", "blob"; NULL if missing. */
const char *repo_object_type(struct repo *, const char *hex);

/*
 * The full name of the reference that the first word of REV is short for
 * ("policy" and "policy:zonegate.yaml": refs/heads/policy). 0; 1 when REV names
 * no reference; -1 error.
 */
int repo_ref_name(
    struct repo *, const char *rev, char *out, size_t size, struct error *);

/* The libgit2 object, for the room that reads commits; borrowed. */
struct git_repository;
struct git_repository *repo_git(struct repo *);

/* Is there no ref at all, as before the first push? In doubt false. */
bool repo_is_empty(struct repo *);

#endif
