#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit.h"
#include "glob.h"
#include "reading_test.h"
#include "sandbox_test.h"
#include "source.h"

static void
test_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		int deep, flat; /* without and with PATHNAME */
	} c[] = {
	    {"", "", 1, 1},
	    {"a", "a", 1, 1},
	    {"a", "ab", 0, 0},
	    {"*", "", 1, 1},
	    {"*", "a/b", 1, 0},
	    {"a*", "a/b", 1, 0},
	    {"*.zone", "x.zone", 1, 1},
	    {"*.zone", "x/y.zone", 1, 0},
	    {"a?b", "a/b", 1, 0},
	    {"a[/]b", "a/b", 1, 0},
	    {"a[!x]b", "a/b", 1, 0},
	    {"**/b", "b", 0, 1},
	    {"**/b", "x/y/b", 1, 1},
	    {"a/**", "a/b/c", 1, 1},
	    {"a/**", "a", 0, 0},
	    {"a/**/b", "a/b", 0, 1},
	    {"a/**/b", "a/x/y/b", 1, 1},
	    {"a**b", "a/b", 1, 0},
	    {"[a-c]", "b", 1, 1},
	    {"[!a-c]", "b", 0, 0},
	    {"[^a-c]", "d", 1, 1},
	    {"[]]", "]", 1, 1},
	    {"[]-a]", "^", 1, 1},
	    {"[a-]", "-", 1, 1},
	    {"[[:digit:]x]", "7", 1, 1},
	    {"[[:digit:]x]", "x", 1, 1},
	    {"[[:nonsense:]]", "n", 0, 0},
	    {"[a", "a", 0, 0},
	    {"[\\]]", "]", 1, 1},
	    {"\\*", "*", 1, 1},
	    {"\\*", "a", 0, 0},
	    {"a\\", "a", 0, 0},
	};
	unsigned long steps;
	size_t i;

	(void)state;
	for (i = 0; i < N(c); i++) {
		steps = 1000;
		if (glob_match(c[i].pattern, c[i].text, false, &steps) !=
			c[i].deep ||
		    glob_match(c[i].pattern, c[i].text, true, &steps) !=
			c[i].flat)
			fail_msg("%s on %s", c[i].pattern, c[i].text);
	}
	steps = 100000;
	assert_int_equal(glob_match("*a*a*a*a*a*a*a*a*a*a*b",
			     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			     false, &steps),
	    -1);
}

static void
write_attributes(const struct sandbox *box, const char *top, const char *below)
{
	sandbox_sh(box, "rm -rf d/.gitattributes; mkdir -p d/a/b");
	sandbox_file(box, "d/.gitattributes", top, strlen(top));
	sandbox_file(box, "d/a/.gitattributes", below, strlen(below));
}

static int
touch(const struct sandbox *box, const char *path, struct source_attribute *out,
    struct source **src, struct error *e)
{
	memset(e, 0, sizeof(*e));
	assert_int_equal(
	    source_open_dir(src, sandbox_path(box, "d"), NULL, e), 0);
	return source_attributes_touch(*src, path, out, e);
}

static void
test_decisions(void **state)
{
	static const struct {
		const char *label, *top, *below;
		const char *name, *value; /* NULL: not touched */
		uint32_t line;
		bool depends;
	} c[] = {
	    {"none", "", "", NULL, NULL, 0, 0},
	    {"filter", "* filter=lfs", "", "filter", "lfs", 1, 0},
	    {"other path", "*.txt filter=lfs\n/x.zone ident", "", NULL, NULL, 0,
		0},
	    {"in a comment", "#* filter=lfs\n", "", NULL, NULL, 0, 0},
	    {"no filter", "* -filter", "", NULL, NULL, 0, 0},
	    {"deeper wins", "* filter=x\n", "*.zone -filter", NULL, NULL, 0, 0},
	    {"deeper sets", "* -filter\n", "\n*.zone filter=y", "filter", "y",
		2, 0},
	    {"last wins", "* filter=x\n* !filter", "", NULL, NULL, 0, 0},
	    {"ident", "# c\n\n*.zone ident\r\n", "", "ident", "", 3, 0},
	    {"eol", "* eol=crlf", "", "eol", "crlf", 1, 0},
	    {"eol lf", "* text=auto eol=lf", "", NULL, NULL, 0, 0},
	    {"eol of binary", "* eol=crlf\n*.zone -text", "", NULL, NULL, 0, 0},
	    {"eol of the binary macro", "* eol=crlf\n*.zone binary", "", NULL,
		NULL, 0, 0},
	    {"text", "* text", "", "text", "", 1, true},
	    {"text auto", "* text=auto", "", "text", "auto", 1, true},
	    {"text input", "* text=input", "", NULL, NULL, 0, 0},
	    {"crlf", "* crlf", "", "crlf", "", 1, true},
	    {"no crlf", "* eol=crlf -crlf", "", NULL, NULL, 0, 0},
	    {"encoding", "* working-tree-encoding=UTF-16", "",
		"working-tree-encoding", "UTF-16", 1, 0},
	    {"no encoding", "* working-tree-encoding=utf-8", "", NULL, NULL, 0,
		0},
	    {"archive", "a/** export-subst", "", "export-subst", "", 1, 0},
	    {"left out", "*.zone export-ignore", "", "export-ignore", "", 1, 0},
	    {"directory left out", "/a export-ignore", "", "export-ignore", "",
		1, 0},
	    {"directory left out by a slash", "b/ export-ignore", "",
		"export-ignore", "", 1, 0},
	    {"directory alone", "a/ filter=x", "", NULL, NULL, 0, 0},
	    {"macro", "[attr]m filter=x\n*.zone m", "", "filter", "x", 2, 0},
	    {"macro of macros", "[attr]m n\n[attr]n ident\n*.zone m", "",
		"ident", "", 3, 0},
	    {"macro of itself", "[attr]m m ident\n*.zone m", "", "ident", "", 2,
		0},
	    {"macro below the top", "*.zone filter=x", "[attr]m -filter\n* m",
		"filter", "x", 1, 0},
	    {"macro unset", "[attr]m filter=x\n*.zone -m", "", NULL, NULL, 0,
		0},
	    {"BOM", "\xef\xbb\xbf* ident", "", "ident", "", 1, 0},
	    {"quoted", "\"*\\172one\" ident", "", "ident", "", 1, 0},
	    {"bad name", "* ident @", "", NULL, NULL, 0, 0},
	    {"relative to its file", "", "b/*.zone ident", "ident", "", 1, 0},
	    {"anchored", "", "/x.zone ident", NULL, NULL, 0, 0},
	};
	struct source_attribute got;
	struct source *src;
	struct error e;
	size_t i;

	for (i = 0; i < N(c); i++) {
		int rc;

		write_attributes(*state, c[i].top, c[i].below);
		rc = touch(*state, "a/b/x.zone", &got, &src, &e);
		if (rc != (c[i].name != NULL))
			fail_msg("%s: %d %s %s", c[i].label, rc, e.message,
			    rc == 1 ? got.name : "");
		if (rc == 1 &&
		    (strcmp(got.name, c[i].name) != 0 ||
			strcmp(got.value, c[i].value) != 0 ||
			got.line != c[i].line || got.depends != c[i].depends))
			fail_msg("%s: %s=%s in %s:%u", c[i].label, got.name,
			    got.value, got.file, got.line);
		/* Asked again, the answer is the same. */
		assert_int_equal(
		    source_attributes_touch(src, "a/b/x.zone", &got, &e), rc);
		source_free(src);
	}
}

static void
test_refusals(void **state)
{
	char big[3000], *huge;
	struct source_attribute got;
	struct source *src;
	struct error e;

	memset(big, 'a', sizeof(big));
	big[2999] = '\0';
	write_attributes(*state, big, "");
	assert_int_equal(touch(*state, "x", &got, &src, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	source_free(src);
	sandbox_file(*state, "d/.gitattributes", "* ident\0x", 9);
	assert_int_equal(touch(*state, "x", &got, &src, &e), -1);
	source_free(src);
	huge = calloc(1, 300000);
	assert_non_null(huge);
	memset(huge, '\n', 299999);
	write_attributes(*state, huge, "");
	free(huge);
	assert_int_equal(touch(*state, "x", &got, &src, &e), -1);
	source_free(src);
	/* slow on purpose */
	write_attributes(*state, "*a*a*a*a*a*a*a*a*a*a*a*a*b -filter\n", "");
	memset(big, 'a', 200);
	big[200] = '\0';
	assert_int_equal(touch(*state, big, &got, &src, &e), -1);
	assert_int_equal(source_attributes_touch(src, "../x", &got, &e), -1);
	assert_int_equal(e.code, ERROR_USAGE);
	source_free(src);
	sandbox_sh(*state, "ln -sf /dev/null d/.gitattributes");
	assert_int_equal(touch(*state, "x", &got, &src, &e), 1);
	assert_string_equal(got.name, ".gitattributes");
	source_free(src);
}

/*
 * Against git itself: random files, the attribute filter of random paths.
 */
static uint32_t
roll(uint32_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % n;
}

static size_t
random_word(char *out, uint32_t *seed, const char *const part[], uint32_t n)
{
	uint32_t count = 1 + roll(seed, 6);
	size_t used = 0;

	while (count-- > 0)
		used += (size_t)sprintf(out + used, "%s", part[roll(seed, n)]);
	return used;
}

static void
random_file(const struct sandbox *box, const char *name, uint32_t *seed)
{
	static const char *const part[] = {"a", "b", "ab", "/", "*", "**", "?",
	    "[ab]", "[!a]", "[a-b]", "\\a", "/**/", "a/", "**/", "/*", "[", "]",
	    "c", "!", "\"", "[^/]", "\\"};
	static const char *const say[] = {"filter=F", "-filter", "!filter",
	    "filter", "m", "n", "-m", "!n", "m=x", "m filter=F", "n filter"};
	char text[4096];
	const char *word;
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < 12; i++) {
		if (roll(seed, 5) == 0) {
			used += (size_t)sprintf(
			    text + used, "[attr]%s", roll(seed, 2) ? "m" : "n");
		} else {
			used += random_word(text + used, seed, part, N(part));
		}
		text[used++] = ' ';
		word = say[roll(seed, N(say))];
		used += (size_t)sprintf(text + used, "%s", word);
		if (strstr(word, "=F") != NULL)
			used += (size_t)sprintf(text + used, "%u", i);
		text[used++] = '\n';
	}
	sandbox_file(box, name, text, used);
}

static void
compare_with_git(struct source *src, FILE *f, uint32_t round)
{
	char line[512], *path = line, *value;
	struct source_attribute got;
	struct error e = {0};
	int rc, want;

	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((value = strstr(line, ": filter: ")) == NULL)
			fail_msg("git said: %s", line);
		*value = '\0';
		value += strlen(": filter: ");
		want = strcmp(value, "unspecified") != 0 &&
		       strcmp(value, "unset") != 0;
		if (strcmp(value, "set") == 0)
			value += 3;
		rc = source_attributes_touch(src, path, &got, &e);
		if (rc != want || (rc == 1 && strcmp(got.value, value) != 0))
			fail_msg("round %u, %s: git says \"%s\", not %d %s %s",
			    round, path, value, rc, rc == 1 ? got.value : "",
			    e.message);
	}
}

static void
test_against_git(void **state)
{
	static const char *const part[] = {"a", "b", "ab", "/", "c", "/a", "!"};
	const struct sandbox *box = *state;
	uint32_t seed = 20240229, round, i;
	char name[256], list[8192], word[64];
	struct source *src;
	struct error e = {0};
	size_t used;
	FILE *f;

	sandbox_sh(box, "git init -q d; mkdir -p d/a/b");
	for (round = 0; round < 150; round++) {
		random_file(box, "d/.gitattributes", &seed);
		random_file(box, "d/a/.gitattributes", &seed);
		for (used = 0, i = 0; i < 60; i++) {
			random_word(word, &seed, part, N(part));
			if (source_resolve(name, sizeof(name), "x", word, &e) ==
			    0)
				used += (size_t)sprintf(
				    list + used, "%s\n", name);
		}
		sandbox_file(box, "list", list, used);
		sandbox_sh(box, "cd d; git check-attr --stdin filter <../list "
				">../said");
		f = fopen(sandbox_path(box, "said"), "r");
		assert_non_null(f);
		assert_int_equal(
		    source_open_dir(&src, sandbox_path(box, "d"), NULL, &e), 0);
		compare_with_git(src, f, round);
		fclose(f);
		source_free(src);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_glob),
	    cmocka_unit_test_setup_teardown(
		test_decisions, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_refusals, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_against_git, sandbox_setup, sandbox_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
