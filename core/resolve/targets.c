#include "targets.h"

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "collect.h"

static void
read_rrset(struct collect *c, const struct zone *z, const struct zone_rrset *s,
    const uint8_t *owner)
{
	struct record r = {.zone = z, .owner = owner};
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		r.rr = &z->rr[s->rr + i];
		r.data = zone_rr_data(z, r.rr);
		r.len = r.rr->rdlen;
		collect_record(c, &r);
	}
}

/* The aliases on the way, then what stands at its end. */
static void
read_answer(struct collect *c, const struct resolve_answer *a)
{
	const struct resolve_step *s;
	const uint8_t *next;
	size_t i;

	for (i = 0; i < a->nsteps; i++) {
		s = &a->step[i];
		if (s->kind != RESOLVE_STEP_CNAME &&
		    s->kind != RESOLVE_STEP_DNAME)
			continue;
		/* Each alias is followed by a look-up of its target, unless
		 * that is where the chain ends; or the substitution was too
		 * long and there is no target. */
		collect_link(c, s->zone, &s->zone->rr[s->rrset->rr]);
		next = i + 1 < a->nsteps ? s[1].name : a->final;
		if (next != s->name)
			collect_name(
			    c, s->zone, &s->zone->rr[s->rrset->rr], next, 0);
	}
	if (a->outcome != RESOLVE_ANSWER)
		return;
	if (a->ttl < c->out->ttl)
		c->out->ttl = a->ttl;
	read_rrset(c, a->zone, a->rrset, a->final);
}

/* Ask until there is nothing more to ask, then hand the result over. */
static int
run(struct collect *c, struct targets **out, struct zoneset *set,
    const struct policy *policy, const char *view, struct error *e)
{
	struct resolve_answer *a;
	const struct question *q;
	int rc = 0;

	while (rc == 0 && !c->failed && c->next < c->nqueue) {
		q = &c->queue[c->next++];
		rc = resolve(
		    &a, set, policy, view, q->name, q->type, c->arena, e);
		if (rc == 0) {
			collect_outcome(c, a);
			read_answer(c, a);
		}
	}
	if (rc == 0 && c->failed)
		rc = error_memory(e);
	if (rc == 0) {
		if (c->out->ttl == UINT32_MAX)
			c->out->ttl = 0;
		*out = c->out;
	}
	collect_free(c);
	return rc;
}

int
targets_of_answer(struct targets **out, struct zoneset *set,
    const struct policy *policy, const struct resolve_answer *answer,
    struct arena *arena, struct error *e)
{
	const struct resolve_step *cut = resolve_cut(answer);
	struct collect c;

	*out = NULL;
	if (collect_init(&c, arena) != 0)
		return error_memory(e);
	read_answer(&c, answer);
	if (cut != NULL && answer->qtype == RRTYPE_NS) {
		if (answer->ttl < c.out->ttl)
			c.out->ttl = answer->ttl;
		read_rrset(&c, cut->zone, cut->rrset, answer->final);
	}
	return run(&c, out, set, policy, answer->view, e);
}

int
targets_of_rrset(struct targets **out, struct zoneset *set,
    const struct policy *policy, const char *view, const struct zone *zone,
    const struct zone_rrset *rrset, const uint8_t *owner, struct arena *arena,
    struct error *e)
{
	struct collect c;

	*out = NULL;
	if (collect_init(&c, arena) != 0)
		return error_memory(e);
	c.out->ttl = rrset->ttl;
	read_rrset(&c, zone, rrset, owner);
	return run(&c, out, set, policy, view, e);
}
