/*
 * zonegate sign: real keys. The key holder is started before anything else is
 * read. The signed zone goes into a file beside OUT, is read back as a server
 * would read it, validated and compared with what was signed, and only then
 * takes OUT's name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dns/name.h"
#include "../dnssec/holder.h"
#include "common.h"
#include "output.h"
#include "sign_file.h"
#include "single.h"
#include "supervise.h"

enum {
	DAY = 86400,
	VALIDITY = 14 * DAY,
	REFRESH = 7 * DAY,
	JITTER = DAY / 2,
	INCEPTION = 3600, /* clocks differ */
	INCEPTION_MAX = 7 * DAY,
};

struct sign {
	const struct gate_sign *args;
	const char *temp; /* beside OUT, made by the parent */
	int fd;           /* of it */
	struct single in, before;
	struct source *back;
	struct zone *zone, *old, *signed_zone, *written;
	uint8_t digest[48]; /* of signed_zone */
	uint32_t records;
	bool broken; /* the source has syntax errors */
	struct holder *holder;
	struct dnssec_keys *keys;
	struct dnssec_sign_params params;
	struct dnssec_sign_stats stats;
	struct dnssec_result result;
	struct policy *policy;
	struct judgement j;
};

/* ---- what was asked for -------------------------------------------------- */

static int
denial_of(const char *name, enum dnssec_denial *out, struct error *e)
{
	static const struct {
		const char *name;
		enum dnssec_denial denial;
	} known[] = {{"nsec", DNSSEC_NSEC}, {"nsec3", DNSSEC_NSEC3},
	    {"nsec3-optout", DNSSEC_NSEC3_OPTOUT}};
	size_t i;

	*out = DNSSEC_NSEC;
	if (name == NULL)
		return 0;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0) {
			*out = known[i].denial;
			return 0;
		}
	return error_set(
	    e, ERROR_USAGE, "unknown denial of existence: %s", name);
}

/* What was asked for, or the default, which fits into MOST. */
static uint32_t
seconds(int64_t asked, uint32_t by_default, uint32_t most)
{
	if (asked != 0)
		return (uint32_t)asked;
	return by_default < most ? by_default : most;
}

static int
settle_params(struct sign *s, const struct gate_options *o, struct error *e)
{
	const struct gate_sign *a = s->args;
	struct dnssec_sign_params *p = &s->params;

	p->now = gate_now(o);
	p->jobs = o->jobs;
	p->expiration = seconds(a->validity, VALIDITY, VALIDITY);
	p->inception = seconds(a->inception, INCEPTION, INCEPTION);
	p->refresh = seconds(a->refresh, REFRESH, p->expiration / 2);
	p->jitter = seconds(a->jitter, JITTER, p->expiration / 8);
	p->sync = a->sync;
	p->stats = &s->stats;
	if (a->zonemd != NULL)
		p->zonemd = strcmp(a->zonemd, "sha512") == 0 ? ZONE_SHA512
							     : ZONE_SHA384;
	if (p->inception > INCEPTION_MAX)
		return error_set(e, ERROR_USAGE,
		    "--inception: more than 7d before now is not signed for");
	if ((uint64_t)p->jitter + p->refresh >= p->expiration)
		return error_set(e, ERROR_USAGE,
		    "--jitter and --refresh leave nothing of --validity");
	return denial_of(a->denial, &p->denial, e);
}

/* ---- keys ---------------------------------------------------------------- */

static int
start_holder(struct sign *s, struct error *e)
{
	const struct gate_sign *a = s->args;
	struct holder_config c = {
	    .key = a->key,
	    .nkeys = a->nkeys,
	    .published = a->published,
	    .npublished = a->npublished,
	    .module = a->module,
	    .pin_file = a->pin_file,
	    .now = s->params.now,
	    .validity_max = s->params.expiration,
	    .lanes = s->params.jobs,
	};

	return holder_start(&s->holder, &c, e);
}

/* Every key that was named must be the zone's: another's is a mistake. */
static int
choose_keys(struct sign *s, struct error *e)
{
	char owner[NAME_MAX_TEXT], zone[NAME_MAX_TEXT];
	const struct holder_key *k;
	const char **note;
	size_t i;

	for (i = 0; i < holder_count(s->holder); i++) {
		k = holder_key(s->holder, i);
		if (!name_equal(k->apex, s->in.apex)) {
			name_to_text(owner, k->apex);
			name_to_text(zone, s->in.apex);
			return error_set(e, ERROR_USAGE,
			    "%.100s is a key of %.150s, not of %.150s", k->name,
			    owner, zone);
		}
		if (!k->exposed)
			continue;
		if ((note = vec_add(&s->j.notes)) == NULL)
			return error_memory(e);
		*note = findings_text(&s->j.findings,
		    "other users can read the private key of %s: chmod 600",
		    k->name);
	}
	return dnssec_keys_held(
	    &s->keys, s->in.apex, s->holder, NULL, 0, s->params.now, e);
}

/* ---- the job ------------------------------------------------------------- */

/* All of the zone but its ZONEMD, which is held against the same digest. */
static int
note_signed(struct sign *s, struct error *e)
{
	if (zone_digest(s->signed_zone, s->digest) != 0)
		return error_memory(e);
	s->records = s->signed_zone->nrrs;
	/* From here on the file counts; the room is for what is in it. */
	zone_free(s->signed_zone);
	zone_free(s->zone);
	zone_free(s->old);
	s->signed_zone = s->zone = s->old = NULL;
	return 0;
}

static int
same_as_signed(const struct sign *s, struct error *e)
{
	uint8_t digest[sizeof(s->digest)];

	if (zone_digest(s->written, digest) != 0)
		return error_memory(e);
	if (s->written->nrrs == s->records &&
	    memcmp(digest, s->digest, sizeof(digest)) == 0)
		return 0;
	return error_set(
	    e, ERROR_SYSTEM, "the signed zone differs from what was signed");
}

static int
validate(struct sign *s, const struct gate_options *o, struct findings *fs,
    struct error *e)
{
	struct dnssec_verify_params params = {
	    .now = gate_now(o), .jobs = o->jobs};
	char apex[NAME_MAX_TEXT];

	if (note_signed(s, e) != 0 || sign_file_read(&s->written, &s->back,
					  s->in.apex, s->temp, fs, e) != 0)
		return -1;
	if (s->written->broken)
		return error_set(
		    e, ERROR_SYSTEM, "the signed zone cannot be read back");
	if (same_as_signed(s, e) != 0)
		return -1;
	name_to_text(apex, s->in.apex);
	rules_verify_zonemd(s->written, apex, fs);
	if (dnssec_verify(s->written, &params, &s->result, fs, e) != 0)
		return -1;
	if (!s->result.is_signed || !s->result.complete)
		return error_set(e, ERROR_SYSTEM,
		    "the signed zone was not validated completely");
	return 0;
}

static int
load(struct sign *s, const struct gate_options *o, struct error *e)
{
	struct findings *fs = &s->j.findings;

	if (single_open(&s->in, o, s->args->file, s->args->zone, e) != 0 ||
	    single_load(&s->zone, &s->in, s->policy, fs, e) != 0)
		return -1;
	rules_settle(s->policy, gate_now(o), fs, 0);
	s->broken = s->zone->broken;
	if (s->broken)
		return 0;
	if (s->zone->soa == ZONE_NONE) {
		error_set(
		    e, ERROR_USAGE, "%s has no SOA at its apex", s->args->file);
		return error_hint(e, "is --zone the zone in this file?");
	}
	return 0;
}

/* The zone signed before. Its faults are not this run's to report. */
static int
load_before(struct sign *s, const struct gate_options *o, struct error *e)
{
	struct findings fs;
	int rc = 0;

	if (s->args->reuse == NULL)
		return 0;
	findings_init(&fs, s->j.arena);
	if (single_open(&s->before, o, s->args->reuse, s->args->zone, e) != 0 ||
	    single_load(&s->old, &s->before, s->policy, &fs, e) != 0)
		rc = -1;
	else if (s->old->broken) {
		error_set(e, ERROR_USAGE, "--reuse: %s cannot be read: %s",
		    s->args->reuse, fs.n != 0 ? fs.item[0].message : "");
		rc = error_hint(e, "sign without --reuse");
	}
	findings_free(&fs);
	s->params.reuse = s->old;
	return rc;
}

static int
sign(struct sign *s, const struct gate_options *o, struct error *e)
{
	struct findings *fs = &s->j.findings;
	size_t from;

	if (load(s, o, e) != 0)
		return -1;
	/* Half a zone is not signed; the findings say what is wrong. */
	if (s->broken)
		return 0;
	if (choose_keys(s, e) != 0 || load_before(s, o, e) != 0 ||
	    dnssec_sign(&s->signed_zone, s->zone, s->keys, &s->params, e) !=
		0 ||
	    sign_file_write(s->fd, s->signed_zone, e) != 0)
		return -1;
	from = fs->n;
	if (validate(s, o, fs, e) != 0)
		return -1;
	single_name_findings(&s->in, fs, from);
	rules_settle(s->policy, gate_now(o), fs, from);
	return 0;
}

/* ---- the report ---------------------------------------------------------- */

static int
add_check(
    struct sign *s, const char *state, const char *what, const char *result)
{
	struct report_check *c = vec_add(&s->j.checks);

	if (c == NULL)
		return -1;
	*c = (struct report_check){state, what, result};
	return 0;
}

static int
present_keys(struct sign *s)
{
	struct findings *fs = &s->j.findings;
	const struct holder_key *k;
	struct timing_state state;
	size_t i;

	for (i = 0; i < holder_count(s->holder); i++) {
		k = holder_key(s->holder, i);
		state = timing_at(&k->timing, s->params.now);
		if (add_check(s, state.publish ? "ok" : "skip",
			findings_text(fs, "key %.*s",
			    (int)strcspn(k->name, "?"), k->name),
			findings_text(fs, "%s%s", timing_words(&state),
			    k->token ? ", in a token" : "")) != 0)
			return -1;
	}
	return 0;
}

static int
present_checks(struct sign *s)
{
	struct findings *fs = &s->j.findings;

	if (present_keys(s) != 0 ||
	    add_check(s, "ok", "signing",
		findings_text(fs, "%lu signatures made, %lu kept",
		    (unsigned long)s->stats.made,
		    (unsigned long)s->stats.reused)) != 0)
		return -1;
	return add_check(s, s->result.complete ? "ok" : "fail",
	    "validation of the file",
	    findings_text(fs, "%u signed, %u verified", s->result.rrsets,
		s->result.verified));
}

static int
present_zone(struct sign *s, struct error *e)
{
	struct report_zone *rz = vec_add(&s->j.zones);
	struct findings *fs = &s->j.findings;
	const struct zone *z = s->written != NULL ? s->written : s->zone;
	char apex[NAME_MAX_TEXT];

	if (rz == NULL)
		return error_memory(e);
	name_to_text(apex, s->in.apex);
	rz->name = findings_text(fs, "%s", apex);
	rz->file = s->args->out;
	rz->status = "changed";
	rz->has_new = z->soa != ZONE_NONE;
	rz->serial_new = zone_serial(z);
	rz->total = z->nrrs;
	rz->dnssec_mode = "gate";
	rz->validated = s->result.complete;
	rz->rrsets = s->result.rrsets;
	rz->verified = s->result.verified;
	s->j.records = z->nrrs;
	s->j.signatures = s->result.signatures;
	if (s->written != NULL &&
	    (present_checks(s) != 0 ||
		(rz->digest = single_digest(z, fs)) == NULL))
		return error_memory(e);
	return fs->lost ? error_memory(e) : 0;
}

static int
run(struct sign *s, const struct gate_options *o, struct text *out,
    struct error *e)
{
	struct report rep = {.command = "sign"};
	double started = gate_clock();
	int rc;

	if (judgement_init(&s->j, e) != 0 || settle_params(s, o, e) != 0 ||
	    start_holder(s, e) != 0)
		return print_undecided(o, "sign", e, out);
	s->j.begun++;
	rc = single_policy(&s->policy, o, &s->j.findings, e);
	if (rc == 1)
		return gate_fail_policy(o, "sign", &s->j.findings, out);
	if (rc != 0 || gate_confine(e) != 0 || sign(s, o, e) != 0 ||
	    present_zone(s, e) != 0)
		return print_undecided(o, "sign", e, out);
	/* A broken zone has findings that block; all others were validated. */
	if (s->broken ? s->j.findings.n > 0 : s->result.complete)
		s->j.completed++;
	rep.subject = findings_text(
	    &s->j.findings, "%s -> %s", s->args->file, s->args->out);
	gate_fill(&rep, &s->j, o);
	rep.seconds = gate_clock() - started;
	return gate_print(o, &rep, out);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct sign *s = ctx;
	struct error e = {0};
	int status;

	(void)err;
	status = run(s, o, out, &e);
	dnssec_keys_free(s->keys);
	holder_free(s->holder);
	zone_free(s->zone);
	zone_free(s->old);
	zone_free(s->signed_zone);
	zone_free(s->written);
	single_close(&s->in);
	single_close(&s->before);
	source_free(s->back);
	policy_free(s->policy);
	judgement_free(&s->j);
	return status;
}

/* ---- the parent: the file's name ----------------------------------------- */

/* OUT must be free or a regular file that is not the source itself. *MODE: its
 * permissions, or 0. */
static int
check_out(const struct gate_sign *args, mode_t *mode, struct error *e)
{
	struct stat out, in;

	*mode = 0;
	if (lstat(args->out, &out) != 0)
		return errno == ENOENT ? 0
				       : error_set(e, ERROR_USAGE, "%s: %s",
					     args->out, strerror(errno));
	if (!S_ISREG(out.st_mode))
		return error_set(
		    e, ERROR_USAGE, "%s is no regular file", args->out);
	*mode = out.st_mode & 07777;
	if (stat(args->file, &in) == 0 && in.st_dev == out.st_dev &&
	    in.st_ino == out.st_ino) {
		error_set(e, ERROR_USAGE,
		    "the signed zone would replace its source %s", args->file);
		return error_hint(
		    e, "name another file: -o %s.signed", args->file);
	}
	return 0;
}

/* A file that is replaced keeps its permissions, whatever the umask. */
static int
publish(const char *temp, int fd, const char *out, mode_t mode)
{
	mode_t mask;
	int rc;

	if (mode == 0)
		return output_publish(temp, fd, out, 0644);
	mask = umask(0);
	rc = output_publish(temp, fd, out, mode);
	umask(mask);
	return rc;
}

int
gate_sign(const struct gate_options *o, const struct gate_sign *args)
{
	struct sign s = {.args = args, .fd = -1};
	struct gate_options strict = *o;
	struct error e = {0};
	char *temp = NULL;
	mode_t mode;
	int status;

	/* --exit-zero is about the status, not about what is published. */
	strict.exit_zero = false;
	if (check_out(args, &mode, &e) != 0)
		return print_failure(o, &e);
	if (asprintf(&temp, "%s.XXXXXX", args->out) < 0) {
		error_memory(&e);
		return print_failure(o, &e);
	}
	if ((s.fd = mkostemp(temp, O_CLOEXEC)) < 0) {
		error_set(&e, ERROR_SYSTEM, "%s: %s", temp, strerror(errno));
		free(temp);
		return print_failure(o, &e);
	}
	s.temp = temp;
	status = gate_supervise(&strict, job, &s);
	if (status == 0 && publish(temp, s.fd, args->out, mode) != 0) {
		error_set(&e, ERROR_SYSTEM, "%s could not be put in place: %s",
		    args->out, strerror(errno));
		status = print_failure(o, &e);
	}
	/* Harmless once it has OUT's name. */
	unlink(temp);
	close(s.fd);
	free(temp);
	return status == 1 && o->exit_zero ? 0 : status;
}
