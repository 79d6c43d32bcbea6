/* What the parts of the loader share: load.c, directive.c, generate.c,
 * record.c, fault.c. */
#ifndef ZONE_LOAD_INT_H
#define ZONE_LOAD_INT_H

#include "../dns/name.h"
#include "lex.h"

struct rdata_parser;
struct source;

/* A file being read; the including ones are its parents. */
struct load_file {
	struct load_file *parent;
	struct zone_file file;
	int index; /* in the builder */
	struct lex lex;
	uint32_t faults;
	uint32_t depth;
	bool owner;                   /* it stated one */
	uint8_t origin[NAME_MAX_LEN]; /* at the $INCLUDE being read */
	bool stop;
};

/* What an omitted TTL stands for. */
struct load_ttl {
	bool set;    /* by $TTL */
	bool unsure; /* an included file set another one: servers differ */
	uint32_t value;
	bool last_set; /* RFC 1035: the last one that was stated */
	uint32_t last;
};

struct loader {
	struct source *source;
	struct arena *arena; /* of paths; lives as long as the zone */
	struct zone_builder *builder;
	struct findings *fs;
	struct error *e;
	struct zone_limits limits;
	enum zone_dialect dialect;
	uint8_t apex[NAME_MAX_LEN];
	size_t apex_len;
	const char *zone_text;
	struct load_file *file;
	/* The $GENERATE whose records are read: their bytes are not in the
	 * file, so everything in them stands where it does. */
	const struct load_at *virtual;
	struct rdata_parser *rdata;

	uint8_t origin[NAME_MAX_LEN];
	size_t origin_len;
	bool origin_inside; /* at or below the apex */
	uint8_t owner[NAME_MAX_LEN];
	enum {
		OWNER_NONE,   /* no record yet */
		OWNER_HERE,   /* stated in this file, since the last $INCLUDE */
		OWNER_BEFORE, /* stated, but servers differ on it */
		OWNER_BAD,    /* the last one was faulty */
	} owner_state;
	struct load_ttl ttl;

	uint64_t owners; /* owner fields read so far */
	uint64_t bytes;
	uint64_t records;
	uint64_t generated;
	uint32_t includes;
	uint32_t nfiles;
	bool broken; /* an error was found */
	bool stop;   /* a limit was reached: read no further */
};

/* ---- fault.c ------------------------------------------------------------ */

/* The place of a fault: in the file being read. */
struct load_at {
	const char *p; /* in the file's bytes */
	uint32_t line;
	uint32_t width; /* 0: find the word's */
};

/*
 * Report a fault of RULE. HELP may be NULL. Always marks the zone broken unless
 * RULE is syntax-encoding. Returns 0, so that a step that can go on reads
 * "return load_fault(...)".
 */
int load_fault(struct loader *, const char *rule, const struct load_at *at,
    const char *help, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static inline struct load_at
load_at(const struct lex_token *t)
{
	return (struct load_at){t->p, t->line, t->len};
}

/* ---- load.c ------------------------------------------------------------- */

/* Read the file PATH; AT is the $INCLUDE, or NULL for the zone's own file.
 * 0, or -1 with L->e set. */
int load_file(struct loader *, const char *path, const struct load_at *at);

/* ---- directive.c -------------------------------------------------------- */

/* E's first token begins with "$" and stands in the first column. 0 or -1. */
int load_directive(struct loader *, const struct lex_entry *e);

/* Make NAME (lower case) the origin. */
void load_set_origin(struct loader *, const uint8_t *name);

/* ---- generate.c --------------------------------------------------------- */

int load_generate(struct loader *, const struct lex_entry *e);

/* ---- record.c ----------------------------------------------------------- */

/* A record in L's dialect. Faults are findings; 0, or -1 with L->e set. */
int load_record(struct loader *, const struct lex_entry *e);

/*
 * Parse the TTL TEXT ("3600", "1h30m"). NULL, or why not; then *RULE says how
 * bad it is.
 */
const char *load_ttl_parse(
    uint32_t *ttl, const char *text, size_t len, const char **rule);

/*
 * Parse an owner or an origin as the dialect allows. Its length, or 0 after
 * reporting. RELATIVE (may be NULL) tells that the origin was appended.
 */
size_t load_name(struct loader *, uint8_t out[NAME_MAX_LEN],
    const struct lex_token *t, bool *relative);

/* Does the name T end with a dot that is not escaped? */
bool load_is_absolute(const struct lex_token *t);

/* Does a label of the name T begin with a backslash and C? */
bool load_label_begins(const struct lex_token *t, char c);

/*
 * Does the relative name whose completed form is NAME already end in the
 * apex' labels before the origin was appended?
 */
bool load_is_doubled(const struct loader *, const uint8_t *name);

/* ---- rdata_parser.c ----------------------------------------------------- */

/* libzscanner behind a fence: type and RDATA of one record. */
struct rdata_parser *rdata_parser_new(void);
void rdata_parser_free(struct rdata_parser *);
void rdata_parser_origin(
    struct rdata_parser *, const uint8_t *origin, size_t len);

struct rdata_out {
	const uint8_t *rdata;
	uint16_t rdlen;
	uint16_t type;
	/* After a failure: */
	const char *why; /* static */
	size_t offset;   /* of the fault in the text */
};

/*
 * Parse TEXT: a blank, the type, its RDATA, a newline, all on one line. 0; 1
 * when it is no record, with WHY and OFFSET set; -1 without memory.
 */
int rdata_parser_parse(
    struct rdata_parser *, const char *text, size_t len, struct rdata_out *out);

#endif
