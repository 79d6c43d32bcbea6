/*
 * Run one function over a range of items on several threads. Each worker has
 * its own state object: foreign libraries used inside have no locks.
 */
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

#include <stddef.h>

/*
 * Work on items [begin, end) as worker WORKER (0 … jobs-1). Return 0, or -1 to
 * stop the run: no worker takes another chunk.
 */
typedef int (*workers_fn)(void *ctx, unsigned worker, size_t begin, size_t end);

/* Processors this process may use, at least 1. */
unsigned workers_default(void);

/*
 * Cut N items into chunks of CHUNK and hand them to JOBS threads (the calling
 * one included), in order. 0 when every item was worked on; -1 when a worker
 * failed. If threads cannot be started, the calling one does the rest.
 */
int workers_run(
    unsigned jobs, size_t n, size_t chunk, workers_fn fn, void *ctx);

#endif
