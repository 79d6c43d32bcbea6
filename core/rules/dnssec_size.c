/* dnssec-response-size: answers that do not fit into one datagram. */
#include "parent.h"
#include "table.h"

static const char id[] = "dnssec-response-size";

enum {
	/* What gets through everywhere without fragments (DNS flag day 2020).
	 */
	LIMIT = 1232,
	HEADER = 12,
	QUESTION = 4, /* type and class */
	OPT = 11,     /* RFC 6891 section 6.1.2 */
	POINTER = 2,  /* an owner name that was there before */
	FIXED = 10,   /* type, class, TTL, length */
	RRSIG_FIXED = 18,
};

/* An answer while it is added up, as servers write it: owners are pointers,
 * names inside of the data stand in full; no other options and sections. */
struct size {
	size_t octets;
	uint8_t algorithm; /* of signatures still to be made; 0: none */
};

static size_t
question(const uint8_t *name)
{
	return HEADER + name_len(name) + QUESTION + OPT;
}

/* The signatures over SET that ZONE holds. */
static size_t
signatures(const struct zone *zone, const struct zone_rrset *set)
{
	const struct zone_rrset *sigs = zone_rrset(
	    zone, set->owner, RRTYPE_RRSIG);
	const struct zone_rr *rr;
	const uint8_t *p;
	size_t n = 0;
	uint32_t i;

	for (i = 0; sigs != NULL && i < sigs->count; i++) {
		rr = rule_first(zone, sigs) + i;
		p = zone_rr_data(zone, rr);
		if (rr->rdlen > RRSIG_FIXED && (p[0] << 8 | p[1]) == set->type)
			n += POINTER + FIXED + rr->rdlen;
	}
	return n;
}

/* One that will be made: by one zone-signing key. */
static size_t
signature_to_come(const struct zone *zone, uint8_t algorithm)
{
	size_t n = dnssec_signature_size(algorithm);

	return n == 0
		   ? 0
		   : POINTER + FIXED + RRSIG_FIXED + name_len(zone->apex) + n;
}

static void
add_rrset(struct size *s, const struct zone *zone, const struct zone_rrset *set)
{
	size_t sigs = signatures(zone, set);
	uint32_t i;

	for (i = 0; i < set->count; i++)
		s->octets += POINTER + FIXED +
			     (rule_first(zone, set) + i)->rdlen;
	s->octets += sigs != 0 ? sigs : signature_to_come(zone, s->algorithm);
}

static void
check_keys(const struct rule_walk *w, const struct zone_rrset *set)
{
	struct size s = {.octets = question(w->ez->apex)};
	struct finding *f;

	/* Without signatures of its own the file has some of the keys only. */
	if (!(w->zone->owner[set->owner].flags & ZONE_APEX) ||
	    signatures(w->zone, set) == 0)
		return;
	add_rrset(&s, w->zone, set);
	if (s.octets <= LIMIT)
		return;
	f = rule_report(w, id, rule_first(w->zone, set),
	    "the DNSKEY answer of %s has %zu octets: %u keys and their "
	    "signatures",
	    w->ez->apex_text, s.octets, set->count);
	f->expected = "1232 octets at most";
	f->help = "use algorithm 13 or 15, and remove keys that are not needed";
}

/* How is the zone at APEX signed after the merge? 0: it is not. */
static uint8_t
algorithm_to_come(const struct evidence *ev, const struct resolve_step *step)
{
	const struct zoneset_entry *entry;
	struct policy_match m;
	struct error e;

	if (ev->new == NULL || step->entry >= zoneset_count(ev->new))
		return 0;
	entry = zoneset_entry(ev->new, step->entry);
	if (policy_match_path(ev->policy, entry->path, &m, &e) != 1 ||
	    (m.entry->dnssec.mode != POLICY_DNSSEC_TRIAL &&
		m.entry->dnssec.mode != POLICY_DNSSEC_GATE))
		return 0;
	return m.entry->dnssec.algorithm;
}

/* Aliases are followed by the server as far as it has the zones. */
static void
check_answer(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	const struct resolve_answer *a = ea->new;
	const struct resolve_step *step;
	struct size s = {.octets = 0};
	struct finding *f;
	bool is_signed = false;
	size_t i;

	if (a == NULL || a->outcome != RESOLVE_ANSWER || a->rrset == NULL)
		return;
	s.octets = question(a->qname);
	for (i = 0; i < a->nsteps; i++) {
		step = &a->step[i];
		if (step->rrset == NULL || step->zone == NULL ||
		    (step->kind != RESOLVE_STEP_RRSET &&
			step->kind != RESOLVE_STEP_CNAME &&
			step->kind != RESOLVE_STEP_DNAME))
			continue;
		s.algorithm = algorithm_to_come(ev, step);
		is_signed = is_signed || s.algorithm != 0 ||
			    signatures(step->zone, step->rrset) != 0;
		add_rrset(&s, step->zone, step->rrset);
	}
	if (!is_signed || s.octets <= LIMIT)
		return;
	f = findings_add(fs, id,
	    "the answer for %s %s has %zu octets with its signatures",
	    rule_name(fs, a->qname), rule_type(fs, a->qtype), s.octets);
	f->name = rule_name(fs, a->qname);
	f->type = rule_type(fs, a->qtype);
	f->view = ea->view;
	f->expected = "1232 octets at most";
	f->help = "answer with fewer records, or sign with algorithm 13 or 15";
	f->authority = rule_authority(
	    fs, ev->policy, ea->protect->line, ea->protect->owner);
	zone_place(a->zone, rule_first(a->zone, a->rrset), fs, &f->place);
}

const struct rule rule_dnssec_response_size = {
    .id = id,
    .title = "a signed answer does not fit into one UDP datagram",
    .severity = SEVERITY_WARNING,
    .what = "The DNSKEY answer of a zone, or the answer for a protected name, "
	    "is larger than 1232 octets with its signatures. It is added up "
	    "from the records; where the zone is signed after the merge, one "
	    "signature of the policy's algorithm is counted for each RRset.",
    .why = "Such answers are fragmented or repeated over TCP; where firewalls "
	   "drop either, resolvers wait and fail.",
    .bad = "; four RSA-4096 keys and two signatures: 3,200 octets\n",
    .good = "; two ECDSA P-256 keys and one signature: 280 octets\n",
    .fix = "Use algorithm 13 or 15, and remove keys that are not needed.",
    .rrset = check_keys,
    .rrset_type = {RRTYPE_DNSKEY},
    .answer = check_answer,
};
