/*
 * Where the files of a repository lie, for those who fence in what reads it.
 */
#ifndef SOURCE_REACH_H
#define SOURCE_REACH_H

#include "../base/arena.h"
#include "repo.h"

/*
 * The N paths at or below which lies what reading REPO may open: the git
 * directory, the common one of a linked work tree, the object directories of
 * both and those that the environment of a hook names (the quarantine), and the
 * alternates of each, followed as far as git follows them. They are in ARENA;
 * relative ones are relative to the current directory. The work tree is not
 * among them. 0, or -1 with E set.
 */
int repo_reach(struct repo *repo, struct arena *arena, const char *const **path,
    size_t *n, struct error *e);

#endif
