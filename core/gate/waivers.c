/* The waivers of the policy, for the report. */
#include <string.h>

#include "../dns/name.h"
#include "judge.h"

static const char *
text_of(struct findings *fs, const uint8_t *name)
{
	char text[NAME_MAX_TEXT];

	if (name == NULL)
		return NULL;
	name_to_text(text, name);
	return findings_text(fs, "%s", text);
}

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* The entry of the report like W: refs of one push share a policy. */
static struct report_waiver *
known(struct judgement *j, const struct report_waiver *w)
{
	struct report_waiver *all = j->waivers.item;
	size_t i;

	for (i = 0; i < j->waivers.n; i++)
		if (same(all[i].rule, w->rule) && same(all[i].zone, w->zone) &&
		    same(all[i].name, w->name) && same(all[i].view, w->view) &&
		    same(all[i].until, w->until))
			return &all[i];
	return NULL;
}

static bool
is_used(const struct judge_run *r, const struct policy_waiver *w)
{
	size_t i;

	for (i = 0; i < r->fs.n; i++)
		if (r->fs.item[i].waived &&
		    policy_waiver_find(r->pair->policy, &r->fs.item[i],
			r->pair->now, NULL) == w)
			return true;
	return false;
}

int
judge_waivers(struct judge_run *r, struct error *e)
{
	const struct policy *p = r->pair->policy;
	struct findings *fs = &r->j->findings;
	const struct policy_waiver *w;
	struct report_waiver one, *at;
	size_t i;

	for (i = 0; i < p->nwaivers; i++) {
		w = &p->waiver[i];
		one = (struct report_waiver){
		    .rule = findings_text(fs, "%s", w->rule),
		    .zone = text_of(fs, w->zone),
		    .name = text_of(fs, w->name),
		    .view = w->view == NULL ? NULL
					    : findings_text(fs, "%s", w->view),
		    .until = findings_text(fs, "%s", w->until),
		    .owner = findings_text(fs, "%s", w->owner),
		    .reason = findings_text(fs, "%s", w->reason),
		    .expired = w->until_time < r->pair->now,
		};
		if (!one.expired)
			one.days = (uint32_t)((w->until_time - r->pair->now) /
					      86400);
		if ((at = known(r->j, &one)) == NULL) {
			if ((at = vec_add(&r->j->waivers)) == NULL)
				return error_memory(e);
			*at = one;
		}
		at->used |= is_used(r, w);
	}
	return 0;
}
