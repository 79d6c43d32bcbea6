/* Records whose octets BIND or NSD refuse or change. */
#include "rdata_check.h"

#include <string.h>

#include "../dns/rrtype.h"

/* Larger records do not fit into an answer with their name and question. */
#define RDATA_MAX 64000

static uint16_t
u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool
ds_digest(const struct rdata_record *r)
{
	switch (r->data[3]) {
	case 1:
		return r->len == 4 + 20;
	case 2:
	case 3:
		return r->len == 4 + 32;
	case 4:
		return r->len == 4 + 48;
	default:
		return true;
	}
}

static bool
sshfp_digest(const struct rdata_record *r)
{
	return (r->data[1] != 1 || r->len == 2 + 20) &&
	       (r->data[1] != 2 || r->len == 2 + 32);
}

static bool
zonemd_digest(const struct rdata_record *r)
{
	return r->data[5] == 1   ? r->len == 6 + 48
	       : r->data[5] == 2 ? r->len == 6 + 64
				 : r->len >= 6 + 12;
}

static bool
ipseckey_key(const struct rdata_record *r)
{
	size_t gateway = r->data[1] == 0   ? 0
			 : r->data[1] == 1 ? 4
			 : r->data[1] == 2 ? 16
					   : 1;

	if (r->data[1] == 3 && r->len > 3)
		gateway = name_check(r->data + 3, r->len - 3);
	return gateway + 3 < r->len;
}

static bool
caa_tag(const struct rdata_record *r)
{
	size_t n = r->data[1], i;

	for (i = 2; i < 2 + n; i++)
		if (!(r->data[i] >= 'a' && r->data[i] <= 'z') &&
		    !(r->data[i] >= '0' && r->data[i] <= '9'))
			return false;
	return n >= 1 && n <= 15;
}

static bool
key_flags(const struct rdata_record *r)
{
	return (r->data[0] & 0xc0) != 0xc0;
}

/* Type bitmap at AT (RFC 4034 §4.1.2): is type 0 in it? */
static bool
has_type_0(const struct rdata_record *r, size_t at)
{
	return r->len > at + 2 && r->data[at] == 0 &&
	       (r->data[at + 2] & 0x80) != 0;
}

static bool
nsec_bitmap(const struct rdata_record *r)
{
	size_t n = name_check(r->data, r->len);

	return n != 0 && r->len > n + 2 && !has_type_0(r, n);
}

static bool
nsec3_bitmap(const struct rdata_record *r)
{
	size_t at = 5u + r->data[4];

	return at < r->len && !has_type_0(r, at + 1 + r->data[at]);
}

static bool
csync_bitmap(const struct rdata_record *r)
{
	return !has_type_0(r, 6);
}

static bool
nsec3_hash(const struct rdata_record *r)
{
	size_t salt = r->data[4];

	return r->data[0] == 1 && r->len > 5 + salt && r->data[5 + salt] == 20;
}

static bool
rrsig_ttl(const struct rdata_record *r)
{
	return (r->data[4] & 0x80) == 0;
}

/* No more labels in the signer's name than the owner is said to have. */
static bool
rrsig_labels(const struct rdata_record *r)
{
	return name_labels(r->data + 18) <= r->data[3];
}

static bool
soa_timers(const struct rdata_record *r)
{
	const uint8_t *p = r->data + r->len - 16;

	return ((p[0] | p[4] | p[8] | p[12]) & 0x80) == 0;
}

static bool
ds_owner(const struct rdata_record *r)
{
	return r->owner == NULL || !name_equal(r->owner, r->apex);
}

static bool
ns_owner(const struct rdata_record *r)
{
	return r->owner == NULL || !name_is_wildcard(r->owner);
}

static bool
nsec3param_hash(const struct rdata_record *r)
{
	return r->data[0] == 1;
}

/* Its first label is a SHA-1 hash in base32hex (RFC 5155 §3). */
static bool
nsec3_owner(const struct rdata_record *r)
{
	uint8_t c;
	int i;

	if (r->owner == NULL)
		return true;
	for (i = 1; i <= r->owner[0]; i++) {
		c = r->owner[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'v'))
			return false;
	}
	return r->owner[0] == 32;
}

static bool
naptr_regexp(const struct rdata_record *r)
{
	size_t at = 4;

	at += r->data[at] + 1u; /* flags */
	at += r->data[at] + 1u; /* services */
	return naptr_check(r->data + at + 1, r->data[at]) == NULL;
}

static bool
naptr_flags(const struct rdata_record *r)
{
	size_t i;

	for (i = 5; i < 5u + r->data[4]; i++)
		if (!((r->data[i] | 0x20) >= 'a' &&
			(r->data[i] | 0x20) <= 'z') &&
		    !(r->data[i] >= '0' && r->data[i] <= '9'))
			return false;
	return true;
}

/* SvcParams (RFC 9460 §2.2): no-default-alpn needs alpn. */
static bool
svcb_alpn(const struct rdata_record *r)
{
	size_t at = 2 + name_check(r->data + 2, r->len - 2);
	bool alpn = false, no_default = false;

	while (at + 4 <= r->len) {
		alpn = alpn || u16(r->data + at) == 1;
		no_default = no_default || u16(r->data + at) == 2;
		at += 4u + u16(r->data + at + 2);
	}
	return alpn || !no_default;
}

/* A template with the variable "dns" (RFC 9461 §5), in its plainest form. */
static bool
is_dohpath(const uint8_t *p, size_t len)
{
	static const char variable[] = "{?dns}";
	size_t i;

	if (len < sizeof(variable) || p[0] != '/' ||
	    memcmp(p + len - (sizeof(variable) - 1), variable,
		sizeof(variable) - 1) != 0)
		return false;
	for (i = 0; i < len - (sizeof(variable) - 1); i++)
		if (p[i] <= 0x20 || p[i] >= 0x7f || p[i] == '{' || p[i] == '}')
			return false;
	return true;
}

static bool
svcb_dohpath(const struct rdata_record *r)
{
	size_t at = 2 + name_check(r->data + 2, r->len - 2), len;

	for (; at + 4 <= r->len; at += 4 + len) {
		len = u16(r->data + at + 2);
		if (u16(r->data + at) == 7 && at + 4 + len <= r->len &&
		    !is_dohpath(r->data + at + 4, len))
			return false;
	}
	return true;
}

/* Thousandths of a second around 2^31 (RFC 1876 §2): at most TOP degrees. */
static bool
loc_angle(const uint8_t *p, int64_t top)
{
	int64_t v = (int64_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];

	v -= (int64_t)1 << 31;
	return v <= top * 3600000 && v >= -top * 3600000;
}

static bool
loc_range(const struct rdata_record *r)
{
	return loc_angle(r->data + 4, 90) && loc_angle(r->data + 8, 180);
}

static bool
small(const struct rdata_record *r)
{
	return r->len <= RDATA_MAX;
}

static const struct rdata_rule octets[] = {
    {0, 0xff, small,
	"record is longer than 64000 octets: no message can "
	"carry it",
	NULL},
    {RRTYPE_DS, BIND, ds_digest,
	"digest has the wrong length for its type: BIND refuses it", NULL},
    {RRTYPE_CDS, BIND, ds_digest,
	"digest has the wrong length for its type: BIND refuses it", NULL},
    {RRTYPE_SSHFP, BIND, sshfp_digest,
	"fingerprint has the wrong length for its type: BIND refuses it", NULL},
    {RRTYPE_ZONEMD, BIND, zonemd_digest,
	"digest has the wrong length for its algorithm: BIND refuses it", NULL},
    {TYPE_IPSECKEY, BIND | KNOT, ipseckey_key,
	"no public key: BIND refuses it, Knot in parentheses", NULL},
    {TYPE_KEY, BIND, key_flags,
	"flags that mean \"no key\": BIND refuses a "
	"key with them",
	NULL},
    {RRTYPE_CAA, BIND | NSD, caa_tag,
	"tag must be 1 to 15 lower-case letters or digits: NSD refuses others",
	NULL},
    {RRTYPE_NSEC, BIND | NSD, nsec_bitmap,
	"type bitmap is empty or holds type 0: BIND or NSD refuse it", NULL},
    {RRTYPE_NSEC3, NSD, nsec3_bitmap, "type 0 in the bitmap: NSD refuses it",
	NULL},
    {TYPE_CSYNC, NSD, csync_bitmap, "type 0 in the bitmap: NSD refuses it",
	NULL},
    {RRTYPE_NSEC3, BIND | NSD, nsec3_hash,
	"next hashed owner must be 20 octets (SHA-1): BIND refuses others",
	NULL},
    {TYPE_LOC, BIND, loc_range,
	"latitude over 90 or longitude over 180 degrees: BIND refuses it",
	NULL},
    {RRTYPE_SOA, NSD, soa_timers,
	"timer over 2147483647: NSD takes another value", NULL},
    {RRTYPE_DS, BIND, ds_owner, "DS at the zone's apex: BIND refuses it",
	"it belongs into the parent zone"},
    {RRTYPE_NS, BIND, ns_owner, "NS at a wildcard: BIND refuses it", NULL},
    {RRTYPE_NSEC3, BIND, nsec3_owner,
	"owner does not begin with a hash: BIND refuses it", NULL},
    {RRTYPE_NSEC3PARAM, BIND | KNOT, nsec3param_hash,
	"hash algorithm other than 1: BIND and Knot refuse it", NULL},
    {RRTYPE_RRSIG, BIND, rrsig_labels,
	"signer's name has more labels than the labels field says: BIND "
	"refuses it",
	NULL},
    {RRTYPE_RRSIG, BIND | NSD, rrsig_ttl,
	"original TTL over 2147483647: servers differ on it", NULL},
    {RRTYPE_NAPTR, BIND, naptr_flags,
	"flags must be letters or digits: BIND refuses others", NULL},
    {RRTYPE_NAPTR, BIND, naptr_regexp,
	"regular expression that BIND refuses, or too unusual to tell",
	"use delimiter, expression, delimiter, replacement, delimiter: "
	"\"!^.*$!sip:info@example.com!\""},
    {RRTYPE_SVCB, BIND | NSD, svcb_dohpath,
	"dohpath is not of the form /path{?dns}: BIND or NSD refuse others",
	NULL},
    {RRTYPE_HTTPS, BIND | NSD, svcb_dohpath,
	"dohpath is not of the form /path{?dns}: BIND or NSD refuse others",
	NULL},
    {RRTYPE_SVCB, BIND, svcb_alpn,
	"no-default-alpn without alpn: BIND refuses it", NULL},
    {RRTYPE_HTTPS, BIND, svcb_alpn,
	"no-default-alpn without alpn: BIND refuses it", NULL},
};

struct rdata_trouble
rdata_check_wire(const struct rdata_fields *f, const struct rdata_out *out)
{
	if (rdata_is_free(out->type) && out->rdlen <= RDATA_MAX)
		return (struct rdata_trouble){NULL, NULL, NULL};
	return rdata_run(octets, sizeof(octets) / sizeof(octets[0]), f, out);
}
