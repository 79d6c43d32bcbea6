#include "fixture.h"

static void
test_finding_as_designed(void **state)
{
	static const char want[] =
	    "error[failover-target-not-allowed]: api.example.com. A may not"
	    " answer\n"
	    "       203.0.113.77\n"
	    "  --> zones/external/example.com.zone:41:18\n"
	    "   |\n"
	    "41 | api  60  IN  A   203.0.113.77\n"
	    "   |                  ^^^^^^^^^^^^ allowed: edge-primary,"
	    " edge-standby\n"
	    "   = policy: zonegate.yaml:18 (owner: netops)\n"
	    "hint: use an approved address, or ask netops to extend the list\n";
	struct fixture x;

	(void)state;
	begin(&x);
	report_finding_text(add_example(&x), &x.style, &x.out);
	assert_string_equal(x.out.data, want);
	end(&x);
}

static void
test_verdicts(void **state)
{
	static const struct {
		const char *label;
		enum report_verdict verdict;
		unsigned errors, warnings, waived;
		const char *word; /* in the first and in the last lines */
		const char *json;
		bool hint;
	} cases[] = {
	    {"pass", REPORT_PASS, 0, 0, 0, "PASSED", "pass", false},
	    {"pass, warnings", REPORT_PASS, 0, 2, 0, "PASSED", "pass", true},
	    {"pass, waived", REPORT_PASS, 0, 0, 1, "PASSED", "pass", false},
	    {"block", REPORT_BLOCK, 1, 1, 1, "BLOCKED", "block", true},
	    {"error", REPORT_ERROR, 0, 0, 0, "NOT CHECKED", "error", false},
	};
	struct fixture x;
	struct finding *f;
	const char *nl, *last;
	json_t *root;
	size_t i;
	unsigned j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&x);
		x.report.verdict = cases[i].verdict;
		for (j = 0; j < cases[i].errors; j++)
			findings_add(&x.fs, "zone-soa", "e")->severity =
			    SEVERITY_ERROR;
		for (j = 0; j < cases[i].warnings; j++)
			findings_add(&x.fs, "zone-ttl", "w")->severity =
			    SEVERITY_WARNING;
		for (j = 0; j < cases[i].waived; j++) {
			f = findings_add(&x.fs, "zone-ns", "v");
			f->severity = SEVERITY_ERROR;
			f->waived = true;
			f->waiver = "until 2027-03-01 (dns-team): migration";
		}
		print(&x, "text");
		nl = strchr(x.out.data, '\n');
		last = strstr(nl, cases[i].word);
		if (nl - x.out.data < (ptrdiff_t)strlen(cases[i].word) ||
		    strncmp(nl - strlen(cases[i].word), cases[i].word,
			strlen(cases[i].word)) != 0)
			fail_msg("%s: heading", cases[i].label);
		if (last == NULL || last[-1] != '\n')
			fail_msg("%s: verdict line", cases[i].label);
		if ((strstr(x.out.data, "hint: zonegate explain ") != NULL) !=
		    cases[i].hint)
			fail_msg("%s: next step", cases[i].label);
		print(&x, "json");
		root = json_loads(x.out.data, 0, NULL);
		assert_string_equal(
		    json_string_value(json_object_get(root, "verdict")),
		    cases[i].json);
		json_decref(root);
		end(&x);
	}
}

/* Every field of the contract stands in the document, known or not. */
static void
test_json_schema(void **state)
{
	static const char *const string[] = {"tool", "verdict", "zones.0.name",
	    "zones.0.view", "zones.0.file", "zones.0.status",
	    "zones.0.dnssec.mode", "zones.0.dnssec.algorithms.1",
	    "changes.0.zone", "changes.0.view", "changes.0.name",
	    "changes.0.type", "changes.0.kind", "changes.1.before.0",
	    "changes.1.after.0", "answers.0.name", "answers.0.type",
	    "answers.0.view", "answers.0.before.outcome",
	    "answers.0.before.targets.1", "answers.0.before.chain",
	    "answers.0.cause", "findings.0.rule", "findings.0.severity",
	    "findings.0.zone", "findings.0.view", "findings.0.name",
	    "findings.0.type", "findings.0.message", "findings.0.help",
	    "findings.0.file", "findings.0.commit"};
	static const char *const number[] = {"schema", "zones.0.serial.old",
	    "zones.0.serial.new", "zones.0.records.added",
	    "zones.0.records.removed", "zones.0.records.changed",
	    "zones.0.records.total", "zones.0.dnssec.signed",
	    "zones.0.dnssec.verified", "answers.0.before.ttl",
	    "answers.0.after.ttl", "findings.0.line", "findings.0.column",
	    "stats.seconds", "stats.records", "stats.signatures"};
	static const char *const null[] = {"base", "head", "policy.source",
	    "policy.digest", "zones.0.dnssec.digest", "changes.2.after",
	    "answers.0.after.targets", "stats.cache", "error"};
	static const struct report_cache cache = {.hits = 7, .misses = 2};
	struct fixture x;
	json_t *root;
	size_t i;

	(void)state;
	begin(&x);
	add_example(&x);
	x.report.zone = &example_zone;
	x.report.nzones = 1;
	x.report.change = example_changes;
	x.report.nchanges = 3;
	x.report.answer = &example_answer;
	x.report.nanswers = 1;
	print(&x, "json");
	root = json_loads(x.out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	for (i = 0; i < sizeof(string) / sizeof(string[0]); i++)
		if (!json_is_string(path_of(root, string[i])))
			fail_msg("%s is no string", string[i]);
	for (i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		if (!json_is_number(path_of(root, number[i])))
			fail_msg("%s is no number", number[i]);
	for (i = 0; i < sizeof(null) / sizeof(null[0]); i++)
		if (!json_is_null(path_of(root, null[i])))
			fail_msg("%s is not null", null[i]);
	assert_true(json_is_false(path_of(root, "findings.0.waived")));
	json_decref(root);
	/* Where something is remembered, how much of it was of use. */
	text_clear(&x.out);
	x.report.cache = &cache;
	print(&x, "json");
	root = json_loads(x.out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(
	    json_integer_value(path_of(root, "stats.cache.hits")), 7);
	assert_int_equal(
	    json_integer_value(path_of(root, "stats.cache.misses")), 2);
	json_decref(root);
	end(&x);
}

static void
test_changes(void **state)
{
	struct fixture x;

	(void)state;
	begin(&x);
	x.report.verdict = REPORT_PASS;
	x.report.zone = &example_zone;
	x.report.nzones = 1;
	x.report.change = example_changes;
	x.report.nchanges = 3;
	x.report.changes_total = 10;
	x.report.answer = &example_answer;
	x.report.nanswers = 1;
	print(&x, "text");
	each_line(&x.out, check_harmless);
	assert_non_null(strstr(x.out.data, "  ~ @ SOA serial"));
	assert_non_null(strstr(x.out.data, " 1 -> 2\n"));
	assert_non_null(strstr(x.out.data, "192.0.2.10 -> 192.0.2.11"));
	assert_non_null(strstr(x.out.data, "1 kept"));
	assert_non_null(strstr(x.out.data, "ttl 300 -> 60"));
	assert_non_null(strstr(x.out.data, "  - old A"));
	assert_non_null(strstr(x.out.data, "7 more"));
	assert_non_null(strstr(x.out.data, "after   nxdomain"));
	/* Only what changed of the SOA. */
	assert_null(strstr(x.out.data, "refresh"));
	end(&x);
}

/* The caret stays below its word whatever the line and the width. */
static void
test_caret(void **state)
{
	static const struct {
		const char *label, *before, *word, *after;
		unsigned pad; /* blanks before BEFORE */
	} cases[] = {
	    {"plain", "www A ", "192.0.2.1", "", 0},
	    {"tabs", "www\t60\tIN\tA\t", "192.0.2.1", " ; note", 0},
	    {"far right", "www TXT ", "needle", " tail", 300},
	    {"long tail", "www TXT ", "needle",
		" a very long tail that does not fit into any line of a hook "
		"report and goes on and on and on",
		10},
	    {"wide", "\xe6\x97\xa5\xe6\x9c\xac A ", "needle", "", 0},
	    {"escaped", "\x01\x02 A ", "needle", "", 0},
	    {"combining", "e\xcc\x81 A ", "needle", "", 0},
	};
	char excerpt[1024], *line, *mark, *save = NULL, *at;
	struct fixture x;
	struct finding *f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&x);
		snprintf(excerpt, sizeof(excerpt), "%*s%s%s%s",
		    (int)cases[i].pad, "", cases[i].before, cases[i].word,
		    cases[i].after);
		f = add_example(&x);
		f->place.excerpt = excerpt;
		f->place.column = (uint32_t)(cases[i].pad +
					     strlen(cases[i].before) + 1);
		f->place.width = (uint32_t)strlen(cases[i].word);
		f->expected = NULL;
		report_finding_text(f, &x.style, &x.out);
		each_line(&x.out, check_width);
		for (line = strtok_r(x.out.data, "\n", &save); line != NULL;
		     line = strtok_r(NULL, "\n", &save))
			if (strncmp(line, "41 |", 4) == 0)
				break;
		mark = strtok_r(NULL, "\n", &save);
		assert_non_null(line);
		assert_non_null(mark);
		at = strstr(line, cases[i].word);
		if (at == NULL || strchr(mark, '^') == NULL ||
		    lines_columns(line, (size_t)(at - line)) !=
			strcspn(mark, "^") ||
		    strspn(strchr(mark, '^'), "^") != strlen(cases[i].word))
			fail_msg("%s:\n%s\n%s", cases[i].label, line, mark);
		end(&x);
	}
}

static void
test_colour(void **state)
{
	struct fixture x;

	(void)state;
	begin(&x);
	add_example(&x);
	x.report.zone = &example_zone;
	x.report.nzones = 1;
	x.report.change = example_changes;
	x.report.nchanges = 3;
	print(&x, "text");
	assert_null(strchr(x.out.data, '\033'));
	x.style.colour = true;
	print(&x, "text");
	assert_non_null(strchr(x.out.data, '\033'));
	end(&x);
}

/* Thousands of one kind are counted, not scrolled past. */
static void
test_many(void **state)
{
	struct fixture x;
	const char *p;
	unsigned i, n = 0;

	(void)state;
	begin(&x);
	for (i = 0; i < 1000; i++)
		findings_add(&x.fs, "zone-ns", "number %u", i)->severity =
		    SEVERITY_ERROR;
	findings_add(&x.fs, "zone-soa", "the last")->severity = SEVERITY_ERROR;
	print(&x, "text");
	for (p = x.out.data; (p = strstr(p, "error[zone-ns]")) != NULL; p++)
		n++;
	assert_int_equal(n, 10);
	assert_non_null(strstr(x.out.data, "error[zone-soa]"));
	assert_non_null(strstr(x.out.data, "990 more"));
	assert_non_null(strstr(x.out.data, "BLOCKED: 1001 errors"));
	end(&x);
}

static void
test_sarif(void **state)
{
	struct fixture x;
	json_t *root;

	(void)state;
	begin(&x);
	add_example(&x);
	add_example(&x)->waived = true;
	print(&x, "sarif");
	root = json_loads(x.out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(
	    json_string_value(path_of(root, "version")), "2.1.0");
	assert_string_equal(
	    json_string_value(path_of(root, "runs.0.results.0.ruleId")),
	    "failover-target-not-allowed");
	assert_int_equal(
	    json_integer_value(path_of(root,
		"runs.0.results.0.locations.0.physicalLocation.region"
		".endColumn")),
	    30);
	assert_string_equal(json_string_value(path_of(
				root, "runs.0.results.1.suppressions.0.kind")),
	    "external");
	assert_int_equal(
	    json_array_size(path_of(root, "runs.0.tool.driver.rules")), 1);
	json_decref(root);
	end(&x);
}

static void
test_formats(void **state)
{
	struct fixture x;
	size_t i;

	(void)state;
	assert_ptr_equal(report_format_find(NULL), report_formats[0]);
	assert_null(report_format_find("yaml"));
	for (i = 0; report_formats[i] != NULL; i++) {
		begin(&x);
		print(&x, report_formats[i]->name);
		assert_int_equal(x.out.data[x.out.len - 1], '\n');
		end(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_finding_as_designed),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_json_schema),
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_caret),
	    cmocka_unit_test(test_colour),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_sarif),
	    cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
