#include "command.h"

#include <stdint.h>
#include <string.h>

static int
run_lint(const struct gate_options *o, const char *const *file, size_t n)
{
	return gate_policy_lint(o, n > 0 ? file[0] : o->policy);
}

static int
run_show(const struct gate_options *o, const char *const *file, size_t n)
{
	return gate_policy_show(o, n > 0 ? file[0] : o->policy);
}

static const struct {
	const char *name;
	int (*run)(const struct gate_options *, const char *const *, size_t);
	size_t min, max; /* operands behind the name */
} actions[] = {
    {"lint", run_lint, 0, 1},
    {"show", run_show, 0, 1},
    {"test", gate_policy_test, 1, SIZE_MAX},
};

static int
run(const struct arguments *a)
{
	const char *name = a->operand[0], *closest;
	const char *const *operand = a->operand + 1;
	size_t i, n = a->noperands - 1;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		if (n < actions[i].min)
			return command_misuse("policy",
			    "policy %s: which folder of scenarios?", name);
		if (n > actions[i].max)
			return command_misuse("policy",
			    "policy %s: one argument too many: %s", name,
			    operand[actions[i].max]);
		return actions[i].run(&a->gate, operand, n);
	}
	closest = options_closest(name, &actions[0].name,
	    sizeof(actions) / sizeof(actions[0]), sizeof(actions[0]));
	return command_misuse("policy", "policy: unknown action %s%s%s%s", name,
	    closest == NULL ? "" : ": did you mean ",
	    closest == NULL ? "" : closest, closest == NULL ? "" : "?");
}

const struct command command_policy = {
    .name = "policy",
    .usage = "lint|show [FILE], or test DIR...",
    .summary = "check a policy, print it normalised, or test it",
    .help = "lint  reports every fault with its place and how to mend it\n"
	    "show  prints the policy with all defaults filled in (--format "
	    "json, too)\n"
	    "test  judges scenarios, changes with what the gate must say "
	    "about them, and\n"
	    "      shows where it says something else (--format json, too)\n\n"
	    "FILE is zonegate.yaml of the work tree unless given. DIR is a "
	    "scenario or a\nfolder of scenarios; --policy FILE judges them by "
	    "that policy instead of their\nown. docs/policy-test.md shows how "
	    "to write one.",
    .option = NULL,
    .min = 1,
    .max = SIZE_MAX,
    .run = run,
};
