/*
 * OpenPGP signatures: gpg with a key ring of its own, in a folder that is
 * thrown away. What it says on the status descriptor counts, and its exit
 * status too.
 */
#include "verify.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "run.h"

#define PREFIX "[GNUPG:] "

struct verify_pgp {
	char home[32];
	char env[64];  /* GNUPGHOME=… */
	char time[32]; /* when the clock is not to be asked, else empty */
};

/* ---- the folder --------------------------------------------------------- */

/* Remove PATH and what is in it, a few levels deep. */
static void
remove_all(const char *path, int depth)
{
	char sub[512];
	struct dirent *d;
	struct stat st;
	DIR *dir;

	if (depth < 4 && (dir = opendir(path)) != NULL) {
		while ((d = readdir(dir)) != NULL) {
			if (strcmp(d->d_name, ".") == 0 ||
			    strcmp(d->d_name, "..") == 0 ||
			    snprintf(sub, sizeof(sub), "%s/%s", path,
				d->d_name) >= (int)sizeof(sub) ||
			    lstat(sub, &st) != 0)
				continue;
			if (S_ISDIR(st.st_mode))
				remove_all(sub, depth + 1);
			else
				(void)unlink(sub);
		}
		closedir(dir);
	}
	(void)rmdir(path);
}

void
verify_pgp_close(struct verify_pgp *v)
{
	if (v == NULL)
		return;
	remove_all(v->home, 0);
	free(v);
}

static int
gpg(const struct verify_pgp *v, const char *const *more, size_t nmore,
    const struct run *files, struct text *out, int *status, struct error *e)
{
	static const char *const common[] = {"gpg", "--batch", "--no-options",
	    "--no-tty", "--no-autostart", "--quiet", "--no-permission-warning",
	    "--trust-model", "always", "--no-auto-key-retrieve", "--status-fd",
	    "1"};
	const char *argv[32], *env[] = {v->env, NULL};
	struct run r = *files;
	size_t n = sizeof(common) / sizeof(common[0]), i;

	memcpy(argv, common, sizeof(common));
	if (v->time[0] != '\0') {
		argv[n++] = "--faked-system-time";
		argv[n++] = v->time;
	}
	for (i = 0; i < nmore && n < 31; i++)
		argv[n++] = more[i];
	argv[n] = NULL;
	r.argv = argv;
	r.env = env;
	return run_program(&r, out, status, e);
}

static int
import(const struct verify_pgp *v, const struct change_keys *k, struct error *e)
{
	static const char *const more[] = {"--import"};
	struct run r = {.input = {k->ring, k->ring_len}};
	struct text out = TEXT_INIT;
	int status, rc;

	rc = gpg(v, more, 1, &r, &out, &status, e);
	text_free(&out);
	if (rc != 0 || status == 0)
		return rc;
	error_set(e, ERROR_USAGE, "gpg cannot read the OpenPGP key ring");
	return error_hint(
	    e, "make it with: gpg --export --armor KEY... > keyring.asc");
}

int
verify_pgp_open(
    struct verify_pgp **out, const struct change_keys *k, struct error *e)
{
	struct verify_pgp *v = calloc(1, sizeof(*v));
	time_t t = (time_t)k->now;
	struct tm tm;

	*out = NULL;
	if (v == NULL)
		return error_memory(e);
	snprintf(v->home, sizeof(v->home), "/tmp/zonegate-gpg-XXXXXX");
	if (mkdtemp(v->home) == NULL) {
		free(v);
		return error_set(e, ERROR_SYSTEM,
		    "no folder for gpg in /tmp: %s", strerror(errno));
	}
	snprintf(v->env, sizeof(v->env), "GNUPGHOME=%s", v->home);
	if (k->not_now &&
	    (gmtime_r(&t, &tm) == NULL || strftime(v->time, sizeof(v->time),
					      "%Y%m%dT%H%M%S!", &tm) == 0)) {
		verify_pgp_close(v);
		return error_set(e, ERROR_SYSTEM, "no such time");
	}
	if (import(v, k, e) != 0) {
		verify_pgp_close(v);
		return -1;
	}
	*out = v;
	return 0;
}

/* ---- what it says ------------------------------------------------------- */

struct status {
	unsigned good, valid, fresh; /* GOODSIG, VALIDSIG, NEWSIG */
	bool bad, late, unknown;
	char key[65], primary[65];
};

/* VALIDSIG: word 1 is the signing key, word 10 its primary key. */
static void
read_valid(struct status *s, const char *line)
{
	char word[10][80];
	int n;

	s->valid++;
	n = sscanf(line,
	    "VALIDSIG %79s %79s %79s %79s %79s %79s %79s %79s %79s %79s",
	    word[0], word[1], word[2], word[3], word[4], word[5], word[6],
	    word[7], word[8], word[9]);
	if (n != 10 || strlen(word[0]) > 64 || strlen(word[9]) > 64) {
		s->bad = true;
		return;
	}
	memcpy(s->key, word[0], strlen(word[0]) + 1);
	memcpy(s->primary, word[9], strlen(word[9]) + 1);
}

static bool
begins(const char *line, const char *word)
{
	size_t n = strlen(word);

	return strncmp(line, word, n) == 0 &&
	       (line[n] == ' ' || line[n] == '\0');
}

static void
read_line(struct status *s, const char *line)
{
	s->fresh += begins(line, "NEWSIG");
	s->good += begins(line, "GOODSIG");
	s->bad |= begins(line, "BADSIG");
	s->late |= begins(line, "EXPSIG") || begins(line, "EXPKEYSIG") ||
		   begins(line, "REVKEYSIG") || begins(line, "KEYREVOKED");
	s->unknown |= begins(line, "NO_PUBKEY") || begins(line, "ERRSIG");
	if (begins(line, "VALIDSIG"))
		read_valid(s, line);
}

static void
read_status(struct status *s, struct text *out)
{
	char *line, *save = NULL;

	memset(s, 0, sizeof(*s));
	if (out->data == NULL)
		return;
	for (line = strtok_r(out->data, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, PREFIX, strlen(PREFIX)) == 0)
			read_line(s, line + strlen(PREFIX));
}

static const struct policy_pgp *
listed(const struct change_keys *k, const struct status *s)
{
	size_t i;

	for (i = 0; i < k->npgp; i++)
		if (strcasecmp(k->pgp[i].fingerprint, s->primary) == 0 ||
		    strcasecmp(k->pgp[i].fingerprint, s->key) == 0)
			return &k->pgp[i];
	return NULL;
}

static int
judge(struct change_commit *c, const struct change_keys *k,
    const struct status *s, int status, struct arena *a, struct error *e)
{
	const struct policy_pgp *p = listed(k, s);
	const char **name;

	c->seal = SEAL_UNKNOWN;
	if (s->late)
		c->why = "its OpenPGP key or signature has expired, or the key "
			 "is revoked";
	else if (s->unknown)
		c->why = "its OpenPGP key is not in the key ring";
	else if (status != 0 || s->bad || s->good != 1 || s->valid != 1 ||
		 s->fresh != 1) {
		c->seal = SEAL_BROKEN;
		c->why = "its OpenPGP signature does not fit this commit";
	} else if (p == NULL)
		c->why = "its OpenPGP key is not among those the policy lists";
	else
		c->seal = SEAL_GOOD;
	if (c->seal != SEAL_GOOD)
		return 0;
	if ((name = arena_calloc(a, 2, sizeof(*name))) == NULL ||
	    (c->signer.key = arena_printf(a, "pgp:%s", s->primary)) == NULL ||
	    (name[0] = arena_strdup(a, p->principal)) == NULL)
		return error_memory(e);
	c->signer.principal = name[0];
	c->signer.other = name;
	return 0;
}

int
verify_pgp(struct verify_pgp *v, struct change_commit *c,
    const struct change_keys *k, struct arena *a, struct error *e)
{
	struct run_file file = {c->signature, strlen(c->signature)};
	struct run r = {
	    .input = {c->payload, c->payload_len}, .file = &file, .nfiles = 1};
	const char *more[] = {"--verify", run_file_path(0), "-"};
	struct text out = TEXT_INIT;
	struct status s;
	int status, rc;

	rc = gpg(v, more, 3, &r, &out, &status, e);
	if (rc == 0) {
		read_status(&s, &out);
		rc = judge(c, k, &s, status, a, e);
	}
	text_free(&out);
	return rc;
}
