/* Rules about protected names, over real look-ups in small worlds. */
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

static void
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

static const struct resolve_answer *
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
static void
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
	bool is_signed, caa, no_wildcard;
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

static const struct failover_case cases[] = {
    /* ---- targets */
    {.label = "approved", .rule = ALLOWED, .new = HEAD GOOD},
    {.label = "one address is not",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 A 203.0.113.77\n"},
    {.label = "one past the block",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 A 192.0.2.16\n"},
    {.label = "last of the block",
	.rule = ALLOWED,
	.new = HEAD "api 60 A 192.0.2.15\n"},
    {.label = "IPv6",
	.rule = ALLOWED,
	.new = HEAD "api 60 AAAA 2001:db8:1::7\n"},
    {.label = "IPv6 of others",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 AAAA 2001:db8:2::7\n"},
    {.label = "IPv4-mapped, forbidden",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 AAAA ::ffff:203.0.113.77\n"},
    {.label = "NAT64, allowed",
	.rule = ALLOWED,
	.new = HEAD GOOD "api 60 AAAA 64:ff9b::c000:201\n"},
    {.label = "over an alias in the zone",
	.rule = ALLOWED,
	.new = HEAD "api 60 CNAME edge\nedge 60 A 192.0.2.1\n"},
    {.label = "over an alias to a bad address",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 CNAME edge\nedge 60 A 203.0.113.77\n"},
    {.label = "over an alias in another zone here",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 CNAME edge.example.net.\n" NET
		    "edge 60 A 203.0.113.77\n"},
    {.label = "alias to an approved name outside",
	.rule = ALLOWED,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "alias to the approved suffix itself",
	.rule = ALLOWED,
	.n = 2, /* A and AAAA */
	.new = HEAD "api 60 CNAME cdn.example.org.\n"},
    {.label = "by wildcard",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "* 60 A 203.0.113.77\n"},
    {.label = "over a DNAME",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "@ 60 DNAME example.net.\n" NET "api 60 A 203.0.113.77\n"},
    {.label = "in a child zone",
	.rule = ALLOWED,
	.n = 1,
	.new = COM SOA2 NS "$zone api.example.com. out\n" SOA NS
			   "@ 60 A 203.0.113.77\n"},
    {.label = "MX outside, approved",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.new = HEAD "api 60 MX 10 mx.provider.example.\n"},
    {.label = "MX outside",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.n = 1,
	.new = HEAD "api 60 MX 10 mx.other.example.\n"},
    {.label = "MX here, bad address",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.n = 1,
	.new = HEAD "api 60 MX 10 mail\nmail 60 A 203.0.113.77\n"},
    {.label = "HTTPS hint, bad",
	.rule = ALLOWED,
	.type = RRTYPE_HTTPS,
	.n = 1,
	.new = HEAD GOOD "api 60 HTTPS 1 . 00040004cb00714d\n"},
    {.label = "HTTPS hint, approved",
	.rule = ALLOWED,
	.type = RRTYPE_HTTPS,
	.new = HEAD GOOD "api 60 HTTPS 1 . 00040004c0000201\n"},
    /* ---- empty */
    {.label = "gone", .rule = EMPTY, .n = 1, .old = HEAD_OLD GOOD, .new = HEAD},
    {.label = "never there", .rule = EMPTY, .n = 1, .new = HEAD},
    {.label = "AAAA was never there",
	.rule = EMPTY,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    {.label = "AAAA is gone, A stays",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD "api 60 AAAA 2001:db8:1::1\n",
	.new = HEAD GOOD},
    {.label = "of another type",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 TXT x\n"},
    {.label = "alias to nowhere",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME gone\n"},
    {.label = "alias in a circle",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME api\n"},
    {.label = "approved alias outside",
	.rule = EMPTY,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "the zone is gone",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD NET,
	.new = NET},
    /* ---- too few */
    {.label = "two of two", .rule = FEW, .min = 2, .new = HEAD GOOD},
    {.label = "one of two",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\n"},
    {.label = "the same, mapped",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA ::ffff:192.0.2.1\n"},
    {.label = "A and AAAA",
	.rule = FEW,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA 2001:db8:1::1\n"},
    {.label = "none is another rule's", .rule = FEW, .min = 2, .new = HEAD},
    {.label = "outside counts as one",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    /* ---- not diverse */
    {.label = "two networks", .rule = DIVERSE, .networks = 2, .new = HEAD GOOD},
    {.label = "one network",
	.rule = DIVERSE,
	.n = 1,
	.networks = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 A 192.0.2.2\n"},
    {.label = "both families of one site",
	.rule = DIVERSE,
	.n = 1,
	.networks = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA 2001:db8:1::1\n"},
    /* ---- TTL */
    {.label = "60 of 60", .rule = TTL, .max_ttl = 60, .new = HEAD GOOD},
    {.label = "61 of 60",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 61 A 192.0.2.1\napi 61 A 198.51.100.1\n"},
    {.label = "of an alias on the way",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 86400 CNAME edge\nedge 60 A 192.0.2.1\n"},
    {.label = "of the alias's target",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 60 CNAME edge\nedge 86400 A 192.0.2.1\n"},
    {.label = "0",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 0 A 192.0.2.1\n"},
    {.label = "no requirement",
	.rule = TTL,
	.max_ttl = UINT32_MAX,
	.new = HEAD "api 86400 A 192.0.2.1\n"},
    {.label = "minimum raised",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.old = HEAD_OLD GOOD,
	.new = COM "@ 3600 SOA ns1 host 2 7200 900 1209600 3600\n" NS GOOD},
    {.label = "minimum as before",
	.rule = TTL,
	.max_ttl = 60,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    /* ---- all replaced */
    {.label = "both",
	.rule = REPLACED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 A 192.0.2.2\napi 60 A 198.51.100.2\n"},
    {.label = "one of two",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 A 198.51.100.2\n"},
    {.label = "the only one",
	.rule = REPLACED,
	.old = HEAD_OLD "api 60 A 192.0.2.1\n",
	.new = HEAD "api 60 A 192.0.2.2\n"},
    {.label = "the same over an alias",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME e\ne 60 A 192.0.2.1\n"},
    {.label = "all gone is another rule's",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD},
    /* ---- shadowed */
    {.label = "unchanged",
	.rule = SHADOWED,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    {.label = "delegated",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD "api 60 NS ns1.example.net.\n"},
    {.label = "delegated, no base",
	.rule = SHADOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 NS ns1.example.net.\n"},
    {.label = "a child zone's file",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD "$zone api.example.com. out\n" SOA NS
			 "@ 60 A 192.0.2.1\n"},
    {.label = "a child zone, no base",
	.rule = SHADOWED,
	.new = HEAD "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    {.label = "its own record gone, wildcard left",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD "* 60 A 192.0.2.1\n",
	.new = HEAD "* 60 A 192.0.2.1\n"},
    {.label = "always by wildcard",
	.rule = SHADOWED,
	.old = HEAD_OLD "* 60 A 192.0.2.1\n",
	.new = HEAD "* 60 A 192.0.2.2\n"},
    {.label = "a DNAME on the way",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD "api 60 CNAME e.d\ne.d 60 A 192.0.2.1\n",
	.new = HEAD "api 60 CNAME e.d\nd 60 DNAME f\ne.f 60 A 192.0.2.1\n"},
    {.label = "a new alias to a delegated name",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME a.sub\nsub 60 NS ns1.example.net.\n"},
    {.label = "servers of a delegation are protected",
	.rule = SHADOWED,
	.type = RRTYPE_NS,
	.old = HEAD_OLD "api 60 NS ns1.example.net.\n",
	.new = HEAD "api 60 NS ns2.example.net.\n"},
    /* ---- leaves */
    {.label = "outside, not approved",
	.rule = LEAVES,
	.n = 2,
	.new = HEAD "api 60 CNAME x.cloud.example.\n"},
    {.label = "outside, approved",
	.rule = LEAVES,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "inside", .rule = LEAVES, .new = HEAD GOOD},
    /* ---- unsigned */
    {.label = "signed", .rule = UNSIGNED, .is_signed = true, .new = HEAD GOOD},
    {.label = "delegation without DS",
	.rule = UNSIGNED,
	.n = 1,
	.is_signed = true,
	.new = HEAD "api 60 NS ns1.example.net.\napi 60 NS ns2.example.net.\n"
		    "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    {.label = "delegation with DS",
	.rule = UNSIGNED,
	.is_signed = true,
	.new = HEAD "api 60 NS ns1.example.net.\napi 60 NS ns2.example.net.\n"
		    "api 60 DS 1 13 2 00\n"
		    "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    /* ---- wildcard */
    {.label = "a wildcard answers",
	.rule = WILDCARD,
	.n = 1,
	.no_wildcard = true,
	.new = HEAD "* 60 A 192.0.2.1\n"},
    {.label = "a wildcard beside it",
	.rule = WILDCARD,
	.no_wildcard = true,
	.new = HEAD GOOD "* 60 A 192.0.2.1\n"},
    {.label = "wildcards are allowed",
	.rule = WILDCARD,
	.new = HEAD "* 60 A 192.0.2.1\n"},
    /* ---- look-alikes */
    {.label = "one letter off",
	.rule = LOOKALIKE,
	.n = 2,
	.new = HEAD "api 60 CNAME x.cdn.exampel.org.\n"},
    {.label = "the approved one",
	.rule = LOOKALIKE,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "nothing like it",
	.rule = LOOKALIKE,
	.new = HEAD "api 60 CNAME x.cloud.example.\n"},
    /* ---- CAA */
    {.label = "none", .rule = CAA, .n = 1, .caa = true, .new = HEAD GOOD},
    {.label = "at the name",
	.rule = CAA,
	.caa = true,
	.new = HEAD GOOD "api 60 CAA 0 issue ca.example\n"},
    {.label = "at the apex",
	.rule = CAA,
	.caa = true,
	.new = HEAD GOOD "@ 60 CAA 0 issue ca.example\n"},
    {.label = "beside it",
	.rule = CAA,
	.n = 1,
	.caa = true,
	.new = HEAD GOOD "www 60 CAA 0 issue ca.example\n"},
    {.label = "at its alias",
	.rule = CAA,
	.caa = true,
	.new = HEAD "api 60 CNAME e.example.net.\n" NET
		    "e 60 A 192.0.2.1\ne 60 CAA 0 issue ca.example\n"},
    {.label = "not required", .rule = CAA, .new = HEAD GOOD},
};

static void
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
	world_open(w, c->old, c->new, true);
	guard_ask(g, w, out);
}

static void
test_cases(void **state)
{
	const struct failover_case *c;
	struct guard g;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		c = &cases[i];
		case_open(c, &g, &w);
		world_run(&w);
		world_expect(&w, c->label, c->rule, c->n);
		world_sound(&w, c->label);
		world_close(&w);
	}
}

static void
test_all_covered(void **state)
{
	size_t i, j, fires, passes;
	const char *id;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		id = rules_all[i]->id;
		if (rules_all[i]->answer == NULL)
			continue;
		fires = passes = 0;
		for (j = 0; j < sizeof(cases) / sizeof(cases[0]); j++) {
			if (strcmp(cases[j].rule, id) != 0)
				continue;
			fires += cases[j].n > 0;
			passes += cases[j].n == 0;
		}
		if (fires == 0 || passes == 0)
			fail_msg(
			    "%s: %zu cases fire, %zu pass", id, fires, passes);
	}
}

/* The words of ux.md: place, allowed lists, whose policy line. */
static void
test_words(void **state)
{
	static const struct failover_case c = {
	    .new = HEAD "api 60 A 203.0.113.77\n"};
	const struct finding *f;
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	world_run(&w);
	f = world_finding(&w, ALLOWED);
	assert_non_null(f);
	assert_string_equal(
	    f->message, "api.example.com. A may not answer 203.0.113.77");
	assert_string_equal(
	    f->expected, "allowed: edge-primary, edge-standby, cdn");
	assert_string_equal(f->authority, "zonegate.yaml:18 (owner: netops)");
	assert_string_equal(f->zone, "example.com.");
	assert_string_equal(f->view, "out");
	assert_string_equal(f->name, "api.example.com.");
	assert_string_equal(f->type, "A");
	assert_string_equal(f->place.file, "outexample.com..zone");
	assert_int_equal(f->place.line, 4);
	assert_int_equal(f->severity, SEVERITY_ERROR);
	world_close(&w);
}

/* A name of a good answer stays without any finding of the group. */
static void
test_clean(void **state)
{
	static const struct failover_case c = {.old = HEAD_OLD GOOD,
	    .new = HEAD GOOD "@ 60 CAA 0 issue ca.example\n",
	    .min = 2,
	    .networks = 2,
	    .max_ttl = 60,
	    .is_signed = true,
	    .caa = true,
	    .no_wildcard = true};
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	world_run(&w);
	if (w.fs.n != 0)
		fail_msg("%s: %s", w.fs.item[0].rule, w.fs.item[0].message);
	world_close(&w);
}

/* Protected in every view: one view may lack the zone, not all of them. */
static void
test_views(void **state)
{
	static const char *const both[] = {"out", "lone", NULL};
	static const char *const lone[] = {"lone", NULL};
	struct guard g;
	struct world w;

	(void)state;
	guard_make(&g, "api.example.com.");
	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, both);
	world_run(&w);
	world_expect(&w, "one of two views", EMPTY, 0);
	world_close(&w);

	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, lone);
	world_run(&w);
	world_expect(&w, "in no view", EMPTY, 1);
	world_close(&w);

	g.protect.view = "lone";
	world_open(&w, NULL, HEAD GOOD, true);
	guard_ask(&g, &w, both);
	world_run(&w);
	world_expect(&w, "in the view it is asked for", EMPTY, 1);
	world_close(&w);
}

static void
test_unsigned_mode(void **state)
{
	static const struct failover_case c = {
	    .new = HEAD GOOD, .is_signed = true};
	static const uint8_t apex[] = "\7example\3com";
	static const struct policy_zone entry = {.path = "outexample.com..zone",
	    .zone = apex,
	    .view = "out",
	    .dnssec = {.mode = POLICY_DNSSEC_UNSIGNED}};
	struct guard g;
	struct world w;

	(void)state;
	case_open(&c, &g, &w);
	w.zone[0].mode = POLICY_DNSSEC_UNSIGNED;
	world_run(&w);
	world_expect(&w, "changed zone, mode unsigned", UNSIGNED, 1);
	world_close(&w);

	case_open(&c, &g, &w);
	w.zone[0].mode = POLICY_DNSSEC_PRESIGNED;
	world_run(&w);
	world_expect(&w, "presigned, stripped", UNSIGNED, 1);
	world_close(&w);

	case_open(&c, &g, &w);
	w.dnssec.is_signed = false;
	world_run(&w);
	world_expect(&w, "not signed after all", UNSIGNED, 1);
	world_close(&w);

	/* A zone that did not change is known by the policy. */
	case_open(&c, &g, &w);
	w.ev.nzones = 0;
	w.policy.zone = &entry;
	w.policy.nzones = 1;
	world_run(&w);
	world_expect(&w, "unchanged zone, mode unsigned", UNSIGNED, 1);
	world_close(&w);
}

/* Name servers that look like the approved ones. */
static void
test_servers(void **state)
{
	uint8_t name[NAME_MAX_LEN];
	const struct policy_pattern pattern = {name, true};
	struct world w;

	(void)state;
	fixture_name(name, "akam.net.", NULL);
	world_open(&w, NULL,
	    COM SOA2 "@ 60 NS a22-65.akam.ne.\n@ 60 NS a1-1.akam.net.\n",
	    false);
	w.policy.nameserver = &pattern;
	w.policy.nnameservers = 1;
	world_run(&w);
	world_expect(&w, "akam.ne", LOOKALIKE, 1);
	world_expect(&w, "akam.ne", "zone-ns-not-allowed", 1);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_all_covered),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_views),
	    cmocka_unit_test(test_unsigned_mode),
	    cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
