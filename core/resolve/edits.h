/* Inside collateral: what the diffs of all changed zones say about a name. */
#ifndef RESOLVE_EDITS_H
#define RESOLVE_EDITS_H

#include "scope.h"

struct edits {
	struct scope *s;
	struct hash_table *zones; /* (view, apex) to its number */
};

enum {
	EDIT_CHANGED = 1, /* in a zone that stays */
	EDIT_ADDED = 2,   /* with its whole zone */
	EDIT_REMOVED = 4,
};

/* 0, or -1 without memory. */
int edits_init(struct edits *, struct scope *);
void edits_free(struct edits *);

/* Was (NAME, TYPE), or a CNAME at NAME, edited in any zone that VIEW may ask?
 * EDIT_* bits. */
unsigned edits_of(
    const struct edits *, uint16_t view, const uint8_t *name, uint16_t type);

/*
 * The change behind a different answer at NAME, other than names beginning or
 * ceasing to exist: at the name itself, a cut or DNAME above it, a wildcard, a
 * whole zone. False when none is found.
 */
bool edits_cause(const struct edits *, uint16_t view, const uint8_t *name,
    uint16_t type, struct cause *out);

#endif
