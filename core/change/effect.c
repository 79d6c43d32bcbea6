#include "effect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/vec.h"
#include "../policy/facts.h"
#include "effect_table.h"

/* One difference. */
struct atom {
	enum effect_kind kind;
	const char *subject, *name, *words;
};

struct side {
	struct policy_fact *fact;
	size_t n;
};

struct compare {
	struct arena *arena;
	struct side old, new;
	struct vec atoms;
	size_t more; /* differences beyond ATOMS_MAX */
	bool lost;
};

/* More differences than a person reads. */
#define ATOMS_MAX 2000

/* Values of one key of one entry, on both sides. */
struct pair {
	const struct effect_key *way; /* NULL: unknown */
	const char *key, *subject;
	const struct policy_fact *old, *new;
	size_t nold, nnew;
};

bool
effect_knows(const char *key)
{
	return effect_key_find(key) != NULL;
}

/* ---- words ----------------------------------------------------------------
 */

static void __attribute__((format(printf, 4, 5))) add(struct compare *c,
    const struct pair *p, enum effect_kind kind, const char *fmt, ...)
{
	struct atom *a;
	va_list ap;

	if (c->atoms.n == ATOMS_MAX) {
		c->more++;
		return;
	}
	if ((a = vec_add(&c->atoms)) == NULL) {
		c->lost = true;
		return;
	}
	va_start(ap, fmt);
	a->words = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
	a->kind = kind;
	a->subject = p->subject;
	if (a->words == NULL)
		c->lost = true;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* The protected names that use the target list, for its subject. */
static void
users(const struct side *s, const char *list, struct text *t)
{
	const struct policy_fact *f;
	size_t i, len;

	for (i = 0; i < s->n; i++) {
		f = &s->fact[i];
		if (strcmp(f->value, list) != 0 ||
		    (strcmp(f->key, "failover[].targets") != 0 &&
			strcmp(f->key, "identity-endpoints[].targets") != 0))
			continue;
		len = strcspn(f->subject, " ");
		text_str(t, t->len == 0 ? "" : ", ");
		text_add(t, f->subject, len);
	}
}

/* What people call the entry; *NAME is its protected name, if it has one. */
static const char *
call(struct compare *c, const char *key, const char *subject, const char **name)
{
	struct text t = TEXT_INIT;
	const char *s = subject;

	*name = NULL;
	if (begins(key, "failover[]") || begins(key, "identity-endpoints[]")) {
		*name = arena_dup(c->arena, subject, strcspn(subject, " #"));
	} else if (begins(key, "targets.*")) {
		users(&c->new, subject, &t);
		s = t.len == 0 ? arena_printf(c->arena, "list %s", subject)
			       : arena_printf(c->arena, "list %s (of %s)",
				     subject, t.data);
	} else if (begins(key, "waivers[]")) {
		s = arena_printf(c->arena, "waiver of %s", subject);
	} else if (begins(key, "severity.*")) {
		s = arena_printf(c->arena, "rule %s", subject);
	} else if (subject[0] == '\0') {
		s = arena_dup(c->arena, key, strcspn(key, ".["));
	}
	c->lost |= s == NULL || text_lost(&t);
	text_free(&t);
	return s == NULL ? "" : s;
}

/* ---- facts -----------------------------------------------------------------
 */

static int
fact_cmp(const void *key, const void *item)
{
	const struct policy_fact *a = key, *b = item;
	int c = strcmp(a->key, b->key);

	return c != 0 ? c : strcmp(a->subject, b->subject);
}

/* A fact of that key and subject, or NULL. */
static const struct policy_fact *
find(const struct side *s, const char *key, const char *subject)
{
	struct policy_fact f = {.key = key, .subject = subject};

	return s->n == 0 ? NULL
			 : bsearch(&f, s->fact, s->n, sizeof(f), fact_cmp);
}

/* ---- one key --------------------------------------------------------------
 */

static enum effect_kind
by_sign(int tighter)
{
	return tighter > 0 ? EFFECT_TIGHTER : EFFECT_LOOSER;
}

/* "max-ttl 60 -> 3600", "max-ttl 60 removed", "max-ttl 60". */
static void
tell_value(struct compare *c, const struct pair *p, enum effect_kind kind)
{
	const char *label = p->way == NULL || p->way->label == NULL
				? p->key
				: p->way->label;

	if (p->nold != 0 && p->nnew != 0)
		add(c, p, kind, "%s %s -> %s", label, p->old->value,
		    p->new->value);
	else if (p->nnew != 0)
		add(c, p, kind, "%s %s added", label, p->new->value);
	else
		add(c, p, kind, "%s %s removed", label, p->old->value);
}

/* Lanes that the policy is silent about ask for as much as zones do. */
static const struct policy_fact *
silent(const struct side *s, const char *key)
{
	if (strcmp(key, "change-control.approvals.failover-switch") != 0 &&
	    strcmp(key, "change-control.approvals.keys") != 0)
		return NULL;
	return find(s, "change-control.approvals.zones", "");
}

static void
compare_number(struct compare *c, const struct pair *p)
{
	const struct policy_fact *a = p->nold ? p->old
					      : silent(&c->old, p->key);
	const struct policy_fact *b = p->nnew ? p->new
					      : silent(&c->new, p->key);
	int more;

	if (a != NULL && b != NULL)
		more = effect_order(a, b);
	else
		/* No limit, or nothing asked for. */
		more = (p->way->way != WAY_MORE_TIGHT) == (b == NULL) ? 1 : -1;
	if (a != NULL && b != NULL && (p->nold == 0 || p->nnew == 0) &&
	    strcmp(a->value, b->value) == 0)
		return;
	if (more == 0)
		tell_value(c, p, EFFECT_LOOSER);
	else
		tell_value(c, p,
		    by_sign(p->way->way == WAY_MORE_TIGHT ? more : -more));
}

/* What is not said has the place between the last but one and the last rank. */
static void
compare_rank(struct compare *c, const struct pair *p)
{
	const char *silence = strstr(p->way->rank, "//");
	int none = 0, a, b;
	const char *s;

	for (s = p->way->rank; silence != NULL && s <= silence; s++)
		none += *s == '/';
	a = p->nold == 0 ? none : effect_rank(p->way->rank, p->old->value);
	b = p->nnew == 0 ? none : effect_rank(p->way->rank, p->new->value);
	tell_value(
	    c, p, a >= 0 && b >= 0 && b > a ? EFFECT_TIGHTER : EFFECT_LOOSER);
}

static bool
among(const struct policy_fact *f, size_t n, const char *value)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(f[i].value, value) == 0)
			return true;
	return false;
}

static void
compare_set(struct compare *c, const struct pair *p)
{
	enum effect_way way = p->way == NULL ? WAY_DOUBT : p->way->way;
	const char *label = p->way == NULL || p->way->label == NULL
				? p->key
				: p->way->label;
	enum effect_kind came = EFFECT_LOOSER, went = EFFECT_LOOSER;
	size_t i;

	if (way == WAY_SET_LOOSE || way == WAY_SET_OPEN)
		went = EFFECT_TIGHTER;
	if (way == WAY_SET_TIGHT)
		came = EFFECT_TIGHTER;
	if (way == WAY_SET_OPEN && (p->nold == 0 || p->nnew == 0)) {
		came = EFFECT_TIGHTER;
		went = EFFECT_LOOSER;
	}
	for (i = 0; i < p->nnew; i++)
		if (!among(p->old, p->nold, p->new[i].value))
			add(c, p, came, "%s %s added", label, p->new[i].value);
	for (i = 0; i < p->nold; i++)
		if (!among(p->new, p->nnew, p->old[i].value))
			add(c, p, went, "%s %s removed", label,
			    p->old[i].value);
	if (way == WAY_SET_OPEN && p->nnew == 0)
		add(c, p, EFFECT_LOOSER, "any %s is allowed", label);
}

/* The value of another key of the same entry, or "". */
static const char *
value_of(const struct side *s, const char *key, const char *subject)
{
	const struct policy_fact *f = find(s, key, subject);

	return f == NULL ? "" : f->value;
}

static void
compare_entry(struct compare *c, const struct pair *p)
{
	enum effect_way way = p->way == NULL ? WAY_DOUBT : p->way->way;
	bool came = p->nnew != 0;
	enum effect_kind kind = EFFECT_LOOSER;
	const char *words = NULL;

	if (way == WAY_ENTRY_WORDS)
		kind = EFFECT_OTHER;
	else if (way == (came ? WAY_ENTRY_TIGHT : WAY_ENTRY_LOOSE))
		kind = EFFECT_TIGHTER;
	if (p->way != NULL)
		words = came ? p->way->came : p->way->went;
	if (words == NULL)
		words = came ? "added" : "removed";
	if (came && begins(p->key, "waivers[]"))
		add(c, p, kind, "%s, until %s (%s): %s", words,
		    value_of(&c->new, "waivers[].until", p->subject),
		    value_of(&c->new, "waivers[].owner", p->subject),
		    value_of(&c->new, "waivers[].reason", p->subject));
	else
		add(c, p, kind, "%s", words);
}

static bool
same_values(const struct pair *p)
{
	size_t i;

	if (p->nold != p->nnew)
		return false;
	for (i = 0; i < p->nold; i++)
		if (strcmp(p->old[i].value, p->new[i].value) != 0)
			return false;
	return true;
}

static void
compare_pair(struct compare *c, const struct pair *p)
{
	const struct policy_fact *any = p->nold != 0 ? p->old : p->new;

	if (same_values(p))
		return;
	if (any->entry) {
		compare_entry(c, p);
		return;
	}
	if (p->nold > 1 || p->nnew > 1 || p->way == NULL) {
		compare_set(c, p);
		return;
	}
	switch (p->way->way) {
	case WAY_INNER_LOOSE:
		/* That the part came or went is told by others. */
		if (p->nold == 0 || p->nnew == 0)
			break;
		compare_number(c, p);
		break;
	case WAY_MORE_LOOSE:
	case WAY_MORE_TIGHT:
		compare_number(c, p);
		break;
	case WAY_RANK:
		compare_rank(c, p);
		break;
	case WAY_SET_LOOSE:
	case WAY_SET_TIGHT:
	case WAY_SET_OPEN:
		compare_set(c, p);
		break;
	case WAY_WORDS:
		tell_value(c, p, EFFECT_OTHER);
		break;
	default:
		tell_value(c, p, EFFECT_LOOSER);
		break;
	}
}

/* ---- all keys -------------------------------------------------------------
 */

/* Facts of one key and subject that begin at I. */
static size_t
run_of(const struct side *s, size_t i)
{
	size_t k = i;

	while (k < s->n && strcmp(s->fact[k].key, s->fact[i].key) == 0 &&
	       strcmp(s->fact[k].subject, s->fact[i].subject) == 0)
		k++;
	return k - i;
}

/* Is the fact part of an entry that came or went? Then that says it all. */
static bool
told_by_entry(struct compare *c, const struct policy_fact *f)
{
	const char *p, *end = NULL, *key;

	if (f->entry)
		return false;
	for (p = f->key; (p = strpbrk(p, "]*")) != NULL; p++)
		if (p[1] == '.')
			end = p + 1;
	if (end == NULL)
		return false;
	if ((key = arena_dup(c->arena, f->key, (size_t)(end - f->key))) ==
	    NULL) {
		c->lost = true;
		return false;
	}
	return find(&c->old, key, f->subject) == NULL ||
	       find(&c->new, key, f->subject) == NULL;
}

static int
fact_order(const struct side *a, size_t i, const struct side *b, size_t k)
{
	int c;

	if (i == a->n || k == b->n)
		return (i == a->n) - (k == b->n);
	if ((c = strcmp(a->fact[i].key, b->fact[k].key)) != 0)
		return c;
	return strcmp(a->fact[i].subject, b->fact[k].subject);
}

static void
compare_all(struct compare *c)
{
	const struct policy_fact *f;
	struct atom *a;
	struct pair p;
	size_t i = 0, k = 0, from;
	int o;

	while (i < c->old.n || k < c->new.n) {
		o = fact_order(&c->old, i, &c->new, k);
		p = (struct pair){0};
		p.old = &c->old.fact[i];
		p.new = &c->new.fact[k];
		p.nold = o <= 0 ? run_of(&c->old, i) : 0;
		p.nnew = o >= 0 ? run_of(&c->new, k) : 0;
		f = o <= 0 ? p.old : p.new;
		p.key = f->key;
		p.subject = f->subject;
		p.way = effect_key_find(f->key);
		from = c->atoms.n;
		if (!told_by_entry(c, f))
			compare_pair(c, &p);
		for (a = c->atoms.item; from < c->atoms.n; from++)
			a[from].subject = call(
			    c, p.key, p.subject, &a[from].name);
		i += p.nold;
		k += p.nnew;
	}
}

struct places {
	int64_t old, new;
};

static int
place_cmp(const void *pa, const void *pb)
{
	const struct places *a = pa, *b = pb;

	return a->old < b->old ? -1 : a->old > b->old;
}

/* The first pattern that fits a path wins: so their order counts. */
static void
compare_order(struct compare *c)
{
	struct pair p = {.key = "zones[]", .subject = "zones"};
	struct places *at = arena_calloc(c->arena, c->old.n + 1, sizeof(*at));
	const struct policy_fact *a, *b;
	struct atom *last;
	size_t i, n = 0;

	if (at == NULL) {
		c->lost = true;
		return;
	}
	for (i = 0; i < c->old.n; i++) {
		a = &c->old.fact[i];
		if (strcmp(a->key, p.key) != 0 ||
		    (b = find(&c->new, p.key, a->subject)) == NULL)
			continue;
		at[n].old = a->number;
		at[n++].new = b->number;
	}
	qsort(at, n, sizeof(*at), place_cmp);
	for (i = 1; i < n && at[i].new > at[i - 1].new; i++)
		continue;
	if (i >= n)
		return;
	add(c, &p, EFFECT_LOOSER,
	    "entries in another order: the first that fits wins");
	if (c->atoms.n != 0) {
		last = (struct atom *)c->atoms.item + c->atoms.n - 1;
		last->subject = p.subject;
	}
}

/* ---- the result -----------------------------------------------------------
 */

static bool
same_group(const struct atom *a, const struct change_effect *e)
{
	return a->kind == e->kind && strcmp(a->subject, e->subject) == 0;
}

/* In doubt what is not shown loosens. */
static void
tell_more(struct compare *c)
{
	struct atom *a = vec_add(&c->atoms);

	if (a == NULL) {
		c->lost = true;
		return;
	}
	a->kind = EFFECT_LOOSER;
	a->subject = "the policy";
	a->words = arena_printf(
	    c->arena, "%zu more differences than are shown", c->more);
	c->lost |= a->words == NULL;
}

/* All atoms of one kind and subject become one sentence. */
static int
group(struct compare *c, struct change_effects *out)
{
	const struct atom *a = c->atoms.item;
	struct change_effect *e, *more;
	size_t i, k;

	more = arena_calloc(c->arena, out->n + c->atoms.n + 1, sizeof(*more));
	if (more == NULL)
		return -1;
	if (out->n != 0)
		memcpy(more, out->item, out->n * sizeof(*more));
	out->item = more;
	for (i = 0; i < c->atoms.n; i++) {
		for (k = 0; k < out->n; k++)
			if (same_group(&a[i], &out->item[k]))
				break;
		e = &out->item[k];
		if (k == out->n) {
			out->n++;
			*e = (struct change_effect){.kind = a[i].kind,
			    .subject = a[i].subject,
			    .name = a[i].name,
			    .words = a[i].words};
		} else {
			e->words = arena_printf(
			    c->arena, "%s; %s", e->words, a[i].words);
		}
		if (e->words == NULL)
			return -1;
	}
	return 0;
}

int
change_effects(struct change_effects *out, const struct policy *old,
    const struct policy *new, struct arena *arena, struct error *e)
{
	struct compare c = {.arena = arena, .atoms = VEC_INIT(struct atom)};
	int rc;

	memset(out, 0, sizeof(*out));
	if (policy_facts(old, arena, &c.old.fact, &c.old.n, e) != 0 ||
	    policy_facts(new, arena, &c.new.fact, &c.new.n, e) != 0)
		return -1;
	compare_all(&c);
	compare_order(&c);
	if (c.more != 0)
		tell_more(&c);
	rc = c.lost || group(&c, out) != 0 ? error_memory(e) : 0;
	vec_free(&c.atoms);
	return rc;
}
