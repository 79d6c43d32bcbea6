/* The start of authority: there, once, at the apex; serial; timers. */
#include "check.h"
#include "table.h"

/* The five numbers at the end of an SOA record (RFC 1035 §3.3.13). */
struct soa {
	uint32_t serial, refresh, retry, expire, minimum;
};

static bool
soa_read(const struct zone *zone, const struct zone_rr *rr, struct soa *soa)
{
	const uint8_t *p = zone_rr_data(zone, rr);
	uint32_t v[5];
	int i;

	if (rr->rdlen < 22)
		return false;
	p += rr->rdlen - 20;
	for (i = 0; i < 5; i++, p += 4)
		v[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	*soa = (struct soa){v[0], v[1], v[2], v[3], v[4]};
	return true;
}

/* ---- zone-soa ------------------------------------------------------------ */

static void
check_soa_there(const struct rule_walk *w)
{
	struct finding *f;

	if (w->zone->soa != ZONE_NONE)
		return;
	f = rule_report(
	    w, "zone-soa", NULL, "%s has no SOA record", w->ez->apex_text);
	f->type = "SOA";
	f->help = "begin the zone with one SOA record at its apex";
}

static void
check_soa_once(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	struct finding *f;

	if (!(w->zone->owner[rrset->owner].flags & ZONE_APEX)) {
		if (rule_muted(w))
			return;
		f = rule_report(w, "zone-soa", rr,
		    "%s has an SOA record, but the zone is %s",
		    rule_name(w->out, zone_rr_owner(w->zone, rr)),
		    w->ez->apex_text);
		f->help = "an SOA stands at the apex only: move the child "
			  "zone to a file of its own";
	} else if (rrset->count > 1) {
		f = rule_report(w, "zone-soa", rr + 1,
		    "%s has %u different SOA records", w->ez->apex_text,
		    rrset->count);
		f->help = "keep one";
	}
}

const struct rule rule_zone_soa = {
    .id = "zone-soa",
    .title = "the SOA is missing, there several times, or not at the apex",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "A zone has exactly one SOA record, and it stands at the apex "
	    "(RFC 1035 section 5.2, RFC 2181 section 6.1). The zone has none, "
	    "has two that differ, or holds one at another name.",
    .why = "Servers refuse to load such a zone, or each takes another SOA: "
	   "secondaries then compare serials that mean nothing, and the zone "
	   "expires from the internet while the primary looks fine.",
    .bad = "$ORIGIN example.com.\n"
	   "@   SOA ns1 hostmaster 2026112401 7200 900 1209600 300\n"
	   "@   SOA ns1 hostmaster 2026112402 7200 900 1209600 300\n",
    .good = "$ORIGIN example.com.\n"
	    "@   SOA ns1 hostmaster 2026112402 7200 900 1209600 300\n",
    .fix = "Keep one SOA, first in the file, at the apex. An SOA of a child "
	   "zone belongs into a zone file of its own.",
    .zone = check_soa_there,
    .rrset = check_soa_once,
    .rrset_type = {RRTYPE_SOA},
};

/* ---- zone-serial ----------------------------------------------------------
 */

static void
check_serial(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct diff *d = ez->diff;
	const struct zone_rr *rr;
	struct finding *f;

	(void)ev;
	if (d == NULL || ez->old == NULL || ez->new == NULL ||
	    ez->old->soa == ZONE_NONE || ez->new->soa == ZONE_NONE ||
	    diff_serial_less(d->serial_old, d->serial_new))
		return;
	/* Nothing changed at all: the serial may stay. */
	if (d->serial_old == d->serial_new && !d->content_changed)
		return;
	rr = rule_first(ez->new, &ez->new->rrset[ez->new->soa]);
	if (d->serial_old == d->serial_new)
		f = rule_report_pair(fs, ez, "zone-serial", ez->new, rr,
		    "%s changed, but its serial is still %u", ez->apex_text,
		    d->serial_new);
	else
		f = rule_report_pair(fs, ez, "zone-serial", ez->new, rr,
		    "the serial of %s goes back from %u to %u", ez->apex_text,
		    d->serial_old, d->serial_new);
	f->expected = findings_text(fs, "more than %u", d->serial_old);
	f->help = findings_text(
	    fs, "raise the serial, for example to %u", d->serial_old + 1);
}

const struct rule rule_zone_serial = {
    .id = "zone-serial",
    .title = "the zone changed and its serial did not increase",
    .severity = SEVERITY_ERROR,
    .what = "Something in the zone changed, and the SOA serial is not larger "
	    "than before in serial number arithmetic (RFC 1982): it stayed, or "
	    "it went back. Signatures and denial records count as changes, "
	    "because secondaries must fetch them, too. New zones may have any "
	    "serial.",
    .why = "Secondaries fetch a zone when its serial has grown, and only then. "
	   "Without that, the primary answers one thing and the secondaries "
	   "another, for as long as nobody looks: an emergency change that "
	   "reaches half of the servers.",
    .bad = "@   SOA ns1 hostmaster 2026112401 7200 900 1209600 300\n"
	   "www A   192.0.2.11   ; was 192.0.2.10\n",
    .good = "@   SOA ns1 hostmaster 2026112402 7200 900 1209600 300\n"
	    "www A   192.0.2.11\n",
    .fix = "Raise the serial. If it must become smaller (after a typing "
	   "error), go there in two steps of less than 2^31 each, as RFC 1982 "
	   "section 7 shows, and let all secondaries follow after each.",
    .pair = check_serial,
};

/* ---- zone-soa-timers ------------------------------------------------------
 */

static void
timer(const struct rule_walk *w, const struct zone_rr *rr, bool wrong,
    const char *message, const char *help)
{
	struct finding *f;

	if (!wrong)
		return;
	f = rule_report(w, "zone-soa-timers", rr, "%s", message);
	f->help = help;
}

static void
check_timers(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset);
	struct soa soa;

	if (!(w->zone->owner[rrset->owner].flags & ZONE_APEX) ||
	    !soa_read(w->zone, rr, &soa))
		return;
	timer(w, rr, soa.refresh == 0 || soa.retry == 0,
	    "refresh or retry of the SOA is 0: secondaries ask without pause",
	    "set refresh and retry to minutes or hours");
	timer(w, rr, soa.retry != 0 && soa.retry >= soa.refresh,
	    "the SOA's retry is not shorter than its refresh",
	    "make retry a fraction of refresh");
	timer(w, rr, soa.expire < 604800,
	    "the SOA's expire is under a week: the zone dies if its primary is "
	    "away that long",
	    "set expire to two to four weeks (RFC 1912 section 2.2)");
	timer(w, rr, (uint64_t)soa.expire <= (uint64_t)soa.refresh + soa.retry,
	    "the SOA's expire is not longer than refresh and retry together",
	    "set expire to two to four weeks (RFC 1912 section 2.2)");
	timer(w, rr, soa.minimum > 86400,
	    "the SOA's minimum is over a day: a name that was missing once "
	    "stays missing that long",
	    "set minimum to an hour or less (RFC 2308 section 5)");
}

const struct rule rule_zone_soa_timers = {
    .id = "zone-soa-timers",
    .title = "the timers of the SOA do not fit together",
    .severity = SEVERITY_WARNING,
    .what = "Refresh or retry is 0, retry is not shorter than refresh, expire "
	    "is under a week or not longer than refresh and retry together, or "
	    "the negative caching time (minimum) is over a day.",
    .why = "The timers decide how a zone behaves when something else is "
	   "broken. With a short expire all secondaries drop the zone during a "
	   "long weekend without its primary; with a long minimum a record "
	   "that was removed by mistake stays away for a day after it is back.",
    .bad = "@ SOA ns1 hostmaster 1 900 7200 86400 604800\n",
    .good = "@ SOA ns1 hostmaster 1 7200 900 1209600 300\n",
    .fix = "Usual values: refresh 1 to 12 hours, retry a fraction of it, "
	   "expire 2 to 4 weeks, minimum 5 minutes to 1 hour (RFC 1912 section "
	   "2.2, RFC 2308 section 5).",
    .rrset = check_timers,
    .rrset_type = {RRTYPE_SOA},
};
