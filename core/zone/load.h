/* Master files (RFC 1035 §5) into flat zones; see docs/dialect.md. */
#ifndef ZONE_LOAD_H
#define ZONE_LOAD_H

#include "zone.h"

struct source;

enum zone_dialect {
	ZONE_DIALECT_COMMON, /* what BIND, NSD and Knot read alike */
	ZONE_DIALECT_BIND,
	ZONE_DIALECT_NSD,
	ZONE_DIALECT_KNOT,
};

struct zone_load_args {
	struct source *source;
	const char *path;    /* inside the source */
	const uint8_t *apex; /* wire form, lower case: the first $ORIGIN */
	enum zone_dialect dialect;
	const struct zone_limits *limits; /* NULL: the default */
};

/*
 * Read the zone at PATH. Every fault of the text is a finding (rules syntax-*)
 * with its place; the zone is then marked broken and holds what could be read.
 * 0 with *OUT set; -1 with E set when the step itself could not run (memory,
 * I/O, a limit reached).
 */
int zone_load(struct zone **out, const struct zone_load_args *,
    struct findings *fs, struct error *e);

/*
 * The paths PATH would include, without parsing records: every $INCLUDE of it
 * and, recursively, of the included files. Calls FN once for each path that
 * exists or not. For finding which zones a changed file belongs to. 0 or -1.
 */
int zone_includes(struct source *, const char *path,
    void (*fn)(void *ctx, const char *path), void *ctx, struct error *e);

#endif
