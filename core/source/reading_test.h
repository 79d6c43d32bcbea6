/*
 * For the tests of this room: what a source must list, read and refuse.
 */
#ifndef SOURCE_READING_TEST_H
#define SOURCE_READING_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "repo.h"
#include "sandbox_test.h"
#include "source.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static inline struct repo *
must_open(const struct sandbox *box, const char *name, bool hook)
{
	struct error e = {0};
	struct repo *r;

	if (repo_open(&r, sandbox_path(box, name), hook, &e) != 0)
		fail_msg("%s: %s", name, e.message);
	return r;
}

/* "main" with commits one and two; "side" forks off one; v1 tags a tag of
 * two; "alone" has a history of its own. */
static inline void
make_repo(const struct sandbox *box, const char *name)
{
	sandbox_sh(box,
	    "git init -q %s; cd %s\n"
	    "echo 1 >f; git add f; git commit -qm one; git branch side\n"
	    "echo 2 >f; git commit -qam two\n"
	    "git tag -am t inner; git tag -am t v1 inner\n"
	    "git checkout -q side; echo 3 >g; git add g; git commit -qm three\n"
	    "git checkout -q --orphan alone; git commit -qm four\n"
	    "git checkout -q main",
	    name, name);
}

/* PATH is refused with CODE; NULL-safe about everything else. */
static inline void
refused(struct source *src, const char *path, enum error_code code)
{
	struct error e = {0};
	const char *data;
	size_t len;

	if (source_read(src, path, &data, &len, &e) != -1 || e.code != code)
		fail_msg(
		    "%s: code %d, not %d: %s", path, e.code, code, e.message);
}

static inline void
reads(struct source *src, const char *path, const char *want)
{
	struct error e = {0};
	const char *data, *again;
	size_t len;

	if (source_read(src, path, &data, &len, &e) != 0)
		fail_msg("%s: %s", path, e.message);
	assert_int_equal(len, strlen(want));
	assert_string_equal(data, want);
	assert_int_equal(source_read(src, path, &again, &len, &e), 0);
	assert_ptr_equal(again, data);
}

struct expected {
	const char *path;
	enum source_kind kind;
	uint32_t mode;
};

static inline void
lists(struct source *src, const struct expected *want, size_t count)
{
	const struct source_entry *entry;
	struct error e = {0};
	size_t i, n;

	if ((entry = source_entries(src, &n, &e)) == NULL)
		fail_msg("%s", e.message);
	for (i = 0; i < n && i < count; i++) {
		if (strcmp(entry[i].path, want[i].path) != 0 ||
		    entry[i].kind != want[i].kind ||
		    entry[i].mode != want[i].mode)
			fail_msg("entry %zu: %s %d %o, not %s", i,
			    entry[i].path, entry[i].kind, entry[i].mode,
			    want[i].path);
		assert_ptr_equal(source_find(src, want[i].path, &e), &entry[i]);
	}
	assert_int_equal(n, count);
	assert_null(source_find(src, "nothing", &e));
	assert_null(source_find(src, "a", &e)); /* a directory */
	assert_null(source_find(src, "../a.b", &e));
	assert_int_equal(e.code, ERROR_NONE);
}

#endif
