/*
 * A private key made ready to sign with. What OpenSSL looks up for a signature
 * is looked up once, so that a signature costs what the arithmetic costs. Not
 * for several threads: each makes its own.
 */
#ifndef DNSSEC_SIGN_KEY_H
#define DNSSEC_SIGN_KEY_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#define SIGN_KEY_MAX 512 /* octets of a signature: RSA with 4096 bits */

struct sign_key;

/*
 * KEY of ALGORITHM (IANA number), which is kept by reference. NULL when the
 * algorithm is not supported, the key is of another kind, or without memory.
 */
struct sign_key *sign_key_new(EVP_PKEY *key, uint8_t algorithm);
void sign_key_free(struct sign_key *);

/* Octets of every signature by it, in the form of RRSIG RDATA. */
size_t sign_key_size(const struct sign_key *);

/* Sign LEN octets; SIG has room for sign_key_size(). 0, or -1. */
int sign_key_sign(
    struct sign_key *, const uint8_t *data, size_t len, uint8_t *sig);

#endif
