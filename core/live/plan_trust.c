/* Trust anchors of a zone, and which questions lead from them to its keys. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "plan.h"

static int
add_anchor(struct plan *p, struct plan_zone *z, uint16_t type,
    const uint8_t *rdata, uint16_t len)
{
	if (z->anchor == NULL &&
	    (z->anchor = arena_calloc(
		 p->arena, PLAN_ANCHORS_MAX, sizeof(*z->anchor))) == NULL)
		return error_memory(p->e);
	if (z->nanchors == PLAN_ANCHORS_MAX)
		return error_set(p->e, ERROR_SYSTEM,
		    "a zone has more than %d trust anchors", PLAN_ANCHORS_MAX);
	z->anchor[z->nanchors++] = (struct dnssec_anchor){type, rdata, len};
	return 0;
}

/* live.anchors: for the zone itself, or else the closest one above. */
static int
of_policy(struct plan *p, struct plan_zone *z)
{
	const struct policy_live *l = &p->args.policy->live;
	const struct policy_anchor *a = l->anchor;
	size_t i;

	for (i = 0; i < l->nanchors; i++) {
		if (name_equal(a[i].zone, z->apex)) {
			if (add_anchor(p, z, a[i].type, a[i].rdata, a[i].len) !=
			    0)
				return -1;
		} else if (name_is_under(z->apex, a[i].zone) &&
			   (z->above == NULL || name_labels(a[i].zone) >
						    name_labels(z->above))) {
			z->above = a[i].zone;
		}
	}
	return 0;
}

static int
of_parent_ds(struct plan *p, struct plan_zone *z)
{
	const struct policy_dnssec *d = &z->policy->dnssec;
	const struct policy_ds *ds;
	uint8_t *rdata;
	size_t i;

	for (i = 0; i < d->nparent_ds; i++) {
		ds = &d->parent_ds[i];
		rdata = arena_bytes(p->arena, 4 + (size_t)ds->digest_len);
		if (rdata == NULL)
			return error_memory(p->e);
		rdata[0] = (uint8_t)(ds->tag >> 8);
		rdata[1] = (uint8_t)ds->tag;
		rdata[2] = ds->algorithm;
		rdata[3] = ds->digest_type;
		memcpy(rdata + 4, ds->digest, ds->digest_len);
		if (add_anchor(p, z, RRTYPE_DS, rdata,
			(uint16_t)(4 + ds->digest_len)) != 0)
			return -1;
	}
	return 0;
}

static int
of_rrset(struct plan *p, struct plan_zone *z, const struct zone *from,
    const struct zone_rrset *set)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &from->rr[set->rr + i];
		if (set->type == RRTYPE_DNSKEY &&
		    (rr->rdlen < 4 || (zone_rr_data(from, rr)[1] & 1) == 0))
			continue;
		if (add_anchor(p, z, set->type, zone_rr_data(from, rr),
			rr->rdlen) != 0)
			return -1;
	}
	return 0;
}

/* The DS that the zone above publishes in this repository. */
static int
of_parent_zone(struct plan *p, struct plan_zone *z)
{
	const struct zone *parent;
	uint32_t i;

	if (name_is_root(z->apex))
		return 0;
	i = zoneset_closest(p->args.set, z->view, name_parent(z->apex));
	if (i == ZONE_NONE)
		return 0;
	if ((parent = zoneset_zone(p->args.set, i, NULL, p->e)) == NULL)
		return -1;
	if (parent->broken)
		return 0;
	return of_rrset(
	    p, z, parent, zone_find_rrset(parent, z->apex, RRTYPE_DS));
}

int
plan_anchors(struct plan *p, struct plan_zone *z)
{
	if (of_policy(p, z) != 0)
		return -1;
	if (z->nanchors == 0 && z->policy != NULL && of_parent_ds(p, z) != 0)
		return -1;
	if (z->nanchors == 0 && of_parent_zone(p, z) != 0)
		return -1;
	/* Signatures that were judged with the zone: its own keys are as good
	 * as the zone. */
	if (z->nanchors == 0 && z->above == NULL && z->policy != NULL &&
	    z->policy->dnssec.mode == POLICY_DNSSEC_PRESIGNED)
		return of_rrset(p, z, z->zone,
		    zone_find_rrset(z->zone, z->apex, RRTYPE_DNSKEY));
	return 0;
}

/* DS and DNSKEY of every name from the anchor down to the zone. */
static int
ask_chain(struct plan *p, const struct plan_zone *z, uint32_t resolver)
{
	unsigned top = name_labels(z->above), n = name_labels(z->apex), i;
	const uint8_t *name;

	for (i = top; i <= n; i++) {
		name = name_skip(z->apex, n - i);
		if (plan_ask(p, resolver, name, RRTYPE_DNSKEY, true) ==
		    PLAN_NONE)
			return -1;
		if (i > top &&
		    plan_ask(p, resolver, name, RRTYPE_DS, true) == PLAN_NONE)
			return -1;
	}
	return 0;
}

int
plan_chain(struct plan *p, struct plan_zone *z)
{
	struct plan_use *u;
	size_t i;

	if (z->nanchors == 0 && z->above == NULL)
		return 0;
	for (i = 0; i < z->nuses; i++) {
		u = &z->use[i];
		u->dnskey = plan_ask(
		    p, u->server, z->apex, RRTYPE_DNSKEY, true);
		if (u->dnskey == PLAN_NONE)
			return -1;
		if (z->nanchors == 0 &&
		    plan_server_at(p, u->server)->resolver &&
		    ask_chain(p, z, u->server) != 0)
			return -1;
	}
	return 0;
}
