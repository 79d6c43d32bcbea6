#include "tlsa.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <time.h>

/*
 * OpenSSL's own DANE is bound to a connection. This one is never connected: it
 * only carries the records.
 */
static SSL *
carrier_new(SSL_CTX **ctx, const char *name)
{
	SSL *ssl = NULL;

	if ((*ctx = SSL_CTX_new(TLS_client_method())) == NULL ||
	    SSL_CTX_dane_enable(*ctx) <= 0 || (ssl = SSL_new(*ctx)) == NULL ||
	    SSL_dane_enable(ssl, name) <= 0) {
		SSL_free(ssl);
		SSL_CTX_free(*ctx);
		*ctx = NULL;
		return NULL;
	}
	(void)SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
	return ssl;
}

/* How many records can be used; -1 without memory. */
static int
carrier_add(SSL *ssl, const struct target_tlsa *tlsa, size_t n)
{
	int rc, usable = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (tlsa[i].len < 4)
			continue;
		rc = SSL_dane_tlsa_add(ssl, tlsa[i].rdata[0], tlsa[i].rdata[1],
		    tlsa[i].rdata[2], tlsa[i].rdata + 3, tlsa[i].len - 3u);
		if (rc < 0)
			return -1;
		usable += rc > 0;
	}
	return usable;
}

static enum tlsa_verdict
verify(X509_STORE_CTX *ctx, SSL *ssl, const char *name, int64_t now, char *why,
    size_t len)
{
	X509_STORE_CTX *own = X509_STORE_CTX_new();
	enum tlsa_verdict v = TLSA_FAILED;
	X509_VERIFY_PARAM *param;

	if (own == NULL ||
	    X509_STORE_CTX_init(own, X509_STORE_CTX_get0_store(ctx),
		X509_STORE_CTX_get0_cert(ctx),
		X509_STORE_CTX_get0_untrusted(ctx)) != 1 ||
	    X509_STORE_CTX_set_default(own, "ssl_server") != 1)
		goto out;
	param = X509_STORE_CTX_get0_param(own);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	if (X509_VERIFY_PARAM_set1_host(param, name, 0) != 1)
		goto out;
	X509_STORE_CTX_set0_dane(own, SSL_get0_dane(ssl));
	if (X509_verify_cert(own) == 1) {
		v = TLSA_MATCH;
		goto out;
	}
	v = TLSA_MISMATCH;
	snprintf(why, len, "%s",
	    X509_verify_cert_error_string(X509_STORE_CTX_get_error(own)));
out:
	X509_STORE_CTX_free(own);
	return v;
}

enum tlsa_verdict
tlsa_verify(X509_STORE_CTX *ctx, const char *name,
    const struct target_tlsa *tlsa, size_t n, int64_t now, char *why,
    size_t len)
{
	enum tlsa_verdict v = TLSA_FAILED;
	SSL_CTX *holder = NULL;
	SSL *ssl;
	int usable;

	if (n == 0)
		return TLSA_NONE;
	if ((ssl = carrier_new(&holder, name)) == NULL)
		return TLSA_FAILED;
	usable = carrier_add(ssl, tlsa, n);
	if (usable == 0)
		v = TLSA_NONE;
	else if (usable > 0)
		v = verify(ctx, ssl, name, now, why, len);
	SSL_free(ssl);
	SSL_CTX_free(holder);
	ERR_clear_error();
	return v;
}
