/* What an edit of the signers' files does, line by line. */
#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "effect.h"

/* Lines that people read about. */
#define LINES_MAX 500
/* What is shown of a line: its beginning, which says who. */
#define SHOWN 60

struct lines {
	const char **item;
	size_t n;
	bool lost;
};

/* The lines that say something, each a string of its own. */
static void
split(struct lines *l, const char *data, size_t len, struct arena *a)
{
	const char *p = data, *end = data == NULL ? NULL : data + len, *nl;
	size_t n = 1, i;

	for (i = 0; data != NULL && i < len; i++)
		n += data[i] == '\n';
	if ((l->item = arena_calloc(a, n + 1, sizeof(*l->item))) == NULL) {
		l->lost = true;
		return;
	}
	for (; data != NULL && p < end; p = nl + 1) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		while (p < nl && (*p == ' ' || *p == '\t'))
			p++;
		if (p == nl || *p == '#' || *p == '\r')
			continue;
		l->item[l->n] = arena_dup(a, p, (size_t)(nl - p));
		if (l->item[l->n++] == NULL)
			l->lost = true;
	}
}

static struct hash_table *
table_of(const struct lines *l)
{
	struct hash_table *t = hash_table_new(l->n + 1);
	size_t i;

	for (i = 0; t != NULL && i < l->n; i++)
		if (l->item[i] == NULL ||
		    hash_table_put(
			t, l->item[i], strlen(l->item[i]), 1, NULL) == NULL) {
			hash_table_free(t);
			return NULL;
		}
	return t;
}

/* Add an effect for each line of A that B has not. */
static int
tell(struct change_effects *out, const char *path, const struct lines *a,
    const struct lines *b, enum effect_kind kind, const char *word,
    struct arena *arena)
{
	struct hash_table *known = table_of(b);
	struct change_effect *e, *more;
	const char *line;
	size_t i, n = 0;
	int rc = -1;

	more = arena_calloc(arena, out->n + LINES_MAX + 2, sizeof(*more));
	if (known == NULL || more == NULL)
		goto out;
	if (out->n != 0)
		memcpy(more, out->item, out->n * sizeof(*more));
	out->item = more;
	for (i = 0; i < a->n; i++) {
		line = a->item[i];
		if (hash_table_find(known, line, strlen(line)) != NULL)
			continue;
		if (n++ > LINES_MAX)
			continue;
		e = &out->item[out->n++];
		e->kind = kind;
		e->subject = e->file = path;
		e->words = n > LINES_MAX
			       ? "and more lines"
			       : arena_printf(arena, "%s: %.*s%s", word, SHOWN,
				     line, strlen(line) > SHOWN ? "..." : "");
		if (e->words == NULL)
			goto out;
	}
	rc = 0;
out:
	hash_table_free(known);
	return rc;
}

int
change_effects_lines(struct change_effects *out, const char *path,
    const char *old, size_t old_len, const char *new, size_t new_len,
    bool revoked, struct arena *arena, struct error *e)
{
	struct lines a = {0}, b = {0};
	enum effect_kind came = revoked ? EFFECT_TIGHTER : EFFECT_LOOSER;
	enum effect_kind went = revoked ? EFFECT_LOOSER : EFFECT_TIGHTER;

	split(&a, old, old_len, arena);
	split(&b, new, new_len, arena);
	if (a.lost || b.lost ||
	    tell(out, path, &b, &a, came,
		revoked ? "revoked" : "may sign and approve", arena) != 0 ||
	    tell(out, path, &a, &b, went,
		revoked ? "revoked no longer" : "may not sign any more",
		arena) != 0)
		return error_memory(e);
	return 0;
}
