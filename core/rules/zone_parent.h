/* The parts of zone-parent-child. */
#ifndef RULES_ZONE_PARENT_H
#define RULES_ZONE_PARENT_H

#include "check.h"

/*
 * Glue for a server whose own zone is in the repository too, whichever
 * delegation it is for, and however many zones lie between: does that zone say
 * the same? Told about EZ, which holds the glue or the server.
 */
void zone_parent_glue(
    const struct evidence *, const struct evidence_zone *ez, struct findings *);

/* First record of RRSET of ZONE that OTHERS of OTHER does not hold, or NULL.
 * Either RRset may be NULL. */
const struct zone_rr *zone_parent_lacking(const struct zone *zone,
    const struct zone_rrset *rrset, const struct zone *other,
    const struct zone_rrset *others);

#endif
