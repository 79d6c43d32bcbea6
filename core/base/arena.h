/*
 * An arena: many small allocations, one free. Everything that lives as long as
 * a zone, a policy or a run comes from one. Foreign objects share its life
 * through clean-up hooks.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new empty arena, or NULL without memory. */
struct arena *arena_new(void);

/* Run the hooks, newest first, and free everything. NULL is harmless. */
void arena_free(struct arena *);

/* SIZE zeroed bytes aligned for any object, or NULL without memory. */
void *arena_alloc(struct arena *, size_t size);

/* As arena_alloc() for N objects of SIZE bytes; NULL on overflow too. */
void *arena_calloc(struct arena *, size_t n, size_t size);

/* LEN bytes without alignment, not zeroed: names, RDATA, text. */
void *arena_bytes(struct arena *, size_t len);

/* Copies, always followed by a NUL byte that does not count. */
void *arena_dup(struct arena *, const void *data, size_t len);
char *arena_strdup(struct arena *, const char *);
char *arena_printf(struct arena *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

/* Call FN(DATA) when the arena is freed. 0, or -1 without memory. */
int arena_on_free(struct arena *, void (*fn)(void *), void *data);

/* Bytes handed out so far. */
size_t arena_size(const struct arena *);

#endif
