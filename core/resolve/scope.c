#include "scope.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "lookup.h"

/* Room for one more object of SIZE; the array P is on the heap. */
static int
room(struct scope *s, void **p, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 256 : *cap * 2;
	void *new;

	if (n < *cap)
		return 0;
	if (n >= UINT32_MAX || more > SIZE_MAX / size ||
	    (new = realloc(*p, more * size)) == NULL)
		return error_memory(s->e);
	*p = new;
	*cap = more;
	return 0;
}

/* What a name is noted for; a larger number is the address of a zone. */
enum {
	NOTE_EXACT,
	NOTE_BELOW,
	NOTE_TOUCHED,
};

/* Note (VIEW, TAG, NAME) in T: 1 if it is new there, 0 if not, -1 error. */
static int
note(struct scope *s, struct hash_table *t, uint16_t view, uint64_t tag,
    const uint8_t *name)
{
	uint8_t key[NAME_MAX_LEN + sizeof(view) + sizeof(tag)];
	size_t len = name_len(name);
	const uint8_t *kept;

	memcpy(key, name, len);
	memcpy(key + len, &view, sizeof(view));
	len += sizeof(view);
	memcpy(key + len, &tag, sizeof(tag));
	len += sizeof(tag);
	if (hash_table_find(t, key, len) != NULL)
		return 0;
	if ((kept = arena_dup(s->arena, key, len)) == NULL ||
	    hash_table_put(t, kept, len, 0, NULL) == NULL)
		return error_memory(s->e);
	return 1;
}

int
scope_add_candidate(
    struct scope *s, uint16_t view, const uint8_t *name, struct cause cause)
{
	struct candidate *c;
	uint8_t key[NAME_MAX_KEY];
	void *p = s->candidate;
	int rc = note(s, s->seen_candidates, view, NOTE_EXACT, name);

	if (rc <= 0)
		return rc;
	if (room(s, &p, s->ncandidates, &s->candidate_cap, sizeof(*c)) != 0)
		return -1;
	s->candidate = p;
	c = &s->candidate[s->ncandidates++];
	c->key_len = (uint16_t)name_key(key, name);
	c->key = arena_dup(s->arena, key, c->key_len);
	c->name = arena_dup(s->arena, name, name_len(name));
	c->view = view;
	c->direct = !s->second;
	c->cause = cause;
	return c->key == NULL || c->name == NULL ? error_memory(s->e) : 0;
}

int
scope_add_node(
    struct scope *s, uint16_t view, const uint8_t *name, struct cause cause)
{
	uint8_t wild[NAME_MAX_LEN] = {1, '*'};
	size_t len = name_len(name);

	if (scope_add_candidate(s, view, name, cause) != 0)
		return -1;
	if (len + 2 > sizeof(wild))
		return 0;
	memcpy(wild + 2, name, len);
	return scope_add_candidate(s, view, wild, cause);
}

int
scope_walk(struct scope *s, uint16_t view, const struct zone *z,
    const uint8_t *top, struct cause cause)
{
	uint32_t i = zone_lower_bound(z, top);
	size_t end = name_len(top);
	const uint8_t *name;

	for (; i < z->nowners && name_is_under(z->owner[i].name, top); i++) {
		for (name = z->owner[i].name;; name = name_parent(name)) {
			if (scope_add_node(s, view, name, cause) != 0)
				return -1;
			if (name_len(name) <= end)
				break;
		}
	}
	return 0;
}

int
scope_add_region(struct scope *s, uint16_t view, const uint8_t *name,
    bool below, struct cause cause)
{
	struct region *r;
	void *p = s->region;
	int rc = note(
	    s, s->seen_regions, view, below ? NOTE_BELOW : NOTE_EXACT, name);

	if (rc <= 0)
		return rc;
	if (room(s, &p, s->nregions, &s->region_cap, sizeof(*r)) != 0)
		return -1;
	s->region = p;
	r = &s->region[s->nregions++];
	r->name = arena_dup(s->arena, name, name_len(name));
	r->view = view;
	r->below = below;
	r->cause = cause;
	return r->name == NULL ? error_memory(s->e) : 0;
}

int
scope_first_touch(struct scope *s, uint16_t view, const uint8_t *name)
{
	return note(s, s->seen_regions, view, NOTE_TOUCHED, name);
}

int
scope_first_walk(
    struct scope *s, uint16_t view, const uint8_t *name, const struct zone *z)
{
	return note(s, s->seen_regions, view, (uint64_t)(uintptr_t)z, name);
}

int
scope_zone(struct scope *s, int side, uint16_t view, const uint8_t *name,
    const struct zone **out)
{
	struct zoneset *set = side == 0 ? s->args->old : s->args->new;
	uint32_t i = zoneset_closest(set, s->view[view].name, name);

	*out = NULL;
	if (i == ZONE_NONE)
		return 0;
	if ((*out = zoneset_zone(set, i, NULL, s->e)) == NULL)
		return -1;
	if ((*out)->broken)
		return error_set(s->e, ERROR_SYSTEM,
		    "%s has syntax errors: its answers are not known",
		    zoneset_entry(set, i)->path);
	return 1;
}

static int
compare(const void *pa, const void *pb)
{
	const struct candidate *a = pa, *b = pb;
	size_t n = a->key_len < b->key_len ? a->key_len : b->key_len;
	int c;

	if (a->view != b->view)
		return a->view < b->view ? -1 : 1;
	c = memcmp(a->key, b->key, n);
	return c != 0 ? c : (int)a->key_len - (int)b->key_len;
}

static int
add_changed_aliases(struct scope *s)
{
	const struct collateral_args *a = s->args;
	size_t i;

	for (i = 0; i < a->nzones; i++) {
		const struct collateral_zone *z = &a->zone[i];

		if ((z->diff->old != NULL && alias_index_add(s->aliases,
						 z->view, z->diff->old) != 0) ||
		    (z->diff->new !=
			NULL &&alias_index_add(
			    s->aliases, z->view, z->diff->new) != 0))
			return error_memory(s->e);
	}
	return 0;
}

int
scope_fill(struct scope *s, const struct collateral_args *args, struct error *e)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->args = args;
	s->e = e;
	s->arena = arena_new();
	s->aliases = alias_index_new();
	s->seen_candidates = hash_table_new(256);
	s->seen_regions = hash_table_new(256);
	if (s->arena == NULL || s->aliases == NULL ||
	    s->seen_candidates == NULL || s->seen_regions == NULL)
		return error_memory(e);
	if (scope_views(s) != 0 || add_changed_aliases(s) != 0)
		return -1;
	for (i = 0; i < args->nzones; i++)
		if (scope_changed_zone(s, &args->zone[i]) != 0)
			return -1;
	/* Once more along aliases, so that direct causes come first. */
	s->second = true;
	for (i = 0; i < args->nzones; i++)
		if (scope_changed_zone(s, &args->zone[i]) != 0)
			return -1;
	if (scope_aliases(s) != 0)
		return -1;
	if (s->ncandidates > 0)
		qsort(s->candidate, s->ncandidates, sizeof(*s->candidate),
		    compare);
	return 0;
}

void
scope_free(struct scope *s)
{
	arena_free(s->arena);
	alias_index_free(s->aliases);
	hash_table_free(s->seen_candidates);
	hash_table_free(s->seen_regions);
	free(s->candidate);
	free(s->region);
}
