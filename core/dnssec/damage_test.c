/* Whatever is changed in a signed zone, the validator finds it. */
#include "test_zone.h"

#include "../dns/rdata.h"

static const char *const denial_name[] = {"nsec", "nsec3", "nsec3-optout"};

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_any_bit),
	    cmocka_unit_test(test_extra),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
