/*
 * Who signed the commits of a change. OpenSSH and GnuPG verify; who may sign
 * comes from the trusted side. Runs programs: to be called before the process
 * is confined.
 */
#ifndef CHANGE_VERIFY_H
#define CHANGE_VERIFY_H

#include "../policy/policy.h"
#include "commits.h"

/* Whose signatures count. Bytes are borrowed; data NULL: there is none. */
struct change_keys {
	const char *signers; /* allowed signers, see ssh-keygen(1) */
	size_t signers_len;
	const char *revoked; /* a KRL, or public keys one a line */
	size_t revoked_len;
	const char *ring; /* OpenPGP public keys */
	size_t ring_len;
	const struct policy_pgp *pgp;
	size_t npgp;
	int64_t now;  /* time of receipt */
	bool not_now; /* NOW is not what the clock says */
};

/*
 * Fill seal, why and signer of every commit of the set. An SSH key must be
 * allowed at the committer's date and at the time of receipt: the date is the
 * committer's own word. An OpenPGP key must be good at the time of receipt, and
 * not younger than the signature. 0; -1 with E set when a program could not be
 * run.
 */
int change_verify(
    struct change_set *, const struct change_keys *, struct error *e);

/* ---- between the files of the room -------------------------------------- */

/* One commit whose signature is an SSH one. */
int verify_ssh(struct change_commit *, const struct change_keys *,
    struct arena *, struct error *e);

struct verify_pgp;

/* A throw-away folder with the trusted keys in it. 0, -1. */
int verify_pgp_open(
    struct verify_pgp **out, const struct change_keys *, struct error *e);
/* Remove it. NULL is harmless. */
void verify_pgp_close(struct verify_pgp *);
/* One commit whose signature is an OpenPGP one. */
int verify_pgp(struct verify_pgp *, struct change_commit *,
    const struct change_keys *, struct arena *, struct error *e);

#endif
