/* Live servers and targets: what the rules will mean, none is checked yet. */
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

const struct rule rule_live_target_down = {
    .id = "live-target-down",
    .title = "a failover target is not healthy",
    .severity = SEVERITY_WARNING,
    .planned = true,
    .what = "The health check of a target (health in the policy) failed, from "
	    "where zonegate runs.",
    .why = "A standby that has been dead for months is found out on the day "
	   "it is needed.",
    .bad = "; https://api.example.com/healthz at 198.51.100.7: refused\n",
    .good = "; https://api.example.com/healthz at 198.51.100.7: 200\n",
    .fix = "Bring the target back before traffic depends on it.",
};

const struct rule rule_live_target_identity = {
    .id = "live-target-identity",
    .title = "a failover target cannot prove who it is",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "A target answers, but its certificate is of another name, "
	    "expired, or not trusted.",
    .why = "After the failover every client refuses the connection, or, if "
	   "they do not check, talks to a stranger.",
    .bad = "; 198.51.100.7: certificate of default.example.net\n",
    .good = "; 198.51.100.7: certificate of api.example.com\n",
    .fix = "Install the certificate on the standby, too.",
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
