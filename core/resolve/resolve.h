/*
 * The answer an authoritative lookup gives over all zones of a view at one
 * revision: RFC 1034 §4.3.2 with delegation cuts and descent into child zones
 * of the repository, DNAME (RFC 6672), wildcards and empty non-terminals (RFC
 * 4592), CNAME chains across zones, and falling back to another view.
 *
 * Which zone answers: the one of the view with the longest apex at or above the
 * name, as a server that loads them all would choose; DS at an apex belongs to
 * the zone above it (RFC 4035 §3.1.4.1) and leaves the repository if that is
 * not here. Another view is asked, by falls-back-to, in two cases only: no zone
 * of this view encloses the name, or the lookup ends at a cut and the other
 * view has the zone that was delegated. A name missing from a zone of this view
 * is missing: that is how split horizon works on servers, and filling in from
 * another view would hide a removal. Every target of a CNAME or DNAME starts
 * again in the view that was asked.
 */
#ifndef RESOLVE_RESOLVE_H
#define RESOLVE_RESOLVE_H

#include "../policy/policy.h"
#include "../zone/zoneset.h"

#define RESOLVE_MAX_ALIASES 16

enum resolve_outcome {
	RESOLVE_ANSWER,
	RESOLVE_NODATA,
	RESOLVE_NXDOMAIN,
	RESOLVE_REFERRAL, /* ends at a cut whose child is not here */
	/* CNAME or DNAME loop, over RESOLVE_MAX_ALIASES steps, or a DNAME
	 * whose substitution is too long (YXDOMAIN, RFC 6672 §2.2) */
	RESOLVE_LOOP,
	/* the name, or a CNAME/DNAME target, is in no zone of the view */
	RESOLVE_LEAVES_REPO,
};

enum resolve_step_kind {
	RESOLVE_STEP_ZONE, /* looked up in this zone */
	/* the zone of the next step is below ENTRY, another zone of this view
	 * (which is not loaded for that) */
	RESOLVE_STEP_DESCEND,
	RESOLVE_STEP_CUT, /* a cut, and the child is not here */
	RESOLVE_STEP_CNAME,
	RESOLVE_STEP_DNAME,
	RESOLVE_STEP_WILDCARD, /* synthesised from this owner */
	RESOLVE_STEP_FALLBACK, /* to another view */
	RESOLVE_STEP_RRSET,    /* the answer */
};

struct resolve_step {
	enum resolve_step_kind kind;
	const uint8_t *name;     /* name looked up at this point */
	const struct zone *zone; /* NULL: DESCEND and FALLBACK */
	const char *view;
	uint32_t entry;                 /* of the zoneset */
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
	/* smallest on the way, negative answers with the smaller of the SOA's
	 * TTL and minimum (RFC 2308 §5); 0 when nothing had one */
	uint32_t ttl;
	bool wildcard; /* something on the way was synthesised */
	const struct resolve_step *step;
	size_t nsteps;
};

/*
 * Resolve NAME (lower-case wire form) and TYPE (no meta or query type) in VIEW.
 * The answer lives in ARENA and borrows from the zones, VIEW and POLICY. POLICY
 * gives falls-back-to (may be NULL: none). 0; or -1 with E set when a zone on
 * the way could not be loaded or is broken: nothing is known then.
 */
int resolve(struct resolve_answer **out, struct zoneset *,
    const struct policy *, const char *view, const uint8_t *name, uint16_t type,
    struct arena *arena, struct error *e);

/* "answer", "nodata", "nxdomain", "referral", "loop", "leaves-repo". */
const char *resolve_outcome_text(enum resolve_outcome);

/* Same outcome, final name, records (of a referral: cut and its NS) and TTL? */
bool resolve_same(const struct resolve_answer *, const struct resolve_answer *);

/* The same without the TTL. */
bool resolve_same_data(
    const struct resolve_answer *, const struct resolve_answer *);

/* The step that holds the NS of a referral; NULL for other outcomes. */
const struct resolve_step *resolve_cut(const struct resolve_answer *);

/* Append "api.example.com. CNAME a.example.net. A 192.0.2.1": for people. */
void resolve_chain_text(const struct resolve_answer *, struct text *);

#endif
