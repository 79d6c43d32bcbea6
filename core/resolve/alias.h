/*
 * Which names are led to a name by CNAME or DNAME: the way back along alias
 * chains. Built from the zones the caller adds.
 */
#ifndef RESOLVE_ALIAS_H
#define RESOLVE_ALIAS_H

#include "../zone/zone.h"

struct alias {
	const char *view;
	const struct zone *zone; /* or NULL: not loaded */
	const uint8_t *apex;     /* of the zone */
	const uint8_t *owner;
	const uint8_t *target;
	const uint8_t *key; /* name_key() of the target */
	uint16_t key_len;
	bool dname;
};

struct alias_index;

/* An empty index, or NULL without memory. */
struct alias_index *alias_index_new(void);
void alias_index_free(struct alias_index *);

/* Add every CNAME and DNAME of the zone, which must outlive the index, as must
 * VIEW. 0, or -1 without memory. */
int alias_index_add(
    struct alias_index *, const char *view, const struct zone *);

/*
 * Add one alias of a zone that is not loaded: view, apex, owner, target and
 * dname of A. The names are copied; the view and the apex must outlive the
 * index. 0, or -1 without memory.
 */
int alias_index_add_one(struct alias_index *, const struct alias *a);

/* How many of them are DNAMEs. */
size_t alias_index_dnames(const struct alias_index *);

/*
 * Call FN for each alias of VIEW whose target is NAME, or with BELOW at or
 * below it, until FN returns other than 0; returns that, or 0. Not for several
 * threads at once: the first search after an addition sorts.
 */
int alias_index_find(struct alias_index *, const char *view,
    const uint8_t *name, bool below, int (*fn)(void *ctx, const struct alias *),
    void *ctx);

#endif
