/*
 * What a change of the policy is: linted, told in words, and tried on the zones
 * that are there.
 */
#ifndef GATE_POLICY_EFFECT_H
#define GATE_POLICY_EFFECT_H

#include "common.h"

struct policy_look {
	struct judgement *j;
	const struct gate_options *options;
	const struct trust *trust;
	const struct revisions *rev;
	struct snapshot *old; /* or NULL */
	struct snapshot *new;
};

/*
 * Is the policy, or a file that says who may sign, in these trees, and did it
 * change? Then REF says so, FAULTS holds what is wrong with the new one, and if
 * nothing is, REF holds what it does (in the judgement's arena) and what the
 * zones would say under it. 0, or -1 with E set.
 */
int policy_effect(const struct policy_look *, struct evidence_ref *ref,
    struct findings *faults, struct error *e);

/* FAULTS of a push that deletes REF, if the policy of T lives there. */
void policy_effect_deleted(
    const struct trust *t, const char *ref, struct findings *faults);

#endif
