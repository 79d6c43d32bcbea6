#include "verify.h"

#include <string.h>

enum form { FORM_SSH, FORM_PGP, FORM_OTHER };

static enum form
form_of(const char *signature)
{
	static const struct {
		const char *begin;
		enum form form;
	} forms[] = {
	    {"-----BEGIN SSH SIGNATURE-----", FORM_SSH},
	    {"-----BEGIN PGP SIGNATURE-----", FORM_PGP},
	    {"-----BEGIN PGP MESSAGE-----", FORM_PGP},
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strncmp(
			signature, forms[i].begin, strlen(forms[i].begin)) == 0)
			return forms[i].form;
	return FORM_OTHER;
}

static void
set(struct change_commit *c, enum change_seal seal, const char *why)
{
	c->seal = seal;
	c->why = why;
}

/* One commit; *PGP is made when the first needs it. */
static int
verify_one(struct change_commit *c, const struct change_keys *keys,
    struct verify_pgp **pgp, struct arena *a, struct error *e)
{
	if (c->doubled) {
		set(c, SEAL_BROKEN, "it holds more than one signature");
		return 0;
	}
	if (c->signature == NULL) {
		set(c, SEAL_NONE, "it has no signature");
		return 0;
	}
	switch (form_of(c->signature)) {
	case FORM_SSH:
		if (keys->signers != NULL)
			return verify_ssh(c, keys, a, e);
		set(c, SEAL_UNKNOWN, "the policy names no SSH keys");
		return 0;
	case FORM_PGP:
		if (keys->ring == NULL || keys->npgp == 0) {
			set(c, SEAL_UNKNOWN,
			    "the policy names no OpenPGP keys");
			return 0;
		}
		if (*pgp == NULL && verify_pgp_open(pgp, keys, e) != 0)
			return -1;
		return verify_pgp(*pgp, c, keys, a, e);
	case FORM_OTHER:
		break;
	}
	set(c, SEAL_UNKNOWN, "only SSH and OpenPGP signatures are known");
	return 0;
}

int
change_verify(
    struct change_set *set, const struct change_keys *keys, struct error *e)
{
	struct verify_pgp *pgp = NULL;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < set->n; i++)
		rc = verify_one(&set->commit[i], keys, &pgp, set->arena, e);
	verify_pgp_close(pgp);
	return rc;
}
