/* What is wrong with the zones as they are served, and what will be. */
#include <string.h>

#include "../report/json.h"
#include "record.h"
#include "snapshot.h"
#include "supervise.h"
#include "watch_cmd_look.h"

#define HORIZON_DEFAULT (7 * 86400)
#define CONDITIONS_MAX 10000

/* ---- looking ------------------------------------------------------------- */

static int
find_revision(struct watch_eye *w, struct error *e)
{
	const char *rev = w->args->rev != NULL ? w->args->rev : "HEAD";
	int rc = repo_commit(w->repo, rev, w->rev, e);

	if (rc != 1)
		return rc;
	error_set(e, ERROR_USAGE, "%s is no revision of this repository", rev);
	return error_hint(e, "see 'git log --oneline --all'");
}

static int
open_zones(struct watch_eye *w, struct error *e)
{
	struct source_limits limits = source_limits_default;
	const struct policy *policy = w->t.policy;
	struct source *src;

	if (policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = policy->limits.zone_bytes;
	if (source_open_git(&src, w->repo, w->rev, &limits, e) != 0 ||
	    snapshot_open(&w->snapshot, src, policy, e) != 0)
		return -1;
	w->pair = (struct judge_pair){.options = w->options,
	    .policy = policy,
	    .new = w->snapshot,
	    .select = JUDGE_ALL,
	    .now = w->now};
	w->r.pair = &w->pair;
	w->r.j = &w->j;
	w->r.zones = (struct vec)VEC_INIT(struct judged_zone);
	w->r.answers = (struct vec)VEC_INIT(struct evidence_answer);
	w->r.targets = (struct vec)VEC_INIT(struct evidence_target);
	w->r.paths = (struct vec)VEC_INIT(struct evidence_path);
	findings_init(&w->r.fs, w->j.arena);
	return select_zones(&w->r, e);
}

static int
load_zones(struct watch_eye *w, struct error *e)
{
	struct judged_zone *jz = w->r.zones.item;
	size_t i;

	for (i = 0; i < w->r.zones.n; i++) {
		if (jz[i].entry_new == ZONE_NONE)
			continue;
		jz[i].ev.new = zoneset_zone(
		    w->snapshot->set, jz[i].entry_new, NULL, e);
		if (jz[i].ev.new == NULL)
			return -1;
		if (jz[i].ev.new->broken)
			return error_set(e, ERROR_SYSTEM,
			    "%s of %.12s has syntax errors: see 'zonegate "
			    "review'",
			    jz[i].ev.file, w->rev);
	}
	return 0;
}

/* The rules about servers and targets; then what no rule is about. */
static int
look(struct watch_eye *w, struct error *e)
{
	struct probe_args args = {
	    .set = w->snapshot->set, .policy = w->t.policy, .now = w->now};
	struct servers s = {.r = &w->r, .keeper = w->keeper, .e = e};
	struct evidence ev = {
	    .policy = w->t.policy, .now = w->now, .new = w->snapshot->set};
	struct plan *plan;

	if (load_zones(w, e) != 0 || judge_answers(&w->r, e) != 0 ||
	    live_targets(&w->r, w->keeper, e) != 0 || live_parents(&s) != 0 ||
	    plan_build(&plan, &args, w->j.arena, e) != 0 ||
	    probe_run(&w->probe, plan, w->keeper, e) != 0)
		return -1;
	ev.probe = w->probe;
	ev.target = w->r.targets.item;
	ev.ntargets = w->r.targets.n;
	if (rules_probe(&ev, &w->r.fs, e) != 0)
		return -1;
	return watch_ends(w, e) != 0 || watch_keys_tell(w, e) != 0 ||
		       watch_facts(w, e) != 0
		   ? -1
		   : 0;
}

struct finding *
watch_report(struct watch_eye *w, const char *kind, enum severity severity,
    const char *fmt, ...)
{
	struct finding *f;
	char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(w->j.arena, fmt, ap);
	va_end(ap);
	if (message == NULL)
		w->r.fs.lost = true;
	f = findings_add(&w->r.fs, kind, "%s", message == NULL ? "" : message);
	f->severity = severity;
	return f;
}

/* ---- the record ---------------------------------------------------------- */

/*
 * What makes two findings the same one at different times: not what is behind
 * ": ", where serials, times and reasons stand.
 */
static json_t *
key_of(const struct finding *f)
{
	const char *part[] = {f->rule, f->zone, f->view, f->name, f->type};
	const char *end = strstr(f->message, ": ");
	struct text t = TEXT_INIT;
	char hex[HASH_HEX];
	json_t *key = NULL;
	size_t i;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		text_str(&t, part[i] == NULL ? "" : part[i]);
		text_char(&t, '\0');
	}
	text_add(&t, f->message,
	    end == NULL ? strlen(f->message) : (size_t)(end - f->message));
	if (!text_lost(&t) && hash_sha256_hex(hex, t.data, t.len) == 0)
		key = json_stringn(hex, 32);
	text_free(&t);
	return key;
}

static json_t *
condition(const struct finding *f, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "key", key_of(f), failed);
	json_put(o, "kind", json_text(f->rule), failed);
	json_put(o, "severity",
	    json_string(f->severity == SEVERITY_ERROR ? "error" : "warning"),
	    failed);
	json_put(o, "zone", json_text(f->zone), failed);
	json_put(o, "view", json_text(f->view), failed);
	json_put(o, "name", json_text(f->name), failed);
	json_put(o, "message", json_text(f->message), failed);
	json_put(o, "help", json_text(f->help), failed);
	return o;
}

static int
write_record(struct watch_eye *w, struct text *out, struct error *e)
{
	json_t *o = json_object(), *list = json_array();
	bool failed = w->failed || w->r.fs.lost;
	const struct finding *f = w->r.fs.item;
	int status = 0;
	size_t i, n = 0;

	for (i = 0; i < w->r.fs.n; i++) {
		if (f[i].waived || f[i].severity == SEVERITY_OFF)
			continue;
		if (f[i].severity == SEVERITY_ERROR ||
		    (w->options->fail_on_warning && status == 0))
			status = 1;
		if (n++ < CONDITIONS_MAX)
			json_push(list, condition(&f[i], &failed), &failed);
	}
	json_put(o, "head", json_string(w->rev), &failed);
	json_put(o, "conditions", list, &failed);
	json_put(o, "facts", json_incref(w->facts), &failed);
	json_write(o, failed, out);
	return text_lost(out) ? error_memory(e) : status;
}

static int
write_error(const struct error *e, struct text *out)
{
	bool failed = false;
	json_t *o = json_object();

	json_put(o, "error", json_text(e->message), &failed);
	json_put(
	    o, "help", json_text(e->hint[0] == '\0' ? NULL : e->hint), &failed);
	text_clear(out);
	json_write(o, failed, out);
	return e->code == ERROR_USAGE ? 2 : 3;
}

/* ---- the job ------------------------------------------------------------- */

static int
open_eye(struct watch_eye *w, struct gate_options *own, struct error *e)
{
	int rc;

	own->live = true;
	if (judgement_init(&w->j, e) != 0 ||
	    repo_open(&w->repo, own->repo, false, e) != 0 ||
	    find_revision(w, e) != 0)
		return -1;
	if ((w->facts = json_object()) == NULL)
		return error_memory(e);
	if ((rc = trust_load(&w->t, own, w->repo, w->rev, e)) < 0)
		return -1;
	if (rc == 1) {
		error_set(e, ERROR_USAGE, "the policy has %zu fault%s",
		    w->t.faults.n, w->t.faults.n == 1 ? "" : "s");
		return error_hint(e, "check it with 'zonegate policy lint'");
	}
	if (watch_keys_read(w, e) != 0)
		return -1;
	if (live_open(&w->j, own, w->t.policy, w->repo, e) != 0)
		return -1;
	w->keeper = live_keeper_of(&w->j, w->t.policy);
	return gate_confine(e);
}

static void
close_eye(struct watch_eye *w)
{
	findings_free(&w->r.fs);
	vec_free(&w->r.zones);
	vec_free(&w->r.answers);
	vec_free(&w->r.targets);
	vec_free(&w->r.paths);
	vec_free(&w->keys);
	json_decref(w->facts);
	snapshot_free(w->snapshot);
	judgement_free(&w->j);
	trust_free(&w->t);
	repo_free(w->repo);
}

int
watch_look(const struct gate_options *o, void *look_args, struct text *out,
    struct text *err)
{
	const struct watch_look *args = look_args;
	struct gate_options own = *o;
	struct watch_eye w = {.options = &own,
	    .args = args->args,
	    .now = gate_now(o),
	    .keys = VEC_INIT(struct watched_key),
	    .horizon = args->args->horizon != 0 ? args->args->horizon
						: HORIZON_DEFAULT};
	struct error e = {0};
	int status = -1;

	(void)out;
	(void)err;
	if (open_eye(&w, &own, &e) == 0 && open_zones(&w, &e) == 0 &&
	    look(&w, &e) == 0)
		status = write_record(&w, args->record, &e);
	if (status < 0)
		status = write_error(&e, args->record);
	close_eye(&w);
	return status;
}
