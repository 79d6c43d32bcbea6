#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "repo.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

static void
test_resolve(void **state)
{
	static const struct {
		const char *from, *name, *want; /* NULL: refused */
	} c[] = {
	    {"zones/a.zone", "b.inc", "zones/b.inc"},
	    {"a.zone", "b.inc", "b.inc"},
	    {"zones/a.zone", "./b.inc", "zones/b.inc"},
	    {"zones/a.zone", "../inc/b", "inc/b"},
	    {"zones/x/a.zone", "../../b", "b"},
	    {"zones/x/a.zone", "y/../z/./b", "zones/x/z/b"},
	    {"zones/a.zone", "..a", "zones/..a"},
	    {"zones/a.zone", "...", "zones/..."},
	    {"zones/a.zone", "\xc3\xa9", "zones/\xc3\xa9"},
	    {"./zones/a.zone", "b", "zones/b"},
	    {"zones/a.zone", "../../b", NULL},
	    {"a.zone", "../b", NULL},
	    {"a.zone", "x/../../b", NULL},
	    {"zones/a.zone", "/etc/passwd", NULL},
	    {"/zones/a.zone", "b", NULL},
	    {"zones/a.zone", "", NULL},
	    {"zones/a.zone", "x//b", NULL},
	    {"zones/a.zone", "x/", NULL},
	    {"zones/a.zone", "..", NULL},
	    {"a.zone", ".", NULL},
	    {"zones/a.zone", "b\n", NULL},
	    {"zones/a.zone", "b\x7f", NULL},
	    {"zones/a.zone", "\x1b[2J", NULL},
	    {"zones/a.zone", "../.git/config", NULL},
	    {"zones/a.zone", "../.GIT/config", NULL},
	    {"", "b", NULL},
	    {"..", "b", NULL},
	};
	char out[64], name[300];
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < N(c); i++) {
		int rc;

		memset(&e, 0, sizeof(e));
		rc = source_resolve(out, sizeof(out), c[i].from, c[i].name, &e);
		if (rc != (c[i].want != NULL ? 0 : -1) ||
		    (rc == 0 && strcmp(out, c[i].want) != 0) ||
		    (rc != 0 && e.code != ERROR_USAGE))
			fail_msg(
			    "%s + %s: %d %s", c[i].from, c[i].name, rc, out);
	}
	memset(name, 'a', 256);
	name[256] = '\0';
	assert_int_equal(source_resolve(out, sizeof(out), "z", name, &e), -1);
	name[64] = '\0';
	assert_int_equal(source_resolve(out, 64, "z", name, &e), -1);
	name[63] = '\0';
	assert_int_equal(source_resolve(out, 64, "z", name, &e), 0);
}

static void
test_empty(void **state)
{
	struct error e = {0};
	struct source *src;
	const char *data;
	size_t n = 9;

	(void)state;
	assert_int_equal(source_open_empty(&src, &e), 0);
	assert_non_null(source_entries(src, &n, &e));
	assert_int_equal(n, 0);
	assert_null(source_find(src, "a", &e));
	assert_int_equal(e.code, ERROR_NONE);
	assert_int_equal(source_read(src, "a", &data, &n, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	assert_null(source_commit(src));
	source_free(src);
	source_free(NULL);
}

static void
make_tree(const struct sandbox *box)
{
	sandbox_sh(box,
	    "git init -q t; cd t; mkdir -p a/b z\n"
	    "printf '1\\r\\n$Id$\\n' >a.b; echo 2 >a/x; echo 3 >a/b/y\n"
	    "echo 4 >a0; chmod +x a0; ln -s a.b link; : >z/empty\n"
	    "printf '* text eol=crlf ident filter=x\\n*.utf16 "
	    "working-tree-encoding=UTF-16\\n' >attrs\n"
	    "git add .\n"
	    "git update-index --add --cacheinfo "
	    "160000,1234567812345678123456781234567812345678,sub\n"
	    "git update-index --add --cacheinfo "
	    "100644,$(git rev-parse :attrs),.gitattributes\n"
	    "git commit -qm 1; git tag -am x v1");
}

static void
test_git_tree(void **state)
{
	static const struct expected want[] = {
	    {".gitattributes", SOURCE_FILE, 0100644},
	    {"a.b", SOURCE_FILE, 0100644},
	    {"a/b/y", SOURCE_FILE, 0100644},
	    {"a/x", SOURCE_FILE, 0100644},
	    {"a0", SOURCE_FILE, 0100755},
	    {"attrs", SOURCE_FILE, 0100644},
	    {"link", SOURCE_SYMLINK, 0120000},
	    {"sub", SOURCE_SUBMODULE, 0160000},
	    {"z/empty", SOURCE_FILE, 0100644},
	};
	static const char *const absent[] = {"", "/a.b", "a", "a/", "a//x",
	    "./a.b", "a/../a.b", "../t/a.b", ".git/config", "link/x", "sub/x",
	    "A.B", "link", "sub", "nothing"};
	const struct sandbox *box = *state;
	struct error e = {0};
	struct source *src;
	struct repo *r;
	char hex[REPO_HEX];
	size_t i;

	make_tree(box);
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "v1", NULL, &e), 0);
	lists(src, want, N(want));
	assert_int_equal(source_find(src, "a0", &e)->id_len, 20);
	/* the stored bytes, whatever the attributes ask for */
	reads(src, "a.b", "1\r\n$Id$\n");
	reads(src, "a/b/y", "3\n");
	reads(src, "z/empty", "");
	for (i = 0; i < N(absent); i++)
		refused(src, absent[i], ERROR_USAGE);
	assert_int_equal(repo_commit(r, "HEAD", hex, &e), 0);
	assert_string_equal(source_commit(src), hex);
	hex[7] = '\0';
	assert_string_equal(source_label(src), hex);
	source_free(src);
	assert_int_equal(source_open_git(&src, r, "HEAD:a", NULL, &e), 0);
	reads(src, "x", "2\n");
	assert_null(source_commit(src));
	source_free(src);
	assert_int_equal(source_open_git(&src, r, "HEAD:a0", NULL, &e), -1);
	assert_int_equal(source_open_git(&src, r, "nothing", NULL, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	repo_free(r);
}

static void
test_packed(void **state)
{
	const struct sandbox *box = *state;
	struct error e = {0};
	struct source *src;
	struct repo *r;

	make_tree(box);
	sandbox_sh(box, "cd t; git gc -q --aggressive --prune=now; test -z "
			"\"$(git count-objects | grep -v '^0')\"");
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), 0);
	reads(src, "a.b", "1\r\n$Id$\n");
	source_free(src);
	repo_free(r);
}

struct forged {
	const char *mode, *name;
	bool tree; /* point to a tree instead of a blob */
};

static size_t
put_item(unsigned char *out, const struct forged *f, const char *hex)
{
	size_t used = 0, i;
	unsigned byte;

	used += (size_t)sprintf((char *)out, "%s %s", f->mode, f->name) + 1;
	for (i = 0; i < 20; i++) {
		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			sandbox_die("hex");
		out[used++] = (unsigned char)byte;
	}
	return used;
}

/* A commit of a tree whose LEN bytes are given; its id in a static buffer. */
static const char *
commit_raw(const struct sandbox *box, const void *data, size_t len)
{
	sandbox_file(box, "raw", data, len);
	return sandbox_out(box,
	    "cd t; git commit-tree -m x $(git hash-object --literally -t tree "
	    "-w ../raw)");
}

static void
test_forged_trees(void **state)
{
	static const struct {
		const char *label;
		bool good;
		struct forged item[4];
	} c[] = {
	    {"plain", true, {{"100644", "a", false}, {"40000", "b", true}}},
	    {"padded mode", true, {{"040000", "b", true}}},
	    {"old mode", true, {{"100664", "a", false}}},
	    {"odd mode", true, {{"100600", "a", false}}},
	    {"order of git", true,
		{{"100644", "a.b", false}, {"40000", "a", true},
		    {"100644", "a0", false}}},
	    {"order of strings", false,
		{{"40000", "a", true}, {"100644", "a.b", false}}},
	    {"unsorted", false,
		{{"100644", "b", false}, {"100644", "a", false}}},
	    {"duplicate", false,
		{{"100644", "a", false}, {"100644", "a", false}}},
	    {"duplicate tree", false,
		{{"40000", "a", true}, {"40000", "a", true}}},
	    {"file and tree", false,
		{{"100644", "a", false}, {"40000", "a", true}}},
	    {"file and tree apart", false,
		{{"100644", "a", false}, {"100644", "a.b", false},
		    {"40000", "a", true}}},
	    {"file and tree further apart", false,
		{{"100644", "a", false}, {"100644", "a.b", false},
		    {"40000", "a.b", true}, {"40000", "a", true}}},
	    {"link and tree apart", false,
		{{"120000", "a", false}, {"100644", "a-b", false},
		    {"40000", "a", true}}},
	    {"prefixes only", true,
		{{"100644", "a", false}, {"100644", "a.b", false},
		    {"40000", "a.c", true}, {"40000", "ab", true}}},
	    {"empty name", false, {{"100644", "", false}}},
	    {"dot", false, {{"40000", ".", true}}},
	    {"dotdot", false, {{"40000", "..", true}}},
	    {"dotdot file", false, {{"100644", "..", false}}},
	    {".git", false, {{"40000", ".git", true}}},
	    {".GiT", false, {{"40000", ".GiT", true}}},
	    {"git~1", false, {{"40000", "git~1", true}}},
	    {"slash", false, {{"100644", "a/b", false}}},
	    {"dots", true, {{"100644", "...", false}}},
	    {".gitignore", true, {{"100644", ".gitignore", false}}},
	    {"no mode", false, {{"", "a", false}}},
	    {"mode of letters", false, {{"10o644", "a", false}}},
	    {"mode past 16 bits", false, {{"300100644", "a", false}}},
	    {"tree of an odd mode", false, {{"40755", "a", true}}},
	    {"tree mode on a blob", false, {{"40000", "a", false}}},
	};
	const struct sandbox *box = *state;
	unsigned char raw[512];
	char blob[64], tree[64];
	struct error e;
	struct source *src;
	struct repo *r;
	size_t i, j, len;

	make_tree(box);
	snprintf(blob, sizeof(blob), "%s",
	    sandbox_out(box, "git -C t rev-parse HEAD:a0"));
	snprintf(tree, sizeof(tree), "%s",
	    sandbox_out(box, "git -C t rev-parse HEAD:a/b"));
	r = must_open(box, "t", false);
	for (i = 0; i < N(c); i++) {
		for (len = 0, j = 0; j < 4 && c[i].item[j].mode != NULL; j++)
			len += put_item(raw + len, &c[i].item[j],
			    c[i].item[j].tree ? tree : blob);
		memset(&e, 0, sizeof(e));
		if (source_open_git(&src, r, commit_raw(box, raw, len), NULL,
			&e) != (c[i].good ? 0 : -1) ||
		    (!c[i].good && e.code != ERROR_SYSTEM))
			fail_msg("%s: %d %s", c[i].label, e.code, e.message);
		if (c[i].good && strcmp(c[i].label, "odd mode") == 0) {
			assert_int_equal(
			    source_find(src, "a", &e)->kind, SOURCE_OTHER);
			assert_int_equal(
			    source_find(src, "a", &e)->mode, 0100600);
			refused(src, "a", ERROR_USAGE);
		}
		source_free(src);
		/* Every shorter tree is broken, except at an entry's end. */
		if (len < 80 && i < 2)
			for (j = 1; j < len; j++)
				if (source_open_git(&src, r,
					commit_raw(box, raw, j), NULL,
					&e) == 0) {
					assert_int_equal(j, 29);
					source_free(src);
				}
	}
	repo_free(r);
}

/* COUNT trees, each holding WIDTH times the one before. */
static void
nest(const struct sandbox *box, char hex[64], unsigned depth, unsigned width)
{
	static const char *const name[] = {"a", "b"};
	unsigned char raw[128];
	size_t len;
	unsigned i;

	for (; depth > 0; depth--) {
		for (len = 0, i = 0; i < width; i++)
			len += put_item(raw + len,
			    &(struct forged){"40000", name[i], true}, hex);
		sandbox_file(box, "raw", raw, len);
		snprintf(hex, 64, "%s",
		    sandbox_out(box,
			"cd t; git hash-object --literally -t tree -w ../raw"));
	}
}

static void
test_bombs(void **state)
{
	static const struct {
		const char *label, *start;
		unsigned depth, width;
		bool good;
	} c[] = {
	    {"64 deep", "HEAD:a/b", 64, 1, true},
	    {"65 deep", "HEAD:a/b", 65, 1, false},
	    {"2^40 files", "HEAD:a/b", 40, 2, false},
	    {"2^40 empty directories", "EMPTY", 40, 2, false},
	};
	const struct sandbox *box = *state;
	const struct source_limits limits = {1000, 1000, 5000, 4095};
	struct source *src;
	struct error e = {0};
	struct repo *r;
	char hex[64];
	size_t i;

	make_tree(box);
	sandbox_sh(box, "cd t; git tag EMPTY $(git mktree </dev/null)");
	r = must_open(box, "t", false);
	for (i = 0; i < N(c); i++) {
		snprintf(hex, sizeof(hex), "%s",
		    sandbox_out(box, "git -C t rev-parse %s", c[i].start));
		nest(box, hex, c[i].depth, c[i].width);
		if (source_open_git(&src, r, hex, &limits, &e) !=
		    (c[i].good ? 0 : -1))
			fail_msg("%s: %s", c[i].label, e.message);
		if (!c[i].good)
			assert_int_equal(e.code, ERROR_SYSTEM);
		source_free(src);
	}
	repo_free(r);
}

static void
test_git_limits(void **state)
{
	const struct sandbox *box = *state;
	struct source_limits limits = {10, 15, 9, 5};
	struct source *src;
	struct error e = {0};
	struct repo *r;

	/* A gigabyte of zeros is a megabyte in the object store. */
	sandbox_sh(box, "git init -q t; cd t; mkdir d; printf 0123456789 >a\n"
			"printf 01234567890 >b; printf 012345 >c\n"
			"printf 01234 >e; echo 1 >d/xyz; git add .\n"
			"truncate -s 1G big; git add big; rm big\n"
			"git commit -qm 1");
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "main", &limits, &e), 0);
	reads(src, "a", "0123456789");
	refused(src, "b", ERROR_SYSTEM);   /* 11 > 10 */
	refused(src, "big", ERROR_SYSTEM); /* and is not read for it */
	refused(src, "c", ERROR_SYSTEM);   /* 10 + 6 > 15 */
	reads(src, "e", "01234");
	reads(src, "a", "0123456789"); /* read before: costs nothing */
	source_free(src);
	limits.entries = 7; /* six files and a directory */
	assert_int_equal(source_open_git(&src, r, "main", &limits, &e), 0);
	source_free(src);
	limits.entries = 6;
	assert_int_equal(source_open_git(&src, r, "main", &limits, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	limits.entries = 9;
	limits.path_bytes = 4; /* d/xyz */
	assert_int_equal(source_open_git(&src, r, "main", &limits, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	repo_free(r);
}

/* A missing or damaged object is never an absent file. */
static void
test_missing_objects(void **state)
{
	const struct sandbox *box = *state;
	char id[64];
	struct source *src;
	struct error e = {0};
	struct repo *r;

	make_tree(box);
	snprintf(id, sizeof(id), "%s",
	    sandbox_out(box, "git -C t rev-parse HEAD:a.b"));
	sandbox_sh(box, "cd t/.git/objects; rm -f %.2s/%s", id, id + 2);
	snprintf(id, sizeof(id), "%s",
	    sandbox_out(box, "git -C t rev-parse HEAD:a0"));
	sandbox_sh(box,
	    "cd t/.git/objects; f=%.2s/%s; rm -f $f\n"
	    "python3 -c 'import zlib,sys;sys.stdout.buffer.write("
	    "zlib.compress(b\"blob 2\\0X\\n\"))' >$f",
	    id, id + 2);
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), 0);
	refused(src, "a.b", ERROR_SYSTEM);
	refused(src, "a0", ERROR_SYSTEM); /* bytes of another object */
	reads(src, "a/x", "2\n");
	source_free(src);
	repo_free(r);
	snprintf(id, sizeof(id), "%s",
	    sandbox_out(box, "git -C t rev-parse HEAD:a/b"));
	sandbox_sh(box, "cd t/.git/objects; rm -f %.2s/%s", id, id + 2);
	r = must_open(box, "t", false);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	repo_free(r);
	/* the same in a partial clone, made by git itself */
	sandbox_sh(box, "rm -rf t; git init -q t; cd t; echo 1 >f; git add f; "
			"git commit -qm 1; git config uploadpack.allowFilter "
			"1; cd ..; git clone -q --bare --filter=blob:none "
			"file://$PWD/t part");
	r = must_open(box, "part", false);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), 0);
	refused(src, "f", ERROR_SYSTEM);
	source_free(src);
	repo_free(r);
}

static void
test_many_entries(void **state)
{
	const struct sandbox *box = *state;
	struct timespec a, b;
	struct source *src;
	struct error e = {0};
	struct repo *r;
	size_t n;

	sandbox_sh(box,
	    "git init -q --bare t; python3 -c '\n"
	    "print(\"blob\\nmark :1\\ndata 2\\nx\\n\")\n"
	    "print(\"commit refs/heads/main\\ncommitter C <c> 0 +0000\\n"
	    "data 1\\nx\")\n"
	    "for i in range(50000):\n"
	    "  print(\"M 100644 :1 z/%%d/%%d.zone\" %% (i %% 50, i))\n"
	    "' | git -C t fast-import --quiet");
	r = must_open(box, "t", false);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(source_open_git(&src, r, "main", NULL, &e), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_non_null(source_entries(src, &n, &e));
	assert_int_equal(n, 50000);
	reads(src, "z/49/49999.zone", "x\n");
	/* Measured 0.03 s; ten times that under sanitizers. */
	assert_true(b.tv_sec - a.tv_sec < 5);
	source_free(src);
	repo_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_resolve),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test_setup_teardown(
		test_git_tree, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_packed, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_forged_trees, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_bombs, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_git_limits, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_missing_objects, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_many_entries, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
