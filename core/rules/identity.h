/* What the rules about identity endpoints share. */
#ifndef RULES_IDENTITY_H
#define RULES_IDENTITY_H

#include "failover.h"

/*
 * What the new (or old) side answers in the view of G for a name beside the
 * protected one. NULL when there is no such side, or with *FAILED set when its
 * zones cannot say.
 */
const struct resolve_answer *identity_ask(const struct group *g, bool old,
    const uint8_t *name, uint16_t type, bool *failed);

/* Is there a service label (_443, _tcp, _acme-challenge) in NAME? */
bool identity_is_service(const uint8_t *name);

/* A finding of rule ID about NAME and TYPE, placed where A comes from. */
struct finding *identity_report(const struct group *g, const char *id,
    const uint8_t *name, uint16_t type, const struct resolve_answer *a,
    const char *message);

#endif
