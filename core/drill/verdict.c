/* The three questions, asked of what an outage leaves. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "map.h"

/* One outage at work. */
struct scene {
	struct map *m;
	const struct drill_outage *o;
	bool up[DRILL_ZONES_MAX];
	bool left[DRILL_WAYS_MAX]; /* ways that stay open */
	bool failed;               /* no memory, E set */
};

static const struct map_way *
way(const struct scene *s, size_t i)
{
	return (const struct map_way *)s->m->way.item + i;
}

static void say(struct scene *s, struct drill_verdict *v,
    enum drill_state state, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
say(struct scene *s, struct drill_verdict *v, enum drill_state state,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	v->state = state;
	v->reason = arena_vprintf(s->m->arena, fmt, ap);
	va_end(ap);
	if (v->reason == NULL) {
		error_memory(s->m->e);
		s->failed = true;
	}
}

/* A name for a message; "" without memory. */
static const char *
text_of(struct scene *s, const uint8_t *name)
{
	const char *text = reach_text(s->m, name);

	if (text == NULL)
		s->failed = true;
	return text == NULL ? "" : text;
}

/* ---- does it resolve? ---------------------------------------------------- */

/* Does the name lead to targets at all, and is one left? */
static bool
target_left(const struct scene *s)
{
	bool any = false, left = false;
	size_t i;

	for (i = 0; i < s->m->way.n; i++) {
		any |= way(s, i)->kind != MAP_RECORD;
		left |= way(s, i)->kind != MAP_RECORD && s->left[i];
	}
	for (i = 0; !any && i < s->m->way.n; i++)
		left |= s->left[i];
	return left;
}

/* The first zone of a way that is out of reach, or MAP_NONE. */
static uint32_t
lost_zone(const struct scene *s)
{
	const struct map_needs *n;
	size_t i, k;

	for (i = 0; i < s->m->way.n; i++) {
		n = &way(s, i)->needs;
		for (k = 0; k < n->n; k++)
			if (!s->up[n->zone[k]])
				return n->zone[k];
	}
	return MAP_NONE;
}

static void
judge_resolves(struct scene *s, struct drill_verdict *v)
{
	const struct map *m = s->m;
	uint32_t zone = lost_zone(s);

	v->state = DRILL_YES;
	if (target_left(s))
		return;
	v->state = DRILL_NO;
	if (m->way.n == 0)
		say(s, v, DRILL_NO, "it answers nothing (%s)",
		    !m->known || m->answer == NULL
			? "no zone here encloses it"
			: resolve_outcome_text(m->answer->outcome));
	else if (zone == MAP_NONE)
		v->reason = "no target is left";
	else if ((v->reason = reach_why(m, s->o, s->up, zone)) == NULL)
		s->failed = true;
}

/* ---- does it validate? --------------------------------------------------- */

/* The worse of two verdicts stays: no, then unknown, then unsigned, then yes.
 */
static bool
is_worse(enum drill_state new, enum drill_state old)
{
	static const int rank[] = {[DRILL_NO] = 3,
	    [DRILL_UNKNOWN] = 2,
	    [DRILL_UNSIGNED] = 1,
	    [DRILL_YES] = 0,
	    [DRILL_MOOT] = 0};

	return rank[new] > rank[old];
}

/* A zone without signatures, or one that nothing leads to. */
static void
judge_unsigned(
    struct scene *s, struct drill_verdict *v, const uint8_t *apex, bool no_ds)
{
	bool required = s->m->protect->require.is_signed;

	if (is_worse(required ? DRILL_NO : DRILL_UNSIGNED, v->state))
		say(s, v, required ? DRILL_NO : DRILL_UNSIGNED, "%s %s%s",
		    text_of(s, apex),
		    no_ds ? "has no DS record in the zone above"
			  : "is not signed",
		    required ? ", and the policy asks for it" : "");
}

static void
judge_zone(struct scene *s, struct drill_verdict *v, uint32_t i)
{
	const struct map_zone *z = map_zone(s->m, i);
	const uint8_t *apex = z->apex;

	if (z->zone == NULL || z->is_signed == DRILL_SIGNED_UNKNOWN) {
		if (is_worse(DRILL_UNKNOWN, v->state))
			say(s, v, DRILL_UNKNOWN, "%s %s", text_of(s, apex),
			    z->zone == NULL ? "is not in this repository"
					    : "was not validated");
		return;
	}
	if (z->is_signed == DRILL_SIGNED_BOGUS) {
		if (is_worse(DRILL_NO, v->state))
			say(s, v, DRILL_NO, "%s does not validate",
			    text_of(s, apex));
	} else if (z->is_signed == DRILL_SIGNED_NOT && z->ds != NULL) {
		if (is_worse(DRILL_NO, v->state))
			say(s, v, DRILL_NO,
			    "%s has a DS record in the zone above and is not "
			    "signed",
			    text_of(s, apex));
	} else if (z->is_signed == DRILL_SIGNED_NOT) {
		judge_unsigned(s, v, apex, false);
	} else if (z->side[MAP_PARENT] && z->ds == NULL) {
		judge_unsigned(s, v, apex, true);
	}
}

static void
judge_validates(struct scene *s, struct drill_verdict *v)
{
	const struct map_way *w;
	size_t i, k;
	uint32_t z;

	v->state = DRILL_YES;
	for (i = 0; i < s->m->way.n; i++) {
		if (!s->left[i])
			continue;
		w = way(s, i);
		for (k = 0; k < w->needs.n; k++)
			for (z = w->needs.zone[k]; z != MAP_NONE;
			     z = map_zone(s->m, z)->parent)
				judge_zone(s, v, z);
		if (w->kind == MAP_NAME && is_worse(DRILL_UNKNOWN, v->state))
			say(s, v, DRILL_UNKNOWN,
			    "it leads to %s, outside of this repository",
			    text_of(s, w->name));
	}
}

int
verdict_prepare(struct map *m)
{
	const struct map_way *w = m->way.item;
	const struct zone *above;
	struct map_zone *z;
	uint32_t k;
	size_t i, j;

	for (i = 0; i < m->way.n; i++)
		for (j = 0; j < w[i].needs.n; j++)
			for (k = w[i].needs.zone[j]; k != MAP_NONE;
			     k = z->parent) {
				z = map_zone(m, k);
				if (z->asked || z->zone == NULL ||
				    m->args->is_signed == NULL)
					continue;
				z->asked = true;
				above = z->ds == NULL
					    ? NULL
					    : map_zone(m, z->parent)->zone;
				if (m->args->is_signed(m->args->ctx, z->entry,
					above, z->ds, &z->is_signed, m->e) != 0)
					return -1;
			}
	return 0;
}

/* ---- is it allowed? ------------------------------------------------------ */

static bool
same_target(const struct map_way *a, const struct map_way *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == MAP_NAME)
		return name_equal(a->name, b->name);
	return a->address.len == b->address.len &&
	       memcmp(a->address.addr, b->address.addr, a->address.len) == 0;
}

/* Is way I the first open one to its target? */
static bool
is_first(const struct scene *s, size_t i)
{
	size_t k;

	if (!s->left[i] || way(s, i)->kind == MAP_RECORD)
		return false;
	for (k = 0; k < i; k++)
		if (s->left[k] && same_target(way(s, k), way(s, i)))
			return false;
	return true;
}

/* Distinct targets, and how many of them are names outside. */
static size_t
count_targets(const struct scene *s, size_t *names)
{
	size_t i, n = 0;

	*names = 0;
	for (i = 0; i < s->m->way.n; i++) {
		if (!is_first(s, i))
			continue;
		n++;
		*names += way(s, i)->kind == MAP_NAME;
	}
	return n;
}

/* Distinct blocks of the target lists that addresses of LEN octets are in. */
static size_t
count_networks(const struct scene *s, size_t len)
{
	const struct policy_net *seen[64], *net;
	size_t i, k, n = 0;

	for (i = 0; i < s->m->way.n; i++) {
		if (!s->left[i] || way(s, i)->kind != MAP_ADDRESS ||
		    way(s, i)->address.len != len ||
		    (net = outage_net(s->m->protect, &way(s, i)->address)) ==
			NULL)
			continue;
		for (k = 0; k < n; k++)
			if (seen[k]->prefix == net->prefix &&
			    memcmp(seen[k]->addr, net->addr, len) == 0)
				break;
		if (k == n && n < 64)
			seen[n++] = net;
	}
	return n;
}

static bool
is_allowed(const struct policy_protected *p, const struct map_way *w)
{
	if (p->ntargets == 0 || w->kind == MAP_RECORD)
		return true;
	return w->kind == MAP_NAME ? policy_allows_name(p, w->name) != NULL
				   : policy_allows_address(p, w->address.addr,
					 w->address.len) != NULL;
}

static void
say_not_allowed(
    struct scene *s, struct drill_verdict *v, const struct map_way *w)
{
	struct text t = TEXT_INIT;

	if (w->kind == MAP_NAME)
		text_str(&t, text_of(s, w->name));
	else
		rdata_to_text(&t, w->address.len == 4 ? RRTYPE_A : RRTYPE_AAAA,
		    w->address.addr, w->address.len);
	if (text_lost(&t)) {
		error_memory(s->m->e);
		s->failed = true;
	}
	say(s, v, DRILL_NO, "%s is in none of its target lists",
	    t.data == NULL ? "" : t.data);
	text_free(&t);
}

static void
judge_allowed(struct scene *s, struct drill_verdict *v)
{
	const struct policy_protected *p = s->m->protect;
	size_t i, names, n, n6, targets;

	v->state = DRILL_YES;
	if (s->m->incomplete) {
		v->state = DRILL_NO;
		v->reason = "not all of its targets could be followed";
		return;
	}
	for (i = 0; i < s->m->way.n; i++)
		if (s->left[i] && !is_allowed(p, way(s, i))) {
			say_not_allowed(s, v, way(s, i));
			return;
		}
	targets = count_targets(s, &names);
	if (targets < p->require.min_targets) {
		say(s, v, DRILL_NO, "%zu target%s left, the policy asks for %u",
		    targets, targets == 1 ? " is" : "s are",
		    p->require.min_targets);
		return;
	}
	/* Both families of one site are one site: the better one counts. */
	n = count_networks(s, 4);
	n6 = count_networks(s, 16);
	n = (n > n6 ? n : n6) + names;
	if (n < p->require.distinct_networks)
		say(s, v, DRILL_NO,
		    "%zu network%s left, the policy asks for %u", n,
		    n == 1 ? " is" : "s are", p->require.distinct_networks);
}

int
verdict_cell(struct map *m, struct drill_cell *c)
{
	struct scene s = {.m = m, .o = &c->outage};
	size_t i;

	reach_zones(m, s.o, s.up);
	for (i = 0; i < m->way.n; i++)
		s.left[i] = reach_way(s.o, way(&s, i), s.up);
	judge_resolves(&s, &c->resolves);
	if (c->resolves.state == DRILL_NO) {
		c->validates.state = c->allowed.state = DRILL_MOOT;
	} else {
		judge_validates(&s, &c->validates);
		judge_allowed(&s, &c->allowed);
	}
	c->red = c->resolves.state == DRILL_NO ||
		 c->validates.state == DRILL_NO ||
		 c->allowed.state == DRILL_NO ||
		 (c->validates.state == DRILL_UNKNOWN &&
		     m->protect->require.is_signed);
	return s.failed ? -1 : 0;
}
