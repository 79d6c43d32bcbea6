/*
 * Owners of a zone by hash, for rules that look up a name for every record of a
 * large zone. Made when it pays; a chosen collision costs a binary search, no
 * more.
 */
#ifndef RULES_OWNERS_H
#define RULES_OWNERS_H

#include "../zone/zone.h"

struct owners;

/* An index of ZONE (borrowed), empty at first. NULL without memory. */
struct owners *owners_new(const struct zone *);
void owners_free(struct owners *);

/* As zone_find(). */
uint32_t owners_find(struct owners *, const uint8_t *name);

#endif
