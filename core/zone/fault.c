#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lines.h"
#include "load_int.h"

int
load_fault(struct loader *l, const char *rule, const struct load_at *at,
    const char *help, const char *fmt, ...)
{
	struct load_file *f = l->file;
	struct finding *g;
	char text[512];
	va_list ap;

	/* These two leave a zone that every server reads alike. */
	if (strcmp(rule, "syntax-encoding") != 0 &&
	    strcmp(rule, "syntax-doubled-origin") != 0)
		l->broken = true;
	if (f == NULL || f->stop)
		return 0;
	if (l->virtual != NULL)
		at = l->virtual;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (++f->faults > l->limits.findings) {
		f->stop = true;
		l->broken = true;
		rule = "syntax-limit";
		help = NULL;
		snprintf(text, sizeof(text),
		    "more than %u faults in this file: the rest was not read",
		    l->limits.findings);
	}
	g = findings_add(l->fs, rule, "%s", text);
	g->help = help == NULL ? NULL : findings_text(l->fs, "%s", help);
	g->zone = findings_text(l->fs, "%s", l->zone_text);
	if (f->file.lines == NULL)
		f->file.lines = zone_lines_new(l->arena);
	zone_place_at(&f->file, at->line, lex_column(f->file.data, at->p),
	    l->fs, &g->place);
	g->place.column = lex_column(f->file.data, at->p);
	if (at->width != 0 && at->width < 200)
		g->place.width = at->width;
	return 0;
}
