#include "command.h"

#include <string.h>

static const struct option options[] = {
    {"expect-head", 0, OPTION_KEY, "HASH",
	"verify: a line with this SHA-256 must be there; several times", 0,
	NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	const char *file = a->noperands == 2 ? a->operand[1] : NULL;
	size_t i;

	for (i = 0; i < a->nkeys; i++)
		if (strlen(a->key[i]) != 64 ||
		    strspn(a->key[i], "0123456789abcdef") != 64)
			return command_misuse("audit",
			    "--expect-head %s: not a SHA-256 of 64 digits",
			    a->key[i]);
	if (strcmp(a->operand[0], "verify") == 0)
		return gate_audit_verify(&a->gate, file, a->key, a->nkeys);
	if (strcmp(a->operand[0], "show") == 0)
		return gate_audit_show(&a->gate, file);
	return command_misuse(
	    "audit", "audit: unknown word %s: verify or show", a->operand[0]);
}

const struct command command_audit = {
    .name = "audit",
    .usage = "verify [FILE] [--expect-head HASH] | show [FILE]",
    .summary = "verify or show the log of decisions",
    .help =
	"The log (git config zonegate.auditLog) has one line for each "
	"decision of the\n"
	"hook, and every line names the SHA-256 of the one before. \"audit "
	"verify\" finds\n"
	"lines that are missing, altered, moved or cut (exit status 1). That "
	"lines at the\n"
	"end are missing can only be seen with a hash kept elsewhere: each "
	"attestation\n"
	"holds the one of its time, and \"audit verify\" prints the last one.",
    .option = options,
    .min = 1,
    .max = 2,
    .run = run,
};
