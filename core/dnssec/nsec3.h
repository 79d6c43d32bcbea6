/* What NSEC3 records are called (RFC 5155 §3, §5). */
#ifndef DNSSEC_NSEC3_H
#define DNSSEC_NSEC3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

enum {
	NSEC3_HASH = 20,      /* octets of SHA-1, the one algorithm there is */
	NSEC3_HASH_TEXT = 32, /* its label, base32hex without padding */
};

/* How the names of one chain are hashed. */
struct nsec3_params {
	const uint8_t *salt;
	uint16_t iterations; /* beyond the first */
	uint8_t salt_len;
};

/* The hash in the first label of NAME, an NSEC3 owner right below APEX; false
 * if NAME is none. Names are in lower case. */
bool nsec3_owner(
    const uint8_t *apex, const uint8_t *name, uint8_t hash[NSEC3_HASH]);

/* The hash of NAME (RFC 5155 §5). MD and SHA1 are the caller's, to be made once
 * for many names. 0, or -1. */
int nsec3_hash(EVP_MD_CTX *md, const EVP_MD *sha1, const struct nsec3_params *,
    const uint8_t *name, uint8_t hash[NSEC3_HASH]);

#endif
