/* The memo through damage of every kind: it may forget, never lie or fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <lmdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memo.h"

#define N 200

struct place {
	char git[64];
	char folder[96], file[128], lock[128];
	struct arena *arena;
	char value[N][128];
	struct memo_item item[N];
};

static int
forget(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int
begin(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	size_t i;

	if (p == NULL || (p->arena = arena_new()) == NULL)
		return -1;
	strcpy(p->git, "/tmp/zonegate-memo.XXXXXX");
	if (mkdtemp(p->git) == NULL)
		return -1;
	snprintf(p->folder, sizeof(p->folder), "%s/" MEMO_FOLDER, p->git);
	snprintf(p->file, sizeof(p->file), "%s/" MEMO_FILE, p->folder);
	snprintf(p->lock, sizeof(p->lock), "%s/" MEMO_LOCK_FILE, p->folder);
	for (i = 0; i < N; i++) {
		snprintf(p->value[i], sizeof(p->value[i]),
		    "value %03zu .................................", i);
		hash_sha256_hex(p->item[i].key, &i, sizeof(i));
		p->item[i].value = p->value[i];
		p->item[i].len = strlen(p->value[i]);
	}
	*state = p;
	return 0;
}

static int
end(void **state)
{
	struct place *p = *state;

	nftw(p->git, forget, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(p->arena);
	free(p);
	return 0;
}

static void
fill(struct place *p)
{
	struct memo *m = memo_open(p->git, NULL);

	memo_put(m, p->item, N);
	memo_close(m);
}

/* How many items are known. What is known must be right. */
static size_t
known(struct place *p, struct memo *m, const char *label)
{
	struct memo_item got[N];
	size_t i, n = 0;

	memcpy(got, p->item, sizeof(got));
	memo_get(m, got, N, p->arena);
	for (i = 0; i < N; i++) {
		if (got[i].value == NULL) {
			assert_int_equal(got[i].len, 0);
			continue;
		}
		n++;
		if (got[i].len != p->item[i].len ||
		    memcmp(got[i].value, p->value[i], got[i].len) != 0)
			fail_msg("%s: another value for item %zu", label, i);
	}
	return n;
}

static size_t
known_now(struct place *p, const char *label)
{
	struct memo *m = memo_open(p->git, NULL);
	size_t n = known(p, m, label);

	memo_close(m);
	return n;
}

static void
expect_mode(const char *path, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void
test_round_trip(void **state)
{
	static char big[1 << 20];
	struct place *p = *state;
	struct memo_item more = {.value = big, .len = sizeof(big)};
	struct memo *m = memo_open(p->git, NULL);

	assert_non_null(m);
	assert_int_equal(known(p, m, "empty"), 0);
	memo_put(m, p->item, N / 2);
	assert_int_equal(known(p, m, "half"), N / 2);
	memo_close(m);
	expect_mode(p->folder, 0700);
	expect_mode(p->file, 0600);
	expect_mode(p->lock, 0600);
	assert_int_equal(known_now(p, "opened again"), N / 2);
	fill(p);
	assert_int_equal(known_now(p, "all"), N);
	/* One that is no short one. */
	memset(big, 'x', sizeof(big));
	hash_sha256_hex(more.key, "big", 3);
	m = memo_open(p->git, NULL);
	memo_put(m, &more, 1);
	more.value = NULL;
	memo_get(m, &more, 1, p->arena);
	assert_non_null(more.value);
	assert_int_equal(more.len, sizeof(big));
	assert_memory_equal(more.value, big, sizeof(big));
	/* Too long: not kept, and harmless. */
	more.len = MEMO_VALUE_MAX + 1;
	memo_put(m, &more, 1);
	assert_int_equal(known(p, m, "after one too long"), N);
	memo_close(m);
}

static void
test_none(void **state)
{
	struct place *p = *state;

	assert_int_equal(known(p, NULL, "no memo"), 0);
	memo_put(NULL, p->item, N);
	memo_close(NULL);
	assert_null(memo_open(NULL, NULL));
	assert_null(memo_open("/nonexistent/zonegate", NULL));
}

/* ---- damage ---------------------------------------------------------------
 */

static void
overwrite(const char *path, off_t from, off_t len, int byte)
{
	int fd = open(path, O_RDWR);
	unsigned seed = 1;
	uint8_t b;

	assert_true(fd >= 0);
	for (; len > 0; len--, from++) {
		seed = seed * 1103515245u + 12345u;
		b = byte < 0 ? (uint8_t)(seed >> 16) : (uint8_t)byte;
		assert_int_equal(pwrite(fd, &b, 1, from), 1);
	}
	close(fd);
}

static off_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

struct damage {
	const char *label;
	off_t cut;       /* truncate to it; -1: not */
	off_t from, len; /* overwritten; a length of -1: to the end */
	int byte;        /* -1: random */
};

/* Damage is found out when it is met: some runs later all is well again. */
static void
expect_mended(struct place *p, const char *label)
{
	unsigned turn;

	for (turn = 0; turn < 6; turn++) {
		fill(p);
		if (known_now(p, label) == N)
			return;
	}
	fail_msg("%s: was not mended", label);
}

static void
test_damage(void **state)
{
	static const struct damage cases[] = {
	    {"emptied", 0, 0, 0, 0},
	    {"one byte", 1, 0, 0, 0},
	    {"a page", 4096, 0, 0, 0},
	    {"the meta pages", 8192, 0, 0, 0},
	    {"three pages", 12288, 0, 0, 0},
	    {"three and a half", 14000, 0, 0, 0},
	    {"another magic", -1, 16, 4, 0x55},
	    {"another version of LMDB", -1, 20, 4, 0x7f},
	    {"both meta pages random", -1, 16, 8000, -1},
	    {"a huge map", -1, 16 + 16, 8, 0x7f},
	    {"pages zeroed", -1, 8192, -1, 0},
	    {"pages of ones", -1, 8192, -1, 0xff},
	    {"pages random", -1, 8192, -1, -1},
	    {"page heads random", -1, 8192, 64, -1},
	    {"all random", -1, 0, -1, -1},
	    {"roots out of the file", -1, 16 + 24, 4096, 0x11},
	};
	struct place *p = *state;
	off_t size;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct damage *c = &cases[i];

		unlink(p->file);
		unlink(p->lock);
		fill(p);
		assert_int_equal(known_now(p, c->label), N);
		size = size_of(p->file);
		if (c->cut >= 0)
			assert_int_equal(truncate(p->file, c->cut), 0);
		overwrite(p->file, c->from,
		    c->len < 0 ? size - c->from : c->len, c->byte);
		(void)known_now(p, c->label);
		expect_mended(p, c->label);
	}
}

/* Every byte of a small file in turn: answers stay right or away. */
static void
test_flips(void **state)
{
	struct place *p = *state;
	off_t size, at, step;

	fill(p);
	size = size_of(p->file);
	/* Some of all: each one starts processes. */
	step = size / 60 | 1;
	for (at = 0; at < size; at += step) {
		overwrite(p->file, at, 1, 0xa5);
		(void)known_now(p, "flipped");
		fill(p);
		if (access(p->file, F_OK) != 0 || size_of(p->file) < size)
			expect_mended(p, "begun anew");
	}
	expect_mended(p, "at the end");
}

/* Values that are there but were not made by this program. */
static void
test_garbage(void **state)
{
	static const struct {
		const char *label, *bytes;
		size_t len;
	} cases[] = {
	    {"empty", "", 0},
	    {"short", "abc", 3},
	    {"only a head", "\0\0\0\0abcdefgh", 12},
	    {"another length", "\x7f\0\0\0abcdefghxyz", 15},
	    {"another checksum", "\3\0\0\0abcdefghxyz", 15},
	    {"a huge length",
		"\xff\xff\xff\xff"
		"abcdefghxyz",
		15},
	};
	struct place *p = *state;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi db;
	MDB_val k, v;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fill(p);
		assert_int_equal(mdb_env_create(&env), 0);
		mdb_env_set_mapsize(env, (size_t)256 << 20);
		assert_int_equal(
		    mdb_env_open(env, p->file, MDB_NOSUBDIR, 0600), 0);
		assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
		assert_int_equal(mdb_dbi_open(txn, NULL, 0, &db), 0);
		/* The value of one stands under another's key. */
		k = (MDB_val){64, p->item[0].key};
		assert_int_equal(mdb_get(txn, db, &k, &v), 0);
		k.mv_data = p->item[1].key;
		assert_int_equal(mdb_put(txn, db, &k, &v, 0), 0);
		k.mv_data = p->item[2].key;
		v.mv_size = cases[i].len;
		v.mv_data = (void *)(uintptr_t)cases[i].bytes;
		assert_int_equal(mdb_put(txn, db, &k, &v, 0), 0);
		assert_int_equal(mdb_txn_commit(txn), 0);
		mdb_env_close(env);
		if (known_now(p, cases[i].label) != N - 2)
			fail_msg("%s: wrong number", cases[i].label);
	}
}

/* ---- not to be had --------------------------------------------------------
 */

static void
test_not_ours(void **state)
{
	struct place *p = *state;
	char other[96];

	snprintf(other, sizeof(other), "%s/other", p->git);
	/* A folder that others may enter. */
	assert_int_equal(mkdir(p->folder, 0700), 0);
	assert_int_equal(chmod(p->folder, 0750), 0);
	assert_null(memo_open(p->git, NULL));
	assert_int_equal(rmdir(p->folder), 0);
	/* A link to one. */
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(symlink("other", p->folder), 0);
	assert_null(memo_open(p->git, NULL));
	assert_int_equal(unlink(p->folder), 0);
	/* A file in its place. */
	assert_int_equal(mknod(p->folder, S_IFREG | 0600, 0), 0);
	assert_null(memo_open(p->git, NULL));
	assert_int_equal(unlink(p->folder), 0);
	/* The file itself is a link, or read by others: left as it is. */
	fill(p);
	assert_int_equal(known_now(p, "ours"), N);
	assert_int_equal(chmod(p->file, 0644), 0);
	assert_int_equal(known_now(p, "read by others"), 0);
	expect_mode(p->file, 0644);
	assert_int_equal(chmod(p->file, 0600), 0);
	assert_int_equal(known_now(p, "ours again"), N);
	snprintf(other, sizeof(other), "%s/other/x", p->git);
	assert_int_equal(rename(p->file, other), 0);
	assert_int_equal(symlink(other, p->file), 0);
	assert_int_equal(known_now(p, "a link"), 0);
	fill(p);
	assert_int_equal(known_now(p, "still a link"), 0);
	assert_int_equal(unlink(p->file), 0);
	/* Another's repository. */
	if (geteuid() == 0) {
		assert_int_equal(chown(p->git, 65534, (gid_t)-1), 0);
		assert_null(memo_open(p->git, NULL));
		assert_int_equal(chown(p->git, 0, (gid_t)-1), 0);
		assert_int_equal(chown(p->folder, 65534, (gid_t)-1), 0);
		assert_null(memo_open(p->git, NULL));
		assert_int_equal(chown(p->folder, 0, (gid_t)-1), 0);
	}
}

/* As somebody who may not write; in a child, for root can always. */
static void
test_unwritable(void **state)
{
	struct place *p = *state;
	int status;
	pid_t pid;

	fill(p);
	if ((pid = fork()) == 0) {
		if (geteuid() == 0 &&
		    (chown(p->git, 65534, 65534) != 0 ||
			chown(p->folder, 65534, 65534) != 0 ||
			chown(p->file, 65534, 65534) != 0 ||
			chown(p->lock, 65534, 65534) != 0 ||
			setgid(65534) != 0 || setuid(65534) != 0))
			_exit(10);
		if (chmod(p->file, 0400) != 0 || known_now(p, "file") != 0)
			_exit(11);
		if (unlink(p->file) != 0 || unlink(p->lock) != 0 ||
		    chmod(p->folder, 0500) != 0)
			_exit(12);
		fill(p);
		if (known_now(p, "folder") != 0)
			_exit(13);
		if (chmod(p->folder, 0700) != 0 || rmdir(p->folder) != 0 ||
		    chmod(p->git, 0500) != 0 || memo_open(p->git, NULL) != NULL)
			_exit(14);
		_exit(chmod(p->git, 0700) == 0 ? 0 : 15);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
refuse(struct error *e)
{
	return error_set(e, ERROR_SYSTEM, "no sandbox here");
}

static void
test_unconfined(void **state)
{
	struct place *p = *state;
	struct memo *m;

	fill(p);
	m = memo_open(p->git, refuse);
	assert_int_equal(known(p, m, "not confined"), 0);
	memo_put(m, p->item, N);
	memo_close(m);
	assert_int_equal(known_now(p, "and left alone"), N);
}

/* ---- several at once ------------------------------------------------------
 */

static void
work(struct place *p, unsigned which)
{
	struct memo *m;
	unsigned turn;

	for (turn = 0; turn < 10; turn++) {
		if ((m = memo_open(p->git, NULL)) == NULL)
			_exit(1);
		(void)known(p, m, "at once");
		memo_put(m, p->item + which * (N / 4), N / 4);
		if (known(p, m, "own") < N / 4)
			_exit(2);
		memo_close(m);
	}
	_exit(0);
}

static void
test_at_once(void **state)
{
	struct place *p = *state;
	pid_t pid[4];
	int status;
	unsigned i;

	for (i = 0; i < 4; i++)
		if ((pid[i] = fork()) == 0)
			work(p, i);
	for (i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_int_equal(known_now(p, "of all four"), N);
}

/* Killed at any time: nothing is worse than before. */
static void
test_killed(void **state)
{
	struct place *p = *state;
	struct memo *m;
	unsigned i;
	pid_t pid;

	fill(p);
	for (i = 0; i < 20; i++) {
		if ((pid = fork()) == 0) {
			for (;;) {
				m = memo_open(p->git, NULL);
				memo_put(m, p->item, N);
				(void)known(p, m, "to be killed");
				memo_close(m);
			}
		}
		usleep(2000 * (i + 1));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		if (known_now(p, "after a kill") != N)
			fail_msg("turn %u: forgotten", i);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(test_round_trip),
	    TEST(test_none),
	    TEST(test_damage),
	    TEST(test_flips),
	    TEST(test_garbage),
	    TEST(test_not_ours),
	    TEST(test_unwritable),
	    TEST(test_unconfined),
	    TEST(test_at_once),
	    TEST(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
