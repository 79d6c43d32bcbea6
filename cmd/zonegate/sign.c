#include "command.h"

static const char *const denials[] = {"nsec", "nsec3", "nsec3-optout", NULL};

static const struct option options[] = {
    {"zone", 0, OPTION_STRING, "NAME", "the zone in the file",
	offsetof(struct arguments, zone), NULL, false},
    {"output", 'o', OPTION_STRING, "OUT", "where the signed zone goes",
	offsetof(struct arguments, out), NULL, false},
    {"key", 'k', OPTION_KEY, "KEY",
	"base name or .private file of a BIND key pair; several times", 0, NULL,
	false},
    {"denial", 0, OPTION_CHOICE, "nsec|nsec3|nsec3-optout",
	"denial of existence (default: nsec)",
	offsetof(struct arguments, denial), denials, false},
    {"validity", 0, OPTION_DURATION, "TIME",
	"how long signatures hold (default: 14d)",
	offsetof(struct arguments, validity), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_sign sign = {
	    .file = a->operand[0],
	    .zone = a->zone,
	    .out = a->out,
	    .key = a->key,
	    .nkeys = a->nkeys,
	    .denial = a->denial,
	    .validity = a->validity,
	};

	if (a->zone == NULL)
		return command_misuse("sign", "sign: --zone NAME is missing");
	if (a->out == NULL)
		return command_misuse("sign", "sign: -o OUT is missing");
	if (a->nkeys == 0)
		return command_misuse("sign", "sign: --key KEY is missing");
	return gate_sign(&a->gate, &sign);
}

const struct command command_sign = {
    .name = "sign",
    .usage = "FILE --zone NAME -o OUT --key KEY...",
    .summary = "sign a zone with real keys and validate what was written",
    .help = "Signs the zone, writes it beside OUT, reads it back as a server "
	    "would,\n"
	    "validates it completely, and only then renames it to OUT. OUT is "
	    "never half\n"
	    "written and never holds a zone that does not validate.",
    .option = options,
    .min = 1,
    .max = 1,
    .run = run,
};
