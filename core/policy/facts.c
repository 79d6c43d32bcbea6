#include "facts.h"

#include "../base/vec.h"
#include "schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8

struct walk {
	struct arena *arena;
	struct vec facts;
	bool lost;
};

static const char *
join(struct walk *w, const char *a, const char *b, const char *c)
{
	char *s = arena_printf(w->arena, "%s%s%s", a, b, c);

	if (s == NULL)
		w->lost = true;
	return s == NULL ? "" : s;
}

static struct policy_fact *
add(struct walk *w, const char *key, const char *subject)
{
	static const struct policy_fact none;
	struct policy_fact *f = vec_add(&w->facts);

	if (f == NULL) {
		w->lost = true;
		return NULL;
	}
	*f = none;
	f->key = key;
	f->subject = subject;
	f->value = "";
	return f;
}

static void
add_value(struct walk *w, const char *key, const char *subject, const json_t *v)
{
	struct policy_fact *f = add(w, key, subject);
	char number[32];

	if (f == NULL)
		return;
	if (json_is_integer(v)) {
		f->is_number = true;
		f->number = json_integer_value(v);
		snprintf(number, sizeof(number), "%" PRId64, f->number);
		f->value = arena_strdup(w->arena, number);
	} else if (json_is_boolean(v)) {
		f->value = json_is_true(v) ? "true" : "false";
	} else {
		f->value = arena_strdup(w->arena,
		    json_string_value(v) == NULL ? "" : json_string_value(v));
	}
	if (f->value == NULL) {
		f->value = "";
		w->lost = true;
	}
}

/* ---- what an entry is called --------------------------------------------- */

static void
describe_value(struct text *t, const json_t *v)
{
	size_t i;

	if (json_is_string(v)) {
		text_str(t, json_string_value(v));
	} else if (json_is_array(v)) {
		for (i = 0; i < json_array_size(v); i++) {
			text_str(t, i == 0 ? "" : ", ");
			describe_value(t, json_array_get(v, i));
		}
	}
}

/*
 * The keys that tell an entry from its neighbours: the first stands alone, the
 * others in brackets behind it.
 */
static const char *
describe(struct walk *w, const json_t *entry)
{
	static const char *const first[] = {
	    "path", "fingerprint", "provider", "rule", "name", NULL};
	static const char *const more[] = {
	    "zone", "name", "view", "types", "address", "url", NULL};
	struct text t = TEXT_INIT;
	const char *s, *head = NULL, *sep = " (";
	const json_t *v;
	size_t i;

	for (i = 0; first[i] != NULL && head == NULL; i++)
		if ((v = json_object_get(entry, first[i])) != NULL) {
			head = first[i];
			describe_value(&t, v);
		}
	for (i = 0; more[i] != NULL; i++) {
		v = json_object_get(entry, more[i]);
		if (v == NULL || (head != NULL && strcmp(head, more[i]) == 0))
			continue;
		text_str(&t, sep);
		describe_value(&t, v);
		sep = ", ";
	}
	if (strcmp(sep, ", ") == 0)
		text_char(&t, ')');
	s = text_lost(&t)
		? NULL
		: arena_strdup(w->arena, t.data == NULL ? "" : t.data);
	w->lost |= s == NULL;
	text_free(&t);
	return s == NULL ? "" : s;
}

/* The second entry of one name is told by its number. */
static const char *
number(struct walk *w, const char *key, const char *subject)
{
	const struct policy_fact *f = w->facts.item;
	char count[32];
	size_t i, n = 1;

	for (i = 0; i < w->facts.n; i++)
		if (f[i].entry && strcmp(f[i].key, key) == 0 &&
		    strncmp(f[i].subject, subject, strlen(subject)) == 0 &&
		    (f[i].subject[strlen(subject)] == '\0' ||
			f[i].subject[strlen(subject)] == '#'))
			n++;
	if (n == 1)
		return subject;
	snprintf(count, sizeof(count), "%zu", n);
	return join(w, subject, "#", count);
}

/* ---- the walk -------------------------------------------------------------
 */

static void walk_map(struct walk *, const struct schema *, const char *prefix,
    const char *subject, const json_t *map, int depth);

static void
walk_entry(struct walk *w, const struct schema *s, const char *key,
    const char *subject, const json_t *entry, int depth)
{
	struct policy_fact *f;

	subject = number(w, key, subject);
	if ((f = add(w, key, subject)) != NULL) {
		f->entry = true;
		f->number = (int64_t)w->facts.n;
	}
	walk_map(w, s, join(w, key, ".", ""), subject, entry, depth + 1);
}

/* Entries inside of an entry are told by both. */
static const char *
inside(struct walk *w, const char *outer, const char *inner)
{
	return outer[0] == '\0' ? inner : join(w, outer, ": ", inner);
}

static void
walk_key(struct walk *w, const struct schema_key *k, const char *key,
    const char *subject, const json_t *v, int depth)
{
	const struct schema *s = k->map;
	const char *name;
	json_t *item;
	size_t i;

	switch (k->shape) {
	case SCHEMA_VALUE:
		add_value(w, key, subject, v);
		break;
	case SCHEMA_VALUES:
		json_array_foreach(v, i, item) add_value(w, key, subject, item);
		break;
	case SCHEMA_MAP:
		walk_map(w, s, join(w, key, ".", ""), subject, v, depth + 1);
		break;
	case SCHEMA_LIST:
		key = join(w, key, "[]", "");
		json_array_foreach(v, i, item) walk_entry(w, s, key,
		    inside(w, subject, describe(w, item)), item, depth);
		break;
	case SCHEMA_NAMED:
		key = join(w, key, ".*", "");
		json_object_foreach((json_t *)(uintptr_t)v, name, item)
		{
			subject = join(w, name, "", "");
			if (s->keys[0].key == NULL)
				add_value(w, key, subject, item);
			else
				walk_entry(w, s, key, subject, item, depth);
		}
		break;
	}
}

static void
walk_map(struct walk *w, const struct schema *s, const char *prefix,
    const char *subject, const json_t *map, int depth)
{
	const json_t *v;
	size_t i;

	if (depth > DEPTH_MAX) {
		w->lost = true;
		return;
	}
	for (i = 0; i < s->nkeys; i++) {
		if ((v = json_object_get(map, s->keys[i].key)) == NULL)
			continue;
		walk_key(w, &s->keys[i], join(w, prefix, s->keys[i].key, ""),
		    subject, v, depth);
	}
}

static int
order(const void *pa, const void *pb)
{
	const struct policy_fact *a = pa, *b = pb;
	int c;

	if ((c = strcmp(a->key, b->key)) != 0 ||
	    (c = strcmp(a->subject, b->subject)) != 0)
		return c;
	return strcmp(a->value, b->value);
}

int
policy_facts(const struct policy *p, struct arena *arena,
    struct policy_fact **out, size_t *n, struct error *e)
{
	struct walk w = {.arena = arena, .facts = VEC_INIT(struct policy_fact)};
	struct text json = TEXT_INIT;
	json_t *map = NULL;

	policy_print_json(p, &json);
	if (!text_lost(&json) && json.data != NULL)
		map = json_loadb(json.data, json.len, 0, NULL);
	text_free(&json);
	if (map == NULL)
		return error_memory(e);
	walk_map(&w, &schema_policy, "", "", map, 0);
	json_decref(map);
	*n = w.facts.n;
	*out = arena_calloc(arena, w.facts.n + 1, sizeof(**out));
	if (*out == NULL || w.lost) {
		vec_free(&w.facts);
		return error_memory(e);
	}
	if (w.facts.n != 0)
		memcpy(*out, w.facts.item, w.facts.n * sizeof(**out));
	vec_free(&w.facts);
	qsort(*out, *n, sizeof(**out), order);
	return 0;
}

/* ---- the keys -------------------------------------------------------------
 */

static void
each_key(const struct schema *s, const char *prefix,
    void (*fn)(void *ctx, const char *key), void *ctx, int depth)
{
	const struct schema_key *k;
	char key[256];
	size_t i;

	for (i = 0; i < s->nkeys && depth <= DEPTH_MAX; i++) {
		k = &s->keys[i];
		if (k->key == NULL)
			continue;
		snprintf(key, sizeof(key), "%s%s%s", prefix, k->key,
		    k->shape == SCHEMA_LIST    ? "[]"
		    : k->shape == SCHEMA_NAMED ? ".*"
					       : "");
		if (k->shape != SCHEMA_MAP)
			fn(ctx, key);
		if (k->map == NULL)
			continue;
		strncat(key, ".", sizeof(key) - strlen(key) - 1);
		each_key(k->map, key, fn, ctx, depth + 1);
	}
}

void
policy_fact_keys(void (*fn)(void *ctx, const char *key), void *ctx)
{
	each_key(&schema_policy, "", fn, ctx, 0);
}
