/* dnssec-ds-mismatch and dnssec-going-insecure: the zone and what is above. */
#include "dnssec_fixture.h"

#define CHILD "$zone example.net. out\n" SOA NS
#define PARENT "$zone net. out\n" SOA NS
#define CUT                                                                    \
	"example.net. 60 NS ns1.example.net.\n"                                \
	"example.net. 60 NS ns2.example.net.\n"
#define DS_A "example.net. 3600 DS 55648 13 2 " A_256 "\n"
#define DS_B "example.net. 3600 DS 10771 14 4 " B_384 "\n"
#define DS_NONE "example.net. 3600 DS 1 13 2 " A_256 "\n"
#define DS_WRONG "example.net. 3600 DS 55648 13 2 " B_384_32 "\n"
#define B_384_32                                                               \
	"72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0"
#define PRE .mode = POLICY_DNSSEC_PRESIGNED
#define TRIAL .mode = POLICY_DNSSEC_TRIAL
#define UN .mode = POLICY_DNSSEC_UNSIGNED

static const uint8_t a_256[32] = {0xb4, 0xc8, 0xc1, 0xfe, 0x2e, 0x74, 0x77,
    0x12, 0x7b, 0x27, 0x11, 0x56, 0x56, 0xad, 0x62, 0x56, 0xf4, 0x24, 0x62,
    0x5b, 0xf5, 0xc1, 0xe2, 0x77, 0x0c, 0xe6, 0xd6, 0xe3, 0x7d, 0xf6, 0x1d,
    0x17};
static const struct policy_zone child_presigned = {
    .path = "outexample.net..zone",
    .zone = (const uint8_t *)"\7example\3net",
    .view = "out",
    .dnssec = {.mode = POLICY_DNSSEC_PRESIGNED}};
static const struct policy_zone child_trial = {.path = "outexample.net..zone",
    .zone = (const uint8_t *)"\7example\3net",
    .view = "out"};

static const struct dnssec_case cases[] = {
    {"policy: the key", MISMATCH, 0, .new = CHILD KEY_A SIGNED_A, PRE,
	.ds = {{55648, 13, 2, a_256, 32}}, .nds = 1},
    {"policy: another tag", MISMATCH, 1, .new = CHILD KEY_A SIGNED_A, PRE,
	.ds = {{55649, 13, 2, a_256, 32}}, .nds = 1},
    {"policy: another digest", MISMATCH, 1, .new = CHILD KEY_A SIGNED_A, PRE,
	.ds = {{55648, 13, 2, zeros, 32}}, .nds = 1},
    {"policy: a standby key beside", MISMATCH, 0, .new = CHILD KEY_A SIGNED_A,
	PRE, .ds = {{55648, 13, 2, a_256, 32}, {7, 13, 2, zeros, 32}},
	.nds = 2},
    {"policy: another digest beside", MISMATCH, 1, .new = CHILD KEY_A SIGNED_A,
	PRE, .ds = {{55648, 13, 2, a_256, 32}, {55648, 13, 2, zeros, 32}},
	.nds = 2},
    {"policy: an algorithm without a key", MISMATCH, 1,
	.new = CHILD KEY_A SIGNED_A, PRE,
	.ds = {{55648, 13, 2, a_256, 32}, {7, 15, 2, zeros, 32}}, .nds = 2},
    {"policy: the key signs nothing", MISMATCH, 1,
	.new = CHILD KEY_A KEY_B SIGNED_B, PRE,
	.ds = {{55648, 13, 2, a_256, 32}}, .nds = 1},
    {"policy: the key signs other things", MISMATCH, 1,
	.new = CHILD KEY_A KEY_B SIGNED_B SIGNED_SOA, PRE,
	.ds = {{55648, 13, 2, a_256, 32}}, .nds = 1},
    {"policy: no keys", MISMATCH, 1, .new = CHILD, PRE,
	.ds = {{55648, 13, 2, a_256, 32}}, .nds = 1},
    {"policy: signed later", MISMATCH, 0, .new = CHILD,
	.ds = {{7, 13, 2, zeros, 32}}, .nds = 1},
    {"policy: no DS", MISMATCH, 0, .new = CHILD KEY_A SIGNED_A, PRE},

    {"parent: the key", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A PARENT CUT DS_A, PRE},
    {"parent: SHA-384", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A PARENT CUT
	"example.net. 60 DS 55648 13 4 " A_384 "\n",
	PRE},
    {"parent: SHA-1 names it, too", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A PARENT CUT
	"example.net. 60 DS 55648 13 1 "
	"0000000000000000000000000000000000000000\n",
	PRE},
    {"parent: no key", MISMATCH, 1,
	.new = CHILD KEY_A SIGNED_A PARENT CUT DS_NONE, PRE},
    {"parent: another key's digest", MISMATCH, 1,
	.new = CHILD KEY_A SIGNED_A PARENT CUT DS_WRONG, PRE},
    {"parent: two algorithms", MISMATCH, 0,
	.new = CHILD KEY_A KEY_B SIGNED_A SIGNED_B PARENT CUT DS_A DS_B, PRE},
    {"parent: one of two algorithms", MISMATCH, 1,
	.new = CHILD KEY_A SIGNED_A PARENT CUT DS_A DS_B, PRE},
    {"parent: no DS", MISMATCH, 0, .new = CHILD KEY_A SIGNED_A PARENT CUT, PRE},
    {"parent: unsigned child", MISMATCH, 1, .new = CHILD PARENT CUT DS_A, UN},
    {"parent: signed later", MISMATCH, 0, .new = CHILD PARENT CUT DS_A},
    {"parent: of another view", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A "$zone net. in\n" SOA NS CUT DS_NONE, PRE},
    {"parent: DS below another cut", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A "$zone . out\n" SOA NS
				    "net. 60 NS ns1.example.net.\n" CUT DS_NONE,
	PRE},
    {"a DS in the child itself", MISMATCH, 0,
	.new = CHILD KEY_A SIGNED_A DS_NONE, PRE},
    {"without a policy", MISMATCH, 1,
	.new = CHILD KEY_A SIGNED_A PARENT CUT DS_NONE, PRE, .no_policy = true},

    {"only the parent: the key", MISMATCH, 0,
	.new = PARENT CUT DS_A CHILD KEY_A SIGNED_A, .other = &child_presigned},
    {"only the parent: no key", MISMATCH, 1,
	.new = PARENT CUT DS_NONE CHILD KEY_A SIGNED_A,
	.other = &child_presigned},
    {"only the parent: unsigned child", MISMATCH, 1,
	.new = PARENT CUT DS_A CHILD, .other = &child_presigned},
    {"only the parent: signed later", MISMATCH, 0, .new = PARENT CUT DS_A CHILD,
	.other = &child_trial},
    {"only the parent: child elsewhere", MISMATCH, 0, .new = PARENT CUT DS_NONE,
	.other = &child_presigned},
    {"both: told once", MISMATCH, 1,
	.new = PARENT CUT DS_NONE CHILD KEY_A SIGNED_A, PRE,
	.other = &child_presigned, .all = true},
};

static const struct policy_zone child_unsigned = {
    .path = "outexample.net..zone",
    .zone = (const uint8_t *)"\7example\3net",
    .view = "out",
    .dnssec = {.mode = POLICY_DNSSEC_UNSIGNED}};

#define SIGNED KEY_A SIGNED_A
static const struct dnssec_case insecure[] = {
    {"parent unknown", INSECURE, 1, CHILD SIGNED, CHILD, PRE},
    {"hoping for a trial", INSECURE, 1, CHILD SIGNED, CHILD, TRIAL},
    {"mode unsigned", INSECURE, 1, CHILD SIGNED, CHILD, UN},
    {"signatures alone", INSECURE, 1, CHILD SIGNED, CHILD KEY_A, PRE},
    {"keys alone", INSECURE, 1, CHILD SIGNED, CHILD SIGNED_A, PRE},
    {"policy has a DS", INSECURE, 1, CHILD SIGNED, CHILD, PRE,
	.ds = {{55648, 13, 2, a_256, 32}}, .nds = 1},
    {"the parent has a DS", INSECURE, 1, CHILD SIGNED PARENT CUT DS_A,
	CHILD PARENT CUT DS_A, UN},
    {"the DS goes, too", INSECURE, 1, CHILD SIGNED PARENT CUT DS_A,
	CHILD PARENT CUT, UN},
    {"the DS has been gone", INSECURE, 0, CHILD SIGNED PARENT CUT,
	CHILD PARENT CUT, UN},
    {"still signed", INSECURE, 0, CHILD SIGNED,
	CHILD SIGNED "a 60 A 192.0.2.1\n", PRE},
    {"never signed", INSECURE, 0, CHILD, CHILD "a 60 A 192.0.2.1\n", TRIAL},
    {"keys of others only", INSECURE, 0, CHILD KEY_A, CHILD, TRIAL},
    {"newly signed", INSECURE, 0, CHILD, CHILD SIGNED, PRE},
    {"a new zone", INSECURE, 0, NULL, CHILD, PRE},

    {"DS removed", INSECURE, 1, PARENT CUT DS_A, PARENT CUT, TRIAL},
    {"DS replaced", INSECURE, 0, PARENT CUT DS_A, PARENT CUT DS_B, TRIAL},
    {"delegation removed", INSECURE, 0, PARENT CUT DS_A, PARENT, TRIAL},
    {"DS removed, child here", INSECURE, 1, PARENT CUT DS_A CHILD,
	PARENT CUT CHILD, TRIAL, .other = &child_trial},
    {"DS removed, child signed", INSECURE, 1, PARENT CUT DS_A CHILD SIGNED,
	PARENT CUT CHILD SIGNED, TRIAL, .other = &child_unsigned},
    {"DS removed, child unsigned", INSECURE, 0, PARENT CUT DS_A CHILD,
	PARENT CUT CHILD, TRIAL, .other = &child_unsigned},
};

static void
test_insecure(void **state)
{
	(void)state;
	dnssec_cases(insecure, sizeof(insecure) / sizeof(insecure[0]));
}

static void
test_cases(void **state)
{
	(void)state;
	dnssec_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

/* A key of the same tag that is revoked, or no zone key, leads nowhere. */
static void
test_flags(void **state)
{
	static const struct {
		const char *label, *flags;
		size_t n;
	} keys[] = {
	    {"zone key", "0101", 0},
	    {"no SEP flag", "0100", 0},
	    {"no zone key", "0001", 1},
	    {"revoked", "0181", 1},
	};
	char text[4096], hex[512];
	uint8_t key[256], sum[64];
	struct dnssec_case c = {.rule = MISMATCH, PRE, .new = text, .nds = 1};
	unsigned tag;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(hex, sizeof(hex), "%s%s", keys[i].flags, &A_WIRE[4]);
		n = fixture_hex(key, hex);
		tag = dnssec_key_tag(key, n);
		snprintf(text, sizeof(text),
		    CHILD "@ 60 DNSKEY %s\n@ 60 RRSIG 00300d020000003c7fffffff"
			  "00000001%04x076578616d706c65036e65740000\n",
		    hex, tag);
		/* By SHA-1, which is not computed: the tag decides. */
		memset(sum, 0, sizeof(sum));
		c.ds[0] = (struct policy_ds){(uint16_t)tag, 13, 1, sum, 20};
		c.label = keys[i].label;
		c.n = keys[i].n;
		dnssec_case(&c);
	}
}

/* A hundred DS records are not all tried. */
static void
test_many(void **state)
{
	char *text = malloc(100 * 100 + 1000), *p = text;
	struct dnssec_case c = {
	    .label = "100 DS", .rule = MISMATCH, .n = 2, PRE};
	int i;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "%s", CHILD KEY_A SIGNED_A PARENT CUT);
	for (i = 0; i < 100; i++)
		p += sprintf(p, "example.net. 60 DS %d 13 2 %s\n", i, A_256);
	c.new = text;
	dnssec_case(&c);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_insecure),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
