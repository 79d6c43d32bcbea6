/* zonegate audit: the log of decisions, verified or shown. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "../attest/chain.h"
#include "../report/json.h"
#include "log.h"
#include "output.h"
#include "print.h"
#include "record.h"

struct audit {
	const struct gate_options *o;
	struct arena *arena;
	struct findings faults;
	struct chain_result result;
	char path[PATH_MAX];
	struct text out;
	bool json;
};

/* The file that was named, else the one of the repository. */
static int
find(struct audit *a, const char *file, struct error *e)
{
	struct repo *repo = NULL;
	int rc;

	if (file != NULL) {
		snprintf(a->path, sizeof(a->path), "%s", file);
		return 0;
	}
	rc = repo_open(&repo, a->o->repo, false, e);
	if (rc == 0)
		rc = log_path(repo, a->path, e);
	repo_free(repo);
	if (rc != 1)
		return rc;
	error_set(e, ERROR_USAGE, "this repository keeps no audit log");
	return error_hint(e, "name a file, or: git config zonegate.auditLog "
			     "/var/log/zonegate/audit.jsonl");
}

static int
start(struct audit *a, const struct gate_options *o, const char *file,
    struct error *e)
{
	memset(a, 0, sizeof(*a));
	a->o = o;
	a->json = o->format != NULL && strcmp(o->format, "json") == 0;
	if ((a->arena = arena_new()) == NULL)
		return error_memory(e);
	findings_init(&a->faults, a->arena);
	return find(a, file, e);
}

/* Write what was gathered. STATUS, or that of E when RC is not 0. */
static int
finish(struct audit *a, int rc, int status, struct error *e)
{
	if (rc == 0 && (text_lost(&a->out) || a->faults.lost))
		rc = error_memory(e);
	if (rc == 0 && a->out.len != 0 &&
	    output_write(a->o->output, a->out.data, a->out.len) != 0)
		rc = error_set(e, ERROR_SYSTEM,
		    "the report could not be written to %.200s",
		    a->o->output == NULL ? "standard output" : a->o->output);
	if (rc != 0)
		status = print_failure(a->o, e);
	text_free(&a->out);
	findings_free(&a->faults);
	arena_free(a->arena);
	return status == 1 && a->o->exit_zero ? 0 : status;
}

/* ---- verify -------------------------------------------------------------- */

static void
print_faults_json(struct audit *a)
{
	json_t *root = json_object(), *list = json_array(), *one;
	const struct finding *f;
	bool failed = false;
	size_t i;

	for (i = 0; i < a->faults.n; i++) {
		f = &a->faults.item[i];
		one = json_object();
		json_put(
		    one, "line", json_number(true, f->place.line), &failed);
		json_put(one, "message", json_text(f->message), &failed);
		json_put(one, "help", json_text(f->help), &failed);
		json_push(list, one, &failed);
	}
	json_put(root, "verdict",
	    json_text(a->faults.n == 0 ? "pass" : "block"), &failed);
	json_put(root, "file", json_text(a->path), &failed);
	json_put(root, "lines", json_number(true, a->result.lines), &failed);
	json_put(root, "torn", json_number(true, a->result.torn), &failed);
	json_put(root, "head", json_text(a->result.head), &failed);
	json_put(root, "faults", list, &failed);
	json_write(root, failed, &a->out);
}

static void
print_faults(struct audit *a)
{
	struct report_style style;
	size_t i;

	print_style(a->o, &style);
	for (i = 0; i < a->faults.n; i++)
		report_finding_text(&a->faults.item[i], &style, &a->out);
	if (a->faults.n != 0) {
		text_printf(&a->out, "BROKEN: %zu fault%s in ", a->faults.n,
		    a->faults.n == 1 ? "" : "s");
		text_escaped(&a->out, a->path, strlen(a->path));
		text_char(&a->out, '\n');
		return;
	}
	text_printf(&a->out, "WHOLE: %llu decision%s",
	    (unsigned long long)a->result.lines,
	    a->result.lines == 1 ? "" : "s");
	if (a->result.torn != 0)
		text_printf(&a->out, ", %llu place%s where a crash was noted",
		    (unsigned long long)a->result.torn,
		    a->result.torn == 1 ? "" : "s");
	text_printf(&a->out, "\nhead %s\n", a->result.head);
}

int
gate_audit_verify(const struct gate_options *o, const char *file,
    const char *const *expect, size_t n)
{
	struct error e = {0};
	struct audit a;
	int rc = start(&a, o, file, &e);

	if (rc == 0)
		rc = chain_verify(
		    a.path, expect, n, NULL, NULL, &a.result, &a.faults, &e);
	if (rc == 0 && a.json)
		print_faults_json(&a);
	else if (rc == 0)
		print_faults(&a);
	return finish(&a, rc, a.faults.n == 0 ? 0 : 1, &e);
}

/* ---- show ---------------------------------------------------------------- */

static void
add(struct text *out, const json_t *o, const char *key, size_t max)
{
	const char *s = json_string_value(json_object_get(o, key));
	size_t len = s == NULL ? 0 : strlen(s);

	if (len != 0)
		text_escaped(out, s, len < max ? len : max);
}

static void
show_ref(struct text *out, const json_t *ref)
{
	text_str(out, "  ");
	add(out, ref, "ref", 512);
	text_char(out, ' ');
	add(out, ref, "old", 7);
	text_str(out, "..");
	add(out, ref, "new", 7);
	text_char(out, '\n');
}

static void
show_finding(struct text *out, const json_t *f)
{
	text_str(out, "  ");
	text_str(
	    out, json_is_true(json_object_get(f, "waived")) ? "waived" : "");
	if (!json_is_true(json_object_get(f, "waived")))
		add(out, f, "severity", 16);
	text_char(out, '[');
	add(out, f, "rule", 64);
	text_str(out, "] ");
	add(out, f, "name", 512);
	text_char(out, '\n');
}

static void
show_pusher(struct text *out, const json_t *pusher)
{
	const json_t *claimed = json_object_get(pusher, "claimed");
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)claimed, key, value)
	{
		text_char(out, ' ');
		text_escaped(out, key, strlen(key));
		text_char(out, '=');
		add(out, claimed, key, 256);
	}
}

static void
show_line(void *ctx, const char *line, size_t len)
{
	struct audit *a = ctx;
	json_t *root, *one;
	size_t i;

	if (a->json) {
		text_add(&a->out, line, len);
		text_char(&a->out, '\n');
		return;
	}
	root = json_loadb(line, len, 0, NULL);
	add(&a->out, root, "time", 32);
	text_char(&a->out, ' ');
	add(&a->out, root, "verdict", 16);
	show_pusher(&a->out, json_object_get(root, "pusher"));
	if (json_object_get(root, "error") != NULL) {
		text_str(&a->out, ": ");
		add(&a->out, root, "error", 512);
	}
	text_char(&a->out, '\n');
	json_array_foreach(json_object_get(root, "refs"), i, one)
	    show_ref(&a->out, one);
	json_array_foreach(json_object_get(root, "findings"), i, one)
	    show_finding(&a->out, one);
	json_array_foreach(json_object_get(root, "waived"), i, one)
	    show_finding(&a->out, one);
	json_decref(root);
}

int
gate_audit_show(const struct gate_options *o, const char *file)
{
	struct error e = {0};
	struct audit a;
	int rc = start(&a, o, file, &e);

	if (rc == 0)
		rc = chain_verify(
		    a.path, NULL, 0, show_line, &a, &a.result, &a.faults, &e);
	if (rc == 0 && a.faults.n != 0)
		fprintf(stderr,
		    "zonegate: this log is not whole: zonegate audit verify\n");
	return finish(&a, rc, a.faults.n == 0 ? 0 : 1, &e);
}
