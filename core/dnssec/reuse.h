/*
 * Signatures of an earlier signing that still hold. Whether they verify is for
 * the validator, which sees them all.
 */
#ifndef DNSSEC_REUSE_H
#define DNSSEC_REUSE_H

#include "keys.h"

struct reuse {
	const struct zone *old; /* signed earlier; NULL: nothing is reused */
	bool known[DNSSEC_KEYS_MAX]; /* keys it published, too */
	int64_t now;
	uint32_t refresh; /* seconds that must be left */
};

/* An RRset as it will be published. */
struct reuse_set {
	const uint8_t *name;
	uint32_t ttl;
	uint16_t type;
	uint32_t count;
	/* Record I in canonical order. */
	const uint8_t *(*rdata)(const void *ctx, uint32_t i, uint16_t *len);
	const void *ctx;
};

/* What of OLD can be used by the keys; OLD may be NULL. */
void reuse_init(struct reuse *, const struct zone *old,
    const struct dnssec_keys *, int64_t now, uint32_t refresh);

/*
 * RRSIG RDATA of OLD over the very RRset, by key number KEY, that is valid now
 * and for longer than the refresh time; NULL: sign it anew. OWNER is OLD's
 * owner index of the name, or ZONE_NONE.
 */
const uint8_t *reuse_find(const struct reuse *, uint32_t owner,
    const struct reuse_set *, const struct dnssec_keys *, unsigned key,
    uint16_t *len);

#endif
