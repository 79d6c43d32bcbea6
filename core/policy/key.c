/* Keys: those that sign zones, trust anchors, and people's. */
#include "schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

/* A key in base64 beyond this is none that anybody signs with. */
#define KEY_TEXT_MAX 8192u

static bool
refuse(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *why, const char *help)
{
	fault(r, n, "`%s`: %s: `%.*s`", k->key, why, CUT(n))->help = help;
	return false;
}

/* The base64 in TEXT, spaces left out, into OUT; its length, 0 if bad. */
static size_t
decode(const char *text, uint8_t out[KEY_TEXT_MAX])
{
	char packed[KEY_TEXT_MAX];
	size_t n = 0, pad;
	int len;

	for (; *text != '\0'; text++) {
		if (*text == ' ')
			continue;
		if (n + 1 == sizeof(packed))
			return 0;
		packed[n++] = *text;
	}
	packed[n] = '\0';
	for (pad = 0; pad < 2 && pad < n && packed[n - 1 - pad] == '='; pad++)
		continue;
	if (n == 0 || n % 4 != 0 || memchr(packed, '=', n - pad) != NULL)
		return 0;
	len = EVP_DecodeBlock(out, (const uint8_t *)packed, (int)n);
	return len < 0 || (size_t)len <= pad ? 0 : (size_t)len - pad;
}

/* "FLAGS 3 ALGORITHM BASE64", as in a DNSKEY record (RFC 4034 §2.2). */
static bool
read_dnskey(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *text, struct policy_dnskey *out)
{
	static const uint64_t max[3] = {65535, 255, 255};
	uint8_t rdata[4 + KEY_TEXT_MAX];
	const char *p = text;
	uint64_t v[3];
	size_t i, len;

	for (i = 0; i < 3; i++) {
		len = strcspn(p, " ");
		if (!value_number(p, len, max[i], &v[i]) || v[i] == 0)
			return refuse(r, k, n, "not a DNSKEY",
			    "write flags, protocol, algorithm and key as in "
			    "the DNSKEY record: 257 3 13 mdsswU…");
		p += len + strspn(p + len, " ");
	}
	if (v[1] != 3 || (v[0] & 0x0100) == 0)
		return refuse(r, k, n, "a DNSKEY that signs no zone",
		    "the protocol is 3, the flags are 256 or 257");
	if ((len = decode(p, rdata + 4)) == 0)
		return refuse(r, k, n, "no base64 in a DNSKEY",
		    "copy the whole key from the DNSKEY record");
	rdata[0] = (uint8_t)(v[0] >> 8);
	rdata[1] = (uint8_t)v[0];
	rdata[2] = (uint8_t)v[1];
	rdata[3] = (uint8_t)v[2];
	out->len = (uint16_t)(len + 4);
	if ((out->rdata = arena_dup(r->arena, rdata, len + 4)) == NULL)
		r->memory = true;
	return out->rdata != NULL;
}

static void
dnskey_text(const uint8_t *rdata, size_t len, struct text *t)
{
	uint8_t b64[KEY_TEXT_MAX * 4 / 3 + 8];

	text_printf(
	    t, "%u %u %u ", rdata[0] << 8 | rdata[1], rdata[2], rdata[3]);
	EVP_EncodeBlock(b64, rdata + 4, (int)len - 4);
	text_str(t, (const char *)b64);
}

static bool
set_dnskey(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_dnskey key;

	memset(&key, 0, sizeof(key));
	if (!read_dnskey(r, k, n, n->text, &key))
		return false;
	memcpy(slot, &key, sizeof(key));
	return true;
}

static json_t *
text_json(struct text *t)
{
	json_t *v = text_lost(t) ? NULL : json_string(t->data);

	text_free(t);
	return v;
}

static json_t *
get_dnskey(const struct schema_key *k, const void *slot)
{
	const struct policy_dnskey *key = slot;
	struct text t = TEXT_INIT;

	(void)k;
	dnskey_text(key->rdata, key->len, &t);
	return text_json(&t);
}

const struct schema_type type_dnskey = {
    .name = "DNSKEY",
    .size = sizeof(struct policy_dnskey),
    .set = set_dnskey,
    .get = get_dnskey,
};

/* The RDATA of DS in the arena; false without memory. */
static bool
ds_rdata(
    struct reader *r, const struct policy_ds *ds, struct policy_anchor *out)
{
	uint8_t *p = arena_bytes(r->arena, 4u + ds->digest_len);

	if (p == NULL) {
		r->memory = true;
		return false;
	}
	p[0] = (uint8_t)(ds->tag >> 8);
	p[1] = (uint8_t)ds->tag;
	p[2] = ds->algorithm;
	p[3] = ds->digest_type;
	memcpy(p + 4, ds->digest, ds->digest_len);
	out->rdata = p;
	out->len = (uint16_t)(4 + ds->digest_len);
	return true;
}

/* "NAME DS …" or "NAME DNSKEY …". */
static bool
set_anchor(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_anchor a;
	struct policy_dnskey key;
	struct policy_ds ds;
	size_t name = strcspn(n->text, " ");
	const char *type = n->text + name + strspn(n->text + name, " ");
	size_t word = strcspn(type, " ");
	const char *rest = type + word + strspn(type + word, " ");
	const char *owner = findings_text(
	    r->faults, "%.*s", (int)name, n->text);

	memset(&a, 0, sizeof(a));
	a.type = rrtype_from_text(type, word);
	if (a.type != RRTYPE_DS && a.type != RRTYPE_DNSKEY)
		return refuse(r, k, n, "not a trust anchor",
		    "write the zone and its DS or DNSKEY: "
		    "example.com. DS 12345 13 2 9F2E…");
	if ((a.zone = schema_name(r, k, n, owner)) == NULL)
		return false;
	if (a.type == RRTYPE_DS) {
		if (!schema_ds(r, k, n, rest, &ds) || !ds_rdata(r, &ds, &a))
			return false;
	} else {
		if (!read_dnskey(r, k, n, rest, &key))
			return false;
		a.rdata = key.rdata;
		a.len = key.len;
	}
	memcpy(slot, &a, sizeof(a));
	return true;
}

static json_t *
get_anchor(const struct schema_key *k, const void *slot)
{
	const struct policy_anchor *a = slot;
	const uint8_t *p = a->rdata;
	struct policy_ds ds = {0};
	char name[NAME_MAX_TEXT];
	struct text t = TEXT_INIT;

	(void)k;
	name_to_text(name, a->zone);
	text_printf(&t, "%s %s ", name, a->type == RRTYPE_DS ? "DS" : "DNSKEY");
	if (a->type == RRTYPE_DS) {
		ds.tag = (uint16_t)(p[0] << 8 | p[1]);
		ds.algorithm = p[2];
		ds.digest_type = p[3];
		ds.digest = p + 4;
		ds.digest_len = (uint16_t)(a->len - 4);
		schema_ds_text(&ds, &t);
	} else {
		dnskey_text(p, a->len, &t);
	}
	return text_json(&t);
}

const struct schema_type type_anchor = {
    .name = "anchor",
    .size = sizeof(struct policy_anchor),
    .set = set_anchor,
    .get = get_anchor,
};

/* A base name in the server's key directory, or a PKCS#11 URI (RFC 7512). A
 * secret has no place in a policy, nor a path out of that directory. */
static bool
set_signing_key(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	size_t i;

	for (i = 0; i < n->len; i++)
		if ((uint8_t)n->text[i] <= 0x20 || (uint8_t)n->text[i] >= 0x7f)
			return refuse(r, k, n, "space or control byte in a key",
			    "write Kexample.com.+013+12345 or pkcs11:…");
	if (n->len == 0 || n->len > k->max)
		return refuse(r, k, n, "empty or too long",
		    "write Kexample.com.+013+12345 or pkcs11:…");
	if (strncmp(n->text, "pkcs11:", 7) == 0) {
		if (strstr(n->text, "pin-value=") != NULL)
			return refuse(r, k, n, "a PIN in the policy",
			    "keep it in a file on the server: pin-source=…");
	} else if (n->text[0] != 'K' || strchr(n->text, '/') != NULL) {
		return refuse(r, k, n, "not the base name of a key",
		    "write Kexample.com.+013+12345: the directory is the "
		    "server's zonegate.keyDirectory");
	}
	memcpy(slot, &n->text, sizeof(n->text));
	return true;
}

const struct schema_type type_signing_key = {
    .name = "key",
    .size = sizeof(char *),
    .set = set_signing_key,
    .get = schema_text_json,
};

/* Of an OpenPGP key: 40 or 64 hexadecimal digits, spaces left out. */
static bool
set_fingerprint(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	char text[65];
	const char *copy;
	size_t i, len = 0;

	for (i = 0; i < n->len; i++) {
		if (n->text[i] == ' ')
			continue;
		if (!isxdigit((unsigned char)n->text[i]) || len == 64)
			break;
		text[len++] = (char)toupper((unsigned char)n->text[i]);
	}
	text[len] = '\0';
	if (i != n->len || (len != 40 && len != 64))
		return refuse(r, k, n, "not a fingerprint",
		    "write all 40 (or 64) hexadecimal digits that "
		    "gpg --fingerprint shows");
	if ((copy = reader_copy(r, text, len + 1)) == NULL)
		return false;
	memcpy(slot, &copy, sizeof(copy));
	return true;
}

const struct schema_type type_fingerprint = {
    .name = "fingerprint",
    .size = sizeof(char *),
    .set = set_fingerprint,
    .get = schema_text_json,
};

/* Who a key belongs to: one word, as in ssh's file of allowed signers. */
static bool
set_principal(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	size_t i;

	for (i = 0; i < n->len; i++)
		if ((uint8_t)n->text[i] <= 0x20 || n->text[i] == 0x7f ||
		    strchr(",*?!\"#", n->text[i]) != NULL)
			break;
	if (n->len == 0 || n->len > k->max || i != n->len)
		return refuse(r, k, n, "not a principal",
		    "write the word that stands in front of the key in the "
		    "allowed-signers file: alice@example.com");
	memcpy(slot, &n->text, sizeof(n->text));
	return true;
}

const struct schema_type type_principal = {
    .name = "principal",
    .size = sizeof(char *),
    .set = set_principal,
    .get = schema_text_json,
};
