/* The list of a review: what was checked, and how it came out. */
#include <string.h>

#include "judge.h"

static const struct {
	const char *group; /* rule ids begin with it */
	const char *what;
} groups[] = {
    {"syntax-", "syntax"},
    {"zone-", "structure and delegation"},
    {"view-", "views"},
};

static bool
in_group(const char *rule, const char *group)
{
	return strncmp(rule, group, strlen(group)) == 0;
}

/* "ok", "warn" or "fail" by the worst finding of GROUP that is not waived. */
static const char *
state_of(const struct judgement *j, const char *group)
{
	const struct finding *f;
	const char *state = "ok";
	size_t i;

	for (i = 0; i < j->findings.n; i++) {
		f = &j->findings.item[i];
		if (f->waived || !in_group(f->rule, group))
			continue;
		if (f->severity == SEVERITY_ERROR)
			return "fail";
		if (f->severity == SEVERITY_WARNING)
			state = "warn";
	}
	return state;
}

static unsigned
rules_in(const char *group)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < rules_count; i++)
		if (in_group(rules_all[i]->id, group) && !rules_all[i]->planned)
			n++;
	return n;
}

static int
add(struct judgement *j, const char *state, const char *what,
    const char *result)
{
	struct report_check *c = vec_add(&j->checks);

	if (c == NULL)
		return -1;
	c->state = state;
	c->what = what;
	c->result = result;
	return 0;
}

/* One line for all zones that were signed or validated. */
static int
add_dnssec(struct judgement *j)
{
	const struct report_zone *z = j->zones.item;
	const char *mode = NULL, *algorithms = NULL;
	unsigned long signed_sets = 0, verified = 0;
	size_t i;

	for (i = 0; i < j->zones.n; i++) {
		if (!z[i].validated)
			continue;
		mode = z[i].dnssec_mode;
		algorithms = z[i].algorithms;
		signed_sets += z[i].rrsets;
		verified += z[i].verified;
	}
	if (mode == NULL)
		return add(j, "skip", "DNSSEC", "no zone to validate");
	return add(j, state_of(j, "dnssec-"),
	    findings_text(&j->findings, "%s (%s)",
		strcmp(mode, "presigned") == 0 ? "signatures as committed"
					       : "trial signing",
		algorithms == NULL ? "no algorithm" : algorithms),
	    findings_text(&j->findings, "%lu RRsets, %lu verified", signed_sets,
		verified));
}

static int
add_answers(struct judgement *j)
{
	if (j->answers.n == 0)
		return add(
		    j, "skip", "failover targets", "no protected name here");
	return add(j, state_of(j, "failover-"), "failover targets",
	    findings_text(&j->findings, "%zu answer%s judged", j->answers.n,
		j->answers.n == 1 ? "" : "s"));
}

int
judge_checks(struct judgement *j)
{
	size_t i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (add(j, state_of(j, groups[i].group), groups[i].what,
			findings_text(&j->findings, "%u rules",
			    rules_in(groups[i].group))) != 0)
			return -1;
	return add_dnssec(j) != 0 || add_answers(j) != 0 ? -1 : 0;
}
