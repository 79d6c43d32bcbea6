/* OpenSSL 3 calls engines deprecated; Debian 12 has no provider for PKCS#11. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "pkcs11.h"

#include <errno.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PIN_MAX 256

struct pkcs11 {
	ENGINE *engine;
};

bool
pkcs11_is_uri(const char *s)
{
	return strncmp(s, "pkcs11:", 7) == 0;
}

static int
digit(char c)
{
	const char *digits = "0123456789abcdef", *p;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	p = c == '\0' ? NULL : strchr(digits, c);
	return p == NULL ? -1 : (int)(p - digits);
}

/* LEN octets of a URI with its %XX undone, malloc'ed. NULL: malformed, or
 * without memory. */
static char *
decoded(const char *s, size_t len)
{
	char *out = malloc(len + 1);
	size_t i, n = 0;

	for (i = 0; out != NULL && i < len; i++) {
		out[n] = s[i];
		if (s[i] == '%') {
			if (len - i < 3 || digit(s[i + 1]) < 0 ||
			    digit(s[i + 2]) < 0) {
				free(out);
				return NULL;
			}
			out[n] = (char)(digit(s[i + 1]) << 4 | digit(s[i + 2]));
			i += 2;
		}
		if (out[n++] == '\0') {
			free(out);
			return NULL;
		}
	}
	if (out != NULL)
		out[n] = '\0';
	return out;
}

static bool
is_named(const char *p, size_t len, const char *name)
{
	return len > strlen(name) && strncmp(p, name, strlen(name)) == 0;
}

/* One "name=value" of the query. */
static int
parse_query(struct pkcs11_uri *u, const char *p, size_t len, struct error *e)
{
	char **to = NULL;
	size_t skip = 0;

	if (is_named(p, len, "pin-source=")) {
		to = &u->pin;
		skip = strlen("pin-source=");
		if (is_named(p + skip, len - skip, "file:"))
			skip += strlen("file:");
		else if (p[skip] != '/')
			return error_set(e, ERROR_USAGE,
			    "pin-source of a PKCS#11 URI must be a file");
		if (is_named(p + skip, len - skip, "//"))
			skip += 2; /* an empty host */
	} else if (is_named(p, len, "module-path=")) {
		to = &u->module;
		skip = strlen("module-path=");
	} else {
		return error_set(e, ERROR_USAGE,
		    "a PKCS#11 URI may ask for pin-source and module-path, "
		    "nothing else");
	}
	if (*to != NULL)
		return error_set(e, ERROR_USAGE,
		    "an attribute stands twice in a PKCS#11 "
		    "URI");
	*to = decoded(p + skip, len - skip);
	return *to != NULL
		   ? 0
		   : error_set(e, ERROR_USAGE, "a PKCS#11 URI is malformed");
}

int
pkcs11_uri_parse(struct pkcs11_uri *u, const char *uri, struct error *e)
{
	size_t path = strcspn(uri, "?"), n;
	const char *p = uri + path;

	memset(u, 0, sizeof(*u));
	if (!pkcs11_is_uri(uri))
		return error_set(e, ERROR_USAGE, "no PKCS#11 URI");
	if (strstr(uri, "pin-value=") != NULL) {
		error_set(e, ERROR_USAGE,
		    "a PIN must not stand in a PKCS#11 URI (pin-value)");
		return error_hint(e,
		    "put it into a file that only the signer reads: "
		    "?pin-source=file:/path");
	}
	if ((u->key = strndup(uri, path)) == NULL)
		return error_memory(e);
	while (*p != '\0') {
		p++;
		n = strcspn(p, "&");
		if (parse_query(u, p, n, e) != 0)
			return -1;
		p += n;
	}
	return 0;
}

void
pkcs11_uri_clear(struct pkcs11_uri *u)
{
	free(u->key);
	free(u->module);
	free(u->pin);
	memset(u, 0, sizeof(*u));
}

/* The last thing OpenSSL noted, for people; "" without. */
static const char *
reason(void)
{
	const char *s = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return s == NULL ? "no reason given" : s;
}

int
pkcs11_open(struct pkcs11 **out, const char *module, struct error *e)
{
	struct pkcs11 *p = calloc(1, sizeof(*p));

	*out = p;
	if (p == NULL)
		return error_memory(e);
	ENGINE_load_dynamic();
	if ((p->engine = ENGINE_by_id("pkcs11")) == NULL) {
		ERR_clear_error();
		error_set(e, ERROR_USAGE,
		    "OpenSSL has no engine for PKCS#11 on this machine");
		return error_hint(
		    e, "apt-get install libengine-pkcs11-openssl");
	}
	if (module != NULL &&
	    ENGINE_ctrl_cmd_string(p->engine, "MODULE_PATH", module, 0) != 1)
		return error_set(e, ERROR_USAGE,
		    "the PKCS#11 module %s is not taken: %s", module, reason());
	if (ENGINE_init(p->engine) != 1) {
		error_set(e, ERROR_USAGE, "the PKCS#11 module %s: %s",
		    module == NULL ? "of p11-kit" : module, reason());
		return error_hint(
		    e, "name it: --pkcs11-module /usr/lib/.../libNAME.so");
	}
	return 0;
}

/* The first line of PATH into PIN. */
static int
read_pin(char pin[PIN_MAX], const char *path, struct error *e)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	bool bad;

	if (f == NULL)
		return error_set(
		    e, ERROR_USAGE, "PIN file %s: %s", path, strerror(errno));
	if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & (S_IROTH | S_IWOTH)) != 0) {
		fclose(f);
		error_set(e, ERROR_USAGE,
		    "PIN file %s is no regular file, or everybody's", path);
		return error_hint(e, "chmod 600 %.200s", path);
	}
	bad = fgets(pin, PIN_MAX, f) == NULL;
	fclose(f);
	if (!bad)
		pin[strcspn(pin, "\r\n")] = '\0';
	return bad || pin[0] == '\0'
		   ? error_set(e, ERROR_USAGE, "PIN file %s is empty", path)
		   : 0;
}

static int
set_pin(struct pkcs11 *p, const char *path, struct error *e)
{
	char pin[PIN_MAX] = "";
	int rc;

	if ((rc = read_pin(pin, path, e)) == 0 &&
	    ENGINE_ctrl_cmd_string(p->engine, "PIN", pin, 0) != 1)
		rc = error_set(
		    e, ERROR_SYSTEM, "the PIN is not taken: %s", reason());
	explicit_bzero(pin, sizeof(pin));
	return rc;
}

int
pkcs11_key(struct pkcs11 *p, const char *uri, const char *pin_file,
    EVP_PKEY **out, struct error *e)
{
	*out = NULL;
	if (pin_file != NULL && set_pin(p, pin_file, e) != 0)
		return -1;
	*out = ENGINE_load_private_key(p->engine, uri, NULL, NULL);
	if (*out != NULL)
		return 0;
	error_set(e, ERROR_USAGE, "no private key in a token for %s: %s", uri,
	    reason());
	return error_hint(e, "%s",
	    pin_file == NULL ? "does it need a PIN? ?pin-source=file:/path"
			     : "is the PIN right, is the token there?");
}
