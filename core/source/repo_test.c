#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <git2.h>

#include "repo.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

static void
test_open(void **state)
{
	const struct sandbox *box = *state;
	struct error e = {0};
	struct repo *r;

	make_repo(box, "plain");
	sandbox_sh(box, "mkdir -p plain/a/b; git clone -q --bare plain b.git");
	r = must_open(box, "plain/a/b", false);
	assert_string_equal(repo_path(r), sandbox_path(box, "plain/.git"));
	assert_string_equal(repo_workdir(r), sandbox_path(box, "plain"));
	assert_false(repo_is_shallow(r));
	assert_false(repo_is_empty(r));
	repo_free(r);
	r = must_open(box, "b.git", false);
	assert_string_equal(repo_path(r), sandbox_path(box, "b.git"));
	assert_null(repo_workdir(r));
	repo_free(r);
	assert_int_equal(repo_open(&r, "/proc", false, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	assert_null(r);
	assert_int_not_equal(e.hint[0], '\0');
	repo_free(NULL);
}

static void
test_library_limits(void **state)
{
	struct repo *r;
	size_t window = 0, mapped = 0;
	ssize_t cached = 0, allowed = 0;
	int owner = 0;

	sandbox_sh(*state, "git init -q limits");
	r = must_open(*state, "limits", true);
	git_libgit2_opts(GIT_OPT_GET_MWINDOW_SIZE, &window);
	git_libgit2_opts(GIT_OPT_GET_MWINDOW_MAPPED_LIMIT, &mapped);
	git_libgit2_opts(GIT_OPT_GET_CACHED_MEMORY, &cached, &allowed);
	git_libgit2_opts(GIT_OPT_GET_OWNER_VALIDATION, &owner);
	assert_int_equal(window, 32 << 20);
	assert_int_equal(mapped, 256 << 20);
	assert_int_equal(allowed, 16 << 20);
	assert_int_equal(owner, 1); /* relaxed for that open only */
	repo_free(r);
}

static void
test_owner(void **state)
{
	const struct sandbox *box = *state;
	struct error e = {0};
	struct repo *r;
	const char *path;

	if (geteuid() != 0)
		skip();
	make_repo(box, "theirs");
	sandbox_sh(box, "chown -R 65534 theirs");
	path = sandbox_path(box, "theirs");
	assert_int_equal(repo_open(&r, path, false, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	assert_non_null(strstr(e.message, "another user"));
	assert_non_null(strstr(e.hint, "safe.directory"));
	/* The hint does what it says, and "*" does not. */
	sandbox_sh(box, "git config --global safe.directory '*'");
	assert_int_equal(repo_open(&r, path, false, &e), -1);
	assert_non_null(strstr(e.message, "another user"));
	sandbox_sh(box, "git config --global safe.directory '%s'", path);
	repo_free(must_open(box, "theirs", false));
	sandbox_sh(box, "git config --global --unset safe.directory");
	assert_int_equal(repo_open(&r, path, false, &e), -1);
	repo_free(must_open(box, "theirs", true));
	/* and the hook's licence does not last */
	assert_int_equal(repo_open(&r, path, false, &e), -1);
}

static void
test_format(void **state)
{
	static const struct {
		const char *name, *make;
	} c[] = {
	    {"sha256", "git init -q --object-format=sha256 R"},
	    {"sha256 in version 0", "git init -q R; git config -f "
				    "R/.git/config extensions.objectFormat "
				    "sha256; git config -f R/.git/config "
				    "core.repositoryFormatVersion 0"},
	    {"unknown extension",
		"git init -q R; git config -f R/.git/config "
		"extensions.frobnicate yes; "
		"git config -f R/.git/config core.repositoryFormatVersion 1"},
	    {"partial clone extension",
		"git init -q R; git config -f R/.git/config "
		"extensions.partialClone origin; git config -f R/.git/config "
		"core.repositoryFormatVersion 1"},
	    {"worktree config", "git init -q R; git config -f R/.git/config "
				"extensions.worktreeConfig true; git -C R "
				"config core.repositoryFormatVersion 1"},
	    {"version 2", "git init -q R; git config -f R/.git/config "
			  "core.repositoryFormatVersion "
			  "2"},
	};
	struct error e;
	struct repo *r;
	size_t i;

	make_repo(*state, "plain");
	for (i = 0; i < N(c); i++) {
		sandbox_sh(*state, "rm -rf R; %s", c[i].make);
		memset(&e, 0, sizeof(e));
		if (repo_open(&r, sandbox_path(*state, "R"), false, &e) != -1 ||
		    e.code != ERROR_USAGE || e.hint[0] == '\0')
			fail_msg("%s: %d %s", c[i].name, e.code, e.message);
	}
}

static void
test_shallow(void **state)
{
	const struct sandbox *box = *state;
	char hex[REPO_HEX];
	struct error e = {0};
	struct source *src;
	struct repo *r;
	const char *data;
	size_t len;

	make_repo(box, "whole");
	sandbox_sh(box, "git clone -q --depth 1 --no-single-branch "
			"file://$PWD/whole cut");
	r = must_open(box, "cut", false);
	assert_true(repo_is_shallow(r));
	assert_int_equal(repo_commit(r, "HEAD", hex, &e), 0);
	assert_int_equal(source_open_git(&src, r, "HEAD", NULL, &e), 0);
	assert_int_equal(source_read(src, "f", &data, &len, &e), 0);
	assert_string_equal(data, "2\n");
	source_free(src);
	assert_int_equal(repo_commit(r, "HEAD~1", hex, &e), -1);
	assert_non_null(strstr(e.hint, "fetch-depth: 0"));
	assert_int_equal(
	    repo_merge_base(r, "HEAD", "origin/side", hex, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_non_null(strstr(e.hint, "fetch-depth: 0"));
	assert_int_equal(repo_merge_base(r, "HEAD", "main", hex, &e), 0);
	assert_int_equal(repo_is_ancestor(r, "origin/side", "HEAD", &e), -1);
	assert_non_null(strstr(e.hint, "fetch-depth: 0"));
	assert_int_equal(repo_is_ancestor(r, "HEAD", "HEAD", &e), 1);
	repo_free(r);
}

static void
test_revisions(void **state)
{
	static const struct {
		const char *rev;
		int rc;
		const char *same; /* as git says */
	} c[] = {
	    {"main", 0, "main"},
	    {"refs/heads/side", 0, "side"},
	    {"HEAD~1", 0, "main~1"},
	    {"v1", 0, "main"}, /* a tag of a tag */
	    {"refs/tags/v1", 0, "main"},
	    {"nothing", 1, NULL},
	    {"refs/heads/nothing", 1, NULL},
	    {"main~7", 1, NULL},
	    {"0123456789012345678901234567890123456789", 1, NULL},
	    {"", -1, NULL},
	    {"main:f", -1, NULL}, /* a blob */
	    {"main:", -1, NULL},  /* a tree */
	    {"main^{", -1, NULL},
	    {"dangling", -1, NULL},
	    {"symbolic", 1, NULL},
	};
	const struct sandbox *box = *state;
	char hex[REPO_HEX], want[REPO_HEX];
	struct error e = {0};
	struct repo *r;
	size_t i;

	make_repo(box, "rev");
	sandbox_sh(box, "cd rev/.git\n"
			"echo 1111111111111111111111111111111111111111 "
			">refs/heads/dangling\n"
			"echo 'ref: refs/heads/none' >refs/heads/symbolic");
	r = must_open(box, "rev", false);
	for (i = 0; i < N(c); i++) {
		int rc = repo_commit(r, c[i].rev, hex, &e);

		if (rc != c[i].rc)
			fail_msg("%s: %d, not %d (%s)", c[i].rev, rc, c[i].rc,
			    e.message);
		if (c[i].same == NULL)
			continue;
		snprintf(want, sizeof(want), "%s",
		    sandbox_out(box, "git -C rev rev-parse %s", c[i].same));
		assert_string_equal(hex, want);
		assert_string_equal(repo_object_type(r, hex), "commit");
		/* by full and by short id */
		assert_int_equal(repo_commit(r, want, hex, &e), 0);
		assert_string_equal(hex, want);
		want[10] = '\0';
		assert_int_equal(repo_commit(r, want, hex, &e), 0);
	}
	assert_null(repo_object_type(r, "main"));
	assert_null(
	    repo_object_type(r, "0123456789012345678901234567890123456789"));
	snprintf(want, sizeof(want), "%s",
	    sandbox_out(box, "git -C rev rev-parse v1"));
	assert_string_equal(repo_object_type(r, want), "tag");
	snprintf(want, sizeof(want), "%s",
	    sandbox_out(box, "git -C rev rev-parse main:f"));
	assert_string_equal(repo_object_type(r, want), "blob");
	repo_free(r);
}

/* A branch may be called like an object; the object wins. */
static void
test_id_like_name(void **state)
{
	const struct sandbox *box = *state;
	char hex[REPO_HEX], one[REPO_HEX];
	struct error e = {0};
	struct repo *r;

	make_repo(box, "name");
	snprintf(one, sizeof(one), "%s",
	    sandbox_out(box, "git -C name rev-parse main~1"));
	sandbox_sh(box, "cd name; git update-ref refs/heads/%s main", one);
	sandbox_sh(box, "cd name; git update-ref refs/heads/%s main",
	    "0123456789012345678901234567890123456789");
	r = must_open(box, "name", false);
	assert_int_equal(repo_commit(r, one, hex, &e), 0);
	assert_string_equal(hex, one);
	assert_int_equal(
	    repo_commit(r, "0123456789012345678901234567890123456789", hex, &e),
	    1);
	repo_free(r);
}

static void
test_history(void **state)
{
	static const struct {
		const char *a, *b, *base;
		int ancestor;
	} c[] = {
	    {"main", "side", "main~1", 0},
	    {"main~1", "main", "main~1", 1},
	    {"main", "main~1", "main~1", 0},
	    {"main", "main", "main", 1},
	    {"v1", "main", "main", 1},
	    {"main", "alone", NULL, 0},
	};
	const struct sandbox *box = *state;
	char hex[REPO_HEX], want[REPO_HEX];
	struct error e = {0};
	struct repo *r;
	size_t i;

	make_repo(box, "history");
	r = must_open(box, "history", false);
	for (i = 0; i < N(c); i++) {
		int rc = repo_merge_base(r, c[i].a, c[i].b, hex, &e);

		if (rc != (c[i].base == NULL))
			fail_msg("%s %s: %d %s", c[i].a, c[i].b, rc, e.message);
		if (c[i].base != NULL &&
		    (repo_commit(r, c[i].base, want, &e) != 0 ||
			strcmp(want, hex) != 0))
			fail_msg("base of %s %s", c[i].a, c[i].b);
		if (repo_is_ancestor(r, c[i].a, c[i].b, &e) != c[i].ancestor)
			fail_msg("ancestor %s %s", c[i].a, c[i].b);
	}
	assert_int_equal(repo_is_ancestor(r, "nothing", "main", &e), -1);
	assert_int_equal(repo_merge_base(r, "main", "nothing", hex, &e), -1);
	repo_free(r);
	/* A hole in the history is no answer. */
	snprintf(want, sizeof(want), "%s",
	    sandbox_out(box, "git -C history rev-parse main~1"));
	sandbox_sh(
	    box, "cd history/.git/objects; rm -f %.2s/%s", want, want + 2);
	r = must_open(box, "history", false);
	assert_int_equal(repo_merge_base(r, "main", "side", hex, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_int_equal(repo_merge_base(r, "main", "alone", hex, &e), -1);
	assert_int_equal(repo_is_ancestor(r, "alone", "main", &e), -1);
	repo_free(r);
}

static void
test_replace(void **state)
{
	const struct sandbox *box = *state;
	char hex[REPO_HEX];
	struct error e = {0};
	struct source *src;
	struct repo *r;
	const char *data;
	size_t len;

	make_repo(box, "fake");
	/* Replace a commit and a blob; graft the branches onto each other. */
	sandbox_sh(box, "cd fake; unset GIT_NO_REPLACE_OBJECTS\n"
			"git replace main side\n"
			"git replace $(git rev-parse side:f) "
			"$(echo evil | git hash-object -w --stdin)\n"
			"git replace --graft alone main\n"
			"test \"$(git show side:f)\" = evil");
	sandbox_sh(box, "cd fake; echo $(git rev-parse side alone) "
			">.git/info/grafts");
	r = must_open(box, "fake", false);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), 0);
	assert_int_equal(source_read(src, "f", &data, &len, &e), 0);
	assert_string_equal(data, "2\n");
	source_free(src);
	assert_int_equal(source_open_git(&src, r, "side", NULL, &e), 0);
	assert_int_equal(source_read(src, "f", &data, &len, &e), 0);
	assert_string_equal(data, "1\n");
	source_free(src);
	assert_int_equal(repo_merge_base(r, "main", "alone", hex, &e), 1);
	assert_int_equal(repo_is_ancestor(r, "alone", "side", &e), 0);
	repo_free(r);
}

static void
test_config(void **state)
{
	char out[16];
	struct error e = {0};
	struct repo *r;

	sandbox_sh(*state, "git init -q conf; cd conf\n"
			   "git config zonegate.policy /etc/zg.yaml\n"
			   "git config zonegate.long 0123456789abcdef");
	r = must_open(*state, "conf", false);
	assert_int_equal(
	    repo_config(r, "zonegate.policy", out, sizeof(out), &e), 0);
	assert_string_equal(out, "/etc/zg.yaml");
	assert_int_equal(
	    repo_config(r, "zonegate.other", out, sizeof(out), &e), 1);
	assert_string_equal(out, "");
	assert_int_equal(
	    repo_config(r, "zonegate.long", out, sizeof(out), &e), -1);
	assert_int_equal(repo_config(r, "no key", out, sizeof(out), &e), -1);
	repo_free(r);
}

static void
test_default_branch(void **state)
{
	static const struct {
		const char *name, *make, *want;
	} c[] = {
	    {"clone", "git clone -q plain R", "refs/remotes/origin/main"},
	    {"clone of another default",
		"git -C plain checkout -q side; git clone -q plain R; git -C "
		"plain checkout -q main",
		"refs/remotes/origin/side"},
	    {"clone without origin/HEAD",
		"git clone -q plain R; git -C R remote set-head origin -d",
		"refs/remotes/origin/main"},
	    {"bare",
		"git clone -q --bare plain R; git -C R symbolic-ref HEAD "
		"refs/heads/side",
		"refs/heads/side"},
	    {"bare, HEAD unborn",
		"git clone -q --bare plain R; git -C R symbolic-ref HEAD "
		"refs/heads/none",
		"refs/heads/main"},
	    {"bare, HEAD detached",
		"git clone -q --bare plain R; git -C R update-ref --no-deref "
		"HEAD side",
		"refs/heads/main"},
	    {"local", "cp -r plain R", "refs/heads/main"},
	    {"local on a side branch",
		"cp -r plain R; git -C R checkout -q "
		"side",
		"refs/heads/main"},
	    {"master", "cp -r plain R; git -C R branch -qm main master",
		"refs/heads/master"},
	    {"neither", "cp -r plain R; git -C R branch -qm main trunk", NULL},
	    {"empty", "git init -q R", NULL},
	};
	struct error e = {0};
	struct repo *r;
	char out[128];
	size_t i;

	make_repo(*state, "plain");
	for (i = 0; i < N(c); i++) {
		int rc;

		sandbox_sh(*state, "rm -rf R; %s", c[i].make);
		r = must_open(*state, "R", false);
		rc = repo_default_branch(r, out, sizeof(out), &e);
		if (rc != (c[i].want == NULL) ||
		    (rc == 0 && strcmp(out, c[i].want) != 0))
			fail_msg("%s: %d %s %s", c[i].name, rc, out, e.message);
		if (repo_is_empty(r) != (strcmp(c[i].name, "empty") == 0))
			fail_msg("%s: is it empty?", c[i].name);
		repo_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_open, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_library_limits, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_owner, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_format, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_shallow, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_revisions, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_id_like_name, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_history, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_replace, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_config, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_default_branch, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
