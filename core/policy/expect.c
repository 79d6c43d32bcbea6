#include "expect.h"

#include <stdint.h>
#include <string.h>
#include <yaml.h>

/* What a parse carries along. */
struct reader {
	yaml_document_t doc;
	struct arena *arena;
	const char *name;
	struct error *e;
};

typedef int (*read_fn)(struct reader *, const yaml_node_t *, void *to);

/* A key of a mapping: where its value goes and how it is read. */
struct key {
	const char *name;
	read_fn read;
	size_t offset;
	bool required;
};

static int
fault(struct reader *r, const yaml_node_t *node, const char *what)
{
	error_set(r->e, ERROR_USAGE, "%s", what);
	return error_at(r->e, r->name, (uint32_t)node->start_mark.line + 1,
	    (uint32_t)node->start_mark.column + 1);
}

static int
fault_key(struct reader *r, const yaml_node_t *node, const char *what,
    const char *key)
{
	error_set(r->e, ERROR_USAGE, "%s: %s", what, key);
	return error_at(r->e, r->name, (uint32_t)node->start_mark.line + 1,
	    (uint32_t)node->start_mark.column + 1);
}

static const yaml_node_t *
node_at(struct reader *r, int index)
{
	return yaml_document_get_node(&r->doc, index);
}

/* The scalar's text, without NUL inside; NULL with E set otherwise. */
static const char *
scalar(struct reader *r, const yaml_node_t *node)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE) {
		fault(r, node, "a text was expected here");
		return NULL;
	}
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length) {
		fault(r, node, "a NUL byte in the text");
		return NULL;
	}
	text = arena_strdup(r->arena, text);
	if (text == NULL)
		error_memory(r->e);
	return text;
}

static int
read_text(struct reader *r, const yaml_node_t *node, void *to)
{
	const char *text = scalar(r, node);

	if (text == NULL)
		return -1;
	*(const char **)to = text;
	return 0;
}

static int
read_status(struct reader *r, const yaml_node_t *node, void *to)
{
	const char *text = scalar(r, node);

	if (text == NULL)
		return -1;
	if (text[0] < '0' || text[0] > '3' || text[1] != '\0')
		return fault(r, node, "status is 0, 1, 2 or 3");
	*(int *)to = text[0] - '0';
	return 0;
}

static int
read_bool(struct reader *r, const yaml_node_t *node, void *to)
{
	const char *text = scalar(r, node);

	if (text == NULL)
		return -1;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return fault(r, node, "true or false was expected here");
	*(bool *)to = text[0] == 't';
	return 0;
}

static size_t
children(const yaml_node_t *node)
{
	return (size_t)(node->data.sequence.items.top -
			node->data.sequence.items.start);
}

static int
read_list(struct reader *r, const yaml_node_t *node, void *to)
{
	struct expect_list *list = to;
	const char **item;
	size_t i;

	if (node->type != YAML_SEQUENCE_NODE)
		return fault(r, node, "a list was expected here");
	item = arena_calloc(r->arena, children(node) + 1, sizeof(*item));
	if (item == NULL)
		return error_memory(r->e);
	for (i = 0; i < children(node); i++) {
		item[i] = scalar(
		    r, node_at(r, node->data.sequence.items.start[i]));
		if (item[i] == NULL)
			return -1;
	}
	list->item = item;
	list->n = i;
	return 0;
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/*
 * Turn \xNN (two lower-case digits) into that byte; every other backslash
 * stands for itself, so that zone text needs no second layer of escapes.
 */
static size_t
unescape(char *text)
{
	char *in = text, *out = text;

	while (*in != '\0') {
		if (in[0] == '\\' && in[1] == 'x' && hex_digit(in[2]) >= 0 &&
		    hex_digit(in[3]) >= 0) {
			*out++ = (char)(hex_digit(in[2]) * 16 +
					hex_digit(in[3]));
			in += 4;
		} else
			*out++ = *in++;
	}
	*out = '\0';
	return (size_t)(out - text);
}

static int
read_pairs(struct reader *r, const yaml_node_t *node, void *to)
{
	struct expect_pairs *pairs = to;
	struct expect_pair *item;
	const yaml_node_pair_t *p;
	const char *path, *text;
	size_t n;

	if (node->type != YAML_MAPPING_NODE)
		return fault(r, node, "a mapping of paths was expected here");
	n = (size_t)(node->data.mapping.pairs.top -
		     node->data.mapping.pairs.start);
	item = arena_calloc(r->arena, n + 1, sizeof(*item));
	if (item == NULL)
		return error_memory(r->e);
	pairs->item = item;
	for (p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top; p++, item++) {
		if ((path = scalar(r, node_at(r, p->key))) == NULL ||
		    (text = scalar(r, node_at(r, p->value))) == NULL)
			return -1;
		if (unescape((char *)path) != strlen(path))
			return fault(r, node_at(r, p->key), "NUL in a path");
		item->path = path;
		item->len = unescape((char *)text);
		item->text = text;
		pairs->n++;
	}
	return 0;
}

/* Read the mapping NODE by the table KEYS (ended by a NULL name) into TO. */
static int
read_mapping(
    struct reader *r, const yaml_node_t *node, const struct key *keys, void *to)
{
	const yaml_node_pair_t *p;
	const struct key *k;
	const char *name;
	uint64_t seen = 0, bit;

	if (node->type != YAML_MAPPING_NODE)
		return fault(r, node, "a mapping was expected here");
	for (p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top; p++) {
		if ((name = scalar(r, node_at(r, p->key))) == NULL)
			return -1;
		for (k = keys; k->name != NULL; k++)
			if (strcmp(k->name, name) == 0)
				break;
		if (k->name == NULL)
			return fault_key(
			    r, node_at(r, p->key), "unknown key", name);
		bit = (uint64_t)1 << (k - keys);
		if (seen & bit)
			return fault_key(
			    r, node_at(r, p->key), "key given twice", name);
		seen |= bit;
		if (k->read(r, node_at(r, p->value), (char *)to + k->offset) ==
		    -1)
			return -1;
	}
	for (k = keys; k->name != NULL; k++)
		if (k->required && !(seen & (uint64_t)1 << (k - keys)))
			return fault_key(r, node, "missing key", k->name);
	return 0;
}

/* A list of mappings: SIZE bytes each, returned in *ITEMS. */
static int
read_records(struct reader *r, const yaml_node_t *node, const struct key *keys,
    size_t size, void **items, size_t *n)
{
	size_t i;

	if (node->type != YAML_SEQUENCE_NODE)
		return fault(r, node, "a list was expected here");
	*items = arena_calloc(r->arena, children(node) + 1, size);
	if (*items == NULL)
		return error_memory(r->e);
	for (i = 0; i < children(node); i++)
		if (read_mapping(r,
			node_at(r, node->data.sequence.items.start[i]), keys,
			(char *)*items + i * size) == -1)
			return -1;
	*n = i;
	return 0;
}

static const struct key edit_keys[] = {
    {"file", read_text, offsetof(struct expect_edit, file), true},
    {"find", read_text, offsetof(struct expect_edit, find), true},
    {"put", read_text, offsetof(struct expect_edit, put), true},
    {NULL, NULL, 0, false},
};

static int
read_edits(struct reader *r, const yaml_node_t *node, void *to)
{
	struct expect_edits *edits = to;
	void *items = NULL;
	int rc;

	rc = read_records(
	    r, node, edit_keys, sizeof(struct expect_edit), &items, &edits->n);
	edits->item = items;
	return rc;
}

static const struct key sign_keys[] = {
    {"file", read_text, offsetof(struct expect_sign, file), true},
    {"zone", read_text, offsetof(struct expect_sign, zone), true},
    {"tool", read_text, offsetof(struct expect_sign, tool), true},
    {"side", read_text, offsetof(struct expect_sign, side), true},
    {"denial", read_text, offsetof(struct expect_sign, denial), false},
    {"start", read_text, offsetof(struct expect_sign, start), false},
    {"end", read_text, offsetof(struct expect_sign, end), false},
    {NULL, NULL, 0, false},
};

static int
one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(text, *words) == 0)
			return 1;
	return 0;
}

static int
read_signs(struct reader *r, const yaml_node_t *node, void *to)
{
	static const char *const tools[] = {
	    "zonegate", "dnssec-signzone", NULL};
	static const char *const sides[] = {"base", "change", "both", NULL};
	static const char *const denials[] = {"nsec", "nsec3", NULL};
	struct expect_signs *signs = to;
	struct expect_sign *s;
	void *items = NULL;
	size_t i;

	if (read_records(r, node, sign_keys, sizeof(struct expect_sign), &items,
		&signs->n) == -1)
		return -1;
	signs->item = s = items;
	for (i = 0; s != NULL && i < signs->n; i++, s++) {
		if (s->denial == NULL)
			s->denial = "nsec";
		if (!one_of(s->tool, tools))
			return fault_key(r, node, "unknown tool", s->tool);
		if (!one_of(s->side, sides))
			return fault_key(r, node, "unknown side", s->side);
		if (!one_of(s->denial, denials))
			return fault_key(r, node, "unknown denial", s->denial);
	}
	return 0;
}

static const struct key expect_keys[] = {
    {"about", read_text, offsetof(struct expect, about), true},
    {"like", read_text, offsetof(struct expect, like), false},
    {"status", read_status, offsetof(struct expect, status), true},
    {"rules", read_list, offsetof(struct expect, rules), false},
    {"only", read_bool, offsetof(struct expect, only), false},
    {"moves", read_bool, offsetof(struct expect, moves), false},
    {"at", read_text, offsetof(struct expect, at), false},
    {"before", read_text, offsetof(struct expect, before), false},
    {"steps", read_text, offsetof(struct expect, steps), false},
    {"remove", read_list, offsetof(struct expect, remove), false},
    {"submodule", read_list, offsetof(struct expect, submodule), false},
    {"symlink", read_pairs, offsetof(struct expect, symlink), false},
    {"raw", read_pairs, offsetof(struct expect, raw), false},
    {"append", read_pairs, offsetof(struct expect, append), false},
    {"edit", read_edits, offsetof(struct expect, edit), false},
    {"sign", read_signs, offsetof(struct expect, sign), false},
    {NULL, NULL, 0, false},
};

static int
load(struct reader *r, const char *data, size_t len)
{
	yaml_parser_t parser;
	int ok;

	if (!yaml_parser_initialize(&parser))
		return error_memory(r->e);
	yaml_parser_set_input_string(&parser, (const unsigned char *)data, len);
	ok = yaml_parser_load(&parser, &r->doc);
	if (!ok) {
		error_set(r->e, ERROR_USAGE, "not YAML: %s",
		    parser.problem != NULL ? parser.problem : "no memory");
		error_at(r->e, r->name, (uint32_t)parser.problem_mark.line + 1,
		    (uint32_t)parser.problem_mark.column + 1);
	}
	yaml_parser_delete(&parser);
	return ok ? 0 : -1;
}

int
expect_parse(struct expect **out, const char *data, size_t len,
    const char *name, struct error *e)
{
	struct reader r = {.name = name, .e = e};
	const yaml_node_t *root;
	struct expect *ex;
	int rc = -1;

	*out = NULL;
	if ((r.arena = arena_new()) == NULL)
		return error_memory(e);
	if ((ex = arena_alloc(r.arena, sizeof(*ex))) == NULL) {
		arena_free(r.arena);
		return error_memory(e);
	}
	ex->arena = r.arena;
	ex->only = true;
	ex->moves = true;
	if (load(&r, data, len) == -1)
		goto out;
	root = yaml_document_get_root_node(&r.doc);
	if (root == NULL)
		error_set(e, ERROR_USAGE, "%s: empty", name);
	else
		rc = read_mapping(&r, root, expect_keys, ex);
	yaml_document_delete(&r.doc);
out:
	if (rc == 0)
		*out = ex;
	else
		arena_free(r.arena);
	return rc;
}

void
expect_free(struct expect *ex)
{
	if (ex != NULL)
		arena_free(ex->arena);
}
