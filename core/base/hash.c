#include "hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int
hash_sha256_hex(char out[HASH_HEX], const void *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0, i;

	if (EVP_Digest(data, len, md, &n, EVP_sha256(), NULL) != 1 || n != 32)
		return -1;
	for (i = 0; i < n; i++) {
		out[2 * i] = digits[md[i] >> 4];
		out[2 * i + 1] = digits[md[i] & 15];
	}
	out[2 * n] = '\0';
	return 0;
}

struct entry {
	const void *key; /* NULL: free */
	uint32_t len;
	uint32_t value;
	uint64_t hash;
};

struct hash_table {
	struct entry *slot;
	size_t mask;
	size_t used;
	uint64_t seed; /* a stranger must not be able to choose collisions */
};

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}

static uint64_t
hash_seeded(const void *data, size_t len, uint64_t seed)
{
	const uint8_t *p = data;
	uint64_t h = seed ^ len * 0x9e3779b97f4a7c15u, w;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&w, p, 8);
		h = mix(h ^ w);
	}
	w = 0;
	if (len != 0)
		memcpy(&w, p, len);
	return mix(h ^ w);
}

uint64_t
hash_bytes(const void *data, size_t len)
{
	return hash_seeded(data, len, 0);
}

struct hash_table *
hash_table_new(size_t hint)
{
	struct hash_table *t;
	size_t size = 16;

	while (size / 2 < hint && size < SIZE_MAX / 4)
		size *= 2;
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return NULL;
	if ((t->slot = calloc(size, sizeof(*t->slot))) == NULL) {
		free(t);
		return NULL;
	}
	t->mask = size - 1;
	if (getrandom(&t->seed, sizeof(t->seed), 0) != (ssize_t)sizeof(t->seed))
		t->seed = (uint64_t)(uintptr_t)t->slot;
	return t;
}

void
hash_table_free(struct hash_table *t)
{
	if (t == NULL)
		return;
	free(t->slot);
	free(t);
}

static struct entry *
probe(const struct hash_table *t, const void *key, size_t len, uint64_t h)
{
	size_t i;
	struct entry *e;

	for (i = h & t->mask;; i = (i + 1) & t->mask) {
		e = &t->slot[i];
		if (e->key == NULL || (e->hash == h && e->len == len &&
					  memcmp(e->key, key, len) == 0))
			return e;
	}
}

uint32_t *
hash_table_find(const struct hash_table *t, const void *key, size_t len)
{
	struct entry *e = probe(t, key, len, hash_seeded(key, len, t->seed));

	return e->key == NULL ? NULL : &e->value;
}

static int
grow(struct hash_table *t)
{
	struct entry *old = t->slot;
	size_t size = t->mask + 1, i;

	t->slot = calloc(size * 2, sizeof(*t->slot));
	if (t->slot == NULL) {
		t->slot = old;
		return -1;
	}
	t->mask = size * 2 - 1;
	for (i = 0; i < size; i++)
		if (old[i].key != NULL)
			*probe(t, old[i].key, old[i].len, old[i].hash) = old[i];
	free(old);
	return 0;
}

uint32_t *
hash_table_put(struct hash_table *t, const void *key, size_t len,
    uint32_t value, int *added)
{
	uint64_t h = hash_seeded(key, len, t->seed);
	struct entry *e;

	if (added != NULL)
		*added = 0;
	if (len > UINT32_MAX)
		return NULL;
	e = probe(t, key, len, h);
	if (e->key != NULL)
		return &e->value;
	if ((t->used + 1) * 2 > t->mask + 1) {
		if (grow(t) != 0)
			return NULL;
		e = probe(t, key, len, h);
	}
	e->key = key;
	e->len = (uint32_t)len;
	e->value = value;
	e->hash = h;
	t->used++;
	if (added != NULL)
		*added = 1;
	return &e->value;
}
