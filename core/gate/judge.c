#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "gate_keys.h"
#include "live.h"
#include "paths.h"

int
judgement_init(struct judgement *j, struct error *e)
{
	memset(j, 0, sizeof(*j));
	if ((j->arena = arena_new()) == NULL)
		return error_memory(e);
	findings_init(&j->findings, j->arena);
	j->zones = (struct vec)VEC_INIT(struct report_zone);
	j->changes = (struct vec)VEC_INIT(struct report_change);
	j->answers = (struct vec)VEC_INIT(struct report_answer);
	j->checks = (struct vec)VEC_INIT(struct report_check);
	j->notes = (struct vec)VEC_INIT(const char *);
	j->waivers = (struct vec)VEC_INIT(struct report_waiver);
	j->live = (struct vec)VEC_INIT(struct live_link);
	j->targets = (struct vec)VEC_INIT(struct report_target);
	return 0;
}

void
judgement_free(struct judgement *j)
{
	findings_free(&j->findings);
	vec_free(&j->zones);
	vec_free(&j->changes);
	vec_free(&j->answers);
	vec_free(&j->checks);
	vec_free(&j->notes);
	vec_free(&j->waivers);
	memo_close(j->memo);
	holder_free(j->holder);
	live_close(j);
	vec_free(&j->targets);
	arena_free(j->arena);
}

enum report_verdict
judge_verdict(const struct judgement *j, const struct gate_options *o)
{
	size_t errors, warnings, waived;

	if (j->begun == 0 || j->begun != j->completed || j->findings.lost)
		return REPORT_ERROR;
	rules_count_findings(&j->findings, &errors, &warnings, &waived);
	if (errors != 0 || (o->fail_on_warning && warnings != 0))
		return REPORT_BLOCK;
	return REPORT_PASS;
}

int
judge_status(enum report_verdict v)
{
	return v == REPORT_PASS ? 0 : v == REPORT_BLOCK ? 1 : 3;
}

/* Findings of the parser and validator do not know their zone and view. */
static void
name_findings(struct judge_run *r, size_t from, const struct evidence_zone *ez)
{
	struct finding *f;

	for (; from < r->fs.n; from++) {
		f = &r->fs.item[from];
		if (f->zone == NULL)
			f->zone = ez->apex_text;
		if (f->view == NULL && ez->view[0] != '\0')
			f->view = ez->view;
		if (f->place.commit == NULL)
			f->place.commit = r->pair->commit;
	}
}

/* A base that no longer parses is no base to compare with. */
static int
load_old(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	if (jz->entry_old == ZONE_NONE)
		return 0;
	jz->ev.old = zoneset_zone(r->pair->old->set, jz->entry_old, NULL, e);
	return jz->ev.old == NULL ? -1 : 0;
}

static int
load_zone(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	size_t from = r->fs.n;

	if (jz->entry_new != ZONE_NONE) {
		jz->ev.new = zoneset_zone(
		    r->pair->new->set, jz->entry_new, &r->fs, e);
		if (jz->ev.new == NULL)
			return -1;
	}
	name_findings(r, from, &jz->ev);
	if (load_old(r, jz, e) != 0)
		return -1;
	if ((jz->ev.new != NULL && jz->ev.new->broken) ||
	    (jz->ev.old != NULL && jz->ev.old->broken))
		return 0;
	if (r->pair->old == NULL && jz->ev.old == NULL)
		return 0; /* a review without anything to compare with */
	if (diff_zones(&jz->diff, jz->ev.old, jz->ev.new, e) != 0)
		return -1;
	jz->ev.diff = jz->diff;
	return 0;
}

static int
verify(struct judge_run *r, struct judged_zone *jz, const struct zone *z,
    struct error *e)
{
	struct dnssec_verify_params p = {
	    .now = r->pair->now, .jobs = r->pair->options->jobs};
	size_t from = r->fs.n;

	if (dnssec_verify(z, &p, &jz->dnssec, &r->fs, e) != 0)
		return -1;
	/* Why a zone that must be committed signed is not is told by the rule,
	 * which knows what it was before. */
	if (jz->ev.mode == POLICY_DNSSEC_PRESIGNED && jz->ev.entry != NULL &&
	    !jz->dnssec.is_signed && r->fs.n == from + 1 &&
	    strcmp(r->fs.item[from].rule, "dnssec-unsigned") == 0)
		r->fs.n = from;
	name_findings(r, from, &jz->ev);
	jz->validated = true;
	jz->ev.dnssec = &jz->dnssec;
	jz->ev.judged = z;
	r->j->signatures += jz->dnssec.signatures;
	/* A walk that did not end proves nothing. */
	return jz->dnssec.complete ? 0
				   : error_set(e, ERROR_SYSTEM,
					 "%s could not be validated to its end",
					 jz->ev.apex_text);
}

int
judge_trial(struct zone **out, const struct zone *z,
    const struct policy_zone *entry, int64_t now, unsigned jobs,
    struct error *e)
{
	static const enum dnssec_denial denial[] = {
	    [POLICY_DENIAL_NSEC] = DNSSEC_NSEC,
	    [POLICY_DENIAL_NSEC3] = DNSSEC_NSEC3,
	    [POLICY_DENIAL_NSEC3_OPTOUT] = DNSSEC_NSEC3_OPTOUT,
	};
	struct dnssec_sign_params p = {.now = now,
	    .inception = 3600,
	    .expiration = 14 * 86400,
	    .jobs = jobs};
	struct dnssec_keys *keys = NULL;
	int rc;

	*out = NULL;
	if (entry != NULL)
		p.denial = denial[entry->dnssec.denial];
	rc = dnssec_keys_trial(
	    &keys, z->apex, entry != NULL ? entry->dnssec.algorithm : 13, e);
	if (rc == 0)
		rc = dnssec_sign(out, z, keys, &p, e);
	dnssec_keys_free(keys);
	return rc;
}

/* Validate from the signed bytes, then forget them. */
static int
trial(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	struct zone *signed_zone = NULL;
	int rc;

	rc = judge_trial(&signed_zone, jz->ev.new, jz->ev.entry, r->pair->now,
	    r->pair->options->jobs, e);
	if (rc == 0)
		rc = verify(r, jz, signed_zone, e);
	jz->ev.judged = NULL;
	zone_free(signed_zone);
	return rc;
}

/* With the zone's real keys: what is validated is what would be published, and
 * stays until the rules have seen it. */
static int
sign_for_real(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	if (gate_keys_sign(&jz->signed_zone, jz->ev.new, jz->ev.entry,
		r->j->holder, r->pair->now, r->pair->options->jobs, e) != 0)
		return -1;
	return verify(r, jz, jz->signed_zone, e);
}

/* How the zone is signed: --dnssec, the policy, else what the file holds. */
static int
decide_mode(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	static const struct {
		const char *text;
		enum policy_dnssec_mode mode;
	} modes[] = {
	    {"trial", POLICY_DNSSEC_TRIAL},
	    {"presigned", POLICY_DNSSEC_PRESIGNED},
	    {"unsigned", POLICY_DNSSEC_UNSIGNED},
	};
	const char *asked = r->pair->dnssec;
	size_t i;

	if (asked == NULL) {
		if (jz->ev.entry == NULL &&
		    jz->ev.new != NULL &&dnssec_has_records(jz->ev.new))
			jz->ev.mode = POLICY_DNSSEC_PRESIGNED;
		return 0;
	}
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(asked, modes[i].text) != 0)
			continue;
		jz->ev.mode = modes[i].mode;
		return 0;
	}
	error_set(e, ERROR_USAGE, "--dnssec %s is not known", asked);
	return error_hint(e, "one of: trial, presigned, unsigned");
}

static int
validate(struct judge_run *r, struct judged_zone *jz, struct error *e)
{
	const struct zone *z = jz->ev.new;

	/* Without an apex SOA there is nothing to sign; zone-soa says so. */
	if (z == NULL || z->broken || z->soa == ZONE_NONE)
		return 0;
	switch (jz->ev.mode) {
	case POLICY_DNSSEC_GATE:
		/* Where no keys are, in a review, it is tried with others. */
		if (r->j->holder != NULL && jz->ev.entry != NULL)
			return sign_for_real(r, jz, e);
		return trial(r, jz, e);
	case POLICY_DNSSEC_TRIAL:
		return trial(r, jz, e);
	case POLICY_DNSSEC_PRESIGNED:
		return verify(r, jz, z, e);
	case POLICY_DNSSEC_UNSIGNED:
		break;
	}
	return 0;
}

static int
digest(struct judged_zone *jz, struct error *e)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t d[48];
	size_t i;

	if (jz->ev.new == NULL || jz->ev.new->broken)
		return 0;
	if (zone_digest(jz->ev.new, d) != 0)
		return error_set(e, ERROR_SYSTEM, "%s could not be digested",
		    jz->ev.apex_text);
	for (i = 0; i < sizeof(d); i++) {
		jz->digest[2 * i] = hex[d[i] >> 4];
		jz->digest[2 * i + 1] = hex[d[i] & 15];
	}
	return 0;
}

bool
judge_any_broken(const struct judge_run *r, bool old)
{
	const struct judged_zone *jz = r->zones.item;
	size_t i;

	for (i = 0; i < r->zones.n; i++)
		if ((jz[i].ev.new != NULL &&jz[i].ev.new->broken) ||
		    (old && jz[i].ev.old != NULL && jz[i].ev.old->broken))
			return true;
	return false;
}

static int
judge_zones(struct judge_run *r, struct error *e)
{
	struct judged_zone *jz = r->zones.item;
	size_t i;

	for (i = 0; i < r->zones.n; i++) {
		if (load_zone(r, &jz[i], e) != 0 ||
		    decide_mode(r, &jz[i], e) != 0 ||
		    validate(r, &jz[i], e) != 0 || digest(&jz[i], e) != 0)
			return -1;
		if (jz[i].ev.new != NULL)
			r->j->records += jz[i].ev.new->nrrs;
	}
	return 0;
}

/* In another file another entry of the policy may say how it is signed: no
 * difference of records shows that. */
static bool
has_moved(const struct judge_run *r, const struct judged_zone *jz)
{
	return jz->entry_old != ZONE_NONE && jz->entry_new != ZONE_NONE &&
	       strcmp(zoneset_entry(r->pair->old->set, jz->entry_old)->path,
		   zoneset_entry(r->pair->new->set, jz->entry_new)->path) != 0;
}

/* Which lanes the change is in: a switch, zones, policy, keys. */
static int
classify(struct judge_run *r, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	struct change_lanes *l;
	size_t i;

	if (r->ref == NULL || r->pair->findings_only)
		return 0;
	if ((l = arena_alloc(r->j->arena, sizeof(*l))) == NULL)
		return error_memory(e);
	for (i = 0; i < r->zones.n; i++) {
		if (jz[i].ev.status != STATUS_UNCHANGED &&
		    lane_add_zone(l, r->pair->policy, jz[i].ev.diff,
			jz[i].ev.view, r->j->arena) != 0)
			return error_memory(e);
		if (has_moved(r, &jz[i]))
			l->lanes |= LANE_ZONE;
	}
	lane_add_paths(l, r->changes, r->nchanges);
	if (r->ref->policy_changed)
		l->lanes |= LANE_POLICY;
	r->ref->lanes = l;
	return 0;
}

static void
settle_lanes(struct judge_run *r)
{
	if (r->ref == NULL || r->ref->lanes == NULL)
		return;
	r->j->classified = true;
	r->j->lanes |= lane_settled(r->ref->lanes, r->pair->policy, &r->fs);
}

/* The rules want the zones as one plain array. */
static int
apply_rules(struct judge_run *r, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	struct evidence ev = {.policy = r->pair->policy,
	    .now = r->pair->now,
	    .old = r->pair->old == NULL ? NULL : r->pair->old->set,
	    .new = r->pair->new->set,
	    .nzones = r->zones.n,
	    .chain = r->chains.item,
	    .nchains = r->chains.n,
	    .answer = r->answers.item,
	    .nanswers = r->answers.n,
	    .ref = r->ref,
	    .path = r->paths.item,
	    .npaths = r->paths.n,
	    .drill = r->drill,
	    .target = r->targets.item,
	    .ntargets = r->targets.n};
	struct evidence_zone *ez;
	size_t i, from = 0;

	ez = arena_calloc(r->j->arena, r->zones.n + 1, sizeof(*ez));
	if (ez == NULL)
		return error_memory(e);
	for (i = 0; i < r->zones.n; i++)
		ez[i] = jz[i].ev;
	ev.zone = ez;
	if (classify(r, e) != 0 || rules_run(&ev, &r->fs, e) != 0)
		return -1;
	settle_lanes(r);
	if (!r->pair->findings_only && judge_waivers(r, e) != 0)
		return -1;
	for (; from < r->fs.n; from++)
		if (r->fs.item[from].place.commit == NULL)
			r->fs.item[from].place.commit = r->pair->commit;
	return r->pair->findings_only ? 0 : present(r, &ev, e);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool
told_already(const struct findings *fs, const struct finding *f)
{
	const struct finding *g;
	size_t i;

	for (i = 0; i < fs->n; i++) {
		g = &fs->item[i];
		if (strcmp(g->rule, f->rule) == 0 &&
		    same_text(g->zone, f->zone) &&
		    same_text(g->view, f->view) &&
		    same_text(g->name, f->name) &&
		    same_text(g->message, f->message))
			return true;
	}
	return false;
}

/* A fault that stays from commit to commit is told once, for the tip. */
static void
take_findings(struct judgement *j, struct judge_run *r)
{
	struct findings fresh = r->fs;
	size_t i;

	if (!r->pair->findings_only) {
		findings_append(&j->findings, &r->fs);
		return;
	}
	fresh.n = 0;
	for (i = 0; i < r->fs.n; i++)
		if (!told_already(&j->findings, &r->fs.item[i]))
			fresh.item[fresh.n++] = r->fs.item[i];
	findings_append(&j->findings, &fresh);
}

int
judge(struct judgement *j, const struct judge_pair *pair,
    struct evidence_ref *ref, struct error *e)
{
	struct judge_run r = {.pair = pair,
	    .j = j,
	    .ref = ref,
	    .zones = VEC_INIT(struct judged_zone),
	    .answers = VEC_INIT(struct evidence_answer),
	    .targets = VEC_INIT(struct evidence_target),
	    .paths = VEC_INIT(struct evidence_path),
	    .chains = VEC_INIT(struct evidence_chain)};
	struct judged_zone *jz;
	size_t i;
	int rc = -1;

	j->begun++;
	findings_init(&r.fs, j->arena);
	if (select_zones(&r, e) != 0 || judge_zones(&r, e) != 0 ||
	    judge_history(&r, e) != 0 || audit_paths(&r, e) != 0 ||
	    judge_answers(&r, e) != 0 || judge_collateral(&r, e) != 0 ||
	    judge_drill(&r, e) != 0 || judge_live(&r, e) != 0 ||
	    apply_rules(&r, e) != 0)
		goto out;
	take_findings(j, &r);
	j->completed++;
	rc = 0;
out:
	jz = r.zones.item;
	for (i = 0; i < r.zones.n; i++) {
		zone_free(jz[i].signed_zone);
		diff_free(jz[i].diff);
	}
	findings_free(&r.fs);
	vec_free(&r.zones);
	vec_free(&r.answers);
	vec_free(&r.targets);
	vec_free(&r.paths);
	vec_free(&r.chains);
	free(r.changes);
	return rc;
}
