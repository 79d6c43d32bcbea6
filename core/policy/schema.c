#include "schema.h"

#include <string.h>

static void
put(void *object, size_t offset, const void *value, size_t size)
{
	memcpy((char *)object + offset, value, size);
}

static const void *
field(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

/* An array and its count, as the two fields of KEY say. */
static const char *
array(const struct schema_key *k, const void *object, size_t *n)
{
	const char *p;

	memcpy(&p, field(object, k->offset), sizeof(p));
	memcpy(n, field(object, k->count), sizeof(*n));
	return p;
}

void
schema_init(const struct schema *s, void *object)
{
	size_t i;

	if (s->init != NULL)
		s->init(object);
	for (i = 0; i < s->nkeys; i++)
		if (s->keys[i].shape == SCHEMA_MAP)
			schema_init(
			    s->keys[i].map, (char *)object + s->keys[i].offset);
}

bool
schema_scalar(struct reader *r, const struct node *n, const char *what,
    const char *expected)
{
	static const char *const null[] = {"", "~", "null", "Null", "NULL"};
	struct finding *f;
	size_t i;

	if (n == NULL || n->kind == NODE_BAD)
		return false;
	if (n->kind != NODE_SCALAR) {
		f = fault(r, n, "`%s` must be one value, not %s", what,
		    node_kind_name(n));
		f->expected = expected;
		f->help =
		    n->kind == NODE_LIST
			? "write the value without brackets or dash"
			: "write the value without braces or keys of its own";
		return false;
	}
	for (i = 0; n->plain && i < sizeof(null) / sizeof(null[0]); i++)
		if (strcmp(n->text, null[i]) == 0) {
			f = fault(r, n, "`%s` has no value", what);
			f->expected = expected;
			f->help = "write a value, or leave the key out";
			return false;
		}
	return true;
}

/* Is N the container that KEY needs? */
static bool
is_kind(struct reader *r, const struct node *n, const char *what,
    enum node_kind kind)
{
	bool map = kind == NODE_MAP;
	struct finding *f;

	if (n == NULL || n->kind == NODE_BAD)
		return false;
	if (n->kind == kind)
		return true;
	if (n->kind == NODE_SCALAR && n->plain && n->len == 0)
		f = fault(r, n, "`%s` has no value", what);
	else
		f = fault(r, n, "`%s` must be a %s, not %s", what,
		    map ? "map" : "list", node_kind_name(n));
	f->expected = map ? "key: value" : "[a, b] or lines with a dash";
	f->help = map ? "write its keys indented below it, or {} for none"
		      : "write [value] for a list of one value";
	return false;
}

static bool
read_value(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *what, void *slot)
{
	return schema_scalar(r, n, what, k->type->expected) &&
	       k->type->set(r, k, n, slot);
}

/* Report what stands twice in a list of values. */
static void
check_repeats(
    struct reader *r, const struct schema_key *k, const struct node *list)
{
	struct hash_table *seen = hash_table_new(list->n);
	const struct node *n;
	uint32_t *line;
	int added;

	for (n = list->child; n != NULL && seen != NULL; n = n->next) {
		if (n->kind != NODE_SCALAR)
			continue;
		line = hash_table_put(seen, n->text, n->len, n->line, &added);
		if (line == NULL)
			r->memory = true;
		else if (!added)
			fault(r, n, "`%.*s` is in `%s` twice", CUT(n), k->key)
			    ->help = findings_text(r->faults,
			    "remove one: the first is on line %u", *line);
	}
	if (seen == NULL)
		r->memory = true;
	hash_table_free(seen);
}

static void
check_filled(struct reader *r, const struct schema_key *k, const struct node *n)
{
	if (n->n == 0 && (k->required || k->filled))
		fault(r, n, "`%s` is empty", k->key)->help =
		    k->required ? "name at least one"
				: "name at least one, or leave the key out";
}

static void
read_values(struct reader *r, const struct schema_key *k,
    const struct node *list, void *object)
{
	const struct node *n;
	size_t count = 0;
	char *p;

	if (!is_kind(r, list, k->key, NODE_LIST))
		return;
	check_filled(r, k, list);
	check_repeats(r, k, list);
	p = arena_calloc(r->arena, list->n + 1, k->type->size);
	if (p == NULL) {
		r->memory = true;
		return;
	}
	for (n = list->child; n != NULL; n = n->next)
		if (read_value(r, k, n, k->key, p + count * k->type->size))
			count++;
	put(object, k->offset, &p, sizeof(p));
	put(object, k->count, &count, sizeof(count));
}

static void
read_list(struct reader *r, const struct schema_key *k, const struct node *list,
    void *object)
{
	const struct schema *s = k->map;
	const struct node *n;
	size_t count = 0;
	char *p;

	if (!is_kind(r, list, k->key, NODE_LIST))
		return;
	check_filled(r, k, list);
	if ((p = arena_calloc(r->arena, list->n + 1, s->size)) == NULL) {
		r->memory = true;
		return;
	}
	for (n = list->child; n != NULL; n = n->next, count++) {
		schema_init(s, p + count * s->size);
		schema_read(r, s, n, p + count * s->size);
	}
	put(object, k->offset, &p, sizeof(p));
	put(object, k->count, &count, sizeof(count));
}

/* A key of a map with free keys: is it there already? */
static bool
is_repeated(struct reader *r, struct hash_table *seen, const struct node *key)
{
	uint32_t *line;
	int added;

	line = hash_table_put(seen, key->text, key->len, key->line, &added);
	if (line == NULL) {
		r->memory = true;
		return false;
	}
	if (added)
		return false;
	fault(r, key, "duplicate key `%.*s`", CUT(key))->help = findings_text(
	    r->faults, "remove one: the first is on line %u", *line);
	return true;
}

static void
read_named_entry(struct reader *r, const struct schema_key *k,
    const struct node *key, void *object)
{
	const struct schema *s = k->map;
	struct schema_key name = {.key = k->key, .max = 63};
	struct schema_key bare = s->keys[0];

	schema_init(s, object);
	if (schema_scalar(r, key, k->key, NULL))
		s->named->set(r, &name, key, (char *)object + s->name);
	if (s->line != SCHEMA_NONE)
		put(object, s->line, &key->line, sizeof(key->line));
	if (bare.key == NULL) {
		bare.key = key->text;
		read_value(r, &bare, key->value, key->text,
		    (char *)object + bare.offset);
		if (s->check != NULL)
			s->check(r, key, object);
	} else if (is_kind(r, key->value, key->text, NODE_MAP)) {
		schema_read(r, s, key->value, object);
		if (s->line != SCHEMA_NONE)
			put(object, s->line, &key->line, sizeof(key->line));
	}
}

static void
read_named(struct reader *r, const struct schema_key *k, const struct node *map,
    void *object)
{
	const struct schema *s = k->map;
	struct hash_table *seen;
	const struct node *key;
	size_t count = 0;
	char *p;

	if (!is_kind(r, map, k->key, NODE_MAP))
		return;
	if (k->max != 0 && map->n > k->max) {
		fault(r, map, "more than %u entries in `%s`", (unsigned)k->max,
		    k->key);
		return;
	}
	p = arena_calloc(r->arena, map->n + 1, s->size);
	if (p == NULL || (seen = hash_table_new(map->n)) == NULL) {
		r->memory = true;
		return;
	}
	for (key = map->child; key != NULL; key = key->next)
		if (key->kind == NODE_SCALAR && !is_repeated(r, seen, key))
			read_named_entry(r, k, key, p + s->size * count++);
	hash_table_free(seen);
	put(object, k->offset, &p, sizeof(p));
	put(object, k->count, &count, sizeof(count));
}

static void
unknown_key(struct reader *r, const struct schema *s, const struct node *key)
{
	struct closest c = closest_start(r, key->text);
	struct finding *f;
	struct text known = TEXT_INIT;
	size_t i;

	for (i = 0; i < s->nkeys; i++) {
		closest_try(&c, s->keys[i].key);
		text_printf(&known, "%s%s", i == 0 ? "known here: " : ", ",
		    s->keys[i].key);
	}
	f = fault(r, key, "unknown key `%.*s` in %s", CUT(key), s->what);
	f->help = closest_help(r, &c,
	    findings_text(
		r->faults, "%s", text_lost(&known) ? "" : known.data));
	if (text_lost(&known))
		r->memory = true;
	text_free(&known);
}

static void
missing_key(struct reader *r, const struct schema *s,
    const struct schema_key *k, const struct node *map)
{
	/* A block map has no bracket to point at: take its first key. */
	const struct node *at = map->child != NULL &&
					map->child->offset == map->offset
				    ? map->child
				    : map;

	fault(r, at, "%s needs the key `%s`", s->what, k->key)->help =
	    findings_text(r->faults, "add `%s: …`", k->key);
}

static void
read_key(struct reader *r, const struct schema_key *k, const struct node *n,
    void *object)
{
	switch (k->shape) {
	case SCHEMA_VALUE:
		read_value(r, k, n, k->key, (char *)object + k->offset);
		break;
	case SCHEMA_VALUES:
		read_values(r, k, n, object);
		break;
	case SCHEMA_MAP:
		if (is_kind(r, n, k->key, NODE_MAP))
			schema_read(r, k->map, n, (char *)object + k->offset);
		break;
	case SCHEMA_LIST:
		read_list(r, k, n, object);
		break;
	case SCHEMA_NAMED:
		read_named(r, k, n, object);
		break;
	}
}

/* Sort the keys of MAP into the places of the schema. */
static void
find_keys(struct reader *r, const struct schema *s, const struct node *map,
    const struct node *found[SCHEMA_MAX_KEYS])
{
	const struct node *key;
	size_t i;

	for (key = map->child; key != NULL; key = key->next) {
		if (key->kind != NODE_SCALAR)
			continue;
		for (i = 0; i < s->nkeys; i++)
			if (strcmp(s->keys[i].key, key->text) == 0)
				break;
		if (i == s->nkeys)
			unknown_key(r, s, key);
		else if (found[i] == NULL)
			found[i] = key;
		else
			fault(r, key, "duplicate key `%s`", key->text)->help =
			    findings_text(r->faults,
				"remove one: the first is on line %u",
				found[i]->line);
	}
}

void
schema_read(struct reader *r, const struct schema *s, const struct node *map,
    void *object)
{
	const struct node *found[SCHEMA_MAX_KEYS] = {NULL};
	size_t i;

	if (map->kind == NODE_BAD)
		return;
	if (map->kind != NODE_MAP) {
		fault(r, map, "%s must be a map, not %s", s->what,
		    node_kind_name(map))
		    ->help = "write `key: value` lines";
		return;
	}
	if (s->line != SCHEMA_NONE)
		put(object, s->line, &map->line, sizeof(map->line));
	find_keys(r, s, map, found);
	/* In the order of the schema: what is referred to is read first. */
	for (i = 0; i < s->nkeys && !r->memory; i++) {
		if (found[i] != NULL)
			read_key(r, &s->keys[i], found[i]->value, object);
		else if (s->keys[i].required)
			missing_key(r, s, &s->keys[i], map);
	}
	if (s->check != NULL && !r->memory)
		s->check(r, map, object);
}

static json_t *
list_json(const struct schema_key *k, const void *object)
{
	json_t *list, *item;
	size_t n, i, size;
	const char *p = array(k, object, &n);

	if (n == 0)
		return json_null();
	size = k->map != NULL ? k->map->size : k->type->size;
	list = json_array();
	for (i = 0; i < n; i++, p += size) {
		item = k->map != NULL ? schema_json(k->map, p)
				      : k->type->get(k, p);
		if (json_array_append_new(list, item) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
named_json(const struct schema_key *k, const void *object)
{
	const struct schema *s = k->map;
	json_t *map, *item;
	const char *p, *name;
	size_t n, i;

	p = array(k, object, &n);
	if (n == 0)
		return json_null();
	map = json_object();
	for (i = 0; i < n; i++, p += s->size) {
		memcpy(&name, p + s->name, sizeof(name));
		item = s->keys[0].key == NULL
			   ? s->keys[0].type->get(
				 &s->keys[0], p + s->keys[0].offset)
			   : schema_json(s, p);
		if (json_object_set_new(map, name, item) != 0) {
			json_decref(map);
			return NULL;
		}
	}
	return map;
}

static json_t *
map_json(const struct schema_key *k, const void *object)
{
	const void *at = field(object, k->offset);

	if (k->map->absent != NULL && k->map->absent(at))
		return json_null();
	return schema_json(k->map, at);
}

static json_t *
key_json(const struct schema_key *k, const void *object)
{
	switch (k->shape) {
	case SCHEMA_VALUE:
		return k->type->get(k, field(object, k->offset));
	case SCHEMA_VALUES:
	case SCHEMA_LIST:
		return list_json(k, object);
	case SCHEMA_MAP:
		return map_json(k, object);
	case SCHEMA_NAMED:
		return named_json(k, object);
	}
	return NULL;
}

json_t *
schema_json(const struct schema *s, const void *object)
{
	json_t *map = json_object(), *value;
	size_t i;

	for (i = 0; i < s->nkeys; i++) {
		value = key_json(&s->keys[i], object);
		if (json_is_null(value))
			continue;
		if (json_object_set_new(map, s->keys[i].key, value) != 0) {
			json_decref(map);
			return NULL;
		}
	}
	return map;
}
