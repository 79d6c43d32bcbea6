/*
 * Who signed and approved a change: what the policy asks for, worked out before
 * the process is confined, as it runs programs.
 */
#ifndef GATE_SIGNERS_H
#define GATE_SIGNERS_H

#include "../change/verify.h"
#include "common.h"

/* Beside the allowed signers: keys that are revoked, as ssh-keygen -r reads
 * them. */
#define SIGNERS_REVOKED ".revoked"

/*
 * Read and verify the commits of REV, whose base and head are set, and put them
 * there, if the policy of T asks for signatures or approvals (or WANTED says
 * so). What is no commit yet is marked uncommitted. 0, or -1 with E set.
 */
int signers_verify(const struct gate_options *, struct repo *,
    const struct trust *t, bool wanted, struct arena *, struct revisions *rev,
    struct error *e);

/* A note of the report for each approval that counts. 0, or -1. */
int signers_note(struct judgement *, const struct revisions *, struct error *e);

/*
 * The files beside the policy that decide who may sign, as paths of the judged
 * tree: at most SIGNERS_FILES, NULL at the end. Strings live in ARENA. 0, or -1
 * without memory.
 */
#define SIGNERS_FILES 3
int signers_files(const struct policy *, struct arena *,
    const char *path[SIGNERS_FILES + 1], struct error *e);

#endif
