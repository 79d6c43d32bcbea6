/* Walking an audit log from its first line to its last. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "chain_impl.h"

#define RULE "audit-chain"
#define FAULTS_MAX 100

struct walk {
	struct chain_result *result;
	struct findings *fs;
	const char *path;
	const char *const *expect;
	size_t nexpect;
	bool *seen;
	uint64_t number;  /* of the line, from 1 */
	struct text torn; /* bytes since the last whole line */
	uint64_t torn_at; /* number of their first line */
	bool torn_open;   /* their last line has no line feed */
	size_t faults;
};

static void __attribute__((format(printf, 4, 5)))
fault(struct walk *w, uint64_t line, const char *help, const char *fmt, ...)
{
	char what[256];
	struct finding *f;
	va_list ap;

	if (w->faults++ >= FAULTS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	f = findings_add(w->fs, RULE, "%s", what);
	f->severity = SEVERITY_ERROR;
	f->help = help;
	f->place.file = findings_text(w->fs, "%s", w->path);
	f->place.line = line < UINT32_MAX ? (uint32_t)line : 0;
}

/* What lies between the last whole line and the one that says LINK. */
static void
check_torn(struct walk *w, const struct chain_link *link)
{
	char hash[HASH_HEX];

	if (w->torn_at == 0 && !link->torn)
		return;
	if (!link->torn) {
		fault(w, w->torn_at, NULL,
		    "this is no line of the log, and no crash was noted here");
		return;
	}
	if (w->torn.len != link->torn_bytes ||
	    hash_sha256_hex(hash, w->torn.data == NULL ? "" : w->torn.data,
		w->torn.len) != 0 ||
	    strcmp(hash, link->torn_hash) != 0) {
		fault(w, w->torn_at != 0 ? w->torn_at : w->number, NULL,
		    "the remains of a crash, which line %llu describes, were "
		    "altered",
		    (unsigned long long)w->number);
		return;
	}
	w->result->torn++;
}

static void
whole_line(
    struct walk *w, const char *line, size_t len, const struct chain_link *link)
{
	size_t i;

	if (strcmp(link->prev, w->result->head) != 0)
		fault(w, w->number,
		    "compare with a copy; every line names the SHA-256 of the "
		    "line before it",
		    w->result->lines == 0
			? "this is not the first line of the log: lines before "
			  "it are missing"
			: "a line before this one is missing, was altered or "
			  "stood elsewhere");
	check_torn(w, link);
	text_clear(&w->torn);
	w->torn_at = 0;
	if (hash_sha256_hex(w->result->head, line, len) != 0)
		w->fs->lost = true;
	for (i = 0; i < w->nexpect; i++)
		w->seen[i] |= strcmp(w->expect[i], w->result->head) == 0;
	w->result->lines++;
}

/* The torn bytes as the writer counted them: all lines, without the last line
 * feed. */
static void
torn_line(struct walk *w, const char *line, size_t len)
{
	if (w->torn_at == 0)
		w->torn_at = w->number;
	else
		text_char(&w->torn, '\n');
	if (w->torn.len + len > 2 * CHAIN_LINE_MAX)
		w->torn.lost = true;
	text_add(&w->torn, line, len);
}

static void
end_of_log(struct walk *w)
{
	size_t i;

	if (w->torn_at != 0)
		fault(w, w->torn_at,
		    "after a crash the next decision marks it; if there was "
		    "none, the log was cut",
		    "the log ends in the middle of a line");
	for (i = 0; i < w->nexpect; i++)
		if (!w->seen[i])
			fault(w, w->number,
			    "compare with a copy: lines were cut off, or the "
			    "log was written anew",
			    "no line has the hash %.64s", w->expect[i]);
}

static int
walk(struct walk *w, FILE *f,
    void (*each)(void *ctx, const char *line, size_t len), void *ctx)
{
	struct chain_link link;
	char *line = NULL;
	size_t cap = 0, len;
	ssize_t n;

	while ((n = getline(&line, &cap, f)) > 0) {
		len = (size_t)n;
		w->number++;
		w->torn_open = line[len - 1] != '\n';
		len -= !w->torn_open;
		if (chain_is_whole(line, len, &link) && !w->torn_open) {
			whole_line(w, line, len, &link);
			if (each != NULL)
				each(ctx, line, len);
		} else {
			torn_line(w, line, len);
		}
	}
	free(line);
	end_of_log(w);
	return ferror(f) != 0 || text_lost(&w->torn) ? -1 : 0;
}

int
chain_verify(const char *path, const char *const *expect, size_t n,
    void (*each)(void *ctx, const char *line, size_t len), void *ctx,
    struct chain_result *result, struct findings *fs, struct error *e)
{
	struct walk w = {.result = result,
	    .fs = fs,
	    .path = path,
	    .expect = expect,
	    .nexpect = n,
	    .torn = TEXT_INIT};
	FILE *f = fopen(path, "re");
	int rc;

	memset(result, 0, sizeof(*result));
	memcpy(result->head, CHAIN_ZEROS, HASH_HEX);
	if (f == NULL) {
		error_set(e, ERROR_SYSTEM, "the audit log cannot be read: %s",
		    strerror(errno));
		return error_at(e, path, 0, 0);
	}
	if ((w.seen = calloc(n + 1, sizeof(*w.seen))) == NULL)
		rc = error_memory(e);
	else if ((rc = walk(&w, f, each, ctx)) != 0)
		error_set(
		    e, ERROR_SYSTEM, "the audit log cannot be read to its end");
	free(w.seen);
	text_free(&w.torn);
	fclose(f);
	return rc;
}
