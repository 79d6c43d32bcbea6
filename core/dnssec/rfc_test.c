/*
 * The examples that the RFCs print, with the verdict the RFCs give. Zones are
 * in testdata/rfc; RRSIG by RRSIG they are what was published, which ldns
 * confirms for the algorithms that our validator does not take any more.
 */
#include "test_zone.h"

#include "verify.h"

static struct zone *
open_rfc(struct test_zone *t, const char *file, const char *apex,
    enum zone_dialect dialect)
{
	struct zone_load_args args = {
	    .path = file, .apex = wire(apex), .dialect = dialect};
	struct error e = {0};

	memset(t, 0, sizeof(*t));
	t->arena = arena_new();
	findings_init(&t->fs, t->arena);
	if (source_open_dir(&t->source, "testdata/rfc", NULL, &e) != 0)
		fail_msg("testdata/rfc: %s", e.message);
	args.source = t->source;
	if (zone_load(&t->zone, &args, &t->fs, &e) != 0)
		fail_msg("%s: %s", file, e.message);
	return t->zone;
}

static struct zone *
open_good(struct test_zone *t, const char *file, const char *apex)
{
	/* Knot's reading: BIND refuses some of what RFC 8976 prints. */
	open_rfc(t, file, apex, ZONE_DIALECT_KNOT);
	if (t->zone->broken) {
		print_findings(&t->fs);
		fail_msg("%s: broken", file);
	}
	return t->zone;
}

/* ---- RFC 6605 section 6, RFC 8080 section 6 ------------------------------ */

/* A DNSKEY, the DS for it, and one RRset that it signs. */
static const struct example {
	const char *file, *apex, *name;
	uint16_t type;
	int64_t inception, expiration;
	uint16_t tag;
	uint8_t algorithm, digest_type;
	const char *digest;
} examples[] = {
    {"rfc6605-p256.zone", "example.net.", "www.example.net.", RRTYPE_A,
	1281607479, 1284026679, 55648, 13, 2,
	"b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"},
    {"rfc6605-p384.zone", "example.net.", "www.example.net.", RRTYPE_A,
	1281608425, 1284027625, 10771, 14, 4,
	"72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0"
	"563a9b5f4d288405c3008a946df983d6"},
    {"rfc8080-1.zone", "example.com.", "example.com.", RRTYPE_MX, 1438207200,
	1440021600, 3613, 15, 2,
	"3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b"},
    {"rfc8080-2.zone", "example.com.", "example.com.", RRTYPE_MX, 1438207200,
	1440021600, 35217, 15, 2,
	"401781b934e392de492ec77ae2e15d70f6575a1c0bc59c5275c04ebe80c6614c"},
    {"rfc8080-3.zone", "example.com.", "example.com.", RRTYPE_MX, 1438207200,
	1440021600, 9713, 16, 2,
	"6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7"},
    {"rfc8080-4.zone", "example.com.", "example.com.", RRTYPE_MX, 1438207200,
	1440021600, 38353, 16, 2,
	"645ff078b3568f5852b70cb60e8e696cc77b75bfaaffc118cf79cbda1ba28af4"},
};

static uint16_t
put_ds(const struct example *x, uint8_t out[64])
{
	unsigned v;
	size_t i;

	put16(out, x->tag);
	out[2] = x->algorithm;
	out[3] = x->digest_type;
	for (i = 0; sscanf(x->digest + 2 * i, "%2x", &v) == 1; i++)
		out[4 + i] = (uint8_t)v;
	return (uint16_t)(4 + i);
}

static bool
about(const struct finding *f, const struct example *x)
{
	return f->name != NULL && strcmp(f->name, x->name) == 0 &&
	       f->type != NULL &&
	       strcmp(f->type, x->type == RRTYPE_A ? "A" : "MX") == 0;
}

/*
 * What is said about the RRset of the example: RULE, or nothing. The zone has
 * no signed DNSKEY RRset and no denial, which is said, too, and DS must match.
 */
static void
expect_example(const struct zone *z, const struct example *x, int64_t now,
    bool anchored, const char *rule)
{
	uint8_t ds[64];
	struct dnssec_anchor anchor = {RRTYPE_DS, ds, put_ds(x, ds)};
	struct dnssec_verify_params p = {
	    .now = now, .anchor = &anchor, .nanchors = 1, .jobs = 1};
	struct arena *a = arena_new();
	struct dnssec_result r;
	struct findings fs;
	struct error e = {0};
	size_t i, other = 0, said = 0;

	ds[4] ^= !anchored;
	findings_init(&fs, a);
	if (dnssec_verify(z, &p, &r, &fs, &e) != 0)
		fail_msg("%s: %s", x->file, e.message);
	for (i = 0; i < fs.n; i++) {
		/* Wherever it is about, the file is named. */
		assert_non_null(fs.item[i].place.file);
		if (!about(&fs.item[i], x))
			other += strcmp(fs.item[i].rule, "dnssec-bogus") == 0;
		else if (rule != NULL && strcmp(fs.item[i].rule, rule) == 0)
			said++;
		else
			fail_msg("%s: %s: %s", x->file, fs.item[i].rule,
			    fs.item[i].message);
	}
	if (r.verified != (rule == NULL) || said != (rule != NULL) ||
	    other != 1u + !anchored ||
	    count_rule(&fs, "dnssec-denial-chain") != 1) {
		print_findings(&fs);
		fail_msg("%s at %lld: %u verified, %s expected", x->file,
		    (long long)now, r.verified, rule == NULL ? "none" : rule);
	}
	findings_free(&fs);
	arena_free(a);
}

static void
flip_data(struct edit_record *r, void *ctx)
{
	const struct example *x = ctx;

	if (r->type == x->type)
		r->rdata[1] ^= 1;
}

static void
flip_signature(struct edit_record *r, void *ctx)
{
	(void)ctx;
	if (r->type == RRTYPE_RRSIG)
		r->rdata[r->rdlen - 20] ^= 1;
}

/* The zone with one bit changed, and its files for the places. */
static void
expect_damaged(const struct zone *z, const struct example *x, edit_fn fn)
{
	struct example copy = *x;
	struct zone_builder *b = zone_builder_new(wire(x->apex), NULL);
	struct dnssec_verify_params p = {.now = x->inception, .jobs = 1};
	struct arena *a = arena_new();
	struct dnssec_result r;
	struct findings fs;
	struct error e = {0};
	struct zone *bad;

	findings_init(&fs, a);
	edit_copy(b, z, fn, &copy);
	bad = edit_end(b);
	assert_int_equal(dnssec_verify(bad, &p, &r, &fs, &e), 0);
	/* One for the DNSKEY RRset, one for this one. */
	if (r.verified != 0 || count_rule(&fs, "dnssec-bogus") != 2)
		fail_msg("%s: a changed bit is not found", x->file);
	zone_free(bad);
	findings_free(&fs);
	arena_free(a);
}

static void
test_algorithms(void **state)
{
	const struct example *x;
	struct test_zone t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		x = &examples[i];
		open_good(&t, x->file, x->apex);
		expect_example(t.zone, x, x->inception, true, NULL);
		expect_example(t.zone, x, x->expiration, true, NULL);
		expect_example(t.zone, x, x->expiration, false, NULL);
		expect_example(
		    t.zone, x, x->expiration + 1, true, "dnssec-expired");
		expect_example(
		    t.zone, x, x->inception - 1, true, "dnssec-not-yet-valid");
		expect_damaged(t.zone, x, flip_data);
		expect_damaged(t.zone, x, flip_signature);
		test_zone_free(&t);
	}
}

/* ---- RFC 8976 appendix A ------------------------------------------------- */

static const struct {
	const char *file, *apex;
	unsigned checked; /* ZONEMD records of known scheme and hash */
} digests[] = {
    {"rfc8976-a1.zone", "example.", 1},
    {"rfc8976-a2-inside.zone", "example.", 1},
    {"rfc8976-a3.zone", "example.", 2}, /* SHA-384 and SHA-512 */
    {"rfc8976-a4.zone", "uri.arpa.", 1},
    {"rfc8976-a5.zone", "root-servers.net.", 1},
};

enum { ZONEMD_HEADER = 6, ZONEMD_SCHEME = 4, ZONEMD_HASH = 5 };

static void
test_digests(void **state)
{
	uint8_t digest[ZONE_DIGEST_MAX];
	const struct zone_rrset *set;
	const uint8_t *p;
	struct test_zone t;
	unsigned n;
	uint32_t j;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		open_good(&t, digests[i].file, digests[i].apex);
		set = zone_find_rrset(t.zone, t.zone->apex, RRTYPE_ZONEMD);
		assert_non_null(set);
		for (j = n = 0; j < set->count; j++) {
			p = zone_rr_data(t.zone, &t.zone->rr[set->rr + j]);
			len = zone_digest_len(p[ZONEMD_HASH]);
			if (p[ZONEMD_SCHEME] != 1 || len == 0)
				continue;
			n++;
			assert_int_equal(
			    zone_digest_as(t.zone, p[ZONEMD_HASH], digest), 0);
			if (memcmp(digest, p + ZONEMD_HEADER, len) != 0)
				fail_msg("%s: digest of hash %u differs",
				    digests[i].file, p[ZONEMD_HASH]);
		}
		assert_int_equal(n, digests[i].checked);
		test_zone_free(&t);
	}
}

/* Where an operator's zone file must not hold what RFC 8976 digests around. */
static void
test_digest_refused(void **state)
{
	static const struct {
		const char *file, *rule;
		enum zone_dialect dialect;
	} c[] = {
	    {"rfc8976-a2.zone", "syntax-out-of-zone", ZONE_DIALECT_KNOT},
	    {"rfc8976-a3.zone", "syntax-dialect", ZONE_DIALECT_COMMON},
	};
	struct test_zone t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		open_rfc(&t, c[i].file, "example.", c[i].dialect);
		if (!t.zone->broken || count_rule(&t.fs, c[i].rule) != 1)
			fail_msg("%s: %s expected", c[i].file, c[i].rule);
		test_zone_free(&t);
	}
}

/* Appendix A.4 is a whole zone in service, signed with algorithm 8. */
static void
test_uri_arpa(void **state)
{
	static const int64_t february = 1612137600;
	struct dnssec_result r;
	struct test_zone t;

	(void)state;
	open_good(&t, "rfc8976-a4.zone", "uri.arpa.");
	r = verify_at(t.zone, february, &t.fs);
	if (t.fs.n != 0)
		print_findings(&t.fs);
	assert_int_equal(t.fs.n, 0);
	assert_int_equal(r.rrsets, 14);
	assert_int_equal(r.verified, 14);
	assert_int_equal(r.signatures, 15);
	assert_int_equal(r.expires, 1613604280);
	r = verify_at(t.zone, february + 28 * 86400, &t.fs);
	assert_int_equal(r.verified, 0);
	assert_int_equal(count_rule(&t.fs, "dnssec-expired"), 15);
	test_zone_free(&t);
}

/* ---- RFC 4035 appendix A, RFC 5155 appendix A ---------------------------- */

static ldns_rr *
to_ldns(const struct zone *z, const struct zone_rr *rr)
{
	const uint8_t *owner = zone_rr_owner(z, rr);
	size_t n = name_len(owner), pos = 0;
	uint8_t buf[2048];
	ldns_rr *out;

	assert_true(n + 10 + rr->rdlen <= sizeof(buf));
	memcpy(buf, owner, n);
	put16(buf + n, rr->type);
	put16(buf + n + 2, 1);
	put32(buf + n + 4, rr->ttl);
	put16(buf + n + 8, rr->rdlen);
	memcpy(buf + n + 10, zone_rr_data(z, rr), rr->rdlen);
	assert_int_equal(ldns_wire2rr(&out, buf, n + 10 + rr->rdlen, &pos,
			     LDNS_SECTION_ANSWER),
	    LDNS_STATUS_OK);
	return out;
}

static ldns_rr_list *
list_of(const struct zone *z, const struct zone_rrset *set)
{
	ldns_rr_list *out = ldns_rr_list_new();
	uint32_t i;

	assert_non_null(set);
	for (i = 0; i < set->count; i++)
		ldns_rr_list_push_rr(out, to_ldns(z, &z->rr[set->rr + i]));
	return out;
}

/* Signatures of the zone that ldns, which knows the algorithm, confirms. */
static unsigned
confirmed(const struct zone *z, int64_t now)
{
	ldns_rr_list *keys = list_of(
	    z, zone_find_rrset(z, z->apex, RRTYPE_DNSKEY));
	const struct zone_rrset *set;
	const struct zone_rr *rr;
	ldns_rr_list *rrs, *by;
	unsigned n = 0;
	ldns_rr *sig;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (rr->type != RRTYPE_RRSIG)
			continue;
		set = zone_rrset(z, rr->owner, get16(zone_rr_data(z, rr)));
		rrs = list_of(z, set);
		by = ldns_rr_list_new();
		sig = to_ldns(z, rr);
		n += ldns_verify_rrsig_keylist_time(
			 rrs, sig, keys, (time_t)now, by) == LDNS_STATUS_OK;
		ldns_rr_free(sig);
		ldns_rr_list_free(by);
		ldns_rr_list_deep_free(rrs);
	}
	ldns_rr_list_deep_free(keys);
	return n;
}

static const struct {
	const char *file;
	int64_t then; /* when the signatures were valid */
	unsigned signatures;
} old[] = {
    {"rfc4035-a.zone", 1082505600, 26},
    {"rfc5155-a.zone", 1200000000, 29},
};

/*
 * Algorithms 5 and 7 hash with SHA-1: a zone must not be signed with them, and
 * resolvers treat it as unsigned (RFC 9905). So the gate refuses the zones of
 * both RFCs whenever it is asked, and trusts no signature in them.
 */
static void
test_sha1(void **state)
{
	const int64_t times[] = {0, NOW};
	struct dnssec_result r;
	struct test_zone t;
	struct findings fs;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		open_good(&t, old[i].file, "example.");
		if (confirmed(t.zone, old[i].then) != old[i].signatures)
			fail_msg("%s: not what the RFC printed", old[i].file);
		for (j = 0; j < 2; j++) {
			findings_init(&fs, t.arena);
			r = verify_at(t.zone,
			    times[j] == 0 ? old[i].then : times[j], &fs);
			assert_true(r.is_signed);
			assert_int_equal(r.verified, 0);
			assert_int_equal(r.nalgorithms, 0);
			assert_int_equal(
			    count_rule(&fs, "dnssec-algorithm"), 2);
			assert_int_equal(count_rule(&fs, "dnssec-bogus"), 1);
			findings_free(&fs);
		}
		test_zone_free(&t);
	}
}

/* Chain and bitmaps of Z by themselves, without its signatures. */
static void
check_chain(const struct zone *z, struct verify_list *l)
{
	struct verify v = {.zone = z, .minimum = 3600};
	struct error e = {0};
	uint32_t i;

	l->max = 100;
	verify_denial_kind(&v, l);
	for (i = 0; i < z->nowners; i++)
		verify_nsec(&v, i, l);
	if (verify_nsec3(&v, 1, l, &e) != 0)
		fail_msg("%s", e.message);
}

/* The N-th record of TYPE is lost. */
struct nth {
	uint16_t type;
	unsigned n, at;
};

static void
drop_nth(struct edit_record *r, void *ctx)
{
	struct nth *n = ctx;

	if (r->type == n->type && n->at++ == n->n)
		r->type = 0;
}

/* Each record of the denial is needed: without any one the chain is broken. */
static void
expect_chain(
    const struct zone *z, uint16_t type, unsigned records, unsigned iterations)
{
	struct verify_list l = {0};
	struct nth n = {.type = type};
	struct zone *less;

	check_chain(z, &l);
	if (l.fs.n != count_rule(&l.fs, "dnssec-nsec3-iterations"))
		print_findings(&l.fs);
	assert_int_equal(l.fs.n, iterations);
	verify_list_free(&l);
	for (n.n = 0; n.n < records; n.n++) {
		memset(&l, 0, sizeof(l));
		n.at = 0;
		less = edit(z, drop_nth, &n);
		assert_int_equal(n.at, records);
		check_chain(less, &l);
		assert_true(count_rule(&l.fs, "dnssec-denial-chain") > 0);
		verify_list_free(&l);
		zone_free(less);
	}
}

/* The signer makes the NSEC records that RFC 4035 prints. */
static void
expect_same_nsec(const struct zone *z)
{
	struct dnssec_keys *keys = trial(13);
	const struct zone_rrset *a, *b;
	struct zone *again;
	uint32_t i;

	again = sign(z, keys, DNSSEC_NSEC);
	assert_int_equal(again->nowners, z->nowners);
	for (i = 0; i < z->nowners; i++) {
		a = zone_rrset(z, i, RRTYPE_NSEC);
		b = zone_rrset(again, i, RRTYPE_NSEC);
		assert_int_equal(a == NULL, b == NULL);
		if (a != NULL)
			assert_true(zone_rrset_same(z, a, again, b));
	}
	zone_free(again);
	dnssec_keys_free(keys);
}

static void
test_nsec(void **state)
{
	struct test_zone t;

	(void)state;
	open_good(&t, "rfc4035-a.zone", "example.");
	expect_chain(t.zone, RRTYPE_NSEC, 10, 0);
	expect_same_nsec(t.zone);
	test_zone_free(&t);
}

/* Hashes with a salt and 12 iterations, empty non-terminals, opt-out: the chain
 * is as RFC 5155 says, and RFC 9276 section 3.1 objects to the parameters. */
static void
test_nsec3(void **state)
{
	struct test_zone t;

	(void)state;
	open_good(&t, "rfc5155-a.zone", "example.");
	expect_chain(t.zone, RRTYPE_NSEC3, 12, 2);
	test_zone_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_algorithms),
	    cmocka_unit_test(test_digests),
	    cmocka_unit_test(test_digest_refused),
	    cmocka_unit_test(test_uri_arpa),
	    cmocka_unit_test(test_sha1),
	    cmocka_unit_test(test_nsec),
	    cmocka_unit_test(test_nsec3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
