/* Names nobody edited that answer differently now. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../resolve/collateral.h"
#include "judge.h"

/* More than this are counted, not told one by one. */
#define TOLD_MAX 50

/* The record that a finding points to, in the zone it stands in. */
static void
place_of(struct judge_run *r, const struct collateral_item *it, struct place *p)
{
	const struct diff_change *c = it->change;
	const struct diff *d = it->zone->diff;

	if (c == NULL)
		return;
	if (c->new != NULL && d->new != NULL)
		zone_place(d->new, &d->new->rr[c->new->rr], &r->fs, p);
	else if (c->old != NULL && d->old != NULL)
		zone_place(d->old, &d->old->rr[c->old->rr], &r->fs, p);
}

/* "answer before, nxdomain now", or that only the records differ. */
static const char *
difference(struct judge_run *r, const struct collateral_item *it)
{
	const char *before = it->before == NULL
				 ? "nothing"
				 : resolve_outcome_text(it->before->outcome);
	const char *after = it->after == NULL
				? "nothing"
				: resolve_outcome_text(it->after->outcome);

	if (strcmp(before, after) == 0)
		return "with other records";
	return findings_text(&r->fs, "%s before, %s now", before, after);
}

static void
tell(struct judge_run *r, const struct collateral_item *it)
{
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT], zone[NAME_MAX_TEXT];
	struct finding *f;

	name_to_text(name, it->name);
	rrtype_to_text(type, it->type);
	f = findings_add(&r->fs, "answer-collateral",
	    "%s %s was not edited and answers differently: %s", name, type,
	    difference(r, it));
	f->name = findings_text(&r->fs, "%s", name);
	f->type = findings_text(&r->fs, "%s", type);
	f->view = it->view[0] == '\0' ? NULL : it->view;
	if (it->zone->diff->new != NULL || it->zone->diff->old != NULL) {
		name_to_text(zone, it->zone->diff->new != NULL
				       ? it->zone->diff->new->apex
				       : it->zone->diff->old->apex);
		f->zone = findings_text(&r->fs, "%s", zone);
	}
	f->help = "check that these answers are meant to change too";
	place_of(r, it, &f->place);
}

static void
tell_rest(struct judge_run *r, size_t more)
{
	struct finding *f;

	f = findings_add(&r->fs, "answer-collateral",
	    "%zu more names that were not edited answer differently", more);
	f->help = "check the ones shown, then look at the change as a whole";
}

static size_t
changed_zones(struct judge_run *r, struct collateral_zone *out)
{
	const struct judged_zone *jz = r->zones.item;
	size_t i, n = 0;

	for (i = 0; i < r->zones.n; i++) {
		if (jz[i].diff == NULL)
			continue;
		out[n].view = jz[i].ev.view;
		out[n++].diff = jz[i].diff;
	}
	return n;
}

int
judge_collateral(struct judge_run *r, struct error *e)
{
	struct collateral_args args = {.policy = r->pair->policy,
	    .new = r->pair->new->set,
	    .limit = TOLD_MAX};
	struct collateral_zone *zone;
	struct error why = {0};
	size_t i;
	int rc;

	/* Broken zones block already, and nothing is known beyond them. */
	if (r->pair->old == NULL || r->zones.n == 0 ||
	    judge_any_broken(r, true))
		return 0;
	args.old = r->pair->old->set;
	zone = arena_calloc(r->j->arena, r->zones.n, sizeof(*zone));
	if (zone == NULL)
		return error_memory(e);
	args.zone = zone;
	args.nzones = changed_zones(r, zone);
	if ((rc = judge_aliases(r, &args.aliases, e)) != 0)
		goto out;
	rc = collateral_find(&r->collateral, &args, r->j->arena, &why);
	if (rc != 0) {
		*e = why;
		goto out;
	}
	for (i = 0; i < r->collateral->n; i++)
		tell(r, &r->collateral->item[i]);
	if (r->collateral->total > r->collateral->n)
		tell_rest(r, r->collateral->total - r->collateral->n);
out:
	alias_index_free(args.aliases);
	return rc;
}
