/* What the tests of the commands share: a directory of their own, files in it,
 * and the report that a command wrote. */
#ifndef GATE_COMMAND_FIXTURE_H
#define GATE_COMMAND_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gate.h"

#define SOA                                                                    \
	"$TTL 3600\n$ORIGIN example.com.\n"                                    \
	"@ IN SOA ns1 host 1 7200 3600 1209600 300\n@ IN NS ns1\n"             \
	"ns1 IN A 192.0.2.53\n"

struct dir {
	char path[64];
	char out[96]; /* where reports go */
	struct gate_options o;
};

static inline int
begin(void **state)
{
	struct dir *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return -1;
	strcpy(d->path, "/tmp/zonegate-test.XXXXXX");
	if (mkdtemp(d->path) == NULL)
		return -1;
	snprintf(d->out, sizeof(d->out), "%s/report", d->path);
	d->o.output = d->out;
	d->o.quiet = true;
	d->o.repo = d->path;
	*state = d;
	return 0;
}

static inline int
forget(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline int
end(void **state)
{
	struct dir *d = *state;

	nftw(d->path, forget, 16, FTW_DEPTH | FTW_PHYS);
	free(d);
	return 0;
}

static inline const char *
at(const struct dir *d, const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", d->path, name);
	return p;
}

static inline void
put(const struct dir *d, const char *name, const char *text)
{
	const char *path = at(d, name), *slash = path + strlen(d->path) + 1;
	char part[256];
	FILE *f;

	for (; (slash = strchr(slash, '/')) != NULL; slash++) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0755);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fputs(text, f) < 0, 0);
	assert_int_equal(fclose(f), 0);
}

static inline char *
get(const char *path)
{
	static char buf[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return NULL;
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	fclose(f);
	return buf;
}

static inline int
command(const struct dir *d, const char *fmt, const char *arg)
{
	char line[512];
	int n, rc;

	n = snprintf(line, sizeof(line), "cd %s && { ", d->path);
	n += snprintf(line + n, sizeof(line) - (size_t)n, "%s %s", fmt, arg);
	snprintf(line + n, sizeof(line) - (size_t)n, "; } >/dev/null 2>&1");
	rc = system(line);
	return WIFEXITED(rc) ? WEXITSTATUS(rc) : -1;
}

static inline json_t *
report(const struct dir *d)
{
	json_t *root = json_load_file(d->out, 0, NULL);

	assert_non_null(root);
	return root;
}

#endif
