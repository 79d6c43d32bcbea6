/* Rules about views. View "out" is public, "in" internal; see the fixture. */
#include "fixture.h"

static const struct policy_view views[] = {
    {.name = "out"},
    {.name = "in", .private_allowed = true, .falls_back_to = "out"},
    {.name = "lab", .private_allowed = true},
};

#define IN "$zone example.com. in\n"
#define LAB "$zone example.com. lab\n"
#define PRIVATE "view-private-address"
#define MISSING "view-missing-name"
#define KEYS "view-key-mismatch"
#define KEY1 "@ 60 DNSKEY 0101030d01\n"
#define KEY2 "@ 60 DNSKEY 0101030d02\n"
#define ZSK1 "@ 60 DNSKEY 0100030d03\n"
#define ZSK2 "@ 60 DNSKEY 0100030d04\n"

static const struct {
	const char *label;
	const char *rule;
	size_t n;
	const char *old, *new;
} cases[] = {
    {"public", PRIVATE, 0, NULL, HEAD "a 60 A 192.0.2.1\n"},
    {"RFC 1918", PRIVATE, 1, NULL, HEAD "a 60 A 10.0.0.5\n"},
    {"one past it", PRIVATE, 0, NULL, HEAD "a 60 A 11.0.0.5\n"},
    {"loopback", PRIVATE, 1, NULL, HEAD "a 60 A 127.0.0.1\n"},
    {"unique local", PRIVATE, 1, NULL, HEAD "a 60 AAAA fd00::1\n"},
    {"carried", PRIVATE, 1, NULL, HEAD "a 60 AAAA ::ffff:10.0.0.5\n"},
    {"two of three", PRIVATE, 2, NULL,
	HEAD "a 60 A 10.0.0.5\na 60 A 192.0.2.1\na 60 A 192.168.1.1\n"},
    {"a hint", PRIVATE, 1, NULL, HEAD "a 60 HTTPS 1 . 000400040a000005\n"},
    {"a public hint", PRIVATE, 0, NULL,
	HEAD "a 60 HTTPS 1 . 00040004c0000201\n"},
    {"internal", PRIVATE, 0, NULL, IN SOA2 NS "a 60 A 10.0.0.5\n"},

    {"removed inside, still outside", MISSING, 1,
	IN SOA NS "a 60 A 10.0.0.5\n" HEAD_OLD "a 60 A 192.0.2.1\n",
	IN SOA2 NS HEAD_OLD "a 60 A 192.0.2.1\n"},
    {"removed in both", MISSING, 0,
	IN SOA NS "a 60 A 10.0.0.5\n" HEAD_OLD "a 60 A 192.0.2.1\n",
	IN SOA2 NS HEAD},
    {"one record of it removed", MISSING, 0,
	IN SOA NS "a 60 A 10.0.0.5\na 60 TXT x\n" HEAD_OLD "a 60 A 192.0.2.1\n",
	IN SOA2 NS "a 60 A 10.0.0.5\n" HEAD_OLD "a 60 A 192.0.2.1\n"},
    {"new outside, missing inside", MISSING, 1, HEAD_OLD IN SOA NS,
	HEAD "a 60 A 192.0.2.1\na 60 TXT x\n" IN SOA NS},
    {"new in both", MISSING, 0, HEAD_OLD IN SOA NS,
	HEAD "a 60 A 192.0.2.1\n" IN SOA2 NS "a 60 A 10.0.0.5\n"},
    {"missing in a third view", MISSING, 1, HEAD_OLD LAB SOA NS,
	HEAD "a 60 A 192.0.2.1\n" LAB SOA NS},
    {"no zone inside", MISSING, 0, HEAD_OLD, HEAD "a 60 A 192.0.2.1\n"},
    {"new inside only", MISSING, 0, IN SOA NS HEAD_OLD,
	IN SOA2 NS "a 60 A 10.0.0.5\n" HEAD_OLD},

    {"same keys", KEYS, 0, NULL, HEAD KEY1 ZSK1 IN SOA NS KEY1 ZSK2},
    {"other keys", KEYS, 1, NULL, HEAD KEY1 ZSK1 IN SOA NS KEY2 ZSK1},
    {"one more key", KEYS, 1, NULL, HEAD KEY1 IN SOA NS KEY1 KEY2},
    {"signed later", KEYS, 0, NULL, HEAD KEY1 IN SOA NS},
};

static void
test_cases(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_open(&w, cases[i].old, cases[i].new, false);
		w.policy.view = views;
		w.policy.nviews = 3;
		w.zone[0].policy_view = policy_view_find(
		    &w.policy, w.zone[0].view);
		world_run(&w);
		world_expect(&w, cases[i].label, cases[i].rule, cases[i].n);
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
