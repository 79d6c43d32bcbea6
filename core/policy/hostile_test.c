/* Hostile policies: bounded time and memory, no crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reader.h"

#define HEAD "version: 1\nzones: [{path: a.zone, zone: a.example.}]\n"

struct run {
	struct arena *arena;
	struct findings faults;
	struct policy *policy;
	int status;
};

static void
start(struct run *run, const char *text, size_t len)
{
	struct error e;

	run->arena = arena_new();
	assert_non_null(run->arena);
	findings_init(&run->faults, run->arena);
	run->status = policy_parse(
	    &run->policy, text, len, "p.yaml", NULL, &run->faults, &e);
}

static void
finish(struct run *run)
{
	policy_free(run->policy);
	findings_free(&run->faults);
	arena_free(run->arena);
}

/* Hostile sizes end soon, with few faults. */
static void
test_limits(void **state)
{
	static const struct {
		const char *name, *head, *part, *tail;
		size_t times;
		const char *numbered; /* after PART and a number */
	} c[] = {
	    {"large", HEAD, "# 0123456789abcdef\n", "", 60000, NULL},
	    {"nodes", HEAD "waivers: [", "a,", "]", 400000, NULL},
	    {"bad bytes", "", "\xff", "", 900000, NULL},
	    {"unknown keys", HEAD, "? k\n", "", 100000, NULL},
	    {"one key again", HEAD "severity: {", "a: of, ", "}", 40000, NULL},
	    {"severities", HEAD "severity: {", "zone-", "}", 40000, ": of, "},
	    {"views", HEAD "views: {", "v", "}", 40000, ": {}, "},
	    {"targets", HEAD "targets: {", "t", "}", 40000, ": {}, "},
	    {"references",
		HEAD "targets: {t: {names: [a]}}\n"
		     "failover: [{name: a, targets: [",
		"t", "]}]\n", 80000, ", "},
	    {"zones", "version: 1\nzones: [", "{path: a, zone: b", "]", 20000,
		"}, "},
	    {"open brackets", "", "[", "", 900000, NULL},
	    {"open braces", "", "{", "", 900000, NULL},
	    {"open braces with keys", "", "{a: ", "", 200000, NULL},
	    {"dashes", "", "- ", "a", 400000, NULL},
	    {"question marks", "", "? ", "", 400000, NULL},
	    {"anchors", HEAD "waivers: [", "&a *a, ", "]", 100000, NULL},
	    {"one line", "version: 1 # ", "x", "\n", 900000, NULL},
	    {"long key", "", "k", ": 1\n", 900000, NULL},
	    {"empty lines", "", "\n", "", 900000, NULL},
	    {"quotes", "'", "''", "'", 400000, NULL},
	};
	struct text t = TEXT_INIT;
	struct run run;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		text_clear(&t);
		text_str(&t, c[i].head);
		for (k = 0; k < c[i].times; k++) {
			text_str(&t, c[i].part);
			if (c[i].numbered != NULL)
				text_printf(&t, "%zu%s", k, c[i].numbered);
		}
		text_str(&t, c[i].tail);
		start(&run, t.data, t.len);
		if (run.status != 1 || run.faults.n > READER_MAX_FAULTS + 1)
			fail_msg("%s: status %d, %zu faults", c[i].name,
			    run.status, run.faults.n);
		finish(&run);
	}
	text_free(&t);
}

/* Cut at every byte: faults or a policy, no crash, nothing read outside. */
static void
test_cut(void **state)
{
	static const char text[] =
	    "version: 1\nviews: {ext: {}}\n"
	    "zones: [{path: 'z/{view}/{zone}'}]\n"
	    "targets: {t: {addresses: [192.0.2.0/28], names: [\"*.a.\"]}}\n"
	    "failover: [{name: a., view: ext, targets: [t],\n"
	    "  require: {max-ttl: 1h}, health: {url: \"https://a/\"}}]\n"
	    "limits: {removed: 1.5%}\n"
	    "waivers: [{rule: dnssec-unsigned, until: 2027-03-01,\n"
	    "  owner: o, reason: \"r\\u00e9\"}]\n";
	struct run run;
	size_t n;
	char *copy;

	(void)state;
	for (n = 0; n < sizeof(text); n++) {
		copy = malloc(n + 1);
		assert_non_null(copy);
		memcpy(copy, text, n);
		copy = realloc(copy, n == 0 ? 1 : n);
		start(&run, copy, n);
		assert_true(run.status == 0 || run.status == 1);
		assert_int_equal(run.status, run.faults.n > 0);
		finish(&run);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
