/*
 * What a branch published before, and when: newest first. Where the server
 * keeps a reflog of the branch, that is the list of pushes by the server's own
 * clock. Elsewhere it is the line of first parents by the dates of their
 * commits, which the committers wrote: see docs/rollovers.md. Reads only.
 */
#ifndef SOURCE_HISTORY_H
#define SOURCE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "repo.h"

struct history;

struct history_point {
	char commit[REPO_HEX];
	int64_t time; /* of the push (exact), or the committer's date */
	bool exact;
};

/*
 * Begin at the commit TIP. REF is the branch whose reflog is asked, if its
 * newest entry is TIP; NULL: none. REPO is borrowed and must outlive it. 0, or
 * -1 with E set.
 */
int history_open(struct history **out, struct repo *, const char *ref,
    const char *tip, struct error *);
void history_free(struct history *);

/*
 * The next point: first TIP itself, then what was published before it. 1 with
 * *OUT set; 0 when there is nothing before; -1 with E set, also where a shallow
 * clone cuts the history off.
 */
int history_next(struct history *, struct history_point *out, struct error *);

/* Does the server keep a reflog of REF? */
bool history_is_logged(struct repo *, const char *ref);

/*
 * Object id of PATH in the tree of COMMIT: 1 with ID set (a plain file); 0
 * when there is no such file; -1 with E set.
 */
int history_file(struct repo *, const char *commit, const char *path,
    uint8_t id[20], struct error *);

#endif
