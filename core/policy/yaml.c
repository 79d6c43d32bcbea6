#include "reader.h"

#include <string.h>
#include <yaml.h>

struct builder {
	struct reader *r;
	yaml_parser_t parser;
	struct node *root;
	struct node *stack[READER_MAX_DEPTH];
	struct node *last[READER_MAX_DEPTH]; /* child of each */
	struct node *key[READER_MAX_DEPTH];  /* that still has no value */
	unsigned depth;
	unsigned documents;
	unsigned nodes;
	size_t chars, bytes; /* the same place in characters and in bytes */
	bool stop;           /* the tree is of no use any more */
};

/*
 * libyaml counts characters. The cursor moves from one mark to the next, so
 * that all marks together cost one pass over the text.
 */
static size_t
byte_of(struct builder *b, size_t chars)
{
	const char *data = b->r->data;

	while (b->chars < chars && b->bytes < b->r->len) {
		b->bytes++;
		while (b->bytes < b->r->len &&
		       ((uint8_t)data[b->bytes] & 0xc0) == 0x80)
			b->bytes++;
		b->chars++;
	}
	while (b->chars > chars && b->bytes > 0) {
		b->bytes--;
		while (b->bytes > 0 && ((uint8_t)data[b->bytes] & 0xc0) == 0x80)
			b->bytes--;
		b->chars--;
	}
	return b->bytes;
}

static void
set_place(struct builder *b, struct node *n, const yaml_mark_t *start,
    const yaml_mark_t *end)
{
	struct reader *r = b->r;
	size_t from = byte_of(b, start->index), to = byte_of(b, end->index);
	size_t line = start->line, stop;

	if (line >= r->nlines)
		line = r->nlines - 1;
	stop = line + 1 < r->nlines ? r->line[line + 1] : r->len;
	if (to > stop)
		to = stop;
	while (
	    to > from && (r->data[to - 1] == '\n' || r->data[to - 1] == '\r'))
		to--;
	n->offset = (uint32_t)from;
	n->line = (uint32_t)line + 1;
	n->column = from < r->line[line] ? 1
					 : (uint32_t)(from - r->line[line]) + 1;
	n->width = to > from ? (uint32_t)(to - from) : 1;
}

/* Hang N where it belongs: at the root, as an item, a key or a value. */
static void
attach(struct builder *b, struct node *n)
{
	struct node *parent;
	unsigned d = b->depth - 1;

	if (b->depth == 0) {
		b->root = n;
		return;
	}
	parent = b->stack[d];
	if (parent->kind == NODE_MAP && b->key[d] != NULL) {
		b->key[d]->value = n;
		/* What is not there is shown at its key. */
		if (n->kind == NODE_SCALAR && n->plain && n->len == 0) {
			n->line = b->key[d]->line;
			n->column = b->key[d]->column;
			n->width = b->key[d]->width;
		}
		b->key[d] = NULL;
		return;
	}
	if (b->last[d] == NULL)
		parent->child = n;
	else
		b->last[d]->next = n;
	b->last[d] = n;
	parent->n++;
	if (parent->kind != NODE_MAP)
		return;
	b->key[d] = n;
	if (n->kind == NODE_LIST || n->kind == NODE_MAP)
		fault(b->r, n, "a key must be text, not %s", node_kind_name(n))
		    ->help = "write `key: value`";
}

/* What any node may not carry: anchors and tags. */
static void
refuse_extras(struct builder *b, const struct node *n, const yaml_char_t *tag,
    const yaml_char_t *anchor)
{
	if (anchor != NULL)
		fault(b->r, n, "anchors (&%.60s) are not allowed",
		    (const char *)anchor)
		    ->help = "write the value out where it is used, so that "
			     "every line says what it does";
	if (tag != NULL)
		fault(
		    b->r, n, "tags (%.60s) are not allowed", (const char *)tag)
		    ->help = "remove the tag: the policy's keys decide the "
			     "type of their values";
}

static struct node *
new_node(struct builder *b, enum node_kind kind, const yaml_event_t *ev)
{
	struct node *n;

	if (++b->nodes > READER_MAX_NODES) {
		fault_at(b->r, byte_of(b, ev->start_mark.index), 1,
		    "more than %u values in one policy", READER_MAX_NODES)
		    ->help = "use path patterns for zones that are alike";
		b->stop = true;
		return NULL;
	}
	if ((n = arena_alloc(b->r->arena, sizeof(*n))) == NULL) {
		b->r->memory = b->stop = true;
		return NULL;
	}
	n->kind = kind;
	n->text = "";
	set_place(b, n, &ev->start_mark, &ev->end_mark);
	return n;
}

static void
on_scalar(struct builder *b, const yaml_event_t *ev)
{
	struct node *n = new_node(b, NODE_SCALAR, ev);

	if (n == NULL)
		return;
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->len = ev->data.scalar.length;
	n->text = reader_copy(
	    b->r, (const char *)ev->data.scalar.value, n->len);
	if (n->text == NULL) {
		b->stop = true;
		return;
	}
	refuse_extras(b, n, ev->data.scalar.tag, ev->data.scalar.anchor);
	if (memchr(n->text, '\0', n->len) != NULL) {
		fault(b->r, n, "NUL byte in a value")->help = "remove the \\0";
		n->kind = NODE_BAD;
	}
	attach(b, n);
}

static void
on_alias(struct builder *b, const yaml_event_t *ev)
{
	struct node *n = new_node(b, NODE_BAD, ev);

	if (n == NULL)
		return;
	fault(b->r, n, "aliases (*%.60s) are not allowed",
	    (const char *)ev->data.alias.anchor)
	    ->help = "write the value out, so that every line says what it "
		     "does; a name that begins with * needs quotes";
	attach(b, n);
}

static void
on_start(struct builder *b, const yaml_event_t *ev)
{
	bool map = ev->type == YAML_MAPPING_START_EVENT;
	struct node *n = new_node(b, map ? NODE_MAP : NODE_LIST, ev);

	if (n == NULL)
		return;
	if (map)
		refuse_extras(b, n, ev->data.mapping_start.tag,
		    ev->data.mapping_start.anchor);
	else
		refuse_extras(b, n, ev->data.sequence_start.tag,
		    ev->data.sequence_start.anchor);
	if (b->depth == READER_MAX_DEPTH) {
		fault(b->r, n, "nested deeper than %u levels", READER_MAX_DEPTH)
		    ->help = "no policy needs more than seven";
		b->stop = true;
		return;
	}
	attach(b, n);
	b->stack[b->depth] = n;
	b->last[b->depth] = b->key[b->depth] = NULL;
	b->depth++;
}

static void
on_end(struct builder *b, const yaml_event_t *ev)
{
	(void)ev;
	b->depth--;
}

static void
on_document(struct builder *b, const yaml_event_t *ev)
{
	size_t at = byte_of(b, ev->start_mark.index);
	size_t len = ev->end_mark.index - ev->start_mark.index;

	if (++b->documents > 1) {
		fault_at(
		    b->r, at, len, "a second YAML document in the same file")
		    ->help = "keep one document: remove the `---` and what "
			     "does not belong here";
		b->stop = true;
	}
	if (ev->data.document_start.tag_directives.start !=
	    ev->data.document_start.tag_directives.end)
		fault_at(b->r, at, len, "%%TAG directives are not allowed")
		    ->help = "remove the directive";
}

/* Indexed by event type; the others mean nothing here. */
static void (*const on_event[])(struct builder *, const yaml_event_t *) = {
    [YAML_DOCUMENT_START_EVENT] = on_document,
    [YAML_ALIAS_EVENT] = on_alias,
    [YAML_SCALAR_EVENT] = on_scalar,
    [YAML_SEQUENCE_START_EVENT] = on_start,
    [YAML_SEQUENCE_END_EVENT] = on_end,
    [YAML_MAPPING_START_EVENT] = on_start,
    [YAML_MAPPING_END_EVENT] = on_end,
};

/* Where libyaml gave up, in its words. */
static void
on_failure(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	const char *why = p->problem == NULL ? "not YAML" : p->problem;
	struct finding *f;
	size_t at;

	if (p->error == YAML_MEMORY_ERROR) {
		b->r->memory = true;
		return;
	}
	if (p->error == YAML_READER_ERROR) {
		fault(b->r, NULL, "not YAML: %s", why);
		return;
	}
	at = byte_of(b, p->problem_mark.index);
	if (at >= b->r->len && at > 0)
		at = b->r->len - 1;
	f = fault_at(b->r, at, 1, "not YAML: %s", why);
	f->help = "values that begin with *, &, !, %, @ or ` or hold `: ` or "
		  "` #` need quotes; indent with spaces";
	if (p->context != NULL && p->context_mark.line < p->problem_mark.line)
		f->help = findings_text(b->r->faults, "%s from line %zu on; %s",
		    p->context, p->context_mark.line + 1, f->help);
}

static void
run(struct builder *b)
{
	yaml_event_t ev;
	bool end = false;

	while (!end && !b->stop) {
		if (yaml_parser_parse(&b->parser, &ev) == 0) {
			on_failure(b);
			b->stop = true;
			return;
		}
		end = ev.type == YAML_STREAM_END_EVENT ||
		      ev.type == YAML_NO_EVENT;
		if ((size_t)ev.type < sizeof(on_event) / sizeof(*on_event) &&
		    on_event[ev.type] != NULL)
			on_event[ev.type](b, &ev);
		yaml_event_delete(&ev);
	}
}

struct node *
reader_parse(struct reader *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct builder b;
	size_t skip = 0;

	memset(&b, 0, sizeof(b));
	b.r = r;
	/* A byte order mark is no character of the text. */
	if (r->len >= 3 && memcmp(r->data, mark, 3) == 0)
		skip = 3;
	b.bytes = skip;
	if (yaml_parser_initialize(&b.parser) == 0) {
		r->memory = true;
		return NULL;
	}
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &b.parser, (const unsigned char *)r->data + skip, r->len - skip);
	run(&b);
	yaml_parser_delete(&b.parser);
	if (b.stop)
		return NULL;
	if (b.root == NULL)
		fault_at(r, 0, 0, "the policy is empty")->help =
		    "`zonegate init` drafts one from the zones at hand";
	return b.root;
}
