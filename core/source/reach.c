#include "reach.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/vec.h"
#include "repo_impl.h"

/* Git follows alternates of alternates this far. */
#define DEPTH_MAX 5
#define PATHS_MAX 1024

struct reach {
	struct arena *arena;
	struct vec path; /* of const char *, each once */
};

static bool
is_known(const struct reach *r, const char *path)
{
	const char *const *known = r->path.item;
	size_t i;

	for (i = 0; i < r->path.n; i++)
		if (strcmp(known[i], path) == 0)
			return true;
	return false;
}

static int
add(struct reach *r, const char *path, struct error *e)
{
	const char **slot;

	if (r->path.n == PATHS_MAX)
		return error_set(e, ERROR_SYSTEM,
		    "the objects lie in more than %d directories", PATHS_MAX);
	if (path == NULL || (slot = vec_add(&r->path)) == NULL)
		return error_memory(e);
	*slot = path;
	return 0;
}

static int add_objects(
    struct reach *r, const char *dir, size_t depth, struct error *e);

/* LINE of info/alternates in DIR: a path, from DIR if it is relative. */
static int
add_line(
    struct reach *r, const char *dir, char *line, size_t depth, struct error *e)
{
	const char *path;

	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	path = line[0] == '/' ? arena_strdup(r->arena, line)
			      : arena_printf(r->arena, "%s/%s", dir, line);
	if (path == NULL)
		return error_memory(e);
	return add_objects(r, path, depth + 1, e);
}

static int
add_objects(struct reach *r, const char *dir, size_t depth, struct error *e)
{
	const char *list;
	char *line = NULL;
	size_t size = 0;
	FILE *f;
	int rc;

	if (dir != NULL && is_known(r, dir))
		return 0;
	if ((rc = add(r, dir, e)) != 0 || depth == DEPTH_MAX)
		return rc;
	if ((list = arena_printf(r->arena, "%s/info/alternates", dir)) == NULL)
		return error_memory(e);
	/* An alternate that cannot be read is none for libgit2 either. */
	if ((f = fopen(list, "re")) == NULL)
		return 0;
	while (rc == 0 && getline(&line, &size, f) > 0)
		rc = add_line(r, dir, line, depth, e);
	if (rc == 0 && ferror(f))
		rc = error_set(e, ERROR_SYSTEM, "%s cannot be read", list);
	free(line);
	fclose(f);
	return rc;
}

/* What a hook is told: the quarantine, and where else objects lie. */
static int
add_environment(struct reach *r, struct error *e)
{
	const char *own = getenv("GIT_OBJECT_DIRECTORY");
	const char *list = getenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	size_t len;
	int rc = 0;

	if (own != NULL && own[0] != '\0')
		rc = add_objects(r, arena_strdup(r->arena, own), 0, e);
	for (; rc == 0 && list != NULL && *list != '\0';
	     list += len + (list[len] == ':')) {
		len = strcspn(list, ":");
		if (len != 0)
			rc = add_objects(
			    r, arena_dup(r->arena, list, len), 0, e);
	}
	return rc;
}

int
repo_reach(struct repo *repo, struct arena *arena, const char *const **path,
    size_t *n, struct error *e)
{
	struct reach r = {arena, VEC_INIT(const char *)};
	const char *common = git_repository_commondir(repo->git);
	const char **out = NULL;
	int rc;

	rc = add(&r, arena_strdup(arena, repo->path), e);
	if (rc == 0)
		rc = add(&r, arena_strdup(arena, common), e);
	if (rc == 0)
		rc = add_objects(
		    &r, arena_printf(arena, "%sobjects", common), 0, e);
	if (rc == 0)
		rc = add_environment(&r, e);
	if (rc == 0 &&
	    (out = arena_calloc(arena, r.path.n, sizeof(*out))) == NULL)
		rc = error_memory(e);
	if (rc == 0) {
		memcpy(out, r.path.item, r.path.n * sizeof(*out));
		*path = out;
		*n = r.path.n;
	}
	vec_free(&r.path);
	return rc;
}
