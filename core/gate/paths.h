/* Paths of the proposed tree that must be refused whatever they hold. */
#ifndef GATE_PATHS_H
#define GATE_PATHS_H

#include "judge.h"

/*
 * Add to R's paths: zone paths that are no plain files, collisions, LFS
 * pointers, attributes that change deployed bytes, and zone files that no
 * entry of the policy covers. 0, or -1.
 */
int audit_paths(struct judge_run *, struct error *);

#endif
