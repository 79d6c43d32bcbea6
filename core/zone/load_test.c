#include "load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../source/source.h"

static void
hex(const uint8_t *p, size_t n)
{
	while (n-- > 0)
		printf("%02x", *p++);
}

static enum zone_dialect
dialect_of(const char *name)
{
	static const char *const names[] = {"common", "bind", "nsd", "knot"};
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum zone_dialect)i;
	return ZONE_DIALECT_COMMON;
}

static void
dump_zone(const struct zone *z)
{
	const uint8_t *name;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		name = zone_rr_owner(z, &z->rr[i]);
		hex(name, name_len(name));
		printf(" %u %u ", z->rr[i].type, z->rr[i].ttl);
		hex(zone_rr_data(z, &z->rr[i]), z->rr[i].rdlen);
		printf("\n");
	}
}

/* Is there a finding that is an error by default? */
static bool
has_error(const struct findings *fs)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (strcmp(fs->item[i].rule, "syntax-duplicate") != 0 &&
		    strcmp(fs->item[i].rule, "syntax-encoding") != 0)
			return true;
	return false;
}

/*
 * load_test --dump DIRECTORY DIALECT: for the differential tests. Reads lines
 * "FILE ORIGIN", writes for each "accepted", its records in wire form and
 * "end"; or "refused" with its findings and "end".
 */
static int
dump(const char *dir, const char *dialect)
{
	struct source *source;
	struct error e = {0};
	char file[256], origin[1100];

	if (source_open_dir(&source, dir, NULL, &e) != 0)
		return 3;
	while (scanf("%255s %1099s", file, origin) == 2) {
		struct arena *arena = arena_new();
		struct findings fs;
		struct zone *z;
		uint8_t apex[NAME_MAX_LEN];
		struct zone_load_args args = {
		    source, file, apex, dialect_of(dialect), NULL};
		size_t i;
		bool bad;

		findings_init(&fs, arena);
		name_from_text(apex, origin, strlen(origin), NULL, NULL);
		if (zone_load(&z, &args, &fs, &e) != 0) {
			printf("refused\n? %s\nend\n", e.message);
		} else {
			bad = z->broken || has_error(&fs);
			printf("%s\n", bad ? "refused" : "accepted");
			for (i = 0; i < fs.n && bad; i++)
				printf("%u:%u %s %s\n", fs.item[i].place.line,
				    fs.item[i].place.column, fs.item[i].rule,
				    fs.item[i].message);
			if (!bad)
				dump_zone(z);
			printf("end\n");
		}
		fflush(stdout);
		zone_free(z);
		findings_free(&fs);
		arena_free(arena);
	}
	source_free(source);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--dump") == 0)
		return dump(argv[2], argv[3]);
	return 0;
}
