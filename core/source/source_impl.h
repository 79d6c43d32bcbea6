/*
 * Inside of this room only: what the kinds of source have in common.
 */
#ifndef SOURCE_SOURCE_IMPL_H
#define SOURCE_SOURCE_IMPL_H

#include "source.h"

struct arena;
struct attributes;
struct hash_table;
struct source_overlay;

#define SOURCE_COMPONENT 255 /* bytes of one name, as file systems have it */
#define SOURCE_DEPTH 64      /* directories inside each other */
#define SOURCE_SHOWN 200     /* bytes of a path in a message */

struct source_ops {
	/* Fill src->entry, in any order, each path once. */
	int (*list)(struct source *, struct error *);
	/* The entry PATH without listing; may be NULL. */
	const struct source_entry *(*find)(
	    struct source *, const char *path, struct error *);
	/* Bytes of PATH, MAX at most, a NUL behind them; the caller frees. */
	int (*load)(struct source *, const char *path, uint64_t max,
	    char **data, size_t *len, struct error *);
};

struct source_blob {
	char *data;
	size_t len;
};

struct source {
	const struct source_ops *ops;
	struct source_limits limits;
	struct arena *arena; /* paths */
	const char *label;
	char commit[65];
	bool is_git;

	struct source_entry *entry;
	size_t n;
	size_t cap;
	size_t seen; /* entries met, directories too: what the limit counts */
	bool listed;

	struct hash_table *index; /* path → number in blob */
	struct source_blob *blob;
	size_t n_blob;
	size_t cap_blob;
	uint64_t total; /* bytes in blob */

	struct attributes *attributes;  /* read so far, or NULL */
	struct repo *repo;              /* git: borrowed */
	struct source_overlay *overlay; /* overlay: base and patches */
	uint8_t tree[20];
	int fd; /* directory, or -1 */
};

/* A source without entries; freed by source_free(). NULL without memory. */
struct source *source_new(
    const struct source_ops *, const struct source_limits *);

/* Count one more entry of the tree; -1 with E set past the limit. */
int source_count(struct source *, struct error *);

/* Append a copy of ENTRY (and of its path). */
int source_add(
    struct source *, const struct source_entry *entry, struct error *);

/* For qsort() and bsearch() of entries. */
int source_by_path(const void *, const void *);

/* As source_read(), but not kept: the caller frees *DATA. */
int source_load(struct source *, const char *path, char **data, size_t *len,
    struct error *);

/* Error "PATH is SIZE bytes, more than MAX". */
int source_too_big(
    struct error *, const char *path, uint64_t size, uint64_t max);

/* PATH for a message: escaped and cut. */
struct source_shown {
	char s[SOURCE_SHOWN + 8];
};
struct source_shown source_show(const char *path);

/*
 * Why NAME cannot be one component of a path inside the tree: static words, or
 * NULL when it can.
 */
const char *source_bad_name(const char *name, size_t len);

/* The same for a whole path as source_find() takes it. */
const char *source_bad_path(const char *path, size_t max);

#endif
