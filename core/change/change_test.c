/* Lanes, approvals without git, the signers' file, and programs that are run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "approve.h"
#include "lane.h"
#include "run.h"
#include "signers_lint.h"

/* ---- lanes ----------------------------------------------------------------
 */

static struct policy *
policy(void)
{
	static const char yaml[] =
	    "version: 1\n"
	    "zones: [{path: 'zones/{view}/{zone}.zone'}]\n"
	    "views: {in: {}, out: {}}\n"
	    "targets: {a: {addresses: [192.0.2.0/28]}}\n"
	    "failover: [{name: api.example., types: [A], view: out, "
	    "targets: [a]}]\n"
	    "identity-endpoints: [{name: login.example., targets: [a]}]\n"
	    "severity: {failover-ttl: \"off\"}\n";
	struct arena *arena = arena_new();
	struct findings faults;
	struct policy *p = NULL;
	struct error e;

	findings_init(&faults, arena);
	policy_parse(&p, yaml, strlen(yaml), "test", NULL, &faults, &e);
	assert_non_null(p);
	findings_free(&faults);
	arena_free(arena);
	return p;
}

static const struct lane_case {
	const char *label, *name, *view;
	uint16_t type;
	bool soa, only_serial;
	unsigned lanes;
} lanes[] = {
    {"switch", "api.example.", "out", RRTYPE_A, true, true, LANE_SWITCH},
    {"alias", "api.example.", "out", RRTYPE_CNAME, true, true, LANE_SWITCH},
    {"upper case", "API.example.", "out", RRTYPE_A, false, false, LANE_SWITCH},
    {"type not listed", "api.example.", "out", RRTYPE_AAAA, false, false,
	LANE_ZONE},
    {"other view", "api.example.", "in", RRTYPE_A, false, false, LANE_ZONE},
    {"other name", "www.example.", "out", RRTYPE_A, false, false, LANE_ZONE},
    {"below", "x.api.example.", "out", RRTYPE_A, false, false, LANE_ZONE},
    {"identity", "login.example.", "out", RRTYPE_A, false, false, LANE_ZONE},
    {"timers", "api.example.", "out", RRTYPE_A, true, false,
	LANE_SWITCH | LANE_ZONE},
    {"signing alone", "api.example.", "out", RRTYPE_RRSIG, true, true,
	LANE_ZONE},
    {"ds", "sub.example.", "out", RRTYPE_DS, true, true, LANE_KEY},
    {"dnskey", "example.", "out", RRTYPE_DNSKEY, true, true, LANE_KEY},
    {"cds", "example.", "out", RRTYPE_CDS, true, true, LANE_KEY},
    {"cdnskey", "example.", "out", RRTYPE_CDNSKEY, true, true, LANE_KEY},
};

static void
test_lanes(void **state)
{
	struct policy *p = policy();
	struct arena *arena = arena_new();
	struct diff_change change;
	struct change_lanes l;
	uint8_t name[NAME_MAX_LEN];
	struct zone *some = arena_alloc(arena, 1);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
		struct diff d = {.change = &change,
		    .n = 1,
		    .old = some,
		    .new = some,
		    .soa_changed = lanes[i].soa,
		    .soa_only_serial = lanes[i].only_serial};

		memset(&l, 0, sizeof(l));
		assert_int_not_equal(name_from_text(name, lanes[i].name,
					 strlen(lanes[i].name), NULL, NULL),
		    0);
		change = (struct diff_change){
		    .type = lanes[i].type, .name = name};
		assert_int_equal(
		    lane_add_zone(&l, p, &d, lanes[i].view, arena), 0);
		if (l.lanes != lanes[i].lanes)
			fail_msg("%s: %s", lanes[i].label, lane_text(l.lanes));
	}
	/* A zone that came or went. */
	memset(&l, 0, sizeof(l));
	assert_int_equal(lane_add_zone(&l, p, NULL, "out", arena), 0);
	assert_int_equal(l.lanes, LANE_ZONE);
	arena_free(arena);
	policy_free(p);
}

/* A finding about a name that is switched ends the lane, whatever its severity;
 * one about another name, or of a rule that is off, does not. */
static void
test_settled(void **state)
{
	static const struct {
		const char *rule, *name;
		unsigned lanes;
	} cases[] = {
	    {"failover-too-few-targets", "api.example.", LANE_ZONE},
	    {"failover-too-few-targets", NULL, LANE_ZONE},
	    {"failover-too-few-targets", "other.example.", LANE_SWITCH},
	    {"identity-caa", "api.example.", LANE_ZONE},
	    {"failover-ttl", "api.example.", LANE_SWITCH},
	    {"zone-ttl", "api.example.", LANE_SWITCH},
	};
	const char *names[] = {"api.example.", NULL};
	struct change_lanes l = {LANE_SWITCH, names, 1};
	struct policy *p = policy();
	struct findings fs;
	struct arena *arena = arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		findings_init(&fs, arena);
		findings_add(&fs, cases[i].rule, "x")->name = cases[i].name;
		if (lane_settled(&l, p, &fs) != cases[i].lanes)
			fail_msg("%s of %s", cases[i].rule, cases[i].name);
		findings_free(&fs);
	}
	arena_free(arena);
	policy_free(p);
}

static void
test_asked(void **state)
{
	struct policy_change c = {.approvals_zones = 1,
	    .approvals_policy = 2,
	    .approvals_failover = 0,
	    .approvals_keys = POLICY_APPROVALS_SAME};

	(void)state;
	assert_int_equal(lane_approvals(LANE_SWITCH, &c), 0);
	assert_int_equal(lane_approvals(LANE_ZONE, &c), 1);
	assert_int_equal(lane_approvals(LANE_KEY, &c), 1);
	assert_int_equal(lane_approvals(LANE_SWITCH | LANE_POLICY, &c), 2);
	assert_int_equal(lane_approvals(0, &c), 0);
	assert_true(lane_any_approvals(&c));
	c.approvals_zones = c.approvals_policy = 0;
	assert_false(lane_any_approvals(&c));
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path;
		unsigned lanes;
	} cases[] = {
	    {"keys/Kexample.com.+013+12345.key", LANE_KEY},
	    {"Kexample.com.+013+12345.private", LANE_KEY},
	    {"x/dsset-example.com.", LANE_KEY},
	    {"Kindly.key", 0},
	    {"zones/example.com.zone", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct source_change change = {.path = cases[i].path};
		struct change_lanes l = {0};

		lane_add_paths(&l, &change, 1);
		if (l.lanes != cases[i].lanes)
			fail_msg("%s", cases[i].path);
	}
}

/* ---- approvals ------------------------------------------------------------
 */

static const char *const nobody[] = {NULL};
static const char *const alice[] = {"alice@x", "a@x", NULL};
static const char *const bob[] = {"bob@x", NULL};

#define COMMIT(who, key_, tree_, adds, ...)                                    \
	{                                                                      \
		.id = "1", .tree = (tree_), .author = (who)[0],                \
		.committer = (who)[0], .adds_nothing = !(adds),                \
		.over_base = true, .seal = SEAL_GOOD, .resolved = nobody,      \
		.signer = {(who)[0], (who), (key_)}, __VA_ARGS__               \
	}

/* The first commit is the change; the second what is to approve it. */
static void
test_approvals(void **state)
{
	static const char *const by_alice[] = {"A <A@x>", NULL};
	static const char *const by_bob[] = {"Bob <BOB@x>", NULL};
	struct change_commit change = COMMIT(
	    alice, "k1", "t", true, .approved_by = nobody);
	const struct {
		const char *label;
		struct change_commit c;
		size_t n, refused;
	} cases[] = {
	    {"good", COMMIT(bob, "k2", "t", false, .approved_by = by_bob), 1,
		0},
	    {"alias of the author",
		COMMIT(alice, "k3", "t", false, .approved_by = by_alice), 0, 1},
	    {"key of the author",
		COMMIT(bob, "k1", "t", false, .approved_by = by_bob), 0, 1},
	    {"somebody else named",
		COMMIT(bob, "k2", "t", false, .approved_by = by_alice), 0, 1},
	    {"other tree", COMMIT(bob, "k2", "u", false, .approved_by = by_bob),
		0, 1},
	    {"adds", COMMIT(bob, "k2", "t", true, .approved_by = by_bob), 0, 1},
	    {"no trailer", COMMIT(bob, "k2", "t", false, .approved_by = nobody),
		0, 0},
	};
	struct change_approvals a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct change_commit both[2] = {change, cases[i].c};
		struct change_set set = {.arena = arena_new(),
		    .commit = both,
		    .n = 2,
		    .tip_tree = "t"};

		assert_int_equal(change_approvals_count(&a, &set), 0);
		if (a.n != cases[i].n || a.nrefused != cases[i].refused)
			fail_msg("%s: %zu, refused %zu", cases[i].label, a.n,
			    a.nrefused);
		assert_null(a.unknown);
		/* Not on what is there now; not signed by anybody known. */
		both[1].over_base = false;
		assert_int_equal(change_approvals_count(&a, &set), 0);
		assert_int_equal(a.n, 0);
		both[1].over_base = true;
		both[1].seal = SEAL_UNKNOWN;
		assert_int_equal(change_approvals_count(&a, &set), 0);
		assert_int_equal(a.n, 0);
		both[0].seal = SEAL_NONE;
		assert_int_equal(change_approvals_count(&a, &set), 0);
		assert_ptr_equal(a.unknown, &both[0]);
		arena_free(set.arena);
	}
}

/* ---- the signers' file ----------------------------------------------------
 */

static void
test_signers(void **state)
{
	static const struct {
		const char *text;
		size_t faults;
	} cases[] = {
	    {"a@x ssh-ed25519 AAAA\n", 0},
	    {"# c\n\na@x,b@x ssh-ed25519 AAAA comment", 0},
	    {"a@x namespaces=\"git, file\",valid-after=\"2020\" ssh-rsa A\n",
		0},
	    {"", 1},
	    {"# nobody\n", 1},
	    {"* ssh-ed25519 AAAA\n", 1},
	    {"*@x ssh-ed25519 AAAA\n", 1},
	    {"a@x\n", 1},
	    {"a@x ssh-ed25519\n", 1},
	    {"a@x ssh-dss AAAA\n", 1},
	    {"a@x ssh-ed25519 AAAA\nb@x what\n", 1},
	};
	struct findings fs;
	struct arena *arena = arena_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		findings_init(&fs, arena);
		signers_lint(cases[i].text, strlen(cases[i].text), "f", &fs);
		if (fs.n != cases[i].faults)
			fail_msg("%s: %zu faults", cases[i].text, fs.n);
		findings_free(&fs);
	}
	arena_free(arena);
}

/* ---- programs -------------------------------------------------------------
 */

static int
shell(const char *script, struct text *out, int *status, struct error *e)
{
	const struct run_file file = {"in the file", 11};
	const char *argv[] = {"sh", "-c", script, NULL};
	const struct run r = {
	    .argv = argv, .input = {"on input", 8}, .file = &file, .nfiles = 1};

	return run_program(&r, out, status, e);
}

static void
test_run(void **state)
{
	struct text out = TEXT_INIT;
	const char *gone[] = {"no-such-program", NULL};
	const struct run r = {.argv = gone};
	struct error e;
	int status = -1;

	(void)state;
	setenv("LD_PRELOAD_TEST", "leak", 1);
	assert_int_equal(
	    shell("cat - /proc/self/fd/3; exit 3", &out, &status, &e), 0);
	assert_int_equal(status, 3);
	assert_string_equal(out.data, "on inputin the file");
	/* Nothing of the caller's environment, nothing else open. */
	assert_int_equal(
	    shell("env; ls /proc/self/fd | wc -l; pwd", &out, &status, &e), 0);
	assert_null(strstr(out.data, "leak"));
	assert_null(strstr(out.data, "HOME="));
	assert_non_null(strstr(out.data, "\n5\n/\n"));
	/* Killed, or saying too much, is not an exit status. */
	assert_int_equal(shell("kill -9 $$", &out, &status, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_int_equal(shell("yes", &out, &status, &e), -1);
	assert_int_equal(run_program(&r, &out, &status, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lanes),
	    cmocka_unit_test(test_settled),
	    cmocka_unit_test(test_asked),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_approvals),
	    cmocka_unit_test(test_signers),
	    cmocka_unit_test(test_run),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
