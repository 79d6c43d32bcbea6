/* Between the files about overrides. */
#ifndef GATE_OVERRIDE_IMPL_H
#define GATE_OVERRIDE_IMPL_H

#include "../change/commits.h"
#include "override.h"

/* How far the date of an override's commit may be from the time of receipt:
 * its end is counted from that date. */
#define EARLY_MAX 3600
#define LATE_MAX 300

struct override_look {
	struct judgement *j;
	const struct gate_options *o;
	struct repo *repo;
	const struct trust *t;
	const struct revisions *rev;
	int64_t now;
	size_t from, told; /* findings of what is judged */
};

bool override_blocks(const struct finding *);

/* Does the policy let an override cover the finding? Never a fixed rule's. */
bool override_covers(const struct policy_override *, const struct finding *);

/* "2026-11-24 17:30 UTC" */
const char *override_when(struct findings *, int64_t);

/* Tell the overrides of the history that are not resolved, and cover the same
 * faults while their time is not over. GRANTED: the commit of this push's own,
 * or NULL. 0, or -1. */
int override_open(
    const struct override_look *, const char *granted, struct error *e);

#endif
