/* Rules about protected names: their words, views, and how zones are signed. */
#include "failover_fixture.h"

/* The words of ux.md: place, allowed lists, whose policy line. */
static void
test_words(void **state)
{
	static const struct failover_case c = {
	    .new = HEAD "api 60 A 203.0.113.77\n"};
	const struct finding *f;
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	world_run(&w);
	f = world_finding(&w, ALLOWED);
	assert_non_null(f);
	assert_string_equal(
	    f->message, "api.example.com. A may not answer 203.0.113.77");
	assert_string_equal(
	    f->expected, "allowed: edge-primary, edge-standby, cdn");
	assert_string_equal(f->authority, "zonegate.yaml:18 (owner: netops)");
	assert_string_equal(f->zone, "example.com.");
	assert_string_equal(f->view, "out");
	assert_string_equal(f->name, "api.example.com.");
	assert_string_equal(f->type, "A");
	assert_string_equal(f->place.file, "outexample.com..zone");
	assert_int_equal(f->place.line, 4);
	assert_int_equal(f->severity, SEVERITY_ERROR);
	world_close(&w);
}

/* A name of a good answer stays without any finding of the group. */
static void
test_clean(void **state)
{
	static const struct failover_case c = {.old = HEAD_OLD GOOD,
	    .new = HEAD GOOD "@ 60 CAA 0 issue ca.example\n",
	    .min = 2,
	    .networks = 2,
	    .max_ttl = 60,
	    .is_signed = true,
	    .caa = true,
	    .no_wildcard = true};
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	world_run(&w);
	if (w.fs.n != 0)
		fail_msg("%s: %s", w.fs.item[0].rule, w.fs.item[0].message);
	world_close(&w);
}

/* Protected in every view: one view may lack the zone, not all of them. */
static void
test_views(void **state)
{
	static const char *const both[] = {"out", "lone", NULL};
	static const char *const lone[] = {"lone", NULL};
	struct guard g;
	struct world w;

	(void)state;
	guard_make(&g, "api.example.com.");
	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, both);
	world_run(&w);
	world_expect(&w, "one of two views", EMPTY, 0);
	world_close(&w);

	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, lone);
	world_run(&w);
	world_expect(&w, "in no view", EMPTY, 1);
	world_close(&w);

	g.protect.view = "lone";
	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, both);
	world_run(&w);
	world_expect(&w, "in the view it is asked for", EMPTY, 1);
	world_close(&w);
}

static void
test_unsigned_mode(void **state)
{
	static const struct failover_case c = {
	    .new = HEAD GOOD, .is_signed = true};
	static const uint8_t apex[] = "\7example\3com";
	static const struct policy_zone entry = {.path = "outexample.com..zone",
	    .zone = apex,
	    .view = "out",
	    .dnssec = {.mode = POLICY_DNSSEC_UNSIGNED}};
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	w.zone[0].mode = POLICY_DNSSEC_UNSIGNED;
	world_run(&w);
	world_expect(&w, "changed zone, mode unsigned", UNSIGNED, 1);
	world_close(&w);

	case_open(&c, &g, &w);
	w.zone[0].mode = POLICY_DNSSEC_PRESIGNED;
	world_run(&w);
	world_expect(&w, "presigned, stripped", UNSIGNED, 1);
	world_close(&w);

	case_open(&c, &g, &w);
	w.dnssec.is_signed = false;
	world_run(&w);
	world_expect(&w, "not signed after all", UNSIGNED, 1);
	world_close(&w);

	/* A zone that did not change is known by the policy. */
	case_open(&c, &g, &w);
	w.ev.nzones = 0;
	w.policy.zone = &entry;
	w.policy.nzones = 1;
	world_run(&w);
	world_expect(&w, "unchanged zone, mode unsigned", UNSIGNED, 1);
	world_close(&w);
}

/* Name servers that look like the approved ones. */
static void
test_servers(void **state)
{
	uint8_t name[NAME_MAX_LEN];
	const struct policy_pattern pattern = {name, true};
	struct world w;

	(void)state;
	fixture_name(name, "akam.net.", NULL);
	world_open(&w, NULL,
	    COM SOA2 "@ 60 NS a22-65.akam.ne.\n@ 60 NS a1-1.akam.net.\n",
	    false);
	w.policy.nameserver = &pattern;
	w.policy.nnameservers = 1;
	world_run(&w);
	world_expect(&w, "akam.ne", LOOKALIKE, 1);
	world_expect(&w, "akam.ne", "zone-ns-not-allowed", 1);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_views),
	    cmocka_unit_test(test_unsigned_mode),
	    cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
