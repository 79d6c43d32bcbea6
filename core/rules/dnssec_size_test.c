/* dnssec-response-size: sizes to the octet. */
#include "failover_fixture.h"

#define RESPONSE "dnssec-response-size"

/* Of type COVERED by algorithm 13: 33 octets, 45 in an answer. */
#define SIG(covered)                                                           \
	" 60 RRSIG " covered "0d020000003c7fffffff00000001d960"                \
	"076578616d706c6503636f6d00aabb\n"

static char *
hex(char *p, size_t octets)
{
	while (octets-- != 0)
		p += sprintf(p, "ff");
	return p + sprintf(p, "\n");
}

/* 40 octets of question, 45 of signature, 12 and the key. */
static void
test_keys(void **state)
{
	static const struct {
		const char *label, *sig;
		size_t key, n;
	} keys[] = {
	    {"1232 octets", "@" SIG("0030"), 1135, 0},
	    {"1233 octets", "@" SIG("0030"), 1136, 1},
	    {"the signature of something else", "@" SIG("0006"), 2000, 0},
	    {"signed later", "", 2000, 0},
	};
	char text[8192], *p;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		p = text +
		    sprintf(text, HEAD "%s@ 60 DNSKEY 0101030d", keys[i].sig);
		hex(p, keys[i].key - 4);
		world_open(&w, NULL, text, false);
		world_run(&w);
		world_expect(&w, keys[i].label, RESPONSE, keys[i].n);
		world_sound(&w, keys[i].label);
		world_close(&w);
	}
}

/* 44 octets of question, 16 an address, 107 for a signature to come. */
static void
test_answers(void **state)
{
	static const struct {
		const char *label, *more;
		enum policy_dnssec_mode mode;
		unsigned addresses;
		size_t n;
	} answers[] = {
	    {"1223 octets, signed later", "", POLICY_DNSSEC_TRIAL, 67, 0},
	    {"1239 octets, signed later", "", POLICY_DNSSEC_TRIAL, 68, 1},
	    {"1239 octets, by the gate", "", POLICY_DNSSEC_GATE, 68, 1},
	    {"unsigned", "", POLICY_DNSSEC_UNSIGNED, 80, 0},
	    {"1225 octets, committed signed", "api" SIG("0001"),
		POLICY_DNSSEC_PRESIGNED, 71, 0},
	    {"1241 octets, committed signed", "api" SIG("0001"),
		POLICY_DNSSEC_PRESIGNED, 72, 1},
	    {"signature of another type", "api" SIG("0010"),
		POLICY_DNSSEC_PRESIGNED, 80, 0},
	    {"no answer", "", POLICY_DNSSEC_TRIAL, 0, 0},
	};
	struct policy_zone entry = {
	    .path = "outexample.com..zone",
	    .zone = (const uint8_t *)"\7example\3com",
	    .view = "out",
	    .dnssec = {.algorithm = 13},
	};
	char text[8192], *p;
	struct guard g;
	struct world w;
	unsigned j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		p = text + sprintf(text, HEAD "%s", answers[i].more);
		for (j = 0; j < answers[i].addresses; j++)
			p += sprintf(p, "api 60 A 192.0.2.%u\n", j);
		guard_make(&g, "api.example.com.");
		g.protect.ntypes = 1;
		world_open(&w, NULL, text, true);
		entry.dnssec.mode = answers[i].mode;
		w.policy.zone = &entry;
		w.policy.nzones = 1;
		guard_ask(&g, &w, out);
		world_run(&w);
		world_expect(&w, answers[i].label, RESPONSE, answers[i].n);
		world_sound(&w, answers[i].label);
		world_close(&w);
	}
}

/* The alias is part of the answer: 42 and 107 octets more. */
static void
test_alias(void **state)
{
	static const struct policy_zone entry = {
	    .path = "outexample.com..zone",
	    .zone = (const uint8_t *)"\7example\3com",
	    .view = "out",
	    .dnssec = {.algorithm = 13},
	};
	char text[8192], *p;
	struct guard g;
	struct world w;
	unsigned n, j;

	(void)state;
	for (n = 58; n <= 59; n++) {
		p = text +
		    sprintf(text, HEAD "api 60 CNAME real-api-address\n");
		for (j = 0; j < n; j++)
			p += sprintf(
			    p, "real-api-address 60 A 192.0.2.%u\n", j);
		guard_make(&g, "api.example.com.");
		g.protect.ntypes = 1;
		world_open(&w, NULL, text, true);
		w.policy.zone = &entry;
		w.policy.nzones = 1;
		guard_ask(&g, &w, out);
		world_run(&w);
		world_expect(&w, "alias", RESPONSE, n == 59);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_alias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
