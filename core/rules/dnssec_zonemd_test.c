/* dnssec-zonemd, with the zones of RFC 8976 appendix A. */
#include "fixture.h"

#define A1                                                                     \
	"@ 86400 SOA ns1 admin 2018031900 1800 900 604800 86400\n"             \
	"@ 86400 NS ns1\n@ 86400 NS ns2\n"                                     \
	"ns1 3600 A 203.0.113.63\nns2 3600 AAAA 2001:db8::63\n"
#define A1_384                                                                 \
	"c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3"                     \
	"a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c"
/* Without the out-of-zone record, which is an error of its own here. */
#define A2                                                                     \
	A1 "occluded.sub 7200 TXT \\# 34 21"                                   \
	   "49276d206f63636c7564656420627574206d75737420626520646967657374656" \
	   "4"                                                                 \
	   "\nsub 7200 NS ns1\n"                                               \
	   "duplicate 300 TXT \\# 29 1c"                                       \
	   "49206d757374206265206469676573746564206a757374206f6e6365\n"        \
	   "duplicate 300 TXT \\# 29 1c"                                       \
	   "49206d757374206265206469676573746564206a757374206f6e6365\n"        \
	   "UPPERCASE 3600 TXT \\# 35 22"                                      \
	   "63616e6f6e6963616c697a6520757070657263617365206f776e6572206e616d"  \
	   "6573\n"                                                            \
	   "* 777 PTR dont-forget-about-wildcards\n"                           \
	   "mail 3600 MX 20 MAIL1\nmail 3600 MX 10 Mail2.Example.\n"           \
	   "sortme 3600 AAAA 2001:db8::5:61\n"                                 \
	   "sortme 3600 AAAA 2001:db8::3:62\n"                                 \
	   "sortme 3600 AAAA 2001:db8::4:63\n"                                 \
	   "sortme 3600 AAAA 2001:db8::1:65\n"                                 \
	   "sortme 3600 AAAA 2001:db8::2:64\n"                                 \
	   "non-apex 900 ZONEMD 2018031900 1 1 "                               \
	   "616c6c6f776564206275742069676e6f7265642e20616c6c"                  \
	   "6f776564206275742069676e6f7265642e20616c6c6f7765\n"
#define A2_384                                                                 \
	"a3b69bad980a3504e1cffcb0fd6397f93848071c93151f55"                     \
	"2ae2f6b1711d4bd2d8b39808226d7b9db71e34b72077f8fe"
#define A3                                                                     \
	"@ 86400 SOA ns1 admin 2018031900 1800 900 604800 86400\n"             \
	"@ 86400 NS ns1\n@ 86400 NS ns2\nns1 3600 A 203.0.113.63\n"            \
	"ns2 86400 TXT \\# 34 21"                                              \
	"54686973206578616d706c6520686173206d756c7469706c6520646967657374"     \
	"73\n"                                                                 \
	"NS2 3600 AAAA 2001:db8::63\n"                                         \
	"@ 86400 ZONEMD 2018031900 1 240 e2d523f654b9422a96c5a8f44607bbee\n"   \
	"@ 86400 ZONEMD 2018031900 241 1 "                                     \
	"e1846540e33a9e4189792d18d5d131f605fc283e\n"
#define A3_384                                                                 \
	"62e6cf51b02e54b9b5f967d547ce43136792901f9f88e637"                     \
	"493daaf401c92c279dd10f0edb1c56f8080211f8480ee306"
#define A3_512                                                                 \
	"08cfa1115c7b948c4163a901270395ea226a930cd2cbcf2f"                     \
	"a9a5e6eb85f37c8a4e114d884e66f176eab121cb02db7d65"                     \
	"2e0cc4827e7a3204f166b47e5613fd27"
#define ZERO                                                                   \
	"000000000000000000000000000000000000000000000000"                     \
	"000000000000000000000000000000000000000000000000"
#define MD(kind, hex) "@ 86400 ZONEMD 2018031900 " kind " " hex "\n"

enum { POLICY = 1 << 0, TRIAL = 1 << 1 };

static const struct {
	const char *label;
	unsigned how;
	size_t n;
	const char *old, *new;
} cases[] = {
    {"A.1", 0, 0, NULL, A1 MD("1 1", A1_384)},
    {"A.2", 0, 0, NULL, A2 MD("1 1", A2_384)},
    {"A.3: two kinds, two unknown", 0, 0, NULL,
	A3 MD("1 1", A3_384) MD("1 2", A3_512)},
    {"A.3: SHA-512 wrong", 0, 1, NULL,
	A3 MD("1 1", A3_384)
	    MD("1 2", A1_384 "00112233445566778899aabbccddeeff")},
    {"a record changed", 0, 1, NULL,
	A1 "www 60 A 192.0.2.1\n" MD("1 1", A1_384)},
    {"a TTL changed", 0, 1, NULL, A2 MD("1 1", A1_384)},
    {"another serial", 0, 1, NULL,
	A1 "@ 86400 ZONEMD 2018031901 1 1 " A1_384 "\n"},
    {"cut short", 0, 1, NULL, A1 MD("1 1", "c68090d90a7aed716bc459f9")},
    {"twice, one wrong", 0, 2, NULL, A1 MD("1 1", A1_384) MD("1 1", ZERO)},
    {"an unknown kind twice", 0, 1, NULL,
	A1 MD("1 240", "00112233445566778899aabb")
	    MD("1 240", "00112233445566778899aabc")},
    {"unknown kinds", 0, 0, NULL, A3},
    {"zeros, final", POLICY, 1, NULL, A1 MD("1 1", ZERO)},
    {"zeros, signed later", POLICY | TRIAL, 0, NULL, A1 MD("1 1", ZERO)},
    {"wrong, signed later", POLICY | TRIAL, 0, NULL, A2 MD("1 1", A1_384)},
    {"zeros, without a policy", TRIAL, 0, NULL, A1 MD("1 1", ZERO)},
    {"wrong, without a policy", TRIAL, 1, NULL, A2 MD("1 1", A1_384)},
    {"twice, signed later", POLICY | TRIAL, 1, NULL,
	A1 MD("1 1", A1_384) MD("1 1", ZERO)},
    {"removed", 0, 1, A1 MD("1 1", A1_384), A1},
    {"removed, signed later", POLICY | TRIAL, 1, A1 MD("1 1", A1_384), A1},
    {"replaced by an unknown kind", 0, 1, A1 MD("1 1", A1_384),
	A1 MD("1 240", "00112233445566778899aabb")},
    {"one of two kinds removed", 0, 0, A3 MD("1 1", A3_384) MD("1 2", A3_512),
	A3 MD("1 2", A3_512)},
    {"an unknown kind removed", 0, 0,
	A1 MD("1 240", "00112233445566778899aabb"), A1},
    {"added", 0, 0, A1, A1 MD("1 1", A1_384)},
};

static void
test_cases(void **state)
{
	static const struct policy_zone entry = {.path = "x", .line = 3};
	char old[4096], new[4096];
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(old, sizeof(old), "$zone example. out\n%s",
		    cases[i].old == NULL ? "" : cases[i].old);
		snprintf(
		    new, sizeof(new), "$zone example. out\n%s", cases[i].new);
		world_open(&w, cases[i].old == NULL ? NULL : old, new, false);
		w.zone[0].mode = cases[i].how & TRIAL ? POLICY_DNSSEC_TRIAL
						      : POLICY_DNSSEC_UNSIGNED;
		w.zone[0].entry = cases[i].how & POLICY ? &entry : NULL;
		world_run(&w);
		world_expect(&w, cases[i].label, "dnssec-zonemd", cases[i].n);
		world_sound(&w, cases[i].label);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
