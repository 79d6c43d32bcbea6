/* Name servers, of the zone and of its delegations. */
#include "check.h"
#include "reach.h"
#include "table.h"

#include <string.h>

/* Does this NS RRset count: the zone's own or a delegation's, not occluded? */
static bool
is_live_ns(const struct zone *zone, const struct zone_rrset *rrset)
{
	return (zone->owner[rrset->owner].flags &
		   (ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) == 0;
}

static const uint8_t *
target_of(const struct zone *zone, const struct zone_rr *rr)
{
	return rdata_target(rr->type, zone_rr_data(zone, rr), rr->rdlen);
}

/* ---- zone-ns, zone-ns-single ----------------------------------------------
 */

static const struct zone_rrset *
apex_ns(const struct zone *zone)
{
	return zone_find_rrset(zone, zone->apex, RRTYPE_NS);
}

static void
check_ns(const struct rule_walk *w)
{
	struct finding *f;

	if (apex_ns(w->zone) != NULL)
		return;
	f = rule_report(
	    w, "zone-ns", NULL, "%s has no NS records", w->ez->apex_text);
	f->type = "NS";
	f->help = "name the zone's servers at its apex";
}

const struct rule rule_zone_ns = {
    .id = "zone-ns",
    .title = "the zone names no server",
    .severity = SEVERITY_ERROR,
    .what = "There is no NS record at the apex, so the zone does not say who "
	    "serves it (RFC 1035 section 6.1).",
    .why = "Servers refuse to load a zone without NS records. Resolvers that "
	   "ask the zone for its servers would get none, and what the parent "
	   "says is all that is left.",
    .bad = "@   SOA ns1 hostmaster 1 7200 900 1209600 300\n"
	   "www A   192.0.2.10\n",
    .good = "@   SOA ns1 hostmaster 1 7200 900 1209600 300\n"
	    "@   NS  ns1.dns-a.example.\n"
	    "@   NS  ns1.dns-b.example.\n"
	    "www A   192.0.2.10\n",
    .fix = "Add the NS records that the parent zone has.",
    .zone = check_ns,
};

static void
check_ns_single(const struct rule_walk *w)
{
	const struct zone_rrset *ns = apex_ns(w->zone);
	struct finding *f;

	if (ns == NULL || ns->count > 1)
		return;
	f = rule_report(w, "zone-ns-single", rule_first(w->zone, ns),
	    "%s has one name server only", w->ez->apex_text);
	f->help = "add a second one, in another network (RFC 2182)";
}

const struct rule rule_zone_ns_single = {
    .id = "zone-ns-single",
    .title = "the zone has one name server only",
    .severity = SEVERITY_WARNING,
    .what = "The apex has a single NS record: one host answers for every name "
	    "of the zone.",
    .why = "When that server or its network is away, so is every name of the "
	   "zone, whatever failover its records promise. RFC 1034 section 4.1 "
	   "asks for two, RFC 2182 for two that do not fail together.",
    .bad = "@   NS  ns1.dns-a.example.\n",
    .good = "@   NS  ns1.dns-a.example.\n"
	    "@   NS  ns1.dns-b.example.\n",
    .fix = "Add a server at another provider or in another network, here and "
	   "at the parent.",
    .zone = check_ns_single,
};

/* ---- zone-ns-address ------------------------------------------------------
 */

/* Of how many owners after a cut glue is looked for first. */
#define NEAR 4

/* The owner of the glue NAME of the delegation CUT: most often it follows. */
static uint32_t
glue_owner(const struct rule_walk *w, uint32_t cut, const uint8_t *name)
{
	size_t len = name_len(name);
	uint32_t i;

	for (i = cut; i <= cut + NEAR && i < w->zone->nowners; i++)
		if (w->zone->owner[i].len == len &&
		    memcmp(w->zone->owner[i].name, name, len) == 0)
			return i;
	return reach_owner(w, name);
}

/* Glue counts whether it is visible or not. */
static bool
has_glue(const struct rule_walk *w, uint32_t cut, const uint8_t *name)
{
	uint32_t owner = glue_owner(w, cut, name);

	return zone_rrset(w->zone, owner, RRTYPE_A) != NULL ||
	       zone_rrset(w->zone, owner, RRTYPE_AAAA) != NULL;
}

static void
check_glue(const struct rule_walk *w, const struct zone_rrset *rrset,
    const struct zone_rr *rr, const uint8_t *target)
{
	const uint8_t *cut = w->zone->owner[rrset->owner].name;
	struct finding *f;

	if (has_glue(w, rrset->owner, target) || rule_muted(w))
		return;
	f = rule_report(w, "zone-ns-address", rr,
	    "the delegation of %s has no glue for its server %s",
	    rule_name(w->out, cut), rule_name(w->out, target));
	f->help = "add A or AAAA records of that server to this zone "
		  "(RFC 9471)";
}

static void
check_ns_address(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_owner *owner = &w->zone->owner[rrset->owner];
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const uint8_t *target;
	struct finding *f;
	struct reach l;

	if (!is_live_ns(w->zone, rrset))
		return;
	for (end = rr + rrset->count; rr < end; rr++) {
		target = target_of(w->zone, rr);
		if (target == NULL || !name_is_under(target, w->zone->apex))
			continue;
		if ((owner->flags & ZONE_CUT) &&
		    name_is_under(target, owner->name)) {
			check_glue(w, rrset, rr, target);
			continue;
		}
		reach_name(w, target, &l);
		/* An alias is zone-ns-cname's matter. */
		if (reach_has_address(&l) || reach_alias(&l) != NULL ||
		    rule_muted(w))
			continue;
		f = rule_report(w, "zone-ns-address", rr,
		    "the name server %s %s", rule_name(w->out, target),
		    l.where == REACH_MISSING ? "does not exist"
					     : "has no address");
		f->help = "add its A or AAAA records, or name a server that "
			  "has some";
	}
}

const struct rule rule_zone_ns_address = {
    .id = "zone-ns-address",
    .title = "a name server inside the zone has no address",
    .severity = SEVERITY_ERROR,
    .what = "An NS record, of the zone or of a delegation, names a server "
	    "inside this zone, and the zone holds neither A nor AAAA for it. "
	    "For a server below its own delegation, that is missing glue.",
    .why = "Nobody can ask a server that has no address. Without glue a "
	   "delegation cannot be followed at all: the answer to where the "
	   "server is would have to come from that server.",
    .bad = "sub       NS  ns1.sub\n"
	   "; no address of ns1.sub\n",
    .good = "sub       NS  ns1.sub\n"
	    "ns1.sub   A   192.0.2.53\n",
    .fix = "Add the addresses, correct the spelling of the server (a missing "
	   "final dot puts it inside the zone), or name another one.",
    .rrset = check_ns_address,
    .rrset_type = {RRTYPE_NS},
};

/* ---- zone-ns-cname --------------------------------------------------------
 */

static void
check_ns_cname(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_owner *owner = &w->zone->owner[rrset->owner];
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const uint8_t *target;
	struct finding *f;
	struct reach l;

	if (!is_live_ns(w->zone, rrset))
		return;
	for (end = rr + rrset->count; rr < end; rr++) {
		target = target_of(w->zone, rr);
		/* Below its own delegation it is for the child to say. */
		if (target == NULL || (owner->flags & ZONE_CUT &&
					  name_is_under(target, owner->name)))
			continue;
		reach_name(w, target, &l);
		if (reach_alias(&l) == NULL || rule_muted(w))
			continue;
		f = rule_report(w, "zone-ns-cname", rr,
		    "the name server %s is an alias (%s)",
		    rule_name(w->out, target),
		    l.where == REACH_DNAME ? "below a DNAME" : "a CNAME");
		f->help = "name the server by the name that has its addresses";
	}
}

const struct rule rule_zone_ns_cname = {
    .id = "zone-ns-cname",
    .title = "a name server is an alias",
    .severity = SEVERITY_ERROR,
    .what = "An NS record points to a name that is a CNAME or lies below a "
	    "DNAME, in this zone or in another zone of the repository.",
    .why = "RFC 2181 section 10.3 forbids it. Many resolvers do not follow the "
	   "alias and treat the server as unreachable: the zone works for some "
	   "and fails for others.",
    .bad = "@    NS     ns1\n"
	   "ns1  CNAME  server7\n",
    .good = "@    NS     ns1\n"
	    "ns1  A      192.0.2.53\n",
    .fix = "Give the server name its own A and AAAA records, or name the "
	   "alias's target in the NS record, here and at the parent.",
    .rrset = check_ns_cname,
    .rrset_type = {RRTYPE_NS},
};

/* ---- zone-ns-not-allowed --------------------------------------------------
 */

static void
check_ns_allowed(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct policy *p = w->ev->policy;
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const uint8_t *target;
	struct finding *f;

	if (p->nnameservers == 0 || !is_live_ns(w->zone, rrset))
		return;
	for (end = rr + rrset->count; rr < end; rr++) {
		target = target_of(w->zone, rr);
		if (target != NULL &&
		    policy_name_matches(p->nameserver, p->nnameservers, target))
			continue;
		if (rule_muted(w))
			continue;
		f = rule_report(w, "zone-ns-not-allowed", rr,
		    "%s may not be served by %s",
		    rule_name(w->out, zone_rr_owner(w->zone, rr)),
		    rule_rdata(w->out, w->zone, rr));
		f->expected = findings_text(w->out, "allowed: %s",
		    rule_patterns(w->out, p->nameserver, p->nnameservers));
		f->authority = rule_authority(
		    w->out, p, p->nameserver_line, NULL);
		f->help = "use an approved name server, or ask the policy's "
			  "owner to add it under nameservers";
	}
}

const struct rule rule_zone_ns_not_allowed = {
    .id = "zone-ns-not-allowed",
    .title = "a name server is not on the policy's list",
    .severity = SEVERITY_ERROR,
    .what = "An NS record, at the apex or at a delegation, names a server that "
	    "matches no pattern under nameservers in the policy.",
    .why = "Who runs the name server decides every answer. In 2017 name-server "
	   "names of .io could be registered by anyone; for years a bank "
	   "delegated to a22-65.akam.ne, one letter short of its provider, and "
	   "whoever bought akam.ne could have answered for it.",
    .bad = "; nameservers: {allow: [\"*.akam.net.\"]}\n"
	   "@  NS  a22-65.akam.ne.\n",
    .good = "@  NS  a22-65.akam.net.\n",
    .fix = "Correct the name. If the server is a new and wanted one, the "
	   "policy's owner adds it under nameservers first.",
    .rrset = check_ns_allowed,
    .rrset_type = {RRTYPE_NS},
};
