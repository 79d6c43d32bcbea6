#include "guess.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../dns/name.h"

#define LOOK_AT ((size_t)256 << 10) /* an SOA stands near the top */

struct word {
	const char *s;
	size_t len;
};

/* The words of one line, comments left out; at most MAX. */
static size_t
words(const char *s, const char *end, struct word *w, size_t max)
{
	size_t n = 0;

	while (n < max) {
		while (s < end && isspace((unsigned char)*s))
			s++;
		if (s == end || *s == ';')
			break;
		w[n].s = s;
		while (s < end && !isspace((unsigned char)*s) && *s != ';')
			s++;
		w[n].len = (size_t)(s - w[n].s);
		n++;
	}
	return n;
}

static int
absolute(uint8_t out[255], const struct word *w)
{
	if (w->len == 0 || w->s[w->len - 1] != '.')
		return 0;
	return name_from_text(out, w->s, w->len, NULL, NULL) != 0;
}

static int
is_word(const struct word *w, const char *text)
{
	return w->len == strlen(text) && strncasecmp(w->s, text, w->len) == 0;
}

static int
from_line(uint8_t out[255], const char *s, const char *end)
{
	struct word w[6];
	size_t n = words(s, end, w, 6), i;

	if (n >= 2 && is_word(&w[0], "$ORIGIN"))
		return absolute(out, &w[1]);
	if (n == 0 || isspace((unsigned char)*s))
		return 0;
	for (i = 1; i < n && i < 4; i++)
		if (is_word(&w[i], "SOA"))
			return absolute(out, &w[0]);
	return 0;
}

/* Length of NAME without one known ending; LEN itself when there is none. */
static size_t
strip(const char *name, size_t len)
{
	static const char *const endings[] = {
	    ".zone", ".db", ".signed", ".txt"};
	size_t i, n;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		n = strlen(endings[i]);
		if (len > n && memcmp(name + len - n, endings[i], n) == 0)
			return len - n;
	}
	return len;
}

static int
from_name(uint8_t out[255], const char *path)
{
	const char *name = strrchr(path, '/');
	size_t len, shorter;

	name = name == NULL ? path : name + 1;
	if (strncmp(name, "db.", 3) == 0)
		name += 3;
	len = strlen(name);
	while ((shorter = strip(name, len)) != len)
		len = shorter;
	return memchr(name, '.', len) != NULL &&
	       name_from_text(out, name, len, NULL, NULL) != 0;
}

int
guess_zone(uint8_t out[255], const char *path, const char *data, size_t len,
    struct error *e)
{
	const char *s, *nl, *end = data + (len < LOOK_AT ? len : LOOK_AT);

	for (s = data; s < end; s = nl + 1) {
		if ((nl = memchr(s, '\n', (size_t)(end - s))) == NULL)
			nl = end;
		if (from_line(out, s, nl))
			return 0;
	}
	if (from_name(out, path))
		return 0;
	error_set(e, ERROR_USAGE, "which zone is in %s?", path);
	return error_hint(e, "say it: --zone example.com");
}
