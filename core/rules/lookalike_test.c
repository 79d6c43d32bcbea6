#include "fixture.h"

#include "lookalike.h"

static const struct {
	const char *name, *model;
	bool looks;
} pairs[] = {
    /* letters */
    {"a22-65.akam.ne.", "akam.net.", true},
    {"a22-65.akam.net.", "akam.net.", false}, /* is it */
    {"akam.net.", "akam.net.", false},
    {"a22-65.akamai.net.", "akam.net.", true},
    {"ns1.example.net.", "akam.net.", false},
    {"www.exampel.net.", "example.net.", true},
    {"www.example.org.", "example.net.", false},
    {"www.example.com.", "example.net.", false},
    {"www.sample.net.", "example.net.", true},
    {"www.amples.net.", "example.net.", false},
    /* digits and pairs */
    {"edge.examp1e.net.", "example.net.", true},
    {"edge.g00gle.net.", "google.net.", true},
    {"edge.cornpany.example.", "company.example.", true},
    /* other scripts: Cyrillic a and e, Latin with marks */
    {"edge.xn--exmple-4nf.net.", "example.net.", true},
    {"edge.xn--xample-2of.net.", "example.net.", true},
    {"edge.xn--exmple-cua.net.", "example.net.", true},
    {"edge.xn--.net.", "example.net.", false},
    {"edge.xn--99999999999.net.", "example.net.", false},
    /* dots */
    {"ak.amai.net.", "akamai.net.", true},
    {"www.examplenet.", "example.net.", true},
    {"examplenet.com.", "example.net.", false},
    /* as an ending of another name only */
    {"example.net.evil.example.", "example.net.", false},
    /* a hyphen for a dot, a dot for a hyphen */
    {"a22-65-akam.net.", "akam.net.", true},
    {"ns1-dns-a.example.", "dns-a.example.", true},
    {"www.cdn-example.net.", "cdn.example.net.", true},
    {"x.dns.a.example.", "dns-a.example.", true},
    {"notakam.example.", "akam.example.", false},
    {"a-net.", "net.", false},
    {"shop-akam.cdn.example.net.", "akam.net.", false},
    /* one label is not enough to say */
    {"a.net.", "net.", false},
    {"a.met.", "net.", false},
    {".", "example.net.", false},
    {"www.example.net.", ".", false},
};

static void
test_pairs(void **state)
{
	uint8_t name[NAME_MAX_LEN], model[NAME_MAX_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		fixture_name(name, pairs[i].name, NULL);
		fixture_name(model, pairs[i].model, NULL);
		if (lookalike(name, model) != pairs[i].looks)
			fail_msg("%s like %s: not %d", pairs[i].name,
			    pairs[i].model, pairs[i].looks);
	}
}

/* The longest names, and labels of every octet, end without a fault. */
static void
test_extremes(void **state)
{
	uint8_t name[NAME_MAX_LEN], model[NAME_MAX_LEN];
	unsigned seed = 1, i, j;
	size_t at, n;

	(void)state;
	fixture_name(model, "xn--exmple-4nf.net.", NULL);
	for (i = 0; i < 20000; i++) {
		for (at = 0; at < 180; at += n + 1) {
			seed = seed * 1103515245 + 12345;
			n = 5 + (seed >> 16) % 58;
			name[at] = (uint8_t)n;
			memcpy(name + at + 1, "xn--", 4);
			for (j = 5; j <= n; j++) {
				seed = seed * 1103515245 + 12345;
				name[at + j] = "abcz09-\377"[seed >> 16 & 7];
			}
		}
		name[at] = 0;
		assert_true(name_check(name, at + 1) != 0);
		lookalike(name, model);
		lookalike(model, name);
	}
}

static void
test_find(void **state)
{
	uint8_t a[NAME_MAX_LEN], b[NAME_MAX_LEN], name[NAME_MAX_LEN];
	const struct policy_pattern list[] = {{a, true}, {b, true}};

	(void)state;
	fixture_name(a, "dns-a.example.", NULL);
	fixture_name(b, "dns-b.example.", NULL);
	fixture_name(name, "ns1.dns-b.example.", NULL);
	/* It looks like the first and is allowed by the second. */
	assert_null(lookalike_find(list, 2, name));
	assert_ptr_equal(lookalike_find(list, 1, name), &list[0]);
	assert_null(lookalike_find(NULL, 0, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_extremes),
	    cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
