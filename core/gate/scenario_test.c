/*
 * Scenarios as data: every folder of testdata/scenarios is pushed with the real
 * git through the real hook into a real bare repository, and checked once more
 * with "zonegate check". See testdata/scenarios/README.md.
 *
 *	scenario [PATTERN...]	run those whose names match (fnmatch)
 *
 * ZONEGATE names the program (default: ../../zonegate from here), SCENARIO_JOBS
 * how many run at once, SCENARIO_KEEP keeps their scratch directories.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <signal.h>

#include "scenario_lay.h"

#include <cmocka.h>

#define SECONDS 120 /* for one scenario */

/* What the gate said. */
struct said {
	int status;
	struct ids errors, warnings, waived;
};

/* ---- judging ------------------------------------------------------------ */

/* All refs of the remote, and with FILES the names of its objects too. */
static int
remote_state(struct job *job, bool files, struct text *out)
{
	/* git push may return before the server has put its things away. */
	static const char refs[] =
	    "for i in 1 2 3 4 5 6 7 8 9; do\n"
	    "  ls objects | grep -q ^tmp_objdir || break; sleep 0.2; done\n"
	    "git for-each-ref";
	static const char all[] = "cat HEAD; git for-each-ref\n"
				  "find objects refs | sort";
	char path[PATH_MAX];

	path_of(path, "%s/remote.git", job->dir);
	if (MUST(job, path, "sh", "-c", files ? all : refs) == -1)
		return -1;
	slurp(out, path_of(path, "%s/out", job->dir));
	return 0;
}

static bool
same_text(const struct text *a, const struct text *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Push as the scenario says; *PUSHED is git's exit status. */
static int
push(struct job *job, struct said *said, struct text *err, int *pushed)
{
	char work[PATH_MAX], script[PATH_MAX], path[PATH_MAX];
	struct text status = TEXT_INIT;

	path_of(work, "%s/clone", job->dir);
	path_of(script, "%s/" SCENARIOS "/%s/%s", job->root, job->name,
	    job->want->steps ? job->want->steps : "");
	*pushed = job->want->steps != NULL
		      ? RUN(job, work, "sh", "-e", script)
		      : RUN(job, work, "git", "push", "origin", "HEAD:main");
	slurp(err, path_of(path, "%s/err", job->dir));
	slurp(&status, path_of(path, "%s/status", job->dir));
	/* No status: git had nothing to ask the hook about. */
	said->status = status.len > 0 ? atoi(status.data)
		       : *pushed == 0 ? 0
				      : -1;
	text_free(&status);
	ids_from_text(&said->errors, err->data, "error");
	ids_from_text(&said->warnings, err->data, "warning");
	ids_from_text(&said->waived, err->data, "waived");
	return has_controls(err) ? complain(job, "control bytes in the output")
				 : 0;
}

/* The push, and what it left on the server. */
static int
try_push(struct job *job, struct said *said)
{
	struct text refs[2] = {TEXT_INIT, TEXT_INIT};
	struct text files[2] = {TEXT_INIT, TEXT_INIT};
	struct text err = TEXT_INIT;
	int pushed = -1, rc = -1, i;

	if (remote_state(job, false, &refs[0]) == -1 ||
	    remote_state(job, true, &files[0]) == -1 ||
	    push(job, said, &err, &pushed) == -1 ||
	    remote_state(job, false, &refs[1]) == -1 ||
	    remote_state(job, true, &files[1]) == -1)
		goto out;
	rc = 0;
	if (said->status != job->want->status)
		rc = complain(job, "hook: status %d, not %d", said->status,
		    job->want->status);
	if ((pushed == 0) != (job->want->status == 0))
		rc = complain(job, "git push: status %d", pushed);
	if (job->want->status != 0 && !same_text(&files[0], &files[1]))
		rc = complain(job, "the rejected push left something behind");
	if (job->want->status == 0 &&
	    same_text(&refs[0], &refs[1]) == job->want->moves)
		rc = complain(job, "refs after the accepted push are wrong");
out:
	if (rc == -1)
		complain(job, "--- push said:\n%s", err.data ? err.data : "");
	for (i = 0; i < 2; i++) {
		text_free(&refs[i]);
		text_free(&files[i]);
	}
	text_free(&err);
	return rc;
}

static int
read_json(struct job *job, struct said *said)
{
	json_t *root, *findings, *f;
	const char *rule, *severity;
	char path[PATH_MAX];
	struct ids *ids;
	json_error_t je;
	size_t i;

	root = json_load_file(path_of(path, "%s/out", job->dir), 0, &je);
	findings = json_object_get(root, "findings");
	if (!json_is_array(findings)) {
		json_decref(root);
		return complain(job, "check: no JSON report: %s", je.text);
	}
	json_array_foreach(findings, i, f)
	{
		rule = json_string_value(json_object_get(f, "rule"));
		severity = json_string_value(json_object_get(f, "severity"));
		ids = json_is_true(json_object_get(f, "waived")) ? &said->waived
		      : severity != NULL && strcmp(severity, "error") == 0
			  ? &said->errors
			  : &said->warnings;
		if (rule != NULL)
			ids_add(ids, rule, strlen(rule));
	}
	json_decref(root);
	return 0;
}

static int
try_check(struct job *job, struct said *said)
{
	char path[PATH_MAX];
	struct text out = TEXT_INIT;
	bool bad;
	int rc = 0;

	path_of(path, "%s/clone", job->dir);
	said->status = RUN(job, job->dir, job->zonegate, "check", "--format",
	    "json", "--repo", path, "--base", getenv("BASE"), "--head",
	    getenv("CHANGE"), job->want->at ? "--at" : NULL, job->want->at);
	slurp(&out, path_of(path, "%s/out", job->dir));
	bad = has_controls(&out);
	if (said->status != job->want->status)
		rc = complain(job, "check: status %d, not %d\n%s", said->status,
		    job->want->status, said->status < 2 ? "" : out.data);
	text_free(&out);
	slurp(&out, path_of(path, "%s/err", job->dir));
	if (bad || has_controls(&out))
		rc = complain(job, "check: control bytes in the output");
	/* An error before anything was judged needs no report. */
	if (said->status < 2 && read_json(job, said) == -1)
		rc = -1;
	text_free(&out);
	return rc;
}

/* Both must name the same faults. */
static int
compare(struct job *job, const struct said *hook, const struct said *check)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < hook->errors.n; i++)
		if (!ids_has(&check->errors, hook->errors.id[i]))
			rc = complain(
			    job, "only the hook found %s", hook->errors.id[i]);
	for (i = 0; i < check->errors.n; i++)
		if (!ids_has(&hook->errors, check->errors.id[i]))
			rc = complain(
			    job, "only check found %s", check->errors.id[i]);
	return rc;
}

static bool
expected(const struct expect *ex, const char *id)
{
	size_t i;

	for (i = 0; i < ex->rules.n; i++)
		if (strcmp(ex->rules.item[i], id) == 0)
			return true;
	return false;
}

static int
judge(struct job *job, const struct said *said)
{
	const struct expect *w = job->want;
	size_t i;
	int rc = 0;

	for (i = 0; i < w->rules.n; i++)
		if (!ids_has(&said->errors, w->rules.item[i]) &&
		    !ids_has(&said->warnings, w->rules.item[i]) &&
		    !ids_has(&said->waived, w->rules.item[i]))
			rc = complain(job, "%s did not fire", w->rules.item[i]);
	for (i = 0; i < said->errors.n && w->only; i++)
		if (!expected(w, said->errors.id[i]))
			rc = complain(job, "%s fired too", said->errors.id[i]);
	if (rc == -1)
		complain(job, "errors: %s", ids_text(&said->errors));
	return rc;
}

/* NAME-ok must not have what NAME has, not as a warning either. */
static int
judge_near_miss(struct job *job, const struct said *said)
{
	char name[NAME_MAX + 1], path[PATH_MAX];
	size_t i, len = strlen(job->name);
	struct expect *ex;
	int rc = 0;

	if (len < 4 || strcmp(job->name + len - 3, "-ok") != 0)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)(len - 3), job->name);
	path_of(path, "%s/" SCENARIOS "/%s", job->root, name);
	if (!exists(path))
		return complain(
		    job, "no %s that this is the near miss of", name);
	if ((ex = load(job, name)) == NULL)
		return -1;
	for (i = 0; i < ex->rules.n; i++)
		if (!expected(job->want, ex->rules.item[i]) &&
		    (ids_has(&said->errors, ex->rules.item[i]) ||
			ids_has(&said->warnings, ex->rules.item[i])))
			rc = complain(job, "%s fired in the near miss",
			    ex->rules.item[i]);
	expect_free(ex);
	return rc;
}

static int
run_scenario(struct job *job)
{
	struct said *hook, *check, *judged;
	int rc;

	hook = calloc(1, sizeof(*hook));
	check = calloc(1, sizeof(*check));
	if (hook == NULL || check == NULL)
		abort();
	if ((job->want = load(job, job->name)) == NULL || make_base(job) ||
	    make_change(job) || install_hook(job))
		return -1;
	rc = try_push(job, hook);
	judged = hook;
	if (job->want->steps == NULL) {
		rc |= try_check(job, check);
		if (rc == 0 && check->status < 2)
			rc |= compare(job, hook, check);
		judged = check;
	}
	if (hook->status >= 0 && hook->status < 2)
		rc |= judge(job, judged) | judge_near_miss(job, judged);
	expect_free(job->want);
	free(hook);
	free(check);
	return rc;
}

/* ---- running them all --------------------------------------------------- */

struct result {
	const char *name;
	bool failed;
	struct text log;
};

struct all {
	char root[PATH_MAX], zonegate[PATH_MAX], scratch[PATH_MAX];
	struct result *result;
	size_t n;
};

/* Nothing of the caller's environment reaches git, the hook or the gate. */
static void
clean_environment(const struct job *job)
{
	static const char *const kept[] = {
	    "PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
	static const char *const fixed[][2] = {
	    {"LC_ALL", "C"},
	    {"TZ", "UTC"},
	    {"GIT_CONFIG_NOSYSTEM", "1"},
	    {"GIT_TERMINAL_PROMPT", "0"},
	    {"GIT_TEMPLATE_DIR", ""}, /* no sample hooks */
	    {"GIT_AUTHOR_NAME", "A U Thor"},
	    {"GIT_AUTHOR_EMAIL", "author@example.com"},
	    {"GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"},
	    {"GIT_COMMITTER_NAME", "C O Mitter"},
	    {"GIT_COMMITTER_EMAIL", "committer@example.com"},
	    {"GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"},
	};
	char *value[4], path[PATH_MAX];
	size_t i;

	for (i = 0; i < 4; i++)
		value[i] = getenv(kept[i]) ? strdup(getenv(kept[i])) : NULL;
	clearenv();
	for (i = 0; i < 4; i++)
		if (value[i] != NULL)
			setenv(kept[i], value[i], 1);
	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		setenv(fixed[i][0], fixed[i][1], 1);
	setenv("HOME", job->dir, 1);
	setenv("ZONEGATE", job->zonegate, 1);
	path_of(path, "%s/" SCENARIOS "/%s", job->root, job->name);
	setenv("SCENARIO", path, 1);
}

static void
worker(const struct all *all, const char *name)
{
	bool keep = getenv("SCENARIO_KEEP") != NULL;
	struct job job = {
	    .name = name, .root = all->root, .zonegate = all->zonegate};
	char path[PATH_MAX];
	int rc;

	setpgid(0, 0);
	alarm(SECONDS);
	path_of(job.dir, "%s/%s", all->scratch, name);
	path_of(path, "%s/%s.log", all->scratch, name);
	job.log = fopen(path, "wb");
	if (job.log == NULL || mkdir(job.dir, 0755) == -1)
		_exit(2);
	clean_environment(&job);
	rc = run_scenario(&job);
	fclose(job.log);
	if (!keep)
		RUN(&job, "/", "rm", "-rf", job.dir);
	_exit(rc == 0 ? 0 : 1);
}

/* Wait for one worker and note its result. PIDS has one slot a result. */
static void
reap(struct all *all, pid_t *pids)
{
	struct result *r;
	char path[PATH_MAX];
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, 0)) == -1)
		if (errno != EINTR)
			abort();
	for (i = 0; i < all->n && pids[i] != pid; i++)
		continue;
	if (i == all->n)
		return;
	r = &all->result[i];
	slurp(&r->log, path_of(path, "%s/%s.log", all->scratch, r->name));
	r->failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
	if (WIFSIGNALED(status)) {
		text_printf(&r->log, "killed by signal %d\n", WTERMSIG(status));
		kill(-pid, SIGKILL); /* what it started: its own group */
	}
	pids[i] = 0;
}

static void
run_all(struct all *all)
{
	const char *env = getenv("SCENARIO_JOBS");
	size_t jobs = env != NULL ? (size_t)atoi(env) : 2, running = 0, i;
	pid_t *pids = calloc(all->n + 1, sizeof(*pids));

	if (pids == NULL)
		abort();
	for (i = 0; i < all->n; i++) {
		if (running >= (jobs > 0 ? jobs : 1)) {
			reap(all, pids);
			running--;
		}
		fflush(NULL);
		if ((pids[i] = fork()) == 0)
			worker(all, all->result[i].name);
		if (pids[i] == -1)
			abort();
		running++;
	}
	for (; running > 0; running--)
		reap(all, pids);
	free(pids);
}

static void
test_scenario(void **state)
{
	const struct result *r = *state;

	/* cmocka would cut it. */
	if (r->failed) {
		fprintf(stderr, "--- %s\n%s", r->name,
		    r->log.data ? r->log.data : "");
		fail();
	}
}

/* ---- the table of rules ------------------------------------------------- */

static json_t *
rules_table(const struct all *all)
{
	char command[PATH_MAX];
	json_t *root, *rules;
	FILE *f;

	path_of(command, "'%s' rules --format json", all->zonegate);
	f = popen(command, "r");
	assert_non_null(f);
	root = json_loadf(f, 0, NULL);
	assert_int_equal(pclose(f), 0);
	rules = json_is_array(root) ? root : json_object_get(root, "rules");
	assert_true(json_is_array(rules));
	assert_true(json_array_size(rules) > 0);
	return rules;
}

/* Rules about live servers need real ones: the scripts in testdata/live hold
 * both cases and expect the rule by its id. */
static bool
is_tested_live(const struct all *all, const char *id)
{
	char command[PATH_MAX];

	path_of(command, "grep -qF '\"%s\"' '%s'/testdata/live/*.py", id,
	    all->root);
	return strncmp(id, "live-", 5) == 0 && system(command) == 0;
}

/* Every rule that is not planned fires somewhere, and has a near miss. */
static void
test_rules(void **state)
{
	struct all *all = *state;
	struct job job = {.root = all->root, .log = stderr};
	struct ids *fire = calloc(2, sizeof(*fire)), *miss = fire + 1;
	char path[PATH_MAX];
	struct expect *ex;
	const char *id;
	json_t *rules, *rule;
	size_t i, k;
	int missing = 0;

	assert_non_null(fire);
	for (i = 0; i < all->n; i++) {
		ex = load(&job, all->result[i].name);
		assert_non_null(ex);
		path_of(path, "%s/" SCENARIOS "/%s-ok", all->root,
		    all->result[i].name);
		for (k = 0; k < ex->rules.n; k++) {
			id = ex->rules.item[k];
			ids_add(fire, id, strlen(id));
			if (exists(path))
				ids_add(miss, id, strlen(id));
		}
		expect_free(ex);
	}
	rules = rules_table(all);
	json_array_foreach(rules, i, rule)
	{
		id = json_string_value(json_object_get(rule, "id"));
		assert_non_null(id);
		if (json_is_true(json_object_get(rule, "planned")))
			continue;
		if (ids_has(miss, id) || is_tested_live(all, id))
			continue;
		fprintf(stderr, "%s: no %s\n", id,
		    ids_has(fire, id) ? "near miss" : "scenario");
		missing++;
	}
	free(fire);
	assert_int_equal(missing, 0);
}

/* ---- start -------------------------------------------------------------- */

static bool
wanted(const char *name, char *const *pattern)
{
	if (*pattern == NULL)
		return true;
	for (; *pattern != NULL; pattern++)
		if (fnmatch(*pattern, name, 0) == 0)
			return true;
	return false;
}

static void
find_scenarios(struct all *all, char *const *pattern)
{
	struct dirent **entry;
	char path[PATH_MAX];
	int i, n;

	n = scandir(SCENARIOS, &entry, NULL, alphasort);
	if (n <= 0) {
		fprintf(stderr, "no " SCENARIOS " here\n");
		exit(2);
	}
	all->result = calloc((size_t)n, sizeof(*all->result));
	if (all->result == NULL)
		abort();
	for (i = 0; i < n; i++) {
		path_of(path, SCENARIOS "/%s/expect.yaml", entry[i]->d_name);
		if (exists(path) && wanted(entry[i]->d_name, pattern))
			all->result[all->n++].name = strdup(entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
}

static void
find_program(struct all *all)
{
	char self[PATH_MAX];
	const char *env = getenv("ZONEGATE");
	ssize_t n;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/') != NULL)
		*strrchr(self, '/') = '\0';
	strncat(self, "/../../zonegate", sizeof(self) - strlen(self) - 1);
	if (realpath(env != NULL ? env : self, all->zonegate) == NULL) {
		fprintf(stderr, "no zonegate at %s: make it, or set ZONEGATE\n",
		    env != NULL ? env : self);
		exit(2);
	}
}

static void
remove_scratch(const struct all *all)
{
	struct job job = {.log = stderr};

	path_of(job.dir, "%s", all->scratch);
	RUN(&job, "/", "rm", "-rf", all->scratch);
}

int
main(int argc, char **argv)
{
	struct all all = {.n = 0};
	struct CMUnitTest *tests;
	size_t i;
	int rc;

	if (getcwd(all.root, sizeof(all.root)) == NULL)
		return 2;
	find_program(&all);
	find_scenarios(&all, argv + 1);
	path_of(all.scratch, "%s/zonegate-scenarios-XXXXXX",
	    getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(all.scratch) == NULL)
		return 2;
	run_all(&all);
	tests = calloc(all.n + 1, sizeof(*tests));
	if (tests == NULL)
		return 2;
	for (i = 0; i < all.n; i++)
		tests[i] = (struct CMUnitTest){.name = all.result[i].name,
		    .test_func = test_scenario,
		    .initial_state = &all.result[i]};
	if (argc < 2)
		tests[i++] = (struct CMUnitTest){.name = "rules",
		    .test_func = test_rules,
		    .initial_state = &all};
	rc = _cmocka_run_group_tests("scenarios", tests, i, NULL, NULL);
	if (getenv("SCENARIO_KEEP") != NULL)
		fprintf(stderr, "kept: %s\n", all.scratch);
	else
		remove_scratch(&all);
	return rc == 0 ? 0 : 1;
}
