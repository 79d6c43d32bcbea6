#include "denial.h"

#include <openssl/evp.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../dnssec/nsec3.h"

enum {
	HASH = NSEC3_HASH,
	NSEC3_HEADER = 5, /* algorithm, flags, iterations, salt length */
	OPTOUT = 1,
};

/* ---- records ------------------------------------------------------------- */

static bool
listed(const uint8_t *p, size_t len, uint16_t type)
{
	unsigned octet = (type & 255u) >> 3, n;

	for (; len >= 2; p += n, len -= n) {
		n = 2u + p[1];
		if (n > len)
			return false;
		if (p[0] == type >> 8)
			return octet < p[1] &&
			       (p[2 + octet] & (128u >> (type & 7))) != 0;
	}
	return false;
}

static void
take_nsec(struct denial *d, const struct message_rr *rr)
{
	struct denial_nsec *n = &d->nsec[d->nnsec];
	size_t len = name_check(rr->rdata, rr->rdlen);

	if (d->nnsec == DENIAL_RECORDS_MAX || len == 0)
		return;
	memcpy(n->owner, rr->owner, name_len(rr->owner));
	memcpy(n->next, rr->rdata, len);
	name_lower(n->next);
	n->bitmap = rr->rdata + len;
	n->len = rr->rdlen - len;
	d->nnsec++;
}

static void
take_nsec3(struct denial *d, const struct message_rr *rr)
{
	struct denial_nsec3 *n = &d->nsec3[d->nnsec3];
	const uint8_t *p = rr->rdata;
	size_t at;

	if (d->nnsec3 == DENIAL_RECORDS_MAX || rr->rdlen < NSEC3_HEADER ||
	    p[0] != 1 || !nsec3_owner(d->apex, rr->owner, n->owner))
		return;
	at = NSEC3_HEADER + (size_t)p[4];
	if (rr->rdlen < at + 1 + HASH || p[at] != HASH)
		return;
	n->optout = (p[1] & OPTOUT) != 0;
	n->iterations = (uint16_t)(p[2] << 8 | p[3]);
	n->salt = p + NSEC3_HEADER;
	n->salt_len = p[4];
	memcpy(n->next, p + at + 1, HASH);
	n->bitmap = p + at + 1 + HASH;
	n->len = rr->rdlen - at - 1 - HASH;
	if (n->iterations > TRUST_ITERATIONS_MAX) {
		d->too_many_iterations = true;
		return;
	}
	/* One chain: what the first record says. */
	if (d->nnsec3 > 0 &&
	    (n->iterations != d->nsec3[0].iterations ||
		n->salt_len != d->nsec3[0].salt_len ||
		memcmp(n->salt, d->nsec3[0].salt, n->salt_len) != 0))
		return;
	d->nnsec3++;
}

int
denial_collect(struct denial *d, struct trust_check *c)
{
	const struct message_rr *rr;
	unsigned labels;
	size_t i;
	int rc;

	memset(d, 0, sizeof(*d));
	d->apex = c->trust->apex;
	for (i = 0; i < c->m->n; i++) {
		rr = &c->m->rr[i];
		if (rr->section != MESSAGE_AUTHORITY ||
		    (rr->type != RRTYPE_NSEC && rr->type != RRTYPE_NSEC3) ||
		    !name_is_under(rr->owner, d->apex) ||
		    message_next(c->m, MESSAGE_AUTHORITY, rr->owner, rr->type,
			NULL) != rr)
			continue;
		rc = trust_rrset(
		    c, MESSAGE_AUTHORITY, rr->owner, rr->type, &labels);
		if (rc < 0)
			return -1;
		/* One that a wildcard gave its name to denies nothing. */
		if (rc != TRUST_SECURE ||
		    labels !=
			name_labels(rr->owner) - name_is_wildcard(rr->owner))
			continue;
		if (rr->type == RRTYPE_NSEC)
			take_nsec(d, rr);
		else
			take_nsec3(d, rr);
	}
	return 0;
}

/* ---- NSEC ---------------------------------------------------------------- */

static const struct denial_nsec *
nsec_at(const struct denial *d, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < d->nnsec; i++)
		if (name_equal(d->nsec[i].owner, name))
			return &d->nsec[i];
	return NULL;
}

/* A record of the parent at a cut, or one of a DNAME: it says nothing about
 * names below itself (RFC 6840 §4.1). */
static bool
is_cut(const uint8_t *bitmap, size_t len)
{
	return listed(bitmap, len, RRTYPE_DNAME) ||
	       (listed(bitmap, len, RRTYPE_NS) &&
		   !listed(bitmap, len, RRTYPE_SOA));
}

static bool
covers(const struct denial *d, const struct denial_nsec *n, const uint8_t *name)
{
	bool last = name_equal(n->next, d->apex);

	if (name_compare(n->owner, name) >= 0 ||
	    (!last && name_compare(name, n->next) >= 0))
		return false;
	return !(name_is_under(name, n->owner) && is_cut(n->bitmap, n->len));
}

static const struct denial_nsec *
nsec_over(const struct denial *d, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < d->nnsec; i++)
		if (covers(d, &d->nsec[i], name))
			return &d->nsec[i];
	return NULL;
}

/* The closest ancestor of NAME that the covering record shows to exist. */
static const uint8_t *
nsec_encloser(const struct denial_nsec *n, const uint8_t *name)
{
	while (!name_is_root(name)) {
		name = name_parent(name);
		if (name_is_under(n->owner, name) ||
		    name_is_under(n->next, name))
			break;
	}
	return name;
}

/* Does the bitmap at the name itself say that TYPE is not there? */
static bool
lacks(const uint8_t *bitmap, size_t len, uint16_t type)
{
	bool cut = listed(bitmap, len, RRTYPE_NS) &&
		   !listed(bitmap, len, RRTYPE_SOA);

	if (listed(bitmap, len, type) || listed(bitmap, len, RRTYPE_CNAME))
		return false;
	/* The parent speaks of the DS only, the child of all else. */
	return type == RRTYPE_DS ? !listed(bitmap, len, RRTYPE_SOA) : !cut;
}

static bool
join_wildcard(uint8_t out[NAME_MAX_LEN], const uint8_t *encloser)
{
	static const uint8_t star[] = {1, '*', 0};

	return name_join(out, star, encloser) != 0;
}

static int
nsec_nodata(struct denial *d, const uint8_t *name, uint16_t type)
{
	const struct denial_nsec *n = nsec_at(d, name);
	uint8_t star[NAME_MAX_LEN];

	if (n != NULL) {
		d->why = "its NSEC does not say that there is no such type";
		return lacks(n->bitmap, n->len, type) ? TRUST_SECURE
						      : TRUST_BOGUS;
	}
	d->why = "no NSEC proves that there is no such type";
	if ((n = nsec_over(d, name)) == NULL)
		return TRUST_BOGUS;
	/* An empty non-terminal, or a wildcard without the type. */
	if (name_is_under(n->next, name))
		return TRUST_SECURE;
	if (!join_wildcard(star, nsec_encloser(n, name)) ||
	    (n = nsec_at(d, star)) == NULL)
		return TRUST_BOGUS;
	return lacks(n->bitmap, n->len, type) ? TRUST_SECURE : TRUST_BOGUS;
}

static int
nsec_nxdomain(struct denial *d, const uint8_t *name)
{
	const struct denial_nsec *n = nsec_over(d, name);
	uint8_t star[NAME_MAX_LEN];

	d->why = "no NSEC proves that the name does not exist";
	if (n == NULL || name_is_under(n->next, name))
		return TRUST_BOGUS;
	d->why = "no NSEC proves that there is no wildcard for it";
	if (!join_wildcard(star, nsec_encloser(n, name)) ||
	    nsec_over(d, star) == NULL)
		return TRUST_BOGUS;
	return TRUST_SECURE;
}

/* ---- NSEC3 --------------------------------------------------------------- */

static int
hash_name(const struct denial *d, const uint8_t *name, uint8_t out[HASH])
{
	const struct denial_nsec3 *n = &d->nsec3[0];
	const struct nsec3_params p = {n->salt, n->iterations, n->salt_len};
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int rc = md != NULL ? nsec3_hash(md, EVP_sha1(), &p, name, out) : -1;

	EVP_MD_CTX_free(md);
	return rc;
}

/* The record whose owner is the hash of NAME, or *OVER the one whose span holds
 * it. 0, or -1. */
static int
nsec3_look(const struct denial *d, const uint8_t *name,
    const struct denial_nsec3 **at, const struct denial_nsec3 **over)
{
	const struct denial_nsec3 *n;
	uint8_t hash[HASH];
	bool wraps, after, ahead;
	size_t i;

	*at = *over = NULL;
	if (d->nnsec3 == 0)
		return 0;
	if (hash_name(d, name, hash) != 0)
		return -1;
	for (i = 0; i < d->nnsec3; i++) {
		n = &d->nsec3[i];
		if (memcmp(n->owner, hash, HASH) == 0)
			*at = n;
		wraps = memcmp(n->owner, n->next, HASH) >= 0;
		after = memcmp(n->owner, hash, HASH) < 0;
		ahead = memcmp(hash, n->next, HASH) < 0;
		if (wraps ? after || ahead : after && ahead)
			*over = n;
	}
	if (*at != NULL)
		*over = NULL;
	return 0;
}

/*
 * The closest encloser proof (RFC 5155 §8.3): *ENCLOSER exists, the name one
 * label longer does not. 1 with *OVER its covering record, 0 no proof, -1.
 */
static int
nsec3_encloser(const struct denial *d, const uint8_t *name,
    const uint8_t **encloser, const struct denial_nsec3 **over)
{
	const struct denial_nsec3 *at, *span = NULL;
	const uint8_t *p;

	for (p = name; name_is_under(p, d->apex); p = name_parent(p)) {
		if (nsec3_look(d, p, &at, over) != 0)
			return -1;
		if (at != NULL) {
			*encloser = p;
			*over = span;
			/* It must not be a cut, or a DNAME. */
			return p != name && span != NULL &&
			       !is_cut(at->bitmap, at->len);
		}
		span = *over;
		if (name_is_root(p))
			break;
	}
	return 0;
}

static int
nsec3_nodata(struct denial *d, const uint8_t *name, uint16_t type)
{
	const struct denial_nsec3 *at, *over, *span;
	const uint8_t *encloser;
	uint8_t star[NAME_MAX_LEN];
	int rc;

	d->why = "no NSEC3 proves that there is no such type";
	if (nsec3_look(d, name, &at, &over) != 0)
		return -1;
	if (at != NULL)
		return lacks(at->bitmap, at->len, type) ? TRUST_SECURE
							: TRUST_BOGUS;
	if ((rc = nsec3_encloser(d, name, &encloser, &span)) <= 0)
		return rc < 0 ? -1 : TRUST_BOGUS;
	if (type == RRTYPE_DS && span->optout)
		return TRUST_INSECURE;
	if (!join_wildcard(star, encloser))
		return TRUST_BOGUS;
	if (nsec3_look(d, star, &at, &over) != 0)
		return -1;
	return at != NULL && lacks(at->bitmap, at->len, type) ? TRUST_SECURE
							      : TRUST_BOGUS;
}

static int
nsec3_nxdomain(struct denial *d, const uint8_t *name)
{
	const struct denial_nsec3 *at, *over, *span;
	const uint8_t *encloser;
	uint8_t star[NAME_MAX_LEN];
	int rc;

	d->why = "no NSEC3 proves that the name does not exist";
	if ((rc = nsec3_encloser(d, name, &encloser, &span)) <= 0)
		return rc < 0 ? -1 : TRUST_BOGUS;
	d->why = "no NSEC3 proves that there is no wildcard for it";
	if (!join_wildcard(star, encloser))
		return TRUST_BOGUS;
	if (nsec3_look(d, star, &at, &over) != 0)
		return -1;
	if (over == NULL)
		return TRUST_BOGUS;
	return span->optout ? TRUST_INSECURE : TRUST_SECURE;
}

/* ---- both ---------------------------------------------------------------- */

/* Without a usable record, why not. */
static int
nothing(struct denial *d)
{
	if (d->too_many_iterations) {
		d->why = "its NSEC3 records ask for too many iterations";
		return TRUST_INSECURE;
	}
	d->why = "no signed NSEC or NSEC3 record proves it";
	return TRUST_BOGUS;
}

int
denial_nodata(struct denial *d, const uint8_t *name, uint16_t type)
{
	if (d->nnsec == 0 && d->nnsec3 == 0)
		return nothing(d);
	return d->nnsec != 0 ? nsec_nodata(d, name, type)
			     : nsec3_nodata(d, name, type);
}

int
denial_nxdomain(struct denial *d, const uint8_t *name)
{
	if (d->nnsec == 0 && d->nnsec3 == 0)
		return nothing(d);
	return d->nnsec != 0 ? nsec_nxdomain(d, name) : nsec3_nxdomain(d, name);
}

int
denial_wildcard(struct denial *d, const uint8_t *name, const uint8_t *encloser)
{
	const struct denial_nsec3 *at, *over;
	const struct denial_nsec *n;
	unsigned labels = name_labels(name), above = name_labels(encloser);

	if (d->nnsec == 0 && d->nnsec3 == 0)
		return nothing(d);
	d->why = "nothing proves that the wildcard had to answer";
	if (labels <= above)
		return TRUST_BOGUS;
	if (d->nnsec != 0) {
		n = nsec_over(d, name);
		return n != NULL && name_equal(nsec_encloser(n, name), encloser)
			   ? TRUST_SECURE
			   : TRUST_BOGUS;
	}
	if (nsec3_look(d, name_skip(name, labels - above - 1), &at, &over) != 0)
		return -1;
	return over == NULL   ? TRUST_BOGUS
	       : over->optout ? TRUST_INSECURE
			      : TRUST_SECURE;
}

int
denial_no_ds(struct denial *d, const uint8_t *name)
{
	const struct denial_nsec *n = nsec_at(d, name);
	const struct denial_nsec3 *at = NULL, *over = NULL;
	const uint8_t *bitmap = NULL;
	size_t len = 0;
	int rc;

	if (n != NULL) {
		bitmap = n->bitmap;
		len = n->len;
	} else if (nsec3_look(d, name, &at, &over) == 0 && at != NULL) {
		bitmap = at->bitmap;
		len = at->len;
	}
	rc = denial_nodata(d, name, RRTYPE_DS);
	if (rc == TRUST_INSECURE)
		return 1;
	if (rc != TRUST_SECURE)
		return -1;
	return bitmap != NULL && listed(bitmap, len, RRTYPE_NS);
}
