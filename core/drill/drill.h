/*
 * Failover drill on zone data: what is left of each protected name when one
 * thing fails? Every single outage of something the name depends on is tried:
 *
 * - one address it answers with (the same address of a name server fails too);
 * - one of its target lists: every address and name that the list holds;
 * - one network: the widest block of its lists that holds one of its addresses;
 * - one name server of any zone on the way to the answer;
 * - one provider: all name servers under one suffix, which is a server's name
 *   without its first label.
 *
 * Only what the zones say is used. Name servers and targets outside of this
 * repository are taken to work unless they are the outage, and the servers that
 * the zones name are taken to serve them. A zone is reachable when the zone
 * above it is (if that is here), and on both sides of the cut a name server is
 * left whose address can be learned: from glue, or over other reachable zones.
 */
#ifndef DRILL_DRILL_H
#define DRILL_DRILL_H

#include "../policy/policy.h"
#include "../resolve/targets.h"

/* Bounds of what one protected name may ask for; beyond them is an error. */
enum {
	DRILL_ZONES_MAX = 64,
	DRILL_SERVERS_MAX = 32, /* of one NS RRset */
	DRILL_WAYS_MAX = 1024,
	DRILL_OUTAGES_MAX = 512,
};

enum drill_kind {
	DRILL_NONE, /* nothing fails: today */
	DRILL_ADDRESS,
	DRILL_LIST,
	DRILL_NETWORK,
	DRILL_SERVER,
	DRILL_PROVIDER,
};

enum drill_state {
	DRILL_NO,
	DRILL_YES,
	DRILL_UNKNOWN,  /* what decides is outside of this repository */
	DRILL_UNSIGNED, /* validates? there is nothing to validate */
	DRILL_MOOT,     /* the name does not resolve: nothing is left to ask */
};

struct drill_outage {
	enum drill_kind kind;
	const char *what; /* "192.0.2.1", "edge-primary", …; "" for none */
	struct policy_net net;            /* ADDRESS (whole), NETWORK */
	const struct policy_target *list; /* LIST */
	const uint8_t *name;              /* SERVER, PROVIDER */
};

struct drill_verdict {
	enum drill_state state;
	const char *reason; /* why it is not plainly yes, or NULL */
};

struct drill_cell {
	struct drill_outage outage;
	struct drill_verdict resolves, validates, allowed;
	/* one of them is no, or the policy asks for a signed name and nobody
	 * can say whether it validates */
	bool red;
};

/* One protected name in one view. */
struct drill_name {
	const struct policy_protected *protect;
	const char *view;
	/* a record that stands for it, and its file, or NULL */
	const struct zone *zone;
	const struct zone_rr *rr;
	const struct drill_cell *cell; /* the first is DRILL_NONE */
	size_t ncells;
};

struct drill {
	const struct drill_name *name;
	size_t nnames;
};

/* What is known about the signatures of one zone. */
enum drill_signed {
	DRILL_SIGNED_UNKNOWN,
	DRILL_SIGNED_GOOD,
	DRILL_SIGNED_BOGUS,
	DRILL_SIGNED_NOT,
};

/*
 * Asked once a zone and name: how is the zone of ENTRY signed? DS is what its
 * parent PARENT in this repository publishes, or both are NULL. 0, or -1 with E
 * set: then nothing is known about anything.
 */
typedef int (*drill_signed_fn)(void *ctx, uint32_t entry,
    const struct zone *parent, const struct zone_rrset *ds,
    enum drill_signed *out, struct error *e);

struct drill_args {
	struct zoneset *set;
	const struct policy *policy;
	/* protected names to look at, lower-case wire form; none: all */
	const uint8_t *const *only;
	size_t nonly;
	drill_signed_fn is_signed; /* NULL: unknown everywhere */
	void *ctx;
};

/*
 * Run the drill. Names in the order of the policy, then of its views; outages
 * by kind, then by address, list, or name. A name without a view of its own is
 * left out of views whose zones do not enclose it, unless that is all of them.
 * The result lives in ARENA and borrows from the zones and the policy. 0, or -1
 * with E set: a zone on the way could not be read, or a bound was passed.
 */
int drill_run(struct drill **out, const struct drill_args *, struct arena *,
    struct error *e);

/* "none", "address", "list", "network", "server", "provider". */
const char *drill_kind_text(enum drill_kind);

/* "no", "yes", "unknown", "unsigned", "moot". */
const char *drill_state_text(enum drill_state);

/* Red cells and all cells. */
void drill_count(const struct drill *, size_t *red, size_t *all);

#endif
