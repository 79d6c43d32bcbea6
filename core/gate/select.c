/* Which zones of a pair are judged. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../base/hash.h"
#include "../dns/name.h"
#include "../source/compare.h"
#include "judge.h"

/* What is known about the view in the policy; NULL without views. */
static struct judged_zone *
add_zone(struct judge_run *r, const struct zoneset_entry *en, struct error *e)
{
	const struct policy *p = r->pair->policy;
	struct judged_zone *jz = vec_add(&r->zones);
	char text[NAME_MAX_TEXT];

	if (jz == NULL) {
		error_memory(e);
		return NULL;
	}
	name_to_text(text, en->apex);
	jz->entry_new = jz->entry_old = ZONE_NONE;
	jz->ev.apex = en->apex;
	jz->ev.apex_text = findings_text(&r->j->findings, "%s", text);
	jz->ev.view = findings_text(&r->j->findings, "%s", en->view);
	jz->ev.file = findings_text(&r->j->findings, "%s", en->path);
	jz->ev.entry = en->tag;
	jz->ev.policy_view = policy_view_find(p, en->view);
	jz->ev.mode = jz->ev.entry != NULL ? jz->ev.entry->dnssec.mode
					   : POLICY_DNSSEC_UNSIGNED;
	return jz;
}

static uint32_t
counterpart(struct snapshot *other, const struct zoneset_entry *en)
{
	return other == NULL ? ZONE_NONE
			     : zoneset_find(other->set, en->view, en->apex);
}

/* Entry I of the new side, with its counterpart before. */
static int
add_new(struct judge_run *r, uint32_t i, bool changed, struct error *e)
{
	const struct zoneset_entry *en = zoneset_entry(r->pair->new->set, i);
	struct judged_zone *jz = add_zone(r, en, e);

	if (jz == NULL)
		return -1;
	jz->entry_new = i;
	jz->entry_old = counterpart(r->pair->old, en);
	if (r->pair->old == NULL || jz->entry_old == ZONE_NONE)
		jz->ev.status = STATUS_ADDED;
	else
		jz->ev.status = changed ? STATUS_CHANGED : STATUS_UNCHANGED;
	return 0;
}

/* Entry I of the old side, when the zone is there no longer. */
static int
add_removed(struct judge_run *r, uint32_t i, struct error *e)
{
	const struct zoneset_entry *en = zoneset_entry(r->pair->old->set, i);
	struct judged_zone *jz;

	if (counterpart(r->pair->new, en) != ZONE_NONE)
		return 0;
	if ((jz = add_zone(r, en, e)) == NULL)
		return -1;
	jz->entry_old = i;
	jz->ev.status = STATUS_REMOVED;
	return 0;
}

static int
select_only(struct judge_run *r, struct error *e)
{
	struct zoneset *set = r->pair->new->set;
	uint32_t i;

	for (i = 0; i < zoneset_count(set); i++)
		if (strcmp(zoneset_entry(set, i)->path, r->pair->only) == 0)
			return add_new(r, i, true, e);
	return error_set(e, ERROR_USAGE,
	    "%s is not among the zones of the policy", r->pair->only);
}

/* ---- what changed ------------------------------------------------------- */

/* Paths that differ, to look includes up in. */
struct touched {
	struct hash_table *paths;
	bool hit;
};

static void
look_up(void *ctx, const char *path)
{
	struct touched *t = ctx;

	if (hash_table_find(t->paths, path, strlen(path)) != NULL)
		t->hit = true;
}

/* Could DATA hold an $INCLUDE? Cheaper than looking for one properly. */
static bool
may_include(const char *data, size_t len)
{
	const char *p = data, *end = data + len;

	while ((p = memchr(p, '$', (size_t)(end - p))) != NULL) {
		if (end - p > 8 && strncasecmp(p, "$include", 8) == 0)
			return true;
		if (++p == end)
			break;
	}
	return false;
}

/* Does the zone of entry I include, directly or not, a path that changed? */
static int
includes_touched(
    struct snapshot *s, uint32_t i, struct touched *t, struct error *e)
{
	const char *path = zoneset_entry(s->set, i)->path, *data;
	struct error ignored = {0};
	size_t len;

	t->hit = false;
	/* What cannot be read is found when the zone is loaded. */
	if (source_read(s->source, path, &data, &len, &ignored) != 0 ||
	    !may_include(data, len))
		return 0;
	return zone_includes(s->source, path, look_up, t, e);
}

struct marks {
	bool *changed; /* by entry of the new set */
	bool others;   /* a path that is no zone's own changed */
};

/* Mark the zone whose file is PATH in S. False if PATH is no zone's. */
static bool
mark_path(
    struct snapshot *s, const char *path, struct snapshot *new, struct marks *m)
{
	uint32_t i, k;

	if (s == NULL || (i = snapshot_zone_of(s, path)) == ZONE_NONE)
		return false;
	k = zoneset_find(new->set, zoneset_entry(s->set, i)->view,
	    zoneset_entry(s->set, i)->apex);
	if (k != ZONE_NONE)
		m->changed[k] = true;
	return true;
}

static void
mark_changes(struct judge_run *r, struct marks *m)
{
	const struct source_change *c;
	bool known;
	size_t i;

	for (i = 0; i < r->nchanges; i++) {
		c = &r->changes[i];
		known = mark_path(r->pair->old, c->path, r->pair->new, m);
		known |= mark_path(r->pair->new, c->path, r->pair->new, m);
		if (!known && strcmp(c->path, POLICY_FILE) != 0)
			m->others = true;
	}
}

/* A file that zones may include changed: ask every zone. */
static int
mark_includes(struct judge_run *r, struct marks *m, struct error *e)
{
	struct snapshot *old = r->pair->old, *new = r->pair->new;
	struct touched t = {hash_table_new(r->nchanges), false};
	uint32_t i, k;
	size_t c;
	int rc = -1;

	if (t.paths == NULL)
		return error_memory(e);
	for (c = 0; c < r->nchanges; c++)
		if (hash_table_put(t.paths, r->changes[c].path,
			strlen(r->changes[c].path), 1, NULL) == NULL) {
			error_memory(e);
			goto out;
		}
	for (i = 0; i < zoneset_count(new->set); i++) {
		if (m->changed[i])
			continue;
		if (includes_touched(new, i, &t, e) != 0)
			goto out;
		m->changed[i] = t.hit;
		k = counterpart(old, zoneset_entry(new->set, i));
		if (t.hit || k == ZONE_NONE)
			continue;
		if (includes_touched(old, k, &t, e) != 0)
			goto out;
		m->changed[i] = t.hit;
	}
	rc = 0;
out:
	hash_table_free(t.paths);
	return rc;
}

static int
add_marked(struct judge_run *r, const struct marks *m, struct error *e)
{
	struct snapshot *old = r->pair->old, *new = r->pair->new;
	uint32_t i;

	for (i = 0; i < zoneset_count(new->set); i++)
		if ((m->changed[i] || r->pair->select == JUDGE_ALL) &&
		    add_new(r, i, m->changed[i], e) != 0)
			return -1;
	for (i = 0; old != NULL && i < zoneset_count(old->set); i++)
		if (add_removed(r, i, e) != 0)
			return -1;
	return 0;
}

int
select_zones(struct judge_run *r, struct error *e)
{
	const struct judge_pair *pair = r->pair;
	struct marks m = {0};
	int rc = -1;

	if (pair->only != NULL)
		return select_only(r, e);
	if (source_compare(pair->old == NULL ? NULL : pair->old->source,
		pair->new->source, &r->changes, &r->nchanges, e) != 0)
		return -1;
	m.changed = calloc(zoneset_count(pair->new->set) + 1, 1);
	if (m.changed == NULL)
		return error_memory(e);
	mark_changes(r, &m);
	if (m.others && mark_includes(r, &m, e) != 0)
		goto out;
	if (add_marked(r, &m, e) != 0)
		goto out;
	if (r->ref != NULL)
		r->ref->zones_changed = r->zones.n != 0;
	rc = 0;
out:
	free(m.changed);
	return rc;
}
