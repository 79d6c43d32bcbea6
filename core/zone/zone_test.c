/* The builder, look-ups and marks of a flat zone, without any parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "zone.h"

static const uint8_t *
wire(const char *text)
{
	static uint8_t buf[8][NAME_MAX_LEN];
	static int i;

	i = (i + 1) % 8;
	if (name_from_text(buf[i], text, strlen(text), NULL, NULL) == 0)
		fail_msg("bad name %s", text);
	return buf[i];
}

struct rec {
	const char *owner;
	uint16_t type;
	uint32_t ttl;
	const char *rdata;
	uint16_t rdlen;
};

#define SOA_RDATA "\1a\0\1b\0\0\0\0\7\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"

static struct zone *
build(const struct rec *r, size_t n, struct findings *fs)
{
	struct zone_builder *b = zone_builder_new(wire("example."), NULL);
	struct zone *z = NULL;
	struct zone_record rec = {0};
	size_t i;

	assert_non_null(b);
	for (i = 0; i < n; i++) {
		rec.owner = wire(r[i].owner);
		rec.rdata = (const uint8_t *)r[i].rdata;
		rec.rdlen = r[i].rdlen;
		rec.type = r[i].type;
		rec.ttl = r[i].ttl;
		rec.line = 0;
		assert_int_equal(zone_builder_add(b, &rec, NULL), 0);
	}
	assert_int_equal(zone_builder_finish(b, &z, fs, NULL), 0);
	return z;
}

static const struct rec records[] = {
    {"www.example.", RRTYPE_A, 60, "\300\0\2\2", 4},
    {"example.", RRTYPE_NS, 60, "\2ns\7example", 12},
    {"example.", RRTYPE_SOA, 60, SOA_RDATA, 26},
    {"a.sub.example.", RRTYPE_A, 60, "\300\0\2\3", 4},
    {"WWW.example.", RRTYPE_A, 60, "\300\0\2\1", 4},
    {"www.example.", RRTYPE_A, 60, "\300\0\2\1", 4},
    {"sub.example.", RRTYPE_NS, 60, "\2NS\3sub\7example", 16},
    {"www.example.", RRTYPE_AAAA, 60, "0123456789abcdef", 16},
    {"x.d.example.", RRTYPE_A, 60, "\300\0\2\3", 4},
    {"d.example.", RRTYPE_DNAME, 60, "\1o", 3},
    {"deep.ent.example.", RRTYPE_A, 60, "\300\0\2\3", 4},
    {"*.w.example.", RRTYPE_A, 60, "\300\0\2\3", 4},
    {"www.example.", RRTYPE_A, 61, "\300\0\2\4", 4},
};

static void
test_build(void **state)
{
	struct arena *a = arena_new();
	struct findings fs;
	struct zone *z;
	const struct zone_rrset *s;
	uint32_t i;

	(void)state;
	findings_init(&fs, a);
	z = build(records, sizeof(records) / sizeof(records[0]), &fs);
	assert_int_equal(z->nrrs, 12);
	assert_int_equal(z->dropped, 1);
	assert_int_equal(fs.n, 2);
	assert_string_equal(fs.item[0].rule, "syntax-duplicate");
	assert_string_equal(fs.item[1].rule, "syntax-ttl-mismatch");
	assert_string_equal(fs.item[1].name, "www.example.");
	for (i = 1; i < z->nowners; i++)
		assert_true(
		    name_compare(z->owner[i - 1].name, z->owner[i].name) < 0);
	s = zone_find_rrset(z, wire("www.example."), RRTYPE_A);
	assert_non_null(s);
	assert_int_equal(s->count, 3);
	assert_memory_equal(zone_rr_data(z, &z->rr[s->rr]), "\300\0\2\1", 4);
	assert_int_equal(zone_serial(z), 7);
	assert_true(zone_exists(z, wire("ent.example.")));
	assert_int_equal(zone_find(z, wire("ent.example.")), ZONE_NONE);
	assert_false(zone_exists(z, wire("en.example.")));
	/* NS RDATA is folded (RFC 4034 6.2). */
	s = zone_find_rrset(z, wire("sub.example."), RRTYPE_NS);
	assert_memory_equal(zone_rr_data(z, &z->rr[s->rr]), "\2ns", 3);
	zone_free(z);
	findings_free(&fs);
	arena_free(a);
}

static void
test_marks(void **state)
{
	static const struct {
		const char *name;
		uint8_t flags;
	} c[] = {
	    {"example.", ZONE_APEX},
	    {"www.example.", 0},
	    {"sub.example.", ZONE_CUT},
	    {"a.sub.example.", ZONE_BELOW_CUT},
	    {"d.example.", ZONE_DNAME},
	    {"x.d.example.", ZONE_BELOW_DNAME},
	    {"*.w.example.", ZONE_WILDCARD},
	};
	struct zone *z = build(
	    records, sizeof(records) / sizeof(records[0]), NULL);
	uint32_t o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		o = zone_find(z, wire(c[i].name));
		assert_int_not_equal(o, ZONE_NONE);
		if (z->owner[o].flags != c[i].flags)
			fail_msg("%s: flags %x", c[i].name, z->owner[o].flags);
	}
	assert_false(zone_is_authoritative(
	    z, zone_find_rrset(z, wire("sub.example."), RRTYPE_NS)));
	assert_true(zone_is_authoritative(
	    z, zone_find_rrset(z, wire("d.example."), RRTYPE_DNAME)));
	assert_true(zone_is_authoritative(
	    z, zone_find_rrset(z, wire("example."), RRTYPE_NS)));
	zone_free(z);
}

/* Any order of the same records gives the same zone. */
static void
test_order(void **state)
{
	enum { N = 30000 };
	struct zone_builder *b[2];
	struct zone *z[2];
	uint8_t d[2][48];
	struct zone_record rec = {0};
	char name[64];
	uint32_t i, j, v;

	(void)state;
	for (j = 0; j < 2; j++) {
		b[j] = zone_builder_new(wire("example."), NULL);
		for (i = 0; i < N; i++) {
			v = j == 0 ? i : (i * 7919u) % N;
			snprintf(name, sizeof(name), "h%u.example.", v / 3);
			rec.owner = wire(name);
			rec.type = RRTYPE_A;
			rec.rdata = (const uint8_t *)&v;
			rec.rdlen = 4;
			assert_int_equal(zone_builder_add(b[j], &rec, NULL), 0);
		}
		assert_int_equal(
		    zone_builder_finish(b[j], &z[j], NULL, NULL), 0);
		assert_int_equal(z[j]->nrrs, N);
		assert_int_equal(zone_digest(z[j], d[j]), 0);
	}
	assert_memory_equal(d[0], d[1], 48);
	zone_free(z[0]);
	zone_free(z[1]);
}

static void
test_limits(void **state)
{
	struct zone_limits l = zone_limits_default;
	struct zone_builder *b;
	struct zone_record rec = {0};
	struct error e = {0};
	struct arena *a = arena_new();
	struct findings fs;
	struct zone *z;
	uint32_t v;

	(void)state;
	l.records = 150;
	b = zone_builder_new(wire("example."), &l);
	rec.owner = wire("www.example.");
	rec.type = RRTYPE_A;
	rec.rdata = (const uint8_t *)&v;
	rec.rdlen = 4;
	for (v = 0; v < 150; v++)
		assert_int_equal(zone_builder_add(b, &rec, &e), 0);
	assert_int_equal(zone_builder_add(b, &rec, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	rec.type = RRTYPE_MX;
	findings_init(&fs, a);
	assert_int_equal(zone_builder_finish(b, &z, &fs, &e), 0);
	assert_int_equal(fs.n, 1);
	assert_string_equal(fs.item[0].rule, "syntax-limit");
	zone_free(z);
	b = zone_builder_new(wire("example."), NULL);
	assert_int_equal(zone_builder_add(b, &rec, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	zone_builder_free(b);
	b = zone_builder_new(wire("example."), NULL);
	assert_int_equal(zone_builder_finish(b, &z, NULL, &e), 0);
	assert_int_equal(z->nrrs, 0);
	zone_free(z);
	findings_free(&fs);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_build),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
