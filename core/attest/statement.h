/*
 * in-toto Statements (v1) about a judged revision: what docs/attestation.md
 * describes. Built from the record of a judgement and read back for verify and
 * confirm.
 */
#ifndef ATTEST_STATEMENT_H
#define ATTEST_STATEMENT_H

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/hash.h"
#include "../base/text.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define STATEMENT_PREDICATE "urn:zonegate:judgement:v1"

struct statement_extra {
	const char *commit;     /* 40 digits: the subject */
	const char *tool;       /* "zonegate 0.1.0" */
	int64_t now;            /* seconds since 1970 */
	const char *audit_head; /* of the audit log, or NULL */
};

/*
 * Append the statement about the LEN bytes of RECORD, a JSON object that
 * becomes the predicate. 0, or -1 with E set.
 */
int statement_build(struct text *out, const char *record, size_t len,
    const struct statement_extra *, struct error *e);

struct statement_zone {
	const char *name, *view; /* view "" without */
	const char *file;
	const char *mode;   /* trial, gate, presigned, unsigned */
	const char *digest; /* hexadecimal SHA-384 */
	uint32_t serial;
};

/* A statement that was read; strings live in its arena. */
struct statement {
	struct arena *arena;
	const char *commit, *verdict, *tool, *time;
	const char *policy_source, *policy_digest; /* or NULL */
	const char *audit_head;                    /* or NULL */
	size_t waived;                             /* findings that were */
	struct statement_zone *zone;
	size_t nzones;
};

/*
 * Read LEN bytes. 0; 1 when it is no statement of this type or not about a
 * commit (E says why); -1 (E set). statement_free() in any case.
 */
int statement_read(
    struct statement *, const char *data, size_t len, struct error *e);
void statement_free(struct statement *);

/* "2026-11-24T16:18:56Z" (RFC 3339); "" for what is no time. */
void statement_time(char out[32], int64_t now);

#endif
