/* What the rules about steps between versions of a signed zone share. */
#ifndef RULES_CHAIN_H
#define RULES_CHAIN_H

#include "check.h"

/*
 * A finding of rule ID about chain C, placed at its keys where the zone itself
 * is judged, else at its DS in the parent. Never NULL.
 */
struct finding *chain_report(const struct evidence *,
    const struct evidence_chain *, const char *id, struct findings *,
    const char *message);

/* Now, and how long servers take. */
struct continuity_when chain_when(
    const struct evidence *, const struct evidence_chain *);

/* The chain of a judged zone, or NULL: nothing about its keys changes. */
const struct evidence_chain *chain_of(
    const struct evidence *, const struct evidence_zone *);

/* "2026-11-24T13:26:57Z" */
const char *chain_time(struct findings *, int64_t t);

/*
 * "it was replaced by commit 1f3c9a2 of 2026-06-01T11:00:00Z, and caches keep
 * it for 3600 seconds": what holds state I back. WHAT: "the DNSKEY RRset
 * without it".
 */
const char *chain_left(struct findings *, const struct evidence_chain *,
    uint32_t i, const char *what, uint32_t ttl);

#endif
