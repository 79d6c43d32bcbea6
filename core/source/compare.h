/*
 * What differs between two sources, as paths.
 */
#ifndef SOURCE_COMPARE_H
#define SOURCE_COMPARE_H

#include <stddef.h>

#include "source.h"

struct source_change {
	const char *path;
	const struct source_entry *old; /* NULL: added */
	const struct source_entry *new; /* NULL: removed */
};

/*
 * The paths whose entry differs in kind, mode or content, in the order of
 * their bytes. OLD or NEW may be NULL: a tree without files. Two git entries
 * are compared by object id; where one side is a directory, the bytes are
 * read, and what cannot be compared (a link, a file past the limit) counts as
 * changed. The list is freed with free(), what it points to lives as long as
 * the sources. 0, -1 with E set.
 */
int source_compare(struct source *old, struct source *new,
    struct source_change **out, size_t *n, struct error *);

#endif
