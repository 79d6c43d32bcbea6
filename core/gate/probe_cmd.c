/* zonegate probe: what live servers say, against what was judged. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/keeper.h"
#include "../live/probe.h"
#include "common.h"
#include "live.h"
#include "snapshot.h"
#include "supervise.h"

struct probe_job {
	const struct gate_probe *args;
	const struct gate_options *options;
	char rev[REPO_HEX];
	char tsig[4096];
	struct judgement j;
	struct repo *repo;
	struct trust t;
	struct live_setup setup;
	struct live_keeper *keeper;
	struct snapshot *snapshot;
	struct plan *plan;
	struct probe *probe;
	struct vec targets; /* struct evidence_target */
};

static int
find_revision(struct probe_job *p, struct error *e)
{
	const char *rev = p->args->rev != NULL ? p->args->rev : "HEAD";
	int rc = repo_commit(p->repo, rev, p->rev, e);

	if (rc != 1)
		return rc;
	error_set(e, ERROR_USAGE, "%s is no revision of this repository", rev);
	return error_hint(e, "see 'git log --oneline --all'");
}

/* The process that asks: forked while nothing of the zones was read. */
static int
start_keeper(struct probe_job *p, struct error *e)
{
	int rc = 1;

	p->setup.policy = p->t.policy;
	p->setup.tsig_file = p->args->tsig;
	if (p->args->tsig == NULL)
		rc = repo_config(
		    p->repo, "zonegate.tsigFile", p->tsig, sizeof(p->tsig), e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		p->setup.tsig_file = p->tsig;
	return live_keeper_open(&p->keeper, &p->setup, e);
}

static int
open_zones(struct probe_job *p, struct error *e)
{
	struct source_limits limits = source_limits_default;
	struct source *src;

	if (p->t.policy->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = p->t.policy->limits.zone_bytes;
	if (source_open_git(&src, p->repo, p->rev, &limits, e) != 0)
		return -1;
	return snapshot_open(&p->snapshot, src, p->t.policy, e);
}

/* A zone of the revision, or a protected name. */
static bool
is_known(const struct probe_job *p, const uint8_t *name)
{
	const struct policy *policy = p->t.policy;
	uint32_t i, n = zoneset_count(p->snapshot->set);
	size_t k;

	for (i = 0; i < n; i++)
		if (name_equal(zoneset_entry(p->snapshot->set, i)->apex, name))
			return true;
	for (k = 0; k < policy->nprotects; k++)
		if (name_equal(policy->protect[k].name, name))
			return true;
	return false;
}

/* The names of the command line, in wire form. */
static int
read_names(struct probe_job *p, struct probe_args *args, struct error *e)
{
	uint8_t name[NAME_MAX_LEN];
	const char *text, *why;
	const uint8_t **list;
	size_t i, len;

	list = arena_calloc(p->j.arena, p->args->nnames + 1, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (i = 0; i < p->args->nnames; i++) {
		text = p->args->name[i];
		why = "not a name";
		len = name_from_text(name, text, strlen(text), NULL, &why);
		if (len == 0)
			return error_set(e, ERROR_USAGE, "%s: %s", text, why);
		if (!is_known(p, name)) {
			error_set(e, ERROR_USAGE,
			    "%s is neither a zone nor a protected name", text);
			return error_hint(e,
			    "see 'zonegate policy show' for the protected "
			    "names");
		}
		if ((list[i] = arena_dup(p->j.arena, name, len)) == NULL)
			return error_memory(e);
	}
	args->only = list;
	args->nonly = p->args->nnames;
	return 0;
}

static int
probe(struct probe_job *p, struct error *e)
{
	struct probe_args args = {
	    .policy = p->t.policy, .now = gate_now(p->options)};
	struct evidence ev = {.policy = p->t.policy, .now = args.now};
	struct judge_pair pair = {
	    .options = p->options, .policy = p->t.policy, .now = args.now};

	p->j.begun++;
	if (open_zones(p, e) != 0 || read_names(p, &args, e) != 0)
		return -1;
	args.set = p->snapshot->set;
	pair.new = p->snapshot;
	if (plan_build(&p->plan, &args, p->j.arena, e) != 0 ||
	    probe_run(&p->probe, p->plan, p->keeper, e) != 0 ||
	    live_targets_all(&p->targets, &p->j, &pair, p->keeper, args.only,
		args.nonly, e) != 0)
		return -1;
	ev.new = args.set;
	ev.probe = p->probe;
	ev.target = p->targets.item;
	ev.ntargets = p->targets.n;
	if (rules_probe(&ev, &p->j.findings, e) != 0)
		return -1;
	p->j.completed++;
	return 0;
}

/* ---- into the report ----------------------------------------------------- */

static const char *
name_text(struct probe_job *p, const uint8_t *name)
{
	char text[NAME_MAX_TEXT];

	name_to_text(text, name);
	return findings_text(&p->j.findings, "%s", text);
}

static void
present_cell(const struct probe *pr, const struct probe_cell *c,
    struct report_probe_cell *out)
{
	const struct probe_server *s = &pr->server[c->server];
	struct report_probe_way *w;
	unsigned way;

	out->server = s->name;
	out->address = s->address;
	out->resolver = s->resolver;
	for (way = 0; way < PROBE_WAYS; way++) {
		w = &out->way[way];
		w->way = probe_way_text((enum probe_way)way);
		w->state = probe_availability_text(c->available[way]);
		w->reason = c->why_available[way];
		w->ms = c->ms[way];
		w->good = c->available[way] == PROBE_ANSWERED ||
			  c->available[way] == PROBE_TRUNCATED;
	}
	out->authentic = probe_authenticity_text(c->authentic);
	out->reason = c->why;
	out->authentic_good = c->authentic == PROBE_SECURE || c->accepted;
	out->ahead = c->ahead;
	out->good = probe_cell_good(c);
}

static int
present_row(struct probe_job *p, const struct probe_row *row,
    struct report_probe *out, struct error *e)
{
	struct findings *fs = &p->j.findings;
	char type[RRTYPE_MAX_TEXT];
	struct report_probe_cell *cell;
	uint32_t i;
	size_t k;

	cell = arena_calloc(p->j.arena, row->ncells + 1, sizeof(*cell));
	if (cell == NULL)
		return error_memory(e);
	for (k = 0; k < row->ncells; k++)
		present_cell(p->probe, &row->cell[k], &cell[k]);
	out->name = name_text(p, row->name);
	out->type = findings_text(fs, "%s", rrtype_to_text(type, row->type));
	out->view = row->view;
	i = zoneset_closest(p->snapshot->set, row->view, row->name);
	if (i != ZONE_NONE)
		out->zone = name_text(
		    p, zoneset_entry(p->snapshot->set, i)->apex);
	out->reason = row->why;
	out->cell = cell;
	out->ncells = row->ncells;
	return fs->lost ? error_memory(e) : 0;
}

static int
present_serials(struct probe_job *p, struct report *rep, struct error *e)
{
	const struct probe *pr = p->probe;
	struct report_serial *list;
	size_t i;

	list = arena_calloc(p->j.arena, pr->nserials + 1, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (i = 0; i < pr->nserials; i++) {
		const struct probe_serial *s = &pr->serial[i];

		list[i] = (struct report_serial){.zone = name_text(p, s->apex),
		    .view = s->view,
		    .server = pr->server[s->server].name,
		    .address = pr->server[s->server].address,
		    .known = s->known,
		    .serial = s->serial,
		    .judged = s->judged};
	}
	rep->serial = list;
	rep->nserials = pr->nserials;
	return p->j.findings.lost ? error_memory(e) : 0;
}

/* Findings of live-unchecked that the policy has not put aside. */
static size_t
open_doubts(const struct findings *fs)
{
	size_t i, n = 0;

	for (i = 0; i < fs->n; i++)
		n += strcmp(fs->item[i].rule, "live-unchecked") == 0 &&
		     fs->item[i].severity != SEVERITY_OFF &&
		     !fs->item[i].waived;
	return n;
}

/* Could not check is never a pass, however mild its severity is. */
static void
settle_verdict(struct probe_job *p, struct report *rep, struct error *e)
{
	if (rep->verdict != REPORT_PASS || open_doubts(&p->j.findings) == 0)
		return;
	error_set(e, ERROR_SYSTEM, "%zu of %zu answers could not be checked",
	    p->probe->unchecked, p->probe->cells);
	error_hint(e, "see the findings of live-unchecked");
	rep->verdict = REPORT_ERROR;
	rep->error = e;
}

static int
report(struct probe_job *p, double started, struct text *out, struct error *e)
{
	static const char *const nothing[] = {
	    "the revision has no zones of the policy", NULL};
	const struct probe *pr = p->probe;
	struct report rep = {.command = "probe",
	    .head = p->rev,
	    .policy_source = p->t.policy->source,
	    .policy_digest = p->t.policy->digest};
	struct report_probe *list;
	size_t i;

	list = arena_calloc(p->j.arena, pr->nrows + 1, sizeof(*list));
	if (list == NULL)
		return error_memory(e);
	for (i = 0; i < pr->nrows; i++)
		if (present_row(p, &pr->row[i], &list[i], e) != 0)
			return -1;
	if (present_serials(p, &rep, e) != 0)
		return -1;
	rep.subject = findings_text(&p->j.findings,
	    "probe of %zu server%s with %zu question%s, at %s", pr->nservers,
	    pr->nservers == 1 ? "" : "s", pr->nquestions,
	    pr->nquestions == 1 ? "" : "s", source_label(p->snapshot->source));
	gate_fill(&rep, &p->j, p->options);
	rep.probe = list;
	rep.nprobes = pr->nrows;
	if (pr->nrows == 0)
		rep.note = nothing;
	settle_verdict(p, &rep, e);
	rep.seconds = gate_clock() - started;
	return gate_print(p->options, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct probe_job *p = ctx;
	double started = gate_clock();
	struct error e = {0};
	int status = -1, rc;

	(void)err;
	p->options = o;
	if (judgement_init(&p->j, &e) != 0 ||
	    repo_open(&p->repo, o->repo, false, &e) != 0 ||
	    find_revision(p, &e) != 0)
		goto out;
	if ((rc = trust_load(&p->t, o, p->repo, p->rev, &e)) < 0)
		goto out;
	if (rc == 1)
		status = gate_fail_policy(o, "probe", &p->t.faults, out);
	else if (start_keeper(p, &e) == 0 && gate_confine(&e) == 0 &&
		 probe(p, &e) == 0)
		status = report(p, started, out, &e);
out:
	if (status < 0)
		status = print_undecided(o, "probe", &e, out);
	live_keeper_close(p->keeper);
	vec_free(&p->targets);
	snapshot_free(p->snapshot);
	judgement_free(&p->j);
	trust_free(&p->t);
	repo_free(p->repo);
	return status;
}

int
gate_probe(const struct gate_options *o, const struct gate_probe *args)
{
	struct probe_job p = {.args = args};

	return gate_supervise(o, job, &p);
}
