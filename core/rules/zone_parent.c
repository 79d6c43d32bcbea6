/* Two zones of the repository that must agree: parent and child. */
#include <string.h>

#include "parent.h"
#include "table.h"
#include "zone_parent.h"

static const char id[] = "zone-parent-child";

/* A parent, its child, and for whom the findings are. */
struct pairing {
	const struct evidence_zone *ez; /* the changed one of the two */
	struct findings *fs;
	const struct zone *parent, *child;
	const struct zone_rrset
	    *cut; /* the parent's NS for the child, or NULL */
};

/* The changed zone of the two is shown: RR of it, or the file as a whole. */
static struct finding *
tell(const struct pairing *p, const struct zone *zone, const struct zone_rr *rr,
    const char *message)
{
	bool here = zone == p->ez->new;
	struct finding *f;

	f = rule_report_pair(p->fs, p->ez, id, here ? zone : NULL,
	    here ? rr : NULL, "%s", message);
	f->name = rule_name(p->fs, p->child->apex);
	return f;
}

/* Is the RDATA of RR, a record of ZONE, in RRSET of OTHER? */
static bool
holds(const struct zone *other, const struct zone_rrset *rrset,
    const struct zone *zone, const struct zone_rr *rr)
{
	const struct zone_rr *o;
	uint32_t i;

	for (i = 0; rrset != NULL && i < rrset->count; i++) {
		o = rule_first(other, rrset) + i;
		if (o->rdlen == rr->rdlen &&
		    memcmp(zone_rr_data(other, o), zone_rr_data(zone, rr),
			rr->rdlen) == 0)
			return true;
	}
	return false;
}

const struct zone_rr *
zone_parent_lacking(const struct zone *zone, const struct zone_rrset *rrset,
    const struct zone *other, const struct zone_rrset *others)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; rrset != NULL && i < rrset->count; i++) {
		rr = rule_first(zone, rrset) + i;
		if (!holds(other, others, zone, rr))
			return rr;
	}
	return NULL;
}

static void
compare_ns(const struct pairing *p)
{
	const struct zone_rrset *apex = zone_find_rrset(
	    p->child, p->child->apex, RRTYPE_NS);
	const char *child = rule_name(p->fs, p->child->apex);
	const char *parent = rule_name(p->fs, p->parent->apex);
	const struct zone_rr *rr;
	struct finding *f;

	if (apex == NULL) /* zone-ns */
		return;
	if ((rr = zone_parent_lacking(p->child, apex, p->parent, p->cut)) !=
	    NULL) {
		f = tell(p, p->child, rr,
		    findings_text(p->fs,
			"%s names the server %s, its parent %s does not", child,
			rule_rdata(p->fs, p->child, rr), parent));
		f->type = "NS";
		f->help = "give both zones the same NS records";
	}
	if ((rr = zone_parent_lacking(p->parent, p->cut, p->child, apex)) !=
	    NULL) {
		f = tell(p, p->parent, rr,
		    findings_text(p->fs,
			"%s delegates %s to %s, which the child does not name",
			parent, child, rule_rdata(p->fs, p->parent, rr)));
		f->type = "NS";
		f->help = "give both zones the same NS records";
	}
}

/* Authoritative data of the child, or NULL. */
static const struct zone_rrset *
visible(const struct zone *zone, const uint8_t *name, uint16_t type)
{
	const struct zone_rrset *rrset = zone_find_rrset(zone, name, type);

	return rrset != NULL && zone_is_authoritative(zone, rrset) ? rrset
								   : NULL;
}

static void
compare_glue_type(const struct pairing *p, const uint8_t *server, uint16_t type)
{
	const struct zone_rrset *glue = zone_find_rrset(
	    p->parent, server, type);
	const struct zone_rrset *own = visible(p->child, server, type);
	const struct zone *zone = p->parent;
	const struct zone_rr *rr;
	struct finding *f;

	rr = zone_parent_lacking(p->parent, glue, p->child, own);
	if (rr == NULL) {
		zone = p->child;
		rr = zone_parent_lacking(p->child, own, p->parent, glue);
	}
	if (rr == NULL)
		return;
	f = tell(p, zone, rr,
	    findings_text(p->fs, "glue for %s differs: only the %s has %s",
		rule_name(p->fs, server),
		zone == p->parent ? "parent" : "child",
		rule_rdata(p->fs, zone, rr)));
	f->type = rule_type(p->fs, type);
	f->help = "give the server the same addresses in both zones";
}

static void
compare_glue(const struct pairing *p)
{
	const struct zone_rr *rr;
	const uint8_t *server;
	uint32_t i, owner;

	for (i = 0; p->cut != NULL && i < p->cut->count; i++) {
		rr = rule_first(p->parent, p->cut) + i;
		server = zone_rr_data(p->parent, rr);
		if (!name_is_under(server, p->child->apex))
			continue;
		owner = zone_find(p->child, server);
		/* Missing glue altogether is zone-ns-address; a server below a
		 * cut of the child is for the grandchild to say. */
		if (owner != ZONE_NONE &&
		    p->child->owner[owner].flags &
			(ZONE_CUT | ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
			continue;
		if (zone_find_rrset(p->parent, server, RRTYPE_A) == NULL &&
		    zone_find_rrset(p->parent, server, RRTYPE_AAAA) == NULL)
			continue;
		compare_glue_type(p, server, RRTYPE_A);
		compare_glue_type(p, server, RRTYPE_AAAA);
	}
}

/*
 * A DS of the parent must name a key of the child; which of them, and what for,
 * is dnssec-ds-mismatch. Where the child's keys are not in the repository (it
 * is signed after the merge), nothing can be compared.
 */
static void
compare_ds(const struct pairing *p, bool unsigned_child)
{
	const struct zone_rrset *ds = zone_find_rrset(
	    p->parent, p->child->apex, RRTYPE_DS);
	const struct zone_rrset *keys = zone_find_rrset(
	    p->child, p->child->apex, RRTYPE_DNSKEY);
	const struct zone_rr *rr, *key;
	struct finding *f;
	uint32_t i;

	if (ds == NULL || (keys == NULL && !unsigned_child))
		return;
	for (i = 0; i < ds->count && i < PARENT_DS_MAX; i++) {
		rr = rule_first(p->parent, ds) + i;
		if (ds_find_key(p->child, zone_rr_data(p->parent, rr),
			rr->rdlen, &key) >= DNSSEC_DS_UNKNOWN)
			return;
	}
	f = tell(p, p->parent, rule_first(p->parent, ds),
	    findings_text(p->fs,
		"the DS of %s at its parent names no key of the child",
		rule_name(p->fs, p->child->apex)));
	f->type = "DS";
	f->help = "publish the DS of the child's key-signing key";
}

/* How the policy says that the zone at PATH is signed. */
static bool
is_unsigned(const struct evidence *ev, const char *path)
{
	struct policy_match m;
	struct error e;

	return policy_match_path(ev->policy, path, &m, &e) == 1 &&
	       (m.entry->dnssec.mode == POLICY_DNSSEC_UNSIGNED ||
		   m.entry->dnssec.mode == POLICY_DNSSEC_PRESIGNED);
}

static void
compare(const struct evidence *ev, struct pairing *p, const char *child_path)
{
	uint32_t owner = zone_find(p->parent, p->child->apex);

	if (p->parent->broken || p->child->broken)
		return; /* its own syntax errors block */
	if (owner != ZONE_NONE &&
	    p->parent->owner[owner].flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return; /* zone-occluded */
	p->cut = zone_rrset(p->parent, owner, RRTYPE_NS);
	compare_ns(p);
	compare_glue(p);
	compare_ds(p, is_unsigned(ev, child_path));
}

static void
tell_unreadable(const struct evidence_zone *ez, struct findings *fs,
    const struct zoneset_entry *other)
{
	struct finding *f;

	f = rule_report_pair(fs, ez, id, NULL, NULL,
	    "%s cannot be compared with %s, which cannot be read",
	    ez->apex_text, other->path);
	f->help = "mend that zone first";
}

/* The zone around EZ, if it is here. */
static void
with_parent(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	struct pairing p = {.ez = ez, .fs = fs, .child = ez->new};
	struct error e;
	uint32_t i;

	if (name_is_root(ez->apex))
		return;
	i = zoneset_closest(ev->new, ez->view, name_parent(ez->apex));
	if (i == ZONE_NONE)
		return;
	p.parent = zoneset_zone(ev->new, i, NULL, &e);
	if (p.parent == NULL || p.parent->broken) {
		tell_unreadable(ez, fs, zoneset_entry(ev->new, i));
		return;
	}
	compare(ev, &p, ez->file);
}

static void
with_child(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs, uint32_t i)
{
	const struct zoneset_entry *entry = zoneset_entry(ev->new, i);
	struct pairing p = {.ez = ez, .fs = fs, .parent = ez->new};
	struct error e;

	if (parent_is_judged(ev, ez->view, entry->apex))
		return; /* compared from the child's side */
	p.child = zoneset_zone(ev->new, i, NULL, &e);
	if (p.child == NULL || p.child->broken) {
		tell_unreadable(ez, fs, entry);
		return;
	}
	compare(ev, &p, entry->path);
}

/* The children of EZ that are here: by its cuts, before and now. */
static void
with_children(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct zone *zone = ez->new;
	const struct diff_change *c;
	uint32_t i, j;
	size_t k;

	for (i = 0; i < zone->nowners; i++) {
		if ((zone->owner[i].flags & ZONE_CUT) == 0)
			continue;
		j = zoneset_find(ev->new, ez->view, zone->owner[i].name);
		if (j != ZONE_NONE)
			with_child(ev, ez, fs, j);
	}
	for (k = 0; ez->diff != NULL && k < ez->diff->n; k++) {
		c = &ez->diff->change[k];
		if (c->kind != DIFF_REMOVED || c->type != RRTYPE_NS ||
		    name_equal(c->name, ez->apex))
			continue;
		j = zoneset_find(ev->new, ez->view, c->name);
		if (j != ZONE_NONE)
			with_child(ev, ez, fs, j);
	}
}

static void
check_parent_child(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	if (ev->new == NULL || ez->new == NULL || ez->new->broken)
		return;
	with_parent(ev, ez, fs);
	if (zoneset_count(ev->new) > 1) {
		with_children(ev, ez, fs);
		zone_parent_glue(ev, ez, fs);
	}
}

const struct rule rule_zone_parent_child = {
    .id = "zone-parent-child",
    .title = "parent and child zone contradict each other",
    .severity = SEVERITY_ERROR,
    .what = "Both a zone and its parent are in this repository, and they "
	    "differ in the NS records of the child, in the addresses of its "
	    "servers (glue), or the parent's DS names no key of the child. "
	    "Glue for a server of another delegation, or of a zone further "
	    "down, must be what that server's own zone answers too.",
    .why = "Resolvers begin with what the parent says and later believe the "
	   "child: answers then depend on who asked what before. A server "
	   "that was replaced in one of the two zones keeps being asked, and "
	   "whoever gets its address answers. A DS without its key makes the "
	   "whole child zone fail to validate.",
    .bad = "; example.com.zone\n"
	   "sub  NS  ns1.dns-a.example.\n"
	   "; sub.example.com.zone\n"
	   "@    NS  ns1.dns-b.example.\n",
    .good = "; example.com.zone\n"
	    "sub  NS  ns1.dns-b.example.\n"
	    "; sub.example.com.zone\n"
	    "@    NS  ns1.dns-b.example.\n",
    .fix = "Change both files in one push, so that they say the same.",
    .pair = check_parent_child,
};
