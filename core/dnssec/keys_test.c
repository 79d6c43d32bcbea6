/* Keys and anchors: which are trusted, which sign what, which are too many. */
#include "test_zone.h"

#include <openssl/evp.h>

#include "keys.h"

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

/* A revoked key signs itself away (RFC 5011 §2.1), and nothing else. */
static void
test_revoked(void **state)
{
	static const struct {
		uint16_t flags;
		const char *rule; /* NULL: valid */
	} c[] = {
	    {DNSKEY_ZONE | DNSKEY_SEP | DNSKEY_REVOKE, NULL},
	    {DNSKEY_ZONE | DNSKEY_REVOKE, "dnssec-bogus"},
	};
	struct dnssec_keys *keys;
	struct error e = {0};
	struct test_zone t;
	struct zone *z;
	ldns_key *key;
	size_t i;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	for (i = 0; i < 2; i++) {
		keys = trial(13);
		key = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 0);
		assert_int_equal(keys_take(keys, key, c[i].flags, &e), 0);
		/* A signer that does not know what revoked means. */
		keys->key[2].signs_data = c[i].rule != NULL;
		z = sign(t.zone, keys, DNSSEC_NSEC);
		if (c[i].rule == NULL)
			expect_valid(z, "revoked KSK");
		else
			expect_rule(z, c[i].rule, true, "revoked ZSK");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_key_trap),
	    cmocka_unit_test(test_algorithms),
	    cmocka_unit_test(test_combined_key),
	    cmocka_unit_test(test_revoked),
	    cmocka_unit_test(test_anchors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
