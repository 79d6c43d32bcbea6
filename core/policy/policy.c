#include "policy.h"

#include "schema.h"

#include <string.h>

static const char *const kind_names[] = {
    [NODE_SCALAR] = "text",
    [NODE_LIST] = "a list",
    [NODE_MAP] = "a map",
    [NODE_BAD] = "an alias",
};

const char *
node_kind_name(const struct node *n)
{
	return kind_names[n->kind];
}

const struct node *
node_find(const struct node *map, const char *key)
{
	const struct node *n;

	if (map->kind != NODE_MAP)
		return NULL;
	for (n = map->child; n != NULL; n = n->next)
		if (n->kind == NODE_SCALAR && strcmp(n->text, key) == 0)
			return n->value;
	return NULL;
}

const char *
reader_copy(struct reader *r, const char *text, size_t len)
{
	const char *p = arena_dup(r->arena, text, len);

	if (p == NULL)
		r->memory = true;
	return p;
}

/* A policy of defaults in its own arena, or NULL. */
static struct draft *
draft_new(void)
{
	struct arena *arena = arena_new();
	struct draft *d;

	if (arena == NULL)
		return NULL;
	if ((d = arena_alloc(arena, sizeof(*d))) == NULL) {
		arena_free(arena);
		return NULL;
	}
	d->p.arena = arena;
	d->p.source = "defaults";
	schema_init(&schema_policy, d);
	return d;
}

struct policy *
policy_default(void)
{
	struct draft *d = draft_new();

	return d == NULL ? NULL : &d->p;
}

void
policy_free(struct policy *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

/* Read what READER was given; the outcome is in its faults and memory. */
static void
read_all(struct reader *r)
{
	const struct node *root;

	reader_check_bytes(r);
	if (r->nfaults > 0 || r->memory)
		return;
	if ((root = reader_parse(r)) == NULL)
		return;
	schema_read(r, &schema_policy, root, r->draft);
	hash_table_free(r->targets);
}

int
policy_parse(struct policy **out, const char *data, size_t len,
    const char *name, const struct policy_rules *rules, struct findings *faults,
    struct error *e)
{
	struct draft *d = draft_new();
	struct reader r;

	*out = NULL;
	if (d == NULL)
		return error_memory(e);
	memset(&r, 0, sizeof(r));
	r.arena = d->p.arena;
	r.draft = d;
	r.data = data;
	r.len = len;
	r.rules = rules;
	r.faults = faults;
	r.file = findings_text(faults, "%s", name);
	if ((d->p.source = arena_strdup(r.arena, name)) == NULL)
		r.memory = true;
	else
		read_all(&r);
	fault_sort(&r);
	if (r.memory || faults->lost) {
		policy_free(&d->p);
		return error_memory(e);
	}
	if (r.nfaults > 0) {
		policy_free(&d->p);
		return 1;
	}
	if (hash_sha256_hex(d->p.digest, data, len) != 0) {
		policy_free(&d->p);
		return error_set(e, ERROR_SYSTEM, "SHA-256 is not available");
	}
	*out = &d->p;
	return 0;
}
