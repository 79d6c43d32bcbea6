#include "paths.h"

#include <stdlib.h>
#include <string.h>

#include "../source/audit.h"
#include "../source/compare.h"
#include "guess.h"

static int
add(struct judge_run *r, const char *rule, const char *path,
    const char *problem, const char *help, struct error *e)
{
	struct evidence_path *p = vec_add(&r->paths);

	if (p == NULL)
		return error_memory(e);
	p->rule = rule;
	p->path = findings_text(&r->j->findings, "%s", path);
	p->problem = findings_text(&r->j->findings, "%s", problem);
	p->help = help;
	return 0;
}

/* Does the verdict on zones or policy depend on PATH? */
static bool
matters(const struct judge_run *r, const char *path)
{
	const struct judged_zone *jz = r->zones.item;
	uint16_t f;
	size_t i;

	if (strcmp(path, POLICY_FILE) == 0 ||
	    snapshot_covers(r->pair->new, path))
		return true;
	for (i = 0; i < r->zones.n; i++)
		for (f = 0; jz[i].ev.new != NULL &&f < jz[i].ev.new->nfiles;
		     f++)
			if (strcmp(jz[i].ev.new->file[f].path, path) == 0)
				return true;
	return false;
}

static int
collisions(struct judge_run *r, struct error *e)
{
	struct source_fault *fault = NULL;
	const char *other;
	size_t i, n = 0;
	int rc = 0;

	if (source_audit(r->pair->new->source, &fault, &n, e) != 0)
		return -1;
	for (i = 0; rc == 0 && i < n; i++) {
		if (fault[i].kind != SOURCE_FAULT_COLLISION)
			continue;
		other = fault[i].other->path;
		if (!matters(r, fault[i].entry->path) && !matters(r, other))
			continue;
		rc = add(r, "change-not-a-file", fault[i].entry->path,
		    findings_text(&r->j->findings,
			"falls together with %s where case or Unicode form "
			"does not count",
			other),
		    "keep one of the two paths", e);
	}
	free(fault);
	return rc;
}

static int
attributes(struct judge_run *r, const char *path, struct error *e)
{
	struct source_attribute a;
	int rc;

	rc = source_attributes_touch(r->pair->new->source, path, &a, e);
	if (rc <= 0 || a.depends)
		return rc < 0 ? -1 : 0;
	return add(r, "change-not-a-file", path,
	    findings_text(&r->j->findings,
		"is deployed with other bytes than were judged: %s:%u sets %s",
		a.file, a.line, a.name),
	    "take the attribute off this path in .gitattributes", e);
}

static int
content(struct judge_run *r, const char *path, struct error *e)
{
	struct error ignored = {0};

	/* What cannot be read was reported when the zone was loaded. */
	if (source_is_lfs_pointer(r->pair->new->source, path, &ignored) == 1 &&
	    add(r, "change-not-a-file", path, "is a Git LFS pointer",
		"put the zone itself into the repository", e) != 0)
		return -1;
	return attributes(r, path, e);
}

/* Every file that a judged zone is read from. */
static int
zone_files(struct judge_run *r, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	const struct zone *z;
	uint16_t f;
	size_t i;

	for (i = 0; i < r->zones.n; i++) {
		if ((z = jz[i].ev.new) == NULL)
			continue;
		for (f = 0; f < z->nfiles; f++)
			if (content(r, z->file[f].path, e) != 0)
				return -1;
	}
	return 0;
}

static bool
is_attributes(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash == NULL ? path : slash + 1, ".gitattributes") == 0;
}

static bool
already_judged(const struct judge_run *r, uint32_t entry)
{
	const struct judged_zone *jz = r->zones.item;
	size_t i;

	for (i = 0; i < r->zones.n; i++)
		if (jz[i].entry_new == entry)
			return true;
	return false;
}

/* Changed attributes reach zones whose own bytes did not change. */
static int
changed_attributes(struct judge_run *r, struct error *e)
{
	struct zoneset *set = r->pair->new->set;
	bool changed = false;
	uint32_t i;
	size_t c;

	for (c = 0; c < r->nchanges; c++)
		changed |= is_attributes(r->changes[c].path);
	for (i = 0; changed && i < zoneset_count(set); i++)
		if (!already_judged(r, i) &&
		    attributes(r, zoneset_entry(set, i)->path, e) != 0)
			return -1;
	return 0;
}

/* ---- zone files that nobody judges -------------------------------------- */

/* Does PATH parse as a zone with an SOA at its apex? */
static bool
is_zone(struct judge_run *r, const char *path)
{
	struct zone_limits limits = snapshot_limits(r->pair->policy);
	struct source *src = r->pair->new->source;
	struct error ignored = {0};
	struct arena *scratch = arena_new();
	struct findings unused;
	struct zone *z = NULL;
	uint8_t apex[255];
	const char *data;
	size_t len;
	bool yes = false;
	struct zone_load_args args = {.source = src,
	    .path = path,
	    .apex = apex,
	    .dialect = ZONE_DIALECT_BIND,
	    .limits = &limits};

	if (scratch == NULL)
		return false;
	findings_init(&unused, scratch);
	if (source_read(src, path, &data, &len, &ignored) == 0 &&
	    memmem(data, len, "SOA", 3) != NULL &&
	    guess_zone(apex, path, data, len, &ignored) == 0 &&
	    zone_load(&z, &args, &unused, &ignored) == 0)
		yes = !z->broken && z->soa != ZONE_NONE;
	zone_free(z);
	findings_free(&unused);
	arena_free(scratch);
	return yes;
}

static int
unmapped(struct judge_run *r, struct error *e)
{
	const struct source_change *c;
	size_t i;

	for (i = 0; i < r->nchanges; i++) {
		c = &r->changes[i];
		if (c->new == NULL || c->new->kind != SOURCE_FILE ||
		    matters(r, c->path) || !is_zone(r, c->path))
			continue;
		if (add(r, "change-unmapped", c->path,
			"parses as a zone, and no zones entry of the policy "
			"covers it: it was not judged",
			"add it under zones: in the policy", e) != 0)
			return -1;
	}
	return 0;
}

int
audit_paths(struct judge_run *r, struct error *e)
{
	const struct evidence_path *p = r->pair->new->problems.item;
	size_t i;

	if (zone_files(r, e) != 0)
		return -1;
	if (r->pair->only != NULL)
		return 0;
	for (i = 0; i < r->pair->new->problems.n; i++)
		if (add(r, p[i].rule, p[i].path, p[i].problem, p[i].help, e) !=
		    0)
			return -1;
	if (collisions(r, e) != 0 || changed_attributes(r, e) != 0)
		return -1;
	return unmapped(r, e);
}
