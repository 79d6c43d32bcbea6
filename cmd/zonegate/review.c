#include "command.h"

#include <stdint.h>

static const char *const modes[] = {"trial", "presigned", "unsigned", NULL};

static const struct option options[] = {
    {"zone", 0, OPTION_STRING, "NAME", "the zone in the file",
	offsetof(struct arguments, zone), NULL, false},
    {"view", 0, OPTION_STRING, "NAME", "its view",
	offsetof(struct arguments, view), NULL, false},
    {"against", 0, OPTION_STRING, "REV|FILE",
	"compare with (default: HEAD, in a repository)",
	offsetof(struct arguments, against), NULL, false},
    {"dnssec", 0, OPTION_CHOICE, "trial|presigned|unsigned",
	"how to validate (default: the policy's, or what the file holds)",
	offsetof(struct arguments, dnssec), modes, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_review review = {
	    .file = a->operand,
	    .nfiles = a->noperands,
	    .zone = a->zone,
	    .view = a->view,
	    .against = a->against,
	    .dnssec = a->dnssec,
	};

	return gate_review(&a->gate, &review);
}

const struct command command_review = {
    .name = "review",
    .usage = "FILE... [--zone NAME] [--view NAME] [--against REV|FILE]",
    .summary = "review zone files by hand, in or out of a repository",
    .help = "Reads each zone file, compares it with what is committed, signs "
	    "it on trial\n"
	    "or validates the signatures it holds, and runs every rule. Works "
	    "without a\n"
	    "policy and without a repository, too.",
    .option = options,
    .min = 1,
    .max = SIZE_MAX,
    .run = run,
};
