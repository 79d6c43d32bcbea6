/* zonegate verify: signed zones, completely. */
#include <string.h>
#include <time.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "anchor.h"
#include "common.h"
#include "single.h"
#include "supervise.h"

struct verify {
	const struct gate_verify *args;
	struct judgement j;
	struct policy *policy;
	struct anchors anchors;
};

static const char *
expiry_text(struct findings *fs, int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char buf[32];

	if (when <= 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M", &tm) == 0)
		return "";
	return findings_text(fs, ", first expires %s UTC", buf);
}

static const char *
algorithms_text(struct findings *fs, const struct dnssec_result *r)
{
	const char *all = "", *name;
	unsigned i;

	for (i = 0; i < r->nalgorithms; i++) {
		name = dnssec_algorithm_text(r->algorithm[i]);
		if (name == NULL)
			name = findings_text(fs, "%u", r->algorithm[i]);
		all = findings_text(fs, "%s%s%s", all, i > 0 ? "," : "", name);
	}
	return all;
}

/* The zone's own digest, if it has one: absent is no fault (RFC 8976 §4). */
static int
present_zonemd(struct verify *v, const char *apex, struct rules_zonemd md,
    bool clean, struct error *e)
{
	struct report_check *check = vec_add(&v->j.checks);
	struct findings *fs = &v->j.findings;

	if (check == NULL)
		return error_memory(e);
	check->what = findings_text(fs, "ZONEMD of %s", apex);
	check->state = !clean ? "fail" : md.known != 0 ? "ok" : "skip";
	check->result = md.records == 0 ? "there is none"
			: !clean        ? "wrong"
			: md.known == 0 ? "of a kind that is not checked"
					: "the digest of the zone";
	return 0;
}

static int
present_file(struct verify *v, const struct single *s, const struct zone *z,
    const struct dnssec_result *r, bool validated, bool clean, struct error *e)
{
	struct report_zone *rz = vec_add(&v->j.zones);
	struct report_check *check = vec_add(&v->j.checks);
	struct findings *fs = &v->j.findings;
	char apex[NAME_MAX_TEXT];

	if (rz == NULL || check == NULL)
		return error_memory(e);
	name_to_text(apex, s->apex);
	rz->name = findings_text(fs, "%s", apex);
	rz->file = findings_text(fs, "%s", s->name);
	rz->status = "unchanged";
	rz->has_new = z->soa != ZONE_NONE;
	rz->serial_new = rz->has_new ? zone_serial(z) : 0;
	rz->total = z->nrrs;
	rz->includes = z->nfiles > 1 ? z->nfiles - 1u : 0;
	rz->dnssec_mode = "presigned";
	rz->validated = validated;
	rz->rrsets = r->rrsets;
	rz->verified = r->verified;
	rz->algorithms = validated ? algorithms_text(fs, r) : NULL;
	if (!z->broken && (rz->digest = single_digest(z, fs)) == NULL)
		return error_memory(e);
	check->state = clean ? "ok" : "fail";
	check->what = findings_text(fs, "signatures of %s", apex);
	check->result = validated
			    ? findings_text(fs, "%u of %u RRsets verified%s",
				  r->verified, r->rrsets,
				  expiry_text(fs, r->expires))
			    : "not validated";
	v->j.records += z->nrrs;
	v->j.signatures += r->signatures;
	return fs->lost ? error_memory(e) : 0;
}

/* Should the validator not have said so: nothing proves anything. */
static void
unsigned_zone(const struct single *s, struct findings *fs)
{
	struct finding *f = findings_add(
	    fs, "dnssec-unsigned", "the zone is not signed");

	f->help = "sign it: zonegate sign FILE --zone NAME -o OUT --key KEY";
	f->place.file = findings_text(fs, "%s", s->path);
	single_name_findings(s, fs, fs->n - 1);
}

static int
validate(struct verify *v, const struct gate_options *o, const struct single *s,
    const struct zone *z, struct dnssec_result *r, struct findings *fs,
    struct error *e)
{
	struct dnssec_verify_params params = {
	    .now = gate_now(o),
	    .jobs = o->jobs,
	};
	size_t from = fs->n;

	if (v->args->anchor != NULL) {
		params.anchor = anchors_of(
		    &v->anchors, s->apex, &params.nanchors);
		if (params.nanchors == 0)
			return error_set(e, ERROR_USAGE,
			    "%s: no DS or DNSKEY for the zone in %s",
			    v->args->anchor, s->name);
	}
	if (dnssec_verify(z, &params, r, fs, e) != 0)
		return -1;
	single_name_findings(s, fs, from);
	if (!r->is_signed && fs->n == from)
		unsigned_zone(s, fs);
	return 0;
}

static int
verify_file(struct verify *v, const struct gate_options *o, const char *name,
    struct error *e)
{
	struct dnssec_result r = {0};
	struct rules_zonemd md = {0, 0};
	char apex[NAME_MAX_TEXT];
	struct findings fs;
	struct zone *z = NULL;
	struct single s;
	size_t from;
	int rc = -1;

	v->j.begun++;
	findings_init(&fs, v->j.arena);
	if (single_open(&s, o, name, v->args->zone, e) != 0 ||
	    single_load(&z, &s, v->policy, &fs, e) != 0)
		goto out;
	if (!z->broken && validate(v, o, &s, z, &r, &fs, e) != 0)
		goto out;
	from = fs.n;
	name_to_text(apex, s.apex);
	if (!z->broken)
		md = rules_verify_zonemd(z, apex, &fs);
	single_name_findings(&s, &fs, from);
	rules_settle(v->policy, gate_now(o), &fs, 0);
	findings_append(&v->j.findings, &fs);
	if (present_file(v, &s, z, &r, !z->broken && r.is_signed,
		from == 0 && r.complete, e) != 0 ||
	    (!z->broken && present_zonemd(v, apex, md, fs.n == from, e) != 0))
		goto out;
	/* A broken zone was not validated, but then findings say why. */
	if (z->broken ? fs.n > 0 : r.complete || !r.is_signed)
		v->j.completed++;
	rc = 0;
out:
	zone_free(z);
	single_close(&s);
	findings_free(&fs);
	return rc;
}

static int
run(struct verify *v, const struct gate_options *o, struct text *out,
    struct error *e)
{
	struct report rep = {.command = "verify"};
	double started = gate_clock();
	size_t i;
	int rc;

	if (judgement_init(&v->j, e) != 0)
		return print_undecided(o, "verify", e, out);
	rc = single_policy(&v->policy, o, &v->j.findings, e);
	if (rc == 1)
		return gate_fail_policy(o, "verify", &v->j.findings, out);
	if (rc == 0 && v->args->anchor != NULL)
		rc = anchors_load(&v->anchors, v->args->anchor, e);
	if (rc == 0)
		rc = gate_confine(e);
	for (i = 0; rc == 0 && i < v->args->nfiles; i++)
		rc = verify_file(v, o, v->args->file[i], e);
	if (rc != 0)
		return print_undecided(o, "verify", e, out);
	rep.subject = "validation";
	if (v->args->nfiles == 1)
		rep.subject = v->args->file[0];
	gate_fill(&rep, &v->j, o);
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct verify v = {.args = ctx};
	struct error e = {0};
	int status;

	(void)err;
	status = run(&v, o, out, &e);
	anchors_free(&v.anchors);
	policy_free(v.policy);
	judgement_free(&v.j);
	return status;
}

int
gate_verify(const struct gate_options *o, const struct gate_verify *args)
{
	struct gate_verify copy = *args;

	return gate_supervise(o, job, &copy);
}
