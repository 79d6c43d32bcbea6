/*
 * Findings: what the rules say about the judged zones, as data. All strings
 * live in the arena of the list; bytes from outside may be in them and are
 * escaped by the report, not here.
 */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

enum severity {
	SEVERITY_DEFAULT = 0, /* not decided yet: the rule's own */
	SEVERITY_OFF,
	SEVERITY_WARNING,
	SEVERITY_ERROR,
};

/* A place in a text and its words. */
struct place {
	const char *file;
	const char *commit;  /* revision it was read at, or NULL */
	const char *excerpt; /* the line itself, may be cut, or NULL */
	uint32_t line;       /* from 1; 0 unknown */
	uint32_t column;     /* of the offending part, bytes from 1 */
	uint32_t width;      /* of the offending part, in bytes */
};

struct finding {
	const char *rule; /* id, static */
	enum severity severity;
	const char *zone;      /* "example.com.", or NULL */
	const char *view;      /* or NULL */
	const char *name;      /* owner, or NULL */
	const char *type;      /* "A", or NULL */
	const char *message;   /* one sentence: the effective problem */
	const char *help;      /* how to mend it, or NULL */
	const char *expected;  /* behind the caret: what was allowed, or NULL */
	const char *authority; /* which policy line, whose, or NULL */
	struct place place;
	bool waived;
	const char *waiver; /* "until 2027-03-01 (dns-team): reason", or NULL */
};

struct findings {
	struct arena *arena;
	struct finding *item;
	size_t n;
	size_t cap;
	bool lost; /* a finding could not be stored: never a pass */
};

/* A list whose strings live in ARENA; the array itself is freed below. */
void findings_init(struct findings *, struct arena *arena);
void findings_free(struct findings *);

/*
 * A new zeroed finding of RULE for the caller to fill, with a formatted
 * message. Never NULL: without memory it is a scratch object and the list is
 * marked lost, which no verdict survives.
 */
struct finding *findings_add(struct findings *, const char *rule,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same for a list of arguments. */
struct finding *findings_vadd(struct findings *, const char *rule,
    const char *fmt, va_list) __attribute__((format(printf, 3, 0)));

/* Copy every finding of FROM to the end of TO, strings included. */
void findings_append(struct findings *to, const struct findings *from);

/* A formatted string for a finding's fields; "" without memory (list lost). */
const char *findings_text(struct findings *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
