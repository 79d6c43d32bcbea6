#include "policy_case.h"

#include <string.h>
#include <sys/stat.h>

#include "../rules/rules.h"

#define LIKE_MAX 4 /* how long a chain of "like" may be */

/* ROOT/NAME[/FILE] in the case's arena, or NULL with E set. */
static const char *
path_of(
    struct policy_case *c, const char *name, const char *file, struct error *e)
{
	const char *path = arena_printf(c->arena, "%s/%s%s%s", c->root, name,
	    file == NULL ? "" : "/", file == NULL ? "" : file);

	if (path == NULL)
		error_memory(e);
	return path;
}

static bool
exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

/* expect.yaml of the scenario NAME. */
static int
load_expect(struct policy_case *c, const char *name, struct expect **out,
    struct error *e)
{
	const char *dir = path_of(c, name, NULL, e), *path, *data;
	struct source *src;
	size_t len;
	int rc;

	*out = NULL;
	if (dir == NULL || (path = path_of(c, name, "expect.yaml", e)) == NULL)
		return -1;
	if (source_open_dir(&src, dir, NULL, e) != 0)
		return -1;
	rc = source_read(src, "expect.yaml", &data, &len, e);
	if (rc == 0)
		rc = expect_parse(out, data, len, path, e);
	if (rc != 0 && e->file[0] == '\0')
		error_at(e, path, 0, 0);
	source_free(src);
	return rc;
}

/* The files of base/ of NAME: the first ones are a source of their own. */
static int
add_base(struct policy_case *c, const char *dir, struct error *e)
{
	if (c->bottom != NULL || !patches_empty(c->below) || !exists(dir))
		return patches_add_dir(c->below, dir, e);
	return source_open_dir(&c->bottom, dir, NULL, e);
}

/* policy.yaml of NAME is zonegate.yaml, unless base/ has one. */
static int
add_policy(struct policy_case *c, const char *name, struct error *e)
{
	const char *inside = path_of(c, name, "base/" POLICY_FILE, e);
	const char *dir = path_of(c, name, NULL, e), *path, *data;
	struct source *src;
	size_t len;
	int rc = -1;

	if (inside == NULL || dir == NULL ||
	    (path = path_of(c, name, "policy.yaml", e)) == NULL)
		return -1;
	if (exists(inside))
		c->policy.name = inside;
	if (exists(inside) || !exists(path))
		return 0;
	if (source_open_dir(&src, dir, NULL, e) != 0)
		return -1;
	if (source_read(src, "policy.yaml", &data, &len, e) == 0) {
		c->policy.name = path;
		if ((data = arena_dup(c->arena, data, len)) == NULL)
			error_memory(e);
		else
			rc = patches_put(c->below, POLICY_FILE, data, len, e);
	}
	source_free(src);
	return rc;
}

/* A plain name: the scenario it names lies beside this one. */
static int
check_like(struct policy_case *c, const char *like, struct error *e)
{
	const char *path = path_of(c, like, "expect.yaml", e);

	if (path == NULL)
		return -1;
	if (like[0] != '\0' && strchr(like, '/') == NULL &&
	    strcmp(like, ".") != 0 && strcmp(like, "..") != 0 && exists(path))
		return 0;
	return error_set(e, ERROR_USAGE,
	    "like: %s is not the name of a scenario beside this one", like);
}

static int
add_layers(struct policy_case *c, const char *name, const struct expect *want,
    unsigned depth, struct error *e)
{
	const char *base = path_of(c, name, "base", e);
	struct expect *like = NULL;
	int rc = 0;

	if (base == NULL)
		return -1;
	if (depth > LIKE_MAX)
		return error_set(
		    e, ERROR_USAGE, "like goes more than %d deep", LIKE_MAX);
	if (want->like != NULL) {
		rc = check_like(c, want->like, e);
		if (rc == 0)
			rc = load_expect(c, want->like, &like, e);
		if (rc == 0)
			rc = add_layers(c, want->like, like, depth + 1, e);
		expect_free(like);
	}
	if (rc == 0)
		rc = add_base(c, base, e);
	return rc == 0 ? add_policy(c, name, e) : -1;
}

static int
open_base(
    struct policy_case *c, const struct policy_text *policy, struct error *e)
{
	struct policy_text *p = &c->policy;
	struct error ignored = {0};

	if (add_layers(c, c->name, c->want, 0, e) != 0)
		return -1;
	if (c->bottom == NULL && source_open_empty(&c->bottom, e) != 0)
		return -1;
	if (policy != NULL) {
		*p = *policy;
		if (patches_put(c->below, POLICY_FILE, p->data, p->len, e) != 0)
			return -1;
	}
	if (patches_open(&c->base, c->below, c->bottom, e) != 0)
		return -1;
	/* Without one, the gate says so: that may be what is tested. */
	if (source_read(c->base, POLICY_FILE, &p->data, &p->len, &ignored) != 0)
		p->name = NULL;
	return 0;
}

/* NAME of NAME-ok, if there is such a scenario. */
static int
find_twin(struct policy_case *c, struct error *e)
{
	size_t len = strlen(c->name);
	const char *twin, *path;

	if (len < 4 || strcmp(c->name + len - 3, "-ok") != 0)
		return 0;
	twin = arena_dup(c->arena, c->name, len - 3);
	if (twin == NULL)
		return error_memory(e);
	if ((path = path_of(c, twin, "expect.yaml", e)) == NULL)
		return -1;
	return exists(path) ? load_expect(c, twin, &c->twin, e) : 0;
}

/* What cannot be shown without git, a server or a signer; NULL: nothing. */
static const char *
needs(const struct expect *want)
{
	return want->steps != NULL     ? "steps: needs git and a server"
	       : want->before != NULL  ? "before: needs git and a server"
	       : want->submodule.n > 0 ? "submodule: needs git"
	       : want->sign.n > 0      ? "sign: needs keys and a signer"
				       : NULL;
}

static int
open_change(struct policy_case *c, struct error *e)
{
	const char *dir = path_of(c, c->name, "change", e);

	if (dir == NULL ||
	    patches_change(c->above, c->base, c->want, dir, e) != 0)
		return -1;
	return patches_open(&c->change, c->above, c->base, e);
}

int
policy_case_open(struct policy_case *c, const char *root, const char *name,
    const struct policy_text *policy, struct error *e)
{
	memset(c, 0, sizeof(*c));
	c->root = root;
	c->name = name;
	if ((c->arena = arena_new()) == NULL ||
	    (c->below = patches_new(c->arena)) == NULL ||
	    (c->above = patches_new(c->arena)) == NULL)
		return error_memory(e);
	if (load_expect(c, name, &c->want, e) != 0)
		return -1;
	if ((c->skip = needs(c->want)) != NULL)
		return 0;
	if (find_twin(c, e) == 0 && open_base(c, policy, e) == 0 &&
	    open_change(c, e) == 0)
		return 0;
	if (e->file[0] == '\0')
		error_at(e, path_of(c, name, "expect.yaml", NULL), 0, 0);
	return -1;
}

void
policy_case_free(struct policy_case *c)
{
	source_free(c->change);
	source_free(c->base);
	source_free(c->bottom);
	patches_free(c->above);
	patches_free(c->below);
	expect_free(c->twin);
	expect_free(c->want);
	arena_free(c->arena);
	memset(c, 0, sizeof(*c));
}
