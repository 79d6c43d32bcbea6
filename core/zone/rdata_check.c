#include "rdata_check.h"

#include <string.h>

#include "../dns/rrtype.h"

enum {
	BIND = 1 << ZONE_DIALECT_BIND,
	NSD = 1 << ZONE_DIALECT_NSD,
};

enum {
	TYPE_HINFO = 13,
	TYPE_KEY = 25,
	TYPE_IPSECKEY = 45,
	TYPE_SPF = 99,
};

/* Larger records do not fit into an answer with their name and question. */
#define RDATA_MAX 64000

struct record {
	const uint8_t *data;
	size_t len;
	const struct lex_token *field;
	size_t nfields;
	const uint8_t *owner; /* NULL: unknown */
	const uint8_t *apex;
};

struct check {
	uint16_t type;
	unsigned refused_by;
	bool (*good)(const struct record *);
	const char *why;
	const char *help;
};

static uint16_t
u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* ---- octets ------------------------------------------------------------- */

static bool
ds_digest(const struct record *r)
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
sshfp_digest(const struct record *r)
{
	return (r->data[1] != 1 || r->len == 2 + 20) &&
	       (r->data[1] != 2 || r->len == 2 + 32);
}

static bool
zonemd_digest(const struct record *r)
{
	return r->data[5] == 1   ? r->len == 6 + 48
	       : r->data[5] == 2 ? r->len == 6 + 64
				 : r->len >= 6 + 12;
}

static bool
ipseckey_key(const struct record *r)
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
caa_tag(const struct record *r)
{
	size_t n = r->data[1], i;

	for (i = 2; i < 2 + n; i++)
		if (!(r->data[i] >= 'a' && r->data[i] <= 'z') &&
		    !(r->data[i] >= '0' && r->data[i] <= '9'))
			return false;
	return n >= 1 && n <= 15;
}

static bool
key_flags(const struct record *r)
{
	return (r->data[0] & 0xc0) != 0xc0;
}

static bool
nsec_bitmap(const struct record *r)
{
	size_t n = name_check(r->data, r->len);

	/* Not empty, and without type 0. */
	return n != 0 && r->len > n + 2 &&
	       (r->data[n] != 0 || (r->data[n + 2] & 0x80) == 0);
}

static bool
nsec3_hash(const struct record *r)
{
	size_t salt = r->data[4];

	return r->data[0] == 1 && r->len > 5 + salt && r->data[5 + salt] == 20;
}

static bool
rrsig_ttl(const struct record *r)
{
	return (r->data[4] & 0x80) == 0;
}

/* No more labels in the signer's name than the owner is said to have. */
static bool
rrsig_labels(const struct record *r)
{
	return name_labels(r->data + 18) <= r->data[3];
}

static bool
soa_timers(const struct record *r)
{
	const uint8_t *p = r->data + r->len - 16;

	return ((p[0] | p[4] | p[8] | p[12]) & 0x80) == 0;
}

static bool
ds_owner(const struct record *r)
{
	return r->owner == NULL || !name_equal(r->owner, r->apex);
}

static bool
ns_owner(const struct record *r)
{
	return r->owner == NULL || !name_is_wildcard(r->owner);
}

static bool
nsec3param_hash(const struct record *r)
{
	return r->data[0] == 1;
}

/* Its first label is a SHA-1 hash in base32hex (RFC 5155 §3). */
static bool
nsec3_owner(const struct record *r)
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
naptr_regexp(const struct record *r)
{
	size_t at = 4;

	at += r->data[at] + 1u; /* flags */
	at += r->data[at] + 1u; /* services */
	return naptr_check(r->data + at + 1, r->data[at]) == NULL;
}

static bool
naptr_flags(const struct record *r)
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
svcb_alpn(const struct record *r)
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

static bool
small(const struct record *r)
{
	return r->len <= RDATA_MAX;
}

static const struct check octets[] = {
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
    {TYPE_IPSECKEY, BIND, ipseckey_key, "no public key: BIND refuses it", NULL},
    {TYPE_KEY, BIND, key_flags,
	"flags that mean \"no key\": BIND refuses a "
	"key with them",
	NULL},
    {RRTYPE_CAA, BIND | NSD, caa_tag,
	"tag must be 1 to 15 lower-case letters or digits: NSD refuses others",
	NULL},
    {RRTYPE_NSEC, BIND | NSD, nsec_bitmap,
	"type bitmap is empty or holds type 0: BIND or NSD refuse it", NULL},
    {RRTYPE_NSEC3, BIND, nsec3_hash,
	"next hashed owner must be 20 octets (SHA-1): BIND refuses others",
	NULL},
    {RRTYPE_SOA, NSD, soa_timers,
	"timer over 2147483647: NSD takes another value", NULL},
    {RRTYPE_DS, BIND, ds_owner, "DS at the zone's apex: BIND refuses it",
	"it belongs into the parent zone"},
    {RRTYPE_NS, BIND, ns_owner, "NS at a wildcard: BIND refuses it", NULL},
    {RRTYPE_NSEC3, BIND, nsec3_owner,
	"owner does not begin with a hash: BIND refuses it", NULL},
    {RRTYPE_NSEC3PARAM, BIND, nsec3param_hash,
	"hash algorithm other than 1: BIND refuses it", NULL},
    {RRTYPE_RRSIG, BIND, rrsig_labels,
	"signer's name has more labels than the labels field says: BIND "
	"refuses it", NULL},
    {RRTYPE_RRSIG, BIND | NSD, rrsig_ttl,
	"original TTL over 2147483647: servers differ on it", NULL},
    {RRTYPE_NAPTR, BIND, naptr_flags,
	"flags must be letters or digits: BIND refuses others", NULL},
    {RRTYPE_NAPTR, BIND, naptr_regexp,
	"regular expression that BIND refuses, or too unusual to tell",
	"use delimiter, expression, delimiter, replacement, delimiter: "
	"\"!^.*$!sip:info@example.com!\""},
    {RRTYPE_SVCB, BIND, svcb_alpn,
	"no-default-alpn without alpn: BIND refuses it", NULL},
    {RRTYPE_HTTPS, BIND, svcb_alpn,
	"no-default-alpn without alpn: BIND refuses it", NULL},
};

/* ---- text --------------------------------------------------------------- */

static bool
uri_quoted(const struct record *r)
{
	return r->nfields < 3 || lex_quoted(&r->field[2]);
}

static bool
caa_unquoted(const struct record *r)
{
	return r->nfields < 2 || !lex_quoted(&r->field[1]);
}

static bool
rrsig_times(const struct record *r)
{
	return r->nfields < 6 ||
	       (r->field[4].len == 14 && r->field[5].len == 14);
}

/* keyNNN with the number of a key that has a name, or leading zeros. */
static bool
svcb_keys(const struct record *r)
{
	const char *p, *end;
	size_t i;
	unsigned n;

	for (i = 2; i < r->nfields; i++) {
		p = r->field[i].p;
		end = p + r->field[i].len;
		if (r->field[i].len < 4 || strncmp(p, "key", 3) != 0)
			continue;
		p += 3;
		if (*p == '0' && p + 1 < end && p[1] >= '0' && p[1] <= '9')
			return false;
		for (n = 0; p < end && *p >= '0' && *p <= '9' && n < 100000;
		     p++)
			n = n * 10 + (unsigned)(*p - '0');
		if (n <= 6)
			return false;
	}
	return true;
}

static const struct check texts[] = {
    {RRTYPE_URI, BIND, uri_quoted, "target is not quoted: BIND refuses it",
	"quote it"},
    {RRTYPE_CAA, BIND, caa_unquoted, "quoted tag: BIND refuses it",
	"remove the quotes"},
    {RRTYPE_RRSIG, NSD, rrsig_times,
	"time not written as YYYYMMDDHHmmSS: NSD refuses it", NULL},
    {RRTYPE_SVCB, BIND | NSD, svcb_keys,
	"key of a known parameter by its number: servers read its value "
	"differently",
	"use its name"},
    {RRTYPE_HTTPS, BIND | NSD, svcb_keys,
	"key of a known parameter by its number: servers read its value "
	"differently",
	"use its name"},
};

static struct rdata_trouble
run(const struct check *c, size_t n, const struct rdata_fields *f,
    const struct rdata_out *out)
{
	struct record r = {out->rdata, out->rdlen, f->rdata,
	    (size_t)(f->end - f->rdata),
	    f->l->owner_state == OWNER_HERE ? f->l->owner : NULL, f->l->apex};
	struct rdata_trouble none = {NULL, NULL, NULL};

	for (; n-- > 0; c++) {
		if (c->type != 0 && c->type != out->type)
			continue;
		if (f->l->dialect != ZONE_DIALECT_COMMON &&
		    (c->refused_by >> f->l->dialect & 1) == 0)
			continue;
		if (!c->good(&r))
			return (struct rdata_trouble){
			    c->why, c->help, f->rdata};
	}
	return none;
}

struct rdata_trouble
rdata_check_wire(const struct rdata_fields *f, const struct rdata_out *out)
{
	return run(octets, sizeof(octets) / sizeof(octets[0]), f, out);
}

/* ---- words -------------------------------------------------------------- */

/* Does field number I of a record of TYPE hold a character string? */
static bool
is_string(uint16_t type, size_t i)
{
	switch (type) {
	case TYPE_HINFO:
	case RRTYPE_TXT:
	case TYPE_SPF:
		return true;
	case RRTYPE_NAPTR:
		return i >= 2 && i <= 4;
	case RRTYPE_URI:
	case RRTYPE_SVCB:
	case RRTYPE_HTTPS:
		return i >= 2;
	case RRTYPE_CAA:
		return i >= 1;
	default:
		return false;
	}
}

/* Words that are no trouble as names and numbers, but as strings. */
static const char *
string_trouble(const struct lex_token *t)
{
	uint32_t i;

	if (t->glued)
		return "parenthesis touches an unquoted string: Knot takes it "
		       "for part of the string";
	for (i = 0; i < t->len; i++) {
		if (t->p[i] == '\\')
			i++;
		else if (t->p[i] == '$' || (t->p[i] == '@' && t->len == 1))
			return "unquoted $ or @ in a string: NSD refuses it";
	}
	return NULL;
}

static const char *
word_trouble(const struct lex_token *t, bool first)
{
	if (t->p[0] == '$' || (t->p[0] == '.' && t->len > 1))
		return "unquoted string begins with $ or a dot: NSD refuses it";
	if (load_bit_label(t))
		return "\\[ begins a label: BIND and NSD take it for a bit "
		       "string label";
	if (t->p[0] == '\\' && t->p[1] == '#' && (t->len > 2 || !first))
		return "word begins with \\# and is not the mark of RFC 3597: "
		       "NSD refuses it";
	return NULL;
}

/* Octets of a character string as written. */
static size_t
decoded(const struct lex_token *t)
{
	size_t n = 0, i = lex_quoted(t), end = t->len - i;

	for (; i < end; n++)
		i += t->p[i] != '\\'                            ? 1
		     : t->p[i + 1] >= '0' && t->p[i + 1] <= '9' ? 4
								: 2;
	return n;
}

static const char *
field_trouble(const struct rdata_fields *f, uint16_t type, size_t i)
{
	const struct lex_token *t = f->rdata + i;
	const char *why = NULL;

	if ((type == RRTYPE_TXT || type == TYPE_SPF) && t->len > 255 &&
	    decoded(t) > 255)
		return "string is longer than 255 octets: Knot cuts it, BIND "
		       "and NSD refuse it";
	if (f->l->dialect != ZONE_DIALECT_COMMON || lex_quoted(t))
		return NULL;
	why = word_trouble(t, i == 0);
	if (why == NULL && is_string(type, i))
		why = string_trouble(t);
	return why;
}

struct rdata_trouble
rdata_check_text(const struct rdata_fields *f, const struct rdata_out *out)
{
	size_t i, n = (size_t)(f->end - f->rdata);
	const char *why;

	for (i = 0; i < n; i++)
		if ((why = field_trouble(f, out->type, i)) != NULL)
			return (struct rdata_trouble){why,
			    "quote it; cut strings at 255 octets",
			    f->rdata + i};
	return run(texts, sizeof(texts) / sizeof(texts[0]), f, out);
}
