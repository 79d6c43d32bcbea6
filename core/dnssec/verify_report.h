/*
 * Findings of a validation. Several workers report into lists of their own, one
 * for each chunk of the zone, so that the result does not depend on who was
 * faster; the lists are capped together.
 */
#ifndef DNSSEC_VERIFY_REPORT_H
#define DNSSEC_VERIFY_REPORT_H

#include <pthread.h>

#include "../zone/zone.h"

enum verify_fault {
	FAULT_UNSIGNED,
	FAULT_BOGUS,
	FAULT_EXPIRED,
	FAULT_NOT_YET_VALID,
	FAULT_TTL,
	FAULT_CHAIN,
	FAULT_BITMAP,
	FAULT_ITERATIONS,
	FAULT_ALGORITHM,
	FAULT_INCOMPLETE,
	FAULT_COLLISION,
	FAULT_EXTRA,
	FAULT_COUNT,
};

struct verify_list {
	struct arena *arena; /* made with the first finding */
	struct findings fs;
	size_t max; /* findings to keep; the others are counted */
	size_t dropped[FAULT_COUNT];
	bool lost;
};

/* What a finding is about. */
struct verify_at {
	const struct zone *zone;
	uint32_t owner;           /* index, or ZONE_NONE for the apex */
	uint16_t type;            /* 0: none */
	const struct zone_rr *rr; /* where to point, or NULL: the owner */
};

void verify_add(struct verify_list *, enum verify_fault, struct verify_at,
    const char *help, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

void verify_list_free(struct verify_list *);

/* The lists of all chunks. */
struct verify_lists {
	struct verify_list *list;
	bool *done;
	size_t n;
	size_t max;
	pthread_mutex_t lock;
	size_t prefix; /* lists before this one are done */
	size_t kept;   /* findings in them */
};

/* 0, or -1 without memory. */
int verify_lists_init(struct verify_lists *, size_t n, size_t max);
void verify_lists_free(struct verify_lists *);

/* List I to report into; once enough findings come before it, it only counts.
 */
struct verify_list *verify_lists_begin(struct verify_lists *, size_t i);
void verify_lists_end(struct verify_lists *, size_t i);

/*
 * Move everything to FS in order: at most MAX findings, then one for each rule
 * that had more.
 */
void verify_lists_report(
    struct verify_lists *, const struct zone *, struct findings *fs);

#endif
