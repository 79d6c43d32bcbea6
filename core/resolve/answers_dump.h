/*
 * For testdata/differential/answers.py: answer many questions over the zones of
 * a directory. DIR/.zones names them, "file apex" a line; a question is "name
 * type" a line; names in hexadecimal wire form. One line each goes to standard
 * output: "outcome ttl zone", zone being "-" unless it denied, and for each
 * RRset on the way "|owner type ttl rdata …".
 */
#ifndef RESOLVE_ANSWERS_DUMP_H
#define RESOLVE_ANSWERS_DUMP_H

#include <stdio.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../source/source.h"
#include "resolve.h"

static inline size_t
dump_unhex(uint8_t out[NAME_MAX_LEN], const char *hex)
{
	unsigned v;
	size_t n = 0;

	for (; sscanf(hex, "%2x", &v) == 1 && n < NAME_MAX_LEN; hex += 2)
		out[n++] = (uint8_t)v;
	return name_check(out, n);
}

static inline void
dump_hex(const uint8_t *data, size_t len)
{
	while (len-- > 0)
		printf("%02x", *data++);
}

static inline void
dump_rrset(
    const uint8_t *owner, const struct zone *z, const struct zone_rrset *s)
{
	const struct zone_rr *rr;
	uint32_t i;

	printf("|");
	dump_hex(owner, name_len(owner));
	printf(" %u %u", s->type, s->ttl);
	for (i = 0; i < s->count; i++) {
		rr = &z->rr[s->rr + i];
		printf(" ");
		dump_hex(zone_rr_data(z, rr), rr->rdlen);
	}
}

/* As a server's answer section would show the step. */
static inline void
dump_step(const struct resolve_answer *a, size_t i)
{
	const struct resolve_step *s = &a->step[i];
	const uint8_t *next = i + 1 < a->nsteps ? s[1].name : a->final;

	switch (s->kind) {
	case RESOLVE_STEP_CNAME:
	case RESOLVE_STEP_RRSET:
		dump_rrset(s->name, s->zone, s->rrset);
		break;
	case RESOLVE_STEP_CUT:
		dump_rrset(
		    s->zone->owner[s->rrset->owner].name, s->zone, s->rrset);
		break;
	case RESOLVE_STEP_DNAME:
		dump_rrset(
		    s->zone->owner[s->rrset->owner].name, s->zone, s->rrset);
		if (next == s->name) /* too long */
			break;
		printf("|");
		dump_hex(s->name, name_len(s->name));
		printf(" %d %u ", RRTYPE_CNAME, s->rrset->ttl);
		dump_hex(next, name_len(next));
		break;
	default:
		break;
	}
}

static inline void
dump_answer(struct zoneset *set, const struct resolve_answer *a)
{
	const uint8_t *apex;
	size_t i;

	printf("%s %u ", resolve_outcome_text(a->outcome), a->ttl);
	if (a->outcome == RESOLVE_NODATA || a->outcome == RESOLVE_NXDOMAIN) {
		apex = zoneset_entry(set, a->entry)->apex;
		dump_hex(apex, name_len(apex));
	} else {
		printf("-");
	}
	for (i = 0; i < a->nsteps; i++)
		dump_step(a, i);
	printf("\n");
}

static inline int
dump_questions(struct zoneset *set, FILE *f)
{
	char hex[2 * NAME_MAX_LEN + 1];
	uint8_t name[NAME_MAX_LEN];
	struct resolve_answer *a;
	struct arena *arena;
	struct error e;
	unsigned type;

	while (fscanf(f, "%510s %u", hex, &type) == 2) {
		if (dump_unhex(name, hex) == 0 || (arena = arena_new()) == NULL)
			return 1;
		if (resolve(&a, set, NULL, "", name, (uint16_t)type, arena,
			&e) != 0) {
			fprintf(stderr, "%s\n", e.message);
			arena_free(arena);
			return 1;
		}
		dump_answer(set, a);
		arena_free(arena);
	}
	return 0;
}

static inline int
dump_zones(struct zoneset *set, const char *dir)
{
	char path[4096], file[1024], hex[2 * NAME_MAX_LEN + 1];
	uint8_t apex[NAME_MAX_LEN];
	const char *other;
	int rc = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/.zones", dir);
	if ((f = fopen(path, "r")) == NULL)
		return 1;
	while (rc == 0 && fscanf(f, "%1023s %510s", file, hex) == 2)
		rc = dump_unhex(apex, hex) == 0 ||
		     zoneset_add(set, apex, "", file, NULL, &other) != 0;
	fclose(f);
	return rc;
}

static inline int
answers_dump(const char *dir, const char *questions)
{
	struct source *source = NULL;
	struct zoneset *set = NULL;
	FILE *f = fopen(questions, "r");
	struct error e;
	int rc = 1;

	if (f == NULL || source_open_dir(&source, dir, NULL, &e) != 0)
		goto out;
	set = zoneset_new(source, ZONE_DIALECT_COMMON, &zone_limits_default);
	if (set != NULL && dump_zones(set, dir) == 0)
		rc = dump_questions(set, f);
out:
	if (f != NULL)
		fclose(f);
	zoneset_free(set);
	source_free(source);
	return rc;
}

#endif
