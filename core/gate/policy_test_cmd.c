/* zonegate policy test: scenarios through the judging that pushes go through,
 * without git. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/when.h"
#include "../report/json.h"
#include "policy_test.h"
#include "supervise.h"

/* The whole run. */
struct test_run {
	const struct gate_options *o;
	struct arena *arena;
	const struct policy_text *policy; /* --policy, or NULL */
	struct case_tally tally;
	struct text *out;
	json_t *cases; /* --format json, or NULL */
	bool failed;   /* a JSON value was lost */
};

/* ---- one scenario -------------------------------------------------------- */

/* The options of the run with the scenario's time. */
static int
options_of(struct gate_options *own, const struct gate_options *o,
    const struct expect *want, struct error *e)
{
	*own = *o;
	if (want->at == NULL || when_parse(want->at, &own->at) == 0)
		return 0;
	return error_set(e, ERROR_USAGE, "at: \"%s\" is not a time", want->at);
}

/* The policy of the scenario. As trust_load(). */
static int
load_policy(struct trust *t, const struct policy_text *p, struct error *e)
{
	if ((t->arena = arena_new()) == NULL)
		return error_memory(e);
	findings_init(&t->faults, t->arena);
	t->from_repository = true;
	t->path = POLICY_FILE;
	if (p->name == NULL) {
		error_set(e, ERROR_USAGE, "no policy to judge by");
		return error_hint(e,
		    "put policy.yaml into the scenario's folder, or give "
		    "--policy FILE");
	}
	return policy_parse(&t->policy, p->data, p->len, p->name,
	    &rules_for_policy, &t->faults, e);
}

static int
judge_case(struct case_outcome *oc, const struct gate_options *o)
{
	/* Nobody committed or signed it: who may is not what is tested. */
	static const struct revisions rev = {
	    .base = "base", .head = "change", .uncommitted = true};
	struct snapshot *old = NULL, *new = NULL;
	const struct policy *p = oc->t.policy;
	struct source *src = oc->c.base;
	int rc;

	oc->c.base = NULL; /* the snapshots' from now on */
	rc = snapshot_open(&old, src, p, &oc->e);
	src = oc->c.change;
	oc->c.change = NULL;
	if (rc == 0)
		rc = snapshot_open(&new, src, p, &oc->e);
	else
		source_free(src);
	if (rc == 0)
		rc = judge_snapshots(&oc->j, o, &oc->t, &rev, old, new, &oc->e);
	snapshot_free(new);
	snapshot_free(old);
	return rc;
}

/* What the gate says about it, as check would. */
static int
gate_says(struct case_outcome *oc, const struct gate_options *o)
{
	enum report_verdict verdict;
	int rc = load_policy(&oc->t, &oc->c.policy, &oc->e);

	if (rc == 1)
		error_set(&oc->e, ERROR_USAGE, "the policy has %zu fault%s",
		    oc->t.faults.n, oc->t.faults.n == 1 ? "" : "s");
	if (rc != 0 || judge_case(oc, o) != 0)
		return oc->e.code == ERROR_USAGE ? 2 : 3;
	if ((verdict = judge_verdict(&oc->j, o)) == REPORT_ERROR)
		error_set(&oc->e, ERROR_SYSTEM, "judging did not complete");
	return judge_status(verdict);
}

/* ---- expected and found -------------------------------------------------- */

static bool
lists(const struct expect *want, const char *rule)
{
	size_t i;

	for (i = 0; i < want->rules.n; i++)
		if (strcmp(want->rules.item[i], rule) == 0)
			return true;
	return false;
}

static bool
fired(const struct findings *fs, const char *rule)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (fs->item[i].severity != SEVERITY_OFF &&
		    strcmp(fs->item[i].rule, rule) == 0)
			return true;
	return false;
}

static int
note(struct vec *v, const void *what)
{
	const void **at = vec_add(v);

	if (at == NULL)
		return -1;
	*at = what;
	return 0;
}

static bool
blocks(const struct finding *f)
{
	return !f->waived && f->severity != SEVERITY_OFF &&
	       f->severity != SEVERITY_WARNING;
}

/* Is F an error that the expectation does not allow? */
static bool
is_too_many(const struct case_outcome *oc, const struct finding *f)
{
	const struct expect *want = oc->c.want;

	if (!blocks(f))
		return false;
	if (oc->status != want->status && want->status == 0)
		return true; /* even a listed one: it was to be a warning */
	return !lists(want, f->rule) &&
	       (want->only || oc->status != want->status);
}

static int
compare(struct case_outcome *oc)
{
	const struct expect *want = oc->c.want, *twin = oc->c.twin;
	const struct finding *f = oc->j.findings.item;
	size_t i;

	for (i = 0; i < want->rules.n; i++)
		if (!fired(&oc->j.findings, want->rules.item[i]) &&
		    note(&oc->silent, want->rules.item[i]) != 0)
			return -1;
	for (i = 0; i < oc->j.findings.n; i++, f++) {
		if (is_too_many(oc, f)) {
			if (note(&oc->too_many, f) != 0)
				return -1;
		} else if (twin != NULL && lists(twin, f->rule) &&
			   !lists(want, f->rule) && !f->waived &&
			   f->severity != SEVERITY_OFF &&
			   note(&oc->near_miss, f) != 0) {
			return -1;
		}
	}
	return 0;
}

/* The one place where an "ok" comes from. */
static enum case_result
conclude(struct case_outcome *oc)
{
	oc->judged = oc->status == 0 || oc->status == 1;
	if (oc->judged && compare(oc) != 0) {
		error_memory(&oc->e);
		return CASE_FAULT;
	}
	if (oc->status == oc->c.want->status && oc->silent.n == 0 &&
	    oc->too_many.n == 0 && oc->near_miss.n == 0)
		return CASE_OK;
	/* A policy that nothing can be judged by proves nothing. */
	return oc->judged ? CASE_FAIL : CASE_FAULT;
}

static void
judge_outcome(struct case_outcome *oc, const struct test_run *run,
    const char *root, const char *name)
{
	struct gate_options own;

	if (policy_case_open(&oc->c, root, name, run->policy, &oc->e) != 0)
		return;
	if (oc->c.skip != NULL) {
		oc->result = CASE_SKIP;
		return;
	}
	if (judgement_init(&oc->j, &oc->e) != 0 ||
	    options_of(&own, run->o, oc->c.want, &oc->e) != 0)
		return;
	oc->status = gate_says(oc, &own);
	oc->result = conclude(oc);
}

/* Judge the scenario NAME in ROOT, and print and count what came of it. */
static void
try_case(struct test_run *run, const char *root, const char *name)
{
	struct case_outcome oc = {.silent = VEC_INIT(const char *),
	    .too_many = VEC_INIT(const struct finding *),
	    .near_miss = VEC_INIT(const struct finding *)};

	judge_outcome(&oc, run, root, name);
	run->tally.n[oc.result]++;
	if (oc.result == CASE_FAULT && oc.e.code != ERROR_USAGE)
		run->tally.system = true;
	if (run->cases != NULL)
		json_push(
		    run->cases, case_json(&oc, &run->failed), &run->failed);
	else
		case_print(run->o, &oc, run->out);
	vec_free(&oc.silent);
	vec_free(&oc.too_many);
	vec_free(&oc.near_miss);
	trust_free(&oc.t);
	if (oc.j.arena != NULL)
		judgement_free(&oc.j);
	policy_case_free(&oc.c);
}

/* ---- the folders --------------------------------------------------------- */

static bool
exists(const char *dir, const char *name, const char *file)
{
	char path[4096];
	struct stat st;
	int n;

	n = snprintf(path, sizeof(path), "%s/%s/%s", dir, name, file);
	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0;
}

/* A folder that looks like a scenario, whether it is one or not: one whose
 * expect.yaml is missing or misspelt must not go by in silence. */
static bool
is_case(const char *dir, const char *name)
{
	static const char *const part[] = {
	    "expect.yaml", "expect.yml", "policy.yaml", "base", "change"};
	size_t i;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (name[0] != '.' && exists(dir, name, part[i]))
			return true;
	return false;
}

/* Every scenario in the folder DIR, by name. */
static int
try_folder(struct test_run *run, const char *dir, struct error *e)
{
	struct dirent **entry = NULL;
	int n, i, found = 0;

	if ((n = scandir(dir, &entry, NULL, alphasort)) < 0)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", dir, strerror(errno));
	for (i = 0; i < n; i++) {
		if (is_case(dir, entry[i]->d_name)) {
			try_case(run, dir, entry[i]->d_name);
			found++;
		}
		free(entry[i]);
	}
	free(entry);
	if (found > 0)
		return 0;
	error_set(e, ERROR_USAGE, "%s holds no scenario", dir);
	return error_hint(e, "a scenario is a folder with an expect.yaml: see "
			     "docs/policy-test.md");
}

/* DIR is one scenario, or a folder of them. */
static int
try_dir(struct test_run *run, const char *dir, struct error *e)
{
	char *path = arena_strdup(run->arena, dir), *slash;
	size_t len;

	if (path == NULL)
		return error_memory(e);
	for (len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	if (!exists(path, ".", "expect.yaml"))
		return try_folder(run, path, e);
	slash = strrchr(path, '/');
	/* "." and ".." have a name only above them. */
	if (strcmp(slash == NULL ? path : slash + 1, ".") == 0 ||
	    strcmp(slash == NULL ? path : slash + 1, "..") == 0) {
		path = realpath(path, NULL);
		if (path == NULL || arena_on_free(run->arena, free, path) != 0)
			return error_memory(e);
		slash = strrchr(path, '/');
	}
	if (slash == NULL) {
		try_case(run, ".", path);
		return 0;
	}
	*slash = '\0';
	try_case(run, slash == path ? "/" : path, slash + 1);
	return 0;
}

/* ---- the run ------------------------------------------------------------- */

/* --policy FILE: read once, and refused once. 0; 1 with faults in T; -1. */
static int
read_policy(struct test_run *run, struct trust *t, struct policy_text *p,
    struct error *e)
{
	int rc;

	if (run->o->policy == NULL)
		return 0;
	if ((rc = trust_load(t, run->o, NULL, NULL, e)) != 0)
		return rc;
	p->name = run->o->policy;
	run->policy = p;
	return trust_read(run->arena, p->name, &p->data, &p->len, e);
}

/* The exit status: nothing but scenarios that came out as expected is 0. */
static int
status_of(const struct case_tally *tally)
{
	if (tally->n[CASE_FAULT] > 0)
		return tally->system ? 3 : 2;
	if (tally->n[CASE_FAIL] > 0)
		return 1;
	return tally->n[CASE_OK] > 0 ? 0 : 2;
}

static void
print_end(struct test_run *run, int status)
{
	static const char *const verdict[] = {
	    "pass", "block", "error", "error"};
	json_t *root;

	if (run->cases == NULL) {
		case_print_tally(run->o, &run->tally, run->out);
		return;
	}
	root = json_object();
	json_put(root, "schema", json_integer(1), &run->failed);
	json_put(root, "tool", json_text("zonegate " ZONEGATE_VERSION),
	    &run->failed);
	json_put(root, "command", json_text("policy test"), &run->failed);
	json_put(root, "verdict", json_text(verdict[status]), &run->failed);
	json_put(root, "policy",
	    json_text(run->policy == NULL ? NULL : run->policy->name),
	    &run->failed);
	json_put(root, "counts", case_json_tally(&run->tally, &run->failed),
	    &run->failed);
	json_put(root, "scenarios", run->cases, &run->failed);
	run->cases = NULL;
	json_write(root, run->failed, run->out);
}

struct test_args {
	const char *const *dir;
	size_t n;
};

static int
run_all(struct test_run *run, const struct test_args *args, struct error *e)
{
	size_t i;
	int status;

	for (i = 0; i < args->n; i++)
		if (try_dir(run, args->dir[i], e) != 0)
			return -1;
	status = status_of(&run->tally);
	print_end(run, status);
	return status;
}

static bool
wants_json(const struct gate_options *o)
{
	return o->format != NULL && strcmp(o->format, "json") == 0;
}

static int
check_format(const struct gate_options *o, struct error *e)
{
	if (o->format == NULL || wants_json(o) ||
	    strcmp(o->format, "text") == 0)
		return 0;
	return error_set(e, ERROR_USAGE,
	    "policy test prints text or json, not %s", o->format);
}

static int
test_job(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct test_run run = {.o = o, .arena = arena_new(), .out = out};
	struct policy_text policy = {NULL, NULL, 0};
	struct trust t = {0};
	struct error e = {0};
	int status = -1, rc = -1;

	(void)err;
	if (wants_json(o) && (run.cases = json_array()) == NULL)
		run.failed = true;
	if (run.arena == NULL || run.failed)
		error_memory(&e);
	else if (check_format(o, &e) == 0 && gate_confine(&e) == 0)
		rc = read_policy(&run, &t, &policy, &e);
	if (rc == 1)
		status = gate_fail_policy(o, "policy test", &t.faults, out);
	else if (rc == 0)
		status = run_all(&run, ctx, &e);
	if (status < 0) {
		text_clear(out);
		status = print_undecided(o, "policy test", &e, out);
	}
	json_decref(run.cases);
	trust_free(&t);
	arena_free(run.arena);
	return status;
}

int
gate_policy_test(const struct gate_options *o, const char *const *dir, size_t n)
{
	struct test_args args = {dir, n};

	return gate_supervise(o, test_job, &args);
}
