/* The drill inside the gate: which signatures hold, and when it is asked for.
 */
#ifndef GATE_DRILL_H
#define GATE_DRILL_H

#include "../drill/drill.h"
#include "common.h"

/* What drill_is_signed() knows; zeroed but for the first four. */
struct drill_signatures {
	const struct gate_options *options;
	struct zoneset *set;
	int64_t now;
	struct arena *arena;
	struct vec known; /* one struct a zone asked before */
	uint64_t records, signatures;
};

void drill_signatures_init(struct drill_signatures *,
    const struct gate_options *, struct zoneset *, struct arena *);
void drill_signatures_free(struct drill_signatures *);

/*
 * A drill_signed_fn: as the policy says of the zone, it is signed on trial and
 * validated, validated as it is (against DS, if there are any), or unsigned.
 */
int drill_is_signed(void *signatures, uint32_t entry, const struct zone *parent,
    const struct zone_rrset *ds, enum drill_signed *out, struct error *e);

/*
 * *OUT is set when git config NAME of REPO says true; what it was stays when it
 * says nothing or false. 0, or -1 with E set when nobody can say.
 */
int options_flag(bool *out, struct repo *, const char *name, struct error *e);

/*
 * The options of a check of REPO: with --drill too, if git config
 * zonegate.drill says so. 0, or -1 with E set when nobody can say.
 */
int drill_options(struct gate_options *out, const struct gate_options *,
    struct repo *, struct error *e);

#endif
