/*
 * Domain names in wire form (RFC 1035 §3.1), uncompressed. A "name" is a
 * pointer to its first length octet; it always ends with the root label and
 * holds at most 255 octets. Names of a zone or a policy are kept in lower case
 * (RFC 4034 §6.2), so that equal names are equal bytes.
 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_MAX_LEN 255
#define NAME_MAX_LABEL 63
#define NAME_MAX_LABELS 127
/* Longest presentation form: every octet as \DDD, dots, NUL. */
#define NAME_MAX_TEXT 1024
/* Longest sort key, see name_key(). */
#define NAME_MAX_KEY 512

/* Octets of NAME including the root label. */
size_t name_len(const uint8_t *name);

/*
 * Check that a valid, uncompressed name begins at DATA and does not pass LEN.
 * Its length, or 0.
 */
size_t name_check(const uint8_t *data, size_t len);

/* Labels without the root: 0 for ".". */
unsigned name_labels(const uint8_t *name);

/* The name without its first label; the root is its own parent. */
const uint8_t *name_parent(const uint8_t *name);

/* The name without its first N labels. */
const uint8_t *name_skip(const uint8_t *name, unsigned n);

static inline bool
name_is_root(const uint8_t *name)
{
	return name[0] == 0;
}

/* Is the first label "*" (RFC 4592)? */
bool name_is_wildcard(const uint8_t *name);

/* Lower-case A–Z in place; returns the length. */
size_t name_lower(uint8_t *name);

/* Same name, compared without case. */
bool name_equal(const uint8_t *a, const uint8_t *b);

/* Is NAME equal to or below ANCESTOR, compared without case? */
bool name_is_under(const uint8_t *name, const uint8_t *ancestor);

/* Canonical DNS name order (RFC 4034 §6.1): <0, 0, >0. */
int name_compare(const uint8_t *a, const uint8_t *b);

/*
 * A byte string whose memcmp() order (shorter first when one is a prefix of
 * the other) is the canonical order of the names; the key of a name is a prefix
 * of the keys of all names below it. Labels from the root down, each followed
 * by 00; inside labels 00 and 01 become 01 01 and 01 02. Returns its length.
 */
size_t name_key(uint8_t out[NAME_MAX_KEY], const uint8_t *name);

/*
 * Presentation form with a final dot; special and non-printing octets escaped
 * as \X or \DDD (RFC 1035 §5.1, RFC 4343 §2.1). Returns the length.
 */
size_t name_to_text(char out[NAME_MAX_TEXT], const uint8_t *name);

/*
 * Parse presentation form TEXT of LEN bytes into OUT, in lower case. Names
 * without a final dot are completed with ORIGIN, or taken as absolute if ORIGIN
 * is NULL. "@" alone is ORIGIN. Octets above 0x7e need escapes. Returns the
 * wire length, or 0 and, if WHY is not NULL, a short static reason.
 */
size_t name_from_text(uint8_t out[NAME_MAX_LEN], const char *text, size_t len,
    const uint8_t *origin, const char **why);

/* PREFIX's labels before SUFFIX; the length, or 0 if longer than 255. */
size_t name_join(
    uint8_t out[NAME_MAX_LEN], const uint8_t *prefix, const uint8_t *suffix);

/*
 * Replace the ending OWNER of NAME (which is below it) with TARGET, as DNAME
 * substitution does (RFC 6672 §2.2). The length, or 0 if longer than 255.
 */
size_t name_substitute(uint8_t out[NAME_MAX_LEN], const uint8_t *name,
    const uint8_t *owner, const uint8_t *target);

#endif
