#include "command.h"

#include <stdint.h>

static const struct option options[] = {
    {"zone", 0, OPTION_STRING, "NAME", "the zone (default: owner of the SOA)",
	offsetof(struct arguments, zone), NULL, false},
    {"anchor", 0, OPTION_STRING, "FILE",
	"DS or DNSKEY records to trust (default: the zone's own SEP keys)",
	offsetof(struct arguments, anchor), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_verify verify = {
	    .file = a->operand,
	    .nfiles = a->noperands,
	    .zone = a->zone,
	    .anchor = a->anchor,
	};

	return gate_verify(&a->gate, &verify);
}

const struct command command_verify = {
    .name = "verify",
    .usage = "FILE... [--anchor FILE] [--at TIME]",
    .summary = "validate signed zones completely",
    .help =
	"Checks every RRset that must be signed, by every algorithm, every "
	"signature\n"
	"that is there, the whole NSEC or NSEC3 chain and every type bitmap.",
    .option = options,
    .min = 1,
    .max = SIZE_MAX,
    .run = run,
};
