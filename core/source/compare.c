#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "source_impl.h"

static bool
same_bytes(struct source *old, struct source *new, const char *path)
{
	char *a = NULL, *b = NULL;
	size_t a_len, b_len;
	bool same;

	same = source_load(old, path, &a, &a_len, NULL) == 0 &&
	       source_load(new, path, &b, &b_len, NULL) == 0 &&
	       a_len == b_len && memcmp(a, b, a_len) == 0;
	free(a);
	free(b);
	return same;
}

static bool
same_entry(struct source *old, const struct source_entry *a, struct source *new,
    const struct source_entry *b)
{
	if (a->kind != b->kind || a->mode != b->mode)
		return false;
	if (a->id_len != 0 && a->id_len == b->id_len)
		return memcmp(a->id, b->id, a->id_len) == 0;
	return a->kind == SOURCE_FILE && same_bytes(old, new, a->path);
}

static int
entries_of(struct source *src, const struct source_entry **entry, size_t *n,
    struct error *e)
{
	*entry = NULL;
	*n = 0;
	if (src == NULL)
		return 0;
	return (*entry = source_entries(src, n, e)) == NULL ? -1 : 0;
}

int
source_compare(struct source *old, struct source *new,
    struct source_change **out, size_t *n, struct error *e)
{
	const struct source_entry *a, *b;
	struct source_change *list;
	size_t a_n, b_n, i = 0, j = 0, used = 0;
	int cmp;

	*out = NULL;
	*n = 0;
	if (entries_of(old, &a, &a_n, e) != 0 ||
	    entries_of(new, &b, &b_n, e) != 0)
		return -1;
	/* One to spare, so that no list is NULL. */
	if ((list = calloc(a_n + b_n + 1, sizeof(*list))) == NULL)
		return error_memory(e);
	while (i < a_n || j < b_n) {
		cmp = i == a_n   ? 1
		      : j == b_n ? -1
				 : strcmp(a[i].path, b[j].path);
		if (cmp == 0 && same_entry(old, &a[i], new, &b[j])) {
			i++;
			j++;
			continue;
		}
		list[used].old = cmp <= 0 ? &a[i++] : NULL;
		list[used].new = cmp >= 0 ? &b[j++] : NULL;
		list[used].path = list[used].old != NULL ? list[used].old->path
							 : list[used].new->path;
		used++;
	}
	*out = list;
	*n = used;
	return 0;
}
