#include "command.h"

static const struct option options[] = {
    {"force", 0, OPTION_FLAG, NULL, "overwrite a policy that is there",
	offsetof(struct arguments, force), NULL, false},
    {"stdout", 0, OPTION_FLAG, NULL, "print it, write nothing",
	offsetof(struct arguments, to_stdout), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	return gate_init(&a->gate, a->force, a->to_stdout);
}

const struct command command_init = {
    .name = "init",
    .usage = "[--force] [--stdout]",
    .summary = "draft a policy from today's zones",
    .help = "Looks for zone files in the work tree and writes zonegate.yaml: "
	    "the zones it\n"
	    "found, and as proposals in comments the names with several "
	    "addresses or low\n"
	    "TTLs as failover names. Nothing is protected before you say so.",
    .option = options,
    .min = 0,
    .max = 0,
    .run = run,
};
