/*
 * Keys in a token, through OpenSSL's engine for PKCS#11 (libp11). A key is
 * named by a URI (RFC 7512); its private half stays in the token.
 */
#ifndef DNSSEC_PKCS11_H
#define DNSSEC_PKCS11_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "../base/error.h"

bool pkcs11_is_uri(const char *s);

/*
 * Where a URI leads besides the key itself. A PIN in the URI (pin-value) is
 * refused: command lines and policies are read by others.
 */
struct pkcs11_uri {
	char *key;    /* without the query: which key */
	char *module; /* module-path, or NULL */
	char *pin;    /* file of pin-source, or NULL */
};

/* 0; or -1 with E set. pkcs11_uri_clear() either way. */
int pkcs11_uri_parse(struct pkcs11_uri *, const char *uri, struct error *e);
void pkcs11_uri_clear(struct pkcs11_uri *);

struct pkcs11;

/* Load the engine and MODULE (NULL: p11-kit's). 0, or -1 with E set. */
int pkcs11_open(struct pkcs11 **out, const char *module, struct error *e);

/*
 * The private key that URI names, unlocked with the PIN that is the first line
 * of PIN_FILE (NULL: none). EVP_PKEY_free() it. 0, or -1 with E set.
 */
int pkcs11_key(struct pkcs11 *, const char *uri, const char *pin_file,
    EVP_PKEY **out, struct error *e);

#endif
