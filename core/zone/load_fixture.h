/* For the tests of the loader: a directory of files, and a zone read from it.
 */
#ifndef ZONE_LOAD_FIXTURE_H
#define ZONE_LOAD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../source/source.h"
#include "load.h"

#define UNUSED __attribute__((unused))
#define FIXTURE_FILES 40

struct fixture {
	char dir[64];
	char file[FIXTURE_FILES][128];
	size_t nfiles;
	struct source *source;
	struct arena *arena;
	struct findings fs;
	struct zone *zone;
	struct error e;
	int rc;
};

static UNUSED void
fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	strcpy(f->dir, "/tmp/zonegate-load-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->arena = arena_new();
	findings_init(&f->fs, f->arena);
}

static UNUSED void
fixture_file(struct fixture *f, const char *name, const char *data, size_t len)
{
	char path[128];
	FILE *out;

	assert_true(f->nfiles < FIXTURE_FILES);
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	strcpy(f->file[f->nfiles++], path);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

/* Read "zone" as example.com. in DIALECT. */
static UNUSED void
fixture_load(struct fixture *f, enum zone_dialect dialect,
    const struct zone_limits *limits)
{
	static const uint8_t apex[] = "\7example\3com";
	struct zone_load_args args = {NULL, "zone", apex, dialect, limits};

	assert_int_equal(source_open_dir(&f->source, f->dir, NULL, &f->e), 0);
	args.source = f->source;
	f->rc = zone_load(&f->zone, &args, &f->fs, &f->e);
}

static UNUSED void
fixture_free(struct fixture *f)
{
	size_t i;

	zone_free(f->zone);
	source_free(f->source);
	findings_free(&f->fs);
	arena_free(f->arena);
	for (i = 0; i < f->nfiles; i++)
		unlink(f->file[i]);
	rmdir(f->dir);
}

/*
 * Every record but the SOA and NS of the apex as "owner TTL type data" with the
 * zone's name cut off, joined by "|". Owned by the fixture's arena.
 */
static UNUSED const char *
fixture_records(struct fixture *f)
{
	struct text all = TEXT_INIT, one = TEXT_INIT;
	const char *p;
	uint32_t i;

	for (i = 0; f->zone != NULL && i < f->zone->nrrs; i++) {
		const struct zone_rr *rr = &f->zone->rr[i];

		if (rr->owner == 0 && (rr->type == 6 || rr->type == 2))
			continue;
		text_clear(&one);
		zone_rr_to_text(f->zone, rr, &one);
		if (all.len > 0)
			text_char(&all, '|');
		for (p = one.data; *p != '\0' && *p != '\n'; p++)
			text_char(&all, *p == '\t' ? ' ' : *p);
	}
	p = arena_strdup(f->arena, all.data == NULL ? "" : all.data);
	text_free(&all);
	text_free(&one);
	return p;
}

/* "rule@line:column" of every finding, joined by "|". */
static UNUSED const char *
fixture_findings(struct fixture *f)
{
	struct text all = TEXT_INIT;
	const char *p;
	size_t i;

	for (i = 0; i < f->fs.n; i++)
		text_printf(&all, "%s%s@%u:%u", i == 0 ? "" : "|",
		    f->fs.item[i].rule, f->fs.item[i].place.line,
		    f->fs.item[i].place.column);
	p = arena_strdup(f->arena, all.data == NULL ? "" : all.data);
	text_free(&all);
	return p;
}

#endif
