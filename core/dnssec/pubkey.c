#include "pubkey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

enum {
	RSA_MIN = 64, /* octets of modulus */
	RSA_MAX = 512,
	RSA_EXPONENT_MAX = 8,
	DER_MAX = 2 * (48 + 3) + 4, /* two integers of 384 bits */
};

struct pubkey {
	const struct dnssec_algorithm *algorithm;
	EVP_PKEY *evp;
	EVP_MD *md; /* NULL: EdDSA signs the data itself */
	/* What OpenSSL looks up for a verification is looked up once. */
	EVP_PKEY_CTX *verify;
	EVP_MD_CTX *hash;
};

/* RFC 3110 §2: exponent length in one or three octets, exponent, modulus. */
static bool
rsa_in_bounds(const uint8_t *p, size_t len)
{
	size_t exponent, at = 1, modulus;

	if (len < 3)
		return false;
	exponent = p[0];
	if (exponent == 0) {
		exponent = get16(p + 1);
		at = 3;
	}
	if (exponent == 0 || exponent > RSA_EXPONENT_MAX ||
	    exponent >= len - at || p[at] == 0)
		return false;
	modulus = len - at - exponent;
	return modulus >= RSA_MIN && modulus <= RSA_MAX &&
	       p[at + exponent] != 0;
}

/* Modulus N and exponent E as an OpenSSL key: ldns' own form is one that
 * OpenSSL 3 has deprecated. */
static EVP_PKEY *
rsa_from_numbers(const BIGNUM *n, const BIGNUM *e)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *evp = NULL;

	if (ctx != NULL && b != NULL &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) == 1 &&
	    (params = OSSL_PARAM_BLD_to_param(b)) != NULL &&
	    EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &evp, EVP_PKEY_PUBLIC_KEY, params) != 1)
		evp = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(ctx);
	return evp;
}

static EVP_PKEY *
rsa_key(const uint8_t *p, size_t len)
{
	EVP_PKEY *evp = NULL;
	BIGNUM *n, *e;
	size_t at = p[0] == 0 ? 3 : 1, exponent;

	if (!rsa_in_bounds(p, len))
		return NULL;
	exponent = p[0] == 0 ? get16(p + 1) : p[0];
	e = BN_bin2bn(p + at, (int)exponent, NULL);
	at += exponent;
	n = BN_bin2bn(p + at, (int)(len - at), NULL);
	if (n != NULL && e != NULL)
		evp = rsa_from_numbers(n, e);
	BN_free(n);
	BN_free(e);
	return evp;
}

static EVP_PKEY *
evp_key(const struct dnssec_algorithm *a, const uint8_t *p, size_t len)
{
	if (a->key_len != 0 && len != a->key_len)
		return NULL;
	switch (a->number) {
	case LDNS_RSASHA256:
	case LDNS_RSASHA512:
		return rsa_key(p, len);
	case LDNS_ECDSAP256SHA256:
	case LDNS_ECDSAP384SHA384:
		return ldns_ecdsa2pkey_raw(p, len, a->number);
	case LDNS_ED25519:
		return ldns_ed255192pkey_raw(p, len);
	case LDNS_ED448:
		return ldns_ed4482pkey_raw(p, len);
	default:
		return NULL;
	}
}

static const char *
digest_of(uint8_t algorithm)
{
	switch (algorithm) {
	case LDNS_RSASHA256:
	case LDNS_ECDSAP256SHA256:
		return "SHA256";
	case LDNS_RSASHA512:
		return "SHA512";
	case LDNS_ECDSAP384SHA384:
		return "SHA384";
	default:
		return NULL;
	}
}

/* Ready to verify any number of signatures. 0, or -1. */
static int
prepare(struct pubkey *k)
{
	const char *digest = digest_of(k->algorithm->number);

	if (k->evp == NULL || (k->hash = EVP_MD_CTX_new()) == NULL)
		return -1;
	if (digest == NULL)
		return 0;
	if ((k->md = EVP_MD_fetch(NULL, digest, NULL)) == NULL ||
	    (k->verify = EVP_PKEY_CTX_new(k->evp, NULL)) == NULL ||
	    EVP_PKEY_verify_init(k->verify) != 1)
		return -1;
	if (k->algorithm->sig_len == 0 &&
	    EVP_PKEY_CTX_set_rsa_padding(k->verify, RSA_PKCS1_PADDING) != 1)
		return -1;
	return EVP_PKEY_CTX_set_signature_md(k->verify, k->md) == 1 ? 0 : -1;
}

struct pubkey *
pubkey_new(const uint8_t *rdata, size_t len)
{
	const struct dnssec_algorithm *a;
	struct pubkey *k;

	if (len <= DNSKEY_HEADER || (a = algorithm_find(rdata[3])) == NULL)
		return NULL;
	if ((k = calloc(1, sizeof(*k))) == NULL)
		return NULL;
	k->algorithm = a;
	k->evp = evp_key(a, rdata + DNSKEY_HEADER, len - DNSKEY_HEADER);
	if (prepare(k) != 0) {
		ERR_clear_error();
		pubkey_free(k);
		return NULL;
	}
	return k;
}

void
pubkey_free(struct pubkey *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_CTX_free(k->verify);
	EVP_MD_CTX_free(k->hash);
	EVP_PKEY_free(k->evp);
	EVP_MD_free(k->md);
	free(k);
}

/* A DER INTEGER from LEN big-endian octets. */
static size_t
der_integer(uint8_t *out, const uint8_t *p, size_t len)
{
	size_t pad;

	while (len > 1 && *p == 0) {
		p++;
		len--;
	}
	pad = *p >> 7; /* or it would be negative */
	out[0] = 2;
	out[1] = (uint8_t)(len + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, p, len);
	return 2 + pad + len;
}

/* ECDSA signatures are two bare integers in DNS (RFC 6605 §4), DER in OpenSSL.
 */
static size_t
der_signature(uint8_t out[DER_MAX], const uint8_t *sig, size_t len)
{
	size_t n;

	n = der_integer(out + 2, sig, len / 2);
	n += der_integer(out + 2 + n, sig + len / 2, len / 2);
	out[0] = 0x30;
	out[1] = (uint8_t)n; /* at most 102: the short form */
	return n + 2;
}

/*
 * ldns has EdDSA only in a form that parses the key each time, which takes as
 * long as the verification itself, and the others in one that looks up digest
 * and key anew.
 */
static int
verify_eddsa(const struct pubkey *k, const uint8_t *sig, size_t len,
    const ldns_buffer *data)
{
	EVP_MD_CTX_reset(k->hash);
	if (EVP_DigestVerifyInit(k->hash, NULL, NULL, NULL, k->evp) != 1)
		return -1;
	return EVP_DigestVerify(k->hash, sig, len, ldns_buffer_begin(data),
		   ldns_buffer_position(data)) == 1;
}

static int
verify_hash(const struct pubkey *k, const uint8_t *sig, size_t len,
    const ldns_buffer *data)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestInit_ex2(k->hash, k->md, NULL) != 1 ||
	    EVP_DigestUpdate(k->hash, ldns_buffer_begin(data),
		ldns_buffer_position(data)) != 1 ||
	    EVP_DigestFinal_ex(k->hash, hash, &n) != 1)
		return -1;
	return EVP_PKEY_verify(k->verify, sig, len, hash, n) == 1;
}

int
pubkey_verify(const struct pubkey *k, const uint8_t *sig, size_t len,
    const ldns_buffer *data)
{
	const struct dnssec_algorithm *a = k->algorithm;
	uint8_t der[DER_MAX];
	int rc;

	if (a->sig_len != 0 && len != a->sig_len)
		return 0;
	if (k->md == NULL) {
		rc = verify_eddsa(k, sig, len, data);
	} else {
		if (a->sig_len != 0) {
			len = der_signature(der, sig, len);
			sig = der;
		}
		rc = verify_hash(k, sig, len, data);
	}
	if (rc != 1)
		ERR_clear_error();
	return rc;
}
