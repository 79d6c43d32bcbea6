#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

static void
test_dir(void **state)
{
	static const struct expected want[] = {
	    {"a.b", SOURCE_FILE, 0100644},
	    {"a/b/y", SOURCE_FILE, 0100644},
	    {"a/x", SOURCE_FILE, 0100644},
	    {"a0", SOURCE_FILE, 0100755},
	    {"abs", SOURCE_SYMLINK, 0120000},
	    {"dirlink", SOURCE_SYMLINK, 0120000},
	    {"fifo", SOURCE_OTHER, S_IFIFO},
	    {"inside", SOURCE_SYMLINK, 0120000},
	    {"zero", SOURCE_SYMLINK, 0120000},
	};
	static const char *const absent[] = {"", "/etc/passwd", "a", "a/",
	    "a/../a.b", "../secret", ".git/config", "a/.git/x", "abs", "inside",
	    "dirlink/secret", "zero", "fifo", "nothing", "a.b/x", "a/b/y/z"};
	const struct sandbox *box = *state;
	struct error e = {0};
	struct source *src;
	size_t i, pass;

	sandbox_sh(box,
	    "echo s >secret; mkdir -p d/a/b d/.git d/a/.git d/empty; cd d\n"
	    "echo c >.git/config; echo c >a/.git/x\n"
	    "echo 1 >a.b; echo 2 >a/x; echo 3 >a/b/y; echo 4 >a0\n"
	    "chmod 644 a.b a/x a/b/y; chmod 755 a0\n"
	    "ln -s /etc/passwd abs; ln -s a.b inside; ln -s .. dirlink\n"
	    "ln -s /dev/zero zero; mkfifo fifo");
	assert_int_equal(
	    source_open_dir(&src, sandbox_path(box, "d"), NULL, &e), 0);
	assert_string_equal(source_label(src), "working tree");
	assert_null(source_commit(src));
	/* before and after the listing alike */
	for (pass = 0; pass < 2; pass++) {
		reads(src, "a.b", "1\n");
		reads(src, "a/b/y", "3\n");
		for (i = 0; i < N(absent); i++)
			refused(src, absent[i], ERROR_USAGE);
		for (i = 0; i < N(want); i++)
			assert_int_equal(
			    source_find(src, want[i].path, &e)->kind,
			    want[i].kind);
		assert_null(source_find(src, "a", &e));
		assert_null(source_find(src, "dirlink/secret", &e));
		assert_int_equal(e.code, ERROR_NONE);
		lists(src, want, N(want));
	}
	source_free(src);
	assert_int_equal(
	    source_open_dir(&src, sandbox_path(box, "none"), NULL, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	assert_int_equal(
	    source_open_dir(&src, sandbox_path(box, "d/a.b"), NULL, &e), -1);
	assert_int_equal(
	    source_open_dir(&src, sandbox_path(box, "d/a"), NULL, &e), 0);
	assert_string_equal(source_label(src), "working tree");
	source_free(src);
	assert_int_equal(
	    source_open_dir(&src, sandbox_path(box, "d/a/b"), NULL, &e), 0);
	assert_string_equal(source_label(src), sandbox_path(box, "d/a/b"));
	reads(src, "y", "3\n");
	source_free(src);
}

static void
test_dir_limits(void **state)
{
	const struct sandbox *box = *state;
	struct source_limits limits = {10, 15, 5, 5};
	struct source *src;
	struct error e = {0};
	const char *dir = sandbox_path(box, "d");
	size_t n, i;

	sandbox_sh(box, "mkdir -p d/d; cd d; printf 0123456789 >a\n"
			"truncate -s 20G b; printf 012345 >c; echo 1 >d/xyz");
	assert_int_equal(source_open_dir(&src, dir, &limits, &e), 0);
	assert_non_null(source_entries(src, &n, &e));
	assert_int_equal(n, 4);
	reads(src, "a", "0123456789");
	refused(src, "b", ERROR_SYSTEM);
	refused(src, "c", ERROR_SYSTEM);
	source_free(src);
	for (i = 0; i < 2; i++) {
		limits.entries = i == 0 ? 4 : 5;
		limits.path_bytes = i == 0 ? 5 : 4;
		assert_int_equal(source_open_dir(&src, dir, &limits, &e), 0);
		assert_null(source_entries(src, &n, &e));
		assert_int_equal(e.code, ERROR_SYSTEM);
		assert_int_equal(n, 0);
		source_free(src);
	}
	sandbox_sh(box, "p=d/$(printf 'x/%%.0s' $(seq 70)); mkdir -p $p");
	assert_int_equal(source_open_dir(&src, dir, NULL, &e), 0);
	assert_null(source_entries(src, &n, &e));
	assert_int_equal(e.code, ERROR_SYSTEM);
	source_free(src);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_dir, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_dir_limits, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
