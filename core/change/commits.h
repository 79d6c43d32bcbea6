/*
 * The commits of a change as the gate needs them: who says he made them, what
 * is signed, and whether a commit changes anything at all.
 */
#ifndef CHANGE_COMMITS_H
#define CHANGE_COMMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../source/repo.h"

/* Commits of one change; more is an error. */
#define CHANGE_COMMITS_MAX 1000

/* What became of a commit's signature. */
enum change_seal {
	SEAL_NONE,    /* there is none */
	SEAL_BROKEN,  /* it does not fit the commit, or cannot be read */
	SEAL_UNKNOWN, /* it fits, but its key is not allowed, or not any more */
	SEAL_GOOD,
};

/* Who signed: known only for SEAL_GOOD. */
struct change_signer {
	const char *principal; /* "bob@example.com" */
	const char *const
	    *other;      /* names of the same person, NULL at the end */
	const char *key; /* digest or fingerprint of the key */
};

struct change_commit {
	const char *id;     /* 40 digits */
	const char *tree;   /* 40 digits */
	const char *parent; /* the first one's id, NULL: none */
	size_t nparents;
	const char *author, *committer; /* e-mail addresses, lower case */
	int64_t time;                   /* committer's, seconds since 1970 */
	const char *signature;          /* NULL: none */
	const char *payload;            /* what was signed */
	size_t payload_len;
	bool doubled; /* more than one signature: none of them counts */
	/* an empty commit, or a merge that takes each path from the side that
	 * changed it */
	bool adds_nothing;
	bool over_base;                 /* the base is among its ancestors */
	const char *const *approved_by; /* trailers, NULL at the end */
	const char *override;           /* trailer Zonegate-Override, or NULL */
	const char *const *resolved;    /* trailers Zonegate-Resolved */
	enum change_seal seal;
	const char *why; /* not SEAL_GOOD: a sentence about the signature */
	struct change_signer signer;
};

struct change_set {
	struct arena *arena;
	struct change_commit *commit; /* parents first, the tip last */
	size_t n;
	const char *base; /* commit id, NULL: nothing before */
	const char *tip;
	const char *tip_tree;
	bool cut; /* there are more than were looked at */
};

/*
 * The commits reachable from HEAD and not from BASE (NULL: all), whatever other
 * refs hold: nobody judged those. Strings live in ARENA. 0; -1 with E set, also
 * for more than CHANGE_COMMITS_MAX.
 */
int change_commits_read(struct change_set *out, struct arena *arena,
    struct repo *, const char *base, const char *head, struct error *e);

/* One commit by its id, without regard to a base. */
int change_commit_read(struct change_commit *out, struct arena *arena,
    struct repo *, const char *id, const char *base, struct error *e);

/*
 * The commits among the last MAX before and including HEAD that have the
 * trailer Zonegate-Override, and those that close one (Zonegate-Resolved),
 * newest first. All lines of history are walked: which parent is the first one
 * is the pusher's choice. WITHOUT (may be NULL) and what it reaches is left
 * out.
 */
int change_history_read(struct change_set *out, struct arena *arena,
    struct repo *, const char *head, const char *without, size_t max,
    struct error *e);

#endif
