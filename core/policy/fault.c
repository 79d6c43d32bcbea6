#include "reader.h"

#include <ctype.h>
#include <string.h>

#define EXCERPT_MAX 1000u
#define CLOSEST_MAX 64u

/* The line AT is on, without its end; NULL when a cut would hide the place. */
static const char *
excerpt(struct reader *r, uint32_t line, uint32_t column)
{
	size_t begin, end;

	if (line == 0 || line > r->nlines || column > EXCERPT_MAX)
		return NULL;
	begin = r->line[line - 1];
	end = line < r->nlines ? r->line[line] : r->len;
	while (end > begin &&
	       (r->data[end - 1] == '\n' || r->data[end - 1] == '\r'))
		end--;
	if (end - begin > EXCERPT_MAX) {
		end = begin + EXCERPT_MAX;
		while (end > begin && ((uint8_t)r->data[end] & 0xc0) == 0x80)
			end--;
	}
	return findings_text(
	    r->faults, "%.*s", (int)(end - begin), r->data + begin);
}

static struct finding *__attribute__((format(printf, 5, 0)))
report(struct reader *r, uint32_t line, uint32_t column, uint32_t width,
    const char *fmt, va_list ap)
{
	struct finding *f;
	char *message;

	if (r->nfaults > READER_MAX_FAULTS) {
		memset(&r->ignored, 0, sizeof(r->ignored));
		return &r->ignored;
	}
	if (r->nfaults++ == READER_MAX_FAULTS) {
		f = findings_add(r->faults, "policy",
		    "more than %u faults: the rest is not shown",
		    READER_MAX_FAULTS);
		f->severity = SEVERITY_ERROR;
		f->place.file = r->file;
		memset(&r->ignored, 0, sizeof(r->ignored));
		return &r->ignored;
	}
	f = findings_add(r->faults, "policy", "%s", "");
	if ((message = arena_vprintf(r->faults->arena, fmt, ap)) == NULL)
		r->memory = true;
	else
		f->message = message;
	f->severity = SEVERITY_ERROR;
	f->place.file = r->file;
	f->place.line = line;
	f->place.column = column;
	f->place.width = width;
	f->place.excerpt = excerpt(r, line, column);
	return f;
}

struct finding *
fault(struct reader *r, const struct node *n, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	if (n == NULL)
		f = report(r, 0, 0, 0, fmt, ap);
	else
		f = report(r, n->line, n->column, n->width, fmt, ap);
	va_end(ap);
	return f;
}

/* The line of offset AT, from 1. */
static uint32_t
line_of(const struct reader *r, size_t at)
{
	size_t low = 0, high = r->nlines, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (r->line[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low + 1;
}

struct finding *
fault_at(struct reader *r, size_t at, size_t len, const char *fmt, ...)
{
	uint32_t line = line_of(r, at);
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = report(r, line, (uint32_t)(at - r->line[line - 1]) + 1,
	    len == 0 ? 1 : (uint32_t)len, fmt, ap);
	va_end(ap);
	return f;
}

struct finding *
fault_in(struct reader *r, const struct node *n, size_t at, size_t len,
    const char *fmt, ...)
{
	size_t quote = n->plain ? 0 : 1, begin = n->offset + quote;
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	if (begin + n->len <= r->len && at + len <= n->len &&
	    memcmp(r->data + begin, n->text, n->len) == 0)
		f = report(r, n->line, n->column + (uint32_t)(quote + at),
		    len == 0 ? 1 : (uint32_t)len, fmt, ap);
	else
		f = report(r, n->line, n->column, n->width, fmt, ap);
	va_end(ap);
	return f;
}

static bool
before(const struct finding *a, const struct finding *b)
{
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line;
	return a->place.column < b->place.column;
}

void
fault_sort(struct reader *r)
{
	size_t n = r->nfaults, i, k;
	struct finding *item, held;

	if (n == 0 || r->faults->lost || n > r->faults->n)
		return;
	item = r->faults->item + (r->faults->n - n);
	if (n > READER_MAX_FAULTS)
		n = READER_MAX_FAULTS; /* the last one says so: it stays last */
	for (i = 1; i < n; i++) {
		held = item[i];
		for (k = i; k > 0 && before(&held, &item[k - 1]); k--)
			item[k] = item[k - 1];
		item[k] = held;
	}
}

/*
 * Letters to change, add, drop or swap with a neighbour to make B of A, without
 * regard to case (optimal string alignment).
 */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[3][CLOSEST_MAX + 1];
	size_t i, j;

	for (j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *last = row[(i + 2) % 3];
		const unsigned *older = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (j = 1; j <= nb; j++) {
			int x = tolower((unsigned char)a[i - 1]);
			int y = tolower((unsigned char)b[j - 1]);
			unsigned d = last[j - 1] + (x != y);

			if (last[j] + 1 < d)
				d = last[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 &&
			    x == tolower((unsigned char)b[j - 2]) &&
			    y == tolower((unsigned char)a[i - 2]) &&
			    older[j - 2] + 1 < d)
				d = older[j - 2] + 1;
			now[j] = d;
		}
	}
	return row[na % 3][nb];
}

struct closest
closest_start(const struct reader *r, const char *text)
{
	struct closest c = {.text = text};

	if (r->nfaults > READER_MAX_FAULTS)
		c.text = NULL;
	return c;
}

void
closest_try(struct closest *c, const char *candidate)
{
	size_t na, nb = strlen(candidate), longer;
	unsigned d;

	if (c->text == NULL)
		return;
	na = strlen(c->text);
	longer = na > nb ? na : nb;
	if (longer > CLOSEST_MAX)
		return;
	d = distance(c->text, na, candidate, nb);
	/* A third of the letters wrong is a slip; more is another word. */
	if (d > (longer + 1) / 3 || (c->best != NULL && d >= c->distance))
		return;
	c->best = candidate;
	c->distance = d;
}

const char *
closest_help(struct reader *r, const struct closest *c, const char *fallback)
{
	if (c->best == NULL)
		return fallback;
	return findings_text(r->faults, "did you mean `%s`?", c->best);
}
