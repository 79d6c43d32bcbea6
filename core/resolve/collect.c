#include "collect.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

int
collect_init(struct collect *c, struct arena *arena)
{
	memset(c, 0, sizeof(*c));
	c->arena = arena;
	c->out = arena_alloc(arena, sizeof(*c->out));
	c->addresses = hash_table_new(16);
	c->names = hash_table_new(16);
	c->asked = hash_table_new(16);
	c->links = hash_table_new(16);
	if (c->out == NULL || c->addresses == NULL || c->names == NULL ||
	    c->asked == NULL || c->links == NULL) {
		collect_free(c);
		return -1;
	}
	c->out->ttl = UINT32_MAX;
	return 0;
}

void
collect_free(struct collect *c)
{
	hash_table_free(c->addresses);
	hash_table_free(c->names);
	hash_table_free(c->asked);
	hash_table_free(c->links);
	c->addresses = c->names = c->asked = c->links = NULL;
}

/* Room for one more object of SIZE in the array at P; false: no memory. */
static bool
room(struct collect *c, void **p, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 8 : *cap * 2;
	void *new;

	if (n < *cap)
		return true;
	if ((new = arena_calloc(c->arena, more, size)) == NULL) {
		c->failed = true;
		return false;
	}
	if (n > 0)
		memcpy(new, *p, n * size);
	*p = new;
	*cap = more;
	return true;
}

/* Is KEY new? Its value is then N. *AT gets the value. */
static bool
fresh(struct collect *c, struct hash_table *t, const void *key, size_t len,
    size_t n, size_t *at)
{
	uint32_t *v;
	void *kept;

	if ((v = hash_table_find(t, key, len)) != NULL) {
		*at = *v;
		return false;
	}
	*at = n;
	kept = arena_dup(c->arena, key, len);
	if (kept == NULL ||
	    hash_table_put(t, kept, len, (uint32_t)n, NULL) == NULL) {
		c->failed = true;
		return false;
	}
	return true;
}

void
collect_address(struct collect *c, const struct record *r,
    enum target_origin origin, const uint8_t *addr, size_t len)
{
	struct target_address *t;
	void *p = c->address;
	size_t at;

	if (fresh(c, c->addresses, addr, len, c->out->naddresses, &at)) {
		if (!room(
			c, &p, c->out->naddresses, &c->address_cap, sizeof(*t)))
			return;
		c->out->address = c->address = p;
		t = &c->address[c->out->naddresses++];
	} else {
		/* A hint that a record bears out is that record's address. */
		if (c->failed || at >= c->out->naddresses ||
		    c->address[at].origin != TARGET_HINT ||
		    origin == TARGET_HINT)
			return;
		t = &c->address[at];
	}
	memcpy(t->addr, addr, len);
	t->len = (uint8_t)len;
	t->origin = origin;
	t->name = r->owner;
	t->zone = r->zone;
	t->rr = r->rr;
}

void
collect_link(
    struct collect *c, const struct zone *zone, const struct zone_rr *rr)
{
	const uintptr_t key = (uintptr_t)rr; /* the record itself counts */
	void *p = c->link;
	size_t at;

	if (!fresh(c, c->links, &key, sizeof(key), c->out->nlinks, &at) ||
	    !room(c, &p, c->out->nlinks, &c->link_cap, sizeof(*c->link)))
		return;
	c->out->link = c->link = p;
	c->link[c->out->nlinks++] = (struct target_link){zone, rr};
}

size_t
collect_name(struct collect *c, const struct zone *zone,
    const struct zone_rr *rr, const uint8_t *name, uint16_t port)
{
	struct target_name *t;
	uint8_t low[NAME_MAX_LEN];
	void *p = c->name;
	size_t at, len = name_len(name);

	memcpy(low, name, len);
	name_lower(low);
	if (!fresh(c, c->names, low, len, c->out->nnames, &at) ||
	    !room(c, &p, c->out->nnames, &c->name_cap, sizeof(*t)))
		return at;
	c->out->name = c->name = p;
	t = &c->name[c->out->nnames];
	if ((t->name = arena_dup(c->arena, low, len)) == NULL) {
		c->failed = true;
		return at;
	}
	c->out->nnames++;
	t->zone = zone;
	t->rr = rr;
	t->port = port;
	return at;
}

void
collect_fault(struct collect *c, const struct record *r, const char *why)
{
	struct target_fault *t;
	void *p = c->fault;

	if (!room(c, &p, c->out->nfaults, &c->fault_cap, sizeof(*t)))
		return;
	c->out->fault = c->fault = p;
	t = &c->fault[c->out->nfaults++];
	t->zone = r->zone;
	t->rr = r->rr;
	t->why = why;
}

void
collect_ask(struct collect *c, const uint8_t *name, uint16_t type)
{
	uint8_t key[NAME_MAX_LEN + 2];
	size_t at, len = name_len(name);
	struct question *q;
	void *p = c->queue;

	memcpy(key, name, len);
	name_lower(key);
	key[len] = (uint8_t)(type >> 8);
	key[len + 1] = (uint8_t)type;
	if (!fresh(c, c->asked, key, len + 2, 0, &at))
		return;
	if (c->nqueue >= TARGETS_MAX_QUESTIONS) {
		c->out->incomplete = true;
		return;
	}
	if (!room(c, &p, c->nqueue, &c->queue_cap, sizeof(*q)))
		return;
	c->queue = p;
	q = &c->queue[c->nqueue];
	if ((q->name = arena_dup(c->arena, key, len)) == NULL) {
		c->failed = true;
		return;
	}
	q->type = type;
	c->nqueue++;
}

void
collect_outcome(struct collect *c, const struct resolve_answer *a)
{
	uint32_t *at = hash_table_find(c->names, a->qname, name_len(a->qname));

	if (at == NULL || *at >= c->out->nnames)
		return;
	if (a->qtype == RRTYPE_A)
		c->name[*at].a = a;
	else if (a->qtype == RRTYPE_AAAA)
		c->name[*at].aaaa = a;
}

void
collect_follow(struct collect *c, const struct record *r, const uint8_t *name,
    uint16_t port)
{
	if (name_is_root(name))
		return;
	collect_name(c, r->zone, r->rr, name, port);
	collect_ask(c, name, RRTYPE_A);
	collect_ask(c, name, RRTYPE_AAAA);
}
