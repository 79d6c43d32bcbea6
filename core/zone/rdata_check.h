/*
 * From the fields of a record to its RDATA, and what of it BIND or NSD read
 * otherwise than Knot, whose parser we use, or refuse. Each check was found by
 * trying it on the servers: docs/dialect.md has the table.
 */
#ifndef ZONE_RDATA_CHECK_H
#define ZONE_RDATA_CHECK_H

#include "../dns/rrtype.h"
#include "load_int.h"

/* The fields of one record on their way to its RDATA. */
struct rdata_fields {
	struct loader *l;
	const struct lex_entry *e;
	const struct lex_token *type;
	const struct lex_token *rdata; /* first field */
	const struct lex_token *end;
};

/*
 * Parse the record. 0 with OUT set (valid until the next call); 1 after
 * reporting; -1 with L->e set.
 */
int rdata_read(const struct rdata_fields *, struct rdata_out *out);

/* What is wrong with a record, if anything. */
struct rdata_trouble {
	const char *why; /* NULL: nothing */
	const char *help;
	const struct lex_token *at;
};

/* Its octets, whatever the form they were written in. */
struct rdata_trouble rdata_check_wire(
    const struct rdata_fields *, const struct rdata_out *);

/* Its text, for records that are not in RFC 3597 form. */
struct rdata_trouble rdata_check_text(
    const struct rdata_fields *, const struct rdata_out *);

/* Its words one by one; part of rdata_check_text(). */
struct rdata_trouble rdata_check_words(
    const struct rdata_fields *, const struct rdata_out *);

/* ---- how the checks are written ----------------------------------------- */

enum {
	BIND = 1 << ZONE_DIALECT_BIND,
	NSD = 1 << ZONE_DIALECT_NSD,
	KNOT = 1 << ZONE_DIALECT_KNOT,
};

/* Types without a name in rrtype.h. */
enum {
	TYPE_HINFO = 13,
	TYPE_KEY = 25,
	TYPE_LOC = 29,
	TYPE_CERT = 37,
	TYPE_IPSECKEY = 45,
	TYPE_DHCID = 49,
	TYPE_OPENPGPKEY = 61,
	TYPE_CSYNC = 62,
	TYPE_SPF = 99,
};

struct rdata_record {
	const uint8_t *data;
	size_t len;
	const struct lex_token *field;
	size_t nfields;
	const uint8_t *owner; /* NULL: unknown */
	const uint8_t *apex;
};

struct rdata_rule {
	uint16_t type;       /* 0: any */
	unsigned refused_by; /* dialects besides common in which it counts */
	bool (*good)(const struct rdata_record *);
	const char *why;
	const char *help;
};

/* Is there no rule about TYPE? Most records of most zones. */
static inline bool
rdata_is_free(uint16_t type)
{
	return type == RRTYPE_CNAME || type == RRTYPE_PTR ||
	       type == RRTYPE_MX || type == RRTYPE_TXT || type == RRTYPE_SRV;
}

/* The first of N rules that the record breaks. */
struct rdata_trouble rdata_run(const struct rdata_rule *, size_t n,
    const struct rdata_fields *, const struct rdata_out *);

/* NAPTR's regular expression: NULL, or why BIND may refuse it. */
const char *naptr_check(const uint8_t *regexp, size_t len);

#endif
