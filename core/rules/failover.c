#include "failover.h"

#include <stdlib.h>
#include <string.h>

#define VIEWS_MAX 16

static bool
same_group(const struct evidence_answer *a, const struct evidence_answer *b)
{
	if (a->protect != b->protect)
		return false;
	if (a->view == NULL || b->view == NULL)
		return a->view == b->view;
	return strcmp(a->view, b->view) == 0;
}

bool
group_begin(struct group *g, const struct evidence *ev,
    const struct evidence_answer *ea, struct findings *fs)
{
	const struct evidence_answer *end = ev->answer + ev->nanswers;

	if (ea > ev->answer && same_group(ea - 1, ea))
		return false;
	*g = (struct group){.ev = ev, .answer = ea, .fs = fs};
	for (; ea < end && same_group(g->answer, ea); ea++)
		g->n++;
	return true;
}

const struct targets *
group_targets(const struct group *g, const struct evidence_answer *ea, bool old,
    bool *failed)
{
	const struct resolve_answer *answer = old ? ea->old : ea->new;
	struct zoneset *set = old ? g->ev->old : g->ev->new;
	struct targets *t;
	struct error e;

	*failed = false;
	if (answer == NULL)
		return NULL;
	if (set == NULL || targets_of_answer(&t, set, g->ev->policy, answer,
			       g->fs->arena, &e) != 0) {
		*failed = true;
		return NULL;
	}
	return t;
}

const char *
group_name(const struct group *g)
{
	return rule_name(g->fs, g->answer->protect->name);
}

const char *
group_owner(const struct group *g)
{
	const struct policy_protected *p = g->answer->protect;
	size_t i;

	if (p->owner != NULL)
		return p->owner;
	for (i = 0; i < p->ntargets; i++)
		if (p->target[i]->owner != NULL)
			return p->target[i]->owner;
	return "the policy's owner";
}

/* Zone and file of the zone that gave the last word. */
static void
fill_zone(const struct group *g, const struct evidence_answer *ea,
    const struct zone *zone, struct finding *f)
{
	const struct zoneset_entry *entry;

	if (zone != NULL)
		f->zone = rule_name(g->fs, zone->apex);
	if (f->place.file != NULL || ea->new == NULL ||
	    ea->new->entry == ZONE_NONE || g->ev->new == NULL)
		return;
	entry = zoneset_entry(g->ev->new, ea->new->entry);
	f->place.file = entry->path;
	if (f->zone == NULL)
		f->zone = rule_name(g->fs, entry->apex);
}

struct finding *
group_report(const struct group *g, const struct evidence_answer *ea,
    const char *id, const struct zone *zone, const struct zone_rr *rr,
    const char *fmt, ...)
{
	const struct policy_protected *p = ea->protect;
	struct finding *f;
	char *message;
	va_list ap;

	va_start(ap, fmt);
	message = arena_vprintf(g->fs->arena, fmt, ap);
	va_end(ap);
	if (message == NULL)
		g->fs->lost = true;
	f = findings_add(g->fs, id, "%s", message == NULL ? "" : message);
	f->view = ea->view;
	f->name = group_name(g);
	f->type = rule_type(g->fs, ea->type);
	if (zone != NULL && rr != NULL)
		zone_place(zone, rr, g->fs, &f->place);
	fill_zone(g, ea, zone, f);
	f->authority = rule_authority(g->fs, g->ev->policy, p->line, p->owner);
	return f;
}

static bool
in_set(const struct policy *policy, const struct zoneset *set, const char *view,
    const uint8_t *name)
{
	const struct policy_view *v;
	int n;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		if (zoneset_closest(set, view, name) != ZONE_NONE)
			return true;
		v = policy_view_find(policy, view);
		view = v == NULL ? NULL : v->falls_back_to;
	}
	return false;
}

bool
group_in_repo(const struct group *g, const char *view, const uint8_t *name)
{
	return in_set(g->ev->policy, g->ev->new, view, name);
}

/* A server of a zone is told by its glue, also below its own cut. */
static bool
is_referral(const struct evidence_answer *ea, const struct resolve_answer *a)
{
	return a != NULL && a->outcome == RESOLVE_REFERRAL &&
	       ea->type != RRTYPE_NS;
}

static bool
set_answers(const struct group *g, const struct zoneset *set,
    const struct evidence_answer *ea, const struct target_name *n)
{
	return in_set(g->ev->policy, set, ea->view, n->name) &&
	       !is_referral(ea, n->a) && !is_referral(ea, n->aaaa);
}

bool
group_answers_target(const struct group *g, const struct evidence_answer *ea,
    const struct target_name *n)
{
	return set_answers(g, g->ev->new, ea, n);
}

bool
answer_is_beside(const struct evidence_answer *ea)
{
	const struct policy_protected *p = ea->protect;
	size_t i;

	if (ea->type != RRTYPE_HTTPS)
		return false;
	for (i = 0; i < p->ntypes; i++)
		if (p->type[i] == ea->type)
			return ea->new != NULL &&
			       !name_equal(ea->new->qname, p->name);
	return true;
}

bool
answer_is_empty(const struct resolve_answer *a)
{
	return a == NULL || a->outcome == RESOLVE_NODATA ||
	       a->outcome == RESOLVE_NXDOMAIN || a->outcome == RESOLVE_LOOP;
}

/* Do records of this type only name where clients go on? */
static bool
only_names(uint16_t type)
{
	static const uint16_t types[] = {RRTYPE_NS, RRTYPE_CNAME, RRTYPE_PTR,
	    RRTYPE_MX, RRTYPE_SRV, RRTYPE_NAPTR, RRTYPE_SVCB, RRTYPE_HTTPS,
	    RRTYPE_URI};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return false;
}

bool
group_leads(const struct group *g, const struct evidence_answer *ea, bool old)
{
	const struct resolve_answer *a = old ? ea->old : ea->new;
	const struct zoneset *set = old ? g->ev->old : g->ev->new;
	const struct targets *t;
	bool failed;
	size_t i;

	if (answer_is_empty(a) || (a->entry == ZONE_NONE && a->nsteps == 0))
		return false;
	if (!only_names(a->qtype) ||
	    (a->outcome != RESOLVE_ANSWER && a->qtype != RRTYPE_NS))
		return true;
	if ((t = group_targets(g, ea, old, &failed)) == NULL)
		return false;
	/* Where faults lead nobody knows: failover-target-not-allowed. */
	if (t->nfaults != 0 || t->incomplete)
		return true;
	for (i = 0; i < t->naddresses; i++)
		if (t->address[i].origin != TARGET_HINT)
			return true;
	for (i = 0; i < t->nnames; i++)
		if (!name_is_root(t->name[i].name) &&
		    !set_answers(g, set, ea, &t->name[i]))
			return true;
	return false;
}

/* The IPv4 address inside an IPv6 one, wherever clients take it from: mapped,
 * NAT64, compatible, 6to4. NULL: none. */
static const uint8_t *
carried(const uint8_t a[16])
{
	static const uint8_t zero[12] = {0};
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
		return a + 12;
	if (memcmp(a, zero, 12) == 0 && (a[12] | a[13] | a[14]) != 0)
		return a + 12;
	return a[0] == 0x20 && a[1] == 0x02 ? a + 2 : NULL;
}

static void
normal(const uint8_t **addr, size_t *len)
{
	const uint8_t *v4 = *len == 16 ? carried(*addr) : NULL;

	if (v4 != NULL) {
		*addr = v4;
		*len = 4;
	}
}

bool
address_set_has(const struct address_set *s, const uint8_t *addr, size_t len)
{
	size_t i;

	normal(&addr, &len);
	for (i = 0; i < s->n; i++)
		if (s->item[i].len == len &&
		    memcmp(s->item[i].addr, addr, len) == 0)
			return true;
	return false;
}

void
address_set_add(struct address_set *s, const uint8_t *addr, size_t len)
{
	size_t cap = s->cap == 0 ? 16 : s->cap * 2;
	void *p;

	normal(&addr, &len);
	if (address_set_has(s, addr, len))
		return;
	if (s->n == s->cap) {
		if ((p = realloc(s->item, cap * sizeof(*s->item))) == NULL) {
			s->lost = true;
			return;
		}
		s->item = p;
		s->cap = cap;
	}
	memcpy(s->item[s->n].addr, addr, len);
	s->item[s->n++].len = (uint8_t)len;
}

void
address_set_free(struct address_set *s)
{
	free(s->item);
	s->item = NULL;
	s->n = s->cap = 0;
}

void
group_addresses(
    const struct group *g, bool old, struct address_set *set, bool *failed)
{
	const struct targets *t;
	bool one;
	size_t i, j;

	*failed = false;
	for (i = 0; i < g->n; i++) {
		if (answer_is_beside(&g->answer[i]))
			continue;
		t = group_targets(g, &g->answer[i], old, &one);
		*failed |= one || (t != NULL && t->incomplete);
		for (j = 0; t != NULL && j < t->naddresses; j++)
			if (t->address[j].origin != TARGET_HINT)
				address_set_add(
				    set, t->address[j].addr, t->address[j].len);
	}
	if (set->lost)
		g->fs->lost = true;
}
