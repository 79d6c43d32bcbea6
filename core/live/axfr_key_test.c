/* Keys for TSIG as servers and tools write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "axfr_tsig.h"
#include "axfr_tsig_impl.h"

#define SECRET "MDEyMzQ1Njc4OWFiY2RlZg=="

static const struct {
	const char *label, *text, *want; /* name that is asked for, or NULL */
	const char *algorithm;           /* NULL: refused */
} cases[] = {
    {"tsig-keygen",
	"key \"k.example\" {\n\talgorithm hmac-sha512;\n\tsecret \"" SECRET
	"\";\n};\n",
	NULL, "hmac-sha512"},
    {"without quotes", "key k { algorithm HMAC-SHA1; secret " SECRET "; };",
	NULL, "hmac-sha1"},
    {"secret first", "key k { secret " SECRET "; algorithm hmac-sha384; };",
	NULL, "hmac-sha384"},
    {"comments",
	"# one\n// two\n/* three\n */ key k { algorithm hmac-sha224; "
	"secret " SECRET "; };",
	NULL, "hmac-sha224"},
    {"the second of two",
	"key a { algorithm hmac-sha1; secret " SECRET "; };\n"
	"key b { algorithm hmac-sha256; secret " SECRET "; };",
	"\1B", "hmac-sha256"},
    {"which of two?",
	"key a { algorithm hmac-sha1; secret " SECRET "; };\n"
	"key b { algorithm hmac-sha256; secret " SECRET "; };",
	NULL, NULL},
    {"neither of two",
	"key a { algorithm hmac-sha1; secret " SECRET "; };\n"
	"key b { algorithm hmac-sha256; secret " SECRET "; };",
	"\1c", NULL},
    {"the same name twice",
	"key a { algorithm hmac-sha1; secret " SECRET "; };\n"
	"key A { algorithm hmac-sha256; secret " SECRET "; };",
	"\1a", NULL},
    {"a line", "k.example:" SECRET "\n", NULL, "hmac-sha256"},
    {"a line with algorithm", "hmac-sha512:k:" SECRET, NULL, "hmac-sha512"},
    {"a line of another key", "hmac-sha512:k:" SECRET, "\1j", NULL},
    {"empty", "", NULL, NULL},
    {"only a comment", "# nothing\n", NULL, NULL},
    {"MD5", "key k { algorithm hmac-md5; secret " SECRET "; };", NULL, NULL},
    {"no secret", "key k { algorithm hmac-sha256; };", NULL, NULL},
    {"an empty secret", "key k { algorithm hmac-sha256; secret \"\"; };", NULL,
	NULL},
    {"no base64", "key k { algorithm hmac-sha256; secret MDE; };", NULL, NULL},
    {"no name", "key { algorithm hmac-sha256; secret " SECRET "; };", NULL,
	NULL},
    {"no end", "key k { algorithm hmac-sha256; secret " SECRET "; }", NULL,
	NULL},
    {"cut", "key k { algorithm hmac-sha256; secret", NULL, NULL},
    {"an open quote", "key \"k { algorithm hmac-sha256; secret x; };", NULL,
	NULL},
    {"an open comment", "/* key k {", NULL, NULL},
    {"something else", "options { directory \"/\"; };", NULL, NULL},
    {"a line without colon", "k", NULL, NULL},
};

static void
test_parse(void **state)
{
	const uint8_t *want;
	struct axfr_key k;
	struct error e;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&e, 0, sizeof(e));
		want = (const uint8_t *)cases[i].want;
		rc = axfr_key_parse(
		    &k, cases[i].text, strlen(cases[i].text), "file", want, &e);
		if ((rc == 0) != (cases[i].algorithm != NULL))
			fail_msg("%s: %d %s", cases[i].label, rc, e.message);
		if (rc != 0) {
			assert_int_equal(e.code, ERROR_USAGE);
			assert_int_equal(k.secret_len, 0);
			continue;
		}
		assert_string_equal(k.algorithm->text, cases[i].algorithm);
		assert_int_equal(k.secret_len, 16);
		assert_memory_equal(k.secret, "0123456789abcdef", 16);
		axfr_key_clear(&k);
	}
}

/* Every prefix of a key file ends in a key or an error, never in a crash. */
static void
test_cut(void **state)
{
	const char *text = cases[3].text;
	size_t len = strlen(text), i;
	struct axfr_key k;
	struct error e;
	char *copy;

	(void)state;
	for (i = 0; i < len; i++) {
		copy = malloc(i + 1);
		assert_non_null(copy);
		memcpy(copy, text, i);
		if (axfr_key_parse(&k, copy, i, "file", NULL, &e) == 0)
			fail_msg("%zu bytes", i);
		free(copy);
	}
}

static void
test_file(void **state)
{
	char path[] = "/tmp/zonegate-key.XXXXXX";
	int fd = mkstemp(path);
	struct axfr_key k;
	struct error e = {0};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, cases[0].text, strlen(cases[0].text)),
	    (ssize_t)strlen(cases[0].text));
	close(fd);
	assert_int_equal(axfr_key_load(&k, path, NULL, &e), 0);
	axfr_key_clear(&k);
	/* Everybody knows it: then it proves nothing. */
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(axfr_key_load(&k, path, NULL, &e), -1);
	unlink(path);
	assert_int_equal(axfr_key_load(&k, path, NULL, &e), -1);
	assert_int_equal(axfr_key_load(&k, "/", NULL, &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
