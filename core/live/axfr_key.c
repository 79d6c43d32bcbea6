/* Keys for TSIG, from the files that servers and tools have them in. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/base64.h"
#include "../dns/name.h"
#include "axfr_tsig_impl.h"

#define FILE_MAX ((size_t)256 << 10)
#define WORD_MAX ((size_t)1024)

#define WIRE(s) ((const uint8_t *)(s))

static const struct axfr_tsig_algorithm algorithms[] = {
    {"hmac-sha256", "SHA256", WIRE("\013hmac-sha256"), 32},
    {"hmac-sha512", "SHA512", WIRE("\013hmac-sha512"), 64},
    {"hmac-sha384", "SHA384", WIRE("\013hmac-sha384"), 48},
    {"hmac-sha224", "SHA224", WIRE("\013hmac-sha224"), 28},
    {"hmac-sha1", "SHA1", WIRE("\011hmac-sha1"), 20},
};

/* Words, quoted strings and single punctuation of a file. */
struct reader {
	const char *s, *end, *file;
	uint32_t line;
	char word[WORD_MAX];
	size_t len;
	bool quoted;
};

static const struct axfr_tsig_algorithm *
find_algorithm(const char *name)
{
	size_t i, len = strlen(name);

	if (len > 0 && name[len - 1] == '.')
		len--;
	for (i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (strlen(algorithms[i].text) == len &&
		    strncasecmp(algorithms[i].text, name, len) == 0)
			return &algorithms[i];
	return NULL;
}

static int
bad(const struct reader *r, const char *why, struct error *e)
{
	error_set(e, ERROR_USAGE, "TSIG key: %s", why);
	error_at(e, r->file, r->line, 0);
	return error_hint(e, "make one with: tsig-keygen NAME");
}

static int
set_key(const struct reader *r, struct axfr_key *k, const char *name,
    const char *algorithm, const char *secret, struct error *e)
{
	uint8_t *bytes;
	size_t n;

	if ((k->algorithm = find_algorithm(algorithm)) == NULL)
		return bad(r,
		    "unknown algorithm; known are hmac-sha256, -sha512, "
		    "-sha384, -sha224, -sha1",
		    e);
	if (name_from_text(k->name, name, strlen(name), NULL, NULL) == 0)
		return bad(r, "its name is no domain name", e);
	if (base64_decode(secret, strlen(secret), &bytes, &n) != 0)
		return bad(r, "the secret is no base64", e);
	if (n > 0 && n <= sizeof(k->secret)) {
		memcpy(k->secret, bytes, n);
		k->secret_len = n;
	}
	OPENSSL_cleanse(bytes, n);
	free(bytes);
	return k->secret_len != 0 ? 0
				  : bad(r, "the secret has a wrong length", e);
}

/* ---- words --------------------------------------------------------------- */

/* Over blanks and the three kinds of comments. */
static void
skip(struct reader *r)
{
	while (r->s < r->end) {
		if (isspace((unsigned char)*r->s)) {
			r->line += *r->s++ == '\n';
		} else if (*r->s == '#' || (*r->s == '/' && r->s + 1 < r->end &&
					       r->s[1] == '/')) {
			while (r->s < r->end && *r->s != '\n')
				r->s++;
		} else if (*r->s == '/' && r->s + 1 < r->end &&
			   r->s[1] == '*') {
			for (r->s += 2; r->s < r->end; r->s++) {
				r->line += *r->s == '\n';
				if (*r->s == '/' && r->s[-1] == '*')
					break;
			}
			r->s += r->s < r->end;
		} else {
			return;
		}
	}
}

/* The next word into R: 1; 0 at the end; -1. */
static int
next(struct reader *r, struct error *e)
{
	bool quoted;

	skip(r);
	r->len = 0;
	r->quoted = false;
	if (r->s >= r->end)
		return 0;
	if (strchr("{};", *r->s) != NULL && *r->s != '\0') {
		r->word[r->len++] = *r->s++;
		r->word[r->len] = '\0';
		return 1;
	}
	quoted = r->quoted = *r->s == '"';
	for (r->s += quoted; r->s < r->end; r->s++) {
		if (quoted ? *r->s == '"'
			   : isspace((unsigned char)*r->s) ||
				 strchr("{};\"", *r->s) != NULL)
			break;
		if (*r->s == '\n' || *r->s == '\0' || r->len + 1 >= WORD_MAX)
			return bad(r, "malformed word", e);
		r->word[r->len++] = *r->s;
	}
	if (quoted && r->s >= r->end)
		return bad(r, "a quote is not closed", e);
	r->s += quoted;
	r->word[r->len] = '\0';
	return 1;
}

static int
expect(struct reader *r, const char *mark, struct error *e)
{
	int rc = next(r, e);

	if (rc < 0)
		return -1;
	return rc == 1 && !r->quoted && strcmp(r->word, mark) == 0
		   ? 0
		   : bad(r,
			 "expected: key \"NAME\" { algorithm hmac-sha256; "
			 "secret \"BASE64\"; };",
			 e);
}

/* ---- key clauses --------------------------------------------------------- */

struct clause {
	char name[WORD_MAX], algorithm[WORD_MAX], secret[WORD_MAX];
};

/* Behind the word "key". */
static int
read_clause(struct reader *r, struct clause *c, struct error *e)
{
	char *to;
	int rc;

	c->algorithm[0] = c->secret[0] = '\0';
	if ((rc = next(r, e)) != 1)
		return rc < 0 ? -1 : bad(r, "a key without a name", e);
	memcpy(c->name, r->word, r->len + 1);
	if (expect(r, "{", e) != 0)
		return -1;
	for (;;) {
		if ((rc = next(r, e)) != 1)
			return rc < 0 ? -1 : bad(r, "a brace is missing", e);
		if (!r->quoted && strcmp(r->word, "}") == 0)
			break;
		if (strcmp(r->word, "algorithm") == 0)
			to = c->algorithm;
		else if (strcmp(r->word, "secret") == 0)
			to = c->secret;
		else
			return bad(r, "neither algorithm nor secret", e);
		if ((rc = next(r, e)) != 1)
			return rc < 0 ? -1 : bad(r, "a value is missing", e);
		memcpy(to, r->word, r->len + 1);
		if (expect(r, ";", e) != 0)
			return -1;
	}
	if (expect(r, ";", e) != 0)
		return -1;
	return c->algorithm[0] != '\0' && c->secret[0] != '\0'
		   ? 0
		   : bad(r, "algorithm or secret is missing", e);
}

static int
not_found(
    const struct reader *r, const uint8_t *name, size_t n, struct error *e)
{
	char text[NAME_MAX_TEXT];

	if (name == NULL)
		return bad(r,
		    n == 0 ? "there is none in this file"
			   : "there are several in this file: name one",
		    e);
	name_to_text(text, name);
	error_set(e, ERROR_USAGE, "TSIG key: there is no key %.200s", text);
	return error_at(e, r->file, 0, 0);
}

static int
parse_clauses(struct reader *r, struct axfr_key *k, struct clause *c,
    const uint8_t *name, struct error *e)
{
	struct axfr_key one;
	size_t n = 0, hits = 0;
	int rc;

	for (; (rc = next(r, e)) == 1; n++) {
		memset(&one, 0, sizeof(one));
		if (strcmp(r->word, "key") != 0)
			rc = bad(r, "expected the word key", e);
		else
			rc = read_clause(r, c, e);
		if (rc == 0)
			rc = set_key(
			    r, &one, c->name, c->algorithm, c->secret, e);
		if (rc != 0)
			break;
		if (name == NULL || name_equal(name, one.name)) {
			*k = one;
			hits++;
		}
	}
	axfr_key_clear(&one);
	if (rc < 0)
		return -1;
	return hits == 1 ? 0 : not_found(r, name, n, e);
}

/* "[ALGORITHM:]NAME:SECRET" on one line. */
static int
parse_line(struct reader *r, struct axfr_key *k, struct clause *c,
    const uint8_t *name, struct error *e)
{
	const char *first, *second, *from;
	size_t len = (size_t)(r->end - r->s);

	while (len > 0 && isspace((unsigned char)r->s[len - 1]))
		len--;
	if (len >= WORD_MAX)
		return bad(r, "malformed line", e);
	memcpy(c->secret, r->s, len);
	c->secret[len] = '\0';
	first = strchr(c->secret, ':');
	second = first == NULL ? NULL : strchr(first + 1, ':');
	if (first == NULL)
		return bad(r, "expected NAME:SECRET", e);
	strcpy(c->algorithm, "hmac-sha256");
	from = c->secret;
	if (second != NULL) {
		memcpy(c->algorithm, from, (size_t)(first - from));
		c->algorithm[first - from] = '\0';
		from = first + 1;
		first = second;
	}
	memcpy(c->name, from, (size_t)(first - from));
	c->name[first - from] = '\0';
	if (set_key(r, k, c->name, c->algorithm, first + 1, e) != 0)
		return -1;
	return name == NULL || name_equal(name, k->name)
		   ? 0
		   : not_found(r, name, 1, e);
}

int
axfr_key_parse(struct axfr_key *k, const char *text, size_t len,
    const char *file, const uint8_t *name, struct error *e)
{
	struct reader *r = calloc(1, sizeof(*r));
	struct clause *c = calloc(1, sizeof(*c));
	int rc;

	memset(k, 0, sizeof(*k));
	if (r == NULL || c == NULL) {
		rc = error_memory(e);
		goto out;
	}
	*r = (struct reader){
	    .s = text, .end = text + len, .file = file, .line = 1};
	skip(r);
	if (memchr(r->s, '{', (size_t)(r->end - r->s)) == NULL && r->s < r->end)
		rc = parse_line(r, k, c, name, e);
	else
		rc = parse_clauses(r, k, c, name, e);
out:
	if (rc != 0)
		axfr_key_clear(k);
	if (c != NULL)
		OPENSSL_cleanse(c, sizeof(*c));
	if (r != NULL)
		OPENSSL_cleanse(r, sizeof(*r));
	free(c);
	free(r);
	return rc;
}

void
axfr_key_clear(struct axfr_key *k)
{
	OPENSSL_cleanse(k, sizeof(*k));
}

/* Open the file of a secret. -1 with E set. */
static int
open_secret(const char *path, struct error *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) != 0) {
		error_set(e, ERROR_USAGE, "TSIG key: %s", strerror(errno));
		goto fail;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & S_IRWXO) != 0) {
		error_set(
		    e, ERROR_USAGE, "TSIG key: everybody may read this file");
		error_hint(e, "chmod o= %s", path);
		goto fail;
	}
	return fd;
fail:
	error_at(e, path, 0, 0);
	if (fd >= 0)
		close(fd);
	return -1;
}

int
axfr_key_load(
    struct axfr_key *k, const char *path, const uint8_t *name, struct error *e)
{
	size_t len = 0;
	ssize_t n = 0;
	char *text;
	int fd, rc;

	memset(k, 0, sizeof(*k));
	if ((fd = open_secret(path, e)) < 0)
		return -1;
	if ((text = malloc(FILE_MAX)) == NULL) {
		close(fd);
		return error_memory(e);
	}
	while (
	    len < FILE_MAX && (n = read(fd, text + len, FILE_MAX - len)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (n < 0 || len == FILE_MAX) {
		error_set(e, ERROR_USAGE, "TSIG key: the file cannot be read");
		rc = error_at(e, path, 0, 0);
	} else {
		rc = axfr_key_parse(k, text, len, path, name, e);
	}
	OPENSSL_cleanse(text, len);
	free(text);
	return rc;
}
