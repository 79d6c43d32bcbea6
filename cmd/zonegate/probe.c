#include "command.h"

#include <stdint.h>

static const struct option options[] = {
    {"rev", 0, OPTION_STRING, "REV", "compare with REV (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {"tsig", 0, OPTION_STRING, "FILE",
	"TSIG keys as BIND writes them (default: git config "
	"zonegate.tsigFile)",
	offsetof(struct arguments, tsig), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_probe probe = {
	    .rev = a->rev,
	    .tsig = a->tsig,
	    .name = a->operand,
	    .nnames = a->noperands,
	};

	return gate_probe(&a->gate, &probe);
}

const struct command command_probe = {
    .name = "probe",
    .usage = "[--repo DIR] [--rev REV] [NAME...]",
    .summary = "ask live servers: available? authentic?",
    .help =
	"For each zone and protected name (or those given), each name server "
	"and\n"
	"each resolver of the policy, two answers that are never mixed: is an\n"
	"answer to be had over UDP, TCP and HTTPS; and is it the one that was\n"
	"judged, and signed by who may sign it? Only addresses that the "
	"policy\n"
	"allows are asked; answers are validated from the policy's trust "
	"anchors,\n"
	"never by a resolver's AD bit.\n\n"
	"Exit status 0 when all is good, 1 when a server answers wrongly, 3 "
	"when\n"
	"something could not be checked, such as a server that does not "
	"answer.",
    .option = options,
    .min = 0,
    .max = SIZE_MAX,
    .run = run,
};
