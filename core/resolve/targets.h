/*
 * Where an answer sends clients in the end: the addresses, and every name on
 * the way to them. NS, MX, SRV, PTR, CNAME, SVCB and HTTPS (RFC 9460), NAPTR
 * (RFC 3403) and URI (RFC 7553) are followed to A and AAAA over the zones of
 * the view. What clients may use is collected, not what one client would pick:
 * all records whatever their priority, address hints, glue. In SVCB's AliasMode
 * the target's own records of the type are followed, and its addresses, because
 * clients try those last (RFC 9460 §3).
 */
#ifndef RESOLVE_TARGETS_H
#define RESOLVE_TARGETS_H

#include "resolve.h"

/* Questions asked for one answer; more mark the result incomplete. */
#define TARGETS_MAX_QUESTIONS 4096

enum target_origin {
	TARGET_RECORD, /* an A or AAAA record of an answer */
	TARGET_GLUE,   /* an A or AAAA record below a cut, for an NS */
	TARGET_HINT,   /* ipv4hint or ipv6hint */
	TARGET_URI,    /* an address literal in a URI */
};

struct target_address {
	uint8_t addr[16];
	uint8_t len; /* 4 or 16 */
	/* an address that hints give and records too is a record's */
	enum target_origin origin;
	const uint8_t *name; /* whose address it is */
	const struct zone *zone;
	const struct zone_rr *rr; /* that gave it */
};

struct target_name {
	const uint8_t *name;
	const struct zone *zone;
	const struct zone_rr *rr; /* that gave it; DNAME: by substitution */
	uint16_t port;            /* of SRV, SVCB, HTTPS, URI; 0: none */
	/* what it answers; NULL when only another name's alias leads here */
	const struct resolve_answer *a, *aaaa;
};

/* A record that no client can follow, or nobody can say where it leads. */
struct target_fault {
	const struct zone *zone;
	const struct zone_rr *rr;
	const char *why; /* static */
};

/* A record on a way, aliases and glue included. */
struct target_link {
	const struct zone *zone;
	const struct zone_rr *rr;
};

struct targets {
	const struct target_address *address; /* each once */
	size_t naddresses;
	const struct target_name *name; /* each once, the name asked not */
	size_t nnames;
	const struct target_fault *fault;
	size_t nfaults;
	const struct target_link *link; /* each once; all there are */
	size_t nlinks;
	/* Not everything was followed: TARGETS_MAX_QUESTIONS. No verdict may
	 * be good then. */
	bool incomplete;
	uint32_t ttl; /* smallest on any way to an address */
};

/*
 * Follow ANSWER, which came from the same SET and POLICY. The names of its
 * alias chain are part of the result, whatever the outcome. A referral has
 * targets when NS was asked: the servers at the cut. Lives in ARENA, borrows
 * from the zones. 0, or -1 with E set as resolve().
 */
int targets_of_answer(struct targets **out, struct zoneset *set,
    const struct policy *, const struct resolve_answer *answer,
    struct arena *arena, struct error *e);

/* Follow one RRset of ZONE in VIEW; OWNER is the name it answers for. */
int targets_of_rrset(struct targets **out, struct zoneset *set,
    const struct policy *, const char *view, const struct zone *zone,
    const struct zone_rrset *rrset, const uint8_t *owner, struct arena *arena,
    struct error *e);

#endif
