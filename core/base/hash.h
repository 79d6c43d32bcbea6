/*
 * SHA-256 for digests that people see, and a small open-addressed table from
 * byte strings to numbers.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_HEX 65 /* 64 digits and the NUL */

/* SHA-256 of DATA in lower-case hexadecimal. 0, or -1 (libcrypto failed). */
int hash_sha256_hex(char out[HASH_HEX], const void *data, size_t len);

struct hash_table;

/* A table for about HINT keys, or NULL. Keys are borrowed: keep them alive. */
struct hash_table *hash_table_new(size_t hint);
void hash_table_free(struct hash_table *);

/* The slot of KEY's value: NULL when absent. */
uint32_t *hash_table_find(
    const struct hash_table *, const void *key, size_t len);

/*
 * As hash_table_find(), but adds KEY with VALUE when absent. *ADDED (may be
 * NULL) tells which. NULL without memory.
 */
uint32_t *hash_table_put(struct hash_table *, const void *key, size_t len,
    uint32_t value, int *added);

/* The 64-bit hash the table uses (not for hostile collision resistance). */
uint64_t hash_bytes(const void *data, size_t len);

#endif
