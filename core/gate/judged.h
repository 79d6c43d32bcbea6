/*
 * A revision that is in the repository already, judged as a push of it would
 * be, and every zone of it: for what comes after the gate (attest, export,
 * confirm). Runs in the judging child.
 */
#ifndef GATE_JUDGED_H
#define GATE_JUDGED_H

#include "common.h"
#include "record.h"

struct judged {
	struct repo *repo;
	struct trust trust;
	struct judgement j;
	struct revisions rev;
	char head[REPO_HEX], base[REPO_HEX], trusted[REPO_HEX];
	struct report report; /* filled by judged_run() */
	double started;
};

/*
 * Open the repository, find the commit REV and what it is compared with: BASE;
 * its first parent when BASE is NULL; where it left the branch of HEAD when
 * BASE is the zero id, as for a new branch. The policy to judge by is never
 * REV's own: it is the base's, and for a new branch that of HEAD. 0; 1 when the
 * policy has faults; -1 with E set. judged_close() in any case.
 */
int judged_open(struct judged *, const struct gate_options *, const char *rev,
    const char *base, struct error *e);

/* Confine this process, judge, and fill the report. 0, or -1 with E set. */
int judged_run(struct judged *, const struct gate_options *,
    const char *command, struct error *e);

void judged_close(struct judged *);

/* The zones of the revision, as the policy sees them; after judged_run(), or
 * after judged_open() when nothing has to be judged. snapshot_free() it. */
int judged_snapshot(
    struct snapshot **out, const struct judged *, struct error *e);

#endif
