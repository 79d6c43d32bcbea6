#include "attrfile.h"

#include <stdlib.h>
#include <string.h>

#include "../base/arena.h"
#include "source_impl.h"

#define BLANK " \t\r"
#define MACRO "[attr]"
#define LINE_BYTES 2047 /* git ignores longer lines since 2.39.1 */

struct parser {
	struct arena *arena;
	const char *path;
	const char *dir;
	struct error *e;
};

static int
refuse(const struct parser *p, uint32_t line, const char *why)
{
	error_set(p->e, ERROR_SYSTEM, "%s: %s", source_show(p->path).s, why);
	return error_at(p->e, p->path, line, 0);
}

static bool
valid_name(const char *s, size_t len)
{
	static const char ok[] = "-._0123456789"
				 "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t i;

	if (len == 0 || *s == '-')
		return false;
	for (i = 0; i < len; i++)
		if (strchr(ok, s[i]) == NULL)
			return false;
	return true;
}

/* The character of a C escape behind the backslash at *S; -1 if it is none. */
static int
unescape(const char **s)
{
	static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
	const char *q = *s, *at;
	int c;

	if (*q != '\0' && (at = strchr(from, *q)) != NULL) {
		*s = q + 1;
		return (unsigned char)to[at - from];
	}
	if (q[0] < '0' || q[0] > '3' || q[1] < '0' || q[1] > '7' ||
	    q[2] < '0' || q[2] > '7')
		return -1;
	c = (q[0] - '0') << 6 | (q[1] - '0') << 3 | (q[2] - '0');
	*s = q + 3;
	return c;
}

/* "…" at S into OUT (as long as S); what follows it, or NULL. */
static const char *
unquote(char *out, const char *s)
{
	int c;

	for (s++; *s != '"'; *out++ = (char)c) {
		if (*s == '\0')
			return NULL;
		c = (unsigned char)*s++;
		/* A name with a NUL ends there for git, too. */
		if (c == '\\' && (c = unescape(&s)) < 0)
			return NULL;
	}
	*out = '\0';
	return s + 1;
}

/* One word of a line. 0; 1: no attribute, git drops the line; -1 memory. */
static int
parse_state(const struct parser *p, struct attr_state *st, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);

	st->string = "";
	st->value = *word == '-'     ? ATTR_UNSET
		    : *word == '!'   ? ATTR_RESET
		    : equals != NULL ? ATTR_STRING
				     : ATTR_SET;
	if (st->value == ATTR_STRING)
		st->string = arena_strdup(p->arena, equals + 1);
	if (st->value == ATTR_UNSET || st->value == ATTR_RESET) {
		word++;
		len--;
	}
	if (!valid_name(word, len))
		return 1;
	st->name = arena_dup(p->arena, word, len);
	return st->name != NULL && st->string != NULL ? 0 : -1;
}

static int
parse_states(const struct parser *p, struct attr_line *out, char *words)
{
	struct attr_state *state;
	size_t max = strlen(words) / 2 + 1;
	char *word, *save;
	int rc;

	if ((state = arena_calloc(p->arena, max, sizeof(*state))) == NULL)
		return -1;
	out->state = state;
	for (word = strtok_r(words, BLANK, &save); word != NULL;
	     word = strtok_r(NULL, BLANK, &save))
		if ((rc = parse_state(p, &state[out->n++], word)) != 0)
			return rc;
	return 0;
}

/* What git makes of a pattern before it is matched. 1: the line is dropped. */
static int
prepare_pattern(struct attr_line *out, char *pattern)
{
	size_t len = strlen(pattern);

	if (*pattern == '!')
		return 1;
	if (len > 0 && pattern[len - 1] == '/') {
		out->only_dir = true;
		pattern[len - 1] = '\0';
	}
	out->basename = strchr(pattern, '/') == NULL;
	out->pattern = *pattern == '/' ? pattern + 1 : pattern;
	return 0;
}

/* TEXT is one line, changed here. 0 OUT filled; 1 it does not count; -1. */
static int
parse_line(const struct parser *p, struct attr_line *out, char *text)
{
	char *head, *rest;
	const char *behind;
	size_t len;

	text += strspn(text, BLANK);
	if (*text == '\0' || *text == '#')
		return 1;
	if ((head = arena_strdup(p->arena, text)) == NULL)
		return -1;
	if (*text == '"' && (behind = unquote(head, text)) != NULL) {
		rest = text + (behind - text);
	} else {
		len = strcspn(text, BLANK);
		memcpy(head, text, len);
		head[len] = '\0';
		rest = text + len;
	}
	if (strlen(head) > strlen(MACRO) &&
	    strncmp(head, MACRO, strlen(MACRO)) == 0) {
		out->macro = true;
		out->pattern = head + strlen(MACRO);
		if (!valid_name(out->pattern, strlen(out->pattern)))
			return 1;
	} else if (prepare_pattern(out, head) != 0) {
		return 1;
	}
	return parse_states(p, out, rest);
}

static char *
dir_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_dup(
	    arena, path, slash == NULL ? 0 : (size_t)(slash + 1 - path));
}

static size_t
count_lines(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n')) != NULL) {
		text++;
		n++;
	}
	return n;
}

int
attrfile_parse(struct attr_file *out, struct arena *arena, const char *path,
    const char *data, size_t len, struct error *e)
{
	struct parser p = {.arena = arena, .path = path, .e = e};
	struct attr_line *line;
	char *text, *next;
	uint32_t number = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if (memchr(data, '\0', len) != NULL)
		return refuse(&p, 0, "a NUL byte");
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		data += 3;
		len -= 3;
	}
	if ((text = arena_dup(arena, data, len)) == NULL ||
	    (p.path = arena_strdup(arena, path)) == NULL ||
	    (p.dir = dir_of(arena, path)) == NULL ||
	    (line = arena_calloc(arena, count_lines(text), sizeof(*line))) ==
		NULL)
		return error_memory(e);
	out->line = line;
	for (; text != NULL; text = next) {
		number++;
		if ((next = strchr(text, '\n')) != NULL)
			*next++ = '\0';
		if (strlen(text) > LINE_BYTES)
			return refuse(&p, number, "an over-long line");
		memset(line, 0, sizeof(*line));
		line->file = p.path;
		line->dir = p.dir;
		line->number = number;
		if ((rc = parse_line(&p, line, text)) < 0)
			return error_memory(e);
		if (rc == 0) {
			line++;
			out->n++;
		}
	}
	return 0;
}
