/* zonegate policy test: the scenarios of the example policies and of
 * testdata/scenarios come out as they say; wrong expectations are found. */
#include "command_fixture.h"

#include <dirent.h>

#include "../policy/expect.h"
#include "../source/source.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static json_t *
judge(struct dir *d, const char *policy, const char *folder, int status)
{
	int got;

	d->o.format = "json";
	d->o.policy = policy;
	got = gate_policy_test(&d->o, &folder, 1);
	if (got != status)
		fail_msg("%s: status %d, not %d\n%s", folder, got, status,
		    get(d->out));
	return report(d);
}

static json_int_t
count(json_t *root, const char *what)
{
	json_t *n = json_object_get(json_object_get(root, "counts"), what);

	assert_true(json_is_integer(n));
	return json_integer_value(n);
}

static const char *
text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

static json_t *
scenario(json_t *root, const char *name)
{
	json_t *s;
	size_t i;

	json_array_foreach(json_object_get(root, "scenarios"), i, s)
	{
		if (strcmp(text_of(s, "name"), name) == 0)
			return s;
	}
	fail_msg("no scenario %s", name);
	return NULL;
}

/* ---- the example policies ------------------------------------------------ */

static const char *const examples[] = {"cdn-fallback", "identity-endpoints",
    "single-site", "split-horizon", "staged-migration", "two-provider"};

/* Each example has its tests, good changes and bad ones, and none is left out.
 */
static void
test_examples(void **state)
{
	char policy[128], folder[128];
	json_t *root, *s;
	size_t e, i, passed, blocked;

	for (e = 0; e < N(examples); e++) {
		snprintf(
		    policy, sizeof(policy), "policies/%s.yaml", examples[e]);
		snprintf(
		    folder, sizeof(folder), "policies/tests/%s", examples[e]);
		root = judge(*state, policy, folder, 0);
		assert_int_equal(count(root, "skip"), 0);
		passed = blocked = 0;
		json_array_foreach(json_object_get(root, "scenarios"), i, s)
		{
			assert_string_equal(text_of(s, "policy"), policy);
			if (json_integer_value(json_object_get(s, "status")) ==
			    0)
				passed++;
			else
				blocked++;
		}
		if (passed < 5 || blocked < 7)
			fail_msg("%s: %zu pass, %zu are blocked", policy,
			    passed, blocked);
		json_decref(root);
	}
}

/* No example without tests. */
static void
test_all_examples(void **state)
{
	struct dirent *d;
	DIR *dir = opendir("policies");
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		n += strstr(d->d_name, ".yaml") != NULL;
	closedir(dir);
	assert_int_equal(n, N(examples));
}

/* A line of an example, loosened: its tests must see it. */
static const struct {
	const char *policy, *find, *put, *fails;
} loosened[] = {
    {"single-site", "max-ttl: 60 ", "max-ttl: 1h ", "ttl-too-long"},
    {"single-site", "min-ttl: 5 ", "min-ttl: 1 ", "ttl-too-short"},
    {"single-site", "192.0.2.32/29", "192.0.2.32/28", "outside-target-edge"},
    {"single-site", "192.0.2.32/29", "192.0.2.32/30", "outside-target-ok"},
    {"single-site", "floor: 10 ", "floor: 99 ", "mass-removal"},
    {"single-site", "policy-apart: true", "policy-apart: false",
	"policy-apart"},
    {"cdn-fallback", "max-ttl: 5m", "max-ttl: 6m", "ttl-too-long"},
    {"cdn-fallback", "\"*.edge.cdn.example.net\"",
	"\"*.edge.cdn.example.net\", edge.cdn.example.net", "not-below"},
    {"cdn-fallback", "min-targets: 2", "min-targets: 1", "origin-alone"},
    {"cdn-fallback", "wildcard: deny", "wildcard: allow", "origin-wildcard"},
    {"cdn-fallback", "zone-ns-single: error", "zone-ns-single: warning",
	"single-server"},
    {"identity-endpoints", "max-ttl: 10m", "max-ttl: 11m", "ttl-too-long"},
    {"identity-endpoints", "mx2.mail.example.net]",
	"mx2.mail.example.net, mx2.mail.example.org]", "mail-moved"},
    {"identity-endpoints", "ca.example.org]  #",
	"ca.example.org, ca2.example.net]  #", "nearer-issuer"},
    {"split-horizon", "private-addresses: deny ", "private-addresses: allow ",
	"private-leaks"},
    {"split-horizon", "min-targets: 2", "min-targets: 1", "one-target-outside"},
    {"split-horizon", "until: 2027-06-30", "until: 2027-07-31", "office-late"},
    {"staged-migration", "dialect: bind", "dialect: common", "generate"},
    {"staged-migration", "\"*.new-dns.example\"",
	"\"*.new-dns.example\", \"*.dns.example\"", "foreign-server"},
    {"staged-migration", "removed: 50%", "removed: 80%", "mass-removal"},
    {"staged-migration", "zone-mx-target: warning", "zone-mx-target: error",
	"mail-target"},
    {"two-provider", "distinct-networks: 2", "distinct-networks: 1",
	"one-network"},
    {"two-provider", "\"*.dns-b.example\"",
	"\"*.dns-b.example\", \"*.third.example\"", "foreign-server"},
};

static void
loosen(struct dir *d, size_t i)
{
	char path[128], folder[128], changed[8192];
	const char *policy, *found;
	json_t *root;

	snprintf(path, sizeof(path), "policies/%s.yaml", loosened[i].policy);
	snprintf(
	    folder, sizeof(folder), "policies/tests/%s", loosened[i].policy);
	policy = get(path);
	assert_non_null(policy);
	if ((found = strstr(policy, loosened[i].find)) == NULL)
		fail_msg("%s: no %s", path, loosened[i].find);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(found - policy),
	    policy, loosened[i].put, found + strlen(loosened[i].find));
	put(d, "loose.yaml", changed);
	root = judge(d, at(d, "loose.yaml"), folder, 1);
	if (strcmp(text_of(scenario(root, loosened[i].fails), "result"),
		"fail") != 0)
		fail_msg("%s with %s: %s does not fail", path, loosened[i].put,
		    loosened[i].fails);
	json_decref(root);
}

static void
test_loosened(void **state)
{
	size_t i;

	for (i = 0; i < N(loosened); i++)
		loosen(*state, i);
}

/* ---- the scenarios that git runs ----------------------------------------- */

static struct expect *
expectation(const char *name)
{
	char dir[256];
	struct error e = {0};
	struct expect *ex = NULL;
	struct source *src;
	const char *data;
	size_t len;

	snprintf(dir, sizeof(dir), "testdata/scenarios/%s", name);
	if (source_open_dir(&src, dir, NULL, &e) != 0 ||
	    source_read(src, "expect.yaml", &data, &len, &e) != 0 ||
	    expect_parse(&ex, data, len, name, &e) != 0)
		fail_msg("%s: %s", name, e.message);
	source_free(src);
	return ex;
}

static bool
listed(const struct expect *ex, const char *rule)
{
	size_t i;

	for (i = 0; i < ex->rules.n; i++)
		if (strcmp(ex->rules.item[i], rule) == 0)
			return true;
	return false;
}

/* Status and rules against expect.yaml, by another hand than the command's. */
static void
hold_against(json_t *s, const struct expect *ex)
{
	json_t *found = json_object_get(s, "findings"), *f;
	const char *name = text_of(s, "name");
	json_int_t status = json_integer_value(json_object_get(s, "status"));
	size_t i, k;
	bool fired;

	if (status != ex->status)
		fail_msg(
		    "%s: status %d, not %d", name, (int)status, ex->status);
	if (status > 1)
		return;
	for (i = 0; i < ex->rules.n; i++) {
		fired = false;
		json_array_foreach(found, k, f)
		{
			fired |= strcmp(text_of(f, "rule"),
				     ex->rules.item[i]) == 0;
		}
		if (!fired)
			fail_msg("%s: no %s", name, ex->rules.item[i]);
	}
	json_array_foreach(found, k, f)
	{
		if (ex->only && strcmp(text_of(f, "severity"), "error") == 0 &&
		    !json_is_true(json_object_get(f, "waived")) &&
		    !listed(ex, text_of(f, "rule")))
			fail_msg("%s: %s too", name, text_of(f, "rule"));
	}
}

static void
test_scenarios(void **state)
{
	json_t *root = judge(*state, NULL, "testdata/scenarios", 0), *s;
	struct expect *ex;
	size_t i;
	bool git;

	assert_true(count(root, "ok") > 300);
	assert_true(count(root, "skip") > 0);
	json_array_foreach(json_object_get(root, "scenarios"), i, s)
	{
		ex = expectation(text_of(s, "name"));
		git = ex->steps != NULL || ex->before != NULL ||
		      ex->submodule.n > 0 || ex->sign.n > 0;
		if (git) {
			assert_string_equal(text_of(s, "result"), "skip");
			assert_true(text_of(s, "skipped")[0] != '\0');
		} else {
			assert_string_equal(text_of(s, "result"), "ok");
			hold_against(s, ex);
		}
		expect_free(ex);
	}
	json_decref(root);
}

/* ---- wrong expectations -------------------------------------------------- */

#define POLICY                                                                 \
	"version: 1\nzones: [{path: 'zones/{zone}.zone'}]\n"                   \
	"targets: {t: {addresses: [192.0.2.0/24]}}\n"                          \
	"failover: [{name: www.example.com, types: [A], targets: [t]}]\n"

#define ABOUT "about: a test\n"
#define EDIT(find, put)                                                        \
	"edit:\n  - {file: zones/example.com.zone, find: '" find               \
	"', put: '" put "'}\n"
#define SERIAL "  - {file: zones/example.com.zone, find: ' 1 7', put: ' 2 7'}\n"
#define BAD EDIT("192.0.2.80", "203.0.113.80") SERIAL
#define GOOD EDIT("192.0.2.80", "192.0.2.81") SERIAL
#define TARGET "failover-target-not-allowed"

static const struct {
	const char *name, *expect, *result;
	int status;             /* exit */
	const char *missing;    /* a rule, or NULL: none */
	const char *unexpected; /* a rule, or NULL: none */
} expectations[] = {
    {"bad", ABOUT "status: 1\nrules: [" TARGET "]\n" BAD, "ok", 0, NULL, NULL},
    {"good", ABOUT "status: 0\n" GOOD, "ok", 0, NULL, NULL},
    {"warning", ABOUT "status: 0\nrules: [zone-ns-single]\n" GOOD, "ok", 0,
	NULL, NULL},
    {"blocked, not said", ABOUT "status: 0\n" BAD, "fail", 1, NULL, TARGET},
    {"blocked, named", ABOUT "status: 0\nrules: [" TARGET "]\n" BAD, "fail", 1,
	NULL, TARGET},
    {"another rule", ABOUT "status: 1\nrules: [failover-ttl]\n" BAD, "fail", 1,
	"failover-ttl", TARGET},
    {"another too", ABOUT "status: 1\nrules: [" TARGET ", zone-soa]\n" BAD,
	"fail", 1, "zone-soa", NULL},
    {"no rule", ABOUT "status: 1\n" BAD, "fail", 1, NULL, TARGET},
    {"not only", ABOUT "status: 1\nonly: false\n" BAD, "ok", 0, NULL, NULL},
    {"passes", ABOUT "status: 1\nrules: [" TARGET "]\n" GOOD, "fail", 1, TARGET,
	NULL},
    {"passes, no rule", ABOUT "status: 1\n" GOOD, "fail", 1, NULL, NULL},
    {"passes as 2", ABOUT "status: 2\n" GOOD, "fail", 1, NULL, NULL},
    {"passes as 3", ABOUT "status: 3\n" GOOD, "fail", 1, NULL, NULL},
    {"steps", ABOUT "status: 1\nsteps: steps.sh\n", "skip", 2, NULL, NULL},
    {"before", ABOUT "status: 0\nbefore: b.sh\n", "skip", 2, NULL, NULL},
    {"submodule", ABOUT "status: 1\nsubmodule: [zones/x.zone]\n", "skip", 2,
	NULL, NULL},
    {"sign",
	ABOUT "status: 0\nsign: [{file: zones/example.com.zone, zone: "
	      "example.com, tool: zonegate, side: both}]\n",
	"skip", 2, NULL, NULL},
    {"no status", ABOUT, "fault", 2, NULL, NULL},
    {"unknown key", ABOUT "status: 0\nrule: [x]\n", "fault", 2, NULL, NULL},
    {"edit of nothing", ABOUT "status: 0\n" EDIT("203.0.113", ""), "fault", 2,
	NULL, NULL},
    {"edit of many", ABOUT "status: 0\n" EDIT("ns1", ""), "fault", 2, NULL,
	NULL},
    {"edit of no file", ABOUT "status: 0\nedit: [{file: x, find: a, put: b}]\n",
	"fault", 2, NULL, NULL},
    {"remove nothing", ABOUT "status: 0\nremove: [zones/x]\n", "fault", 2, NULL,
	NULL},
    {"remove all",
	ABOUT "status: 1\nrules: [zone-removed]\nonly: false\n"
	      "remove: [zones/]\n",
	"ok", 0, NULL, NULL},
    {"outside", ABOUT "status: 0\nraw: {../../x: y}\n", "fault", 2, NULL, NULL},
    {"file as folder", ABOUT "status: 0\nraw: {zonegate.yaml/x: y}\n", "fault",
	2, NULL, NULL},
    {"like elsewhere", ABOUT "status: 0\nlike: ../good\n", "fault", 2, NULL,
	NULL},
    {"like nothing", ABOUT "status: 0\nlike: none\n", "fault", 2, NULL, NULL},
    {"like itself", ABOUT "status: 0\nlike: 'like itself'\n", "fault", 2, NULL,
	NULL},
    {"no time", ABOUT "status: 0\nat: tomorrow\n", "fault", 2, NULL, NULL},
    {"no policy",
	ABOUT "status: 1\nremove: [zonegate.yaml]\n"
	      "rules: [change-policy-invalid]\n",
	"ok", 0, NULL, NULL},
    {"link",
	ABOUT "status: 1\nrules: [change-not-a-file]\nonly: false\n"
	      "symlink: {zones/x.example.zone: example.com.zone}\n",
	"ok", 0, NULL, NULL},
    {"appended",
	ABOUT "status: 1\nrules: [zone-serial]\n"
	      "append: {zones/example.com.zone: \"x A 192.0.2.9\\n\"}"
	      "\n",
	"ok", 0, NULL, NULL},
    {"no newline",
	ABOUT "status: 1\nrules: [syntax-error]\nonly: false\n"
	      "raw: {zones/example.com.zone: '@ SOA \\x00'}\n",
	"ok", 0, NULL, NULL},
};

static void
lay(struct dir *d, const char *name, const char *expect)
{
	char path[128];

	snprintf(path, sizeof(path), "s/%s/expect.yaml", name);
	put(d, path, expect);
	snprintf(path, sizeof(path), "s/%s/policy.yaml", name);
	put(d, path, POLICY);
	snprintf(path, sizeof(path), "s/%s/base/zones/example.com.zone", name);
	put(d, path, SOA "www IN A 192.0.2.80\n");
}

static void
names_one(json_t *array, const char *rule, const char *label)
{
	json_t *first = json_array_get(array, 0);
	const char *got = json_is_string(first) ? json_string_value(first)
						: text_of(first, "rule");

	if (json_array_size(array) != (rule != NULL ? 1 : 0) ||
	    (rule != NULL && strcmp(got, rule) != 0))
		fail_msg("%s: %zu, %s, not %s", label, json_array_size(array),
		    got, rule == NULL ? "none" : rule);
}

static void
test_expectations(void **state)
{
	struct dir *d = *state;
	const char *name;
	char folder[128];
	json_t *root, *s;
	size_t i;

	for (i = 0; i < N(expectations); i++)
		lay(d, expectations[i].name, expectations[i].expect);
	for (i = 0; i < N(expectations); i++) {
		name = expectations[i].name;
		snprintf(folder, sizeof(folder), "%s/s/%s/", d->path, name);
		root = judge(d, NULL, folder, expectations[i].status);
		assert_int_equal(
		    json_array_size(json_object_get(root, "scenarios")), 1);
		s = scenario(root, name);
		if (strcmp(text_of(s, "result"), expectations[i].result) != 0)
			fail_msg("%s: %s", name, text_of(s, "result"));
		names_one(json_object_get(s, "missing"),
		    expectations[i].missing, name);
		names_one(json_object_get(s, "unexpected"),
		    expectations[i].unexpected, name);
		if (strcmp(expectations[i].result, "fault") == 0 &&
		    text_of(json_object_get(s, "error"), "message")[0] == '\0')
			fail_msg("%s: no reason", name);
		json_decref(root);
	}
	/* All at once: every one is there, and the worst decides. */
	snprintf(folder, sizeof(folder), "%s/s", d->path);
	root = judge(d, NULL, folder, 2);
	assert_int_equal(json_array_size(json_object_get(root, "scenarios")),
	    N(expectations));
	assert_int_equal(count(root, "ok") + count(root, "fail") +
			     count(root, "skip") + count(root, "fault"),
	    N(expectations));
	json_decref(root);
}

/* ---- the rest ------------------------------------------------------------ */

static void
test_near_miss(void **state)
{
	struct dir *d = *state;
	json_t *root;

	lay(d, "a", ABOUT "status: 0\nrules: [zone-ns-single]\n" GOOD);
	lay(d, "a-ok", ABOUT "status: 0\n" GOOD);
	lay(d, "b", ABOUT "status: 1\nrules: [" TARGET "]\n" BAD);
	lay(d, "b-ok", ABOUT "status: 0\n" GOOD);
	root = judge(d, NULL, at(d, "s"), 1);
	assert_string_equal(text_of(scenario(root, "a"), "result"), "ok");
	assert_string_equal(text_of(scenario(root, "a-ok"), "result"), "fail");
	names_one(json_object_get(scenario(root, "a-ok"), "near-miss"),
	    "zone-ns-single", "a-ok");
	assert_string_equal(text_of(scenario(root, "b-ok"), "result"), "ok");
	json_decref(root);
}

/* A folder that was meant to be a scenario does not go by in silence. */
static void
test_lost(void **state)
{
	struct dir *d = *state;
	json_t *root;

	lay(d, "good", ABOUT "status: 0\n" GOOD);
	put(d, "s/misspelt/expect.yml", ABOUT "status: 0\n");
	put(d, "s/notes/text", "no scenario\n");
	root = judge(d, NULL, at(d, "s"), 2);
	assert_int_equal(
	    json_array_size(json_object_get(root, "scenarios")), 2);
	assert_string_equal(
	    text_of(scenario(root, "misspelt"), "result"), "fault");
	json_decref(root);
	json_decref(judge(d, NULL, at(d, "s/notes"), 2));
	json_decref(judge(d, NULL, at(d, "nothing"), 2));
}

/* --policy takes the place of the scenario's; its faults decide at once. */
static void
test_policy(void **state)
{
	struct dir *d = *state;
	char folder[128];
	json_t *root;

	snprintf(folder, sizeof(folder), "%s/s", d->path);
	lay(d, "bad", ABOUT "status: 1\nrules: [" TARGET "]\n" BAD);
	put(d, "wide.yaml",
	    "version: 1\n"
	    "zones: [{path: 'zones/{zone}.zone'}]\n"
	    "targets: {t: {addresses: [192.0.2.0/24, 203.0.113.0/24]}}\n"
	    "failover: [{name: www.example.com, types: [A], "
	    "targets: [t]}]\n");
	put(d, "broken.yaml", "version: 1\n");
	root = judge(d, at(d, "wide.yaml"), folder, 1);
	names_one(
	    json_object_get(scenario(root, "bad"), "missing"), TARGET, "bad");
	json_decref(root);
	json_decref(judge(d, at(d, "broken.yaml"), folder, 2));
	json_decref(judge(d, at(d, "absent.yaml"), folder, 2));
	put(d, "s/bad/policy.yaml", "version: 1\n");
	json_decref(judge(d, NULL, folder, 2));
}

/* What people read: ok, FAIL with the diff, the reason of a skip, the count. */
static void
test_text(void **state)
{
	static const char *const words[] = {"\nFAIL  two: a test\n",
	    "ok    one\n", "- status 0 (passed)", "+ status 1 (blocked)",
	    "+ failover-target-not-allowed",
	    "zones/example.com.zone:6:", "skip  zero: steps",
	    "4 scenarios: 1 as expected, 2 failed, 1 skipped", "- zone-soa"};
	struct dir *d = *state;
	const char *folder, *text;
	char path[128];
	size_t i;

	lay(d, "one", ABOUT "status: 0\n" GOOD);
	lay(d, "two", ABOUT "status: 0\n" BAD);
	lay(d, "three", ABOUT "status: 1\nrules: [zone-soa]\n" GOOD);
	lay(d, "zero", ABOUT "status: 0\nsteps: x\n");
	snprintf(path, sizeof(path), "%s/s", d->path);
	folder = path;
	d->o.quiet = false;
	assert_int_equal(gate_policy_test(&d->o, &folder, 1), 1);
	assert_non_null(text = get(d->out));
	for (i = 0; i < N(words); i++)
		if (strstr(text, words[i]) == NULL)
			fail_msg("no %s in\n%s", words[i], text);
	d->o.quiet = true;
	assert_int_equal(gate_policy_test(&d->o, &folder, 1), 1);
	assert_null(strstr(get(d->out), "ok    one"));
	d->o.exit_zero = true;
	assert_int_equal(gate_policy_test(&d->o, &folder, 1), 0);
	d->o.format = "sarif";
	assert_int_equal(gate_policy_test(&d->o, &folder, 1), 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_examples, begin, end),
	    cmocka_unit_test(test_all_examples),
	    cmocka_unit_test_setup_teardown(test_loosened, begin, end),
	    cmocka_unit_test_setup_teardown(test_scenarios, begin, end),
	    cmocka_unit_test_setup_teardown(test_expectations, begin, end),
	    cmocka_unit_test_setup_teardown(test_near_miss, begin, end),
	    cmocka_unit_test_setup_teardown(test_lost, begin, end),
	    cmocka_unit_test_setup_teardown(test_policy, begin, end),
	    cmocka_unit_test_setup_teardown(test_text, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
