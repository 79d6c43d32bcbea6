/* The drill's matrix: a row an outage, and below it why it is red. */
#include <string.h>

#include "json.h"

/* Columns of the verdicts; what the outage is takes what is left. */
enum { STATE_WIDTH = 10 };

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static const char *
kind_words(const char *kind)
{
	return is(kind, "list")     ? "target list"
	       : is(kind, "server") ? "name server"
				    : kind;
}

/* As a cell of the text: what is wrong stands out without colour too. */
static const char *
state_words(const struct report_drill_verdict *v)
{
	return is(v->state, "no")     ? "NO"
	       : is(v->state, "moot") ? "-"
				      : v->state;
}

static void
print_reason(const char *question, const struct report_drill_verdict *v,
    bool red, const struct report_style *style, struct text *out)
{
	if (v->reason != NULL && (red || is(v->state, "no")))
		lines_printf(out, style, 8, "      %s %s: %s", question,
		    state_words(v), v->reason);
}

static void
print_cell(const struct report_drill_cell *c, const struct report_style *style,
    struct text *out)
{
	unsigned left = lines_width(style) - 3 * STATE_WIDTH - 4;
	struct text line = TEXT_INIT;
	size_t paint, columns;

	text_str(&line, c->red ? "! " : "  ");
	paint = c->red ? 1 : 0;
	if (is(c->kind, "none"))
		text_str(&line, "today");
	else
		text_printf(&line, "%s %s", kind_words(c->kind), c->what);
	columns = lines_columns(line.data == NULL ? "" : line.data, line.len);
	/* A long name has the verdicts in a line of their own. */
	if (columns > left) {
		lines_end(out, style, &line, 4, COLOUR_ERROR, paint);
		columns = 0;
	}
	text_printf(&line, "%*s %-*s%-*s%s",
	    (int)(left > columns ? left - columns : 0), "", STATE_WIDTH,
	    state_words(&c->resolves), STATE_WIDTH, state_words(&c->validates),
	    state_words(&c->allowed));
	lines_end(out, style, &line, 4, COLOUR_ERROR, paint);
	print_reason("resolves", &c->resolves, c->red, style, out);
	print_reason("validates", &c->validates, c->red, style, out);
	print_reason("allowed", &c->allowed, c->red, style, out);
	text_free(&line);
}

static void
print_name(const struct report_drill *d, const struct report_style *style,
    struct text *out)
{
	unsigned left = lines_width(style) - 3 * STATE_WIDTH - 4;
	struct text line = TEXT_INIT;
	size_t i;

	text_printf(&line, "%s %s", d->name, d->types);
	if (d->view != NULL && d->view[0] != '\0')
		text_printf(&line, " (view %s)", d->view);
	lines_end(out, style, &line, 4, NULL, 0);
	lines_printf(out, style, 4, "  %-*s %-*s%-*s%s", (int)left - 2,
	    "if this fails", STATE_WIDTH, "resolves", STATE_WIDTH, "validates",
	    "allowed");
	for (i = 0; i < d->ncells; i++)
		if (d->cell[i].red || !style->quiet)
			print_cell(&d->cell[i], style, out);
	lines_blank(out);
	text_free(&line);
}

static size_t
red_cells(const struct report_drill *d)
{
	size_t i, n = 0;

	for (i = 0; i < d->ncells; i++)
		n += d->cell[i].red;
	return n;
}

/* What is not red and not plainly good either. */
static size_t
open_cells(const struct report_drill *d)
{
	size_t i, n = 0;

	for (i = 0; i < d->ncells; i++)
		n += !d->cell[i].red &&
		     is(d->cell[i].validates.state, "unknown");
	return n;
}

void
report_drill_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i, red = 0, open = 0, all = 0;

	if (r->drill == NULL)
		return;
	for (i = 0; i < r->ndrills; i++) {
		red += red_cells(&r->drill[i]);
		open += open_cells(&r->drill[i]);
		all += r->drill[i].ncells;
		if (!style->quiet || red_cells(&r->drill[i]) > 0)
			print_name(&r->drill[i], style, out);
	}
	lines_printf(out, style, 4, "%zu of %zu cases fail%s.", red, all,
	    open > 0 ? "; whether some others validate is decided outside of "
		       "this repository"
		     : "");
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *
verdict_json(const struct report_drill_verdict *v, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "state", json_text(v->state), failed);
	json_put(o, "reason", json_text(v->reason), failed);
	return o;
}

static json_t *
cell_json(const struct report_drill_cell *c, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "kind", json_text(c->kind), failed);
	json_put(
	    o, "what", json_text(c->what[0] != '\0' ? c->what : NULL), failed);
	json_put(o, "resolves", verdict_json(&c->resolves, failed), failed);
	json_put(o, "validates", verdict_json(&c->validates, failed), failed);
	json_put(o, "allowed", verdict_json(&c->allowed, failed), failed);
	json_put(o, "red", json_boolean(c->red), failed);
	return o;
}

json_t *
json_drill(const struct report *r, bool *failed)
{
	const struct report_drill *d;
	json_t *list, *o, *cells;
	size_t i, k;

	if (r->drill == NULL)
		return json_null();
	list = json_array();
	for (i = 0; i < r->ndrills; i++) {
		d = &r->drill[i];
		o = json_object();
		cells = json_array();
		for (k = 0; k < d->ncells; k++)
			json_push(
			    cells, cell_json(&d->cell[k], failed), failed);
		json_put(o, "name", json_text(d->name), failed);
		json_put(o, "view", json_text(d->view), failed);
		json_put(o, "types", json_words(d->types, failed), failed);
		json_put(o, "outages", cells, failed);
		json_push(list, o, failed);
	}
	return list;
}
