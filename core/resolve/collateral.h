/*
 * The answer diff for names nobody edited: what answers differently because of
 * a change elsewhere. A new or removed cut, DNAME, wildcard, empty non-terminal
 * or whole zone, or an edited name that others are an alias of.
 *
 * Which questions are looked at. Names: the owners of the zones of a view, old
 * and new, the empty non-terminals above them, and for each of these "*." in
 * front of it, which stands for all names below that do not exist; the names of
 * a fallback view where the question is answered from there, before or after.
 * Types: those that stand at the name, or at the wildcard that is used for it,
 * in the zone closest to it, before or after; where that is a CNAME, also the
 * types of collateral_alias_types. DS at an apex is that of the zone above.
 * Signatures, NSEC, NSEC3 and SOA are left out.
 *
 * Differently means: resolve_same() fails. Between nodata and nxdomain, and
 * between negative answers of other TTLs, nothing is told that matters here.
 *
 * Edited means: an RRset of this name and type, or a CNAME of this name, is in
 * the diff of a zone of the view (or its fallback views). In a zone that was
 * added or removed as a whole every RRset counts as edited, except where the
 * question had, or still has, an answer from another zone: there the zone
 * captured or released the name.
 *
 * Cost: the names of an unchanged zone are not walked, except those below the
 * apex of a zone that was added or removed (they are the answer). Aliases from
 * zones that did not change are found through ALIASES only.
 */
#ifndef RESOLVE_COLLATERAL_H
#define RESOLVE_COLLATERAL_H

#include "../diff/diff.h"
#include "alias.h"
#include "resolve.h"

/* One changed zone. DIFF's zones are those of the two sets. */
struct collateral_zone {
	const char *view;
	const struct diff *diff;
};

struct collateral_args {
	struct zoneset *old, *new;   /* either may be NULL: nothing is found */
	const struct policy *policy; /* falls-back-to; or NULL */
	const struct collateral_zone *zone;
	size_t nzones;
	/* Aliases of the zones that did not change, or NULL: then only
	 * aliases inside the changed zones are followed back. */
	struct alias_index *aliases;
	size_t limit; /* items kept; 0: all */
};

struct collateral_item {
	const char *view;
	const uint8_t *name;
	uint16_t type;
	const struct resolve_answer *before, *after;
	const struct collateral_zone *zone; /* whose change it was */
	const struct diff_change
	    *change; /* NULL: the whole zone came or went */
};

struct collateral {
	const struct collateral_item *item; /* by view, name, type */
	size_t n;
	size_t total; /* more than N where the limit cut */
};

/* Types asked of an alias besides those that stand there; ends with 0. */
extern const uint16_t collateral_alias_types[];

/*
 * Find them. Results live in ARENA and borrow from the zones. 0; or -1 with E
 * set without memory or when a zone on the way cannot be loaded or is broken.
 */
int collateral_find(struct collateral **out, const struct collateral_args *,
    struct arena *arena, struct error *e);

/* Append the cause: "zones/x.zone:12: NS of api.example.com. added". */
void collateral_cause_text(const struct collateral_item *, struct text *);

#endif
