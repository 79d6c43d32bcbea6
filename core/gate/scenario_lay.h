/*
 * Laying a scenario out: a work clone with its two commits, the server's bare
 * repository, and the hook in it. For scenario_test.c only.
 */
#ifndef GATE_SCENARIO_LAY_H
#define GATE_SCENARIO_LAY_H

#include "scenario_tools.h"

#define SCENARIOS "testdata/scenarios"

static struct expect *
load(struct job *job, const char *name)
{
	struct text data = TEXT_INIT;
	struct expect *ex = NULL;
	char path[PATH_MAX];
	struct error e;

	path_of(path, "%s/" SCENARIOS "/%s/expect.yaml", job->root, name);
	slurp(&data, path);
	if (expect_parse(&ex, data.data, data.len, path, &e) == -1)
		complain(job, "%s:%u: %s", path, e.line, e.message);
	text_free(&data);
	return ex;
}

/* base/ and policy.yaml of NAME over those of the scenario it is like. */
static int
lay_base(struct job *job, const char *name, int depth)
{
	char from[PATH_MAX], to[PATH_MAX], path[PATH_MAX];
	struct expect *ex;
	int rc = 0;

	if (depth > 4)
		return complain(job, "%s: like goes too deep", name);
	if ((ex = load(job, name)) == NULL)
		return -1;
	if (ex->like != NULL)
		rc = lay_base(job, ex->like, depth + 1);
	expect_free(ex);
	path_of(to, "%s/clone", job->dir);
	path_of(from, "%s/" SCENARIOS "/%s/base/.", job->root, name);
	if (rc == 0 && exists(from))
		rc = MUST(job, job->dir, "cp", "-R", from, to);
	path_of(path, "%szonegate.yaml", from);
	path_of(from, "%s/" SCENARIOS "/%s/policy.yaml", job->root, name);
	path_of(to, "%s/clone/zonegate.yaml", job->dir);
	if (rc == 0 && exists(from) && !exists(path))
		rc = MUST(job, job->dir, "cp", from, to);
	return rc;
}

/*
 * $1 file, $2 zone, $3 tool, $4 denial, $5 start, $6 end. The keys of a zone
 * are made once, so that base and change are signed by the same.
 */
static const char sign_script[] =
    "set -e; keys=../keys/$2; out=$PWD/../signed; target=$1\n"
    "mkdir -p \"../unsigned/$(dirname \"$1\")\"\n"
    "cp \"$1\" \"../unsigned/$1\"\n"
    "if [ ! -d \"$keys\" ]; then mkdir -p \"$keys\"\n"
    "  dnssec-keygen -q -a ECDSAP256SHA256 -K \"$keys\" -f KSK \"$2\"\n"
    "  dnssec-keygen -q -a ECDSAP256SHA256 -K \"$keys\" \"$2\"; fi\n"
    "case $3 in\n"
    "zonegate) set -- \"$1\" \"$2\" \"$4\"\n"
    "  for k in \"$keys\"/*.private; do\n"
    "    set -- \"$@\" --key \"${k%.private}\"; done\n"
    "  file=$1 zone=$2 denial=$3; shift 3\n"
    "  \"$ZONEGATE\" sign \"$file\" --zone \"$zone\" --denial \"$denial\" \\\n"
    "    -o \"$out\" \"$@\";;\n"
    "*) dnssec-signzone -q -P -S -K \"$keys\" -o \"$2\" -O full -f \"$out\" "
    "\\\n"
    "    $([ \"$4\" = nsec ] || echo -3 -) ${5:+-s $5} ${6:+-e $6} \\\n"
    "    \"$1\";;\n"
    "esac; mv \"$out\" \"$target\"\n";

static int
lay_signed(struct job *job, const char *side)
{
	const struct expect_sign *s;
	char work[PATH_MAX];
	size_t i;

	path_of(work, "%s/clone", job->dir);
	for (i = 0; i < job->want->sign.n; i++) {
		s = &job->want->sign.item[i];
		if (strcmp(s->side, "both") != 0 && strcmp(s->side, side) != 0)
			continue;
		if (MUST(job, work, "sh", "-c", sign_script, "sign", s->file,
			s->zone, s->tool, s->denial, s->start ? s->start : "",
			s->end ? s->end : "") == -1)
			return -1;
	}
	return 0;
}

/* The change begins with the zones as they were before base was signed. */
static int
lay_unsigned(struct job *job)
{
	char from[PATH_MAX], to[PATH_MAX];

	path_of(from, "%s/unsigned/.", job->dir);
	path_of(to, "%s/clone", job->dir);
	return exists(from) ? MUST(job, job->dir, "cp", "-R", from, to) : 0;
}

static int
lay_edits(struct job *job)
{
	const struct expect_edit *ed;
	struct text old = TEXT_INIT, new = TEXT_INIT;
	char path[PATH_MAX];
	const char *at;
	size_t i;
	int rc = 0;

	for (i = 0; i < job->want->edit.n && rc == 0; i++) {
		ed = &job->want->edit.item[i];
		slurp(&old, path_of(path, "%s/clone/%s", job->dir, ed->file));
		at = old.data != NULL ? strstr(old.data, ed->find) : NULL;
		if (at == NULL || strstr(at + 1, ed->find) != NULL) {
			rc = complain(job, "edit of %s: not there once: %s",
			    ed->file, ed->find);
			break;
		}
		text_clear(&new);
		text_add(&new, old.data, (size_t)(at - old.data));
		text_str(&new, ed->put);
		at += strlen(ed->find);
		text_add(&new, at, old.len - (size_t)(at - old.data));
		rc = spill(job, path, "wb", new.data, new.len);
	}
	text_free(&old);
	text_free(&new);
	return rc;
}

static int
lay_removed(struct job *job)
{
	const struct expect *w = job->want;
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < w->remove.n; i++) {
		path_of(path, "%s/clone/%s", job->dir, w->remove.item[i]);
		if (!exists(path))
			return complain(job, "remove: no %s", path);
		if (MUST(job, job->dir, "rm", "-r", path) == -1)
			return -1;
	}
	return 0;
}

static int
lay_pairs(struct job *job)
{
	const struct expect *w = job->want;
	const struct expect_pair *p;
	char path[PATH_MAX];

	for (p = w->raw.item; p < w->raw.item + w->raw.n; p++)
		if (spill(job, path_of(path, "%s/clone/%s", job->dir, p->path),
			"wb", p->text, p->len) == -1)
			return -1;
	for (p = w->append.item; p < w->append.item + w->append.n; p++)
		if (spill(job, path_of(path, "%s/clone/%s", job->dir, p->path),
			"ab", p->text, p->len) == -1)
			return -1;
	for (p = w->symlink.item; p < w->symlink.item + w->symlink.n; p++) {
		path_of(path, "%s/clone/%s", job->dir, p->path);
		if (symlink(p->text, path) == -1)
			return complain(job, "%s: %s", path, strerror(errno));
	}
	return 0;
}

/* Commit what is in the work clone; its id. Nothing to commit: HEAD's. */
static int
commit(struct job *job, const char *message, const struct expect_list *links,
    const char *id_name)
{
	char work[PATH_MAX], path[PATH_MAX], info[PATH_MAX];
	struct text id = TEXT_INIT;
	size_t i;
	int rc;

	path_of(work, "%s/clone", job->dir);
	if (MUST(job, work, "git", "add", "-A", "-f") == -1)
		return -1;
	for (i = 0; links != NULL && i < links->n; i++) {
		path_of(info, "160000,%040d,%s", 1, links->item[i]);
		if (MUST(job, work, "git", "update-index", "--add",
			"--cacheinfo", info) == -1)
			return -1;
	}
	if (RUN(job, work, "git", "diff", "--cached", "--quiet") != 0 &&
	    MUST(job, work, "git", "commit", "-q", "-m", message) == -1)
		return -1;
	if (MUST(job, work, "git", "rev-parse", "HEAD") == -1)
		return -1;
	slurp(&id, path_of(path, "%s/out", job->dir));
	rc = id.len == 41 ? 0 : complain(job, "rev-parse: %s", id.data);
	if (rc == 0) {
		id.data[40] = '\0';
		setenv(id_name, id.data, 1);
	}
	text_free(&id);
	return rc;
}

static int
make_base(struct job *job)
{
	char work[PATH_MAX], remote[PATH_MAX], script[PATH_MAX];

	/* Nothing here must survive a power cut, or be tidied up. */
	static const char config[] =
	    "[core]\n\tfsync = none\n[gc]\n\tauto = 0\n"
	    "[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n";

	path_of(work, "%s/.gitconfig", job->dir);
	if (spill(job, work, "wb", config, sizeof(config) - 1) == -1)
		return -1;
	path_of(work, "%s/clone", job->dir);
	path_of(remote, "%s/remote.git", job->dir);
	setenv("REMOTE", remote, 1);
	if (MUST(job, job->dir, "git", "init", "-q", "-b", "main", work) ||
	    MUST(job, job->dir, "git", "init", "-q", "--bare", "-b", "main",
		remote) ||
	    MUST(job, work, "git", "remote", "add", "origin", remote) ||
	    MUST(job, remote, "git", "config", "receive.denyDeleteCurrent",
		"ignore") ||
	    lay_base(job, job->name, 0) || lay_signed(job, "base") ||
	    commit(job, "base", NULL, "BASE"))
		return -1;
	if (MUST(job, work, "git", "push", "-q", "origin", "main") == -1)
		return -1;
	if (job->want->before == NULL)
		return 0;
	path_of(script, "%s/" SCENARIOS "/%s/%s", job->root, job->name,
	    job->want->before);
	return MUST(job, work, "sh", "-e", script);
}

static int
make_change(struct job *job)
{
	char from[PATH_MAX], to[PATH_MAX];

	path_of(from, "%s/" SCENARIOS "/%s/change/.", job->root, job->name);
	path_of(to, "%s/clone", job->dir);
	if (lay_unsigned(job) == -1 || lay_removed(job) == -1)
		return -1;
	if (exists(from) && MUST(job, job->dir, "cp", "-R", from, to) == -1)
		return -1;
	if (lay_pairs(job) || lay_signed(job, "change") || lay_edits(job))
		return -1;
	return commit(job, "change", &job->want->submodule, "CHANGE");
}

/*
 * The hook as a user installs it. What it calls is zonegate behind two lines
 * that note its exit status, which a push does not tell, and pass --at.
 */
static int
install_hook(struct job *job)
{
	char from[PATH_MAX], to[PATH_MAX], wrapper[PATH_MAX], text[PATH_MAX];
	const char *at = job->want->at;

	path_of(from, "%s/hooks/pre-receive", job->root);
	path_of(to, "%s/remote.git/hooks/pre-receive", job->dir);
	path_of(wrapper, "%s/zonegate", job->dir);
	path_of(text,
	    "#!/bin/sh\n'%s' \"$@\"%s%s\ns=$?\n"
	    "echo $s >'%s/status'\nexit $s\n",
	    job->zonegate, at ? " --at " : "", at ? at : "", job->dir);
	if (spill(job, wrapper, "wb", text, strlen(text)) == -1)
		return -1;
	if (MUST(job, job->dir, "chmod", "755", wrapper) == -1 ||
	    MUST(job, job->dir, "install", "-D", "-m", "755", from, to) == -1)
		return -1;
	path_of(to, "%s/remote.git", job->dir);
	return MUST(job, to, "git", "config", "zonegate.path", wrapper);
}

#endif
