/* Loading the keys the holder was asked for. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "holder_wire.h"
#include "keyfile.h"
#include "keys.h"
#include "pkcs11.h"

/* .key files that are looked at for keys that are named by URI. */
#define PUBLISHED_MAX 4096

/* A key in the form that ldns derives DNSKEYs from; the reference is its own.
 * NULL without memory. */
static ldns_key *
wrap(EVP_PKEY *evp, uint8_t algorithm)
{
	ldns_key *key = ldns_key_new();

	if (key == NULL || EVP_PKEY_up_ref(evp) != 1) {
		if (key != NULL)
			ldns_key_deep_free(key);
		return NULL;
	}
	ldns_key_set_algorithm(key, (ldns_signing_algorithm)algorithm);
	ldns_key_set_evp_key(key, evp);
	return key;
}

/* Do the kinds fit? ldns would take one key for another's. */
static bool
is_kind(const EVP_PKEY *evp, uint8_t algorithm)
{
	int id = EVP_PKEY_get_base_id(evp);

	switch (algorithm) {
	case LDNS_RSASHA256:
	case LDNS_RSASHA512:
		return id == EVP_PKEY_RSA;
	case LDNS_ECDSAP256SHA256:
		return id == EVP_PKEY_EC && EVP_PKEY_get_bits(evp) == 256;
	case LDNS_ECDSAP384SHA384:
		return id == EVP_PKEY_EC && EVP_PKEY_get_bits(evp) == 384;
	case LDNS_ED25519:
		return id == EVP_PKEY_ED25519;
	case LDNS_ED448:
		return id == EVP_PKEY_ED448;
	default:
		return false;
	}
}

/* Is EVP the private half of the DNSKEY in K? */
static bool
fits(const struct keyfile *k, EVP_PKEY *evp)
{
	ldns_key *key;
	bool same;

	if (!is_kind(evp, k->algorithm) ||
	    (key = wrap(evp, k->algorithm)) == NULL)
		return false;
	same = keyfile_fits(k, key) == 1;
	ldns_key_deep_free(key);
	return same;
}

/* ---- names --------------------------------------------------------------- */

/* The file NAME of the configuration, malloc'ed; NULL with E set. */
static char *
path_of(const struct holder_config *c, const char *name, struct error *e)
{
	char *path;

	if (c->directory == NULL) {
		path = strdup(name);
	} else if (name[0] != 'K' || strchr(name, '/') != NULL) {
		error_set(e, ERROR_USAGE,
		    "%s is no base name of a BIND key: \"Kexample.com."
		    "+013+12345\"",
		    name);
		error_hint(e, "the policy names keys; the server says where "
			      "they are");
		return NULL;
	} else if (asprintf(&path, "%s/%s", c->directory, name) < 0) {
		path = NULL;
	}
	if (path == NULL)
		error_memory(e);
	return path;
}

/* ---- tokens -------------------------------------------------------------- */

static int
open_module(struct held_keys *h, const struct holder_config *c,
    const struct pkcs11_uri *u, struct error *e)
{
	struct pkcs11 *p = NULL;
	int rc;

	h->tokens = true;
	if (h->module != NULL)
		return 0;
	rc = pkcs11_open(&p, c->module != NULL ? c->module : u->module, e);
	h->module = p;
	return rc;
}

/*
 * The key in a token that URI names. TRUSTED: the URI is of whoever runs the
 * server, so that the files it names may be read.
 */
static int
token_key(struct held_keys *h, const struct holder_config *c, const char *uri,
    bool trusted, EVP_PKEY **out, struct error *e)
{
	struct pkcs11_uri u;
	int rc = -1;

	*out = NULL;
	if (pkcs11_uri_parse(&u, uri, e) != 0)
		goto done;
	if (!trusted && (u.pin != NULL || u.module != NULL)) {
		error_set(e, ERROR_USAGE,
		    "a PKCS#11 URI of the policy must not name files of the "
		    "server (pin-source, module-path)");
		error_hint(e, "git config zonegate.pinFile, "
			      "git config zonegate.pkcs11Module");
		goto done;
	}
	if (open_module(h, c, &u, e) == 0)
		rc = pkcs11_key(h->module, u.key,
		    c->pin_file != NULL ? c->pin_file : u.pin, out, e);
done:
	pkcs11_uri_clear(&u);
	return rc;
}

/* ---- which DNSKEY belongs to a key that only a URI names ----------------- */

/* Read the .key file PATH into K if it is EVP's. */
static bool
try_published(struct keyfile *k, const char *path, EVP_PKEY *evp)
{
	struct error ignored;

	keyfile_clear(k);
	return keyfile_public(k, path, &ignored) == 0 && fits(k, evp);
}

/* Times of the .private file beside it, if there is one. */
static int
published_timing(struct keyfile *k, const char *path, struct error *e)
{
	size_t len = strlen(path);
	struct keyfile both;
	char *private;
	int rc = 0;
	FILE *f;

	if (len > 4 && strcmp(path + len - 4, ".key") == 0)
		len -= 4;
	if (asprintf(&private, "%.*s.private", (int)len, path) < 0)
		return error_memory(e);
	f = fopen(private, "re");
	free(private);
	if (f == NULL)
		return errno == ENOENT
			   ? 0
			   : error_set(e, ERROR_USAGE, "%.*s.private: %s",
				 (int)len, path, strerror(errno));
	fclose(f);
	if ((rc = keyfile_load(&both, path, e)) == 0)
		k->timing = both.timing;
	keyfile_clear(&both);
	return rc;
}

/* 1 found, 0 not, -1 with E set. */
static int
search_directory(
    struct keyfile *k, const char *directory, EVP_PKEY *evp, struct error *e)
{
	DIR *d = opendir(directory);
	const struct dirent *entry;
	unsigned seen = 0;
	size_t len;
	char *path;
	int rc = 0;

	if (d == NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", directory, strerror(errno));
	while (rc == 0 && (entry = readdir(d)) != NULL) {
		len = strlen(entry->d_name);
		if (entry->d_name[0] != 'K' || len < 5 ||
		    strcmp(entry->d_name + len - 4, ".key") != 0 ||
		    ++seen > PUBLISHED_MAX)
			continue;
		if (asprintf(&path, "%s/%s", directory, entry->d_name) < 0) {
			rc = error_memory(e);
			break;
		}
		if (try_published(k, path, evp))
			rc = published_timing(k, path, e) == 0 ? 1 : -1;
		free(path);
	}
	closedir(d);
	return rc;
}

static int
find_published(struct keyfile *k, const struct holder_config *c,
    const char *uri, EVP_PKEY *evp, struct error *e)
{
	size_t i;
	int rc;

	for (i = 0; i < c->npublished; i++)
		if (try_published(k, c->published[i], evp))
			return published_timing(k, c->published[i], e);
	if (c->directory != NULL &&
	    (rc = search_directory(k, c->directory, evp, e)) != 0)
		return rc == 1 ? 0 : -1;
	error_set(e, ERROR_USAGE,
	    "no .key file tells the DNSKEY of the key that %s names", uri);
	return error_hint(e, "%s",
	    c->directory != NULL
		? "put its .key file into the key directory"
		: "write one with dnssec-keyfromlabel: --public "
		  "Kexample.com.+013+12345.key");
}

/* ---- loading ------------------------------------------------------------- */

static int
note(struct held *h, const struct keyfile *k, const char *name, struct error *e)
{
	struct holder_key *p = &h->public;

	if (strlen(name) >= sizeof(p->name))
		return error_set(e, ERROR_USAGE,
		    "a key's name has more than %zu octets", sizeof(p->name));
	memcpy(p->name, name, strlen(name) + 1);
	memcpy(p->apex, k->apex, name_len(k->apex));
	memcpy(p->rdata, k->rdata, k->len);
	p->rdlen = (uint16_t)k->len;
	p->sig_len = (uint16_t)keys_signature_size(k->rdata, k->len);
	p->timing = k->timing;
	p->exposed = k->exposed;
	return p->sig_len != 0 ? 0
			       : error_set(e, ERROR_USAGE,
				     "%s cannot be used to sign with", name);
}

/* A key that a URI names. */
static int
load_uri(struct held_keys *h, struct held *to, const struct holder_config *c,
    const char *uri, struct error *e)
{
	struct keyfile k = {.len = 0};
	int rc = -1;

	if (token_key(h, c, uri, c->directory == NULL, &to->key, e) == 0 &&
	    find_published(&k, c, uri, to->key, e) == 0)
		rc = note(to, &k, uri, e);
	to->public.token = true;
	keyfile_clear(&k);
	return rc;
}

/* A key pair of BIND's, whose private half may be in a token. */
static int
load_pair(struct held_keys *h, struct held *to, const struct holder_config *c,
    const char *name, struct error *e)
{
	char *path = path_of(c, name, e);
	struct keyfile k = {.len = 0};
	int rc = -1;

	if (path == NULL || keyfile_load(&k, path, e) != 0)
		goto out;
	if (k.label != NULL) {
		to->public.token = true;
		if (token_key(h, c, k.label, true, &to->key, e) != 0)
			goto out;
		if (!fits(&k, to->key)) {
			error_set(e, ERROR_USAGE,
			    "the key in the token is not the one of %s", path);
			goto out;
		}
	} else if ((to->key = ldns_key_evp_key(k.key)) == NULL ||
		   EVP_PKEY_up_ref(to->key) != 1) {
		to->key = NULL;
		error_memory(e);
		goto out;
	}
	rc = note(to, &k, name, e);
out:
	keyfile_clear(&k);
	free(path);
	return rc;
}

int
holder_keys_load(
    struct held_keys *h, const struct holder_config *c, struct error *e)
{
	size_t i;
	int rc;

	memset(h, 0, sizeof(*h));
	if ((h->key = calloc(c->nkeys, sizeof(*h->key))) == NULL)
		return error_memory(e);
	for (i = 0; i < c->nkeys; i++) {
		h->n = i + 1;
		rc = pkcs11_is_uri(c->key[i])
			 ? load_uri(h, &h->key[i], c, c->key[i], e)
			 : load_pair(h, &h->key[i], c, c->key[i], e);
		if (rc != 0)
			return -1;
	}
	return 0;
}

void
holder_keys_free(struct held_keys *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		EVP_PKEY_free(h->key[i].key);
	free(h->key);
}
