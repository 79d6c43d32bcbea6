#include "fixture.h"

#include "diff.h"

#define APEX "example."
/* A signature of an A RRset without its last octet; a type bitmap. */
#define SIG "00010d020000003c0000000000000000000100"
#define BITMAP "00000140"
#define HASHED "010000000001aa000140"

/* "a A rdata" for each change, joined by "; ". */
static void
describe(const struct diff *d, struct text *t)
{
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];
	size_t i;

	for (i = 0; i < d->n; i++) {
		name_to_text(name, d->change[i].name);
		text_printf(t, "%s%s %s %s", i == 0 ? "" : "; ", name,
		    rrtype_to_text(type, d->change[i].type),
		    diff_kind_text(d->change[i].kind));
		assert_true((d->change[i].old != NULL) ==
			    (d->change[i].kind != DIFF_ADDED));
		assert_true((d->change[i].new != NULL) ==
			    (d->change[i].kind != DIFF_REMOVED));
	}
	if (d->n > 0)
		text_char(t, ' ');
}

struct diff_case {
	const char *name;
	const char *old, *new; /* NULL: no zone */
	const char *changes;
	uint32_t added, removed, changed;
	bool soa, soa_only_serial, content;
};

static const struct diff_case cases[] = {
    {"nothing", FIXTURE_SOA "@ 60 NS ns1\na 60 A 192.0.2.1\n",
	FIXTURE_SOA "a 60 A 192.0.2.1\n@ 60 NS ns1\n", "", 0, 0, 0, false,
	false, false},
    {"order of records is no change",
	FIXTURE_SOA "a 60 A 192.0.2.2\na 60 A 192.0.2.1\n",
	FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n", "", 0, 0, 0, false,
	false, false},
    {"added name", FIXTURE_SOA, FIXTURE_SOA "a 60 A 192.0.2.1\n",
	"a.example. A added ", 1, 0, 0, false, false, true},
    {"removed names around a kept one",
	FIXTURE_SOA "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc 60 A 192.0.2.1\n",
	FIXTURE_SOA "b 60 A 192.0.2.1\n",
	"a.example. A removed; c.example. A removed ", 0, 2, 0, false, false,
	true},
    {"type replaced", FIXTURE_SOA "a 60 A 192.0.2.1\na 60 TXT x\n",
	FIXTURE_SOA "a 60 AAAA 2001:db8::1\na 60 TXT x\n",
	"a.example. A removed; a.example. AAAA added ", 1, 1, 0, false, false,
	true},
    {"record replaced in an RRset",
	FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n",
	FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.3\n",
	"a.example. A rdata ", 0, 0, 1, false, false, true},
    {"record added to an RRset", FIXTURE_SOA "a 60 A 192.0.2.2\n",
	FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.2\na 60 A 192.0.2.3\n",
	"a.example. A rdata ", 2, 0, 0, false, false, true},
    {"TTL alone", FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n",
	FIXTURE_SOA "a 61 A 192.0.2.1\na 61 A 192.0.2.2\n", "a.example. A ttl ",
	0, 0, 2, false, false, true},
    {"TTL and a record", FIXTURE_SOA "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n",
	FIXTURE_SOA "a 61 A 192.0.2.1\n", "a.example. A rdata ", 0, 1, 1, false,
	false, true},
    {"RDATA that is the other's beginning", FIXTURE_SOA "a 60 TYPE65280 c0\n",
	FIXTURE_SOA "a 60 TYPE65280 c000\n", "a.example. TYPE65280 rdata ", 0,
	0, 1, false, false, true},
    {"serial alone", FIXTURE_SOA,
	"@ 3600 SOA ns1 host 2 7200 900 1209600 300\n", "", 0, 0, 0, true, true,
	false},
    {"SOA minimum", FIXTURE_SOA, "@ 3600 SOA ns1 host 2 7200 900 1209600 301\n",
	"", 0, 0, 0, true, false, true},
    {"SOA TTL", FIXTURE_SOA, "@ 3601 SOA ns1 host 2 7200 900 1209600 300\n", "",
	0, 0, 0, true, false, true},
    {"SOA name", FIXTURE_SOA, "@ 3600 SOA ns2 host 2 7200 900 1209600 300\n",
	"", 0, 0, 0, true, false, true},
    {"SOA gone", FIXTURE_SOA "a 60 A 192.0.2.1\n", "a 60 A 192.0.2.1\n", "", 0,
	0, 0, true, false, true},
    {"re-signing does not count",
	FIXTURE_SOA "a 60 RRSIG " SIG "01\n"
		    "a 60 NSEC " BITMAP "\n",
	FIXTURE_SOA "a 60 RRSIG " SIG "02\n"
		    "b 60 NSEC " BITMAP "\n",
	"a.example. RRSIG rdata; a.example. NSEC removed; "
	"b.example. NSEC added ",
	0, 0, 0, false, false, true},
    {"zone added", NULL, FIXTURE_SOA "@ 60 NS ns1\na 60 A 192.0.2.1\n",
	"example. NS added; a.example. A added ", 2, 0, 0, true, false, true},
    {"zone removed", FIXTURE_SOA "a 60 A 192.0.2.1\n", NULL,
	"a.example. A removed ", 0, 1, 0, true, false, true},
    {"empty zone added", NULL, "", "", 0, 0, 0, false, false, true},
    {"canonical order", FIXTURE_SOA "b.a 60 A 192.0.2.1\n",
	FIXTURE_SOA "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc.a 60 A 192.0.2.1\n",
	"a.example. A added; b.a.example. A removed; c.a.example. A added; "
	"b.example. A added ",
	3, 1, 0, false, false, true},
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diff_case *c = &cases[i];
		struct zone *o = NULL, *n = NULL;
		struct text t = TEXT_INIT;
		struct diff *d = NULL;
		struct error e;

		if (c->old != NULL)
			o = fixture_zone(APEX, c->old);
		if (c->new != NULL)
			n = fixture_zone(APEX, c->new);
		assert_int_equal(diff_zones(&d, o, n, &e), 0);
		describe(d, &t);
		if (strcmp(t.data == NULL ? "" : t.data, c->changes) != 0)
			fail_msg("%s: %s", c->name, t.data);
		if (d->added != c->added || d->removed != c->removed ||
		    d->changed != c->changed)
			fail_msg("%s: +%u -%u ~%u", c->name, d->added,
			    d->removed, d->changed);
		if (d->soa_changed != c->soa ||
		    d->soa_only_serial != c->soa_only_serial ||
		    d->content_changed != c->content)
			fail_msg("%s: SOA %d %d, content %d", c->name,
			    d->soa_changed, d->soa_only_serial,
			    d->content_changed);
		diff_free(d);
		text_free(&t);
		zone_free(o);
		zone_free(n);
	}
	diff_free(NULL);
}

static void
test_totals(void **state)
{
	struct zone *z = fixture_zone(APEX,
	    FIXTURE_SOA "@ 60 NS ns1\n@ 60 RRSIG " SIG "01\n"
			"a 60 A 192.0.2.1\na 60 A 192.0.2.2\n"
			"a 60 NSEC " BITMAP "\nx 60 NSEC3 " HASHED "\n");
	struct diff *d;
	struct error e;

	(void)state;
	assert_int_equal(diff_zones(&d, z, z, &e), 0);
	assert_int_equal(d->total_old, 3);
	assert_int_equal(d->total_new, 3);
	assert_int_equal(d->serial_old, 1);
	assert_int_equal(d->n, 0);
	diff_free(d);
	zone_free(z);
}

static void
test_serial(void **state)
{
	static const struct {
		uint32_t a, b;
		bool less;
	} c[] = {
	    {1, 2, true},
	    {2, 1, false},
	    {1, 1, false},
	    {0xffffffff, 0, true},
	    {0, 0x7fffffff, true},
	    {0, 0x80000000, false}, /* undefined: neither is less */
	    {0x80000000, 0, false},
	    {0, 0x80000001, false},
	    {2026010199, 2026010200, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if (diff_serial_less(c[i].a, c[i].b) != c[i].less)
			fail_msg("%u < %u", c[i].a, c[i].b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_totals),
	    cmocka_unit_test(test_serial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
