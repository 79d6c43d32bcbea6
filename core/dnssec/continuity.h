/*
 * Steps between two versions of a signed zone. Each version may be valid alone
 * and the step from one to the other still break validators: what caches hold
 * of the old version (DS, DNSKEY RRset, signatures) is combined with what
 * servers say now. Here the versions are reduced to what such combinations
 * depend on, and compared (RFC 6781 §4.1, RFC 7583, RFC 6840 §5.11). Pure:
 * neither clock nor files.
 */
#ifndef DNSSEC_CONTINUITY_H
#define DNSSEC_CONTINUITY_H

#include "../zone/zone.h"

enum {
	/* More of it and nothing can be said: see overflow. */
	CONTINUITY_KEYS_MAX = 32,
	CONTINUITY_SIGNERS_MAX = 32,
	CONTINUITY_SETS_MAX = 128,
	CONTINUITY_LINKS_MAX = 32,
	CONTINUITY_NS_MAX = 64,
	/* Caches keep nothing for longer (RFC 8767 §4), in seconds. */
	CONTINUITY_TTL_MAX = 7 * 86400,
};

struct continuity_key {
	const uint8_t *rdata; /* of the DNSKEY */
	uint16_t rdlen;
	uint16_t flags;
	uint16_t tag;
	uint8_t algorithm;
	bool signs_keys; /* there is a signature by it over the DNSKEY RRset */
};

/* By whom a signature says it was made. */
struct continuity_signer {
	uint16_t tag;
	uint8_t algorithm;
};

/* RRsets that are signed alike: by which signers, and the longest TTL. */
struct continuity_set {
	uint32_t signers; /* bit I: signer[I] */
	uint32_t ttl;
};

/* What names a key: DS or CDS RDATA, or CDNSKEY RDATA. */
struct continuity_link {
	const uint8_t *rdata;
	uint16_t len;
	bool is_key;
};

/* One version of the zone, for as long as it was published. */
struct continuity_state {
	const char *commit; /* short id; NULL: the proposal, or unknown */
	int64_t since;      /* when it was first published; 0: ever so far */
	bool exact;         /* SINCE is the server's time, not a committer's */
	/* Until when it was published; state 0: does not count. */
	int64_t until;
	struct continuity_key key[CONTINUITY_KEYS_MAX];
	uint32_t nkeys, key_ttl;
	struct continuity_signer signer[CONTINUITY_SIGNERS_MAX];
	uint32_t nsigners;
	struct continuity_set set[CONTINUITY_SETS_MAX]; /* sorted */
	uint32_t nsets;
	struct continuity_link ds[CONTINUITY_LINKS_MAX]; /* at the parent */
	uint32_t nds, ds_ttl;
	bool ds_known; /* somebody said what the parent has */
	struct continuity_link asked[CONTINUITY_LINKS_MAX]; /* CDS, CDNSKEY */
	uint32_t nasked;
	const uint8_t *ns[CONTINUITY_NS_MAX];
	uint32_t nns, ns_ttl;
	bool by_policy; /* its DS are a guess, before the policy changed */
	bool overflow;  /* the bounds were too small for it */
};

/*
 * Reduce ZONE to a state; its bytes are copied to ARENA. DS are left out:
 * continuity_add_ds(). 0, or -1 without memory.
 */
int continuity_read(
    struct continuity_state *, const struct zone *zone, struct arena *);

/* Add one DS at the parent. 0, or -1 without memory. */
int continuity_add_ds(struct continuity_state *, const uint8_t *rdata,
    size_t len, uint32_t ttl, struct arena *);

/* Would caches filled from A and from B be the same? */
bool continuity_same(
    const struct continuity_state *a, const struct continuity_state *b);

enum continuity_kind {
	CONTINUITY_DS_OLD,   /* cached DS name no key that signs the new keys */
	CONTINUITY_DS_NEW,   /* new DS name none of the cached keys */
	CONTINUITY_SIGS_NEW, /* new signatures are by none of the cached keys */
	CONTINUITY_SIGS_OLD, /* cached signatures are by none of the new keys */
	CONTINUITY_ASKED,    /* CDS ask for DS as in CONTINUITY_DS_NEW */
	CONTINUITY_KINDS,
};

struct continuity_conflict {
	enum continuity_kind kind;
	/* A way is left for validators that are content with any algorithm. */
	bool algorithm_only;
	/* State whose leftovers are in the way: 1 is what is published now, so
	 * that waiting does not help; a step is missing. */
	uint32_t state;
	int64_t safe; /* when they are gone; state 1: if they went now */
	uint32_t ttl; /* of what is in the way */
	/* The key that is missing on one side. */
	uint16_t tag;
	uint8_t algorithm;
};

struct continuity_when {
	int64_t now;
	uint32_t propagation; /* seconds until every server has a change */
};

/* When nothing of state I is left in caches: its DNSKEY RRset, its DS, its
 * signatures. I counts from 1; 1 itself would have to end now. */
int64_t continuity_keys_end(const struct continuity_state *, uint32_t i,
    const struct continuity_when *);
int64_t continuity_ds_end(const struct continuity_state *, uint32_t i,
    const struct continuity_when *);

/*
 * What stands against publishing STATE[0], of the zone at APEX, at WHEN, the
 * most lasting leftover of each kind: at most CONTINUITY_KINDS conflicts in
 * OUT, their number is returned. STATE[1] is published now, older ones follow,
 * newest first. What was broken before and gets no worse is no conflict.
 */
size_t continuity_find(const struct continuity_state *state, size_t n,
    const uint8_t *apex, const struct continuity_when *,
    struct continuity_conflict out[CONTINUITY_KINDS]);

/* The key of STATE with this RDATA, or NULL. */
const struct continuity_key *continuity_key_find(
    const struct continuity_state *, const uint8_t *rdata, size_t len);

/* Does KEY sign anything but the DNSKEY RRset in the state it is of? */
bool continuity_signs_data(
    const struct continuity_state *, const struct continuity_key *);

/* Can this key validate signatures: a zone key, not revoked? */
bool continuity_key_usable(const struct continuity_key *);

#endif
