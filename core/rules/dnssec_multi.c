/* dnssec-multi-signer: one zone, several providers that sign it (RFC 8901). */
#include "chain.h"
#include "table.h"

static const char id[] = "dnssec-multi-signer";

const struct rule rule_dnssec_multi_signer = {
    .id = id,
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
