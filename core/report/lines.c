#include "lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

unsigned
lines_width(const struct report_style *style)
{
	unsigned width = style->width;

	if (width == 0)
		width = style->hook ? 72 : 80;
	return width < 40 ? 40 : width;
}

/* One character of well-formed UTF-8: its length and its columns. */
static size_t
character(const char *s, size_t len, unsigned *columns)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n, i;
	unsigned cp;

	*columns = 1;
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (n > len)
		return len;
	cp = p[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++)
		cp = cp << 6 | (p[i] & 0x3f);
	if (cp >= 0x300 && cp <= 0x36f)
		*columns = 0; /* combining marks */
	else if ((cp >= 0x1100 && cp <= 0x115f) ||
		 (cp >= 0x2e80 && cp <= 0xa4cf) ||
		 (cp >= 0xac00 && cp <= 0xd7a3) ||
		 (cp >= 0xf900 && cp <= 0xfaff) ||
		 (cp >= 0xfe30 && cp <= 0xfe6f) ||
		 (cp >= 0xff00 && cp <= 0xff60) ||
		 (cp >= 0x1f300 && cp <= 0x1faff))
		*columns = 2;
	return n;
}

size_t
lines_columns(const char *s, size_t len)
{
	size_t i, total = 0;
	unsigned columns;

	for (i = 0; i < len; total += columns)
		i += character(s + i, len - i, &columns);
	return total;
}

size_t
lines_fit(const char *s, size_t len, size_t columns)
{
	size_t i, n, total = 0;
	unsigned w;

	for (i = 0; i < len; i += n) {
		n = character(s + i, len - i, &w);
		if (total + w > columns)
			break;
		total += w;
	}
	return i;
}

bool
lines_marker(const char *s, size_t len)
{
	size_t i;

	if (len < 3 || s[0] != '#' || s[1] != '#')
		return false;
	for (i = 2; i < len && isalpha((unsigned char)s[i]); i++)
		;
	return i < len && s[i] == '[';
}

void
lines_escape(struct text *out, const char *data, size_t len)
{
	struct text t = TEXT_INIT;
	size_t i, from = 0;

	text_escaped(&t, data, len);
	for (i = 0; i + 1 < t.len; i++) {
		if (!lines_marker(t.data + i, t.len - i))
			continue;
		text_add(out, t.data + from, i - from);
		text_str(out, "\\x23");
		from = i + 1;
	}
	if (t.len > from)
		text_add(out, t.data + from, t.len - from);
	if (t.lost)
		out->lost = true;
	text_free(&t);
}

/* A git client colours lines that begin so, blanks before it or not. */
static bool
is_keyword(const char *s, size_t len)
{
	static const char *const word[] = {
	    "error", "warning", "hint", "success"};
	size_t i, n;

	for (i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
		n = strlen(word[i]);
		if (len >= n && strncasecmp(s, word[i], n) == 0 &&
		    (len == n || !isalnum((unsigned char)s[n])))
			return true;
	}
	return false;
}

/* Does a CI or git server obey a line that begins so? */
static bool
is_command(const char *s, size_t len)
{
	return (len >= 2 && s[0] == ':' && s[1] == ':') ||
	       (len >= 3 && strncasecmp(s, "GL-", 3) == 0);
}

static bool
starts_badly(const char *s, size_t len)
{
	return is_keyword(s, len) || is_command(s, len);
}

/*
 * Bytes of S to put on a line of COLUMNS; blanks at the end not counted. Breaks
 * at a blank, before a word that may begin a line, else where it must.
 */
static size_t
break_at(const char *s, size_t len, size_t columns)
{
	size_t fit = lines_fit(s, len, columns), i, word = fit, best = 0;
	size_t lead = 0;

	if (fit == len)
		return len;
	while (lead < fit && s[lead] == ' ')
		lead++;
	/* WORD is where the next line would begin. */
	while (word < len && s[word] == ' ')
		word++;
	for (i = fit; i > lead; i--) {
		if (s[i] != ' ') {
			word = i;
			continue;
		}
		if (!starts_badly(s + word, len - word))
			return i;
		if (best == 0)
			best = i;
	}
	if (best != 0)
		return best;
	return fit == 0 ? 1 : fit;
}

static void
spaces(struct text *out, size_t n)
{
	while (n-- > 0)
		text_char(out, ' ');
}

/* Emit one physical line; PAINT of its bytes in COLOUR. */
static void
emit(struct text *out, const char *s, size_t len, const char *colour,
    size_t paint)
{
	size_t lead = 0;

	while (len > 0 && s[len - 1] == ' ')
		len--;
	while (lead < len && (s[lead] == ' ' || s[lead] == '\t'))
		lead++;
	if (paint > len)
		paint = len;
	if (paint > 0) {
		text_str(out, colour);
		text_add(out, s, paint);
		text_str(out, "\033[0m");
		text_add(out, s + paint, len - paint);
	} else {
		text_add(out, s, lead);
		if (is_command(s + lead, len - lead)) {
			text_printf(out, "\\x%02x", (unsigned char)s[lead]);
			lead++;
		}
		text_add(out, s + lead, len - lead);
	}
	text_char(out, '\n');
}

void
lines_end(struct text *out, const struct report_style *style, struct text *line,
    unsigned indent, const char *colour, size_t paint)
{
	unsigned width = lines_width(style);
	struct text t = TEXT_INIT;
	size_t at = 0, n, lead, room;

	if (line->lost)
		out->lost = true;
	if (!style->colour || colour == NULL)
		paint = 0;
	if (indent > width / 2)
		indent = width / 2;
	if (line->len > 0)
		lines_escape(&t, line->data, line->len);
	while (at < t.len) {
		lead = at;
		while (lead < t.len && t.data[lead] == ' ')
			lead++;
		room = at == 0 ? width : width - indent;
		if (is_command(t.data + lead, t.len - lead))
			room -= 3; /* for the escape of emit() */
		n = break_at(t.data + at, t.len - at, room);
		if (at > 0)
			spaces(out, indent);
		emit(out, t.data + at, n, colour, at == 0 ? paint : 0);
		for (at += n; at < t.len && t.data[at] == ' '; at++)
			;
	}
	if (t.lost)
		out->lost = true;
	text_free(&t);
	text_clear(line);
}

void
lines_printf(struct text *out, const struct report_style *style,
    unsigned indent, const char *fmt, ...)
{
	struct text line = TEXT_INIT;
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(&line, fmt, ap);
	va_end(ap);
	lines_end(out, style, &line, indent, NULL, 0);
	text_free(&line);
}

void
lines_blank(struct text *out)
{
	text_char(out, '\n');
}

void
lines_count(struct text *line, uint64_t n, const char *one)
{
	text_printf(
	    line, "%llu %s%s", (unsigned long long)n, one, n == 1 ? "" : "s");
}
