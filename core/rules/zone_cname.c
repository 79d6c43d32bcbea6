/* Aliases: alone at their name, one, leading somewhere. */
#include "check.h"
#include "reach.h"
#include "table.h"

/* ---- zone-cname-other-data ------------------------------------------------
 */

/* What may stand beside a CNAME: the records of its own signing. */
static bool
fits_cname(uint16_t type)
{
	return type == RRTYPE_CNAME || type == RRTYPE_RRSIG ||
	       type == RRTYPE_NSEC;
}

static void
check_other_data(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_owner *o = &w->zone->owner[rrset->owner];
	const struct zone_rrset *other;
	struct text t = TEXT_INIT;
	char type[RRTYPE_MAX_TEXT];
	struct finding *f;
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++) {
		other = &w->zone->rrset[o->rrset + i];
		if (!fits_cname(other->type))
			text_printf(&t, "%s%s", t.len == 0 ? "" : ", ",
			    rrtype_to_text(type, other->type));
	}
	if (text_lost(&t))
		w->out->lost = true;
	if (t.len != 0 && !rule_muted(w)) {
		f = rule_report(w, "zone-cname-other-data",
		    rule_first(w->zone, rrset), "%s has a CNAME and also %s",
		    rule_name(w->out, o->name), t.data);
		f->help = "a CNAME stands alone: remove it or the other "
			  "records";
	}
	text_free(&t);
}

const struct rule rule_zone_cname_other_data = {
    .id = "zone-cname-other-data",
    .title = "a CNAME stands beside other records",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "A name has a CNAME and records of other types. Only RRSIG and "
	    "NSEC may stand beside a CNAME (RFC 1034 section 3.6.2, RFC 2181 "
	    "section 10.1, RFC 4035 section 2.5).",
    .why = "Servers refuse to load the zone, or answer with one or the other "
	   "by chance. At the apex it hides SOA and NS and takes the whole "
	   "zone down.",
    .bad = "www  CNAME  lb.example.net.\n"
	   "www  TXT    \"v=spf1 -all\"\n",
    .good = "www  A      192.0.2.10\n"
	    "www  TXT    \"v=spf1 -all\"\n",
    .fix = "Keep the CNAME alone, or replace it by the addresses it led to. "
	   "Where the alias is needed beside other data, HTTPS records in "
	   "AliasMode (RFC 9460) are made for that.",
    .rrset = check_other_data,
    .rrset_type = {RRTYPE_CNAME},
};

/* ---- zone-cname-multiple --------------------------------------------------
 */

static void
check_multiple(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	struct finding *f;

	if (rrset->count < 2 || rule_muted(w))
		return;
	f = rule_report(w, "zone-cname-multiple", rr + 1,
	    "%s has %u %s records",
	    rule_name(w->out, zone_rr_owner(w->zone, rr)), rrset->count,
	    rr->type == RRTYPE_DNAME ? "DNAME" : "CNAME");
	f->help = "keep one: an alias has one target";
}

const struct rule rule_zone_cname_multiple = {
    .id = "zone-cname-multiple",
    .title = "a name has several CNAME or DNAME records",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "A name has two or more different CNAME records (RFC 2181 section "
	    "10.1), or two or more DNAME records (RFC 6672 section 2.4).",
    .why = "Servers refuse the zone, or follow one of them by chance. It is "
	   "often meant as load balancing, which it never is.",
    .bad = "www  CNAME  a.example.net.\n"
	   "www  CNAME  b.example.net.\n",
    .good = "www  A  192.0.2.10\n"
	    "www  A  198.51.100.10\n",
    .fix = "Keep one alias, or use several address records instead.",
    .rrset = check_multiple,
    .rrset_type = {RRTYPE_CNAME, RRTYPE_DNAME},
};

/* ---- zone-cname-loop ------------------------------------------------------
 */

static void
check_loop(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	static const uint8_t probe[] = {1, 'x', 0};
	const struct zone_owner *o = &w->zone->owner[rrset->owner];
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	uint8_t name[NAME_MAX_LEN];
	const struct chain *c;
	struct finding *f;

	if (!zone_is_authoritative(w->zone, rrset))
		return;
	if (rr->type == RRTYPE_CNAME) {
		c = reach_chain(w, o->name, rrset);
	} else {
		if (name_join(name, probe, o->name) == 0)
			return;
		c = reach_chain(w, name, NULL);
	}
	if ((c->end == CHAIN_LOOP || c->end == CHAIN_LONG) && rule_muted(w))
		return;
	/* The names of a wildcard are no owners: its own link closes them. */
	if (c->end == CHAIN_LOOP &&
	    (c->leads || rr->type == RRTYPE_DNAME || c->link == rrset))
		f = rule_report(w, "zone-cname-loop", rr,
		    "%s leads back to itself", rule_name(w->out, o->name));
	else if (c->end == CHAIN_LONG)
		f = rule_report(w, "zone-cname-loop", rr,
		    "%s leads over more aliases than resolvers follow",
		    rule_name(w->out, o->name));
	else
		return;
	f->help = "let the chain end at a name with records of its own";
}

const struct rule rule_zone_cname_loop = {
    .id = "zone-cname-loop",
    .title = "aliases lead in a circle",
    .severity = SEVERITY_ERROR,
    .what = "A chain of CNAME or DNAME records, over all zones of the view, "
	    "comes back to where it began, has more than 16 steps, or makes a "
	    "name longer than 255 octets.",
    .why = "Resolvers give up and answer SERVFAIL: the name is gone, though it "
	   "looks configured. Loops appear when a name and the standby it "
	   "points to are swapped in two steps and only one was made.",
    .bad = "www   CNAME  web\n"
	   "web   CNAME  www\n",
    .good = "www   CNAME  web\n"
	    "web   A      192.0.2.10\n",
    .fix = "Give the last name of the chain addresses of its own.",
    .rrset = check_loop,
    .rrset_type = {RRTYPE_CNAME, RRTYPE_DNAME},
};

/* ---- zone-cname-dangling --------------------------------------------------
 */

static void
check_dangling(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	const struct chain *c;
	struct finding *f;

	if (!zone_is_authoritative(w->zone, rrset))
		return;
	c = reach_chain(w, zone_rr_owner(w->zone, rr), rrset);
	if (c->end == CHAIN_UNKNOWN) {
		if (rule_muted(w))
			return;
		f = rule_report(w, "zone-cname-dangling", rr,
		    "%s leads to %s, whose zone cannot be read",
		    rule_name(w->out, zone_rr_owner(w->zone, rr)),
		    rule_name(w->out, c->target));
		f->help = "mend the zone of the target first";
		return;
	}
	/* A longer chain is for its last link in this zone to report. */
	if (c->end != CHAIN_MISSING ||
	    (c->steps > 1 && c->zone == w->zone &&
		c->link->type == RRTYPE_CNAME) ||
	    rule_muted(w))
		return;
	f = rule_report(w, "zone-cname-dangling", rr,
	    "%s leads to %s, which does not exist",
	    rule_name(w->out, zone_rr_owner(w->zone, rr)),
	    rule_name(w->out, c->target));
	f->help = "remove the alias, or add its target";
}

const struct rule rule_zone_cname_dangling = {
    .id = "zone-cname-dangling",
    .title = "an alias leads to a name that does not exist",
    .severity = SEVERITY_ERROR,
    .what = "A CNAME, directly or over others, leads to a name inside the "
	    "zones of this repository that does not exist. Names outside "
	    "cannot be judged here; for protected names see "
	    "failover-leaves-repo.",
    .why = "The alias answers NXDOMAIN. Most often the target was removed and "
	   "the alias forgotten, or a final dot is missing. When the missing "
	   "name is later given to somebody else, the alias is theirs.",
    .bad = "old  CNAME  legacy\n"
	   "; legacy.example.com. was removed\n",
    .good = "old     CNAME  legacy\n"
	    "legacy  A      192.0.2.99\n",
    .fix = "Remove the alias together with its target, or correct the target.",
    .rrset = check_dangling,
    .rrset_type = {RRTYPE_CNAME},
};
