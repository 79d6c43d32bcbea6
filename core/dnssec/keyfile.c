/*
 * BIND key pairs: K<zone>+<algorithm>+<tag>.key, a DNSKEY record as text, and
 * .private. ldns reads the private half only, so owner and flags come from the
 * .key file, and the two halves must match.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dns/name.h"
#include "keys.h"

#define FILE_MAX ((size_t)64 << 10)

struct published {
	uint8_t rdata[DNSKEY_HEADER + 4096];
	size_t len;
	uint16_t flags;
	uint8_t algorithm;
};

/* PATH with its ending (.key, .private or none) replaced by END. */
static char *
with_ending(const char *path, const char *end)
{
	static const char *const endings[] = {".key", ".private"};
	size_t len = strlen(path), n, i;
	char *p;

	for (i = 0; i < 2; i++) {
		n = strlen(endings[i]);
		if (len > n && strcmp(path + len - n, endings[i]) == 0) {
			len -= n;
			break;
		}
	}
	if ((p = malloc(len + strlen(end) + 1)) == NULL)
		return NULL;
	memcpy(p, path, len);
	memcpy(p + len, end, strlen(end) + 1);
	return p;
}

/* The regular file PATH into BUF, NUL-terminated. */
static int
slurp(const char *path, char buf[FILE_MAX + 1], struct error *e)
{
	struct stat st;
	FILE *fp = fopen(path, "re");
	size_t n;
	bool bad;

	if (fp == NULL)
		return error_set(e, ERROR_USAGE, "cannot open key file %s: %s",
		    path, strerror(errno));
	if (fstat(fileno(fp), &st) != 0 || !S_ISREG(st.st_mode)) {
		fclose(fp);
		return error_set(
		    e, ERROR_USAGE, "key file %s is not a regular file", path);
	}
	n = fread(buf, 1, FILE_MAX + 1, fp);
	bad = ferror(fp) != 0;
	fclose(fp);
	if (bad)
		return error_set(
		    e, ERROR_SYSTEM, "cannot read key file %s", path);
	if (n > FILE_MAX || memchr(buf, '\0', n) != NULL)
		return error_set(e, ERROR_USAGE,
		    "key file %s is too long or not text", path);
	buf[n] = '\0';
	return 0;
}

/* Comments and parentheses become blanks. */
static void
flatten(char *p)
{
	bool comment = false;

	for (; *p != '\0'; p++) {
		if (*p == '\n')
			comment = false;
		else if (*p == ';')
			comment = true;
		if (comment || *p == '(' || *p == ')')
			*p = ' ';
	}
}

static const char *
word(char **at)
{
	return strtok_r(NULL, " \t\r\n", at);
}

/* A number of at most MAX; -1 if it is none. */
static long
number(const char *s, long max)
{
	char *end;
	long v;

	if (s == NULL || s[0] < '0' || s[0] > '9')
		return -1;
	v = strtol(s, &end, 10);
	return *end != '\0' || v > max ? -1 : v;
}

static int
decode(struct published *p, char **at)
{
	char text[8192];
	const char *w;
	size_t len = 0, n;
	ldns_rdf *rdf = NULL;

	while ((w = word(at)) != NULL) {
		n = strlen(w);
		if (len + n >= sizeof(text))
			return -1;
		memcpy(text + len, w, n);
		len += n;
	}
	text[len] = '\0';
	if (ldns_str2rdf_b64(&rdf, text) != LDNS_STATUS_OK || rdf == NULL)
		return -1;
	n = ldns_rdf_size(rdf);
	if (n != 0 && n <= sizeof(p->rdata) - DNSKEY_HEADER) {
		memcpy(p->rdata + DNSKEY_HEADER, ldns_rdf_data(rdf), n);
		p->len = DNSKEY_HEADER + n;
	}
	ldns_rdf_deep_free(rdf);
	return p->len == 0 ? -1 : 0;
}

/* TEXT is one DNSKEY record: owner [TTL] [class] DNSKEY flags 3 alg base64. */
static int
parse_public(struct published *p, char *text, const uint8_t *apex,
    const char *path, struct error *e)
{
	uint8_t owner[NAME_MAX_LEN];
	const char *w;
	char *at = NULL;
	long flags, protocol, algorithm;

	flatten(text);
	w = strtok_r(text, " \t\r\n", &at);
	if (w == NULL || name_from_text(owner, w, strlen(w), NULL, NULL) == 0)
		return error_set(
		    e, ERROR_USAGE, "%s does not begin with a name", path);
	if (!name_equal(owner, apex)) {
		char want[NAME_MAX_TEXT];

		name_to_text(want, apex);
		return error_set(e, ERROR_USAGE,
		    "the key in %s belongs to %.100s, not to %.200s", path, w,
		    want);
	}
	while ((w = word(&at)) != NULL && strcasecmp(w, "DNSKEY") != 0)
		if (number(w, INT32_MAX) < 0 && strcasecmp(w, "IN") != 0)
			break;
	if (w == NULL || strcasecmp(w, "DNSKEY") != 0)
		return error_set(
		    e, ERROR_USAGE, "%s holds no DNSKEY record", path);
	flags = number(word(&at), UINT16_MAX);
	protocol = number(word(&at), UINT8_MAX);
	algorithm = number(word(&at), UINT8_MAX);
	if (flags < 0 || protocol != DNSKEY_PROTOCOL || algorithm < 0 ||
	    decode(p, &at) != 0)
		return error_set(e, ERROR_USAGE,
		    "the DNSKEY record in %s is malformed", path);
	p->flags = (uint16_t)flags;
	p->algorithm = (uint8_t)algorithm;
	put16(p->rdata, p->flags);
	p->rdata[2] = DNSKEY_PROTOCOL;
	p->rdata[3] = p->algorithm;
	if (!(p->flags & DNSKEY_ZONE) || (p->flags & DNSKEY_REVOKE))
		return error_set(e, ERROR_USAGE,
		    "the key in %s is %s: it cannot sign a zone", path,
		    p->flags & DNSKEY_REVOKE ? "revoked" : "no zone key");
	if (algorithm_find(p->algorithm) == NULL)
		return error_set(e, ERROR_USAGE,
		    "the key in %s has algorithm %u, which is not supported",
		    path, p->algorithm);
	return 0;
}

/*
 * The .private text must name ALGORITHM before ldns sees it: ldns reads keys of
 * algorithms that sign no zones, too.
 */
static bool
private_names(const char *text, uint8_t algorithm)
{
	const char *p = strstr(text, "\nAlgorithm:");
	char *end;

	if (strncmp(text, "Private-key-format: v1.", 23) != 0 || p == NULL)
		return false;
	p += strlen("\nAlgorithm:");
	return strtol(p, &end, 10) == algorithm && end != p;
}

static int
load_private(ldns_key **out, const char *path, const struct published *pub,
    char *buf, struct error *e)
{
	FILE *fp;
	ldns_status st;

	*out = NULL;
	if (slurp(path, buf, e) != 0)
		return -1;
	if (!private_names(buf, pub->algorithm))
		return error_set(e, ERROR_USAGE,
		    "%s is not the private half of an algorithm %u key", path,
		    pub->algorithm);
	if ((fp = fmemopen(buf, strlen(buf), "r")) == NULL)
		return error_memory(e);
	st = ldns_key_new_frm_fp(out, fp);
	fclose(fp);
	if (st != LDNS_STATUS_OK || *out == NULL)
		return error_set(e, ERROR_USAGE, "%s: %s", path,
		    st != LDNS_STATUS_OK ? ldns_get_errorstr_by_id(st)
					 : "no key in it");
	return 0;
}

/* Read both halves into KEYS. BUF is wiped by the caller. */
static int
add_pair(struct dnssec_keys *keys, const char *public_path,
    const char *private_path, char *buf, struct error *e)
{
	struct published *pub;
	ldns_key *key;
	unsigned before = keys->n, i;
	int rc = -1;

	if ((pub = calloc(1, sizeof(*pub))) == NULL)
		return error_memory(e);
	if (slurp(public_path, buf, e) != 0 ||
	    parse_public(pub, buf, keys->apex, public_path, e) != 0 ||
	    load_private(&key, private_path, pub, buf, e) != 0 ||
	    keys_take(keys, key, pub->flags, e) != 0)
		goto out;
	for (i = 0; i < keys->n && rc != 0; i++)
		if (keys->key[i].rdlen == pub->len &&
		    memcmp(keys->key[i].rdata, pub->rdata, pub->len) == 0)
			rc = 0;
	if (rc != 0) {
		error_set(e, ERROR_USAGE,
		    "%s and %s are not the two halves of one key", public_path,
		    private_path);
		if (keys->n > before)
			keys_drop_last(keys);
	} else if (keys_collide(keys, NULL)) {
		rc = error_set(e, ERROR_USAGE,
		    "%s has the key tag of another key in use", public_path);
	}
out:
	free(pub);
	return rc;
}

int
dnssec_keys_add_file(struct dnssec_keys **keys, const uint8_t *apex,
    const char *path, struct error *e)
{
	char *public_path = with_ending(path, ".key");
	char *private_path = with_ending(path, ".private");
	char *buf = calloc(1, FILE_MAX + 1);
	bool made = *keys == NULL;
	int rc = -1;

	if (made)
		*keys = keys_new(apex);
	if (public_path == NULL || private_path == NULL || buf == NULL ||
	    *keys == NULL)
		error_memory(e);
	else if (!name_equal((*keys)->apex, apex))
		error_set(e, ERROR_USAGE, "keys of two zones in one set");
	else
		rc = add_pair(*keys, public_path, private_path, buf, e);
	if (buf != NULL)
		explicit_bzero(buf, FILE_MAX + 1);
	free(buf);
	free(public_path);
	free(private_path);
	if (rc != 0 && made) {
		dnssec_keys_free(*keys);
		*keys = NULL;
	}
	return rc;
}
