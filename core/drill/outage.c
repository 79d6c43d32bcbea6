/* What a single outage takes away, and which ones there are. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "map.h"

void
map_normal(struct map_address *out, const uint8_t *addr, size_t len)
{
	const uint8_t *carried = len == 16 ? address_carried(addr) : NULL;

	memset(out, 0, sizeof(*out));
	if (carried != NULL) {
		addr = carried;
		len = 4;
	}
	memcpy(out->addr, addr, len);
	out->len = (uint8_t)len;
}

static bool
in_list(const struct policy_target *list, const struct map_address *a)
{
	size_t i;

	for (i = 0; i < list->nnets; i++)
		if (address_in(&list->net[i], a->addr, a->len))
			return true;
	return false;
}

bool
outage_address(const struct drill_outage *o, const struct map_address *a)
{
	switch (o->kind) {
	case DRILL_ADDRESS:
	case DRILL_NETWORK:
		return address_in(&o->net, a->addr, a->len);
	case DRILL_LIST:
		return in_list(o->list, a);
	case DRILL_NONE:
	case DRILL_SERVER:
	case DRILL_PROVIDER:
		break;
	}
	return false;
}

bool
outage_name(const struct drill_outage *o, const uint8_t *name)
{
	return o->kind == DRILL_LIST &&
	       policy_name_matches(o->list->pattern, o->list->npatterns, name);
}

bool
outage_server(const struct drill_outage *o, const uint8_t *name)
{
	if (o->kind == DRILL_SERVER)
		return name_equal(o->name, name);
	if (o->kind == DRILL_PROVIDER)
		return name_equal(o->name, name_parent(name));
	return outage_name(o, name);
}

const struct policy_net *
outage_net(const struct policy_protected *p, const struct map_address *a)
{
	const struct policy_net *net, *best = NULL;
	size_t i, j;

	for (i = 0; i < p->ntargets; i++)
		for (j = 0; j < p->target[i]->nnets; j++) {
			net = &p->target[i]->net[j];
			if ((best == NULL || net->prefix < best->prefix) &&
			    address_in(net, a->addr, a->len))
				best = net;
		}
	return best;
}

/* ---- the list ------------------------------------------------------------ */

static bool
same(const struct drill_outage *a, const struct drill_outage *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case DRILL_ADDRESS:
	case DRILL_NETWORK:
		return a->net.len == b->net.len &&
		       a->net.prefix == b->net.prefix &&
		       memcmp(a->net.addr, b->net.addr, a->net.len) == 0;
	case DRILL_LIST:
		return a->list == b->list;
	case DRILL_SERVER:
	case DRILL_PROVIDER:
		return name_equal(a->name, b->name);
	case DRILL_NONE:
		break;
	}
	return true;
}

static int
add(const struct map *m, struct vec *v, const struct drill_outage *new)
{
	struct drill_outage *o = v->item;
	size_t i;

	for (i = 0; i < v->n; i++)
		if (same(&o[i], new))
			return 0;
	if (v->n == DRILL_OUTAGES_MAX)
		return error_set(m->e, ERROR_SYSTEM,
		    "a protected name has more than %d single outages",
		    DRILL_OUTAGES_MAX);
	if ((o = vec_add(v)) == NULL)
		return error_memory(m->e);
	*o = *new;
	return 0;
}

/* Does the list hold anything that the name leads to? */
static bool
list_used(const struct map *m, const struct policy_target *list)
{
	const struct map_way *w = m->way.item;
	size_t i;

	for (i = 0; i < m->way.n; i++)
		if ((w[i].kind == MAP_ADDRESS &&
			in_list(list, &w[i].address)) ||
		    (w[i].kind == MAP_NAME && policy_name_matches(list->pattern,
						  list->npatterns, w[i].name)))
			return true;
	return false;
}

static int
add_lists(const struct map *m, struct vec *v)
{
	struct drill_outage o = {.kind = DRILL_LIST};
	size_t i;

	for (i = 0; i < m->protect->ntargets; i++) {
		o.list = m->protect->target[i];
		if (list_used(m, o.list) && add(m, v, &o) != 0)
			return -1;
	}
	return 0;
}

static int
add_addresses(const struct map *m, struct vec *v)
{
	const struct map_way *w = m->way.item;
	struct drill_outage o;
	const struct policy_net *net;
	size_t i;

	for (i = 0; i < m->way.n; i++) {
		if (w[i].kind != MAP_ADDRESS)
			continue;
		o = (struct drill_outage){.kind = DRILL_ADDRESS};
		memcpy(o.net.addr, w[i].address.addr, w[i].address.len);
		o.net.len = w[i].address.len;
		o.net.prefix = (uint8_t)(8 * o.net.len);
		if (add(m, v, &o) != 0)
			return -1;
		if ((net = outage_net(m->protect, &w[i].address)) == NULL)
			continue;
		o.kind = DRILL_NETWORK;
		o.net = *net;
		if (add(m, v, &o) != 0)
			return -1;
	}
	return 0;
}

static int
add_servers(const struct map *m, const struct vec *servers, struct vec *v)
{
	const struct map_server *s = servers->item;
	struct drill_outage o = {.kind = DRILL_NONE};
	size_t i;

	for (i = 0; i < servers->n; i++) {
		o.kind = DRILL_SERVER;
		o.name = s[i].name;
		if (add(m, v, &o) != 0)
			return -1;
		o.kind = DRILL_PROVIDER;
		o.name = name_parent(s[i].name);
		if (add(m, v, &o) != 0)
			return -1;
	}
	return 0;
}

/* Lists keep the order of the policy. */
static int
by_kind(const void *left, const void *right)
{
	const struct drill_outage *a = left, *b = right;
	int d;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == DRILL_SERVER || a->kind == DRILL_PROVIDER)
		return name_compare(a->name, b->name);
	if (a->kind == DRILL_LIST)
		return a->list->line < b->list->line ? -1
		       : a->list->line > b->list->line
			   ? 1
			   : strcmp(a->list->name, b->list->name);
	if (a->net.len != b->net.len)
		return a->net.len < b->net.len ? -1 : 1;
	d = memcmp(a->net.addr, b->net.addr, a->net.len);
	return d != 0 ? d : (int)a->net.prefix - (int)b->net.prefix;
}

static int
name_it(const struct map *m, struct drill_outage *o)
{
	char text[INET6_ADDRSTRLEN];

	switch (o->kind) {
	case DRILL_ADDRESS:
	case DRILL_NETWORK:
		if (inet_ntop(o->net.len == 4 ? AF_INET : AF_INET6, o->net.addr,
			text, sizeof(text)) == NULL)
			return error_set(m->e, ERROR_SYSTEM, "internal");
		o->what = o->kind == DRILL_ADDRESS
			      ? arena_strdup(m->arena, text)
			      : arena_printf(
				    m->arena, "%s/%u", text, o->net.prefix);
		break;
	case DRILL_LIST:
		o->what = o->list->name;
		break;
	case DRILL_SERVER:
	case DRILL_PROVIDER:
		o->what = reach_text(m, o->name);
		break;
	case DRILL_NONE:
		o->what = "";
		break;
	}
	return o->what == NULL ? error_memory(m->e) : 0;
}

int
outage_list(const struct map *m, struct vec *v)
{
	static const struct drill_outage none = {.kind = DRILL_NONE};
	struct drill_outage *o;
	uint32_t i;
	size_t k;

	if (add(m, v, &none) != 0 || add_addresses(m, v) != 0 ||
	    add_lists(m, v) != 0)
		return -1;
	for (i = 0; i < m->zone.n; i++)
		for (k = 0; k < MAP_SIDES; k++)
			if (add_servers(m, &map_zone(m, i)->server[k], v) != 0)
				return -1;
	o = v->item;
	qsort(o, v->n, sizeof(*o), by_kind);
	for (k = 0; k < v->n; k++)
		if (name_it(m, &o[k]) != 0)
			return -1;
	return 0;
}
