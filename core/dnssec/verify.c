/* Validating a zone: keys, then every owner on all processors, then the NSEC3
 * chain, which has an order of its own. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"

enum {
	CHUNK = 64, /* owners */
	FINDINGS = 1000,
	JOBS_MAX = 64,
};

struct run {
	const struct verify *v;
	struct verify_worker *worker;
	struct verify_lists lists; /* keys, the chunks, NSEC3 */
};

static void
workers_free(struct verify_worker *w, unsigned jobs)
{
	unsigned i, k;

	for (i = 0; w != NULL && i < jobs; i++) {
		for (k = 0; k < VERIFY_KEYS_MAX; k++)
			pubkey_free(w[i].key[k]);
		ldns_buffer_free(w[i].data);
	}
	free(w);
}

/* Each worker gets key objects of its own: OpenSSL counts references. */
static struct verify_worker *
workers_new(const struct verify *v, unsigned jobs)
{
	struct verify_worker *w = calloc(jobs, sizeof(*w));
	const struct verify_key *k;
	unsigned i, n;

	for (i = 0; w != NULL && i < jobs; i++) {
		w[i].v = v;
		if ((w[i].data = ldns_buffer_new(LDNS_MAX_PACKETLEN)) == NULL)
			goto fail;
		for (n = 0; n < v->nkeys; n++) {
			k = &v->key[n];
			if (!k->usable && !k->revoked)
				continue;
			w[i].key[n] = pubkey_new(k->rdata, k->rdlen);
			/* A usable key was built once before. */
			if (k->usable && w[i].key[n] == NULL)
				goto fail;
		}
	}
	return w;
fail:
	workers_free(w, jobs);
	return NULL;
}

static int
verify_chunk(void *ctx, unsigned worker, size_t begin, size_t end)
{
	struct run *r = ctx;
	size_t at = 1 + begin / CHUNK;
	struct verify_list *l = verify_lists_begin(&r->lists, at);

	for (; begin < end; begin++) {
		if (verify_signatures(&r->worker[worker], (uint32_t)begin, l) !=
		    0)
			return -1;
		verify_nsec(r->v, (uint32_t)begin, l);
	}
	verify_lists_end(&r->lists, at);
	return 0;
}

static void
sum(const struct run *r, unsigned jobs, struct dnssec_result *result)
{
	const struct verify_counts *c;
	bool known = false;
	unsigned i;

	for (i = 0; i < jobs; i++) {
		c = &r->worker[i].counts;
		result->rrsets += c->rrsets;
		result->verified += c->verified;
		result->signatures += c->signatures;
		if (c->expires_known &&
		    (!known || c->expires < result->expires))
			result->expires = c->expires;
		known = known || c->expires_known;
	}
}

/* The walk over all owners, and the chain of hashes. */
static int
walk(struct run *r, struct verify *v, unsigned jobs,
    struct dnssec_result *result, struct error *e)
{
	const struct zone *z = v->zone;
	size_t last = r->lists.n - 1;
	int rc = -1;

	if ((r->worker = workers_new(v, jobs)) == NULL)
		return error_memory(e);
	if (workers_run(jobs, z->nowners, CHUNK, verify_chunk, r) != 0)
		error_memory(e);
	else
		rc = verify_nsec3(
		    v, jobs, verify_lists_begin(&r->lists, last), e);
	if (rc == 0) {
		verify_lists_end(&r->lists, last);
		sum(r, jobs, result);
		result->complete = true;
	}
	workers_free(r->worker, jobs);
	return rc;
}

static void
read_soa(struct verify *v)
{
	const struct zone *z = v->zone;
	const struct zone_rr *rr;

	v->minimum = UINT32_MAX; /* no SOA: zone-soa is another rule */
	if (z->soa == ZONE_NONE)
		return;
	rr = &z->rr[z->rrset[z->soa].rr];
	if (rr->rdlen >= 22)
		v->minimum = get32(
		    zone_rr_data(z, rr) + rr->rdlen - sizeof(uint32_t));
}

static int
verify_zone(struct run *r, struct verify *v,
    const struct dnssec_verify_params *params, struct dnssec_result *result,
    struct error *e)
{
	struct verify_list *first = verify_lists_begin(&r->lists, 0);
	unsigned jobs = params->jobs != 0 ? params->jobs : workers_default();
	int rc;

	rc = verify_keys(v, params, first);
	result->is_signed = zone_find_rrset(
				v->zone, v->zone->apex, RRTYPE_DNSKEY) != NULL;
	memcpy(result->algorithm, v->algorithm, sizeof(v->algorithm));
	result->nalgorithms = v->nalgorithms;
	if (rc != 0) {
		/* Nothing can be validated, and a finding says so. */
		result->complete = true;
		return 0;
	}
	read_soa(v);
	verify_denial_kind(v, first);
	verify_lists_end(&r->lists, 0);
	return walk(r, v, jobs > JOBS_MAX ? JOBS_MAX : jobs, result, e);
}

int
dnssec_verify(const struct zone *zone,
    const struct dnssec_verify_params *params, struct dnssec_result *result,
    struct findings *fs, struct error *e)
{
	struct verify *v;
	struct run r = {0};
	size_t n = 2 + ((size_t)zone->nowners + CHUNK - 1) / CHUNK;
	int rc;

	memset(result, 0, sizeof(*result));
	if ((v = calloc(1, sizeof(*v))) == NULL)
		return error_memory(e);
	v->zone = zone;
	v->now64 = params->now;
	v->now = (uint32_t)params->now;
	r.v = v;
	if (verify_lists_init(&r.lists, n,
		params->findings_max != 0 ? params->findings_max : FINDINGS) !=
	    0) {
		free(v);
		return error_memory(e);
	}
	rc = verify_zone(&r, v, params, result, e);
	if (rc == 0)
		verify_lists_report(&r.lists, zone, fs);
	verify_lists_free(&r.lists);
	free(v);
	return rc;
}
