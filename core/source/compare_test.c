#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

/* The changes as text: "+added -removed ~changed ". */
static void
changes(struct source *old, struct source *new, const char *want)
{
	struct source_change *list;
	struct error e = {0};
	char got[1024] = "";
	size_t i, n;

	if (source_compare(old, new, &list, &n, &e) != 0)
		fail_msg("%s", e.message);
	for (i = 0; i < n; i++) {
		strcat(got, list[i].old == NULL   ? "+"
			    : list[i].new == NULL ? "-"
						  : "~");
		strcat(got, list[i].path);
		strcat(got, " ");
		assert_ptr_equal(list[i].path,
		    (list[i].old != NULL ? list[i].old : list[i].new)->path);
	}
	free(list);
	assert_string_equal(got, want);
}

static void
test_compare(void **state)
{
	const struct sandbox *box = *state;
	struct source *one, *two, *dir, *again;
	const struct source_limits small = {4, 1000, 100, 100};
	struct error e = {0};
	struct repo *r;

	sandbox_sh(box,
	    "git init -q t; cd t; mkdir a; echo 1 >a/x; echo 2 >a.b; echo 3 "
	    ">gone\n"
	    "echo 4 >mode; echo 5 >turns; echo 6 >same; ln -s same link\n"
	    "git add .; git commit -qm 1; git tag one\n"
	    "echo 11 >a/x; echo 7 >a/new; git rm -q gone; chmod +x mode\n"
	    "rm turns; ln -s same turns; git add .; git commit -qm 2; git tag "
	    "two");
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&one, r, "one", NULL, &e), 0);
	assert_int_equal(source_open_git(&two, r, "two", NULL, &e), 0);
	changes(one, two, "+a/new ~a/x -gone ~mode ~turns ");
	changes(two, one, "-a/new ~a/x +gone ~mode ~turns ");
	changes(one, one, "");
	changes(NULL, NULL, "");
	changes(NULL, two, "+a.b +a/new +a/x +link +mode +same +turns ");
	changes(two, NULL, "-a.b -a/new -a/x -link -mode -same -turns ");
	/* against the work tree; links cannot be compared */
	assert_int_equal(
	    source_open_dir(&dir, sandbox_path(box, "t"), NULL, &e), 0);
	assert_int_equal(
	    source_open_dir(&again, sandbox_path(box, "t"), &small, &e), 0);
	changes(two, dir, "~link ~turns ");
	sandbox_sh(box, "cd t; echo x >a.b; echo 12 >a/x; echo long >same");
	changes(two, dir, "~a.b ~a/x ~link ~same ~turns ");
	changes(dir, two, "~a.b ~a/x ~link ~same ~turns ");
	/* the same bytes twice; one past the limit */
	changes(dir, again, "~link ~same ~turns ");
	source_free(one);
	source_free(two);
	source_free(dir);
	source_free(again);
	repo_free(r);
}

static void
test_failure(void **state)
{
	const struct sandbox *box = *state;
	const struct source_limits none = {4, 1000, 0, 100};
	struct source_change *list;
	struct source *dir;
	struct error e = {0};
	size_t n;

	assert_int_equal(source_open_dir(&dir, box->dir, &none, &e), 0);
	assert_int_equal(source_compare(NULL, dir, &list, &n, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_null(list);
	source_free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_compare, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_failure, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
