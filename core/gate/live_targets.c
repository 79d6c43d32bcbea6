/* Which failover targets a change brings in, and what they say. */
#include <stdio.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/target_keep.h"
#include "../resolve/targets.h"
#include "live.h"

/* Types whose addresses clients of health.url or health.tcp connect to. */
static bool
leads_to_service(uint16_t type)
{
	return type == RRTYPE_A || type == RRTYPE_AAAA ||
	       type == RRTYPE_HTTPS || type == RRTYPE_SVCB;
}

/* What is gathered for one answer. */
struct side {
	const struct targets *targets; /* NULL: none, or nobody can say */
	const struct zone *tlsa_zone;
	const struct zone_rrset *tlsa; /* NULL: none published */
};

struct gather {
	struct judge_run *r;
	struct live_keeper *keeper;
	struct vec jobs; /* struct target_job, one for each of r->targets */
	struct error *e;
};

/* ---- TLSA ----------------------------------------------------------------
 */

/* TLSA records of _PORT._tcp.BASE; none is no fault. */
static void
find_tlsa(struct gather *g, struct zoneset *set, const char *view,
    const uint8_t *base, uint16_t port, struct side *s)
{
	struct resolve_answer *a;
	struct error ignored = {0};
	uint8_t prefix[NAME_MAX_LEN], owner[NAME_MAX_LEN];
	char text[16];
	int len = snprintf(text, sizeof(text), "_%u._tcp", port);

	if (name_from_text(prefix, text, (size_t)len, NULL, NULL) == 0 ||
	    name_join(owner, prefix, base) == 0 ||
	    resolve(&a, set, g->r->pair->policy, view, owner, RRTYPE_TLSA,
		g->r->j->arena, &ignored) != 0 ||
	    a->outcome != RESOLVE_ANSWER)
		return;
	s->tlsa = a->rrset;
	s->tlsa_zone = a->zone;
}

/* Of the name at the end of the aliases, else of the name itself (RFC 7671 §7).
 */
static void
look_at_side(struct gather *g, struct snapshot *snap,
    const struct resolve_answer *a, uint16_t port, struct side *s)
{
	struct error ignored = {0};
	struct targets *t = NULL;

	*s = (struct side){0};
	if (snap == NULL || a == NULL)
		return;
	/* What cannot be followed is a finding of the failover rules. */
	if (targets_of_answer(&t, snap->set, g->r->pair->policy, a,
		g->r->j->arena, &ignored) == 0)
		s->targets = t;
	if (a->final != NULL)
		find_tlsa(g, snap->set, a->view, a->final, port, s);
	if (s->tlsa == NULL)
		find_tlsa(g, snap->set, a->view, a->qname, port, s);
}

static bool
same_tlsa(const struct side *a, const struct side *b)
{
	if (a->tlsa == NULL || b->tlsa == NULL)
		return a->tlsa == b->tlsa;
	return zone_rrset_same(a->tlsa_zone, a->tlsa, b->tlsa_zone, b->tlsa);
}

static int
set_tlsa(struct gather *g, struct target_job *job, const struct side *s)
{
	const struct zone_rr *rr;
	struct target_tlsa *tlsa;
	uint32_t i;

	if (s->tlsa == NULL)
		return 0;
	tlsa = arena_calloc(g->r->j->arena, s->tlsa->count, sizeof(*tlsa));
	if (tlsa == NULL)
		return error_memory(g->e);
	for (i = 0; i < s->tlsa->count; i++) {
		rr = &s->tlsa_zone->rr[s->tlsa->rr + i];
		tlsa[i].rdata = zone_rr_data(s->tlsa_zone, rr);
		tlsa[i].len = rr->rdlen;
	}
	job->tlsa = tlsa;
	job->ntlsas = s->tlsa->count;
	return 0;
}

/* ---- targets --------------------------------------------------------------
 */

static bool
was_there(const struct side *old, const struct target_address *a)
{
	size_t i;

	for (i = 0; old->targets != NULL && i < old->targets->naddresses; i++)
		if (old->targets->address[i].len == a->len &&
		    memcmp(old->targets->address[i].addr, a->addr, a->len) == 0)
			return true;
	return false;
}

static bool
is_asked(const struct gather *g, const struct evidence_answer *ea,
    const struct target_address *a, bool tcp)
{
	const struct evidence_target *t = g->r->targets.item;
	size_t i;

	for (i = 0; i < g->r->targets.n; i++)
		if (t[i].protect == ea->protect && t[i].tcp == tcp &&
		    t[i].view == ea->view && t[i].len == a->len &&
		    memcmp(t[i].addr, a->addr, a->len) == 0)
			return true;
	return false;
}

static int
add(struct gather *g, const struct evidence_answer *ea,
    const struct target_address *a, const struct side *s, bool tcp, bool tls)
{
	struct evidence_target *t = vec_add(&g->r->targets);
	struct target_job *job = vec_add(&g->jobs);

	if (t == NULL || job == NULL)
		return error_memory(g->e);
	t->protect = job->protect = ea->protect;
	t->len = job->len = a->len;
	t->tcp = job->tcp = tcp;
	memcpy(t->addr, a->addr, sizeof(t->addr));
	memcpy(job->addr, a->addr, sizeof(job->addr));
	t->view = ea->view;
	t->proof_expected = tls;
	t->zone = a->zone;
	t->rr = a->rr;
	return set_tlsa(g, job, s);
}

/* One answer, by one of the two questions. */
static int
gather_by(struct gather *g, const struct evidence_answer *ea, bool tcp)
{
	const struct judge_pair *pair = g->r->pair;
	const struct target_address *a;
	struct side old, new;
	const char *why;
	uint16_t port;
	size_t i;
	bool tls, again;

	if ((tcp ? ea->protect->health.tcp == 0
		 : ea->protect->health.url == NULL))
		return 0;
	/* A URL that cannot be asked: the target says so itself. */
	(void)target_port(ea->protect, tcp, &port, &tls, &why);
	look_at_side(g, pair->new, ea->new, port, &new);
	look_at_side(g, pair->old, ea->old, port, &old);
	/* Another TLSA asks all of them to prove it. */
	again = !same_tlsa(&old, &new);
	for (i = 0; new.targets != NULL &&i < new.targets->naddresses; i++) {
		a = &new.targets->address[i];
		/* What no list allows blocks anyway and is never asked. */
		if ((!again && was_there(&old, a)) || is_asked(g, ea, a, tcp) ||
		    policy_allows_address(ea->protect, a->addr, a->len) == NULL)
			continue;
		if (add(g, ea, a, &new, tcp, tls) != 0)
			return -1;
	}
	return 0;
}

/*
 * Where there is nothing to compare with, the standby is asked, too: addresses
 * that a list names one by one, whether a zone does or not.
 */
static int
gather_list(struct gather *g, const struct evidence_answer *ea, bool tcp)
{
	const struct policy_protected *p = ea->protect;
	struct target_address a = {0};
	const struct policy_net *net;
	struct side s;
	const char *why;
	uint16_t port;
	size_t i, k;
	bool tls;

	if (tcp ? p->health.tcp == 0 : p->health.url == NULL)
		return 0;
	(void)target_port(p, tcp, &port, &tls, &why);
	look_at_side(g, g->r->pair->new, ea->new, port, &s);
	for (i = 0; i < p->ntargets; i++)
		for (k = 0; k < p->target[i]->nnets; k++) {
			net = &p->target[i]->net[k];
			a.len = net->len;
			memcpy(a.addr, net->addr, sizeof(a.addr));
			if (net->prefix == net->len * 8 &&
			    !is_asked(g, ea, &a, tcp) &&
			    add(g, ea, &a, &s, tcp, tls) != 0)
				return -1;
		}
	return 0;
}

static int
gather_answer(struct gather *g, const struct evidence_answer *ea)
{
	if (gather_by(g, ea, false) != 0 || gather_by(g, ea, true) != 0)
		return -1;
	if (g->r->pair->old != NULL)
		return 0;
	return gather_list(g, ea, false) != 0 || gather_list(g, ea, true) != 0
		   ? -1
		   : 0;
}

static int
ask(struct gather *g)
{
	struct evidence_target *t = g->r->targets.item;
	struct target_result *result;
	size_t i, n = g->r->targets.n;

	if (n == 0)
		return 0;
	result = arena_calloc(g->r->j->arena, n, sizeof(*result));
	if (result == NULL)
		return error_memory(g->e);
	if (target_ask(g->keeper, g->r->pair->policy, result, g->jobs.item, n,
		g->r->pair->now, g->r->j->arena, g->e) != 0)
		return -1;
	for (i = 0; i < n; i++)
		t[i].result = result[i];
	return 0;
}

int
live_targets(struct judge_run *r, struct live_keeper *keeper, struct error *e)
{
	struct gather g = {.r = r,
	    .keeper = keeper,
	    .jobs = VEC_INIT(struct target_job),
	    .e = e};
	const struct evidence_answer *ea = r->answers.item;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < r->answers.n; i++)
		if (leads_to_service(ea[i].type))
			rc = gather_answer(&g, &ea[i]);
	if (rc == 0)
		rc = ask(&g);
	vec_free(&g.jobs);
	return rc;
}

/* ---- without a change ---------------------------------------------------- */

static void
keep_only(struct vec *answers, const uint8_t *const *only, size_t n)
{
	struct evidence_answer *a = answers->item;
	size_t i, k, kept = 0;

	for (i = 0; n > 0 && i < answers->n; i++) {
		for (k = 0; k < n; k++)
			if (name_equal(a[i].protect->name, only[k]))
				break;
		if (k < n)
			a[kept++] = a[i];
	}
	if (n > 0)
		answers->n = kept;
}

int
live_targets_all(struct vec *out, struct judgement *j,
    const struct judge_pair *pair, struct live_keeper *keeper,
    const uint8_t *const *only, size_t n, struct error *e)
{
	struct judge_run r = {.pair = pair,
	    .j = j,
	    .answers = VEC_INIT(struct evidence_answer),
	    .targets = VEC_INIT(struct evidence_target)};
	int rc;

	if ((rc = judge_answers(&r, e)) == 0) {
		keep_only(&r.answers, only, n);
		rc = live_targets(&r, keeper, e);
	}
	if (rc == 0)
		rc = live_present(j, &r, e);
	vec_free(&r.answers);
	*out = r.targets;
	return rc;
}
