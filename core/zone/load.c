#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "../source/source.h"
#include "load_int.h"

static void
lexical_fault(struct loader *l, const struct lex_fault *f)
{
	struct load_at at = {f->at, f->line, f->width};

	load_fault(l, f->rule, &at, f->help, "%s", f->message);
	l->owner_state = OWNER_BAD; /* the line may have stated another */
}

static int
entry(struct loader *l, const struct lex_entry *e)
{
	struct load_at at = {e->begin, e->line, 1};

	if (e->odd != NULL) {
		struct load_at odd = {e->odd, e->odd_line, 1};

		load_fault(l, "syntax-encoding", &odd, "remove it",
		    "control character, invisible character or broken UTF-8");
	}
	if (e->ntokens == 0 && !e->paren && !l->file->owner &&
	    (l->dialect == ZONE_DIALECT_COMMON ||
		l->dialect == ZONE_DIALECT_KNOT))
		return load_fault(l, "syntax-dialect", &at,
		    "remove the blanks at the beginning of the line",
		    "line of blanks before the first record of the file: Knot "
		    "takes it for a record without owner");
	if (e->ntokens == 0)
		return !e->paren ? 0
				 : load_fault(l, "syntax-error", &at, NULL,
				       "parentheses without a record");
	if (!e->blank && e->token[0].p[0] == '$')
		return load_directive(l, e);
	return load_record(l, e);
}

/* Read the entries of the file that L->file is. */
static int
entries(struct loader *l)
{
	struct load_file *f = l->file;
	struct lex_entry e;
	struct lex_fault fault;
	int rc;

	while (
	    !f->stop && !l->stop && (rc = lex_next(&f->lex, &e, &fault)) != 0) {
		if (rc == -2)
			return error_memory(l->e);
		if (rc == -1)
			lexical_fault(l, &fault);
		else if (entry(l, &e) != 0)
			return -1;
	}
	return 0;
}

/* NSD cannot read on behind it once a file was included. */
static void
check_end(struct loader *l)
{
	const struct lex *x = &l->file->lex;
	struct load_at at = {x->end - 1, x->line, 1};

	if (x->end == x->data || x->end[-1] == '\n' || l->includes == 0 ||
	    l->file->stop || l->stop)
		return;
	if (l->dialect == ZONE_DIALECT_COMMON || l->dialect == ZONE_DIALECT_NSD)
		load_fault(l, "syntax-dialect", &at, "end it with a newline",
		    "no newline at the end of a file of a zone that includes "
		    "files: NSD refuses it");
}

/* NSD goes no deeper than ten. */
static uint32_t
deepest(const struct loader *l)
{
	bool nsd = l->dialect == ZONE_DIALECT_COMMON ||
		   l->dialect == ZONE_DIALECT_NSD;

	return nsd && l->limits.include_depth > 10 ? 10
						   : l->limits.include_depth;
}

/* May PATH be included here? Reports why not. */
static bool
may_include(struct loader *l, const char *path, const struct load_at *at)
{
	const struct load_file *f;

	for (f = l->file; f != NULL; f = f->parent)
		if (strcmp(f->file.path, path) == 0) {
			load_fault(l, "syntax-include", at, NULL,
			    "%s includes itself", path);
			return false;
		}
	if (l->file != NULL && l->file->depth + 1 > deepest(l)) {
		load_fault(l, "syntax-include", at, NULL,
		    "$INCLUDE is nested more than %u deep", deepest(l));
		return false;
	}
	if (at != NULL && ++l->includes > l->limits.includes) {
		load_fault(l, "syntax-limit", at, NULL,
		    "more than %u $INCLUDE directives in the zone",
		    l->limits.includes);
		l->stop = true;
		return false;
	}
	return true;
}

/* The bytes of PATH into F. 0, 1 after reporting, -1 with L->e set. */
static int
read_bytes(struct loader *l, const char *path, const struct load_at *at,
    struct load_file *f)
{
	struct error e = {0};

	f->file.path = arena_strdup(l->arena, path);
	if (f->file.path == NULL)
		return error_memory(l->e);
	if (source_read(l->source, path, &f->file.data, &f->file.len, &e) !=
	    0) {
		if (at == NULL || e.code == ERROR_SYSTEM) {
			if (l->e != NULL)
				*l->e = e;
			return -1;
		}
		load_fault(l, "syntax-include", at,
		    "the file is looked for in this repository, from the "
		    "including file's directory",
		    "%s", e.message);
		return 1;
	}
	l->bytes += f->file.len;
	if (l->bytes <= l->limits.bytes)
		return 0;
	if (at == NULL)
		return error_set(l->e, ERROR_SYSTEM,
		    "%s is larger than the limit of %llu bytes a zone", path,
		    (unsigned long long)l->limits.bytes);
	load_fault(l, "syntax-limit", at, NULL,
	    "the zone's files are larger than %llu bytes",
	    (unsigned long long)l->limits.bytes);
	l->stop = true;
	return 1;
}

int
load_file(struct loader *l, const char *path, const struct load_at *at)
{
	struct load_file f = {.parent = l->file};
	int rc;

	if (!may_include(l, path, at))
		return 0;
	if ((rc = read_bytes(l, path, at, &f)) != 0)
		return rc < 0 ? -1 : 0;
	f.file.commit = source_commit(l->source);
	f.depth = l->file == NULL ? 0 : l->file->depth + 1;
	f.index = zone_builder_file(l->builder, &f.file);
	if (f.index < 0)
		return error_memory(l->e);
	lex_init(&f.lex, f.file.data, f.file.len, l->dialect);
	l->file = &f;
	if ((rc = entries(l)) == 0)
		check_end(l);
	l->file = f.parent;
	lex_free(&f.lex);
	return rc;
}

static int
start(struct loader *l, const struct zone_load_args *args)
{
	char text[NAME_MAX_TEXT];

	l->source = args->source;
	l->dialect = args->dialect;
	l->limits = args->limits != NULL ? *args->limits : zone_limits_default;
	l->arena = arena_new();
	l->builder = zone_builder_new(args->apex, &l->limits);
	l->rdata = rdata_parser_new();
	if (l->arena == NULL || l->builder == NULL || l->rdata == NULL)
		return error_memory(l->e);
	l->apex_len = name_len(args->apex);
	memcpy(l->apex, args->apex, l->apex_len);
	load_set_origin(l, l->apex);
	name_to_text(text, l->apex);
	l->zone_text = arena_strdup(l->arena, text);
	return l->zone_text == NULL ? error_memory(l->e) : 0;
}

static void
free_arena(void *arena)
{
	arena_free(arena);
}

/* Hand the records over; the paths go on living with the zone. */
static int
finish(struct loader *l, struct zone **out)
{
	struct zone_builder *b = l->builder;

	l->builder = NULL; /* used up, whatever comes */
	if (zone_builder_finish(b, out, l->fs, l->e) != 0)
		return -1;
	if (arena_on_free((*out)->arena, free_arena, l->arena) != 0) {
		zone_free(*out);
		*out = NULL;
		return error_memory(l->e);
	}
	l->arena = NULL;
	(*out)->broken = (*out)->broken || l->broken || l->fs->lost;
	return 0;
}

int
zone_load(struct zone **out, const struct zone_load_args *args,
    struct findings *fs, struct error *e)
{
	struct loader *l = calloc(1, sizeof(*l));
	struct findings none = {0};
	struct arena *scratch = NULL;
	int rc = -1;

	*out = NULL;
	if (l == NULL)
		return error_memory(e);
	l->e = e;
	l->fs = fs;
	if (fs == NULL) {
		if ((scratch = arena_new()) == NULL) {
			free(l);
			return error_memory(e);
		}
		findings_init(&none, scratch);
		l->fs = &none;
	}
	if (start(l, args) == 0 && load_file(l, args->path, NULL) == 0)
		rc = finish(l, out);
	zone_builder_free(l->builder);
	rdata_parser_free(l->rdata);
	arena_free(l->arena);
	free(l);
	if (fs == NULL) {
		findings_free(&none);
		arena_free(scratch);
	}
	return rc;
}
