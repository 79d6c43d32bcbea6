/* zonegate drill: what one outage leaves of each protected name. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "drill.h"
#include "snapshot.h"
#include "supervise.h"

struct drill_job {
	const struct gate_drill *args;
	char rev[REPO_HEX];
	struct judgement j;
	struct repo *repo;
	struct trust t;
	struct snapshot *snapshot;
	struct drill *drill;
};

static int
find_revision(struct drill_job *d, struct error *e)
{
	const char *rev = d->args->rev != NULL ? d->args->rev : "HEAD";
	int rc = repo_commit(d->repo, rev, d->rev, e);

	if (rc != 1)
		return rc;
	error_set(e, ERROR_USAGE, "%s is no revision of this repository", rev);
	return error_hint(e, "see 'git log --oneline --all'");
}

static int
open_zones(struct drill_job *d, struct error *e)
{
	struct source_limits limits = source_limits_default;
	struct source *src;

	if (d->t.policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = d->t.policy->limits.zone_bytes;
	if (source_open_git(&src, d->repo, d->rev, &limits, e) != 0)
		return -1;
	return snapshot_open(&d->snapshot, src, d->t.policy, e);
}

static bool
is_protected(const struct policy *p, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < p->nprotects; i++)
		if (name_equal(p->protect[i].name, name))
			return true;
	return false;
}

/* The names of the command line, in wire form. */
static int
read_names(struct drill_job *d, struct drill_args *args, struct error *e)
{
	const uint8_t **list;
	const char *text, *why;
	uint8_t name[NAME_MAX_LEN];
	size_t i, len;

	list = arena_calloc(d->j.arena, d->args->nnames + 1, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (i = 0; i < d->args->nnames; i++) {
		text = d->args->name[i];
		why = "not a name";
		len = name_from_text(name, text, strlen(text), NULL, &why);
		if (len == 0)
			return error_set(e, ERROR_USAGE, "%s: %s", text, why);
		if (!is_protected(d->t.policy, name)) {
			error_set(e, ERROR_USAGE,
			    "%s is no protected name of the policy", text);
			return error_hint(e,
			    "names under failover and identity-endpoints are; "
			    "see 'zonegate policy show'");
		}
		if ((list[i] = arena_dup(d->j.arena, name, len)) == NULL)
			return error_memory(e);
	}
	args->only = list;
	args->nonly = d->args->nnames;
	return 0;
}

static int
drill(struct drill_job *d, const struct gate_options *o, struct error *e)
{
	struct drill_args args = {
	    .policy = d->t.policy, .is_signed = drill_is_signed};
	struct drill_signatures s;
	int rc;

	d->j.begun++;
	if (open_zones(d, e) != 0 || read_names(d, &args, e) != 0)
		return -1;
	drill_signatures_init(&s, o, d->snapshot->set, d->j.arena);
	args.set = d->snapshot->set;
	args.ctx = &s;
	rc = drill_run(&d->drill, &args, d->j.arena, e);
	d->j.records = s.records;
	d->j.signatures = s.signatures;
	drill_signatures_free(&s);
	if (rc == 0)
		d->j.completed++;
	return rc;
}

/* ---- into the report ----------------------------------------------------- */

static struct report_drill_verdict
verdict(const struct drill_verdict *v)
{
	struct report_drill_verdict out = {
	    .state = drill_state_text(v->state), .reason = v->reason};

	return out;
}

static int
present_cells(struct drill_job *d, const struct drill_name *n,
    struct report_drill *out, struct error *e)
{
	struct report_drill_cell *cell;
	const struct drill_cell *c;
	size_t i;

	cell = arena_calloc(d->j.arena, n->ncells + 1, sizeof(*cell));
	if (cell == NULL)
		return error_memory(e);
	for (i = 0; i < n->ncells; i++) {
		c = &n->cell[i];
		cell[i].kind = drill_kind_text(c->outage.kind);
		cell[i].what = c->outage.what;
		cell[i].resolves = verdict(&c->resolves);
		cell[i].validates = verdict(&c->validates);
		cell[i].allowed = verdict(&c->allowed);
		cell[i].red = c->red;
	}
	out->cell = cell;
	out->ncells = n->ncells;
	return 0;
}

static int
present_name(struct drill_job *d, const struct drill_name *n,
    struct report_drill *out, struct error *e)
{
	const struct policy_protected *p = n->protect;
	struct findings *fs = &d->j.findings;
	char text[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];
	size_t i;

	name_to_text(text, p->name);
	out->name = findings_text(fs, "%s", text);
	out->view = n->view;
	out->types = "";
	for (i = 0; i < p->ntypes; i++)
		out->types = findings_text(fs, "%s%s%s", out->types,
		    i > 0 ? ", " : "", rrtype_to_text(type, p->type[i]));
	if (fs->lost)
		return error_memory(e);
	return present_cells(d, n, out, e);
}

static int
report(struct drill_job *d, const struct gate_options *o, double started,
    struct text *out, struct error *e)
{
	static const char *const nothing[] = {
	    "the policy has no protected names", NULL};
	struct report rep = {.command = "drill",
	    .head = d->rev,
	    .policy_source = d->t.policy->source,
	    .policy_digest = d->t.policy->digest};
	struct report_drill *list;
	size_t i, red, all;

	list = arena_calloc(d->j.arena, d->drill->nnames + 1, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (i = 0; i < d->drill->nnames; i++)
		if (present_name(d, &d->drill->name[i], &list[i], e) != 0)
			return -1;
	drill_count(d->drill, &red, &all);
	rep.subject = findings_text(
	    &d->j.findings, "drill at %s", source_label(d->snapshot->source));
	gate_fill(&rep, &d->j, o);
	rep.drill = list;
	rep.ndrills = d->drill->nnames;
	if (all == 0)
		rep.note = nothing;
	if (rep.verdict == REPORT_PASS && red > 0)
		rep.verdict = REPORT_BLOCK;
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct drill_job d = {.args = ctx};
	double started = gate_clock();
	struct error e = {0};
	int status = -1, rc;

	(void)err;
	if (judgement_init(&d.j, &e) != 0 ||
	    repo_open(&d.repo, o->repo, false, &e) != 0 ||
	    find_revision(&d, &e) != 0)
		goto out;
	if ((rc = trust_load(&d.t, o, d.repo, d.rev, &e)) < 0)
		goto out;
	if (rc == 1)
		status = gate_fail_policy(o, "drill", &d.t.faults, out);
	else if (gate_confine(&e) == 0 && drill(&d, o, &e) == 0)
		status = report(&d, o, started, out, &e);
out:
	if (status < 0)
		status = print_undecided(o, "drill", &e, out);
	snapshot_free(d.snapshot);
	judgement_free(&d.j);
	trust_free(&d.t);
	repo_free(d.repo);
	return status;
}

int
gate_drill(const struct gate_options *o, const struct gate_drill *args)
{
	struct gate_drill copy = *args;

	return gate_supervise(o, job, &copy);
}
