#include "lines.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../base/arena.h"

#define STRIDE 1024u

struct zone_lines {
	pthread_mutex_t lock;
	size_t *mark; /* offset of line 1 + i * STRIDE */
	size_t n, cap;
	int built;
};

static void
destroy(void *p)
{
	struct zone_lines *l = p;

	pthread_mutex_destroy(&l->lock);
	free(l->mark);
}

struct zone_lines *
zone_lines_new(struct arena *a)
{
	struct zone_lines *l;

	if ((l = arena_alloc(a, sizeof(*l))) == NULL ||
	    pthread_mutex_init(&l->lock, NULL) != 0)
		return NULL;
	if (arena_on_free(a, destroy, l) != 0) {
		pthread_mutex_destroy(&l->lock);
		return NULL;
	}
	return l;
}

/* The offset behind the next line feed at or after AT. */
static size_t
next_line(const char *data, size_t len, size_t at)
{
	const char *p = at < len ? memchr(data + at, '\n', len - at) : NULL;

	return p == NULL ? len : (size_t)(p - data) + 1;
}

/* Without memory the index stays short, and finding is slow, not wrong. */
static void
build(struct zone_lines *l, const char *data, size_t len)
{
	size_t at, line = 0, *p;

	for (at = 0; at < len; at = next_line(data, len, at), line++) {
		if (line % STRIDE != 0)
			continue;
		if (l->n == l->cap) {
			l->cap = l->cap == 0 ? 64 : l->cap * 2;
			p = realloc(l->mark, l->cap * sizeof(*p));
			if (p == NULL)
				return;
			l->mark = p;
		}
		l->mark[l->n++] = at;
	}
}

size_t
zone_lines_find(
    struct zone_lines *l, const char *data, size_t len, uint32_t line)
{
	size_t at = 0, slot, skip;

	if (line == 0)
		return len;
	pthread_mutex_lock(&l->lock);
	if (!l->built) {
		build(l, data, len);
		l->built = 1;
	}
	slot = (line - 1) / STRIDE;
	if (slot >= l->n)
		slot = l->n == 0 ? 0 : l->n - 1;
	if (l->n != 0)
		at = l->mark[slot];
	pthread_mutex_unlock(&l->lock);
	for (skip = line - 1 - slot * STRIDE; skip > 0 && at < len; skip--)
		at = next_line(data, len, at);
	return at;
}
