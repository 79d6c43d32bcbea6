/* Signing and validating agree, and every damage is found. */
#include "test_zone.h"

#include <openssl/evp.h>

#include "../dns/rdata.h"
#include "keys.h"

static const char *const denial_name[] = {"nsec", "nsec3", "nsec3-optout"};

/* ---- round trips --------------------------------------------------------- */

static void
test_round_trip(void **state)
{
	static const uint8_t algorithms[] = {8, 10, 13, 14, 15, 16};
	struct test_zone t;
	struct dnssec_keys *keys;
	struct zone *z;
	char label[64];
	size_t i;
	int d;

	(void)state;
	test_zone_load(&t, TEST_ZONE "below.dn A 192.0.2.9\n"
				     "glue.ns.sub TXT \"occluded\"\n");
	for (i = 0; i < sizeof(algorithms); i++) {
		keys = trial(algorithms[i]);
		for (d = DNSSEC_NSEC; d <= DNSSEC_NSEC3_OPTOUT; d++) {
			z = sign(t.zone, keys, (enum dnssec_denial)d);
			snprintf(label, sizeof(label), "%s %s",
			    dnssec_algorithm_text(algorithms[i]),
			    denial_name[d]);
			expect_valid(z, label);
			zone_free(z);
		}
		dnssec_keys_free(keys);
	}
	test_zone_free(&t);
}

static uint32_t
count_type(const struct zone *z, uint16_t type)
{
	uint32_t i, n = 0;

	for (i = 0; i < z->nrrs; i++)
		n += z->rr[i].type == type;
	return n;
}

/* Counted by hand from TEST_ZONE: 13 names own something (@ alias dn d.e.ent
 * f.ent mail ns1 safe sub *.wild www x.only y.z.only), five more are empty (ent
 * e.ent wild only z.only). */
static void
test_chain_size(void **state)
{
	static const struct {
		enum dnssec_denial denial;
		uint16_t type;
		uint32_t count;
	} c[] = {
	    {DNSSEC_NSEC, RRTYPE_NSEC, 13},
	    {DNSSEC_NSEC3, RRTYPE_NSEC3, 18},
	    /* without sub x.only y.z.only only z.only */
	    {DNSSEC_NSEC3_OPTOUT, RRTYPE_NSEC3, 13},
	};
	struct dnssec_keys *keys = trial(13);
	struct test_zone t;
	struct zone *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		z = sign(t.zone, keys, c[i].denial);
		if (count_type(z, c[i].type) != c[i].count)
			fail_msg("%s: %u", denial_name[c[i].denial],
			    count_type(z, c[i].type));
		zone_free(z);
	}
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* Text of the one record of TYPE at NAME. */
static const char *
text_of(const struct zone *z, const char *name, uint16_t type)
{
	static char out[2048];
	const struct zone_rrset *set = zone_find_rrset(z, wire(name), type);
	struct text t = TEXT_INIT;

	if (set == NULL)
		return "";
	zone_rr_to_text(z, &z->rr[set->rr], &t);
	snprintf(out, sizeof(out), "%s", t.data);
	text_free(&t);
	return out;
}

static void
test_nsec_text(void **state)
{
	static const struct {
		const char *name, *text;
	} c[] = {
	    {"example.", "example. 600 IN NSEC alias.example. NS SOA MX RRSIG "
			 "NSEC DNSKEY TYPE65280\n"},
	    {"www.example.", "www.example. 600 IN NSEC example. A TXT RRSIG "
			     "NSEC CAA\n"},
	    {"*.wild.example.",
		"*.wild.example. 600 IN NSEC www.example. MX TXT RRSIG NSEC\n"},
	    {"sub.example.",
		"sub.example. 600 IN NSEC *.wild.example. NS RRSIG NSEC\n"},
	    {"safe.example.",
		"safe.example. 600 IN NSEC sub.example. NS DS RRSIG NSEC\n"},
	    {"ns.sub.example.", ""},
	};
	struct dnssec_keys *keys = trial(13);
	struct test_zone t;
	struct zone *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	z = sign(t.zone, keys, DNSSEC_NSEC);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		assert_string_equal(
		    text_of(z, c[i].name, RRTYPE_NSEC), c[i].text);
	assert_null(zone_find_rrset(z, wire("ns.sub.example."), RRTYPE_RRSIG));
	zone_free(z);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* Signing what was signed by others: their DNSKEYs stay, nothing else. */
static void
test_sign_again(void **state)
{
	struct dnssec_keys *first = trial(13), *second = trial(13);
	struct test_zone t;
	struct zone *a, *b, *c;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, first, DNSSEC_NSEC3);
	b = sign(a, second, DNSSEC_NSEC);
	c = sign(b, second, DNSSEC_NSEC);
	expect_valid(b, "signed again");
	assert_int_equal(count_type(b, RRTYPE_DNSKEY), 4);
	assert_int_equal(count_type(b, RRTYPE_NSEC3), 0);
	assert_int_equal(count_type(b, RRTYPE_NSEC3PARAM), 0);
	assert_int_equal(b->nrrs, c->nrrs);
	zone_free(a);
	zone_free(b);
	zone_free(c);
	dnssec_keys_free(first);
	dnssec_keys_free(second);
	test_zone_free(&t);
}

/* ---- damage -------------------------------------------------------------- */

enum change {
	FLIP,     /* bit of the octet at OFFSET (negative: from the end) */
	DROP,     /* the record */
	TTL,      /* OFFSET added to it */
	CUT_TAIL, /* the last -OFFSET octets */
	NAME,     /* flip a bit of the owner at OFFSET */
};

struct damage {
	const char *label;
	enum dnssec_denial denial;
	const char *name; /* NULL: the first of the type anywhere */
	uint16_t type, covered;
	enum change change;
	int offset;
	const char *rule;
};

struct damaging {
	const struct damage *d;
	uint8_t name[NAME_MAX_LEN];
	bool done;
};

static void
damage(struct edit_record *r, void *ctx)
{
	struct damaging *g = ctx;
	const struct damage *d = g->d;
	int at = d->offset < 0 ? r->rdlen + d->offset : d->offset;

	if (g->done || r->type != d->type || r->covered != d->covered ||
	    (d->name != NULL && !name_equal(r->owner, g->name)))
		return;
	g->done = true;
	switch (d->change) {
	case FLIP:
		r->rdata[at] ^= 1;
		break;
	case DROP:
		r->type = 0;
		break;
	case TTL:
		r->ttl += (uint32_t)d->offset;
		break;
	case CUT_TAIL:
		r->rdlen = (uint16_t)at;
		break;
	case NAME:
		r->owner[d->offset] ^= 1;
		break;
	}
}

#define N DNSSEC_NSEC
#define N3 DNSSEC_NSEC3
#define OPT DNSSEC_NSEC3_OPTOUT
#define SIG RRTYPE_RRSIG

static const struct damage damages[] = {
    {"A", N, "www.example.", RRTYPE_A, 0, FLIP, 3, "dnssec-bogus"},
    {"A of a set removed", N, "www.example.", RRTYPE_A, 0, DROP, 0,
	"dnssec-bogus"},
    {"TXT", N, "www.example.", RRTYPE_TXT, 0, FLIP, -1, "dnssec-bogus"},
    {"wildcard", N, "*.wild.example.", RRTYPE_TXT, 0, FLIP, 1, "dnssec-bogus"},
    {"SOA", N, "example.", RRTYPE_SOA, 0, FLIP, -17, "dnssec-bogus"},
    {"DS", N, "safe.example.", RRTYPE_DS, 0, FLIP, 9, "dnssec-bogus"},
    {"unknown type", N3, "example.", 65280, 0, FLIP, 0, "dnssec-bogus"},
    {"owner", N, "mail.example.", RRTYPE_A, 0, NAME, 1, "dnssec-bogus"},
    {"owner: NSEC", N, "mail.example.", RRTYPE_A, 0, NAME, 1,
	"dnssec-denial-chain"},
    {"RRset removed", N, "mail.example.", RRTYPE_A, 0, DROP, 0,
	"dnssec-extra-rrsig"},
    {"RRset TTL", N, "mail.example.", RRTYPE_A, 0, TTL, 1, "dnssec-ttl"},
    {"RRSIG TTL", N, "mail.example.", SIG, RRTYPE_A, TTL, -1, "dnssec-ttl"},
    {"RRSIG type covered", N, "mail.example.", SIG, RRTYPE_A, FLIP, 1,
	"dnssec-extra-rrsig"},
    {"RRSIG algorithm", N, "mail.example.", SIG, RRTYPE_A, FLIP, 2,
	"dnssec-bogus"},
    {"RRSIG labels", N, "mail.example.", SIG, RRTYPE_A, FLIP, 3,
	"dnssec-bogus"},
    {"RRSIG original TTL", N, "mail.example.", SIG, RRTYPE_A, FLIP, 7,
	"dnssec-ttl"},
    {"RRSIG original TTL forged", N, "mail.example.", SIG, RRTYPE_A, FLIP, 7,
	"dnssec-bogus"},
    {"RRSIG expiration", N, "mail.example.", SIG, RRTYPE_A, FLIP, 11,
	"dnssec-bogus"},
    {"RRSIG inception", N, "mail.example.", SIG, RRTYPE_A, FLIP, 15,
	"dnssec-bogus"},
    {"RRSIG tag", N, "mail.example.", SIG, RRTYPE_A, FLIP, 17, "dnssec-bogus"},
    {"RRSIG signer", N, "mail.example.", SIG, RRTYPE_A, FLIP, 19,
	"dnssec-extra-rrsig"},
    {"RRSIG signer: nothing else signs", N, "mail.example.", SIG, RRTYPE_A,
	FLIP, 19, "dnssec-bogus"},
    {"RRSIG signature", N, "mail.example.", SIG, RRTYPE_A, FLIP, -1,
	"dnssec-bogus"},
    {"RRSIG short", N, "mail.example.", SIG, RRTYPE_A, CUT_TAIL, -1,
	"dnssec-bogus"},
    {"RRSIG removed", N, "mail.example.", SIG, RRTYPE_A, DROP, 0,
	"dnssec-bogus"},
    {"DNSKEY RRSIG removed", N, "example.", SIG, RRTYPE_DNSKEY, DROP, 0,
	"dnssec-bogus"},
    {"DNSKEY flags", N, "example.", RRTYPE_DNSKEY, 0, FLIP, 1, "dnssec-bogus"},
    {"DNSKEY zone flag", N, "example.", RRTYPE_DNSKEY, 0, FLIP, 0,
	"dnssec-bogus"},
    {"DNSKEY protocol", N, "example.", RRTYPE_DNSKEY, 0, FLIP, 2,
	"dnssec-bogus"},
    {"DNSKEY algorithm", N, "example.", RRTYPE_DNSKEY, 0, FLIP, 3,
	"dnssec-algorithm"},
    {"DNSKEY key", N, "example.", RRTYPE_DNSKEY, 0, FLIP, 30, "dnssec-bogus"},
    {"DNSKEY short", N, "example.", RRTYPE_DNSKEY, 0, CUT_TAIL, -1,
	"dnssec-bogus"},
    {"DNSKEY removed", N, "example.", RRTYPE_DNSKEY, 0, DROP, 0,
	"dnssec-bogus"},
    {"DNSKEY TTL", N, "example.", RRTYPE_DNSKEY, 0, TTL, 60, "dnssec-ttl"},
    {"NSEC removed", N, "sub.example.", RRTYPE_NSEC, 0, DROP, 0,
	"dnssec-denial-chain"},
    {"NSEC next", N, "sub.example.", RRTYPE_NSEC, 0, FLIP, 4,
	"dnssec-denial-chain"},
    {"NSEC bitmap", N, "sub.example.", RRTYPE_NSEC, 0, FLIP, -1,
	"dnssec-denial-bitmap"},
    {"NSEC bitmap short", N, "www.example.", RRTYPE_NSEC, 0, CUT_TAIL, -1,
	"dnssec-denial-bitmap"},
    {"NSEC bitmap window", N, "www.example.", RRTYPE_NSEC, 0, CUT_TAIL, -3,
	"dnssec-denial-bitmap"},
    {"NSEC TTL", N, "sub.example.", RRTYPE_NSEC, 0, TTL, 60, "dnssec-ttl"},
    {"NSEC owner", N, "sub.example.", RRTYPE_NSEC, 0, NAME, 1,
	"dnssec-denial-chain"},
    {"NSEC3 removed", N3, NULL, RRTYPE_NSEC3, 0, DROP, 0,
	"dnssec-denial-chain"},
    {"NSEC3 owner", N3, NULL, RRTYPE_NSEC3, 0, NAME, 30, "dnssec-denial-chain"},
    {"NSEC3 owner no hash", N3, NULL, RRTYPE_NSEC3, 0, NAME, 0,
	"dnssec-denial-chain"},
    {"NSEC3 next", N3, NULL, RRTYPE_NSEC3, 0, FLIP, 20, "dnssec-denial-chain"},
    {"NSEC3 bitmap", N3, NULL, RRTYPE_NSEC3, 0, CUT_TAIL, -1,
	"dnssec-denial-bitmap"},
    {"NSEC3 hash algorithm", N3, NULL, RRTYPE_NSEC3, 0, FLIP, 0,
	"dnssec-denial-chain"},
    {"NSEC3 opt-out", N3, NULL, RRTYPE_NSEC3, 0, FLIP, 1, "dnssec-bogus"},
    {"NSEC3 iterations", N3, NULL, RRTYPE_NSEC3, 0, FLIP, 3,
	"dnssec-denial-chain"},
    {"NSEC3 TTL", N3, NULL, RRTYPE_NSEC3, 0, TTL, 60, "dnssec-ttl"},
    {"NSEC3PARAM removed", N3, "example.", RRTYPE_NSEC3PARAM, 0, DROP, 0,
	"dnssec-denial-chain"},
    {"NSEC3PARAM flags", N3, "example.", RRTYPE_NSEC3PARAM, 0, FLIP, 1,
	"dnssec-denial-chain"},
    {"NSEC3PARAM iterations", N3, "example.", RRTYPE_NSEC3PARAM, 0, FLIP, 2,
	"dnssec-nsec3-iterations"},
    {"NSEC3 removed, opt-out", OPT, NULL, RRTYPE_NSEC3, 0, DROP, 0,
	"dnssec-denial-chain"},
};

static void
test_damage(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone *signed_zone[3], *z;
	struct test_zone t;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	for (i = 0; i < 3; i++)
		signed_zone[i] = sign(t.zone, keys, (enum dnssec_denial)i);
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct damaging g = {.d = &damages[i]};

		if (damages[i].name != NULL)
			memcpy(g.name, wire(damages[i].name),
			    name_len(wire(damages[i].name)));
		z = edit(signed_zone[damages[i].denial], damage, &g);
		if (!g.done)
			fail_msg("%s: nothing to damage", damages[i].label);
		expect_rule(z, damages[i].rule, false, damages[i].label);
		zone_free(z);
	}
	for (i = 0; i < 3; i++)
		zone_free(signed_zone[i]);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* Flip one bit of record N; a record that is none any more is left out. */
struct nth {
	uint32_t n, at;
	uint32_t bit;
};

static void
flip_nth(struct edit_record *r, void *ctx)
{
	struct nth *n = ctx;

	if (n->at++ != n->n || r->rdlen == 0)
		return;
	r->rdata[n->bit % r->rdlen] ^= (uint8_t)(1 << n->bit / r->rdlen % 8);
	if (!rdata_valid(r->type, r->rdata, r->rdlen))
		r->type = 0;
}

static bool
same_records(const struct zone *a, const struct zone *b)
{
	uint32_t i;

	if (a->nrrs != b->nrrs)
		return false;
	for (i = 0; i < a->nrrs; i++)
		if (a->rr[i].rdlen != b->rr[i].rdlen ||
		    memcmp(zone_rr_data(a, &a->rr[i]),
			zone_rr_data(b, &b->rr[i]), a->rr[i].rdlen) != 0)
			return false;
	return true;
}

/* Is every bit of every authoritative record covered by some check? */
static void
flip_all(const struct zone *z, uint32_t *seed, const char *label)
{
	const struct zone_rr *rr;
	struct arena *arena;
	struct findings fs;
	struct zone *bad;
	struct nth n;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (!zone_is_authoritative(
			z, zone_rrset(z, rr->owner, rr->type)))
			continue;
		*seed = *seed * 1103515245 + 12345;
		n.n = i;
		n.at = 0;
		n.bit = *seed >> 8;
		bad = edit(z, flip_nth, &n);
		arena = arena_new();
		findings_init(&fs, arena);
		verify_at(bad, NOW, &fs);
		/* The case of letters in names is no change. */
		if (fs.n == 0 && !same_records(z, bad))
			fail_msg("%s: record %u, type %u, bit %u: not found",
			    label, i, rr->type, n.bit);
		findings_free(&fs);
		arena_free(arena);
		zone_free(bad);
	}
}

static void
test_any_bit(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct test_zone t;
	struct zone *z;
	uint32_t seed = 1;
	int d, round;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	for (d = DNSSEC_NSEC; d <= DNSSEC_NSEC3_OPTOUT; d++) {
		z = sign(t.zone, keys, (enum dnssec_denial)d);
		for (round = 0; round < 3; round++)
			flip_all(z, &seed, denial_name[d]);
		zone_free(z);
	}
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* ---- chains that are signed well and say the wrong thing ------------------
 */

/* Keep what two ways of signing have in common: records of one zone, and of
 * the other those that SELECT wants. */
struct select {
	const char *name;
	uint16_t type; /* and its RRSIGs; 0: all but the denial */
};

static void
select_records(struct edit_record *r, void *ctx)
{
	const struct select *s = ctx;
	uint16_t type = r->type == RRTYPE_RRSIG ? r->covered : r->type;

	if (!name_equal(r->owner, wire(s->name)) ||
	    (s->type != 0 && type != s->type) ||
	    (s->type == 0 && type == RRTYPE_NSEC))
		r->type = 0;
}

static const struct {
	const char *label;
	enum dnssec_denial denial;
	const char *less, *more; /* further lines of the zone */
	struct select add;       /* from the zone signed with MORE */
	const char *rule;
} chains[] = {
    {"name the chain skips", N, "", "new A 192.0.2.8\n", {"new.example.", 0},
	"dnssec-denial-chain"},
    {"type not in the bitmap", N, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap"},
    {"DS not in the bitmap", N, "",
	"sub DS 1 13 2 "
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	{"sub.example.", RRTYPE_DS}, "dnssec-denial-bitmap"},
    {"NSEC3: name the chain skips", N3, "", "new A 192.0.2.8\n",
	{"new.example.", 0}, "dnssec-denial-chain"},
    {"NSEC3: empty name the chain skips", N3, "q A 192.0.2.8\n",
	"q A 192.0.2.8\nu.t A 192.0.2.8\n", {"u.t.example.", 0},
	"dnssec-denial-chain"},
    {"NSEC3: type not in the bitmap", N3, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap"},
    {"opt-out hides a signed name", OPT, "", "new A 192.0.2.8\n",
	{"new.example.", 0}, "dnssec-denial-chain"},
    {"opt-out hides a signed delegation", OPT, "",
	"new NS ns1\nnew DS 1 13 2 "
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	{"new.example.", 0}, "dnssec-denial-chain"},
};

static struct zone *
sign_text(const char *lines, const struct dnssec_keys *keys,
    enum dnssec_denial denial, struct test_zone *t)
{
	struct text text = TEXT_INIT;

	text_str(&text, TEST_ZONE);
	text_str(&text, lines);
	test_zone_load(t, text.data);
	text_free(&text);
	return sign(t->zone, keys, denial);
}

static void
test_chains(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone *less, *more, *z;
	struct test_zone a, b;
	struct zone_builder *builder;
	struct select add;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		less = sign_text(chains[i].less, keys, chains[i].denial, &a);
		more = sign_text(chains[i].more, keys, chains[i].denial, &b);
		add = chains[i].add;
		builder = edit_begin();
		edit_copy(builder, less, NULL, NULL);
		edit_copy(builder, more, select_records, &add);
		z = edit_end(builder);
		expect_rule(z, chains[i].rule, true, chains[i].label);
		zone_free(z);
		zone_free(less);
		zone_free(more);
		test_zone_free(&a);
		test_zone_free(&b);
	}
	dnssec_keys_free(keys);
}

/* Two whole chains, and insecure delegations that opt-out leaves out only where
 * a record says so. */
static void
test_two_chains(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone_builder *builder;
	struct zone *a, *b, *z;
	struct test_zone t;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, keys, DNSSEC_NSEC);
	b = sign(t.zone, keys, DNSSEC_NSEC3);
	builder = edit_begin();
	edit_copy(builder, a, NULL, NULL);
	edit_copy(builder, b, NULL, NULL);
	z = edit_end(builder);
	expect_rule(z, "dnssec-denial-chain", false, "NSEC and NSEC3");
	zone_free(z);
	zone_free(a);
	zone_free(b);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* ---- signatures where none belong -----------------------------------------
 */

/* An RRSIG of the zone moved to cover TYPE at OWNER. */
static struct zone *
with_rrsig(
    const struct zone *z, const char *owner, uint16_t type, unsigned copies)
{
	struct zone_builder *b = edit_begin();
	const struct zone_rrset *set = zone_find_rrset(
	    z, wire("mail.example."), RRTYPE_RRSIG);
	const struct zone_rr *rr = &z->rr[set->rr];
	struct zone_record rec = {.ttl = rr->ttl,
	    .type = RRTYPE_RRSIG,
	    .rdlen = rr->rdlen,
	    .owner = wire(owner)};
	uint8_t rdata[512];
	unsigned i;

	edit_copy(b, z, NULL, NULL);
	memcpy(rdata, zone_rr_data(z, rr), rr->rdlen);
	put16(rdata, type);
	rec.rdata = rdata;
	for (i = 0; i < copies; i++) {
		put32(rdata + rr->rdlen - 4, i);
		assert_int_equal(zone_builder_add(b, &rec, NULL), 0);
	}
	return edit_end(b);
}

static void
test_extra(void **state)
{
	static const struct {
		const char *label, *owner;
		uint16_t type;
		unsigned copies;
		const char *rule;
		bool only;
	} c[] = {
	    {"glue", "ns.sub.example.", RRTYPE_A, 1, "dnssec-extra-rrsig",
		true},
	    {"delegation", "sub.example.", RRTYPE_NS, 1, "dnssec-extra-rrsig",
		true},
	    {"below DNAME", "below.dn.example.", RRTYPE_A, 1,
		"dnssec-extra-rrsig", true},
	    {"no such RRset", "mail.example.", RRTYPE_AAAA, 1,
		"dnssec-extra-rrsig", true},
	    {"last of the owner", "mail.example.", 65000, 1,
		"dnssec-extra-rrsig", true},
	    {"signature of a signature", "mail.example.", RRTYPE_RRSIG, 1,
		"dnssec-extra-rrsig", true},
	    {"no such name", "nothing.example.", RRTYPE_A, 1,
		"dnssec-extra-rrsig", true},
	    {"forged beside a good one", "mail.example.", RRTYPE_A, 1,
		"dnssec-bogus", true},
	    {"a thousand", "mail.example.", RRTYPE_A, 1000, "dnssec-bogus",
		true},
	};
	struct dnssec_keys *keys = trial(13);
	struct test_zone t;
	struct zone *a, *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE "below.dn A 192.0.2.9\n");
	a = sign(t.zone, keys, DNSSEC_NSEC);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		z = with_rrsig(a, c[i].owner, c[i].type, c[i].copies);
		expect_rule(z, c[i].rule, c[i].only, c[i].label);
		zone_free(z);
	}
	zone_free(a);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* ---- keys -----------------------------------------------------------------
 */

/* Keys of one tag: the pairs of octets of the public key change places. */
static void
test_key_trap(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone_builder *b = edit_begin();
	struct zone_record rec = {.ttl = 3600, .type = RRTYPE_DNSKEY};
	uint8_t rdata[DNSKEY_HEADER + 64];
	struct test_zone t;
	struct zone *a, *z;
	unsigned i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, keys, DNSSEC_NSEC);
	edit_copy(b, a, NULL, NULL);
	rec.owner = wire("example.");
	rec.rdata = rdata;
	rec.rdlen = sizeof(rdata);
	for (i = 0; i < 100; i++) {
		memcpy(rdata, keys->key[1].rdata, sizeof(rdata));
		memcpy(rdata + 4, keys->key[1].rdata + 4 + i % 31 * 2, 2);
		memcpy(rdata + 4 + i % 31 * 2, keys->key[1].rdata + 4, 2);
		put16(rdata + 66, (uint16_t)(get16(rdata + 66) + i / 31));
		put16(rdata + 64, (uint16_t)(get16(rdata + 64) - i / 31));
		assert_int_equal(zone_builder_add(b, &rec, NULL), 0);
	}
	z = edit_end(b);
	expect_rule(z, "dnssec-bogus", false, "100 keys");
	expect_rule(z, "dnssec-key-tag-collision", false, "100 keys of a tag");
	zone_free(z);
	zone_free(a);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* Trial keys of algorithm 13 and one combined key of algorithm 15. */
static struct dnssec_keys *
two_algorithms(void)
{
	struct dnssec_keys *keys = trial(13);
	struct error e = {0};

	if (keys_take(keys, ldns_key_new_frm_algorithm(LDNS_SIGN_ED25519, 0),
		DNSKEY_ZONE | DNSKEY_SEP, &e) != 0)
		fail_msg("second algorithm: %s", e.message);
	return keys;
}

struct one_algorithm {
	uint8_t algorithm;
	const char *name; /* where its signatures go away; NULL: everywhere */
};

static void
drop_algorithm(struct edit_record *r, void *ctx)
{
	const struct one_algorithm *a = ctx;

	if (r->type == RRTYPE_RRSIG && r->rdata[2] == a->algorithm &&
	    (a->name == NULL || name_equal(r->owner, wire(a->name))))
		r->type = 0;
}

static void
test_algorithms(void **state)
{
	struct dnssec_keys *keys = two_algorithms();
	struct one_algorithm c[] = {
	    {13, "www.example."}, {15, "www.example."}, {15, NULL}};
	struct dnssec_result r;
	struct test_zone t;
	struct zone *a, *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, keys, DNSSEC_NSEC3);
	expect_valid(a, "two algorithms");
	r = verify_at(a, NOW, &t.fs);
	assert_int_equal(r.nalgorithms, 2);
	assert_int_equal(r.expires, NOW + 14 * 86400);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		z = edit(a, drop_algorithm, &c[i]);
		expect_rule(z, "dnssec-algorithm-incomplete", true,
		    c[i].name == NULL ? "nobody signs with it" : c[i].name);
		zone_free(z);
	}
	zone_free(a);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* A set with one kind of key: it signs everything. */
static void
test_combined_key(void **state)
{
	static const uint16_t flags[] = {DNSKEY_ZONE | DNSKEY_SEP, DNSKEY_ZONE};
	struct dnssec_keys *keys;
	struct error e = {0};
	struct test_zone t;
	struct zone *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE "@ CDS 0 0 0 00\n");
	for (i = 0; i < 2; i++) {
		keys = keys_new(wire("example."));
		assert_int_equal(
		    keys_take(keys,
			ldns_key_new_frm_algorithm(LDNS_SIGN_ED25519, 0),
			flags[i], &e),
		    0);
		z = sign(t.zone, keys, DNSSEC_NSEC);
		expect_valid(z, i == 0 ? "only a KSK" : "only a ZSK");
		zone_free(z);
		dnssec_keys_free(keys);
	}
	test_zone_free(&t);
}

static size_t
ds_of(const struct dnssec_key *k, uint8_t type, uint8_t out[64])
{
	uint8_t data[1024];
	unsigned n = 0;

	memcpy(data, wire("example."), 9);
	memcpy(data + 9, k->rdata, k->rdlen);
	put16(out, k->tag);
	out[2] = k->algorithm;
	out[3] = type;
	EVP_Digest(data, 9u + k->rdlen, out + 4, &n,
	    type == 1   ? EVP_sha1()
	    : type == 2 ? EVP_sha256()
			: EVP_sha384(),
	    NULL);
	return n + 4;
}

static void
test_anchors(void **state)
{
	struct dnssec_keys *keys = trial(13), *other = trial(13);
	uint8_t ds[5][64];
	const struct {
		const char *label;
		struct dnssec_anchor anchor;
		bool good;
	} c[] = {
	    {"DS SHA-256",
		{RRTYPE_DS, ds[0], (uint16_t)ds_of(&keys->key[0], 2, ds[0])},
		true},
	    {"DS SHA-384",
		{RRTYPE_DS, ds[1], (uint16_t)ds_of(&keys->key[0], 4, ds[1])},
		true},
	    {"DS SHA-1",
		{RRTYPE_DS, ds[2], (uint16_t)ds_of(&keys->key[0], 1, ds[2])},
		false},
	    {"DS of another key",
		{RRTYPE_DS, ds[3], (uint16_t)ds_of(&other->key[0], 2, ds[3])},
		false},
	    {"DS of the ZSK, which does not sign keys",
		{RRTYPE_DS, ds[4], (uint16_t)ds_of(&keys->key[1], 2, ds[4])},
		false},
	    {"DNSKEY", {RRTYPE_DNSKEY, keys->key[0].rdata, keys->key[0].rdlen},
		true},
	    {"DNSKEY of another",
		{RRTYPE_DNSKEY, other->key[0].rdata, other->key[0].rdlen},
		false},
	};
	struct dnssec_verify_params p = {.now = NOW, .nanchors = 1};
	struct dnssec_result r;
	struct arena *arena;
	struct findings fs;
	struct test_zone t;
	struct zone *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	z = sign(t.zone, keys, DNSSEC_NSEC);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		arena = arena_new();
		findings_init(&fs, arena);
		p.anchor = &c[i].anchor;
		assert_int_equal(dnssec_verify(z, &p, &r, &fs, NULL), 0);
		if ((fs.n == 0) != c[i].good ||
		    fs.n != count_rule(&fs, "dnssec-bogus"))
			fail_msg("%s: %zu findings", c[i].label, fs.n);
		findings_free(&fs);
		arena_free(arena);
	}
	zone_free(z);
	dnssec_keys_free(keys);
	dnssec_keys_free(other);
	test_zone_free(&t);
}

/* ---- time, limits, order ---------------------------------------------------
 */

static void
test_time(void **state)
{
	static const int64_t wrap = (int64_t)1 << 32;
	static const struct {
		int64_t sign, verify;
		const char *rule; /* NULL: valid */
	} c[] = {
	    {NOW, NOW - 3600, NULL},
	    {NOW, NOW - 3601, "dnssec-not-yet-valid"},
	    {NOW, NOW + 14 * 86400, NULL},
	    {NOW, NOW + 14 * 86400 + 1, "dnssec-expired"},
	    {wrap - 60, wrap - 30, NULL},
	    {wrap - 60, wrap + 86400, NULL},
	    {wrap - 60, wrap + 15 * 86400, "dnssec-expired"},
	    {wrap + 60, wrap - 86400, "dnssec-not-yet-valid"},
	};
	struct dnssec_keys *keys = trial(15);
	struct dnssec_sign_params p = {
	    .inception = 3600, .expiration = 14 * 86400, .jobs = 1};
	struct test_zone t;
	struct arena *arena;
	struct findings fs;
	struct zone *z;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		p.now = c[i].sign;
		assert_int_equal(dnssec_sign(&z, t.zone, keys, &p, NULL), 0);
		arena = arena_new();
		findings_init(&fs, arena);
		verify_at(z, c[i].verify, &fs);
		if (c[i].rule == NULL ? fs.n != 0
				      : count_rule(&fs, c[i].rule) == 0)
			fail_msg("case %zu: %zu findings", i, fs.n);
		findings_free(&fs);
		arena_free(arena);
		zone_free(z);
	}
	p.expiration = 0;
	assert_int_equal(dnssec_sign(&z, t.zone, keys, &p, NULL), -1);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* A zone of many names, all of whose signatures are bad. */
static struct zone *
all_bad(const struct dnssec_keys *keys, struct test_zone *t)
{
	struct text text = TEXT_INIT;
	struct dnssec_sign_params p = {
	    .now = NOW - 86400 * 30, .inception = 60, .expiration = 60};
	struct zone *z;
	int i;

	text_str(&text, TEST_ZONE);
	for (i = 0; i < 1000; i++)
		text_printf(&text, "n%d A 192.0.2.1\n", i);
	test_zone_load(t, text.data);
	text_free(&text);
	assert_int_equal(dnssec_sign(&z, t->zone, keys, &p, NULL), 0);
	return z;
}

static void
test_limit_and_order(void **state)
{
	static const struct {
		unsigned jobs;
		uint32_t max;
	} c[] = {{1, 0}, {2, 0}, {4, 7}, {1, 7}, {3, 700}};
	struct dnssec_keys *keys = trial(13);
	struct dnssec_verify_params p = {.now = NOW};
	struct findings fs[5];
	struct dnssec_result r;
	struct test_zone t;
	struct zone *z;
	size_t i, j;

	(void)state;
	z = all_bad(keys, &t);
	for (i = 0; i < 5; i++) {
		findings_init(&fs[i], t.arena);
		p.jobs = c[i].jobs;
		p.findings_max = c[i].max;
		assert_int_equal(dnssec_verify(z, &p, &r, &fs[i], NULL), 0);
		assert_true(r.complete);
		assert_int_equal(r.verified, 0);
		/* what is listed, and the line that counts the rest */
		assert_int_equal(
		    fs[i].n, (c[i].max == 0 ? 1000 : c[i].max) + 1);
		for (j = 0; j + 1 < fs[i].n; j++) {
			assert_string_equal(
			    fs[i].item[j].message, fs[0].item[j].message);
			assert_string_equal(
			    fs[i].item[j].name, fs[0].item[j].name);
		}
	}
	for (i = 0; i < 5; i++)
		findings_free(&fs[i]);
	zone_free(z);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

static void
test_unsigned(void **state)
{
	struct dnssec_result r;
	struct test_zone t;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	assert_false(dnssec_has_records(t.zone));
	r = verify_at(t.zone, NOW, &t.fs);
	assert_false(r.is_signed);
	assert_int_equal(t.fs.n, 1);
	assert_string_equal(t.fs.item[0].rule, "dnssec-unsigned");
	test_zone_free(&t);
}

static void
test_refusals(void **state)
{
	struct dnssec_sign_params p = {.now = NOW, .expiration = 60};
	struct dnssec_keys *keys = NULL;
	struct error e = {0};
	struct test_zone t;
	struct zone *z;

	(void)state;
	assert_int_equal(dnssec_keys_trial(&keys, wire("example."), 5, &e), -1);
	assert_null(keys);
	assert_int_equal(e.code, ERROR_USAGE);
	assert_int_equal(dnssec_algorithm_parse("ecdsap256sha256"), 13);
	assert_int_equal(dnssec_algorithm_parse("15"), 15);
	assert_int_equal(dnssec_algorithm_parse("5"), 0);
	assert_int_equal(dnssec_algorithm_parse("13x"), 0);
	assert_int_equal(dnssec_keys_trial(&keys, wire("other."), 13, &e), 0);
	test_zone_load(&t, TEST_ZONE);
	assert_int_equal(dnssec_sign(&z, t.zone, keys, &p, &e), -1);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_chain_size),
	    cmocka_unit_test(test_nsec_text),
	    cmocka_unit_test(test_sign_again),
	    cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_any_bit),
	    cmocka_unit_test(test_chains),
	    cmocka_unit_test(test_two_chains),
	    cmocka_unit_test(test_extra),
	    cmocka_unit_test(test_key_trap),
	    cmocka_unit_test(test_algorithms),
	    cmocka_unit_test(test_combined_key),
	    cmocka_unit_test(test_anchors),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_limit_and_order),
	    cmocka_unit_test(test_unsigned),
	    cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
