/* zonegate pre-receive: every guarded ref of a push, all or none. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../report/report.h"
#include "drill.h"
#include "gate_keys.h"
#include "live.h"
#include "override.h"
#include "policy_effect.h"
#include "signers.h"
#include "log.h"
#include "record.h"
#include "supervise.h"

#define INPUT_MAX ((size_t)16 << 20)
#define LINES_MAX 10000
#define LOGGED_MAX 2000 /* zones and findings of one line of the audit log */

/* One line of standard input. */
struct update {
	char *ref;
	char old[REPO_HEX], new[REPO_HEX];
	bool has_old, has_new;
	struct trust trust; /* policy this ref is judged by */
	bool trusted;       /* it is there */
	const struct trust *policy;
	bool guarded;
	char base[REPO_HEX], head[REPO_HEX]; /* commits to compare */
	struct revisions rev;
};

struct push {
	int fd;
	char *input;
	size_t len;
	struct text record; /* for the audit log */
	/* in the child */
	struct repo *repo;
	struct trust head; /* policy of the server, or of its default branch */
	bool has_head;
	char head_hex[REPO_HEX];
	struct vec updates; /* struct update */
	struct judgement j;
};

/* ---- input -------------------------------------------------------------- */

static int
read_input(struct push *p, struct error *e)
{
	size_t cap = 4096;
	char *q;
	ssize_t n;

	if ((p->input = malloc(cap)) == NULL)
		return error_memory(e);
	for (;;) {
		n = read(p->fd, p->input + p->len, cap - p->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(e, ERROR_SYSTEM, "standard input: %s",
			    strerror(errno));
		if (n == 0)
			return 0;
		p->len += (size_t)n;
		if (p->len < cap)
			continue;
		if (cap >= INPUT_MAX)
			return error_set(e, ERROR_SYSTEM,
			    "more than %zu bytes of refs", INPUT_MAX);
		cap *= 2;
		if ((q = realloc(p->input, cap)) == NULL)
			return error_memory(e);
		p->input = q;
	}
}

/* An object id of 40 digits; *SET tells that it is not the zero id. */
static bool
parse_id(const char *s, size_t len, char out[REPO_HEX], bool *set)
{
	size_t i;

	if (len != 40)
		return false;
	*set = false;
	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]) && (s[i] < 'a' || s[i] > 'f'))
			return false;
		*set |= s[i] != '0';
		out[i] = s[i];
	}
	out[len] = '\0';
	return true;
}

/* No control byte and no space: what git allows has neither. */
static bool
is_ref_name(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	return len > 5 && strncmp(s, "refs/", 5) == 0;
}

static int
bad_line(size_t line, const char *why, struct error *e)
{
	error_set(e, ERROR_SYSTEM, "%s", why);
	error_at(e, "standard input", (uint32_t)line, 0);
	return error_hint(
	    e, "a pre-receive hook reads lines of: OLD SP NEW SP REF LF");
}

static int
parse_line(
    struct push *p, const char *s, size_t len, size_t line, struct error *e)
{
	struct update *u;
	const char *a = memchr(s, ' ', len), *b;

	b = a == NULL ? NULL : memchr(a + 1, ' ', len - (size_t)(a + 1 - s));
	if (b == NULL || memchr(s, '\0', len) != NULL)
		return bad_line(line, "malformed line", e);
	if ((u = vec_add(&p->updates)) == NULL)
		return error_memory(e);
	if ((size_t)(a - s) == 64)
		return bad_line(
		    line, "SHA-256 repositories are not supported", e);
	if (!parse_id(s, (size_t)(a - s), u->old, &u->has_old) ||
	    !parse_id(a + 1, (size_t)(b - a - 1), u->new, &u->has_new))
		return bad_line(line, "malformed object id", e);
	b++;
	if (!is_ref_name(b, len - (size_t)(b - s)))
		return bad_line(line, "malformed ref", e);
	u->ref = arena_dup(p->j.arena, b, len - (size_t)(b - s));
	return u->ref == NULL ? error_memory(e) : 0;
}

static int
parse_input(struct push *p, struct error *e)
{
	const char *s = p->input, *end = p->input + p->len, *nl;
	size_t line = 1;

	if (p->len == 0)
		return bad_line(
		    1, "standard input is empty: no ref to check", e);
	for (; s < end; s = nl + 1, line++) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			return bad_line(line,
			    "the last line is cut short: no line feed", e);
		if (line > LINES_MAX)
			return bad_line(line, "too many refs in one push", e);
		if (parse_line(p, s, (size_t)(nl - s), line, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- which refs, which policy ------------------------------------------- */

/* The policy of the server, else of the branch that HEAD names. 1: faults. */
static int
load_head_policy(struct push *p, const struct gate_options *o, struct error *e)
{
	struct error why = {0};
	int rc = repo_commit(p->repo, "HEAD", p->head_hex, e);

	if (rc < 0)
		return -1;
	if (rc == 1)
		p->head_hex[0] = '\0';
	rc = trust_load(&p->head, o, p->repo,
	    p->head_hex[0] != '\0' ? p->head_hex : NULL, &why);
	if (rc == 0)
		p->has_head = true;
	/* That HEAD has no policy is no fault yet: the ref may have one. */
	if (rc < 0 && (why.code != ERROR_USAGE || !p->head.from_repository) &&
	    p->head_hex[0] != '\0') {
		*e = why;
		return -1;
	}
	if (rc < 0 && why.code == ERROR_SYSTEM) {
		*e = why;
		return -1;
	}
	return rc == 1;
}

/* An override beside a change of the policy must know of it: it goes first. */
static void
put_policy_first(struct push *p)
{
	struct update *u = p->updates.item, first = u[0];
	size_t i;

	for (i = 1; p->head.ref != NULL && i < p->updates.n; i++)
		if (strcmp(u[i].ref, p->head.ref) == 0) {
			u[0] = u[i];
			u[i] = first;
		}
}

/* The policy of the ref's own old tip, when policies live in the tree. */
static int
load_ref_policy(struct push *p, const struct gate_options *o, struct update *u,
    struct error *e)
{
	struct error why = {0};
	int rc;

	if (u->has_old && (!p->has_head || p->head.from_repository)) {
		rc = trust_load(&u->trust, o, p->repo, u->old, &why);
		u->trusted = rc == 0;
		if (rc == 1)
			return 1;
		if (rc < 0 && why.code == ERROR_SYSTEM) {
			*e = why;
			return -1;
		}
	}
	u->guarded = (p->has_head &&
			 policy_guards_ref(p->head.policy, u->ref)) ||
		     (p->has_head && p->head.ref != NULL &&
			 strcmp(p->head.ref, u->ref) == 0) ||
		     (u->trusted && policy_guards_ref(u->trust.policy, u->ref));
	u->policy = u->trusted ? &u->trust : p->has_head ? &p->head : NULL;
	if (u->policy != NULL)
		return 0;
	/* Nobody told which refs are guarded: then nothing passes. */
	trust_free(&u->trust);
	(void)trust_load(&u->trust, o, p->repo, u->has_old ? u->old : NULL, e);
	return -1;
}

/* ---- judging ------------------------------------------------------------ */

static void
note(struct push *p, const char *ref, const char *what)
{
	const char **n = vec_add(&p->j.notes);

	if (n == NULL) {
		p->j.findings.lost = true;
		return;
	}
	*n = findings_text(&p->j.findings, "%s %s", ref, what);
}

/* The attestations' ref, or one below it, with which git could not make it. */
static bool
is_notes(const char *ref)
{
	return strncmp(ref, "refs/notes/zonegate", 19) == 0 &&
	       (ref[19] == '\0' || ref[19] == '/');
}

/* Attestations are the server's: nobody pushes them. */
static void
refuse_notes(struct push *p, const struct update *u)
{
	struct finding *f;

	f = findings_add(&p->j.findings, "change-history-rewritten",
	    "%s holds the attestations, which only the server writes", u->ref);
	f->severity = SEVERITY_ERROR;
	f->help = "fetch them, but do not push them: git push origin "
		  "HEAD:main";
}

/* refs/replace changes what git shows for an object it does not touch. */
static void
refuse_replace(struct push *p, const struct update *u)
{
	struct finding *f;

	f = findings_add(&p->j.findings, "change-history-rewritten",
	    "%s would make git show another object in place of the one that "
	    "was judged",
	    u->ref);
	f->severity = SEVERITY_ERROR;
	f->help = "do not push replace refs: git push origin HEAD:main";
}

/* Base of a new ref: where it left the default branch. */
static int
fork_point(
    struct push *p, const struct update *u, char out[REPO_HEX], struct error *e)
{
	return p->head_hex[0] == '\0'
		   ? 1
		   : repo_merge_base(p->repo, p->head_hex, u->new, out, e);
}

static int
judge_deletion(struct push *p, const struct gate_options *o,
    const struct update *u, struct error *e)
{
	struct findings fs, faults;
	struct evidence_ref ref = {.ref = u->ref,
	    .old = u->old,
	    .deleted = true,
	    .policy_path = u->policy->path,
	    .policy_faults = &faults};
	struct evidence ev = {
	    .policy = u->policy->policy, .now = gate_now(o), .ref = &ref};
	int rc;

	p->j.begun++;
	findings_init(&fs, p->j.arena);
	findings_init(&faults, p->j.arena);
	policy_effect_deleted(u->policy, u->ref, &faults);
	rc = rules_run(&ev, &fs, e);
	findings_append(&p->j.findings, &fs);
	findings_free(&fs);
	findings_free(&faults);
	if (rc == 0)
		p->j.completed++;
	return rc;
}

/* refs/replace is refused as it is; what nobody guards is not looked at. */
static bool
is_judged(const struct update *u)
{
	return u->guarded && u->has_new &&
	       strncmp(u->ref, "refs/replace/", 13) != 0;
}

/* What is compared with what, and who signed it. */
static int
plan_update(struct push *p, const struct gate_options *o, struct update *u,
    struct error *e)
{
	struct revisions *rev = &u->rev;
	int rc;

	*rev = (struct revisions){
	    .base = u->old, .head = u->head, .ref = u->ref};
	if ((rc = repo_commit(p->repo, u->new, u->head, e)) != 0)
		return rc < 0 ? -1
			      : error_set(e, ERROR_SYSTEM,
				    "%s: %.12s is no commit", u->ref, u->new);
	if (!u->has_old) {
		rev->created = rev->all = true;
		rev->base = NULL;
		if ((rc = fork_point(p, u, u->base, e)) < 0)
			return -1;
		if (rc == 0)
			rev->base = u->base;
	} else {
		rc = repo_is_ancestor(p->repo, u->old, u->new, e);
		if (rc < 0)
			return -1;
		rev->rewritten = rc == 0;
	}
	if (override_option(p->j.arena, &rev->override, e) != 0)
		return -1;
	return signers_verify(o, p->repo, u->policy,
	    rev->override != NULL &&
		u->policy->policy->change.override.nsigners != 0,
	    p->j.arena, rev, e);
}

static int
judge_one(struct push *p, const struct gate_options *o, struct update *u,
    struct error *e)
{
	if (strncmp(u->ref, "refs/replace/", 13) == 0 && u->has_new) {
		refuse_replace(p, u);
		return 0;
	}
	if (is_notes(u->ref)) {
		refuse_notes(p, u);
		return 0;
	}
	if (!u->guarded) {
		note(p, u->ref, "is not guarded by the policy: not judged");
		return 0;
	}
	if (!u->has_old && !u->has_new)
		return 0;
	return u->has_new
		   ? judge_revisions(&p->j, o, p->repo, u->policy, &u->rev, e)
		   : judge_deletion(p, o, u, e);
}

/* ---- the report --------------------------------------------------------- */

static const char *
subject(struct push *p)
{
	const struct update *u = p->updates.item;
	struct text t = TEXT_INIT;
	const char *s;
	size_t i, n = 0;

	for (i = 0; i < p->updates.n; i++) {
		struct revisions rev = {.base = u[i].has_old ? u[i].old : NULL,
		    .head = u[i].new,
		    .ref = u[i].ref,
		    .deleted = !u[i].has_new};

		if (!u[i].guarded && p->updates.n > 1)
			continue;
		if (n++ != 0)
			text_str(&t, ", ");
		if (n > 8) {
			text_str(&t, "…");
			break;
		}
		text_str(&t, revisions_subject(p->j.arena, &rev));
	}
	s = text_lost(&t) || t.data == NULL ? ""
					    : arena_strdup(p->j.arena, t.data);
	text_free(&t);
	return s == NULL ? "" : s;
}

static int
print(struct push *p, const struct gate_options *o, double started,
    struct text *out)
{
	const struct update *u = p->updates.item;
	struct report rep = {.command = "pre-receive"};
	struct record_extra extra = {.max = LOGGED_MAX};
	size_t i;

	/* Refs that nobody guards complete a judging of their own. */
	p->j.begun++;
	p->j.completed++;
	gate_fill(&rep, &p->j, o);
	rep.subject = subject(p);
	for (i = 0; i < p->updates.n; i++) {
		if (!u[i].guarded)
			continue;
		rep.policy_source = u[i].policy->policy->source;
		rep.policy_digest = u[i].policy->policy->digest;
		extra.policy = u[i].policy->policy;
		break;
	}
	if (p->updates.n == 1) {
		rep.base = u[0].has_old ? u[0].old : NULL;
		rep.head = u[0].has_new ? u[0].new : NULL;
	}
	rep.seconds = gate_clock() - started;
	record_add(&p->record, &rep, &extra);
	return gate_print(o, &rep, out);
}

/* ---- the job ------------------------------------------------------------ */

/* With git config zonegate.live: who may ask for the policies of the refs. */
static int
open_live(struct push *p, const struct gate_options *o, struct error *e)
{
	const struct update *u = p->updates.item;
	struct gate_options own = *o;
	size_t i;

	if (live_options(&own, p->repo, e) != 0)
		return -1;
	for (i = 0; i < p->updates.n; i++)
		if (u[i].guarded && u[i].has_new &&
		    live_open(&p->j, &own, u[i].policy->policy, p->repo, e) !=
			0)
			return -1;
	return 0;
}

/* The keys of every policy that a ref is judged by. */
static int
open_keys(struct push *p, const struct gate_options *o, struct error *e)
{
	const struct update *u = p->updates.item;
	struct gate_keys k = {.wanted = false};
	size_t i;

	for (i = 0; i < p->updates.n; i++)
		if (u[i].guarded && u[i].has_new &&
		    gate_keys_add(&k, u[i].policy->policy, e) != 0) {
			vec_free(&k.name);
			return -1;
		}
	return gate_keys_start(&p->j.holder, &k, p->repo, o, e);
}

static int
prepare(struct push *p, const struct gate_options *o,
    const struct findings **faults, struct error *e)
{
	struct update *u;
	size_t i;
	int rc;

	if (judgement_init(&p->j, e) != 0 || parse_input(p, e) != 0 ||
	    repo_open(&p->repo, o->repo, o->repo == NULL, e) != 0)
		return -1;
	if ((rc = load_head_policy(p, o, e)) != 0) {
		*faults = &p->head.faults;
		return rc;
	}
	put_policy_first(p);
	u = p->updates.item;
	for (i = 0; i < p->updates.n; i++)
		if ((rc = load_ref_policy(p, o, &u[i], e)) != 0) {
			*faults = &u[i].trust.faults;
			return rc;
		}
	if (open_keys(p, o, e) != 0)
		return -1;
	for (i = 0; i < p->updates.n; i++)
		if (is_judged(&u[i]) && plan_update(p, o, &u[i], e) != 0)
			return -1;
	if (open_live(p, o, e) != 0)
		return -1;
	p->j.memo = memo_open(repo_path(p->repo), gate_confine);
	return gate_confine(e);
}

static void
push_free(struct push *p)
{
	struct update *u = p->updates.item;
	size_t i;

	for (i = 0; i < p->updates.n; i++)
		trust_free(&u[i].trust);
	vec_free(&p->updates);
	trust_free(&p->head);
	judgement_free(&p->j);
	repo_free(p->repo);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct push *p = ctx;
	struct gate_options own = *o;
	struct error e = {0};
	const struct findings *faults = NULL;
	double started = gate_clock();
	struct update *u;
	size_t i;
	int status, rc;

	(void)err;
	p->updates = (struct vec)VEC_INIT(struct update);
	if ((rc = prepare(p, o, &faults, &e)) == 1) {
		error_set(&e, ERROR_USAGE, "the policy has faults");
		record_add_error(&p->record, &e);
		status = gate_fail_policy(o, "pre-receive", faults, out);
		goto out;
	}
	u = p->updates.item;
	if (rc == 0)
		rc = drill_options(&own, o, p->repo, &e);
	for (i = 0; rc == 0 && i < p->updates.n; i++)
		rc = judge_one(p, &own, &u[i], &e);
	if (rc != 0)
		record_add_error(&p->record, &e);
	status = rc == 0 ? print(p, o, started, out)
			 : print_undecided(o, "pre-receive", &e, out);
out:
	push_free(p);
	return status;
}

int
gate_pre_receive(const struct gate_options *options, int fd)
{
	struct gate_options o = *options;
	struct push p = {.fd = fd, .record = TEXT_INIT};
	struct error e = {0};
	int status;

	o.hook = true;
	if (read_input(&p, &e) == 0) {
		status = gate_supervise_record(&o, job, &p, &p.record);
	} else {
		status = print_failure(&o, &e);
		record_add_error(&p.record, &e);
	}
	/* Before git may hear of it. */
	status = log_decision(&o, p.input, p.len, &p.record, status);
	text_free(&p.record);
	free(p.input);
	return status;
}
