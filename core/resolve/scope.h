/*
 * Inside collateral: which names a change can reach. A candidate is a name to
 * compare; a region is an alias, or all at and below one, whose answers may
 * have changed and whose own aliases are therefore candidates too. Both may be
 * too many, never too few.
 */
#ifndef RESOLVE_SCOPE_H
#define RESOLVE_SCOPE_H

#include "../base/hash.h"
#include "collateral.h"

struct cause {
	const struct collateral_zone *zone;
	const struct diff_change *change; /* NULL: the whole zone */
};

struct candidate {
	const uint8_t *name;
	const uint8_t *key;
	uint16_t key_len;
	uint16_t view; /* index */
	bool direct;   /* not by way of an alias */
	struct cause cause;
};

struct region {
	const uint8_t *name;
	uint16_t view;
	bool below;
	struct cause cause;
};

struct scope_view {
	const char *name;
	uint16_t *chain; /* itself, then what it falls back to */
	uint16_t nchain;
};

struct scope {
	const struct collateral_args *args;
	struct arena *arena;
	struct error *e;
	struct scope_view *view;
	size_t nviews;
	struct alias_index *aliases; /* of the changed zones */
	struct candidate *candidate;
	size_t ncandidates, candidate_cap;
	struct region *region;
	size_t nregions, region_cap;
	struct hash_table *seen_candidates, *seen_regions;
	bool second; /* pass: along aliases */
};

/* Everything the changes reach: fills the candidates, in order of view and
 * name. 0, or -1 with E set. Free in either case. */
int scope_fill(struct scope *, const struct collateral_args *, struct error *);
void scope_free(struct scope *);

/* Zone SIDE (0 old, 1 new) of VIEW with the closest apex at or above NAME,
 * loaded: 1 with *OUT, 0 there is none, -1 with E set. */
int scope_zone(struct scope *, int side, uint16_t view, const uint8_t *name,
    const struct zone **out);

/* scope_views.c: the views and their chains. */
int scope_views(struct scope *);
int scope_view_index(const struct scope *, const char *name);
/* Position of view W in the chain of V, or -1. */
int scope_view_rank(const struct scope *, uint16_t v, uint16_t w);

/* scope_change.c: what the changes of one zone reach directly; in the second
 * pass, back along aliases. */
int scope_changed_zone(struct scope *, const struct collateral_zone *);

/* scope_alias.c: the aliases of NAME, or of all at and below it, are candidates
 * and regions; then the same for those regions, until there is nothing new. */
int scope_touch(struct scope *, uint16_t view, const uint8_t *name, bool below,
    struct cause);
int scope_aliases(struct scope *);

/* For the parts of scope: no duplicates are kept. 0, or -1 with E set. */
int scope_add_candidate(
    struct scope *, uint16_t view, const uint8_t *name, struct cause);
/* NAME and the names below it that do not exist. */
int scope_add_node(
    struct scope *, uint16_t view, const uint8_t *name, struct cause);
/* Every name of the zone at and below TOP, empty non-terminals included. */
int scope_walk(struct scope *, uint16_t view, const struct zone *,
    const uint8_t *top, struct cause);
int scope_add_region(struct scope *, uint16_t view, const uint8_t *name,
    bool below, struct cause);

/* Is it the first time that all below NAME is touched, or walked in this zone?
 * 1, 0, or -1 with E set. */
int scope_first_touch(struct scope *, uint16_t view, const uint8_t *name);
int scope_first_walk(
    struct scope *, uint16_t view, const uint8_t *name, const struct zone *);

#endif
