#include "zoneset.h"

#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../dns/name.h"

struct zoneset {
	struct arena *arena;
	struct source *source;
	enum zone_dialect dialect;
	struct zone_limits limits;
	struct zoneset_entry *entry;
	uint32_t n, cap;
	struct hash_table *index; /* view NUL apex -> entry */
};

/* Longest key: a view of any length is cut by zoneset_add(). */
#define VIEW_MAX 64
#define KEY_MAX (VIEW_MAX + 1 + NAME_MAX_LEN)

static size_t
make_key(uint8_t out[KEY_MAX], const char *view, const uint8_t *apex)
{
	size_t v = strlen(view), n = name_len(apex);

	if (v >= VIEW_MAX)
		return 0;
	memcpy(out, view, v + 1);
	memcpy(out + v + 1, apex, n);
	return v + 1 + n;
}

struct zoneset *
zoneset_new(struct source *source, enum zone_dialect dialect,
    const struct zone_limits *limits)
{
	struct zoneset *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	s->source = source;
	s->dialect = dialect;
	s->limits = limits != NULL ? *limits : zone_limits_default;
	s->arena = arena_new();
	s->index = hash_table_new(64);
	if (s->arena == NULL || s->index == NULL) {
		zoneset_free(s);
		return NULL;
	}
	return s;
}

void
zoneset_free(struct zoneset *s)
{
	uint32_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		zone_free(s->entry[i].zone);
	free(s->entry);
	hash_table_free(s->index);
	arena_free(s->arena);
	free(s);
}

int
zoneset_add(struct zoneset *s, const uint8_t *apex, const char *view,
    const char *path, const void *tag, const char **other)
{
	struct zoneset_entry *e;
	uint8_t key[KEY_MAX], *kept;
	size_t len = make_key(key, view, apex);
	uint32_t *at, cap;

	if (other != NULL)
		*other = NULL;
	if (len == 0)
		return -1;
	if ((at = hash_table_find(s->index, key, len)) != NULL) {
		if (other != NULL)
			*other = s->entry[*at].path;
		return 1;
	}
	if (s->n == s->cap) {
		cap = s->cap == 0 ? 64 : s->cap * 2;
		e = realloc(s->entry, cap * sizeof(*e));
		if (e == NULL)
			return -1;
		s->entry = e;
		s->cap = cap;
	}
	e = &s->entry[s->n];
	memset(e, 0, sizeof(*e));
	if ((kept = arena_dup(s->arena, key, len)) == NULL ||
	    (e->path = arena_strdup(s->arena, path)) == NULL)
		return -1;
	e->view = (const char *)kept;
	e->apex = kept + strlen(view) + 1;
	e->tag = tag;
	if (hash_table_put(s->index, kept, len, s->n, NULL) == NULL)
		return -1;
	s->n++;
	return 0;
}

uint32_t
zoneset_count(const struct zoneset *s)
{
	return s->n;
}

const struct zoneset_entry *
zoneset_entry(const struct zoneset *s, uint32_t i)
{
	return &s->entry[i];
}

uint32_t
zoneset_find(const struct zoneset *s, const char *view, const uint8_t *apex)
{
	uint8_t key[KEY_MAX];
	size_t len = make_key(key, view, apex);
	uint32_t *at = len == 0 ? NULL : hash_table_find(s->index, key, len);

	return at == NULL ? ZONE_NONE : *at;
}

uint32_t
zoneset_closest(const struct zoneset *s, const char *view, const uint8_t *name)
{
	uint32_t i;

	for (;; name = name_parent(name)) {
		i = zoneset_find(s, view, name);
		if (i != ZONE_NONE || name_is_root(name))
			return i;
	}
}

const struct zone *
zoneset_zone(
    struct zoneset *s, uint32_t i, struct findings *fs, struct error *e)
{
	struct zoneset_entry *en = &s->entry[i];
	struct zone_load_args args = {.source = s->source,
	    .path = en->path,
	    .apex = en->apex,
	    .dialect = s->dialect,
	    .limits = &s->limits};
	struct arena *scratch = NULL;
	struct findings unused;
	int rc;

	if (en->zone != NULL)
		return en->zone;
	if (en->failed) {
		error_set(e, ERROR_SYSTEM, "%s could not be read", en->path);
		return NULL;
	}
	if (fs == NULL) {
		if ((scratch = arena_new()) == NULL) {
			error_memory(e);
			return NULL;
		}
		findings_init(&unused, scratch);
	}
	rc = zone_load(&en->zone, &args, fs != NULL ? fs : &unused, e);
	if (fs == NULL) {
		findings_free(&unused);
		arena_free(scratch);
	}
	if (rc != 0) {
		en->failed = true;
		en->zone = NULL;
	}
	return en->zone;
}

void
zoneset_put(struct zoneset *s, uint32_t i, struct zone *zone)
{
	zone_free(s->entry[i].zone);
	s->entry[i].zone = zone;
	s->entry[i].failed = false;
}
