/* A tree with paths replaced in memory: what is there, what is read, and what
 * such a tree cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit.h"
#include "compare.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

#define FILE_OF(p, s)                                                          \
	{                                                                      \
		.path = (p), .data = (s), .len = sizeof(s) - 1                 \
	}

static struct source *
base_of(const struct sandbox *box)
{
	struct error e = {0};
	struct source *src;

	sandbox_sh(box, "mkdir -p d/a/b; cd d; chmod 755 a a/b\n"
			"echo 1 >a.b; echo 2 >a/x; echo 3 >a/b/y; echo 4 >k\n"
			"chmod 644 a.b a/x a/b/y; chmod 755 k; ln -s k link");
	if (source_open_dir(&src, sandbox_path(box, "d"), NULL, &e) != 0)
		fail_msg("%s", e.message);
	return src;
}

static void
test_overlay(void **state)
{
	static const struct source_patch patch[] = {
	    FILE_OF("z", "new\n"),
	    FILE_OF("a/x", ""),
	    {.path = "a/b/y", .removed = true},
	    {.path = "a/link", .kind = SOURCE_SYMLINK},
	    {.path = "sub", .kind = SOURCE_SUBMODULE},
	    {.path = "run", .executable = true, .data = "#!", .len = 2},
	    {.path = "never", .removed = true},
	};
	static const struct expected want[] = {
	    {"a.b", SOURCE_FILE, 0100644},
	    {"a/link", SOURCE_SYMLINK, 0120000},
	    {"a/x", SOURCE_FILE, 0100644},
	    {"k", SOURCE_FILE, 0100755},
	    {"link", SOURCE_SYMLINK, 0120000},
	    {"run", SOURCE_FILE, 0100755},
	    {"sub", SOURCE_SUBMODULE, 0160000},
	    {"z", SOURCE_FILE, 0100644},
	};
	static const char *const absent[] = {"", "/etc/passwd", "a", "a/b/y",
	    "../d/a.b", "never", "link", "a/link", "sub", "sub/x", "link/x",
	    "a.b/x", "z/x", ".git/config"};
	struct source *base = base_of(*state), *src;
	struct error e = {0};
	size_t i, pass;

	assert_int_equal(
	    source_open_overlay(&src, base, patch, N(patch), NULL, &e), 0);
	assert_null(source_commit(src));
	for (pass = 0; pass < 2; pass++) {
		reads(src, "a.b", "1\n");
		reads(src, "a/x", "");
		reads(src, "z", "new\n");
		for (i = 0; i < N(absent); i++)
			refused(src, absent[i], ERROR_USAGE);
		lists(src, want, N(want));
	}
	/* The base is as it was. */
	reads(base, "a/x", "2\n");
	reads(base, "a/b/y", "3\n");
	source_free(src);
	source_free(base);
}

static void
test_compare(void **state)
{
	static const struct source_patch patch[] = {
	    FILE_OF("a.b", "1\n"), /* as it was */
	    FILE_OF("a/x", "other\n"),
	    FILE_OF("new", ""),
	    {.path = "k", .removed = true},
	};
	static const char *const want[] = {"a/x", "k", "link", "new"};
	struct source *base = base_of(*state), *src;
	struct source_change *change;
	struct error e = {0};
	size_t i, n;

	assert_int_equal(
	    source_open_overlay(&src, base, patch, N(patch), NULL, &e), 0);
	assert_int_equal(source_compare(base, src, &change, &n, &e), 0);
	/* A link of a directory cannot be compared: it counts as changed. */
	assert_int_equal(n, N(want));
	for (i = 0; i < n; i++)
		assert_string_equal(change[i].path, want[i]);
	free(change);
	source_free(src);
	source_free(base);
}

/* Overlays over overlays, over nothing, and what collides by case. */
static void
test_layers(void **state)
{
	static const struct source_patch one[] = {
	    FILE_OF("x", "1"), FILE_OF("y", "1")};
	static const struct source_patch two[] = {
	    FILE_OF("X", "2"), {.path = "y", .removed = true}};
	struct source *empty, *a, *b;
	struct source_fault *fault;
	struct error e = {0};
	size_t n;

	(void)state;
	assert_int_equal(source_open_empty(&empty, &e), 0);
	assert_int_equal(source_open_overlay(&a, empty, one, 2, NULL, &e), 0);
	assert_int_equal(source_open_overlay(&b, a, two, 2, NULL, &e), 0);
	reads(b, "x", "1");
	reads(b, "X", "2");
	refused(b, "y", ERROR_USAGE);
	assert_int_equal(source_audit(b, &fault, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(fault[0].kind, SOURCE_FAULT_COLLISION);
	free(fault);
	source_free(b);
	source_free(a);
	source_free(empty);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *label;
		struct source_patch patch[2];
		size_t n;
		int opens; /* else refused when listed */
	} c[] = {
	    {"twice", {FILE_OF("x", ""), FILE_OF("x", "")}, 2, -1},
	    {"up", {FILE_OF("../x", "")}, 1, -1},
	    {"absolute", {FILE_OF("/x", "")}, 1, -1},
	    {"git", {FILE_OF("a/.git/config", "")}, 1, -1},
	    {"below a file", {FILE_OF("a.b/x", "")}, 1, 0},
	    {"below a link", {FILE_OF("link/x", "")}, 1, 0},
	    {"over a directory", {FILE_OF("a/b", "")}, 1, 0},
	    {"both new", {FILE_OF("q", ""), FILE_OF("q/r", "")}, 2, 0},
	};
	static const struct source_patch moved[] = {
	    {.path = "k", .removed = true}, FILE_OF("k/x", "in")};
	static const struct source_limits small = {
	    .file_bytes = 3, .total_bytes = 9, .entries = 7, .path_bytes = 99};
	static const struct source_patch big[] = {FILE_OF("x", "1234")};
	struct source *base = base_of(*state), *src;
	struct error e = {0};
	size_t i, n;

	for (i = 0; i < N(c); i++) {
		if (source_open_overlay(
			&src, base, c[i].patch, c[i].n, NULL, &e) != c[i].opens)
			fail_msg("%s: opens or not", c[i].label);
		if (c[i].opens == 0 && source_entries(src, &n, &e) != NULL)
			fail_msg("%s: listed", c[i].label);
		if (e.code != ERROR_USAGE)
			fail_msg("%s: %d", c[i].label, e.code);
		source_free(src);
	}
	/* A file may make place for a directory. */
	assert_int_equal(
	    source_open_overlay(&src, base, moved, 2, NULL, &e), 0);
	reads(src, "k/x", "in");
	source_free(src);
	assert_int_equal(
	    source_open_overlay(&src, base, big, 1, &small, &e), 0);
	refused(src, "x", ERROR_SYSTEM);
	reads(src, "a.b", "1\n");
	source_free(src);
	source_free(base);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_overlay, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_compare, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test(test_layers),
	    cmocka_unit_test_setup_teardown(
		test_refused, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
