#include "alias.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"

struct alias_index {
	struct arena *arena;
	struct alias *item;
	size_t n, cap, dnames;
	bool sorted;
};

struct alias_index *
alias_index_new(void)
{
	struct alias_index *x;

	if ((x = calloc(1, sizeof(*x))) == NULL)
		return NULL;
	if ((x->arena = arena_new()) == NULL) {
		free(x);
		return NULL;
	}
	return x;
}

void
alias_index_free(struct alias_index *x)
{
	if (x == NULL)
		return;
	arena_free(x->arena);
	free(x->item);
	free(x);
}

/* A's target and key are filled in here. */
static int
add(struct alias_index *x, const struct alias *from, const uint8_t *target)
{
	uint8_t low[NAME_MAX_LEN], key[NAME_MAX_KEY];
	struct alias *a;
	size_t cap, len;

	if (x->n == x->cap) {
		cap = x->cap == 0 ? 64 : x->cap * 2;
		if (cap > SIZE_MAX / sizeof(*a) ||
		    (a = realloc(x->item, cap * sizeof(*a))) == NULL)
			return -1;
		x->item = a;
		x->cap = cap;
	}
	memcpy(low, target, name_len(target));
	len = name_lower(low);
	a = &x->item[x->n];
	*a = *from;
	a->target = arena_dup(x->arena, low, len);
	a->key_len = (uint16_t)name_key(key, low);
	a->key = arena_dup(x->arena, key, a->key_len);
	if (a->target == NULL || a->key == NULL)
		return -1;
	x->n++;
	x->dnames += a->dname;
	x->sorted = false;
	return 0;
}

static int
add_record(struct alias_index *x, const char *view, const struct zone *z,
    const struct zone_rr *rr)
{
	const struct alias a = {.view = view,
	    .zone = z,
	    .apex = z->apex,
	    .owner = zone_rr_owner(z, rr),
	    .dname = rr->type == RRTYPE_DNAME};
	const uint8_t *target;

	target = rdata_target(rr->type, zone_rr_data(z, rr), rr->rdlen);
	/* Without one it leads nowhere. */
	return target == NULL ? 0 : add(x, &a, target);
}

int
alias_index_add(struct alias_index *x, const char *view, const struct zone *z)
{
	uint32_t i;

	for (i = 0; i < z->nrrs; i++)
		if ((z->rr[i].type == RRTYPE_CNAME ||
			z->rr[i].type == RRTYPE_DNAME) &&
		    add_record(x, view, z, &z->rr[i]) != 0)
			return -1;
	return 0;
}

int
alias_index_add_one(struct alias_index *x, const struct alias *a)
{
	struct alias one = *a;

	one.zone = NULL;
	one.owner = arena_dup(x->arena, a->owner, name_len(a->owner));
	return one.owner == NULL ? -1 : add(x, &one, a->target);
}

size_t
alias_index_dnames(const struct alias_index *x)
{
	return x->dnames;
}

static int
order(const struct alias *a, const char *view, const uint8_t *key, size_t len)
{
	int c = strcmp(a->view, view);

	if (c == 0)
		c = memcmp(a->key, key, a->key_len < len ? a->key_len : len);
	if (c == 0)
		c = a->key_len < len ? -1 : a->key_len > len;
	return c;
}

static int
compare(const void *pa, const void *pb)
{
	const struct alias *a = pa, *b = pb;

	return order(a, b->view, b->key, b->key_len);
}

int
alias_index_find(struct alias_index *x, const char *view, const uint8_t *name,
    bool below, int (*fn)(void *, const struct alias *), void *ctx)
{
	uint8_t key[NAME_MAX_KEY];
	size_t len, lo = 0, hi = x->n, mid;
	const struct alias *a;
	int rc;

	if (x->n == 0)
		return 0;
	len = name_key(key, name);
	if (!x->sorted)
		qsort(x->item, x->n, sizeof(*x->item), compare);
	x->sorted = true;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (order(&x->item[mid], view, key, len) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	/* The key of a name is the beginning of the keys below it. */
	for (; lo < x->n; lo++) {
		a = &x->item[lo];
		if (strcmp(a->view, view) != 0 || a->key_len < len ||
		    memcmp(a->key, key, len) != 0 ||
		    (!below && a->key_len != len))
			break;
		if ((rc = fn(ctx, a)) != 0)
			return rc;
	}
	return 0;
}
