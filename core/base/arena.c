#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN ((size_t)64 << 10)
#define BLOCK_MAX ((size_t)4 << 20)
#define ALIGN ((size_t)16)

struct block {
	struct block *next;
	size_t size; /* usable bytes behind this header */
	size_t used;
	size_t pad;
};

struct hook {
	struct hook *next;
	void (*fn)(void *);
	void *data;
};

struct arena {
	struct block *head; /* allocations come from here */
	struct hook *hooks;
	size_t total;
	size_t next_size;
};

struct arena *
arena_new(void)
{
	struct arena *a;

	if ((a = calloc(1, sizeof(*a))) != NULL)
		a->next_size = BLOCK_MIN;
	return a;
}

void
arena_free(struct arena *a)
{
	struct block *b, *next;
	struct hook *h;

	if (a == NULL)
		return;
	for (h = a->hooks; h != NULL; h = h->next)
		h->fn(h->data);
	for (b = a->head; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct block *
block_add(struct arena *a, size_t need)
{
	struct block *b;
	size_t size = a->next_size;

	if (need > SIZE_MAX / 2 - sizeof(*b))
		return NULL;
	if (need > size / 4) {
		/* Big objects get a block of their own, behind the head, so
		 * that the rest of the head is not lost. */
		size = need;
	} else if (a->next_size < BLOCK_MAX) {
		a->next_size *= 2;
	}
	if ((b = malloc(sizeof(*b) + size)) == NULL)
		return NULL;
	b->size = size;
	b->used = 0;
	b->pad = 0;
	if (size == need && a->head != NULL) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

static void *
take(struct arena *a, size_t len, size_t align)
{
	struct block *b = a->head;
	size_t at = 0;
	uint8_t *p;

	if (b != NULL)
		at = (b->used + align - 1) & ~(align - 1);
	if (b == NULL || at > b->size || len > b->size - at) {
		if ((b = block_add(a, len)) == NULL)
			return NULL;
		at = 0;
	}
	p = (uint8_t *)(b + 1) + at;
	b->used = at + len;
	a->total += len;
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	void *p = take(a, size == 0 ? 1 : size, ALIGN);

	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, n * size);
}

void *
arena_bytes(struct arena *a, size_t len)
{
	return take(a, len == 0 ? 1 : len, 1);
}

void *
arena_dup(struct arena *a, const void *data, size_t len)
{
	char *p;

	if (len == SIZE_MAX || (p = arena_bytes(a, len + 1)) == NULL)
		return NULL;
	if (len != 0)
		memcpy(p, data, len);
	p[len] = '\0';
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_dup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0 || (p = arena_bytes(a, (size_t)n + 1)) == NULL) {
		va_end(again);
		return NULL;
	}
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

int
arena_on_free(struct arena *a, void (*fn)(void *), void *data)
{
	struct hook *h;

	if ((h = arena_alloc(a, sizeof(*h))) == NULL)
		return -1;
	h->fn = fn;
	h->data = data;
	h->next = a->hooks;
	a->hooks = h;
	return 0;
}

size_t
arena_size(const struct arena *a)
{
	return a->total;
}
