#include "sign_batch.h"

#include <stdlib.h>
#include <string.h>

#include "holder.h"
#include "sign_key.h"

enum {
	FULL_BYTES = 1 << 20,
	FULL_ITEMS = 4096,
};

/* Where the signature of an item goes. */
struct want {
	size_t out;
	unsigned key;
};

struct sign_batch {
	const struct dnssec_keys *keys;
	unsigned lane;
	struct sign_key *key[DNSSEC_KEYS_MAX]; /* NULL: the holder's */
	uint8_t *data; /* items as the holder takes them */
	size_t len, cap;
	struct want *want;
	size_t n, want_cap;
	uint8_t *sig; /* answers of the holder */
	size_t sig_len, sig_cap;
};

struct sign_batch *
sign_batch_new(const struct dnssec_keys *keys, unsigned lane)
{
	struct sign_batch *b = calloc(1, sizeof(*b));
	EVP_PKEY *evp;
	unsigned i;

	if (b == NULL)
		return NULL;
	b->keys = keys;
	b->lane = lane;
	for (i = 0; keys->holder == NULL && i < keys->n; i++) {
		/* Each worker gets an object of its own: OpenSSL counts
		 * references. */
		evp = ldns_key_evp_key(keys->key[i].key);
		evp = evp == NULL ? NULL : EVP_PKEY_dup(evp);
		b->key[i] = sign_key_new(evp, keys->key[i].algorithm);
		EVP_PKEY_free(evp);
		if (b->key[i] == NULL ||
		    sign_key_size(b->key[i]) != keys->key[i].sig_len) {
			sign_batch_free(b);
			return NULL;
		}
	}
	return b;
}

void
sign_batch_free(struct sign_batch *b)
{
	unsigned i;

	if (b == NULL)
		return;
	for (i = 0; i < DNSSEC_KEYS_MAX; i++)
		sign_key_free(b->key[i]);
	free(b->data);
	free(b->want);
	free(b->sig);
	free(b);
}

/* Room for NEED objects of SIZE octets. */
static bool
reserve(void *p, size_t *cap, size_t need, size_t size)
{
	size_t want = *cap == 0 ? 1024 : *cap;
	void *old, *new;

	if (need <= *cap)
		return true;
	while (want < need)
		want *= 2;
	memcpy(&old, p, sizeof(old));
	if ((new = realloc(old, want * size)) == NULL)
		return false;
	memcpy(p, &new, sizeof(new));
	*cap = want;
	return true;
}

uint8_t *
sign_batch_add(struct sign_batch *b, unsigned key, size_t len, size_t out)
{
	const struct dnssec_key *k = &b->keys->key[key];
	struct holder_item item = {(uint32_t)len, k->held};
	uint8_t *p;

	if (len > HOLDER_RRSET_MAX ||
	    !reserve(&b->data, &b->cap, b->len + sizeof(item) + len, 1) ||
	    !reserve(&b->want, &b->want_cap, b->n + 1, sizeof(*b->want)))
		return NULL;
	memcpy(b->data + b->len, &item, sizeof(item));
	p = b->data + b->len + sizeof(item);
	b->len += sizeof(item) + len;
	b->want[b->n++] = (struct want){out, key};
	b->sig_len += k->sig_len;
	return p;
}

bool
sign_batch_full(const struct sign_batch *b)
{
	return b->len >= FULL_BYTES || b->n >= FULL_ITEMS;
}

static int
run_here(struct sign_batch *b, uint8_t *buf)
{
	struct holder_item item;
	const uint8_t *p = b->data;
	size_t i;

	for (i = 0; i < b->n; i++) {
		memcpy(&item, p, sizeof(item));
		p += sizeof(item);
		if (sign_key_sign(b->key[b->want[i].key], p, item.len,
			buf + b->want[i].out) != 0)
			return -1;
		p += item.len;
	}
	return 0;
}

static int
run_held(struct sign_batch *b, uint8_t *buf)
{
	const uint8_t *p;
	size_t i, n;

	if (!reserve(&b->sig, &b->sig_cap, b->sig_len, 1) ||
	    holder_sign(b->keys->holder, b->lane, b->data, b->len,
		(uint32_t)b->n, b->sig, b->sig_len) != 0)
		return -1;
	p = b->sig;
	for (i = 0; i < b->n; i++) {
		n = b->keys->key[b->want[i].key].sig_len;
		memcpy(buf + b->want[i].out, p, n);
		p += n;
	}
	return 0;
}

int
sign_batch_run(struct sign_batch *b, uint8_t *buf)
{
	int rc = 0;

	if (b->n != 0)
		rc = b->keys->holder == NULL ? run_here(b, buf)
					     : run_held(b, buf);
	b->len = b->n = b->sig_len = 0;
	return rc;
}
