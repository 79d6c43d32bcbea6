/* What the key holder signs: an RRset of its zone, and nothing else. */
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "algorithm.h"
#include "holder_wire.h"

enum {
	FIXED = 10,        /* type, class, TTL, length of RDATA */
	SLACK = 7 * 86400, /* an inception may lie so far back */
};

/* The tag that the key has, or will have once it is revoked. */
static bool
is_tag(const struct holder_key *k, uint16_t tag)
{
	uint8_t revoked[HOLDER_RDATA_MAX];
	size_t i;

	if (dnskey_tag(k->rdata, k->rdlen) == tag)
		return true;
	for (i = 0; i < k->rdlen; i++)
		revoked[i] = k->rdata[i];
	revoked[1] |= DNSKEY_REVOKE;
	return dnskey_tag(revoked, k->rdlen) == tag;
}

/* The times of the RRSIG (serial numbers, RFC 4034 §3.1.5) around NOW. */
static bool
is_timely(const uint8_t *header, int64_t now, uint32_t validity_max)
{
	int64_t ends = (int32_t)(get32(header + 8) - (uint32_t)now);
	int64_t begins = (int32_t)(get32(header + 12) - (uint32_t)now);

	return begins < ends && begins >= -(int64_t)SLACK && begins <= 0 &&
	       ends > 0 && ends <= (int64_t)validity_max;
}

/* RRs of TYPE at one name in the zone, to the end. */
static bool
is_rrset(const struct holder_key *k, uint16_t type, const uint8_t *p,
    const uint8_t *end)
{
	const uint8_t *name = p;
	size_t n, rdlen;

	if (p == end)
		return false;
	for (; p < end; p += n + FIXED + rdlen) {
		n = name_check(p, (size_t)(end - p));
		if (n == 0 || (size_t)(end - p) < n + FIXED ||
		    get16(p + n) != type || get16(p + n + 2) != RRCLASS_IN)
			return false;
		rdlen = get16(p + n + 8);
		if ((size_t)(end - p) < n + FIXED + rdlen)
			return false;
		if (p == name ? !name_is_under(p, k->apex)
			      : !name_equal(p, name))
			return false;
	}
	return true;
}

const char *
holder_check(const struct holder_key *k, const uint8_t *data, size_t len,
    int64_t now, uint32_t validity_max)
{
	const uint8_t *signer = data + RRSIG_HEADER;
	size_t n;

	if (len <= RRSIG_HEADER ||
	    (n = name_check(signer, len - RRSIG_HEADER)) == 0)
		return "no RRSIG header";
	if (data[2] != k->rdata[3] || !is_tag(k, get16(data + 16)))
		return "an RRSIG header of another key";
	if (!name_equal(signer, k->apex))
		return "an RRSIG header of another zone";
	if (!is_timely(data, now, validity_max))
		return "a time of validity that was not allowed";
	if (!is_rrset(k, get16(data), signer + n, data + len))
		return "no RRset of the zone";
	return NULL;
}
