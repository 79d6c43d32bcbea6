/*
 * One scenario of a policy test: a folder in the format of
 * docs/policy-test.md, as two trees that can be judged.
 */
#ifndef GATE_POLICY_CASE_H
#define GATE_POLICY_CASE_H

#include "../policy/expect.h"
#include "../source/source.h"

struct patches;

/* The policy a scenario is judged by; strings are borrowed. */
struct policy_text {
	const char *name; /* what findings call it; NULL: there is none */
	const char *data;
	size_t len;
};

struct policy_case {
	struct arena *arena;
	const char *root; /* folder that holds the scenario's */
	const char *name; /* of the scenario's folder */
	struct expect *want;
	struct expect *twin; /* NAME's, when this is NAME-ok; or NULL */
	const char *skip;    /* why it cannot be judged here, or NULL */
	struct policy_text policy;
	struct patches *below, *above; /* of base, of change */
	struct source *bottom;         /* files below base, borrowed by it */
	struct source *base;
	struct source *change; /* borrows base */
};

/*
 * Read the scenario NAME in the folder ROOT. POLICY (NULL: the scenario's own)
 * becomes zonegate.yaml of the base. 0; or -1 with E set: it is no scenario, or
 * its edits do not fit. One that needs what is not here is read as far as its
 * expectation; then skip is set and there are no trees. Freed with
 * policy_case_free(), also on failure.
 */
int policy_case_open(struct policy_case *, const char *root, const char *name,
    const struct policy_text *policy, struct error *e);

void policy_case_free(struct policy_case *);

/* ---- policy_lay.c: between the two files -------------------------------- */

struct patches *patches_new(struct arena *);
void patches_free(struct patches *);

/* Lay the files of the directory DIR over PS; no directory, no files. */
int patches_add_dir(struct patches *ps, const char *dir, struct error *e);

/* The file PATH holds LEN bytes DATA (borrowed) from now on. 0, or -1. */
int patches_put(struct patches *ps, const char *path, const char *data,
    size_t len, struct error *e);

bool patches_empty(const struct patches *ps);

/* remove, change/, raw, append, symlink and edit of WANT, in this order, as a
 * change of BASE. */
int patches_change(struct patches *ps, struct source *base,
    const struct expect *want, const char *change_dir, struct error *e);

/* A source of BASE (borrowed) under PS, which must outlive it. 0, or -1. */
int patches_open(struct source **out, const struct patches *ps,
    struct source *base, struct error *e);

#endif
