#include "judge.h"

#include <string.h>

#include "../dns/name.h"

/* The views of the policy, or the one nameless view. */
static size_t
view_count(const struct policy *p)
{
	return p->nviews == 0 ? 1 : p->nviews;
}

static const char *
view_name(const struct policy *p, size_t i)
{
	return p->nviews == 0 ? "" : p->view[i].name;
}

/* Did any zone of the view have a say? */
static bool
spoke(const struct resolve_answer *a)
{
	return a != NULL && a->nsteps != 0;
}

/* 0: added or nothing to say; 1: no zone of this view knows the name; -1. */
static int
add_answer(struct judge_run *r, const struct policy_protected *p,
    const char *view, uint16_t type, bool even_if_absent, struct error *e)
{
	const struct judge_pair *pair = r->pair;
	struct resolve_answer *old = NULL, *new = NULL;
	struct evidence_answer *a;
	struct error ignored = {0};

	if (resolve(&new, pair->new->set, pair->policy, view, p->name, type,
		r->j->arena, e) != 0)
		return judge_any_broken(r, false) ? 0 : -1;
	/* A base that cannot be read gives no old answer. */
	if (pair->old != NULL &&
	    resolve(&old, pair->old->set, pair->policy, view, p->name, type,
		r->j->arena, &ignored) != 0)
		old = NULL;
	if (!spoke(new) && !spoke(old) && !even_if_absent)
		return 1;
	if ((a = vec_add(&r->answers)) == NULL)
		return error_memory(e);
	a->protect = p;
	a->view = view;
	a->type = type;
	a->old = spoke(old) ? old : NULL;
	a->new = new;
	return 0;
}

/* The name in every view it is protected in; it must be known in one. */
static int
protect(struct judge_run *r, const struct policy_protected *p, struct error *e)
{
	const struct policy *policy = r->pair->policy;
	const char *first = NULL;
	size_t v, t;
	bool known = false;
	int rc;

	for (v = 0; v < view_count(policy); v++) {
		if (!policy_protects_view(p, view_name(policy, v)))
			continue;
		if (first == NULL)
			first = view_name(policy, v);
		for (t = 0; t < p->ntypes; t++) {
			rc = add_answer(
			    r, p, view_name(policy, v), p->type[t], false, e);
			if (rc < 0)
				return -1;
			known |= rc == 0;
		}
	}
	for (t = 0; !known && first != NULL && t < p->ntypes; t++)
		if (add_answer(r, p, first, p->type[t], true, e) < 0)
			return -1;
	return 0;
}

/* A review of one file judges the names that this file could answer. */
static bool
concerned(const struct judge_run *r, const struct policy_protected *p)
{
	const struct judged_zone *jz = r->zones.item;

	if (r->pair->only == NULL)
		return true;
	return r->zones.n != 0 && name_is_under(p->name, jz->ev.apex) &&
	       policy_protects_view(p, jz->ev.view);
}

int
judge_answers(struct judge_run *r, struct error *e)
{
	const struct policy *policy = r->pair->policy;
	size_t i;

	for (i = 0; i < policy->nprotects; i++) {
		if (!concerned(r, &policy->protect[i]))
			continue;
		if (protect(r, &policy->protect[i], e) != 0)
			return -1;
	}
	return 0;
}
