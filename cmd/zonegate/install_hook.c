#include "command.h"

static const char *const layouts[] = {
    "plain", "gitea", "forgejo", "gitlab", NULL};

static const struct option options[] = {
    {"layout", 0, OPTION_CHOICE, "plain|gitea|forgejo|gitlab",
	"where hooks live (default: found out)",
	offsetof(struct arguments, layout), layouts, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	return gate_install_hook(
	    &a->gate, a->operand[0], a->gate.policy, a->layout);
}

const struct command command_install_hook = {
    .name = "install-hook",
    .usage = "DIR [--policy FILE] [--layout NAME]",
    .summary = "install the server hook in a bare repository",
    .help = "Writes the pre-receive hook where the server looks for it, and "
	    "sets git\n"
	    "config zonegate.policy when --policy is given. Refuses to "
	    "overwrite a hook\n"
	    "that is not its own; doing it twice is harmless.",
    .option = options,
    .min = 1,
    .max = 1,
    .run = run,
};
