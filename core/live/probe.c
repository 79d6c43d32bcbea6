#include "probe.h"

#include <string.h>

#include "../dns/rrtype.h"
#include "plan.h"

static int
ask_all(struct plan *p, struct live_keeper *k, struct error *e)
{
	p->reply = arena_calloc(p->arena, p->question.n + 1, sizeof(*p->reply));
	if (p->reply == NULL)
		return error_memory(e);
	if (p->question.n == 0)
		return 0;
	return live_keeper_ask(
	    k, p->question.item, p->reply, p->question.n, p->arena, e);
}

/* What everybody has of each zone comes before what it says. */
static int
find_serials(struct plan *p, struct error *e)
{
	struct probe_row *row = p->row.item;
	struct plan_zone *z;
	size_t i, k;

	for (i = 0; i < p->row.n; i++) {
		if (row[i].protect != NULL)
			continue;
		z = plan_zone_at(p, row[i].zone);
		for (k = 0; k < row[i].ncells; k++)
			if (cell_serial(
				p, z, &z->use[k], row[i].cell[k].ask, e) != 0)
				return -1;
	}
	return 0;
}

static int
judge_rows(struct plan *p, struct probe *out, struct error *e)
{
	struct probe_row *row = p->row.item;
	size_t i, k;

	for (i = 0; i < p->row.n; i++) {
		out->unchecked += row[i].ncells == 0;
		for (k = 0; k < row[i].ncells; k++) {
			if (cell_judge(p, &row[i], &row[i].cell[k], e) != 0)
				return -1;
			out->cells++;
			out->unchecked += row[i].cell[k].authentic ==
					  PROBE_UNCHECKED;
		}
	}
	return 0;
}

static int
list_serials(struct plan *p, struct probe *out, struct error *e)
{
	struct probe_serial *list;
	struct plan_zone *z;
	size_t i, k, n = 0;

	for (i = 0; i < p->zone.n; i++)
		n += plan_zone_at(p, (uint32_t)i)->nuses;
	if ((list = arena_calloc(p->arena, n + 1, sizeof(*list))) == NULL)
		return error_memory(e);
	for (i = 0; i < p->zone.n; i++) {
		z = plan_zone_at(p, (uint32_t)i);
		for (k = 0; z->probed && k < z->nuses; k++)
			list[out->nserials++] = z->use[k].serial;
	}
	out->serial = list;
	return 0;
}

int
probe_run(
    struct probe **out, struct plan *p, struct live_keeper *k, struct error *e)
{
	struct probe *r = arena_alloc(p->arena, sizeof(*r));

	*out = NULL;
	if (r == NULL)
		return error_memory(e);
	if (ask_all(p, k, e) != 0 || find_serials(p, e) != 0 ||
	    judge_rows(p, r, e) != 0 || list_serials(p, r, e) != 0)
		return -1;
	r->server = p->server.item;
	r->nservers = p->server.n;
	r->row = p->row.item;
	r->nrows = p->row.n;
	r->nquestions = p->question.n;
	*out = r;
	return 0;
}
