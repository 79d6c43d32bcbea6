#include "reach.h"

#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "owners.h"

#define MEMO_SLOTS 8192 /* a power of two */
#define CHAIN_MAX 16
#define VIEWS_MAX 16

struct slot {
	uint8_t name[NAME_MAX_LEN];
	bool used;
	struct reach value;
};

struct rule_memo {
	struct owners *owners;
	struct slot *slot; /* made when first needed */
	bool has_chain;
	uint8_t start[NAME_MAX_LEN];
	struct chain chain;
};

struct rule_memo *
rule_memo_new(const struct zone *zone)
{
	struct rule_memo *memo = calloc(1, sizeof(*memo));

	if (memo != NULL && (memo->owners = owners_new(zone)) == NULL) {
		free(memo);
		return NULL;
	}
	return memo;
}

void
rule_memo_free(struct rule_memo *memo)
{
	if (memo == NULL)
		return;
	owners_free(memo->owners);
	free(memo->slot);
	free(memo);
}

uint32_t
reach_owner(const struct rule_walk *w, const uint8_t *name)
{
	return owners_find(w->memo->owners, name);
}

/*
 * The highest cut or DNAME above NAME that hides it, and the closest owner
 * above it. Walks up to the apex: the highest one decides.
 */
static bool
hidden(const struct zone *zone, const uint8_t *name, struct reach *out)
{
	const uint8_t *p;
	uint32_t i;
	bool found = false;

	for (p = name; !name_equal(p, zone->apex);) {
		p = name_parent(p);
		if ((i = zone_find(zone, p)) == ZONE_NONE)
			continue;
		if (zone->owner[i].flags & ZONE_CUT)
			out->where = REACH_CUT;
		else if (zone->owner[i].flags & ZONE_DNAME)
			out->where = REACH_DNAME;
		else
			continue;
		out->owner = i;
		found = true;
	}
	return found;
}

/* The wildcard that answers for the missing NAME (RFC 4592 §3.3.1). */
static uint32_t
source_of_synthesis(const struct zone *zone, const uint8_t *name)
{
	static const uint8_t star[] = {1, '*', 0};
	uint8_t wild[NAME_MAX_LEN];
	const uint8_t *p = name;

	do
		p = name_parent(p);
	while (!name_equal(p, zone->apex) && !zone_exists(zone, p));
	if (name_join(wild, star, p) == 0)
		return ZONE_NONE;
	return zone_find(zone, wild);
}

static uint32_t
find(const struct rule_walk *w, const struct zone *zone, const uint8_t *name)
{
	return zone == w->zone ? reach_owner(w, name) : zone_find(zone, name);
}

/* NAME is an owner that answers for itself: most targets are. */
static bool
is_plain(const struct zone *zone, uint32_t owner)
{
	return owner != ZONE_NONE &&
	       (zone->owner[owner].flags &
		   (ZONE_CUT | ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) == 0;
}

/* NAME (lower case) in ZONE, which is known to hold it. */
static void
in_zone(const struct rule_walk *w, const struct zone *zone, const uint8_t *name,
    struct reach *out)
{
	out->zone = zone;
	out->wildcard = false;
	out->owner = find(w, zone, name);
	if (is_plain(zone, out->owner)) {
		out->where = REACH_OWNER;
		return;
	}
	if (out->owner != ZONE_NONE &&
	    (zone->owner[out->owner].flags &
		(ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) == 0) {
		out->where = REACH_CUT;
		return;
	}
	if (hidden(zone, name, out))
		return;
	out->owner = ZONE_NONE;
	if (name_equal(name, zone->apex) || zone_exists(zone, name)) {
		out->where = REACH_EMPTY;
		return;
	}
	out->owner = source_of_synthesis(zone, name);
	out->wildcard = out->owner != ZONE_NONE;
	out->where = out->wildcard ? REACH_OWNER : REACH_MISSING;
}

/* Entry of the closest zone around NAME in VIEW or what it falls back to. */
static uint32_t
closest(const struct evidence *ev, const char *view, const uint8_t *name)
{
	const struct policy_view *v;
	uint32_t i;
	int n;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		i = zoneset_closest(ev->new, view, name);
		if (i != ZONE_NONE)
			return i;
		v = policy_view_find(ev->policy, view);
		view = v == NULL ? NULL : v->falls_back_to;
	}
	return ZONE_NONE;
}

/* Ask the other zones of the view, the walked one apart. */
static void
elsewhere(const struct rule_walk *w, const uint8_t *name, struct reach *out)
{
	const struct zoneset_entry *entry;
	const struct zone *zone;
	struct error e;
	uint32_t i;

	i = w->ev->new == NULL ? ZONE_NONE : closest(w->ev, w->ez->view, name);
	if (i == ZONE_NONE) {
		out->where = REACH_OUTSIDE;
		out->zone = NULL;
		out->owner = ZONE_NONE;
		return;
	}
	entry = zoneset_entry(w->ev->new, i);
	if (name_equal(entry->apex, w->zone->apex)) {
		in_zone(w, w->zone, name, out);
		return;
	}
	zone = zoneset_zone(w->ev->new, i, NULL, &e);
	if (zone == NULL || zone->broken) {
		out->where = REACH_UNKNOWN;
		out->zone = NULL;
		out->owner = ZONE_NONE;
		return;
	}
	in_zone(w, zone, name, out);
}

static void
look(const struct rule_walk *w, const uint8_t *name, struct reach *out)
{
	memset(out, 0, sizeof(*out));
	if (name_is_under(name, w->zone->apex)) {
		in_zone(w, w->zone, name, out);
		/* Perhaps the child zone is here, too. */
		if (out->where == REACH_CUT)
			elsewhere(w, name, out);
		return;
	}
	elsewhere(w, name, out);
}

void
reach_name(const struct rule_walk *w, const uint8_t *name, struct reach *out)
{
	struct rule_memo *memo = w->memo;
	size_t len = name_len(name);
	uint8_t lower[NAME_MAX_LEN];
	struct slot *slot;

	memcpy(lower, name, len);
	name_lower(lower);
	out->owner = name_is_under(lower, w->zone->apex) ? reach_owner(w, lower)
							 : ZONE_NONE;
	if (is_plain(w->zone, out->owner)) {
		out->where = REACH_OWNER;
		out->wildcard = false;
		out->zone = w->zone;
		return;
	}
	if (memo->slot == NULL)
		memo->slot = calloc(MEMO_SLOTS, sizeof(*memo->slot));
	if (memo->slot == NULL) {
		look(w, lower, out);
		return;
	}
	slot = &memo->slot[hash_bytes(lower, len) & (MEMO_SLOTS - 1)];
	if (!slot->used || memcmp(slot->name, lower, len) != 0) {
		look(w, lower, &slot->value);
		memcpy(slot->name, lower, len);
		slot->used = true;
	}
	*out = slot->value;
}

bool
reach_has_address(const struct reach *l)
{
	switch (l->where) {
	case REACH_OWNER:
		return zone_rrset(l->zone, l->owner, RRTYPE_A) != NULL ||
		       zone_rrset(l->zone, l->owner, RRTYPE_AAAA) != NULL;
	case REACH_EMPTY:
	case REACH_MISSING:
		return false;
	default:
		return true;
	}
}

const struct zone_rrset *
reach_alias(const struct reach *l)
{
	if (l->where == REACH_OWNER)
		return zone_rrset(l->zone, l->owner, RRTYPE_CNAME);
	if (l->where == REACH_DNAME)
		return zone_rrset(l->zone, l->owner, RRTYPE_DNAME);
	return NULL;
}

/* The next name after ALIAS of L; 0 when it would be too long. */
static size_t
next_name(const struct reach *l, const struct zone_rrset *alias,
    const uint8_t *name, uint8_t out[NAME_MAX_LEN])
{
	const struct zone_rr *rr = &l->zone->rr[alias->rr];
	const uint8_t *target = rdata_target(
	    alias->type, zone_rr_data(l->zone, rr), rr->rdlen);
	size_t len;

	if (target == NULL)
		return 0;
	if (alias->type == RRTYPE_DNAME) {
		len = name_substitute(
		    out, name, l->zone->owner[l->owner].name, target);
	} else {
		len = name_len(target);
		memcpy(out, target, len);
	}
	if (len != 0)
		name_lower(out);
	return len;
}

/*
 * The start is on the loop when the chain came back to it; then one name of
 * this zone speaks for all: the first in canonical order.
 */
static bool
leads_loop(const struct rule_walk *w, uint8_t seen[][NAME_MAX_LEN],
    unsigned back, unsigned n)
{
	unsigned i;

	if (back != 0)
		return false;
	for (i = 1; i < n; i++)
		if (name_is_under(seen[i], w->zone->apex) &&
		    name_compare(seen[i], seen[0]) < 0)
			return false;
	return true;
}

static void
follow(const struct rule_walk *w, const uint8_t *start,
    const struct zone_rrset *first, struct chain *c)
{
	static const enum chain_end ends[] = {
	    [REACH_OWNER] = CHAIN_EXISTS,
	    [REACH_EMPTY] = CHAIN_EXISTS,
	    [REACH_MISSING] = CHAIN_MISSING,
	    [REACH_CUT] = CHAIN_EXISTS,
	    [REACH_DNAME] = CHAIN_LONG, /* a name over 255 octets */
	    [REACH_OUTSIDE] = CHAIN_OUTSIDE,
	    [REACH_UNKNOWN] = CHAIN_UNKNOWN,
	};
	uint8_t seen[CHAIN_MAX + 1][NAME_MAX_LEN];
	const struct zone_rrset *alias;
	struct reach l;
	unsigned n = 0, i;

	memset(c, 0, sizeof(*c));
	memcpy(seen[0], start, name_len(start));
	name_lower(seen[0]);
	for (;;) {
		if (n == 0 && first != NULL)
			l = (struct reach){
			    REACH_OWNER, false, w->zone, first->owner};
		else
			reach_name(w, seen[n], &l);
		memcpy(c->target, seen[n], name_len(seen[n]));
		c->steps = n;
		c->end = ends[l.where];
		alias = n == 0 && first != NULL ? first : reach_alias(&l);
		if (alias == NULL)
			return;
		c->zone = l.zone;
		c->link = alias;
		c->end = CHAIN_LONG;
		if (n == CHAIN_MAX ||
		    next_name(&l, alias, seen[n], seen[n + 1]) == 0)
			return;
		n++;
		for (i = 0; i < n; i++) {
			if (!name_equal(seen[i], seen[n]))
				continue;
			c->end = CHAIN_LOOP;
			c->steps = n;
			c->leads = leads_loop(w, seen, i, n);
			memcpy(c->target, seen[n], name_len(seen[n]));
			return;
		}
	}
}

const struct chain *
reach_chain(const struct rule_walk *w, const uint8_t *name,
    const struct zone_rrset *first)
{
	struct rule_memo *memo = w->memo;

	if (!memo->has_chain || !name_equal(memo->start, name)) {
		follow(w, name, first, &memo->chain);
		memcpy(memo->start, name, name_len(name));
		memo->has_chain = true;
	}
	return &memo->chain;
}
