/* The matrix of a probe as text and JSON, and the metrics. */
#include "fixture.h"

#define LONG                                                                   \
	"a-long-label-of-a-name-server.another-long-label-of-the-zone."        \
	"example.com."

static const struct report_probe_cell cells[] = {
    {.server = "ns1",
	.address = "192.0.2.1",
	.way = {{"udp", "answered", NULL, 12, true},
	    {"tcp", "answered", NULL, 1034, true},
	    {"https", "unused", NULL, 0, false}},
	.authentic = "secure",
	.authentic_good = true,
	.good = true},
    {.server = "ns2\033[31m\"\\",
	.address = "192.0.2.2",
	.way = {{"udp", "answered", NULL, 3, true},
	    {"tcp", "unreachable", "refused", 0, false},
	    {"https", "unused", NULL, 0, false}},
	.authentic = "stale",
	.reason = "serial 1, judged was 2"},
    {.server = LONG,
	.address = "2001:db8::1",
	.way = {{"udp", "timed-out", "late", 0, false},
	    {"tcp", "timed-out", "late", 0, false},
	    {"https", "unused", NULL, 0, false}},
	.authentic = "unchecked",
	.reason = "no answer"},
};
static const struct report_probe rows[] = {
    {"example.com.", "SOA", "external", "example.com.", NULL, cells, 3},
    {"api.example.com.", "A", "", "example.com.", NULL, cells, 1},
    {"api.example.org.", "A", "", NULL, "no zone holds it", NULL, 0},
};
static const struct report_serial serials[] = {
    {"example.com.", "external", "ns1", "192.0.2.1", true, 2, 2},
    {"example.com.", "external", LONG, "2001:db8::1", false, 0, 2},
};

static void
begin_probe(struct fixture *x)
{
	begin(x);
	x->report.command = "probe";
	x->report.probe = rows;
	x->report.nprobes = 3;
	x->report.serial = serials;
	x->report.nserials = 2;
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
	begin_probe(&x);
	for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		x.style.width = widths[i];
		print(&x, "text");
		fits(&x);
		assert_int_equal(count(&x, "\n!"), 3);
		/* Nobody is asked over HTTPS: no such column. */
		assert_int_equal(count(&x, "https"), 0);
		assert_int_equal(count(&x, "no zone holds it"), 1);
		/* One reason for both ways. */
		assert_int_equal(count(&x, "timed-out: late"), 1);
		assert_int_equal(count(&x, "2 of 4 answers"), 1);
	}
	x.style.quiet = true;
	print(&x, "text");
	assert_int_equal(count(&x, "ns1"), 0);
	assert_int_equal(count(&x, "\n!"), 3);
	x.report.probe = NULL;
	print(&x, "text");
	assert_int_equal(count(&x, "answers are"), 0);
	end(&x);
}

/* Many good rows are one line each. */
static void
test_many(void **state)
{
	struct report_probe many[30];
	struct fixture x;
	size_t i;

	(void)state;
	begin_probe(&x);
	for (i = 0; i < 30; i++)
		many[i] = rows[1];
	many[7] = rows[0];
	x.report.probe = many;
	x.report.nprobes = 30;
	print(&x, "text");
	fits(&x);
	assert_int_equal(count(&x, "all of 1 answer, secure"), 29);
	assert_int_equal(count(&x, "\n! "), 2);
	end(&x);
}

static void
test_json(void **state)
{
	struct fixture x;
	json_t *root, *row, *cell, *serial;

	(void)state;
	begin_probe(&x);
	print(&x, "json");
	root = json_loads(x.out.data, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_array_size(json_object_get(root, "probe")), 3);
	row = json_array_get(json_object_get(root, "probe"), 0);
	assert_string_equal(
	    json_string_value(json_object_get(row, "view")), "external");
	cell = json_array_get(json_object_get(row, "servers"), 1);
	assert_true(json_is_false(json_object_get(cell, "good")));
	assert_string_equal(json_string_value(json_object_get(
				json_object_get(cell, "authentic"), "state")),
	    "stale");
	assert_string_equal(
	    json_string_value(json_object_get(
		json_object_get(json_object_get(cell, "available"), "tcp"),
		"reason")),
	    "refused");
	serial = json_array_get(json_object_get(root, "serials"), 1);
	assert_true(json_is_null(json_object_get(serial, "serial")));
	assert_int_equal(
	    json_integer_value(json_object_get(serial, "judged")), 2);
	json_decref(root);
	x.report.probe = NULL;
	print(&x, "json");
	root = json_loads(x.out.data, 0, NULL);
	assert_true(json_is_null(json_object_get(root, "probe")));
	json_decref(root);
	end(&x);
}

/* Samples of a metric stand together, behind its HELP and TYPE. */
static void
check_groups(const struct fixture *x)
{
	char name[128] = "", seen[32][128];
	const char *p = x->out.data, *nl;
	size_t n = 0, i;

	for (; (nl = strchr(p, '\n')) != NULL; p = nl + 1) {
		if (strncmp(p, "# TYPE ", 7) == 0)
			continue;
		if (strncmp(p, "# HELP ", 7) == 0) {
			assert_int_equal(sscanf(p, "# HELP %127s", name), 1);
			for (i = 0; i < n; i++)
				assert_string_not_equal(seen[i], name);
			assert_true(n < 32);
			strcpy(seen[n++], name);
			continue;
		}
		if (strncmp(p, name, strlen(name)) != 0 ||
		    strchr("{ ", p[strlen(name)]) == NULL)
			fail_msg("not of %s: %.*s", name, (int)(nl - p), p);
	}
	assert_string_equal(p, "");
}

static void
test_prometheus(void **state)
{
	struct fixture x;
	struct finding *f;

	(void)state;
	begin_probe(&x);
	add_example(&x);
	add_example(&x);
	f = add_example(&x);
	f->waived = true;
	f = add_example(&x);
	f->severity = SEVERITY_OFF;
	x.report.seconds = 1.5;
	print(&x, "prometheus");
	check_groups(&x);
	assert_int_equal(
	    count(&x,
		"zonegate_verdict{command=\"probe\",verdict=\"block\"} 1\n"),
	    1);
	assert_int_equal(count(&x, "waived=\"false\"} 2\n"), 1);
	assert_int_equal(count(&x, "waived=\"true\"} 1\n"), 1);
	/* Bytes that are escaped for terminals, then for the format. */
	assert_int_equal(count(&x, "server=\"ns2\\\\x1b[31m\\\"\\\\\\\\\""), 0);
	assert_true(count(&x, "ns2\\\\x1b[31m\\\"") > 0);
	assert_int_equal(count(&x, "state=\"unchecked\"} 0\n"), 1);
	assert_int_equal(count(&x, "way=\"tcp\"} 1.034\n"), 2);
	/* Without a serial, no sample; what is not used, neither. */
	assert_int_equal(count(&x, "zonegate_zone_serial{"), 1);
	assert_int_equal(count(&x, "zonegate_zone_serial_judged{"), 2);
	assert_int_equal(count(&x, "https"), 0);
	x.report.probe = NULL;
	print(&x, "prometheus");
	check_groups(&x);
	assert_int_equal(count(&x, "zonegate_probe"), 0);
	assert_int_equal(count(&x, "zonegate_run_seconds{"), 1);
	end(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_prometheus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
