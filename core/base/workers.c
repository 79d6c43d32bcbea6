#include "workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define JOBS_MAX 64u

struct run {
	workers_fn fn;
	void *ctx;
	size_t n, chunk;
	atomic_size_t next;
	atomic_bool failed;
};

struct worker {
	struct run *run;
	unsigned id;
	pthread_t thread;
};

unsigned
workers_default(void)
{
	cpu_set_t set;
	int n;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : (unsigned)n > JOBS_MAX ? JOBS_MAX : (unsigned)n;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct run *r = w->run;
	size_t begin, end;

	while (!atomic_load(&r->failed)) {
		begin = atomic_fetch_add(&r->next, r->chunk);
		if (begin >= r->n)
			break;
		end = r->n - begin < r->chunk ? r->n : begin + r->chunk;
		if (r->fn(r->ctx, w->id, begin, end) != 0)
			atomic_store(&r->failed, true);
	}
	return NULL;
}

int
workers_run(unsigned jobs, size_t n, size_t chunk, workers_fn fn, void *ctx)
{
	struct run run = {.fn = fn, .ctx = ctx, .n = n, .chunk = chunk};
	struct worker w[JOBS_MAX];
	unsigned i, started = 1;

	if (chunk == 0)
		run.chunk = 1;
	if (jobs == 0)
		jobs = 1;
	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	if (jobs > (n + run.chunk - 1) / run.chunk)
		jobs = (unsigned)((n + run.chunk - 1) / run.chunk);
	for (; started < jobs; started++) {
		w[started].run = &run;
		w[started].id = started;
		if (pthread_create(
			&w[started].thread, NULL, work, &w[started]) != 0)
			break;
	}
	w[0].run = &run;
	w[0].id = 0;
	work(&w[0]);
	for (i = 1; i < started; i++)
		pthread_join(w[i].thread, NULL);
	return atomic_load(&run.failed) ? -1 : 0;
}
