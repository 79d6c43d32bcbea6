/* Signing and validating agree: what is made, time, limits. */
#include "test_zone.h"

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

/* Digests are of the signed zone; a kind nobody can compute is refused unless
 * the signing is for trial. */
static void
test_zonemd(void **state)
{
	struct dnssec_sign_params p = {.now = NOW, .expiration = 60};
	struct dnssec_keys *keys = trial(15);
	struct error e = {0};
	const struct zone_rr *rr;
	uint8_t digest[48];
	struct test_zone t;
	struct zone *z;

	(void)state;
	test_zone_load(&t,
	    TEST_ZONE "@ ZONEMD 1 1 1 "
		      "000000000000000000000000000000000000000000000000"
		      "000000000000000000000000000000000000000000000000\n"
		      "@ ZONEMD 1 1 240 000000000000000000000000\n");
	z = sign(t.zone, keys, DNSSEC_NSEC);
	expect_valid(z, "ZONEMD");
	rr = &z->rr[zone_find_rrset(z, z->apex, RRTYPE_ZONEMD)->rr];
	assert_int_equal(zone_digest(z, digest), 0);
	assert_int_equal(get32(zone_rr_data(z, rr)), 7);
	assert_memory_equal(zone_rr_data(z, rr) + 6, digest, 48);
	zone_free(z);
	keys->trial = false;
	assert_int_equal(dnssec_sign(&z, t.zone, keys, &p, &e), -1);
	assert_null(z);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* ---- time, limits, order ------------------------------------------------- */

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
		/* Of the apex NS, in canonical order the one in line 4. */
		if (fs.n != 0)
			assert_int_equal(fs.item[0].place.line, 4);
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
	    cmocka_unit_test(test_zonemd),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_limit_and_order),
	    cmocka_unit_test(test_unsigned),
	    cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
