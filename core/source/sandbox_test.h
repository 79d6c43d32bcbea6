/*
 * For the tests of this room: a throw-away directory and the real git in it,
 * untouched by the configuration and the environment of whoever runs the
 * tests.
 */
#ifndef SOURCE_SANDBOX_TEST_H
#define SOURCE_SANDBOX_TEST_H

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * libgit2 1.5 leaks in two places of its own: in looking through the
 * extensions of a version 1 repository, and in walks that meet a hole.
 */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0"; /* or the names are not seen */
}

const char *
__lsan_default_suppressions(void)
{
	return "leak:git_config_foreach_match\nleak:git_merge_base\n"
	       "leak:git_graph_reachable_from_any\n";
}

struct sandbox {
	char dir[64];
};

/* The program's own answer to failure in preparing: no test can go on. */
static inline void
sandbox_die(const char *what)
{
	fprintf(stderr, "test: cannot prepare: %s\n", what);
	abort();
}

/* Run a shell script inside the sandbox; its exit status. */
static inline int __attribute__((format(printf, 2, 0)))
sandbox_vsh(const struct sandbox *box, const char *fmt, va_list ap)
{
	char *script, *all = NULL;
	int rc;

	if (vasprintf(&script, fmt, ap) < 0 ||
	    asprintf(&all, "cd '%s' || exit 99; exec 2>>'%s'/log; set -e\n%s",
		box->dir, box->dir, script) < 0)
		sandbox_die("no memory");
	rc = system(all);
	free(all);
	free(script);
	return rc;
}

static inline int __attribute__((format(printf, 2, 3)))
sandbox_try(const struct sandbox *box, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = sandbox_vsh(box, fmt, ap);
	va_end(ap);
	return rc;
}

/* As sandbox_try(), but it has to work. */
static inline void __attribute__((format(printf, 2, 3)))
sandbox_sh(const struct sandbox *box, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = sandbox_vsh(box, fmt, ap);
	va_end(ap);
	if (rc != 0) {
		sandbox_try(box, "tail log >&1");
		sandbox_die(fmt);
	}
}

/* First word a script prints, up to 255 bytes, in a static buffer. */
static inline const char *__attribute__((format(printf, 2, 3)))
sandbox_out(const struct sandbox *box, const char *fmt, ...)
{
	static char line[256];
	char file[PATH_MAX], *script;
	va_list ap;
	FILE *f;

	va_start(ap, fmt);
	if (vasprintf(&script, fmt, ap) < 0)
		sandbox_die("no memory");
	va_end(ap);
	sandbox_sh(box, "{ %s\n} >'%s'/out", script, box->dir);
	free(script);
	snprintf(file, sizeof(file), "%s/out", box->dir);
	if ((f = fopen(file, "r")) == NULL || fscanf(f, "%255s", line) != 1)
		sandbox_die(fmt);
	fclose(f);
	return line;
}

/* Absolute path of NAME inside the sandbox, in one of four static buffers. */
static inline const char *
sandbox_path(const struct sandbox *box, const char *name)
{
	static char buf[4][PATH_MAX];
	static unsigned next;
	char *out = buf[next++ % 4];

	snprintf(out, PATH_MAX, "%s/%s", box->dir, name);
	return out;
}

static inline void
sandbox_file(
    const struct sandbox *box, const char *name, const void *data, size_t len)
{
	FILE *f = fopen(sandbox_path(box, name), "w");

	if (f == NULL || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		sandbox_die(name);
}

static inline void
sandbox_open(struct sandbox *box)
{
	static const char *const drop[] = {"GIT_DIR", "GIT_WORK_TREE",
	    "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH",
	    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_INDEX_FILE",
	    "GIT_NAMESPACE", "XDG_CONFIG_HOME"};
	static const char *const put[][2] = {{"GIT_CONFIG_NOSYSTEM", "1"},
	    {"GIT_AUTHOR_NAME", "A"}, {"GIT_AUTHOR_EMAIL", "a@example.com"},
	    {"GIT_COMMITTER_NAME", "C"},
	    {"GIT_COMMITTER_EMAIL", "c@example.com"},
	    {"GIT_NO_REPLACE_OBJECTS", "1"}, {"LC_ALL", "C"}};
	size_t i;

	snprintf(box->dir, sizeof(box->dir), "/tmp/zonegate-test-XXXXXX");
	if (mkdtemp(box->dir) == NULL)
		sandbox_die("mkdtemp");
	for (i = 0; i < sizeof(drop) / sizeof(drop[0]); i++)
		unsetenv(drop[i]);
	for (i = 0; i < sizeof(put) / sizeof(put[0]); i++)
		setenv(put[i][0], put[i][1], 1);
	setenv("HOME", box->dir, 1);
	sandbox_sh(box, "git config --global init.defaultBranch main\n"
			"git config --global protocol.file.allow always\n"
			"git config --global advice.detachedHead false");
}

static inline void
sandbox_close(struct sandbox *box)
{
	char *cmd;

	if (asprintf(&cmd, "rm -rf '%s'", box->dir) < 0 || system(cmd) != 0)
		sandbox_die("rm");
	free(cmd);
}

/* For cmocka_unit_test_setup_teardown(): *STATE is the sandbox. */
static inline int
sandbox_setup(void **state)
{
	static struct sandbox box;

	sandbox_open(&box);
	*state = &box;
	return 0;
}

static inline int
sandbox_teardown(void **state)
{
	sandbox_close(*state);
	return 0;
}

#endif
