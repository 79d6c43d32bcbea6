/* DS records and the keys they name (RFC 4034 §5, RFC 4509, RFC 6605). */
#include "ds.h"

#include <openssl/evp.h>
#include <string.h>

#include "../dns/name.h"
#include "algorithm.h"
#include "dnssec.h"

static const EVP_MD *
hash_of(uint8_t type)
{
	return type == DS_SHA256   ? EVP_sha256()
	       : type == DS_SHA384 ? EVP_sha384()
				   : NULL;
}

static bool
digest(uint8_t out[EVP_MAX_MD_SIZE], unsigned *n, const EVP_MD *md,
    const uint8_t *apex, const uint8_t *key, size_t len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ok;

	ok = ctx != NULL && EVP_DigestInit_ex(ctx, md, NULL) == 1 &&
	     EVP_DigestUpdate(ctx, apex, name_len(apex)) == 1 &&
	     EVP_DigestUpdate(ctx, key, len) == 1 &&
	     EVP_DigestFinal_ex(ctx, out, n) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

enum dnssec_ds_match
dnssec_ds_match(const uint8_t *apex, const uint8_t *ds, size_t dslen,
    const uint8_t *key, size_t keylen)
{
	uint8_t have[EVP_MAX_MD_SIZE];
	const EVP_MD *md;
	unsigned n = 0;

	if (dslen <= DS_HEADER || keylen <= DNSKEY_HEADER || key[3] != ds[2] ||
	    dnskey_tag(key, keylen) != get16(ds))
		return DNSSEC_DS_OTHER;
	if ((md = hash_of(ds[3])) == NULL)
		return DNSSEC_DS_UNKNOWN;
	if (!digest(have, &n, md, apex, key, keylen) ||
	    n != dslen - (size_t)DS_HEADER ||
	    memcmp(have, ds + DS_HEADER, n) != 0)
		return DNSSEC_DS_DIFFERS;
	return DNSSEC_DS_MATCHES;
}

uint16_t
dnssec_key_tag(const uint8_t *rdata, size_t len)
{
	return dnskey_tag(rdata, len);
}
