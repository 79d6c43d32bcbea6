#include "target_keep.h"

#include <stdlib.h>
#include <string.h>

/*
 * A request is a head, then for each job a record and its TLSA records, each
 * with its length in front. The answer is one target_result a job. Both ends
 * are the same program: numbers are in its own order.
 */
struct head {
	int64_t now;
	uint64_t n;
};

struct record {
	uint32_t protect; /* index in the policy */
	uint8_t addr[16];
	uint8_t len;
	uint8_t tcp;
	uint16_t ntlsas;
};

/* ---- the asker ----------------------------------------------------------- */

static void
put_job(struct text *t, const struct policy *policy, const struct target_job *j)
{
	struct record r = {.len = j->len,
	    .tcp = j->tcp,
	    .protect = (uint32_t)(j->protect - policy->protect)};
	size_t i;

	r.ntlsas = j->ntlsas < TARGET_TLSA_MAX ? (uint16_t)j->ntlsas
					       : TARGET_TLSA_MAX;
	memcpy(r.addr, j->addr, sizeof(r.addr));
	text_add(t, &r, sizeof(r));
	for (i = 0; i < r.ntlsas; i++) {
		text_add(t, &j->tlsa[i].len, sizeof(j->tlsa[i].len));
		text_add(t, j->tlsa[i].rdata, j->tlsa[i].len);
	}
}

/* Words end within their field, whoever sent them. */
static void
take_results(struct target_result *out, const uint8_t *in, size_t n)
{
	size_t i;

	memcpy(out, in, n * sizeof(*out));
	for (i = 0; i < n; i++) {
		out[i].why[TARGET_WHY - 1] = '\0';
		out[i].who[TARGET_WHY - 1] = '\0';
	}
}

int
target_ask(struct live_keeper *k, const struct policy *policy,
    struct target_result *out, const struct target_job *job, size_t n,
    int64_t now, struct arena *arena, struct error *e)
{
	struct head head = {.now = now, .n = n};
	struct text t = TEXT_INIT;
	const uint8_t *answer;
	size_t i, len;
	int rc;

	if (n == 0)
		return 0;
	if (n > TARGET_JOBS_MAX)
		return error_set(e, ERROR_SYSTEM,
		    "%zu targets are more than one run asks", n);
	text_add(&t, &head, sizeof(head));
	for (i = 0; i < n; i++)
		put_job(&t, policy, &job[i]);
	if (text_lost(&t)) {
		text_free(&t);
		return error_memory(e);
	}
	rc = live_keeper_call(
	    k, LIVE_KIND_TARGETS, t.data, t.len, &answer, &len, arena, e);
	text_free(&t);
	if (rc != 0)
		return -1;
	if (len != n * sizeof(*out))
		return error_set(e, ERROR_SYSTEM,
		    "the answer about %zu targets is malformed", n);
	take_results(out, answer, n);
	return 0;
}

/* ---- the keeper ---------------------------------------------------------- */

struct reader {
	const uint8_t *at, *end;
};

static bool
take(struct reader *r, void *out, size_t len)
{
	if ((size_t)(r->end - r->at) < len)
		return false;
	memcpy(out, r->at, len);
	r->at += len;
	return true;
}

static bool
take_tlsa(struct reader *r, struct target_job *j, struct arena *arena, size_t n)
{
	struct target_tlsa *tlsa;
	size_t i;

	if (n > TARGET_TLSA_MAX ||
	    (tlsa = arena_calloc(arena, n + 1, sizeof(*tlsa))) == NULL)
		return false;
	for (i = 0; i < n; i++) {
		if (!take(r, &tlsa[i].len, sizeof(tlsa[i].len)) ||
		    (size_t)(r->end - r->at) < tlsa[i].len)
			return false;
		tlsa[i].rdata = r->at;
		r->at += tlsa[i].len;
	}
	j->tlsa = tlsa;
	j->ntlsas = n;
	return true;
}

static bool
take_job(struct reader *r, struct target_job *j, const struct policy *policy,
    struct arena *arena)
{
	struct record rec;

	if (!take(r, &rec, sizeof(rec)) || rec.protect >= policy->nprotects ||
	    (rec.len != 4 && rec.len != 16) || rec.tcp > 1)
		return false;
	j->protect = &policy->protect[rec.protect];
	memcpy(j->addr, rec.addr, sizeof(j->addr));
	j->len = rec.len;
	j->tcp = rec.tcp == 1;
	return take_tlsa(r, j, arena, rec.ntlsas);
}

static int
run_jobs(const struct policy *policy, const struct target_job *job, size_t n,
    int64_t now, struct arena *arena, struct text *out, struct error *e)
{
	struct target_trust *trust = NULL;
	struct target_result *result;
	int rc;

	result = arena_calloc(arena, n, sizeof(*result));
	if (result == NULL)
		return error_memory(e);
	if (target_trust_open(&trust, policy->live.ca_file, e) != 0)
		return -1;
	rc = target_run(result, job, n, &policy->live, trust, now, e);
	target_trust_free(trust);
	if (rc == 0)
		text_add(out, result, n * sizeof(*result));
	return rc;
}

static int
handle(const struct policy *policy, struct reader *r, struct arena *arena,
    struct text *out, struct error *e)
{
	struct target_job *job;
	struct head head;
	size_t i;

	if (!take(r, &head, sizeof(head)) || head.n == 0 ||
	    head.n > TARGET_JOBS_MAX)
		return error_set(e, ERROR_SYSTEM, "malformed request");
	job = arena_calloc(arena, (size_t)head.n, sizeof(*job));
	if (job == NULL)
		return error_memory(e);
	for (i = 0; i < head.n; i++)
		if (!take_job(r, &job[i], policy, arena))
			return error_set(e, ERROR_SYSTEM, "malformed request");
	if (r->at != r->end)
		return error_set(e, ERROR_SYSTEM, "malformed request");
	return run_jobs(policy, job, (size_t)head.n, head.now, arena, out, e);
}

int
target_handle(const struct live_setup *setup, const uint8_t *in, size_t len,
    struct text *out, struct error *e)
{
	struct reader r = {in, in + len};
	struct arena *arena = arena_new();
	int rc;

	if (arena == NULL)
		return error_memory(e);
	rc = handle(setup->policy, &r, arena, out, e);
	arena_free(arena);
	return rc;
}
