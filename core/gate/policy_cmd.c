/* zonegate policy lint|show: the policy file itself. */
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "common.h"
#include "supervise.h"

/* The file meant: FILE, else zonegate.yaml at the top of the work tree. */
static const char *
find_file(const struct gate_options *o, const char *file, struct arena *arena,
    struct error *e)
{
	struct error ignored = {0};
	struct repo *repo = NULL;
	const char *path = POLICY_FILE;
	struct stat st;

	if (file != NULL)
		return file;
	if (o->repo == NULL && stat(POLICY_FILE, &st) == 0)
		return POLICY_FILE;
	if (repo_open(&repo, o->repo, false, &ignored) == 0 &&
	    repo_workdir(repo) != NULL)
		path = arena_printf(
		    arena, "%s/%s", repo_workdir(repo), POLICY_FILE);
	repo_free(repo);
	if (path == NULL)
		error_memory(e);
	return path;
}

/* Load the policy meant by CTX (a file name, or NULL). As trust_load(). */
static int
load(struct trust *t, const struct gate_options *o, const char *file,
    struct arena *arena, struct error *e)
{
	struct gate_options copy = *o;
	int rc;

	if ((copy.policy = find_file(o, file, arena, e)) == NULL)
		return -1;
	rc = trust_load(t, &copy, NULL, NULL, e);
	if (rc == -1 && file == NULL && e->code == ERROR_USAGE)
		error_hint(e, "name the file, or draft one: zonegate init");
	return rc;
}

static int
lint_report(const struct gate_options *o, struct trust *t, struct text *out,
    struct error *e)
{
	const struct policy *p = t->policy;
	const char *note[] = {NULL, NULL};
	struct report rep = {.verdict = REPORT_PASS,
	    .command = "policy lint",
	    .subject = p->source,
	    .policy_source = p->source,
	    .policy_digest = p->digest,
	    .findings = &t->faults,
	    .note = note};

	note[0] = findings_text(&t->faults,
	    "zones entries %zu, views %zu, target lists %zu, protected "
	    "names %zu, waivers %zu",
	    p->nzones, p->nviews, p->ntargets, p->nprotects, p->nwaivers);
	if (t->faults.lost) {
		error_memory(e);
		return print_undecided(o, "policy lint", e, out);
	}
	return gate_print(o, &rep, out);
}

/* As gate_fail_policy(), which would advise to do what was just done. */
static int
lint_faults(
    const struct gate_options *o, const struct trust *t, struct text *out)
{
	struct error e = {0};
	struct report rep = {.verdict = REPORT_ERROR,
	    .command = "policy lint",
	    .findings = &t->faults,
	    .error = &e};

	error_set(&e, ERROR_USAGE, "the policy has %zu fault%s", t->faults.n,
	    t->faults.n == 1 ? "" : "s");
	return gate_print(o, &rep, out);
}

static int
lint_job(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct arena *arena = arena_new();
	struct trust t = {0};
	struct error e = {0};
	int status, rc = -1;

	(void)err;
	if (arena == NULL)
		error_memory(&e);
	else if (gate_confine(&e) == 0)
		rc = load(&t, o, ctx, arena, &e);
	if (rc < 0)
		status = print_undecided(o, "policy lint", &e, out);
	else if (rc == 1)
		status = lint_faults(o, &t, out);
	else
		status = lint_report(o, &t, out, &e);
	trust_free(&t);
	arena_free(arena);
	return status;
}

static int
show_job(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	bool json = o->format != NULL && strcmp(o->format, "json") == 0;
	struct arena *arena = arena_new();
	struct trust t = {0};
	struct error e = {0};
	int status = 0, rc = -1;

	(void)err;
	if (arena == NULL)
		error_memory(&e);
	else if (gate_confine(&e) == 0)
		rc = load(&t, o, ctx, arena, &e);
	if (rc < 0)
		status = print_undecided(o, "policy show", &e, out);
	else if (rc == 1)
		status = gate_fail_policy(o, "policy show", &t.faults, out);
	else if (json)
		policy_print_json(t.policy, out);
	else
		policy_print(t.policy, out);
	trust_free(&t);
	arena_free(arena);
	return status;
}

int
gate_policy_lint(const struct gate_options *o, const char *file)
{
	return gate_supervise(o, lint_job, (void *)(uintptr_t)file);
}

int
gate_policy_show(const struct gate_options *o, const char *file)
{
	return gate_supervise(o, show_job, (void *)(uintptr_t)file);
}
