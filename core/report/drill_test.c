/* The drill's matrix as text and as JSON. */
#include "fixture.h"

#define LONG                                                                   \
	"a-long-label-of-a-name-server.another-long-label-of-the-zone."        \
	"example.com."

static const struct report_drill_cell cells[] = {
    {"none", "", {"yes", NULL}, {"unsigned", "example.com. is not signed"},
	{"yes", NULL}, false},
    {"address", "192.0.2.1", {"yes", NULL}, {"yes", NULL},
	{"no", "1 target is left, the policy asks for 2"}, true},
    {"list", "edge\033[31m-primary", {"no", "no target is left"},
	{"moot", NULL}, {"moot", NULL}, true},
    {"server", LONG, {"yes", NULL},
	{"unknown", "it leads to x.cdn.test., outside of this repository"},
	{"yes", NULL}, true},
    {"provider", LONG, {"yes", NULL},
	{"unknown", "it leads to x.cdn.test., outside of this repository"},
	{"yes", NULL}, false},
};
static const struct report_drill names[] = {
    {"api.example.com.", "A, AAAA", "external", cells, 5},
    {"www.example.com.", "A", "", cells, 1},
};

static void
begin_drill(struct fixture *x)
{
	begin(x);
	x->report.command = "drill";
	x->report.drill = names;
	x->report.ndrills = 2;
	x->style.width = 80;
	x->style.hook = false;
}

static void
test_text(void **state)
{
	static const unsigned widths[] = {72, 80, 120};
	struct fixture x;
	size_t i;

	(void)state;
	begin_drill(&x);
	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		x.style.width = widths[i];
		print(&x, "text");
		fits(&x);
		/* One mark, one "NO" in the row and one at its reason. */
		assert_int_equal(count(&x, "\n! "), 3);
		assert_int_equal(count(&x, " NO"), 4);
		assert_int_equal(count(&x, "edge\\x1b[31m-primary"), 1);
		/* The reason of the red cell, not that of the open one. */
		assert_int_equal(count(&x, "validates unknown"), 1);
		assert_int_equal(count(&x, "3 of 6 cases fail"), 1);
		assert_int_equal(count(&x, "FAILED"), 2);
	}
	end(&x);
}

static void
test_quiet(void **state)
{
	struct fixture x;

	(void)state;
	begin_drill(&x);
	x.style.quiet = true;
	print(&x, "text");
	fits(&x);
	assert_int_equal(count(&x, "\n! "), 3);
	assert_int_equal(count(&x, "today"), 0);
	assert_int_equal(count(&x, "www.example.com."), 0);
	end(&x);
}

static void
test_json(void **state)
{
	json_t *root, *cell, *list;
	struct fixture x;

	(void)state;
	begin_drill(&x);
	print(&x, "json");
	root = json_loads(x.out.data, 0, NULL);
	list = json_object_get(root, "drill");
	assert_int_equal(json_array_size(list), 2);
	cell = json_object_get(json_array_get(list, 0), "types");
	assert_int_equal(json_array_size(cell), 2);
	list = json_object_get(json_array_get(list, 0), "outages");
	assert_int_equal(json_array_size(list), 5);
	cell = json_array_get(list, 0);
	assert_string_equal(
	    json_string_value(json_object_get(cell, "kind")), "none");
	assert_true(json_is_null(json_object_get(cell, "what")));
	assert_true(json_is_false(json_object_get(cell, "red")));
	cell = json_array_get(list, 1);
	assert_true(json_is_true(json_object_get(cell, "red")));
	cell = json_object_get(cell, "allowed");
	assert_string_equal(
	    json_string_value(json_object_get(cell, "state")), "no");
	assert_true(json_is_string(json_object_get(cell, "reason")));
	json_decref(root);
	end(&x);
}

/* No drill is something else than a drill of nothing. */
static void
test_none(void **state)
{
	struct fixture x;
	json_t *root;

	(void)state;
	begin_drill(&x);
	x.report.ndrills = 0;
	print(&x, "json");
	root = json_loads(x.out.data, 0, NULL);
	assert_true(json_is_array(json_object_get(root, "drill")));
	json_decref(root);
	x.report.drill = NULL;
	print(&x, "json");
	root = json_loads(x.out.data, 0, NULL);
	assert_true(json_is_null(json_object_get(root, "drill")));
	json_decref(root);
	end(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_quiet),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
