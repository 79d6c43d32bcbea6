/* Split horizon: what each view may and should hold. */
#include <string.h>

#include "../resolve/svcb.h"
#include "check.h"
#include "table.h"

/* ---- view-private-address -------------------------------------------------
 */

static void
judge(const struct rule_walk *w, const struct zone_rr *rr, const uint8_t *addr,
    size_t len)
{
	const char *block = policy_private_block(addr, len);
	struct finding *f;

	if (block == NULL || rule_muted(w))
		return;
	f = rule_report(w, "view-private-address", rr,
	    "the view %s may not show %s, which is %s", w->ez->view,
	    rule_address(w->out, addr, len), block);
	f->expected = "private-addresses: deny";
	f->authority = rule_authority(
	    w->out, w->ev->policy, w->ez->policy_view->line, NULL);
	f->help = "use a public address, or put the record into an internal "
		  "view";
}

static void
judge_hints(const struct rule_walk *w, const struct zone_rr *rr)
{
	struct svcb s;
	size_t i;

	if (svcb_parse(&s, zone_rr_data(w->zone, rr), rr->rdlen) != NULL)
		return;
	for (i = 0; s.ipv4 != NULL && i < s.nipv4; i++)
		judge(w, rr, s.ipv4 + 4 * i, 4);
	for (i = 0; s.ipv6 != NULL && i < s.nipv6; i++)
		judge(w, rr, s.ipv6 + 16 * i, 16);
}

static void
check_private(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;

	if (w->ez->policy_view == NULL || w->ez->policy_view->private_allowed)
		return;
	for (end = rr + rrset->count; rr < end; rr++) {
		if (rr->type == RRTYPE_SVCB || rr->type == RRTYPE_HTTPS)
			judge_hints(w, rr);
		else if (rr->rdlen == (rr->type == RRTYPE_A ? 4 : 16))
			judge(w, rr, zone_rr_data(w->zone, rr), rr->rdlen);
	}
}

const struct rule rule_view_private_address = {
    .id = "view-private-address",
    .title = "a public view shows a private address",
    .severity = SEVERITY_ERROR,
    .what = "A record of a view with private-addresses: deny holds an address "
	    "that is not reachable from the internet: RFC 1918, shared, "
	    "loopback, link-local, unique local and the like, also inside an "
	    "IPv6 address or as a hint of an HTTPS record.",
    .why = "Clients outside cannot reach it, or reach something of their own "
	   "at the same address; and it tells strangers how the inside is "
	   "built. Most often an internal record went into the wrong file.",
    .bad = "; zones/external/example.com.zone\n"
	   "vpn  A  10.0.0.5\n",
    .good = "; zones/internal/example.com.zone\n"
	    "vpn  A  10.0.0.5\n",
    .fix = "Move the record to the internal view, or use the public address.",
    .rrset = check_private,
    .rrset_type = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_SVCB, RRTYPE_HTTPS},
};

/* ---- view-missing-name ----------------------------------------------------
 */

/* The zone of the same name in VIEW at the new side, if it can be read. */
static const struct zone *
in_view(const struct evidence *ev, const uint8_t *apex, const char *view)
{
	const struct zone *zone;
	struct error e;
	uint32_t i;

	if (ev->new == NULL ||
	    (i = zoneset_find(ev->new, view, apex)) == ZONE_NONE)
		return NULL;
	zone = zoneset_zone(ev->new, i, NULL, &e);
	return zone == NULL || zone->broken ? NULL : zone;
}

/* A name that VIEW no longer has and the view it falls back to does: clients
 * now get the other view's answer, or none. */
static void
check_lost(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const char *other = ez->policy_view->falls_back_to;
	const struct zone *zone;
	const struct diff_change *c;
	const uint8_t *told = NULL;
	struct finding *f;
	size_t i;

	if (other == NULL || (zone = in_view(ev, ez->apex, other)) == NULL)
		return;
	for (i = 0; i < ez->diff->n; i++) {
		c = &ez->diff->change[i];
		if (c->kind != DIFF_REMOVED || c->name == told ||
		    rule_is_signing_type(c->type) ||
		    (ez->new != NULL &&zone_exists(ez->new, c->name)) ||
		    zone_find(zone, c->name) == ZONE_NONE)
			continue;
		told = c->name;
		f = rule_report_pair(fs, ez, "view-missing-name", ez->old,
		    rule_first(ez->old, c->old),
		    "%s is gone from the view %s and still there in %s",
		    rule_name(fs, c->name), ez->view, other);
		f->help = "check that clients of this view shall get the "
			  "other answer, or none";
	}
}

/* A name that is new in a public view, and missing in the internal zone of the
 * same name, which hides the public one. */
static void
check_hidden(const struct evidence *ev, const struct evidence_zone *ez,
    const struct policy_view *inner, struct findings *fs)
{
	const struct zone *zone = in_view(ev, ez->apex, inner->name);
	const struct diff_change *c;
	const uint8_t *told = NULL;
	struct finding *f;
	size_t i;

	if (zone == NULL)
		return;
	for (i = 0; i < ez->diff->n; i++) {
		c = &ez->diff->change[i];
		if (c->kind != DIFF_ADDED || c->name == told ||
		    rule_is_signing_type(c->type) ||
		    zone_exists(ez->old, c->name) ||
		    zone_exists(zone, c->name) ||
		    zone_rrset(ez->new, c->new->owner, RRTYPE_NSEC3) != NULL)
			continue;
		told = c->name;
		f = rule_report_pair(fs, ez, "view-missing-name", ez->new,
		    rule_first(ez->new, c->new),
		    "%s is new in the view %s and missing in the view %s",
		    rule_name(fs, c->name), ez->view, inner->name);
		f->help = "add it to the zone of that view, too";
	}
}

static void
check_missing(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct policy_view *v;
	size_t i;

	if (ez->policy_view == NULL || ez->diff == NULL || ez->old == NULL ||
	    (ez->new != NULL && ez->new->broken))
		return;
	check_lost(ev, ez, fs);
	if (ez->new == NULL || ez->policy_view->private_allowed)
		return;
	for (i = 0; i < ev->policy->nviews; i++) {
		v = &ev->policy->view[i];
		if (v != ez->policy_view && v->private_allowed)
			check_hidden(ev, ez, v, fs);
	}
}

const struct rule rule_view_missing_name = {
    .id = "view-missing-name",
    .title = "a name is in one view and not in another",
    .severity = SEVERITY_WARNING,
    .what = "A name was removed from a view while the view it falls back to "
	    "still has it; or a name was added to a public view while the "
	    "internal zone of the same name, which hides the public one, does "
	    "not have it.",
    .why = "The same name then answers differently, or not at all, inside and "
	   "outside: a service that works from home and not in the office, or "
	   "internal clients that silently go to the public address.",
    .bad = "; zones/external/example.com.zone: shop A 192.0.2.10 (new)\n"
	   "; zones/internal/example.com.zone: no shop\n",
    .good = "; both zones have shop\n",
    .fix = "Add the name to the other view, or remove it from both.",
    .pair = check_missing,
};

/* ---- view-key-mismatch ----------------------------------------------------
 */

/* Every key-signing key of A's zone in B's? SEP is bit 15 (RFC 4034 section
 * 2.1.1). */
static bool
has_keys_of(const struct zone *a, const struct zone_rrset *ka,
    const struct zone *b, const struct zone_rrset *kb)
{
	const struct zone_rr *ra, *rb;
	uint32_t i, j;

	for (i = 0; i < ka->count; i++) {
		ra = rule_first(a, ka) + i;
		if (ra->rdlen < 4 || (zone_rr_data(a, ra)[1] & 1) == 0)
			continue;
		for (j = 0; j < kb->count; j++) {
			rb = rule_first(b, kb) + j;
			if (ra->rdlen == rb->rdlen &&
			    memcmp(zone_rr_data(a, ra), zone_rr_data(b, rb),
				ra->rdlen) == 0)
				break;
		}
		if (j == kb->count)
			return false;
	}
	return true;
}

static void
check_keys(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct policy *p = w->ev->policy;
	const struct zone_rrset *keys;
	const struct zone *other;
	struct finding *f;
	size_t i;

	if (!(w->zone->owner[rrset->owner].flags & ZONE_APEX))
		return;
	/* Several signers have keys of their own: dnssec-multi-signer. */
	if (w->ez->entry != NULL && w->ez->entry->dnssec.nsigners != 0)
		return;
	for (i = 0; i < p->nviews; i++) {
		if (strcmp(p->view[i].name, w->ez->view) == 0)
			continue;
		other = in_view(w->ev, w->zone->apex, p->view[i].name);
		keys = other == NULL
			   ? NULL
			   : zone_find_rrset(other, other->apex, RRTYPE_DNSKEY);
		if (keys == NULL ||
		    (has_keys_of(w->zone, rrset, other, keys) &&
			has_keys_of(other, keys, w->zone, rrset)))
			continue;
		f = rule_report(w, "view-key-mismatch",
		    rule_first(w->zone, rrset),
		    "%s has other key-signing keys in the view %s than in %s",
		    w->ez->apex_text, p->view[i].name, w->ez->view);
		f->help = "publish the same key-signing keys in all views: the "
			  "parent has one set of DS records for them";
	}
}

const struct rule rule_view_key_mismatch = {
    .id = "view-key-mismatch",
    .title = "the views of a zone have different keys",
    .severity = SEVERITY_ERROR,
    .what = "Two views of the same zone are committed signed, and their "
	    "key-signing keys differ.",
    .why = "The parent has one set of DS records. A resolver that sees the "
	   "other view, or first one and then the other (a laptop that comes "
	   "home), cannot validate what it gets.",
    .bad = "; external: DNSKEY 257 tag 11111\n"
	   "; internal: DNSKEY 257 tag 22222\n",
    .good = "; both:     DNSKEY 257 tag 11111\n",
    .fix = "Sign both views with the same key-signing keys, or publish both "
	   "sets in both views and both DS at the parent.",
    .rrset = check_keys,
    .rrset_type = {RRTYPE_DNSKEY},
};
