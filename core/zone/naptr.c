/*
 * NAPTR's substitution expression (RFC 3402 §3.2). BIND validates it when it
 * loads a zone and refuses it when its own checker does not like it. Here is
 * what any checker likes: POSIX extended expressions without alternation,
 * counts and classes.
 */
#include <string.h>

#include "rdata_check.h"

struct regexp {
	const uint8_t *p;
	const uint8_t *end;
	uint8_t delimiter;
	unsigned groups;
	unsigned depth;
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_literal(uint8_t c)
{
	return is_digit(c) || is_letter(c) ||
	       (c != 0 && strchr(" -_:/@=,;&%~'!#<>\"", c) != NULL);
}

/* "[a-z0-9]" behind its bracket. */
static bool
set(struct regexp *r)
{
	const uint8_t *start = r->p;
	uint8_t low = 0, c;

	for (; r->p < r->end; r->p++) {
		c = *r->p;
		if (c == ']')
			return r->p++ > start;
		if (c == '-' && is_digit(low) + is_letter(low) == 1 &&
		    r->p + 1 < r->end && r->p[1] >= low &&
		    is_digit(r->p[1]) == is_digit(low) &&
		    (r->p[1] & 0xe0) == (low & 0xe0)) {
			r->p++;
			low = 0;
			continue;
		}
		if (!is_digit(c) && !is_letter(c))
			return false;
		low = c;
	}
	return false;
}

static bool
atom(struct regexp *r)
{
	uint8_t c = *r->p++;

	if (c == '[')
		return set(r);
	if (c == '\\') {
		if (r->p >= r->end || *r->p == 0 ||
		    strchr(".+*?()[]$^|\\", *r->p) == NULL ||
		    *r->p == r->delimiter)
			return false;
		r->p++;
		return true;
	}
	return c == '.' || is_literal(c);
}

/* Up to the delimiter, or to the closing parenthesis of a group. */
static bool
branch(struct regexp *r)
{
	const uint8_t *start = r->p;
	bool had = false;

	for (; r->p < r->end && *r->p != r->delimiter; had = true) {
		if (*r->p == ')')
			return r->depth > 0 && had;
		if (*r->p == '^' && r->p == start && r->depth == 0) {
			r->p++;
			continue;
		}
		if (*r->p == '$' && had && r->p + 1 < r->end &&
		    r->p[1] == r->delimiter && r->depth == 0) {
			r->p++;
			return true;
		}
		if (*r->p == '(') {
			r->p++;
			r->groups++;
			if (++r->depth > 9 || !branch(r) || r->p >= r->end ||
			    *r->p != ')')
				return false;
			r->depth--;
			r->p++;
		} else if (!atom(r)) {
			return false;
		}
		if (r->p < r->end && (*r->p == '*' || *r->p == '+'))
			r->p++;
	}
	return had && r->depth == 0;
}

static bool
replacement(struct regexp *r)
{
	for (; r->p < r->end && *r->p != r->delimiter; r->p++) {
		if (*r->p < 0x20 || *r->p > 0x7e)
			return false;
		if (*r->p != '\\')
			continue;
		if (++r->p >= r->end || !is_digit(*r->p) || *r->p == '0' ||
		    (unsigned)(*r->p - '0') > r->groups)
			return false;
	}
	return r->p < r->end;
}

const char *
naptr_check(const uint8_t *regexp, size_t len)
{
	struct regexp r = {regexp, regexp + len, 0, 0, 0};

	if (len == 0)
		return NULL;
	r.delimiter = *r.p++;
	if (r.delimiter == 0 || strchr("!/|#,~%", r.delimiter) == NULL)
		return "unusual delimiter";
	if (!branch(&r) || r.p >= r.end || *r.p != r.delimiter)
		return "unusual expression";
	r.p++;
	if (!replacement(&r))
		return "bad replacement";
	r.p++;
	if (r.p < r.end && *r.p == 'i')
		r.p++;
	return r.p == r.end ? NULL : "bad flags";
}
