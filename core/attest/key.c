#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MAX ((size_t)64 << 10)
#define KEYS_MAX 16

/* ---- PEM ----------------------------------------------------------------- */

static int
key_error(struct error *e, const char *path, const char *what)
{
	error_set(e, ERROR_USAGE, "%s", what);
	return error_at(e, path, 0, 0);
}

/* The whole file, whose PRIVATE ones must not be readable by everybody. */
static BIO *
read_file(const char *path, int private, struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char buf[4096];
	struct stat st;
	BIO *bio = NULL;
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) != 0) {
		key_error(e, path, strerror(errno));
		goto out;
	}
	if (private && (!S_ISREG(st.st_mode) || (st.st_mode & S_IRWXO) != 0)) {
		key_error(e, path, "everybody may read this key: not used");
		error_hint(e, "chmod o= %s", path);
		goto out;
	}
	if ((bio = BIO_new(BIO_s_secmem())) == NULL) {
		error_memory(e);
		goto out;
	}
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		len += (size_t)n;
		if (len > FILE_MAX || BIO_write(bio, buf, (int)n) != n)
			break;
	}
	if (n != 0) {
		key_error(e, path, "the key file cannot be read whole");
		BIO_free(bio);
		bio = NULL;
	}
	OPENSSL_cleanse(buf, sizeof(buf));
out:
	if (fd >= 0)
		close(fd);
	return bio;
}

/* Nobody is asked for a passphrase. */
static int
no_passphrase(char *buf, int size, int rwflag, void *ctx)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)ctx;
	return -1;
}

static int
set_keyid(char keyid[HASH_HEX], const EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der), rc;

	if (n <= 0)
		return -1;
	rc = hash_sha256_hex(keyid, der, (size_t)n);
	OPENSSL_free(der);
	return rc;
}

/* ---- the process that signs ---------------------------------------------- */

/* What it says at its end. */
struct answer {
	int failed;
	uint8_t signature[ATTEST_SIGNATURE];
	char keyid[HASH_HEX];
	struct error error;
};

static EVP_PKEY *
load_private(const char *path, struct error *e)
{
	BIO *bio = read_file(path, 1, e);
	EVP_PKEY *key;

	if (bio == NULL)
		return NULL;
	key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519)
		return key;
	key_error(e, path,
	    key == NULL ? "no private key in PEM (or it is encrypted)"
			: "not an Ed25519 key");
	error_hint(
	    e, "make one with: openssl genpkey -algorithm ed25519 -out FILE");
	EVP_PKEY_free(key);
	return NULL;
}

static int
sign(EVP_PKEY *key, const void *data, size_t len, struct answer *a)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = sizeof(a->signature);
	int ok;

	ok = ctx != NULL &&
	     EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestSign(ctx, a->signature, &n, data, len) == 1 &&
	     n == sizeof(a->signature) && set_keyid(a->keyid, key) == 0;
	EVP_MD_CTX_free(ctx);
	return ok ? 0
		  : error_set(&a->error, ERROR_SYSTEM,
			"libcrypto failed to sign the attestation");
}

/* No core dump, no debugger, not longer than who waits for it. */
static int
seclude(pid_t parent)
{
	static const struct rlimit none = {0, 0};

	return setrlimit(RLIMIT_CORE, &none) == 0 &&
		       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		       prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
		       getppid() == parent
		   ? 0
		   : -1;
}

static void __attribute__((noreturn))
run_signer(const char *path, int (*confine)(struct error *), const void *data,
    size_t len, int fd, pid_t parent)
{
	struct answer a = {.failed = 1};
	EVP_PKEY *key = NULL;

	if (seclude(parent) != 0)
		_exit(3);
	if ((key = load_private(path, &a.error)) != NULL &&
	    (confine == NULL || confine(&a.error) == 0) &&
	    sign(key, data, len, &a) == 0)
		a.failed = 0;
	EVP_PKEY_free(key);
	/* Less than PIPE_BUF: whole or not at all. */
	if (write(fd, &a, sizeof(a)) != (ssize_t)sizeof(a))
		_exit(3);
	_exit(0);
}

int
attest_sign(const char *path, int (*confine)(struct error *), const void *data,
    size_t len, uint8_t signature[ATTEST_SIGNATURE], char keyid[HASH_HEX],
    struct error *e)
{
	struct answer a = {.failed = 1};
	pid_t parent = getpid(), child;
	int fd[2], wstatus = 0;
	ssize_t n;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return error_set(e, ERROR_SYSTEM, "pipe: %s", strerror(errno));
	if ((child = fork()) == 0) {
		close(fd[0]);
		run_signer(path, confine, data, len, fd[1], parent);
	}
	close(fd[1]);
	if (child < 0) {
		close(fd[0]);
		return error_set(e, ERROR_SYSTEM, "fork: %s", strerror(errno));
	}
	while ((n = read(fd[0], &a, sizeof(a))) < 0 && errno == EINTR)
		;
	close(fd[0]);
	while (waitpid(child, &wstatus, 0) < 0)
		if (errno != EINTR)
			break;
	if (n != (ssize_t)sizeof(a) || wstatus != 0)
		return error_set(e, ERROR_SYSTEM,
		    "the process that signs was lost: nothing was signed");
	if (a.failed) {
		if (e != NULL)
			*e = a.error;
		return -1;
	}
	memcpy(signature, a.signature, sizeof(a.signature));
	memcpy(keyid, a.keyid, sizeof(a.keyid));
	return 0;
}

/* ---- public keys --------------------------------------------------------- */

struct attest_public {
	size_t n;
	EVP_PKEY *key[KEYS_MAX];
	char keyid[KEYS_MAX][HASH_HEX];
};

void
attest_public_free(struct attest_public *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		EVP_PKEY_free(p->key[i]);
	free(p);
}

static int
read_public(
    struct attest_public *p, BIO *bio, const char *path, struct error *e)
{
	EVP_PKEY *key;

	while (p->n < KEYS_MAX) {
		key = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
		if (key == NULL)
			break;
		p->key[p->n++] = key;
		if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519)
			return key_error(e, path, "not an Ed25519 key");
		if (set_keyid(p->keyid[p->n - 1], key) != 0)
			return error_set(
			    e, ERROR_SYSTEM, "libcrypto refused the key");
	}
	if (p->n != 0)
		return 0;
	key_error(e, path, "no public key in PEM");
	return error_hint(
	    e, "get it from the private one with: openssl pkey -pubout");
}

int
attest_public_load(
    struct attest_public **out, const char *path, struct error *e)
{
	struct attest_public *p = calloc(1, sizeof(*p));
	BIO *bio;
	int rc;

	*out = NULL;
	if (p == NULL)
		return error_memory(e);
	if ((bio = read_file(path, 0, e)) == NULL) {
		attest_public_free(p);
		return -1;
	}
	rc = read_public(p, bio, path, e);
	BIO_free(bio);
	if (rc == 0)
		*out = p;
	else
		attest_public_free(p);
	return rc;
}

const char *
attest_public_check(const struct attest_public *p, const void *data, size_t len,
    const uint8_t *signature, size_t signature_len)
{
	const char *keyid = NULL;
	EVP_MD_CTX *ctx;
	size_t i;

	for (i = 0; keyid == NULL && i < p->n; i++) {
		ctx = EVP_MD_CTX_new();
		if (ctx != NULL &&
		    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, p->key[i]) ==
			1 &&
		    EVP_DigestVerify(
			ctx, signature, signature_len, data, len) == 1)
			keyid = p->keyid[i];
		EVP_MD_CTX_free(ctx);
	}
	return keyid;
}
