#include "docs.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define COLUMNS 78

static const struct {
	const char *prefix;
	const char *title;
} groups[] = {
    {"syntax", "Syntax: can every server read it, and alike?"},
    {"zone", "Zone: does the data fit together?"},
    {"dnssec", "DNSSEC: does it validate?"},
    {"failover", "Failover: do protected names lead where they may?"},
    {"answer", "Answers: what changes beside what was edited"},
    {"identity", "Identity: names that get credentials"},
    {"view", "Views: split horizon"},
    {"change", "Change: who changed what"},
    {"live", "Live: servers and targets"},
};

/* Does ID begin a new group after the one before it? */
static const char *
group_title(size_t i)
{
	const char *id = rules_all[i]->id;
	size_t n = strcspn(id, "-"), g;

	if (i > 0 && strncmp(rules_all[i - 1]->id, id, n + 1) == 0)
		return NULL;
	for (g = 0; g < sizeof(groups) / sizeof(groups[0]); g++)
		if (strlen(groups[g].prefix) == n &&
		    strncmp(groups[g].prefix, id, n) == 0)
			return groups[g].title;
	return id;
}

void
rules_severity_text(const struct rule *rule, struct text *out)
{
	text_str(out, rule->severity == SEVERITY_ERROR ? "error" : "warning");
	if (rule->fixed)
		text_str(out, ", fixed");
	if (rule->planned)
		text_str(out, ", not checked by this version yet");
}

/* Words of TEXT in lines of COLUMNS, each after INDENT blanks. */
static void
wrap(struct text *out, const char *text, unsigned indent)
{
	size_t column = 0, n;

	while (*text != '\0') {
		text += strspn(text, " ");
		n = strcspn(text, " ");
		if (n == 0)
			break;
		if (column != 0 && column + 1 + n > COLUMNS) {
			text_char(out, '\n');
			column = 0;
		}
		if (column == 0) {
			text_printf(out, "%*s", (int)indent, "");
			column = indent;
		} else {
			text_char(out, ' ');
			column++;
		}
		text_add(out, text, n);
		column += n;
		text += n;
	}
	text_char(out, '\n');
}

/* An example, every line after four blanks. */
static void
example(struct text *out, const char *text)
{
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "\n");
		text_str(out, "    ");
		text_add(out, text, n);
		text_char(out, '\n');
		text += n + (text[n] != '\0');
	}
}

void
rules_explain_text(const struct rule *rule, struct text *out)
{
	text_printf(out, "%s: %s\n", rule->id, rule->title);
	text_str(out, "severity: ");
	rules_severity_text(rule, out);
	text_str(out, "\n\n");
	if (rule->planned)
		wrap(out,
		    "This version does not check this yet; what follows "
		    "is what the rule means.",
		    0);
	wrap(out, rule->what, 0);
	text_str(out, "\nWhy it matters\n");
	wrap(out, rule->why, 2);
	text_str(out, "\nBlocked\n");
	example(out, rule->bad);
	text_str(out, "\nBetter\n");
	example(out, rule->good);
	text_str(out, "\nHow to fix it\n");
	wrap(out, rule->fix, 2);
	if (rule->fixed)
		wrap(out,
		    "This rule is fixed: no policy can lower or waive "
		    "it.",
		    2);
}

void
rules_list_text(struct text *out)
{
	const struct rule *rule;
	const char *title;
	size_t i;

	for (i = 0; i < rules_count; i++) {
		rule = rules_all[i];
		if ((title = group_title(i)) != NULL)
			text_printf(out, "%s%s\n", i == 0 ? "" : "\n", title);
		text_printf(out, "  %-29s %-8s%c %s%s\n", rule->id,
		    rule->severity == SEVERITY_ERROR ? "error" : "warning",
		    rule->fixed ? '*' : ' ', rule->planned ? "(planned) " : "",
		    rule->title);
	}
	text_str(out, "\n* fixed: a policy can neither lower nor waive it.\n"
		      "zonegate explain RULE says more.\n");
}

static json_t *
rule_json(const struct rule *r)
{
	return json_pack("{s:s,s:s,s:s,s:b,s:b,s:s,s:s,s:s,s:s,s:s}", "id",
	    r->id, "title", r->title, "severity",
	    r->severity == SEVERITY_ERROR ? "error" : "warning", "fixed",
	    (int)r->fixed, "planned", (int)r->planned, "what", r->what, "why",
	    r->why, "bad", r->bad, "good", r->good, "fix", r->fix);
}

/* VALUE is used up. */
static void
add_json(struct text *out, json_t *value)
{
	char *s = value == NULL
		      ? NULL
		      : json_dumps(value, JSON_SORT_KEYS | JSON_INDENT(2));

	if (s == NULL)
		out->lost = true;
	else
		text_printf(out, "%s\n", s);
	free(s);
	json_decref(value);
}

void
rules_rule_json(const struct rule *rule, struct text *out)
{
	add_json(out, rule_json(rule));
}

void
rules_list_json(struct text *out)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array != NULL && i < rules_count; i++) {
		if (json_array_append_new(array, rule_json(rules_all[i])) == 0)
			continue;
		json_decref(array);
		array = NULL;
	}
	add_json(out, array);
}

static void
markdown_rule(const struct rule *rule, struct text *out)
{
	text_printf(out, "### %s\n\n*", rule->id);
	text_printf(out, "%s* (", rule->title);
	rules_severity_text(rule, out);
	text_str(out, ")\n\n");
	wrap(out, rule->what, 0);
	text_str(out, "\n**Why.** ");
	wrap(out, rule->why, 0);
	text_str(out, "\nBlocked:\n\n");
	example(out, rule->bad);
	text_str(out, "\nBetter:\n\n");
	example(out, rule->good);
	text_str(out, "\n**Fix.** ");
	wrap(out, rule->fix, 0);
	text_char(out, '\n');
}

void
rules_docs_markdown(struct text *out)
{
	const char *title;
	size_t i;

	text_str(out,
	    "# Rules\n\n"
	    "Generated from the rule table by `make docs`; edit the table, not "
	    "this file.\n\n"
	    "An *error* blocks, a *warning* does not. A policy can set the "
	    "severity of a rule\n"
	    "(`severity: {zone-ns-single: \"off\"}`) and waive single findings "
	    "for a time, but\n"
	    "neither for rules that are *fixed*. Rules that are not checked by "
	    "this version say so.\n\n");
	for (i = 0; i < rules_count; i++)
		text_printf(out, "- [%s](#%s): %s\n", rules_all[i]->id,
		    rules_all[i]->id, rules_all[i]->title);
	text_char(out, '\n');
	for (i = 0; i < rules_count; i++) {
		if ((title = group_title(i)) != NULL)
			text_printf(out, "## %s\n\n", title);
		markdown_rule(rules_all[i], out);
	}
}
