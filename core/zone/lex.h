/*
 * The splitter: walks the bytes of a master file once and cuts them into
 * logical lines ("entries") of tokens. It knows quotes, parentheses, comments
 * and escapes, and nothing else. What servers read differently at this level
 * is a fault here; docs/dialect.md has the table.
 */
#ifndef ZONE_LEX_H
#define ZONE_LEX_H

#include "load.h"

/* Bytes of one logical line: more than any record needs, with every octet of
 * its RDATA written as \DDD. */
#define LEX_MAX_ENTRY (512u * 1024u)

struct lex_token {
	const char *p; /* quotes included */
	uint32_t len;
	uint32_t line;
	bool glued; /* a parenthesis touches it */
};

struct lex_fault {
	const char *rule;
	const char *message; /* static */
	const char *help;    /* static or NULL */
	const char *at;
	uint32_t line;
	uint32_t width;
};

struct lex_entry {
	const char *begin;
	const char *end; /* behind its newline */
	uint32_t line;
	bool blank; /* begins with space or tab: it has no owner field */
	bool raw;   /* one physical line without parentheses and CR, ended
		       by a newline: its bytes can be handed on as they are */
	bool cut;   /* ended by the end of the data, not by a newline */
	bool paren; /* parentheses were used */
	bool early; /* one of them before the first token */
	struct lex_token *token;
	size_t ntokens;
	/* The first byte in it that no reader sees, or NULL */
	const char *odd;
	uint32_t odd_line;
};

struct lex {
	const char *data;
	const char *end;
	const char *at;
	uint32_t line;
	enum zone_dialect dialect;
	struct lex_token *token;
	size_t cap;
};

/* DATA must be followed by a NUL byte that does not count. */
void lex_init(
    struct lex *, const char *data, size_t len, enum zone_dialect dialect);
void lex_free(struct lex *);

/*
 * The next entry that holds a token, or that a server may stumble over though
 * it holds none: 1 with E filled (valid until the next
 * call), 0 at the end, -1 with F filled: the faulty line was skipped and
 * reading can go on. -2 without memory.
 */
int lex_next(struct lex *, struct lex_entry *e, struct lex_fault *f);

/* Column of AT in its line, from 1, in a text that begins at DATA. */
uint32_t lex_column(const char *data, const char *at);

/* Is the token quoted as a whole? */
static inline bool
lex_quoted(const struct lex_token *t)
{
	return t->p[0] == '"';
}

/* The same word, compared without case? WORD is in lower case. */
bool lex_is(const struct lex_token *, const char *word);

#endif
