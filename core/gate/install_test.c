/* install-hook, policy, explain, rules. */
#include "command_fixture.h"

#include "../rules/rules.h"
#include "hook_script.h"

/* ---- hook and its installation ------------------------------------------- */

static void
test_hook_text(void **state)
{
	const char *text = get("hooks/pre-receive");

	(void)state;
	if (text == NULL)
		fail_msg("run from the top of the source tree");
	assert_string_equal(text, hook_script);
	assert_non_null(strstr(hook_script, HOOK_MARK));
	assert_string_equal(get("hooks/post-receive"), hook_post_script);
	assert_non_null(strstr(hook_post_script, HOOK_MARK));
}

/* The log of decisions and the hook that attests. */
static void
test_install_extras(void **state)
{
	struct dir *d = *state;
	char repo[128], log[128], inside[128], key[128];
	struct gate_install args = {
	    .dir = repo, .audit_log = inside, .attest_key = key};

	snprintf(repo, sizeof(repo), "%s/b.git", d->path);
	snprintf(log, sizeof(log), "%s/log/audit.jsonl", d->path);
	snprintf(inside, sizeof(inside), "%s/b.git/audit.jsonl", d->path);
	snprintf(key, sizeof(key), "%s/key", d->path);
	assert_int_equal(command(d, "git init -q --bare", "b.git"), 0);
	put(d, "key", "a key\n");
	assert_int_equal(gate_install_hook(&d->o, &args), 2);
	args.audit_log = log; /* its folder is not there */
	assert_int_equal(gate_install_hook(&d->o, &args), 2);
	assert_int_equal(command(d, "mkdir", "log"), 0);
	put(d, "b.git/hooks/post-receive", "another's\n");
	assert_int_equal(gate_install_hook(&d->o, &args), 2);
	assert_int_equal(access(at(d, "b.git/hooks/pre-receive"), F_OK), -1);
	assert_int_equal(command(d, "rm", "b.git/hooks/post-receive"), 0);
	assert_int_equal(gate_install_hook(&d->o, &args), 0);
	assert_string_equal(
	    get(at(d, "b.git/hooks/post-receive")), hook_post_script);
	assert_int_equal(
	    command(d, "test $(git -C b.git config zonegate.auditLog) =", log),
	    0);
	assert_int_equal(
	    command(d, "test $(git -C b.git config zonegate.attestKey) =", key),
	    0);
}

static int
install_hook(const struct dir *d, const char *repo, const char *policy,
    const char *layout)
{
	struct gate_install args = {
	    .dir = at(d, repo), .policy = policy, .layout = layout};

	return gate_install_hook(&d->o, &args);
}

static void
test_install(void **state)
{
	static const struct {
		const char *label, *prepare, *layout, *path;
		int status;
	} cases[] = {
	    {"plain", "true", NULL, "hooks/pre-receive", 0},
	    {"again", "true", NULL, "hooks/pre-receive", 0},
	    {"an older one of ours",
		"printf '#!/bin/sh\\n# zonegate-hook 0\\n' "
		"> b.git/hooks/pre-receive",
		NULL, "hooks/pre-receive", 0},
	    {"hooks elsewhere", "git -C b.git config core.hooksPath /x", NULL,
		NULL, 2},
	    {"hooks here again", "git -C b.git config --unset core.hooksPath",
		"plain", "hooks/pre-receive", 0},
	    {"asked for gitlab", "true", "gitlab",
		"custom_hooks/pre-receive.d/zonegate", 0},
	    {"finds gitlab", "true", NULL,
		"custom_hooks/pre-receive.d/zonegate", 0},
	    {"finds gitea",
		"rm -r b.git/custom_hooks && "
		"mkdir b.git/hooks/pre-receive.d",
		NULL, "hooks/pre-receive.d/zonegate", 0},
	    {"another's hook", "echo x > b.git/hooks/pre-receive", "plain",
		NULL, 2},
	    {"a link", "ln -sf /etc/passwd b.git/hooks/pre-receive", "plain",
		NULL, 2},
	    {"no such layout", "true", "svn", NULL, 2},
	};
	struct dir *d = *state;
	char path[256];
	struct stat st;
	size_t i;
	int rc;

	assert_int_equal(command(d, "git init -q --bare", "b.git"), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (command(d, cases[i].prepare, "") != 0)
			fail_msg("%s: cannot prepare", cases[i].label);
		rc = install_hook(d, "b.git", NULL, cases[i].layout);
		if (rc != cases[i].status)
			fail_msg("%s: status %d", cases[i].label, rc);
		if (cases[i].path == NULL)
			continue;
		snprintf(
		    path, sizeof(path), "%s/b.git/%s", d->path, cases[i].path);
		if (stat(path, &st) != 0 || (st.st_mode & 0111) != 0111 ||
		    strcmp(get(path), hook_script) != 0)
			fail_msg("%s: not installed", cases[i].label);
	}
	assert_string_equal(
	    get(at(d, "b.git/hooks/pre-receive.d/zonegate")), hook_script);
}

static void
test_install_policy(void **state)
{
	struct dir *d = *state;

	assert_int_equal(command(d, "git init -q --bare", "b.git"), 0);
	assert_int_equal(command(d, "git init -q", "work"), 0);
	put(d, "bad.yaml", "version: 7\n");
	put(d, "good.yaml", "version: 1\nzones:\n  - path: \"{zone}.zone\"\n");
	assert_int_equal(install_hook(d, "b.git", at(d, "bad.yaml"), NULL), 2);
	assert_int_equal(access(at(d, "b.git/hooks/pre-receive"), F_OK), -1);
	assert_int_equal(install_hook(d, "b.git", at(d, "good.yaml"), NULL), 0);
	assert_int_equal(
	    command(d, "test $(git -C b.git config zonegate.policy) =",
		at(d, "good.yaml")),
	    0);
	assert_int_equal(command(d, "test true = $(git -C b.git config --bool",
			     "core.logAllRefUpdates)"),
	    0);
	assert_int_equal(install_hook(d, "work", NULL, NULL), 2);
	assert_int_equal(install_hook(d, "b.git/refs", NULL, NULL), 2);
}

static void
test_policy_and_rules(void **state)
{
	struct dir *d = *state;
	json_t *root;

	put(d, "good.yaml", "version: 1\nzones:\n  - path: \"{zone}.zone\"\n");
	put(d, "bad.yaml", "version: 1\nzonez: []\n");
	assert_int_equal(gate_policy_lint(&d->o, at(d, "good.yaml")), 0);
	assert_int_equal(gate_policy_lint(&d->o, at(d, "bad.yaml")), 2);
	assert_int_equal(gate_policy_lint(&d->o, at(d, "none.yaml")), 2);
	assert_int_equal(gate_policy_show(&d->o, at(d, "bad.yaml")), 2);
	assert_int_equal(gate_policy_show(&d->o, at(d, "good.yaml")), 0);
	/* What it shows is a policy. */
	assert_int_equal(command(d, "cp report", "shown.yaml"), 0);
	assert_int_equal(gate_policy_lint(&d->o, at(d, "shown.yaml")), 0);
	assert_int_equal(gate_explain(&d->o, "zone-soa"), 0);
	assert_non_null(strstr(get(d->out), "zone-soa"));
	assert_int_equal(gate_explain(&d->o, "zone-sao"), 2);
	d->o.format = "json";
	assert_int_equal(gate_rules(&d->o), 0);
	root = report(d);
	assert_int_equal(json_array_size(root), rules_count);
	json_decref(root);
	d->o.output = "/nowhere/at-all";
	assert_int_equal(gate_rules(&d->o), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hook_text),
	    cmocka_unit_test_setup_teardown(test_install, begin, end),
	    cmocka_unit_test_setup_teardown(test_install_policy, begin, end),
	    cmocka_unit_test_setup_teardown(test_install_extras, begin, end),
	    cmocka_unit_test_setup_teardown(test_policy_and_rules, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
