#include "command.h"

static const char *const layouts[] = {
    "plain", "gitea", "forgejo", "gitlab", NULL};

static const struct option options[] = {
    {"layout", 0, OPTION_CHOICE, "plain|gitea|forgejo|gitlab",
	"where hooks live (default: found out)",
	offsetof(struct arguments, layout), layouts, false},
    {"audit-log", 0, OPTION_STRING, "FILE",
	"log every decision there: git config zonegate.auditLog",
	offsetof(struct arguments, audit_log), NULL, false},
    {"attest", 0, OPTION_STRING, "KEY",
	"install the post-receive hook too, which attests with this key",
	offsetof(struct arguments, attest_key), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_install install = {.dir = a->operand[0],
	    .policy = a->gate.policy,
	    .layout = a->layout,
	    .audit_log = a->audit_log,
	    .attest_key = a->attest_key};

	return gate_install_hook(&a->gate, &install);
}

const struct command command_install_hook = {
    .name = "install-hook",
    .usage = "DIR [--policy FILE] [--audit-log FILE] [--attest KEY]",
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
