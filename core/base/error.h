/*
 * Why a step could not run. Findings about the judged zones are data
 * (finding.h); an error means that nothing was decided.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdint.h>

/* The values are the exit statuses of the contract. */
enum error_code {
	ERROR_NONE = 0,
	ERROR_USAGE = 2,  /* the caller or the policy is wrong */
	ERROR_SYSTEM = 3, /* I/O, limit, time-out, memory, internal */
};

struct error {
	enum error_code code;
	char message[512];
	char hint[256]; /* how to mend it, or empty */
	char file[256]; /* where, or empty */
	uint32_t line;  /* from 1, 0 unknown */
	uint32_t column;
};

/*
 * Fill E (which may be NULL) with CODE and a formatted message and return -1,
 * so that a failing step reads "return error_set(e, ...)". Clears hint and
 * position.
 */
int error_set(struct error *e, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Add the remedy to an error already set. Returns -1. */
int error_hint(struct error *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Add the place to an error already set. Returns -1. */
int error_at(struct error *e, const char *file, uint32_t line, uint32_t column);

/* error_set() for a failed allocation. Returns -1. */
int error_memory(struct error *e);

#endif
