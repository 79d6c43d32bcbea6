/* Bytes from outside must not act on whoever reads the report. */
#include "fixture.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hostile_bytes),
	    cmocka_unit_test(test_wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
