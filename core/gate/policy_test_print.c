/* Outcomes of scenarios, for people and as JSON. */
#include <string.h>

#include "../report/json.h"
#include "policy_test.h"

#define INDENT 6
#define SHOWN 5 /* findings of one scenario that are shown whole */

static const struct {
	const char *word, *key, *colour, *count;
} words[CASE_RESULTS] = {
    [CASE_FAULT] = {"fault", "fault", COLOUR_ERROR, "could not be judged"},
    [CASE_OK] = {"ok", "ok", COLOUR_PASS, "as expected"},
    [CASE_FAIL] = {"FAIL", "fail", COLOUR_ERROR, "failed"},
    [CASE_SKIP] = {"skip", "skip", COLOUR_WARNING, "skipped"},
};

static const char *const statuses[] = {
    "passed", "blocked", "policy or usage fault", "could not check"};

/* Append TEXT, which is escaped already, with INDENT columns before it. */
static void
indented(struct text *out, const struct text *text)
{
	const char *p = text->data, *end;
	size_t left = text->len, len;

	if (text_lost(text))
		out->lost = true;
	for (; left > 0; p += len, left -= len) {
		end = memchr(p, '\n', left);
		len = end == NULL ? left : (size_t)(end - p) + 1;
		if (p[0] != '\n')
			text_printf(out, "%*s", INDENT + 2, "");
		text_add(out, p, len);
	}
}

/* The line of a diff: SIGN is "-" for expected and "+" for found. */
static void
sign_line(struct text *out, const struct report_style *style, const char *sign,
    const char *what, const char *remark)
{
	struct text line = TEXT_INIT;

	text_printf(&line, "%*s%s %s%s%s", INDENT, "", sign, what,
	    remark == NULL ? "" : "  ", remark == NULL ? "" : remark);
	lines_end(out, style, &line, INDENT + 2,
	    sign[0] == '+' ? COLOUR_ERROR : COLOUR_PASS, INDENT + 1);
	text_free(&line);
}

static void
print_finding(
    struct text *out, const struct report_style *style, const struct finding *f)
{
	struct report_style narrow = *style;
	struct text t = TEXT_INIT;

	narrow.width -= INDENT + 2;
	report_finding_text(f, &narrow, &t);
	indented(out, &t);
	text_free(&t);
}

/* A line and the whole finding for each of V. */
static void
print_found(struct text *out, const struct report_style *style,
    const struct vec *v, const char *remark)
{
	const struct finding *const *f = v->item;
	size_t i;

	for (i = 0; i < v->n && i < SHOWN; i++) {
		sign_line(out, style, "+", f[i]->rule, remark);
		print_finding(out, style, f[i]);
	}
	if (v->n > SHOWN)
		lines_printf(out, style, INDENT + 2, "%*s+ and %zu more",
		    INDENT, "", v->n - SHOWN);
}

static void
print_status(
    struct text *out, const struct report_style *style, int want, int got)
{
	struct text t = TEXT_INIT;

	if (want == got)
		return;
	text_printf(&t, "status %d (%s)", want, statuses[want]);
	sign_line(out, style, "-", t.data == NULL ? "" : t.data, NULL);
	text_clear(&t);
	text_printf(&t, "status %d (%s)", got, statuses[got]);
	sign_line(out, style, "+", t.data == NULL ? "" : t.data, NULL);
	text_free(&t);
}

static void
print_error(struct text *out, const struct report_style *style,
    const struct case_outcome *oc)
{
	const struct findings *faults = &oc->t.faults;
	struct report_style narrow = *style;
	struct text t = TEXT_INIT;
	size_t i;

	narrow.width -= INDENT + 2;
	report_error_text(&oc->e, &narrow, &t);
	indented(out, &t);
	text_free(&t);
	for (i = 0; i < faults->n && i < SHOWN; i++)
		print_finding(out, style, &faults->item[i]);
}

static void
print_diff(struct text *out, const struct report_style *style,
    const struct case_outcome *oc)
{
	const char *const *rule = oc->silent.item;
	size_t i;

	if (oc->c.want != NULL && (oc->judged || oc->status != 0))
		print_status(out, style, oc->c.want->status, oc->status);
	if (!oc->judged)
		print_error(out, style, oc);
	for (i = 0; i < oc->silent.n; i++)
		sign_line(out, style, "-", rule[i], "expected, did not fire");
	print_found(out, style, &oc->too_many, "not expected");
	print_found(out, style, &oc->near_miss, "fired in the near miss, too");
}

void
case_print(const struct gate_options *o, const struct case_outcome *oc,
    struct text *out)
{
	struct report_style style;
	struct text line = TEXT_INIT;
	const char *about = "";

	print_style(o, &style);
	if (oc->result == CASE_OK && style.quiet)
		return;
	if (oc->result == CASE_SKIP)
		about = oc->c.skip;
	else if (oc->result != CASE_OK && oc->c.want != NULL)
		about = oc->c.want->about;
	text_printf(&line, "%-5s %s%s%s", words[oc->result].word, oc->c.name,
	    about[0] == '\0' ? "" : ": ", about);
	lines_end(out, &style, &line, INDENT, words[oc->result].colour,
	    strlen(words[oc->result].word));
	text_free(&line);
	if (oc->result == CASE_FAIL || oc->result == CASE_FAULT)
		print_diff(out, &style, oc);
}

void
case_print_tally(
    const struct gate_options *o, const struct case_tally *t, struct text *out)
{
	static const enum case_result order[] = {
	    CASE_OK, CASE_FAIL, CASE_SKIP, CASE_FAULT};
	struct report_style style;
	struct text line = TEXT_INIT;
	size_t i, total = 0;

	print_style(o, &style);
	for (i = 0; i < CASE_RESULTS; i++)
		total += t->n[i];
	lines_count(&line, total, "scenario");
	for (i = 0; i < CASE_RESULTS; i++)
		if (t->n[order[i]] > 0 || order[i] == CASE_OK)
			text_printf(&line, "%s %zu %s", i == 0 ? ":" : ",",
			    t->n[order[i]], words[order[i]].count);
	if (total > 0 && total == t->n[CASE_SKIP])
		text_str(&line, ": nothing was tested");
	lines_end(out, &style, &line, 2, NULL, 0);
	text_free(&line);
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *
found_json(const struct vec *v, bool *failed)
{
	const struct finding *const *f = v->item;
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < v->n; i++)
		json_push(array, json_finding(f[i], failed), failed);
	return array;
}

static json_t *
names_json(const char *const *name, size_t n, bool *failed)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_push(array, json_text(name[i]), failed);
	return array;
}

static json_t *
want_json(const struct expect *want, bool *failed)
{
	json_t *o;

	if (want == NULL)
		return json_null();
	o = json_object();
	json_put(o, "status", json_integer(want->status), failed);
	json_put(o, "rules",
	    names_json(want->rules.item, want->rules.n, failed), failed);
	json_put(o, "only", json_boolean(want->only), failed);
	return o;
}

json_t *
case_json(const struct case_outcome *oc, bool *failed)
{
	const struct expect *want = oc->c.want;
	json_t *o = json_object(), *all = json_array();
	size_t i;

	for (i = 0; oc->judged && i < oc->j.findings.n; i++)
		json_push(
		    all, json_finding(&oc->j.findings.item[i], failed), failed);
	json_put(o, "name", json_text(oc->c.name), failed);
	json_put(o, "folder", json_text(oc->c.root), failed);
	json_put(
	    o, "about", json_text(want == NULL ? NULL : want->about), failed);
	json_put(o, "result", json_text(words[oc->result].key), failed);
	json_put(o, "skipped", json_text(oc->c.skip), failed);
	json_put(o, "policy", json_text(oc->c.policy.name), failed);
	json_put(o, "expected", want_json(want, failed), failed);
	json_put(o, "status",
	    json_number(oc->judged || oc->status != 0, (uint64_t)oc->status),
	    failed);
	json_put(o, "findings", all, failed);
	json_put(o, "missing",
	    names_json(oc->silent.item, oc->silent.n, failed), failed);
	json_put(o, "unexpected", found_json(&oc->too_many, failed), failed);
	json_put(o, "near-miss", found_json(&oc->near_miss, failed), failed);
	json_put(o, "error", json_error(&oc->e, failed), failed);
	return o;
}

json_t *
case_json_tally(const struct case_tally *t, bool *failed)
{
	json_t *o = json_object();
	size_t i;

	for (i = 0; i < CASE_RESULTS; i++)
		json_put(
		    o, words[i].key, json_integer((json_int_t)t->n[i]), failed);
	return o;
}
