/* Answers from a signed zone, whole and damaged: what is believed? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "answer_fixture.h"
#include "query.h"

enum { NOERROR = 0, NXDOMAIN = 3, NOTHING = 1000 };

struct world {
	struct zone *plain, *zone;
	struct arena *arena;
	struct dnssec_anchor anchor;
	struct trust trust[2];
	struct answer answer;
};

static void
load_keys(struct world *w, int64_t now)
{
	const struct zone_rrset *set = zone_find_rrset(
	    w->zone, EX, RRTYPE_DNSKEY);
	const struct zone_rr *rr = &w->zone->rr[set->rr];
	struct message m;
	struct error e;

	while ((zone_rr_data(w->zone, rr)[1] & 1) == 0)
		rr++; /* the one that signs keys */
	w->anchor = (struct dnssec_anchor){
	    RRTYPE_DNSKEY, zone_rr_data(w->zone, rr), rr->rdlen};
	answer_begin(&w->answer, EX, RRTYPE_DNSKEY, QUERY_AA);
	answer_rrset(&w->answer, 0, w->zone, EX, RRTYPE_DNSKEY, NULL);
	assert_int_equal(
	    message_parse(&m, w->answer.data, w->answer.len, w->arena, &e), 0);
	assert_int_equal(trust_keys(&w->trust[0], EX, &w->anchor, 1, &m,
			     (uint32_t)now, w->arena, &e),
	    0);
}

static void
open_world(struct world *w, enum dnssec_denial denial)
{
	memset(w, 0, sizeof(*w));
	w->arena = arena_new();
	w->zone = answer_zone(denial, &w->plain);
	load_keys(w, FIXTURE_NOW);
	assert_int_equal(w->trust[0].state, TRUST_SECURE);
}

static void
close_world(struct world *w)
{
	zone_free(w->zone);
	zone_free(w->plain);
	arena_free(w->arena);
}

static struct validated
judge(struct world *w, const uint8_t *name, uint16_t type, int64_t now)
{
	struct validate_args a = {.name = name,
	    .type = type,
	    .zone = w->trust,
	    .nzones = 1,
	    .now = (uint32_t)now};
	struct validated v;
	struct message m;
	struct error e = {0};
	struct arena *scratch = arena_new();

	assert_int_equal(
	    message_parse(&m, w->answer.data, w->answer.len, scratch, &e), 0);
	a.m = &m;
	assert_int_equal(validate_answer(&v, &a, &e), 0);
	arena_free(scratch);
	return v;
}

/* ---- whole answers ------------------------------------------------------- */

struct part {
	const char *owner;
	uint16_t type;
	const char *as;
};

static const struct {
	const char *label, *name;
	uint16_t type;
	unsigned rcode;
	struct part part[3];
	bool denial; /* needs denial of existence */
	bool outside;
} whole[] = {
    {"an address", "\3www\2ex", RRTYPE_A, NOERROR,
	{{"\3www\2ex", RRTYPE_A, NULL}}, false, false},
    {"in capitals", "\3WwW\2eX", RRTYPE_A, NOERROR,
	{{"\3www\2ex", RRTYPE_A, NULL}}, false, false},
    {"an alias", "\5alias\2ex", RRTYPE_A, NOERROR,
	{{"\5alias\2ex", RRTYPE_CNAME, NULL}, {"\3www\2ex", RRTYPE_A, NULL}},
	false, false},
    {"an alias that leads out", "\3out\2ex", RRTYPE_A, NOERROR,
	{{"\3out\2ex", RRTYPE_CNAME, NULL}}, false, true},
    {"a DNAME", "\1x\1d\2ex", RRTYPE_A, NOERROR,
	{{"\1d\2ex", RRTYPE_DNAME, NULL}, {"\1x\1t\2ex", RRTYPE_A, NULL}},
	false, false},
    {"a wildcard", "\1q\1w\2ex", RRTYPE_A, NOERROR,
	{{"\1*\1w\2ex", RRTYPE_A, "\1q\1w\2ex"}}, true, false},
    {"the wildcard itself", "\1*\1w\2ex", RRTYPE_A, NOERROR,
	{{"\1*\1w\2ex", RRTYPE_A, NULL}}, false, false},
    {"no such type", "\3www\2ex", RRTYPE_AAAA, NOERROR, {{0}}, true, false},
    {"no such type at a wildcard", "\1q\1w\2ex", RRTYPE_AAAA, NOERROR, {{0}},
	true, false},
    {"an empty non-terminal", "\3ent\2ex", RRTYPE_A, NOERROR, {{0}}, true,
	false},
    {"no such name", "\4none\2ex", RRTYPE_A, NXDOMAIN, {{0}}, true, false},
    {"no such name, deep", "\1a\1b\4none\2ex", RRTYPE_A, NXDOMAIN, {{0}}, true,
	false},
    {"an alias to nothing of the type", "\5alias\2ex", RRTYPE_AAAA, NOERROR,
	{{"\5alias\2ex", RRTYPE_CNAME, NULL}}, true, false},
};

enum { NWHOLE = sizeof(whole) / sizeof(whole[0]) };

/* How many denial records there are. */
static size_t
build(struct world *w, size_t i, size_t omit, unsigned rcode)
{
	const struct part *p = whole[i].part;
	size_t k;

	answer_begin(
	    &w->answer, N(whole[i].name), whole[i].type, QUERY_AA | rcode);
	for (k = 0; k < 3 && p[k].owner != NULL; k++)
		answer_rrset(&w->answer, 0, w->zone, N(p[k].owner), p[k].type,
		    p[k].as == NULL ? NULL : N(p[k].as));
	return omit == NOTHING + 1 ? 0
				   : answer_denial(&w->answer, w->zone, omit);
}

static void
expect(struct world *w, size_t i, const char *how, enum trust_state state,
    int64_t now)
{
	struct validated v = judge(w, N(whole[i].name), whole[i].type, now);

	if (v.state != state || (state == TRUST_SECURE) != (v.why == NULL) ||
	    (state == TRUST_SECURE && v.outside != whole[i].outside))
		fail_msg("%s, %s: state %d, %s", whole[i].label, how, v.state,
		    v.why == NULL ? "no reason" : v.why);
}

static void
run_whole(struct world *w, size_t i)
{
	size_t n, k, lost = 0;

	n = build(w, i, NOTHING, whole[i].rcode);
	assert_true(n > 4 && n <= 16);
	expect(w, i, "whole", TRUST_SECURE, FIXTURE_NOW);
	expect(w, i, "expired", TRUST_BOGUS, FIXTURE_NOW + 2 * 86400);
	expect(w, i, "too early", TRUST_BOGUS, FIXTURE_NOW - 86400);
	build(w, i, NOTHING + 1, whole[i].rcode);
	expect(w, i, "without denial",
	    whole[i].denial ? TRUST_BOGUS : TRUST_SECURE, FIXTURE_NOW);
	/* Without one record it is proven as well, or not proven; and each
	 * proof has a record that it needs. */
	for (k = 0; k < n; k++) {
		build(w, i, k, whole[i].rcode);
		lost += judge(w, N(whole[i].name), whole[i].type, FIXTURE_NOW)
			    .state != TRUST_SECURE;
	}
	if (lost != 0 ? !whole[i].denial : whole[i].denial)
		fail_msg("%s: %zu records matter", whole[i].label, lost);
}

static void
test_whole(void **state)
{
	static const enum dnssec_denial kind[] = {DNSSEC_NSEC, DNSSEC_NSEC3};
	struct world w;
	size_t k, i;

	(void)state;
	for (k = 0; k < 2; k++) {
		open_world(&w, kind[k]);
		for (i = 0; i < NWHOLE; i++)
			run_whole(&w, i);
		close_world(&w);
	}
}

/* An opt-out span says nothing about what it covers. */
static void
test_optout(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	open_world(&w, DNSSEC_NSEC3_OPTOUT);
	for (i = 0; i < NWHOLE; i++) {
		if (whole[i].rcode != NXDOMAIN)
			continue;
		build(&w, i, NOTHING, whole[i].rcode);
		expect(&w, i, "opt-out", TRUST_INSECURE, FIXTURE_NOW);
	}
	close_world(&w);
}

/* Existing names and types denied, absent ones claimed. */
static void
test_lies(void **state)
{
	static const struct {
		const char *name;
		uint16_t type;
		unsigned rcode;
	} lie[] = {
	    {"\3www\2ex", RRTYPE_A, NOERROR},
	    {"\3www\2ex", RRTYPE_A, NXDOMAIN},
	    {"\5alias\2ex", RRTYPE_A, NOERROR},
	    {"\5alias\2ex", RRTYPE_A, NXDOMAIN},
	    {"\1q\1w\2ex", RRTYPE_A, NOERROR},
	    {"\1q\1w\2ex", RRTYPE_A, NXDOMAIN},
	    {"\3ent\2ex", RRTYPE_A, NXDOMAIN},
	    {"\4none\2ex", RRTYPE_A, NOERROR},
	    {"\1x\1d\2ex", RRTYPE_A, NXDOMAIN},
	    {"\1a\3sub\2ex", RRTYPE_A, NXDOMAIN},
	    {"\3sub\2ex", RRTYPE_A, NOERROR},
	    {"\2ex", RRTYPE_DS, NXDOMAIN},
	};
	static const enum dnssec_denial kind[] = {DNSSEC_NSEC, DNSSEC_NSEC3};
	struct validated v;
	struct world w;
	size_t k, i;

	(void)state;
	for (k = 0; k < 2; k++) {
		open_world(&w, kind[k]);
		for (i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
			answer_begin(&w.answer, N(lie[i].name), lie[i].type,
			    QUERY_AA | lie[i].rcode);
			answer_denial(&w.answer, w.zone, NOTHING);
			v = judge(&w, N(lie[i].name), lie[i].type, FIXTURE_NOW);
			if (v.state != TRUST_BOGUS)
				fail_msg(
				    "lie %zu, chain %zu: %d", i, k, v.state);
		}
		close_world(&w);
	}
}

/* ---- damage -------------------------------------------------------------- */

/* Any octet of a signed answer other: never believed, unless it is one that
 * nobody signs: TTLs, letter case. */
static void
test_octets(void **state)
{
	struct world w;
	struct validated v;
	struct message m;
	struct error e;
	size_t at, believed = 0;
	uint8_t was;

	(void)state;
	open_world(&w, DNSSEC_NSEC);
	build(&w, 0, NOTHING + 1, NOERROR);
	/* the header and the question are not signed */
	for (at = 12 + 8 + 4; at < w.answer.len; at++) {
		struct arena *scratch = arena_new();

		was = w.answer.data[at];
		w.answer.data[at] ^= 0x41;
		if (message_parse(
			&m, w.answer.data, w.answer.len, scratch, &e) == 0) {
			v = judge(&w, N("\3www\2ex"), RRTYPE_A, FIXTURE_NOW);
			believed += v.state == TRUST_SECURE;
		}
		w.answer.data[at] = was;
		arena_free(scratch);
	}
	/* two TTLs of four octets */
	assert_true(believed <= 8);
	close_world(&w);
}

/* What looks like a signature but is not one that may sign. */
static void
test_signatures(void **state)
{
	static const struct {
		const char *label;
		size_t at; /* octet of the RRSIG RDATA */
		uint8_t with;
	} cases[] = {
	    {"of another type", 1, RRTYPE_AAAA},
	    {"of another algorithm", 2, 8},
	    {"of fewer labels", 3, 1},
	    {"of more labels", 3, 9},
	    {"of another key", 17, 0},
	    {"of another zone", 19, 'x'},
	};
	const struct zone_rrset *sig;
	const struct zone_rr *rr;
	struct validated v;
	uint8_t rdata[512];
	struct world w;
	size_t i, k;

	(void)state;
	open_world(&w, DNSSEC_NSEC);
	sig = zone_find_rrset(w.zone, N("\3www\2ex"), RRTYPE_RRSIG);
	rr = &w.zone->rr[sig->rr];
	while (zone_rr_data(w.zone, rr)[1] != RRTYPE_A)
		rr++;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(rdata, zone_rr_data(w.zone, rr), rr->rdlen);
		rdata[cases[i].at] = rdata[cases[i].at] == cases[i].with
					 ? cases[i].with ^ 1
					 : cases[i].with;
		answer_begin(&w.answer, N("\3www\2ex"), RRTYPE_A, QUERY_AA);
		answer_rr(&w.answer, 0, N("\3www\2ex"), RRTYPE_A, 300,
		    N("\300\0\2\1"), 4);
		answer_rr(&w.answer, 0, N("\3www\2ex"), RRTYPE_RRSIG, 300,
		    rdata, rr->rdlen);
		v = judge(&w, N("\3www\2ex"), RRTYPE_A, FIXTURE_NOW);
		if (v.state != TRUST_BOGUS)
			fail_msg("%s: %d", cases[i].label, v.state);
		/* Beside the right one it does no harm ... */
		answer_rr(&w.answer, 0, N("\3www\2ex"), RRTYPE_RRSIG, 300,
		    zone_rr_data(w.zone, rr), rr->rdlen);
		v = judge(&w, N("\3www\2ex"), RRTYPE_A, FIXTURE_NOW);
		if (v.state != TRUST_SECURE)
			fail_msg(
			    "%s, and a good one: %s", cases[i].label, v.why);
	}
	/* ... but not a hundred times: the work is bounded. */
	answer_begin(&w.answer, N("\3www\2ex"), RRTYPE_A, QUERY_AA);
	answer_rr(
	    &w.answer, 0, N("\3www\2ex"), RRTYPE_A, 300, N("\300\0\2\1"), 4);
	for (k = 0; k < 100; k++) {
		memcpy(rdata, zone_rr_data(w.zone, rr), rr->rdlen);
		rdata[rr->rdlen - 1] ^= (uint8_t)(k + 1);
		answer_rr(&w.answer, 0, N("\3www\2ex"), RRTYPE_RRSIG, 300,
		    rdata, rr->rdlen);
	}
	answer_rr(&w.answer, 0, N("\3www\2ex"), RRTYPE_RRSIG, 300,
	    zone_rr_data(w.zone, rr), rr->rdlen);
	v = judge(&w, N("\3www\2ex"), RRTYPE_A, FIXTURE_NOW);
	assert_int_equal(v.state, TRUST_BOGUS);
	close_world(&w);
}

/* ---- keys ---------------------------------------------------------------- */

static enum trust_state
keys_by(struct world *w, const struct dnssec_anchor *a, size_t n, int64_t now)
{
	struct message m;
	struct trust t;
	struct error e;

	answer_begin(&w->answer, EX, RRTYPE_DNSKEY, QUERY_AA);
	answer_rrset(&w->answer, 0, w->zone, EX, RRTYPE_DNSKEY, NULL);
	assert_int_equal(
	    message_parse(&m, w->answer.data, w->answer.len, w->arena, &e), 0);
	assert_int_equal(
	    trust_keys(&t, EX, a, n, &m, (uint32_t)now, w->arena, &e), 0);
	assert_true((t.state == TRUST_SECURE) == (t.why == NULL));
	assert_true((t.state == TRUST_SECURE) == (t.nkeys == 2));
	return t.state;
}

static void
test_keys(void **state)
{
	uint8_t other[512], ds[36] = {0, 1, 13, 2}, unknown[36] = {0, 1, 99, 2};
	struct dnssec_anchor a[2];
	const struct zone_rr *rr;
	struct world w;

	(void)state;
	open_world(&w, DNSSEC_NSEC);
	assert_int_equal(keys_by(&w, NULL, 0, FIXTURE_NOW), TRUST_UNCHECKED);
	assert_int_equal(keys_by(&w, &w.anchor, 1, FIXTURE_NOW), TRUST_SECURE);
	assert_int_equal(
	    keys_by(&w, &w.anchor, 1, FIXTURE_NOW + 2 * 86400), TRUST_BOGUS);
	/* The other key, which signs data, signs no keys. */
	rr = &w.zone->rr[zone_find_rrset(w.zone, EX, RRTYPE_DNSKEY)->rr];
	while ((zone_rr_data(w.zone, rr)[1] & 1) != 0)
		rr++;
	a[0] = (struct dnssec_anchor){
	    RRTYPE_DNSKEY, zone_rr_data(w.zone, rr), rr->rdlen};
	assert_int_equal(keys_by(&w, a, 1, FIXTURE_NOW), TRUST_BOGUS);
	memcpy(other, w.anchor.rdata, w.anchor.rdlen);
	other[w.anchor.rdlen - 1] ^= 1;
	a[0] = (struct dnssec_anchor){RRTYPE_DNSKEY, other, w.anchor.rdlen};
	assert_int_equal(keys_by(&w, a, 1, FIXTURE_NOW), TRUST_BOGUS);
	/* One of two anchors is enough: a roll-over. */
	a[1] = w.anchor;
	assert_int_equal(keys_by(&w, a, 2, FIXTURE_NOW), TRUST_SECURE);
	a[0] = (struct dnssec_anchor){RRTYPE_DS, ds, sizeof(ds)};
	assert_int_equal(keys_by(&w, a, 1, FIXTURE_NOW), TRUST_BOGUS);
	a[0] = (struct dnssec_anchor){RRTYPE_DS, unknown, sizeof(unknown)};
	assert_int_equal(keys_by(&w, a, 1, FIXTURE_NOW), TRUST_UNCHECKED);
	close_world(&w);
}

/* ---- bytes --------------------------------------------------------------- */

static void
test_parse(void **state)
{
	static const struct {
		const char *label;
		size_t at;
		uint8_t with;
	} cases[] = {
	    {"two questions", 5, 2},
	    {"no question", 5, 0},
	    {"more answers than there are", 7, 200},
	    {"more than are read", 6, 0x7f},
	    {"a label too long", 12, 0x40},
	};
	struct arena *arena = arena_new();
	struct world w;
	struct message m;
	struct error e;
	uint8_t was;
	size_t i;

	(void)state;
	open_world(&w, DNSSEC_NSEC);
	build(&w, 0, NOTHING, NOERROR);
	for (i = 0; i < w.answer.len; i++)
		assert_int_equal(
		    message_parse(&m, w.answer.data, i, arena, &e), 1);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		was = w.answer.data[cases[i].at];
		w.answer.data[cases[i].at] = cases[i].with;
		if (message_parse(&m, w.answer.data, w.answer.len, arena, &e) !=
		    1)
			fail_msg("%s", cases[i].label);
		w.answer.data[cases[i].at] = was;
	}
	assert_int_equal(
	    message_parse(&m, w.answer.data, w.answer.len, arena, &e), 0);
	assert_true(name_equal(m.qname, N("\3www\2ex")));
	assert_int_equal(m.qtype, RRTYPE_A);
	assert_non_null(
	    message_next(&m, MESSAGE_ANSWER, N("\3www\2ex"), RRTYPE_A, NULL));
	close_world(&w);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_optout),
	    cmocka_unit_test(test_lies),
	    cmocka_unit_test(test_octets),
	    cmocka_unit_test(test_signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
