/* What live servers say that does not fit the base of a change. */
#include "table.h"

const struct rule rule_live_serial_ahead = {
    .id = "live-serial-ahead",
    .title = "a name server is ahead of the base",
    .severity = SEVERITY_ERROR,
    .what = "A name server serves the zone with a higher serial (RFC 1982) "
	    "than the base revision has. Something is served that is not in "
	    "the repository.",
    .why = "An emergency edit on the server, or a pipeline beside the gate: "
	   "the next deployment takes it back without a word, or secondaries "
	   "ignore the new zone because its serial is older than theirs.",
    .bad = "; base: serial 2026112401; ns1: serial 2026112403\n",
    .good = "; base and ns1: serial 2026112401\n",
    .fix = "Bring what is served into the repository in a change of its own, "
	   "or have the server load the base again. Where signers on the "
	   "server raise the serial by themselves, set this rule to off in "
	   "the policy.",
};

const struct rule rule_live_ds = {
    .id = "live-ds",
    .title = "the parent's DS does not fit the proposed keys",
    .severity = SEVERITY_ERROR,
    .what = "The DS RRset that the parent serves now names no key of the "
	    "proposed zone, is there although the zone is not signed, or is "
	    "another one than the policy's parent-ds. Asked through "
	    "live.resolvers, or live.servers of the parent.",
    .why = "In September 2021 slack.com went dark for validating resolvers: "
	   "DS records stayed at the parent, and in caches, while the zone was "
	   "not signed any more.",
    .bad = "; DS at the parent: 12345 13 2 ...; DNSKEY here: tag 54321 only\n",
    .good = "; DS at the parent: 12345 13 2 ...; DNSKEY here: tags 12345, "
	    "54321\n",
    .fix = "Publish the new key beside the old one, have the DS changed, wait "
	   "for its TTL, then remove the old key (RFC 6781 section 4.1.2).",
};
