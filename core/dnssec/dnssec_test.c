/* Signing and validating agree: what is made, keys, anchors, time, limits. */
#include "test_zone.h"

#include <openssl/evp.h>

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
