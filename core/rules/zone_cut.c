/* Data that delegations and DNAMEs hide. */
#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "check.h"
#include "table.h"

/* ---- zone-dname-children --------------------------------------------------
 */

/* The subtree of owner I: it and what follows while it lies below. */
static uint32_t
subtree_end(const struct zone *zone, uint32_t i)
{
	const uint8_t *top = zone->owner[i].name;

	for (i++; i < zone->nowners; i++)
		if (!name_is_under(zone->owner[i].name, top))
			break;
	return i;
}

/* Names that signing adds below the apex: NSEC3 owners. */
static bool
is_denial_only(const struct zone *zone, const struct zone_owner *o)
{
	uint16_t i, type;

	for (i = 0; i < o->nrrsets; i++) {
		type = zone->rrset[o->rrset + i].type;
		if (type != RRTYPE_NSEC3 && type != RRTYPE_RRSIG)
			return false;
	}
	return true;
}

static void
check_dname(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone *zone = w->zone;
	uint32_t i, end, n = 0, first = 0;
	struct finding *f;

	if (zone->owner[rrset->owner].flags &
	    (ZONE_BELOW_DNAME | ZONE_BELOW_CUT))
		return;
	end = subtree_end(zone, rrset->owner);
	for (i = rrset->owner + 1; i < end; i++) {
		if (is_denial_only(zone, &zone->owner[i]))
			continue;
		if (n++ == 0)
			first = i;
	}
	if (n == 0 || rule_muted(w))
		return;
	f = rule_report(w, "zone-dname-children", rule_first(zone, rrset),
	    "%u name%s below the DNAME of %s can never be reached, the first "
	    "is %s",
	    n, n == 1 ? "" : "s",
	    rule_name(w->out, zone->owner[rrset->owner].name),
	    rule_name(w->out, zone->owner[first].name));
	f->help = "remove the names, or the DNAME: it redirects all names "
		  "below it";
}

const struct rule rule_zone_dname_children = {
    .id = "zone-dname-children",
    .title = "names stand below a DNAME",
    .severity = SEVERITY_ERROR,
    .what = "A name has a DNAME, and the zone holds records at names below it. "
	    "RFC 6672 section 2.4 forbids that: the DNAME answers for all of "
	    "them.",
    .why = "Some servers refuse the zone; the others never give out what "
	   "stands there. A DNAME added above live names switches them all "
	   "off at once, and the diff shows one added line.",
    .bad = "shop      DNAME  shop.example.net.\n"
	   "www.shop  A      192.0.2.10\n",
    .good = "shop      DNAME  shop.example.net.\n",
    .fix = "Move the names to the DNAME's target, or use single CNAMEs "
	   "instead of the DNAME.",
    .rrset = check_dname,
    .rrset_type = {RRTYPE_DNAME},
};

/* ---- zone-occluded --------------------------------------------------------
 */

/* All targets of NS records: what addresses below a cut may be glue for. */
struct servers {
	struct hash_table *table; /* made when first asked */
	bool failed;
};

static int
servers_add(struct hash_table *t, const struct zone *zone,
    const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(zone, rrset);
	const uint8_t *target;
	uint32_t i;

	for (i = 0; i < rrset->count; i++, rr++) {
		target = zone_rr_data(zone, rr);
		if (hash_table_put(t, target, name_len(target), 1, NULL) ==
		    NULL)
			return -1;
	}
	return 0;
}

static void
servers_make(const struct zone *zone, struct servers *s)
{
	uint32_t i;

	if ((s->table = hash_table_new(1024)) == NULL) {
		s->failed = true;
		return;
	}
	for (i = 0; i < zone->nrrsets; i++)
		if (zone->rrset[i].type == RRTYPE_NS &&
		    servers_add(s->table, zone, &zone->rrset[i]) != 0)
			s->failed = true;
}

/* Is NAME a server of the delegation CUT, or of any other? */
static bool
is_server(const struct zone *zone, struct servers *s,
    const struct zone_rrset *cut, const struct zone_owner *o)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; cut != NULL && i < cut->count; i++) {
		rr = rule_first(zone, cut) + i;
		if (rr->rdlen == o->len &&
		    memcmp(zone_rr_data(zone, rr), o->name, o->len) == 0)
			return true;
	}
	if (s->table == NULL && !s->failed)
		servers_make(zone, s);
	return !s->failed && hash_table_find(s->table, o->name, o->len) != NULL;
}

/* May TYPE stand at a cut, glue apart (RFC 4035 section 2.2)? */
static bool
fits_cut(uint16_t type)
{
	return type == RRTYPE_NS || type == RRTYPE_DS ||
	       rule_is_signing_type(type);
}

/* First RRset of owner O that nobody will see, or NULL. */
static const struct zone_rrset *
occluded(const struct zone *zone, const struct zone_owner *o, struct servers *s,
    const struct zone_rrset *cut)
{
	const struct zone_rrset *rrset = &zone->rrset[o->rrset];
	uint16_t i;

	for (i = 0; i < o->nrrsets; i++, rrset++) {
		/* Signatures of hidden data are dnssec-extra-rrsig's. */
		if (rule_is_signing_type(rrset->type))
			continue;
		if (o->flags & ZONE_BELOW_DNAME)
			return rrset;
		if ((o->flags & ZONE_BELOW_CUT) == 0 && fits_cut(rrset->type))
			continue;
		if ((rrset->type == RRTYPE_A || rrset->type == RRTYPE_AAAA) &&
		    is_server(zone, s, cut, o))
			continue;
		return rrset;
	}
	return NULL;
}

static void
tell_occluded(const struct rule_walk *w, const struct zone_owner *o,
    const struct zone_rrset *rrset, uint32_t above)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	const char *name;
	struct finding *f;

	if (rule_muted(w))
		return;
	name = rule_name(w->out, o->name);
	if (o->flags & ZONE_BELOW_DNAME)
		f = rule_report(w, "zone-occluded", rr,
		    "%s %s is below a DNAME: no resolver will ever see it",
		    name, rule_type(w->out, rr->type));
	else if (o->flags & ZONE_BELOW_CUT)
		f = rule_report(w, "zone-occluded", rr,
		    "%s %s is below the delegation of %s: no resolver will "
		    "ever see it",
		    name, rule_type(w->out, rr->type),
		    above == ZONE_NONE
			? "a name above"
			: rule_name(w->out, w->zone->owner[above].name));
	else
		f = rule_report(w, "zone-occluded", rr,
		    "%s %s stands at a delegation: the child zone answers for "
		    "it",
		    name, rule_type(w->out, rr->type));
	f->help = "put the record into the child zone or the DNAME's target, "
		  "or remove what hides it";
}

static void
check_occluded(const struct rule_walk *w)
{
	const struct zone *zone = w->zone;
	struct servers s = {NULL, false};
	const struct zone_rrset *rrset, *ns = NULL;
	const struct zone_owner *o;
	uint32_t i, cut = ZONE_NONE;

	for (i = 0; i < zone->nowners; i++) {
		o = &zone->owner[i];
		if ((o->flags &
			(ZONE_CUT | ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) == 0)
			continue;
		/* Canonical order: a cut stands before all below it. */
		if ((o->flags & ZONE_CUT) && (o->flags & ZONE_BELOW_CUT) == 0) {
			cut = i;
			ns = zone_rrset(zone, i, RRTYPE_NS);
		}
		if ((rrset = occluded(zone, o, &s, ns)) != NULL)
			tell_occluded(w, o, rrset, cut);
		if (s.failed)
			w->out->lost = true;
	}
	hash_table_free(s.table);
}

const struct rule rule_zone_occluded = {
    .id = "zone-occluded",
    .title = "records are hidden by a delegation or a DNAME",
    .severity = SEVERITY_ERROR,
    .what = "Records stand at or below a delegation, and are neither NS, DS "
	    "nor glue (addresses of a name server); or they stand below a "
	    "DNAME. Resolvers are sent elsewhere before they could see them "
	    "(RFC 1034 section 4.2.1, RFC 5936 section 3.5).",
    .why = "Such records look right in a review and answer nothing. The real "
	   "answer comes from the child zone, which somebody else may run: a "
	   "new delegation above a live name moves it out of your hands while "
	   "its old records stay in the file, untouched.",
    .bad = "api      NS  ns1.dns-a.example.\n"
	   "www.api  A   192.0.2.10\n",
    .good = "api      NS  ns1.dns-a.example.\n"
	    "; www.api stands in the zone api.example.com.\n",
    .fix = "Move the records into the child zone, or remove the delegation "
	   "or DNAME above them.",
    .zone = check_occluded,
};
