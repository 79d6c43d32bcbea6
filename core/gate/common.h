/* What the commands of this room share. */
#ifndef GATE_COMMON_H
#define GATE_COMMON_H

#include "../source/repo.h"
#include "judge.h"
#include "print.h"
#include "trust.h"

/* --at, or the clock. */
int64_t gate_now(const struct gate_options *);

/* Seconds since some start, for the report. */
double gate_clock(void);

/* Print REP and return the exit status of its verdict. */
int gate_print(const struct gate_options *, struct report *, struct text *out);

/* A report of the faults of a policy; nothing was decided: status 2. */
int gate_fail_policy(const struct gate_options *, const char *command,
    const struct findings *faults, struct text *out);

/* Put the judgement into REP: arrays, counts, verdict. */
void gate_fill(
    struct report *, struct judgement *, const struct gate_options *);

/* ---- revisions.c -------------------------------------------------------- */

struct revisions {
	const char *base; /* revision, or NULL: nothing before */
	const char *head;
	const char *ref; /* NULL in a check */
	bool created, deleted, rewritten;
	bool all;          /* judge every zone, not only those that differ */
	struct repo *repo; /* where they are, or NULL: no history */
	bool on_way; /* a commit between base and tip: only its faults count */
	/* verified commits, NULL: nobody asks for signatures */
	const struct change_set *commits;
	bool uncommitted;     /* the head is a tree, not a commit */
	const char *override; /* reason of the push option, or NULL */
};

/* Judge two trees, whatever they were read from, under the policy of T and add
 * to J; OLD may be NULL. 0, or -1. */
int judge_snapshots(struct judgement *j, const struct gate_options *,
    const struct trust *t, const struct revisions *, struct snapshot *old,
    struct snapshot *new, struct error *e);

/* The same for two revisions, and no more than these two. 0, or -1. */
int judge_pair_of(struct judgement *, const struct gate_options *,
    struct repo *, const struct trust *t, const struct revisions *,
    struct error *e);

/* Judge two revisions under the policy of T and add to J. 0, or -1. */
int judge_revisions(struct judgement *j, const struct gate_options *,
    struct repo *, const struct trust *t, const struct revisions *,
    struct error *e);

/* "main 1f3c9a2..8b1e7d0": a ref without refs/heads/, both ends short. */
const char *revisions_subject(struct arena *, const struct revisions *);

#endif
