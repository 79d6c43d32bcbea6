/*
 * Names that look like an approved one and are not it: a letter more, less or
 * other, digits for letters, other scripts in punycode, a dot in another place,
 * a hyphen for a dot.
 */
#ifndef RULES_LOOKALIKE_H
#define RULES_LOOKALIKE_H

#include "../policy/policy.h"

/* Does the end of NAME look like MODEL (a whole name) without being it? */
bool lookalike(const uint8_t *name, const uint8_t *model);

/* The first pattern that NAME looks like, or NULL; NULL also if one of them
 * allows NAME. */
const struct policy_pattern *lookalike_find(
    const struct policy_pattern *, size_t n, const uint8_t *name);

#endif
