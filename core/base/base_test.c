#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "finding.h"
#include "hash.h"
#include "text.h"
#include "when.h"
#include "workers.h"

static void
count_hook(void *data)
{
	*(int *)data += 1;
}

static void
test_arena(void **state)
{
	struct arena *a = arena_new();
	int hooks = 0, i;
	uint8_t *p;

	(void)state;
	assert_non_null(a);
	assert_int_equal(arena_on_free(a, count_hook, &hooks), 0);
	for (i = 1; i < 3000; i++) {
		p = arena_alloc(a, (size_t)i);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		assert_int_equal(p[i - 1], 0);
		memset(p, 0xff, (size_t)i);
	}
	assert_null(arena_calloc(a, SIZE_MAX / 2, 3));
	p = arena_alloc(a, (size_t)10 << 20);
	memset(p, 1, (size_t)10 << 20);
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	arena_free(a);
	assert_int_equal(hooks, 1);
	arena_free(NULL);
}

static void
test_text_escaped(void **state)
{
	static const struct {
		const char *in, *out;
	} c[] = {
	    {"plain", "plain"},
	    {"a\033[31m", "a\\x1b[31m"},
	    {"tab\tstays", "tab\tstays"},
	    {"\xc3\xa9", "\xc3\xa9"},
	    {"\xe2\x80\xae", "\\u{202e}"},
	    {"\xc2\xa0", "\\u{00a0}"},
	    {"\xff\xfe", "\\xff\\xfe"},
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
	    {"a\nb", "a\\x0ab"},
	};
	struct text t = TEXT_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		text_clear(&t);
		text_escaped(&t, c[i].in, strlen(c[i].in));
		assert_string_equal(t.data, c[i].out);
	}
	assert_false(text_lost(&t));
	text_free(&t);
}

static void
test_hash(void **state)
{
	static char key[5000][8];
	struct hash_table *t = hash_table_new(4);
	char hex[HASH_HEX];
	uint32_t i, *v;
	int added;

	(void)state;
	assert_int_equal(hash_sha256_hex(hex, "abc", 3), 0);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
	for (i = 0; i < 5000; i++) {
		snprintf(key[i], sizeof(key[i]), "%u", i);
		v = hash_table_put(t, key[i], strlen(key[i]), i, &added);
		assert_non_null(v);
		assert_true(added);
	}
	for (i = 0; i < 5000; i++) {
		v = hash_table_find(t, key[i], strlen(key[i]));
		assert_non_null(v);
		assert_int_equal(*v, i);
	}
	v = hash_table_put(t, "17", 2, 99, &added);
	assert_int_equal(*v, 17);
	assert_false(added);
	assert_null(hash_table_find(t, "x", 1));
	hash_table_free(t);
}

static int
mark(void *ctx, unsigned worker, size_t begin, size_t end)
{
	uint8_t *seen = ctx;

	(void)worker;
	for (; begin < end; begin++)
		seen[begin]++;
	return 0;
}

static int
fail_at_500(void *ctx, unsigned worker, size_t begin, size_t end)
{
	(void)ctx;
	(void)worker;
	return begin <= 500 && 500 < end ? -1 : 0;
}

static void
test_workers(void **state)
{
	static uint8_t seen[10007];
	size_t i;

	(void)state;
	assert_true(workers_default() >= 1);
	assert_int_equal(workers_run(4, 10007, 13, mark, seen), 0);
	for (i = 0; i < sizeof(seen); i++)
		assert_int_equal(seen[i], 1);
	assert_int_equal(workers_run(4, 10007, 13, fail_at_500, NULL), -1);
	assert_int_equal(workers_run(4, 0, 13, fail_at_500, NULL), 0);
}

static void
test_findings(void **state)
{
	struct arena *a = arena_new(), *b = arena_new();
	struct findings one, two;
	struct finding *f;
	int i;

	(void)state;
	findings_init(&one, a);
	findings_init(&two, b);
	for (i = 0; i < 100; i++) {
		f = findings_add(&one, "zone-soa", "number %d", i);
		f->name = findings_text(&one, "n%d", i);
	}
	findings_append(&two, &one);
	findings_free(&one);
	arena_free(a);
	assert_int_equal(two.n, 100);
	assert_string_equal(two.item[99].message, "number 99");
	assert_string_equal(two.item[42].name, "n42");
	assert_false(two.lost);
	findings_free(&two);
	arena_free(b);
}

static void
test_when(void **state)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: refused */
	} c[] = {
	    {"1", 1},
	    {"1700000000", 1700000000},
	    {"20260101000000", 1767225600},
	    {"2026-01-01", 1767225600},
	    {"2026-01-01Z", -1},
	    {"2026-01-01T00:00:01Z", 1767225601},
	    {"2024-02-29 12:00:00", 1709208000},
	    {"", -1},
	    {"0", -1},
	    {"-1", -1},
	    {"2026-02-30", -1},
	    {"2026-01-01T25:00:00Z", -1},
	    {"2026-01-01T00:00", -1},
	    {"2026-1-1", -1},
	    {"20260101", 20260101},
	    {"20261301000000", -1},
	    {"2026-01-01x", -1},
	};
	int64_t got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		got = -1;
		if (when_parse(c[i].text, &got) != (c[i].want < 0 ? -1 : 0) ||
		    (c[i].want >= 0 && got != c[i].want))
			fail_msg("%s: %lld", c[i].text, (long long)got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arena),
	    cmocka_unit_test(test_text_escaped),
	    cmocka_unit_test(test_hash),
	    cmocka_unit_test(test_workers),
	    cmocka_unit_test(test_findings),
	    cmocka_unit_test(test_when),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
