/*
 * For tests: the protected name api.example.com., and its answers in a small
 * world.
 */
#ifndef RULES_FAILOVER_FIXTURE_H
#define RULES_FAILOVER_FIXTURE_H

#include "fixture.h"

#define ANSWERS 16

/* api.example.com. A and AAAA, edge-primary and edge-standby. */
struct guard {
	uint8_t name[NAME_MAX_LEN];
	uint8_t cdn[NAME_MAX_LEN], exact[NAME_MAX_LEN];
	struct policy_net primary[2], standby[1];
	struct policy_pattern names[2];
	struct policy_target target[3];
	const struct policy_target *list[3];
	uint16_t type[2];
	struct policy_protected protect;
	struct evidence_answer answer[ANSWERS];
};

static inline void
guard_make(struct guard *g, const char *name)
{
	memset(g, 0, sizeof(*g));
	fixture_name(g->name, name, NULL);
	fixture_name(g->cdn, "cdn.example.org.", NULL);
	fixture_name(g->exact, "mx.provider.example.", NULL);
	g->primary[0] = (struct policy_net){{192, 0, 2, 0}, 4, 28};
	g->primary[1] = (struct policy_net){
	    {0x20, 0x01, 0x0d, 0xb8, 0, 1}, 16, 48};
	g->standby[0] = (struct policy_net){{198, 51, 100, 0}, 4, 28};
	g->names[0] = (struct policy_pattern){g->cdn, true};
	g->names[1] = (struct policy_pattern){g->exact, false};
	g->target[0] = (struct policy_target){
	    .name = "edge-primary", .net = g->primary, .nnets = 2};
	g->target[1] = (struct policy_target){
	    .name = "edge-standby", .net = g->standby, .nnets = 1};
	g->target[2] = (struct policy_target){
	    .name = "cdn", .pattern = g->names, .npatterns = 2};
	g->list[0] = &g->target[0];
	g->list[1] = &g->target[1];
	g->list[2] = &g->target[2];
	g->type[0] = RRTYPE_A;
	g->type[1] = RRTYPE_AAAA;
	g->protect = (struct policy_protected){.name = g->name,
	    .type = g->type,
	    .ntypes = 2,
	    .owner = "netops",
	    .target = g->list,
	    .ntargets = 3,
	    .require = {.max_ttl = UINT32_MAX},
	    .line = 18};
}

static inline const struct resolve_answer *
ask(struct world *w, struct zoneset *set, const char *view,
    const struct guard *g, uint16_t type)
{
	struct resolve_answer *a;

	if (set == NULL)
		return NULL;
	if (resolve(
		&a, set, &w->policy, view, g->name, type, w->arena, &w->e) != 0)
		fail_msg("resolve: %s", w->e.message);
	return a;
}

/* What the gate does: an answer for each type, in each of the views. */
static inline void
guard_ask(struct guard *g, struct world *w, const char *const *view)
{
	size_t n = 0, i;

	for (; *view != NULL; view++)
		for (i = 0; i < g->protect.ntypes; i++, n++) {
			assert_true(n < ANSWERS);
			g->answer[n] = (struct evidence_answer){
			    .protect = &g->protect,
			    .view = *view,
			    .type = g->type[i],
			    .old = ask(w, w->old, *view, g, g->type[i]),
			    .new = ask(w, w->new, *view, g, g->type[i])};
		}
	w->ev.answer = g->answer;
	w->ev.nanswers = n;
}

static const char *const out[] = {"out", NULL};

struct failover_case {
	const char *label;
	const char *rule;
	size_t n;
	const char *old, *new;
	/* what is required beside the targets */
	uint32_t min, networks, max_ttl;
	bool is_signed, caa, no_wildcard, identity;
	uint16_t type; /* instead of A and AAAA */
};

#define GOOD "api 60 A 192.0.2.1\napi 60 A 198.51.100.1\n"
#define ALLOWED "failover-target-not-allowed"
#define EMPTY "failover-answer-empty"
#define FEW "failover-too-few-targets"
#define DIVERSE "failover-not-diverse"
#define TTL "failover-ttl"
#define REPLACED "failover-all-replaced"
#define SHADOWED "failover-shadowed"
#define LEAVES "failover-leaves-repo"
#define UNSIGNED "failover-unsigned"
#define WILDCARD "failover-wildcard"
#define LOOKALIKE "failover-lookalike"
#define CAA "identity-caa"
#define CAA_CHANGED "identity-caa-changed"
#define COMPANION "identity-companion"

static inline void
case_open(const struct failover_case *c, struct guard *g, struct world *w)
{
	struct policy_require *r;

	guard_make(g, "api.example.com.");
	if (c->type != 0) {
		g->type[0] = c->type;
		g->protect.ntypes = 1;
	}
	r = &g->protect.require;
	r->min_targets = c->min;
	r->distinct_networks = c->networks;
	r->max_ttl = c->max_ttl == 0 ? UINT32_MAX : c->max_ttl;
	r->is_signed = c->is_signed;
	r->caa = c->caa;
	r->wildcard_denied = c->no_wildcard;
	g->protect.identity = c->identity;
	world_open(w, c->old, c->new, true);
	guard_ask(g, w, out);
}

#endif
