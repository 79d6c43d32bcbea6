/*
 * ldns reads the private half of a key pair only, so owner and flags come from
 * the .key file, and the two halves must match.
 */
#include "keyfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dns/name.h"
#include "keys.h"

#define FILE_MAX ((size_t)64 << 10)

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

/* The regular file PATH into BUF, NUL-terminated. *EXPOSED: group or others may
 * read it. */
static int
slurp(const char *path, char buf[FILE_MAX + 1], bool *exposed, struct error *e)
{
	struct stat st;
	FILE *fp = fopen(path, "re");
	size_t n;
	bool bad;

	if (fp == NULL) {
		error_set(e, ERROR_USAGE, "cannot open key file %s: %s", path,
		    strerror(errno));
		return error_hint(e,
		    "a key is a pair of files, BASE.key and BASE.private: make "
		    "one with dnssec-keygen");
	}
	if (fstat(fileno(fp), &st) != 0 || !S_ISREG(st.st_mode)) {
		fclose(fp);
		return error_set(
		    e, ERROR_USAGE, "key file %s is not a regular file", path);
	}
	*exposed = (st.st_mode & (S_IRGRP | S_IROTH)) != 0;
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
decode(struct keyfile *p, char **at)
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
parse_public(struct keyfile *p, char *text, const char *path, struct error *e)
{
	const char *w;
	char *at = NULL;
	long flags, protocol, algorithm;

	flatten(text);
	w = strtok_r(text, " \t\r\n", &at);
	if (w == NULL || name_from_text(p->apex, w, strlen(w), NULL, NULL) == 0)
		return error_set(
		    e, ERROR_USAGE, "%s does not begin with a name", path);
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

/* The value of FIELD in the .private TEXT, malloc'ed; NULL: not there, or
 * without memory. */
static char *
field(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *p = text;

	while ((p = strchr(p, '\n')) != NULL) {
		p++;
		if (strncmp(p, name, len) == 0 && p[len] == ':') {
			p += len + 1;
			p += strspn(p, " \t");
			return strndup(p, strcspn(p, " \t\r\n"));
		}
	}
	return NULL;
}

/* "Label:" as BIND writes it: base64 of a C string. NULL when it is none. */
static char *
decode_label(const char *text)
{
	ldns_rdf *rdf = NULL;
	char *label = NULL;

	if (ldns_str2rdf_b64(&rdf, text) != LDNS_STATUS_OK || rdf == NULL)
		return NULL;
	label = strndup((const char *)ldns_rdf_data(rdf), ldns_rdf_size(rdf));
	ldns_rdf_deep_free(rdf);
	if (label != NULL && strncmp(label, "pkcs11:", 7) == 0)
		return label;
	free(label);
	return NULL;
}

static int
parse_private(struct keyfile *k, char *text, const char *path, struct error *e)
{
	ldns_status st;
	char *label;
	FILE *fp;

	if (timing_parse(&k->timing, text, e) != 0)
		return error_at(e, path, 0, 0);
	if ((label = field(text, "Label")) != NULL) {
		k->label = decode_label(label);
		free(label);
		return k->label != NULL
			   ? 0
			   : error_set(e, ERROR_USAGE,
				 "the Label in %s is no PKCS#11 URI", path);
	}
	if ((fp = fmemopen(text, strlen(text), "r")) == NULL)
		return error_memory(e);
	st = ldns_key_new_frm_fp(&k->key, fp);
	fclose(fp);
	if (st != LDNS_STATUS_OK || k->key == NULL)
		return error_set(e, ERROR_USAGE, "%s: %s", path,
		    st != LDNS_STATUS_OK ? ldns_get_errorstr_by_id(st)
					 : "no key in it");
	return 0;
}

int
keyfile_fits(const struct keyfile *k, ldns_key *key)
{
	size_t len;
	uint8_t *rdata = keys_public(key, k->apex, k->flags, &len);
	int rc;

	if (rdata == NULL)
		return -1;
	rc = len == k->len && memcmp(rdata, k->rdata, len) == 0;
	free(rdata);
	return rc;
}

static int
load_private(struct keyfile *k, const char *path, const char *public_path,
    char *buf, struct error *e)
{
	if (slurp(path, buf, &k->exposed, e) != 0)
		return -1;
	if (!private_names(buf, k->algorithm))
		return error_set(e, ERROR_USAGE,
		    "%s is not the private half of an algorithm %u key", path,
		    k->algorithm);
	if (parse_private(k, buf, path, e) != 0)
		return -1;
	if (k->key != NULL && keyfile_fits(k, k->key) != 1)
		return error_set(e, ERROR_USAGE,
		    "%s and %s are not the two halves of one key", public_path,
		    path);
	return 0;
}

static int
load(struct keyfile *k, const char *path, bool both, struct error *e)
{
	char *public_path = with_ending(path, ".key");
	char *private_path = with_ending(path, ".private");
	char *buf = calloc(1, FILE_MAX + 1);
	bool ignored;
	int rc = -1;

	memset(k, 0, sizeof(*k));
	if (public_path == NULL || private_path == NULL || buf == NULL)
		error_memory(e);
	else if (slurp(public_path, buf, &ignored, e) == 0 &&
		 parse_public(k, buf, public_path, e) == 0)
		rc = both ? load_private(k, private_path, public_path, buf, e)
			  : 0;
	if (buf != NULL)
		explicit_bzero(buf, FILE_MAX + 1);
	free(buf);
	free(public_path);
	free(private_path);
	return rc;
}

int
keyfile_public(struct keyfile *k, const char *path, struct error *e)
{
	return load(k, path, false, e);
}

int
keyfile_load(struct keyfile *k, const char *path, struct error *e)
{
	return load(k, path, true, e);
}

void
keyfile_clear(struct keyfile *k)
{
	if (k->key != NULL)
		ldns_key_deep_free(k->key);
	free(k->label);
	memset(k, 0, sizeof(*k));
}

/* Keys in this process: for tests of signer and validator. */
static int
add(struct dnssec_keys *keys, struct keyfile *k, const char *path,
    struct error *e)
{
	ldns_key *key = k->key;
	char want[NAME_MAX_TEXT];

	if (!name_equal(k->apex, keys->apex)) {
		name_to_text(want, keys->apex);
		return error_set(e, ERROR_USAGE,
		    "the key in %s does not belong to %.200s", path, want);
	}
	if (key == NULL)
		return error_set(e, ERROR_USAGE, "%s is in a token", path);
	k->key = NULL;
	if (keys_take(keys, key, k->flags, e) != 0)
		return -1;
	if (keys_collide(keys, NULL))
		return error_set(e, ERROR_USAGE,
		    "%s has the key tag of another key in use", path);
	return 0;
}

int
dnssec_keys_add_file(struct dnssec_keys **keys, const uint8_t *apex,
    const char *path, struct error *e)
{
	bool made = *keys == NULL;
	struct keyfile k;
	int rc = -1;

	if (made)
		*keys = keys_new(apex);
	if (*keys == NULL)
		return error_memory(e);
	if (!name_equal((*keys)->apex, apex))
		return error_set(
		    e, ERROR_USAGE, "keys of two zones in one set");
	if (keyfile_load(&k, path, e) == 0)
		rc = add(*keys, &k, path, e);
	keyfile_clear(&k);
	if (rc != 0 && made) {
		dnssec_keys_free(*keys);
		*keys = NULL;
	}
	return rc;
}
