/* Which policy entry is about a path, a name, an address, a ref, a rule. */
#include "policy.h"

#include "schema.h"

#include "../dns/name.h"

#include <string.h>

/* What the placeholders of a path pattern stand for. */
struct parts {
	const char *view, *zone;
	size_t view_len, zone_len;
};

/* Bytes of a view's name at PATH. */
static size_t
view_span(const char *path)
{
	return strspn(path, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
}

/*
 * Does PATH have the form of PATTERN? A placeholder stands for one byte or more
 * of one part of the path. A pattern holds each placeholder once, so this goes
 * no deeper than two.
 */
static bool
path_matches(const char *pattern, const char *path, struct parts *out)
{
	size_t most, n;
	bool view;

	while (*pattern != '\0' && *pattern != '{') {
		if (*pattern++ != *path++)
			return false;
	}
	if (*pattern == '\0')
		return *path == '\0';
	view = pattern[1] == 'v';
	most = view ? view_span(path) : strcspn(path, "/");
	pattern += strlen("{view}");
	for (n = most; n > 0; n--) {
		if (!path_matches(pattern, path + n, out))
			continue;
		if (view) {
			out->view = path;
			out->view_len = n;
		} else {
			out->zone = path;
			out->zone_len = n;
		}
		return true;
	}
	return false;
}

/* The zone's name in a path: "root" is the root zone's. */
static int
path_zone(uint8_t out[NAME_MAX_LEN], const char *path, const struct parts *p,
    struct error *e)
{
	const char *why = NULL;

	if (p->zone_len == 4 && memcmp(p->zone, "root", 4) == 0) {
		out[0] = 0;
		return 0;
	}
	if ((p->zone_len == 1 && (p->zone[0] == '@' || p->zone[0] == '.')) ||
	    name_from_text(out, p->zone, p->zone_len, NULL, &why) == 0) {
		error_set(e, ERROR_USAGE, "%s: `%.*s` is no zone name: %s",
		    path, (int)p->zone_len, p->zone,
		    why == NULL ? "write it out" : why);
		return error_hint(e, "rename the file");
	}
	return 0;
}

static int
path_view(char out[64], const struct policy *p, const char *path,
    const struct parts *parts, struct error *e)
{
	size_t n = parts->view_len;

	if (n < 64) {
		memcpy(out, parts->view, n);
		out[n] = '\0';
		if (policy_view_find(p, out) != NULL)
			return 0;
	}
	error_set(e, ERROR_USAGE, "%s: the policy has no view `%.*s`", path,
	    (int)(n > 63 ? 63 : n), parts->view);
	return error_hint(e, "declare the view in the policy, or move the "
			     "file to the directory of one");
}

/* Fill OUT for PATH, which Z covers. 1, or -1 with E set. */
static int
matched(const struct policy *p, const struct policy_zone *z, const char *path,
    const struct parts *parts, struct policy_match *out, struct error *e)
{
	memset(out, 0, sizeof(*out));
	out->entry = z;
	if (z->zone != NULL)
		memcpy(out->apex, z->zone, name_len(z->zone));
	else if (path_zone(out->apex, path, parts, e) != 0)
		return -1;
	if (parts->view != NULL)
		return path_view(out->view, p, path, parts, e) == 0 ? 1 : -1;
	if (z->view != NULL)
		strncpy(out->view, z->view, sizeof(out->view) - 1);
	return 1;
}

int
policy_match_path(const struct policy *p, const char *path,
    struct policy_match *out, struct error *e)
{
	struct parts parts;
	const struct policy_zone *z;
	int result = 0;
	size_t i;

	memset(&parts, 0, sizeof(parts));
	for (i = 0; i < p->nzones; i++)
		if (strcmp(p->zone[i].path, path) == 0)
			return matched(p, &p->zone[i], path, &parts, out, e);
	for (i = 0; i < p->nzones; i++) {
		z = &p->zone[i];
		memset(&parts, 0, sizeof(parts));
		if (strchr(z->path, '{') == NULL ||
		    !path_matches(z->path, path, &parts))
			continue;
		/* Keep the first reason, unless a later entry fits. */
		if (matched(p, z, path, &parts, out, result < 0 ? NULL : e) > 0)
			return 1;
		result = -1;
	}
	return result;
}

const struct policy_view *
policy_view_find(const struct policy *p, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < p->nviews; i++)
		if (strcmp(p->view[i].name, name) == 0)
			return &p->view[i];
	return NULL;
}

bool
policy_protects_view(const struct policy_protected *d, const char *view)
{
	return d->view == NULL ||
	       strcmp(d->view, view == NULL ? "" : view) == 0;
}

bool
policy_name_matches(
    const struct policy_pattern *p, size_t n, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i].below ? name_is_under(name, p[i].name) &&
				     !name_equal(name, p[i].name)
			       : name_equal(name, p[i].name))
			return true;
	}
	return false;
}

/*
 * An address that carries an IPv4 address leads there: that one must be
 * allowed, and no IPv6 block can stand in for it.
 */
const struct policy_target *
policy_allows_address(
    const struct policy_protected *d, const uint8_t *addr, size_t len)
{
	const uint8_t *carried = len == 16 ? address_carried(addr) : NULL;
	const struct policy_target *t;
	size_t i, k;

	if (carried != NULL) {
		addr = carried;
		len = 4;
	}
	for (i = 0; i < d->ntargets; i++) {
		t = d->target[i];
		for (k = 0; k < t->nnets; k++)
			if (address_in(&t->net[k], addr, len))
				return t;
	}
	return NULL;
}

const struct policy_target *
policy_allows_name(const struct policy_protected *d, const uint8_t *name)
{
	const struct policy_target *t;
	size_t i;

	for (i = 0; i < d->ntargets; i++) {
		t = d->target[i];
		if (policy_name_matches(t->pattern, t->npatterns, name))
			return t;
	}
	return NULL;
}

void
policy_target_names(const struct policy_protected *d, struct text *out)
{
	size_t i;

	for (i = 0; i < d->ntargets; i++)
		text_printf(
		    out, "%s%s", i == 0 ? "" : ", ", d->target[i]->name);
}

/* Does TEXT match PATTERN, where * stands for any bytes, / included? */
static bool
glob(const char *pattern, const char *text)
{
	const char *star = NULL, *again = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			again = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool
policy_guards_ref(const struct policy *p, const char *ref)
{
	size_t i;

	for (i = 0; i < p->change.nrefs; i++)
		if (glob(p->change.ref[i], ref))
			return true;
	return false;
}

enum severity
policy_severity_of(const struct policy *p, const char *rule)
{
	size_t i;

	for (i = 0; i < p->nseverities; i++)
		if (strcmp(p->severity[i].rule, rule) == 0)
			return p->severity[i].severity;
	return SEVERITY_DEFAULT;
}
