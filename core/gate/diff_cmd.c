/* zonegate diff: what changes between two zone files. */
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "diff_answers.h"
#include "single.h"
#include "supervise.h"

struct diff_run {
	const struct gate_diff *args;
	struct single old, new;
	struct zone *zone_old, *zone_new;
	struct policy *policy;
	struct judgement j;
	struct diff *diff;
};

static int
load_side(struct diff_run *d, struct single *s, struct zone **z,
    const struct gate_options *o, const char *name, struct error *e)
{
	struct findings fs;
	int rc;

	findings_init(&fs, d->j.arena);
	rc = single_open(s, o, name, d->args->zone, e);
	if (rc == 0)
		rc = single_load(z, s, d->policy, &fs, e);
	/* What is only unusual in one of them is not the question here. */
	if (rc == 0 && (*z)->broken) {
		rules_settle(d->policy, gate_now(o), &fs, 0);
		findings_append(&d->j.findings, &fs);
	}
	findings_free(&fs);
	return rc;
}

static int
same_zone(const struct diff_run *d, struct error *e)
{
	char a[NAME_MAX_TEXT], b[NAME_MAX_TEXT];

	if (name_equal(d->old.apex, d->new.apex))
		return 0;
	name_to_text(a, d->old.apex);
	name_to_text(b, d->new.apex);
	error_set(e, ERROR_USAGE, "two zones: %s and %s", a, b);
	return error_hint(e, "say which zone both files hold: --zone NAME");
}

/* Let the presentation of a check show this pair. */
static int
show(struct diff_run *d, const struct gate_options *o, struct error *e)
{
	struct judge_pair pair = {.options = o, .policy = d->policy};
	struct evidence ev = {.policy = d->policy};
	struct judge_run run = {
	    .pair = &pair, .j = &d->j, .zones = VEC_INIT(struct judged_zone)};
	struct judged_zone *jz = vec_add(&run.zones);
	char apex[NAME_MAX_TEXT];
	int rc;

	if (jz == NULL)
		return error_memory(e);
	name_to_text(apex, d->new.apex);
	jz->diff = d->diff;
	jz->ev.apex = d->new.apex;
	jz->ev.apex_text = findings_text(&d->j.findings, "%s", apex);
	jz->ev.view = "";
	jz->ev.file = d->new.name;
	jz->ev.old = d->zone_old;
	jz->ev.new = d->zone_new;
	jz->ev.status = d->diff->content_changed || d->diff->soa_changed
			    ? STATUS_CHANGED
			    : STATUS_UNCHANGED;
	rc = present(&run, &ev, e);
	vec_free(&run.zones);
	return rc;
}

static int
compare(struct diff_run *d, const struct gate_options *o, struct error *e)
{
	d->j.begun++;
	if (load_side(d, &d->old, &d->zone_old, o, d->args->old, e) != 0 ||
	    load_side(d, &d->new, &d->zone_new, o, d->args->new, e) != 0 ||
	    same_zone(d, e) != 0)
		return -1;
	d->j.records = (uint64_t)d->zone_old->nrrs + d->zone_new->nrrs;
	/* Half a zone cannot be compared; findings say what is wrong. */
	if (d->zone_old->broken || d->zone_new->broken) {
		d->j.completed += d->j.findings.n > 0;
		return 0;
	}
	if (diff_zones(&d->diff, d->zone_old, d->zone_new, e) != 0 ||
	    show(d, o, e) != 0)
		return -1;
	if (d->args->answers &&
	    diff_answers(&d->j, d->diff, &d->zone_old, &d->zone_new, e) != 0)
		return -1;
	d->j.completed++;
	return 0;
}

static int
run(struct diff_run *d, const struct gate_options *o, struct text *out,
    struct error *e)
{
	static const char *const nothing[] = {"no record differs", NULL};
	struct report rep = {.command = "diff"};
	double started = gate_clock();
	int rc;

	if (judgement_init(&d->j, e) != 0)
		return print_undecided(o, "diff", e, out);
	rc = single_policy(&d->policy, o, &d->j.findings, e);
	if (rc == 1)
		return gate_fail_policy(o, "diff", &d->j.findings, out);
	if (rc != 0 || gate_confine(e) != 0 || compare(d, o, e) != 0)
		return print_undecided(o, "diff", e, out);
	rep.subject = findings_text(
	    &d->j.findings, "%s -> %s", d->args->old, d->args->new);
	gate_fill(&rep, &d->j, o);
	if (d->diff != NULL && rep.nchanges == 0)
		rep.note = nothing;
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct diff_run d = {.args = ctx};
	struct error e = {0};
	int status;

	(void)err;
	status = run(&d, o, out, &e);
	diff_free(d.diff);
	zone_free(d.zone_old);
	zone_free(d.zone_new);
	single_close(&d.old);
	single_close(&d.new);
	policy_free(d.policy);
	judgement_free(&d.j);
	return status;
}

int
gate_diff(const struct gate_options *o, const struct gate_diff *args)
{
	struct gate_diff copy = *args;

	return gate_supervise(o, job, &copy);
}
