/*
 * A policy as a flat list of facts, for whoever compares two: the value of each
 * key, by the entry it belongs to. It is read off the schema, so that no key
 * can be forgotten.
 */
#ifndef POLICY_FACTS_H
#define POLICY_FACTS_H

#include "policy.h"

struct policy_fact {
	const char *key; /* "failover[].require.max-ttl", "targets.*.names" */
	/* the entry: "api.example.com. (A, AAAA)"; "" for the policy itself */
	const char *subject;
	const char *value; /* "" for the fact that the entry is there */
	/* the entry is there; then key is "failover[]", and NUMBER its place */
	bool entry;
	bool is_number;
	int64_t number;
};

/*
 * All facts of the policy, sorted by key, subject and value; an entry of a list
 * of values is a fact of its own. Everything lives in ARENA. 0, or -1 with E
 * set.
 */
int policy_facts(const struct policy *, struct arena *arena,
    struct policy_fact **out, size_t *n, struct error *e);

/* Call FN for each key that facts can have, entries ("failover[]") too. */
void policy_fact_keys(void (*fn)(void *ctx, const char *key), void *ctx);

#endif
