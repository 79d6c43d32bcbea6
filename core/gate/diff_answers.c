#include "diff_answers.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "../source/source.h"

/* A report is for reading: more answers than this are not listed. */
#define ANSWERS_MAX 1000

struct pair {
	struct judgement *j;
	const struct diff *diff;
	const uint8_t *apex;
	struct source *empty;
	struct zoneset *old, *new;
	struct arena *arena; /* of the answers of one name */
};

static int
make_set(struct zoneset **out, struct pair *p, struct zone **z, struct error *e)
{
	struct zoneset *set = zoneset_new(p->empty, ZONE_DIALECT_COMMON, NULL);

	*out = set;
	if (set == NULL ||
	    zoneset_add(set, p->apex, "", "zone", NULL, NULL) != 0)
		return error_memory(e);
	zoneset_put(set, 0, *z);
	*z = NULL;
	return 0;
}

static bool
edited(const struct diff *d, const uint8_t *name, uint16_t type)
{
	size_t lo = 0, hi = d->n, mid;
	int c;

	/* Changes stand in canonical order of their names. */
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = name_compare(d->change[mid].name, name);
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < d->n && name_equal(d->change[lo].name, name); lo++)
		if (d->change[lo].type == type ||
		    d->change[lo].type == RRTYPE_CNAME)
			return true;
	return false;
}

static void
fill_side(struct judgement *j, const struct resolve_answer *a,
    struct report_answer_side *side)
{
	struct text t = TEXT_INIT;
	const char **list;
	uint32_t i;

	side->outcome = resolve_outcome_text(a->outcome);
	side->ttl = a->ttl;
	resolve_chain_text(a, &t);
	if (t.data != NULL)
		side->chain = findings_text(&j->findings, "%s", t.data);
	if (a->rrset != NULL) {
		list = arena_calloc(
		    j->arena, (size_t)a->rrset->count + 1, sizeof(*list));
		for (i = 0; list != NULL && i < a->rrset->count; i++) {
			const struct zone_rr *rr =
			    &a->zone->rr[a->rrset->rr + i];

			text_clear(&t);
			rdata_to_text(
			    &t, rr->type, zone_rr_data(a->zone, rr), rr->rdlen);
			list[i] = findings_text(
			    &j->findings, "%s", t.data == NULL ? "" : t.data);
		}
		side->targets = list;
		j->findings.lost |= list == NULL;
	}
	j->findings.lost |= text_lost(&t);
	text_free(&t);
}

static int
compare(struct pair *p, const uint8_t *name, uint16_t type, struct error *e)
{
	struct resolve_answer *old, *new;
	char buf[NAME_MAX_TEXT], tbuf[RRTYPE_MAX_TEXT];
	struct report_answer *ra;

	if (resolve(&old, p->old, NULL, "", name, type, p->arena, e) != 0 ||
	    resolve(&new, p->new, NULL, "", name, type, p->arena, e) != 0)
		return -1;
	if (resolve_same(old, new) || p->j->answers.n >= ANSWERS_MAX)
		return 0;
	if ((ra = vec_add(&p->j->answers)) == NULL)
		return error_memory(e);
	name_to_text(buf, name);
	ra->name = findings_text(&p->j->findings, "%s", buf);
	ra->type = findings_text(
	    &p->j->findings, "%s", rrtype_to_text(tbuf, type));
	ra->view = "";
	ra->collateral = !edited(p->diff, name, type);
	fill_side(p->j, old, &ra->before);
	fill_side(p->j, new, &ra->after);
	return p->j->findings.lost ? error_memory(e) : 0;
}

static bool
asked_for(uint16_t type)
{
	return type != RRTYPE_RRSIG && type != RRTYPE_NSEC &&
	       type != RRTYPE_NSEC3 && type != RRTYPE_SOA;
}

/* Every type of owner I of Z; those that OTHER has too only once. */
static int
owner(struct pair *p, const struct zone *z, uint32_t i,
    const struct zone *other, struct error *e)
{
	const struct zone_owner *o = &z->owner[i];
	const struct zone_rrset *s;
	uint32_t k;
	int rc = 0;

	if ((p->arena = arena_new()) == NULL)
		return error_memory(e);
	for (k = 0; rc == 0 && k < o->nrrsets; k++) {
		s = &z->rrset[o->rrset + k];
		if (!asked_for(s->type) ||
		    (other != NULL &&
			zone_find_rrset(other, o->name, s->type) != NULL))
			continue;
		rc = compare(p, o->name, s->type, e);
	}
	arena_free(p->arena);
	p->arena = NULL;
	return rc;
}

int
diff_answers(struct judgement *j, const struct diff *d, struct zone **old,
    struct zone **new, struct error *e)
{
	struct pair p = {.j = j, .diff = d, .apex = (*new)->apex};
	uint32_t i;
	int rc = -1;

	if (source_open_empty(&p.empty, e) != 0 ||
	    make_set(&p.old, &p, old, e) != 0 ||
	    make_set(&p.new, &p, new, e) != 0)
		goto out;
	rc = 0;
	for (i = 0; rc == 0 && i < d->old->nowners; i++)
		rc = owner(&p, d->old, i, NULL, e);
	for (i = 0; rc == 0 && i < d->new->nowners; i++)
		rc = owner(&p, d->new, i, d->old, e);
out:
	zoneset_free(p.old);
	zoneset_free(p.new);
	source_free(p.empty);
	return rc;
}
