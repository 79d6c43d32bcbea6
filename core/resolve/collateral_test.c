#include "random_set.h"

#include "collateral.h"

/* ---- one change each, by hand ------------------------------------------ */

#define EXAMPLE "$zone example.\n" FIXTURE_SOA "@ 3600 NS ns1\n"

struct pair {
	struct zoneset *old, *new;
	struct collateral_zone zone[2 * RANDOM_ZONES];
	size_t nzones;
	struct alias_index *aliases;
};

static void
pair_zone(struct pair *p, const char *view, const struct zone *old,
    const struct zone *new)
{
	struct diff *d;
	struct error e;

	assert_int_equal(diff_zones(&d, old, new, &e), 0);
	if (old != NULL && new != NULL && d->n == 0) {
		assert_int_equal(alias_index_add(p->aliases, view, new), 0);
		diff_free(d);
		return;
	}
	assert_true(p->nzones < 2 * RANDOM_ZONES);
	p->zone[p->nzones].view = view;
	p->zone[p->nzones++].diff = d;
}

static const struct zone *
counterpart(struct zoneset *set, const struct zoneset_entry *en)
{
	uint32_t i = zoneset_find(set, en->view, en->apex);

	return i == ZONE_NONE ? NULL : zoneset_entry(set, i)->zone;
}

static void
pair_make(struct pair *p, struct zoneset *old, struct zoneset *new)
{
	const struct zoneset_entry *en;
	uint32_t i;

	memset(p, 0, sizeof(*p));
	p->old = old;
	p->new = new;
	p->aliases = alias_index_new();
	assert_non_null(p->aliases);
	for (i = 0; i < zoneset_count(old); i++) {
		en = zoneset_entry(old, i);
		pair_zone(p, en->view, en->zone, counterpart(new, en));
	}
	for (i = 0; i < zoneset_count(new); i++) {
		en = zoneset_entry(new, i);
		if (counterpart(old, en) == NULL)
			pair_zone(p, en->view, NULL, en->zone);
	}
}

static void
pair_free(struct pair *p)
{
	while (p->nzones > 0)
		diff_free((struct diff *)(uintptr_t)p->zone[--p->nzones].diff);
	alias_index_free(p->aliases);
	zoneset_free(p->old);
	zoneset_free(p->new);
}

static struct collateral *
find(const struct pair *p, size_t limit, struct arena *arena)
{
	struct collateral_args args = {p->old, p->new, &fixture_policy, p->zone,
	    p->nzones, p->aliases, limit};
	struct collateral *c = NULL;
	struct error e;

	if (collateral_find(&c, &args, arena, &e) != 0)
		fail_msg("%s", e.message);
	return c;
}

struct collateral_case {
	const char *label;
	const char *old, *new;
	const char *want; /* "view name TYPE before>after [cause]" lines */
};

static const struct collateral_case cases[] = {
    {"nothing", EXAMPLE "a 60 A 192.0.2.1\n", EXAMPLE "a 60 A 192.0.2.1\n", ""},
    {"an edited name is not collateral", EXAMPLE "a 60 A 192.0.2.1\n",
	EXAMPLE "a 60 A 192.0.2.2\nb 60 A 192.0.2.1\n", ""},
    {"new cut", EXAMPLE "api.x 60 A 192.0.2.1\n",
	EXAMPLE "api.x 60 A 192.0.2.1\nx 60 NS ns.evil.\n",
	" api.x.example. A answer>referral [example..zone:4: NS of "
	"x.example. added]\n"},
    {"new cut at the name", EXAMPLE "api 60 A 192.0.2.1\n",
	EXAMPLE "api 60 A 192.0.2.1\napi 60 NS ns.evil.\n",
	" api.example. A answer>referral [example..zone:4: NS of "
	"api.example. added]\n"},
    {"removed cut", EXAMPLE "x 60 NS ns.x\nns.x 60 A 192.0.2.1\n",
	EXAMPLE "ns.x 60 A 192.0.2.1\n",
	" ns.x.example. A referral>answer [example..zone:3: NS of "
	"x.example. removed]\n"},
    {"cut led elsewhere", EXAMPLE "x 60 NS ns.x\nns.x 60 A 192.0.2.1\n",
	EXAMPLE "x 60 NS ns.evil.\nns.x 60 A 192.0.2.1\n",
	" ns.x.example. A referral>referral [example..zone:3: NS of "
	"x.example. changed]\n"},
    {"DNAME above", EXAMPLE "api.x 60 A 192.0.2.1\n",
	EXAMPLE "api.x 60 A 192.0.2.1\nx 60 DNAME evil.\n",
	" api.x.example. A answer>leaves-repo [example..zone:4: DNAME of "
	"x.example. added]\n"},
    {"empty non-terminal stops a wildcard",
	EXAMPLE "* 60 A 192.0.2.1\nq 60 TXT x\n",
	EXAMPLE "* 60 A 192.0.2.1\nq 60 TXT x\na.b 60 TXT x\n",
	" b.example. A answer>nodata [example..zone:5: TXT of "
	"a.b.example. added]\n"
	" *.b.example. A answer>nxdomain [example..zone:5: TXT of "
	"a.b.example. added]\n"
	" a.b.example. A answer>nodata [example..zone:5: TXT of "
	"a.b.example. added]\n"
	" *.a.b.example. A answer>nxdomain [example..zone:5: TXT of "
	"a.b.example. added]\n"},
    {"a removed name falls to the wildcard",
	EXAMPLE "* 60 A 192.0.2.1\nb 60 TXT x\n", EXAMPLE "* 60 A 192.0.2.1\n",
	" b.example. A nodata>answer [example..zone:4: TXT of b.example. "
	"removed]\n"
	" *.b.example. A nxdomain>answer [example..zone:4: TXT of "
	"b.example. removed]\n"},
    {"child zone captures",
	EXAMPLE "api 60 A 192.0.2.1\nx.api 60 A 192.0.2.1\n",
	EXAMPLE "api 60 A 192.0.2.1\nx.api 60 A 192.0.2.1\n"
		"$zone api.example.\n" FIXTURE_SOA "@ 60 A 192.0.2.66\n",
	" api.example. A answer>answer [zone api.example. added]\n"
	" x.api.example. A answer>nxdomain [zone api.example. added]\n"},
    {"a delegated child zone arrives", EXAMPLE "api 60 NS ns.api\n",
	EXAMPLE "api 60 NS ns.api\n$zone api.example.\n" FIXTURE_SOA
		"@ 60 NS ns\n@ 60 A 192.0.2.66\n",
	""},
    {"child zone goes, the parent's wildcard answers",
	EXAMPLE "* 60 A 192.0.2.1\n$zone c.example.\n" FIXTURE_SOA
		"x 60 A 192.0.2.2\n",
	EXAMPLE "* 60 A 192.0.2.1\n",
	" c.example. A nodata>answer [zone c.example. removed]\n"
	" *.c.example. A nxdomain>answer [zone c.example. removed]\n"
	" x.c.example. A answer>answer [zone c.example. removed]\n"
	" *.x.c.example. A nxdomain>answer [zone c.example. removed]\n"},
    {"alias of an edited name", EXAMPLE "a 60 A 192.0.2.1\nw 60 CNAME a\n",
	EXAMPLE "a 60 A 192.0.2.2\nw 60 CNAME a\n",
	" w.example. A answer>answer [example..zone:3: A of a.example. "
	"changed]\n"},
    {"alias in a zone that did not change, two steps away",
	EXAMPLE "a 60 A 192.0.2.1\nb 60 CNAME a\n$zone net.\n" FIXTURE_SOA
		"w 60 CNAME b.example.\n",
	EXAMPLE "b 60 CNAME a\n$zone net.\n" FIXTURE_SOA
		"w 60 CNAME b.example.\n",
	" b.example. A answer>nxdomain [example..zone:3: A of a.example. "
	"removed]\n"
	" w.net. A answer>nxdomain [example..zone:3: A of a.example. "
	"removed]\n"},
    {"alias into a wildcard that changed",
	EXAMPLE "* 60 A 192.0.2.1\n$zone net.\n" FIXTURE_SOA
		"w 60 CNAME q.example.\n",
	EXAMPLE "* 60 A 192.0.2.2\n$zone net.\n" FIXTURE_SOA
		"w 60 CNAME q.example.\n",
	" w.net. A answer>answer [example..zone:3: A of *.example. "
	"changed]\n"},
    {"alias through a DNAME",
	EXAMPLE "x.t 60 A 192.0.2.1\nd 60 DNAME t\nw 60 CNAME x.d\n",
	EXAMPLE "x.t 60 A 192.0.2.2\nd 60 DNAME t\nw 60 CNAME x.d\n",
	" w.example. A answer>answer [example..zone:3: A of x.t.example. "
	"changed]\n"},
    {"internal zone takes names from the external one",
	"$zone example. out\n" FIXTURE_SOA "a 60 A 192.0.2.1\n",
	"$zone example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA,
	"in a.example. A answer>nxdomain [zone example. added]\n"
	"deep a.example. A answer>nxdomain [zone example. added]\n"},
    {"internal cut hands names to the external zone",
	"$zone s.example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA,
	"$zone s.example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA "s 9 NS ns.s\n",
	"in a.s.example. A nxdomain>answer [inexample..zone:2: NS of "
	"s.example. added]\n"
	"deep a.s.example. A nxdomain>answer [inexample..zone:2: NS of "
	"s.example. added]\n"},
    {"SOA minimum is not every name's change", EXAMPLE "a 60 A 192.0.2.1\n",
	"$zone example.\n@ 3600 SOA ns1 host 2 7200 900 1209600 9\n"
	"@ 3600 NS ns1\na 60 A 192.0.2.1\n",
	""},
    {"signing again is no change",
	EXAMPLE "* 60 A 192.0.2.1\nabc 60 NSEC3 010000000001aa000140\n",
	EXAMPLE "* 60 A 192.0.2.1\nabd 60 NSEC3 010000000001aa000140\n", ""},
};

static void
item_text(const struct collateral_item *i, struct text *t)
{
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];

	name_to_text(name, i->name);
	text_printf(t, "%s %s %s %s>%s", i->view, name,
	    rrtype_to_text(type, i->type),
	    resolve_outcome_text(i->before->outcome),
	    resolve_outcome_text(i->after->outcome));
}

static void
test_cases(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new();
		struct text t = TEXT_INIT;
		struct collateral *c;
		struct pair p;

		pair_make(
		    &p, fixture_set(cases[i].old), fixture_set(cases[i].new));
		c = find(&p, 0, arena);
		text_str(&t, "");
		for (k = 0; k < c->n; k++) {
			item_text(&c->item[k], &t);
			text_str(&t, " [");
			collateral_cause_text(&c->item[k], &t);
			text_str(&t, "]\n");
		}
		if (strcmp(t.data == NULL ? "" : t.data, cases[i].want) != 0)
			fail_msg("%s:\n%s", cases[i].label, t.data);
		assert_int_equal(c->total, c->n);
		text_free(&t);
		pair_free(&p);
		arena_free(arena);
	}
}

static void
test_limit(void **state)
{
	struct arena *arena = arena_new();
	struct collateral *c;
	struct pair p;

	(void)state;
	pair_make(&p,
	    fixture_set(EXAMPLE "a.x 60 A 192.0.2.1\nb.x 60 A 192.0.2.1\n"),
	    fixture_set(EXAMPLE "a.x 60 A 192.0.2.1\nb.x 60 A 192.0.2.1\n"
				"x 60 NS ns.evil.\n"));
	c = find(&p, 1, arena);
	assert_int_equal(c->n, 1);
	assert_int_equal(c->total, 2);
	pair_free(&p);
	arena_free(arena);
}

/* ---- against brute force ----------------------------------------------- */

/*
 * The definition in collateral.h, in the plainest way: all names of all zones,
 * all types, linear searches.
 */
static const uint16_t all_types[] = {RRTYPE_A, RRTYPE_NS, RRTYPE_CNAME,
    RRTYPE_MX, RRTYPE_TXT, RRTYPE_AAAA, RRTYPE_DNAME, RRTYPE_DS, RRTYPE_TLSA,
    RRTYPE_HTTPS, RRTYPE_CAA};
#define NTYPES (sizeof(all_types) / sizeof(all_types[0]))

static const char *const chain_of[][3] = {{"out", NULL}, {"in", "out", NULL}};

static const struct zone *
closest(const struct zoneset *set, const char *view, const uint8_t *name)
{
	const struct zone *best = NULL;
	const struct zoneset_entry *en;
	uint32_t i;

	for (i = 0; i < zoneset_count(set); i++) {
		en = zoneset_entry(set, i);
		if (strcmp(en->view, view) == 0 &&
		    name_is_under(name, en->apex) &&
		    (best == NULL || name_len(en->apex) > name_len(best->apex)))
			best = en->zone;
	}
	return best;
}

static bool
in_zone(const struct zone *z, const uint8_t *name)
{
	uint32_t i;

	if (name_equal(name, z->apex))
		return true;
	for (i = 0; i < z->nowners; i++)
		if (name_is_under(z->owner[i].name, name))
			return true;
	return false;
}

static bool
type_at(const struct zone *z, const uint8_t *name, uint16_t type)
{
	static const uint16_t alias[] = {RRTYPE_A, RRTYPE_AAAA, RRTYPE_MX,
	    RRTYPE_TXT, RRTYPE_TLSA, RRTYPE_HTTPS, RRTYPE_CAA};
	bool listed = false;
	uint32_t i;
	size_t k;

	for (k = 0; k < sizeof(alias) / sizeof(alias[0]); k++)
		listed |= alias[k] == type;
	for (i = 0; i < z->nrrs; i++)
		if (name_equal(zone_rr_owner(z, &z->rr[i]), name) &&
		    (z->rr[i].type == type ||
			(z->rr[i].type == RRTYPE_CNAME && listed)))
			return true;
	return false;
}

static const uint8_t *
wild(const uint8_t *name)
{
	static uint8_t buf[NAME_MAX_LEN];

	buf[0] = 1;
	buf[1] = '*';
	memcpy(buf + 2, name, name_len(name));
	return buf;
}

static bool
type_stands(const struct zoneset *set, const char *view, const uint8_t *name,
    uint16_t type)
{
	const struct zone *z = closest(set, view, name);
	const uint8_t *up = name;

	if (z == NULL)
		return false;
	if (type == RRTYPE_DS && name_equal(z->apex, name)) {
		z = closest(set, view, name_parent(name));
		return z != NULL && type_at(z, name, type);
	}
	if (in_zone(z, name))
		return type_at(z, name, type);
	while (!in_zone(z, up))
		up = name_parent(up);
	return type_at(z, wild(up), type);
}

static bool
type_stands_in_chain(const struct zoneset *set, const char *const *chain,
    const uint8_t *name, uint16_t type)
{
	const struct zone *z = closest(set, chain[0], name);
	int i;

	if (type == RRTYPE_DS && z != NULL && name_equal(z->apex, name)) {
		/* The one zone that is asked. */
		for (i = 0; chain[i] != NULL; i++) {
			z = closest(set, chain[i], name);
			if (z != NULL && name_equal(z->apex, name))
				z = closest(set, chain[i], name_parent(name));
			if (z != NULL)
				return type_at(z, name, type);
		}
		return false;
	}
	for (i = 0; chain[i] != NULL; i++)
		if (type_stands(set, chain[i], name, type))
			return true;
	return false;
}

/* Is NAME one of the view's names, or "*." before one? */
static bool
is_name_of(const struct zoneset *set, const char *view, const uint8_t *name)
{
	const struct zone *z = closest(set, view, name);

	return z != NULL && (in_zone(z, name) ||
				(name_is_wildcard(name) &&
				    name_is_under(name_parent(name), z->apex) &&
				    in_zone(z, name_parent(name))));
}

/* 1 edited in a zone that stays, 2 added with its zone, 4 removed with it. */
static unsigned
edited_in(const struct pair *p, const char *view, const uint8_t *apex,
    const uint8_t *name, uint16_t type)
{
	uint32_t io = zoneset_find(p->old, view, apex);
	uint32_t in = zoneset_find(p->new, view, apex);
	const struct zone *o, *n;
	const struct zone_rrset *so = NULL, *sn = NULL;

	o = io == ZONE_NONE ? NULL : zoneset_entry(p->old, io)->zone;
	n = in == ZONE_NONE ? NULL : zoneset_entry(p->new, in)->zone;
	if (o != NULL)
		so = zone_find_rrset(o, name, type);
	if (n != NULL)
		sn = zone_find_rrset(n, name, type);
	if (so == NULL && sn == NULL)
		return 0;
	if (o == NULL || n == NULL)
		return o == NULL ? 2 : 4;
	return so == NULL || sn == NULL || so->ttl != sn->ttl ||
	       !zone_rrset_same(o, so, n, sn);
}

static unsigned
edited(const struct pair *p, const char *const *chain, const uint8_t *name,
    uint16_t type)
{
	const uint8_t *up;
	unsigned bits = 0;

	for (; *chain != NULL; chain++) {
		for (up = name;; up = name_parent(up)) {
			bits |= edited_in(p, *chain, up, name, type);
			bits |= edited_in(p, *chain, up, name, RRTYPE_CNAME);
			if (name_is_root(up))
				break;
		}
	}
	return bits;
}

static struct resolve_answer *
ask(struct zoneset *set, const char *view, const uint8_t *name, uint16_t type,
    struct arena *arena)
{
	struct resolve_answer *a = NULL;
	struct error e;

	assert_int_equal(
	    resolve(&a, set, &fixture_policy, view, name, type, arena, &e), 0);
	return a;
}

static bool
is_negative(const struct resolve_answer *a)
{
	return a->outcome == RESOLVE_NODATA || a->outcome == RESOLVE_NXDOMAIN;
}

static bool
differs(const struct resolve_answer *a, const struct resolve_answer *b)
{
	return !(is_negative(a) && is_negative(b)) && !resolve_same(a, b);
}

static bool
falls_back(const struct resolve_answer *a)
{
	size_t i;

	for (i = 0; i < a->nsteps && name_equal(a->step[i].name, a->qname); i++)
		if (a->step[i].kind == RESOLVE_STEP_FALLBACK)
			return true;
	return false;
}

static bool
expected(const struct pair *p, const char *const *chain, const uint8_t *name,
    uint16_t type, struct arena *arena)
{
	const struct resolve_answer *a, *b;
	bool own = is_name_of(p->old, chain[0], name) ||
		   is_name_of(p->new, chain[0], name);
	bool stands;
	unsigned bits;

	stands = type_stands_in_chain(p->old, chain, name, type) ||
		 type_stands_in_chain(p->new, chain, name, type);
	if (!stands)
		return false;
	a = ask(p->old, chain[0], name, type, arena);
	b = ask(p->new, chain[0], name, type, arena);
	if (!differs(a, b) || (!own && !falls_back(a) && !falls_back(b)))
		return false;
	bits = edited(p, chain, name, type);
	if ((bits & 1) != 0)
		return false;
	return bits == 0 || ((bits & 2) && a->outcome == RESOLVE_ANSWER) ||
	       ((bits & 4) && b->outcome == RESOLVE_ANSWER);
}

struct names {
	uint8_t name[4096][64];
	size_t n;
};

static void
names_add(struct names *ns, const uint8_t *name)
{
	size_t i, len = name_len(name);

	if (len > sizeof(ns->name[0]))
		return;
	for (i = 0; i < ns->n; i++)
		if (name_equal(ns->name[i], name))
			return;
	assert_true(ns->n < 4096);
	memcpy(ns->name[ns->n++], name, len);
}

/* Every name of every zone of the chain that is the closest to it. */
static void
names_of(struct names *ns, const struct zoneset *set, const char *const *chain)
{
	const struct zoneset_entry *en;
	const uint8_t *up;
	uint32_t i, k;

	for (; *chain != NULL; chain++) {
		for (i = 0; i < zoneset_count(set); i++) {
			en = zoneset_entry(set, i);
			if (strcmp(en->view, *chain) != 0)
				continue;
			for (k = 0; k < en->zone->nowners; k++) {
				up = en->zone->owner[k].name;
				for (;; up = name_parent(up)) {
					if (is_name_of(set, *chain, up))
						names_add(ns, up);
					if (is_name_of(set, *chain, wild(up)))
						names_add(ns, wild(up));
					if (name_equal(up, en->apex))
						break;
				}
			}
		}
	}
}

static bool
listed(const struct collateral *c, const char *view, const uint8_t *name,
    uint16_t type)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->item[i].view, view) == 0 &&
		    name_equal(c->item[i].name, name) &&
		    (type == 0 || c->item[i].type == type))
			return true;
	return false;
}

static bool
edited_any(const struct pair *p, const char *const *chain, const uint8_t *name)
{
	size_t t;

	for (t = 0; t < NTYPES; t++)
		if (edited(p, chain, name, all_types[t]) != 0)
			return true;
	return false;
}

/* Does anything in the lists say why names below UP may answer otherwise? */
static bool
explained_at(const struct pair *p, const struct collateral *c,
    const char *const *chain, const uint8_t *up)
{
	int i;

	for (i = 0; chain[i] != NULL; i++)
		if ((zoneset_find(p->old, chain[i], up) == ZONE_NONE) !=
		    (zoneset_find(p->new, chain[i], up) == ZONE_NONE))
			return true;
	return listed(c, chain[0], up, 0) || listed(c, chain[0], wild(up), 0) ||
	       edited_any(p, chain, wild(up)) ||
	       edited(p, chain, up, RRTYPE_NS) != 0 ||
	       edited(p, chain, up, RRTYPE_DNAME) != 0;
}

static bool
explained(const struct pair *p, const struct collateral *c,
    const char *const *chain, const struct resolve_answer *a)
{
	const uint8_t *up;
	size_t i;

	for (i = 0; i <= a->nsteps; i++) {
		up = i < a->nsteps ? a->step[i].name : a->final;
		if (edited_any(p, chain, up))
			return true;
		for (;; up = name_parent(up)) {
			if (explained_at(p, c, chain, up))
				return true;
			if (name_is_root(up))
				break;
		}
	}
	return false;
}

/* Names that are in no zone, beside and below those that are. */
static void
sample(struct random_set *r, const struct pair *p, const struct collateral *c,
    const char *const *chain, struct arena *arena, size_t *changed)
{
	const struct resolve_answer *a, *b;
	uint8_t name[NAME_MAX_LEN];
	char text[64], head[80];
	int i;

	for (i = 0; i < 20; i++) {
		random_name(r, random_apexes[random_below(r, RANDOM_ZONES)],
		    text, sizeof(text));
		snprintf(head, sizeof(head), "zz.%s", text);
		fixture_name(name, head, NULL);
		a = ask(p->old, chain[0], name, RRTYPE_A, arena);
		b = ask(p->new, chain[0], name, RRTYPE_A, arena);
		if (!differs(a, b))
			continue;
		++*changed;
		if (!explained(p, c, chain, a) && !explained(p, c, chain, b)) {
			random_print(r);
			fail_msg("not explained: %s in %s", head, chain[0]);
		}
	}
}

static void
check_view(struct random_set *r, const struct pair *p,
    const struct collateral *c, const char *const *chain, size_t *found,
    struct arena *arena)
{
	struct names *ns = calloc(1, sizeof(*ns));
	char text[NAME_MAX_TEXT];
	size_t i, t, want = 0, have = 0;
	bool is, must;

	assert_non_null(ns);
	names_of(ns, p->old, chain);
	names_of(ns, p->new, chain);
	for (i = 0; i < ns->n; i++) {
		for (t = 0; t < NTYPES; t++) {
			must = expected(
			    p, chain, ns->name[i], all_types[t], arena);
			is = listed(c, chain[0], ns->name[i], all_types[t]);
			want += must;
			if (must == is)
				continue;
			random_print(r);
			name_to_text(text, ns->name[i]);
			fail_msg("%s %s TYPE%u: %s", chain[0], text,
			    all_types[t], must ? "missed" : "too much");
		}
	}
	for (i = 0; i < c->n; i++)
		have += strcmp(c->item[i].view, chain[0]) == 0;
	if (want != have) {
		random_print(r);
		fail_msg(
		    "view %s: %zu items, %zu expected", chain[0], have, want);
	}
	*found += want;
	free(ns);
}

static void
test_brute_force(void **state)
{
	const char *rounds = getenv("ZONEGATE_TEST_ROUNDS");
	unsigned long n = rounds == NULL ? 1500 : strtoul(rounds, NULL, 10);
	struct random_set *r = malloc(sizeof(*r));
	size_t found = 0, sampled = 0, v, k;
	unsigned long seed;

	(void)state;
	assert_non_null(r);
	for (seed = 1; seed <= n; seed++) {
		struct arena *arena = arena_new();
		struct collateral *c;
		struct pair p;

		random_make(r, seed);
		pair_make(&p, random_side(r, 0), random_side(r, 1));
		c = find(&p, 0, arena);
		for (v = 0; v < 2; v++) {
			check_view(r, &p, c, chain_of[v], &found, arena);
			sample(r, &p, c, chain_of[v], arena, &sampled);
		}
		for (k = 0; k < c->n; k++)
			assert_non_null(c->item[k].zone);
		pair_free(&p);
		arena_free(arena);
	}
	print_message("%lu pairs of zone sets: %zu collateral answers, %zu "
		      "sampled names changed\n",
	    n, found, sampled);
	/* The generator must not have gone blind. */
	assert_true(found > n / 2);
	assert_true(sampled > n / 4);
	free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
