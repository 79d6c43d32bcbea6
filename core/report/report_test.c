#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "lines.h"

struct fixture {
	struct arena *arena;
	struct findings fs;
	struct text out;
	struct report report;
	struct report_style style;
};

static void
begin(struct fixture *x)
{
	memset(x, 0, sizeof(*x));
	x->arena = arena_new();
	assert_non_null(x->arena);
	findings_init(&x->fs, x->arena);
	x->report.verdict = REPORT_BLOCK;
	x->report.command = "pre-receive";
	x->report.subject = "main 1f3c9a2..8b1e7d0";
	x->report.findings = &x->fs;
	x->style.width = 72;
	x->style.hook = true;
}

static void
end(struct fixture *x)
{
	text_free(&x->out);
	findings_free(&x->fs);
	arena_free(x->arena);
}

static void
print(struct fixture *x, const char *format)
{
	text_clear(&x->out);
	report_format_find(format)->print(&x->report, &x->style, &x->out);
	assert_false(text_lost(&x->out));
	assert_non_null(x->out.data);
}

static struct finding *
add_example(struct fixture *x)
{
	struct finding *f = findings_add(&x->fs, "failover-target-not-allowed",
	    "api.example.com. A may not answer 203.0.113.77");

	f->severity = SEVERITY_ERROR;
	f->zone = "example.com.";
	f->view = "external";
	f->name = "api.example.com.";
	f->type = "A";
	f->help = "use an approved address, or ask netops to extend the list";
	f->expected = "allowed: edge-primary, edge-standby";
	f->authority = "zonegate.yaml:18 (owner: netops)";
	f->place.file = "zones/external/example.com.zone";
	f->place.commit = "8b1e7d0";
	f->place.excerpt = "api  60  IN  A   203.0.113.77";
	f->place.line = 41;
	f->place.column = 18;
	f->place.width = 12;
	return f;
}

/* Every line of the output, as a caller's check sees it. */
static void
each_line(const struct text *t, void (*fn)(const char *, size_t))
{
	const char *p = t->data, *nl;

	while ((nl = strchr(p, '\n')) != NULL) {
		fn(p, (size_t)(nl - p));
		p = nl + 1;
	}
	assert_string_equal(p, "");
}

static void
check_width(const char *s, size_t len)
{
	if (lines_columns(s, len) > 72)
		fail_msg(
		    "%zu columns: %.*s", lines_columns(s, len), (int)len, s);
}

/* Nothing that a terminal or a CI system would obey. */
static void
check_harmless(const char *s, size_t len)
{
	static const char *const bad[] = {
	    "\x1b", "\r", "\xe2\x80\xae", "##[", "##vso[", "\x07", "\x7f"};
	char copy[4096];
	const char *p;
	size_t i;

	check_width(s, len);
	assert_true(len < sizeof(copy));
	memcpy(copy, s, len);
	copy[len] = '\0';
	p = copy + strspn(copy, " \t");
	if (strncmp(p, "::", 2) == 0 || strncmp(p, "GL-", 3) == 0)
		fail_msg("a command: %s", copy);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strstr(copy, bad[i]) != NULL)
			fail_msg("bad bytes %zu: %s", i, copy);
}

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

static json_t *
path_of(json_t *o, const char *path)
{
	char copy[128], *save = NULL, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	for (key = strtok_r(copy, ".", &save); key != NULL;
	     key = strtok_r(NULL, ".", &save)) {
		if (json_is_array(o))
			o = json_array_get(o, (size_t)(key[0] - '0'));
		else
			o = json_object_get(o, key);
		if (o == NULL)
			fail_msg("no %s in the report", path);
	}
	return o;
}

static const struct report_zone example_zone = {
    .name = "example.com.",
    .view = "external",
    .file = "zones/external/example.com.zone",
    .status = "changed",
    .serial_old = 1,
    .serial_new = 2,
    .has_old = true,
    .has_new = true,
    .changed = 1,
    .total = 412,
    .dnssec_mode = "trial",
    .validated = true,
    .rrsets = 40,
    .verified = 40,
    .algorithms = "ECDSAP256SHA256, ED25519",
};

static const char *const list_old[] = {"192.0.2.10", "192.0.2.9", NULL};
static const char *const list_new[] = {"192.0.2.11", "192.0.2.9", NULL};
static const char *const soa_old[] = {
    "ns1.example.com. host.example.com. 1 7200 3600 1209600 300", NULL};
static const char *const soa_new[] = {
    "ns1.example.com. host.example.com. 2 7200 3600 1209600 300", NULL};

static const struct report_change example_changes[] = {
    {"example.com.", "external", "example.com.", "SOA", "soa", soa_old, soa_new,
	300, 300, NULL},
    {"example.com.", "external", "www.example.com.", "A", "rdata", list_old,
	list_new, 300, 60, NULL},
    {"example.com.", "external", "old.example.com.", "A", "removed", list_old,
	NULL, 300, 0, NULL},
};

static const struct report_answer example_answer = {
    .name = "api.example.com.",
    .type = "A",
    .view = "external",
    .before = {"answer", list_old, "api.example.com. A", 60},
    .after = {"nxdomain", NULL, NULL, 300},
    .cause = "zones/external/example.com.zone:41",
};

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
	assert_non_null(strstr(x.out.data, "-> nxdomain"));
	/* Only what changed of the SOA. */
	assert_null(strstr(x.out.data, "refresh"));
	end(&x);
}

static const char *const hostile[] = {
    "::set-env name=PATH::/tmp",
    "GL-HOOK-ERR: all is well",
    "\n::set-env name=PATH::/tmp",
    "\r\nGL-HOOK-ERR: all is well",
    "\033[2J\033]0;owned\007",
    "\xe2\x80\xae"
    "evil \xff\xfe\x80 bytes",
    "##[add-path]/tmp ##vso[task.setvariable]x",
    "\xc0\xaf\xed\xa0\x80 not UTF-8",
    "%0A::error::x",
    "",
    "\x7f\x01\x02",
    "word ::set-env ::set-env ::set-env ::set-env ::set-env ::set-env ::set-env"
    " ::set-env ::set-env ::set-env ::set-env ::set-env ::set-env ::set-env",
    ":::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::"
    "::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::",
};

/* Put the bytes wherever bytes from outside can stand. */
static void
fill_hostile(struct fixture *x, const char *s, struct report_zone *z,
    struct report_change *c, struct report_answer *a, const char *list[3])
{
	struct finding *f = findings_add(&x->fs, "zone-soa", "%s", s);

	list[0] = list[1] = s;
	list[2] = NULL;
	f->zone = f->view = f->name = f->type = s;
	f->help = f->expected = f->authority = s;
	f->place.file = f->place.excerpt = f->place.commit = s;
	f->place.line = 1;
	f->place.column = 2;
	f->place.width = 3;
	*z = example_zone;
	z->name = z->view = z->file = z->algorithms = s;
	*c = example_changes[1];
	c->name = c->zone = c->view = c->note = s;
	c->before = list;
	*a = example_answer;
	a->name = a->cause = a->view = s;
	a->before.targets = list;
	a->before.chain = s;
	x->report.zone = z;
	x->report.change = c;
	x->report.answer = a;
	x->report.nzones = x->report.nchanges = x->report.nanswers = 1;
	x->report.subject = x->report.policy_source = s;
	x->report.note = list;
}

static void
check_github(const char *s, size_t len)
{
	if (len >= 2 && memcmp(s, "::", 2) == 0 &&
	    strncmp(s, "::error ", 8) != 0 && strncmp(s, "::notice ", 9) != 0 &&
	    strncmp(s, "::warning ", 10) != 0)
		fail_msg("a foreign command: %.*s", (int)len, s);
	assert_null(memmem(s, len, "\x1b", 1));
	assert_null(memmem(s, len, "##[", 3));
}

static void
test_hostile_bytes(void **state)
{
	struct report_zone z;
	struct report_change c;
	struct report_answer a;
	const char *list[3];
	struct error e;
	struct fixture x;
	json_t *root;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		begin(&x);
		fill_hostile(&x, hostile[i], &z, &c, &a, list);
		x.report.command = i % 2 ? "review" : "pre-receive";
		print(&x, "text");
		each_line(&x.out, check_harmless);
		error_set(&e, ERROR_SYSTEM, "%s", hostile[i]);
		error_hint(&e, "%s", hostile[i]);
		error_at(&e, hostile[i], 1, 1);
		x.report.error = &e;
		x.report.verdict = REPORT_ERROR;
		print(&x, "text");
		each_line(&x.out, check_harmless);
		print(&x, "json");
		root = json_loads(x.out.data, 0, NULL);
		assert_non_null(root);
		assert_true(
		    json_is_string(path_of(root, "findings.0.message")));
		json_decref(root);
		print(&x, "sarif");
		root = json_loads(x.out.data, 0, NULL);
		assert_non_null(root);
		json_decref(root);
		print(&x, "github");
		each_line(&x.out, check_github);
		end(&x);
	}
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

/* A client colours lines that begin with such words: none begins by chance. */
static void
check_no_keyword(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] == ' ')
		i++;
	if (i > 0 && len - i >= 5 && strncmp(s + i, "error", 5) == 0)
		fail_msg("begins with a keyword: %.*s", (int)len, s);
}

static void
test_wrapping(void **state)
{
	struct text words = TEXT_INIT;
	struct fixture x;
	unsigned i;

	(void)state;
	begin(&x);
	for (i = 0; i < 200; i++)
		text_printf(&words, "%.*s error ", (int)(i % 17),
		    "abcdefghijklmnopqrst");
	findings_add(&x.fs, "zone-soa", "%s", words.data)->severity =
	    SEVERITY_ERROR;
	print(&x, "text");
	each_line(&x.out, check_width);
	each_line(&x.out, check_no_keyword);
	text_free(&words);
	end(&x);
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
	    cmocka_unit_test(test_hostile_bytes),
	    cmocka_unit_test(test_caret),
	    cmocka_unit_test(test_wrapping),
	    cmocka_unit_test(test_colour),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_sarif),
	    cmocka_unit_test(test_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
