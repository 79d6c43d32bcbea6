#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include <cmocka.h>

#include "policy.h"

#include "../dns/name.h"

static const char text[] =
    "version: 1\n"
    "views: {external: {}, internal: {}}\n"
    "zones:\n"
    "- path: zones/{view}/{zone}.zone\n"
    "- path: flat/{zone}.{view}.db\n"
    "- path: db.{view}+{zone}\n"
    "- path: shared/{zone}\n"
    "  view: internal\n"
    "- path: zones/external/special.zone\n"
    "  zone: other.example\n"
    "  view: internal\n"
    "targets:\n"
    "  a: {addresses: [192.0.2.0/28, 2001:db8:1::/48, '2002::/15']}\n"
    "  b: {addresses: [198.51.100.7], names: ['*.cdn.example', x.example.]}\n"
    "failover:\n"
    "- {name: one.example., targets: [a, b], view: external}\n"
    "- {name: two.example., targets: [b]}\n"
    "nameservers: {allow: ['*.dns.example', ns.example.net]}\n"
    "change-control: {refs: [refs/heads/main, 'refs/heads/r*/x']}\n"
    "waivers:\n"
    "- {rule: r1, until: 2027-03-01, owner: o, reason: any}\n"
    "- {rule: r2, zone: a.example, until: 2027-03-01, owner: o, reason: z}\n"
    "- {rule: r3, view: internal, name: N.a.example, until: 2027-03-01,\n"
    "   owner: o, reason: n}\n"
    "- {rule: r4, until: 2020-01-01, owner: o, reason: old}\n"
    "- {rule: r4, zone: b.example, until: 2027-03-01, owner: o, reason: b}\n"
    "severity: {r1: off, r2: warning}\n";

static struct arena *arena;
static struct findings faults;
static struct policy *policy;

static int
setup(void **state)
{
	struct error e;

	(void)state;
	arena = arena_new();
	findings_init(&faults, arena);
	return policy_parse(
	    &policy, text, strlen(text), "p", NULL, &faults, &e);
}

static int
teardown(void **state)
{
	(void)state;
	policy_free(policy);
	findings_free(&faults);
	arena_free(arena);
	return 0;
}

static void
test_path(void **state)
{
	static const struct {
		const char *path;
		int want;
		const char *apex, *view;
	} c[] = {
	    {"zones/external/example.com.zone", 1, "example.com.", "external"},
	    {"zones/internal/Example.COM.zone", 1, "example.com.", "internal"},
	    {"zones/internal/root.zone", 1, ".", "internal"},
	    {"zones/internal/a.zone.zone", 1, "a.zone.", "internal"},
	    {"zones/external/special.zone", 1, "other.example.", "internal"},
	    {"zones/internal/special.zone", 1, "special.", "internal"},
	    {"zones/internal/com..zone", 1, "com.", "internal"},
	    {"zones/internal/\\047.com.zone", 1, "/.com.", "internal"},
	    {"flat/a.b.external.db", 1, "a.b.", "external"},
	    {"db.internal+a.b", 1, "a.b.", "internal"},
	    {"shared/a.b", 1, "a.b.", "internal"},
	    {"zones/public/example.com.zone", -1, NULL, NULL},
	    {"zones/External/example.com.zone", -1, NULL, NULL},
	    {"zones/external/a..b.zone", -1, NULL, NULL},
	    {"zones/external/@.zone", -1, NULL, NULL},
	    {"zones/external/\xc3\xa9.zone", -1, NULL, NULL},
	    {"flat/a.public.db", -1, NULL, NULL},
	    {"zones/external/.zone", 0, NULL, NULL},
	    {"zones//a.zone", 0, NULL, NULL},
	    {"zones/external/a/b.zone", 0, NULL, NULL},
	    {"zones/external/a.zon", 0, NULL, NULL},
	    {"zones/external/a.zone2", 0, NULL, NULL},
	    {"x/zones/external/a.zone", 0, NULL, NULL},
	    {"zones/external", 0, NULL, NULL},
	    {"shared/", 0, NULL, NULL},
	    {"", 0, NULL, NULL},
	};
	struct policy_match m;
	struct error e;
	char name[NAME_MAX_TEXT];
	size_t i;
	int got;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		memset(&e, 0, sizeof(e));
		got = policy_match_path(policy, c[i].path, &m, &e);
		if (got != c[i].want)
			fail_msg("%s: %d", c[i].path, got);
		if (got < 0 && e.code != ERROR_USAGE)
			fail_msg("%s: no error", c[i].path);
		if (got <= 0)
			continue;
		name_to_text(name, m.apex);
		if (strcmp(name, c[i].apex) != 0 ||
		    strcmp(m.view, c[i].view) != 0 || m.entry == NULL)
			fail_msg("%s: %s %s", c[i].path, name, m.view);
	}
}

/* A later entry that fits wins over an earlier one that almost does. */
static void
test_path_fits_later(void **state)
{
	static const char late[] = "version: 1\n"
				   "views: {e: {}}\n"
				   "zones:\n"
				   "- path: z/{view}/{zone}\n"
				   "- {path: 'z/common/{zone}', view: e}\n";
	struct policy_match m;
	struct policy *p;
	struct error e;

	(void)state;
	assert_int_equal(
	    policy_parse(&p, late, strlen(late), "p", NULL, &faults, &e), 0);
	assert_int_equal(policy_match_path(p, "z/common/a", &m, &e), 1);
	assert_string_equal(m.view, "e");
	assert_int_equal(m.entry->line, 5);
	assert_int_equal(policy_match_path(p, "z/other/a", &m, &e), -1);
	policy_free(p);
}

static size_t
address(uint8_t out[16], const char *s)
{
	if (inet_pton(AF_INET, s, out) == 1)
		return 4;
	assert_int_equal(inet_pton(AF_INET6, s, out), 1);
	return 16;
}

static void
test_address(void **state)
{
	static const struct {
		const char *address, *list;
	} c[] = {
	    {"192.0.2.0", "a"},
	    {"192.0.2.15", "a"},
	    {"192.0.2.16", NULL},
	    {"192.0.1.255", NULL},
	    {"198.51.100.7", "b"},
	    {"198.51.100.6", NULL},
	    {"2001:db8:1::1", "a"},
	    {"2001:db8:2::1", NULL},
	    {"::ffff:192.0.2.3", "a"},
	    {"::ffff:192.0.2.30", NULL},
	    {"::192.0.2.3", "a"},
	    {"::192.0.2.30", NULL},
	    {"64:ff9b::192.0.2.3", "a"},
	    {"64:ff9b::192.0.2.30", NULL},
	    {"2002:c000:203::1", "a"},
	    /* 2002::/15 is listed, and yet the address it carries decides */
	    {"2002:c000:2ff::1", NULL},
	    {"2003::1", "a"},
	    {"::1", NULL},
	    {"::", NULL},
	};
	const struct policy_target *t;
	uint8_t addr[16];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		len = address(addr, c[i].address);
		t = policy_allows_address(&policy->protect[0], addr, len);
		if ((t == NULL) != (c[i].list == NULL) ||
		    (t != NULL && strcmp(t->name, c[i].list) != 0))
			fail_msg("%s: %s", c[i].address,
			    t == NULL ? "none" : t->name);
	}
	len = address(addr, "192.0.2.1");
	assert_null(policy_allows_address(&policy->protect[1], addr, len));
}

static void
test_private(void **state)
{
	static const char *const private[] = {"0.1.2.3", "10.0.0.1",
	    "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254",
	    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.1.1",
	    "198.19.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
	    "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
	    "100::1", "64:ff9b:1::1", "2001:2::1", "::ffff:10.0.0.1",
	    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::192.168.0.1",
	    "2002:0a00:0001::1"};
	static const char *const public[] = {"1.1.1.1", "11.0.0.1",
	    "100.63.255.255", "100.128.0.0", "128.0.0.1", "169.253.0.1",
	    "172.15.0.1", "172.32.0.1", "192.167.0.1", "192.169.0.1",
	    "198.17.0.1", "198.20.0.1", "223.255.255.255", "192.0.2.1",
	    "198.51.100.1", "203.0.113.1", "2001:db8::1", "2606:4700::1",
	    "fb00::1", "64:ff9b::1.1.1.1", "2002:0101:0101::1", "2001:3::1",
	    "100:0:0:1::1"};
	uint8_t addr[16];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		len = address(addr, private[i]);
		if (policy_private_block(addr, len) == NULL)
			fail_msg("%s is private", private[i]);
	}
	for (i = 0; i < sizeof(public) / sizeof(public[0]); i++) {
		len = address(addr, public[i]);
		if (policy_private_block(addr, len) != NULL)
			fail_msg("%s is public", public[i]);
	}
}

static void
test_name(void **state)
{
	static const struct {
		const char *name;
		bool target, server;
	} c[] = {
	    {"a.cdn.example", true, false},
	    {"A.B.CDN.Example", true, false},
	    {"cdn.example", false, false},
	    {"xcdn.example", false, false},
	    {"a.cdn.example.net", false, false},
	    {"x.example", true, false},
	    {"y.x.example", false, false},
	    {"ns1.dns.example", false, true},
	    {"dns.example", false, false},
	    {"NS.example.net", false, true},
	    {".", false, false},
	};
	uint8_t name[NAME_MAX_LEN];
	bool target, server;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		assert_true(name_from_text(name, c[i].name, strlen(c[i].name),
				NULL, NULL) > 0);
		target = policy_allows_name(&policy->protect[0], name) != NULL;
		server = policy_name_matches(
		    policy->nameserver, policy->nnameservers, name);
		if (target != c[i].target || server != c[i].server)
			fail_msg("%s: %d %d", c[i].name, target, server);
	}
}

static void
test_view_and_list(void **state)
{
	const struct policy_protected *one = &policy->protect[0];
	const struct policy_protected *two = &policy->protect[1];
	struct text t = TEXT_INIT;

	(void)state;
	assert_true(policy_protects_view(one, "external"));
	assert_false(policy_protects_view(one, "internal"));
	assert_false(policy_protects_view(one, ""));
	assert_false(policy_protects_view(one, NULL));
	assert_true(policy_protects_view(two, "internal"));
	assert_true(policy_protects_view(two, NULL));
	assert_non_null(policy_view_find(policy, "internal"));
	assert_null(policy_view_find(policy, "Internal"));
	assert_null(policy_view_find(policy, NULL));
	policy_target_names(one, &t);
	assert_string_equal(t.data, "a, b");
	text_free(&t);
}

static void
test_ref(void **state)
{
	static const struct {
		const char *ref;
		bool guarded;
	} c[] = {
	    {"refs/heads/main", true},
	    {"refs/heads/main2", false},
	    {"refs/heads/mai", false},
	    {"refs/heads/Main", false},
	    {"refs/tags/main", false},
	    {"refs/heads/r/x", true},
	    {"refs/heads/release/1/x", true},
	    {"refs/heads/release/x/y", false},
	    {"", false},
	};
	struct policy *p = policy_default();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if (policy_guards_ref(policy, c[i].ref) != c[i].guarded)
			fail_msg("%s", c[i].ref);
	assert_non_null(p);
	assert_true(policy_guards_ref(p, "refs/heads/any/thing"));
	assert_false(policy_guards_ref(p, "refs/tags/v1"));
	policy_free(p);
}

static void
test_severity(void **state)
{
	(void)state;
	assert_int_equal(policy_severity_of(policy, "r1"), SEVERITY_OFF);
	assert_int_equal(policy_severity_of(policy, "r2"), SEVERITY_WARNING);
	assert_int_equal(policy_severity_of(policy, "r3"), SEVERITY_DEFAULT);
}

#define LAST INT64_C(1803945599) /* 2027-03-01 23:59:59 UTC */

static void
test_waiver(void **state)
{
	static const struct {
		const char *rule, *zone, *view, *name;
		int64_t now;
		const char *reason, *expired;
	} c[] = {
	    {"r1", "a.example.", "", NULL, 0, "any", NULL},
	    {"r1", NULL, NULL, NULL, LAST, "any", NULL},
	    {"r1", NULL, NULL, NULL, LAST + 1, NULL, "any"},
	    {"r0", NULL, NULL, NULL, 0, NULL, NULL},
	    {"r2", "A.example.", "x", "w.a.example.", 0, "z", NULL},
	    {"r2", "b.example.", NULL, NULL, 0, NULL, NULL},
	    {"r2", "s.a.example.", NULL, NULL, 0, NULL, NULL},
	    {"r2", NULL, NULL, NULL, 0, NULL, NULL},
	    {"r3", "a.example.", "internal", "n.a.example.", 0, "n", NULL},
	    {"r3", "a.example.", "external", "n.a.example.", 0, NULL, NULL},
	    {"r3", "a.example.", NULL, "n.a.example.", 0, NULL, NULL},
	    {"r3", "a.example.", "internal", NULL, 0, NULL, NULL},
	    {"r3", "a.example.", "internal", "m.a.example.", 0, NULL, NULL},
	    {"r4", "a.example.", NULL, NULL, LAST, NULL, "old"},
	    {"r4", "b.example.", NULL, NULL, LAST, "b", NULL},
	};
	const struct policy_waiver *w, *late;
	struct finding f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		memset(&f, 0, sizeof(f));
		f.rule = c[i].rule;
		f.zone = c[i].zone;
		f.view = c[i].view;
		f.name = c[i].name;
		w = policy_waiver_find(policy, &f, c[i].now, &late);
		if ((w == NULL) != (c[i].reason == NULL) ||
		    (w != NULL && strcmp(w->reason, c[i].reason) != 0) ||
		    (late == NULL) != (c[i].expired == NULL) ||
		    (late != NULL && strcmp(late->reason, c[i].expired) != 0))
			fail_msg("case %zu: %s, %s", i,
			    w == NULL ? "none" : w->reason,
			    late == NULL ? "none" : late->reason);
		assert_ptr_equal(
		    w, policy_waiver_find(policy, &f, c[i].now, NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_path),
	    cmocka_unit_test(test_path_fits_later),
	    cmocka_unit_test(test_address),
	    cmocka_unit_test(test_private),
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_view_and_list),
	    cmocka_unit_test(test_ref),
	    cmocka_unit_test(test_severity),
	    cmocka_unit_test(test_waiver),
	};

	return cmocka_run_group_tests_name("match", tests, setup, teardown);
}
