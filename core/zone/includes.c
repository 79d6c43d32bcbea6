/* Which files a zone is made of, without parsing its records. */
#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../source/source.h"
#include "lex.h"
#include "load.h"

struct walk {
	struct source *source;
	struct arena *arena;
	struct hash_table *seen; /* every path once: cycles end by themselves */
	const char **todo;
	size_t n, cap;
	void (*fn)(void *ctx, const char *path);
	void *ctx;
	struct error *e;
};

/* Remember PATH for reading unless it was seen. 1 new, 0 not, -1. */
static int
push(struct walk *w, const char *path)
{
	const char *kept = arena_strdup(w->arena, path), **p;
	size_t cap = w->cap == 0 ? 16 : w->cap * 2;
	int added;

	if (kept == NULL ||
	    hash_table_put(w->seen, kept, strlen(kept), 0, &added) == NULL)
		return error_memory(w->e);
	if (!added)
		return 0;
	if (w->n == w->cap) {
		if ((p = realloc(w->todo, cap * sizeof(*p))) == NULL)
			return error_memory(w->e);
		w->todo = p;
		w->cap = cap;
	}
	w->todo[w->n++] = kept;
	return 1;
}

/* The file that the line E of FROM includes. 0, or -1 with W->e set. */
static int
include(struct walk *w, const char *from, const struct lex_entry *e)
{
	const char *p = e->token[1].p;
	size_t len = e->token[1].len;
	char name[4096], path[4096];
	struct error why = {0};
	int rc;

	if (lex_quoted(&e->token[1])) {
		p++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(name))
		return 0;
	memcpy(name, p, len);
	name[len] = '\0';
	if (strlen(name) != len ||
	    source_resolve(path, sizeof(path), from, name, &why) != 0)
		return 0; /* the loader reports it */
	if ((rc = push(w, path)) > 0)
		w->fn(w->ctx, w->todo[w->n - 1]);
	return rc < 0 ? -1 : 0;
}

static int
lines(struct walk *w, const char *path, struct lex *x)
{
	struct lex_entry e;
	struct lex_fault fault;
	int rc;

	while ((rc = lex_next(x, &e, &fault)) != 0) {
		if (rc == -2)
			return error_memory(w->e);
		if (rc == 1 && e.ntokens >= 2 && !e.blank &&
		    lex_is(&e.token[0], "$include") &&
		    include(w, path, &e) != 0)
			return -1;
	}
	return 0;
}

static int
read_file(struct walk *w, const char *path)
{
	struct error why = {0};
	struct lex x;
	const char *data;
	size_t len;
	int rc;

	if (source_read(w->source, path, &data, &len, &why) != 0) {
		if (why.code != ERROR_SYSTEM)
			return 0;
		if (w->e != NULL)
			*w->e = why;
		return -1;
	}
	/* Most files include nothing: don't cut them into lines then. */
	if (memchr(data, '$', len) == NULL)
		return 0;
	/* The most generous reading: a file too many does no harm. */
	lex_init(&x, data, len, ZONE_DIALECT_BIND);
	rc = lines(w, path, &x);
	lex_free(&x);
	return rc;
}

int
zone_includes(struct source *source, const char *path,
    void (*fn)(void *ctx, const char *path), void *ctx, struct error *e)
{
	struct walk w = {.source = source, .fn = fn, .ctx = ctx, .e = e};
	int rc;

	w.arena = arena_new();
	w.seen = hash_table_new(16);
	rc = w.arena == NULL || w.seen == NULL ? error_memory(e)
					       : push(&w, path);
	while (rc >= 0 && w.n > 0) {
		path = w.todo[--w.n];
		rc = read_file(&w, path);
	}
	hash_table_free(w.seen);
	arena_free(w.arena);
	free(w.todo);
	return rc < 0 ? -1 : 0;
}
