/* Inside targets: the growing result, and the questions still to ask. */
#ifndef RESOLVE_COLLECT_H
#define RESOLVE_COLLECT_H

#include "../base/hash.h"
#include "targets.h"

struct question {
	const uint8_t *name;
	uint16_t type;
};

struct collect {
	struct arena *arena;
	struct targets *out;
	struct target_address *address;
	struct target_name *name;
	struct target_fault *fault;
	struct question *queue;
	struct target_link *link;
	size_t address_cap, name_cap, fault_cap, queue_cap, link_cap;
	size_t nqueue, next; /* asked up to NEXT */
	struct hash_table *addresses, *names, *asked, *links;
	bool failed; /* no memory */
};

/* The record under the eyes of a reader. */
struct record {
	const struct zone *zone;
	const struct zone_rr *rr;
	const uint8_t *data;
	size_t len;
	const uint8_t *owner; /* the name it answers for */
};

int collect_init(struct collect *, struct arena *);
void collect_free(struct collect *);

/* None of these fails loudly: c->failed is looked at once, at the end. */
void collect_address(struct collect *, const struct record *,
    enum target_origin, const uint8_t *addr, size_t len);

/* Note NAME (any case); its entry's index. */
size_t collect_name(struct collect *, const struct zone *,
    const struct zone_rr *, const uint8_t *name, uint16_t port);
void collect_fault(struct collect *, const struct record *, const char *why);

/* Note that RR of ZONE is on a way. */
void collect_link(
    struct collect *, const struct zone *, const struct zone_rr *rr);

/* Ask NAME for TYPE later, once. */
void collect_ask(struct collect *, const uint8_t *name, uint16_t type);

/* NAME was found with the outcome A for its addresses. */
void collect_outcome(struct collect *, const struct resolve_answer *a);

/* Note NAME and ask for its addresses; the root is no target. */
void collect_follow(struct collect *, const struct record *,
    const uint8_t *name, uint16_t port);

/* Read one record: addresses, names, questions. */
void collect_record(struct collect *, const struct record *);

#endif
