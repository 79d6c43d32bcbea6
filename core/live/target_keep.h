/* Targets asked by the process that may use the network (keeper.h). */
#ifndef LIVE_TARGET_KEEP_H
#define LIVE_TARGET_KEEP_H

#include "keeper.h"
#include "target.h"

/* TLSA records of one job; a request with more is malformed. */
#define TARGET_TLSA_MAX 64

/*
 * target_run() in the keeper K, which has the same POLICY: every job's
 * "protect" is one of it. 0 with OUT (N of them) filled, or -1 with E set:
 * nothing is known.
 */
int target_ask(struct live_keeper *k, const struct policy *policy,
    struct target_result *out, const struct target_job *job, size_t n,
    int64_t now, struct arena *, struct error *e);

/* The keeper's side: a live_handler for LIVE_KIND_TARGETS. */
int target_handle(const struct live_setup *, const uint8_t *in, size_t len,
    struct text *out, struct error *e);

#endif
