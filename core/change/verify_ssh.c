/* SSH signatures: ssh-keygen -Y, whose exit status is all that counts. */
#include "verify.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run.h"

#define BEGIN "-----BEGIN SSH SIGNATURE-----"
#define END "-----END SSH SIGNATURE-----"
#define MAGIC "SSHSIG"
/* Names of one person in one line of the file. */
#define NAMES_MAX 16

enum { FILE_SIGNERS, FILE_SIGNATURE, FILE_REVOKED };

/* ---- running it --------------------------------------------------------- */

/* "verify-time=20261124132657"; the program runs in UTC. */
static void
time_option(char out[64], int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, 64, "verify-time=%Y%m%d%H%M%S", &tm) == 0)
		snprintf(out, 64, "verify-time=none"); /* refused */
}

struct ask {
	const struct change_commit *c;
	const struct change_keys *keys;
	struct text *out;
};

static int
ask(const struct ask *q, const char *what, const char *who, int64_t when,
    int *status, struct error *e)
{
	struct run_file file[] = {
	    {q->keys->signers, q->keys->signers_len},
	    {q->c->signature, strlen(q->c->signature)},
	    {q->keys->revoked, q->keys->revoked_len},
	};
	const char *argv[20] = {
	    "ssh-keygen", "-Y", what, "-s", run_file_path(FILE_SIGNATURE)};
	struct run r = {.argv = argv,
	    .input = {q->c->payload, q->c->payload_len},
	    .file = file,
	    .nfiles = 3};
	char option[64];
	size_t n = 5;

	time_option(option, when);
	if (strcmp(what, "check-novalidate") != 0) {
		argv[n++] = "-f";
		argv[n++] = run_file_path(FILE_SIGNERS);
		argv[n++] = "-O";
		argv[n++] = option;
	}
	if (strcmp(what, "find-principals") != 0) {
		argv[n++] = "-n";
		argv[n++] = "git";
	}
	if (who != NULL) {
		argv[n++] = "-I";
		argv[n++] = who;
	}
	if (who != NULL && q->keys->revoked != NULL) {
		argv[n++] = "-r";
		argv[n++] = run_file_path(FILE_REVOKED);
	}
	return run_program(&r, q->out, status, e);
}

/* ---- the key ------------------------------------------------------------ */

/* The base64 between the armour's two lines, decoded; its length or -1. */
static int
dearmor(const char *armor, unsigned char *out, size_t size)
{
	const char *p = strstr(armor, BEGIN), *end;
	EVP_ENCODE_CTX *ctx;
	int n = 0, last = 0, rc = -1;

	if (p != armor || (end = strstr(armor, END)) == NULL)
		return -1;
	p += strlen(BEGIN);
	if ((size_t)(end - p) >= size || (ctx = EVP_ENCODE_CTX_new()) == NULL)
		return -1;
	EVP_DecodeInit(ctx);
	if (EVP_DecodeUpdate(
		ctx, out, &n, (const unsigned char *)p, (int)(end - p)) >= 0 &&
	    EVP_DecodeFinal(ctx, out + n, &last) >= 0)
		rc = n + last;
	EVP_ENCODE_CTX_free(ctx);
	return rc;
}

/*
 * SHA-256 of the public key in the signature, so that one key under two names
 * is one person. NULL when it cannot be found.
 */
static const char *
key_digest(const char *armor, struct arena *a)
{
	size_t size = strlen(armor) + 4;
	unsigned char *blob = malloc(size);
	const size_t head = strlen(MAGIC) + 4;
	char hexa[HASH_HEX];
	const char *out = NULL;
	size_t len;
	int n;

	if (blob == NULL)
		return NULL;
	n = dearmor(armor, blob, size);
	if (n > (int)head + 4 && memcmp(blob, MAGIC, strlen(MAGIC)) == 0) {
		len = (size_t)blob[head] << 24 | (size_t)blob[head + 1] << 16 |
		      (size_t)blob[head + 2] << 8 | blob[head + 3];
		if (len != 0 && len <= (size_t)n - head - 4 &&
		    hash_sha256_hex(hexa, blob + head + 4, len) == 0)
			out = arena_printf(a, "ssh:%s", hexa);
	}
	free(blob);
	return out;
}

/* ---- whose it is -------------------------------------------------------- */

/* The lines of OUT, each a name; false when one names more than a person. */
static bool
read_names(
    const struct text *out, const char *name[NAMES_MAX + 1], struct arena *a)
{
	const char *p = out->data == NULL ? "" : out->data, *end;
	size_t n = 0;

	for (; *p != '\0'; p = *end == '\0' ? end : end + 1) {
		end = p + strcspn(p, "\n");
		if (end == p)
			continue;
		if (n == NAMES_MAX ||
		    (name[n] = arena_dup(a, p, (size_t)(end - p))) == NULL ||
		    name[n][strcspn(name[n], "*?!")] != '\0')
			return false;
		n++;
	}
	name[n] = NULL;
	return n != 0;
}

/* Nobody's key: is it at least a signature of this commit? */
static int
explain(const struct ask *q, struct change_commit *c, const char *why,
    struct error *e)
{
	int status;

	if (ask(q, "check-novalidate", NULL, 0, &status, e) != 0)
		return -1;
	c->seal = status == 0 ? SEAL_UNKNOWN : SEAL_BROKEN;
	c->why = status == 0 ? why
			     : "its signature does not fit: it was made for "
			       "another commit, or this one was changed";
	return 0;
}

static int
good(struct change_commit *c, const char *const *name, struct arena *a,
    struct error *e)
{
	const char **copy = arena_calloc(a, NAMES_MAX + 1, sizeof(*copy));

	c->signer.key = key_digest(c->signature, a);
	if (copy == NULL)
		return error_memory(e);
	if (c->signer.key == NULL) {
		c->seal = SEAL_BROKEN;
		c->why = "the key of its signature cannot be read";
		return 0;
	}
	memcpy(copy, name, (NAMES_MAX + 1) * sizeof(*copy));
	c->seal = SEAL_GOOD;
	c->signer.principal = name[0];
	c->signer.other = copy;
	return 0;
}

int
verify_ssh(struct change_commit *c, const struct change_keys *keys,
    struct arena *a, struct error *e)
{
	const char *name[NAMES_MAX + 1] = {NULL};
	struct text out = TEXT_INIT;
	struct ask q = {.c = c, .keys = keys, .out = &out};
	int status, rc = -1;

	if (ask(&q, "find-principals", NULL, keys->now, &status, e) != 0)
		goto out;
	if (status != 0 || !read_names(&out, name, a)) {
		rc = explain(&q, c,
		    status != 0
			? "its key is not among the allowed signers, or "
			  "its time there is over"
			: "its key stands for more than one person in "
			  "the allowed signers (no * there)",
		    e);
		goto out;
	}
	if (ask(&q, "verify", name[0], keys->now, &status, e) != 0)
		goto out;
	if (status != 0) {
		rc = explain(
		    &q, c, "its key is revoked, or not valid any more", e);
		goto out;
	}
	if (ask(&q, "verify", name[0], c->time, &status, e) != 0)
		goto out;
	rc = status == 0
		 ? good(c, name, a, e)
		 : explain(&q, c,
		       "its key was not valid at the committer's date", e);
out:
	text_free(&out);
	return rc;
}
