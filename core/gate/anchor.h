/* Trust anchors from a file of DS or DNSKEY records, as people keep them. */
#ifndef GATE_ANCHOR_H
#define GATE_ANCHOR_H

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/vec.h"
#include "../dnssec/dnssec.h"

struct anchors {
	struct arena *arena;
	struct vec names;  /* const uint8_t * */
	struct vec items;  /* struct dnssec_anchor, in the same order */
	struct vec chosen; /* of the last anchors_of() */
};

/*
 * Read the file PATH: master-file lines with absolute owners, TTL and class
 * optional, as dnssec-dsfromkey, BIND's .key files and unbound's anchors have
 * them. 0, or -1 with E set (and its line); anchors_free() either way.
 */
int anchors_load(struct anchors *, const char *path, struct error *e);

/* The anchors of the zone APEX: N of them, valid until the next call. */
const struct dnssec_anchor *anchors_of(
    struct anchors *, const uint8_t *apex, size_t *n);

void anchors_free(struct anchors *);

#endif
