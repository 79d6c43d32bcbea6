/*
 * What the scenario runner needs around it: programs run to their end with
 * their output in files, whole files, sets of rule ids. For tests only, and for
 * one test program: everything here is static.
 */
#ifndef GATE_SCENARIO_TOOLS_H
#define GATE_SCENARIO_TOOLS_H

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "../base/text.h"
#include "../policy/expect.h"

#define IDS_MAX 128

/* One scenario being run, in a process of its own. */
struct job {
	const char *name;
	const char *root;     /* of this repository */
	const char *zonegate; /* absolute path of the program */
	char dir[PATH_MAX];   /* scratch: work/, remote.git/, out, err */
	struct expect *want;
	FILE *log; /* why it failed */
};

/* Rule ids, each once. */
struct ids {
	char id[IDS_MAX][64];
	size_t n;
};

/* Say why the scenario failed. Returns -1. */
static int __attribute__((format(printf, 2, 3)))
complain(struct job *job, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(job->log, fmt, ap);
	va_end(ap);
	fputc('\n', job->log);
	return -1;
}

/* A path in static storage of the caller's choice, cut never: abort instead. */
static const char *__attribute__((format(printf, 2, 3)))
path_of(char out[PATH_MAX], const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, PATH_MAX, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= PATH_MAX)
		abort();
	return out;
}

static bool
exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The whole file PATH; empty when it is not there. */
static void
slurp(struct text *out, const char *path)
{
	char buf[8192];
	size_t n;
	FILE *f;

	text_clear(out);
	text_add(out, "", 0);
	if ((f = fopen(path, "rb")) == NULL)
		return;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		text_add(out, buf, n);
	fclose(f);
}

/* Write LEN bytes to PATH, whose directories are made; MODE as for fopen(). */
static int
spill(struct job *job, const char *path, const char *mode, const char *data,
    size_t len)
{
	char dir[PATH_MAX], *slash;
	FILE *f;

	path_of(dir, "%s", path);
	for (slash = strchr(dir + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(dir, 0755) == -1 && errno != EEXIST)
			return complain(job, "%s: %s", dir, strerror(errno));
		*slash = '/';
	}
	if ((f = fopen(path, mode)) == NULL)
		return complain(job, "%s: %s", path, strerror(errno));
	if (fwrite(data, 1, len, f) != len || fclose(f) != 0)
		return complain(job, "%s: not written", path);
	return 0;
}

static void
child(struct job *job, const char *cwd, const char *const argv[])
{
	static const char *const names[] = {"out", "err"};
	char path[PATH_MAX];
	int i, fd;

	for (i = 0; i < 2; i++) {
		path_of(path, "%s/%s", job->dir, names[i]);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (fd == -1 || dup2(fd, i + 1) == -1)
			_exit(127);
		close(fd);
	}
	fd = open("/dev/null", O_RDONLY);
	if (fd == -1 || dup2(fd, 0) == -1 || chdir(cwd) == -1)
		_exit(127);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/*
 * Run ARGV in CWD, output in DIR/out and DIR/err. Its exit status; 128 and the
 * signal when one killed it.
 */
static int
run(struct job *job, const char *cwd, const char *const argv[])
{
	int status;
	pid_t pid;

	if ((pid = fork()) == 0)
		child(job, cwd, argv);
	if (pid == -1)
		return 127;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#define RUN(job, cwd, ...)                                                     \
	run(job, cwd, (const char *const[]){__VA_ARGS__, NULL})

/* As run(), for steps that belong to the scenario's preparation. */
static int
must(struct job *job, const char *cwd, const char *const argv[])
{
	struct text err = TEXT_INIT;
	char path[PATH_MAX];
	int status;

	if ((status = run(job, cwd, argv)) == 0)
		return 0;
	slurp(&err, path_of(path, "%s/err", job->dir));
	complain(job, "%s %s: status %d\n%s", argv[0],
	    argv[1] != NULL ? argv[1] : "", status,
	    err.data != NULL ? err.data : "");
	text_free(&err);
	return -1;
}

#define MUST(job, cwd, ...)                                                    \
	must(job, cwd, (const char *const[]){__VA_ARGS__, NULL})

static bool
ids_has(const struct ids *ids, const char *id)
{
	size_t i;

	for (i = 0; i < ids->n; i++)
		if (strcmp(ids->id[i], id) == 0)
			return true;
	return false;
}

static void
ids_add(struct ids *ids, const char *id, size_t len)
{
	char word[64];

	if (len >= sizeof(word) || ids->n == IDS_MAX)
		abort();
	memcpy(word, id, len);
	word[len] = '\0';
	if (!ids_has(ids, word))
		memcpy(ids->id[ids->n++], word, sizeof(word));
}

/* "a b c" for a message, in static storage. */
static const char *
ids_text(const struct ids *ids)
{
	static char out[IDS_MAX * 64];
	size_t i;

	out[0] = '\0';
	for (i = 0; i < ids->n; i++) {
		strcat(out, i > 0 ? " " : "");
		strcat(out, ids->id[i]);
	}
	return ids->n > 0 ? out : "(none)";
}

/* Every ID of "WORD[ID]" in a text report. */
static void
ids_from_text(struct ids *ids, const char *text, const char *word)
{
	char mark[32];
	const char *p, *end;

	snprintf(mark, sizeof(mark), "%s[", word);
	for (p = text; (p = strstr(p, mark)) != NULL;) {
		p += strlen(mark);
		end = p + strcspn(p, "] \n");
		if (*end == ']' && end - p < 64)
			ids_add(ids, p, (size_t)(end - p));
	}
}

/* Bytes that can fool a terminal: controls, DEL, C1 in UTF-8. */
static bool
has_controls(const struct text *text)
{
	size_t i;
	unsigned char c, next;

	for (i = 0; i < text->len; i++) {
		c = (unsigned char)text->data[i];
		next = i + 1 < text->len ? (unsigned char)text->data[i + 1] : 0;
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ||
		    (c == 0xc2 && next >= 0x80 && next < 0xa0))
			return true;
	}
	return false;
}

#endif
