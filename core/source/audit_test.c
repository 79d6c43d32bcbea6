#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

/* Two paths of one tree: are they one path elsewhere? */
static void
test_collisions(void **state)
{
	static const struct {
		const char *label, *a, *b;
		bool collide;
	} c[] = {
	    {"plain", "a", "b", false},
	    {"case", "zones/A.zone", "zones/a.zone", true},
	    {"case of a directory", "Zones/a", "zones/a", true},
	    {"same name elsewhere", "Zones/a", "zones/b", false},
	    {"NFC and NFD", "caf\xc3\xa9", "cafe\xcc\x81", true},
	    {"NFC and NFD and case", "CAF\xc3\x89", "cafe\xcc\x81", true},
	    {"accent and none", "caf\xc3\xa9", "cafe", false},
	    {"two accents (over-cautious)", "\xc3\xa9", "\xc3\xa8", true},
	    {"Latin Extended-A", "\xc5\xa1x", "s\xcc\x8cx", true},
	    {"two marks", "\xe1\xba\xa5", "a\xcc\x82\xcc\x81", true},
	    {"dotted I", "\xc4\xb0", "I\xcc\x87", true},
	    {"ae by case", "\xc3\x86", "\xc3\xa6", true},
	    {"l with stroke", "\xc5\x81", "\xc5\x82", true},
	    {"o with stroke is no o", "\xc3\xb8", "o", false},
	    {"times is no divide", "\xc3\x97", "\xc3\xb7", false},
	    {"Kelvin", "\xe2\x84\xaa.zone", "k.zone", true},
	    {"long s", "\xc5\xbf", "S", true},
	    {"Greek case", "\xce\x91", "\xce\xb1", true},
	    {"Cyrillic case", "\xd0\x96", "\xd0\xb6", true},
	    {"Cyrillic a is no Latin a", "\xd0\xb0", "a", false},
	    {"joiner", "a\xe2\x80\x8d", "a", true},
	    {"bad UTF-8", "a\xe9", "a\xe8", false},
	    {"bad UTF-8 and case", "A\xe9", "a\xe9", true},
	    {"bad UTF-8 is no letter", "\xe9", "\xc3\xa9", false},
	    {"file and directory", "zones/A", "zones/a/x", true},
	    {"file and directory above", "Z", "z/a/b", true},
	    {"file and another directory", "zones/A", "zones/ab/x", false},
	    {"accented file, plain directory", "\xc3\xa9", "e/x", false},
	    {"accented file, accented directory", "\xc3\xa9", "e\xcc\x81/x",
		true},
	};
	const struct sandbox *box = *state;
	struct source_fault *fault;
	struct source *src;
	struct error e = {0};
	size_t i, n;

	for (i = 0; i < N(c); i++) {
		sandbox_sh(box,
		    "rm -rf d; mkdir d; cd d; for f in '%s' '%s'; do mkdir -p "
		    "$(dirname $f); : >$f; done; : >other",
		    c[i].a, c[i].b);
		assert_int_equal(
		    source_open_dir(&src, sandbox_path(box, "d"), NULL, &e), 0);
		assert_int_equal(source_audit(src, &fault, &n, &e), 0);
		if (n != c[i].collide)
			fail_msg("%s: %zu faults", c[i].label, n);
		if (n == 1) {
			assert_int_equal(fault[0].kind, SOURCE_FAULT_COLLISION);
			assert_non_null(fault[0].other);
			assert_string_not_equal(
			    fault[0].other->path, fault[0].entry->path);
		}
		free(fault);
		source_free(src);
	}
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *path, *other;
		enum source_fault_kind kind;
	} want[] = {
	    {"a", "A", SOURCE_FAULT_COLLISION},
	    {"link", NULL, SOURCE_FAULT_SYMLINK},
	    {"odd", NULL, SOURCE_FAULT_OTHER},
	    {"sub", NULL, SOURCE_FAULT_SUBMODULE},
	};
	const struct sandbox *box = *state;
	struct source_fault *fault;
	struct source *src;
	struct error e = {0};
	struct repo *r;
	size_t i, n;

	sandbox_sh(box,
	    "git init -q t; cd t; echo 1 >a; echo 2 >A; ln -s a link\n"
	    "git add .; git update-index --add --cacheinfo "
	    "160000,1234567812345678123456781234567812345678,sub\n"
	    "{ git ls-tree $(git write-tree); printf '100600 blob "
	    "%%s\\todd\\n' "
	    "$(git rev-parse :a); } >../ls");
	sandbox_sh(box,
	    "cd t; python3 - <<'END'\n"
	    "import subprocess\n"
	    "rows = [l.rstrip('\\n').split('\\t') for l in open('../ls')]\n"
	    "raw = b''\n"
	    "for meta, name in sorted(rows, key=lambda r: r[1]):\n"
	    "    mode, _, oid = meta.split()\n"
	    "    raw += f'{mode} {name}'.encode() + b'\\0' + "
	    "bytes.fromhex(oid)\n"
	    "open('../raw', 'wb').write(raw)\n"
	    "END\n"
	    "git tag T $(git commit-tree -m x $(git hash-object --literally "
	    "-t tree -w ../raw))");
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "T", NULL, &e), 0);
	assert_int_equal(source_audit(src, &fault, &n, &e), 0);
	assert_int_equal(n, N(want));
	for (i = 0; i < n; i++) {
		assert_string_equal(fault[i].entry->path, want[i].path);
		assert_int_equal(fault[i].kind, want[i].kind);
		if (want[i].other == NULL)
			assert_null(fault[i].other);
		else
			assert_string_equal(
			    fault[i].other->path, want[i].other);
	}
	free(fault);
	source_free(src);
	repo_free(r);
	assert_int_equal(source_open_empty(&src, &e), 0);
	assert_int_equal(source_audit(src, &fault, &n, &e), 0);
	assert_int_equal(n, 0);
	free(fault);
	source_free(src);
}

static void
test_lfs(void **state)
{
	static const struct {
		const char *path, *content;
		int rc;
	} c[] = {
	    {"pointer",
		"version https://git-lfs.github.com/spec/v1\n"
		"oid sha256:00\nsize 1\n",
		1},
	    {"old", "version https://hawser.github.com/spec/v1\n", 1},
	    {"zone", "$TTL 1\n; version https://git-lfs.github.com/spec/\n", 0},
	    {"short", "version https://git-lfs", 0},
	    {"empty", "", 0},
	};
	const struct sandbox *box = *state;
	struct source *src;
	struct error e = {0};
	size_t i;

	for (i = 0; i < N(c); i++)
		sandbox_file(
		    box, c[i].path, c[i].content, strlen(c[i].content));
	assert_int_equal(source_open_dir(&src, box->dir, NULL, &e), 0);
	for (i = 0; i < N(c); i++)
		if (source_is_lfs_pointer(src, c[i].path, &e) != c[i].rc)
			fail_msg("%s", c[i].path);
	assert_int_equal(source_is_lfs_pointer(src, "none", &e), -1);
	source_free(src);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_collisions, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_kinds, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_lfs, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
