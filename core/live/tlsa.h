/*
 * DANE: does a certificate chain match the TLSA records that are published for
 * it (RFC 6698, RFC 7671)?
 */
#ifndef LIVE_TLSA_H
#define LIVE_TLSA_H

#include <openssl/x509_vfy.h>

#include "target.h"

enum tlsa_verdict {
	TLSA_FAILED = 0, /* could not be worked out */
	TLSA_NONE,       /* no record that anybody can use: as if unpublished */
	TLSA_MATCH,
	TLSA_MISMATCH,
};

/*
 * Hold the chain that CTX is about to verify against the N records, for the
 * host NAME at NOW: certificate usages 0 and 1 need the authorities of CTX as
 * well, 2 and 3 do not; 3 looks at neither names nor dates (RFC 7671 §5.1). CTX
 * is not changed. WHY (of LEN) gets the reason of a mismatch.
 */
enum tlsa_verdict tlsa_verify(X509_STORE_CTX *ctx, const char *name,
    const struct target_tlsa *tlsa, size_t n, int64_t now, char *why,
    size_t len);

#endif
