/*
 * What earlier runs found out, by the digest of what they looked at: an LMDB
 * file under the git directory. It saves work and decides nothing: a memo that
 * is not there, not ours, full, stale or damaged is done without, and it can be
 * deleted at any time.
 *
 * LMDB believes its file: a damaged page can make it crash or run in circles.
 * So a process of its own holds it and is asked through a socket. Whatever
 * happens to that process, the asker only knows less; and the asker needs no
 * right to write.
 */
#ifndef MEMO_MEMO_H
#define MEMO_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/hash.h"

/* Under the git directory, which must belong to the user we run as. */
#define MEMO_FOLDER "zonegate"
#define MEMO_FILE "memo.mdb"
#define MEMO_LOCK_FILE "memo.mdb-lock"

/* A longer value is not kept. */
#define MEMO_VALUE_MAX ((size_t)8 << 20)

struct memo;

struct memo_item {
	char key[HASH_HEX]; /* a SHA-256 */
	const void *value;  /* NULL: not known */
	size_t len;
};

/*
 * The memo of the repository whose git directory is GITDIR, or NULL when there
 * is to be none. To be called before any thread was started. The process that
 * holds the file calls CONFINE (may be NULL) once it has opened it and ends
 * when that fails.
 */
struct memo *memo_open(const char *gitdir, int (*confine)(struct error *));

/* Wait, not for long, until what was put is stored. NULL is harmless. */
void memo_close(struct memo *);

/*
 * Look up the keys of N items, all at once: fills value (in ARENA) and length
 * of those that are known and whose checksum holds, NULL and 0 of the others.
 * MEMO may be NULL: then nothing is known.
 */
void memo_get(
    struct memo *, struct memo_item *item, size_t n, struct arena *arena);

/* Remember the items with a value, all or none. That it failed is nobody's
 * concern. MEMO may be NULL. */
void memo_put(struct memo *, const struct memo_item *item, size_t n);

#endif
