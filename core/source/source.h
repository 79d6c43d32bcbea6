/*
 * Where files come from: a git revision, a directory. One interface: the
 * entries of a tree and the bytes of a path. Nothing outside the tree can be
 * named: absolute paths, "..", links and submodules are refused.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

struct repo;
struct source;

enum source_kind {
	SOURCE_FILE,
	SOURCE_SYMLINK,
	SOURCE_SUBMODULE,
	SOURCE_OTHER, /* unknown mode, device, socket */
};

struct source_entry {
	const char *path; /* no NUL, no leading slash; any other byte */
	enum source_kind kind;
	uint32_t mode;  /* as git stores it: 0100644, 0120000, … */
	uint8_t id[32]; /* object id; zero-filled if not from git */
	uint8_t id_len; /* 20, or 0 */
};

struct source_limits {
	uint64_t file_bytes;  /* of one file, checked before it is read */
	uint64_t total_bytes; /* of all files read */
	uint32_t entries;     /* in the tree */
	uint32_t path_bytes;
};

extern const struct source_limits source_limits_default;

/*
 * The tree of REV (any revision syntax; tags are peeled). REPO is borrowed and
 * must outlive the source. LIMITS may be NULL. The tree is listed at once, the
 * blobs are read when asked for.
 */
int source_open_git(struct source **out, struct repo *, const char *rev,
    const struct source_limits *, struct error *);

/*
 * The directory DIR, read when asked for; entries are listed on the first
 * source_entries(). ".git" is left out. Links are not followed out of DIR.
 */
int source_open_dir(struct source **out, const char *dir,
    const struct source_limits *, struct error *);

/* One path of a tree that is not as it was. */
struct source_patch {
	const char *path;
	bool removed;          /* the rest does not count */
	enum source_kind kind; /* of what is there now */
	bool executable;
	const char *data; /* of a file; borrowed */
	size_t len;
};

/*
 * The tree of BASE with N of its paths replaced, added or removed. BASE and
 * what PATCH points to are borrowed and must outlive the source. LIMITS may be
 * NULL. A path that cannot be one, or is given twice, is ERROR_USAGE at once;
 * one that is a file and a directory, when the tree is listed or read.
 */
int source_open_overlay(struct source **out, struct source *base,
    const struct source_patch *patch, size_t n, const struct source_limits *,
    struct error *);

/* A tree without any file: the state before a repository's first commit. */
int source_open_empty(struct source **out, struct error *);

void source_free(struct source *);

/* What reports call it: "1f3c9a2", "working tree", a directory. */
const char *source_label(const struct source *);

/* Full commit id in hexadecimal, or NULL if it is not a commit. */
const char *source_commit(const struct source *);

/* All entries that are not directories, sorted by path bytes. NULL with E set
 * if they cannot be listed (limit, malformed tree). */
const struct source_entry *source_entries(
    struct source *, size_t *n, struct error *);

/* The entry PATH, or NULL (E untouched: it is not there; e->code is set only
 * when listing failed). */
const struct source_entry *source_find(
    struct source *, const char *path, struct error *);

/*
 * Bytes of the regular file PATH, followed by a NUL that does not count;
 * borrowed, alive as long as the source. Links, submodules, directories and
 * missing files give -1 with ERROR_USAGE; I/O and limits ERROR_SYSTEM.
 */
int source_read(struct source *, const char *path, const char **data,
    size_t *len, struct error *);

/*
 * Resolve the path NAME as written in the file FROM (both inside the tree):
 * relative to FROM's directory, "." and ".." folded. -1 with E set when it is
 * absolute, leaves the tree, has an empty or over-long component or holds a
 * control byte. OUT gets the folded path.
 */
int source_resolve(
    char *out, size_t size, const char *from, const char *name, struct error *);

#endif
