#include "command.h"

#include <stdint.h>

static const struct option options[] = {
    {"rev", 0, OPTION_STRING, "REV", "drill on REV (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_drill drill = {
	    .rev = a->rev,
	    .name = a->operand,
	    .nnames = a->noperands,
	};

	return gate_drill(&a->gate, &drill);
}

const struct command command_drill = {
    .name = "drill",
    .usage = "[--repo DIR] [--rev REV] [NAME...]",
    .summary = "what one outage leaves of each protected name",
    .help =
	"On zone data alone, for each protected name (or those given) and "
	"each\n"
	"single outage of an address, a target list, a network, a name server\n"
	"or all name servers under one suffix: does the name still resolve, "
	"does\n"
	"it still validate, and is what it answers still allowed? Exit status "
	"1\n"
	"when one of the answers is no.",
    .option = options,
    .min = 0,
    .max = SIZE_MAX,
    .run = run,
};
