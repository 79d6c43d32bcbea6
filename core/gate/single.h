/* One zone file named on the command line, outside any policy's "zones:". */
#ifndef GATE_SINGLE_H
#define GATE_SINGLE_H

#include "../policy/policy.h"
#include "../source/repo.h"
#include "../source/source.h"
#include "../zone/load.h"
#include "gate.h"

struct single {
	struct repo *repo; /* NULL: a file outside git */
	struct source *source;
	struct arena *arena;
	const char *name;   /* as the user wrote it */
	const char *prefix; /* what the source's paths lack: "/srv/", or "" */
	const char *path;   /* inside the source */
	uint8_t apex[255];
};

/*
 * Open NAME: a file, or REV:PATH in the repository of the options when there is
 * no such file. The zone is ZONE if given, else guessed (guess.h). Includes are
 * found below the current directory, the file's own when NAME leads out of it,
 * or in the tree of REV. 0, or -1 with E set; single_close() either way.
 */
int single_open(struct single *, const struct gate_options *, const char *name,
    const char *zone, struct error *e);
void single_close(struct single *);

/*
 * Load it in the dialect and under the limits of POLICY. Findings get the zone
 * and the file's name as the user wrote it. 0 with *OUT set (perhaps broken),
 * or -1.
 */
int single_load(struct zone **out, const struct single *, const struct policy *,
    struct findings *fs, struct error *e);

/* The same for findings about the zone that came later, from FROM on. */
void single_name_findings(
    const struct single *, struct findings *fs, size_t from);

/* SHA-384 of the zone (zone_digest()) in hexadecimal, in the arena of FS; NULL
 * without memory. */
const char *single_digest(const struct zone *, struct findings *fs);

/*
 * The policy for a command on single files: --policy, or the defaults. 0; 1
 * when it has faults (in FAULTS); -1 with E set. policy_free() it.
 */
int single_policy(struct policy **out, const struct gate_options *,
    struct findings *faults, struct error *e);

#endif
