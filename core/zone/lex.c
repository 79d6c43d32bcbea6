#include "lex.h"

#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

enum {
	ORDINARY = 0,
	BLANK,
	NEWLINE,
	SEMICOLON,
	OPEN,
	CLOSE,
	QUOTE,
	BACKSLASH,
	RETURN,
	CONTROL,
	HIGH,
};

/* Class of a byte. */
static const uint8_t kind[256] = {
    [0x00 ... 0x08] = CONTROL,
    ['\t'] = BLANK,
    ['\n'] = NEWLINE,
    [0x0b ... 0x0c] = CONTROL,
    ['\r'] = RETURN,
    [0x0e ... 0x1f] = CONTROL,
    [' '] = BLANK,
    ['"'] = QUOTE,
    ['('] = OPEN,
    [')'] = CLOSE,
    [';'] = SEMICOLON,
    ['\\'] = BACKSLASH,
    [0x7f] = CONTROL,
    [0x80 ... 0xff] = HIGH,
};

/* State of one call of lex_next(). */
struct walk {
	struct lex *x;
	struct lex_entry *e;
	struct lex_fault *f;
	const char *p;
	const char *open; /* the parenthesis we are in, or NULL */
	uint32_t open_line;
	uint32_t depth;
	uint32_t line;
};

static inline int
kind_of(char c)
{
	return kind[(uint8_t)c];
}

void
lex_init(struct lex *x, const char *data, size_t len, enum zone_dialect dialect)
{
	memset(x, 0, sizeof(*x));
	x->data = data;
	x->end = data + len;
	x->at = data;
	x->line = 1;
	x->dialect = dialect;
}

void
lex_free(struct lex *x)
{
	free(x->token);
	x->token = NULL;
	x->cap = 0;
}

uint32_t
lex_column(const char *data, const char *at)
{
	const char *p = at;

	while (p > data && p[-1] != '\n' && at - p < INT32_MAX)
		p--;
	return (uint32_t)(at - p) + 1;
}

bool
lex_is(const struct lex_token *t, const char *word)
{
	uint32_t i;

	for (i = 0; i < t->len; i++) {
		char c = t->p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (word[i] == '\0' || word[i] != c)
			return false;
	}
	return word[i] == '\0';
}

/*
 * Leave the faulty line: go on behind the physical line that FROM is in, so
 * that one open parenthesis does not swallow the rest of the file.
 */
static int
fault_at(struct walk *w, const char *from, uint32_t line, const char *rule,
    const char *message, const char *help)
{
	const char *nl;

	w->f->rule = rule;
	w->f->message = message;
	w->f->help = help;
	w->f->at = from;
	w->f->line = line;
	w->f->width = 1;
	nl = memchr(from, '\n', (size_t)(w->x->end - from));
	w->x->at = nl == NULL ? w->x->end : nl + 1;
	w->x->line = line + 1;
	return -1;
}

static int
fault(struct walk *w, const char *rule, const char *message, const char *help)
{
	return fault_at(w, w->p, w->line, rule, message, help);
}

static int
fault_byte(struct walk *w)
{
	uint8_t c = (uint8_t)*w->p;

	if (c == 0)
		return fault(w, "syntax-error", "NUL byte in the zone file",
		    "BIND and NSD drop it or cut the text there: remove it");
	if (c == '\r')
		return fault(w, "syntax-dialect",
		    "carriage return outside a line end",
		    "BIND and NSD begin a new record there, Knot refuses it: "
		    "remove it");
	if (c >= 0x80)
		return fault(w, "syntax-dialect",
		    "byte outside ASCII: Knot refuses it",
		    "write it as \\DDD (decimal), or a host name in punycode");
	return fault(w, "syntax-dialect",
	    "control character: servers read it differently or refuse it",
	    "remove it, or write it as \\DDD in a character string");
}

/* CRLF at W->p: what BIND and NSD take for a line end and Knot refuses. */
static inline bool
is_crlf(const struct walk *w)
{
	return *w->p == '\r' && w->p + 1 < w->x->end && w->p[1] == '\n';
}

static int
fault_crlf(struct walk *w)
{
	return fault(w, "syntax-dialect",
	    "line ends with carriage return and newline: Knot refuses it",
	    "convert the file to Unix line ends (dos2unix)");
}

static inline bool
takes_crlf(const struct walk *w)
{
	return w->x->dialect == ZONE_DIALECT_BIND ||
	       w->x->dialect == ZONE_DIALECT_NSD;
}

/* Does NSD read the zones? */
static inline bool
is_strict(const struct walk *w)
{
	return w->x->dialect == ZONE_DIALECT_COMMON ||
	       w->x->dialect == ZONE_DIALECT_NSD;
}

/* An escaped backslash outside quotes has just been read. */
static inline bool
is_backslash(const struct walk *w)
{
	return w->p[-1] == '\\' && w->p[-2] == '\\';
}

static int
fault_backslash(struct walk *w)
{
	w->p -= 2;
	return fault(w, "syntax-dialect",
	    "escaped backslash outside quotes: NSD takes what follows for "
	    "escaped too",
	    "write \\092, or quote the string");
}

/* An escape at W->p: step over it, or -1. */
static int
escape(struct walk *w)
{
	const char *p = w->p;
	uint8_t c = (uint8_t)p[1]; /* at worst the NUL behind the data */
	int v;

	if (c >= '0' && c <= '9') {
		if (p[2] < '0' || p[2] > '9' || p[3] < '0' || p[3] > '9')
			return fault(w, "syntax-error",
			    "\\ before a digit needs three digits: \\DDD",
			    NULL);
		v = (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
		if (v > 255)
			return fault(
			    w, "syntax-error", "\\DDD is over 255", NULL);
		w->p += 4;
		return 0;
	}
	if (c == '\n' || c == '\r' || p + 1 >= w->x->end)
		return fault(w, "syntax-dialect",
		    "backslash at the end of a line: it would glue the next "
		    "line to this one",
		    "remove it, or write \\\\ or \\092");
	if ((c < 0x20 && c != '\t') || c >= 0x7f)
		return fault(w, "syntax-dialect",
		    "backslash before a byte that is not printable",
		    "write it as \\DDD");
	w->p += 2;
	return 0;
}

/*
 * Is the UTF-8 text at P something that no reader sees: bidirectional
 * controls, zero-width characters, or no UTF-8 at all? Sets *STEP.
 */
static bool
invisible(const uint8_t *p, size_t left, size_t *step)
{
	size_t n;
	uint32_t c;

	*step = 1;
	if ((n = text_utf8(p, left, &c)) == 0)
		return true;
	*step = n;
	return (c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || c == 0x3164 ||
	       c == 0x180e || c == 0x61c || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Step over the character at W->p, and remember it if nobody sees it. */
static void
look(struct walk *w)
{
	size_t step = 1;
	bool odd = kind_of(*w->p) != HIGH ||
		   invisible((const uint8_t *)w->p, (size_t)(w->x->end - w->p),
		       &step);

	if (odd && w->e->odd == NULL) {
		w->e->odd = w->p;
		w->e->odd_line = w->line;
	}
	w->p += step;
}

/* A quoted string whose opening quote is at W->p. */
static int
quoted(struct walk *w)
{
	const char *start = w->p++;

	for (;;) {
		switch (kind_of(*w->p)) {
		case QUOTE:
			w->p++;
			return 0;
		case BACKSLASH:
			if (escape(w) < 0)
				return -1;
			break;
		case NEWLINE:
			return fault_at(w, start, w->line, "syntax-error",
			    "quoted string is not closed on its line",
			    "close it, or begin a new one on the next line "
			    "inside parentheses");
		case CONTROL:
			if (w->p >= w->x->end)
				return fault_at(w, start, w->line,
				    "syntax-error",
				    "quoted string is not closed", NULL);
			return fault_byte(w);
		case RETURN:
			if (is_crlf(w))
				return fault_at(w, start, w->line,
				    "syntax-error",
				    "quoted string is not closed on its line",
				    NULL);
			return fault_byte(w);
		case HIGH:
			if (!takes_crlf(w))
				return fault_byte(w);
			w->e->raw = false;
			look(w);
			break;
		default:
			w->p++;
		}
	}
}

static int
push(struct walk *w, const char *start, uint32_t line)
{
	struct lex *x = w->x;
	struct lex_token *t;
	size_t cap;

	if (w->e->ntokens == x->cap) {
		cap = x->cap == 0 ? 64 : x->cap * 2;
		t = realloc(x->token, cap * sizeof(*t));
		if (t == NULL)
			return -2;
		x->token = t;
		x->cap = cap;
	}
	t = &x->token[w->e->ntokens++];
	t->p = start;
	t->len = (uint32_t)(w->p - start);
	t->line = line;
	t->glued = *w->p == '(' || *w->p == ')';
	return 0;
}

/* A token that begins at W->p; the separator behind it is not consumed. */
static int
token(struct walk *w)
{
	const char *start = w->p;

	if (*start == '"') {
		if (quoted(w) < 0)
			return -1;
		switch (kind_of(*w->p)) {
		case ORDINARY:
		case QUOTE:
		case BACKSLASH:
			return fault(w, "syntax-dialect",
			    "no space behind a closing quote: servers read it "
			    "differently",
			    "put a space between the strings");
		}
		return push(w, start, w->line);
	}
	for (;;) {
		while (kind_of(*w->p) == ORDINARY)
			w->p++;
		switch (kind_of(*w->p)) {
		case BACKSLASH:
			if (escape(w) < 0)
				return -1;
			if (is_backslash(w) && is_strict(w))
				return fault_backslash(w);
			break;
		case QUOTE:
			/* key="value" of SVCB, else nobody's syntax */
			if (w->p == start || w->p[-1] != '=')
				return fault(w, "syntax-dialect",
				    "quote inside a word: servers read it "
				    "differently",
				    "escape it, or quote the "
				    "whole string");
			if (quoted(w) < 0)
				return -1;
			break;
		case CONTROL:
			if (w->p >= w->x->end)
				return push(w, start, w->line);
			return fault_byte(w);
		case RETURN:
			if (is_crlf(w))
				return push(w, start, w->line);
			return fault_byte(w);
		case HIGH:
			return fault_byte(w);
		default:
			return push(w, start, w->line);
		}
	}
}

/* Step over a comment up to its line end. */
static int
comment(struct walk *w)
{
	for (;;) {
		while (kind_of(*w->p) < RETURN && *w->p != '\n')
			w->p++;
		switch (kind_of(*w->p)) {
		case NEWLINE:
			return 0;
		case RETURN:
			if (is_crlf(w))
				return 0;
			return fault_byte(w);
		case CONTROL:
			if (w->p >= w->x->end)
				return 0;
			if (*w->p == '\0')
				return fault_byte(w);
			break;
		default:
			break;
		}
		look(w);
	}
}

static int
parenthesis(struct walk *w, bool open)
{
	w->e->paren = true;
	w->e->raw = false;
	if (w->e->ntokens == 0)
		w->e->early = true;
	if (!open) {
		if (w->depth == 0)
			return fault(w, "syntax-error",
			    "closing parenthesis without an opening one", NULL);
		if (--w->depth == 0)
			w->open = NULL;
	} else {
		if (w->depth != 0 && w->x->dialect != ZONE_DIALECT_BIND)
			return fault(w, "syntax-dialect",
			    "parenthesis inside a parenthesis: Knot and NSD "
			    "refuse it",
			    "one pair is enough");
		if (w->depth++ == 0) {
			w->open = w->p;
			w->open_line = w->line;
		}
	}
	w->p++;
	return 0;
}

/* The end of a physical line, or of the data. 1 when the entry ends too. */
static int
line_end(struct walk *w)
{
	if (w->p >= w->x->end) {
		if (w->depth != 0)
			return fault_at(w, w->open, w->open_line,
			    "syntax-error", "parenthesis is not closed", NULL);
		w->e->raw = false;
		w->e->cut = true;
		return 1;
	}
	if (*w->p == '\r') {
		if (!takes_crlf(w))
			return fault_crlf(w);
		w->e->raw = false;
		w->p++;
	}
	w->p++;
	w->line++;
	return w->depth == 0;
}

/* One entry, which may turn out to hold no token. 1, -1 or -2. */
static int
entry(struct walk *w)
{
	int rc = 0;

	while (rc == 0) {
		if (w->p - w->e->begin > LEX_MAX_ENTRY)
			return fault_at(w, w->open != NULL ? w->open : w->p,
			    w->open != NULL ? w->open_line : w->line,
			    "syntax-limit", "record is longer than 512 KiB",
			    "is a parenthesis or a quote not closed?");
		switch (kind_of(*w->p)) {
		case BLANK:
			w->p++;
			break;
		case SEMICOLON:
			rc = comment(w);
			break;
		case OPEN:
		case CLOSE:
			rc = parenthesis(w, *w->p == '(');
			break;
		case NEWLINE:
			rc = line_end(w);
			break;
		case RETURN:
			rc = is_crlf(w) ? line_end(w) : fault_byte(w);
			break;
		case CONTROL:
			rc = w->p >= w->x->end ? line_end(w) : fault_byte(w);
			break;
		case HIGH:
			rc = fault_byte(w);
			break;
		default:
			rc = token(w);
		}
	}
	return rc;
}

int
lex_next(struct lex *x, struct lex_entry *e, struct lex_fault *f)
{
	struct walk w = {.x = x, .e = e, .f = f};
	int rc;

	while (x->at < x->end) {
		w.p = e->begin = x->at;
		w.line = e->line = x->line;
		w.depth = 0;
		w.open = NULL;
		e->blank = *w.p == ' ' || *w.p == '\t';
		e->raw = true;
		e->cut = e->paren = e->early = false;
		e->odd = NULL;
		e->ntokens = 0;
		rc = entry(&w);
		if (rc < 0)
			return rc;
		x->at = e->end = w.p;
		x->line = w.line;
		e->token = x->token;
		if (e->ntokens > 0 || e->blank || e->paren || e->odd != NULL)
			return 1;
	}
	return 0;
}
