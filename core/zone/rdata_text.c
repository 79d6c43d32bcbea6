/* Records whose text BIND or NSD read otherwise than Knot. */
#include "rdata_check.h"

#include <string.h>

#include "../dns/rrtype.h"

static bool
uri_quoted(const struct rdata_record *r)
{
	return r->nfields < 3 || lex_quoted(&r->field[2]);
}

static bool
caa_unquoted(const struct rdata_record *r)
{
	return r->nfields < 2 ||
	       (!lex_quoted(&r->field[1]) &&
		   memchr(r->field[1].p, '\\', r->field[1].len) == NULL);
}

/* Value of a base64 digit. */
static unsigned
digit64(char c)
{
	return c >= 'A' && c <= 'Z'   ? (unsigned)(c - 'A')
	       : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 26
	       : c >= '0' && c <= '9' ? (unsigned)(c - '0') + 52
	       : c == '+'             ? 62
				      : 63;
}

/* What has been seen of a base64 text. */
struct base64 {
	char last; /* digit before the padding */
	unsigned padding;
};

/* More text: padding may stand at the end only. */
static bool
base64_more(struct base64 *b, const char *p, size_t len)
{
	for (; len > 0; p++, len--) {
		if (*p == '=')
			b->padding++;
		else if (b->padding > 0)
			return false;
		else
			b->last = *p;
	}
	return true;
}

/* RFC 4648 §3.5: bits that the padding leaves over are zero. */
static bool
base64_end(const struct base64 *b)
{
	return b->padding == 0 ||
	       (digit64(b->last) & (b->padding == 1 ? 3 : 15)) == 0;
}

static bool
base64_from(const struct rdata_record *r, size_t first)
{
	struct base64 b = {'A', 0};
	size_t i;

	for (i = first; i < r->nfields; i++)
		if (!base64_more(&b, r->field[i].p, r->field[i].len))
			return false;
	return base64_end(&b);
}

static bool
base64_0(const struct rdata_record *r)
{
	return base64_from(r, 0);
}

static bool
base64_3(const struct rdata_record *r)
{
	return base64_from(r, 3);
}

static bool
base64_4(const struct rdata_record *r)
{
	return base64_from(r, 4);
}

static bool
base64_8(const struct rdata_record *r)
{
	return base64_from(r, 8);
}

/* ech="..." of SVCB and HTTPS */
static bool
svcb_ech(const struct rdata_record *r)
{
	struct base64 b;
	const struct lex_token *t;
	size_t i, q;

	for (i = 2; i < r->nfields; i++) {
		t = &r->field[i];
		if (t->len < 5 || strncmp(t->p, "ech=", 4) != 0)
			continue;
		q = t->p[4] == '"';
		b = (struct base64){'A', 0};
		if (t->len < 4 + 2 * q ||
		    !base64_more(&b, t->p + 4 + q, t->len - 4 - 2 * q) ||
		    !base64_end(&b))
			return false;
	}
	return true;
}

/* NSD reads the name twice: an escaped dot becomes a separator. */
static bool
ipseckey_gateway(const struct rdata_record *r)
{
	const struct lex_token *t = &r->field[3];

	return r->nfields < 4 || ((t->len != 1 || t->p[0] != '@') &&
				     memchr(t->p, '\\', t->len) == NULL);
}

static bool
rrsig_times(const struct rdata_record *r)
{
	return r->nfields < 6 ||
	       (r->field[4].len == 14 && r->field[5].len == 14);
}

/* keyNNN with the number of a key that has a name, or leading zeros. */
static bool
svcb_keys(const struct rdata_record *r)
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

static bool
loc_numbers(const struct rdata_record *r)
{
	size_t i;

	for (i = 0; i < r->nfields; i++)
		if (r->field[i].p[r->field[i].len - 1] == '.')
			return false;
	return true;
}

/* "ECC-GOST" is ECCGOST for BIND. */
static bool
algorithm_at(const struct rdata_record *r, size_t i)
{
	return r->nfields <= i ||
	       memchr(r->field[i].p, '-', r->field[i].len) == NULL;
}

static bool
algorithm_1(const struct rdata_record *r)
{
	return algorithm_at(r, 1);
}

static bool
algorithm_2(const struct rdata_record *r)
{
	return algorithm_at(r, 2);
}

#define ALGORITHM                                                              \
	"name of an algorithm that BIND does not know", "write its number"
#define BASE64                                                                 \
	"base64 with padding inside or unused bits set: BIND and NSD refuse "  \
	"it",                                                                  \
	    NULL

static const struct rdata_rule texts[] = {
    {TYPE_LOC, NSD, loc_numbers, "number ends with a dot: NSD refuses it",
	NULL},
    {RRTYPE_DS, BIND, algorithm_1, ALGORITHM},
    {RRTYPE_CDS, BIND, algorithm_1, ALGORITHM},
    {RRTYPE_RRSIG, BIND, algorithm_1, ALGORITHM},
    {TYPE_KEY, BIND, algorithm_2, ALGORITHM},
    {RRTYPE_DNSKEY, BIND, algorithm_2, ALGORITHM},
    {RRTYPE_CDNSKEY, BIND, algorithm_2, ALGORITHM},
    {TYPE_CERT, BIND, algorithm_2, ALGORITHM},
    {TYPE_KEY, BIND | NSD, base64_3, BASE64},
    {RRTYPE_DNSKEY, BIND | NSD, base64_3, BASE64},
    {RRTYPE_CDNSKEY, BIND | NSD, base64_3, BASE64},
    {TYPE_CERT, BIND | NSD, base64_3, BASE64},
    {TYPE_IPSECKEY, BIND | NSD, base64_4, BASE64},
    {TYPE_DHCID, BIND | NSD, base64_0, BASE64},
    {TYPE_OPENPGPKEY, BIND | NSD, base64_0, BASE64},
    {RRTYPE_RRSIG, BIND | NSD, base64_8, BASE64},
    {RRTYPE_SVCB, BIND | NSD, svcb_ech, BASE64},
    {RRTYPE_HTTPS, BIND | NSD, svcb_ech, BASE64},
    {RRTYPE_URI, BIND, uri_quoted, "target is not quoted: BIND refuses it",
	"quote it"},
    {RRTYPE_CAA, BIND, caa_unquoted,
	"tag with quotes or escapes: BIND refuses it",
	"write the tag as it is"},
    {TYPE_IPSECKEY, NSD, ipseckey_gateway,
	"gateway @, or with escapes: NSD refuses it or reads another name",
	"write the name out, without escapes"},
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

struct rdata_trouble
rdata_check_text(const struct rdata_fields *f, const struct rdata_out *out)
{
	struct rdata_trouble t = rdata_check_words(f, out);

	if (t.why != NULL || rdata_is_free(out->type))
		return t;
	return rdata_run(texts, sizeof(texts) / sizeof(texts[0]), f, out);
}
