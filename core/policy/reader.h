/*
 * Inside of the policy room: the YAML text as a tree of nodes with places, and
 * how faults of it are told. Nodes live in the arena of the policy.
 */
#ifndef POLICY_READER_H
#define POLICY_READER_H

#include "policy.h"

/* A policy beyond these is refused before it can cost anything. */
#define READER_MAX_BYTES ((size_t)1 << 20)
#define READER_MAX_NODES 100000u
#define READER_MAX_DEPTH 16u
#define READER_MAX_FAULTS 100u

/* The policy while it is being read; the policy itself comes first. */
struct draft {
	struct policy p;
	uint32_t version;
	const struct policy_protected *failover;
	size_t nfailover;
	const struct policy_protected *identity;
	size_t nidentity;
};

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
	NODE_BAD, /* reported already: to be passed over in silence */
};

struct node {
	enum node_kind kind;
	bool plain;       /* a scalar without quotes */
	uint32_t offset;  /* of its first byte in the text */
	uint32_t line;    /* from 1 */
	uint32_t column;  /* bytes, from 1 */
	uint32_t width;   /* bytes on that line, at least 1 */
	const char *text; /* of a scalar, NUL-terminated */
	size_t len;
	struct node *value; /* of a key */
	struct node *child; /* items, or keys */
	struct node *next;
	size_t n;
};

struct reader {
	struct arena *arena;
	struct draft *draft;
	const char *file;
	const char *data;
	size_t len;
	const uint32_t *line; /* offset of each line */
	size_t nlines;
	const struct policy_rules *rules; /* or NULL */
	struct hash_table *targets;       /* name to index, or NULL */
	struct findings *faults;
	size_t nfaults;
	struct finding ignored; /* what is told beyond the limit goes here */
	bool memory;            /* an allocation failed */
};

/*
 * Report a fault at NODE (NULL: the file as a whole). Never NULL: the caller
 * may fill in help and expected. The rest is left alone after
 * READER_MAX_FAULTS.
 */
struct finding *fault(struct reader *, const struct node *, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* The same at LEN bytes from offset AT of the text. */
struct finding *fault_at(struct reader *, size_t at, size_t len,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same at LEN bytes from AT inside a scalar: as exact as the scalar's
 * spelling in the file allows.
 */
struct finding *fault_in(struct reader *, const struct node *, size_t at,
    size_t len, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Put this reader's faults into the order of the text. */
void fault_sort(struct reader *);

/* The closest of the candidates tried so far to a misspelt TEXT. */
struct closest {
	const char *text; /* NULL: nobody will read it, do not look */
	const char *best;
	unsigned distance;
};

struct closest closest_start(const struct reader *, const char *text);
void closest_try(struct closest *, const char *candidate);

/* "did you mean `x`?" if one is close enough, else FALLBACK. */
const char *closest_help(
    struct reader *, const struct closest *, const char *fallback);

/*
 * The text as a tree. NULL when there is none to walk: then there are faults,
 * or memory is lost.
 */
struct node *reader_parse(struct reader *);

/* Bytes that a policy may not hold: 0, or a fault for each. */
void reader_check_bytes(struct reader *);

/* The value of KEY in a map (the first), or NULL. */
const struct node *node_find(const struct node *map, const char *key);

/* "text", "a list", "a map" */
const char *node_kind_name(const struct node *);

/* A copy of the scalar's text, NULL without memory (memory is set). */
const char *reader_copy(struct reader *, const char *text, size_t len);

#endif
