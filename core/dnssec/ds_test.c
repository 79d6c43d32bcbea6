/* What single records say: DS and their keys, RSA sizes, algorithms. */
#include "test_zone.h"

/* The key of RFC 4034 section 5.4 and its digest of RFC 4509 section 2.3; the
 * keys and digests of RFC 6605 section 6. */
#define RSA                                                                    \
	"0100030501039e8a247418e318903b215a848acfd5f37f026bd4062db26c774c6909" \
	"68d5d56df8bfda91e6f36d9a279888f41333357c5e6029990d10fdf5663062a51276" \
	"3326980a615ddbf17a05ddfcce7e5fb3abcca05a31b0957452d4521e83870789063"  \
	"115bf97f6c308ccf57cdc9ce7fe10f6ed1bd0cc0660038c50dcdb0feb963c2f17"
#define RSA_256                                                                \
	"d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a"
#define P256                                                                   \
	"0101030d1a88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1" \
	"e9e75b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d00"
#define P256_256                                                               \
	"b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"
#define P384                                                                   \
	"0101030ec4a61a36159d18e7c9fa73eb2fcfdaae4c1fd8463730327e484aca8af055" \
	"4ae9b5c3f7a0b17bd2003b4d261c9e9b94423a9810e8af17d43452124adb610f8e07" \
	"ebfcfee5f8e4d07063cae9eb917a1a5babf08fe695536017a5bfa93237ee6e34"
#define P384_384                                                               \
	"72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a" \
	"9b5f4d288405c3008a946df983d6"
#define TAG_RSA "ec45"
#define TAG_P256 "d960"
#define TAG_P384 "2a13"

static const struct {
	const char *label, *zone, *ds, *key;
	enum dnssec_ds_match expected;
} pairs[] = {
    {"RFC 4509", "dskey.example.com.", TAG_RSA "0502" RSA_256, RSA,
	DNSSEC_DS_MATCHES},
    {"RFC 6605 6.1", "example.net.", TAG_P256 "0d02" P256_256, P256,
	DNSSEC_DS_MATCHES},
    {"RFC 6605 6.2", "example.net.", TAG_P384 "0e04" P384_384, P384,
	DNSSEC_DS_MATCHES},
    {"another owner", "example.org.", TAG_P256 "0d02" P256_256, P256,
	DNSSEC_DS_DIFFERS},
    {"another digest", "example.net.", TAG_P256 "0d02" RSA_256, P256,
	DNSSEC_DS_DIFFERS},
    {"digest cut short", "example.net.", TAG_P256 "0d02b4c8c1fe", P256,
	DNSSEC_DS_DIFFERS},
    {"digest too long", "example.net.", TAG_P256 "0d02" P256_256 "00", P256,
	DNSSEC_DS_DIFFERS},
    {"another tag", "example.net.", TAG_P384 "0d02" P256_256, P256,
	DNSSEC_DS_OTHER},
    {"another algorithm", "example.net.", TAG_P256 "0e02" P256_256, P256,
	DNSSEC_DS_OTHER},
    {"SHA-1", "example.net.", TAG_P256 "0d01" P256_256, P256,
	DNSSEC_DS_UNKNOWN},
    {"no digest", "example.net.", TAG_P256 "0d02", P256, DNSSEC_DS_OTHER},
    {"no key", "example.net.", TAG_P256 "0d02" P256_256, "0101030d",
	DNSSEC_DS_OTHER},
    {"nothing", "example.net.", "", "", DNSSEC_DS_OTHER},
};

static size_t
unhex(uint8_t *out, const char *text)
{
	unsigned v;
	size_t n = 0;

	for (; *text != '\0'; text += 2) {
		if (sscanf(text, "%2x", &v) != 1)
			fail_msg("hex %s", text);
		out[n++] = (uint8_t)v;
	}
	return n;
}

static void
test_pairs(void **state)
{
	uint8_t ds[128], key[512];
	enum dnssec_ds_match got;
	size_t i, n, m;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		n = unhex(ds, pairs[i].ds);
		m = unhex(key, pairs[i].key);
		got = dnssec_ds_match(wire(pairs[i].zone), ds, n, key, m);
		if (got != pairs[i].expected)
			fail_msg("%s: %d, expected %d", pairs[i].label, got,
			    pairs[i].expected);
	}
	n = unhex(key, P256);
	assert_int_equal(dnssec_key_tag(key, n), 55648);
}

static const struct {
	const char *label, *key;
	int rc;
	uint32_t bits, exponent_bits;
	bool odd;
} rsa[] = {
    {"RFC 4034 5.4", RSA, 1, 1024, 2, true},
    {"three octets of length", "01000308000001030080", 1, 8, 2, true},
    {"leading zeros", "01000308020003000180", 1, 9, 2, true},
    {"an even exponent", "0100030a0102ff", 1, 8, 2, false},
    {"a long exponent", "0100030804ffffffff01", 1, 1, 32, true},
    {"a modulus of zero", "01000308010300", 1, 0, 2, true},
    {"no modulus", "010003080103", -1, 0, 0, false},
    {"no modulus after three", "0100030803010101", -1, 0, 0, false},
    {"no exponent", "010003080000000180", -1, 0, 0, false},
    {"length alone", "01000308000001", -1, 0, 0, false},
    {"no key", "01000308", -1, 0, 0, false},
    {"not RSA", P256, 0, 0, 0, false},
    {"nothing", "", 0, 0, 0, false},
};

static void
test_rsa(void **state)
{
	uint8_t key[512];
	struct dnssec_rsa r;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(rsa) / sizeof(rsa[0]); i++) {
		rc = dnssec_rsa_size(key, unhex(key, rsa[i].key), &r);
		if (rc != rsa[i].rc ||
		    (rc == 1 && (r.bits != rsa[i].bits ||
				    r.exponent_bits != rsa[i].exponent_bits ||
				    r.exponent_odd != rsa[i].odd)))
			fail_msg("%s: %d, %u bits, exponent %u bits, %s",
			    rsa[i].label, rc, r.bits, r.exponent_bits,
			    r.exponent_odd ? "odd" : "even");
	}
}

static void
test_algorithms(void **state)
{
	static const uint8_t fine[] = {8, 10, 13, 14, 15, 16};
	static const uint8_t named[] = {1, 3, 5, 6, 7, 12};
	static const uint8_t unknown[] = {0, 2, 4, 9, 11, 17, 23, 252, 253};
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fine); i++)
		if (dnssec_algorithm_refused(fine[i]) != NULL ||
		    dnssec_signature_size(fine[i]) < 64)
			fail_msg("algorithm %u", fine[i]);
	for (i = 0; i < sizeof(named); i++) {
		text = dnssec_algorithm_refused(named[i]);
		if (text == NULL || text[0] == '\0' ||
		    dnssec_signature_size(named[i]) != 0)
			fail_msg("algorithm %u", named[i]);
	}
	for (i = 0; i < sizeof(unknown); i++) {
		text = dnssec_algorithm_refused(unknown[i]);
		if (text == NULL || text[0] != '\0')
			fail_msg("algorithm %u", unknown[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_rsa),
	    cmocka_unit_test(test_algorithms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
