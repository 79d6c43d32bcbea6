/*
 * For tests of the rules about keys: a world whose changed zone is signed as
 * the case says, with the DS records that its policy has. Signatures are made
 * up: who signed is what rules look at, the validator looks at the rest.
 */
#ifndef RULES_DNSSEC_FIXTURE_H
#define RULES_DNSSEC_FIXTURE_H

#include "fixture.h"

#define SIZE "dnssec-key-size"
#define ALGORITHM "dnssec-algorithm"
#define DIGEST "dnssec-ds-digest"
#define MISMATCH "dnssec-ds-mismatch"
#define CDS "dnssec-cds"
#define INSECURE "dnssec-going-insecure"
#define RESPONSE "dnssec-response-size"

/* The keys of RFC 6605 section 6 (algorithms 13 and 14), and A's digests with
 * the owner example.net. */
#define A_WIRE                                                                 \
	"0101030d1a88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1" \
	"e9e75b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d00"
#define A_256 "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"
#define A_384                                                                  \
	"3be4b980b34443e569255f4a347d4c8e8e18de755fb8072d7b355c44c56b50a61e80" \
	"50ae636041b9664a04f05aef2680"
#define A_TAG "55648"
#define B_WIRE                                                                 \
	"0101030ec4a61a36159d18e7c9fa73eb2fcfdaae4c1fd8463730327e484aca8af055" \
	"4ae9b5c3f7a0b17bd2003b4d261c9e9b94423a9810e8af17d43452124adb610f8e07" \
	"ebfcfee5f8e4d07063cae9eb917a1a5babf08fe695536017a5bfa93237ee6e34"
#define B_384                                                                  \
	"72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a" \
	"9b5f4d288405c3008a946df983d6"
#define B_TAG "10771"

#define KEY_A "@ 60 DNSKEY " A_WIRE "\n"
#define KEY_B "@ 60 DNSKEY " B_WIRE "\n"
/* RRSIG over DNSKEY of example.net., by A and by B, and by A over the SOA. */
#define SIG_(type, algorithm, tag)                                             \
	"@ 60 RRSIG " type algorithm "020000003c7fffffff00000001" tag          \
	"076578616d706c65036e65740000\n"
#define SIGNED_A SIG_("0030", "0d", "d960")
#define SIGNED_B SIG_("0030", "0e", "2a13")
#define SIGNED_SOA SIG_("0006", "0d", "d960")

static const uint8_t zeros[64] = {0};

struct dnssec_case {
	const char *label, *rule;
	size_t n;
	const char *old, *new;
	enum policy_dnssec_mode mode;
	bool unvalidated;       /* the validator had nothing to do */
	bool no_policy;         /* a review without one */
	bool all;               /* every zone changed */
	struct policy_ds ds[3]; /* parent-ds */
	size_t nds;
	const struct policy_zone *other; /* entry that covers other zones */
};

static inline void
dnssec_case(const struct dnssec_case *c)
{
	struct policy_zone entry[2] = {
	    {.path = "*", .line = 4, .dnssec = {.mode = c->mode}}};
	struct world w;
	size_t i;

	world_open(&w, c->old, c->new, c->all);
	entry[0].dnssec.parent_ds = c->ds;
	entry[0].dnssec.nparent_ds = c->nds;
	if (c->other != NULL) {
		entry[1] = *c->other;
		w.policy.zone = &entry[1];
		w.policy.nzones = 1;
	}
	for (i = 0; i < w.ev.nzones; i++) {
		w.zone[i].mode = c->mode;
		w.zone[i].entry = c->no_policy ? NULL : &entry[i == 0 ? 0 : 1];
		if (c->unvalidated)
			w.zone[i].dnssec = NULL;
	}
	world_run(&w);
	world_expect(&w, c->label, c->rule, c->n);
	world_sound(&w, c->label);
	world_close(&w);
}

static inline void
dnssec_cases(const struct dnssec_case *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		dnssec_case(&c[i]);
}

#endif
