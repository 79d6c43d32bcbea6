/* What a branch published before: by its reflog, and by first parents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "history.h"
#include "reading_test.h"
#include "sandbox_test.h"

/*
 * A work tree whose commits 1, 2, … are tags of that name and dated 1000,
 * 2000, … seconds after T; commit 3 is a merge whose second parent is "side".
 * It is pushed to the bare b.git in parts.
 */
#define T 1780000000

static void
prepare(const struct sandbox *box)
{
	sandbox_sh(box,
	    "at() { GIT_AUTHOR_DATE=\"$1 +0000\" GIT_COMMITTER_DATE=\"$1 "
	    "+0000\"\n"
	    "  export GIT_AUTHOR_DATE GIT_COMMITTER_DATE; }\n"
	    "git init -q w; cd w; mkdir d; echo 1 >d/f\n"
	    "at %d; git add .; git commit -qm 1; git tag 1\n"
	    "at %d; echo 2 >d/f; git commit -qam 2; git tag 2\n"
	    "git checkout -q -b side 1; at %d\n"
	    "echo s >s; git add s; git commit -qm s; git tag s\n"
	    "git checkout -q main; at %d; git merge -q -m 3 side; git tag 3\n"
	    "at %d; echo 4 >d/f; git commit -qam 4; git tag 4\n"
	    "git clone -q --bare . ../b.git\n",
	    T + 1000, T + 2000, T + 2500, T + 3000, T + 4000);
}

/* The points from TIP on: "4! 3 2 1", "!" for those by the server's time. */
static void
expect(const struct sandbox *box, const char *repo, const char *ref,
    const char *tip, const char *want)
{
	struct repo *r = must_open(box, repo, false);
	struct history_point p;
	struct history *h;
	struct error e = {0};
	char hex[REPO_HEX], got[256] = "", *end = got;
	int rc;

	snprintf(hex, sizeof(hex), "%s",
	    sandbox_out(box, "git -C w rev-parse %s^{commit}", tip));
	if (history_open(&h, r, ref, hex, &e) != 0)
		fail_msg("%s", e.message);
	while ((rc = history_next(h, &p, &e)) == 1) {
		if (!p.exact && p.time % 500 != 0)
			fail_msg("%s is of %lld", p.commit, (long long)p.time);
		end += sprintf(end, "%s%s ",
		    sandbox_out(box, "cd w; git tag --points-at %s | head -n 1",
			p.commit),
		    p.exact ? "!" : "");
	}
	if (rc < 0)
		sprintf(end, "error");
	if (strcmp(got, want) != 0)
		fail_msg("%s of %s: %s, not %s", tip, repo, got, want);
	history_free(h);
	repo_free(r);
}

static void
test_parents(void **state)
{
	const struct sandbox *box = *state;

	prepare(box);
	expect(box, "w", NULL, "4", "4 3 2 1 ");
	expect(box, "w", NULL, "s", "s 1 ");
	/* A log that does not lead to the commit says nothing about it. */
	expect(box, "w", "refs/heads/main", "2", "2 1 ");
	/* A bare repository keeps none, unless told. */
	expect(box, "b.git", "refs/heads/main", "4", "4 3 2 1 ");
	assert_int_equal(
	    sandbox_try(box, "test ! -e b.git/logs/refs/heads/main"), 0);
}

static void
test_log(void **state)
{
	const struct sandbox *box = *state;
	struct repo *r;

	prepare(box);
	sandbox_sh(box,
	    "rm -rf b.git; git init -q --bare b.git\n"
	    "cd w; git remote add o ../b.git; git push -q o 2:refs/heads/main\n"
	    "git -C ../b.git config core.logAllRefUpdates true\n"
	    "git push -q o 3:refs/heads/main; git push -q o "
	    "4:refs/heads/main\n"
	    "git push -q -f o s:refs/heads/main; git push -q o "
	    "3:refs/heads/new");
	/* As pushed, a rewrite too; before the log began, by parents. */
	expect(box, "b.git", "refs/heads/main", "s", "s! 4! 3! 2 1 ");
	/* A branch that was made from what there was. */
	expect(box, "b.git", "refs/heads/new", "3", "3! 2 1 ");
	r = must_open(box, "b.git", false);
	assert_true(history_is_logged(r, "refs/heads/main"));
	assert_false(history_is_logged(r, "refs/heads/none"));
	repo_free(r);
}

static void
test_shallow(void **state)
{
	const struct sandbox *box = *state;

	prepare(box);
	sandbox_sh(box, "git clone -q --depth 2 file://$PWD/w cut");
	expect(box, "cut", NULL, "4", "4 3 error");
}

static void
test_file(void **state)
{
	static const struct {
		const char *path;
		int there;
	} cases[] = {{"d/f", 1}, {"d", 0}, {"d/g", 0}, {"x/f", 0}};
	const struct sandbox *box = *state;
	char hex[2][REPO_HEX];
	uint8_t id[2][20];
	struct error e = {0};
	struct repo *r;
	size_t i;

	prepare(box);
	r = must_open(box, "w", false);
	assert_int_equal(repo_commit(r, "2", hex[0], &e), 0);
	assert_int_equal(repo_commit(r, "3", hex[1], &e), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (history_file(r, hex[0], cases[i].path, id[0], &e) !=
		    cases[i].there)
			fail_msg("%s", cases[i].path);
	assert_int_equal(history_file(r, hex[0], "d/f", id[0], &e), 1);
	assert_int_equal(history_file(r, hex[1], "d/f", id[1], &e), 1);
	assert_memory_equal(id[0], id[1], 20);
	assert_int_equal(repo_commit(r, "4", hex[1], &e), 0);
	assert_int_equal(history_file(r, hex[1], "d/f", id[1], &e), 1);
	assert_memory_not_equal(id[0], id[1], 20);
	repo_free(r);
}

int
main(void)
{
#define BOX(f)                                                                 \
	cmocka_unit_test_setup_teardown(f, sandbox_setup, sandbox_teardown)
	const struct CMUnitTest tests[] = {
	    BOX(test_parents),
	    BOX(test_log),
	    BOX(test_shallow),
	    BOX(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
