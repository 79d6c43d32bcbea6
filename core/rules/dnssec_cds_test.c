/* dnssec-cds. */
#include "dnssec_fixture.h"

#define ZONE "$zone example.net. out\n" SOA NS
#define PARENT                                                                 \
	"$zone net. out\n" SOA NS "example.net. 60 NS ns1.example.net.\n"      \
	"example.net. 60 NS ns2.example.net.\n"
#define CDS_A "@ 60 CDS " A_TAG " 13 2 " A_256 "\n"
#define CDS_A384 "@ 60 CDS " A_TAG " 13 4 " A_384 "\n"
#define CDS_B "@ 60 CDS " B_TAG " 14 4 " B_384 "\n"
#define CDNSKEY_A "@ 60 CDNSKEY " A_WIRE "\n"
#define CDNSKEY_B "@ 60 CDNSKEY " B_WIRE "\n"
#define DELETE "@ 60 CDS 0 0 0 00\n"
#define DELETE_KEY "@ 60 CDNSKEY 0000030000\n"
#define DS_B "example.net. 60 DS " B_TAG " 14 4 " B_384 "\n"
#define PRE .mode = POLICY_DNSSEC_PRESIGNED
#define LATER .mode = POLICY_DNSSEC_TRIAL
#define SIGNED KEY_A SIGNED_A

static const struct dnssec_case cases[] = {
    {"the key", CDS, 0, NULL, ZONE SIGNED CDS_A, PRE},
    {"the key, by two digests", CDS, 0, NULL, ZONE SIGNED CDS_A CDS_A384, PRE},
    {"the key, both ways", CDS, 0, NULL, ZONE SIGNED CDS_A CDNSKEY_A, PRE},
    {"the next key beside", CDS, 0, NULL,
	ZONE SIGNED KEY_B CDS_A CDS_B CDNSKEY_A CDNSKEY_B, PRE},
    {"another key", CDS, 1, NULL, ZONE SIGNED CDS_B, PRE},
    {"another key beside", CDS, 1, NULL, ZONE SIGNED CDS_A CDS_B, PRE},
    {"another CDNSKEY", CDS, 1, NULL, ZONE SIGNED CDNSKEY_B, PRE},
    {"another digest", CDS, 1, NULL, ZONE SIGNED "@ 60 CDS " A_TAG " 13 2 00\n",
	PRE},
    {"a key that signs nothing", CDS, 1, NULL, ZONE SIGNED KEY_B CDS_B, PRE},
    {"what the parent has", CDS, 0, NULL, ZONE SIGNED CDS_A CDS_B PARENT DS_B,
	PRE},
    {"CDS only for one", CDS, 1, NULL,
	ZONE SIGNED KEY_B CDS_A CDNSKEY_A CDNSKEY_B, PRE},
    {"CDNSKEY only for one", CDS, 1, NULL,
	ZONE SIGNED KEY_B CDS_A CDS_B CDNSKEY_A, PRE},
    {"one of each", CDS, 2, NULL, ZONE SIGNED KEY_B SIGNED_B CDS_A CDNSKEY_B,
	PRE},
    {"delete", CDS, 1, NULL, ZONE SIGNED DELETE, PRE},
    {"delete, both ways", CDS, 2, NULL, ZONE SIGNED DELETE DELETE_KEY, PRE},
    {"delete beside a key", CDS, 1, NULL, ZONE SIGNED DELETE CDS_A, PRE},
    {"delete, not quite", CDS, 1, NULL, ZONE SIGNED "@ 60 CDS 0 0 0 0000\n",
	PRE},
    {"below the apex", CDS, 1, NULL,
	ZONE SIGNED CDS_A "sub 60 CDS " A_TAG " 13 2 " A_256 "\n", PRE},
    {"unsigned", CDS, 1, NULL, ZONE CDS_A, .mode = POLICY_DNSSEC_UNSIGNED},
    {"none", CDS, 0, NULL, ZONE SIGNED, PRE},

    {"signed later: injected", CDS, 1, ZONE, ZONE CDS_A, LATER},
    {"signed later: key and request injected", CDS, 1, ZONE, ZONE KEY_A CDS_A,
	LATER},
    {"signed later: the same by CDNSKEY", CDS, 1, ZONE, ZONE KEY_A CDNSKEY_A,
	LATER},
    {"signed later: of a key that was there", CDS, 0, ZONE KEY_A,
	ZONE KEY_A CDS_A, LATER},
    {"signed later: was there", CDS, 0, ZONE CDS_A, ZONE CDS_A, LATER},
    {"signed later: what the parent has", CDS, 0, ZONE,
	ZONE CDS_B CDNSKEY_B PARENT DS_B, LATER},
    {"signed later: another than the parent has", CDS, 1, ZONE,
	ZONE CDS_A PARENT DS_B, LATER},
    {"signed later: what the policy has", CDS, 1, ZONE, ZONE CDS_A, LATER,
	.ds = {{55648, 13, 2, zeros, 32}}, .nds = 1},
    {"signed later: delete", CDS, 1, ZONE DELETE, ZONE DELETE, LATER},
    {"gate: injected", CDS, 1, ZONE, ZONE CDS_A, .mode = POLICY_DNSSEC_GATE},
};

static void
test_cases(void **state)
{
	(void)state;
	dnssec_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

/* A thousand requests are not all tried, and none of them passes. */
static void
test_many(void **state)
{
	char *text = malloc(1000 * 100 + 2000), *p = text;
	struct dnssec_case c = {
	    .label = "1000 CDS", .rule = CDS, .n = RULE_QUOTA + 1, PRE};
	int i;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "%s", ZONE SIGNED);
	for (i = 0; i < 1000; i++)
		p += sprintf(p, "@ 60 CDS %d 13 2 %s\n", i, A_256);
	c.new = text;
	dnssec_case(&c);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
