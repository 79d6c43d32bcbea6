/*
 * What no broken signature gives away: zones signed by their own keys that say
 * the wrong thing.
 */
#include "test_zone.h"

#include "keys.h"

#define N DNSSEC_NSEC
#define N3 DNSSEC_NSEC3
#define OPT DNSSEC_NSEC3_OPTOUT

/* ---- chains ---------------------------------------------------------------
 */

/* Keep what two ways of signing have in common: records of one zone, and of
 * the other those that SELECT wants. */
struct select {
	const char *name;
	uint16_t type; /* and its RRSIGs; 0: all but the denial */
};

static void
select_records(struct edit_record *r, void *ctx)
{
	const struct select *s = ctx;
	uint16_t type = r->type == RRTYPE_RRSIG ? r->covered : r->type;

	if (!name_equal(r->owner, wire(s->name)) ||
	    (s->type != 0 && type != s->type) ||
	    (s->type == 0 && type == RRTYPE_NSEC))
		r->type = 0;
}

static const struct {
	const char *label;
	enum dnssec_denial denial;
	const char *less, *more; /* further lines of the zone */
	struct select add;       /* from the zone signed with MORE */
	const char *rule;
	bool minus; /* the zone with MORE, without these records */
} chains[] = {
    {"name the chain skips", N, "", "new A 192.0.2.8\n", {"new.example.", 0},
	"dnssec-denial-chain", false},
    {"type not in the bitmap", N, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap", false},
    {"DS not in the bitmap", N, "",
	"sub DS 1 13 2 "
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	{"sub.example.", RRTYPE_DS}, "dnssec-denial-bitmap", false},
    {"NSEC3: name the chain skips", N3, "", "new A 192.0.2.8\n",
	{"new.example.", 0}, "dnssec-denial-chain", false},
    {"NSEC3: empty name the chain skips", N3, "q A 192.0.2.8\n",
	"q A 192.0.2.8\nu.t A 192.0.2.8\n", {"u.t.example.", 0},
	"dnssec-denial-chain", false},
    {"NSEC3: type not in the bitmap", N3, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap", false},
    {"opt-out hides a signed name", OPT, "", "new A 192.0.2.8\n",
	{"new.example.", 0}, "dnssec-denial-chain", false},
    {"opt-out hides a signed delegation", OPT, "",
	"new NS ns1\nnew DS 1 13 2 "
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	{"new.example.", 0}, "dnssec-denial-chain", false},
    {"NSEC of no name", N, "", "new A 192.0.2.8\n", {"new.example.", 0},
	"dnssec-denial-chain", true},
    {"NSEC3 of no name", N3, "", "new A 192.0.2.8\n", {"new.example.", 0},
	"dnssec-denial-chain", true},
    {"opt-out: NSEC3 of no name", OPT, "", "new A 192.0.2.8\n",
	{"new.example.", 0}, "dnssec-denial-chain", true},
    {"type that is gone", N, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap", true},
    {"NSEC3: type that is gone", N3, "", "mail TXT \"x\"\n",
	{"mail.example.", RRTYPE_TXT}, "dnssec-denial-bitmap", true},
};

/* The other way round: everything but what SELECT wants. */
static void
leave_records(struct edit_record *r, void *ctx)
{
	uint16_t type = r->type;

	select_records(r, ctx);
	r->type = r->type == 0 ? type : 0;
}

static struct zone *
sign_text(const char *lines, const struct dnssec_keys *keys,
    enum dnssec_denial denial, struct test_zone *t)
{
	struct text text = TEXT_INIT;

	text_str(&text, TEST_ZONE);
	text_str(&text, lines);
	test_zone_load(t, text.data);
	text_free(&text);
	return sign(t->zone, keys, denial);
}

static void
test_chains(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone *less, *more, *z;
	struct test_zone a, b;
	struct zone_builder *builder;
	struct select add;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		less = sign_text(chains[i].less, keys, chains[i].denial, &a);
		more = sign_text(chains[i].more, keys, chains[i].denial, &b);
		add = chains[i].add;
		builder = edit_begin();
		if (!chains[i].minus)
			edit_copy(builder, less, NULL, NULL);
		edit_copy(builder, more,
		    chains[i].minus ? leave_records : select_records, &add);
		z = edit_end(builder);
		expect_rule(z, chains[i].rule, true, chains[i].label);
		zone_free(z);
		zone_free(less);
		zone_free(more);
		test_zone_free(&a);
		test_zone_free(&b);
	}
	dnssec_keys_free(keys);
}

/* Two whole chains, and insecure delegations that opt-out leaves out only where
 * a record says so. */
static void
test_two_chains(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone_builder *builder;
	struct zone *a, *b, *z;
	struct test_zone t;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, keys, DNSSEC_NSEC);
	b = sign(t.zone, keys, DNSSEC_NSEC3);
	builder = edit_begin();
	edit_copy(builder, a, NULL, NULL);
	edit_copy(builder, b, NULL, NULL);
	z = edit_end(builder);
	expect_rule(z, "dnssec-denial-chain", false, "NSEC and NSEC3");
	zone_free(z);
	zone_free(a);
	zone_free(b);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

/* ---- signatures -----------------------------------------------------------
 */

/* An RRSIG over www's A RRset that KEY makes, with fields of our choice. */
struct forgery {
	const char *label;
	const char *signer;
	uint32_t ttl, expiration, inception; /* times relative to NOW */
	uint8_t labels;
	unsigned key;
	const char *rule; /* NULL: valid */
};

static const struct forgery forgeries[] = {
    {"as it must be", "example.", 60, 60, (uint32_t)-60, 2, 1, NULL},
    {"by the KSK", "example.", 60, 60, (uint32_t)-60, 2, 0, NULL},
    {"labels: one less", "example.", 60, 60, (uint32_t)-60, 1, 1,
	"dnssec-bogus"},
    {"labels: one more", "example.", 60, 60, (uint32_t)-60, 3, 1,
	"dnssec-bogus"},
    {"signer: the name itself", "www.example.", 60, 60, (uint32_t)-60, 2, 1,
	"dnssec-extra-rrsig"},
    {"signer: the parent", ".", 60, 60, (uint32_t)-60, 2, 1,
	"dnssec-extra-rrsig"},
    {"TTL above", "example.", 3600, 60, (uint32_t)-60, 2, 1, "dnssec-ttl"},
    {"TTL below", "example.", 30, 60, (uint32_t)-60, 2, 1, "dnssec-ttl"},
    {"expired", "example.", 60, (uint32_t)-1, (uint32_t)-60, 2, 1,
	"dnssec-expired"},
    {"not yet valid", "example.", 60, 60, 1, 2, 1, "dnssec-not-yet-valid"},
    {"ends before it begins", "example.", 60, (uint32_t)-60, 60, 2, 1,
	"dnssec-bogus"},
    {"half the circle of times", "example.", 60, (uint32_t)INT32_MAX,
	(uint32_t)-1, 2, 1, "dnssec-bogus"},
};

static size_t
put_header(const struct forgery *f, const struct dnssec_key *k,
    uint8_t out[RRSIG_HEADER + NAME_MAX_LEN])
{
	const uint8_t *signer = wire(f->signer);

	put16(out, RRTYPE_A);
	out[2] = k->algorithm;
	out[3] = f->labels;
	put32(out + 4, f->ttl);
	put32(out + 8, (uint32_t)NOW + f->expiration);
	put32(out + 12, (uint32_t)NOW + f->inception);
	put16(out + 16, k->tag);
	memcpy(out + RRSIG_HEADER, signer, name_len(signer));
	return RRSIG_HEADER + name_len(signer);
}

static void
add_forgery(struct zone_builder *b, const struct zone *z,
    const struct forgery *f, const struct dnssec_keys *keys)
{
	const struct zone_rrset *set = zone_find_rrset(
	    z, wire("www.example."), RRTYPE_A);
	struct zone_record rec = {.ttl = 60, .type = RRTYPE_RRSIG};
	ldns_buffer *data = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	uint8_t rdata[1024], fixed[10] = {0, RRTYPE_A, 0, 1};
	size_t n = put_header(f, &keys->key[f->key], rdata);
	ldns_rdf *sig;
	uint32_t i;

	put32(fixed + 4, f->ttl);
	fixed[9] = 4;
	ldns_buffer_write(data, rdata, n);
	for (i = 0; i < set->count; i++) {
		ldns_buffer_write(data, wire("www.example."), 13);
		ldns_buffer_write(data, fixed, sizeof(fixed));
		ldns_buffer_write(
		    data, zone_rr_data(z, &z->rr[set->rr + i]), 4);
	}
	sig = ldns_sign_public_buffer(data, keys->key[f->key].key);
	assert_non_null(sig);
	memcpy(rdata + n, ldns_rdf_data(sig), ldns_rdf_size(sig));
	rec.owner = wire("www.example.");
	rec.rdata = rdata;
	rec.rdlen = (uint16_t)(n + ldns_rdf_size(sig));
	assert_int_equal(zone_builder_add(b, &rec, NULL), 0);
	ldns_rdf_deep_free(sig);
	ldns_buffer_free(data);
}

static void
drop_www_a(struct edit_record *r, void *ctx)
{
	(void)ctx;
	if (r->type == RRTYPE_RRSIG && r->covered == RRTYPE_A &&
	    name_equal(r->owner, wire("www.example.")))
		r->type = 0;
}

/* Alone, and beside the good one, which must not cover it up. */
static void
test_forged(void **state)
{
	struct dnssec_keys *keys = trial(13);
	struct zone_builder *b;
	struct test_zone t;
	struct zone *a, *z;
	size_t i;
	int beside;

	(void)state;
	test_zone_load(&t, TEST_ZONE);
	a = sign(t.zone, keys, DNSSEC_NSEC);
	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++)
		for (beside = 0; beside < 2; beside++) {
			b = edit_begin();
			edit_copy(b, a, beside ? NULL : drop_www_a, NULL);
			add_forgery(b, a, &forgeries[i], keys);
			z = edit_end(b);
			if (forgeries[i].rule == NULL)
				expect_valid(z, forgeries[i].label);
			else
				expect_rule(z, forgeries[i].rule, beside != 0,
				    forgeries[i].label);
			zone_free(z);
		}
	zone_free(a);
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_chains),
	    cmocka_unit_test(test_two_chains),
	    cmocka_unit_test(test_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
