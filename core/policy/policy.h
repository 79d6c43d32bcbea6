/*
 * The policy file: parsed, checked completely, then immutable. It comes from
 * the trusted side only (see gate). All strings and names live in the policy.
 * Names are lower-case wire form. Every entry remembers its line, so that a
 * finding can say which rule of whose policy it is about.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/finding.h"
#include "../base/hash.h"
#include "../base/text.h"

#define POLICY_FILE "zonegate.yaml"

enum policy_dialect {
	POLICY_DIALECT_COMMON,
	POLICY_DIALECT_BIND,
	POLICY_DIALECT_NSD,
	POLICY_DIALECT_KNOT,
};

enum policy_dnssec_mode {
	POLICY_DNSSEC_TRIAL,
	POLICY_DNSSEC_GATE,
	POLICY_DNSSEC_PRESIGNED,
	POLICY_DNSSEC_UNSIGNED,
};

enum policy_denial {
	POLICY_DENIAL_NSEC,
	POLICY_DENIAL_NSEC3,
	POLICY_DENIAL_NSEC3_OPTOUT,
};

struct policy_ds {
	uint16_t tag;
	uint8_t algorithm;
	uint8_t digest_type;
	const uint8_t *digest;
	uint16_t digest_len;
};

/* DNSKEY RDATA in wire form. */
struct policy_dnskey {
	const uint8_t *rdata;
	uint16_t len;
};

/* Another signer of the same zone (RFC 8901), and the keys it publishes. */
struct policy_signer {
	const char *name;
	const struct policy_dnskey *dnskey;
	size_t ndnskeys;
	uint32_t line;
};

/* Times are in seconds. */
struct policy_dnssec {
	enum policy_dnssec_mode mode; /* default trial */
	uint8_t algorithm;            /* IANA number; default 13 */
	enum policy_denial denial;
	const struct policy_ds *parent_ds;
	size_t nparent_ds;
	uint32_t ds_ttl;      /* of the DS at the parent; default 1 day */
	uint32_t propagation; /* until every server serves it; default 1 h */
	/* mode gate: base names of BIND keys in the server's key directory, or
	 * PKCS#11 URIs */
	const char *const *key;
	size_t nkeys;
	uint32_t validity; /* of a signature; default 14 days */
	uint32_t refresh;  /* renewed when less is left; default 7 days */
	uint32_t jitter;   /* spread of expirations; default 12 h */
	bool zonemd;       /* mode gate adds one */
	const struct policy_signer *signer; /* multi-signer: the others */
	size_t nsigners;
};

struct policy_zone {
	const char *path;    /* pattern with {view} and {zone}, or a path */
	const uint8_t *zone; /* explicit name, or NULL: from the path */
	const char *view;    /* explicit view, or NULL: from the path / "" */
	struct policy_dnssec dnssec;
	uint32_t line;
};

struct policy_view {
	const char *name;
	bool private_allowed;
	const char *falls_back_to; /* or NULL */
	uint32_t line;
};

/* An address block; IPv4 in 4 octets, IPv6 in 16. */
struct policy_net {
	uint8_t addr[16];
	uint8_t len;    /* 4 or 16 */
	uint8_t prefix; /* bits */
};

/* A name pattern: exact, or everything below ("*." in the policy). */
struct policy_pattern {
	const uint8_t *name; /* without the "*" */
	bool below;          /* one or more labels below NAME */
};

struct policy_target {
	const char *name;
	const char *owner; /* who may extend it, or NULL */
	const struct policy_net *net;
	size_t nnets;
	const struct policy_pattern *pattern;
	size_t npatterns;
	uint32_t line;
};

struct policy_require {
	uint32_t min_targets;       /* 0: not required */
	uint32_t distinct_networks; /* 0: not required */
	uint32_t max_ttl;           /* UINT32_MAX: not required */
	uint32_t min_ttl;           /* 0: not required */
	bool is_signed;
	bool caa;                     /* also where issuers are listed */
	const uint8_t *const *issuer; /* who may issue certificates */
	size_t nissuers;              /* 0: whoever CAA names */
	bool wildcard_denied;
};

struct policy_health {
	const char *url;     /* NULL: none */
	uint32_t tcp;        /* port to connect to, 0: none */
	uint32_t expect;     /* HTTP status */
	uint32_t latency_ms; /* most milliseconds to the answer, 0: any */
	const char *body;    /* must contain, or NULL */
};

/* A failover name or an identity endpoint. */
struct policy_protected {
	const uint8_t *name;
	const uint16_t *type; /* A and AAAA where the policy is silent */
	size_t ntypes;
	const char *view;  /* NULL: every view */
	const char *owner; /* or NULL */
	const struct policy_target *const *target;
	size_t ntargets;
	struct policy_require require;
	struct policy_health health;
	bool identity;
	uint32_t line;
};

/* A share or a number: limits.removed: 10% or 500. */
struct policy_share {
	bool set;
	bool percent;
	double value;
};

struct policy_limits {
	struct policy_share removed; /* records of the base zone */
	struct policy_share changed;
	uint32_t floor; /* smaller changes than this many records are fine */
	uint64_t zone_bytes;
	uint32_t records;
	uint32_t rrset_records;
	uint32_t ttl_min, ttl_max; /* for zone-ttl; 0: built in */
};

/* An OpenPGP key and whose it is; SSH keys are in the allowed-signers file. */
struct policy_pgp {
	const char *fingerprint; /* 40 or 64 hexadecimal digits, upper case */
	const char *principal;   /* who: the same word as for SSH keys */
	uint32_t line;
};

/* Who may override which findings with a push option, and for how long. */
struct policy_override {
	const char *const *signer; /* principals */
	size_t nsigners;           /* 0: nobody */
	const char *const *rule;
	size_t nrules;
	uint32_t duration; /* seconds until it must be resolved; default 4 h */
	uint32_t line;
};

#define POLICY_APPROVALS_SAME UINT32_MAX /* as many as for zones */

struct policy_change {
	const char *const *ref; /* patterns; none given: refs/heads/ * */
	size_t nrefs;
	bool policy_apart;
	const char *allowed_signers; /* or NULL */
	bool signed_commits;
	const char *openpgp_keyring; /* path of public keys, or NULL */
	const struct policy_pgp *pgp;
	size_t npgp;
	uint32_t approvals_zones, approvals_policy;
	/* lanes of their own, or POLICY_APPROVALS_SAME */
	uint32_t approvals_failover, approvals_keys;
	struct policy_override override;
	bool every_commit;
	bool allow_rewrite; /* non-fast-forward and deletion of guarded refs */
};

/* A server to ask, or a resolver. */
struct policy_server {
	const char *name;     /* how reports call it */
	struct policy_net at; /* its address; len 0: only a URL */
	uint32_t port;        /* default 53; 0 with a URL */
	const char *view;     /* NULL: every view */
	const uint8_t *zone;  /* serves this zone only; NULL: every one */
	const char *tsig;     /* name of a key on the server, or NULL */
	const char *url;      /* DNS over HTTPS (RFC 8484), or NULL */
	uint32_t line;
};

/* A trust anchor: DS or DNSKEY RDATA of a zone. */
struct policy_anchor {
	const uint8_t *zone;
	uint16_t type;
	const uint8_t *rdata;
	uint16_t len;
};

/* How live servers are asked. */
struct policy_live {
	const struct policy_server
	    *server; /* 0: NS and addresses of the zones */
	size_t nservers;
	const struct policy_server *resolver;
	size_t nresolvers;
	const struct policy_anchor *anchor;
	size_t nanchors;
	uint32_t timeout_ms; /* of one question; default 2000 */
	uint32_t deadline;   /* of a run, seconds; default 60 */
	uint32_t concurrent; /* at once; default 128 */
	const char *ca_file; /* PEM, NULL: the system's */
	uint32_t line;
};

struct policy_waiver {
	const char *rule;
	const uint8_t *zone; /* NULL: any */
	const uint8_t *name; /* NULL: any */
	const char *view;    /* NULL: any */
	const char *until;   /* "2027-03-01", as written */
	int64_t until_time; /* seconds since 1970 of the end of that day, UTC */
	const char *owner;
	const char *reason;
	uint32_t line;
};

struct policy_severity {
	const char *rule;
	enum severity severity;
	uint32_t line;
};

struct policy {
	struct arena *arena;
	const char *source; /* how reports call it: "zonegate.yaml@1f3c9a2" */
	char digest[HASH_HEX]; /* SHA-256 of the file */
	enum policy_dialect dialect;
	const struct policy_zone *zone;
	size_t nzones;
	const struct policy_view *view;
	size_t nviews;
	const struct policy_target *target;
	size_t ntargets;
	const struct policy_protected *protect; /* failover, then identity */
	size_t nprotects;
	const struct policy_pattern *nameserver;
	size_t nnameservers; /* 0: any */
	uint32_t nameserver_line;
	struct policy_limits limits;
	struct policy_change change;
	struct policy_live live;
	const struct policy_waiver *waiver;
	size_t nwaivers;
	const struct policy_severity *severity;
	size_t nseverities;
};

/* Is RULE a rule id, and may a policy lower it? The rule table answers. */
struct policy_rules {
	bool (*known)(const char *rule);
	bool (*fixed)(const char *rule);
	/* closest known id to RULE for "did you mean", or NULL */
	const char *(*closest)(const char *rule);
};

/*
 * Parse and check LEN bytes of YAML. NAME is how reports call the file. Every
 * fault goes to FAULTS as a finding of rule "policy" with place, excerpt and
 * help. 0 with *OUT set and no fault; 1 with at least one fault and *OUT NULL;
 * -1 with E set when the step could not run. RULES may be NULL: rule ids are
 * then not checked.
 */
int policy_parse(struct policy **out, const char *data, size_t len,
    const char *name, const struct policy_rules *rules, struct findings *faults,
    struct error *e);

/* Zones by default: no policy file at all (review without one). */
struct policy *policy_default(void);

void policy_free(struct policy *);

/* Append the merged, normalised policy as YAML that parses to the same. */
void policy_print(const struct policy *, struct text *);

/* Append it as one JSON object. */
void policy_print_json(const struct policy *, struct text *);

struct policy_match {
	const struct policy_zone *entry;
	uint8_t apex[255];
	char view[64];
};

/*
 * Which zone file PATH is: the first entry that covers it, explicit paths
 * before patterns. 1 covered; 0 not; -1 it has the form of a pattern, but
 * {zone} is no valid name or {view} is none of the policy's views, and no later
 * pattern fits: E says so.
 */
int policy_match_path(const struct policy *, const char *path,
    struct policy_match *out, struct error *e);

const struct policy_view *policy_view_find(
    const struct policy *, const char *name);

/* Is the protected name judged in VIEW? */
bool policy_protects_view(const struct policy_protected *, const char *view);

bool policy_name_matches(
    const struct policy_pattern *, size_t n, const uint8_t *name);

/*
 * Does one of the target lists hold the address (LEN 4 or 16)? IPv4-mapped,
 * IPv4-compatible, NAT64 (64:ff9b::/96) and 6to4 forms match as the IPv4
 * address they carry, never as IPv6. Returns the list, or NULL.
 */
const struct policy_target *policy_allows_address(
    const struct policy_protected *, const uint8_t *addr, size_t len);

/* The same for a name on the way. */
const struct policy_target *policy_allows_name(
    const struct policy_protected *, const uint8_t *name);

/* "edge-primary, edge-standby" */
void policy_target_names(const struct policy_protected *, struct text *);

/*
 * Is the address private or special: RFC 1918, 6598, loopback, link-local,
 * ULA, documentation excepted? Static name of its block, or NULL. IPv4 carried
 * in IPv6 is looked at too.
 */
const char *policy_private_block(const uint8_t *addr, size_t len);

/* The IPv4 address that an IPv6 one carries: mapped, compatible, NAT64, 6to4;
 * or NULL. */
const uint8_t *address_carried(const uint8_t addr[16]);

/* Is the address, as it is written, in the block? */
bool address_in(const struct policy_net *, const uint8_t *addr, size_t len);

/* Is the ref guarded by change-control? */
bool policy_guards_ref(const struct policy *, const char *ref);

/* What the policy says about RULE, or SEVERITY_DEFAULT. */
enum severity policy_severity_of(const struct policy *, const char *rule);

/*
 * Waiver for a finding at NOW: the first that covers rule, zone, view and name
 * and has not expired. NULL when none does; then *EXPIRED (may be NULL) is one
 * that would have, had it not expired.
 */
const struct policy_waiver *policy_waiver_find(const struct policy *,
    const struct finding *, int64_t now, const struct policy_waiver **expired);

#endif
