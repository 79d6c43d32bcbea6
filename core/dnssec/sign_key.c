#include "sign_key.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "algorithm.h"

struct sign_key {
	EVP_PKEY *key;
	EVP_PKEY_CTX *sign; /* NULL: EdDSA, which hashes by itself */
	EVP_MD *digest;
	EVP_MD_CTX *hash;
	size_t size;
	bool ecdsa;
};

/* The kinds of key and digest of RFC 5702, RFC 6605 and RFC 8080. */
static const struct kind {
	uint8_t algorithm;
	int type;
	const char *digest; /* NULL: EdDSA */
	int bits;           /* of the key; 0: RSA, it varies */
} kinds[] = {
    {8, EVP_PKEY_RSA, "SHA256", 0},
    {10, EVP_PKEY_RSA, "SHA512", 0},
    {13, EVP_PKEY_EC, "SHA256", 256},
    {14, EVP_PKEY_EC, "SHA384", 384},
    {15, EVP_PKEY_ED25519, NULL, 0},
    {16, EVP_PKEY_ED448, NULL, 0},
};

static const struct kind *
kind_of(uint8_t algorithm)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].algorithm == algorithm)
			return &kinds[i];
	return NULL;
}

static int
prepare(struct sign_key *k, const struct kind *kind)
{
	if ((k->hash = EVP_MD_CTX_new()) == NULL)
		return -1;
	if (kind->digest == NULL)
		return 0;
	k->digest = EVP_MD_fetch(NULL, kind->digest, NULL);
	k->sign = EVP_PKEY_CTX_new(k->key, NULL);
	if (k->digest == NULL || k->sign == NULL ||
	    EVP_PKEY_sign_init(k->sign) != 1)
		return -1;
	if (kind->type == EVP_PKEY_RSA &&
	    EVP_PKEY_CTX_set_rsa_padding(k->sign, RSA_PKCS1_PADDING) != 1)
		return -1;
	return EVP_PKEY_CTX_set_signature_md(k->sign, k->digest) == 1 ? 0 : -1;
}

struct sign_key *
sign_key_new(EVP_PKEY *key, uint8_t algorithm)
{
	const struct dnssec_algorithm *a = algorithm_find(algorithm);
	const struct kind *kind = kind_of(algorithm);
	struct sign_key *k;
	int size;

	if (a == NULL || kind == NULL || key == NULL ||
	    EVP_PKEY_get_base_id(key) != kind->type ||
	    (kind->bits != 0 && EVP_PKEY_get_bits(key) != kind->bits))
		return NULL;
	size = EVP_PKEY_get_size(key);
	if (size <= 0 || size > SIGN_KEY_MAX ||
	    (k = calloc(1, sizeof(*k))) == NULL)
		return NULL;
	k->size = a->sig_len != 0 ? a->sig_len : (size_t)size;
	k->ecdsa = kind->type == EVP_PKEY_EC;
	if (EVP_PKEY_up_ref(key) == 1)
		k->key = key;
	if (k->key == NULL || prepare(k, kind) != 0) {
		ERR_clear_error();
		sign_key_free(k);
		return NULL;
	}
	return k;
}

void
sign_key_free(struct sign_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_CTX_free(k->sign);
	EVP_MD_CTX_free(k->hash);
	EVP_MD_free(k->digest);
	EVP_PKEY_free(k->key);
	free(k);
}

size_t
sign_key_size(const struct sign_key *k)
{
	return k->size;
}

/*
 * One DER INTEGER at *P, before END, into WIDTH octets. OpenSSL wrote it, a
 * token may have, too: nothing is believed.
 */
static int
take_integer(const uint8_t **p, const uint8_t *end, uint8_t *out, size_t width)
{
	const uint8_t *at = *p;
	size_t len;

	if (end - at < 3 || at[0] != 2 || at[1] > 0x7f)
		return -1;
	len = at[1];
	at += 2;
	if (len == 0 || (size_t)(end - at) < len || (at[0] & 0x80))
		return -1;
	*p = at + len;
	for (; len > 0 && *at == 0; len--)
		at++;
	if (len > width)
		return -1;
	memset(out, 0, width - len);
	if (len != 0)
		memcpy(out + width - len, at, len);
	return 0;
}

/* DNS has the two integers of an ECDSA signature bare (RFC 6605 §4). */
static int
from_der(const uint8_t *der, size_t len, uint8_t *sig, size_t size)
{
	const uint8_t *p = der + 2, *end = der + len;

	/* At most 2 * (2 + 49) octets: the short form. */
	if (len < 2 || der[0] != 0x30 || der[1] != len - 2 ||
	    take_integer(&p, end, sig, size / 2) != 0 ||
	    take_integer(&p, end, sig + size / 2, size / 2) != 0)
		return -1;
	return p == end ? 0 : -1;
}

static int
sign_whole(struct sign_key *k, const uint8_t *data, size_t len, uint8_t *sig)
{
	size_t n = k->size;
	int rc;

	EVP_MD_CTX_reset(k->hash);
	rc = EVP_DigestSignInit(k->hash, NULL, NULL, NULL, k->key) == 1 &&
	     EVP_DigestSign(k->hash, sig, &n, data, len) == 1 && n == k->size;
	return rc ? 0 : -1;
}

static int
sign_hash(struct sign_key *k, const uint8_t *data, size_t len, uint8_t *sig)
{
	uint8_t hash[EVP_MAX_MD_SIZE], made[SIGN_KEY_MAX];
	size_t n = sizeof(made);
	unsigned nhash = 0;

	if (EVP_DigestInit_ex2(k->hash, k->digest, NULL) != 1 ||
	    EVP_DigestUpdate(k->hash, data, len) != 1 ||
	    EVP_DigestFinal_ex(k->hash, hash, &nhash) != 1 ||
	    EVP_PKEY_sign(k->sign, made, &n, hash, nhash) != 1)
		return -1;
	if (k->ecdsa)
		return from_der(made, n, sig, k->size);
	if (n != k->size)
		return -1;
	memcpy(sig, made, n);
	return 0;
}

int
sign_key_sign(struct sign_key *k, const uint8_t *data, size_t len, uint8_t *sig)
{
	int rc = k->sign == NULL ? sign_whole(k, data, len, sig)
				 : sign_hash(k, data, len, sig);

	if (rc != 0)
		ERR_clear_error();
	return rc;
}
