/* One finding, one error: what, where, what was expected, how to mend it. */
#include "lines.h"

#include <stdio.h>
#include <string.h>

const char *
severity_text(enum severity severity)
{
	switch (severity) {
	case SEVERITY_OFF:
		return "off";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_DEFAULT:
	case SEVERITY_ERROR:
		break;
	}
	/* Nobody decided: the worst is assumed. */
	return "error";
}

/* A source line as shown: tabs expanded, the marked part in columns. */
struct excerpt {
	struct text text;
	size_t from, to; /* columns of the marked part */
};

/* Append bytes [FROM, TO) of the line. */
static void
excerpt_slice(
    struct excerpt *x, size_t *column, const char *s, size_t from, size_t to)
{
	struct text t = TEXT_INIT;
	size_t i, begin = 0;

	text_escaped(&t, s + from, to - from);
	for (i = 0; i < t.len; i++) {
		if (t.data[i] != '\t')
			continue;
		text_add(&x->text, t.data + begin, i - begin);
		*column += lines_columns(t.data + begin, i - begin);
		do
			text_char(&x->text, ' ');
		while (++*column % 8 != 0);
		begin = i + 1;
	}
	if (t.len > begin) {
		text_add(&x->text, t.data + begin, t.len - begin);
		*column += lines_columns(t.data + begin, t.len - begin);
	}
	if (t.lost)
		x->text.lost = true;
	text_free(&t);
}

/* The same, with markers of CI systems broken even where slices meet. */
static void
excerpt_add(
    struct excerpt *x, size_t *column, const char *s, size_t from, size_t to)
{
	size_t i, len = strlen(s);

	for (i = from; i < to; i++) {
		if (!lines_marker(s + i, len - i))
			continue;
		excerpt_slice(x, column, s, from, i);
		text_str(&x->text, "\\x23");
		*column += 4;
		from = i + 1;
	}
	excerpt_slice(x, column, s, from, to);
}

static void
excerpt_make(struct excerpt *x, const struct place *p)
{
	size_t len = strlen(p->excerpt), column = 0, start, end;

	memset(x, 0, sizeof(*x));
	while (len > 0 && strchr("\r\n \t", p->excerpt[len - 1]) != NULL)
		len--;
	start = p->column == 0 ? 0 : p->column - 1;
	if (start > len)
		start = len;
	end = p->width > len - start ? len : start + p->width;
	excerpt_add(x, &column, p->excerpt, 0, start);
	x->from = column;
	excerpt_add(x, &column, p->excerpt, start, end);
	x->to = column;
	excerpt_add(x, &column, p->excerpt, end, len);
	if (x->to == x->from)
		x->to = x->from + 1; /* a caret at least */
}

/* Cut the line to ROOM columns around the marked part. */
static void
excerpt_cut(struct excerpt *x, size_t room)
{
	size_t total = lines_columns(x->text.data, x->text.len);
	size_t skip = 0, from, n;
	struct text t = TEXT_INIT;

	if (total <= room)
		goto clip;
	if (x->from > room / 3)
		skip = x->from - room / 3;
	if (skip > total - room + 3)
		skip = total - room + 3;
	if (skip > 0)
		text_str(&t, "...");
	from = lines_fit(x->text.data, x->text.len, skip);
	n = lines_fit(
	    x->text.data + from, x->text.len - from, room - (skip > 0 ? 3 : 0));
	if (from + n < x->text.len)
		n = lines_fit(
		    x->text.data + from, n, room - (skip > 0 ? 6 : 3));
	text_add(&t, x->text.data + from, n);
	if (from + n < x->text.len)
		text_str(&t, "...");
	if (skip > 0) {
		x->from = x->from + 3 - skip;
		x->to = x->to + 3 - skip;
	}
	text_free(&x->text);
	x->text = t;
clip:
	if (x->from >= room)
		x->from = room - 1;
	if (x->to > room)
		x->to = room;
	if (x->to <= x->from)
		x->to = x->from + 1;
}

static void
gutter(struct text *out, const struct report_style *style, unsigned digits,
    const char *number)
{
	if (style->colour)
		text_str(out, COLOUR_FAINT);
	text_printf(out, "%*s |", (int)digits, number);
	if (style->colour)
		text_str(out, "\033[0m");
}

/* The caret line; with NOTE behind it when that fits. Was it printed? */
static bool
carets(struct text *out, const struct report_style *style, unsigned digits,
    const struct excerpt *x, const char *note, const char *colour)
{
	size_t room = lines_width(style) - digits - 3, i;
	struct text t = TEXT_INIT;
	bool fits = false;

	gutter(out, style, digits, "");
	for (i = 0; i <= x->from; i++)
		text_char(out, ' ');
	if (style->colour)
		text_str(out, colour);
	for (i = x->from; i < x->to; i++)
		text_char(out, '^');
	if (note != NULL) {
		lines_escape(&t, note, strlen(note));
		fits = x->to + 1 + lines_columns(t.data, t.len) <= room;
		if (fits) {
			text_char(out, ' ');
			text_add(out, t.data, t.len);
		}
	}
	if (style->colour)
		text_str(out, "\033[0m");
	text_char(out, '\n');
	if (t.lost)
		out->lost = true;
	text_free(&t);
	return fits;
}

/* "  = expected: …" */
static void
detail(struct text *out, const struct report_style *style, unsigned digits,
    const char *what, const char *value)
{
	if (value != NULL)
		lines_printf(out, style, digits + 5, "%*s = %s: %s",
		    (int)digits, "", what, value);
}

static void
print_place(struct text *out, const struct report_style *style,
    const struct finding *f, unsigned digits, const char *colour)
{
	const struct place *p = &f->place;
	struct text line = TEXT_INIT;
	struct excerpt x;
	char number[16];
	bool noted = false;

	if (p->file != NULL) {
		text_printf(&line, "%*s--> %s", (int)digits, "", p->file);
		if (p->line != 0)
			text_printf(&line, ":%u", (unsigned)p->line);
		if (p->line != 0 && p->column != 0)
			text_printf(&line, ":%u", (unsigned)p->column);
		lines_end(out, style, &line, digits + 4, NULL, 0);
	}
	if (p->excerpt != NULL && p->line != 0) {
		snprintf(number, sizeof(number), "%u", (unsigned)p->line);
		excerpt_make(&x, p);
		excerpt_cut(&x, lines_width(style) - digits - 3);
		gutter(out, style, digits, "");
		text_char(out, '\n');
		gutter(out, style, digits, number);
		text_char(out, ' ');
		text_add(out, x.text.data, x.text.len);
		text_char(out, '\n');
		if (p->column != 0)
			noted = carets(
			    out, style, digits, &x, f->expected, colour);
		if (x.text.lost)
			out->lost = true;
		text_free(&x.text);
	}
	if (!noted)
		detail(out, style, digits, "expected", f->expected);
	text_free(&line);
}

/* Whom it is about, unless the sentence says so itself. */
static void
add_subject(struct text *line, const struct finding *f)
{
	if (f->name == NULL || strstr(f->message, f->name) != NULL)
		return;
	text_str(line, f->name);
	if (f->type != NULL)
		text_printf(line, " %s", f->type);
	text_str(line, ": ");
}

void
report_finding_text(
    const struct finding *f, const struct report_style *style, struct text *out)
{
	const char *word = f->waived ? "waived" : severity_text(f->severity);
	const char *colour = f->waived                         ? COLOUR_FAINT
			     : f->severity == SEVERITY_WARNING ? COLOUR_WARNING
							       : COLOUR_ERROR;
	struct text line = TEXT_INIT;
	unsigned digits = 1, n;
	size_t paint;

	for (n = f->place.line; n >= 10; n /= 10)
		digits++;
	if (digits < 2)
		digits = 2;
	text_printf(&line, "%s[%s]:", word, f->rule);
	paint = line.len;
	text_char(&line, ' ');
	add_subject(&line, f);
	text_str(&line, f->message);
	lines_end(out, style, &line, 7, colour, paint);
	print_place(out, style, f, digits, colour);
	detail(out, style, digits, "policy", f->authority);
	detail(out, style, digits, "waived", f->waiver);
	if (f->help != NULL && !f->waived)
		lines_printf(out, style, 6, "hint: %s", f->help);
	text_free(&line);
}

void
report_error_text(
    const struct error *e, const struct report_style *style, struct text *out)
{
	struct text line = TEXT_INIT;

	text_str(&line, "error:");
	text_printf(&line, " %s",
	    e->message[0] != '\0' ? e->message : "nothing is known");
	lines_end(out, style, &line, 7, COLOUR_ERROR, 6);
	if (e->file[0] != '\0') {
		text_printf(&line, "  --> %s", e->file);
		if (e->line != 0)
			text_printf(&line, ":%u", (unsigned)e->line);
		if (e->line != 0 && e->column != 0)
			text_printf(&line, ":%u", (unsigned)e->column);
		lines_end(out, style, &line, 6, NULL, 0);
	}
	if (e->hint[0] != '\0')
		lines_printf(out, style, 6, "hint: %s", e->hint);
	text_free(&line);
}

struct tally
tally_findings(const struct findings *fs)
{
	const struct finding *error = NULL, *warning = NULL, *f;
	struct tally t = {0};
	size_t i;

	for (i = 0; fs != NULL && i < fs->n; i++) {
		f = &fs->item[i];
		if (f->severity == SEVERITY_OFF)
			continue;
		if (f->waived) {
			t.waived++;
		} else if (f->severity == SEVERITY_WARNING) {
			t.warnings++;
			warning = warning == NULL ? f : warning;
		} else {
			t.errors++;
			error = error == NULL ? f : error;
		}
	}
	t.first = error != NULL ? error : warning;
	return t;
}
