#include "command.h"

#include <string.h>

static const struct option options[] = {
    {"rev", 0, OPTION_STRING, "REV", "the revision (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {"base", 0, OPTION_STRING, "REV",
	"what it is compared with (default: its first parent)",
	offsetof(struct arguments, base), NULL, false},
    {"ref", 0, OPTION_STRING, "REF", "attest only if the policy guards REF",
	offsetof(struct arguments, ref), NULL, false},
    {"key", 'k', OPTION_KEY, "FILE",
	"Ed25519 key in PEM (default: git config zonegate.attestKey)", 0, NULL,
	false},
    {"public-key", 0, OPTION_STRING, "FILE",
	"verify: the public keys that are trusted, in PEM",
	offsetof(struct arguments, public_key), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
verify(const struct arguments *a, struct gate_attest *attest)
{
	if (a->public_key == NULL)
		return command_misuse(
		    "attest", "attest verify: --public-key FILE is missing");
	if (a->nkeys != 0)
		return command_misuse(
		    "attest", "attest verify: --key is for signing");
	if (a->noperands == 2)
		attest->rev = a->operand[1];
	return gate_attest_verify(&a->gate, attest);
}

static int
run(const struct arguments *a)
{
	struct gate_attest attest = {.rev = a->rev,
	    .base = a->base,
	    .ref = a->ref,
	    .key = a->nkeys != 0 ? a->key[0] : NULL,
	    .public_key = a->public_key};

	if (a->noperands != 0 && strcmp(a->operand[0], "verify") == 0)
		return verify(a, &attest);
	if (a->noperands != 0)
		return command_misuse("attest",
		    "attest: unknown word %s; did you mean --rev %s?",
		    a->operand[0], a->operand[0]);
	if (a->nkeys > 1)
		return command_misuse("attest", "attest: one --key is enough");
	if (a->public_key != NULL)
		return command_misuse(
		    "attest", "attest: --public-key is for \"attest verify\"");
	return gate_attest(&a->gate, &attest);
}

const struct command command_attest = {
    .name = "attest",
    .usage = "[--rev REV] [--key FILE] | verify [REV] --public-key FILE",
    .summary = "sign what was judged, as a git note; or verify such a note",
    .help =
	"Judges an accepted revision as the push of it was judged. If it "
	"passes, a\n"
	"statement (in-toto, in a DSSE envelope) that binds the commit, the "
	"digest of\n"
	"each zone, the policy and what was waived is signed and kept as a "
	"git note in\n"
	"refs/notes/zonegate. What does not pass is not attested. Run it "
	"after git has\n"
	"accepted the push: inside the quarantine of a push it refuses.\n"
	"\n"
	"\"attest verify\" checks the note of a revision: exit status 0 when "
	"it holds, 1\n"
	"when it does not or there is none.",
    .option = options,
    .min = 0,
    .max = 2,
    .run = run,
};
