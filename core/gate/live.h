/*
 * Live checks inside the gate. Judging stays confined: what is to be asked goes
 * through a socket to a process that may use the network, was forked before,
 * and has the trusted policy (live/keeper.h).
 */
#ifndef GATE_LIVE_H
#define GATE_LIVE_H

#include "../live/keeper.h"
#include "common.h"

/* The keeper of one policy: the refs of a push may have several. */
struct live_link {
	const struct policy *policy;
	struct live_setup setup;
	struct live_keeper *keeper;
};

/*
 * The options OUT of a check of REPO get --live too, if git config
 * zonegate.live says so. 0, or -1 with E set when nobody can say.
 */
int live_options(struct gate_options *out, struct repo *, struct error *e);

/*
 * With --live: start the keeper for POLICY, once each. To be called before
 * gate_confine(). The TSIG keys are those of git config zonegate.tsigFile. 0,
 * or -1 with E set.
 */
int live_open(struct judgement *, const struct gate_options *,
    const struct policy *, struct repo *, struct error *e);

/* End all keepers of the judgement. */
void live_close(struct judgement *);

/* The keeper for POLICY, or NULL: nothing live is asked. */
struct live_keeper *live_keeper_of(
    const struct judgement *, const struct policy *);

/* live_targets.c: ask what the change brings in, into R->targets. */
int live_targets(struct judge_run *, struct live_keeper *, struct error *e);

/*
 * All targets of the zones of PAIR, which has no old side, or those of the N
 * names ONLY if there are any: asked, put into the report of J, and into OUT
 * (struct evidence_target; vec_free() it). 0, -1.
 */
int live_targets_all(struct vec *out, struct judgement *j,
    const struct judge_pair *pair, struct live_keeper *,
    const uint8_t *const *only, size_t n, struct error *e);

/* live_present.c: the targets of R into the report of J. 0, -1. */
int live_present(
    struct judgement *j, const struct judge_run *r, struct error *e);

/* live_servers.c: ask the servers of what changed; findings into R->fs. */
int live_servers(struct judge_run *, struct live_keeper *, struct error *e);

#endif
