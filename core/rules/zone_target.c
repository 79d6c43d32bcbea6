/* Targets of MX and SRV records. */
#include "check.h"
#include "reach.h"
#include "table.h"

/*
 * What is wrong with TARGET as the name of a host, or NULL. Names in no zone of
 * the repository are for their owners to keep.
 */
static const char *
fault_of_host(const struct rule_walk *w, const uint8_t *target)
{
	struct reach l;

	reach_name(w, target, &l);
	if (reach_alias(&l) != NULL)
		return "is an alias";
	if (reach_has_address(&l))
		return NULL;
	return l.where == REACH_MISSING ? "does not exist" : "has no address";
}

static void
check_hosts(const struct rule_walk *w, const struct zone_rrset *rrset,
    const char *id, const char *what)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const uint8_t *target;
	const char *fault;
	struct finding *f;

	if (!zone_is_authoritative(w->zone, rrset))
		return;
	for (end = rr + rrset->count; rr < end; rr++) {
		target = rdata_target(
		    rr->type, zone_rr_data(w->zone, rr), rr->rdlen);
		/* The root says that there is no such service. */
		if (target == NULL || name_is_root(target) ||
		    (fault = fault_of_host(w, target)) == NULL || rule_muted(w))
			continue;
		f = rule_report(w, id, rr, "the %s %s %s", what,
		    rule_name(w->out, target), fault);
		f->help = "give the target A or AAAA records of its own, or "
			  "name a host that has some";
	}
}

static void
check_mx(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	const uint8_t *target;
	struct finding *f;
	uint32_t i;

	check_hosts(w, rrset, "zone-mx-target", "mail server");
	if (rrset->count < 2 || !zone_is_authoritative(w->zone, rrset))
		return;
	for (i = 0; i < rrset->count; i++) {
		target = rdata_target(
		    RRTYPE_MX, zone_rr_data(w->zone, rr + i), rr[i].rdlen);
		if (target == NULL || !name_is_root(target))
			continue;
		f = rule_report(w, "zone-mx-target", rr + i,
		    "%s refuses mail (null MX) and has mail servers",
		    rule_name(w->out, zone_rr_owner(w->zone, rr)));
		f->help = "a null MX stands alone (RFC 7505 section 3)";
	}
}

const struct rule rule_zone_mx_target = {
    .id = "zone-mx-target",
    .title = "a mail server has no address or is an alias",
    .severity = SEVERITY_ERROR,
    .what = "An MX record names a host in this repository that does not exist, "
	    "has neither A nor AAAA, or is a CNAME. A null MX (\"0 .\", RFC "
	    "7505) is fine when it stands alone.",
    .why = "Mail to the domain is queued for days and then returned. With a "
	   "CNAME it works for some senders and not for others (RFC 2181 "
	   "section 10.3).",
    .bad = "@     MX  10 mail\n"
	   "; no mail.example.com.\n",
    .good = "@     MX  10 mail\n"
	    "mail  A   192.0.2.25\n",
    .fix = "Add the host's addresses or correct its name; a missing final dot "
	   "puts a foreign host inside the zone.",
    .rrset = check_mx,
    .rrset_type = {RRTYPE_MX},
};

static void
check_srv(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	check_hosts(w, rrset, "zone-srv-target", "service host");
}

const struct rule rule_zone_srv_target = {
    .id = "zone-srv-target",
    .title = "the host of a service has no address or is an alias",
    .severity = SEVERITY_ERROR,
    .what = "An SRV record names a host in this repository that does not "
	    "exist, has neither A nor AAAA, or is a CNAME. The target \".\" "
	    "(no such service) is fine.",
    .why = "Clients pick a target by priority and weight and then cannot reach "
	   "it: log-ins, calls or cluster joins fail at random. RFC 2782 "
	   "forbids aliases as targets.",
    .bad = "_sip._tcp  SRV  10 50 5060 sip2\n"
	   "; no sip2.example.com.\n",
    .good = "_sip._tcp  SRV  10 50 5060 sip2\n"
	    "sip2       A    192.0.2.60\n",
    .fix = "Add the host's addresses, or remove the record of a host that is "
	   "gone.",
    .rrset = check_srv,
    .rrset_type = {RRTYPE_SRV},
};
