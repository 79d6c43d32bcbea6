/*
 * The answer an authoritative lookup gives over all zones of a view at one
 * revision: RFC 1034 §4.3.2 with delegation cuts and descent into child zones
 * of the repository, DNAME (RFC 6672), wildcards and empty non-terminals (RFC
 * 4592), CNAME chains across zones, and falling back to another view.
 */
#ifndef RESOLVE_RESOLVE_H
#define RESOLVE_RESOLVE_H

#include "../policy/policy.h"
#include "../zone/zoneset.h"

enum resolve_outcome {
	RESOLVE_ANSWER,
	RESOLVE_NODATA,
	RESOLVE_NXDOMAIN,
	RESOLVE_REFERRAL,    /* ends at a cut whose child is not here */
	RESOLVE_LOOP,	     /* CNAME or DNAME loop, or over 16 steps */
	RESOLVE_LEAVES_REPO, /* a CNAME/DNAME target in no zone of the view */
};

enum resolve_step_kind {
	RESOLVE_STEP_ZONE,     /* looked up in this zone */
	RESOLVE_STEP_DESCEND,  /* a cut, then the child zone in this set */
	RESOLVE_STEP_CUT,      /* a cut, and the child is not here */
	RESOLVE_STEP_CNAME,
	RESOLVE_STEP_DNAME,
	RESOLVE_STEP_WILDCARD, /* synthesised from this owner */
	RESOLVE_STEP_FALLBACK, /* to another view */
	RESOLVE_STEP_RRSET,    /* the answer */
};

struct resolve_step {
	enum resolve_step_kind kind;
	const uint8_t *name; /* name looked up at this point */
	const struct zone *zone;
	const char *view;
	uint32_t entry; /* of the zoneset */
	const struct zone_rrset *rrset; /* that caused it, or NULL */
};

struct resolve_answer {
	enum resolve_outcome outcome;
	const uint8_t *qname;
	uint16_t qtype;
	const char *view;
	const uint8_t *final; /* the name at the end of the chain */
	/* the RRset of QTYPE that answers, or NULL, and where it is */
	const struct zone_rrset *rrset;
	const struct zone *zone;
	uint32_t entry; /* zone that gave the last word, or ZONE_NONE */
	uint32_t ttl;	/* smallest on the way; for negative answers the SOA's */
	bool wildcard;	/* something on the way was synthesised */
	const struct resolve_step *step;
	size_t nsteps;
};

/*
 * Resolve NAME (lower-case wire form) and TYPE in VIEW. The answer lives in
 * ARENA and borrows from the zones. VIEWS gives falls-back-to (POLICY may be
 * NULL: none). 0; or -1 with E set when a zone on the way could not be loaded
 * or is broken: nothing is known then.
 */
int resolve(struct resolve_answer **out, struct zoneset *,
    const struct policy *, const char *view, const uint8_t *name,
    uint16_t type, struct arena *arena, struct error *e);

/* "answer", "nodata", "nxdomain", "referral", "loop", "leaves-repo". */
const char *resolve_outcome_text(enum resolve_outcome);

/* Same outcome, final name, records and TTL? What the answer diff compares. */
bool resolve_same(
    const struct resolve_answer *, const struct resolve_answer *);

/* Append "api.example.com. CNAME a.example.net. A 192.0.2.1": for people. */
void resolve_chain_text(const struct resolve_answer *, struct text *);

#endif
