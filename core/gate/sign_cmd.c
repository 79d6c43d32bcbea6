/*
 * zonegate sign: real keys. The signed zone goes into a file beside OUT, is
 * read back as a server would read it, validated and compared with what was
 * signed, and only then takes OUT's name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dns/name.h"
#include "common.h"
#include "single.h"
#include "output.h"
#include "supervise.h"

#define VALIDITY_DEFAULT (14 * 86400)
#define INCEPTION 3600          /* clocks differ */
#define CHUNK ((size_t)1 << 20) /* of text written at once */

struct sign {
	const struct gate_sign *args;
	const char *temp; /* beside OUT, made by the parent */
	int fd;           /* of it */
	struct single in, back;
	struct zone *zone, *signed_zone, *written;
	struct dnssec_keys *keys;
	struct dnssec_result result;
	struct policy *policy;
	struct judgement j;
};

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

static int
load_keys(struct sign *s, struct error *e)
{
	size_t i;

	for (i = 0; i < s->args->nkeys; i++) {
		if (strncmp(s->args->key[i], "pkcs11:", 7) == 0)
			return error_set(e, ERROR_USAGE,
			    "keys in hardware are not in this version");
		if (dnssec_keys_add_file(
			&s->keys, s->in.apex, s->args->key[i], e) != 0)
			return -1;
	}
	return 0;
}

/* ---- writing ------------------------------------------------------------- */

static int
flush_text(int fd, struct text *t, struct error *e)
{
	size_t at = 0;
	ssize_t n;

	if (text_lost(t))
		return error_memory(e);
	while (at < t->len) {
		n = write(fd, t->data + at, t->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(e, ERROR_SYSTEM,
			    "the signed zone could not be written: %s",
			    strerror(errno));
		at += (size_t)n;
	}
	text_clear(t);
	return 0;
}

/* SOA first, as master files begin, then canonical order. */
static int
write_zone(int fd, const struct zone *z, struct error *e)
{
	const struct zone_rrset *soa = &z->rrset[z->soa];
	struct text t = TEXT_INIT;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < soa->count; i++)
		zone_rr_to_text(z, &z->rr[soa->rr + i], &t);
	for (i = 0; rc == 0 && i < z->nrrs; i++) {
		if (i >= soa->rr && i < soa->rr + soa->count)
			continue;
		zone_rr_to_text(z, &z->rr[i], &t);
		if (t.len >= CHUNK)
			rc = flush_text(fd, &t, e);
	}
	if (rc == 0)
		rc = flush_text(fd, &t, e);
	text_free(&t);
	return rc;
}

/* ---- reading back -------------------------------------------------------- */

/* The file under its temporary name, without limits that its source had not. */
static int
read_back(struct sign *s, struct findings *fs, struct error *e)
{
	struct source_limits sl = source_limits_default;
	struct zone_limits zl = zone_limits_default;
	const char *slash = strrchr(s->temp, '/');
	struct zone_load_args args = {.apex = s->in.apex, .limits = &zl};
	const char *dir = ".";

	sl.file_bytes = sl.total_bytes = zl.bytes = (uint64_t)1 << 40;
	zl.records = UINT32_MAX - 1;
	if (slash != NULL)
		dir = arena_dup(
		    s->j.arena, s->temp, (size_t)(slash - s->temp) + 1);
	if (dir == NULL)
		return error_memory(e);
	if (source_open_dir(&s->back.source, dir, &sl, e) != 0)
		return -1;
	args.source = s->back.source;
	args.path = slash == NULL ? s->temp : slash + 1;
	return zone_load(&s->written, &args, fs, e);
}

static int
validate(struct sign *s, const struct gate_options *o, struct findings *fs,
    struct error *e)
{
	struct dnssec_verify_params params = {
	    .now = gate_now(o), .jobs = o->jobs};
	struct diff *d = NULL;
	bool same;

	if (read_back(s, fs, e) != 0)
		return -1;
	if (s->written->broken)
		return error_set(
		    e, ERROR_SYSTEM, "the signed zone cannot be read back");
	if (diff_zones(&d, s->signed_zone, s->written, e) != 0)
		return -1;
	same = d->n == 0 && !d->soa_changed;
	diff_free(d);
	if (!same)
		return error_set(e, ERROR_SYSTEM,
		    "the signed zone differs from what was signed");
	if (dnssec_verify(s->written, &params, &s->result, fs, e) != 0)
		return -1;
	if (!s->result.is_signed || !s->result.complete)
		return error_set(e, ERROR_SYSTEM,
		    "the signed zone was not validated completely");
	return 0;
}

/* ---- the job ------------------------------------------------------------- */

static int
load(struct sign *s, const struct gate_options *o, struct error *e)
{
	struct findings *fs = &s->j.findings;

	if (single_open(&s->in, o, s->args->file, s->args->zone, e) != 0 ||
	    single_load(&s->zone, &s->in, s->policy, fs, e) != 0)
		return -1;
	rules_settle(s->policy, gate_now(o), fs, 0);
	if (s->zone->broken)
		return 0;
	if (s->zone->soa == ZONE_NONE) {
		error_set(
		    e, ERROR_USAGE, "%s has no SOA at its apex", s->args->file);
		return error_hint(e, "is --zone the zone in this file?");
	}
	return 0;
}

static int
sign(struct sign *s, const struct gate_options *o, struct error *e)
{
	struct dnssec_sign_params params = {
	    .now = gate_now(o),
	    .inception = INCEPTION,
	    .expiration = VALIDITY_DEFAULT,
	    .jobs = o->jobs,
	};
	struct findings *fs = &s->j.findings;
	size_t from;

	if (load(s, o, e) != 0)
		return -1;
	/* Half a zone is not signed; the findings say what is wrong. */
	if (s->zone->broken)
		return 0;
	if (s->args->validity != 0)
		params.expiration = (uint32_t)s->args->validity;
	if (denial_of(s->args->denial, &params.denial, e) != 0 ||
	    load_keys(s, e) != 0 ||
	    dnssec_sign(&s->signed_zone, s->zone, s->keys, &params, e) != 0 ||
	    write_zone(s->fd, s->signed_zone, e) != 0)
		return -1;
	from = fs->n;
	if (validate(s, o, fs, e) != 0)
		return -1;
	single_name_findings(&s->in, fs, from);
	rules_settle(s->policy, gate_now(o), fs, from);
	return 0;
}

static int
present_zone(struct sign *s, struct error *e)
{
	struct report_zone *rz = vec_add(&s->j.zones);
	struct report_check *check = vec_add(&s->j.checks);
	struct findings *fs = &s->j.findings;
	const struct zone *z = s->written != NULL ? s->written : s->zone;
	char apex[NAME_MAX_TEXT];

	if (rz == NULL || check == NULL)
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
	check->state = s->result.complete ? "ok" : "fail";
	check->what = "signing, and validation of the file";
	check->result = findings_text(
	    fs, "%u signed, %u verified", s->result.rrsets, s->result.verified);
	s->j.records = z->nrrs;
	s->j.signatures = s->result.signatures;
	return fs->lost ? error_memory(e) : 0;
}

static int
run(struct sign *s, const struct gate_options *o, struct text *out,
    struct error *e)
{
	struct report rep = {.command = "sign"};
	double started = gate_clock();
	int rc;

	if (judgement_init(&s->j, e) != 0)
		return print_undecided(o, "sign", e, out);
	s->j.begun++;
	rc = single_policy(&s->policy, o, &s->j.findings, e);
	if (rc == 1)
		return gate_fail_policy(o, "sign", &s->j.findings, out);
	if (rc != 0 || gate_confine(e) != 0 || sign(s, o, e) != 0 ||
	    present_zone(s, e) != 0)
		return print_undecided(o, "sign", e, out);
	/* A broken zone has findings that block; all others were validated. */
	if (s->zone->broken ? s->j.findings.n > 0 : s->result.complete)
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
	zone_free(s->zone);
	zone_free(s->signed_zone);
	zone_free(s->written);
	single_close(&s->in);
	source_free(s->back.source);
	policy_free(s->policy);
	judgement_free(&s->j);
	return status;
}

/* ---- the parent: the file's name ----------------------------------------- */

/* OUT must be free or a regular file that is not the source itself. */
static int
check_out(const struct gate_sign *args, struct error *e)
{
	struct stat out, in;

	if (lstat(args->out, &out) != 0)
		return errno == ENOENT ? 0
				       : error_set(e, ERROR_USAGE, "%s: %s",
					     args->out, strerror(errno));
	if (!S_ISREG(out.st_mode))
		return error_set(
		    e, ERROR_USAGE, "%s is no regular file", args->out);
	if (stat(args->file, &in) == 0 && in.st_dev == out.st_dev &&
	    in.st_ino == out.st_ino) {
		error_set(e, ERROR_USAGE,
		    "the signed zone would replace its source %s", args->file);
		return error_hint(
		    e, "name another file: -o %s.signed", args->file);
	}
	return 0;
}

int
gate_sign(const struct gate_options *o, const struct gate_sign *args)
{
	struct sign s = {.args = args, .fd = -1};
	struct gate_options strict = *o;
	struct error e = {0};
	char *temp = NULL;
	int status;

	/* --exit-zero is about the status, not about what is published. */
	strict.exit_zero = false;
	if (check_out(args, &e) != 0)
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
	if (status == 0 && output_publish(temp, s.fd, args->out, 0644) != 0) {
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
