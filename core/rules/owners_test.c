#include "fixture.h"

#include "owners.h"

/* The index and the binary search agree, before and after it is made. */
static void
test_same(void **state)
{
	enum { NAMES = 3000 };
	char *text = malloc(NAMES * 40 + 1000), *p = text, name[64];
	uint8_t wire[NAME_MAX_LEN], apex[NAME_MAX_LEN];
	struct zone *zone;
	struct owners *o;
	uint32_t want;
	size_t there = 0;
	int i;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "%s", SOA NS);
	for (i = 0; i < NAMES; i++)
		p += sprintf(p, "n%d 60 A 192.0.2.1\n", i * 2);
	zone = fixture_zone("example.com.", text);
	o = owners_new(zone);
	assert_non_null(o);
	fixture_name(apex, "example.com.", NULL);
	for (i = 0; i < NAMES * 2 + 10; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		fixture_name(wire, name, apex);
		want = zone_find(zone, wire);
		there += want != ZONE_NONE;
		if (owners_find(o, wire) != want)
			fail_msg("%s: not %u", name, want);
	}
	assert_int_equal(there, NAMES);
	owners_free(o);
	zone_free(zone);
	free(text);
}

/* A zone without any name. */
static void
test_empty(void **state)
{
	struct zone *zone = fixture_zone("example.com.", "");
	struct owners *o = owners_new(zone);

	(void)state;
	assert_non_null(o);
	assert_int_equal(owners_find(o, zone->apex), ZONE_NONE);
	owners_free(o);
	owners_free(NULL);
	zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
