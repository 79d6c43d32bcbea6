#include "command.h"

static int
run(const struct arguments *a)
{
	return gate_explain(&a->gate, a->operand[0]);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "RULE",
    .summary = "what a rule means, why it matters, how to mend it",
    .help = "Explains one rule with an example of what it stops. \"zonegate "
	    "rules\" lists\n"
	    "them.",
    .option = NULL,
    .min = 1,
    .max = 1,
    .run = run,
};
