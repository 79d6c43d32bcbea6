/* A signed zone made by hand, and answers from it as bytes, for tests and the
 * fuzz target. */
#ifndef LIVE_ANSWER_FIXTURE_H
#define LIVE_ANSWER_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../dnssec/dnssec.h"
#include "validate.h"

#define FIXTURE_NOW 1800000000
#define LIVE_FIXTURE_MAX 65535
#define N(s) ((const uint8_t *)(s))
#define EX N("\2ex")

static const struct {
	const char *owner;
	uint16_t type, len;
	const char *rdata;
} fixture_records[] = {
    {"\2ex", RRTYPE_SOA, 33,
	"\2ns\2ex\0\1h\2ex\0\0\0\0\7\0\0\x1c\x20\0\0\x0e\x10\0\x12\x75\0"
	"\0\0\1\x2c"},
    {"\2ex", RRTYPE_NS, 7, "\2ns\2ex\0"},
    {"\2ns\2ex", RRTYPE_A, 4, "\300\0\2\65"},
    {"\3www\2ex", RRTYPE_A, 4, "\300\0\2\1"},
    {"\5alias\2ex", RRTYPE_CNAME, 8, "\3www\2ex\0"},
    {"\3out\2ex", RRTYPE_CNAME, 7, "\1a\3org\0"},
    {"\1*\1w\2ex", RRTYPE_A, 4, "\300\0\2\2"},
    {"\1a\3ent\2ex", RRTYPE_A, 4, "\300\0\2\3"},
    {"\1d\2ex", RRTYPE_DNAME, 6, "\1t\2ex\0"},
    {"\1x\1t\2ex", RRTYPE_A, 4, "\300\0\2\4"},
    {"\3sub\2ex", RRTYPE_NS, 11, "\2ns\3sub\2ex\0"},
};

static inline struct zone *
answer_zone(enum dnssec_denial denial, struct zone **plain)
{
	struct zone_builder *b = zone_builder_new(EX, NULL);
	struct dnssec_sign_params s = {.now = FIXTURE_NOW,
	    .inception = 3600,
	    .expiration = 86400,
	    .denial = denial,
	    .jobs = 1};
	struct dnssec_keys *keys = NULL;
	struct zone *out = NULL;
	size_t i;

	for (i = 0; i < sizeof(fixture_records) / sizeof(fixture_records[0]);
	     i++) {
		struct zone_record r = {N(fixture_records[i].owner),
		    N(fixture_records[i].rdata), 300, 0, fixture_records[i].len,
		    fixture_records[i].type, 0, 0};

		if (zone_builder_add(b, &r, NULL) != 0)
			abort();
	}
	if (zone_builder_finish(b, plain, NULL, NULL) != 0 ||
	    dnssec_keys_trial(&keys, EX, 13, NULL) != 0 ||
	    dnssec_sign(&out, *plain, keys, &s, NULL) != 0)
		abort();
	dnssec_keys_free(keys);
	return out;
}

/* A message under construction. */
struct answer {
	uint8_t data[LIVE_FIXTURE_MAX];
	size_t len;
};

static inline void
answer_put(struct answer *a, const void *p, size_t n)
{
	if (n > sizeof(a->data) - a->len)
		abort();
	memcpy(a->data + a->len, p, n);
	a->len += n;
}

static inline void
answer_put16(struct answer *a, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	answer_put(a, b, 2);
}

static inline void
answer_begin(
    struct answer *a, const uint8_t *name, uint16_t type, unsigned flags)
{
	a->len = 0;
	answer_put16(a, 0x1234);
	answer_put16(a, 0x8000 | flags);
	answer_put16(a, 1);
	answer_put16(a, 0);
	answer_put16(a, 0);
	answer_put16(a, 0);
	answer_put(a, name, name_len(name));
	answer_put16(a, type);
	answer_put16(a, RRCLASS_IN);
}

/* One record in SECTION; sections are filled in order. */
static inline void
answer_rr(struct answer *a, unsigned section, const uint8_t *owner,
    uint16_t type, uint32_t ttl, const uint8_t *rdata, size_t len)
{
	uint8_t *count = a->data + 6 + 2 * section;

	answer_put(a, owner, name_len(owner));
	answer_put16(a, type);
	answer_put16(a, RRCLASS_IN);
	answer_put16(a, ttl >> 16);
	answer_put16(a, ttl & 0xffff);
	answer_put16(a, (unsigned)len);
	answer_put(a, rdata, len);
	if (++count[1] == 0)
		count[0]++;
}

/* An RRset of the zone and its signatures, called AS (NULL: as it is). */
static inline void
answer_rrset(struct answer *a, unsigned section, const struct zone *z,
    const uint8_t *owner, uint16_t type, const uint8_t *as)
{
	const struct zone_rrset *set = zone_find_rrset(z, owner, type);
	const struct zone_rrset *sig = zone_find_rrset(z, owner, RRTYPE_RRSIG);
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		answer_rr(a, section, as == NULL ? owner : as, type, rr->ttl,
		    zone_rr_data(z, rr), rr->rdlen);
	}
	for (i = 0; sig != NULL && i < sig->count; i++) {
		rr = &z->rr[sig->rr + i];
		if ((zone_rr_data(z, rr)[0] << 8 | zone_rr_data(z, rr)[1]) ==
		    type)
			answer_rr(a, section, as == NULL ? owner : as,
			    RRTYPE_RRSIG, rr->ttl, zone_rr_data(z, rr),
			    rr->rdlen);
	}
}

/* Every denial record of the zone, without number OMIT of them. How many. */
static inline size_t
answer_denial(struct answer *a, const struct zone *z, size_t omit)
{
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < z->nrrsets; i++) {
		if (z->rrset[i].type != RRTYPE_NSEC &&
		    z->rrset[i].type != RRTYPE_NSEC3)
			continue;
		if (n++ != omit)
			answer_rrset(a, 1, z, z->owner[z->rrset[i].owner].name,
			    z->rrset[i].type, NULL);
	}
	return n;
}

#endif
