/*
 * An append-only log of JSON objects, one a line, chained: "prev" of each line
 * is the SHA-256 of the line before (without its line feed), of the first one
 * zeros. A line that a crash cut short is never taken away: the next line that
 * is whole says with "torn" how many bytes lie between and what their SHA-256
 * is, so that the chain goes on and covers them.
 *
 * Nothing here is secret: who may write the file can write all of it anew. What
 * he cannot do is to give it the hashes that somebody else kept: see "expect"
 * of chain_verify(), and the attestations, which hold the hash of their time.
 */
#ifndef ATTEST_CHAIN_H
#define ATTEST_CHAIN_H

#include "../base/error.h"
#include "../base/finding.h"
#include "../base/hash.h"

#define CHAIN_LINE_MAX ((size_t)8 << 20)

/*
 * Append the JSON object of LEN bytes (compact, one line, not empty, without
 * "prev" and "torn") to the log at PATH, which is made if it is not there. One
 * writer at a time (flock); when this returns 0 the line is on the disk. -1
 * with E set: then the log is as before, or ends with a torn line. HEAD (may be
 * NULL) gets the hash of the new line.
 */
int chain_append(const char *path, const char *object, size_t len,
    char head[HASH_HEX], struct error *e);

/* Hash of the last whole line; zeros for an empty log. 0, -1. */
int chain_head(const char *path, char head[HASH_HEX], struct error *e);

struct chain_result {
	uint64_t lines; /* whole ones */
	uint64_t torn;  /* places a crash left behind, marked as such */
	char head[HASH_HEX];
};

/*
 * Walk the log. Each fault is a finding of rule "audit-chain" with the line;
 * one fault may bring more behind it. EXPECT (may be NULL): N hashes of lines
 * that must be there. EACH (may be NULL) is called with every whole line. 0, or
 * -1 with E set.
 */
int chain_verify(const char *path, const char *const *expect, size_t n,
    void (*each)(void *ctx, const char *line, size_t len), void *ctx,
    struct chain_result *, struct findings *, struct error *e);

#endif
