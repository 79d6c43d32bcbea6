#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "name.h"
#include "rdata.h"
#include "rrtype.h"

static const uint8_t *
wire(const char *text)
{
	static uint8_t buf[8][NAME_MAX_LEN];
	static int i;
	const char *why = "";

	i = (i + 1) % 8;
	if (name_from_text(buf[i], text, strlen(text), NULL, &why) == 0)
		fail_msg("%s: %s", text, why);
	return buf[i];
}

static void
test_text(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL: refused */
	} c[] = {
	    {"API.Example.COM.", "api.example.com."},
	    {"api", "api."},
	    {"\\097pi.example.", "api.example."},
	    {"api\\.example.", "api\\.example."},
	    {"a\\000b.", "a\\000b."},
	    {".", "."},
	    {"*.x.", "*.x."},
	    {"a..b.", NULL},
	    {".a", NULL},
	    {"", NULL},
	    {"a\\25", NULL},
	    {"a\\256.", NULL},
	    {"a b", NULL},
	    {"\xc3\xa9.", NULL},
	    {"0123456789012345678901234567890123456789012345678901234567890123"
	     ".",
		NULL},
	};
	uint8_t n[NAME_MAX_LEN];
	char out[NAME_MAX_TEXT];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		len = name_from_text(n, c[i].in, strlen(c[i].in), NULL, NULL);
		if (c[i].out == NULL) {
			if (len != 0)
				fail_msg("accepted: %s", c[i].in);
			continue;
		}
		if (len == 0)
			fail_msg("refused: %s", c[i].in);
		assert_int_equal(len, name_len(n));
		assert_int_equal(name_check(n, len), len);
		name_to_text(out, n);
		assert_string_equal(out, c[i].out);
	}
}

/* RFC 4034 §6.1 gives this very list. */
static void
test_order(void **state)
{
	static const char *const sorted[] = {"example.", "a.example.",
	    "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.",
	    "z.example.", "\\001.z.example.", "*.z.example.",
	    "\\200.z.example."};
	size_t i, j, n = sizeof(sorted) / sizeof(sorted[0]);

	(void)state;
	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++) {
			int c = name_compare(wire(sorted[i]), wire(sorted[j]));

			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
	}
	assert_true(name_compare(wire("b.a."), wire("a\\000.")) < 0);
	assert_true(name_compare(wire("a\\001."), wire("a\\000.")) > 0);
}

static void
test_tree(void **state)
{
	uint8_t out[NAME_MAX_LEN];

	(void)state;
	assert_true(name_is_under(wire("a.example."), wire("example.")));
	assert_true(name_is_under(wire("example."), wire("example.")));
	assert_true(name_is_under(wire("example."), wire(".")));
	assert_false(name_is_under(wire("evilexample."), wire("example.")));
	assert_false(name_is_under(wire("example."), wire("a.example.")));
	assert_int_equal(name_labels(wire("a.b.c.")), 3);
	assert_true(name_is_wildcard(wire("*.a.")));
	assert_false(name_is_wildcard(wire("**.a.")));
	assert_true(name_substitute(
	    out, wire("x.y.old."), wire("old."), wire("new.example.")));
	assert_true(name_equal(out, wire("x.y.new.example.")));
}

static void
test_types(void **state)
{
	char buf[RRTYPE_MAX_TEXT];

	(void)state;
	assert_int_equal(rrtype_from_text("aaaa", 4), RRTYPE_AAAA);
	assert_int_equal(rrtype_from_text("TYPE1", 5), 1);
	assert_int_equal(rrtype_from_text("TYPE00001", 9), 0);
	assert_int_equal(rrtype_from_text("NOPE", 4), 0);
	assert_string_equal(rrtype_to_text(buf, 257), "CAA");
	assert_string_equal(rrtype_to_text(buf, 65280), "TYPE65280");
	assert_false(rrtype_is_data(0));
	assert_false(rrtype_is_data(RRTYPE_ANY));
	assert_true(rrtype_is_data(RRTYPE_URI));
}

static void
check_rdata(uint16_t type, const char *bytes, size_t len, const char *text)
{
	struct text t = TEXT_INIT;

	rdata_to_text(&t, type, (const uint8_t *)bytes, len);
	assert_string_equal(t.data, text);
	text_free(&t);
}

static void
test_rdata(void **state)
{
	uint8_t mx[] = "\0\12\4MAIL\7example";
	const uint8_t naptr[] = "\0\1\0\2\1s\0\0\3sip\0";

	(void)state;
	check_rdata(RRTYPE_A, "\300\0\2\1", 4, "192.0.2.1");
	check_rdata(RRTYPE_A, "\300\0\2", 3, "\\# 3 c00002");
	check_rdata(65280, "\1\2", 2, "\\# 2 0102");
	check_rdata(65280, "", 0, "\\# 0");
	assert_int_equal(rdata_canonical(RRTYPE_MX, mx, sizeof(mx)), 0);
	assert_memory_equal(mx + 2, "\4mail\7example", 14);
	assert_int_equal(rdata_canonical(RRTYPE_MX, mx, sizeof(mx) - 1), -1);
	assert_true(rdata_valid(RRTYPE_NAPTR, naptr, sizeof(naptr) - 1));
	assert_memory_equal(
	    rdata_target(RRTYPE_NAPTR, naptr, sizeof(naptr) - 1), "\3sip", 5);
	assert_null(rdata_target(RRTYPE_A, naptr, 4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_rdata),
	};

	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}
