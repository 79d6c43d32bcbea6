/* The vectors of RFC 4648 section 10, and what is no base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base64.h"

static void
test_vectors(void **state)
{
	static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="},
	    {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "+//+"}};
	struct text t = TEXT_INIT;
	uint8_t *out;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		text_clear(&t);
		base64_add(&t, pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(t.data == NULL ? "" : t.data, pairs[i][1]);
		assert_int_equal(
		    base64_decode(pairs[i][1], strlen(pairs[i][1]), &out, &n),
		    0);
		assert_int_equal(n, strlen(pairs[i][0]));
		if (n != 0)
			assert_memory_equal(out, pairs[i][0], n);
		free(out);
	}
	text_free(&t);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "Zh==",
	    "Zm9=", "Zg==Zg==", "=g==", "Z===", "====", "Zm9v\n", "Zm 9",
	    "Zm9-", "Zm9_", "\xc3\xa4\xc3\xa4"};
	uint8_t *out;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (base64_decode(bad[i], strlen(bad[i]), &out, &n) == 0)
			fail_msg("%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_vectors),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
