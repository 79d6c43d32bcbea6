/* zonegate drill and check --drill on small repositories. */
#include "command_fixture.h"

#define POLICY                                                                 \
	"version: 1\n"                                                         \
	"zones:\n"                                                             \
	"  - path: zones/{zone}.zone\n"                                        \
	"    dnssec: {mode: unsigned}\n"                                       \
	"targets:\n"                                                           \
	"  one: {addresses: [192.0.2.0/28]}\n"                                 \
	"  two: {addresses: [198.51.100.0/28]}\n"                              \
	"failover:\n"                                                          \
	"  - {name: api.example.com, types: [A], targets: [one, two]}\n"       \
	"  - {name: www.example.com, types: [A], targets: [one, two]}\n"       \
	"severity: {dnssec-unsigned: \"off\"}\n"

#define HEAD_TEXT                                                              \
	"$TTL 3600\n$ORIGIN example.com.\n"                                    \
	"@ SOA n.a.test. h.a.test. 1 7200 3600 1209600 300\n"                  \
	"@ NS n.a.test.\n@ NS n.b.test.\n"                                     \
	"api A 192.0.2.1\napi A 198.51.100.1\n"

#define GOOD HEAD_TEXT "www A 192.0.2.2\nwww A 198.51.100.2\n"
#define WEAK HEAD_TEXT "www A 192.0.2.2\n"
#define BROKEN HEAD_TEXT "www A 192.0.2.2.3\n"

static void
commit(const struct dir *d, const char *policy, const char *zone)
{
	if (policy != NULL)
		put(d, "zonegate.yaml", policy);
	put(d, "zones/example.com.zone", zone);
	assert_int_equal(command(d, "git init -q . && git add .", ""), 0);
	assert_int_equal(
	    command(d,
		"git -c user.name=a -c user.email=a@example.com commit "
		"-q --allow-empty -m x",
		""),
	    0);
}

static const struct {
	const char *label, *policy, *zone, *rev, *name;
	int status;
	size_t red, cells; /* of a drill that came to its end */
} cases[] = {
    {"all green", POLICY, GOOD, NULL, NULL, 0, 0, 22},
    /* today is good; the address, its list and its network are not */
    {"red cells", POLICY, WEAK, NULL, NULL, 1, 3, 19},
    {"a name asked for", POLICY, WEAK, NULL, "www.example.com", 1, 3, 8},
    {"a name asked for, without red", POLICY, WEAK, NULL, "API.example.com.", 0,
	0, 11},
    {"not protected", POLICY, GOOD, NULL, "ftp.example.com.", 2, 0, 0},
    {"no name", POLICY, GOOD, NULL, "a..b", 2, 0, 0},
    {"no such revision", POLICY, GOOD, "v1", NULL, 2, 0, 0},
    {"a revision", POLICY, GOOD, "HEAD", NULL, 0, 0, 22},
    {"no policy", NULL, GOOD, NULL, NULL, 2, 0, 0},
    {"a policy with faults", POLICY "nonsense: 1\n", GOOD, NULL, NULL, 2, 0, 0},
    {"a zone that cannot be read", POLICY, BROKEN, NULL, NULL, 3, 0, 0},
    {"a zone with nothing in it", POLICY, "$TTL 1\n", NULL, NULL, 1, 2, 2},
    {"nothing is protected",
	"version: 1\nzones:\n  - path: zones/{zone}.zone\n", GOOD, NULL, NULL,
	0, 0, 0},
};

static void
count(const struct dir *d, size_t *red, size_t *cells)
{
	json_t *root = report(d), *drill = json_object_get(root, "drill");
	json_t *name, *cell, *list;
	size_t i, k;

	*red = *cells = 0;
	json_array_foreach(drill, i, name)
	{
		list = json_object_get(name, "outages");
		assert_true(json_array_size(list) > 0);
		json_array_foreach(list, k, cell)
		{
			(*cells)++;
			*red += json_is_true(json_object_get(cell, "red"));
		}
	}
	json_decref(root);
}

static void
run_case(struct dir *d, size_t i)
{
	struct gate_drill args = {.rev = cases[i].rev};
	size_t red, cells;
	int status;

	if (cases[i].name != NULL) {
		args.name = &cases[i].name;
		args.nnames = 1;
	}
	commit(d, cases[i].policy, cases[i].zone);
	d->o.format = "json";
	status = gate_drill(&d->o, &args);
	if (status != cases[i].status)
		fail_msg("%s: status %d, not %d: %s", cases[i].label, status,
		    cases[i].status, get(d->out));
	count(d, &red, &cells);
	if (red != cases[i].red || cells != cases[i].cells)
		fail_msg("%s: %zu of %zu red", cases[i].label, red, cells);
}

static void
test_drill(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *d = NULL;

		assert_int_equal(begin(&d), 0);
		run_case(d, i);
		end(&d);
	}
}

/* Findings of rule failover-drill in the report. */
static size_t
findings(const struct dir *d)
{
	json_t *root = report(d), *f;
	const char *rule;
	size_t i, n = 0;

	json_array_foreach(json_object_get(root, "findings"), i, f)
	{
		rule = json_string_value(json_object_get(f, "rule"));
		n += rule != NULL && strcmp(rule, "failover-drill") == 0;
		assert_true(json_is_string(json_object_get(f, "help")));
	}
	json_decref(root);
	return n;
}

static void
test_check(void **state)
{
	struct dir *d = *state;

	commit(d, POLICY, WEAK);
	d->o.format = "json";
	assert_int_equal(gate_check(&d->o, "HEAD", "HEAD"), 0);
	assert_int_equal(findings(d), 0);
	d->o.drill = true;
	/* The three red cells are one damage for one reason. */
	assert_int_equal(gate_check(&d->o, "HEAD", "HEAD"), 1);
	assert_int_equal(findings(d), 1);
	put(d, "zones/example.com.zone", GOOD);
	commit(d, NULL, GOOD);
	assert_int_equal(gate_check(&d->o, "HEAD", "HEAD"), 0);
	assert_int_equal(findings(d), 0);
}

/* git config zonegate.drill asks for it too; nonsense decides nothing. */
static void
test_config(void **state)
{
	static const struct {
		const char *value;
		int status;
	} values[] = {{"true", 1}, {"On", 1}, {"1", 1}, {"false", 0},
	    {"off", 0}, {"perhaps", 2}};
	struct dir *d = *state;
	size_t i;
	int status;

	commit(d, POLICY, WEAK);
	d->o.format = "json";
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		assert_int_equal(
		    command(d, "git config zonegate.drill", values[i].value),
		    0);
		status = gate_check(&d->o, "HEAD", "HEAD");
		if (status != values[i].status)
			fail_msg("%s: %d", values[i].value, status);
	}
}

/* The same twice is the same to the byte, but for the time it took. */
static void
test_again(void **state)
{
	struct gate_drill args = {.rev = NULL};
	struct dir *d = *state;
	json_t *a, *b;

	commit(d, POLICY, WEAK);
	d->o.format = "json";
	assert_int_equal(gate_drill(&d->o, &args), 1);
	a = report(d);
	assert_int_equal(gate_drill(&d->o, &args), 1);
	b = report(d);
	json_object_del(a, "stats");
	json_object_del(b, "stats");
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_drill),
	    cmocka_unit_test_setup_teardown(test_check, begin, end),
	    cmocka_unit_test_setup_teardown(test_config, begin, end),
	    cmocka_unit_test_setup_teardown(test_again, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
