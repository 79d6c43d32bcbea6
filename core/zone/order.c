/* Names and records into canonical order (RFC 4034 section 6). */
#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "build.h"

struct sort_job {
	struct run *run;
	size_t half, n;
};

static int
sort_half(void *ctx, unsigned worker, size_t begin, size_t end)
{
	struct sort_job *j = ctx;

	(void)worker;
	for (; begin < end; begin++) {
		if (begin == 0)
			qsort(j->run, j->half, sizeof(*j->run),
			    build_run_compare);
		else
			qsort(j->run + j->half, j->n - j->half, sizeof(*j->run),
			    build_run_compare);
	}
	return 0;
}

/* Sort the runs on two threads, then merge the halves. */
static int
sort_runs(struct zone_builder *b)
{
	struct sort_job j = {b->run, b->nruns / 2, b->nruns};
	struct run *out;
	size_t l = 0, r = j.half, i;

	if (b->nruns < 10000) {
		qsort(b->run, b->nruns, sizeof(*b->run), build_run_compare);
		return 0;
	}
	if ((out = malloc(b->nruns * sizeof(*out))) == NULL)
		return -1;
	if (workers_run(workers_default(), 2, 1, sort_half, &j) != 0) {
		free(out);
		return -1;
	}
	for (i = 0; i < j.n; i++) {
		if (l < j.half &&
		    (r == j.n || build_run_compare(&j.run[l], &j.run[r]) <= 0))
			out[i] = j.run[l++];
		else
			out[i] = j.run[r++];
	}
	free(b->run);
	b->run = out;
	return 0;
}

/* Equal runs become one owner; MAP (file order) tells which. */
static void
merge_runs(const struct zone_builder *b, struct zone_owner *owner,
    uint32_t *map, uint32_t *nowners)
{
	const struct run *r;
	struct zone_owner *o;
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < b->nruns; i++) {
		r = &b->run[i];
		if (n == 0 || owner[n - 1].len != r->len ||
		    memcmp(owner[n - 1].name, r->name, r->len) != 0) {
			o = &owner[n++];
			memset(o, 0, sizeof(*o));
			o->name = r->name;
			o->len = r->len;
		}
		map[r->id] = n - 1;
	}
	*nowners = n;
}

/* Bring the records into owner order (stable counting sort). */
static int
group_records(struct zone_builder *b, const uint32_t *map, uint32_t nowners)
{
	struct zone_rr *out;
	uint32_t *at, sum = 0, n;
	size_t i;

	for (i = 0; i < b->nrrs; i++)
		b->rr[i].owner = map[b->rr[i].owner];
	if (!b->unsorted)
		return 0;
	if ((at = calloc((size_t)nowners + 1, sizeof(*at))) == NULL)
		return -1;
	if ((out = malloc((b->nrrs + 1) * sizeof(*out))) == NULL) {
		free(at);
		return -1;
	}
	for (i = 0; i < b->nrrs; i++)
		at[b->rr[i].owner]++;
	for (i = 0; i < nowners; i++) {
		n = at[i];
		at[i] = sum;
		sum += n;
	}
	for (i = 0; i < b->nrrs; i++)
		out[at[b->rr[i].owner]++] = b->rr[i];
	free(at);
	free(b->rr);
	b->rr = out;
	return 0;
}

int
build_rr_compare(const void *va, const void *vb, void *rdata)
{
	const struct zone_rr *a = va, *b = vb;
	const uint8_t *base = rdata;
	size_t n = a->rdlen < b->rdlen ? a->rdlen : b->rdlen;
	int c;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (n != 0 && (c = memcmp(base + a->rdata, base + b->rdata, n)) != 0)
		return c;
	if (a->rdlen != b->rdlen)
		return a->rdlen < b->rdlen ? -1 : 1;
	return 0;
}

/* Sort the N records of one owner; equal ones stay in file order. */
void
build_sort_owner(struct zone_rr *rr, size_t n, uint8_t *rdata)
{
	struct zone_rr key;
	size_t i, j;

	for (i = 1; i < n; i++)
		if (build_rr_compare(&rr[i - 1], &rr[i], rdata) > 0)
			break;
	if (i >= n)
		return;
	if (n > 16) {
		/* Whether it is stable only chooses which of two exact
		 * duplicates is reported. */
		qsort_r(rr, n, sizeof(*rr), build_rr_compare, rdata);
		return;
	}
	for (i = 1; i < n; i++) {
		key = rr[i];
		for (j = i;
		     j > 0 && build_rr_compare(&rr[j - 1], &key, rdata) > 0;
		     j--)
			rr[j] = rr[j - 1];
		rr[j] = key;
	}
}

void *
build_shrink(void *p, size_t n, size_t size)
{
	void *q;

	if (p == NULL || n == 0)
		return p;
	return (q = realloc(p, n * size)) == NULL ? p : q;
}

int
build_owners(struct zone_builder *b, struct zone_owner **owner, uint32_t *n)
{
	uint32_t *map = NULL;
	int rc = -1;

	*owner = malloc((b->nruns + 1) * sizeof(**owner));
	map = malloc((b->nruns + 1) * sizeof(*map));
	if (*owner == NULL || map == NULL)
		goto out;
	if (b->unsorted && sort_runs(b) != 0)
		goto out;
	merge_runs(b, *owner, map, n);
	rc = group_records(b, map, *n);
out:
	free(map);
	free(b->run);
	b->run = NULL;
	*owner = build_shrink(*owner, *n, sizeof(**owner));
	return rc;
}
