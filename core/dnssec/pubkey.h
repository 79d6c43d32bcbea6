/*
 * A public key ready to verify with: ldns' forms take the key as OpenSSL
 * object, which is built once instead of once a signature. Not for several
 * threads.
 */
#ifndef DNSSEC_PUBKEY_H
#define DNSSEC_PUBKEY_H

#include <ldns/ldns.h>

#include "algorithm.h"

struct pubkey;

/*
 * The key in DNSKEY RDATA; NULL when its algorithm is not supported, the key is
 * malformed or out of bounds (RSA: 512 to 4096 bits, exponent up to 64 bits),
 * or without memory.
 */
struct pubkey *pubkey_new(const uint8_t *rdata, size_t len);
void pubkey_free(struct pubkey *);

/*
 * Is SIG, in the form of RRSIG RDATA, a signature over what was written into
 * DATA? 1 yes, 0 no, -1 without memory.
 */
int pubkey_verify(const struct pubkey *, const uint8_t *sig, size_t len,
    const ldns_buffer *data);

#endif
