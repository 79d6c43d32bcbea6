/* Keys by themselves: algorithm, size, tag. */
#include "check.h"
#include "table.h"

/* ---- dnssec-algorithm -----------------------------------------------------
 */

/* Where the records that name an algorithm have it. */
static int
algorithm_of(const struct zone *zone, const struct zone_rr *rr)
{
	const uint8_t *p = zone_rr_data(zone, rr);

	if (rr->rdlen < 4)
		return -1;
	return rr->type == RRTYPE_DS || rr->type == RRTYPE_CDS ? p[2] : p[3];
}

/* "algorithm 5 (RSASHA1), which must not be used" */
static const char *
algorithm_words(struct findings *fs, int algorithm)
{
	const char *name = dnssec_algorithm_refused((uint8_t)algorithm);

	if (name == NULL)
		return NULL;
	if (name[0] == '\0')
		return findings_text(fs,
		    "algorithm %d, which validators do not know", algorithm);
	return findings_text(
	    fs, "algorithm %d (%s), which must not be used", algorithm, name);
}

static const char algorithm_help[] =
    "roll over to algorithm 13 (ECDSAP256SHA256) or 15 (ED25519)";

static void
check_algorithm(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *rr = rule_first(w->zone, set), *end;
	const char *words;
	int algorithm;

	/* The validator speaks of the keys of the zones it is given. */
	if (set->type == RRTYPE_DNSKEY && w->ez->dnssec != NULL)
		return;
	for (end = rr + set->count; rr < end; rr++) {
		algorithm = algorithm_of(w->zone, rr);
		if (algorithm < 0)
			continue;
		/* The request to delete (RFC 8078 section 4): dnssec-cds. */
		if (algorithm == 0 &&
		    (set->type == RRTYPE_CDS || set->type == RRTYPE_CDNSKEY))
			continue;
		words = algorithm_words(w->out, algorithm);
		if (words == NULL || rule_muted(w))
			continue;
		rule_report(w, "dnssec-algorithm", rr, "the %s of %s is for %s",
		    rule_type(w->out, set->type),
		    rule_name(w->out, zone_rr_owner(w->zone, rr)), words)
		    ->help = algorithm_help;
	}
}

/* The DS records that the policy knows at the parent. */
static void
check_algorithm_policy(const struct rule_walk *w)
{
	const struct policy_zone *entry = w->ez->entry;
	struct finding *f;
	const char *words;
	size_t i;

	for (i = 0; entry != NULL && i < entry->dnssec.nparent_ds; i++) {
		words = algorithm_words(
		    w->out, entry->dnssec.parent_ds[i].algorithm);
		if (words == NULL)
			continue;
		f = rule_report(w, "dnssec-algorithm", NULL,
		    "the DS %u of %s at its parent is for %s",
		    entry->dnssec.parent_ds[i].tag, w->ez->apex_text, words);
		f->help = algorithm_help;
		f->authority = rule_authority(
		    w->out, w->ev->policy, entry->line, NULL);
	}
}

const struct rule rule_dnssec_algorithm = {
    .id = "dnssec-algorithm",
    .title = "a key or signature uses an algorithm that must not be used",
    .severity = SEVERITY_ERROR,
    .what = "A key, a signature or a DS is of an algorithm that validators do "
	    "not support, or that must not be used for signing: RSAMD5, DSA, "
	    "RSASHA1, ECC-GOST (RFC 8624 section 3.1, RFC 9905, RFC 9906).",
    .why = "Validators treat a zone signed only with unknown algorithms as "
	   "unsigned: it looks protected and is not. Others refuse SHA-1 and "
	   "answer SERVFAIL.",
    .bad = "@  DNSKEY  257 3 5 AwEAAc...   ; RSASHA1\n",
    .good = "@  DNSKEY  257 3 13 mdsswUyr... ; ECDSAP256SHA256\n",
    .fix = "Roll over to algorithm 13 or 15, step by step (RFC 6781 section "
	   "4.1.4).",
    .zone = check_algorithm_policy,
    .rrset = check_algorithm,
    .rrset_type = {RRTYPE_DS, RRTYPE_CDS, RRTYPE_CDNSKEY, RRTYPE_DNSKEY},
};

/* ---- dnssec-key-size ------------------------------------------------------
 */

enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 4096,
	/* OpenSSL, and with it most validators, refuse longer ones. */
	RSA_EXPONENT_MAX = 64,
};

/* What is wrong with the size of a key, or NULL. */
static const char *
size_words(struct findings *fs, const uint8_t *key, size_t len)
{
	struct dnssec_rsa rsa;
	int rc = dnssec_rsa_size(key, len, &rsa);

	if (rc == 0)
		return NULL;
	if (rc < 0)
		return "is malformed";
	if (rsa.bits < RSA_BITS_MIN || rsa.bits > RSA_BITS_MAX)
		return findings_text(fs, "has %u bits", rsa.bits);
	if (!rsa.exponent_odd || rsa.exponent_bits < 2)
		return "has an exponent that encrypts nothing";
	if (rsa.exponent_bits > RSA_EXPONENT_MAX)
		return findings_text(
		    fs, "has an exponent of %u bits", rsa.exponent_bits);
	return NULL;
}

static void
check_size(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *rr = rule_first(w->zone, set), *end;
	const uint8_t *key;
	const char *words;
	struct finding *f;

	for (end = rr + set->count; rr < end; rr++) {
		key = zone_rr_data(w->zone, rr);
		words = size_words(w->out, key, rr->rdlen);
		if (words == NULL || rule_muted(w))
			continue;
		f = rule_report(w, "dnssec-key-size", rr, "the RSA key %u %s",
		    dnssec_key_tag(key, rr->rdlen), words);
		f->expected = "2048 to 4096 bits, an odd exponent of 3 or more";
		f->help = "roll over to a key of algorithm 13 "
			  "(ECDSAP256SHA256), or of 2048 bits";
	}
}

const struct rule rule_dnssec_key_size = {
    .id = "dnssec-key-size",
    .title = "an RSA key is too short, or too long",
    .severity = SEVERITY_ERROR,
    .what = "An RSA key of the zone has fewer than 2048 bits, or more than "
	    "4096; or its exponent is even, 1, or longer than 64 bits (RFC "
	    "3110, RFC 8624).",
    .why = "Short keys can be factored by whoever finds the zone worth it; "
	   "very long ones make every answer large and slow to validate, and "
	   "validators refuse them.",
    .bad = "@  DNSKEY  256 3 8 AwEAAb...   ; 1024 bits\n",
    .good = "@  DNSKEY  256 3 13 ...        ; ECDSA P-256\n",
    .fix = "Roll over to a key of 2048 bits, or better to algorithm 13 or 15.",
    .rrset = check_size,
    .rrset_type = {RRTYPE_DNSKEY, RRTYPE_CDNSKEY},
};

/* ---- told by the validator ------------------------------------
 */

const struct rule rule_dnssec_key_tag_collision = {
    .id = "dnssec-key-tag-collision",
    .title = "two keys have the same tag",
    .severity = SEVERITY_ERROR,
    .what = "Two different keys of the zone have the same algorithm and key "
	    "tag (RFC 4034 appendix B).",
    .why = "Validators find a key by its tag and may try the wrong one: in "
	   "January 2024 two keys with one tag took .ru away, in May 2026 "
	   "three in .de made two thirds of its signatures bad. Many such "
	   "keys are the KeyTrap attack.",
    .bad = "@ DNSKEY 257 3 13 ...  ; tag 52263\n"
	   "@ DNSKEY 256 3 13 ...  ; tag 52263\n",
    .good = "@ DNSKEY 257 3 13 ...  ; tag 52263\n"
	    "@ DNSKEY 256 3 13 ...  ; tag 30081\n",
    .fix = "Generate another key.",
};
