/*
 * Overrides that the history holds: are the faults that they let through still
 * there?
 */
#include <string.h>
#include <strings.h>

#include "override_impl.h"

/* Commits of the history that are looked through. */
#define HISTORY_MAX 100000
/* Overrides that may be open at once, and that may wait to be closed. */
#define OPEN_MAX 8
#define LOOK_MAX 64

/* What blocks the way from BASE to HEAD, as the policy is now. */
static int
errors_between(const struct override_look *l, const char *base,
    const char *head, struct findings *out, struct error *e)
{
	struct gate_options o = {.jobs = l->o->jobs, .at = l->o->at};
	struct revisions rev = {
	    .base = base, .head = head, .uncommitted = true, .on_way = true};
	struct judgement k;
	int rc;

	if (judgement_init(&k, e) != 0)
		return -1;
	k.memo = l->j->memo;
	rc = judge_pair_of(&k, &o, l->repo, l->t, &rev, e);
	k.memo = NULL;
	if (rc == 0)
		findings_append(out, &k.findings);
	l->j->records += k.records;
	l->j->signatures += k.signatures;
	judgement_free(&k);
	return rc == 0 && out->lost ? error_memory(e) : rc;
}

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
is_same_fault(const struct finding *a, const struct finding *b)
{
	return same(a->rule, b->rule) && same(a->zone, b->zone) &&
	       same(a->view, b->view) && same(a->name, b->name) &&
	       same(a->type, b->type);
}

static bool
is_among(const struct findings *all, const struct finding *f)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (override_blocks(&all->item[i]) &&
		    is_same_fault(&all->item[i], f))
			return true;
	return false;
}

/*
 * Into LEFT: what C brought in spite of the gate, and is still there. *NOTHING:
 * it brought nothing that the zones show.
 */
static int
find_left(const struct override_look *l, const struct change_commit *c,
    struct findings *left, bool *nothing, struct error *e)
{
	struct findings then, now;
	size_t i, n = 0;
	int rc = -1;

	findings_init(&then, l->j->arena);
	findings_init(&now, l->j->arena);
	if (errors_between(l, c->parent, c->id, &then, e) != 0)
		goto out;
	*nothing = true;
	for (i = 0; i < then.n; i++)
		if (then.item[i].severity == SEVERITY_ERROR)
			*nothing = false;
	for (i = 0; i < then.n && !override_blocks(&then.item[i]); i++)
		continue;
	if (i < then.n &&
	    errors_between(l, c->parent, l->rev->head, &now, e) != 0)
		goto out;
	for (i = 0; i < now.n; i++)
		if (override_blocks(&now.item[i]) &&
		    is_among(&then, &now.item[i]))
			now.item[n++] = now.item[i];
	now.n = n;
	findings_append(left, &now);
	rc = left->lost ? error_memory(e) : 0;
out:
	findings_free(&then);
	findings_free(&now);
	return rc;
}

/* While its time is not over, an override covers the same faults in what is
 * pushed next. */
static void
cover_left(const struct override_look *l, const struct findings *left,
    const char *waiver)
{
	struct findings *fs = &l->j->findings;
	size_t i;

	for (i = l->from; i < l->told; i++) {
		if (!override_covers(
			&l->t->policy->change.override, &fs->item[i]) ||
		    !is_among(left, &fs->item[i]))
			continue;
		fs->item[i].waived = true;
		fs->item[i].waiver = waiver;
	}
}

static void
tell_open(const struct override_look *l, const struct change_commit *c,
    const struct findings *left, bool claimed, bool accepted)
{
	struct findings *fs = &l->j->findings;
	int64_t end = c->time + l->t->policy->change.override.duration;
	const char *until = override_when(fs, end);
	bool over = l->now > end;
	struct finding *f;

	if (claimed) {
		f = findings_add(fs, "change-override-refused",
		    "the push says that the override of %.12s is resolved, "
		    "and it is not: %s",
		    c->id, left->item[0].rule);
		f->help = "mend what was overridden first";
		return;
	}
	/* In a check of it nobody granted it yet. */
	if (!over && accepted && c->time <= l->now + LATE_MAX)
		cover_left(l, left,
		    findings_text(fs, "until %s (override of %.7s): %s", until,
			c->id, c->override));
	f = findings_add(fs,
	    over ? "change-override-expired" : "change-override",
	    "the emergency override of %.12s (%s) is not resolved: %zu "
	    "finding%s left, such as %s; %s %s",
	    c->id, c->override, left->n, left->n == 1 ? "" : "s",
	    left->item[0].rule, over ? "it ended" : "it ends", until);
	f->help = "mend what was overridden, or have the policy waive it";
	f->place.commit = findings_text(fs, "%.7s", c->id);
}

/* A signature or an approval that was missing then: no zone shows it, and
 * nobody can make up for it. It is told while the override lasts. */
static void
tell_untraced(const struct override_look *l, const struct change_commit *c)
{
	struct findings *fs = &l->j->findings;
	int64_t end = c->time + l->t->policy->change.override.duration;
	struct finding *f;

	if (l->now > end)
		return;
	f = findings_add(fs, "change-override",
	    "%.12s was pushed with an emergency override (%s) that lasts until "
	    "%s",
	    c->id, c->override, override_when(fs, end));
	f->help = "look at that change again, and close it: --trailer "
		  "'Zonegate-Resolved: COMMIT'";
	f->place.commit = findings_text(fs, "%.7s", c->id);
}

/* Does M say that C is resolved? Who does so stands on C: an id that is
 * written down before the commit is made can be tried out. 1, 0, -1. */
static int
says_resolved(const struct override_look *l, const struct change_commit *m,
    const struct change_commit *c, struct error *e)
{
	size_t k;

	for (k = 0; m->resolved[k] != NULL; k++)
		if (strlen(m->resolved[k]) >= 7 &&
		    strncasecmp(
			c->id, m->resolved[k], strlen(m->resolved[k])) == 0)
			break;
	return m->resolved[k] == NULL || strcmp(m->id, c->id) == 0
		   ? 0
		   : repo_is_ancestor(l->repo, c->id, m->id, e);
}

/* Does a commit of MARKS say that C is resolved: one that was accepted before
 * (ACCEPTED), or one of this push? */
static int
closes(const struct override_look *l, const struct change_set *marks,
    const struct change_commit *c, bool accepted, struct error *e)
{
	const struct change_commit *m;
	size_t i;
	int rc;

	for (i = 0; i < marks->n; i++) {
		m = &marks->commit[i];
		if ((rc = says_resolved(l, m, c, e)) < 0)
			return -1;
		if (rc == 0)
			continue;
		rc = l->rev->base == NULL
			 ? 0
			 : repo_is_ancestor(l->repo, m->id, l->rev->base, e);
		if (rc < 0)
			return -1;
		if ((rc == 1) == accepted)
			return 1;
	}
	return 0;
}

/* Was the commit there before this push? 1, 0, -1. */
static int
is_accepted(const struct override_look *l, const struct change_commit *c,
    struct error *e)
{
	return l->rev->base == NULL
		   ? 0
		   : repo_is_ancestor(l->repo, c->id, l->rev->base, e);
}

static int
tell_one(const struct override_look *l, const struct change_set *marks,
    const struct change_commit *c, size_t *open, struct error *e)
{
	struct findings left;
	bool nothing = false;
	int closed, claimed, accepted, rc = -1;

	if ((closed = closes(l, marks, c, true, e)) != 0)
		return closed < 0 ? -1 : 0;
	if ((claimed = closes(l, marks, c, false, e)) < 0 ||
	    (accepted = is_accepted(l, c, e)) < 0)
		return -1;
	findings_init(&left, l->j->arena);
	if (find_left(l, c, &left, &nothing, e) != 0)
		goto out;
	if (left.n != 0 && claimed == 0 && ++*open > OPEN_MAX) {
		error_set(e, ERROR_SYSTEM,
		    "more than %d emergency overrides are open", OPEN_MAX);
		error_hint(e, "mend what was overridden");
		goto out;
	}
	if (left.n != 0)
		tell_open(l, c, &left, claimed == 1, accepted == 1);
	else if (nothing && claimed == 0)
		tell_untraced(l, c);
	rc = 0;
out:
	findings_free(&left);
	return rc;
}

int
override_open(
    const struct override_look *l, const char *granted, struct error *e)
{
	struct change_set marks;
	const struct change_commit *c;
	size_t i, open = 0, looked = 0;

	if (change_history_read(&marks, l->j->arena, l->repo, l->rev->head,
		NULL, HISTORY_MAX, e) != 0)
		return -1;
	for (i = 0; i < marks.n; i++) {
		c = &marks.commit[i];
		/* The one of this push was told when it was granted. */
		if (c->override == NULL || c->parent == NULL ||
		    (granted != NULL && strcmp(c->id, granted) == 0))
			continue;
		if (looked++ == LOOK_MAX) {
			error_set(e, ERROR_SYSTEM,
			    "more than %d emergency overrides are not closed",
			    LOOK_MAX);
			return error_hint(e,
			    "close those that are resolved, a few in each "
			    "push: --trailer 'Zonegate-Resolved: COMMIT'");
		}
		if (tell_one(l, &marks, c, &open, e) != 0)
			return -1;
	}
	return 0;
}
