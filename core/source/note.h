/*
 * Git notes of commits: the only thing this room ever writes into a repository,
 * and never from inside a push that git has not accepted yet.
 */
#ifndef SOURCE_NOTE_H
#define SOURCE_NOTE_H

#include <stdint.h>

#include "repo.h"

/*
 * Make LEN bytes of DATA the note of COMMIT (40 digits) on the notes ref REF;
 * an older note of it is replaced, and stays in the history of REF. Many
 * writers may run at once and none loses a note: each waits for the others
 * (flock of the git directory), and the reference only moves from where it was
 * read. A writer that dies leaves the note there or not there. 0; -1 with E
 * set, inside a quarantine always.
 */
int note_write(struct repo *, const char *ref, const char *commit,
    const void *data, size_t len, int64_t now, struct error *e);

/* The note of COMMIT: malloc'ed, followed by a NUL that does not count. 0; 1
 * when there is none; -1. */
int note_read(struct repo *, const char *ref, const char *commit, char **out,
    size_t *len, struct error *e);

#endif
