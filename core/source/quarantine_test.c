/*
 * What a hook sees while the pushed objects are in quarantine. This program is
 * the pre-receive hook as well: git starts it with --as-hook.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reading_test.h"
#include "repo.h"
#include "sandbox_test.h"
#include "source.h"

/* One line of a push, as the hook that git runs. */
static int
judge_push(const char *old, const char *new)
{
	struct repo *r = NULL, *outside = NULL;
	struct source *src = NULL;
	struct error e = {0};
	char hex[REPO_HEX];
	const char *data;
	size_t len, n;
	int rc = 10;

	if (repo_open(&r, NULL, true, &e) != 0)
		goto out;
	rc = 11; /* without the environment the objects are not there */
	if (repo_open(&outside, ".", false, &e) != 0 ||
	    repo_commit(outside, new, hex, &e) != 1)
		goto out;
	rc = 12;
	if (repo_commit(r, new, hex, &e) != 0 || strcmp(hex, new) != 0 ||
	    repo_commit(r, old, hex, &e) != 0)
		goto out;
	rc = 13; /* quarantine and old objects both */
	if (repo_is_ancestor(r, old, new, &e) != 1 ||
	    repo_merge_base(r, old, new, hex, &e) != 0 || strcmp(hex, old) != 0)
		goto out;
	rc = 14;
	if (source_open_git(&src, r, new, NULL, &e) != 0 ||
	    source_entries(src, &n, &e) == NULL || n != 2 ||
	    source_read(src, "keep", &data, &len, &e) != 0 ||
	    source_read(src, "f", &data, &len, &e) != 0)
		goto out;
	rc = strcmp(data, "good\n") == 0 ? 0 : 1;
out:
	if (e.code != ERROR_NONE)
		fprintf(stderr, "hook: %s\n", e.message);
	source_free(src);
	repo_free(outside);
	repo_free(r);
	return rc;
}

static int
run_as_hook(void)
{
	char old[REPO_HEX], new[REPO_HEX], ref[256];
	int rc = 20;

	if (getenv("GIT_QUARANTINE_PATH") == NULL)
		return 21;
	if (scanf("%64s %64s %255s", old, new, ref) == 3)
		rc = judge_push(old, new);
	/* The test outside reads this: which way did it end? */
	if (rc > 1)
		fprintf(stderr, "hook: failed at %d\n", rc);
	return rc;
}

static void
push_to(const struct sandbox *box, const char *server, const char *self)
{
	char before[REPO_HEX];

	sandbox_sh(box,
	    "rm -rf work; git clone -q '%s' work 2>/dev/null; cd work\n"
	    "git checkout -q -B main\n"
	    "echo first >f; echo x >keep; git add .; git commit -qm 1\n"
	    "git push -q origin main",
	    server);
	sandbox_sh(box,
	    "d=$(git -C '%s' rev-parse --absolute-git-dir)\n"
	    "printf '#!/bin/sh\\nexec \"%s\" --as-hook\\n' "
	    ">\"$d\"/hooks/pre-receive; chmod +x \"$d\"/hooks/pre-receive",
	    server, self);
	snprintf(before, sizeof(before), "%s",
	    sandbox_out(box, "git -C '%s' rev-parse main", server));
	sandbox_sh(box, "cd work; echo bad >f; git commit -qam 2");
	assert_int_not_equal(
	    sandbox_try(box, "cd work; git push -q origin main 2>push"), 0);
	sandbox_sh(box,
	    "! grep 'hook: ' work/push >&2; test \"$(git -C '%s' "
	    "rev-parse main)\" = %s",
	    server, before);
	sandbox_sh(box,
	    "cd work; echo good >f; git commit -qam 3\n"
	    "git push -q origin main 2>push || { cat push >&2; "
	    "exit 1; }\n"
	    "test $(git rev-parse main) = $(git -C ../'%s' "
	    "rev-parse main)",
	    server);
}

static void
test_real_hook(void **state)
{
	const struct sandbox *box = *state;
	char self[PATH_MAX];
	ssize_t len;

	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(len > 0);
	self[len] = '\0';
	sandbox_sh(box, "git init -q --bare s.git");
	push_to(box, "s.git", self);
	/* A colon makes git quote the alternate. */
	sandbox_sh(box, "git init -q --bare 'co:lon.git'");
	push_to(box, "./co:lon.git", self);
	sandbox_sh(box, "git init -q tree\n"
			"git -C tree config receive.denyCurrentBranch ignore");
	push_to(box, "tree", self);
}

/* The same through the environment alone: objects in a directory apart. */
static void
test_quarantine_environment(void **state)
{
	static const char *const name[] = {"GIT_DIR", "GIT_OBJECT_DIRECTORY",
	    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"};
	const struct sandbox *box = *state;
	struct error e = {0};
	char hex[REPO_HEX], id[REPO_HEX];
	struct repo *r;
	size_t i;

	make_repo(box, "env");
	sandbox_sh(box, "mkdir incoming");
	snprintf(id, sizeof(id), "%s",
	    sandbox_out(box,
		"cd env; GIT_OBJECT_DIRECTORY=../incoming "
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects git "
		"commit-tree -p main -m q main^{tree}"));
	setenv("GIT_DIR", sandbox_path(box, "env/.git"), 1);
	setenv("GIT_OBJECT_DIRECTORY", sandbox_path(box, "incoming"), 1);
	setenv("GIT_QUARANTINE_PATH", sandbox_path(box, "incoming"), 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES",
	    sandbox_path(box, "env/.git/objects"), 1);
	/* GIT_DIR wins over the path in hook mode. */
	assert_int_equal(repo_open(&r, "/proc", true, &e), 0);
	assert_int_equal(repo_commit(r, id, hex, &e), 0);
	assert_int_equal(repo_is_ancestor(r, "main", id, &e), 1);
	repo_free(r);
	/* and the environment counts for nothing outside of it */
	assert_int_equal(repo_open(&r, "/proc", false, &e), -1);
	r = must_open(box, "env", false);
	assert_int_equal(repo_commit(r, id, hex, &e), 1);
	repo_free(r);
	setenv("GIT_WORK_TREE", box->dir, 1);
	assert_int_equal(repo_open(&r, NULL, true, &e), -1);
	assert_non_null(strstr(e.hint, "GIT_WORK_TREE"));
	unsetenv("GIT_WORK_TREE");
	for (i = 0; i < N(name); i++)
		unsetenv(name[i]);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_real_hook, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_quarantine_environment, sandbox_setup, sandbox_teardown),
	};

	if (argc > 1 && strcmp(argv[1], "--as-hook") == 0)
		return run_as_hook();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
