/* Whose certificate is it? Judged here in full, so that a target which cannot
 * identify itself can still be told from one that is down. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "target_impl.h"
#include "tlsa.h"

#define NAMES_SHOWN 3

/* What was wrong with one chain. */
struct faults {
	bool self_signed, name, date, other;
	int first_other; /* X509_V_ERR_… */
};

static const struct {
	int error;
	size_t offset;
} fault_table[] = {
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	offsetof(struct faults, self_signed)},
    {X509_V_ERR_HOSTNAME_MISMATCH, offsetof(struct faults, name)},
    {X509_V_ERR_CERT_HAS_EXPIRED, offsetof(struct faults, date)},
    {X509_V_ERR_CERT_NOT_YET_VALID, offsetof(struct faults, date)},
};

/* Note the fault and go on: all of them are wanted. */
static int
collect_fault(int ok, X509_STORE_CTX *ctx)
{
	struct faults *f = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	size_t i;

	if (ok)
		return 1;
	for (i = 0; i < sizeof(fault_table) / sizeof(fault_table[0]); i++) {
		if (fault_table[i].error != error)
			continue;
		*(bool *)((char *)f + fault_table[i].offset) = true;
		return 1;
	}
	if (!f->other)
		f->first_other = error;
	f->other = true;
	return 1;
}

/* By the authorities (RFC 5280) and the name (RFC 6125). 1 when it holds, 0
 * when not (FAULTS), -1 when it could not be worked out. */
static int
verify_chain(X509_STORE_CTX *ctx, const struct flight *f, struct faults *faults)
{
	X509_STORE_CTX *own = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	int rc = -1;

	if (own == NULL ||
	    X509_STORE_CTX_init(own, f->trust->store,
		X509_STORE_CTX_get0_cert(ctx),
		X509_STORE_CTX_get0_untrusted(ctx)) != 1 ||
	    X509_STORE_CTX_set_default(own, "ssl_server") != 1 ||
	    X509_STORE_CTX_set_app_data(own, faults) != 1)
		goto out;
	param = X509_STORE_CTX_get0_param(own);
	X509_VERIFY_PARAM_set_time(param, (time_t)f->now);
	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (X509_VERIFY_PARAM_set1_host(param, f->name, 0) != 1)
		goto out;
	X509_STORE_CTX_set_verify_cb(own, collect_fault);
	rc = X509_verify_cert(own);
	if (rc == 1 && X509_STORE_CTX_get_error(own) != X509_V_OK)
		rc = 0;
	if (faults->self_signed || faults->name || faults->date ||
	    faults->other)
		rc = rc < 0 ? -1 : 0;
out:
	X509_STORE_CTX_free(own);
	return rc;
}

/* ---- words --------------------------------------------------------------- */

static void
add_name(char out[TARGET_WHY], const char *s, int len)
{
	size_t at = strlen(out);

	/* A name with a NUL inside is shown up to it: it matches nothing. */
	snprintf(out + at, TARGET_WHY - at, "%s%.*s",
	    at == 0 ? "its certificate is of " : ", ", len, s);
}

/* "its certificate is of a.example, b.example, …" */
static void
say_names(char out[TARGET_WHY], X509 *leaf)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(
	    leaf, NID_subject_alt_name, NULL, NULL);
	const ASN1_STRING *s;
	int i, shown = 0;

	out[0] = '\0';
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);

		if (n->type != GEN_DNS)
			continue;
		if (shown++ == NAMES_SHOWN) {
			add_name(out, "…", 4);
			break;
		}
		s = n->d.dNSName;
		add_name(out, (const char *)ASN1_STRING_get0_data(s),
		    ASN1_STRING_length(s) > 64 ? 64 : ASN1_STRING_length(s));
	}
	if (shown == 0)
		target_say(out, "its certificate is of no DNS name");
	GENERAL_NAMES_free(names);
}

static int64_t
seconds(const ASN1_TIME *t)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

static void
say_date(char out[TARGET_WHY], const X509 *leaf, int64_t now)
{
	int64_t to = seconds(X509_get0_notAfter(leaf));
	int64_t from = seconds(X509_get0_notBefore(leaf));
	time_t t = (time_t)(from > now ? from : to);
	const char *what = "a certificate of its chain is out of date, its own "
			   "ends";
	char when[32] = "?";
	struct tm tm;

	if (from > now)
		what = "its certificate is not valid before";
	else if (to < now)
		what = "its certificate expired";
	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &tm);
	target_say(out, "%s %s", what, when);
}

/* The worst fault gives the word. */
static void
judge_faults(struct flight *f, const struct faults *faults, X509 *leaf)
{
	struct target_result *r = f->out;

	if (faults->self_signed) {
		r->identity = TARGET_SELF_SIGNED;
		target_say(r->who, "its certificate is signed by itself only");
	} else if (faults->name) {
		r->identity = TARGET_WRONG_CERTIFICATE;
		say_names(r->who, leaf);
	} else if (faults->other) {
		r->identity = TARGET_WRONG_CERTIFICATE;
		target_say(r->who, "its certificate is not to be trusted: %s",
		    X509_verify_cert_error_string(faults->first_other));
	} else {
		r->identity = TARGET_EXPIRED;
		say_date(r->who, leaf, f->now);
	}
}

/* ---- the verdict --------------------------------------------------------- */

static void
judge_tlsa(struct flight *f, X509_STORE_CTX *ctx)
{
	struct target_result *r = f->out;
	char why[TARGET_WHY - 64] = "";

	switch (tlsa_verify(ctx, f->name, f->job->tlsa, f->job->ntlsas, f->now,
	    why, sizeof(why))) {
	case TLSA_FAILED:
		r->identity = TARGET_IDENTITY_UNCHECKED;
		target_say(r->who, "its TLSA records could not be checked");
		break;
	case TLSA_NONE:
		/* Of a port without URL nothing but TLSA says who it is. */
		if (f->job->tcp) {
			r->identity = TARGET_IDENTITY_UNCHECKED;
			target_say(r->who, "no TLSA record can be used");
		}
		break;
	case TLSA_MATCH:
		r->identity = TARGET_PROVEN;
		target_say(
		    r->who, "its certificate is of %s, as TLSA says", f->name);
		break;
	case TLSA_MISMATCH:
		r->identity = TARGET_TLSA_MISMATCH;
		target_say(r->who,
		    "its certificate does not match the TLSA records: %s", why);
		break;
	}
}

static void
judge(struct flight *f, X509_STORE_CTX *ctx)
{
	struct target_result *r = f->out;
	X509 *leaf = X509_STORE_CTX_get0_cert(ctx);
	struct faults faults = {0};
	int rc;

	r->identity = TARGET_IDENTITY_UNCHECKED;
	if (leaf == NULL) {
		target_say(r->who, "it showed no certificate");
		return;
	}
	r->expires = seconds(X509_get0_notAfter(leaf));
	if (!f->job->tcp) {
		if ((rc = verify_chain(ctx, f, &faults)) < 0) {
			target_say(
			    r->who, "its certificate could not be checked");
			return;
		}
		if (rc == 0) {
			judge_faults(f, &faults, leaf);
			return;
		}
		r->identity = TARGET_PROVEN;
		target_say(r->who, "its certificate is of %s", f->name);
	}
	judge_tlsa(f, ctx);
}

/*
 * In place of OpenSSL's own verification: the verdict is kept, and the
 * handshake goes on so that the service can be asked whether it is up. What is
 * sent then is a GET of a path in the policy, which is no secret.
 */
static int
verify(X509_STORE_CTX *ctx, void *flight)
{
	judge(flight, ctx);
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	ERR_clear_error();
	return 1;
}

int
identity_watch(SSL_CTX *ctx, struct flight *f)
{
	if (SSL_CTX_set1_verify_cert_store(ctx, f->trust->store) != 1)
		return -1;
	SSL_CTX_set_cert_verify_callback(ctx, verify, f);
	return 0;
}

/* ---- authorities --------------------------------------------------------- */

int
target_trust_open(struct target_trust **out, const char *file, struct error *e)
{
	struct target_trust *t = calloc(1, sizeof(*t));
	int ok;

	*out = NULL;
	if (t == NULL || (t->store = X509_STORE_new()) == NULL) {
		free(t);
		return error_memory(e);
	}
	ok = file != NULL ? X509_STORE_load_file(t->store, file)
			  : X509_STORE_set_default_paths(t->store);
	ERR_clear_error();
	if (ok != 1) {
		target_trust_free(t);
		error_set(e, ERROR_USAGE,
		    "no certificate authorities could be read from %s",
		    file != NULL ? file : "the system's directory");
		return error_hint(e,
		    "live: ca-file: names a PEM file on the machine that "
		    "checks");
	}
	/* An intermediate named by the policy is an anchor, too. */
	(void)X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN);
	*out = t;
	return 0;
}

void
target_trust_free(struct target_trust *t)
{
	if (t == NULL)
		return;
	X509_STORE_free(t->store);
	free(t);
}
