/* Live servers: what the rules mean. Targets: live_target.c. */
#include "table.h"

const struct rule rule_live_no_response = {
    .id = "live-no-response",
    .title = "a name server does not answer",
    .severity = SEVERITY_WARNING,
    .planned = true,
    .what = "A name server of the zone gave no answer over UDP or over TCP.",
    .why = "What looks like four servers may be two. The loss is seen only "
	   "when another one goes away.",
    .bad = "; ns2.dns-b.example. 192.0.2.53: no answer in 5 s\n",
    .good = "; ns2.dns-b.example. 192.0.2.53: answered in 12 ms\n",
    .fix = "Bring the server back, or take it out of the NS records.",
};

const struct rule rule_live_bad_response = {
    .id = "live-bad-response",
    .title = "a name server answers wrongly",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "A name server of the zone answers without authority, with an "
	    "error, or with an empty zone.",
    .why = "In May 2019 one of four new name servers of Azure had an empty "
	   "zone: a share of all questions got NXDOMAIN.",
    .bad = "; ns4: REFUSED\n",
    .good = "; ns4: authoritative, serial 2026112401\n",
    .fix = "Load the zone on that server before it is named in NS records.",
};

const struct rule rule_live_stale = {
    .id = "live-stale",
    .title = "a name server has an old version of the zone",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "The serial of a name server stays behind that of the base "
	    "revision.",
    .why = "A change that reached some servers only is a change that works "
	   "for some users only; in the end the old copy expires.",
    .bad = "; ns1: serial 2026112401, ns2: serial 2026092001\n",
    .good = "; ns1 and ns2: serial 2026112401\n",
    .fix = "Find out why the server does not fetch the zone.",
};

const struct rule rule_live_unchecked = {
    .id = "live-unchecked",
    .title = "something live could not be checked",
    .severity = SEVERITY_WARNING,
    .planned = true,
    .what = "A server or target could not be asked: no network, a time-out, a "
	    "limit. It is neither good nor bad.",
    .why = "A check that could not be made must not look like one that "
	   "passed.",
    .bad = "; no route to 2001:db8:1::/48 from here\n",
    .good = "; asked over IPv4 and IPv6\n",
    .fix = "Run zonegate where the targets can be reached.",
};
