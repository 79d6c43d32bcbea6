/* An empty zone has an SOA, too: a new server must know more than that. */
#include "live_servers.h"

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/compare.h"

#define PROTECTED_MAX 8
#define ORDINARY_MAX 4

static int
add_sample(
    struct servers *s, struct server *v, const struct resolve_answer *expected)
{
	struct sample *sample = vec_add(&s->sample);

	if (sample == NULL)
		return error_memory(s->e);
	sample->expected = expected;
	v->nsamples++;
	return live_question(s, v, LIVE_ANY, expected->qname, expected->qtype);
}

/* Protected names that this zone answers. */
static int
add_protected(struct servers *s, struct server *v, const struct zone *base)
{
	const struct evidence_answer *a = s->r->answers.item;
	size_t i;

	for (i = 0; i < s->r->answers.n && v->nsamples < PROTECTED_MAX; i++)
		if (a[i].old != NULL && a[i].old->zone == base &&
		    add_sample(s, v, a[i].old) != 0)
			return -1;
	return 0;
}

static bool
is_ordinary(const struct zone *z, const struct zone_rrset *set)
{
	return zone_is_authoritative(z, set) && set->type != RRTYPE_SOA &&
	       !rule_is_signing_type(set->type);
}

/* Some more, from all over the zone. */
static int
add_ordinary(struct servers *s, struct server *v, const struct zone *base)
{
	struct resolve_answer *a;
	struct error ignored = {0};
	uint32_t step = base->nrrsets / (ORDINARY_MAX + 1) + 1, i;
	size_t most = v->nsamples + ORDINARY_MAX;

	for (i = 0; i < base->nrrsets && v->nsamples < most; i += step) {
		const struct zone_rrset *set = &base->rrset[i];

		if (!is_ordinary(base, set))
			continue;
		if (resolve(&a, s->r->pair->old->set, s->r->pair->policy,
			v->jz->ev.view, base->owner[set->owner].name, set->type,
			s->r->j->arena, &ignored) == 0 &&
		    a->zone == base && add_sample(s, v, a) != 0)
			return -1;
	}
	return 0;
}

int
live_put_samples(struct servers *s, struct server *v)
{
	const struct zone *base = live_base(s->r, v->jz);

	v->sample = s->sample.n;
	return add_protected(s, v, base) != 0 || add_ordinary(s, v, base) != 0
		   ? -1
		   : 0;
}

static int
judge_sample(struct servers *s, const struct server *v,
    const struct resolve_answer *expected, const struct live_reply *a)
{
	struct compare_args args = {
	    .expected = expected, .authority = live_base(s->r, v->jz)};
	struct message m;
	enum compare_result result = COMPARE_UNKNOWN;
	const char *why = NULL;
	int rc;

	/* That it is silent now and then, its SOA tells. */
	if (a->outcome != LIVE_ANSWERED && a->outcome != LIVE_TRUNCATED)
		return 0;
	rc = message_parse(&m, a->message, a->len, s->r->j->arena, s->e);
	args.m = &m;
	if (rc == 0)
		rc = compare_answer(&result, &why, &args, s->r->j->arena, s->e);
	if (rc < 0)
		return -1;
	if (rc == 0 && result != COMPARE_DIFFERS)
		return 0;
	live_report(s, v->jz, "live-bad-response", v->zone, v->rr,
	    "the new name server %s does not serve this zone: %s %s: %s",
	    v->label, rule_name(&s->r->fs, expected->qname),
	    rule_type(&s->r->fs, expected->qtype),
	    rc != 0 || why == NULL ? "no DNS message" : why)
	    ->help = "load the zone there first, then name the server";
	return 0;
}

int
live_judge_samples(struct servers *s, const struct server *v)
{
	const struct sample *sample = s->sample.item;
	size_t i;

	for (i = 0; i < v->nsamples; i++)
		if (judge_sample(s, v, sample[v->sample + i].expected,
			&s->reply[v->question + 2 + i]) != 0)
			return -1;
	return 0;
}
