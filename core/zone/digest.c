/* The digest of a whole zone (RFC 8976 §3). */
#include "zone.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

/* Apex ZONEMD and its signatures are no part of the digest (RFC 8976 §3.3). */
static bool
digested(const struct zone *z, const struct zone_rr *rr)
{
	const uint8_t *p = zone_rr_data(z, rr);

	if (!(z->owner[rr->owner].flags & ZONE_APEX))
		return true;
	if (rr->type == RRTYPE_ZONEMD)
		return false;
	return rr->type != RRTYPE_RRSIG || rr->rdlen < 2 ||
	       (p[0] << 8 | p[1]) != RRTYPE_ZONEMD;
}

static size_t
digest_header(uint8_t *p, const struct zone *z, const struct zone_rr *rr)
{
	const struct zone_owner *o = &z->owner[rr->owner];
	const uint8_t fixed[10] = {(uint8_t)(rr->type >> 8), (uint8_t)rr->type,
	    0, RRCLASS_IN, (uint8_t)(rr->ttl >> 24), (uint8_t)(rr->ttl >> 16),
	    (uint8_t)(rr->ttl >> 8), (uint8_t)rr->ttl,
	    (uint8_t)(rr->rdlen >> 8), (uint8_t)rr->rdlen};

	memcpy(p, o->name, o->len);
	memcpy(p + o->len, fixed, sizeof(fixed));
	return o->len + sizeof(fixed);
}

static const EVP_MD *
hash_of(uint8_t hash)
{
	return hash == ZONE_SHA384   ? EVP_sha384()
	       : hash == ZONE_SHA512 ? EVP_sha512()
				     : NULL;
}

size_t
zone_digest_len(uint8_t hash)
{
	const EVP_MD *md = hash_of(hash);

	return md == NULL ? 0 : (size_t)EVP_MD_get_size(md);
}

int
zone_digest_as(const struct zone *z, uint8_t hash, uint8_t out[ZONE_DIGEST_MAX])
{
	enum { CHUNK = 128 << 10, ONE = NAME_MAX_LEN + 10 + 65535 };
	const EVP_MD *md = hash_of(hash);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *buf = malloc(CHUNK + ONE);
	const struct zone_rr *rr;
	unsigned n = 0;
	size_t at = 0;
	uint32_t i;
	int rc = -1;

	if (md == NULL || ctx == NULL || buf == NULL ||
	    EVP_DigestInit_ex(ctx, md, NULL) != 1)
		goto out;
	for (i = 0; i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (!digested(z, rr))
			continue;
		at += digest_header(buf + at, z, rr);
		memcpy(buf + at, zone_rr_data(z, rr), rr->rdlen);
		at += rr->rdlen;
		if (at < CHUNK)
			continue;
		if (EVP_DigestUpdate(ctx, buf, at) != 1)
			goto out;
		at = 0;
	}
	if (EVP_DigestUpdate(ctx, buf, at) == 1 &&
	    EVP_DigestFinal_ex(ctx, out, &n) == 1 && n == zone_digest_len(hash))
		rc = 0;
out:
	EVP_MD_CTX_free(ctx);
	free(buf);
	return rc;
}

int
zone_digest(const struct zone *z, uint8_t out[48])
{
	uint8_t digest[ZONE_DIGEST_MAX];

	if (zone_digest_as(z, ZONE_SHA384, digest) != 0)
		return -1;
	memcpy(out, digest, 48);
	return 0;
}
