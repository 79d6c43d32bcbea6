/*
 * A tree with some of its paths replaced, added or taken away in memory: what
 * a change would make of it, without writing anything.
 */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "../base/arena.h"
#include "source_impl.h"

struct source_overlay {
	struct source *base;        /* borrowed */
	struct source_patch *patch; /* sorted by path; strings borrowed */
	size_t n;
};

static int
by_path(const void *a, const void *b)
{
	const struct source_patch *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static const struct source_patch *
find_patch(const struct source_overlay *o, const char *path)
{
	struct source_patch key = {.path = path};

	if (o->n == 0)
		return NULL;
	return bsearch(&key, o->patch, o->n, sizeof(key), by_path);
}

static int
add_patch(struct source *src, const struct source_patch *p, struct error *e)
{
	static const uint32_t mode[] = {
	    [SOURCE_FILE] = 0100644,
	    [SOURCE_SYMLINK] = 0120000,
	    [SOURCE_SUBMODULE] = 0160000,
	    [SOURCE_OTHER] = 0,
	};
	struct source_entry entry = {.path = p->path, .kind = p->kind};

	if (p->removed)
		return 0;
	entry.mode = p->executable ? 0100755 : mode[p->kind];
	if (source_count(src, e) != 0)
		return -1;
	return source_add(src, &entry, e);
}

/* No path may be a file and a directory at once. */
static int
check_tree(struct source *src, const struct source_entry *base, size_t nbase,
    struct error *e)
{
	const struct source_overlay *o = src->overlay;
	const struct source_patch *p;
	char path[SOURCE_DEPTH * (SOURCE_COMPONENT + 1)];
	struct source_entry key = {.path = path};
	const char *slash;
	size_t i, len;

	for (i = 0; i < src->n; i++) {
		slash = src->entry[i].path;
		while ((slash = strchr(slash, '/')) != NULL) {
			len = (size_t)(slash++ - src->entry[i].path);
			if (len >= sizeof(path))
				return error_set(e, ERROR_SYSTEM,
				    "%s: an over-long path",
				    source_show(src->entry[i].path).s);
			memcpy(path, src->entry[i].path, len);
			path[len] = '\0';
			if ((p = find_patch(o, path)) != NULL
				? p->removed
				: nbase == 0 ||
				      bsearch(&key, base, nbase, sizeof(key),
					  source_by_path) == NULL)
				continue;
			return error_set(e, ERROR_USAGE,
			    "%s is a file, and a directory in %s",
			    source_show(path).s,
			    source_show(src->entry[i].path).s);
		}
	}
	return 0;
}

static int
overlay_list(struct source *src, struct error *e)
{
	const struct source_overlay *o = src->overlay;
	const struct source_entry *base;
	size_t i, n;

	if ((base = source_entries(o->base, &n, e)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		if (find_patch(o, base[i].path) != NULL)
			continue;
		if (source_count(src, e) != 0 ||
		    source_add(src, &base[i], e) != 0)
			return -1;
	}
	for (i = 0; i < o->n; i++)
		if (add_patch(src, &o->patch[i], e) != 0)
			return -1;
	return check_tree(src, base, n, e);
}

static int
load_patch(const struct source_patch *p, uint64_t max, char **data, size_t *len,
    struct error *e)
{
	static const char *const what[] = {
	    [SOURCE_SYMLINK] = "a symbolic link",
	    [SOURCE_SUBMODULE] = "a submodule",
	    [SOURCE_OTHER] = "no regular file",
	};

	if (p->removed)
		return error_set(
		    e, ERROR_USAGE, "%s: no such file", source_show(p->path).s);
	if (p->kind != SOURCE_FILE)
		return error_set(e, ERROR_USAGE, "%s: %s",
		    source_show(p->path).s, what[p->kind]);
	if (p->len > max)
		return source_too_big(e, p->path, p->len, max);
	if ((*data = malloc(p->len + 1)) == NULL)
		return error_memory(e);
	if (p->len != 0)
		memcpy(*data, p->data, p->len);
	(*data)[p->len] = '\0';
	*len = p->len;
	return 0;
}

static int
overlay_load(struct source *src, const char *path, uint64_t max, char **data,
    size_t *len, struct error *e)
{
	const struct source_overlay *o = src->overlay;
	const struct source_patch *p = find_patch(o, path);
	struct error why = {0};

	if (p != NULL)
		return load_patch(p, max, data, len, e);
	/* Below a file or a link of ours there is nothing of the base. */
	if (source_find(src, path, &why) == NULL) {
		if (why.code == ERROR_NONE)
			error_set(&why, ERROR_USAGE, "%s: no such file",
			    source_show(path).s);
		if (e != NULL)
			*e = why;
		return -1;
	}
	return o->base->ops->load(o->base, path, max, data, len, e);
}

static int
copy_patches(struct source *src, struct source_overlay *o,
    const struct source_patch *patch, size_t n, struct error *e)
{
	const char *why;
	size_t i;

	o->patch = arena_calloc(src->arena, n + 1, sizeof(*o->patch));
	if (o->patch == NULL)
		return error_memory(e);
	o->n = n;
	for (i = 0; i < n; i++) {
		why = source_bad_path(patch[i].path, src->limits.path_bytes);
		if (why != NULL)
			return error_set(e, ERROR_USAGE, "%s: %s",
			    source_show(patch[i].path).s, why);
		o->patch[i] = patch[i];
	}
	if (n > 1)
		qsort(o->patch, n, sizeof(*o->patch), by_path);
	for (i = 1; i < n; i++)
		if (strcmp(o->patch[i - 1].path, o->patch[i].path) == 0)
			return error_set(e, ERROR_USAGE, "%s: given twice",
			    source_show(o->patch[i].path).s);
	return 0;
}

int
source_open_overlay(struct source **out, struct source *base,
    const struct source_patch *patch, size_t n,
    const struct source_limits *limits, struct error *e)
{
	static const struct source_ops ops = {overlay_list, NULL, overlay_load};
	struct source_overlay *o;
	struct source *src;

	*out = NULL;
	if ((src = source_new(&ops, limits)) == NULL)
		return error_memory(e);
	o = arena_alloc(src->arena, sizeof(*o));
	src->label = arena_strdup(src->arena, base->label);
	if (o == NULL || src->label == NULL) {
		source_free(src);
		return error_memory(e);
	}
	o->base = base;
	src->overlay = o;
	if (copy_patches(src, o, patch, n, e) != 0) {
		source_free(src);
		return -1;
	}
	*out = src;
	return 0;
}
