#include <string.h>
#include <strings.h>

#include "../source/source.h"
#include "load_int.h"

static int
ttl_directive(struct loader *l, const struct lex_entry *e)
{
	const char *rule, *why;
	struct load_at at;
	uint32_t ttl;

	at = load_at(&e->token[1]);
	why = load_ttl_parse(&ttl, e->token[1].p, e->token[1].len, &rule);
	if (why != NULL)
		return load_fault(l, rule, &at,
		    "write the TTL in seconds, or as 1h30m", "%s", why);
	l->ttl.set = true;
	l->ttl.unsure = false;
	l->ttl.value = ttl;
	return 0;
}

/* Is the origin T written as an absolute name? Reports what Knot refuses. */
static bool
absolute(struct loader *l, const struct lex_token *t)
{
	struct load_at at = load_at(t);

	if (l->dialect == ZONE_DIALECT_BIND)
		return true;
	if (load_is_absolute(t))
		return true;
	load_fault(l, "syntax-dialect", &at,
	    "write the whole name with a final dot",
	    "relative origin: NSD and Knot refuse it");
	return false;
}

/*
 * NSD forgets a replaced origin that has no records, and with it its unused
 * ancestors, though the including file goes on with one of them: its relative
 * names then end somewhere else.
 */
static bool
origin_is_lent(const struct loader *l)
{
	const struct load_file *f;

	if (l->dialect != ZONE_DIALECT_COMMON && l->dialect != ZONE_DIALECT_NSD)
		return false;
	for (f = l->file->parent; f != NULL; f = f->parent)
		if (!name_equal(f->origin, l->apex) &&
		    name_is_under(l->origin, f->origin))
			return true;
	return false;
}

static int
origin_directive(struct loader *l, const struct lex_entry *e)
{
	struct load_at at = load_at(&e->token[0]);
	uint8_t name[NAME_MAX_LEN];

	if (origin_is_lent(l))
		return load_fault(l, "syntax-dialect", &at,
		    "give the origin behind $INCLUDE, or include the file "
		    "where the origin is the zone's name",
		    "$ORIGIN in a file that was included below another origin "
		    "than the zone's name: NSD may lose the outer origin");
	if (!absolute(l, &e->token[1]) ||
	    load_name(l, name, &e->token[1], NULL) == 0)
		return 0;
	load_set_origin(l, name);
	return 0;
}

/* The path as written, quotes removed, in L's arena; NULL after reporting. */
static char *
include_path(struct loader *l, const struct lex_token *t)
{
	struct load_at at = load_at(t);
	const char *p = t->p;
	size_t len = t->len;

	if (lex_quoted(t)) {
		if (l->dialect == ZONE_DIALECT_COMMON ||
		    l->dialect == ZONE_DIALECT_NSD) {
			load_fault(l, "syntax-dialect", &at,
			    "remove the quotes",
			    "quoted file name in $INCLUDE: NSD refuses it");
			return NULL;
		}
		p++;
		len -= 2;
	}
	if (len == 0 || len >= 4096 || memchr(p, '\\', len) != NULL ||
	    memchr(p, '"', len) != NULL) {
		load_fault(l, "syntax-include", &at, NULL,
		    "file names are taken as they stand: no escapes, no "
		    "quotes inside, 1 to 4095 bytes");
		return NULL;
	}
	return arena_dup(l->arena, p, len);
}

/* What holds for the including file around its $INCLUDE. */
struct outer {
	uint8_t origin[NAME_MAX_LEN];
	uint8_t owner[NAME_MAX_LEN];
	int owner_state;
	struct load_ttl ttl;
	uint64_t owners;
};

static void
save(const struct loader *l, struct outer *o)
{
	memcpy(o->origin, l->origin, l->origin_len);
	memcpy(o->owner, l->owner, sizeof(o->owner));
	o->owner_state = l->owner_state;
	o->ttl = l->ttl;
	o->owners = l->owners;
}

/*
 * RFC 1035 §5.1: the include changes neither origin nor owner of the file
 * around it. NSD keeps the last owner of the included file (and at times takes
 * it for the origin), BIND and NSD keep its $TTL.
 */
static void
restore(struct loader *l, const struct outer *o)
{
	bool stated = l->owners != o->owners;

	load_set_origin(l, o->origin);
	if (l->dialect == ZONE_DIALECT_COMMON) {
		if (l->ttl.set != o->ttl.set || l->ttl.value != o->ttl.value)
			l->ttl.unsure = true;
	} else if (l->dialect == ZONE_DIALECT_KNOT) {
		l->ttl = o->ttl;
	}
	memcpy(l->owner, o->owner, sizeof(o->owner));
	l->owner_state = o->owner_state;
	if (stated && o->owner_state == OWNER_HERE &&
	    (l->dialect == ZONE_DIALECT_COMMON ||
		l->dialect == ZONE_DIALECT_NSD))
		l->owner_state = OWNER_BEFORE;
}

/*
 * NSD takes the file name and what follows up to the last semicolon of the
 * line; the others begin the comment at the first.
 */
static bool
two_semicolons(const struct lex_entry *e)
{
	const struct lex_token *last = &e->token[e->ntokens - 1];
	const char *p = last->p + last->len, *first;

	first = memchr(p, ';', (size_t)(e->end - p));
	return first != NULL &&
	       memchr(first + 1, ';', (size_t)(e->end - first - 1)) != NULL;
}

static int
include_directive(struct loader *l, const struct lex_entry *e)
{
	uint8_t name[NAME_MAX_LEN];
	struct load_at at = load_at(&e->token[1]);
	char path[4096], *written;
	struct error why = {0};
	struct outer outer;
	int rc;

	if ((l->dialect == ZONE_DIALECT_COMMON ||
		l->dialect == ZONE_DIALECT_NSD) &&
	    two_semicolons(e))
		return load_fault(l, "syntax-dialect", &at,
		    "keep one semicolon, or move the comment to its own line",
		    "two semicolons behind $INCLUDE: NSD takes the text "
		    "between them for part of the directive");
	if ((written = include_path(l, &e->token[1])) == NULL)
		return 0;
	if (e->ntokens == 3 && (!absolute(l, &e->token[2]) ||
				   load_name(l, name, &e->token[2], NULL) == 0))
		return 0;
	if (source_resolve(
		path, sizeof(path), l->file->file.path, written, &why) != 0)
		return load_fault(l, "syntax-include", &at,
		    "only files of this repository, named from the including "
		    "file's directory",
		    "%s", why.message);
	save(l, &outer);
	memcpy(l->file->origin, l->origin, l->origin_len);
	if (e->ntokens == 3)
		load_set_origin(l, name);
	/* Knot begins the included file without an owner. */
	if (l->dialect == ZONE_DIALECT_COMMON && l->owner_state == OWNER_HERE)
		l->owner_state = OWNER_BEFORE;
	if (l->dialect == ZONE_DIALECT_KNOT)
		l->owner_state = OWNER_NONE;
	rc = load_file(l, path, &at);
	restore(l, &outer);
	return rc;
}

static const struct {
	const char *word;
	size_t min, max; /* fields, the directive's own included */
	int (*run)(struct loader *, const struct lex_entry *);
} directives[] = {
    {"$ttl", 2, 2, ttl_directive},
    {"$origin", 2, 2, origin_directive},
    {"$include", 2, 3, include_directive},
    {"$generate", 4, 8, load_generate},
};

int
load_directive(struct loader *l, const struct lex_entry *e)
{
	struct load_at at = load_at(&e->token[0]);
	size_t i;

	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (lex_is(&e->token[0], directives[i].word))
			break;
	if (i == sizeof(directives) / sizeof(directives[0]))
		return load_fault(l, "syntax-error", &at,
		    "known are $ORIGIN, $TTL and $INCLUDE; in dialect bind "
		    "$GENERATE too",
		    "unknown directive %.*s",
		    e->token[0].len > 40 ? 40 : (int)e->token[0].len,
		    e->token[0].p);
	if (e->cut)
		return load_fault(l, "syntax-dialect", &at,
		    "end the line with a newline",
		    "no newline behind the directive: BIND refuses it, Knot "
		    "does without the directive");
	if (e->paren)
		return load_fault(l, "syntax-dialect", &at,
		    "write it on one line without parentheses",
		    "parenthesis in a directive");
	if (e->ntokens < directives[i].min)
		return load_fault(l, "syntax-error", &at, NULL,
		    "%s needs more fields", directives[i].word);
	if (e->ntokens > directives[i].max) {
		at = load_at(&e->token[directives[i].max]);
		return load_fault(l, "syntax-error", &at, NULL,
		    "text behind the %s directive", directives[i].word);
	}
	return directives[i].run(l, e);
}
