/*
 * zonegate confirm: is what is deployed what was attested? The attestation is
 * checked, the attested zone is read from the repository and held against its
 * digest, and then against a file or what a server transfers.
 */
#include <stdlib.h>
#include <string.h>

#include "../attest/key.h"
#include "../dns/name.h"
#include "../live/axfr.h"
#include "confirm.h"
#include "common.h"
#include "single.h"
#include "supervise.h"

struct confirm {
	const struct gate_confirm *args;
	uint8_t apex[NAME_MAX_LEN];
	char commit[REPO_HEX];
	struct repo *repo;
	struct attest_public *keys;
	struct attested attested;
	const struct statement_zone *entry;
	struct axfr_key tsig;
	struct axfr_args transfer;
	struct axfr *axfr;
	struct policy *policy; /* for the file: the defaults */
	struct single file;
	struct source *source;
	struct zone *zone; /* that was attested */
	struct findings faults;
	struct arena *arena;
	struct zone_limits limits; /* of what is attested: no more */
	struct zone_limits transfer_limits;
	struct confirm_result result;
	bool forged; /* the attestation does not hold: that is an answer */
};

static const enum zone_dialect dialects[] = {ZONE_DIALECT_COMMON,
    ZONE_DIALECT_BIND, ZONE_DIALECT_NSD, ZONE_DIALECT_KNOT};

enum { NDIALECTS = sizeof(dialects) / sizeof(dialects[0]) };

/* ---- the attestation ----------------------------------------------------- */

static int
find_commit(struct confirm *c, const struct gate_options *o, struct error *e)
{
	const char *rev = c->args->rev == NULL ? "HEAD" : c->args->rev;
	int rc;

	if (repo_open(&c->repo, o->repo, false, e) != 0)
		return -1;
	if ((rc = repo_commit(c->repo, rev, c->commit, e)) != 1)
		return rc;
	return error_set(
	    e, ERROR_USAGE, "%.200s is no revision of this repository", rev);
}

static int
read_attestation(struct confirm *c, struct error *e)
{
	int rc = attested_read(&c->attested, c->repo, c->commit, c->keys, e);

	if (rc == 0)
		return 0;
	if (rc == 1) {
		error_set(e, ERROR_SYSTEM,
		    "%.12s is not attested: nothing to compare with",
		    c->commit);
		error_hint(e,
		    "git fetch origin refs/notes/zonegate:refs/notes/zonegate; "
		    "or zonegate attest");
	}
	c->forged = rc == 2;
	return -1;
}

/* The zone in the statement. */
static int
find_entry(struct confirm *c, struct error *e)
{
	const struct statement *s = &c->attested.statement;
	const char *view = c->args->view;
	char name[NAME_MAX_TEXT];
	size_t i;

	name_to_text(name, c->apex);
	for (i = 0; i < s->nzones; i++) {
		if (strcmp(s->zone[i].name, name) != 0 ||
		    (view != NULL && strcmp(s->zone[i].view, view) != 0))
			continue;
		if (c->entry != NULL) {
			error_set(e, ERROR_USAGE,
			    "the zone is in several "
			    "views");
			return error_hint(e, "say which one: --view VIEW");
		}
		c->entry = &s->zone[i];
	}
	return c->entry != NULL
		   ? 0
		   : error_set(e, ERROR_SYSTEM,
			 "%.200s is not among the zones that were attested",
			 name);
}

/* ---- the two zones ------------------------------------------------------- */

/* The reading is the right one if its digest is: then the dialect was. */
static int
load_attested(struct confirm *c, struct error *e)
{
	struct source_limits sl = source_limits_default;
	struct zone_load_args args = {
	    .path = c->entry->file, .apex = c->apex, .limits = &c->limits};
	const char *digest;
	size_t i;

	sl.file_bytes = sl.total_bytes = c->limits.bytes;
	if (source_open_git(&c->source, c->repo, c->commit, &sl, e) != 0)
		return -1;
	args.source = c->source;
	for (i = 0; i < NDIALECTS; i++) {
		args.dialect = dialects[i];
		if (zone_load(&c->zone, &args, &c->faults, e) != 0)
			return -1;
		if (!c->zone->broken &&
		    (digest = single_digest(c->zone, &c->faults)) != NULL &&
		    strcmp(digest, c->entry->digest) == 0)
			return 0;
		zone_free(c->zone);
		c->zone = NULL;
	}
	return error_set(e, ERROR_SYSTEM,
	    "%.200s at %.12s has not the digest that was attested",
	    c->entry->file, c->commit);
}

static int
load_file(struct confirm *c, struct zone **out, struct error *e)
{
	size_t i, from;

	for (i = 0; i < NDIALECTS; i++) {
		c->policy->dialect = (enum policy_dialect)i;
		from = c->faults.n;
		if (single_load(out, &c->file, c->policy, &c->faults, e) != 0)
			return -1;
		if (!(*out)->broken)
			return 0;
		zone_free(*out);
		*out = NULL;
	}
	error_set(e, ERROR_SYSTEM, "%.200s cannot be read as this zone: %.200s",
	    c->args->file,
	    from < c->faults.n ? c->faults.item[from].message
			       : "no reason known");
	if (from < c->faults.n)
		error_at(e, c->args->file, c->faults.item[from].place.line, 0);
	return -1;
}

static int
compare(struct confirm *c, struct error *e)
{
	struct zone *found = NULL;
	int rc;

	if (load_attested(c, e) != 0)
		return -1;
	rc = c->axfr != NULL ? axfr_receive(c->axfr, &found, e)
			     : load_file(c, &found, e);
	if (rc != 0)
		return -1;
	c->result.attested = c->entry;
	c->result.commit = c->commit;
	c->result.keyid = c->attested.keyid;
	c->result.time = c->attested.statement.time;
	c->result.from = c->axfr != NULL ? c->args->server : c->args->file;
	if (found->soa == ZONE_NONE) {
		zone_free(found);
		return error_set(
		    e, ERROR_SYSTEM, "%.200s has no SOA", c->result.from);
	}
	return confirm_compare(&c->result, c->zone, found, c->args, e);
}

/* ---- the job ------------------------------------------------------------- */

/* Everything that needs the network or a file by its name. */
static int
prepare(struct confirm *c, const struct gate_options *o, struct error *e)
{
	const char *zone = c->args->zone;

	if (name_from_text(c->apex, zone, strlen(zone), NULL, NULL) == 0)
		return error_set(
		    e, ERROR_USAGE, "%.200s is no zone name", zone);
	if ((c->arena = arena_new()) == NULL)
		return error_memory(e);
	findings_init(&c->faults, c->arena);
	c->limits = zone_limits_default;
	c->limits.bytes = (uint64_t)1 << 40;
	c->limits.records = c->limits.rrset = UINT32_MAX - 1;
	c->transfer_limits = zone_limits_default;
	c->transfer_limits.rrset = UINT32_MAX - 1;
	if (attest_public_load(&c->keys, c->args->public_key, e) != 0 ||
	    find_commit(c, o, e) != 0 || read_attestation(c, e) != 0 ||
	    find_entry(c, e) != 0)
		return -1;
	if (c->args->server == NULL) {
		if ((c->policy = policy_default()) == NULL)
			return error_memory(e);
		c->policy->limits.zone_bytes = c->limits.bytes;
		c->policy->limits.records = c->limits.records;
		c->policy->limits.rrset_records = c->limits.rrset;
		return single_open(&c->file, o, c->args->file, zone, e);
	}
	c->transfer = (struct axfr_args){.server = c->args->server,
	    .zone = c->apex,
	    .limits = &c->transfer_limits,
	    .seconds = o->seconds};
	if (c->args->tsig != NULL) {
		if (axfr_key_load(&c->tsig, c->args->tsig, NULL, e) != 0)
			return -1;
		c->transfer.key = &c->tsig;
	}
	return axfr_connect(&c->axfr, &c->transfer, e);
}

static void
release(struct confirm *c)
{
	confirm_free(&c->result);
	zone_free(c->zone);
	source_free(c->source);
	single_close(&c->file);
	axfr_free(c->axfr);
	axfr_key_clear(&c->tsig);
	attested_free(&c->attested);
	attest_public_free(c->keys);
	policy_free(c->policy);
	findings_free(&c->faults);
	arena_free(c->arena);
	repo_free(c->repo);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct confirm *c = ctx;
	struct report_style style;
	struct error e = {0};
	int status;

	if (prepare(c, o, &e) == 0 && gate_confine(&e) == 0 &&
	    compare(c, &e) == 0) {
		confirm_print(o, &c->result, out);
		status = c->result.differences == 0 ? 0 : 1;
	} else {
		print_style(o, &style);
		report_error_text(&e, &style, err);
		status = c->forged ? 1 : e.code == ERROR_USAGE ? 2 : 3;
	}
	release(c);
	return status;
}

int
gate_confirm(const struct gate_options *o, const struct gate_confirm *args)
{
	struct confirm c = {.args = args};

	return gate_supervise(o, job, &c);
}
