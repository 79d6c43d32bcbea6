#include "single.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dns/name.h"
#include "guess.h"
#include "snapshot.h"
#include "trust.h"

/* Is REAL the file PATH below the current directory, without any link? */
static bool
is_here(const char *real, const char *path)
{
	char cwd[PATH_MAX];
	size_t n;

	if (realpath(".", cwd) == NULL)
		return false;
	n = strcmp(cwd, "/") == 0 ? 0 : strlen(cwd);
	return strncmp(real, cwd, n) == 0 && real[n] == '/' &&
	       strcmp(real + n + 1, path) == 0;
}

static int
open_file(struct single *s, const char *name, struct error *e)
{
	char real[PATH_MAX], *slash;

	while (strncmp(name, "./", 2) == 0)
		name += 2;
	if (realpath(name, real) == NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", name, strerror(errno));
	if (is_here(real, name)) {
		s->path = name;
		s->prefix = "";
		return source_open_dir(&s->source, ".", NULL, e);
	}
	/* Elsewhere, or behind a link of the user's: no farther than the
	 * directory that the file is in. */
	slash = strrchr(real, '/');
	s->path = arena_strdup(s->arena, slash + 1);
	slash[1] = '\0';
	s->prefix = arena_strdup(s->arena, real);
	if (s->path == NULL || s->prefix == NULL)
		return error_memory(e);
	return source_open_dir(&s->source, real, NULL, e);
}

static int
open_revision(struct single *s, const struct gate_options *o, const char *name,
    const char *colon, struct error *e)
{
	const char *rev;

	rev = arena_dup(s->arena, name, (size_t)(colon - name));
	if (rev == NULL)
		return error_memory(e);
	s->path = colon + 1;
	s->prefix = "";
	if (repo_open(&s->repo, o->repo, false, e) != 0)
		return -1;
	return source_open_git(&s->source, s->repo, rev, NULL, e);
}

int
single_open(struct single *s, const struct gate_options *o, const char *name,
    const char *zone, struct error *e)
{
	const char *colon = strchr(name, ':'), *data, *why = NULL;
	struct stat st;
	size_t len;
	int rc;

	memset(s, 0, sizeof(*s));
	s->name = name;
	if ((s->arena = arena_new()) == NULL)
		return error_memory(e);
	if (stat(name, &st) != 0 && colon != NULL && colon != name)
		rc = open_revision(s, o, name, colon, e);
	else
		rc = open_file(s, name, e);
	if (rc != 0)
		return -1;
	if (source_read(s->source, s->path, &data, &len, e) != 0)
		return error_at(e, name, 0, 0);
	if (zone == NULL)
		return guess_zone(s->apex, s->path, data, len, e);
	if (name_from_text(s->apex, zone, strlen(zone), NULL, &why) == 0)
		return error_set(e, ERROR_USAGE, "--zone %s: %s", zone,
		    why == NULL ? "not a name" : why);
	return 0;
}

void
single_close(struct single *s)
{
	source_free(s->source);
	repo_free(s->repo);
	arena_free(s->arena);
	memset(s, 0, sizeof(*s));
}

int
single_load(struct zone **out, const struct single *s,
    const struct policy *policy, struct findings *fs, struct error *e)
{
	struct zone_limits limits = snapshot_limits(policy);
	struct zone_load_args args = {
	    .source = s->source,
	    .path = s->path,
	    .apex = s->apex,
	    .dialect = snapshot_dialect(policy),
	    .limits = &limits,
	};
	size_t from = fs->n;
	int rc = zone_load(out, &args, fs, e);

	single_name_findings(s, fs, from);
	return rc;
}

void
single_name_findings(const struct single *s, struct findings *fs, size_t from)
{
	char apex[NAME_MAX_TEXT];
	struct finding *f;

	name_to_text(apex, s->apex);
	for (; from < fs->n; from++) {
		f = &fs->item[from];
		if (f->zone == NULL)
			f->zone = findings_text(fs, "%s", apex);
		if (f->place.file != NULL && s->prefix[0] != '\0')
			f->place.file = findings_text(
			    fs, "%s%s", s->prefix, f->place.file);
	}
}

const char *
single_digest(const struct zone *z, struct findings *fs)
{
	uint8_t digest[48];
	char hex[2 * sizeof(digest) + 1];
	size_t i;

	if (zone_digest(z, digest) != 0)
		return NULL;
	for (i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return arena_strdup(fs->arena, hex);
}

int
single_policy(struct policy **out, const struct gate_options *o,
    struct findings *faults, struct error *e)
{
	struct trust t;
	int rc;

	*out = NULL;
	if (o->policy == NULL) {
		*out = policy_default();
		return *out == NULL ? error_memory(e) : 0;
	}
	rc = trust_load(&t, o, NULL, NULL, e);
	if (rc == 0) {
		*out = t.policy;
		t.policy = NULL;
	} else if (rc == 1) {
		findings_append(faults, &t.faults);
	}
	trust_free(&t);
	return rc;
}
