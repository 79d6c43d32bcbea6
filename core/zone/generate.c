/*
 * $GENERATE, which only BIND knows: one line of text for each number of a
 * range, read as any other line. Bounded in records and in bytes before and
 * while it is expanded.
 */
#include <string.h>

#include "load_int.h"

#define TEMPLATE_MAX 1024 /* bytes of either side as written */
#define WIDTH_MAX 255

struct range {
	uint32_t start, stop, step;
};

/* One "${offset,width,base}". */
struct modifier {
	int64_t offset;
	uint32_t width;
	char base;
};

/* Digits at *P up to END into *V. False when there are none or too many. */
static bool
number(const char **p, const char *end, uint32_t *v)
{
	const char *start = *p;
	uint64_t n = 0;

	for (; *p < end && **p >= '0' && **p <= '9'; ++*p)
		if ((n = n * 10 + (uint64_t)(**p - '0')) > INT32_MAX)
			return false;
	*v = (uint32_t)n;
	return *p > start;
}

/* "start-stop[/step]" */
static bool
parse_range(const struct lex_token *t, struct range *r)
{
	const char *p = t->p, *end = p + t->len;

	r->step = 1;
	if (!number(&p, end, &r->start) || p == end || *p++ != '-' ||
	    !number(&p, end, &r->stop) || r->stop < r->start)
		return false;
	if (p == end)
		return true;
	return *p++ == '/' && number(&p, end, &r->step) && p == end &&
	       r->step > 0;
}

/* What stands behind "${", its brace included. */
static bool
parse_modifier(const char **p, const char *end, struct modifier *m)
{
	bool negative = *p < end && **p == '-';
	uint32_t v;

	*p += negative;
	if (!number(p, end, &v))
		return false;
	m->offset = negative ? -(int64_t)v : v;
	if (*p < end && **p == ',') {
		++*p;
		if (!number(p, end, &m->width) || m->width > WIDTH_MAX)
			return false;
		if (*p + 1 < end && **p == ',') {
			m->base = (*p)[1];
			if (m->base == '\0' ||
			    strchr("doxXnN", m->base) == NULL)
				return false;
			*p += 2;
		}
	}
	if (*p >= end || **p != '}')
		return false;
	++*p;
	return true;
}

/* Hexadecimal digits from the last to the first, dots between them. */
static void
nibbles(struct text *out, uint32_t value, uint32_t width, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	do {
		text_char(out, digits[value & 15]);
		value >>= 4;
		if (width > 0)
			width--;
		if (width > 0 || value != 0) {
			text_char(out, '.');
			if (width > 0)
				width--;
		}
	} while (value != 0 || width > 0);
}

static bool
put(struct text *out, const struct modifier *m, uint32_t i)
{
	int64_t v = (int64_t)i + m->offset;
	int width = (int)m->width;

	if (v < 0 || v > INT32_MAX)
		return false;
	switch (m->base) {
	case 'd':
		text_printf(out, "%0*d", width, (int)v);
		break;
	case 'o':
		text_printf(out, "%0*o", width, (unsigned)v);
		break;
	case 'x':
		text_printf(out, "%0*x", width, (unsigned)v);
		break;
	case 'X':
		text_printf(out, "%0*X", width, (unsigned)v);
		break;
	default:
		nibbles(out, (uint32_t)v, m->width, m->base == 'N');
	}
	return true;
}

/* The template [P, END) for the number I. */
static bool
expand(struct text *out, const char *p, const char *end, uint32_t i)
{
	struct modifier m;

	while (p < end) {
		if (*p == '\\' && p + 1 < end) {
			text_add(out, p, 2);
			p += 2;
		} else if (*p != '$') {
			text_char(out, *p++);
		} else if (++p < end && *p == '$') {
			text_char(out, *p++);
		} else {
			m = (struct modifier){0, 0, 'd'};
			if (p < end && *p == '{') {
				p++;
				if (!parse_modifier(&p, end, &m))
					return false;
			}
			if (!put(out, &m, i))
				return false;
		}
	}
	return true;
}

/* The data's template T without its quotes, as BIND sees it. */
static size_t
unquote(char out[TEMPLATE_MAX], const struct lex_token *t)
{
	uint32_t i = lex_quoted(t), end = t->len - i;
	size_t n = 0;

	for (; i < end; i++) {
		if (lex_quoted(t) && t->p[i] == '\\' && t->p[i + 1] == '"')
			i++;
		else if (t->p[i] == '\\')
			out[n++] = t->p[i++];
		out[n++] = t->p[i];
	}
	return n;
}

/* The line of record I: owner, the fields between, data. */
static bool
line(struct text *out, const struct lex_entry *e, uint32_t i)
{
	const struct lex_token *t = &e->token[2];
	const struct lex_token *last = &e->token[e->ntokens - 1];
	char data[TEMPLATE_MAX];
	size_t len = unquote(data, last);

	text_clear(out);
	if (!expand(out, t->p, t->p + t->len, i))
		return false;
	for (t++; t < last; t++) {
		text_char(out, ' ');
		text_add(out, t->p, t->len);
	}
	text_char(out, ' ');
	if (!expand(out, data, data + len, i))
		return false;
	text_char(out, '\n');
	return true;
}

/* Read the line as if it stood in the file. 0 or -1. */
static int
read_line(struct loader *l, const struct text *text, const struct load_at *at)
{
	struct lex x;
	struct lex_entry e;
	struct lex_fault f;
	int rc;

	lex_init(&x, text->data, text->len, l->dialect);
	rc = lex_next(&x, &e, &f);
	if (rc == -1)
		rc = load_fault(l, f.rule, at, f.help, "%s", f.message);
	else if (rc == 1 && (e.blank || e.end != x.end || e.early ||
				e.ntokens < 3 || e.token[0].p[0] == '$'))
		rc = load_fault(l, "syntax-error", at, NULL,
		    "$GENERATE does not make a record of this");
	else if (rc == 1)
		rc = load_record(l, &e);
	else
		rc = error_memory(l->e);
	lex_free(&x);
	return rc;
}

static int
records(struct loader *l, const struct lex_entry *e, const struct range *r,
    const struct load_at *at)
{
	struct text text = TEXT_INIT;
	uint64_t i;
	int rc = 0;

	for (i = r->start; i <= r->stop && rc == 0; i += r->step) {
		if (!line(&text, e, (uint32_t)i)) {
			rc = load_fault(l, "syntax-error", at,
			    "use ${offset,width,base} with base d, o, x, X, n "
			    "or N",
			    "bad substitution in $GENERATE");
			break;
		}
		if (text_lost(&text)) {
			rc = error_memory(l->e);
			break;
		}
		if ((l->bytes += text.len) > l->limits.bytes) {
			l->stop = true;
			load_fault(l, "syntax-limit", at, NULL,
			    "$GENERATE makes more than %llu bytes",
			    (unsigned long long)l->limits.bytes);
		}
		if (l->stop || l->file->stop)
			break;
		rc = read_line(l, &text, at);
	}
	text_free(&text);
	return rc;
}

int
load_generate(struct loader *l, const struct lex_entry *e)
{
	const struct lex_token *last = &e->token[e->ntokens - 1];
	struct load_at at = load_at(&e->token[1]), whole;
	uint8_t owner[NAME_MAX_LEN];
	struct range r;
	uint64_t count;
	int rc, state = l->owner_state;

	if (l->dialect != ZONE_DIALECT_BIND)
		return load_fault(l, "syntax-dialect", &at,
		    "write the records out; or, if only BIND loads this zone, "
		    "set dialect: bind in the policy",
		    "$GENERATE is read by BIND alone");
	if (e->token[2].len > TEMPLATE_MAX || last->len > TEMPLATE_MAX)
		return load_fault(l, "syntax-limit", &at, NULL,
		    "$GENERATE with a text of more than 1024 bytes");
	if (!parse_range(&e->token[1], &r))
		return load_fault(l, "syntax-error", &at,
		    "write it as start-stop or start-stop/step, up to "
		    "2147483647",
		    "bad range of $GENERATE");
	count = (uint64_t)(r.stop - r.start) / r.step + 1;
	if (l->generated + count > l->limits.generate)
		return load_fault(l, "syntax-limit", &at, NULL,
		    "$GENERATE makes more than %llu records",
		    (unsigned long long)l->limits.generate);
	l->generated += count;
	memcpy(owner, l->owner, sizeof(owner));
	whole = load_at(&e->token[0]);
	l->virtual = &whole;
	rc = records(l, e, &r, &whole);
	l->virtual = NULL;
	memcpy(l->owner, owner, sizeof(owner));
	l->owner_state = state;
	return rc;
}
