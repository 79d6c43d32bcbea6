/* Files laid over a tree, as a scenario says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/hash.h"
#include "../base/vec.h"
#include "policy_case.h"

struct patches {
	struct arena *arena;
	struct vec list; /* struct source_patch */
	struct hash_table *index;
};

struct patches *
patches_new(struct arena *arena)
{
	struct patches *ps = calloc(1, sizeof(*ps));

	if (ps == NULL)
		return NULL;
	ps->arena = arena;
	ps->list = (struct vec)VEC_INIT(struct source_patch);
	if ((ps->index = hash_table_new(64)) == NULL) {
		free(ps);
		return NULL;
	}
	return ps;
}

void
patches_free(struct patches *ps)
{
	if (ps == NULL)
		return;
	hash_table_free(ps->index);
	vec_free(&ps->list);
	free(ps);
}

static struct source_patch *
find(const struct patches *ps, const char *path)
{
	uint32_t *at = hash_table_find(ps->index, path, strlen(path));

	return at == NULL ? NULL : (struct source_patch *)ps->list.item + *at;
}

bool
patches_empty(const struct patches *ps)
{
	return ps->list.n == 0;
}

/* The patch of PATH, set to NEW. */
static int
set(struct patches *ps, const struct source_patch *new, struct error *e)
{
	struct source_patch *p = find(ps, new->path);
	const char *path = p != NULL ? p->path : NULL;

	if (p == NULL) {
		path = arena_strdup(ps->arena, new->path);
		if (path == NULL ||
		    hash_table_put(ps->index, path, strlen(path),
			(uint32_t)ps->list.n, NULL) == NULL ||
		    (p = vec_add(&ps->list)) == NULL)
			return error_memory(e);
	}
	*p = *new;
	p->path = path;
	return 0;
}

int
patches_put(struct patches *ps, const char *path, const char *data, size_t len,
    struct error *e)
{
	struct source_patch p = {.path = path, .data = data, .len = len};

	return set(ps, &p, e);
}

static void
close_source(void *src)
{
	source_free(src);
}

static int
add_entry(struct patches *ps, struct source *src, const struct source_entry *en,
    struct error *e)
{
	struct source_patch p = {.path = en->path,
	    .kind = en->kind,
	    .executable = en->mode == 0100755};

	if (en->kind == SOURCE_OTHER)
		return error_set(e, ERROR_USAGE,
		    "%s/%s is neither a file nor a link", source_label(src),
		    en->path);
	if (en->kind == SOURCE_FILE &&
	    source_read(src, en->path, &p.data, &p.len, e) != 0)
		return -1;
	return set(ps, &p, e);
}

int
patches_add_dir(struct patches *ps, const char *dir, struct error *e)
{
	const struct source_entry *en;
	struct source *src;
	struct stat st;
	size_t i, n;

	if (stat(dir, &st) != 0 && errno == ENOENT)
		return 0;
	if (source_open_dir(&src, dir, NULL, e) != 0)
		return -1;
	/* What was read lives as long as the source. */
	if (arena_on_free(ps->arena, close_source, src) != 0) {
		source_free(src);
		return error_memory(e);
	}
	if ((en = source_entries(src, &n, e)) == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (add_entry(ps, src, &en[i], e) != 0)
			return -1;
	return 0;
}

/* ---- the keys of an expectation ----------------------------------------- */

/* Is PATH there, with PS over BASE? 1, 0, -1. */
static int
is_there(const struct patches *ps, struct source *base, const char *path,
    struct error *e)
{
	const struct source_patch *p = find(ps, path);
	struct error why = {0};

	if (p != NULL)
		return !p->removed;
	if (source_find(base, path, &why) != NULL)
		return 1;
	if (why.code == ERROR_NONE)
		return 0;
	*e = why;
	return -1;
}

/* The bytes of the file PATH, with PS over BASE. */
static int
read_now(const struct patches *ps, struct source *base, const char *path,
    const char **data, size_t *len, struct error *e)
{
	const struct source_patch *p = find(ps, path);

	if (p == NULL)
		return source_read(base, path, data, len, e);
	if (p->removed || p->kind != SOURCE_FILE) {
		error_set(e, ERROR_USAGE, "%s: %s", path,
		    p->removed ? "no such file" : "no regular file");
		return -1;
	}
	*data = p->data;
	*len = p->len;
	return 0;
}

/* New bytes for PATH, which keeps what else it was. */
static int
rewrite(struct patches *ps, struct source *base, const char *path,
    const char *data, size_t len, struct error *e)
{
	const struct source_patch *p = find(ps, path);
	const struct source_entry *en = NULL;
	struct source_patch new = {.path = path, .data = data, .len = len};
	struct error ignored = {0};

	if (p != NULL && !p->removed)
		new.executable = p->executable;
	else if (p == NULL && (en = source_find(base, path, &ignored)) != NULL)
		new.executable = en->mode == 0100755;
	return set(ps, &new, e);
}

/* A file, or all files of a directory. */
static int
remove_path(
    struct patches *ps, struct source *base, const char *path, struct error *e)
{
	struct source_patch gone = {.removed = true};
	const struct source_entry *en;
	size_t len = strlen(path), i, n, hits = 0;

	while (len > 0 && path[len - 1] == '/')
		len--;
	if ((en = source_entries(base, &n, e)) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		if (strncmp(en[i].path, path, len) != 0 ||
		    (en[i].path[len] != '\0' && en[i].path[len] != '/'))
			continue;
		gone.path = en[i].path;
		if (set(ps, &gone, e) != 0)
			return -1;
		hits++;
	}
	return hits > 0 ? 0
			: error_set(e, ERROR_USAGE,
			      "remove: %s is not in the base", path);
}

static int
append(struct patches *ps, struct source *base, const struct expect_pair *pair,
    struct error *e)
{
	int there = is_there(ps, base, pair->path, e);
	const char *old = "";
	size_t len = 0;
	char *new;

	if (there < 0 ||
	    (there == 1 && read_now(ps, base, pair->path, &old, &len, e) != 0))
		return -1;
	if ((new = arena_bytes(ps->arena, len + pair->len + 1)) == NULL)
		return error_memory(e);
	if (len > 0)
		memcpy(new, old, len);
	memcpy(new + len, pair->text, pair->len);
	new[len + pair->len] = '\0';
	return rewrite(ps, base, pair->path, new, len + pair->len, e);
}

static int
edit(struct patches *ps, struct source *base, const struct expect_edit *ed,
    struct error *e)
{
	size_t find_len = strlen(ed->find), put_len = strlen(ed->put);
	size_t len = 0, before;
	const char *old = NULL, *at, *rest;
	char *new;

	if (read_now(ps, base, ed->file, &old, &len, e) != 0)
		return -1;
	at = find_len == 0 ? NULL : memmem(old, len, ed->find, find_len);
	if (at == NULL)
		return error_set(e, ERROR_USAGE,
		    "edit: %s does not hold the text \"%s\"", ed->file,
		    ed->find);
	before = (size_t)(at - old);
	if (memmem(at + 1, len - before - 1, ed->find, find_len) != NULL)
		return error_set(e, ERROR_USAGE,
		    "edit: %s holds the text \"%s\" more than once", ed->file,
		    ed->find);
	new = arena_bytes(ps->arena, len - find_len + put_len + 1);
	if (new == NULL)
		return error_memory(e);
	rest = at + find_len;
	memcpy(new, old, before);
	memcpy(new + before, ed->put, put_len);
	memcpy(new + before + put_len, rest, len - before - find_len);
	len = len - find_len + put_len;
	new[len] = '\0';
	return rewrite(ps, base, ed->file, new, len, e);
}

static int
add_link(struct patches *ps, struct source *base,
    const struct expect_pair *pair, struct error *e)
{
	struct source_patch p = {.path = pair->path, .kind = SOURCE_SYMLINK};
	int there = is_there(ps, base, pair->path, e);

	if (there < 0)
		return -1;
	if (there)
		return error_set(
		    e, ERROR_USAGE, "symlink: %s is there already", pair->path);
	return set(ps, &p, e);
}

int
patches_change(struct patches *ps, struct source *base,
    const struct expect *want, const char *change_dir, struct error *e)
{
	const struct expect_pair *p;
	size_t i;

	for (i = 0; i < want->remove.n; i++)
		if (remove_path(ps, base, want->remove.item[i], e) != 0)
			return -1;
	if (patches_add_dir(ps, change_dir, e) != 0)
		return -1;
	for (i = 0; i < want->raw.n; i++) {
		p = &want->raw.item[i];
		if (rewrite(ps, base, p->path, p->text, p->len, e) != 0)
			return -1;
	}
	for (i = 0; i < want->append.n; i++)
		if (append(ps, base, &want->append.item[i], e) != 0)
			return -1;
	for (i = 0; i < want->symlink.n; i++)
		if (add_link(ps, base, &want->symlink.item[i], e) != 0)
			return -1;
	for (i = 0; i < want->edit.n; i++)
		if (edit(ps, base, &want->edit.item[i], e) != 0)
			return -1;
	return 0;
}

int
patches_open(struct source **out, const struct patches *ps, struct source *base,
    struct error *e)
{
	size_t n;

	if (source_open_overlay(
		out, base, ps->list.item, ps->list.n, NULL, e) != 0)
		return -1;
	/* What cannot be a tree is the scenario's fault, not a verdict. */
	if (source_entries(*out, &n, e) != NULL)
		return 0;
	source_free(*out);
	*out = NULL;
	return -1;
}
