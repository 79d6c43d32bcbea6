#include "plan.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "allow.h"

/* Octets of an ask's key before the name: server, type, helper. */
#define KEY_HEAD (sizeof(uint32_t) + sizeof(uint16_t) + 1)

/* ---- asks ---------------------------------------------------------------- */

static int
too_many(struct plan *p)
{
	error_set(p->e, ERROR_SYSTEM,
	    "there are more questions to live servers than one run asks");
	return error_hint(p->e, "name the zones or names to probe");
}

static uint32_t
add_question(struct plan *p, const struct live_question *q)
{
	struct live_question *new;

	if (p->question.n >= LIVE_QUESTIONS_MAX) {
		too_many(p);
		return PLAN_NONE;
	}
	if ((new = vec_add(&p->question)) == NULL) {
		error_memory(p->e);
		return PLAN_NONE;
	}
	*new = *q;
	return (uint32_t)(p->question.n - 1);
}

/* One way of asking, if the server has it. */
static int
add_way(struct plan *p, struct plan_ask *a, unsigned way,
    enum live_transport transport, bool check_disabled)
{
	const struct probe_server *s = plan_server_at(p, a->server);
	struct live_question q = {.at = s->at,
	    .transport = transport,
	    .name = a->name,
	    .type = a->type,
	    .recurse = s->resolver,
	    .check_disabled = check_disabled && s->resolver,
	    .tsig = s->tsig};

	if (transport == LIVE_HTTPS) {
		q.at = s->https;
		q.url = s->url;
		q.tsig = NULL;
	}
	a->q[way] = PLAN_NONE;
	if (q.at.len == 0)
		return 0;
	a->q[way] = add_question(p, &q);
	return a->q[way] == PLAN_NONE ? -1 : 0;
}

static int
add_ways(struct plan *p, struct plan_ask *a, bool helper)
{
	const struct probe_server *s = plan_server_at(p, a->server);
	enum live_transport spare = s->at.len != 0 ? LIVE_ANY : LIVE_HTTPS;

	a->q[PLAN_SPARE] = PLAN_NONE;
	if (add_way(p, a, PROBE_UDP, helper ? LIVE_ANY : LIVE_UDP, helper) !=
		0 ||
	    add_way(p, a, PROBE_TCP, LIVE_TCP, helper) != 0 ||
	    add_way(p, a, PROBE_HTTPS, LIVE_HTTPS, helper) != 0)
		return -1;
	if (helper || !plan_server_at(p, a->server)->resolver)
		return 0;
	return add_way(p, a, PLAN_SPARE, spare, true);
}

/* What an ask is found by; the name is at its end. NULL without memory. */
static uint8_t *
ask_key(struct arena *arena, uint32_t server, const uint8_t *name,
    uint16_t type, bool helper, size_t *len)
{
	size_t n = 0, namelen = name_len(name);
	uint8_t *key = arena_bytes(arena, namelen + KEY_HEAD);

	if (key == NULL)
		return NULL;
	memcpy(key, &server, sizeof(server));
	n += sizeof(server);
	memcpy(key + n, &type, sizeof(type));
	n += sizeof(type);
	key[n++] = helper;
	memcpy(key + n, name, namelen);
	*len = n + namelen;
	return key;
}

uint32_t
plan_find(const struct plan *p, uint32_t server, const uint8_t *name,
    uint16_t type, bool helper)
{
	size_t len;
	uint8_t *key = ask_key(p->arena, server, name, type, helper, &len);
	uint32_t *at = key == NULL ? NULL : hash_table_find(p->asks, key, len);

	return at == NULL ? PLAN_NONE : *at;
}

uint32_t
plan_ask(struct plan *p, uint32_t server, const uint8_t *name, uint16_t type,
    bool helper)
{
	struct plan_ask *a;
	uint32_t *at;
	uint8_t *key;
	size_t len;
	int added;

	if ((key = ask_key(p->arena, server, name, type, helper, &len)) ==
	    NULL) {
		error_memory(p->e);
		return PLAN_NONE;
	}
	at = hash_table_put(p->asks, key, len, (uint32_t)p->ask.n, &added);
	if (at != NULL && !added)
		return *at;
	if (at == NULL || (a = vec_add(&p->ask)) == NULL) {
		error_memory(p->e);
		return PLAN_NONE;
	}
	a->server = server;
	a->name = key + KEY_HEAD;
	a->type = type;
	if (add_ways(p, a, helper) != 0)
		return PLAN_NONE;
	return (uint32_t)(p->ask.n - 1);
}

int
plan_message(const struct plan *p, uint32_t ask, unsigned way,
    struct arena *arena, struct message *out, struct error *e)
{
	uint32_t q = ask == PLAN_NONE ? PLAN_NONE : plan_ask_at(p, ask)->q[way];
	const struct live_reply *r;
	int rc;

	if (q == PLAN_NONE || p->reply == NULL)
		return 0;
	r = &p->reply[q];
	if (r->outcome != LIVE_ANSWERED)
		return 0;
	rc = message_parse(out, r->message, r->len, arena, e);
	return rc < 0 ? -1 : rc == 0;
}

/* ---- zones --------------------------------------------------------------- */

/* The zone of ENTRY, made once; its index, or PLAN_NONE. */
static uint32_t
add_zone(struct plan *p, uint32_t entry)
{
	const struct zoneset_entry *en = zoneset_entry(p->args.set, entry);
	uint32_t *key = arena_alloc(p->arena, sizeof(*key)), *at;
	const struct zone *zone;
	struct plan_zone *z;
	int added;

	if (key == NULL) {
		error_memory(p->e);
		return PLAN_NONE;
	}
	*key = entry;
	at = hash_table_put(
	    p->zones, key, sizeof(*key), (uint32_t)p->zone.n, &added);
	if (at != NULL && !added)
		return *at;
	if (at == NULL || (z = vec_add(&p->zone)) == NULL) {
		error_memory(p->e);
		return PLAN_NONE;
	}
	zone = zoneset_zone(p->args.set, entry, NULL, p->e);
	if (zone == NULL)
		return PLAN_NONE;
	if (zone->broken || zone->soa == ZONE_NONE) {
		error_set(p->e, ERROR_SYSTEM,
		    "%s has faults, so nobody can say what servers should "
		    "answer",
		    en->path);
		error_hint(p->e, "see 'zonegate review %s'", en->path);
		return PLAN_NONE;
	}
	z->entry = entry;
	z->zone = zone;
	z->apex = en->apex;
	z->view = en->view;
	z->policy = en->tag;
	z->must_be_signed = z->policy == NULL ||
			    z->policy->dnssec.mode != POLICY_DNSSEC_UNSIGNED;
	if (plan_servers(p, z) != 0 || plan_anchors(p, z) != 0 ||
	    plan_chain(p, z) != 0)
		return PLAN_NONE;
	return (uint32_t)(p->zone.n - 1);
}

/* ---- rows ---------------------------------------------------------------- */

static int
add_cells(struct plan *p, struct probe_row *row, const struct plan_zone *z)
{
	size_t i;

	if ((row->cell = arena_calloc(
		 p->arena, z->nuses + 1, sizeof(*row->cell))) == NULL)
		return error_memory(p->e);
	p->cells += z->nuses;
	if (p->cells > PLAN_CELLS_MAX)
		return too_many(p);
	for (i = 0; i < z->nuses; i++) {
		row->cell[i].server = z->use[i].server;
		row->cell[i].ask = plan_ask(
		    p, z->use[i].server, row->name, row->type, false);
		if (row->cell[i].ask == PLAN_NONE)
			return -1;
	}
	row->ncells = z->nuses;
	if (z->nuses == 0)
		row->why = "no server of the policy or of the zone serves it "
			   "in this view";
	return 0;
}

static struct probe_row *
add_row(struct plan *p, const uint8_t *name, uint16_t type, const char *view,
    uint32_t zone)
{
	struct probe_row *row = vec_add(&p->row);

	if (row == NULL) {
		error_memory(p->e);
		return NULL;
	}
	row->name = name;
	row->type = type;
	row->view = view;
	row->zone = zone;
	return row;
}

/* The zone itself: its SOA, once. */
static int
add_zone_row(struct plan *p, uint32_t i)
{
	struct plan_zone *z = plan_zone_at(p, i);
	struct resolve_answer *a;
	struct probe_row *row;

	if (z->probed)
		return 0;
	z->probed = true;
	if (resolve(&a, p->args.set, p->args.policy, z->view, z->apex,
		RRTYPE_SOA, p->arena, p->e) != 0 ||
	    (row = add_row(p, z->apex, RRTYPE_SOA, z->view, i)) == NULL)
		return -1;
	row->expected = a;
	return add_cells(p, row, z);
}

/* Aliases lead through other zones, whose keys a resolver's answer needs. */
static int
add_zones_on_way(struct plan *p, const struct resolve_answer *a)
{
	size_t i;

	for (i = 0; i < a->nsteps; i++)
		if (a->step[i].zone != NULL &&
		    add_zone(p, a->step[i].entry) == PLAN_NONE)
			return -1;
	return 0;
}

static int
add_name_row(struct plan *p, const struct policy_protected *protect,
    uint16_t type, const char *view, uint32_t entry)
{
	struct resolve_answer *a;
	struct probe_row *row;
	uint32_t zone;

	if (resolve(&a, p->args.set, p->args.policy, view, protect->name, type,
		p->arena, p->e) != 0 ||
	    (zone = add_zone(p, entry)) == PLAN_NONE ||
	    add_zones_on_way(p, a) != 0 || add_zone_row(p, zone) != 0)
		return -1;
	row = add_row(p, protect->name, type, view, zone);
	if (row == NULL)
		return -1;
	row->protect = protect;
	row->expected = a;
	return add_cells(p, row, plan_zone_at(p, zone));
}

/* A protected name that no zone here holds: nobody can be asked. */
static int
add_homeless_row(
    struct plan *p, const struct policy_protected *protect, const char *view)
{
	struct probe_row *row = add_row(p, protect->name,
	    protect->ntypes > 0 ? protect->type[0] : RRTYPE_A, view, PLAN_NONE);

	if (row == NULL)
		return -1;
	row->protect = protect;
	row->why = "no zone of this repository holds the name";
	return 0;
}

static bool
wanted(const struct plan *p, const uint8_t *name, const uint8_t *zone)
{
	size_t i;

	if (p->args.nonly == 0)
		return true;
	for (i = 0; i < p->args.nonly; i++)
		if (name_equal(p->args.only[i], name) ||
		    (zone != NULL && name_equal(p->args.only[i], zone)))
			return true;
	return false;
}

/* The zone that answers for the name in VIEW; a name that the policy puts into
 * this view may come from the one it falls back to. */
static uint32_t
home_of(const struct plan *p, const struct policy_protected *protect,
    const char *view)
{
	const struct policy_view *v;
	uint32_t i = zoneset_closest(p->args.set, view, protect->name);
	size_t hops = 0;

	while (i == ZONE_NONE && protect->view != NULL &&
	       hops++ <= p->args.policy->nviews) {
		v = policy_view_find(p->args.policy, view);
		if (v == NULL || v->falls_back_to == NULL)
			break;
		view = v->falls_back_to;
		i = zoneset_closest(p->args.set, view, protect->name);
	}
	return i;
}

static int
add_name_in(struct plan *p, const struct policy_protected *protect,
    const char *view, size_t *homes)
{
	uint32_t entry;
	size_t i;

	if (!policy_protects_view(protect, view) ||
	    (entry = home_of(p, protect, view)) == ZONE_NONE)
		return 0;
	++*homes;
	if (!wanted(p, protect->name, zoneset_entry(p->args.set, entry)->apex))
		return 0;
	for (i = 0; i < protect->ntypes; i++)
		if (add_name_row(p, protect, protect->type[i], view, entry) !=
		    0)
			return -1;
	return 0;
}

static int
add_name(struct plan *p, const struct policy_protected *protect)
{
	const struct policy *policy = p->args.policy;
	size_t i, homes = 0;
	int rc = 0;

	if (policy->nviews == 0)
		rc = add_name_in(p, protect, "", &homes);
	for (i = 0; rc == 0 && i < policy->nviews; i++)
		rc = add_name_in(p, protect, policy->view[i].name, &homes);
	if (rc == 0 && homes == 0 && wanted(p, protect->name, NULL))
		rc = add_homeless_row(
		    p, protect, protect->view != NULL ? protect->view : "");
	return rc;
}

/* ---- all of it ----------------------------------------------------------- */

static void
free_plan(void *ctx)
{
	struct plan *p = ctx;

	vec_free(&p->server);
	vec_free(&p->zone);
	vec_free(&p->row);
	vec_free(&p->ask);
	vec_free(&p->question);
	hash_table_free(p->zones);
	hash_table_free(p->asks);
}

static struct plan *
make(const struct probe_args *args, struct arena *arena)
{
	struct plan start = {.arena = arena,
	    .args = *args,
	    .server = VEC_INIT(struct probe_server),
	    .zone = VEC_INIT(struct plan_zone),
	    .row = VEC_INIT(struct probe_row),
	    .ask = VEC_INIT(struct plan_ask),
	    .question = VEC_INIT(struct live_question)};
	struct plan *p = arena_alloc(arena, sizeof(*p));

	if (p == NULL)
		return NULL;
	memcpy(p, &start, sizeof(*p));
	p->zones = hash_table_new(64);
	p->asks = hash_table_new(1024);
	if (arena_on_free(arena, free_plan, p) != 0) {
		free_plan(p);
		return NULL;
	}
	return p->zones == NULL || p->asks == NULL ? NULL : p;
}

static int
fill(struct plan *p)
{
	const struct policy *policy = p->args.policy;
	uint32_t i, zone, n = zoneset_count(p->args.set);
	size_t k;

	for (i = 0; i < n; i++) {
		if (!wanted(p, zoneset_entry(p->args.set, i)->apex, NULL))
			continue;
		if ((zone = add_zone(p, i)) == PLAN_NONE ||
		    add_zone_row(p, zone) != 0)
			return -1;
	}
	for (k = 0; k < policy->nprotects; k++)
		if (add_name(p, &policy->protect[k]) != 0)
			return -1;
	return 0;
}

int
plan_build(struct plan **out, const struct probe_args *args,
    struct arena *arena, struct error *e)
{
	struct plan *p = make(args, arena);

	*out = NULL;
	if (p == NULL)
		return error_memory(e);
	p->e = e;
	if (fill(p) != 0)
		return -1;
	p->e = NULL;
	*out = p;
	return 0;
}
