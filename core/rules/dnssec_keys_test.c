/* Rules about single keys and DS records: algorithm, size, digest. */
#include "dnssec_fixture.h"

/* F with its number of octets. */
#define F16 "ffffffffffffffffffffffffffffffff"
#define F64 F16 F16 F16 F16
#define F256 F64 F64 F64 F64
#define R(exponent, modulus) "@ 60 DNSKEY 01000308" exponent modulus "\n"
#define CUT "sub 60 NS ns1.example.net.\n"
#define D20 "0000000000000000000000000000000000000000"
#define D32 F16 F16
#define D48 F16 F16 F16

static const struct dnssec_case cases[] = {
    {"1024 bits", SIZE, 1, .new = HEAD R("03010001", F64 F64)},
    {"2048 bits", SIZE, 0, .new = HEAD R("03010001", F256)},
    {"2047 bits", SIZE, 1,
	.new = HEAD R("03010001",
	    "7f" F64 F64 F64 F16 F16 F16 "ffffffffffffffffffffffffffffff")},
    {"4096 bits", SIZE, 0, .new = HEAD R("03010001", F256 F256)},
    {"4104 bits", SIZE, 1, .new = HEAD R("03010001", F256 F256 "ff")},
    {"exponent 1", SIZE, 1, .new = HEAD R("0101", F256)},
    {"exponent 2", SIZE, 1, .new = HEAD R("0102", F256)},
    {"exponent 3", SIZE, 0, .new = HEAD R("0103", F256)},
    {"exponent of 64 bits", SIZE, 0, .new = HEAD R("08ffffffffffffffff", F256)},
    {"exponent of 65 bits", SIZE, 1,
	.new = HEAD R("0901ffffffffffffffff", F256)},
    {"malformed", SIZE, 1, .new = HEAD R("00", "00")},
    {"in a CDNSKEY", SIZE, 1,
	.new = HEAD "@ 60 CDNSKEY 0100030803010001" F64 "\n"},
    {"of another algorithm", SIZE, 0, .new = HEAD KEY_A},

    {"DS of RSASHA1", ALGORITHM, 1,
	.new = HEAD CUT "sub 60 DS 1 5 2 " D32 "\n"},
    {"DS of RSASHA1-NSEC3-SHA1", ALGORITHM, 1,
	.new = HEAD CUT "sub 60 DS 1 7 2 " D32 "\n"},
    {"DS of an unknown one", ALGORITHM, 1,
	.new = HEAD CUT "sub 60 DS 1 200 2 " D32 "\n"},
    {"DS of RSASHA512", ALGORITHM, 0,
	.new = HEAD CUT "sub 60 DS 1 10 2 " D32 "\n"},
    {"DS of RSASHA256", ALGORITHM, 0,
	.new = HEAD CUT "sub 60 DS 1 8 2 " D32 "\n"},
    {"CDS of DSA", ALGORITHM, 1, .new = HEAD "@ 60 CDS 1 3 2 " D32 "\n"},
    {"CDS that deletes", ALGORITHM, 0, .new = HEAD "@ 60 CDS 0 0 0 00\n"},
    {"CDNSKEY of RSAMD5", ALGORITHM, 1,
	.new = HEAD "@ 60 CDNSKEY 010003010103" F64 "\n"},
    {"DNSKEY, not validated", ALGORITHM, 1,
	.new = HEAD "@ 60 DNSKEY 010003050103" F64 "\n", .unvalidated = true},
    {"DNSKEY, the validator's", ALGORITHM, 0,
	.new = HEAD "@ 60 DNSKEY 010003050103" F64 "\n"},
    {"parent-ds of RSASHA1", ALGORITHM, 1, .new = HEAD,
	.ds = {{1, 5, 2, zeros, 32}}, .nds = 1},
    {"parent-ds", ALGORITHM, 0, .new = HEAD, .ds = {{1, 13, 2, zeros, 32}},
	.nds = 1},

    {"SHA-1", DIGEST, 1, .new = HEAD CUT "sub 60 DS 1 13 1 " D20 "\n"},
    {"SHA-1 beside SHA-256", DIGEST, 1,
	.new = HEAD CUT "sub 60 DS 1 13 1 " D20 "\nsub 60 DS 1 13 2 " D32 "\n"},
    {"GOST", DIGEST, 1, .new = HEAD CUT "sub 60 DS 1 13 3 " D32 "\n"},
    {"unknown", DIGEST, 1, .new = HEAD CUT "sub 60 DS 1 13 99 " D32 "\n"},
    {"type 0", DIGEST, 1, .new = HEAD CUT "sub 60 DS 0 0 0 00\n"},
    {"SHA-256 and SHA-384", DIGEST, 0,
	.new = HEAD CUT "sub 60 DS 1 13 2 " D32 "\nsub 60 DS 1 13 4 " D48 "\n"},
    {"CDS of SHA-1", DIGEST, 1, .new = HEAD "@ 60 CDS 1 13 1 " D20 "\n"},
    {"CDS that deletes", DIGEST, 0, .new = HEAD "@ 60 CDS 0 0 0 00\n"},
    {"parent-ds of SHA-1", DIGEST, 1, .new = HEAD,
	.ds = {{1, 13, 1, zeros, 20}}, .nds = 1},
    {"parent-ds of SHA-256", DIGEST, 0, .new = HEAD,
	.ds = {{1, 13, 2, zeros, 32}}, .nds = 1},
};

static void
test_cases(void **state)
{
	(void)state;
	dnssec_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
