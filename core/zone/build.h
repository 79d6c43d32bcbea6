/* Between the files that build a flat zone. */
#ifndef ZONE_BUILD_H
#define ZONE_BUILD_H

#include "../dns/name.h"
#include "zone.h"

/* Neighbouring records of one owner. */
struct run {
	const uint8_t *name; /* followed by key length (2 octets) and key */
	uint64_t prefix;     /* first octets of the key behind the apex's */
	uint32_t id;         /* place in file order */
	uint8_t len;
};

struct zone_builder {
	struct arena *arena;
	struct zone_limits limits;
	uint8_t apex[NAME_MAX_LEN];
	size_t apex_key_len;
	struct zone_file *file;
	uint32_t nfiles;
	struct zone_rr *rr;
	size_t nrrs, rr_cap;
	struct run *run;
	size_t nruns, run_cap;
	uint8_t *rdata;
	size_t rdata_len, rdata_cap;
	bool unsorted;
};

/* The sort key behind the run's name. */
const uint8_t *build_run_key(const struct run *, size_t *len);

/* Canonical order of the names, then file order: for qsort(). */
int build_run_compare(const void *, const void *);

/* order.c: owners from runs, records grouped by owner; the runs are used up.
 * *OWNER is malloc'ed. 0, or -1 without memory. */
int build_owners(struct zone_builder *, struct zone_owner **owner, uint32_t *n);

/* Order of two records of one owner by type, then canonical RDATA (RFC 4034
 * section 6.3); RDATA is the bytes their offsets point into. */
int build_rr_compare(const void *, const void *, void *rdata);

/* Sort the N records of one owner so; most are sorted already. */
void build_sort_owner(struct zone_rr *, size_t n, uint8_t *rdata);

/* Give back what doubling left over; a failure to shrink does no harm. */
void *build_shrink(void *, size_t n, size_t size);

#endif
