/*
 * Signing and validating whole zones. ldns does the cryptography; what must be
 * signed, by whom, and what the denial chain must say is decided by walks of
 * the flat zone. Signer and validator share no state: the validator reads what
 * a server would load.
 */
#ifndef DNSSEC_DNSSEC_H
#define DNSSEC_DNSSEC_H

#include "../zone/zone.h"

enum dnssec_denial {
	DNSSEC_NSEC,
	DNSSEC_NSEC3,
	DNSSEC_NSEC3_OPTOUT,
};

struct dnssec_sign_params {
	int64_t now;
	uint32_t inception;  /* seconds before now, e.g. 3600 */
	uint32_t expiration; /* seconds after now, e.g. 14 days */
	enum dnssec_denial denial;
	unsigned jobs; /* threads; 0: as many as processors */
	/* Expirations are spread over so many seconds before their latest, by
	 * owner and type, so that not all of them come due at once. */
	uint32_t jitter;
	/* Signed before, or NULL: its signatures over RRsets that did not
	 * change are kept while more than REFRESH seconds are left. */
	const struct zone *reuse;
	uint32_t refresh;
	uint8_t zonemd; /* hash algorithm of a ZONEMD to add; 0: none */
	bool sync;      /* CDS and CDNSKEY of keys whose times ask for them */
	struct dnssec_sign_stats *stats; /* filled, or NULL */
};

struct dnssec_sign_stats {
	uint64_t made, reused; /* signatures */
};

struct dnssec_keys;
struct holder;

/*
 * Fresh keys of ALGORITHM (IANA number: 8, 10, 13, 14, 15, 16) for the zone at
 * APEX, a KSK and a ZSK, never written anywhere. 0, or -1 with E set.
 */
int dnssec_keys_trial(struct dnssec_keys **out, const uint8_t *apex,
    uint8_t algorithm, struct error *e);

/*
 * Add a key from a BIND key pair: its base name, .private or .key path. The
 * .key file gives owner and flags; the pair must match each other and APEX.
 */
int dnssec_keys_add_file(struct dnssec_keys **keys, const uint8_t *apex,
    const char *path, struct error *e);

/*
 * The keys of the zone at APEX that HOLDER has, as their timing metadata wants
 * them used at NOW (timing.h); only those that were asked for by one of N NAMES
 * (NULL: all). HOLDER stays the caller's and must outlive them. 0; or -1 with E
 * set when it has none for this zone, or none of them signs.
 */
int dnssec_keys_held(struct dnssec_keys **out, const uint8_t *apex,
    struct holder *holder, const char *const *name, size_t n, int64_t now,
    struct error *e);

void dnssec_keys_free(struct dnssec_keys *);

/*
 * Sign ZONE: strips RRSIG, NSEC, NSEC3, NSEC3PARAM and keeps DNSKEYs that are
 * published beside ours, but for those that our keys' times withdraw; adds the
 * keys' DNSKEY RRset, the denial chain and an RRSIG for every authoritative
 * RRset, and brings ZONEMD up to date. Trial keys
 * whose tag collides with a DNSKEY of the zone are replaced. The result is a
 * zone of its own, rebuilt from the bytes that were made; its records know the
 * lines they come from, so it borrows ZONE's files: free it first. 0, or -1
 * with E set.
 */
int dnssec_sign(struct zone **out, const struct zone *zone,
    const struct dnssec_keys *, const struct dnssec_sign_params *,
    struct error *e);

/* A trust anchor for the apex: a DS or a DNSKEY. */
struct dnssec_anchor {
	uint16_t type; /* RRTYPE_DS or RRTYPE_DNSKEY */
	const uint8_t *rdata;
	uint16_t rdlen;
};

struct dnssec_verify_params {
	int64_t now;
	const struct dnssec_anchor *anchor; /* none: the zone's own SEP keys */
	size_t nanchors;
	unsigned jobs;
	uint32_t findings_max; /* stop reporting after this many; 0: 1000 */
};

struct dnssec_result {
	bool is_signed;    /* a DNSKEY RRset at the apex */
	bool complete;     /* the walk came to its end */
	uint32_t rrsets;   /* authoritative RRsets */
	uint32_t verified; /* of them, with at least one good signature and no
			      bad one */
	uint32_t signatures;
	uint8_t algorithm[16];
	unsigned nalgorithms;
	int64_t expires; /* earliest expiration */
};

/*
 * Validate ZONE completely: keys and anchors, every authoritative RRset by
 * every algorithm (RFC 4035 §5, RFC 6840 §5.11), no signature that should not
 * be there, the whole NSEC or NSEC3 chain and every bitmap. Faults are findings
 * (rules dnssec-*). 0 with RESULT filled; -1 with E set if it could not run.
 */
int dnssec_verify(const struct zone *zone, const struct dnssec_verify_params *,
    struct dnssec_result *result, struct findings *fs, struct error *e);

/* Does the zone hold any record that only signed zones hold (DNSKEY, RRSIG,
 * NSEC, NSEC3, NSEC3PARAM)? */
bool dnssec_has_records(const struct zone *);

/* ---- what can be said of single records, for rules ----------------------- */

/* Key tag of DNSKEY RDATA (RFC 4034 appendix B). */
uint16_t dnssec_key_tag(const uint8_t *rdata, size_t len);

enum dnssec_ds_match {
	DNSSEC_DS_OTHER,   /* another key tag or algorithm */
	DNSSEC_DS_DIFFERS, /* the same, but the digest of another key */
	DNSSEC_DS_UNKNOWN, /* the same, by a digest that is not computed */
	DNSSEC_DS_MATCHES,
};

/*
 * Does DS (or CDS) RDATA name the key in DNSKEY RDATA of the zone at APEX?
 * Digests are SHA-256 and SHA-384; SHA-1 proves nothing (RFC 8624 §3.3). What
 * cannot be computed for want of memory differs.
 */
enum dnssec_ds_match dnssec_ds_match(const uint8_t *apex, const uint8_t *ds,
    size_t dslen, const uint8_t *key, size_t keylen);

struct dnssec_rsa {
	uint32_t bits; /* of the modulus */
	uint32_t exponent_bits;
	bool exponent_odd;
};

/* 1 with OUT filled for DNSKEY RDATA with an RSA key, -1 for a malformed one
 * (RFC 3110 §2), 0 for other algorithms. */
int dnssec_rsa_size(const uint8_t *rdata, size_t len, struct dnssec_rsa *out);

/* Octets of a signature by ALGORITHM; RSA: with the 2048 bits of a key that is
 * made here. 0: not supported. */
size_t dnssec_signature_size(uint8_t algorithm);

/*
 * Name of an algorithm that must not be signed with: "RSASHA1" (RFC 8624 §3.1,
 * RFC 9905, RFC 9906); "" for one that is not known here; NULL for those that
 * may be used.
 */
const char *dnssec_algorithm_refused(uint8_t algorithm);

/* "ECDSAP256SHA256" for 13 and back; NULL / 0 when unknown or unsupported. */
const char *dnssec_algorithm_text(uint8_t algorithm);
uint8_t dnssec_algorithm_parse(const char *text);

#endif
