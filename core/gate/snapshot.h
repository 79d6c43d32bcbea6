/* One revision as the policy sees it: which files are zones, of which view. */
#ifndef GATE_SNAPSHOT_H
#define GATE_SNAPSHOT_H

#include "../base/vec.h"
#include "../policy/policy.h"
#include "../source/source.h"
#include "../zone/zoneset.h"

struct snapshot {
	struct arena *arena;
	struct source *source;
	const struct policy *policy;
	struct zoneset *set;
	struct vec problems; /* struct evidence_path */
};

/*
 * Sort the files of SOURCE (owned from now on, also on failure) by POLICY
 * (borrowed). Zone paths that are no plain files, that no name can be read
 * from, or that are a second file for one zone become problems. 0, or -1 with E
 * set.
 */
int snapshot_open(struct snapshot **out, struct source *source,
    const struct policy *policy, struct error *e);

/* The same for a single zone file: --zone and --view say what it is. */
int snapshot_open_one(struct snapshot **out, struct source *source,
    const struct policy *policy, const char *path, const uint8_t *apex,
    const char *view, const struct policy_zone *entry, struct error *e);

void snapshot_free(struct snapshot *);

/* Entry of the zone whose file is PATH, or ZONE_NONE. */
uint32_t snapshot_zone_of(struct snapshot *, const char *path);

/* Is PATH covered by a zones entry of the policy? */
bool snapshot_covers(const struct snapshot *, const char *path);

/* Dialect and limits of the policy, as the zone room names them. */
enum zone_dialect snapshot_dialect(const struct policy *);
struct zone_limits snapshot_limits(const struct policy *);

#endif
