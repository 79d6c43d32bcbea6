/*
 * What kind of change it is. Each lane has approvals of its own, so that an
 * outage is answered in seconds and a key is not changed by one person.
 */
#ifndef CHANGE_LANE_H
#define CHANGE_LANE_H

#include "../diff/diff.h"
#include "../policy/policy.h"
#include "../source/compare.h"

enum {
	LANE_SWITCH = 1, /* protected names move between allowed targets */
	LANE_ZONE = 2,
	LANE_POLICY = 4,
	LANE_KEY = 8, /* DNSKEY, DS, CDS, CDNSKEY, key files */
};

struct change_lanes {
	unsigned lanes; /* bits of the above; 0: neither zones nor policy */
	/* names whose records the switch changes, presentation form; NULL at
	 * the end, NULL when there are none */
	const char **name;
	size_t nnames;
};

/* Add the change of one zone. DIFF NULL: it came, went, or cannot be compared.
 * 0, or -1 without memory. */
int lane_add_zone(struct change_lanes *, const struct policy *,
    const struct diff *diff, const char *view, struct arena *);

/* Add the paths that changed: are there keys among them? */
void lane_add_paths(
    struct change_lanes *, const struct source_change *, size_t n);

/*
 * A switch is one only while every requirement on its names is met: with a
 * finding about one of them, whatever its severity, waived or not, it is a
 * change of a zone.
 */
unsigned lane_settled(const struct change_lanes *, const struct policy *,
    const struct findings *);

/* Approvals that LANES ask for: the most that one of them does. */
uint32_t lane_approvals(unsigned lanes, const struct policy_change *);

/* Does any lane ask for approvals? */
bool lane_any_approvals(const struct policy_change *);

/* "failover-switch, key"; "none". Static. */
const char *lane_text(unsigned lanes);

#endif
