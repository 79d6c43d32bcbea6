#include "trust.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../dnssec/pubkey.h"

struct trust_key {
	struct pubkey *pub;
	uint16_t tag;
	uint8_t algorithm;
};

/* RFC 4034 §3.1, taken apart. */
struct rrsig {
	const uint8_t *header, *signer, *sig;
	size_t signer_len, sig_len;
	uint32_t expiration, inception;
	uint16_t tag;
	uint8_t algorithm, labels;
};

static int
parse(const struct message_rr *rr, struct rrsig *s)
{
	const uint8_t *p = rr->rdata;
	size_t n;

	if (rr->rdlen <= RRSIG_HEADER)
		return -1;
	n = name_check(p + RRSIG_HEADER, rr->rdlen - (size_t)RRSIG_HEADER);
	if (n == 0 || RRSIG_HEADER + n >= rr->rdlen)
		return -1;
	s->header = p;
	s->algorithm = p[2];
	s->labels = p[3];
	s->expiration = get32(p + 8);
	s->inception = get32(p + 12);
	s->tag = get16(p + 16);
	s->signer = p + RRSIG_HEADER;
	s->signer_len = n;
	s->sig = p + RRSIG_HEADER + n;
	s->sig_len = rr->rdlen - RRSIG_HEADER - n;
	return 0;
}

/* ---- what is signed ------------------------------------------------------ */

/* The owner as it was signed: a wildcard when the signature has fewer labels
 * (RFC 4035 §5.3.2). Its length. */
static size_t
signed_owner(
    uint8_t out[NAME_MAX_LEN + 2], const uint8_t *owner, unsigned labels)
{
	unsigned have = name_labels(owner);
	const uint8_t *rest = owner;
	size_t len;

	if (labels < have && !(name_is_wildcard(owner) && labels + 1 == have)) {
		rest = name_skip(owner, have - labels);
		out[0] = 1;
		out[1] = '*';
		len = name_len(rest);
		memcpy(out + 2, rest, len);
		return len + 2;
	}
	len = name_len(rest);
	memcpy(out, rest, len);
	return len;
}

/* What the signature covers (RFC 4034 §3.1.8.1). */
static ldns_buffer *
signed_data(const struct message_set *set, const struct rrsig *s, uint16_t type)
{
	uint8_t owner[NAME_MAX_LEN + 2], fixed[10] = {0};
	size_t len = signed_owner(owner, set->rr[0]->owner, s->labels);
	size_t i, need = RRSIG_HEADER + s->signer_len;
	ldns_buffer *b;

	for (i = 0; i < set->n; i++)
		need += len + sizeof(fixed) + set->rr[i]->rdlen;
	if ((b = ldns_buffer_new(need)) == NULL)
		return NULL;
	ldns_buffer_write(b, s->header, RRSIG_HEADER + s->signer_len);
	put16(fixed, type);
	fixed[3] = RRCLASS_IN;
	memcpy(fixed + 4, s->header + 4, 4); /* the original TTL */
	for (i = 0; i < set->n; i++) {
		put16(fixed + 8, set->rr[i]->rdlen);
		ldns_buffer_write(b, owner, len);
		ldns_buffer_write(b, fixed, sizeof(fixed));
		ldns_buffer_write(b, set->rr[i]->rdata, set->rr[i]->rdlen);
	}
	return b;
}

/* ---- signatures ---------------------------------------------------------- */

/* Serial number arithmetic (RFC 1982). */
static bool
before(uint32_t a, uint32_t b)
{
	return a != b && b - a <= (uint32_t)1 << 31;
}

/* NULL when nothing but the cryptography is left to ask. */
static const char *
fields(const struct trust_check *c, const struct rrsig *s, const uint8_t *owner)
{
	unsigned labels = name_labels(owner) - name_is_wildcard(owner);

	if (!name_equal(s->signer, c->trust->apex))
		return "it is signed by another zone";
	if (s->labels > labels || s->labels < name_labels(c->trust->apex))
		return "a signature is for a name of another length";
	if (before(s->expiration, s->inception))
		return "a signature expires before it begins";
	if (before(c->now, s->inception))
		return "the signature is not valid yet";
	if (before(s->expiration, c->now))
		return "the signature has expired";
	return NULL;
}

/* 1 good, 0 not, -1 without memory. */
static int
check_signature(struct trust_check *c, const struct message_set *set,
    uint16_t type, const struct rrsig *s)
{
	const struct trust_key *k;
	ldns_buffer *data = NULL;
	unsigned tries = 0;
	size_t i;
	int rc = 0;

	c->why = "it is signed by a key that is not the zone's";
	for (i = 0; i < c->trust->nkeys && rc == 0; i++) {
		k = &c->trust->key[i];
		if (k->tag != s->tag || k->algorithm != s->algorithm)
			continue;
		if (tries++ == TRUST_TRIES_MAX || c->left == 0) {
			c->why = "there are more signatures and keys than are "
				 "tried";
			break;
		}
		c->left--;
		if (data == NULL && (data = signed_data(set, s, type)) == NULL)
			return -1;
		c->why = "the signature does not match the data";
		rc = pubkey_verify(k->pub, s->sig, s->sig_len, data);
	}
	ldns_buffer_free(data);
	return rc;
}

void
trust_begin(struct trust_check *c, const struct trust *t,
    const struct message *m, uint32_t now)
{
	memset(c, 0, sizeof(*c));
	c->trust = t;
	c->m = m;
	c->now = now;
	c->left = TRUST_CHECKS_MAX;
}

int
trust_rrset(struct trust_check *c, enum message_section section,
    const uint8_t *owner, uint16_t type, unsigned *labels)
{
	const struct message_rr *rr = NULL;
	const char *first = NULL, *why;
	unsigned tried = 0;
	struct rrsig s;
	struct message_set set;
	int rc;

	message_set(&set, c->m, section, owner, type);
	c->why = set.too_many ? "the RRset is too large"
			      : "there is no such RRset";
	if (set.n == 0)
		return TRUST_BOGUS;
	c->why = "it is not signed";
	while ((rr = message_next(c->m, section, owner, RRTYPE_RRSIG, rr)) !=
	       NULL) {
		if (parse(rr, &s) != 0 || get16(s.header) != type)
			continue;
		if (tried++ == TRUST_SIGNATURES_MAX)
			break;
		if ((why = fields(c, &s, owner)) == NULL) {
			rc = check_signature(c, &set, type, &s);
			if (rc < 0)
				return -1;
			if (rc == 1) {
				*labels = s.labels;
				return TRUST_SECURE;
			}
			why = c->why;
		}
		if (first == NULL)
			first = why;
	}
	if (first != NULL)
		c->why = first;
	return TRUST_BOGUS;
}

/* ---- keys ---------------------------------------------------------------- */

static void
free_key(void *pub)
{
	pubkey_free(pub);
}

/* Can signatures be checked with this DNSKEY (RFC 4034 §2.1, RFC 5011 §2.1)? */
static bool
is_zone_key(const struct message_rr *rr)
{
	uint16_t flags;

	if (rr->rdlen <= DNSKEY_HEADER)
		return false;
	flags = get16(rr->rdata);
	return (flags & DNSKEY_ZONE) != 0 && (flags & DNSKEY_REVOKE) == 0 &&
	       rr->rdata[2] == DNSKEY_PROTOCOL;
}

/* 1 taken; 0 not usable; -1 without memory. */
static int
add_key(struct trust *t, const struct message_rr *rr, struct arena *arena)
{
	struct trust_key *k = &t->key[t->nkeys];

	if (t->nkeys == TRUST_KEYS_MAX || !is_zone_key(rr) ||
	    (k->pub = pubkey_new(rr->rdata, rr->rdlen)) == NULL)
		return 0;
	if (arena_on_free(arena, free_key, k->pub) != 0) {
		pubkey_free(k->pub);
		return -1;
	}
	k->tag = dnskey_tag(rr->rdata, rr->rdlen);
	k->algorithm = rr->rdata[3];
	t->nkeys++;
	return 1;
}

static bool
is_anchored(const uint8_t *apex, const struct dnssec_anchor *a, size_t n,
    const struct message_rr *rr)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (a[i].type == RRTYPE_DNSKEY && a[i].rdlen == rr->rdlen &&
		    memcmp(a[i].rdata, rr->rdata, rr->rdlen) == 0)
			return true;
		if (a[i].type == RRTYPE_DS &&
		    dnssec_ds_match(apex, a[i].rdata, a[i].rdlen, rr->rdata,
			rr->rdlen) == DNSSEC_DS_MATCHES)
			return true;
	}
	return false;
}

/* The keys that the anchors name, or all of them. */
static int
take(struct trust *t, const struct message *m, const struct dnssec_anchor *a,
    size_t n, bool all, struct arena *arena)
{
	const struct message_rr *rr = NULL;

	t->nkeys = 0;
	while ((rr = message_next(
		    m, MESSAGE_ANSWER, t->apex, RRTYPE_DNSKEY, rr)) != NULL)
		if ((all || is_anchored(t->apex, a, n, rr)) &&
		    add_key(t, rr, arena) < 0)
			return -1;
	return 0;
}

/* Can any of the anchors be followed at all? One whose algorithms are all
 * unknown makes the zone insecure (RFC 4035 §5.2), which nobody wanted. */
static bool
any_known(const struct dnssec_anchor *a, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (a[i].rdlen <= DNSKEY_HEADER)
			continue;
		if (algorithm_find(
			a[i].rdata[a[i].type == RRTYPE_DS ? 2 : 3]) != NULL)
			return true;
	}
	return false;
}

int
trust_keys(struct trust *t, const uint8_t *apex, const struct dnssec_anchor *a,
    size_t n, const struct message *m, uint32_t now, struct arena *arena,
    struct error *e)
{
	struct trust_check c;
	unsigned labels = 0;
	int rc;

	memset(t, 0, sizeof(*t));
	t->apex = apex;
	t->why = "no trust anchor for the zone is known";
	if (n == 0)
		return 0;
	t->why = "no trust anchor is of an algorithm that is known here";
	if (!any_known(a, n))
		return 0;
	t->key = arena_calloc(arena, TRUST_KEYS_MAX + 1, sizeof(*t->key));
	if (t->key == NULL || take(t, m, a, n, false, arena) != 0)
		return error_memory(e);
	t->state = TRUST_BOGUS;
	t->why = message_next(m, MESSAGE_ANSWER, apex, RRTYPE_DNSKEY, NULL) ==
			 NULL
		     ? "the zone must be signed and has no DNSKEY"
		     : "no DNSKEY is one that the trust anchor names";
	if (t->nkeys == 0)
		return 0;
	trust_begin(&c, t, m, now);
	rc = trust_rrset(&c, MESSAGE_ANSWER, apex, RRTYPE_DNSKEY, &labels);
	if (rc < 0 ||
	    (rc == TRUST_SECURE && take(t, m, a, n, true, arena) != 0))
		return error_memory(e);
	if (rc == TRUST_SECURE) {
		t->state = TRUST_SECURE;
		t->why = NULL;
		return 0;
	}
	t->nkeys = 0;
	t->why = strcmp(c.why, "the signature has expired") == 0
		     ? "the signature of the DNSKEY RRset has expired"
		     : "the DNSKEY RRset is not signed by a trusted key";
	return 0;
}
