#include "print.h"

#include <stdio.h>
#include <string.h>

void
print_style(const struct gate_options *o, struct report_style *style)
{
	memset(style, 0, sizeof(*style));
	style->colour = o->colour == GATE_COLOUR_ALWAYS;
	style->quiet = o->quiet;
	style->hook = o->hook;
	style->width = o->hook ? 72 : 80;
}

void
print_report(
    const struct gate_options *o, const struct report *r, struct text *out)
{
	const struct report_format *format = report_format_find(o->format);
	struct report_style style;

	if (format == NULL) {
		out->lost = true;
		return;
	}
	print_style(o, &style);
	format->print(r, &style, out);
}

int
print_undecided(const struct gate_options *o, const char *command,
    const struct error *e, struct text *out)
{
	struct report r = {.verdict = REPORT_ERROR, .command = command};

	r.error = e;
	print_report(o, &r, out);
	return e->code == ERROR_USAGE ? 2 : 3;
}

int
print_failure(const struct gate_options *o, const struct error *e)
{
	struct text text = TEXT_INIT;
	struct report_style style;

	print_style(o, &style);
	report_error_text(e, &style, &text);
	fputs(text.data == NULL ? "error: out of memory\n" : text.data, stderr);
	text_free(&text);
	return e->code == ERROR_USAGE ? 2 : 3;
}
