#include "rules.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "reach.h"
#include "settle.h"

/* Rules that want one type, at most. */
#define LIST_MAX 12

/* Which rules want RRsets of a type: indexes into the table. */
struct dispatch {
	struct {
		uint8_t n;
		uint8_t rule[LIST_MAX];
	} type[RULE_TYPE_LIMIT];
};

/* 0, or -1 when the table asks for more than the lists hold. */
static int
dispatch_build(struct dispatch *d)
{
	const struct rule *rule;
	uint16_t type;
	size_t i, j;

	memset(d, 0, sizeof(*d));
	for (i = 0; i < rules_count; i++) {
		rule = rules_all[i];
		if (rule->rrset == NULL)
			continue;
		for (j = 0; j < RULE_TYPES_MAX; j++) {
			if ((type = rule->rrset_type[j]) == 0)
				break;
			if (i > UINT8_MAX || type >= RULE_TYPE_LIMIT ||
			    d->type[type].n == LIST_MAX)
				return -1;
			d->type[type].rule[d->type[type].n++] = (uint8_t)i;
		}
	}
	return 0;
}

static void
walk_rrsets(
    const struct dispatch *d, struct rule_walk *w, struct rule_quota *quota)
{
	const struct zone *zone = w->zone;
	uint32_t i;
	uint16_t type;
	uint8_t j, r;

	for (i = 0; i < zone->nrrsets; i++) {
		type = zone->rrset[i].type;
		if (type >= RULE_TYPE_LIMIT)
			continue;
		for (j = 0; j < d->type[type].n; j++) {
			r = d->type[type].rule[j];
			w->quota = &quota[r];
			rules_all[r]->rrset(w, &zone->rrset[i]);
		}
	}
}

/* Say what the quotas kept back: silence must not look like an end. */
static void
tell_dropped(const struct rule_walk *w, const struct rule_quota *quota)
{
	struct finding *f;
	size_t i;

	for (i = 0; i < rules_count; i++) {
		if (quota[i].dropped == 0)
			continue;
		f = rule_report_pair(w->out, w->ez, rules_all[i]->id, NULL,
		    NULL, "%zu more like the %zu shown", quota[i].dropped,
		    quota[i].said);
		f->help = "mend the ones shown, then check again";
	}
}

static int
walk_zone(const struct dispatch *d, const struct evidence *ev,
    const struct evidence_zone *ez, struct findings *fs, struct error *e)
{
	struct rule_walk w = {.ev = ev, .ez = ez, .zone = ez->new, .out = fs};
	struct rule_quota *quota = calloc(rules_count, sizeof(*quota));
	size_t i;

	w.memo = rule_memo_new(ez->new);
	if (quota == NULL || w.memo == NULL) {
		free(quota);
		rule_memo_free(w.memo);
		return error_memory(e);
	}
	for (i = 0; i < rules_count; i++) {
		w.quota = &quota[i];
		if (rules_all[i]->zone != NULL)
			rules_all[i]->zone(&w);
	}
	walk_rrsets(d, &w, quota);
	tell_dropped(&w, quota);
	rule_memo_free(w.memo);
	free(quota);
	return 0;
}

static int
run_zones(const struct evidence *ev, struct findings *fs, struct error *e)
{
	const struct evidence_zone *ez;
	struct dispatch *d = malloc(sizeof(*d));
	size_t i, j;
	int rc = 0;

	if (d == NULL)
		return error_memory(e);
	if (dispatch_build(d) != 0)
		rc = error_set(e, ERROR_SYSTEM,
		    "internal: more rules for one type than the table holds");
	for (i = 0; rc == 0 && i < ev->nzones; i++) {
		ez = &ev->zone[i];
		for (j = 0; j < rules_count; j++)
			if (rules_all[j]->pair != NULL)
				rules_all[j]->pair(ev, ez, fs);
		if (ez->new != NULL && !ez->new->broken)
			rc = walk_zone(d, ev, ez, fs, e);
	}
	free(d);
	return rc;
}

static void
run_others(const struct evidence *ev, struct findings *fs)
{
	size_t i, j;

	for (i = 0; i < rules_count; i++) {
		if (rules_all[i]->answer != NULL)
			for (j = 0; j < ev->nanswers; j++)
				rules_all[i]->answer(ev, &ev->answer[j], fs);
		if (rules_all[i]->run != NULL)
			rules_all[i]->run(ev, fs);
	}
}

int
rules_run(const struct evidence *ev, struct findings *fs, struct error *e)
{
	if (run_zones(ev, fs, e) != 0)
		return -1;
	run_others(ev, fs);
	settle_complete(ev, fs);
	rules_settle(ev->policy, ev->now, fs, 0);
	settle_expired(ev, fs);
	settle_unused(ev, fs);
	settle_doubt(ev, fs);
	settle_order(fs);
	if (fs->lost)
		return error_memory(e);
	return 0;
}
