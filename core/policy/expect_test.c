#include "expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char whole[] =
    "about: everything at once\n"
    "like: plain\n"
    "status: 1\n"
    "rules: [syntax-error, zone-soa]\n"
    "only: false\n"
    "moves: false\n"
    "at: 2026-06-01\n"
    "before: before.sh\n"
    "steps: steps.sh\n"
    "remove: [a.zone]\n"
    "submodule: [b.zone]\n"
    "symlink: {c.zone: ../d.zone}\n"
    "raw:\n"
    "  'e\\x07.zone': |\n"
    "    a\\x00b \\097 \\xZZ \\x5cx41\n"
    "append: {f.zone: 'x'}\n"
    "edit:\n"
    "  - {file: g.zone, find: one, put: two}\n"
    "sign:\n"
    "  - {file: h.zone, zone: h., tool: zonegate, side: both}\n";

static void
test_whole(void **state)
{
	static const char bytes[] = "a\0b \\097 \\xZZ \\x41\n";
	struct expect *ex;
	struct error e;

	(void)state;
	assert_int_equal(
	    expect_parse(&ex, whole, strlen(whole), "expect.yaml", &e), 0);
	assert_string_equal(ex->about, "everything at once");
	assert_string_equal(ex->like, "plain");
	assert_int_equal(ex->status, 1);
	assert_int_equal(ex->rules.n, 2);
	assert_string_equal(ex->rules.item[1], "zone-soa");
	assert_false(ex->only);
	assert_false(ex->moves);
	assert_string_equal(ex->at, "2026-06-01");
	assert_string_equal(ex->before, "before.sh");
	assert_string_equal(ex->steps, "steps.sh");
	assert_string_equal(ex->remove.item[0], "a.zone");
	assert_string_equal(ex->submodule.item[0], "b.zone");
	assert_string_equal(ex->symlink.item[0].text, "../d.zone");
	assert_string_equal(ex->raw.item[0].path, "e\a.zone");
	assert_int_equal(ex->raw.item[0].len, sizeof(bytes) - 1);
	assert_memory_equal(ex->raw.item[0].text, bytes, sizeof(bytes));
	assert_string_equal(ex->append.item[0].path, "f.zone");
	assert_string_equal(ex->edit.item[0].put, "two");
	assert_string_equal(ex->sign.item[0].denial, "nsec");
	assert_null(ex->sign.item[0].start);
	expect_free(ex);
}

static void
test_defaults(void **state)
{
	static const char text[] = "about: x\nstatus: 0\n";
	struct expect *ex;
	struct error e;

	(void)state;
	assert_int_equal(expect_parse(&ex, text, strlen(text), "x", &e), 0);
	assert_true(ex->only);
	assert_true(ex->moves);
	assert_int_equal(ex->rules.n, 0);
	assert_null(ex->like);
	expect_free(ex);
	expect_free(NULL);
}

static void
test_faults(void **state)
{
	static const struct {
		const char *label;
		const char *text;
		uint32_t line;
	} table[] = {
	    {"empty", "", 0},
	    {"no mapping", "- a\n", 1},
	    {"no status", "about: x\n", 1},
	    {"no about", "status: 0\n", 1},
	    {"unknown key", "about: x\nstatus: 0\nrule: [a]\n", 3},
	    {"doubled key", "about: x\nstatus: 0\nabout: y\n", 3},
	    {"status 4", "about: x\nstatus: 4\n", 2},
	    {"status word", "about: x\nstatus: block\n", 2},
	    {"status empty", "about: x\nstatus:\n", 2},
	    {"bool", "about: x\nstatus: 0\nonly: maybe\n", 3},
	    {"list", "about: x\nstatus: 0\nrules: a\n", 3},
	    {"list of lists", "about: x\nstatus: 0\nrules: [[a]]\n", 3},
	    {"pairs", "about: x\nstatus: 0\nraw: [a]\n", 3},
	    {"path with NUL", "about: x\nstatus: 0\nraw: {'a\\x00': b}\n", 3},
	    {"NUL", "about: x\nstatus: 0\nlike: \"a\\0b\"\n", 3},
	    {"edit without put",
		"about: x\nstatus: 0\nedit:\n  - {file: a, find: b}\n", 4},
	    {"sign by nobody",
		"about: x\nstatus: 0\nsign:\n"
		"  - {file: a, zone: b, tool: c, side: both}\n",
		4},
	    {"not YAML", "about: x\nstatus: [0\n", 3},
	    {"alias to itself", "about: x\nstatus: 0\nrules: &a [*a]\n", 3},
	};
	struct expect *ex;
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		memset(&e, 0, sizeof(e));
		if (expect_parse(&ex, table[i].text, strlen(table[i].text), "x",
			&e) != -1)
			fail_msg("%s: accepted", table[i].label);
		assert_null(ex);
		if (e.code != ERROR_USAGE || e.line != table[i].line)
			fail_msg("%s: line %u: %s", table[i].label, e.line,
			    e.message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
