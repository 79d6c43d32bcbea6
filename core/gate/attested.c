#include "attest.h"

#include <stdlib.h>
#include <string.h>

#include "../attest/envelope.h"
#include "../source/note.h"

static int
hold(struct attested *a, const char *note, size_t len, const char *commit,
    const struct attest_public *keys, struct error *e)
{
	int rc = envelope_open(&a->payload, a->keyid, note, len, keys, e);

	if (rc == 0)
		rc = statement_read(
		    &a->statement, a->payload.data, a->payload.len, e);
	if (rc != 0)
		return rc == 1 ? 2 : -1;
	/* A note can be moved to another commit, what it says cannot. */
	if (strcmp(a->statement.commit, commit) != 0)
		error_set(e, ERROR_SYSTEM,
		    "the attestation is about another commit, %.12s",
		    a->statement.commit);
	else if (strcmp(a->statement.verdict, "pass") != 0)
		error_set(e, ERROR_SYSTEM, "what is attested did not pass");
	else
		return 0;
	return 2;
}

int
attested_read(struct attested *a, struct repo *repo, const char *commit,
    const struct attest_public *keys, struct error *e)
{
	char *note;
	size_t len;
	int rc;

	memset(a, 0, sizeof(*a));
	rc = note_read(repo, ATTEST_NOTES, commit, &note, &len, e);
	if (rc != 0)
		return rc;
	rc = hold(a, note, len, commit, keys, e);
	free(note);
	return rc;
}

void
attested_free(struct attested *a)
{
	text_free(&a->payload);
	statement_free(&a->statement);
}
