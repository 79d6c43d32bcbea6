#include "command.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(const struct gate_options *, const char *file);
} actions[] = {
    {"lint", gate_policy_lint},
    {"show", gate_policy_show},
};

static int
run(const struct arguments *a)
{
	const char *file = a->noperands > 1 ? a->operand[1] : a->gate.policy;
	const char *closest;
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, a->operand[0]) == 0)
			return actions[i].run(&a->gate, file);
	if (strcmp(a->operand[0], "test") == 0) {
		fputs("error: policy test is not in this version\n", stderr);
		return 2;
	}
	closest = options_closest(a->operand[0], &actions[0].name,
	    sizeof(actions) / sizeof(actions[0]), sizeof(actions[0]));
	return command_misuse("policy", "policy: unknown action %s%s%s%s",
	    a->operand[0], closest == NULL ? "" : ": did you mean ",
	    closest == NULL ? "" : closest, closest == NULL ? "" : "?");
}

const struct command command_policy = {
    .name = "policy",
    .usage = "lint|show [FILE]",
    .summary = "check a policy, or print it merged and normalised",
    .help = "lint  reports every fault with its place and how to mend it\n"
	    "show  prints the policy with all defaults filled in (--format "
	    "json, too)\n\n"
	    "FILE is zonegate.yaml of the work tree unless given.",
    .option = NULL,
    .min = 1,
    .max = 2,
    .run = run,
};
