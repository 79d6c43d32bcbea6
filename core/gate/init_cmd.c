/* zonegate init: draft a policy from today's zones. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "init.h"
#include "supervise.h"

struct init_run {
	const char *root; /* top of the work tree */
	const char *file; /* to be written, or NULL */
	struct init in;
};

/* What we propose must be right, or it is our fault, not the user's. */
static int
lint_draft(const struct text *draft, struct arena *arena, struct error *e)
{
	struct findings faults;
	const struct finding *f;
	int rc;

	findings_init(&faults, arena);
	rc = trust_lint(draft->data, draft->len, "the draft", &faults, e);
	if (rc == 0 && faults.n > 0) {
		f = &faults.item[0];
		rc = error_set(
		    e, ERROR_SYSTEM, "the draft has a fault: %s", f->message);
		error_at(e, "the draft", f->place.line, f->place.column);
	}
	findings_free(&faults);
	return rc;
}

static int
draft(struct init_run *r, struct text *out, struct text *err, struct error *e)
{
	struct init *in = &r->in;
	struct source_limits limits = source_limits_default;

	limits.total_bytes = UINT64_MAX / 2;
	if ((in->arena = arena_new()) == NULL)
		return error_memory(e);
	if (source_open_dir(&in->source, r->root, &limits, e) != 0 ||
	    gate_confine(e) != 0 || init_find(in, e) != 0)
		return -1;
	if (in->zones.n == 0) {
		error_set(
		    e, ERROR_USAGE, "no zone file was found in %s", r->root);
		return error_hint(e,
		    "a zone file holds an SOA record; does 'zonegate review "
		    "FILE' read yours?");
	}
	if (init_group(in, e) != 0)
		return -1;
	init_draft(in, out);
	if (text_lost(out))
		return error_memory(e);
	if (lint_draft(out, in->arena, e) != 0)
		return -1;
	if (r->file != NULL)
		text_printf(err,
		    "%zu zone%s found; the draft goes to %s\n"
		    "next: read it, then zonegate policy lint\n",
		    in->zones.n, in->zones.n == 1 ? "" : "s", r->file);
	return 0;
}

static void
release(struct init *in)
{
	struct init_zone *z = in->zones.item;
	size_t i;

	for (i = 0; i < in->zones.n; i++)
		vec_free(&z[i].names);
	vec_free(&in->zones);
	vec_free(&in->groups);
	vec_free(&in->skipped);
	vec_free(&in->servers);
	source_free(in->source);
	arena_free(in->arena);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct init_run *r = ctx;
	struct report_style style;
	struct error e = {0};
	int status = 0;

	r->in = (struct init){.zones = VEC_INIT(struct init_zone),
	    .groups = VEC_INIT(struct init_group),
	    .skipped = VEC_INIT(const char *),
	    .servers = VEC_INIT(const char *)};
	if (draft(r, out, err, &e) != 0) {
		text_clear(out);
		text_clear(err);
		print_style(o, &style);
		report_error_text(&e, &style, err);
		status = e.code == ERROR_USAGE ? 2 : 3;
	}
	release(&r->in);
	return status;
}

/* Top of the work tree, or the current directory outside of one. */
static char *
find_root(const struct gate_options *o)
{
	struct error ignored = {0};
	struct repo *repo = NULL;
	const char *dir = o->repo != NULL ? o->repo : ".";
	char *root;

	if (repo_open(&repo, o->repo, false, &ignored) == 0 &&
	    repo_workdir(repo) != NULL)
		dir = repo_workdir(repo);
	root = strdup(dir);
	repo_free(repo);
	return root;
}

int
gate_init(const struct gate_options *o, bool force, bool to_stdout)
{
	struct gate_options copy = *o;
	struct init_run r = {0};
	struct error e = {0};
	struct stat st;
	char *root = find_root(o), *file = NULL, *temp = NULL;
	int status;

	if (root == NULL || asprintf(&file, "%s/%s", root, POLICY_FILE) < 0) {
		error_memory(&e);
		status = print_failure(o, &e);
		goto out;
	}
	r.root = root;
	if (to_stdout) {
		status = gate_supervise(&copy, job, &r);
		goto out;
	}
	r.file = o->output != NULL ? o->output : file;
	if (!force && lstat(r.file, &st) == 0) {
		error_set(&e, ERROR_USAGE, "%s is there already", r.file);
		error_hint(&e, "zonegate init --force overwrites it, --stdout "
			       "only prints the draft");
		status = print_failure(o, &e);
		goto out;
	}
	/* A failed draft leaves what is there. */
	if (asprintf(&temp, "%s.draft", r.file) < 0) {
		temp = NULL;
		error_memory(&e);
		status = print_failure(o, &e);
		goto out;
	}
	copy.output = temp;
	status = gate_supervise(&copy, job, &r);
	if (status == 0 && rename(temp, r.file) != 0) {
		error_set(&e, ERROR_SYSTEM, "%s: %s", r.file, strerror(errno));
		status = print_failure(o, &e);
	}
	if (status != 0)
		unlink(temp);
out:
	free(temp);
	free(root);
	free(file);
	return status;
}
