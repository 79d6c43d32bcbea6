#include "anchor.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

enum {
	FILE_MAX = 1 << 20, /* bytes: anchors are few */
	WORDS_MAX = 256,
	DATA_MAX = 8192, /* characters of a digest or key */
};

struct word {
	const char *s;
	size_t len;
};

/* One record: its words, parentheses and comments left out. */
struct entry {
	struct word word[WORDS_MAX];
	size_t n;
	uint32_t line;
};

/* The next record at *S; false at the end. */
static bool
next_entry(const char **s, const char *end, uint32_t *line, struct entry *x)
{
	unsigned depth = 0;
	const char *p = *s;

	x->n = 0;
	x->line = *line;
	for (; p < end; p++) {
		if (*p == ';')
			while (p + 1 < end && p[1] != '\n')
				p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')')
			depth -= depth > 0;
		else if (*p == '\n') {
			++*line;
			if (depth == 0 && x->n > 0) {
				p++;
				break;
			}
			if (x->n == 0)
				x->line = *line;
		} else if (!isspace((unsigned char)*p)) {
			if (x->n == WORDS_MAX)
				break;
			x->word[x->n].s = p;
			while (p + 1 < end && !isspace((unsigned char)p[1]) &&
			       strchr(";()", p[1]) == NULL)
				p++;
			x->word[x->n].len = (size_t)(p + 1 - x->word[x->n].s);
			x->n++;
		}
	}
	*s = p;
	return x->n > 0;
}

static bool
is_word(const struct word *w, const char *text)
{
	return w->len == strlen(text) && strncasecmp(w->s, text, w->len) == 0;
}

static bool
number(const struct word *w, unsigned long max, unsigned long *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < w->len; i++) {
		if (!isdigit((unsigned char)w->s[i]) || *out > max)
			return false;
		*out = *out * 10 + (unsigned long)(w->s[i] - '0');
	}
	return w->len > 0 && *out <= max;
}

/* The words from I on as one string without blanks. */
static size_t
joined(const struct entry *x, size_t i, char out[DATA_MAX])
{
	size_t n = 0;

	for (; i < x->n; i++) {
		if (n + x->word[i].len > DATA_MAX)
			return 0;
		memcpy(out + n, x->word[i].s, x->word[i].len);
		n += x->word[i].len;
	}
	return n;
}

static int
digit_of(char c, const char *digits)
{
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* Hexadecimal (BITS 4) or base64 (BITS 6) into OUT; its length, or 0. */
static size_t
decode(const char *s, size_t len, unsigned bits, uint8_t *out)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i, n = 0, pad = 0;
	unsigned held = 0;
	uint32_t acc = 0;
	int d;

	if (len == 0 || len % (bits == 4 ? 2 : 4) != 0)
		return 0;
	while (bits == 6 && pad < 2 && s[len - 1] == '=')
		len--, pad++;
	for (i = 0; i < len; i++) {
		d = bits == 4 ? digit_of((char)tolower((unsigned char)s[i]),
				    "0123456789abcdef")
			      : digit_of(s[i], base64);
		if (d < 0)
			return 0;
		acc = acc << bits | (uint32_t)d;
		held += bits;
		if (held >= 8) {
			held -= 8;
			out[n++] = (uint8_t)(acc >> held);
		}
	}
	return n;
}

/* RDATA of the words from I on; its length, or 0. */
static size_t
rdata_of(const struct entry *x, size_t i, uint16_t type, uint8_t *out)
{
	char data[DATA_MAX];
	unsigned long v[3];
	size_t len;

	if (i + 4 > x->n || !number(&x->word[i], 65535, &v[0]) ||
	    !number(&x->word[i + 1], 255, &v[1]) ||
	    !number(&x->word[i + 2], 255, &v[2]))
		return 0;
	out[0] = (uint8_t)(v[0] >> 8);
	out[1] = (uint8_t)v[0];
	out[2] = (uint8_t)v[1];
	out[3] = (uint8_t)v[2];
	len = joined(x, i + 3, data);
	len = decode(data, len, type == RRTYPE_DS ? 4 : 6, out + 4);
	return len == 0 ? 0 : len + 4;
}

static int
add(struct anchors *a, const uint8_t *name, uint16_t type, const uint8_t *rdata,
    size_t len, struct error *e)
{
	const uint8_t **owner = vec_add(&a->names);
	struct dnssec_anchor *item = vec_add(&a->items);

	if (owner == NULL || item == NULL ||
	    (*owner = arena_dup(a->arena, name, name_len(name))) == NULL ||
	    (item->rdata = arena_dup(a->arena, rdata, len)) == NULL)
		return error_memory(e);
	item->type = type;
	item->rdlen = (uint16_t)len;
	return 0;
}

static int
parse_entry(struct anchors *a, const struct entry *x, struct error *e)
{
	uint8_t name[NAME_MAX_LEN], rdata[DATA_MAX];
	unsigned long ttl;
	size_t i = 1, len;
	uint16_t type;

	if (name_from_text(name, x->word[0].s, x->word[0].len, NULL, NULL) == 0)
		return error_set(e, ERROR_USAGE, "the owner is no name");
	while (i < x->n && i < 3 &&
	       (is_word(&x->word[i], "IN") ||
		   number(&x->word[i], UINT32_MAX, &ttl)))
		i++;
	type = i < x->n && is_word(&x->word[i], "DS")       ? RRTYPE_DS
	       : i < x->n && is_word(&x->word[i], "DNSKEY") ? RRTYPE_DNSKEY
							    : 0;
	if (type == 0)
		return error_set(
		    e, ERROR_USAGE, "a trust anchor is a DS or DNSKEY record");
	if ((len = rdata_of(x, i + 1, type, rdata)) == 0)
		return error_set(e, ERROR_USAGE, "the %s record is malformed",
		    type == RRTYPE_DS ? "DS" : "DNSKEY");
	return add(a, name, type, rdata, len, e);
}

static char *
read_file(const char *path, size_t *len, struct arena *arena, struct error *e)
{
	FILE *f = fopen(path, "re");
	char *data = NULL;

	if (f == NULL) {
		error_set(e, ERROR_USAGE, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if ((data = arena_bytes(arena, FILE_MAX)) == NULL) {
		error_memory(e);
	} else {
		*len = fread(data, 1, FILE_MAX, f);
		if (ferror(f) || *len == FILE_MAX) {
			error_set(e, ERROR_SYSTEM,
			    "%s cannot be read, or is too long for a file of "
			    "trust anchors",
			    path);
			data = NULL;
		}
	}
	fclose(f);
	return data;
}

int
anchors_load(struct anchors *a, const char *path, struct error *e)
{
	uint32_t line = 1;
	struct entry x;
	const char *s;
	size_t len;

	*a = (struct anchors){.names = VEC_INIT(const uint8_t *),
	    .items = VEC_INIT(struct dnssec_anchor),
	    .chosen = VEC_INIT(struct dnssec_anchor)};
	if ((a->arena = arena_new()) == NULL)
		return error_memory(e);
	if ((s = read_file(path, &len, a->arena, e)) == NULL)
		return -1;
	for (const char *end = s + len; next_entry(&s, end, &line, &x);)
		if (parse_entry(a, &x, e) != 0)
			return error_at(e, path, x.line, 0);
	if (a->items.n == 0)
		return error_set(
		    e, ERROR_USAGE, "%s holds no DS or DNSKEY record", path);
	return 0;
}

const struct dnssec_anchor *
anchors_of(struct anchors *a, const uint8_t *apex, size_t *n)
{
	const struct dnssec_anchor *item = a->items.item;
	const uint8_t *const *name = a->names.item;
	struct dnssec_anchor *copy;
	size_t i;

	a->chosen.n = 0;
	for (i = 0; i < a->items.n; i++) {
		if (!name_equal(name[i], apex))
			continue;
		if ((copy = vec_add(&a->chosen)) == NULL)
			break; /* fewer anchors trust less */
		*copy = item[i];
	}
	*n = a->chosen.n;
	return a->chosen.item;
}

void
anchors_free(struct anchors *a)
{
	vec_free(&a->names);
	vec_free(&a->items);
	vec_free(&a->chosen);
	arena_free(a->arena);
}
