/* Rules about the change itself, dnssec-unsigned, and what happens to findings
 * in the end: severity, waivers, order. */
#include "fixture.h"

/* ---- refs and paths -------------------------------------------------------
 */

static const struct {
	const char *label;
	const char *rule;
	size_t n;
	struct evidence_ref ref;
	bool apart, allow_rewrite;
} refs[] = {
    {"both", "change-policy-apart", 1,
	{.policy_changed = true, .zones_changed = true}, true, false},
    {"both, allowed", "change-policy-apart", 0,
	{.policy_changed = true, .zones_changed = true}, false, false},
    {"policy only", "change-policy-apart", 0, {.policy_changed = true}, true,
	false},
    {"zones only", "change-policy-apart", 0, {.zones_changed = true}, true,
	false},
    {"forced", "change-history-rewritten", 1,
	{.ref = "refs/heads/main", .rewritten = true}, false, false},
    {"deleted", "change-history-rewritten", 1,
	{.ref = "refs/heads/main", .deleted = true}, false, false},
    {"forced, allowed", "change-history-rewritten", 0,
	{.ref = "refs/heads/main", .rewritten = true}, false, true},
    {"forward", "change-history-rewritten", 0, {.ref = "refs/heads/main"},
	false, false},
    {"created", "change-history-rewritten", 0,
	{.ref = "refs/heads/main", .created = true}, false, false},
};

static void
test_refs(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		world_open(&w, HEAD_OLD, HEAD, false);
		w.ev.ref = &refs[i].ref;
		w.policy.change.policy_apart = refs[i].apart;
		w.policy.change.allow_rewrite = refs[i].allow_rewrite;
		world_run(&w);
		world_expect(&w, refs[i].label, refs[i].rule, refs[i].n);
		world_sound(&w, refs[i].label);
		world_close(&w);
	}
	world_open(&w, HEAD_OLD, HEAD, false); /* a check has no ref */
	w.policy.change.policy_apart = true;
	world_run(&w);
	assert_int_equal(w.fs.n, 0);
	world_close(&w);
}

static void
test_policy_faults(void **state)
{
	struct evidence_ref ref = {
	    .policy_changed = true, .policy_path = "zonegate.yaml"};
	struct arena *arena = arena_new();
	struct findings faults;
	struct finding *f;
	const struct finding *got;
	struct world w;

	(void)state;
	findings_init(&faults, arena);
	world_open(&w, HEAD_OLD, HEAD, false);
	ref.policy_faults = &faults;
	w.ev.ref = &ref;
	world_run(&w);
	world_expect(&w, "valid", "change-policy-invalid", 0);
	world_close(&w);

	f = findings_add(&faults, "policy", "unknown key `targts`");
	f->help = "did you mean `targets`?";
	f->place = (struct place){
	    .file = "zonegate.yaml", .line = 7, .column = 3};
	world_open(&w, HEAD_OLD, HEAD, false);
	w.ev.ref = &ref;
	world_run(&w);
	world_expect(&w, "one fault", "change-policy-invalid", 1);
	got = world_finding(&w, "change-policy-invalid");
	assert_int_equal(got->place.line, 7);
	assert_string_equal(got->help, "did you mean `targets`?");
	assert_int_equal(got->severity, SEVERITY_ERROR);
	world_close(&w);

	faults.lost = true; /* something could not be said */
	world_open(&w, HEAD_OLD, HEAD, false);
	w.ev.ref = &ref;
	assert_int_equal(rules_run(&w.ev, &w.fs, &w.e), -1);
	world_close(&w);
	findings_free(&faults);
	arena_free(arena);
}

static void
test_paths(void **state)
{
	static const struct evidence_path paths[] = {
	    {"zones/a.zone", "is a symbolic link", "change-not-a-file",
		"commit the text"},
	    {"zones/b.db", "is covered by no entry", "change-unmapped",
		"cover it"},
	    {"zones/c.zone", "is strange", "no-such-rule", "look"},
	};
	struct world w;

	(void)state;
	world_open(&w, HEAD_OLD, HEAD, false);
	w.ev.path = paths;
	w.ev.npaths = 3;
	world_run(&w);
	world_expect(&w, "link, and the unknown", "change-not-a-file", 2);
	world_expect(&w, "unmapped", "change-unmapped", 1);
	assert_string_equal(
	    world_finding(&w, "change-unmapped")->place.file, "zones/b.db");
	world_sound(&w, "paths");
	world_close(&w);
}

/* ---- dnssec-unsigned ------------------------------------------------------
 */

#define DNSKEY "@ 60 DNSKEY 0101030d01\n"
#define RRSIG "@ 60 RRSIG 00060d020000003c0000000000000000000000aa\n"

static const struct {
	const char *label;
	size_t n;
	enum policy_dnssec_mode mode;
	const char *new;
} modes[] = {
    {"unsigned", 1, POLICY_DNSSEC_UNSIGNED, HEAD},
    {"trial", 0, POLICY_DNSSEC_TRIAL, HEAD},
    {"presigned, complete", 0, POLICY_DNSSEC_PRESIGNED, HEAD DNSKEY RRSIG},
    {"presigned, stripped", 1, POLICY_DNSSEC_PRESIGNED, HEAD},
    {"presigned, no signatures", 1, POLICY_DNSSEC_PRESIGNED, HEAD DNSKEY},
    {"presigned, no keys", 1, POLICY_DNSSEC_PRESIGNED, HEAD RRSIG},
};

static void
test_modes(void **state)
{
	static const struct policy_zone entry = {.path = "x", .line = 7};
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		world_open(&w, NULL, modes[i].new, false);
		w.zone[0].mode = modes[i].mode;
		w.zone[0].entry = &entry;
		world_run(&w);
		world_expect(&w, modes[i].label, "dnssec-unsigned", modes[i].n);
		world_sound(&w, modes[i].label);
		world_close(&w);
	}
	world_open(&w, NULL, HEAD, false); /* a review without a policy */
	w.zone[0].mode = POLICY_DNSSEC_UNSIGNED;
	world_run(&w);
	world_expect(&w, "no policy", "dnssec-unsigned", 0);
	world_close(&w);
}

#define RRSIG_OF(seconds)                                                      \
	"@ 60 RRSIG 00060d020000003c" seconds "0000000000000000aa\n"

static const struct {
	const char *label;
	const char *rule;
	size_t n;
	int64_t left; /* until the first signature expires */
	const char *new;
} times[] = {
    {"a week left", "dnssec-expires-soon", 0, 7 * 86400, HEAD DNSKEY RRSIG},
    {"two days left", "dnssec-expires-soon", 1, 2 * 86400, HEAD DNSKEY RRSIG},
    {"expired is another rule's", "dnssec-expires-soon", 0, -1,
	HEAD DNSKEY RRSIG},
    {"a year", "dnssec-validity-too-long", 0, 7 * 86400,
	HEAD DNSKEY RRSIG_OF("01e28500")},
    {"over a year", "dnssec-validity-too-long", 1, 7 * 86400,
	HEAD DNSKEY RRSIG_OF("01e28501")},
    {"backwards", "dnssec-validity-too-long", 0, 7 * 86400,
	HEAD DNSKEY RRSIG_OF("ffffff00")},
    {"opt-out", "dnssec-nsec3-optout", 1, 7 * 86400,
	HEAD DNSKEY RRSIG "h 60 NSEC3 010100000001aa\n"
			  "i 60 NSEC3 010100000001bb\n"},
    {"no opt-out", "dnssec-nsec3-optout", 0, 7 * 86400,
	HEAD DNSKEY RRSIG "h 60 NSEC3 010000000001aa\n"},
};

static void
test_times(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		world_open(&w, NULL, times[i].new, false);
		w.zone[0].mode = POLICY_DNSSEC_PRESIGNED;
		w.dnssec.signatures = 1;
		w.dnssec.expires = WORLD_NOW + times[i].left;
		world_run(&w);
		world_expect(&w, times[i].label, times[i].rule, times[i].n);
		world_sound(&w, times[i].label);
		world_close(&w);
	}
	/* What a trial signs says nothing about the zone. */
	world_open(&w, NULL, HEAD, false);
	w.dnssec.signatures = 1;
	w.dnssec.expires = WORLD_NOW + 3600;
	world_run(&w);
	world_expect(&w, "trial", "dnssec-expires-soon", 0);
	world_close(&w);
}

/* A zone that was to be validated and was not is never a pass. */
static void
test_doubt(void **state)
{
	static const struct policy_zone entry = {.path = "x"};
	struct world w;

	(void)state;
	world_open(&w, HEAD_OLD, HEAD, false);
	w.zone[0].entry = &entry;
	w.zone[0].dnssec = NULL;
	world_run(&w);
	world_expect(&w, "no result", "dnssec-unsigned", 1);
	world_close(&w);

	world_open(&w, HEAD_OLD, HEAD, false);
	w.zone[0].entry = &entry;
	w.dnssec.complete = false;
	world_run(&w);
	world_expect(&w, "half a result", "dnssec-unsigned", 1);
	world_close(&w);

	world_open(&w, HEAD_OLD, COM SOA2, false); /* blocked anyway */
	w.zone[0].entry = &entry;
	w.zone[0].dnssec = NULL;
	world_run(&w);
	world_expect(&w, "said already", "dnssec-unsigned", 0);
	world_close(&w);

	world_open(&w, HEAD_OLD, HEAD, false); /* a review without policy */
	w.zone[0].dnssec = NULL;
	world_run(&w);
	world_expect(&w, "not asked for", "dnssec-unsigned", 0);
	world_close(&w);
}

/* ---- severity and waivers -------------------------------------------------
 */

/* Two rules fire: zone-ns-single (W) and zone-cname-other-data (E, fixed). */
#define TWO                                                                    \
	COM SOA2 "@ 60 NS ns1.example.net.\n"                                  \
		 "a 60 CNAME b.example.org.\na 60 TXT x\n"

static void
test_severity(void **state)
{
	static const struct policy_severity off[] = {
	    {"zone-ns-single", SEVERITY_OFF, 1},
	    {"zone-cname-other-data", SEVERITY_OFF, 2},
	};
	static const struct policy_severity up[] = {
	    {"zone-ns-single", SEVERITY_ERROR, 1},
	    {"zone-cname-other-data", SEVERITY_WARNING, 2},
	};
	size_t errors, warnings, waived;
	struct world w;

	(void)state;
	world_open(&w, NULL, TWO, false);
	world_run(&w);
	rules_count_findings(&w.fs, &errors, &warnings, &waived);
	assert_int_equal(errors, 1);
	assert_int_equal(warnings, 1);
	assert_int_equal(waived, 0);
	world_close(&w);

	world_open(&w, NULL, TWO, false);
	w.policy.severity = off;
	w.policy.nseverities = 2;
	world_run(&w);
	world_expect(&w, "off", "zone-ns-single", 0);
	world_expect(&w, "fixed is not off", "zone-cname-other-data", 1);
	rules_count_findings(&w.fs, &errors, &warnings, &waived);
	assert_int_equal(errors, 1);
	world_close(&w);

	world_open(&w, NULL, TWO, false);
	w.policy.severity = up;
	w.policy.nseverities = 2;
	world_run(&w);
	rules_count_findings(&w.fs, &errors, &warnings, &waived);
	assert_int_equal(errors, 2); /* raised; not lowered */
	world_close(&w);
}

static const uint8_t example_com[] = "\7example\3com";
static const uint8_t other_com[] = "\5other\3com";

static const struct {
	const char *label;
	struct policy_waiver waiver;
	size_t waived, expired;
} waivers[] = {
    {"covers", {.rule = "zone-serial", .until_time = WORLD_NOW + 1}, 1, 0},
    {"covers the zone",
	{.rule = "zone-serial",
	    .zone = example_com,
	    .until_time = WORLD_NOW + 1},
	1, 0},
    {"another zone",
	{.rule = "zone-serial", .zone = other_com, .until_time = WORLD_NOW + 1},
	0, 0},
    {"another rule", {.rule = "zone-ns", .until_time = WORLD_NOW + 1}, 0, 0},
    {"expired", {.rule = "zone-serial", .until_time = WORLD_NOW - 1}, 0, 1},
    {"expired, of another rule",
	{.rule = "zone-ns", .until_time = WORLD_NOW - 1}, 0, 0},
    {"a fixed rule",
	{.rule = "zone-cname-other-data", .until_time = WORLD_NOW + 1}, 0, 0},
    {"a fixed rule, expired",
	{.rule = "zone-cname-other-data", .until_time = WORLD_NOW - 1}, 0, 0},
};

static void
test_waivers(void **state)
{
	struct policy_waiver waiver;
	size_t errors, warnings, waived, i;
	struct world w;

	(void)state;
	for (i = 0; i < sizeof(waivers) / sizeof(waivers[0]); i++) {
		waiver = waivers[i].waiver;
		waiver.until = "2026-11-30";
		waiver.owner = "dns-team";
		waiver.reason = "migration";
		waiver.line = 51;
		world_open(&w, HEAD,
		    HEAD "a 60 CNAME b.example.org.\na 60 TXT x\n", false);
		w.policy.waiver = &waiver;
		w.policy.nwaivers = 1;
		world_run(&w);
		rules_count_findings(&w.fs, &errors, &warnings, &waived);
		if (waived != waivers[i].waived)
			fail_msg("%s: %zu waived", waivers[i].label, waived);
		world_expect(&w, waivers[i].label, "change-waiver-expired",
		    waivers[i].expired);
		if (waived == 1)
			assert_string_equal(
			    world_finding(&w, "zone-serial")->waiver,
			    "until 2026-11-30 (dns-team): migration");
		world_sound(&w, waivers[i].label);
		world_close(&w);
	}
}

/* ---- findings of earlier rooms, order, repetitions ------------------------
 */

static void
place(struct world *w, const char *rule, const char *file, uint32_t line)
{
	struct finding *f = findings_add(&w->fs, rule, "something");

	f->help = "do something";
	f->place.file = file;
	f->place.line = line;
}

static void
test_order(void **state)
{
	const struct finding *a, *b;
	struct world w;
	size_t i;

	(void)state;
	world_open(&w, HEAD_OLD, HEAD, false);
	place(&w, "syntax-duplicate", "outexample.com..zone", 9);
	place(&w, "syntax-duplicate", "outexample.com..zone", 2);
	place(&w, "syntax-duplicate", "outexample.com..zone", 9); /* again */
	place(&w, "syntax-encoding", "outexample.com..zone", 9);
	place(&w, "of-no-rule", "elsewhere", 1);
	world_run(&w);
	assert_int_equal(w.fs.n, 4);
	for (i = 1; i < w.fs.n; i++) {
		a = &w.fs.item[i - 1];
		b = &w.fs.item[i];
		if (a->zone != NULL && a->place.line > b->place.line)
			fail_msg("finding %zu is out of order", i);
	}
	/* Without a zone of its own it takes that of the file. */
	assert_string_equal(
	    world_finding(&w, "syntax-encoding")->zone, "example.com.");
	assert_string_equal(world_finding(&w, "syntax-encoding")->view, "out");
	assert_null(world_finding(&w, "of-no-rule")->zone);
	/* Nobody's finding is an error. */
	assert_int_equal(
	    world_finding(&w, "of-no-rule")->severity, SEVERITY_ERROR);
	world_close(&w);
}

static void
test_lost(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, HEAD_OLD, HEAD, false);
	w.fs.lost = true;
	assert_int_equal(rules_run(&w.ev, &w.fs, &w.e), -1);
	assert_int_equal(w.e.code, ERROR_SYSTEM);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refs),
	    cmocka_unit_test(test_policy_faults),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_modes),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_doubt),
	    cmocka_unit_test(test_severity),
	    cmocka_unit_test(test_waivers),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
