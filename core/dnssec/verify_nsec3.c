/* The NSEC3 chain (RFC 5155 §7, RFC 9276). */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "nsec3.h"
#include "verify.h"

enum {
	HASH = NSEC3_HASH,
	HEADER = 5, /* algorithm, flags, iterations, salt length */
	OPTOUT = 1,
	HASH_CHUNK = 1024,
};

/* An NSEC3 record of the zone. */
struct record {
	uint8_t hash[HASH]; /* of its owner */
	uint8_t flags;
	bool used;
	const struct zone_rr *rr;
};

/* A name the chain must or may hold. */
struct name {
	uint8_t hash[HASH];
	uint32_t owner;
	uint8_t skip;  /* labels to skip: 0, or an empty non-terminal */
	bool optional; /* only insecure delegations: opt-out may leave it */
};

struct chain {
	const struct verify *v;
	struct verify_list *list;
	struct nsec3_params params;
	struct record *record; /* in hash order */
	size_t nrecords;
	struct name *name;
	size_t nnames, cap;
	EVP_MD *sha1;
};

static void
fault(struct chain *c, uint32_t owner, const struct zone_rr *rr,
    const char *help, const char *message)
{
	struct verify_at at = {
	    c->v->zone, owner, rr == NULL ? RRTYPE_NSEC3 : rr->type, rr};

	verify_add(c->list, FAULT_CHAIN, at, help, "%s", message);
}

/* ---- parameters and records ---------------------------------------------- */

/* 0; 1 when the chain cannot be checked with them, which a finding says. */
static int
read_params(struct chain *c)
{
	const struct zone *z = c->v->zone;
	const struct zone_rrset *set = zone_find_rrset(
	    z, z->apex, RRTYPE_NSEC3PARAM);
	struct verify_at at = {z, ZONE_NONE, RRTYPE_NSEC3PARAM, NULL};
	const struct zone_rr *rr;
	const uint8_t *p;

	if (set == NULL) {
		fault(c, ZONE_NONE, NULL, "sign the zone again",
		    "NSEC3 records without NSEC3PARAM at the apex");
		return 1;
	}
	rr = at.rr = &z->rr[set->rr];
	p = zone_rr_data(z, rr);
	if (set->count != 1)
		fault(c, set->owner, rr, "keep one chain",
		    "several NSEC3PARAM records");
	if (rr->rdlen < HEADER || rr->rdlen != HEADER + p[4] || p[0] != 1 ||
	    p[1] != 0) {
		fault(c, set->owner, rr, "use hash algorithm 1 and flags 0",
		    "the NSEC3PARAM record is malformed or of an unknown kind");
		return 1;
	}
	c->params.iterations = get16(p + 2);
	c->params.salt_len = p[4];
	c->params.salt = p + HEADER;
	if (c->params.iterations > VERIFY_ITERATIONS_MAX) {
		verify_add(c->list, FAULT_ITERATIONS, at,
		    "sign with 0 iterations and no salt (RFC 9276 3.1)",
		    "NSEC3 with %u iterations: resolvers treat more than %d "
		    "as unsigned or refuse them",
		    c->params.iterations, VERIFY_ITERATIONS_MAX);
		return 1;
	}
	if (c->params.iterations != 0)
		verify_add(c->list, FAULT_ITERATIONS, at,
		    "sign with 0 iterations and no salt",
		    "NSEC3 with %u extra iterations, which must be 0 (RFC "
		    "9276 3.1)",
		    c->params.iterations);
	if (c->params.salt_len != 0)
		verify_add(c->list, FAULT_ITERATIONS, at,
		    "sign with 0 iterations and no salt",
		    "NSEC3 with a salt, which protects nothing (RFC 9276 3.1)");
	return 0;
}

/* Is it a record of the chain that NSEC3PARAM announces? */
static bool
of_chain(const struct chain *c, const uint8_t *p, size_t len)
{
	size_t n = c->params.salt_len;

	return len > HEADER + n + 1 + HASH - 1 && p[0] == 1 &&
	       (p[1] & ~OPTOUT) == 0 && get16(p + 2) == c->params.iterations &&
	       p[4] == n && memcmp(p + HEADER, c->params.salt, n) == 0 &&
	       p[HEADER + n] == HASH;
}

static void
add_record(struct chain *c, const struct zone_rrset *set)
{
	const struct zone *z = c->v->zone;
	const struct zone_rr *rr = &z->rr[set->rr];
	struct record *r = &c->record[c->nrecords];

	if (set->count != 1) {
		fault(c, set->owner, rr, "remove what the signer did not make",
		    "several NSEC3 records at one name");
		return;
	}
	if (!verify_is_authoritative(z, set) ||
	    !nsec3_owner(z->apex, z->owner[set->owner].name, r->hash)) {
		fault(c, set->owner, rr, "remove it",
		    "an NSEC3 record at a name that is no hash below the apex");
		return;
	}
	if (!of_chain(c, zone_rr_data(z, rr), rr->rdlen)) {
		fault(c, set->owner, rr, "remove it, or sign the zone again",
		    "an NSEC3 record of another chain than NSEC3PARAM says");
		return;
	}
	r->rr = rr;
	r->flags = zone_rr_data(z, rr)[1];
	r->used = false;
	c->nrecords++;
}

/* Canonical order of the owners is hash order: base32hex keeps it. */
static int
collect_records(struct chain *c)
{
	const struct zone *z = c->v->zone;
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < z->nrrsets; i++)
		n += z->rrset[i].type == RRTYPE_NSEC3;
	if ((c->record = calloc(n + 1, sizeof(*c->record))) == NULL)
		return -1;
	for (i = 0; i < z->nrrsets; i++)
		if (z->rrset[i].type == RRTYPE_NSEC3)
			add_record(c, &z->rrset[i]);
	return 0;
}

/* ---- names --------------------------------------------------------------- */

static struct name *
add_name(struct chain *c, uint32_t owner, unsigned skip)
{
	struct name *p;
	size_t want;

	if (c->nnames == c->cap) {
		want = c->cap == 0 ? 1024 : c->cap + c->cap / 2;
		if ((p = realloc(c->name, want * sizeof(*p))) == NULL)
			return NULL;
		c->name = p;
		c->cap = want;
	}
	p = &c->name[c->nnames++];
	p->owner = owner;
	p->skip = (uint8_t)skip;
	p->optional = true;
	return p;
}

/* The empty non-terminals above the owner at hand, by number of labels. */
struct open {
	size_t at[NAME_MAX_LABELS + 1]; /* index of the name, + 1; 0: none */
	unsigned labels;
	const uint8_t *last; /* owner before */
};

/* How many labels, from the root, are the same? */
static unsigned
shared(const uint8_t *a, unsigned na, const uint8_t *b, unsigned nb)
{
	unsigned n = na < nb ? na : nb;

	a = name_skip(a, na - n);
	b = name_skip(b, nb - n);
	for (; n > 0; n--, a = name_parent(a), b = name_parent(b))
		if (name_equal(a, b))
			break;
	return n;
}

static int
collect_owner(struct chain *c, struct open *o, uint32_t i)
{
	const struct zone *z = c->v->zone;
	const uint8_t *name = z->owner[i].name;
	unsigned labels = name_labels(name), n, top = name_labels(z->apex);
	struct name *p;
	bool insecure = (z->owner[i].flags & ZONE_CUT) &&
			zone_rrset(z, i, RRTYPE_DS) == NULL;

	n = shared(name, labels, o->last, o->labels);
	for (n = n < top ? top : n; ++n < labels;) {
		if (add_name(c, i, labels - n) == NULL)
			return -1;
		o->at[n] = c->nnames;
	}
	if ((p = add_name(c, i, 0)) == NULL)
		return -1;
	o->at[labels] = 0; /* no empty one */
	o->last = name;
	o->labels = labels;
	if (insecure)
		return 0;
	p->optional = false;
	for (n = top + 1; n < labels; n++)
		if (o->at[n] != 0)
			c->name[o->at[n] - 1].optional = false;
	return 0;
}

static int
collect_names(struct chain *c)
{
	const struct zone *z = c->v->zone;
	struct open o = {{0}, name_labels(z->apex), z->apex};
	uint32_t i;

	for (i = 0; i < z->nowners; i++)
		if (verify_is_named(z, i) && collect_owner(c, &o, i) != 0)
			return -1;
	return 0;
}

static int
hash_names(void *ctx, unsigned worker, size_t begin, size_t end)
{
	const struct chain *c = ctx;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	struct name *n;
	int rc = md != NULL ? 0 : -1;

	(void)worker;
	for (; rc == 0 && begin < end; begin++) {
		n = &c->name[begin];
		rc = nsec3_hash(md, c->sha1, &c->params,
		    name_skip(c->v->zone->owner[n->owner].name, n->skip),
		    n->hash);
	}
	EVP_MD_CTX_free(md);
	return rc;
}

static int
by_hash(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int c = memcmp(x->hash, y->hash, HASH);

	if (c != 0)
		return c;
	return x->owner < y->owner ? -1 : x->owner > y->owner;
}

/* ---- comparing ----------------------------------------------------------- */

static void
check_record(struct chain *c, size_t i)
{
	const struct record *r = &c->record[i];
	const struct record *next = &c->record[(i + 1) % c->nrecords];
	const uint8_t *p = zone_rr_data(c->v->zone, r->rr);

	p += HEADER + c->params.salt_len + 1;
	if (memcmp(p, next->hash, HASH) != 0)
		fault(c, r->rr->owner, r->rr,
		    "sign the zone again: the chain must be closed",
		    "NSEC3 does not point to the next hash in the zone");
	if (!r->used)
		fault(c, r->rr->owner, r->rr, "remove it",
		    "an NSEC3 record for a name that does not exist");
	verify_denial_ttl(c->v, r->rr, c->list);
}

static void
match(struct chain *c, const struct name *n, struct record *r)
{
	const struct zone_rr *rr = r->rr;
	const uint8_t *p = zone_rr_data(c->v->zone, rr);
	size_t at = HEADER + c->params.salt_len + 1u + HASH;

	if (r->used)
		fault(c, n->owner, rr, "rename one of them",
		    "two names have the same NSEC3 hash");
	r->used = true;
	verify_bitmap(c->v, n->skip == 0 ? n->owner : ZONE_NONE, rr, p + at,
	    rr->rdlen - at, c->list);
}

/* Name N is not in the chain; the record before it is I (or it has none). */
static void
missing(struct chain *c, const struct name *n, size_t i)
{
	const struct zone *z = c->v->zone;
	char text[NAME_MAX_TEXT];
	struct verify_at at = {z, n->owner, RRTYPE_NSEC3, NULL};

	if (n->optional && c->nrecords != 0 &&
	    (c->record[i].flags & OPTOUT) != 0)
		return;
	name_to_text(text, name_skip(z->owner[n->owner].name, n->skip));
	verify_add(c->list, FAULT_CHAIN, at, "sign the zone again",
	    "%.500s has no NSEC3 record", text);
}

/* Both stand in hash order. */
static void
compare(struct chain *c)
{
	size_t i, r = 0;
	const struct name *n;
	int d;

	for (i = 0; i < c->nnames; i++) {
		n = &c->name[i];
		while (r < c->nrecords &&
		       memcmp(c->record[r].hash, n->hash, HASH) < 0)
			r++;
		d = r == c->nrecords ? 1
				     : memcmp(c->record[r].hash, n->hash, HASH);
		if (d == 0)
			match(c, n, &c->record[r]);
		else
			missing(c, n, r == 0 ? c->nrecords - 1 : r - 1);
	}
	for (i = 0; i < c->nrecords; i++)
		check_record(c, i);
}

int
verify_nsec3(const struct verify *v, unsigned jobs, struct verify_list *l,
    struct error *e)
{
	struct chain c = {.v = v, .list = l};
	int rc = 0;

	if (v->denial != VERIFY_NSEC3 || read_params(&c) != 0)
		return 0;
	c.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	if (c.sha1 == NULL)
		return error_set(e, ERROR_SYSTEM, "SHA-1 is not available");
	if (collect_records(&c) != 0 || collect_names(&c) != 0)
		rc = error_memory(e);
	else if (workers_run(jobs, c.nnames, HASH_CHUNK, hash_names, &c) != 0)
		rc = error_set(e, ERROR_SYSTEM, "cannot hash for NSEC3");
	if (rc == 0 && c.nnames != 0)
		qsort(c.name, c.nnames, sizeof(*c.name), by_hash);
	if (rc == 0)
		compare(&c);
	EVP_MD_free(c.sha1);
	free(c.record);
	free(c.name);
	return rc;
}
