/*
 * Signing a zone: a plan, workers that sign chunks of it, and one of them at a
 * time that moves finished chunks, in order, into the new zone.
 */
#include "sign.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "holder.h"

enum {
	CHUNK = 256, /* units */
	MINIMUM = 4, /* octets of the SOA's last field */
	JOBS_MAX = 64,
};

struct chunk {
	struct sign_buffer out;
	bool done;
};

struct run {
	struct sign_plan *plan;
	struct sign_worker **worker;
	struct chunk *chunk;
	size_t nchunks;
	pthread_mutex_t lock; /* over what follows and chunk[].done */
	size_t next;          /* chunk to move next */
	bool moving;          /* a worker is at it */
	bool failed;
	struct zone_builder *builder; /* only by the one that moves */
	struct error error;
};

/* ---- planning ----------------------------------------------------------- */

/* Owners that stay, and NSEC3 records between them, in canonical order. */
static int
plan_units(struct sign_plan *p)
{
	const struct zone *z = p->zone;
	size_t hashes = p->chain.denial == DNSSEC_NSEC ? 0 : p->chain.n;
	uint8_t name[256], key[NAME_MAX_KEY];
	size_t h = 0, len = 0, n;
	const uint8_t *owner;
	uint32_t i, j;
	int c;

	p->unit = malloc((z->nowners + hashes + 1) * sizeof(*p->unit));
	if (p->unit == NULL)
		return -1;
	for (i = 0; i < z->nowners; i++) {
		owner = zone_owner_key(&z->owner[i], &n);
		for (; h < hashes; h++, len = 0) {
			if (len == 0) {
				chain_owner(&p->chain, h, z->apex, name);
				len = name_key(key, name);
			}
			c = memcmp(key, owner, len < n ? len : n);
			if (c > 0 || (c == 0 && len > n))
				break;
			p->unit[p->nunits++] = (uint32_t)h | SIGN_UNIT_NSEC3;
		}
		for (j = 0; j < z->owner[i].nrrsets; j++)
			if (chain_keeps(z->rrset[z->owner[i].rrset + j].type)) {
				p->unit[p->nunits++] = i;
				break;
			}
	}
	for (; h < hashes; h++)
		p->unit[p->nunits++] = (uint32_t)h | SIGN_UNIT_NSEC3;
	return 0;
}

static int
plan_times(struct sign_plan *p, const struct dnssec_sign_params *params,
    struct error *e)
{
	const struct zone *z = p->zone;
	const struct zone_rr *soa = &z->rr[z->rrset[z->soa].rr];
	uint32_t minimum;

	if (params->expiration == 0 ||
	    (uint64_t)params->inception + params->expiration > INT32_MAX)
		return error_set(e, ERROR_USAGE,
		    "signatures cannot be valid from %u s before to %u s after "
		    "now",
		    params->inception, params->expiration);
	p->inception = (uint32_t)(params->now - params->inception);
	p->expiration = (uint32_t)(params->now + params->expiration);
	if (soa->rdlen < 22)
		return error_set(e, ERROR_USAGE, "the SOA is malformed");
	if (params->jitter >= params->expiration)
		return error_set(e, ERROR_USAGE,
		    "a jitter of %u s leaves nothing of a validity of %u s",
		    params->jitter, params->expiration);
	p->jitter = params->jitter;
	p->sync = params->sync;
	minimum = get32(zone_rr_data(z, soa) + soa->rdlen - MINIMUM);
	p->denial_ttl = soa->ttl < minimum ? soa->ttl : minimum;
	return 0;
}

static int
plan(struct sign_plan *p, const struct dnssec_sign_params *params,
    unsigned jobs, struct error *e)
{
	if (plan_times(p, params, e) != 0 ||
	    chain_plan(&p->chain, p->zone, params->denial, jobs, e) != 0)
		return -1;
	reuse_init(
	    &p->reuse, params->reuse, p->keys, params->now, params->refresh);
	if (sign_apex_plan(p) != 0 || plan_units(p) != 0)
		return error_memory(e);
	return sign_zonemd_plan(p, params->zonemd, e);
}

static void
plan_free(struct sign_plan *p)
{
	chain_free(&p->chain);
	sign_zonemd_free(p);
	sign_apex_free(p);
	free(p->unit);
}

/* ---- running ------------------------------------------------------------ */

/* Give the records of one chunk to the builder and free it. */
static int
move_chunk(struct run *r, struct chunk *c)
{
	uint8_t buf[256];
	struct sign_record rec;
	struct zone_record z;
	size_t at;
	int rc = 0;

	for (at = 0; at < c->out.len && rc == 0;) {
		memcpy(&rec, c->out.data + at, sizeof(rec));
		at += sizeof(rec);
		z.owner = sign_unit_name(r->plan, rec.unit, buf);
		z.rdata = c->out.data + at;
		z.rdlen = rec.rdlen;
		z.ttl = rec.ttl;
		z.type = rec.type;
		z.line = rec.line;
		z.file = rec.file;
		z.column = rec.column;
		rc = zone_builder_add(r->builder, &z, &r->error);
		at += rec.rdlen;
	}
	free(c->out.data);
	memset(&c->out, 0, sizeof(c->out));
	return rc;
}

/* Chunk C is done: move what is ready, unless another worker is at it. */
static int
finish_chunk(struct run *r, struct chunk *c)
{
	struct chunk *next;
	int rc;

	pthread_mutex_lock(&r->lock);
	c->done = true;
	while (!r->moving && !r->failed && r->next < r->nchunks &&
	       r->chunk[r->next].done) {
		next = &r->chunk[r->next];
		r->moving = true;
		pthread_mutex_unlock(&r->lock);
		rc = move_chunk(r, next);
		pthread_mutex_lock(&r->lock);
		r->moving = false;
		r->next++;
		if (rc != 0)
			r->failed = true;
	}
	rc = r->failed ? -1 : 0;
	pthread_mutex_unlock(&r->lock);
	return rc;
}

static int
sign_chunk(void *ctx, unsigned worker, size_t begin, size_t end)
{
	struct run *r = ctx;
	struct chunk *c = &r->chunk[begin / CHUNK];

	for (; begin < end; begin++)
		if (sign_worker_unit(
			r->worker[worker], r->plan->unit[begin], &c->out) != 0)
			return -1;
	if (sign_worker_finish(r->worker[worker], &c->out) != 0)
		return -1;
	return finish_chunk(r, c);
}

/* The zone that the signed records become. No limit: the input had its own. */
static struct zone_builder *
new_builder(const struct zone *z)
{
	struct zone_limits limits = zone_limits_default;
	struct zone_builder *b;
	uint16_t i;

	limits.records = UINT32_MAX;
	limits.rrset = UINT32_MAX / 16;
	if ((b = zone_builder_new(z->apex, &limits)) == NULL)
		return NULL;
	for (i = 0; i < z->nfiles; i++)
		if (zone_builder_file(b, &z->file[i]) < 0) {
			zone_builder_free(b);
			return NULL;
		}
	return b;
}

static void
run_free(struct run *r, unsigned jobs)
{
	size_t i;

	for (i = 0; r->worker != NULL && i < jobs; i++)
		sign_worker_free(r->worker[i]);
	for (i = 0; r->chunk != NULL && i < r->nchunks; i++)
		free(r->chunk[i].out.data);
	free(r->worker);
	free(r->chunk);
	zone_builder_free(r->builder);
	pthread_mutex_destroy(&r->lock);
}

static int
prepare(struct run *r, unsigned jobs, struct error *e)
{
	unsigned i;

	r->chunk = calloc(r->nchunks + 1, sizeof(*r->chunk));
	r->worker = calloc(jobs, sizeof(struct sign_worker *));
	r->builder = new_builder(r->plan->zone);
	if (r->chunk == NULL || r->worker == NULL || r->builder == NULL)
		return error_memory(e);
	for (i = 0; i < jobs; i++)
		if ((r->worker[i] = sign_worker_new(r->plan, i)) == NULL)
			return error_set(
			    e, ERROR_SYSTEM, "cannot set up a signing worker");
	return 0;
}

/* A worker failed: why, as far as it is known. */
static int
explain(const struct run *r, struct error *e)
{
	if (r->error.code != ERROR_NONE) {
		if (e != NULL)
			*e = r->error;
		return -1;
	}
	if (r->plan->keys->holder != NULL)
		return holder_failure(r->plan->keys->holder, e);
	return error_set(e, ERROR_SYSTEM, "a signature failed");
}

static void
count(const struct run *r, unsigned jobs, struct dnssec_sign_stats *stats)
{
	struct dnssec_sign_stats s;
	unsigned i;

	for (i = 0; i < jobs; i++) {
		s = sign_worker_stats(r->worker[i]);
		stats->made += s.made;
		stats->reused += s.reused;
	}
}

static int
run(struct zone **out, struct sign_plan *p, unsigned jobs,
    struct dnssec_sign_stats *stats, struct error *e)
{
	struct run r = {.plan = p};
	struct zone_builder *b;
	int rc;

	r.nchunks = (p->nunits + CHUNK - 1) / CHUNK;
	if (pthread_mutex_init(&r.lock, NULL) != 0)
		return error_memory(e);
	rc = prepare(&r, jobs, e);
	if (rc == 0 &&
	    (workers_run(jobs, p->nunits, CHUNK, sign_chunk, &r) != 0 ||
		r.next != r.nchunks))
		rc = explain(&r, e);
	if (rc == 0) {
		count(&r, jobs, stats);
		b = r.builder;
		r.builder = NULL;
		rc = zone_builder_finish(b, out, NULL, e);
	}
	run_free(&r, jobs);
	return rc;
}

/*
 * Trial keys that happen to share a tag with a DNSKEY of the zone are replaced:
 * the collision would be of our making. *OWN is what the caller must free.
 */
static const struct dnssec_keys *
usable_keys(const struct zone *z, const struct dnssec_keys *keys,
    struct dnssec_keys **own, struct error *e)
{
	int tries;

	if (!keys_collide(keys, z))
		return keys;
	for (tries = 0; keys->trial && tries < 16; tries++) {
		dnssec_keys_free(*own);
		if (dnssec_keys_trial(
			own, z->apex, keys->key[0].algorithm, e) != 0)
			return NULL;
		if (!keys_collide(*own, z))
			return *own;
	}
	error_set(e, ERROR_USAGE,
	    "a signing key has the key tag of another DNSKEY of the zone");
	return NULL;
}

int
dnssec_sign(struct zone **out, const struct zone *zone,
    const struct dnssec_keys *keys, const struct dnssec_sign_params *params,
    struct error *e)
{
	struct sign_plan p = {.zone = zone};
	struct dnssec_sign_stats stats = {0};
	struct dnssec_keys *own = NULL;
	unsigned jobs = params->jobs != 0 ? params->jobs : workers_default();
	int rc = -1;

	*out = NULL;
	if (zone->broken || zone->soa == ZONE_NONE)
		return error_set(e, ERROR_USAGE,
		    "a zone with %s cannot be signed",
		    zone->broken ? "syntax errors" : "no SOA at its apex");
	if (keys->n == 0)
		return error_set(e, ERROR_USAGE, "no key to sign with");
	if (!name_equal(keys->apex, zone->apex))
		return error_set(
		    e, ERROR_USAGE, "the keys belong to another zone");
	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	if (keys->holder != NULL && jobs > holder_lanes(keys->holder))
		jobs = holder_lanes(keys->holder);
	p.keys = usable_keys(zone, keys, &own, e);
	if (p.keys != NULL && plan(&p, params, jobs, e) == 0)
		rc = run(out, &p, jobs, &stats, e);
	if (rc == 0 && sign_zonemd_finish(&p, *out, e) != 0) {
		zone_free(*out);
		*out = NULL;
		rc = -1;
	}
	if (params->stats != NULL)
		*params->stats = stats;
	plan_free(&p);
	dnssec_keys_free(own);
	return rc;
}
