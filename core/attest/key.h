/*
 * Ed25519 keys (RFC 8032) of attestations, in PEM as "openssl genpkey" writes
 * them. The private key is only ever read in a process of its own, which signs
 * once and ends.
 */
#ifndef ATTEST_KEY_H
#define ATTEST_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/hash.h"

#define ATTEST_SIGNATURE 64

/*
 * Fork a process that reads the PKCS#8 key in the file PATH, gives up every
 * other right by calling CONFINE (may be NULL), signs the LEN bytes of DATA and
 * ends. KEYID gets the SHA-256 of the public key (DER SubjectPublicKeyInfo). A
 * key that everybody may read, that is encrypted or is not Ed25519 is refused.
 * 0, or -1 with E set.
 */
int attest_sign(const char *path, int (*confine)(struct error *),
    const void *data, size_t len, uint8_t signature[ATTEST_SIGNATURE],
    char keyid[HASH_HEX], struct error *e);

struct attest_public;

/*
 * The public keys of the PEM file PATH: one or several, so that a key can be
 * rolled over. 0, or -1 with E set.
 */
int attest_public_load(
    struct attest_public **out, const char *path, struct error *e);
void attest_public_free(struct attest_public *);

/* Is SIGNATURE one of one of the keys? Its keyid, or NULL. */
const char *attest_public_check(const struct attest_public *, const void *data,
    size_t len, const uint8_t *signature, size_t signature_len);

#endif
