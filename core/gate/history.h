/* Between history.c and history_walk.c. */
#ifndef GATE_HISTORY_H
#define GATE_HISTORY_H

#include "judge.h"

enum {
	/* A commit is pushed this long after its date at most; in seconds. */
	HISTORY_DATE_SLACK = 3600,
};

/*
 * Where to look for the parent of a zone at the base: on the new side if it is
 * the same there, so that it is not read twice.
 */
struct zoneset *history_above(
    const struct judge_run *, const char *view, const uint8_t *apex);

/*
 * ZONE of VIEW, with what SET and the policy's ENTRY (may be NULL) say about
 * its parent, as a state in arena A. 0, or -1 without memory.
 */
int history_state(struct continuity_state *, const struct zone *zone,
    struct zoneset *set, const char *view, const struct policy_zone *entry,
    struct arena *a);

/*
 * Replace the states of C by those and what was published before them, as far
 * back as caches may remember. OLD is the zone at the base. Where history says
 * too little C gets a doubt. 0, or -1 with E set.
 */
int history_walk(struct judge_run *, struct evidence_chain *c,
    const struct zone *old, struct error *e);

/*
 * Later pushes will tell from the dates of the pushed commits when the keys
 * changed: give C a doubt unless they say now. 0, or -1 with E set.
 */
int history_dates(struct judge_run *, struct evidence_chain *c,
    const struct zone *old, struct error *e);

#endif
