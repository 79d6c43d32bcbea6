/* Where the trusted policy comes from. Never from the proposed revision. */
#ifndef GATE_TRUST_H
#define GATE_TRUST_H

#include "../policy/policy.h"
#include "../source/repo.h"
#include "gate.h"

struct trust {
	struct policy *policy;
	struct findings faults; /* of a policy that did not parse */
	struct arena *arena;
	bool from_repository; /* the policy is a file of the judged tree */
	const char *path;     /* then, or with policyRef: its path there */
	const char *ref;      /* policyRef: the reference it is on, or NULL */
	const char *rev;      /* the revision it was read at, or NULL */
	const char *folder;   /* a file on the server: where it is, or NULL */
	struct repo *repo;    /* borrowed, or NULL */
};

/*
 * Find and parse the policy: --policy FILE; git config zonegate.policy (a file
 * on the server); git config zonegate.policyRef (a revision, or REV:PATH); else
 * zonegate.yaml at revision BASE (NULL: none). 0; 1 when it has faults (in T)
 * ; -1 with E set: none was found, or it could not be read.
 */
int trust_load(struct trust *t, const struct gate_options *, struct repo *,
    const char *base, struct error *e);

/*
 * Another file of the trusted side, such as the allowed signers: PATH beside
 * the policy on the server, or in the tree that holds the policy. A file on the
 * server that is not there is looked for in the tree of BASE (NULL: none) too;
 * then *IN_TREE is set. Bytes live in ARENA. 0; 1 when it is not there; -1.
 */
int trust_file(const struct trust *t, struct arena *, struct repo *,
    const char *base, const char *path, const char **data, size_t *len,
    bool *in_tree, struct error *e);

/* The bytes of the policy file PATH, in ARENA. 0, -1. */
int trust_read(struct arena *arena, const char *path, const char **data,
    size_t *len, struct error *e);

/* Parse the policy LEN bytes long as the proposed one: faults only. 0, -1. */
int trust_lint(const char *data, size_t len, const char *name,
    struct findings *faults, struct error *e);

void trust_free(struct trust *t);

#endif
