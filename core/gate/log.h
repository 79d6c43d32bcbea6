/* The audit log of the server: one line for every decision of pre-receive. */
#ifndef GATE_LOG_H
#define GATE_LOG_H

#include <limits.h>

#include "../source/repo.h"
#include "gate.h"

/*
 * Path of the log that git config zonegate.auditLog of REPO names: 0; 1 when
 * none is kept; -1 when it is not usable (not absolute, or inside of the
 * repository).
 */
int log_path(struct repo *, char out[PATH_MAX], struct error *e);

/* May PATH be the log of REPO? 0, or -1 with E set. */
int log_check_path(const struct repo *, const char *path, struct error *e);

/*
 * Write the decision that ended with STATUS: INPUT is what git said (LEN bytes
 * of "old new ref" lines), RECORD what the judging child handed over (empty
 * when it was lost). Runs in the parent, which is not confined. STATUS; or 3
 * when there is a log and it could not be written.
 */
int log_decision(const struct gate_options *, const char *input, size_t len,
    const struct text *record, int status);

#endif
