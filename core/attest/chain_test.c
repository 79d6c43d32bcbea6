/* The audit log: what is missing, altered, moved or cut is found; a crash is
 * marked and does no harm; many writers lose no line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chain.h"

#define LINES 8

struct log {
	char dir[64], path[96];
	char head[LINES][HASH_HEX];
};

static int
begin(void **state)
{
	struct log *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return -1;
	strcpy(l->dir, "/tmp/zonegate-chain.XXXXXX");
	if (mkdtemp(l->dir) == NULL)
		return -1;
	snprintf(l->path, sizeof(l->path), "%s/log", l->dir);
	*state = l;
	return 0;
}

static int
end(void **state)
{
	struct log *l = *state;

	unlink(l->path);
	rmdir(l->dir);
	free(l);
	return 0;
}

static int
add(const struct log *l, unsigned i, char head[HASH_HEX])
{
	char object[64];
	struct error e = {0};
	int n = snprintf(object, sizeof(object), "{\"n\":%u}", i);

	return chain_append(l->path, object, (size_t)n, head, &e);
}

static void
fill(struct log *l, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		assert_int_equal(add(l, i, l->head[i]), 0);
}

static char *
slurp(const struct log *l, size_t *len)
{
	char *p = calloc(1, 1 << 16);
	FILE *f = fopen(l->path, "r");

	assert_non_null(p);
	assert_non_null(f);
	*len = fread(p, 1, (1 << 16) - 1, f);
	fclose(f);
	return p;
}

static void
spill(const struct log *l, const char *data, size_t len)
{
	FILE *f = fopen(l->path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Faults of the log, with the line of the first. */
static size_t
faults(const struct log *l, const char *expect, uint32_t *line,
    struct chain_result *r)
{
	struct arena *a = arena_new();
	struct error e = {0};
	struct findings fs;
	size_t n;

	findings_init(&fs, a);
	assert_int_equal(chain_verify(l->path, expect == NULL ? NULL : &expect,
			     expect != NULL, NULL, NULL, r, &fs, &e),
	    0);
	n = fs.n;
	*line = n > 0 ? fs.item[0].place.line : 0;
	findings_free(&fs);
	arena_free(a);
	return n;
}

static void
test_whole(void **state)
{
	struct log *l = *state;
	struct chain_result r;
	struct error e = {0};
	char head[HASH_HEX];
	uint32_t line;

	fill(l, LINES);
	assert_int_equal(faults(l, NULL, &line, &r), 0);
	assert_int_equal(r.lines, LINES);
	assert_string_equal(r.head, l->head[LINES - 1]);
	assert_int_equal(chain_head(l->path, head, &e), 0);
	assert_string_equal(head, l->head[LINES - 1]);
	assert_int_equal(faults(l, l->head[0], &line, &r), 0);
}

/* A log of LINES lines with something done to it, and the line that tells. */
struct damage {
	const char *name;
	int (*harm)(char **line, int n); /* lines left */
	uint32_t tells;
	const char *anchor; /* needs the last head to be found */
};

static int
harm_nothing(char **line, int n)
{
	(void)line;
	return n;
}

static int
harm_missing(char **line, int n)
{
	memmove(line + 3, line + 4, (size_t)(n - 4) * sizeof(*line));
	return n - 1;
}

static int
harm_first(char **line, int n)
{
	memmove(line, line + 1, (size_t)(n - 1) * sizeof(*line));
	return n - 1;
}

static int
harm_altered(char **line, int n)
{
	char *p = strstr(line[2], "\"n\":2");

	assert_non_null(p);
	p[4] = '9';
	return n;
}

static int
harm_swapped(char **line, int n)
{
	char *p = line[4];

	line[4] = line[5];
	line[5] = p;
	return n;
}

static int
harm_twice(char **line, int n)
{
	line[n] = line[n - 1];
	return n + 1;
}

static int
harm_empty(char **line, int n)
{
	static char blank[] = "";

	memmove(line + 3, line + 2, (size_t)(n - 2) * sizeof(*line));
	line[2] = blank;
	return n + 1;
}

static int
harm_garbage(char **line, int n)
{
	line[5][10] = '\0';
	return n;
}

static int
harm_end(char **line, int n)
{
	(void)line;
	return n - 1;
}

static const struct damage damages[] = {
    {"nothing", harm_nothing, 0, NULL},
    {"a line is missing", harm_missing, 4, NULL},
    {"the first line is missing", harm_first, 1, NULL},
    {"a line was altered", harm_altered, 4, NULL},
    {"two lines changed places", harm_swapped, 5, NULL},
    {"the last line is there twice", harm_twice, 9, NULL},
    {"an empty line", harm_empty, 3, NULL},
    {"a line was cut", harm_garbage, 7, NULL},
    {"the end was cut off", harm_end, 7, "anchor"},
};

static void
test_damage(void **state)
{
	struct log *l = *state;
	char *line[LINES + 2], *data, *save, out[1 << 14];
	struct chain_result r;
	uint32_t where;
	size_t i, j, len;
	int n;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		print_message("  %s\n", damages[i].name);
		unlink(l->path);
		fill(l, LINES);
		data = slurp(l, &len);
		line[0] = strtok_r(data, "\n", &save);
		for (n = 1; n < LINES; n++)
			line[n] = strtok_r(NULL, "\n", &save);
		n = damages[i].harm(line, LINES);
		for (out[0] = '\0', j = 0; j < (size_t)n; j++) {
			strcat(out, line[j]);
			strcat(out, "\n");
		}
		spill(l, out, strlen(out));
		free(data);
		j = faults(l,
		    damages[i].anchor == NULL ? NULL : l->head[LINES - 1],
		    &where, &r);
		assert_int_equal(j > 0, damages[i].tells > 0);
		assert_int_equal(where, damages[i].tells);
	}
}

/* Cut at every byte of the last line: the next line goes on from there. */
static void
test_torn(void **state)
{
	struct log *l = *state;
	struct chain_result r;
	size_t len, cut, last;
	uint32_t line;
	char *data;

	fill(l, 3);
	data = slurp(l, &len);
	last = len - 1;
	while (data[last - 1] != '\n')
		last--;
	for (cut = last; cut <= len; cut++) {
		spill(l, data, cut);
		/* Not marked yet: cut by a crash, or by somebody. */
		assert_int_equal(
		    faults(l, NULL, &line, &r), cut > last && cut < len);
		assert_int_equal(add(l, 7, NULL), 0);
		assert_int_equal(add(l, 8, NULL), 0);
		assert_int_equal(faults(l, NULL, &line, &r), 0);
		assert_int_equal(r.torn, cut > last && cut < len - 1);
		assert_int_equal(r.lines, 4 + (cut >= len - 1));
	}
	/* Two crashes, one after the other; then the remains are altered. */
	spill(l, data, len);
	free(data);
	data = slurp(l, &len);
	strcpy(data + len, "{\"prev\n{\"pr");
	spill(l, data, len + 11);
	assert_int_equal(add(l, 9, NULL), 0);
	assert_int_equal(faults(l, NULL, &line, &r), 0);
	assert_int_equal(r.torn, 1);
	free(data);
	data = slurp(l, &len);
	strstr(data, "{\"prev\n")[3] = 'q';
	spill(l, data, len);
	assert_int_equal(faults(l, NULL, &line, &r), 1);
	assert_int_equal(line, 4);
	free(data);
}

/* A file system that is full: nothing is half there, and it can go on. */
static void
test_full(void **state)
{
	struct log *l = *state;
	struct rlimit r, small;
	struct chain_result res;
	struct stat st;
	uint32_t line;

	fill(l, 2);
	assert_int_equal(stat(l->path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	small = r;
	small.rlim_cur = (rlim_t)st.st_size + 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(add(l, 3, NULL), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
	assert_int_equal(faults(l, NULL, &line, &res), 0);
	assert_int_equal(res.lines, 2);
	assert_int_equal(add(l, 3, NULL), 0);
	assert_int_equal(faults(l, NULL, &line, &res), 0);
	assert_int_equal(res.lines, 3);
}

static void
test_refused(void **state)
{
	struct log *l = *state;
	struct error e = {0};

	assert_int_equal(
	    chain_append("/dev/null", "{\"a\":1}", 7, NULL, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_int_equal(chain_append(l->path, "{\"a\":\n1}", 8, NULL, &e), -1);
	assert_int_equal(
	    chain_append("/nonexistent/log", "{\"a\":1}", 7, NULL, &e), -1);
	spill(l, "no log at all\n", 14);
	assert_int_equal(add(l, 1, NULL), 0);
}

static void
test_writers(void **state)
{
	struct log *l = *state;
	struct chain_result r;
	uint32_t line;
	pid_t pid[8];
	int i, j, status;

	for (i = 0; i < 8; i++) {
		if ((pid[i] = fork()) == 0) {
			for (j = 0; j < 25; j++)
				if (add(l, (unsigned)(i * 100 + j), NULL) != 0)
					_exit(1);
			_exit(0);
		}
		assert_true(pid[i] > 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(faults(l, NULL, &line, &r), 0);
	assert_int_equal(r.lines, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_whole, begin, end),
	    cmocka_unit_test_setup_teardown(test_damage, begin, end),
	    cmocka_unit_test_setup_teardown(test_torn, begin, end),
	    cmocka_unit_test_setup_teardown(test_full, begin, end),
	    cmocka_unit_test_setup_teardown(test_refused, begin, end),
	    cmocka_unit_test_setup_teardown(test_writers, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
