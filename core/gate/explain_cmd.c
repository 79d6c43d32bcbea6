/* zonegate explain, zonegate rules: the table of rules, for people. */
#include <string.h>

#include "../rules/docs.h"
#include "common.h"
#include "output.h"

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

static bool
wants(const struct gate_options *o, const char *format)
{
	return o->format != NULL && strcmp(o->format, format) == 0;
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
	if (wants(o, "json"))
		rules_rule_json(r, &t);
	else
		rules_explain_text(r, &t);
	return deliver(o, &t);
}

int
gate_rules(const struct gate_options *o)
{
	struct text t = TEXT_INIT;

	if (wants(o, "json"))
		rules_list_json(&t);
	else if (wants(o, "markdown"))
		rules_docs_markdown(&t);
	else
		rules_list_text(&t);
	return deliver(o, &t);
}
