#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../rules/rules.h"

enum zone_dialect
snapshot_dialect(const struct policy *p)
{
	static const enum zone_dialect map[] = {
	    [POLICY_DIALECT_COMMON] = ZONE_DIALECT_COMMON,
	    [POLICY_DIALECT_BIND] = ZONE_DIALECT_BIND,
	    [POLICY_DIALECT_NSD] = ZONE_DIALECT_NSD,
	    [POLICY_DIALECT_KNOT] = ZONE_DIALECT_KNOT,
	};

	return map[p->dialect];
}

struct zone_limits
snapshot_limits(const struct policy *p)
{
	struct zone_limits l = zone_limits_default;

	if (p->limits.zone_bytes != 0)
		l.bytes = p->limits.zone_bytes;
	if (p->limits.records != 0)
		l.records = p->limits.records;
	if (p->limits.rrset_records != 0)
		l.rrset = p->limits.rrset_records;
	return l;
}

static int
problem(struct snapshot *s, const char *path, const char *what,
    const char *help, struct error *e)
{
	struct evidence_path *p;

	if ((p = vec_add(&s->problems)) == NULL)
		return error_memory(e);
	p->path = path;
	p->rule = "change-not-a-file";
	p->problem = what;
	p->help = help;
	return what == NULL ? error_memory(e) : 0;
}

/* A zone path that is something else than a file; NULL if it is one. */
static const char *
not_a_file(const struct source_entry *en)
{
	switch (en->kind) {
	case SOURCE_FILE:
		return NULL;
	case SOURCE_SYMLINK:
		return "is a symbolic link";
	case SOURCE_SUBMODULE:
		return "is a submodule";
	case SOURCE_OTHER:
		break;
	}
	return "is no regular file";
}

static int
add_entry(struct snapshot *s, const struct source_entry *en, struct error *e)
{
	struct policy_match m;
	struct error why = {0};
	const char *what, *other;
	int rc = policy_match_path(s->policy, en->path, &m, &why);

	if (rc == 0)
		return 0;
	if ((what = not_a_file(en)) != NULL)
		return problem(s, en->path, what,
		    "put the zone itself into the repository", e);
	if (rc < 0)
		return problem(s, en->path,
		    arena_printf(s->arena,
			"is covered by the policy but is no zone: %s",
			why.message),
		    "rename the file, or mend the policy's zones entry", e);
	rc = zoneset_add(s->set, m.apex, m.view, en->path, m.entry, &other);
	if (rc < 0)
		return error_memory(e);
	if (rc == 0)
		return 0;
	return problem(s, en->path,
	    arena_printf(s->arena,
		"is a second file for a zone that %s holds already", other),
	    "keep one file for each zone and view", e);
}

static int
add_all(struct snapshot *s, struct error *e)
{
	const struct source_entry *en;
	size_t i, n;

	if (s->policy->nzones == 0)
		return 0;
	if ((en = source_entries(s->source, &n, e)) == NULL && n != 0)
		return -1;
	if (e->code != ERROR_NONE)
		return -1;
	for (i = 0; i < n; i++)
		if (add_entry(s, &en[i], e) != 0)
			return -1;
	return 0;
}

static struct snapshot *
make(struct source *source, const struct policy *policy, struct error *e)
{
	struct zone_limits limits = snapshot_limits(policy);
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		source_free(source);
		error_memory(e);
		return NULL;
	}
	s->source = source;
	s->policy = policy;
	s->problems = (struct vec)VEC_INIT(struct evidence_path);
	s->arena = arena_new();
	s->set = zoneset_new(source, snapshot_dialect(policy), &limits);
	if (s->arena == NULL || s->set == NULL) {
		snapshot_free(s);
		error_memory(e);
		return NULL;
	}
	return s;
}

int
snapshot_open(struct snapshot **out, struct source *source,
    const struct policy *policy, struct error *e)
{
	struct snapshot *s;

	*out = NULL;
	if ((s = make(source, policy, e)) == NULL)
		return -1;
	if (add_all(s, e) != 0) {
		snapshot_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

int
snapshot_open_one(struct snapshot **out, struct source *source,
    const struct policy *policy, const char *path, const uint8_t *apex,
    const char *view, const struct policy_zone *entry, struct error *e)
{
	struct snapshot *s;

	*out = NULL;
	if ((s = make(source, policy, e)) == NULL)
		return -1;
	if (zoneset_add(s->set, apex, view, path, entry, NULL) != 0) {
		snapshot_free(s);
		return error_memory(e);
	}
	*out = s;
	return 0;
}

void
snapshot_free(struct snapshot *s)
{
	if (s == NULL)
		return;
	zoneset_free(s->set);
	source_free(s->source);
	vec_free(&s->problems);
	arena_free(s->arena);
	free(s);
}

uint32_t
snapshot_zone_of(struct snapshot *s, const char *path)
{
	struct policy_match m;
	struct error why = {0};
	uint32_t i;

	if (policy_match_path(s->policy, path, &m, &why) != 1)
		return ZONE_NONE;
	i = zoneset_find(s->set, m.view, m.apex);
	if (i == ZONE_NONE || strcmp(zoneset_entry(s->set, i)->path, path) != 0)
		return ZONE_NONE;
	return i;
}

bool
snapshot_covers(const struct snapshot *s, const char *path)
{
	struct policy_match m;
	struct error why = {0};

	return policy_match_path(s->policy, path, &m, &why) != 0;
}
