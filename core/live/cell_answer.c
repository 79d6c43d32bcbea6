/* What the answers to one cell prove. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "compare.h"
#include "plan.h"
#include "query.h"
#include "validate.h"

enum {
	NXDOMAIN = 3,
	ZONES_MAX = 32, /* on the way of one answer */
	SERIAL = 4,
};

/* ---- serials ------------------------------------------------------------- */

static bool
serial_of(const struct message *m, const uint8_t *apex, uint32_t *out)
{
	const struct message_rr *rr = message_next(
	    m, MESSAGE_ANSWER, apex, RRTYPE_SOA, NULL);
	const uint8_t *p;
	size_t n, k;

	if (rr == NULL)
		return false;
	p = rr->rdata;
	if ((n = name_check(p, rr->rdlen)) == 0 ||
	    (k = name_check(p + n, rr->rdlen - n)) == 0 ||
	    rr->rdlen - n - k < SERIAL)
		return false;
	p += n + k;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
	return true;
}

/* Serial number arithmetic (RFC 1982 §3.2). */
static bool
before(uint32_t a, uint32_t b)
{
	return a != b && b - a < (uint32_t)1 << 31;
}

int
cell_serial(const struct plan *p, const struct plan_zone *z,
    struct plan_use *use, uint32_t ask, struct error *e)
{
	struct probe_serial *s = &use->serial;
	struct arena *scratch;
	struct message m;
	unsigned way;
	int rc = 0;

	s->judged = zone_serial(z->zone);
	for (way = 0; rc == 0 && way < PLAN_WAYS; way++) {
		if ((scratch = arena_new()) == NULL)
			return error_memory(e);
		rc = plan_message(p, ask, way, scratch, &m, e);
		if (rc == 1)
			rc = m.rcode == 0 && serial_of(&m, z->apex, &s->serial);
		arena_free(scratch);
	}
	if (rc < 0)
		return -1;
	s->known = rc == 1;
	s->before = s->known && before(s->serial, s->judged);
	s->after = s->known && s->serial != s->judged && !s->before;
	return 0;
}

/* ---- one answer ---------------------------------------------------------- */

struct verdict {
	enum probe_authenticity authentic;
	const char *why;
	bool ahead;
};

struct look {
	struct plan *p;
	const struct probe_row *row;
	const struct probe_cell *cell;
	const struct plan_zone *z;
	const struct plan_use *use;
	bool resolver;
	struct trust zone[ZONES_MAX];
	size_t nzones;
	struct error *e;
};

static struct plan_use *
use_of(struct plan_zone *z, uint32_t server)
{
	size_t i;

	for (i = 0; i < z->nuses; i++)
		if (z->use[i].server == server)
			return &z->use[i];
	return NULL;
}

/* The zone as this server gives it; one that it does not serve is a border. */
static int
add_trust(struct look *l, struct plan_zone *z)
{
	struct plan_use *use = use_of(z, l->cell->server);
	struct trust *t;
	size_t i;

	for (i = 0; i < l->nzones; i++)
		if (name_equal(l->zone[i].apex, z->apex))
			return 0;
	if (l->nzones == ZONES_MAX)
		return error_set(l->e, ERROR_SYSTEM,
		    "an answer goes through more than %d zones", ZONES_MAX);
	t = &l->zone[l->nzones++];
	memset(t, 0, sizeof(*t));
	t->apex = z->apex;
	t->why = "the server does not serve that zone";
	if (use == NULL)
		return 0;
	if (chain_trust(l->p, z, use, l->e) != 0)
		return -1;
	*t = use->trust;
	return 0;
}

static int
add_trusts(struct look *l)
{
	const struct resolve_answer *x = l->row->expected;
	uint32_t entry, *at;
	size_t i;

	if (add_trust(l, plan_zone_at(l->p, l->row->zone)) != 0)
		return -1;
	for (i = 0; i < x->nsteps; i++) {
		entry = x->step[i].entry;
		if (x->step[i].zone == NULL)
			continue;
		at = hash_table_find(l->p->zones, &entry, sizeof(entry));
		if (at != NULL && add_trust(l, plan_zone_at(l->p, *at)) != 0)
			return -1;
	}
	return 0;
}

static bool
is_signed(const struct message *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->rr[i].type == RRTYPE_RRSIG &&
		    m->rr[i].section != MESSAGE_ADDITIONAL)
			return true;
	return false;
}

/* The data are as judged: what do the signatures say? */
static void
of_trust(const struct look *l, const struct message *m,
    const struct validated *v, struct verdict *out)
{
	out->why = v->why;
	switch (v->state) {
	case TRUST_SECURE:
		out->authentic = PROBE_SECURE;
		if (v->outside)
			out->why = "the rest of the answer is not in this "
				   "repository";
		break;
	case TRUST_INSECURE:
		out->authentic = PROBE_INSECURE;
		break;
	case TRUST_BOGUS:
		out->authentic = PROBE_BOGUS;
		break;
	case TRUST_UNCHECKED:
		out->authentic = PROBE_UNCHECKED;
		if (l->z->must_be_signed && !is_signed(m)) {
			out->authentic = PROBE_INSECURE;
			out->why = "it is not signed, and the policy says "
				   "that the zone is";
		}
		break;
	}
}

/* What a file says must be served as it is; a signer between raises serials. */
static bool
signer_between(const struct plan_zone *z)
{
	return z->policy == NULL ||
	       z->policy->dnssec.mode == POLICY_DNSSEC_TRIAL ||
	       z->policy->dnssec.mode == POLICY_DNSSEC_GATE;
}

static int
of_serial(const struct look *l, struct verdict *out)
{
	const struct probe_serial *s = &l->use->serial;
	bool soa = l->row->protect == NULL;

	if (s->before && (soa || out->authentic == PROBE_DIFFERS)) {
		out->authentic = PROBE_STALE;
		out->why = arena_printf(l->p->arena,
		    "serial %lu, judged was %lu%s", (unsigned long)s->serial,
		    (unsigned long)s->judged,
		    l->resolver ? "; it may be its cache" : "");
	} else if (s->after && out->authentic == PROBE_DIFFERS) {
		out->why = arena_printf(l->p->arena,
		    "%s (serial %lu is after the judged %lu)",
		    out->why == NULL ? "" : out->why, (unsigned long)s->serial,
		    (unsigned long)s->judged);
	} else if (s->after && soa && !signer_between(l->z)) {
		out->authentic = PROBE_DIFFERS;
		out->why = arena_printf(l->p->arena,
		    "serial %lu is after the judged %lu",
		    (unsigned long)s->serial, (unsigned long)s->judged);
	} else {
		out->ahead = s->after;
		return 0;
	}
	return out->why == NULL ? error_memory(l->e) : 0;
}

static int
judge_message(struct look *l, const struct message *m, struct verdict *out)
{
	struct validate_args va = {.m = m,
	    .name = l->row->name,
	    .type = l->row->type,
	    .zone = l->zone,
	    .nzones = l->nzones,
	    .authority = l->resolver ? NULL : l->z->apex,
	    .now = (uint32_t)l->p->args.now};
	struct compare_args ca = {.m = m,
	    .expected = l->row->expected,
	    .authority = l->resolver ? NULL : l->z->zone};
	enum compare_result result;
	struct validated v;
	const char *why = NULL;

	if (validate_answer(&v, &va, l->e) != 0 ||
	    compare_answer(&result, &why, &ca, l->p->arena, l->e) != 0)
		return -1;
	memset(out, 0, sizeof(*out));
	of_trust(l, m, &v, out);
	/* Data nobody signed are no news of the zone. */
	if (out->authentic == PROBE_BOGUS) {
		if (result != COMPARE_DIFFERS || why == NULL)
			return 0;
		out->why = arena_printf(l->p->arena, "%s; %s", out->why, why);
		return out->why == NULL ? error_memory(l->e) : 0;
	}
	if (result == COMPARE_DIFFERS) {
		out->authentic = PROBE_DIFFERS;
		out->why = why;
	} else if (result == COMPARE_UNKNOWN) {
		out->authentic = PROBE_UNCHECKED;
		out->why = why;
	}
	return of_serial(l, out);
}

/* ---- all answers --------------------------------------------------------- */

/* The worst of them is the cell's. */
static bool
worse(enum probe_authenticity a, enum probe_authenticity b)
{
	static const int rank[PROBE_AUTHENTICITIES] = {
	    [PROBE_SECURE] = 0,
	    [PROBE_INSECURE] = 1,
	    [PROBE_UNCHECKED] = 2,
	    [PROBE_STALE] = 3,
	    [PROBE_DIFFERS] = 4,
	    [PROBE_BOGUS] = 5,
	};

	return rank[a] > rank[b];
}

/* The answer that came by WAY. 1 judged, 0 none, -1. */
static int
look_at(struct look *l, struct probe_cell *c, unsigned way, bool first)
{
	struct arena *scratch = arena_new();
	struct verdict v;
	struct message m;
	int rc;

	if (scratch == NULL)
		return error_memory(l->e);
	rc = plan_message(l->p, c->ask, way, scratch, &m, l->e);
	if (rc == 0 && way < PROBE_WAYS &&
	    c->available[way] == PROBE_ANSWERED) {
		c->available[way] = PROBE_BROKEN;
		c->why_available[way] = "the message cannot be read";
	}
	if (rc == 1 && way < PROBE_WAYS && c->available[way] != PROBE_ANSWERED)
		rc = 0; /* REFUSED and the like say nothing of the data */
	if (rc == 1 && m.rcode != 0 && m.rcode != NXDOMAIN)
		rc = 0;
	if (rc == 1 && (rc = judge_message(l, &m, &v)) == 0) {
		rc = 1;
		if (first || worse(v.authentic, c->authentic)) {
			c->authentic = v.authentic;
			c->why = v.why;
			c->ahead = v.ahead;
		}
	}
	arena_free(scratch);
	return rc;
}

static void
settle(const struct look *l, struct probe_cell *c)
{
	c->accepted = c->authentic == PROBE_INSECURE && !l->z->must_be_signed &&
		      (l->row->protect == NULL ||
			  !l->row->protect->require.is_signed);
}

int
cell_authenticity(struct plan *p, const struct probe_row *row,
    struct probe_cell *c, struct error *e)
{
	struct plan_zone *z = plan_zone_at(p, row->zone);
	struct look look = {.p = p,
	    .row = row,
	    .cell = c,
	    .z = z,
	    .use = use_of(z, c->server),
	    .resolver = plan_server_at(p, c->server)->resolver,
	    .e = e};
	struct look *l = &look;
	bool found = false;
	unsigned way;
	int rc;

	if (add_trusts(l) != 0)
		return -1;
	for (way = 0; way < PROBE_WAYS; way++) {
		if ((rc = look_at(l, c, way, !found)) < 0)
			return -1;
		found |= rc == 1;
	}
	/* What a validating resolver holds back, it gives with CD. */
	if (!found && look_at(l, c, PLAN_SPARE, true) < 0)
		return -1;
	settle(l, c);
	return 0;
}
