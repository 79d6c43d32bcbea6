/*
 * What one protected name depends on: the zones on the way to its answers, with
 * their name servers, and the ways that lead to addresses in the end.
 */
#ifndef DRILL_MAP_H
#define DRILL_MAP_H

#include "../base/vec.h"
#include "drill.h"

#define MAP_NONE UINT32_MAX

/* An address; one that carries an IPv4 address is stored as that. */
struct map_address {
	uint8_t addr[16];
	uint8_t len;
};

/* Indexes of zones that must be reachable. */
struct map_needs {
	const uint32_t *zone;
	size_t n;
};

/* One way to learn the addresses of one name server; it may have several. */
struct map_server {
	const uint8_t *name;
	bool outside; /* nobody knows its addresses: taken to work */
	const struct map_address *address;
	size_t naddresses;
	struct map_needs needs;
};

enum { MAP_PARENT, MAP_CHILD, MAP_SIDES };

/* A zone on the way. */
struct map_zone {
	uint32_t entry; /* of the set; ZONE_NONE: delegated away from here */
	const uint8_t *apex;
	const char *view;
	const struct zone *zone; /* NULL when delegated away */
	uint32_t parent;         /* index, or MAP_NONE: not in the set */
	/* The NS RRsets at the cut and at the apex; a side without one has
	 * nothing to say, and a zone needs at least one. */
	bool side[MAP_SIDES];
	struct vec server[MAP_SIDES]; /* struct map_server */
	const struct zone_rrset *ds;  /* in the parent, or NULL */
	bool asked;
	enum drill_signed is_signed;
};

enum map_way_kind {
	MAP_ADDRESS,
	MAP_NAME,   /* a name outside of the repository */
	MAP_RECORD, /* an answer that leads to no address */
};

struct map_way {
	enum map_way_kind kind;
	struct map_address address;
	const uint8_t *name;
	struct map_needs needs;
};

struct map {
	const struct drill_args *args;
	const struct policy_protected *protect;
	const char *view;
	struct arena *arena;
	struct error *e;
	struct vec zone; /* struct map_zone */
	struct vec way;  /* struct map_way */
	uint32_t filled; /* zones whose servers are known */
	bool incomplete; /* not everything could be followed */
	/* the first answer's last word, for a name that has no way */
	const struct resolve_answer *answer;
	bool known; /* some zone of the view encloses the name */
};

/* Fill M (args, protect, view, arena, e are set). 0, or -1 with E set. */
int map_build(struct map *);
void map_free(struct map *);

static inline struct map_zone *
map_zone(const struct map *m, uint32_t i)
{
	return (struct map_zone *)m->zone.item + i;
}

/* Is NAME in a zone of the view, or of what it falls back to? */
bool map_is_here(const struct map *, const uint8_t *name);

/* The entry of the zone for NAME in VIEW or what it falls back to, with that
 * view; or ZONE_NONE. */
uint32_t map_closest(
    const struct map *, const char *view, const uint8_t *name, const char **at);

/* ---- map_zone.c --------------------------------------------------------- */

/* Index of the zone of ENTRY, added if it is new; MAP_NONE with E set. */
uint32_t map_enter(struct map *, uint32_t entry, const char *view);

/* The zones that ANSWER went through. */
int map_needs(struct map *, const struct resolve_answer *, struct map_needs *);

/* Find parents and name servers of all zones, and of those this adds. */
int map_fill(struct map *);

/* ---- outage.c ----------------------------------------------------------- */

/* Whole, in the form that carried addresses are compared in. */
void map_normal(struct map_address *out, const uint8_t *addr, size_t len);

bool outage_address(const struct drill_outage *, const struct map_address *);
bool outage_server(const struct drill_outage *, const uint8_t *name);
bool outage_name(const struct drill_outage *, const uint8_t *name);

/* The widest block of the name's lists that holds the address, or NULL. */
const struct policy_net *outage_net(
    const struct policy_protected *, const struct map_address *);

/* All outages of what M depends on, DRILL_NONE first. 0, or -1. */
int outage_list(const struct map *, struct vec *outages);

/* ---- reach.c ------------------------------------------------------------ */

/* Under the outage, which of the first m->zone.n zones are reachable? */
void reach_zones(
    const struct map *, const struct drill_outage *, bool up[DRILL_ZONES_MAX]);

/* Is the way open, UP being what reach_zones() said? */
bool reach_way(const struct drill_outage *, const struct map_way *,
    const bool up[DRILL_ZONES_MAX]);

/* Why zone I is not reachable. */
const char *reach_why(const struct map *, const struct drill_outage *,
    const bool up[DRILL_ZONES_MAX], uint32_t i);

/* A name in presentation form; NULL with E set. */
const char *reach_text(const struct map *, const uint8_t *name);

/* ---- verdict.c ---------------------------------------------------------- */

/* Ask how every zone on the ways is signed. 0, or -1 with E set. */
int verdict_prepare(struct map *);

/* Fill the verdicts of CELL, whose outage is set. 0, or -1 with E set. */
int verdict_cell(struct map *, struct drill_cell *);

#endif
