/* From the fields of a record to its RDATA, and what of it is read alike. */
#ifndef ZONE_RDATA_CHECK_H
#define ZONE_RDATA_CHECK_H

#include "load_int.h"

/*
 * Parse the record whose type is TYPE and whose RDATA fields are [RDATA, END).
 * 0 with OUT set (valid until the next call); 1 after reporting; -1 with L->e
 * set.
 */
int rdata_read(struct loader *l, const struct lex_entry *e,
    const struct lex_token *type, const struct lex_token *rdata,
    const struct lex_token *end, struct rdata_out *out);

#endif
