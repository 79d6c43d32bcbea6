#include "command.h"

static int
run(const struct arguments *a)
{
	return gate_rules(&a->gate);
}

const struct command command_rules = {
    .name = "rules",
    .usage = "",
    .summary = "the list of rules",
    .help = "Every rule with its default severity. Rules marked [fixed] cannot "
	    "be lowered\n"
	    "by a repository's policy. --format markdown writes docs/rules.md.",
    .format = "markdown",
    .option = NULL,
    .min = 0,
    .max = 0,
    .run = run,
};
