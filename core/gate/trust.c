#include "trust.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../rules/rules.h"
#include "../source/source.h"

static int
start(struct trust *t, struct error *e)
{
	memset(t, 0, sizeof(*t));
	if ((t->arena = arena_new()) == NULL)
		return error_memory(e);
	findings_init(&t->faults, t->arena);
	return 0;
}

void
trust_free(struct trust *t)
{
	policy_free(t->policy);
	findings_free(&t->faults);
	arena_free(t->arena);
	memset(t, 0, sizeof(*t));
}

int
trust_read(struct arena *arena, const char *path, const char **data,
    size_t *len, struct error *e)
{
	const char *slash = strrchr(path, '/');
	const char *dir = ".", *name = path;
	struct source *src = NULL;

	if (slash != NULL) {
		dir = slash == path
			  ? "/"
			  : arena_dup(arena, path, (size_t)(slash - path));
		name = slash + 1;
	}
	if (dir == NULL)
		return error_memory(e);
	if (source_open_dir(&src, dir, NULL, e) != 0 ||
	    source_read(src, name, data, len, e) != 0) {
		e->code = ERROR_USAGE;
		source_free(src);
		return error_at(e, path, 0, 0);
	}
	*data = arena_dup(arena, *data, *len);
	source_free(src);
	return *data == NULL ? error_memory(e) : 0;
}

/* A policy file outside any tree, named by whoever runs the gate. */
static int
from_file(struct trust *t, const char *path, struct error *e)
{
	const char *data = NULL;
	size_t len = 0;
	const char *slash = strrchr(path, '/');

	if (trust_read(t->arena, path, &data, &len, e) != 0)
		return -1;
	t->folder = slash == NULL ? "."
		    : slash == path
			? "/"
			: arena_dup(t->arena, path, (size_t)(slash - path));
	if (t->folder == NULL)
		return error_memory(e);
	return policy_parse(
	    &t->policy, data, len, path, &rules_for_policy, &t->faults, e);
}

/* PATH in the tree of REV. 2 when it is not there. */
static int
from_revision(struct trust *t, struct repo *repo, const char *rev,
    const char *path, struct error *e)
{
	struct source *src = NULL;
	const char *data, *name;
	size_t len;
	int rc;

	if (source_open_git(&src, repo, rev, NULL, e) != 0)
		return -1;
	if (source_find(src, path, e) == NULL) {
		rc = e->code != ERROR_NONE ? -1 : 2;
		goto out;
	}
	if ((rc = source_read(src, path, &data, &len, e)) != 0)
		goto out;
	name = arena_printf(t->arena, "%s@%s", path, source_label(src));
	t->rev = arena_strdup(
	    t->arena, source_commit(src) != NULL ? source_commit(src) : rev);
	if (name == NULL || t->rev == NULL) {
		rc = error_memory(e);
		goto out;
	}
	rc = policy_parse(
	    &t->policy, data, len, name, &rules_for_policy, &t->faults, e);
out:
	source_free(src);
	return rc;
}

/*
 * A short name is a branch. Git would take a tag of that name before it, and
 * who may push a tag that nobody guards must not choose the policy.
 */
static const char *
policy_rev(struct arena *a, const char *rev)
{
	const size_t len = strcspn(rev, "^~@");

	if ((len == 4 && strncmp(rev, "HEAD", len) == 0) ||
	    strncmp(rev, "refs/", 5) == 0 ||
	    (len == 40 && strspn(rev, "0123456789abcdef") == len))
		return rev;
	return arena_printf(a, "refs/heads/%s", rev);
}

/* git config zonegate.policyRef: REV or REV:PATH. */
static int
from_ref(struct trust *t, struct repo *repo, const char *ref, struct error *e)
{
	const char *colon = strchr(ref, ':');
	const char *rev = ref, *path = POLICY_FILE;
	char full[1024];
	int rc;

	if (colon != NULL) {
		rev = arena_dup(t->arena, ref, (size_t)(colon - ref));
		path = colon + 1;
	}
	if (rev != NULL)
		rev = policy_rev(t->arena, rev);
	if (rev == NULL || (t->path = arena_strdup(t->arena, path)) == NULL)
		return error_memory(e);
	if ((rc = repo_ref_name(repo, rev, full, sizeof(full), e)) < 0)
		return -1;
	if (rc == 0 && (t->ref = arena_strdup(t->arena, full)) == NULL)
		return error_memory(e);
	if (rc == 1 && strncmp(rev, "refs/", 5) == 0) {
		error_set(e, ERROR_USAGE,
		    "git config zonegate.policyRef names %s, which is not "
		    "there",
		    rev);
		return error_hint(e,
		    "push it while the setting is away: git -C %s config "
		    "--unset zonegate.policyRef",
		    repo_path(repo));
	}
	rc = from_revision(t, repo, rev, path, e);
	if (rc == 2) {
		error_set(e, ERROR_USAGE,
		    "git config zonegate.policyRef names %s, which has no %s",
		    rev, path);
		return error_hint(e, "name the file too: %s:PATH", rev);
	}
	return rc;
}

static int
nothing_trusted(struct repo *repo, const char *base, struct error *e)
{
	if (base != NULL)
		error_set(e, ERROR_USAGE,
		    "no trusted policy: %.12s has no %s, and git config "
		    "zonegate.policy is not set",
		    base, POLICY_FILE);
	else
		error_set(e, ERROR_USAGE,
		    "no trusted policy: there is no base revision to read %s "
		    "from, and git config zonegate.policy is not set",
		    POLICY_FILE);
	return error_hint(e,
	    "draft one with 'zonegate init', put it on the server, then: git "
	    "-C %s config zonegate.policy /etc/zonegate/policy.yaml",
	    repo != NULL ? repo_path(repo) : "REPOSITORY");
}

int
trust_load(struct trust *t, const struct gate_options *o, struct repo *repo,
    const char *base, struct error *e)
{
	char value[4096];
	int rc;

	if (start(t, e) != 0)
		return -1;
	t->repo = repo;
	if (o->policy != NULL)
		return from_file(t, o->policy, e);
	if (repo == NULL)
		return nothing_trusted(repo, base, e);
	rc = repo_config(repo, "zonegate.policy", value, sizeof(value), e);
	if (rc == 0)
		return from_file(t, value, e);
	if (rc < 0)
		return -1;
	rc = repo_config(repo, "zonegate.policyRef", value, sizeof(value), e);
	if (rc == 0)
		return from_ref(t, repo, value, e);
	if (rc < 0)
		return -1;
	if (base == NULL)
		return nothing_trusted(repo, base, e);
	t->from_repository = true;
	t->path = POLICY_FILE;
	rc = from_revision(t, repo, base, POLICY_FILE, e);
	return rc == 2 ? nothing_trusted(repo, base, e) : rc;
}

/* PATH below the folder DIR. 0, 1 not there, -1. */
static int
file_in_folder(struct arena *arena, const char *dir, const char *path,
    const char **data, size_t *len, struct error *e)
{
	const char *full = arena_printf(arena, "%s/%s", dir, path);
	struct source *src = NULL;
	struct stat st;
	int rc = -1;

	if (full == NULL)
		return error_memory(e);
	/* What is there and cannot be read is not absent. */
	if (lstat(full, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
		return 1;
	if (source_open_dir(&src, dir, NULL, e) != 0)
		return -1;
	if (source_read(src, path, data, len, e) == 0) {
		*data = arena_dup(arena, *data, *len);
		rc = *data == NULL ? error_memory(e) : 0;
	}
	source_free(src);
	return rc;
}

/* PATH in the tree of REV. 0, 1 not there, -1. */
static int
file_in_tree(struct arena *arena, struct repo *repo, const char *rev,
    const char *path, const char **data, size_t *len, struct error *e)
{
	struct source *src = NULL;
	int rc = -1;

	if (source_open_git(&src, repo, rev, NULL, e) != 0)
		return -1;
	if (source_find(src, path, e) == NULL) {
		rc = e->code != ERROR_NONE ? -1 : 1;
	} else if (source_read(src, path, data, len, e) == 0) {
		*data = arena_dup(arena, *data, *len);
		rc = *data == NULL ? error_memory(e) : 0;
	}
	source_free(src);
	return rc;
}

int
trust_file(const struct trust *t, struct arena *arena, struct repo *repo,
    const char *base, const char *path, const char **data, size_t *len,
    bool *in_tree, struct error *e)
{
	int rc;

	*in_tree = false;
	if (t->rev != NULL) {
		*in_tree = true;
		return file_in_tree(arena, repo, t->rev, path, data, len, e);
	}
	rc = file_in_folder(arena, t->folder, path, data, len, e);
	if (rc != 1 || base == NULL)
		return rc;
	*in_tree = true;
	return file_in_tree(arena, repo, base, path, data, len, e);
}

int
trust_lint(const char *data, size_t len, const char *name,
    struct findings *faults, struct error *e)
{
	struct policy *p = NULL;
	int rc;

	rc = policy_parse(&p, data, len, name, &rules_for_policy, faults, e);
	policy_free(p);
	return rc < 0 ? -1 : 0;
}
