#include "command.h"

static const struct option options[] = {
    {"zone", 0, OPTION_STRING, "NAME", "the zone (default: owner of the SOA)",
	offsetof(struct arguments, zone), NULL, false},
    {"answers", 0, OPTION_FLAG, NULL, "show how effective answers change",
	offsetof(struct arguments, answers), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_diff diff = {
	    .old = a->operand[0],
	    .new = a->operand[1],
	    .zone = a->zone,
	    .answers = a->answers,
	};

	return gate_diff(&a->gate, &diff);
}

const struct command command_diff = {
    .name = "diff",
    .usage = "OLD NEW [--zone NAME] [--answers]",
    .summary = "what changes between two zones, RRset by RRset",
    .help = "OLD and NEW are files, or REV:PATH in the repository. Records "
	    "that only\n"
	    "moved, and how they are written, are no change. Exit status 0 "
	    "whether they\n"
	    "differ or not.",
    .option = options,
    .min = 2,
    .max = 2,
    .run = run,
};
