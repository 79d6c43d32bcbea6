/*
 * Two zones into RRset changes, in canonical order. Records that only moved
 * between files or lines are no change; the SOA stands apart.
 */
#ifndef DIFF_DIFF_H
#define DIFF_DIFF_H

#include "../zone/zone.h"

enum diff_kind {
	DIFF_ADDED,
	DIFF_REMOVED,
	DIFF_RDATA, /* records differ (the TTL may, too) */
	DIFF_TTL,   /* only the TTL differs */
};

struct diff_change {
	enum diff_kind kind;
	uint16_t type;
	const uint8_t *name;
	const struct zone_rrset *old; /* NULL when added */
	const struct zone_rrset *new; /* NULL when removed */
};

struct diff {
	struct diff_change *change; /* without the SOA */
	size_t n;
	const struct zone *old, *new;    /* NULL: the zone did not exist */
	bool soa_changed;                /* anything in it */
	bool soa_only_serial;            /* nothing but its serial */
	uint32_t serial_old, serial_new; /* 0 without SOA */
	bool content_changed; /* any change, or SOA beyond the serial */
	/* records, SOA and records that signing makes (RRSIG, NSEC, NSEC3) left
	 * out, so that a re-signed zone is no mass change. A record whose RDATA
	 * or TTL was replaced inside an RRset is changed, not added and removed
	 */
	uint32_t added, removed, changed;
	uint32_t total_old, total_new;
};

/* Compare; either zone may be NULL, not both. Zones are borrowed. 0, or -1
 * without memory. Linear in the number of RRsets. */
int diff_zones(struct diff **out, const struct zone *old,
    const struct zone *new, struct error *e);
void diff_free(struct diff *);

/* "added", "removed", "rdata", "ttl": the JSON report's "kind". */
const char *diff_kind_text(enum diff_kind);

/* Is A before B in serial number arithmetic (RFC 1982)? */
bool diff_serial_less(uint32_t a, uint32_t b);

#endif
