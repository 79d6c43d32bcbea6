/*
 * Which attributes a path has, and whether they change its bytes. Evaluated in
 * git's own order: the deepest file first, lines and words from the last to
 * the first, and whatever is said first stands.
 */
#include "audit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/arena.h"
#include "../base/hash.h"
#include "attrfile.h"
#include "glob.h"
#include "source_impl.h"

#define NAME ".gitattributes"
#define FILE_BYTES ((size_t)256 << 10)
#define STEPS 20000000ul /* a fifth of a second, for one path */
#define MACROS_DEEP 64

/* The .gitattributes of one directory; no lines if there is none. */
struct attr_dir {
	struct attr_file file;
	const char *path;
	bool odd; /* it is there and no regular file */
};

struct attributes {
	struct hash_table *index; /* directory → number in dir */
	struct attr_dir *dir;
	size_t n;
	size_t cap;
};

struct value {
	enum attr_value value;
	const char *string;
	const struct attr_line *by;
};

struct eval {
	const char *path;
	bool is_dir;
	unsigned long steps;
	unsigned depth;           /* of macros */
	struct attr_file macros;  /* the topmost file */
	struct hash_table *index; /* name → number in value */
	struct value *value;
	size_t n;
	size_t cap;
	struct error *e;
};

static void
attributes_free(void *data)
{
	struct attributes *a = data;

	hash_table_free(a->index);
	free(a->dir);
}

static struct attributes *
attributes_of(struct source *src)
{
	struct attributes *a;

	if (src->attributes != NULL)
		return src->attributes;
	if ((a = arena_alloc(src->arena, sizeof(*a))) == NULL ||
	    (a->index = hash_table_new(16)) == NULL)
		return NULL;
	if (arena_on_free(src->arena, attributes_free, a) != 0) {
		attributes_free(a);
		return NULL;
	}
	return src->attributes = a;
}

static int
load(struct source *src, struct attr_dir *dir, struct error *e)
{
	const struct source_entry *entry;
	struct error why = {.code = ERROR_NONE};
	const char *data;
	size_t len;

	entry = source_find(src, dir->path, &why);
	if (entry == NULL && why.code != ERROR_NONE) {
		if (e != NULL)
			*e = why;
		return -1;
	}
	if (entry == NULL)
		return 0;
	if (entry->kind != SOURCE_FILE) {
		dir->odd = true;
		return 0;
	}
	if (source_read(src, dir->path, &data, &len, e) != 0)
		return -1;
	if (len > FILE_BYTES)
		return source_too_big(e, dir->path, len, FILE_BYTES);
	return attrfile_parse(&dir->file, src->arena, dir->path, data, len, e);
}

/* What the LEN bytes DIR ("" or "a/b/") hold; NULL with E set. */
static const struct attr_dir *
find_dir(struct source *src, const char *dir, size_t len, struct error *e)
{
	struct attributes *a = attributes_of(src);
	struct attr_dir one = {.odd = false}, *grown;
	uint32_t *have;
	size_t cap;

	if (a == NULL)
		goto memory;
	if ((have = hash_table_find(a->index, dir, len)) != NULL)
		return &a->dir[*have];
	one.path = arena_printf(src->arena, "%.*s%s", (int)len, dir, NAME);
	if (one.path == NULL)
		goto memory;
	if (load(src, &one, e) != 0)
		return NULL;
	if (a->n == a->cap) {
		cap = a->cap == 0 ? 16 : a->cap * 2;
		if ((grown = reallocarray(a->dir, cap, sizeof(*grown))) == NULL)
			goto memory;
		a->dir = grown;
		a->cap = cap;
	}
	if (hash_table_put(a->index, one.path, len, (uint32_t)a->n, NULL) ==
	    NULL)
		goto memory;
	a->dir[a->n] = one;
	return &a->dir[a->n++];
memory:
	error_memory(e);
	return NULL;
}

static int
too_long(const struct eval *ev)
{
	error_set(ev->e, ERROR_SYSTEM,
	    "%s: its attributes would take too long to match",
	    source_show(ev->path).s);
	return error_hint(ev->e, "simplify the patterns in " NAME);
}

static int
matches(struct eval *ev, const struct attr_line *line)
{
	const char *name = ev->path, *pattern = line->pattern;
	size_t literal;

	if (line->macro || (line->only_dir && !ev->is_dir))
		return 0;
	if (line->basename) {
		if (strrchr(name, '/') != NULL)
			name = strrchr(name, '/') + 1;
		return glob_match(pattern, name, false, &ev->steps);
	}
	name += strlen(line->dir);
	/* As git does: what is left behind the literal part is a pattern of
	 * its own, whose leading "**" counts as being at the start. */
	literal = glob_literal(pattern);
	if (strncmp(pattern, name, literal) != 0)
		return 0;
	return glob_match(pattern + literal, name + literal, true, &ev->steps);
}

static int apply(
    struct eval *, const struct attr_line *line, const struct attr_line *by);

/* NAME was set: if it is a macro, what it stands for is said as well. */
static int
expand(struct eval *ev, const char *name, const struct attr_line *by)
{
	static const struct attr_state binary[] = {
	    {"diff", "", ATTR_UNSET},
	    {"merge", "", ATTR_UNSET},
	    {"text", "", ATTR_UNSET},
	};
	static const struct attr_line builtin = {.state = binary, .n = 3};
	const struct attr_line *line;
	size_t i;
	int rc;

	for (i = ev->macros.n; i-- > 0;) {
		if (ev->steps-- == 0)
			return too_long(ev);
		line = &ev->macros.line[i];
		if (!line->macro || strcmp(line->pattern, name) != 0)
			continue;
		if (++ev->depth > MACROS_DEEP)
			return too_long(ev);
		rc = apply(ev, line, by);
		ev->depth--;
		return rc;
	}
	return strcmp(name, "binary") == 0 ? apply(ev, &builtin, by) : 0;
}

static int
say(struct eval *ev, const struct attr_state *st, const struct attr_line *by)
{
	struct value *grown;
	size_t cap;
	int added;

	if (hash_table_put(ev->index, st->name, strlen(st->name),
		(uint32_t)ev->n, &added) == NULL)
		return error_memory(ev->e);
	if (!added)
		return 0;
	if (ev->n == ev->cap) {
		cap = ev->cap == 0 ? 16 : ev->cap * 2;
		if ((grown = reallocarray(ev->value, cap, sizeof(*grown))) ==
		    NULL)
			return error_memory(ev->e);
		ev->value = grown;
		ev->cap = cap;
	}
	ev->value[ev->n++] = (struct value){st->value, st->string, by};
	return st->value == ATTR_SET ? expand(ev, st->name, by) : 0;
}

static int
apply(struct eval *ev, const struct attr_line *line, const struct attr_line *by)
{
	size_t i;

	for (i = line->n; i-- > 0;) {
		if (ev->steps == 0)
			return too_long(ev);
		ev->steps--;
		if (say(ev, &line->state[i], by) != 0)
			return -1;
	}
	return 0;
}

static int
apply_dir(struct eval *ev, const struct attr_dir *dir)
{
	size_t i;
	int rc;

	for (i = dir->file.n; i-- > 0;) {
		if ((rc = matches(ev, &dir->file.line[i])) < 0)
			return too_long(ev);
		if (rc == 1 &&
		    apply(ev, &dir->file.line[i], &dir->file.line[i]) != 0)
			return -1;
	}
	return 0;
}

/* 0 evaluated; 1 a .gitattributes on the way is no file: OUT; -1. */
static int
evaluate(struct eval *ev, struct source *src, struct source_attribute *out)
{
	const struct attr_dir *dir;
	size_t len = strlen(ev->path);

	if ((dir = find_dir(src, "", 0, ev->e)) == NULL)
		return -1;
	ev->macros = dir->file;
	do {
		while (len > 0 && ev->path[len - 1] != '/')
			len--;
		if ((dir = find_dir(src, ev->path, len, ev->e)) == NULL)
			return -1;
		if (dir->odd) {
			*out = (struct source_attribute){
			    NAME, "", dir->path, 0, false};
			return 1;
		}
		if (apply_dir(ev, dir) != 0)
			return -1;
	} while (len-- > 0);
	return 0;
}

static struct value
value_of(const struct eval *ev, const char *name)
{
	uint32_t *at = hash_table_find(ev->index, name, strlen(name));

	return at != NULL ? ev->value[*at]
			  : (struct value){ATTR_UNKNOWN, "", NULL};
}

static bool
is_on(const struct value *v)
{
	return v->value == ATTR_SET || v->value == ATTR_STRING;
}

static bool
is_string(const struct value *v, const char *s)
{
	return v->value == ATTR_STRING && strcmp(v->string, s) == 0;
}

static int
report(struct source_attribute *out, const char *name, struct value v,
    bool depends)
{
	out->name = name;
	out->value = v.string;
	out->file = v.by->file;
	out->line = v.by->number;
	out->depends = depends;
	return 1;
}

/*
 * Line ends. The stored bytes change on their way out if CRLF is asked for,
 * by "eol" or, where nothing but "text" is said, by the configuration of
 * whoever checks out. "-text", "crlf" of old, and "input" are git's.
 */
static int
line_ends(const struct eval *ev, struct source_attribute *out)
{
	struct value text = value_of(ev, "text"), eol = value_of(ev, "eol");
	const char *name = "text";

	if (text.value != ATTR_SET && text.value != ATTR_UNSET &&
	    !is_string(&text, "auto") && !is_string(&text, "input")) {
		text = value_of(ev, "crlf");
		name = "crlf";
	}
	if (text.value == ATTR_UNSET)
		return 0;
	if (is_on(&eol) && !is_string(&eol, "lf"))
		return report(out, "eol", eol, false);
	if (!is_on(&text) || is_string(&text, "input") || is_string(&eol, "lf"))
		return 0;
	return report(out, name, text, true);
}

static int
decide(const struct eval *ev, struct source_attribute *out)
{
	static const char *const sure[] = {
	    "filter", "ident", "export-subst", "export-ignore"};
	struct value v;
	size_t i;

	for (i = 0; i < sizeof(sure) / sizeof(sure[0]); i++) {
		v = value_of(ev, sure[i]);
		if (is_on(&v))
			return report(out, sure[i], v, false);
	}
	v = value_of(ev, "working-tree-encoding");
	if (is_on(&v) && strcasecmp(v.string, "UTF-8") != 0)
		return report(out, "working-tree-encoding", v, false);
	return line_ends(ev, out);
}

/* One path, or with IS_DIR a directory above it. */
static int
judge(struct source *src, const char *path, bool is_dir,
    struct source_attribute *out, struct error *e)
{
	struct eval ev = {
	    .path = path, .is_dir = is_dir, .steps = STEPS, .e = e};
	struct value v;
	int rc;

	if ((ev.index = hash_table_new(16)) == NULL)
		return error_memory(e);
	rc = evaluate(&ev, src, out);
	if (rc == 0 && !is_dir) {
		rc = decide(&ev, out);
	} else if (rc == 0) {
		v = value_of(&ev, "export-ignore");
		if (is_on(&v))
			rc = report(out, "export-ignore", v, false);
	}
	hash_table_free(ev.index);
	free(ev.value);
	return rc;
}

int
source_attributes_touch(struct source *src, const char *path,
    struct source_attribute *out, struct error *e)
{
	const char *why = source_bad_path(path, src->limits.path_bytes);
	char *copy;
	int rc;

	memset(out, 0, sizeof(*out));
	if (why != NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", source_show(path).s, why);
	if ((rc = judge(src, path, false, out, e)) != 0)
		return rc;
	if ((copy = strdup(path)) == NULL)
		return error_memory(e);
	while (rc == 0 && strrchr(copy, '/') != NULL) {
		*strrchr(copy, '/') = '\0';
		rc = judge(src, copy, true, out, e);
	}
	free(copy);
	return rc;
}
