#include "judge.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

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

struct question {
	const struct policy_protected *protect;
	const char *view;
	const uint8_t *name;
	uint16_t type;
};

/* 0 with both sides' answers, 1 the new side is broken (its own findings say
 * so), -1. */
static int
ask(struct judge_run *r, const struct question *q, struct resolve_answer **old,
    struct resolve_answer **new, struct error *e)
{
	const struct judge_pair *pair = r->pair;
	struct error ignored = {0};

	*old = *new = NULL;
	if (resolve(new, pair->new->set, pair->policy, q->view, q->name,
		q->type, r->j->arena, e) != 0)
		return judge_any_broken(r, false) ? 1 : -1;
	/* A base that cannot be read gives no old answer. */
	if (pair->old != NULL &&
	    resolve(old, pair->old->set, pair->policy, q->view, q->name,
		q->type, r->j->arena, &ignored) != 0)
		*old = NULL;
	return 0;
}

static int
store(struct judge_run *r, const struct question *q,
    const struct resolve_answer *old, const struct resolve_answer *new,
    struct error *e)
{
	struct evidence_answer *a = vec_add(&r->answers);

	if (a == NULL)
		return error_memory(e);
	a->protect = q->protect;
	a->view = q->view;
	a->type = q->type;
	a->old = spoke(old) ? old : NULL;
	a->new = new;
	return 0;
}

/* 0: added or nothing to say; 1: no zone of this view knows the name; -1. */
static int
add_answer(struct judge_run *r, const struct policy_protected *p,
    const char *view, uint16_t type, bool even_if_absent, struct error *e)
{
	struct question q = {
	    .protect = p, .view = view, .name = p->name, .type = type};
	struct resolve_answer *old, *new;
	int rc = ask(r, &q, &old, &new, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (!spoke(new) && !spoke(old) && !even_if_absent)
		return 1;
	return store(r, &q, old, new, e);
}

/* ---- HTTPS, which browsers follow before A and AAAA -----------------------
 */

/* Has NAME an entry of its own for HTTPS in VIEW, which then decides? */
static bool
is_listed(const struct policy *policy, const char *view, const uint8_t *name)
{
	const struct policy_protected *p;
	size_t i, t;

	for (i = 0; i < policy->nprotects; i++) {
		p = &policy->protect[i];
		if (!name_equal(p->name, name) ||
		    !policy_protects_view(p, view))
			continue;
		for (t = 0; t < p->ntypes; t++)
			if (p->type[t] == RRTYPE_HTTPS)
				return true;
	}
	return false;
}

/* NAME's HTTPS record, if there is one now or the question leaves for another
 * zone. */
static int
add_https(struct judge_run *r, const struct policy_protected *p,
    const char *view, const uint8_t *name, struct error *e)
{
	struct question q = {
	    .protect = p, .view = view, .name = name, .type = RRTYPE_HTTPS};
	struct resolve_answer *old, *new;
	int rc;

	if (is_listed(r->pair->policy, view, name))
		return 0;
	rc = ask(r, &q, &old, &new, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (!spoke(new) || new->outcome == RESOLVE_NODATA ||
	    new->outcome == RESOLVE_NXDOMAIN)
		return 0;
	return store(r, &q, old, new, e);
}

/* The zone of VIEW, or of what it falls back to, around NAME; NULL: none, or
 * it cannot be read (the answers say so). */
static const struct zone *
zone_around(const struct judge_run *r, const char *view, const uint8_t *name)
{
	struct zoneset *set = r->pair->new->set;
	const struct policy_view *v;
	struct error ignored = {0};
	size_t n;
	uint32_t i;

	for (n = 0; view != NULL && n <= r->pair->policy->nviews; n++) {
		if ((i = zoneset_closest(set, view, name)) != ZONE_NONE)
			return zoneset_zone(set, i, NULL, &ignored);
		v = policy_view_find(r->pair->policy, view);
		view = v == NULL ? NULL : v->falls_back_to;
	}
	return NULL;
}

/*
 * Services on other ports: _8443._https.NAME (RFC 9460 section 9.1). The names
 * that are there, and one that stands for all others: a wildcard, a DNAME or a
 * delegation answers for it.
 */
static int
add_ports(struct judge_run *r, const struct policy_protected *p,
    const char *view, struct error *e)
{
	static const uint8_t https[] = {6, '_', 'h', 't', 't', 'p', 's', 0};
	static const uint8_t any[] = {6, '_', '6', '5', '5', '3', '5', 0};
	uint8_t top[NAME_MAX_LEN], name[NAME_MAX_LEN];
	const struct zone *z;
	uint32_t i;

	if (name_join(top, https, p->name) == 0 ||
	    name_join(name, any, top) == 0)
		return 0; /* too long for anyone to ask */
	if (add_https(r, p, view, name, e) != 0)
		return -1;
	if ((z = zone_around(r, view, top)) == NULL || z->broken)
		return 0;
	for (i = zone_lower_bound(z, top);
	     i < z->nowners && name_is_under(z->owner[i].name, top); i++) {
		if (name_labels(z->owner[i].name) != name_labels(top) + 1 ||
		    name_is_wildcard(z->owner[i].name) ||
		    name_equal(z->owner[i].name, name))
			continue;
		if (add_https(r, p, view, z->owner[i].name, e) != 0)
			return -1;
	}
	return 0;
}

/* Who protects the addresses of a name protects them from its HTTPS records.
 */
static int
add_beside(struct judge_run *r, const struct policy_protected *p,
    const char *view, struct error *e)
{
	size_t t;

	for (t = 0; t < p->ntypes; t++)
		if (p->type[t] == RRTYPE_A || p->type[t] == RRTYPE_AAAA ||
		    p->type[t] == RRTYPE_HTTPS)
			break;
	if (t == p->ntypes)
		return 0;
	if (add_https(r, p, view, p->name, e) != 0)
		return -1;
	return add_ports(r, p, view, e);
}

/* The name in every view it is protected in; it must be known in one. */
static int
protect(struct judge_run *r, const struct policy_protected *p, struct error *e)
{
	const struct policy *policy = r->pair->policy;
	const char *first = NULL;
	size_t v, t;
	bool known = false, here;
	int rc;

	for (v = 0; v < view_count(policy); v++) {
		if (!policy_protects_view(p, view_name(policy, v)))
			continue;
		if (first == NULL)
			first = view_name(policy, v);
		for (here = false, t = 0; t < p->ntypes; t++) {
			rc = add_answer(
			    r, p, view_name(policy, v), p->type[t], false, e);
			if (rc < 0)
				return -1;
			here |= rc == 0;
		}
		if (here && add_beside(r, p, view_name(policy, v), e) != 0)
			return -1;
		known |= here;
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
		if (r->pair->policy_only || !concerned(r, &policy->protect[i]))
			continue;
		if (protect(r, &policy->protect[i], e) != 0)
			return -1;
	}
	return 0;
}
