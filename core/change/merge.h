/* Inside of this room: what a commit adds of its own. */
#ifndef CHANGE_MERGE_H
#define CHANGE_MERGE_H

#include <git2.h>
#include <stdbool.h>

#include "../base/error.h"

/*
 * *OUT tells whether COMMIT changes nothing by itself: its tree is its only
 * parent's; or it has two parents with one merge base, and takes every path
 * from the side that changed it. A merge whose author decided about a path, or
 * that joins more than two lines in another way, adds. 0, or -1 with E set.
 */
int merge_adds_nothing(
    bool *out, git_repository *, const git_commit *commit, struct error *e);

#endif
