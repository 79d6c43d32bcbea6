#include "axfr_tsig.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "axfr_tsig_impl.h"

#define TYPE_TSIG 250
#define CLASS_ANY 255
#define FUDGE 300
#define HEADER 12
#define UNSIGNED_MAX 99 /* section 5.3.1 */

struct axfr_tsig_session {
	const struct axfr_key *key;
	EVP_MAC *mac;
	EVP_MAC_CTX *ctx; /* of the message that comes next */
	bool first;       /* nothing of the answer was seen */
	unsigned bare;    /* unsigned messages in a row */
};

/* What stands in a TSIG record. */
struct record {
	size_t at; /* in the message: where it begins */
	uint8_t name[NAME_MAX_LEN], algorithm[NAME_MAX_LEN];
	uint64_t time;
	uint16_t fudge, original_id, error;
	const uint8_t *mac, *other;
	uint16_t mac_len, other_len;
};

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put48(uint8_t *p, uint64_t v)
{
	int i;

	for (i = 5; i >= 0; i--, v >>= 8)
		p[i] = (uint8_t)v;
}

/* ---- the digest ---------------------------------------------------------- */

/* Begin a digest with the one before it. 0, -1. */
static int
begin(struct axfr_tsig_session *s, const uint8_t *prior, size_t prior_len)
{
	OSSL_PARAM params[2] = {
	    OSSL_PARAM_construct_utf8_string(
		"digest", (char *)(uintptr_t)s->key->algorithm->digest, 0),
	    OSSL_PARAM_construct_end()};
	uint8_t len[2];

	EVP_MAC_CTX_free(s->ctx);
	if ((s->ctx = EVP_MAC_CTX_new(s->mac)) == NULL ||
	    EVP_MAC_init(s->ctx, s->key->secret, s->key->secret_len, params) !=
		1)
		return -1;
	if (prior == NULL)
		return 0;
	put16(len, (uint16_t)prior_len);
	return EVP_MAC_update(s->ctx, len, sizeof(len)) == 1 &&
		       EVP_MAC_update(s->ctx, prior, prior_len) == 1
		   ? 0
		   : -1;
}

/* Time and fudge; around them, unless only TIMERS count, what names the key
 * (section 4.3.3). */
static int
add_variables(struct axfr_tsig_session *s, const struct record *r, bool timers)
{
	static const uint8_t any[6] = {0, CLASS_ANY, 0, 0, 0, 0}; /* and TTL */
	const struct axfr_key *k = s->key;
	uint8_t when[8], rest[4];
	int ok = 1;

	put48(when, r->time);
	put16(when + 6, r->fudge);
	if (timers)
		return EVP_MAC_update(s->ctx, when, sizeof(when)) == 1 ? 0 : -1;
	put16(rest, r->error);
	put16(rest + 2, r->other_len);
	ok &= EVP_MAC_update(s->ctx, k->name, name_len(k->name));
	ok &= EVP_MAC_update(s->ctx, any, sizeof(any));
	ok &= EVP_MAC_update(
	    s->ctx, k->algorithm->name, name_len(k->algorithm->name));
	ok &= EVP_MAC_update(s->ctx, when, sizeof(when));
	ok &= EVP_MAC_update(s->ctx, rest, sizeof(rest));
	if (r->other_len > 0)
		ok &= EVP_MAC_update(s->ctx, r->other, r->other_len);
	return ok == 1 ? 0 : -1;
}

static int
finish(struct axfr_tsig_session *s, uint8_t mac[AXFR_MAC_MAX])
{
	size_t n = 0;

	return EVP_MAC_final(s->ctx, mac, &n, AXFR_MAC_MAX) == 1 &&
		       n == s->key->algorithm->mac_len
		   ? 0
		   : -1;
}

static int
no_crypto(struct error *e)
{
	return error_set(e, ERROR_SYSTEM, "TSIG: libcrypto failed");
}

/* ---- a session ----------------------------------------------------------- */

struct axfr_tsig_session *
axfr_tsig_new(const struct axfr_key *key)
{
	struct axfr_tsig_session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->key = key;
	s->first = true;
	if ((s->mac = EVP_MAC_fetch(NULL, "HMAC", NULL)) != NULL &&
	    begin(s, NULL, 0) == 0)
		return s;
	axfr_tsig_free(s);
	return NULL;
}

void
axfr_tsig_free(struct axfr_tsig_session *s)
{
	if (s == NULL)
		return;
	EVP_MAC_CTX_free(s->ctx);
	EVP_MAC_free(s->mac);
	free(s);
}

int
axfr_tsig_sign(struct axfr_tsig_session *s, uint8_t *msg, size_t *len,
    int64_t now, struct error *e)
{
	const struct axfr_key *k = s->key;
	struct record r = {.time = (uint64_t)now, .fudge = FUDGE};
	size_t name = name_len(k->name), alg = name_len(k->algorithm->name);
	uint8_t mac[AXFR_MAC_MAX], *p = msg + *len;

	if (EVP_MAC_update(s->ctx, msg, *len) != 1 ||
	    add_variables(s, &r, false) != 0 || finish(s, mac) != 0 ||
	    begin(s, mac, k->algorithm->mac_len) != 0)
		return no_crypto(e);
	memcpy(p, k->name, name);
	p += name;
	put16(p, TYPE_TSIG);
	put16(p + 2, CLASS_ANY);
	memset(p + 4, 0, 4); /* TTL */
	put16(p + 8, (uint16_t)(alg + 16 + k->algorithm->mac_len));
	p += 10;
	memcpy(p, k->algorithm->name, alg);
	p += alg;
	put48(p, r.time);
	put16(p + 6, r.fudge);
	put16(p + 8, (uint16_t)k->algorithm->mac_len);
	memcpy(p + 10, mac, k->algorithm->mac_len);
	p += 10 + k->algorithm->mac_len;
	memcpy(p, msg, 2);   /* original id */
	memset(p + 2, 0, 4); /* no error, no other data */
	p += 6;
	put16(msg + 10, (uint16_t)(get16(msg + 10) + 1));
	*len = (size_t)(p - msg);
	return 0;
}

/* ---- reading ------------------------------------------------------------- */

/* Expand the name at *AT into OUT, in lower case; 0 with *AT behind it, -1. */
static int
read_name(const uint8_t *msg, size_t len, size_t *at, uint8_t out[NAME_MAX_LEN])
{
	size_t p = *at, n = 0, limit = *at;
	bool jumped = false;

	for (;;) {
		if (p >= len)
			return -1;
		if ((msg[p] & 0xc0) == 0xc0) {
			if (p + 1 >= len)
				return -1;
			if (!jumped)
				*at = p + 2;
			jumped = true;
			p = get16(msg + p) & 0x3fff;
			/* Only backwards: then it ends. */
			if (p >= limit)
				return -1;
			limit = p;
			continue;
		}
		if (msg[p] > NAME_MAX_LABEL || p + 1 + msg[p] > len ||
		    n + 1 + msg[p] > NAME_MAX_LEN)
			return -1;
		memcpy(out + n, msg + p, (size_t)1 + msg[p]);
		n += (size_t)1 + msg[p];
		if (msg[p] == 0)
			break;
		p += (size_t)1 + msg[p];
	}
	if (!jumped)
		*at = p + 1;
	name_lower(out);
	return 0;
}

static int
skip_name(const uint8_t *msg, size_t len, size_t *at)
{
	while (*at < len) {
		if ((msg[*at] & 0xc0) == 0xc0) {
			*at += 2;
			return *at <= len ? 0 : -1;
		}
		if (msg[*at] > NAME_MAX_LABEL)
			return -1;
		if (msg[*at] == 0) {
			*at += 1;
			return 0;
		}
		*at += (size_t)1 + msg[*at];
	}
	return -1;
}

/* Where the last record of the message begins; 0 without any, or malformed. */
static size_t
last_record(const uint8_t *msg, size_t len)
{
	size_t at = HEADER, begin_at = 0, n, i;

	for (i = get16(msg + 4); i > 0; i--) {
		if (skip_name(msg, len, &at) != 0 || (at += 4) > len)
			return 0;
	}
	n = (size_t)get16(msg + 6) + get16(msg + 8) + get16(msg + 10);
	for (; n > 0; n--) {
		begin_at = at;
		if (skip_name(msg, len, &at) != 0 || at + 10 > len)
			return 0;
		at += 10 + (size_t)get16(msg + at + 8);
		if (at > len)
			return 0;
	}
	return at == len ? begin_at : 0;
}

/* The TSIG record at the end: 1 there, 0 none, -1 malformed. */
static int
read_record(const uint8_t *msg, size_t len, struct record *r)
{
	size_t at, end;

	if (len < HEADER || get16(msg + 10) == 0)
		return 0;
	if ((at = r->at = last_record(msg, len)) == 0)
		return -1;
	if (read_name(msg, len, &at, r->name) != 0 || at + 10 > len)
		return -1;
	if (get16(msg + at) != TYPE_TSIG)
		return 0;
	end = at + 10 + get16(msg + at + 8);
	/* Class ANY and a TTL of 0: section 4.2. They are signed as such. */
	if (get16(msg + at + 2) != CLASS_ANY || get16(msg + at + 4) != 0 ||
	    get16(msg + at + 6) != 0 || end != len)
		return -1;
	at += 10;
	if (read_name(msg, len, &at, r->algorithm) != 0 || at + 10 > end)
		return -1;
	r->time = (uint64_t)get16(msg + at) << 32 |
		  (uint64_t)get16(msg + at + 2) << 16 | get16(msg + at + 4);
	r->fudge = get16(msg + at + 6);
	r->mac_len = get16(msg + at + 8);
	r->mac = msg + at + 10;
	at += (size_t)10 + r->mac_len;
	if (at + 6 > end)
		return -1;
	r->original_id = get16(msg + at);
	r->error = get16(msg + at + 2);
	r->other_len = get16(msg + at + 4);
	r->other = msg + at + 6;
	return at + 6 + r->other_len == end ? 1 : -1;
}

/* What a server says about the query's signature (RFC 8945 section 3). */
static const char *
error_text(uint16_t code)
{
	static const struct {
		uint16_t code;
		const char *text;
	} known[] = {{16, "BADSIG: the secrets differ"},
	    {17, "BADKEY: it does not know the key"},
	    {18, "BADTIME: the clocks differ"},
	    {22, "BADTRUNC: it wants a longer signature"}};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return known[i].text;
	return "an unknown error";
}

/* Key, time and signature of R, which signs all since the last signature. */
static int
check(struct axfr_tsig_session *s, uint8_t *msg, const struct record *r,
    int64_t now, struct error *e)
{
	const struct axfr_tsig_algorithm *a = s->key->algorithm;
	uint8_t mac[AXFR_MAC_MAX];
	uint64_t t = (uint64_t)now;

	if (r->error != 0 && r->error != 18)
		return error_set(e, ERROR_SYSTEM, "TSIG: the server says %s",
		    error_text(r->error));
	if (!name_equal(r->name, s->key->name) ||
	    !name_equal(r->algorithm, a->name))
		return error_set(e, ERROR_SYSTEM,
		    "TSIG: the answer is signed with another key");
	/* Truncated ones are not asked for, so they are not taken. */
	if (r->mac_len != a->mac_len)
		return error_set(e, ERROR_SYSTEM,
		    "TSIG: the signature of the answer has a wrong length");
	/* The message as it was before it was signed. */
	put16(msg, r->original_id);
	put16(msg + 10, (uint16_t)(get16(msg + 10) - 1));
	if (EVP_MAC_update(s->ctx, msg, r->at) != 1 ||
	    add_variables(s, r, !s->first) != 0 || finish(s, mac) != 0)
		return no_crypto(e);
	if (CRYPTO_memcmp(mac, r->mac, a->mac_len) != 0)
		return error_set(e, ERROR_SYSTEM,
		    "TSIG: the signature of the answer is wrong");
	if (r->error != 0)
		return error_set(e, ERROR_SYSTEM, "TSIG: the server says %s",
		    error_text(r->error));
	if (t > r->time + r->fudge || r->time > t + r->fudge)
		return error_set(e, ERROR_SYSTEM,
		    "TSIG: the answer was signed at another time; do the "
		    "clocks agree?");
	return begin(s, mac, a->mac_len) == 0 ? 0 : no_crypto(e);
}

int
axfr_tsig_verify(struct axfr_tsig_session *s, uint8_t *msg, size_t *len,
    int64_t now, struct error *e)
{
	struct record r = {0};
	int there = read_record(msg, *len, &r);

	if (there < 0)
		return error_set(
		    e, ERROR_SYSTEM, "TSIG: malformed record in the answer");
	if (there == 0) {
		if (s->first)
			return error_set(
			    e, ERROR_SYSTEM, "TSIG: the answer is not signed");
		if (++s->bare > UNSIGNED_MAX)
			return error_set(e, ERROR_SYSTEM,
			    "TSIG: too many messages without a signature");
		if (EVP_MAC_update(s->ctx, msg, *len) != 1)
			return no_crypto(e);
		return 0;
	}
	if (check(s, msg, &r, now, e) != 0)
		return -1;
	s->first = false;
	s->bare = 0;
	*len = r.at;
	return 1;
}
