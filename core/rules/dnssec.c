/*
 * Signatures, denial of existence, algorithms. The validator finds most of
 * these faults; here is what they mean, and the one rule about zones that come
 * without signatures.
 */
#include "check.h"
#include "table.h"

/* ---- dnssec-unsigned ------------------------------------------------------
 */

static const struct zone_rrset *
apex(const struct zone *zone, uint16_t type)
{
	return zone_find_rrset(zone, zone->apex, type);
}

static void
tell_stripped(const struct rule_walk *w)
{
	const struct zone *old = w->ez->old;
	bool keys = apex(w->zone, RRTYPE_DNSKEY) != NULL;
	bool signed_soa = apex(w->zone, RRTYPE_RRSIG) != NULL;
	struct finding *f;

	if (keys && signed_soa)
		return;
	if (old != NULL && apex(old, RRTYPE_DNSKEY) != NULL &&
	    apex(old, RRTYPE_RRSIG) != NULL)
		f = rule_report(w, "dnssec-unsigned", NULL,
		    "%s was signed and is now committed without %s",
		    w->ez->apex_text, keys ? "signatures" : "keys");
	else
		f = rule_report(w, "dnssec-unsigned", NULL,
		    "%s must be committed signed, but has no %s",
		    w->ez->apex_text, keys ? "signatures" : "keys");
	f->expected = "dnssec: mode: presigned";
	f->help = "sign the zone before it is committed: zonegate sign";
	if (w->ez->entry != NULL)
		f->authority = rule_authority(
		    w->out, w->ev->policy, w->ez->entry->line, NULL);
}

static void
check_unsigned(const struct rule_walk *w)
{
	struct finding *f;

	if (w->ez->mode == POLICY_DNSSEC_PRESIGNED) {
		tell_stripped(w);
		return;
	}
	/* A review without a policy has nobody who said how it is signed. */
	if (w->ez->mode != POLICY_DNSSEC_UNSIGNED || w->ez->entry == NULL)
		return;
	f = rule_report(w, "dnssec-unsigned", NULL,
	    "%s is published without DNSSEC", w->ez->apex_text);
	f->help = "sign the zone, or have the exception recorded as a waiver "
		  "with an end date";
	f->authority = rule_authority(
	    w->out, w->ev->policy, w->ez->entry->line, NULL);
}

const struct rule rule_dnssec_unsigned = {
    .id = "dnssec-unsigned",
    .title = "the zone is published without DNSSEC",
    .severity = SEVERITY_ERROR,
    .what = "The policy says that the zone is unsigned and no waiver covers "
	    "it; or it must be committed signed (mode presigned) and its keys "
	    "or signatures are missing; or the validator could not come to "
	    "an end with it.",
    .why = "Without signatures anyone on the way may answer for the zone. And "
	   "a signed zone whose DNSSEC records are left out in one commit is "
	   "worse than unsigned: its parent still says it is signed, so "
	   "validating resolvers reject every answer.",
    .bad = "dnssec: {mode: unsigned}   # and no waiver\n",
    .good =
	"waivers:\n"
	"  - {rule: dnssec-unsigned, zone: old.example., until: 2027-03-01,\n"
	"     owner: dns-team, reason: provider migration}\n",
    .fix = "Sign the zone. Where that has to wait, the policy's owner adds a "
	   "waiver with an end date.",
    .zone = check_unsigned,
};

/* ---- what the validator finds ---------------------------------------------
 */

const struct rule rule_dnssec_bogus = {
    .id = "dnssec-bogus",
    .title = "a signature does not validate, or one is missing",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "An authoritative RRset has no signature, or one that is not valid "
	    "for its data, its key, its signer name or its number of labels "
	    "(RFC 4035 section 5.3). One good signature does not excuse a bad "
	    "one beside it.",
    .why = "Validating resolvers, which are most large ones, answer SERVFAIL: "
	   "the name is away for their users and works for the one who "
	   "tests without validation. The usual cause is a record that was "
	   "changed by hand under its old signature.",
    .bad = "www  A      192.0.2.11    ; was 192.0.2.10\n"
	   "www  RRSIG  A 13 3 300 ...  ; of 192.0.2.10\n",
    .good = "; signed again after the change:\n"
	    "; zonegate sign example.com.zone --zone example.com. ...\n",
    .fix = "Sign the zone again with its keys after every change.",
};

const struct rule rule_dnssec_expired = {
    .id = "dnssec-expired",
    .title = "a signature has expired",
    .severity = SEVERITY_ERROR,
    .what = "The expiration of an RRSIG lies before the time of the check "
	    "(--at), in serial number arithmetic (RFC 4034 section 3.1.5).",
    .why = "Expired signatures are as good as wrong ones: in June 2016 those "
	   "of .mm ran out and all of its domains failed to validate.",
    .bad = "www RRSIG A 13 3 300 20261101000000 20261018000000 ...\n",
    .good = "www RRSIG A 13 3 300 20261208000000 20261124000000 ...\n",
    .fix = "Sign the zone again, and find out why the regular signing did not "
	   "run.",
};

const struct rule rule_dnssec_not_yet_valid = {
    .id = "dnssec-not-yet-valid",
    .title = "a signature is not valid yet",
    .severity = SEVERITY_ERROR,
    .what = "The inception of an RRSIG lies after the time of the check, or "
	    "after its own expiration.",
    .why = "Until then validating resolvers reject the answer. The signer's "
	   "clock or time zone is wrong, or the zone was meant for later.",
    .bad = "www RRSIG A 13 3 300 20261208000000 20261201000000 ...\n",
    .good = "www RRSIG A 13 3 300 20261208000000 20261123230000 ...\n",
    .fix = "Set the signer's clock, and let signatures begin an hour in the "
	   "past.",
};

/* Time that people need to notice that the next signing run failed. */
#define SOON (3 * 86400)

static void
check_soon(const struct rule_walk *w)
{
	const struct dnssec_result *r = w->ez->dnssec;
	int64_t left;
	struct finding *f;

	/* Signatures of a trial are made anew for each run. */
	if (w->ez->mode != POLICY_DNSSEC_PRESIGNED || r == NULL ||
	    r->signatures == 0)
		return;
	left = r->expires - w->ev->now;
	if (left < 0 || left >= SOON) /* dnssec-expired */
		return;
	f = rule_report(w, "dnssec-expires-soon", NULL,
	    "a signature of %s expires in %lld hours", w->ez->apex_text,
	    (long long)(left / 3600));
	f->help = "sign the zone again now";
}

const struct rule rule_dnssec_expires_soon = {
    .id = "dnssec-expires-soon",
    .title = "a signature expires soon",
    .severity = SEVERITY_WARNING,
    .what = "A signature of a zone that is committed signed is valid now, but "
	    "for less than three days more (RFC 6781 section 4.4.2).",
    .why = "If the next signing run fails, the zone fails with it; nobody has "
	   "time left to notice.",
    .bad = "; expires tomorrow\n"
	   "www RRSIG A 13 3 300 20261125000000 20261111000000 ...\n",
    .good = "www RRSIG A 13 3 300 20261222000000 20261123230000 ...\n",
    .fix = "Sign again now. Renew signatures when a third of their life is "
	   "left.",
    .zone = check_soon,
};

#define TOO_LONG (366 * 86400u)

static uint32_t
number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
check_too_long(const struct rule_walk *w, const struct zone_rrset *rrset)
{
	const struct zone_rr *rr = rule_first(w->zone, rrset), *end;
	const uint8_t *p;
	uint32_t seconds;
	struct finding *f;

	for (end = rr + rrset->count; rr < end; rr++) {
		p = zone_rr_data(w->zone, rr);
		if (rr->rdlen < 18)
			continue;
		/* Serial number arithmetic (RFC 4034 section 3.1.5); what is
		 * negative is dnssec-not-yet-valid. */
		seconds = number(p + 8) - number(p + 12);
		if (seconds <= TOO_LONG || seconds >= (uint32_t)1 << 31 ||
		    rule_muted(w))
			continue;
		f = rule_report(w, "dnssec-validity-too-long", rr,
		    "a signature of %s is valid for %u days",
		    rule_name(w->out, zone_rr_owner(w->zone, rr)),
		    seconds / 86400);
		f->help = "sign for weeks, and often";
	}
}

const struct rule rule_dnssec_validity_too_long = {
    .id = "dnssec-validity-too-long",
    .title = "a signature is valid for a very long time",
    .severity = SEVERITY_WARNING,
    .what = "A signature is valid for more than a year, from its inception to "
	    "its expiration.",
    .why = "A signed answer can be replayed as long as it is valid: the old "
	   "address of a failover name, given up long ago, still validates.",
    .bad = "www RRSIG A 13 3 300 20361124000000 20261124000000 ...\n",
    .good = "www RRSIG A 13 3 300 20261222000000 20261123230000 ...\n",
    .fix = "Sign for two to four weeks, and often.",
    .rrset = check_too_long,
    .rrset_type = {RRTYPE_RRSIG},
};

const struct rule rule_dnssec_ttl = {
    .id = "dnssec-ttl",
    .title = "TTLs and signatures do not fit",
    .severity = SEVERITY_ERROR,
    .what = "The TTL of an RRset, of its RRSIG and the original TTL in the "
	    "signature differ, or NSEC records do not have the negative "
	    "caching time of the SOA (RFC 4034 section 3.1.4, RFC 9077).",
    .why = "A TTL above the signed one makes strict validators reject the "
	   "answer; denial records that live longer than the SOA says keep a "
	   "new name invisible after it was added.",
    .bad = "www  86400  A      192.0.2.10\n"
	   "www  86400  RRSIG  A 13 3 300 ...\n",
    .good = "www  300    A      192.0.2.10\n"
	    "www  300    RRSIG  A 13 3 300 ...\n",
    .fix = "Sign the zone again after changing TTLs.",
};

const struct rule rule_dnssec_denial_chain = {
    .id = "dnssec-denial-chain",
    .title = "the chain of NSEC or NSEC3 records has a fault",
    .severity = SEVERITY_ERROR,
    .what = "Every authoritative name, and with NSEC3 every empty "
	    "non-terminal, must have its denial record, each must name the "
	    "next, and the last must lead back to the first (RFC 4034 section "
	    "4, RFC 5155 section 7.1). There is a gap, a wrong next name, a "
	    "record too many, or other NSEC3 parameters than announced.",
    .why = "Where the chain has a gap, the zone cannot prove that a name does "
	   "not exist, and NXDOMAIN becomes SERVFAIL. Where a link is too "
	   "long, an existing name can be denied with a valid signature.",
    .bad = "a.example.com.  NSEC  c.example.com. A RRSIG NSEC\n"
	   "b.example.com.  A     192.0.2.2\n",
    .good = "a.example.com.  NSEC  b.example.com. A RRSIG NSEC\n"
	    "b.example.com.  NSEC  c.example.com. A RRSIG NSEC\n",
    .fix = "Let the signer make the whole chain anew; do not edit it.",
};

const struct rule rule_dnssec_denial_bitmap = {
    .id = "dnssec-denial-bitmap",
    .title = "a denial record lists the wrong types",
    .severity = SEVERITY_ERROR,
    .what = "The type bitmap of an NSEC or NSEC3 record lists a type that the "
	    "name does not have, or leaves out one that it has (RFC 4034 "
	    "section 4.1.2, RFC 5155 section 3.2.1).",
    .why = "A missing type denies records that exist, with a valid signature, "
	   "in every resolver that uses the denial for later questions (RFC "
	   "8198): in 2021 a wrong proof for a wildcard began a long outage "
	   "of Slack.",
    .bad = "www  A     192.0.2.10\n"
	   "www  AAAA  2001:db8::10\n"
	   "www  NSEC  zzz A RRSIG NSEC\n",
    .good = "www  NSEC  zzz A AAAA RRSIG NSEC\n",
    .fix = "Let the signer make the denial records anew.",
};

const struct rule rule_dnssec_nsec3_iterations = {
    .id = "dnssec-nsec3-iterations",
    .title = "NSEC3 uses extra iterations or a salt",
    .severity = SEVERITY_ERROR,
    .what = "The NSEC3 records hash names more than once: their iterations "
	    "are not 0. Or they hash with a salt (RFC 9276 section 3.1).",
    .why = "They protect nothing and cost every server and resolver work. "
	   "Resolvers treat zones with many iterations as unsigned or answer "
	   "SERVFAIL. A salt hides nothing that the zone's name does not hide "
	   "already.",
    .bad = "@  NSEC3PARAM  1 0 150 AABBCCDD\n",
    .good = "@  NSEC3PARAM  1 0 0 -\n",
    .fix = "Sign with 0 iterations and no salt, or with NSEC.",
};

/* One for the zone: its signer has set it everywhere. */
static void
check_optout(const struct rule_walk *w)
{
	const struct policy_zone *entry = w->ez->entry;
	const struct zone_rr *rr;
	struct finding *f;
	uint32_t i;

	if (entry != NULL && entry->dnssec.denial == POLICY_DENIAL_NSEC3_OPTOUT)
		return;
	for (i = 0; i < w->zone->nrrsets; i++) {
		if (w->zone->rrset[i].type != RRTYPE_NSEC3)
			continue;
		rr = rule_first(w->zone, &w->zone->rrset[i]);
		if (rr->rdlen < 2 || (zone_rr_data(w->zone, rr)[1] & 1) == 0)
			continue;
		f = rule_report(w, "dnssec-nsec3-optout", rr,
		    "the NSEC3 records of %s use opt-out", w->ez->apex_text);
		f->help = "sign without opt-out, or have the policy say "
			  "denial: nsec3-optout";
		return;
	}
}

const struct rule rule_dnssec_nsec3_optout = {
    .id = "dnssec-nsec3-optout",
    .title = "NSEC3 uses opt-out",
    .severity = SEVERITY_WARNING,
    .what = "NSEC3 records of the zone have the opt-out flag, and the policy "
	    "does not say denial: nsec3-optout for it.",
    .why = "With opt-out, unsigned delegations can be inserted or removed on "
	   "the way without any proof against it (RFC 5155 section 12.2). It "
	   "is meant for zones of millions of unsigned delegations.",
    .bad = "dnssec: {denial: nsec3-optout}   # in a small zone\n",
    .good = "dnssec: {denial: nsec}\n",
    .fix = "Use NSEC, or NSEC3 without opt-out (RFC 9276 section 3.1).",
    .zone = check_optout,
};

const struct rule rule_dnssec_algorithm_incomplete = {
    .id = "dnssec-algorithm-incomplete",
    .title = "an RRset is not signed with every algorithm",
    .severity = SEVERITY_ERROR,
    .what = "The zone has keys of several algorithms, and an RRset has no "
	    "signature of one of them (RFC 4035 section 2.2, RFC 6840 section "
	    "5.11).",
    .why = "Resolvers that insist on the missing algorithm fail. In October "
	   "2022 .na rolled its algorithm without the steps in between.",
    .bad = "@    DNSKEY  257 3 8  ...\n"
	   "@    DNSKEY  257 3 13 ...\n"
	   "www  RRSIG   A 13 3 300 ...    ; none of algorithm 8\n",
    .good = "www  RRSIG   A 13 3 300 ...\n"
	    "www  RRSIG   A 8 3 300 ...\n",
    .fix = "Sign everything with the new algorithm before its key is "
	   "published, and remove the old key before its signatures.",
};

const struct rule rule_dnssec_extra_rrsig = {
    .id = "dnssec-extra-rrsig",
    .title = "a signature stands where none may be",
    .severity = SEVERITY_ERROR,
    .what = "An RRSIG covers a type that the name does not have, or data that "
	    "is not authoritative here: glue, the NS records of a delegation, "
	    "data below a cut (RFC 4035 section 2.2).",
    .why = "Such signatures are left over from data that is gone. They "
	   "validate: who keeps the old record can put both into an answer.",
    .bad = "; the A record was removed\n"
	   "www  RRSIG  A 13 3 300 ...\n",
    .good = "; both are gone\n",
    .fix = "Sign from the unsigned zone, not over the old signed one.",
};
