/* Options and operands of every command, read by one table-driven parser. */
#ifndef ZONEGATE_OPTIONS_H
#define ZONEGATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/gate/gate.h"

/* What the command line said; zeroed means not given. */
struct arguments {
	struct gate_options gate;
	const char *base, *head, *rev;
	const char *zone, *view, *against, *dnssec;
	const char *out, *denial, *anchor, *layout;
	const char **key, **published;
	size_t nkeys, npublished;
	int64_t validity, inception, refresh, jitter;
	const char *reuse, *zonemd, *module, *pin_file;
	bool sync;
	bool answers, force, to_stdout;
	const char *ref, *public_key, *out_dir, *file, *server, *tsig, *serial;
	const char *audit_log, *attest_key;
	bool all, whole;
	const char *state, *webhook, *webhook_secret, *webhook_ca;
	int64_t interval, remind, horizon;
	bool once, webhook_allow_http;
	bool help, help_short, version;
	const char **operand;
	size_t noperands;
};

enum option_kind {
	OPTION_FLAG,     /* bool */
	OPTION_STRING,   /* const char * */
	OPTION_KEY,      /* key[nkeys++] */
	OPTION_PUBLIC,   /* published[npublished++] */
	OPTION_CHOICE,   /* const char *, one of the choices */
	OPTION_COLOUR,   /* enum gate_colour */
	OPTION_FAIL_ON,  /* bool: warning */
	OPTION_NUMBER,   /* unsigned, from 1 */
	OPTION_SIZE,     /* uint64_t: 512MiB */
	OPTION_TIME,     /* int64_t: see when_parse() */
	OPTION_DURATION, /* int64_t: 14d, 2w, 3600 */
};

struct option {
	const char *name; /* without "--" */
	char letter;      /* or 0 */
	enum option_kind kind;
	/* "FILE", NULL for flags; "[=A|B]": may be missing, then it is the
	 * first choice */
	const char *argument;
	const char *help;
	size_t offset;             /* in struct arguments */
	const char *const *choice; /* OPTION_CHOICE, NULL at the end */
	bool hidden;               /* another spelling: not in the help */
};

/* Tables end with a NULL name. */
extern const struct option options_common[];

/*
 * Parse ARGV from *I on by the tables OWN (may be NULL), then the common one.
 * With FIRST it stops before the first operand, else operands and options may
 * mix and "--" ends the options. 0; or 2 after a line on standard error.
 */
int options_parse(struct arguments *, const struct option *own, int argc,
    char **argv, int *i, bool first);

void options_free(struct arguments *);

/* Print the table for people, without what OWN (may be NULL) replaces. */
void options_print(const struct option *table, const struct option *own);

/* Closest of NAMES (N strings, STRIDE bytes apart) to S, or NULL. */
const char *options_closest(
    const char *s, const void *names, size_t n, size_t stride);

#endif
