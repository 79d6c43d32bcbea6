#include "common.h"

#include <string.h>
#include <time.h>

int64_t
gate_now(const struct gate_options *o)
{
	return o->at != 0 ? o->at : (int64_t)time(NULL);
}

double
gate_clock(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return 0;
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
gate_print(const struct gate_options *o, struct report *rep, struct text *out)
{
	print_report(o, rep, out);
	if (rep->verdict == REPORT_ERROR)
		return rep->error != NULL && rep->error->code == ERROR_USAGE
			   ? 2
			   : 3;
	return judge_status(rep->verdict);
}

int
gate_fail_policy(const struct gate_options *o, const char *command,
    const struct findings *faults, struct text *out)
{
	struct error e = {0};
	struct report rep = {.verdict = REPORT_ERROR,
	    .command = command,
	    .findings = faults,
	    .error = &e};

	error_set(&e, ERROR_USAGE, "the policy has %zu fault%s", faults->n,
	    faults->n == 1 ? "" : "s");
	error_hint(&e, "check it with 'zonegate policy lint FILE'");
	return gate_print(o, &rep, out);
}

void
gate_fill(struct report *rep, struct judgement *j, const struct gate_options *o)
{
	rep->zone = j->zones.item;
	rep->nzones = j->zones.n;
	rep->change = j->changes.item;
	rep->nchanges = j->changes.n;
	rep->changes_total = j->changes_total;
	rep->answer = j->answers.item;
	rep->nanswers = j->answers.n;
	rep->check = j->checks.item;
	rep->nchecks = j->checks.n;
	rep->target = j->targets.item;
	rep->ntargets = j->targets.n;
	rep->findings = &j->findings;
	rep->lane = j->classified ? lane_text(j->lanes) : NULL;
	rep->waiver = j->waivers.item;
	rep->nwaivers = j->waivers.n;
	rep->cache_seconds = j->cache_seconds;
	rep->records = j->records;
	rep->signatures = j->signatures;
	rep->cache = j->memo != NULL ? &j->cache : NULL;
	if (j->notes.n != 0) {
		if (vec_add(&j->notes) == NULL) /* the NULL at its end */
			j->findings.lost = true;
		else
			rep->note = j->notes.item;
	}
	rep->verdict = judge_verdict(j, o);
}
