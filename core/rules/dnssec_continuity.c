/*
 * dnssec-key-continuity: the step from what is published to what is proposed,
 * against what caches still hold. What collides is found in core/dnssec; here
 * it gets its words.
 */
#include <string.h>

#include "chain.h"
#include "table.h"

static const char id[] = "dnssec-key-continuity";

/*
 * How each kind of collision is told. WHOLE and PARTLY get the zone and the key
 * (or algorithm) that is missing; WHAT is what caches hold; STEP mends it when
 * the step before is missing.
 */
static const struct words {
	const char *whole;
	const char *partly;
	const char *what, *what_partly;
	const char *step, *step_partly;
} words[CONTINUITY_KINDS] = {
    [CONTINUITY_DS_OLD] =
	{
	    .whole = "the key %s of %s leaves while its DS is needed",
	    .partly =
		"the last key of algorithm %s of %s leaves while its DS is "
		"in use",
	    .what = "the DS",
	    .step =
		"have the parent's DS changed first, and keep the key until "
		"the old DS has left all caches",
	},
    [CONTINUITY_DS_NEW] =
	{
	    .whole = "the DS for key %s of %s comes before caches know the key",
	    .partly =
		"the DS of algorithm %s of %s comes before caches know such "
		"a key",
	    .what = "the DNSKEY RRset without it",
	    .step = "publish the key and sign the DNSKEY records with it first",
	},
    [CONTINUITY_SIGS_NEW] =
	{
	    .whole = "the key %s of %s signs before caches can know it",
	    .partly = "the signatures of algorithm %s of %s leave while caches "
		      "have a key of it",
	    .what = "the DNSKEY RRset without it",
	    .what_partly = "the DNSKEY RRset with that algorithm",
	    .step = "publish the key first, and go on signing with the old one",
	    .step_partly = "remove the key of that algorithm first, and go on "
			   "signing with it",
	},
    [CONTINUITY_SIGS_OLD] =
	{
	    .whole =
		"the key %s of %s leaves while caches have signatures by it",
	    .partly = "the key of algorithm %s of %s comes while caches have "
		      "answers without a signature of it",
	    .what = "the last of those signatures",
	    .what_partly = "what was signed without it",
	    .step =
		"sign with the other key first, and go on publishing this one",
	    .step_partly =
		"sign with the new algorithm first, without publishing "
		"its keys",
	},
    [CONTINUITY_ASKED] =
	{
	    .whole =
		"the CDS for key %s of %s comes before caches know the key",
	    .partly =
		"the CDS of algorithm %s of %s comes before caches know such "
		"a key",
	    .what = "the DNSKEY RRset without it",
	    .step =
		"publish the key and sign the DNSKEY records with it first: a "
		"parent may follow CDS and CDNSKEY at once",
	},
};

static const char *
either(const char *partly, const char *whole, bool is_partly)
{
	return is_partly && partly != NULL ? partly : whole;
}

/* One of the two formats above, with its two strings. */
static const char *
message(struct findings *fs, const struct evidence_chain *c,
    const struct continuity_conflict *x)
{
	const struct words *w = &words[x->kind];
	const char *format = either(w->partly, w->whole, x->algorithm_only);
	const char *cut = strstr(format, "%s"), *rest = strstr(cut + 2, "%s");
	const char *missing = findings_text(
	    fs, "%u", x->algorithm_only ? x->algorithm : (unsigned)x->tag);

	return findings_text(fs, "%.*s%s%.*s%s%s", (int)(cut - format), format,
	    missing, (int)(rest - cut - 2), cut + 2, c->apex_text, rest + 2);
}

static void
tell(const struct evidence *ev, const struct evidence_chain *c,
    const struct continuity_conflict *x, struct findings *fs)
{
	const struct words *w = &words[x->kind];
	const char *left, *safe = chain_time(fs, x->safe);
	uint32_t propagation = chain_when(ev, c).propagation;
	struct finding *f;

	left = chain_left(fs, c, x->state,
	    either(w->what_partly, w->what, x->algorithm_only), x->ttl);
	f = chain_report(ev, c, id, fs, message(fs, c, x));
	if (x->state > 1) {
		f->expected = findings_text(fs, "not before %s", safe);
		f->help = findings_text(fs,
		    "wait until %s: %s, and %u more pass until every server "
		    "has a change",
		    safe, left, propagation);
		return;
	}
	f->expected = findings_text(fs, "a step in between, until %s", safe);
	f->help = findings_text(fs,
	    "%s; if that is pushed now, this step is safe from %s: %s, and %u "
	    "more pass until every server has a change",
	    either(w->step_partly, w->step, x->algorithm_only), safe, left,
	    propagation);
}

/* ---- a parent of which nothing is known --------------------------------- */

static bool
stays(const struct continuity_state *new, const struct continuity_key *k)
{
	const struct continuity_key *same = continuity_key_find(
	    new, k->rdata, k->rdlen);

	return same != NULL && same->signs_keys;
}

/* A key that the DS may well name leaves, and nobody said that it does not. */
static void
tell_unknown(const struct evidence *ev, const struct evidence_chain *c,
    struct findings *fs)
{
	const struct continuity_state *new = &c->state[0], *now = &c->state[1];
	const struct continuity_key *k;
	struct finding *f;
	uint32_t i;

	if (c->entry == NULL || new->ds_known || new->nkeys == 0)
		return;
	for (i = 0; i < now->nkeys; i++) {
		k = &now->key[i];
		if (!k->signs_keys || (k->flags & 1) == 0 ||
		    !continuity_key_usable(k) || stays(new, k))
			continue;
		f = chain_report(ev, c, id, fs,
		    findings_text(fs,
			"the key %u of %s leaves, and nothing here says that "
			"the parent's DS names another",
			k->tag, c->apex_text));
		f->expected = "parent-ds in the policy, or the parent's zone";
		f->help = "let the policy say which DS the parent has "
			  "(dnssec: parent-ds); its history tells when that "
			  "changed";
		f->authority = rule_authority(
		    fs, ev->policy, c->entry->line, NULL);
	}
}

/* ---- the rule ----------------------------------------------------------- */

static bool
is_overflown(const struct evidence_chain *c)
{
	size_t i;

	for (i = 0; i < c->nstates; i++)
		if (c->state[i].overflow)
			return true;
	return false;
}

static void
judge(const struct evidence *ev, const struct evidence_chain *c,
    struct findings *fs)
{
	struct continuity_conflict x[CONTINUITY_KINDS];
	struct continuity_when when = chain_when(ev, c);
	size_t i, n;

	if (c->doubt != NULL) {
		chain_report(ev, c, id, fs,
		    findings_text(fs, "keys of %s: %s", c->apex_text, c->doubt))
		    ->help = c->mend;
	}
	if (!c->in_motion)
		return;
	if (is_overflown(c)) {
		chain_report(ev, c, id, fs,
		    findings_text(fs,
			"%s has more keys, DS, signers or name servers than "
			"are looked at: %d keys",
			c->apex_text, CONTINUITY_KEYS_MAX))
		    ->help = "remove the keys that are not in use";
		return;
	}
	/* What takes DNSSEC away is told by dnssec-going-insecure. */
	if (c->state[0].nkeys == 0 || c->state[0].nsets == 0)
		return;
	n = continuity_find(c->state, c->nstates, c->apex, &when, x);
	for (i = 0; i < n; i++)
		tell(ev, c, &x[i], fs);
	tell_unknown(ev, c, fs);
}

static void
check_continuity(const struct evidence *ev, struct findings *fs)
{
	size_t i;

	for (i = 0; i < ev->nchains; i++)
		judge(ev, &ev->chain[i], fs);
}

const struct rule rule_dnssec_key_continuity = {
    .id = id,
    .title = "a key comes or goes sooner than caches allow",
    .severity = SEVERITY_ERROR,
    .what = "A key leaves while a DS or signatures in caches still need it; or "
	    "it signs, or is named by a DS or CDS, before caches can know it; "
	    "or an algorithm comes or goes out of order (RFC 6781 section 4.1, "
	    "RFC 7583, RFC 6840 section 5.11). What was published when is read "
	    "from the history of the branch; DS come from the parent's zone in "
	    "the repository, or from parent-ds of the policy. The finding "
	    "names the earliest time at which the step is safe: the TTL, and "
	    "dnssec.propagation of the policy, after the old version was "
	    "replaced. See docs/rollovers.md.",
    .why = "Each version of the zone validates alone; only the step between "
	   "them does not. At APNIC in 2012 a standby signer took over with "
	   "other keys; at .nz in 2023 the old key left while its DS was still "
	   "cached: all names below were away for up to two days.",
    .bad = "; before: DNSKEY tag 11111, DS 11111\n"
	   "; after:  DNSKEY tag 22222, DS 11111\n",
    .good = "; before: DNSKEY tag 11111\n"
	    "; after:  DNSKEY tags 11111 and 22222, then DS, then one key\n",
    .fix = "Publish the new key, wait for the TTL of the DNSKEY RRset, change "
	   "the DS, wait for its TTL, then remove the old key.",
    .run = check_continuity,
};
