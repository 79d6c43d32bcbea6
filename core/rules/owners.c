#include "owners.h"

#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../dns/name.h"

/* Slots that are looked at; what does not fit is left to the binary search. */
#define PROBES 16
/* One question for so many owners, and the table is worth making. */
#define OWNERS_A_QUESTION 32

#define UPPER(h) ((h)&0xffffffff00000000u)

struct owners {
	const struct zone *zone;
	/* upper half of the hash, owner + 1; 0 free. NULL until it pays */
	uint64_t *slot;
	uint64_t mask;
	uint32_t asked;
	bool failed; /* no memory for a table: it works without one */
};

struct owners *
owners_new(const struct zone *zone)
{
	struct owners *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->zone = zone;
	return o;
}

void
owners_free(struct owners *o)
{
	if (o == NULL)
		return;
	free(o->slot);
	free(o);
}

static void
make(struct owners *o)
{
	const struct zone *zone = o->zone;
	uint64_t size = 1024, h;
	uint32_t i;
	unsigned n;

	while (size < (uint64_t)zone->nowners * 2)
		size *= 2;
	o->mask = size - 1;
	if ((o->slot = calloc(size, sizeof(*o->slot))) == NULL) {
		o->failed = true;
		return;
	}
	for (i = 0; i < zone->nowners; i++) {
		h = hash_bytes(zone->owner[i].name, zone->owner[i].len);
		for (n = 0; n < PROBES; n++)
			if (o->slot[(h + n) & o->mask] == 0) {
				o->slot[(h + n) & o->mask] = UPPER(h) | (i + 1);
				break;
			}
	}
}

uint32_t
owners_find(struct owners *o, const uint8_t *name)
{
	const struct zone_owner *owner;
	size_t len;
	uint64_t h, at;
	unsigned n;

	if (o->slot == NULL) {
		if (o->failed ||
		    ++o->asked <= o->zone->nowners / OWNERS_A_QUESTION)
			return zone_find(o->zone, name);
		make(o);
		if (o->failed)
			return zone_find(o->zone, name);
	}
	len = name_len(name);
	h = hash_bytes(name, len);
	for (n = 0; n < PROBES; n++) {
		if ((at = o->slot[(h + n) & o->mask]) == 0)
			return ZONE_NONE;
		if (UPPER(at) != UPPER(h))
			continue;
		owner = &o->zone->owner[(uint32_t)at - 1];
		if (owner->len == len && memcmp(owner->name, name, len) == 0)
			return (uint32_t)at - 1;
	}
	return zone_find(o->zone, name);
}
