#include "command.h"

static const struct option options[] = {
    {"base", 0, OPTION_STRING, "REV",
	"compare with REV (default: merge base with the default branch)",
	offsetof(struct arguments, base), NULL, false},
    {"head", 0, OPTION_STRING, "REV", "judge REV (default: HEAD)",
	offsetof(struct arguments, head), NULL, false},
    {"drill", 0, OPTION_FLAG, NULL,
	"no single outage may take a protected name away, see 'drill'",
	offsetof(struct arguments, gate.drill), NULL, false},
    {"live", 0, OPTION_FLAG, NULL,
	"ask the name servers and failover targets that the change brings in",
	offsetof(struct arguments, gate.live), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	return gate_check(&a->gate, a->base, a->head);
}

const struct command command_check = {
    .name = "check",
    .usage = "[--repo DIR] [--base REV] [--head REV] [--drill] [--live]",
    .summary = "the merge check: all that differs between two revisions",
    .help =
	"Judges every zone that differs between two revisions, by the trusted\n"
	"policy: --policy, git config zonegate.policy, or the base revision's\n"
	"zonegate.yaml; never that of the proposed revision. --head may be "
	"any\n"
	"tree, so that a pre-commit hook can judge what is staged.",
    .option = options,
    .min = 0,
    .max = 0,
    .run = run,
};
