/* Inside of the policy room: how the tables of keys are written. */
#ifndef POLICY_TABLE_H
#define POLICY_TABLE_H

#include "schema.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEYS(a) .keys = (a), .nkeys = COUNT(a)
#define AT(s, f) offsetof(struct s, f)
#define TTL_MAX 0x7fffffffu /* RFC 2181 §8 */

extern const struct schema schema_dnssec;   /* table_dnssec.c */
extern const struct schema schema_change;   /* table_change.c */
extern const struct schema schema_waiver;   /* table_change.c */
extern const struct schema schema_severity; /* table_change.c */
extern const struct schema schema_live;     /* table_live.c */

#endif
