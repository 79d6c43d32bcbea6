/* From trust anchors to the keys of a zone, by what one server says. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "denial.h"
#include "plan.h"

enum { NXDOMAIN = 3 };

/* Anchors for a zone, or what is known instead. */
struct found {
	struct dnssec_anchor *anchor;
	size_t n;
	enum trust_state state; /* SECURE: there are anchors */
	const char *why;
};

struct chain {
	struct plan *p;
	const struct plan_zone *z;
	uint32_t via; /* server that is asked */
	uint32_t now;
	struct error *e;
};

/* The first usable answer. 1, 0, or -1. */
static int
fetch(struct chain *c, uint32_t ask, struct message *m)
{
	unsigned way;
	int rc;

	for (way = 0; way < PLAN_WAYS; way++) {
		rc = plan_message(c->p, ask, way, c->p->arena, m, c->e);
		if (rc < 0)
			return -1;
		if (rc == 1 && (m->rcode == 0 || m->rcode == NXDOMAIN))
			return 1;
	}
	return 0;
}

static void
nothing(struct found *f, enum trust_state state, const char *why)
{
	f->n = 0;
	f->state = state;
	f->why = why;
}

/* The DS RRset of an answer as anchors. 0, or -1. */
static int
take_ds(struct chain *c, const struct message *m, const uint8_t *name,
    struct found *f)
{
	const struct message_rr *rr = NULL;

	f->anchor = arena_calloc(
	    c->p->arena, PLAN_ANCHORS_MAX, sizeof(*f->anchor));
	if (f->anchor == NULL)
		return error_memory(c->e);
	f->n = 0;
	while (
	    (rr = message_next(m, MESSAGE_ANSWER, name, RRTYPE_DS, rr)) != NULL)
		if (f->n < PLAN_ANCHORS_MAX)
			f->anchor[f->n++] = (struct dnssec_anchor){
			    RRTYPE_DS, rr->rdata, rr->rdlen};
	f->state = TRUST_SECURE;
	return 0;
}

/*
 * Is there a secure delegation at NAME below the zone of T? 1 yes, anchors in
 * F; 0 no cut: T goes on; 2 the way ends, F says how; -1.
 */
static int
step_ds(struct chain *c, const struct trust *t, const uint8_t *name,
    struct found *f)
{
	uint32_t ask = plan_find(c->p, c->via, name, RRTYPE_DS, true);
	struct trust_check check;
	struct denial d;
	struct message m;
	unsigned labels;
	int rc = fetch(c, ask, &m);

	nothing(f, TRUST_UNCHECKED, "a DS on the way could not be fetched");
	if (rc <= 0)
		return rc < 0 ? -1 : 2;
	trust_begin(&check, t, &m, c->now);
	if (message_next(&m, MESSAGE_ANSWER, name, RRTYPE_DS, NULL) != NULL) {
		rc = trust_rrset(
		    &check, MESSAGE_ANSWER, name, RRTYPE_DS, &labels);
		if (rc < 0)
			return error_memory(c->e);
		if (rc == TRUST_SECURE)
			return take_ds(c, &m, name, f) != 0 ? -1 : 1;
		nothing(f, TRUST_BOGUS, "a DS on the way does not validate");
		return 2;
	}
	if (denial_collect(&d, &check) != 0)
		return error_memory(c->e);
	switch (denial_no_ds(&d, name)) {
	case 1:
		nothing(f, TRUST_INSECURE, "its delegation is not signed");
		return 2;
	case 0:
		return 0;
	default:
		nothing(f, TRUST_BOGUS,
		    "nothing proves that there is no DS on the way");
		return 2;
	}
}

static int
anchors_above(struct chain *c, struct dnssec_anchor *out, size_t *n)
{
	const struct policy_live *l = &c->p->args.policy->live;
	size_t i;

	*n = 0;
	for (i = 0; i < l->nanchors && *n < PLAN_ANCHORS_MAX; i++)
		if (name_equal(l->anchor[i].zone, c->z->above))
			out[(*n)++] = (struct dnssec_anchor){l->anchor[i].type,
			    l->anchor[i].rdata, l->anchor[i].len};
	return 0;
}

/* The keys of the zone at NAME by anchors A. */
static int
step_keys(struct chain *c, struct trust *t, const uint8_t *name,
    const struct dnssec_anchor *a, size_t n)
{
	struct message m;
	int rc = fetch(
	    c, plan_find(c->p, c->via, name, RRTYPE_DNSKEY, true), &m);

	if (rc < 0)
		return -1;
	if (rc == 1)
		return trust_keys(t, name, a, n, &m, c->now, c->p->arena, c->e);
	memset(t, 0, sizeof(*t));
	t->apex = name;
	t->why = "its DNSKEY could not be fetched";
	return 0;
}

/* From the anchor above down to the zone, over one resolver. */
static int
walk(struct chain *c, struct found *f)
{
	unsigned top = name_labels(c->z->above),
		 labels = name_labels(c->z->apex), i;
	struct dnssec_anchor start[PLAN_ANCHORS_MAX];
	const uint8_t *name = c->z->above;
	struct trust t;
	size_t n;
	int rc;

	if (anchors_above(c, start, &n) != 0 ||
	    step_keys(c, &t, name, start, n) != 0)
		return -1;
	for (i = top + 1; i <= labels; i++) {
		if (t.state != TRUST_SECURE) {
			nothing(f, t.state, t.why);
			return 0;
		}
		name = name_skip(c->z->apex, labels - i);
		if ((rc = step_ds(c, &t, name, f)) < 0)
			return -1;
		if (rc == 2 || (rc == 1 && i == labels))
			return 0;
		if (rc == 1 && step_keys(c, &t, name, f->anchor, f->n) != 0)
			return -1;
	}
	nothing(f, TRUST_UNCHECKED, "the zone above does not delegate it");
	return 0;
}

/* An authentic DS is authentic whoever tells it: the first resolver will do. */
static int
from_above(struct chain *c, const struct plan_use *use, struct found *f)
{
	const struct plan_zone *z = c->z;
	size_t i;

	nothing(f, TRUST_UNCHECKED,
	    "no resolver tells its DS: name one, or an anchor for the zone");
	if (plan_server_at(c->p, use->server)->resolver) {
		c->via = use->server;
		return walk(c, f);
	}
	for (i = 0; i < z->nuses; i++) {
		if (!plan_server_at(c->p, z->use[i].server)->resolver)
			continue;
		c->via = z->use[i].server;
		if (walk(c, f) != 0)
			return -1;
		if (f->state != TRUST_UNCHECKED)
			break;
	}
	return 0;
}

int
chain_trust(
    struct plan *p, struct plan_zone *z, struct plan_use *use, struct error *e)
{
	struct chain c = {.p = p,
	    .z = z,
	    .via = use->server,
	    .now = (uint32_t)p->args.now,
	    .e = e};
	struct found f = {z->anchor, z->nanchors, TRUST_SECURE, NULL};
	struct trust *t = &use->trust;

	if (use->trusted)
		return 0;
	use->trusted = true;
	t->apex = z->apex;
	if (z->nanchors == 0 && z->above == NULL) {
		t->state = z->must_be_signed ? TRUST_UNCHECKED : TRUST_INSECURE;
		t->why = z->must_be_signed
			     ? "no trust anchor for the zone is known: see "
			       "live.anchors"
			     : "the policy says that the zone is not signed";
		return 0;
	}
	if (z->nanchors == 0 && from_above(&c, use, &f) != 0)
		return -1;
	c.via = use->server;
	if (f.state == TRUST_SECURE)
		return step_keys(&c, t, z->apex, f.anchor, f.n);
	t->state = f.state;
	t->why = f.why;
	return 0;
}
