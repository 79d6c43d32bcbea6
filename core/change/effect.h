/*
 * What an edit of the policy does, in words: which name is protected less, who
 * may do more. Every key of the policy is compared; a key that nobody knows how
 * to compare counts as loosened.
 */
#ifndef CHANGE_EFFECT_H
#define CHANGE_EFFECT_H

#include "../policy/policy.h"

enum effect_kind {
	EFFECT_LOOSER,
	EFFECT_TIGHTER,
	EFFECT_OTHER, /* words for people: owners, reasons */
};

/* All that an edit does in one way to one subject. */
struct change_effect {
	enum effect_kind kind;
	const char *subject; /* "api.example.com. (A)", "list edge-standby" */
	const char *name;    /* the protected name, or NULL */
	const char *file;    /* of signers or revoked keys; NULL: the policy */
	const char *words;   /* "list edge-standby added; max-ttl 60 -> 3600" */
};

struct change_effects {
	struct change_effect *item;
	size_t n;
};

/* Compare; everything lives in ARENA. 0, or -1 with E set. */
int change_effects(struct change_effects *out, const struct policy *old,
    const struct policy *new, struct arena *arena, struct error *e);

/*
 * The same for files of allowed signers or revoked keys, line by line; what
 * stands in comments is left out. REVOKED: a new line tightens. Either may be
 * NULL: there is none. Appends to OUT.
 */
int change_effects_lines(struct change_effects *out, const char *path,
    const char *old, size_t old_len, const char *new, size_t new_len,
    bool revoked, struct arena *arena, struct error *e);

/* Is it known how to compare values of KEY? For tests. */
bool effect_knows(const char *key);

#endif
