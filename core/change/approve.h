/*
 * Who approved a change. An approval is a signed commit that says
 * "Approved-by: its signer", changes nothing, and stands over exactly what is
 * judged: on the base that is there now, with the tree that is proposed.
 */
#ifndef CHANGE_APPROVE_H
#define CHANGE_APPROVE_H

#include "commits.h"

/* A person who approved, and with which commit. */
struct change_approver {
	const char *principal;
	const struct change_commit *commit;
};

/* An approval that does not count, and why. */
struct change_refusal {
	const struct change_commit *commit;
	const char *why;
};

struct change_approvals {
	struct change_approver *approver; /* distinct persons */
	size_t n;
	struct change_refusal *refused;
	size_t nrefused;
	/* a commit that changes something and whose maker nobody can tell, as
	 * it has no good signature; NULL: all are known */
	const struct change_commit *unknown;
};

/*
 * Count the approvals of SET, whose signatures were verified. Whoever signed,
 * wrote or committed a commit that changes something does not approve. Lists
 * live in the set's arena. 0, or -1 without memory.
 */
int change_approvals_count(
    struct change_approvals *out, const struct change_set *);

#endif
