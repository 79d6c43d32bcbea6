#include "audit.h"

#include <stdlib.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/text.h"
#include "fold.h"
#include "source_impl.h"

struct key {
	const char *text;
	bool accents;
	const struct source_entry *entry;
};

struct audit {
	struct arena *arena; /* texts of the keys */
	struct text fold;
	struct key *key;
	size_t n;
	struct source_fault *fault;
	size_t used;
	size_t cap;
};

static int
by_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int cmp = strcmp(x->text, y->text);

	if (cmp != 0)
		return cmp;
	if (x->accents != y->accents)
		return x->accents ? 1 : -1;
	return strcmp(x->entry->path, y->entry->path);
}

static int
by_entry(const void *a, const void *b)
{
	const struct source_fault *x = a, *y = b;
	int cmp = strcmp(x->entry->path, y->entry->path);

	return cmp != 0 ? cmp : (int)x->kind - (int)y->kind;
}

static int
add(struct audit *a, enum source_fault_kind kind,
    const struct source_entry *entry, const struct source_entry *other)
{
	struct source_fault *grown;
	size_t cap;

	if (a->used == a->cap) {
		cap = a->cap == 0 ? 16 : a->cap * 2;
		grown = reallocarray(a->fault, cap, sizeof(*grown));
		if (grown == NULL)
			return -1;
		a->fault = grown;
		a->cap = cap;
	}
	a->fault[a->used++] = (struct source_fault){kind, entry, other};
	return 0;
}

static int
make_key(struct audit *a, struct key *key, const char *path, size_t len)
{
	text_clear(&a->fold);
	key->accents = fold_path(&a->fold, path, len);
	if (text_lost(&a->fold))
		return -1;
	key->text = arena_dup(
	    a->arena, a->fold.data != NULL ? a->fold.data : "", a->fold.len);
	return key->text != NULL ? 0 : -1;
}

static int
make_keys(struct audit *a, const struct source_entry *entry, size_t n)
{
	size_t i;

	if ((a->key = calloc(n + 1, sizeof(*a->key))) == NULL)
		return -1;
	for (i = 0; i < n; i++) {
		a->key[i].entry = &entry[i];
		if (make_key(a, &a->key[i], entry[i].path,
			strlen(entry[i].path)) != 0)
			return -1;
	}
	a->n = n;
	qsort(a->key, n, sizeof(*a->key), by_key);
	return 0;
}

/* The first key that is not before TEXT. */
static size_t
lower_bound(const struct audit *a, const char *text, size_t len)
{
	size_t low = 0, high = a->n, mid;
	int cmp;

	while (low < high) {
		mid = low + (high - low) / 2;
		cmp = strncmp(a->key[mid].text, text, len);
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Is one of the directories above KEY's path a file under another name? */
static int
file_above(struct audit *a, const struct key *key)
{
	const char *path = key->entry->path, *slash = path;
	const char *fold = key->text, *end = fold;
	const struct key *file;
	struct key dir;
	size_t at;

	while ((slash = strchr(slash, '/')) != NULL &&
	       (end = strchr(end, '/')) != NULL) {
		at = lower_bound(a, fold, (size_t)(end - fold));
		for (; at < a->n; at++) {
			file = &a->key[at];
			if (strncmp(file->text, fold, (size_t)(end - fold)) !=
				0 ||
			    file->text[end - fold] != '\0')
				break;
			if (make_key(a, &dir, path, (size_t)(slash - path)) !=
			    0)
				return -1;
			if (dir.accents == file->accents)
				return add(a, SOURCE_FAULT_COLLISION,
				    key->entry, file->entry);
		}
		slash++;
		end++;
	}
	return 0;
}

static int
find_collisions(struct audit *a)
{
	const struct key *first = NULL, *key;
	size_t i;

	for (i = 0; i < a->n; i++) {
		key = &a->key[i];
		if (first != NULL && first->accents == key->accents &&
		    strcmp(first->text, key->text) == 0) {
			if (add(a, SOURCE_FAULT_COLLISION, key->entry,
				first->entry) != 0)
				return -1;
		} else {
			first = key;
		}
		if (file_above(a, key) != 0)
			return -1;
	}
	return 0;
}

static int
find_odd_kinds(struct audit *a, const struct source_entry *entry, size_t n)
{
	static const enum source_fault_kind fault[] = {
	    [SOURCE_SYMLINK] = SOURCE_FAULT_SYMLINK,
	    [SOURCE_SUBMODULE] = SOURCE_FAULT_SUBMODULE,
	    [SOURCE_OTHER] = SOURCE_FAULT_OTHER,
	};
	size_t i;

	for (i = 0; i < n; i++)
		if (entry[i].kind != SOURCE_FILE &&
		    add(a, fault[entry[i].kind], &entry[i], NULL) != 0)
			return -1;
	return 0;
}

int
source_audit(
    struct source *src, struct source_fault **out, size_t *n, struct error *e)
{
	struct audit a = {.arena = NULL};
	const struct source_entry *entry;
	size_t count;
	int rc = -1;

	*out = NULL;
	*n = 0;
	if ((entry = source_entries(src, &count, e)) == NULL)
		return -1;
	/* Not NULL even without a fault. */
	a.cap = 16;
	a.fault = calloc(a.cap, sizeof(*a.fault));
	a.arena = arena_new();
	if (a.fault == NULL || a.arena == NULL ||
	    find_odd_kinds(&a, entry, count) != 0 ||
	    make_keys(&a, entry, count) != 0 || find_collisions(&a) != 0) {
		error_memory(e);
		free(a.fault);
	} else {
		qsort(a.fault, a.used, sizeof(*a.fault), by_entry);
		*out = a.fault;
		*n = a.used;
		rc = 0;
	}
	free(a.key);
	text_free(&a.fold);
	arena_free(a.arena);
	return rc;
}

int
source_is_lfs_pointer(struct source *src, const char *path, struct error *e)
{
	static const char *const start[] = {
	    "version https://git-lfs.github.com/spec/",
	    "version https://hawser.github.com/spec/", /* its old name */
	};
	const char *data;
	size_t len, i;

	if (source_read(src, path, &data, &len, e) != 0)
		return -1;
	for (i = 0; i < sizeof(start) / sizeof(start[0]); i++)
		if (len >= strlen(start[i]) &&
		    memcmp(data, start[i], strlen(start[i])) == 0)
			return 1;
	return 0;
}
