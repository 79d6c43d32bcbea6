#include "command.h"

static int
run(const struct arguments *a)
{
	struct gate_options gate = a->gate;

	gate.hook = true;
	return gate_pre_receive(&gate, 0);
}

const struct command command_pre_receive = {
    .name = "pre-receive",
    .usage = "",
    .summary = "the server hook: accepts all refs of a push, or none",
    .help = "Reads \"old new ref\" lines from standard input, as git gives "
	    "them to a\n"
	    "pre-receive hook, and judges each guarded ref. Anything but exit "
	    "status 0\n"
	    "rejects the whole push. Installed by \"zonegate install-hook\".",
    .option = NULL,
    .min = 0,
    .max = 0,
    .run = run,
};
