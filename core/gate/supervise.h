/*
 * The judging runs in a child under limits of memory, processor time and wall
 * time, without network and without the right to write or to run programs.
 * Whatever happens to the child, the parent's verdict is a rejection unless a
 * complete, intact report said otherwise.
 */
#ifndef GATE_SUPERVISE_H
#define GATE_SUPERVISE_H

#include "gate.h"

/*
 * The work: write the report to OUT (and remarks for standard error to ERR) and
 * return an exit status. Runs in the child.
 */
typedef int (*gate_job)(
    const struct gate_options *, void *ctx, struct text *out, struct text *err);

/*
 * Run JOB in a child, then write its text to standard output or --output (whole
 * or not at all) and its remarks to standard error. The job's status; or 3 with
 * a line on standard error when the child was lost, its answer was incomplete,
 * or the text could not be written.
 */
int gate_supervise(const struct gate_options *, gate_job job, void *ctx);

/*
 * The same for a job that hands the parent data beside its text: what it
 * appends to RECORD (empty before) in the child is in it here afterwards. It
 * stays empty when the child was lost. text_free() it.
 */
int gate_supervise_record(
    const struct gate_options *, gate_job job, void *ctx, struct text *record);

/* Called in the child once everything it needs is open: from here on no new
 * file may be opened for writing, no program run, no socket made. 0, or -1 when
 * the kernel refused (E set). */
int gate_confine(struct error *e);

#endif
