/* The draft of a policy: right as it is, and uncommented. */
#include "command_fixture.h"

#include "trust.h"

/* ---- init ---------------------------------------------------------------- */

/* Uncomment every proposal: "#key" and "#  - …", not "# Prose". */
static void
uncomment(char *text)
{
	char *from = text, *to = text;
	bool start = true;

	while (*from != '\0') {
		if (start && from[0] == '#' &&
		    (from[1] != ' ' || from[2] == ' '))
			from++;
		start = *from == '\n';
		*to++ = *from++;
	}
	*to = '\0';
}

static void
check_draft(const struct dir *d, const char *label)
{
	struct arena *arena = arena_new();
	struct findings faults;
	struct error e = {0};
	char *text = get(at(d, "zonegate.yaml"));
	unsigned turn;

	for (turn = 0; turn < 2; turn++) {
		findings_init(&faults, arena);
		assert_int_equal(
		    trust_lint(text, strlen(text), "draft", &faults, &e), 0);
		if (faults.n != 0)
			fail_msg("%s, %s: line %u: %s\n%s", label,
			    turn == 0 ? "as drafted" : "uncommented",
			    (unsigned)faults.item[0].place.line,
			    faults.item[0].message, text);
		findings_free(&faults);
		uncomment(text);
	}
	arena_free(arena);
}

static void
test_init(void **state)
{
	static const struct {
		const char *label;
		struct {
			const char *path, *text;
		} file[4];
		const char *want[3]; /* in the draft */
		const char * not ;
	} cases[] = {
	    {"pattern",
		{{"zones/example.com.zone", SOA "www 60 IN A 192.0.2.1\n"}},
		{"\"zones/{zone}.zone\"", "#  - name: \"www.example.com.\"",
		    "192.0.2.1/32"},
		"view:"},
	    {"views",
		{{"in/example.com.zone", SOA "www IN A 10.0.0.1\n"},
		    {"out/example.com.zone", SOA "www IN A 192.0.2.1\n"}},
		{"view: \"in\"", "view: \"out\"",
		    "\"in\": {private-addresses: allow}"},
		"#- path"},
	    {"views, and zones of one view",
		{{"in/example.com.zone", SOA "www IN A 10.0.0.1\n"},
		    {"out/example.com.zone", SOA "www 60 IN A 192.0.2.1\n"},
		    {"single.zone", "$ORIGIN example.org.\n$TTL 60\n"
				    "@ IN SOA a b 1 2 3 4 5\n@ IN NS a\n"
				    "a IN A 192.0.2.1\nb IN A 192.0.2.2\n"},
		    {"zones/example.net.zone",
			"$ORIGIN example.net.\n$TTL 60\n"
			"@ IN SOA a b 1 2 3 4 5\n@ IN NS a\n"
			"a IN A 192.0.2.1\n"}},
		{"\"rest\": {private-addresses: deny}", "view: \"in\"",
		    "view: \"rest\""},
		NULL},
	    {"stray beside the zones",
		{{"zones/example.com", SOA}, {"zones/README", "hello\n"}},
		{"path: \"zones/example.com\"", "zone: \"example.com.\""},
		"{zone}"},
	    {"two files for one zone",
		{{"a/example.com.zone", SOA}, {"backup/b.zone", SOA}},
		{"\"a/{zone}.zone\"", "#- path: \"backup/b.zone\""}, NULL},
	    {"a broken one is left out",
		{{"example.com.zone", SOA},
		    {"example.net.zone",
			"$ORIGIN example.net.\n$TTL 60\n"
			"@ IN SOA a b 1 2 3 4 5\n@ IN A 1.2.3\n"},
		    {"include.inc", "www IN A 192.0.2.1\n"}},
		{"path: \"example.com.zone\"", "# left out: example.net.zone"},
		NULL},
	    {"several addresses, a wildcard",
		{{"example.com.zone",
		    SOA "*.x IN A 192.0.2.1\n*.x IN A 192.0.2.2\n"
			"*.x IN AAAA 2001:db8::1\n"}},
		{"\"*.x.example.com.\"", "any-x-example-com: {",
		    "2001:db8::1/128"},
		"types:"},
	    {"two names that make one list name",
		{{"example.com.zone",
		    SOA "a.b 60 IN A 192.0.2.1\na-b 60 IN A 192.0.2.2\n"}},
		{"  a-b-example-com: {", "  a-b-example-com-2: {",
		    "targets: [a-b-example-com-2]"},
		NULL},
	    {"a name longer than a list's may be",
		{{"example.com.zone",
		    SOA "eu-west-1.payments.internal.api.gateway.production."
			"cluster.example.org 60 IN A 192.0.2.1\n"}},
		{"#  - name: \"eu-west-1.payments."}, NULL},
	    {"name servers of today",
		{{"example.com.zone", SOA "@ IN NS ns.dns-a.example.\n"
					  "sub IN NS ns.dns-b.example.\n"}},
		{"#    - \"ns.dns-a.example.\"",
		    "#    - \"ns.dns-b.example.\""},
		NULL},
	    {"signed",
		{{"example.com.zone",
		    SOA "@ IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0d"
			"xCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eK"
			"GQ==\n"}},
		{"mode: presigned"}, NULL},
	};
	struct dir *d = *state;
	char *text;
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(command(d, "rm -rf", "*"), 0);
		for (k = 0; k < 4 && cases[i].file[k].path != NULL; k++)
			put(d, cases[i].file[k].path, cases[i].file[k].text);
		d->o.output = NULL;
		if (gate_init(&d->o, false, false) != 0)
			fail_msg("%s: no draft", cases[i].label);
		text = get(at(d, "zonegate.yaml"));
		assert_non_null(text);
		for (k = 0; k < 3 && cases[i].want[k] != NULL; k++)
			if (strstr(text, cases[i].want[k]) == NULL)
				fail_msg("%s: no %s in\n%s", cases[i].label,
				    cases[i].want[k], text);
		if (cases[i].not != NULL && strstr(text, cases[i].not ) != NULL)
			fail_msg("%s: %s in\n%s", cases[i].label, cases[i].not,
			    text);
		check_draft(d, cases[i].label);
	}
}

/* What is there stays, unless --force; a failed draft changes nothing. */
static void
test_init_keeps(void **state)
{
	struct dir *d = *state;

	d->o.output = NULL;
	put(d, "example.com.zone", SOA);
	put(d, "zonegate.yaml", "mine\n");
	assert_int_equal(gate_init(&d->o, false, false), 2);
	assert_string_equal(get(at(d, "zonegate.yaml")), "mine\n");
	assert_int_equal(command(d, "rm", "example.com.zone"), 0);
	assert_int_equal(gate_init(&d->o, true, false), 2);
	assert_string_equal(get(at(d, "zonegate.yaml")), "mine\n");
	assert_int_equal(command(d, "test ! -e", "zonegate.yaml.draft"), 0);
	put(d, "example.com.zone", SOA);
	assert_int_equal(gate_init(&d->o, true, false), 0);
	assert_non_null(strstr(get(at(d, "zonegate.yaml")), "version: 1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_init, begin, end),
	    cmocka_unit_test_setup_teardown(test_init_keeps, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
