/* The table itself: ids, documentation, look-ups. */
#include "fixture.h"

#include "docs.h"

/* Every rule of the contract, as it stands there; E error, W warning, F fixed.
 */
static const struct {
	const char *id;
	char severity;
	bool fixed;
} contract[] = {
    {"syntax-error", 'E', true},
    {"syntax-dialect", 'E', true},
    {"syntax-include", 'E', true},
    {"syntax-out-of-zone", 'E', true},
    {"syntax-class", 'E', true},
    {"syntax-limit", 'E', true},
    {"syntax-ttl-mismatch", 'E', false},
    {"syntax-duplicate", 'W', false},
    {"syntax-doubled-origin", 'E', false},
    {"syntax-encoding", 'W', false},
    {"zone-soa", 'E', true},
    {"zone-serial", 'E', false},
    {"zone-soa-timers", 'W', false},
    {"zone-ns", 'E', false},
    {"zone-ns-single", 'W', false},
    {"zone-ns-address", 'E', false},
    {"zone-ns-cname", 'E', false},
    {"zone-ns-not-allowed", 'E', false},
    {"zone-mx-target", 'E', false},
    {"zone-srv-target", 'E', false},
    {"zone-cname-other-data", 'E', true},
    {"zone-cname-multiple", 'E', true},
    {"zone-cname-loop", 'E', false},
    {"zone-cname-dangling", 'E', false},
    {"zone-dname-children", 'E', false},
    {"zone-occluded", 'E', false},
    {"zone-wildcard-blocked", 'W', false},
    {"zone-parent-child", 'E', false},
    {"zone-mass-change", 'E', false},
    {"zone-removed", 'E', false},
    {"zone-delegation-removed", 'W', false},
    {"zone-ttl", 'W', false},
    {"dnssec-unsigned", 'E', false},
    {"dnssec-bogus", 'E', true},
    {"dnssec-expired", 'E', false},
    {"dnssec-not-yet-valid", 'E', false},
    {"dnssec-expires-soon", 'W', false},
    {"dnssec-validity-too-long", 'W', false},
    {"dnssec-ttl", 'E', false},
    {"dnssec-denial-chain", 'E', false},
    {"dnssec-denial-bitmap", 'E', false},
    {"dnssec-nsec3-iterations", 'E', false},
    {"dnssec-nsec3-optout", 'W', false},
    {"dnssec-algorithm", 'E', false},
    {"dnssec-algorithm-incomplete", 'E', false},
    {"dnssec-key-size", 'E', false},
    {"dnssec-key-tag-collision", 'E', false},
    {"dnssec-ds-mismatch", 'E', false},
    {"dnssec-ds-digest", 'E', false},
    {"dnssec-cds", 'E', false},
    {"dnssec-key-continuity", 'E', false},
    {"dnssec-going-insecure", 'E', false},
    {"dnssec-extra-rrsig", 'E', false},
    {"dnssec-zonemd", 'E', false},
    {"dnssec-multi-signer", 'E', false},
    {"dnssec-response-size", 'W', false},
    {"failover-target-not-allowed", 'E', true},
    {"failover-answer-empty", 'E', true},
    {"failover-too-few-targets", 'E', false},
    {"failover-not-diverse", 'E', false},
    {"failover-ttl", 'E', false},
    {"failover-all-replaced", 'E', false},
    {"failover-shadowed", 'E', true},
    {"failover-leaves-repo", 'E', false},
    {"failover-unsigned", 'E', false},
    {"failover-wildcard", 'E', false},
    {"failover-lookalike", 'E', false},
    {"failover-drill", 'E', false},
    {"answer-collateral", 'W', false},
    {"identity-caa", 'E', false},
    {"identity-caa-changed", 'E', false},
    {"identity-companion", 'E', false},
    {"view-private-address", 'E', false},
    {"view-missing-name", 'W', false},
    {"view-key-mismatch", 'E', false},
    {"change-policy-apart", 'E', false},
    {"change-policy-invalid", 'E', true},
    {"change-policy-loosened", 'W', false},
    {"change-policy-blocks", 'W', false},
    {"change-unsigned", 'E', false},
    {"change-signer-unknown", 'E', false},
    {"change-approvals", 'E', false},
    {"change-override", 'W', true},
    {"change-override-expired", 'E', true},
    {"change-override-refused", 'E', true},
    {"change-waiver-expired", 'E', false},
    {"change-waiver-unused", 'W', false},
    {"change-waiver-broad", 'W', false},
    {"change-history-rewritten", 'E', false},
    {"change-unmapped", 'W', false},
    {"change-not-a-file", 'E', true},
    {"live-no-response", 'W', false},
    {"live-bad-response", 'E', false},
    {"live-stale", 'E', false},
    {"live-serial-ahead", 'E', false},
    {"live-ds", 'E', false},
    {"live-target-down", 'W', false},
    {"live-target-identity", 'E', false},
    {"live-unchecked", 'W', false},
};
#define CONTRACT (sizeof(contract) / sizeof(contract[0]))

static void
test_contract(void **state)
{
	const struct rule *rule;
	size_t i;

	(void)state;
	for (i = 0; i < CONTRACT; i++) {
		rule = rules_find(contract[i].id);
		if (rule == NULL)
			fail_msg("%s is not in the table", contract[i].id);
		if ((rule->severity == SEVERITY_ERROR) !=
			(contract[i].severity == 'E') ||
		    rule->fixed != contract[i].fixed)
			fail_msg("%s: severity or fixed", rule->id);
	}
	assert_int_equal(rules_count, CONTRACT);
}

static void
test_unique(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < rules_count; i++)
		for (j = 0; j < i; j++)
			if (strcmp(rules_all[i]->id, rules_all[j]->id) == 0)
				fail_msg(
				    "%s stands there twice", rules_all[i]->id);
}

static void
documented(
    const struct rule *r, const char *field, const char *text, size_t least)
{
	const char *p;

	if (text == NULL || strlen(text) < least)
		fail_msg("%s: %s is missing or too short", r->id, field);
	for (p = text; *p != '\0'; p++)
		if (*p != '\n' && (*p < 0x20 || *p > 0x7e))
			fail_msg("%s: %s holds byte %d", r->id, field, *p);
}

static void
test_documented(void **state)
{
	const struct rule *r;
	size_t i;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		r = rules_all[i];
		documented(r, "title", r->title, 15);
		documented(r, "what", r->what, 60);
		documented(r, "why", r->why, 40);
		documented(r, "bad", r->bad, 8);
		documented(r, "good", r->good, 8);
		documented(r, "fix", r->fix, 15);
		if (strcmp(r->bad, r->good) == 0)
			fail_msg("%s: the examples are the same", r->id);
		if (strlen(r->title) > 70)
			fail_msg("%s: the title is too long", r->id);
		if (r->bad[strlen(r->bad) - 1] != '\n' ||
		    r->good[strlen(r->good) - 1] != '\n')
			fail_msg("%s: an example has no final newline", r->id);
	}
}

/* What a descriptor may combine. */
static void
test_shape(void **state)
{
	const struct rule *r;
	size_t i, j;
	bool checks;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		r = rules_all[i];
		checks = r->rrset != NULL || r->zone != NULL ||
			 r->pair != NULL || r->answer != NULL || r->run != NULL;
		if (r->planned && checks)
			fail_msg("%s is planned, yet checks", r->id);
		if ((r->rrset != NULL) != (r->rrset_type[0] != 0))
			fail_msg("%s: function and types do not fit", r->id);
		for (j = 0; j < RULE_TYPES_MAX; j++)
			if (r->rrset_type[j] >= RULE_TYPE_LIMIT)
				fail_msg(
				    "%s: type %u", r->id, r->rrset_type[j]);
	}
}

static void
test_closest(void **state)
{
	static const struct {
		const char *given, *expected;
	} words[] = {
	    {"zone-sao", "zone-soa"},
	    {"failover-target-notallowed", "failover-target-not-allowed"},
	    {"zone-serial", "zone-serial"},
	    {"nothing-like-any-of-them-at-all", NULL},
	    {"", NULL},
	    {NULL, NULL},
	};
	const char *got;
	char longest[1000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		got = rules_closest(words[i].given);
		if ((got == NULL) != (words[i].expected == NULL) ||
		    (got != NULL && strcmp(got, words[i].expected) != 0))
			fail_msg("%s: %s", words[i].given,
			    got == NULL ? "none" : got);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_null(rules_closest(longest));
	assert_true(rules_for_policy.known("zone-soa"));
	assert_false(rules_for_policy.known("zone-sao"));
	assert_true(rules_for_policy.fixed("zone-soa"));
	assert_false(rules_for_policy.fixed("zone-ttl"));
}

static void
test_explain(void **state)
{
	struct text t = TEXT_INIT;
	const char *p, *nl;
	size_t i;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		text_clear(&t);
		rules_explain_text(rules_all[i], &t);
		assert_false(text_lost(&t));
		if (strstr(t.data, rules_all[i]->id) != t.data)
			fail_msg(
			    "%s: does not begin with its id", rules_all[i]->id);
		if ((strstr(t.data, "not checked by this version") != NULL) !=
		    rules_all[i]->planned)
			fail_msg("%s: planned or not?", rules_all[i]->id);
		for (p = t.data; (nl = strchr(p, '\n')) != NULL; p = nl + 1)
			if (nl - p > 80)
				fail_msg("%s: line of %d: %.*s",
				    rules_all[i]->id, (int)(nl - p),
				    (int)(nl - p), p);
	}
	text_free(&t);
}

static void
test_lists(void **state)
{
	struct text list = TEXT_INIT, json = TEXT_INIT, doc = TEXT_INIT;
	char want[128];
	size_t i;

	(void)state;
	rules_list_text(&list);
	rules_list_json(&json);
	rules_docs_markdown(&doc);
	assert_false(text_lost(&list) || text_lost(&json) || text_lost(&doc));
	for (i = 0; i < rules_count; i++) {
		snprintf(want, sizeof(want), "\n  %s ", rules_all[i]->id);
		if (strstr(list.data, want) == NULL)
			fail_msg("%s is not in the list", rules_all[i]->id);
		snprintf(
		    want, sizeof(want), "\"id\": \"%s\",", rules_all[i]->id);
		if (strstr(json.data, want) == NULL)
			fail_msg("%s is not in the JSON", rules_all[i]->id);
		snprintf(want, sizeof(want), "\n### %s\n", rules_all[i]->id);
		if (strstr(doc.data, want) == NULL)
			fail_msg("%s has no heading", rules_all[i]->id);
	}
	text_free(&list);
	text_free(&json);
	text_free(&doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_contract),
	    cmocka_unit_test(test_unique),
	    cmocka_unit_test(test_documented),
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_closest),
	    cmocka_unit_test(test_explain),
	    cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
