#include "base64.h"

#include <limits.h>
#include <stdlib.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_add(struct text *out, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t v;
	char four[4];

	for (; len > 0; p += 3, len -= len < 3 ? len : 3) {
		v = (uint32_t)p[0] << 16;
		v |= len > 1 ? (uint32_t)p[1] << 8 : 0;
		v |= len > 2 ? p[2] : 0;
		four[0] = digits[v >> 18];
		four[1] = digits[v >> 12 & 63];
		four[2] = len > 1 ? digits[v >> 6 & 63] : '=';
		four[3] = len > 2 ? digits[v & 63] : '=';
		text_add(out, four, sizeof(four));
	}
}

/* Value of one character; 64 for none. */
static uint32_t
value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a') + 26;
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0') + 52;
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four characters into at most three bytes: how many; 0 when it is wrong. */
static size_t
four(const char *s, uint8_t out[3])
{
	uint32_t v = 0, d;
	size_t pad = 0, i;

	if (s[3] == '=')
		pad = s[2] == '=' ? 2 : 1;
	for (i = 0; i < 4; i++) {
		d = i >= 4 - pad ? 0 : value(s[i]);
		if (d == 64)
			return 0;
		v = v << 6 | d;
	}
	/* One text for one value. */
	if ((pad == 1 && (v & 0xff) != 0) || (pad == 2 && (v & 0xffff) != 0))
		return 0;
	out[0] = (uint8_t)(v >> 16);
	out[1] = (uint8_t)(v >> 8);
	out[2] = (uint8_t)v;
	return 3 - pad;
}

int
base64_decode(const char *text, size_t len, uint8_t **out, size_t *out_len)
{
	uint8_t *p;
	size_t at, n = 0, got;

	*out = NULL;
	*out_len = 0;
	if (len % 4 != 0)
		return -1;
	if (len == 0)
		return 0;
	if ((p = malloc(len / 4 * 3)) == NULL)
		return -1;
	for (at = 0; at < len; at += 4) {
		got = four(text + at, p + n);
		if (got == 0 || (got < 3 && at + 4 != len)) {
			free(p);
			return -1;
		}
		n += got;
	}
	*out = p;
	*out_len = n;
	return 0;
}
