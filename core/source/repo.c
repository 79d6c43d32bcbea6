#include "repo.h"

#include <git2.h>
#include <git2/sys/repository.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repo_impl.h"

/* What libgit2 may keep mapped and cached, so that a limit on the address
 * space leaves room for the zones. */
#define WINDOW_BYTES ((size_t)32 << 20)
#define MAPPED_BYTES ((size_t)256 << 20)
#define CACHE_BYTES ((ssize_t)16 << 20)
#define PACKS_OPEN ((size_t)64)

static const char *
last_words(void)
{
	const git_error *err = git_error_last();

	return err == NULL || err->message == NULL ? "no reason given"
						   : err->message;
}

int
repo_fail(struct error *e, const char *fmt, ...)
{
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return error_set(e, ERROR_SYSTEM, "%s: %s", what, last_words());
}

/* The library's settings are global: say all of them on every open. */
static int
set_library(bool hook)
{
	if (git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_BYTES) < 0 ||
	    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, MAPPED_BYTES) <
		0 ||
	    git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, PACKS_OPEN) < 0 ||
	    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, CACHE_BYTES) < 0 ||
	    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1) < 0)
		return -1;
	return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, hook ? 0 : 1);
}

static int
explain_owner(struct error *e, const char *path)
{
	error_set(e, ERROR_USAGE,
	    "the repository at %s belongs to another user, and git does not "
	    "trust it",
	    path);
	return error_hint(e,
	    "run zonegate as its owner, or trust this one directory: git "
	    "config --global --add safe.directory DIR (\"*\" is not enough)");
}

static int
explain_extension(struct error *e, const char *path)
{
	error_set(e, ERROR_USAGE,
	    "the repository at %s uses a format that cannot be read: %s", path,
	    last_words());
	return error_hint(e,
	    "clone it without that extension (SHA-1 objects, no --filter, no "
	    "worktreeConfig) and run zonegate there");
}

/* libgit2 tells these apart in words only. */
static int
explain_open(struct error *e, const char *path, int rc, bool hook)
{
	const char *said = last_words();

	if (rc == GIT_EOWNER || strstr(said, "safe.directory") != NULL ||
	    strstr(said, "not owned by") != NULL)
		return explain_owner(e, path);
	if (strstr(said, "extension") != NULL ||
	    strstr(said, "repository version") != NULL)
		return explain_extension(e, path);
	/* libgit2 has no better words than "unimplemented" for this. */
	if (hook && (getenv("GIT_WORK_TREE") != NULL ||
			getenv("GIT_COMMON_DIR") != NULL)) {
		repo_fail(e, "the repository at %s cannot be opened", path);
		return error_hint(e,
		    "unset GIT_WORK_TREE and GIT_COMMON_DIR: they cannot be "
		    "honoured in a hook");
	}
	if (rc == GIT_ENOTFOUND) {
		error_set(
		    e, ERROR_USAGE, "no git repository at or above %s", path);
		return error_hint(e, "name one with --repo DIR");
	}
	return repo_fail(e, "the repository at %s cannot be opened", path);
}

/* A version 0 repository may hold the key of a version 1 extension, which
 * libgit2 then overlooks. */
static int
check_format(struct repo *r, const char *path, struct error *e)
{
	char format[32];
	int rc;

	rc = repo_config(
	    r, "extensions.objectformat", format, sizeof(format), e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (strcmp(format, "sha1") == 0)
		return 0;
	error_set(e, ERROR_USAGE,
	    "the repository at %s uses %s object names: only SHA-1 is "
	    "supported",
	    path, format);
	return error_hint(
	    e, "clone it into a repository made with --object-format=sha1");
}

static char *
without_slash(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return strndup(path, len);
}

/*
 * Git quotes an alternate whose path holds a colon or begins with a quote;
 * libgit2 takes the quotes for part of the name. The one that matters is the
 * repository's own object directory, which can be named without the list.
 */
static int
add_own_objects(struct repo *r, struct error *e)
{
	const char *list = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	char *own;
	int rc;

	if (list == NULL || strchr(list, '"') == NULL)
		return 0;
	if (asprintf(&own, "%sobjects", git_repository_commondir(r->git)) < 0)
		return error_memory(e);
	rc = git_odb_add_disk_alternate(r->odb, own);
	free(own);
	return rc < 0 ? repo_fail(e, "objects beside the quarantine") : 0;
}

static int
fill(struct repo *r, const char *path, bool hook, struct error *e)
{
	const char *dir = git_repository_path(r->git);
	const char *work = git_repository_workdir(r->git);
	int shallow;

	if (git_repository_odb(&r->odb, r->git) < 0)
		return repo_fail(e, "the objects of %s", path);
	if ((r->path = without_slash(dir)) == NULL ||
	    (work != NULL && (r->workdir = without_slash(work)) == NULL))
		return error_memory(e);
	if ((shallow = git_repository_is_shallow(r->git)) < 0)
		return repo_fail(e, "the shallow file of %s", path);
	r->shallow = shallow != 0;
	if (hook && add_own_objects(r, e) != 0)
		return -1;
	return check_format(r, path, e);
}

int
repo_open(struct repo **out, const char *path, bool hook, struct error *e)
{
	unsigned flags = hook ? GIT_REPOSITORY_OPEN_FROM_ENV : 0;
	const char *shown = path != NULL ? path : ".";
	struct repo *r;
	int rc;

	*out = NULL;
	if (git_libgit2_init() < 0)
		return error_set(e, ERROR_SYSTEM, "libgit2 does not start");
	if ((r = calloc(1, sizeof(*r))) == NULL) {
		git_libgit2_shutdown();
		return error_memory(e);
	}
	if (set_library(hook) < 0) {
		repo_fail(e, "the limits of libgit2");
		goto fail;
	}
	/* With a path libgit2 would overlook GIT_DIR. */
	if (hook && getenv("GIT_DIR") != NULL) {
		path = NULL;
		shown = getenv("GIT_DIR");
	} else {
		path = shown;
	}
	git_error_clear();
	rc = git_repository_open_ext(&r->git, path, flags, NULL);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	if (rc < 0) {
		explain_open(e, shown, rc, hook);
		goto fail;
	}
	if (fill(r, shown, hook, e) != 0)
		goto fail;
	*out = r;
	return 0;
fail:
	repo_free(r);
	return -1;
}

void
repo_free(struct repo *r)
{
	if (r == NULL)
		return;
	git_odb_free(r->odb);
	git_repository_free(r->git);
	free(r->path);
	free(r->workdir);
	free(r);
	git_libgit2_shutdown();
}

const char *
repo_path(const struct repo *r)
{
	return r->path;
}

const char *
repo_workdir(const struct repo *r)
{
	return r->workdir;
}

bool
repo_is_shallow(const struct repo *r)
{
	return r->shallow;
}

int
repo_config(
    struct repo *r, const char *key, char *out, size_t size, struct error *e)
{
	git_config *all = NULL, *now = NULL;
	const char *value;
	int rc, result = -1;

	if (size == 0)
		return error_set(
		    e, ERROR_SYSTEM, "git config %s: no room", key);
	out[0] = '\0';
	if (git_repository_config(&all, r->git) < 0 ||
	    git_config_snapshot(&now, all) < 0) {
		repo_fail(e, "git config");
		goto done;
	}
	rc = git_config_get_string(&value, now, key);
	if (rc == GIT_ENOTFOUND) {
		result = 1;
	} else if (rc < 0) {
		repo_fail(e, "git config %s", key);
	} else if (strlen(value) >= size) {
		error_set(e, ERROR_USAGE,
		    "git config %s: longer than %zu bytes", key, size - 1);
	} else {
		memcpy(out, value, strlen(value) + 1);
		result = 0;
	}
done:
	git_config_free(now);
	git_config_free(all);
	return result;
}

int
repo_ref_name(
    struct repo *r, const char *rev, char *out, size_t size, struct error *e)
{
	size_t len = strcspn(rev, ":^~@");
	git_reference *ref = NULL;
	char *word = strndup(rev, len);
	int rc;

	if (word == NULL)
		return error_memory(e);
	rc = git_reference_dwim(&ref, r->git, word);
	free(word);
	if (rc == GIT_ENOTFOUND || rc == GIT_EINVALIDSPEC)
		return 1;
	if (rc < 0)
		return repo_fail(e, "the reference of %s", rev);
	len = strlen(git_reference_name(ref));
	if (len < size)
		memcpy(out, git_reference_name(ref), len + 1);
	git_reference_free(ref);
	return len < size ? 0
			  : error_set(e, ERROR_SYSTEM,
				"%s: too long a reference", rev);
}

struct git_repository *
repo_git(struct repo *r)
{
	return r->git;
}

bool
repo_is_empty(struct repo *r)
{
	git_reference_iterator *it = NULL;
	const char *name;
	int rc;

	/* In doubt it is not empty: what is empty is judged less. */
	if (git_repository_head_unborn(r->git) == 0)
		return false;
	if (git_reference_iterator_new(&it, r->git) < 0)
		return false;
	rc = git_reference_next_name(&name, it);
	git_reference_iterator_free(it);
	return rc == GIT_ITEROVER;
}
