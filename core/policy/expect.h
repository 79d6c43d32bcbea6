/*
 * What a scenario expects: its expect.yaml (testdata/scenarios/README.md). The
 * scenario says how a change is made out of files and edits, and what the gate
 * must say about it. All strings live in the expectation.
 */
#ifndef POLICY_EXPECT_H
#define POLICY_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/arena.h"
#include "../base/error.h"

struct expect_list {
	const char *const *item;
	size_t n;
};

/* A path of the proposed tree and what goes there. Any byte may be in both
 * but NUL in the path. */
struct expect_pair {
	const char *path;
	const char *text;
	size_t len; /* of TEXT */
};

struct expect_pairs {
	const struct expect_pair *item;
	size_t n;
};

/* Replace the one occurrence of FIND in FILE with PUT. */
struct expect_edit {
	const char *file, *find, *put;
};

struct expect_edits {
	const struct expect_edit *item;
	size_t n;
};

/* Sign FILE, which holds ZONE, before it is committed. */
struct expect_sign {
	const char *file, *zone;
	const char *tool;        /* zonegate or dnssec-signzone */
	const char *side;        /* base, change or both */
	const char *denial;      /* nsec or nsec3 */
	const char *start, *end; /* dnssec-signzone's -s and -e, or NULL */
};

struct expect_signs {
	const struct expect_sign *item;
	size_t n;
};

struct expect {
	struct arena *arena;
	const char *about;  /* never NULL */
	const char *like;   /* scenario to take base and policy from, or NULL */
	const char *at;     /* time of judgement, or NULL: now */
	const char *before; /* script that makes more history first, or NULL */
	const char *steps;  /* script that pushes, or NULL: a plain push */
	int status;         /* 0 … 3 */
	bool only;          /* no error finding but those of RULES */
	bool moves;         /* an accepted push changes a ref */
	struct expect_list rules, remove, submodule;
	struct expect_pairs symlink, raw, append;
	struct expect_edits edit;
	struct expect_signs sign;
};

/*
 * Parse LEN bytes of YAML; NAME is how errors call the file. 0 with *OUT set;
 * -1 with E set: not YAML, an unknown, doubled or missing key, a value of
 * another kind, no memory.
 */
int expect_parse(struct expect **out, const char *data, size_t len,
    const char *name, struct error *e);

/* NULL is harmless. */
void expect_free(struct expect *);

#endif
