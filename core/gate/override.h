/*
 * The emergency override: what the policy lets some signers push in spite of
 * some findings, for a time. The history holds it, in a trailer of a signed
 * commit, so that no state on the server can be lost; every report tells it
 * until it is resolved. See docs/change-control.md.
 */
#ifndef GATE_OVERRIDE_H
#define GATE_OVERRIDE_H

#include "common.h"

#define OVERRIDE_OPTION "zonegate.override="

/*
 * The reason of the push option zonegate.override, from the environment of a
 * hook, in ARENA: 0 with *OUT NULL when there is none. -1 with E set: there are
 * two, or it is empty or too long.
 */
int override_option(struct arena *, const char **out, struct error *e);

/*
 * After REV was judged and J holds its findings from FROM on: grant the
 * override that REV asks for, and tell those of its history that are not
 * resolved. 0, or -1 with E set.
 */
int override_settle(struct judgement *, const struct gate_options *,
    struct repo *, const struct trust *, const struct revisions *, size_t from,
    struct error *e);

#endif
