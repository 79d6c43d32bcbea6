/*
 * zonegate attest: judges a revision that git has accepted and, when it passes,
 * signs what was judged and keeps it as a git note. Three processes: a confined
 * one judges, another one only signs, this one writes the note.
 */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../attest/chain.h"
#include "../attest/envelope.h"
#include "../attest/statement.h"
#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "../source/note.h"
#include "attest.h"
#include "judged.h"
#include "log.h"
#include "single.h"
#include "output.h"
#include "supervise.h"

struct attest {
	const struct gate_attest *args;
	struct text record; /* from the child: empty when there is nothing */
};

/* ---- the child ----------------------------------------------------------- */

/* What every zone of the revision is, changed or not. */
struct inventory {
	struct judged *g;
	struct snapshot *now;
	struct vec gaps;   /* struct record_gap */
	struct vec zonemd; /* struct record_zonemd */
};

static struct report_zone *
judged_zone(struct judged *g, const char *name, const char *view)
{
	struct report_zone *z = g->j.zones.item;
	size_t i;

	for (i = 0; i < g->j.zones.n; i++)
		if (strcmp(z[i].name, name) == 0 &&
		    strcmp(z[i].view == NULL ? "" : z[i].view, view) == 0)
			return &z[i];
	return NULL;
}

static const char *
mode_of(const struct zoneset_entry *en)
{
	static const char *const text[] = {[POLICY_DNSSEC_TRIAL] = "trial",
	    [POLICY_DNSSEC_GATE] = "gate",
	    [POLICY_DNSSEC_PRESIGNED] = "presigned",
	    [POLICY_DNSSEC_UNSIGNED] = "unsigned"};
	const struct policy_zone *entry = en->tag;

	return entry == NULL ? "unsigned" : text[entry->dnssec.mode];
}

static int
add_gap(struct inventory *v, const struct zoneset_entry *en, const char *name,
    const char *why, struct error *e)
{
	struct record_gap *gap = vec_add(&v->gaps);

	if (gap == NULL)
		return error_memory(e);
	*gap = (struct record_gap){name, en->view, en->path, why};
	return 0;
}

/* The ZONEMD records at the apex (RFC 8976), if there are any. */
static int
add_zonemd(struct inventory *v, const struct zoneset_entry *en,
    const char *name, const struct zone *z, struct error *e)
{
	const struct zone_rrset *set = zone_find_rrset(
	    z, z->apex, RRTYPE_ZONEMD);
	struct record_zonemd *md;
	struct text t;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		if ((md = vec_add(&v->zonemd)) == NULL)
			return error_memory(e);
		t = (struct text)TEXT_INIT;
		rdata_to_text(&t, RRTYPE_ZONEMD,
		    zone_rr_data(z, &z->rr[set->rr + i]),
		    z->rr[set->rr + i].rdlen);
		*md = (struct record_zonemd){name, en->view,
		    findings_text(
			&v->g->j.findings, "%s", t.data == NULL ? "" : t.data)};
		text_free(&t);
	}
	return 0;
}

/* A zone that the change did not touch. */
static int
add_zone(struct inventory *v, const struct zoneset_entry *en, const char *name,
    const struct zone *z, const char *digest, struct error *e)
{
	struct report_zone *rz = vec_add(&v->g->j.zones);
	if (rz == NULL)
		return error_memory(e);
	rz->name = name;
	rz->view = en->view;
	rz->file = en->path;
	rz->status = "unchanged";
	rz->dnssec_mode = mode_of(en);
	rz->has_new = z->soa != ZONE_NONE;
	rz->serial_new = zone_serial(z);
	rz->total = z->nrrs;
	rz->digest = digest;
	return 0;
}

static int
look_at(struct inventory *v, uint32_t i, struct error *e)
{
	const struct zoneset_entry *en = zoneset_entry(v->now->set, i);
	struct findings *fs = &v->g->j.findings;
	char text[NAME_MAX_TEXT];
	const struct report_zone *rz;
	const struct zone *z;
	const char *name, *digest;

	name_to_text(text, en->apex);
	name = findings_text(fs, "%s", text);
	if ((z = zoneset_zone(v->now->set, i, NULL, e)) == NULL)
		return -1;
	rz = judged_zone(v->g, name, en->view);
	if (z->broken || z->soa == ZONE_NONE)
		return rz != NULL && rz->digest != NULL
			   ? error_set(e, ERROR_SYSTEM, "%s changed", name)
			   : add_gap(v, en, name, "it cannot be read whole", e);
	if ((digest = single_digest(z, fs)) == NULL)
		return error_set(
		    e, ERROR_SYSTEM, "%s could not be digested", name);
	if (add_zonemd(v, en, name, z, e) != 0)
		return -1;
	if (rz == NULL)
		return add_zone(v, en, name, z, digest, e);
	/* Read twice, it must be the same both times. */
	return rz->digest != NULL && strcmp(rz->digest, digest) == 0
		   ? 0
		   : error_set(e, ERROR_SYSTEM,
			 "%s is not what was judged a moment ago", name);
}

static int
take_inventory(struct inventory *v, struct error *e)
{
	struct report_zone *z;
	size_t n = 0, k;
	uint32_t i;

	if (judged_snapshot(&v->now, v->g, e) != 0)
		return -1;
	for (i = 0; i < zoneset_count(v->now->set); i++)
		if (look_at(v, i, e) != 0)
			return -1;
	/* Those that were removed are not in this revision. */
	z = v->g->j.zones.item;
	for (k = 0; k < v->g->j.zones.n; k++)
		if (z[k].digest != NULL)
			z[n++] = z[k];
	v->g->report.zone = z;
	v->g->report.nzones = n;
	return v->g->j.findings.lost ? error_memory(e) : 0;
}

static int
hand_over(struct attest *a, struct judged *g, struct error *e)
{
	struct inventory v = {.g = g,
	    .gaps = VEC_INIT(struct record_gap),
	    .zonemd = VEC_INIT(struct record_zonemd)};
	struct record_extra x = {.policy = g->trust.policy};
	int rc = take_inventory(&v, e);

	if (rc == 0) {
		x.gap = v.gaps.item;
		x.ngaps = v.gaps.n;
		x.zonemd = v.zonemd.item;
		x.nzonemd = v.zonemd.n;
		record_add(&a->record, &g->report, &x);
	}
	snapshot_free(v.now);
	vec_free(&v.gaps);
	vec_free(&v.zonemd);
	return rc;
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct attest *a = ctx;
	const char *ref = a->args->ref;
	struct error e = {0};
	struct judged g;
	int status = 3, rc;

	rc = judged_open(&g, o, a->args->rev, a->args->base, &e);
	if (rc == 1) {
		status = gate_fail_policy(o, "attest", &g.trust.faults, out);
		goto out;
	}
	if (rc == 0 && ref != NULL && !policy_guards_ref(g.trust.policy, ref)) {
		if (!o->quiet)
			text_printf(err,
			    "zonegate: %.200s is not guarded by the policy: "
			    "not "
			    "attested\n",
			    ref);
		status = 0;
		goto out;
	}
	if (rc == 0)
		rc = judged_run(&g, o, "attest", &e);
	if (rc == 0 && g.report.verdict == REPORT_PASS)
		rc = hand_over(a, &g, &e);
	if (rc != 0)
		status = print_undecided(o, "attest", &e, out);
	else if (g.report.verdict == REPORT_PASS)
		status = 0;
	else
		status = gate_print(o, &g.report, out);
out:
	judged_close(&g);
	return status;
}

/* ---- the parent ---------------------------------------------------------- */

/* What is signed and where it goes. */
struct sealing {
	struct repo *repo;
	char key[PATH_MAX];
	char commit[REPO_HEX];
	char head[HASH_HEX]; /* of the audit log */
	bool logged;
	size_t zones;
	char keyid[HASH_HEX];
	struct text payload, pae, note;
};

static int
read_commit(struct sealing *s, const struct text *record, struct error *e)
{
	json_t *root = json_loadb(
	    record->data, record->len, JSON_REJECT_DUPLICATES, NULL);
	const char *head = json_string_value(json_object_get(root, "head"));

	if (head != NULL && strlen(head) == 40)
		memcpy(s->commit, head, 41);
	s->zones = json_array_size(json_object_get(root, "zones"));
	json_decref(root);
	return s->commit[0] != '\0'
		   ? 0
		   : error_set(e, ERROR_SYSTEM,
			 "the record of the judgement is not whole");
}

static int
open_repo(struct sealing *s, const struct gate_options *o,
    const struct gate_attest *args, struct error *e)
{
	bool hook = o->repo == NULL && getenv("GIT_DIR") != NULL;
	int rc;

	if (repo_open(&s->repo, o->repo, hook, e) != 0)
		return -1;
	if (args->key != NULL) {
		snprintf(s->key, sizeof(s->key), "%s", args->key);
		return 0;
	}
	rc = repo_config(
	    s->repo, "zonegate.attestkey", s->key, sizeof(s->key), e);
	if (rc != 1)
		return rc;
	error_set(e, ERROR_USAGE, "no key to sign with");
	return error_hint(e,
	    "--key FILE, or git config zonegate.attestKey FILE; make one "
	    "with: (umask 077; openssl genpkey -algorithm ed25519 -out "
	    "FILE)");
}

static int
find_head(struct sealing *s, struct error *e)
{
	char path[PATH_MAX];
	int rc = log_path(s->repo, path, e);

	s->logged = rc == 0;
	return rc == 1 ? 0 : rc == 0 ? chain_head(path, s->head, e) : -1;
}

static int
seal(struct sealing *s, const struct gate_options *o, const struct text *record,
    struct error *e)
{
	uint8_t signature[ATTEST_SIGNATURE];
	struct statement_extra x = {.commit = s->commit,
	    .tool = "zonegate " ZONEGATE_VERSION,
	    .now = gate_now(o)};

	if (find_head(s, e) != 0)
		return -1;
	if (s->logged)
		x.audit_head = s->head;
	if (statement_build(&s->payload, record->data, record->len, &x, e) != 0)
		return -1;
	envelope_pae(
	    &s->pae, ATTEST_PAYLOAD_TYPE, s->payload.data, s->payload.len);
	if (text_lost(&s->pae))
		return error_memory(e);
	if (attest_sign(s->key, gate_confine, s->pae.data, s->pae.len,
		signature, s->keyid, e) != 0)
		return -1;
	envelope_build(
	    &s->note, s->payload.data, s->payload.len, s->keyid, signature);
	text_char(&s->note, '\n');
	if (text_lost(&s->note))
		return error_memory(e);
	return note_write(s->repo, ATTEST_NOTES, s->commit, s->note.data,
	    s->note.len, gate_now(o), e);
}

static int
tell(const struct sealing *s, const struct gate_options *o, struct error *e)
{
	struct text out = TEXT_INIT;
	int rc = 0;

	if (o->format != NULL && strcmp(o->format, "json") == 0)
		text_add(&out, s->note.data, s->note.len);
	else if (!o->quiet)
		text_printf(&out,
		    "ATTESTED %.7s: %zu zone%s, key %.16s, note in %s\n",
		    s->commit, s->zones, s->zones == 1 ? "" : "s", s->keyid,
		    ATTEST_NOTES);
	if (text_lost(&out) ||
	    (out.len != 0 && output_write(o->output, out.data, out.len) != 0))
		rc = error_set(e, ERROR_SYSTEM,
		    "attested, but it could not be written to %.200s",
		    o->output == NULL ? "standard output" : o->output);
	text_free(&out);
	return rc;
}

static int
refuse_quarantine(struct error *e)
{
	error_set(e, ERROR_USAGE,
	    "git has not accepted this push yet: what it may still reject is "
	    "not attested");
	return error_hint(e,
	    "attest in post-receive, not in pre-receive or update: see "
	    "hooks/post-receive");
}

int
gate_attest(const struct gate_options *o, const struct gate_attest *args)
{
	struct attest a = {.args = args, .record = TEXT_INIT};
	struct sealing s = {
	    .payload = TEXT_INIT, .pae = TEXT_INIT, .note = TEXT_INIT};
	struct gate_options own = *o;
	struct error e = {0};
	int status, rc = 0;

	own.exit_zero = false;
	if (getenv("GIT_QUARANTINE_PATH") != NULL) {
		refuse_quarantine(&e);
		return print_failure(o, &e);
	}
	if (open_repo(&s, o, args, &e) != 0) {
		repo_free(s.repo);
		return print_failure(o, &e);
	}
	status = gate_supervise_record(&own, job, &a, &a.record);
	if (status == 0 && a.record.len != 0) {
		rc = read_commit(&s, &a.record, &e);
		if (rc == 0)
			rc = seal(&s, o, &a.record, &e);
		if (rc == 0)
			rc = tell(&s, o, &e);
	}
	if (rc != 0)
		status = print_failure(o, &e);
	repo_free(s.repo);
	text_free(&s.payload);
	text_free(&s.pae);
	text_free(&s.note);
	text_free(&a.record);
	return status == 1 && o->exit_zero ? 0 : status;
}
