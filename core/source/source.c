#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/arena.h"
#include "../base/hash.h"
#include "source_impl.h"

const struct source_limits source_limits_default = {
    .file_bytes = (uint64_t)256 << 20,
    .total_bytes = (uint64_t)2 << 30,
    .entries = 500000,
    .path_bytes = 4095,
};

struct source *
source_new(const struct source_ops *ops, const struct source_limits *limits)
{
	struct source *src;

	if ((src = calloc(1, sizeof(*src))) == NULL)
		return NULL;
	src->ops = ops;
	src->fd = -1;
	src->limits = limits != NULL ? *limits : source_limits_default;
	src->arena = arena_new();
	src->index = hash_table_new(64);
	if (src->arena == NULL || src->index == NULL) {
		source_free(src);
		return NULL;
	}
	return src;
}

void
source_free(struct source *src)
{
	size_t i;

	if (src == NULL)
		return;
	for (i = 0; i < src->n_blob; i++)
		free(src->blob[i].data);
	free(src->blob);
	free(src->entry);
	hash_table_free(src->index);
	arena_free(src->arena);
	if (src->fd >= 0)
		close(src->fd);
	free(src);
}

static int
empty_list(struct source *src, struct error *e)
{
	(void)src;
	(void)e;
	return 0;
}

static int
empty_load(struct source *src, const char *path, uint64_t max, char **data,
    size_t *len, struct error *e)
{
	(void)src;
	(void)max;
	(void)data;
	(void)len;
	return error_set(
	    e, ERROR_USAGE, "%s: no such file", source_show(path).s);
}

int
source_open_empty(struct source **out, struct error *e)
{
	static const struct source_ops ops = {empty_list, NULL, empty_load};

	if ((*out = source_new(&ops, NULL)) == NULL)
		return error_memory(e);
	(*out)->label = "nothing";
	return 0;
}

const char *
source_label(const struct source *src)
{
	return src->label;
}

const char *
source_commit(const struct source *src)
{
	return src->commit[0] != '\0' ? src->commit : NULL;
}

int
source_count(struct source *src, struct error *e)
{
	if (++src->seen <= src->limits.entries)
		return 0;
	return error_set(e, ERROR_SYSTEM,
	    "%s holds more than %lu files and directories",
	    source_show(src->label).s, (unsigned long)src->limits.entries);
}

int
source_add(
    struct source *src, const struct source_entry *entry, struct error *e)
{
	struct source_entry *grown;
	size_t cap;

	if (src->n == src->cap) {
		cap = src->cap == 0 ? 256 : src->cap * 2;
		grown = reallocarray(src->entry, cap, sizeof(*grown));
		if (grown == NULL)
			return error_memory(e);
		src->entry = grown;
		src->cap = cap;
	}
	grown = &src->entry[src->n];
	*grown = *entry;
	if ((grown->path = arena_strdup(src->arena, entry->path)) == NULL)
		return error_memory(e);
	src->n++;
	return 0;
}

int
source_by_path(const void *a, const void *b)
{
	const struct source_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int
list(struct source *src, struct error *e)
{
	if (src->listed)
		return 0;
	if (src->ops->list(src, e) != 0) {
		/* Half a list is none. */
		src->n = 0;
		src->seen = 0;
		return -1;
	}
	if (src->n > 1)
		qsort(src->entry, src->n, sizeof(*src->entry), source_by_path);
	src->listed = true;
	return 0;
}

const struct source_entry *
source_entries(struct source *src, size_t *n, struct error *e)
{
	/* Not NULL when there is none: NULL says that listing failed. */
	static const struct source_entry none;

	*n = 0;
	if (list(src, e) != 0)
		return NULL;
	*n = src->n;
	return src->n == 0 ? &none : src->entry;
}

const struct source_entry *
source_find(struct source *src, const char *path, struct error *e)
{
	struct source_entry key = {.path = path};

	if (source_bad_path(path, src->limits.path_bytes) != NULL)
		return NULL;
	if (!src->listed && src->ops->find != NULL)
		return src->ops->find(src, path, e);
	if (list(src, e) != 0 || src->n == 0)
		return NULL;
	return bsearch(
	    &key, src->entry, src->n, sizeof(*src->entry), source_by_path);
}

int
source_too_big(struct error *e, const char *path, uint64_t size, uint64_t max)
{
	return error_set(e, ERROR_SYSTEM,
	    "%s is %llu bytes: more than the %llu that may be read",
	    source_show(path).s, (unsigned long long)size,
	    (unsigned long long)max);
}

int
source_load(struct source *src, const char *path, char **data, size_t *len,
    struct error *e)
{
	const char *why = source_bad_path(path, src->limits.path_bytes);

	if (why != NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", source_show(path).s, why);
	return src->ops->load(src, path, src->limits.file_bytes, data, len, e);
}

/* Keep BLOB as the bytes of PATH. */
static int
keep(struct source *src, const char *path, struct source_blob blob,
    struct error *e)
{
	struct source_blob *grown;
	const char *key;
	size_t cap;

	if (src->n_blob == src->cap_blob) {
		cap = src->cap_blob == 0 ? 64 : src->cap_blob * 2;
		grown = reallocarray(src->blob, cap, sizeof(*grown));
		if (grown == NULL)
			return error_memory(e);
		src->blob = grown;
		src->cap_blob = cap;
	}
	if ((key = arena_strdup(src->arena, path)) == NULL ||
	    hash_table_put(src->index, key, strlen(key), (uint32_t)src->n_blob,
		NULL) == NULL)
		return error_memory(e);
	src->blob[src->n_blob++] = blob;
	src->total += blob.len;
	return 0;
}

int
source_read(struct source *src, const char *path, const char **data,
    size_t *len, struct error *e)
{
	const char *why = source_bad_path(path, src->limits.path_bytes);
	uint64_t room = src->limits.total_bytes - src->total;
	struct source_blob blob = {NULL, 0};
	uint32_t *have;

	if (why != NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", source_show(path).s, why);
	have = hash_table_find(src->index, path, strlen(path));
	if (have == NULL) {
		if (room > src->limits.file_bytes)
			room = src->limits.file_bytes;
		if (src->ops->load(src, path, room, &blob.data, &blob.len, e) !=
		    0)
			return -1;
		if (keep(src, path, blob, e) != 0) {
			free(blob.data);
			return -1;
		}
	} else {
		blob = src->blob[*have];
	}
	*data = blob.data;
	*len = blob.len;
	return 0;
}
