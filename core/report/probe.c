/*
 * The matrix of a probe: a row a zone or name, below it what each server says,
 * availability and authenticity in columns of their own.
 */
#include <string.h>

#include "json.h"

enum {
	STATE_WIDTH = 12,
	WAYS = 3,
	/* With more rows than a person reads, good ones are one line each. */
	ROWS_WHOLE = 20,
};

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Is any server asked this way? */
static void
find_columns(const struct report *r, bool used[WAYS])
{
	const struct report_probe *p;
	size_t i, k;
	unsigned w;

	for (i = 0; i < r->nprobes; i++)
		for (p = &r->probe[i], k = 0; k < p->ncells; k++)
			for (w = 0; w < WAYS; w++)
				used[w] |= !is(
				    p->cell[k].way[w].state, "unused");
}

static unsigned
left_width(const struct report_style *style, const bool used[WAYS])
{
	unsigned w, columns = 1;

	for (w = 0; w < WAYS; w++)
		columns += used[w];
	columns *= STATE_WIDTH;
	return lines_width(style) > columns + 24 ? lines_width(style) - columns
						 : 24;
}

static size_t
good_cells(const struct report_probe *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->ncells; i++)
		n += p->cell[i].good;
	return n;
}

/* ---- one cell ------------------------------------------------------------ */

static void
print_reasons(const struct report_probe_cell *c,
    const struct report_style *style, struct text *out)
{
	const struct report_probe_way *way = c->way;
	const char *last = NULL;
	unsigned w;

	for (w = 0; w < WAYS; w++) {
		if (way[w].reason == NULL || way[w].good)
			continue;
		if (last != NULL && is(last, way[w].reason))
			continue;
		last = way[w].reason;
		lines_printf(out, style, 8, "      %s %s: %s", way[w].way,
		    way[w].state, last);
	}
	if (c->reason != NULL && (last == NULL || !is(last, c->reason)))
		lines_printf(
		    out, style, 8, "      %s: %s", c->authentic, c->reason);
}

static void
print_cell(const struct report_probe_cell *c, const bool used[WAYS],
    const struct report_style *style, struct text *out)
{
	unsigned left = left_width(style, used), w;
	struct text line = TEXT_INIT;
	size_t columns;

	text_printf(&line, "%s%s %s", c->good ? "  " : "! ", c->server,
	    c->address == NULL ? "" : c->address);
	columns = lines_columns(line.data == NULL ? "" : line.data, line.len);
	/* A long name has its verdicts in a line of their own. */
	if (columns >= left) {
		lines_end(out, style, &line, 4, COLOUR_ERROR, c->good ? 0 : 1);
		columns = 0;
	}
	text_printf(&line, "%*s", (int)(left - columns), "");
	for (w = 0; w < WAYS; w++)
		if (used[w])
			text_printf(&line, "%-*s", STATE_WIDTH,
			    is(c->way[w].state, "unused") ? "-"
							  : c->way[w].state);
	text_str(&line, c->authentic);
	lines_end(out, style, &line, 4, COLOUR_ERROR,
	    c->good || columns == 0 ? 0 : 1);
	print_reasons(c, style, out);
	text_free(&line);
}

/* ---- rows ---------------------------------------------------------------- */

static void
row_title(struct text *line, const struct report_probe *p)
{
	text_printf(line, "%s %s", p->name, p->type);
	if (p->view != NULL && p->view[0] != '\0')
		text_printf(line, " (view %s)", p->view);
}

static void
print_row(const struct report_probe *p, const bool used[WAYS],
    const struct report_style *style, struct text *out)
{
	static const char *const heading[WAYS] = {"udp", "tcp", "https"};
	unsigned left = left_width(style, used), w;
	struct text line = TEXT_INIT;
	size_t i, columns;

	row_title(&line, p);
	columns = lines_columns(line.data == NULL ? "" : line.data, line.len);
	if (columns >= left) {
		lines_end(out, style, &line, 4, NULL, 0);
		columns = 0;
	}
	text_printf(&line, "%*s", (int)(left - columns), "");
	for (w = 0; w < WAYS; w++)
		if (used[w])
			text_printf(&line, "%-*s", STATE_WIDTH, heading[w]);
	text_str(&line, "authentic");
	lines_end(out, style, &line, 4, NULL, 0);
	for (i = 0; i < p->ncells; i++)
		if (!p->cell[i].good || !style->quiet)
			print_cell(&p->cell[i], used, style, out);
	if (p->ncells == 0)
		lines_printf(out, style, 4, "! not asked: %s",
		    p->reason == NULL ? "nobody serves it" : p->reason);
	lines_blank(out);
	text_free(&line);
}

static void
print_short(const struct report_probe *p, const struct report_style *style,
    struct text *out)
{
	struct text line = TEXT_INIT;

	text_str(&line, "  ");
	row_title(&line, p);
	text_printf(
	    &line, ": all of %zu answer, %s", p->ncells, p->cell[0].authentic);
	lines_end(out, style, &line, 4, NULL, 0);
	text_free(&line);
}

void
report_probe_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	bool used[WAYS] = {false}, good, last_short = false;
	size_t i, n = 0, all = 0;

	if (r->probe == NULL)
		return;
	find_columns(r, used);
	for (i = 0; i < r->nprobes; i++) {
		n += good_cells(&r->probe[i]);
		all += r->probe[i].ncells;
		good = r->probe[i].ncells > 0 &&
		       good_cells(&r->probe[i]) == r->probe[i].ncells;
		if (good && style->quiet)
			continue;
		if (good && r->nprobes > ROWS_WHOLE) {
			print_short(&r->probe[i], style, out);
		} else {
			if (last_short)
				lines_blank(out);
			print_row(&r->probe[i], used, style, out);
		}
		last_short = good && r->nprobes > ROWS_WHOLE;
	}
	if (last_short)
		lines_blank(out);
	lines_printf(out, style, 4,
	    "%zu of %zu answers are available and authentic.", n, all);
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *
way_json(const struct report_probe_way *w, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "state", json_text(w->state), failed);
	json_put(o, "reason", json_text(w->reason), failed);
	json_put(o, "ms", json_number(w->good, w->ms), failed);
	return o;
}

static json_t *
cell_json(const struct report_probe_cell *c, bool *failed)
{
	json_t *o = json_object(), *part = json_object();
	unsigned w;

	json_put(o, "server", json_text(c->server), failed);
	json_put(o, "address", json_text(c->address), failed);
	json_put(o, "resolver", json_boolean(c->resolver), failed);
	for (w = 0; w < WAYS; w++)
		json_put(
		    part, c->way[w].way, way_json(&c->way[w], failed), failed);
	json_put(o, "available", part, failed);
	part = json_object();
	json_put(part, "state", json_text(c->authentic), failed);
	json_put(part, "reason", json_text(c->reason), failed);
	json_put(o, "authentic", part, failed);
	json_put(o, "ahead", json_boolean(c->ahead), failed);
	json_put(o, "good", json_boolean(c->good), failed);
	return o;
}

json_t *
json_probe(const struct report *r, bool *failed)
{
	const struct report_probe *p;
	json_t *list, *o, *cells;
	size_t i, k;

	if (r->probe == NULL)
		return json_null();
	list = json_array();
	for (i = 0; i < r->nprobes; i++) {
		p = &r->probe[i];
		o = json_object();
		cells = json_array();
		for (k = 0; k < p->ncells; k++)
			json_push(
			    cells, cell_json(&p->cell[k], failed), failed);
		json_put(o, "name", json_text(p->name), failed);
		json_put(o, "type", json_text(p->type), failed);
		json_put(o, "view", json_text(p->view), failed);
		json_put(o, "zone", json_text(p->zone), failed);
		json_put(o, "reason", json_text(p->reason), failed);
		json_put(o, "servers", cells, failed);
		json_push(list, o, failed);
	}
	return list;
}

json_t *
json_serials(const struct report *r, bool *failed)
{
	const struct report_serial *s;
	json_t *list, *o;
	size_t i;

	if (r->probe == NULL)
		return json_null();
	list = json_array();
	for (i = 0; i < r->nserials; i++) {
		s = &r->serial[i];
		o = json_object();
		json_put(o, "zone", json_text(s->zone), failed);
		json_put(o, "view", json_text(s->view), failed);
		json_put(o, "server", json_text(s->server), failed);
		json_put(o, "address", json_text(s->address), failed);
		json_put(o, "serial", json_number(s->known, s->serial), failed);
		json_put(o, "judged", json_number(true, s->judged), failed);
		json_push(list, o, failed);
	}
	return list;
}
