/* zonegate review: zone files by hand, in or out of a repository. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dns/name.h"
#include "common.h"
#include "guess.h"
#include "supervise.h"

struct review {
	const struct gate_review *args;
	struct repo *repo; /* NULL: outside of one */
	struct trust trust;
	bool has_policy;
	struct policy *none; /* the default policy, without a policy file */
	const struct policy *policy;
	struct judgement j;
};

/* What one FILE argument is. */
struct subject {
	const char *root; /* directory that is the source */
	const char *path; /* inside it */
	bool in_worktree;
	uint8_t apex[NAME_MAX_LEN];
	char view[64];
	const struct policy_zone *entry;
	bool covered; /* by the policy: other zones can be looked at */
};

/* ---- repository and policy ---------------------------------------------- */

/*
 * Is there a ".git" at or above DIR, or does git's environment name one?
 * Cheaper than starting libgit2, which reads certificates it never needs here.
 */
static bool
may_be_in_repo(const char *dir)
{
	char path[PATH_MAX + 8];
	char *end;

	if (getenv("GIT_DIR") != NULL || realpath(dir, path) == NULL)
		return true;
	for (;;) {
		end = path + strlen(path);
		memcpy(end, "/.git", 6);
		if (access(path, F_OK) == 0)
			return true;
		*end = '\0';
		if ((end = strrchr(path, '/')) == NULL)
			return false;
		*end = '\0';
	}
}

/* Being outside of a repository is fine, unless one was asked for. */
static int
find_repo(struct review *r, const struct gate_options *o, struct error *e)
{
	struct error why = {0};
	char dir[PATH_MAX];
	const char *file = r->args->file[0];
	const char *slash = strrchr(file, '/');

	if (o->repo != NULL)
		return repo_open(&r->repo, o->repo, false, e);
	if (slash == NULL)
		memcpy(dir, ".", 2);
	else if ((size_t)(slash - file) + 1 < sizeof(dir))
		memcpy(dir, file, (size_t)(slash - file) + 1),
		    dir[slash - file + 1] = '\0';
	else
		return error_set(e, ERROR_USAGE, "%.60s…: path too long", file);
	if (may_be_in_repo(dir))
		(void)repo_open(&r->repo, dir, false, &why);
	return 0;
}

/* Reviews trust the work tree's own policy when there is no other. */
static int
policy_of_worktree(struct review *r, struct error *e)
{
	const char *dir = r->repo != NULL ? repo_workdir(r->repo) : NULL;
	struct gate_options o = {0};
	char path[PATH_MAX];
	size_t len;

	if (dir == NULL)
		return 2;
	len = strlen(dir);
	if (len + sizeof(POLICY_FILE) + 1 > sizeof(path))
		return 2;
	memcpy(path, dir, len);
	if (len > 0 && path[len - 1] != '/')
		path[len++] = '/';
	memcpy(path + len, POLICY_FILE, sizeof(POLICY_FILE));
	if (access(path, F_OK) != 0)
		return 2;
	trust_free(&r->trust);
	o.policy = path;
	return trust_load(&r->trust, &o, r->repo, NULL, e);
}

/* 0, 1: the policy has faults, -1. */
static int
find_policy(struct review *r, const struct gate_options *o, struct error *e)
{
	struct error why = {0};
	char hex[REPO_HEX];
	const char *base = NULL;
	int rc;

	if (r->repo != NULL && repo_commit(r->repo, "HEAD", hex, &why) == 0)
		base = hex;
	memset(&why, 0, sizeof(why));
	rc = trust_load(&r->trust, o, r->repo, base, &why);
	if (rc < 0 && (why.code != ERROR_USAGE || why.file[0] != '\0' ||
			  o->policy != NULL)) {
		*e = why;
		return -1;
	}
	if (rc < 0 && (rc = policy_of_worktree(r, e)) < 0)
		return -1;
	if (rc == 1)
		return 1;
	if (rc == 0) {
		r->has_policy = true;
		r->policy = r->trust.policy;
		return 0;
	}
	r->none = policy_default();
	r->policy = r->none;
	return r->none == NULL ? error_memory(e) : 0;
}

/* ---- one file ----------------------------------------------------------- */

static const char *
kept(struct review *r, const char *s, size_t len)
{
	return arena_dup(r->j.arena, s, len);
}

/* Root and path: the work tree if FILE is in it, else FILE's directory. */
static int
locate(struct review *r, struct subject *s, const char *file, struct error *e)
{
	const char *work = r->repo != NULL ? repo_workdir(r->repo) : NULL;
	char real[PATH_MAX], top[PATH_MAX], *slash;
	size_t n;

	if (realpath(file, real) == NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", file, strerror(errno));
	if (work != NULL && realpath(work, top) != NULL) {
		n = strlen(top);
		if (strncmp(real, top, n) == 0 && real[n] == '/') {
			s->in_worktree = true;
			s->root = kept(r, top, n);
			s->path = kept(r, real + n + 1, strlen(real + n + 1));
		}
	}
	if (!s->in_worktree) {
		slash = strrchr(real, '/');
		n = slash == real ? 1 : (size_t)(slash - real);
		s->root = kept(r, real, n);
		s->path = kept(r, slash + 1, strlen(slash + 1));
	}
	return s->root == NULL || s->path == NULL ? error_memory(e) : 0;
}

static int
name_given(struct review *r, struct subject *s, struct error *e)
{
	const char *why = "", *zone = r->args->zone;

	if (name_from_text(s->apex, zone, strlen(zone), NULL, &why) != 0)
		return 0;
	error_set(e, ERROR_USAGE, "--zone %s is no domain name: %s", zone, why);
	return error_hint(e, "for example: --zone example.com");
}

/* Zone, view and policy entry of the file. */
static int
identify(
    struct review *r, struct subject *s, struct source *src, struct error *e)
{
	struct policy_match m;
	struct error why = {0};
	const char *data;
	size_t len;

	if (s->in_worktree && r->has_policy &&
	    policy_match_path(r->policy, s->path, &m, &why) == 1) {
		s->covered = true;
		s->entry = m.entry;
		memcpy(s->apex, m.apex, name_len(m.apex));
		memcpy(s->view, m.view, sizeof(s->view));
	}
	if (r->args->view != NULL) {
		if (strlen(r->args->view) >= sizeof(s->view))
			return error_set(
			    e, ERROR_USAGE, "--view: name too long");
		s->covered &= strcmp(s->view, r->args->view) == 0;
		memcpy(s->view, r->args->view, strlen(r->args->view) + 1);
	}
	if (r->args->zone != NULL) {
		uint8_t was[NAME_MAX_LEN];

		memcpy(was, s->apex, sizeof(was));
		if (name_given(r, s, e) != 0)
			return -1;
		s->covered &= name_equal(was, s->apex);
		return 0;
	}
	if (s->entry != NULL)
		return 0;
	if (source_read(src, s->path, &data, &len, e) != 0)
		return -1;
	return guess_zone(s->apex, s->path, data, len, e);
}

static int
open_side(struct review *r, struct snapshot **out, const struct subject *s,
    struct source *src, const char *path, struct error *e)
{
	if (s->covered && strcmp(path, s->path) == 0)
		return snapshot_open(out, src, r->policy, e);
	return snapshot_open_one(
	    out, src, r->policy, path, s->apex, s->view, s->entry, e);
}

/* Does --against name a file? Revisions win when both exist. */
static int
against_file(struct review *r, struct snapshot **out, const struct subject *s,
    const char *file, struct error *e)
{
	const char *slash = strrchr(file, '/');
	const char *dir = ".", *name = file;
	struct source *src;

	if (slash != NULL) {
		dir = slash == file ? "/"
				    : kept(r, file, (size_t)(slash - file));
		name = slash + 1;
	}
	if (dir == NULL)
		return error_memory(e);
	if (source_open_dir(&src, dir, NULL, e) != 0)
		return -1;
	return snapshot_open_one(
	    out, src, r->policy, name, s->apex, s->view, s->entry, e);
}

static int
against_revision(struct review *r, struct snapshot **out,
    const struct subject *s, const char *rev, struct error *e)
{
	struct source *src;

	if (source_open_git(&src, r->repo, rev, NULL, e) != 0)
		return -1;
	if (source_find(src, s->path, e) == NULL && !s->covered) {
		source_free(src);
		return e->code != ERROR_NONE ? -1 : 0;
	}
	return open_side(r, out, s, src, s->path, e);
}

/* What to compare with: --against, else HEAD, else nothing. */
static int
open_old(struct review *r, struct snapshot **out, const struct subject *s,
    struct error *e)
{
	const char *against = r->args->against;
	char hex[REPO_HEX];
	int rc;

	*out = NULL;
	if (r->repo != NULL) {
		rc = repo_commit(
		    r->repo, against != NULL ? against : "HEAD", hex, e);
		if (rc < 0 && against == NULL)
			return -1;
		if (rc == 0 && s->in_worktree)
			return against_revision(r, out, s, hex, e);
		memset(e, 0, sizeof(*e));
	}
	if (against == NULL)
		return 0;
	if (access(against, R_OK) == 0)
		return against_file(r, out, s, against, e);
	error_set(
	    e, ERROR_USAGE, "--against %s is no revision and no file", against);
	return error_hint(e, "for example: --against HEAD~1");
}

static int
review_file(struct review *r, const struct gate_options *o, const char *file,
    struct error *e)
{
	struct subject s = {0};
	struct judge_pair pair = {.options = o,
	    .policy = r->policy,
	    .dnssec = r->args->dnssec,
	    .now = gate_now(o),
	    .all_answers = true};
	struct snapshot *old = NULL, *new = NULL;
	struct source *src = NULL;
	int rc = -1;

	if (locate(r, &s, file, e) != 0 ||
	    source_open_dir(&src, s.root, NULL, e) != 0)
		return -1;
	if (identify(r, &s, src, e) != 0) {
		source_free(src);
		return -1;
	}
	if (open_side(r, &new, &s, src, s.path, e) == 0 &&
	    open_old(r, &old, &s, e) == 0) {
		pair.old = old;
		pair.new = new;
		pair.only = s.path;
		rc = judge(&r->j, &pair, NULL, e);
	}
	snapshot_free(old);
	snapshot_free(new);
	return rc;
}

/* ---- the job ------------------------------------------------------------ */

static int
report(struct review *r, const struct gate_options *o, double started,
    struct text *out)
{
	struct report rep = {.command = "review"};

	if (r->has_policy) {
		rep.policy_source = r->policy->source;
		rep.policy_digest = r->policy->digest;
	}
	if (r->args->against != NULL)
		rep.base = r->args->against;
	else if (r->repo != NULL)
		rep.base = "HEAD";
	rep.head = "work tree";
	if (judge_checks(&r->j) != 0)
		r->j.findings.lost = true;
	gate_fill(&rep, &r->j, o);
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct review *r = ctx;
	struct error e = {0};
	double started = gate_clock();
	size_t i;
	int status, rc;

	(void)err;
	if (judgement_init(&r->j, &e) != 0 || find_repo(r, o, &e) != 0)
		goto fail;
	if ((rc = find_policy(r, o, &e)) < 0)
		goto fail;
	if (rc == 1) {
		status = gate_fail_policy(o, "review", &r->trust.faults, out);
		goto out;
	}
	if (gate_confine(&e) != 0)
		goto fail;
	for (i = 0; i < r->args->nfiles; i++)
		if (review_file(r, o, r->args->file[i], &e) != 0)
			goto fail;
	status = report(r, o, started, out);
	goto out;
fail:
	status = print_undecided(o, "review", &e, out);
out:
	judgement_free(&r->j);
	trust_free(&r->trust);
	policy_free(r->none);
	repo_free(r->repo);
	return status;
}

int
gate_review(const struct gate_options *o, const struct gate_review *args)
{
	struct review r = {.args = args};
	struct error e = {0};

	if (args->nfiles == 0) {
		error_set(&e, ERROR_USAGE, "review: which file?");
		error_hint(&e, "zonegate review zones/example.com.zone");
		return print_failure(o, &e);
	}
	return gate_supervise(o, job, &r);
}
