/*
 * Mode gate: zones that the gate signs with their real keys. The policy names
 * keys; where they are, the server says:
 *
 *	git config zonegate.keyDirectory   the folder with BIND's key pairs
 *	git config zonegate.pkcs11Module   library of a token
 *	git config zonegate.pinFile        file with the token's PIN
 *
 * They are read by the key holder (holder.h), a process of its own.
 */
#ifndef GATE_GATE_KEYS_H
#define GATE_GATE_KEYS_H

#include "../base/vec.h"
#include "../dnssec/holder.h"
#include "../policy/policy.h"
#include "../source/repo.h"
#include "gate.h"

struct zone;

/* What the key holder is asked for, from one policy or several. */
struct gate_keys {
	struct vec name; /* const char *, of the policies */
	uint32_t validity_max;
	bool wanted; /* a zone in mode gate */
};

/* Add what POLICY names. 0, or -1 without memory. */
int gate_keys_add(struct gate_keys *, const struct policy *, struct error *e);

/*
 * Start the holder with what was added, before anything of a proposal is read.
 * *OUT is NULL when no zone is in mode gate. Uses K up. 0, or -1 with E set.
 */
int gate_keys_start(struct holder **out, struct gate_keys *k, struct repo *repo,
    const struct gate_options *, struct error *e);

/* Both for a single policy. */
int gate_keys_open(struct holder **out, const struct policy *,
    struct repo *repo, const struct gate_options *, struct error *e);

/*
 * Sign Z as ENTRY says, with the keys that it names. 0 with *OUT set (it
 * borrows from Z), or -1 with E set.
 */
int gate_keys_sign(struct zone **out, const struct zone *z,
    const struct policy_zone *entry, struct holder *, int64_t now,
    unsigned jobs, struct error *e);

#endif
