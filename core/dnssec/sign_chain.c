#include "sign_chain.h"

#include <ldns/sha1.h>
#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"

bool
chain_keeps(uint16_t type)
{
	return type != RRTYPE_RRSIG && type != RRTYPE_NSEC &&
	       type != RRTYPE_NSEC3 && type != RRTYPE_NSEC3PARAM;
}

bool
chain_has(const struct zone *z, uint32_t i)
{
	const struct zone_owner *o = &z->owner[i];
	uint32_t j;

	if (o->flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return false;
	for (j = 0; j < o->nrrsets; j++)
		if (chain_keeps(z->rrset[o->rrset + j].type))
			return true;
	return false;
}

static int
plan_nsec(struct chain *c, const struct zone *z)
{
	uint32_t i, first = ZONE_NONE, last = ZONE_NONE;

	if ((c->next = malloc((z->nowners + 1) * sizeof(*c->next))) == NULL)
		return -1;
	for (i = 0; i < z->nowners; i++) {
		c->next[i] = ZONE_NONE;
		if (!chain_has(z, i))
			continue;
		if (last != ZONE_NONE)
			c->next[last] = i;
		else
			first = i;
		last = i;
	}
	if (last != ZONE_NONE)
		c->next[last] = first;
	return 0;
}

static int
add_name(struct chain *c, size_t *cap, uint32_t owner, unsigned skip)
{
	struct chain_name *p;
	size_t want;

	if (c->n == *cap) {
		want = *cap == 0 ? 1024 : *cap + *cap / 2;
		if ((p = realloc(c->name, want * sizeof(*p))) == NULL)
			return -1;
		c->name = p;
		*cap = want;
	}
	p = &c->name[c->n++];
	p->owner = owner;
	p->skip = (uint8_t)skip;
	return 0;
}

/* Labels that A and B have in common, from the root. */
static unsigned
common(const uint8_t *a, const uint8_t *b)
{
	unsigned na = name_labels(a), nb = name_labels(b), n;

	n = na < nb ? na : nb;
	a = name_skip(a, na - n);
	b = name_skip(b, nb - n);
	while (n > 0 && !name_equal(a, b)) {
		a = name_parent(a);
		b = name_parent(b);
		n--;
	}
	return n;
}

/*
 * All names the chain hashes. The ancestors of an owner that it does not share
 * with the owner before it hold nothing themselves: in canonical order they
 * would stand between the two. They are the empty non-terminals.
 */
static int
collect_names(struct chain *c, const struct zone *z)
{
	const uint8_t *last = z->apex, *name;
	unsigned labels, skip;
	size_t cap = 0;
	uint32_t i;

	for (i = 0; i < z->nowners; i++) {
		if (!chain_has(z, i))
			continue;
		if (c->denial == DNSSEC_NSEC3_OPTOUT &&
		    (z->owner[i].flags & ZONE_CUT) &&
		    zone_rrset(z, i, RRTYPE_DS) == NULL)
			continue;
		name = z->owner[i].name;
		labels = name_labels(name);
		skip = labels - common(name, last);
		while (skip > 1)
			if (add_name(c, &cap, i, --skip) != 0)
				return -1;
		if (add_name(c, &cap, i, 0) != 0)
			return -1;
		last = name;
	}
	return 0;
}

struct hash_job {
	struct chain *chain;
	const struct zone *zone;
};

/* RFC 5155 §5 with no salt and no further iterations (RFC 9276 §3.1). */
static int
hash_names(void *ctx, unsigned worker, size_t begin, size_t end)
{
	const struct hash_job *j = ctx;
	struct chain_name *n;
	uint8_t name[NAME_MAX_LEN];
	const uint8_t *from;
	size_t len;

	(void)worker;
	for (; begin < end; begin++) {
		n = &j->chain->name[begin];
		from = name_skip(j->zone->owner[n->owner].name, n->skip);
		len = name_len(from);
		memcpy(name, from, len);
		ldns_sha1(name, (unsigned)len, n->hash);
	}
	return 0;
}

static int
by_hash(const void *a, const void *b)
{
	const struct chain_name *x = a, *y = b;

	return memcmp(x->hash, y->hash, CHAIN_HASH);
}

int
chain_plan(struct chain *c, const struct zone *z, enum dnssec_denial denial,
    unsigned jobs, struct error *e)
{
	struct hash_job job = {c, z};
	size_t i;

	memset(c, 0, sizeof(*c));
	c->denial = denial;
	if (denial == DNSSEC_NSEC)
		return plan_nsec(c, z) == 0 ? 0 : error_memory(e);
	if (name_len(z->apex) + 1 + CHAIN_HASH_TEXT > NAME_MAX_LEN)
		return error_set(
		    e, ERROR_USAGE, "the zone's name is too long for NSEC3");
	if (collect_names(c, z) != 0)
		return error_memory(e);
	if (workers_run(jobs, c->n, 4096, hash_names, &job) != 0)
		return error_memory(e);
	qsort(c->name, c->n, sizeof(*c->name), by_hash);
	for (i = 1; i < c->n; i++)
		if (by_hash(&c->name[i - 1], &c->name[i]) == 0)
			return error_set(e, ERROR_USAGE,
			    "two names have the same NSEC3 hash");
	return 0;
}

void
chain_free(struct chain *c)
{
	free(c->next);
	free(c->name);
	c->next = NULL;
	c->name = NULL;
}

size_t
chain_owner(
    const struct chain *c, size_t i, const uint8_t *apex, uint8_t out[256])
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	const uint8_t *h = c->name[i].hash;
	size_t len = name_len(apex), k;
	unsigned bits = 0, have = 0;
	uint8_t *p = out;

	*p++ = CHAIN_HASH_TEXT;
	for (k = 0; k < CHAIN_HASH; k++) {
		bits = bits << 8 | h[k];
		for (have += 8; have >= 5; have -= 5)
			*p++ = (uint8_t)digits[bits >> (have - 5) & 31];
	}
	memcpy(p, apex, len);
	return 1 + CHAIN_HASH_TEXT + len;
}

void
typeset_add(struct typeset *s, uint16_t type)
{
	unsigned window = type >> 8, octet = (type & 0xff) / 8;

	s->bit[window][octet] |= (uint8_t)(0x80 >> (type & 7));
	if (s->len[window] < octet + 1)
		s->len[window] = (uint8_t)(octet + 1);
}

size_t
typeset_take(struct typeset *s, uint8_t out[256 * 34])
{
	unsigned w;
	size_t at = 0;

	for (w = 0; w < 256; w++) {
		if (s->len[w] == 0)
			continue;
		out[at++] = (uint8_t)w;
		out[at++] = s->len[w];
		memcpy(out + at, s->bit[w], s->len[w]);
		at += s->len[w];
		memset(s->bit[w], 0, s->len[w]);
		s->len[w] = 0;
	}
	return at;
}
