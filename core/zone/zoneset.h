/*
 * All zones of one revision, loaded only when asked for. Entries are
 * (view, apex, path); lookups find the closest enclosing zone of a view.
 */
#ifndef ZONE_ZONESET_H
#define ZONE_ZONESET_H

#include "load.h"

struct zoneset;

struct zoneset_entry {
	const uint8_t *apex;
	const char *view; /* "" when the policy knows no views */
	const char *path;
	const void *tag;   /* the caller's: which policy entry covers it */
	struct zone *zone; /* NULL until loaded */
	bool failed;       /* loading could not run */
};

/* A set reading from SOURCE (borrowed). NULL without memory. */
struct zoneset *zoneset_new(
    struct source *, enum zone_dialect, const struct zone_limits *);
void zoneset_free(struct zoneset *);

/* Add an entry (strings copied). 0; 1 when (view, apex) is already covered by
 * another path, which is then returned in *OTHER; -1 without memory. */
int zoneset_add(struct zoneset *, const uint8_t *apex, const char *view,
    const char *path, const void *tag, const char **other);

uint32_t zoneset_count(const struct zoneset *);
const struct zoneset_entry *zoneset_entry(const struct zoneset *, uint32_t i);

/* Entry of exactly this zone, or ZONE_NONE. */
uint32_t zoneset_find(
    const struct zoneset *, const char *view, const uint8_t *apex);

/* Entry with the longest apex at or above NAME, or ZONE_NONE. */
uint32_t zoneset_closest(
    const struct zoneset *, const char *view, const uint8_t *name);

/*
 * The zone of entry I, loaded now if it was not. NULL with E set if it cannot
 * be loaded. Syntax findings go to FS (may be NULL) on the first load only.
 * Not for several threads at once.
 */
const struct zone *zoneset_zone(
    struct zoneset *, uint32_t i, struct findings *fs, struct error *e);

/* Take ZONE (owned from now on) as the contents of entry I. */
void zoneset_put(struct zoneset *, uint32_t i, struct zone *zone);

#endif
