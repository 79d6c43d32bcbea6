/*
 * Keys and their trust: parent, continuity, size. What these rules mean; those
 * that this version does not check yet say so.
 */
#include "table.h"

const struct rule rule_dnssec_key_size = {
    .id = "dnssec-key-size",
    .title = "an RSA key is too short, or too long",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "An RSA key of the zone has fewer than 2048 bits, or more than "
	    "4096.",
    .why = "Short keys can be factored by whoever finds the zone worth it; "
	   "very long ones make every answer large and slow to validate.",
    .bad = "@  DNSKEY  256 3 8 AwEAAb...   ; 1024 bits\n",
    .good = "@  DNSKEY  256 3 13 ...        ; ECDSA P-256\n",
    .fix = "Roll over to a key of 2048 bits, or better to algorithm 13 or 15.",
};

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

const struct rule rule_dnssec_ds_mismatch = {
    .id = "dnssec-ds-mismatch",
    .title = "the DS at the parent names no key of the zone",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "No DS record of the parent, as the policy or the parent's zone in "
	    "this repository has it, matches a key of the zone that signs "
	    "its DNSKEY RRset.",
    .why = "The zone is signed and nobody can trust it: every validating "
	   "resolver answers SERVFAIL. nasa.gov in 2012 and hbonow.com in 2015 "
	   "went away that way.",
    .bad = "; parent:  example.com. DS 11111 13 2 ...\n"
	   "; zone:    example.com. DNSKEY 257 3 13 ... ; tag 22222\n",
    .good = "; parent:  example.com. DS 22222 13 2 ...\n",
    .fix = "Publish the key that the DS names, or have the DS changed before "
	   "the old key is removed.",
};

const struct rule rule_dnssec_ds_digest = {
    .id = "dnssec-ds-digest",
    .title = "a DS uses a digest that must not be used",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what =
	"A DS record has the digest type SHA-1, GOST or an unknown one (RFC "
	"8624 section 3.3).",
    .why = "Resolvers that do not accept the digest treat the child zone as "
	   "unsigned.",
    .bad = "sub  DS  30081 13 1 2bb183af...\n",
    .good = "sub  DS  30081 13 2 e06d44b8...\n",
    .fix = "Publish a DS with SHA-256 (type 2) and remove the other.",
};

const struct rule rule_dnssec_cds = {
    .id = "dnssec-cds",
    .title = "CDS or CDNSKEY would change the parent's DS in a wrong way",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "CDS and CDNSKEY records (RFC 7344) contradict each other, name a "
	    "key that is not published, or ask for the DS to be removed (RFC "
	    "8078).",
    .why = "Many parents follow these records without asking anyone. One "
	   "record can hand the zone to another key or switch DNSSEC off.",
    .bad = "@  CDS  0 0 0 00\n",
    .good = "@  CDS  22222 13 2 e06d44b8...\n",
    .fix = "Let CDS and CDNSKEY name the key-signing keys in use. Going "
	   "unsigned is a step of its own, under a waiver.",
};

const struct rule rule_dnssec_key_continuity = {
    .id = "dnssec-key-continuity",
    .title = "a key comes or goes sooner than caches allow",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "A key leaves while a DS or signatures in caches still need it, or "
	    "arrives and signs before caches can know it (RFC 6781 section "
	    "4.1, RFC 7583). Compared are base and proposal.",
    .why = "Each version of the zone validates alone; only the step between "
	   "them does not. APNIC 2012 and .nz 2023 were such steps.",
    .bad = "; before: DNSKEY tag 11111, DS 11111\n"
	   "; after:  DNSKEY tag 22222, DS 11111\n",
    .good = "; before: DNSKEY tag 11111\n"
	    "; after:  DNSKEY tags 11111 and 22222, then DS, then one key\n",
    .fix = "Publish the new key, wait for the TTL of the DNSKEY RRset, change "
	   "the DS, wait for its TTL, then remove the old key.",
};

const struct rule rule_dnssec_going_insecure = {
    .id = "dnssec-going-insecure",
    .title = "keys are removed while the parent has a DS",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "Keys and signatures are removed although a DS at the parent is "
	    "still there, or still in caches.",
    .why = "Validating resolvers reject every answer until the DS is gone from "
	   "all caches: Slack was away for a day in 2021.",
    .bad = "; DNSKEY and RRSIG removed; example.com. DS still at the parent\n",
    .good = "; DS removed, its TTL waited for, then the keys removed\n",
    .fix = "Remove the DS first and wait for its TTL.",
};

const struct rule rule_dnssec_multi_signer = {
    .id = "dnssec-multi-signer",
    .title = "several signers do not know each other's keys",
    .severity = SEVERITY_ERROR,
    .planned = true,
    .what = "The zone is signed by several providers (RFC 8901), and one's "
	    "DNSKEY RRset lacks the zone-signing keys of another.",
    .why = "A resolver that has the keys from one provider and an answer from "
	   "the other cannot validate it: failures come and go at random.",
    .bad = "; provider A: DNSKEY of A;  provider B: DNSKEY of B\n",
    .good = "; both: DNSKEY of A and of B\n",
    .fix = "Import each provider's zone-signing keys at the other one.",
};

const struct rule rule_dnssec_response_size = {
    .id = "dnssec-response-size",
    .title = "a signed answer does not fit into one UDP datagram",
    .severity = SEVERITY_WARNING,
    .planned = true,
    .what = "An answer with its signatures, most often that for DNSKEY, is "
	    "larger than 1232 octets.",
    .why = "Such answers are fragmented or repeated over TCP; where firewalls "
	   "drop either, resolvers wait and fail.",
    .bad = "; four RSA-4096 keys and two signatures: 3,200 octets\n",
    .good = "; two ECDSA P-256 keys and one signature: 280 octets\n",
    .fix = "Use algorithm 13 or 15, and remove keys that are not needed.",
};
