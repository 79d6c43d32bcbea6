#include "lanes.h"

#include <stdlib.h>
#include <string.h>

enum {
	LOST_UNHEARD = 8, /* questions lost before a lane is given up */
	LOST_HEARD = 32,
};

static int
compare(const struct live_question *a, const struct live_question *b)
{
	int c;

	if (a->transport != b->transport)
		return a->transport < b->transport ? -1 : 1;
	if (a->at.len != b->at.len)
		return a->at.len < b->at.len ? -1 : 1;
	if ((c = memcmp(a->at.addr, b->at.addr, a->at.len)) != 0)
		return c;
	if (a->at.port != b->at.port)
		return a->at.port < b->at.port ? -1 : 1;
	return strcmp(
	    a->url == NULL ? "" : a->url, b->url == NULL ? "" : b->url);
}

static int
by_lane(const void *x, const void *y, void *ctx)
{
	const size_t *a = x, *b = y;
	const struct live_question *q = ctx;
	int c = compare(&q[*a], &q[*b]);

	if (c != 0)
		return c;
	return *a < *b ? -1 : *a > *b;
}

int
lanes_init(
    struct lanes *l, const struct live_question *q, size_t n, size_t slots)
{
	size_t i;

	memset(l, 0, sizeof(*l));
	l->slots = slots;
	l->order = calloc(n + 1, sizeof(*l->order));
	l->of = calloc(n + 1, sizeof(*l->of));
	l->lane = calloc(n + 1, sizeof(*l->lane));
	if (l->order == NULL || l->of == NULL || l->lane == NULL) {
		lanes_free(l);
		return -1;
	}
	for (i = 0; i < n; i++)
		l->order[i] = i;
	/* glibc's qsort_r(): the comparison needs the questions. */
	qsort_r(l->order, n, sizeof(*l->order), by_lane, (void *)(uintptr_t)q);
	for (i = 0; i < n; i++) {
		if (i == 0 ||
		    compare(&q[l->order[i - 1]], &q[l->order[i]]) != 0) {
			l->lane[l->n].first = l->lane[l->n].next = i;
			l->n++;
		}
		l->lane[l->n - 1].end = i + 1;
		l->of[l->order[i]] = l->n - 1;
	}
	return 0;
}

void
lanes_free(struct lanes *l)
{
	free(l->order);
	free(l->of);
	free(l->lane);
	memset(l, 0, sizeof(*l));
}

static bool
is_silent(const struct lane *l)
{
	return l->lost >= (l->heard ? LOST_HEARD : LOST_UNHEARD);
}

/* Sockets a lane may hold: its part among those that still have work. */
static size_t
share(const struct lanes *l)
{
	size_t i, busy = 0;

	for (i = 0; i < l->n; i++)
		if (l->lane[i].next < l->lane[i].end || l->lane[i].active > 0)
			busy++;
	return busy == 0 || l->slots / busy == 0 ? 1 : l->slots / busy;
}

int
lanes_next(struct lanes *l, size_t *i, bool *silent)
{
	size_t k, max = share(l);
	struct lane *lane;

	for (k = 0; k < l->n; k++) {
		lane = &l->lane[(l->turn + k) % l->n];
		*silent = is_silent(lane);
		if (lane->next == lane->end ||
		    (!*silent && lane->active >= max))
			continue;
		*i = l->order[lane->next++];
		if (!*silent)
			lane->active++;
		l->turn = (l->turn + k + 1) % l->n;
		return 1;
	}
	return 0;
}

void
lanes_done(struct lanes *l, size_t i, enum lanes_word word)
{
	struct lane *lane = &l->lane[l->of[i]];

	lane->active--;
	if (word == LANES_HEARD) {
		lane->heard = true;
		lane->lost = 0;
	} else if (word == LANES_LOST) {
		lane->lost++;
	}
}
