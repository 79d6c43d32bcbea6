#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
text_free(struct text *t)
{
	if (t == NULL)
		return;
	free(t->data);
	memset(t, 0, sizeof(*t));
}

void
text_clear(struct text *t)
{
	t->len = 0;
	if (t->data != NULL)
		t->data[0] = '\0';
}

static bool
reserve(struct text *t, size_t more)
{
	size_t cap = t->cap == 0 ? 256 : t->cap;
	char *p;

	if (t->lost)
		return false;
	if (more > SIZE_MAX / 2 - t->len - 1) {
		t->lost = true;
		return false;
	}
	while (cap < t->len + more + 1)
		cap *= 2;
	if (cap == t->cap)
		return true;
	if ((p = realloc(t->data, cap)) == NULL) {
		t->lost = true;
		return false;
	}
	t->data = p;
	t->cap = cap;
	return true;
}

void
text_add(struct text *t, const void *data, size_t len)
{
	if (!reserve(t, len))
		return;
	if (len != 0)
		memcpy(t->data + t->len, data, len);
	t->len += len;
	t->data[t->len] = '\0';
}

void
text_str(struct text *t, const char *s)
{
	text_add(t, s, strlen(s));
}

void
text_char(struct text *t, char c)
{
	text_add(t, &c, 1);
}

void
text_vprintf(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0) {
		t->lost = true;
	} else if (reserve(t, (size_t)n)) {
		vsnprintf(t->data + t->len, (size_t)n + 1, fmt, again);
		t->len += (size_t)n;
	}
	va_end(again);
}

void
text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(t, fmt, ap);
	va_end(ap);
}

size_t
text_utf8(const uint8_t *p, size_t left, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n, i;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (left < n)
		return 0;
	*cp = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return n;
}

/* Characters that show nothing, or change how the others are shown. */
static bool
invisible(uint32_t cp)
{
	return (cp >= 0x80 && cp <= 0xa0) || cp == 0xad || cp == 0x61c ||
	       cp == 0x180e || (cp >= 0x2000 && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202f) ||
	       (cp >= 0x205f && cp <= 0x206f) || cp == 0x3000 || cp == 0xfeff ||
	       (cp >= 0xfff0 && cp <= 0xfffb) ||
	       (cp >= 0xfe00 && cp <= 0xfe0f) || cp >= 0xe0000;
}

void
text_escaped(struct text *t, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i, n;
	uint32_t cp;

	for (i = 0; i < len; i += n) {
		n = text_utf8(p + i, len - i, &cp);
		if (n == 0) {
			text_printf(t, "\\x%02x", p[i]);
			n = 1;
		} else if ((cp < 0x20 && cp != '\t') || cp == 0x7f) {
			text_printf(t, "\\x%02x", (unsigned)cp);
		} else if (invisible(cp)) {
			text_printf(t, "\\u{%04x}", (unsigned)cp);
		} else {
			text_add(t, p + i, n);
		}
	}
}

bool
text_lost(const struct text *t)
{
	return t->lost;
}
