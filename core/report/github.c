/*
 * Annotations of a GitHub or Forgejo workflow: "::error file=…,line=…::text".
 * The runner obeys such lines, so every value is escaped by its rules after
 * the usual escaping, and no other line may begin so.
 */
#include "lines.h"

#include <stdio.h>
#include <string.h>

static void
add_value(struct text *out, const char *s, bool property)
{
	struct text t = TEXT_INIT;
	const char *special = property ? "%\r\n:," : "%\r\n";
	size_t i;

	lines_escape(&t, s, strlen(s));
	for (i = 0; i < t.len; i++)
		if (strchr(special, t.data[i]) != NULL)
			text_printf(out, "%%%02X", (unsigned char)t.data[i]);
		else
			text_char(out, t.data[i]);
	if (t.lost)
		out->lost = true;
	text_free(&t);
}

/* A part of the message, on a line of its own in the annotation. */
static void
add_part(struct text *out, const char *label, const char *s)
{
	if (s == NULL)
		return;
	text_printf(out, "%%0A%s: ", label);
	add_value(out, s, false);
}

static void
add_place(struct text *out, const char *file, uint32_t line, uint32_t column)
{
	if (file == NULL || file[0] == '\0')
		return;
	text_str(out, "file=");
	add_value(out, file, true);
	if (line != 0)
		text_printf(out, ",line=%u", (unsigned)line);
	if (line != 0 && column != 0)
		text_printf(out, ",col=%u", (unsigned)column);
	text_char(out, ',');
}

static void
print_finding(const struct finding *f, struct text *out)
{
	const char *command = f->waived ? "notice" : severity_text(f->severity);

	text_printf(out, "::%s ", command);
	add_place(out, f->place.file, f->place.line, f->place.column);
	text_str(out, "title=");
	add_value(out, f->rule, true);
	text_str(out, "::");
	if (f->name != NULL && strstr(f->message, f->name) == NULL) {
		add_value(out, f->name, false);
		text_str(out, ": ");
	}
	add_value(out, f->message, false);
	add_part(out, "expected", f->expected);
	add_part(out, "policy", f->authority);
	add_part(out, "waived", f->waiver);
	add_part(out, "hint", f->help);
	text_char(out, '\n');
}

void
report_github(
    const struct report *r, const struct report_style *style, struct text *out)
{
	const struct error *e = r->error;
	struct text line = TEXT_INIT;
	size_t i;

	for (i = 0; r->findings != NULL && i < r->findings->n; i++)
		if (r->findings->item[i].severity != SEVERITY_OFF)
			print_finding(&r->findings->item[i], out);
	if (r->verdict == REPORT_ERROR && e != NULL && e->code != ERROR_NONE) {
		text_str(out, "::error ");
		add_place(out, e->file, e->line, e->column);
		text_str(out, "title=zonegate::");
		add_value(out, e->message, false);
		add_part(out, "hint", e->hint[0] != '\0' ? e->hint : NULL);
		text_char(out, '\n');
	}
	verdict_text(r, &line);
	lines_end(out, style, &line, 4, NULL, 0);
	text_free(&line);
}
