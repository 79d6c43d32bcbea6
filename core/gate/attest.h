/* Attestations as git notes: where they are and how they are read. */
#ifndef GATE_ATTEST_H
#define GATE_ATTEST_H

#include "../attest/statement.h"
#include "../source/repo.h"
#include "gate.h"

#define ATTEST_NOTES "refs/notes/zonegate"

struct attest_public;

/* An attestation that was checked. */
struct attested {
	struct text payload;
	struct statement statement;
	char keyid[65];
};

/*
 * Read the note of COMMIT and hold it against the public keys: the envelope,
 * its type, its subject and its verdict. 0; 1 when there is none; 2 when it
 * does not hold (E says why); -1 with E set. attested_free() in any case.
 */
int attested_read(struct attested *, struct repo *, const char *commit,
    const struct attest_public *, struct error *e);
void attested_free(struct attested *);

#endif
