/* How effective answers change between two zones compared by hand. */
#ifndef GATE_DIFF_ANSWERS_H
#define GATE_DIFF_ANSWERS_H

#include "common.h"

/*
 * Resolve every name of either zone, for every type it has in either, in both,
 * and add those that answer differently to J; names no change is at are marked
 * collateral. Only this zone is looked at: what leaves it is said to leave. The
 * two zones of the diff are used up: *OLD and *NEW become NULL. 0, or -1 with E
 * set.
 */
int diff_answers(struct judgement *j, const struct diff *, struct zone **old,
    struct zone **new, struct error *e);

#endif
