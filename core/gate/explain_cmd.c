/* zonegate explain, zonegate rules: the table of rules, for people. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "common.h"
#include "output.h"

#include "../report/lines.h"

static bool
wants_json(const struct gate_options *o)
{
	return o->format != NULL && strcmp(o->format, "json") == 0;
}

static const char *
severity_name(const struct rule *r)
{
	return r->severity == SEVERITY_ERROR     ? "error"
	       : r->severity == SEVERITY_WARNING ? "warning"
						 : "off";
}

/* Write what was made, and only then succeed. */
static int
deliver(const struct gate_options *o, struct text *t)
{
	struct error e = {0};
	int status = 0;

	if (text_lost(t)) {
		error_memory(&e);
		status = print_failure(o, &e);
	} else if (output_write(o->output, t->data == NULL ? "" : t->data,
		       t->len) != 0) {
		error_set(&e, ERROR_SYSTEM, "the text could not be written");
		status = print_failure(o, &e);
	}
	text_free(t);
	return status;
}

static json_t *
rule_json(const struct rule *r)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:b,s:s,s:s,s:s,s:s,s:s}", "id",
	    r->id, "title", r->title, "severity", severity_name(r), "fixed",
	    (int)r->fixed, "planned", (int)r->planned, "what", r->what, "why",
	    r->why, "bad", r->bad, "good", r->good, "fix", r->fix);
}

static int
deliver_json(const struct gate_options *o, json_t *value)
{
	struct text t = TEXT_INIT;
	char *s = value == NULL
		      ? NULL
		      : json_dumps(value, JSON_SORT_KEYS | JSON_INDENT(2));

	if (s == NULL)
		t.lost = true;
	else
		text_printf(&t, "%s\n", s);
	free(s);
	json_decref(value);
	return deliver(o, &t);
}

/* Words of TEXT in lines of 76 columns behind INDENT blanks. */
static void
fill(struct text *out, const char *text, int indent)
{
	size_t column = 0, len;

	while (*text != '\0') {
		if (*text == '\n' || *text == ' ') {
			/* An empty line in the text stays one. */
			if (strncmp(text, "\n\n", 2) == 0 && column > 0) {
				text_str(out, "\n\n");
				column = 0;
			}
			text++;
			continue;
		}
		len = strcspn(text, " \n");
		if (column > 0 && column + 1 + len > 76) {
			text_char(out, '\n');
			column = 0;
		}
		if (column == 0) {
			text_printf(out, "%*s", indent, "");
			column = (size_t)indent;
		} else {
			text_char(out, ' ');
			column++;
		}
		text_add(out, text, len);
		column += len;
		text += len;
	}
	if (column > 0)
		text_char(out, '\n');
}

/* An example keeps its lines. */
static void
example(struct text *out, const char *heading, const char *text)
{
	size_t len;

	if (text == NULL || *text == '\0')
		return;
	text_printf(out, "\n%s\n", heading);
	while (*text != '\0') {
		len = strcspn(text, "\n");
		text_printf(out, "    %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void
paragraph(struct text *out, const char *heading, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	text_printf(out, "\n%s\n", heading);
	fill(out, text, 2);
}

static int
unknown_rule(const struct gate_options *o, const char *name)
{
	const char *closest = rules_closest(name);
	struct text safe = TEXT_INIT;
	struct error e = {0};

	text_escaped(&safe, name, strnlen(name, 100));
	error_set(&e, ERROR_USAGE, "no rule is called %s",
	    safe.data == NULL ? "" : safe.data);
	text_free(&safe);
	if (closest != NULL)
		error_hint(&e, "did you mean %s?", closest);
	else
		error_hint(&e, "the list: zonegate rules");
	return print_failure(o, &e);
}

int
gate_explain(const struct gate_options *o, const char *name)
{
	const struct rule *r = rules_find(name);
	struct text t = TEXT_INIT;

	if (r == NULL)
		return unknown_rule(o, name);
	if (wants_json(o))
		return deliver_json(o, rule_json(r));
	text_printf(&t, "%s  (%s%s)\n", r->id, severity_name(r),
	    r->fixed ? ", fixed: no policy lowers it" : "");
	fill(&t, r->title, 0);
	paragraph(&t, "What it means", r->what);
	paragraph(&t, "Why it matters", r->why);
	example(&t, "Stopped", r->bad);
	example(&t, "Fine", r->good);
	paragraph(&t, "How to mend it", r->fix);
	return deliver(o, &t);
}

int
gate_rules(const struct gate_options *o)
{
	struct text t = TEXT_INIT;
	struct report_style style;
	json_t *array;
	size_t i;

	if (wants_json(o)) {
		array = json_array();
		for (i = 0; i < rules_count; i++)
			if (json_array_append_new(
				array, rule_json(rules_all[i])) != 0) {
				json_decref(array);
				array = NULL;
				break;
			}
		return deliver_json(o, array);
	}
	print_style(o, &style);
	for (i = 0; i < rules_count; i++)
		lines_printf(&t, &style, 37, "%-28s %-7s %s%s",
		    rules_all[i]->id, severity_name(rules_all[i]),
		    rules_all[i]->title, rules_all[i]->fixed ? " [fixed]" : "");
	text_str(&t, "\n[fixed]: no repository's policy lowers it. More about "
		     "one: zonegate explain RULE\n");
	return deliver(o, &t);
}
