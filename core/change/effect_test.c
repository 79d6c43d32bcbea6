/* Every key of the policy is compared, and the words say which way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../policy/facts.h"
#include "effect.h"

static void
known(void *ctx, const char *key)
{
	size_t *unknown = ctx;

	if (effect_knows(key))
		return;
	fprintf(stderr, "%s: nobody knows which way it works\n", key);
	++*unknown;
}

static void
test_keys(void **state)
{
	size_t unknown = 0;

	(void)state;
	policy_fact_keys(known, &unknown);
	assert_int_equal(unknown, 0);
	assert_false(effect_knows("a.key.that.is.new"));
}

static struct policy *
parse(const char *yaml)
{
	struct arena *arena = arena_new();
	struct findings faults;
	struct policy *p = NULL;
	struct error e;

	findings_init(&faults, arena);
	policy_parse(&p, yaml, strlen(yaml), "test", NULL, &faults, &e);
	if (p == NULL)
		fail_msg("%s: %s", yaml,
		    faults.n != 0 ? faults.item[0].message : e.message);
	findings_free(&faults);
	arena_free(arena);
	return p;
}

#define HEAD                                                                   \
	"version: 1\n"                                                         \
	"zones: [{path: 'zones/{zone}.zone'}]\n"                               \
	"targets:\n"                                                           \
	"  a: {addresses: [192.0.2.0/28]}\n"                                   \
	"  b: {addresses: [198.51.100.0/28]}\n"

#define ISSUERS(list)                                                          \
	"failover: [{name: x., targets: [a], require: {caa-issuers: [" list    \
	"]}}]\n"

/* '<' looser, '>' tighter, '=' words only: one letter an effect, in any order;
 * WORDS must be in one of them. */
static const struct effect_case {
	const char *name, *old, *new, *effects, *words;
} cases[] = {
    {"nothing", "", "", "", NULL},
    {"spelling", "failover: [{name: API.example.com, targets: [a]}]\n",
	"failover: [{targets: [a], name: api.example.com.}]\n", "", NULL},
    {"ttl up", "failover: [{name: x., targets: [a], require: {max-ttl: 60}}]\n",
	"failover: [{name: x., targets: [a], require: {max-ttl: 1h}}]\n", "<",
	"max-ttl 60 -> 3600"},
    {"ttl down",
	"failover: [{name: x., targets: [a], require: {max-ttl: 60}}]\n",
	"failover: [{name: x., targets: [a], require: {max-ttl: 30}}]\n", ">",
	"max-ttl 60 -> 30"},
    {"ttl no limit",
	"failover: [{name: x., targets: [a], require: {max-ttl: 60}}]\n",
	"failover: [{name: x., targets: [a]}]\n", "<", "max-ttl 60 removed"},
    {"ttl limited", "failover: [{name: x., targets: [a]}]\n",
	"failover: [{name: x., targets: [a], require: {max-ttl: 60}}]\n", ">",
	"max-ttl 60 added"},
    {"list added", "failover: [{name: x., targets: [a]}]\n",
	"failover: [{name: x., targets: [a, b]}]\n", "<", "list b added"},
    {"list swapped", "failover: [{name: x., targets: [a]}]\n",
	"failover: [{name: x., targets: [b]}]\n", "<>", "list a removed"},
    {"no name", "failover: [{name: x., targets: [a]}]\n", "", "<",
	"not protected any more"},
    {"new name", "", "identity-endpoints: [{name: x., targets: [a]}]\n", ">",
	"protected"},
    {"other types", "failover: [{name: x., targets: [a]}]\n",
	"failover: [{name: x., types: [A], targets: [a]}]\n", "<>", NULL},
    {"signed off",
	"failover: [{name: x., targets: [a], require: {signed: true}}]\n",
	"failover: [{name: x., targets: [a]}]\n", "<", "signed true -> false"},
    {"issuer added", ISSUERS("ca.example"),
	ISSUERS("CA.example., other.example"), "<",
	"issuer other.example. added"},
    {"issuer removed", ISSUERS("ca.example, other.example"),
	ISSUERS("ca.example"), ">", "issuer other.example. removed"},
    {"issuer exchanged", ISSUERS("ca.example"), ISSUERS("other.example"), "<>",
	"issuer ca.example. removed"},
    {"issuers listed",
	"failover: [{name: x., targets: [a], require: {caa: true}}]\n",
	ISSUERS("ca.example"), ">", "issuer ca.example. added"},
    {"any issuer", ISSUERS("ca.example"),
	"failover: [{name: x., targets: [a], require: {caa: true}}]\n", "<",
	"any issuer is allowed"},
    {"owner", "failover: [{name: x., targets: [a], owner: y}]\n",
	"failover: [{name: x., targets: [a], owner: z}]\n", "=", "owner y"},
    {"severity off", "", "severity: {zone-ttl: \"off\"}\n", "<",
	"severity off added"},
    {"severity error", "severity: {zone-ttl: warning}\n",
	"severity: {zone-ttl: error}\n", ">", "severity warning -> error"},
    {"severity silent", "severity: {zone-ttl: error}\n", "", "<",
	"severity error removed"},
    {"waiver", "",
	"waivers: [{rule: zone-ttl, until: 2027-01-01, owner: o, reason: r}]\n",
	"<", "waiver added, until 2027-01-01 (o): r"},
    {"waiver longer",
	"waivers: [{rule: zone-ttl, until: 2027-01-01, owner: o, reason: r}]\n",
	"waivers: [{rule: zone-ttl, until: 2028-01-01, owner: o, reason: r}]\n",
	"<", "until 2027-01-01 -> 2028-01-01"},
    {"waiver over",
	"waivers: [{rule: zone-ttl, until: 2027-01-01, owner: o, reason: r}]\n",
	"", ">", "waiver removed"},
    {"servers limited", "", "nameservers: {allow: [ns.x.]}\n", ">",
	"name server ns.x. added"},
    {"any server", "nameservers: {allow: [ns.x.]}\n", "", "<",
	"any name server is allowed"},
    {"share", "limits: {removed: 10%}\n", "limits: {removed: 20%}\n", "<",
	"removed 10% -> 20%"},
    {"share of another kind", "limits: {removed: 10%}\n",
	"limits: {removed: 5}\n", "<", "removed 10% -> 5"},
    {"size", "limits: {zone-bytes: 1GiB}\n", "limits: {zone-bytes: 2MiB}\n",
	">", NULL},
    {"ref guarded", "change-control: {refs: [refs/heads/main]}\n",
	"change-control: {refs: [refs/heads/main, refs/tags/x]}\n", ">",
	"guarded ref refs/tags/x added"},
    {"ref not guarded",
	"change-control: {refs: [refs/heads/main, refs/tags/x]}\n",
	"change-control: {refs: [refs/heads/main]}\n", "<", NULL},
    {"rewrite", "", "change-control: {allow-rewrite: true}\n", "<", NULL},
    {"approvals less",
	"change-control: {allowed-signers: s, approvals: {zones: 2}}\n",
	"change-control: {allowed-signers: s, approvals: {zones: 1}}\n", "<",
	"approvals of zones 2 -> 1"},
    {"lane less",
	"change-control: {allowed-signers: s, approvals: {zones: 2}}\n",
	"change-control: {allowed-signers: s, approvals: {zones: 2, "
	"failover-switch: 0}}\n",
	"<", "approvals of a failover switch 0 added"},
    {"lane same",
	"change-control: {allowed-signers: s, approvals: {zones: 2}}\n",
	"change-control: {allowed-signers: s, approvals: {zones: 2, keys: "
	"2}}\n",
	"", NULL},
    {"override", "change-control: {allowed-signers: s}\n",
	"change-control: {allowed-signers: s, override: {signers: [x@y], "
	"rules: [zone-ttl]}}\n",
	"<", "may override: x@y added"},
};

#define NCASES (sizeof(cases) / sizeof(cases[0]))

static void
test_cases(void **state)
{
	static const char sign[] = {'<', '>', '='};
	struct policy *old, *new;
	struct change_effects all;
	struct error e = {0};
	char text[2048], got[16];
	struct arena *arena;
	size_t i, k, n;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		arena = arena_new();
		snprintf(text, sizeof(text), HEAD "%s", cases[i].old);
		old = parse(text);
		snprintf(text, sizeof(text), HEAD "%s", cases[i].new);
		new = parse(text);
		if (change_effects(&all, old, new, arena, &e) != 0)
			fail_msg("%s: %s", cases[i].name, e.message);
		text[0] = '\0';
		for (k = n = 0; k < all.n && n < sizeof(got) - 1; k++) {
			strncat(text, all.item[k].words,
			    sizeof(text) - strlen(text) - 1);
			/* A zone's own defaults are not of interest here. */
			got[n++] = sign[all.item[k].kind];
		}
		got[n] = '\0';
		if (strlen(got) != strlen(cases[i].effects) ||
		    strspn(got, cases[i].effects) != n)
			fail_msg("%s: %s, not %s (%s)", cases[i].name, got,
			    cases[i].effects, text);
		if (cases[i].words != NULL &&
		    strstr(text, cases[i].words) == NULL)
			fail_msg("%s: %s", cases[i].name, text);
		policy_free(old);
		policy_free(new);
		arena_free(arena);
	}
}

static void
test_order(void **state)
{
	struct arena *arena = arena_new();
	struct policy *old = parse(
	    "version: 1\nzones: [{path: 'a/{zone}.x'}, {path: '{zone}.x'}]\n");
	struct policy *new = parse(
	    "version: 1\nzones: [{path: '{zone}.x'}, {path: 'a/{zone}.x'}]\n");
	struct change_effects all;
	struct error e;

	(void)state;
	assert_int_equal(change_effects(&all, old, new, arena, &e), 0);
	assert_int_equal(all.n, 1);
	assert_int_equal(all.item[0].kind, EFFECT_LOOSER);
	policy_free(old);
	policy_free(new);
	arena_free(arena);
}

static void
test_lines(void **state)
{
	static const char old[] = "# who\na@x ssh-ed25519 AAAA\nb@x k B\n";
	static const char new[] = "b@x k B\n\nc@x k C\n";
	struct arena *arena = arena_new();
	struct change_effects all = {0};
	struct error e;

	(void)state;
	assert_int_equal(change_effects_lines(&all, "f", old, strlen(old), new,
			     strlen(new), false, arena, &e),
	    0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.item[0].kind, EFFECT_LOOSER);
	assert_non_null(strstr(all.item[0].words, "c@x"));
	assert_int_equal(all.item[1].kind, EFFECT_TIGHTER);
	/* Keys that are revoked no longer. */
	all.n = 0;
	assert_int_equal(change_effects_lines(&all, "f", old, strlen(old), NULL,
			     0, true, arena, &e),
	    0);
	assert_int_equal(all.n, 2);
	assert_int_equal(all.item[0].kind, EFFECT_LOOSER);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests_name("effect", tests, NULL, NULL);
}
