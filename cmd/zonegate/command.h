/* The table of commands: options in, a call into the gate, exit status out. */
#ifndef ZONEGATE_COMMAND_H
#define ZONEGATE_COMMAND_H

#include "options.h"

struct command {
	const char *name;
	const char *usage; /* "[--repo DIR] …", or NULL: not in this version */
	const char *summary;         /* one line */
	const char *help;            /* paragraphs of the long help */
	const struct option *option; /* its own, or NULL */
	size_t min, max;             /* operands */
	const char *format;          /* one that it alone has, or NULL */
	int (*run)(const struct arguments *);
};

extern const struct command command_check;
extern const struct command command_pre_receive;
extern const struct command command_review;
extern const struct command command_diff;
extern const struct command command_sign;
extern const struct command command_verify;
extern const struct command command_policy;
extern const struct command command_init;
extern const struct command command_install_hook;
extern const struct command command_explain;
extern const struct command command_rules;
extern const struct command command_drill;
extern const struct command command_probe;
extern const struct command command_watch;
extern const struct command command_attest;
extern const struct command command_export;
extern const struct command command_confirm;
extern const struct command command_audit;

/* A wrong use of COMMAND (NULL: of zonegate itself): says so, returns 2. */
int command_misuse(const char *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
