/* DSSE envelopes (Dead Simple Signing Envelope, version 1.0.2). */
#ifndef ATTEST_ENVELOPE_H
#define ATTEST_ENVELOPE_H

#include "../base/text.h"
#include "key.h"

#define ATTEST_PAYLOAD_TYPE "application/vnd.in-toto+json"

/* Append what is signed: the pre-authentication encoding (PAE) of the payload,
 * which binds its type and length. */
void envelope_pae(
    struct text *out, const char *type, const void *payload, size_t len);

/* Append the envelope of one line, without line feed. */
void envelope_build(struct text *out, const void *payload, size_t len,
    const char *keyid, const uint8_t signature[ATTEST_SIGNATURE]);

/*
 * Check the envelope in LEN bytes of DATA against the public keys and append
 * its payload to PAYLOAD; KEYID (may be NULL) gets the key that signed it. 0; 1
 * when it does not hold (E says why); -1 when that cannot be told (E set).
 */
int envelope_open(struct text *payload, char keyid[HASH_HEX], const char *data,
    size_t len, const struct attest_public *, struct error *e);

#endif
