/*
 * A growing text buffer. Once an append fails for lack of memory the buffer is
 * marked lost and every later append is a no-op: check text_lost() once at the
 * end instead of after every call.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data; /* NUL-terminated once something was added, else NULL */
	size_t len;
	size_t cap;
	bool lost;
};

/* Start value: struct text t = TEXT_INIT; */
#define TEXT_INIT                                                              \
	{                                                                      \
		NULL, 0, 0, false                                              \
	}

void text_free(struct text *);
void text_clear(struct text *); /* empty it, keep the memory */
void text_add(struct text *, const void *data, size_t len);
void text_str(struct text *, const char *);
void text_char(struct text *, char);
void text_printf(struct text *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void text_vprintf(struct text *, const char *fmt, va_list)
    __attribute__((format(printf, 2, 0)));

/*
 * Append bytes that come from outside so that no terminal or CI log can be
 * fooled by them: control bytes, DEL, and bytes that are not well-formed UTF-8,
 * as well as bidirectional controls and other invisible characters, become
 * \xNN or \u{NNNN}. A tab stays a tab.
 */
void text_escaped(struct text *, const void *data, size_t len);

/*
 * Decode the UTF-8 character (RFC 3629) at P, of which LEFT bytes are there,
 * into *CP; its length, or 0 if ill-formed.
 */
size_t text_utf8(const uint8_t *p, size_t left, uint32_t *cp);

bool text_lost(const struct text *);

#endif
