/* Alias lists: round trip, and bytes that are no list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../dns/name.h"
#include "alias_list.h"

struct fixture {
	char dir[64], path[96];
	struct source *source;
	struct zone_load_args args;
	uint8_t apex[NAME_MAX_LEN];
};

static const char zone_text[] =
    "$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n"
    "A CNAME Target.Example.NET.\n*.w CNAME ns1\nd DNAME example.org.\n"
    "under.d A 192.0.2.2\n";

static int
begin(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	struct error e = {0};
	FILE *f;

	if (x == NULL)
		return -1;
	strcpy(x->dir, "/tmp/zonegate-alias.XXXXXX");
	if (mkdtemp(x->dir) == NULL)
		return -1;
	snprintf(x->path, sizeof(x->path), "%s/z", x->dir);
	if ((f = fopen(x->path, "w")) == NULL || fputs(zone_text, f) < 0 ||
	    fclose(f) != 0 ||
	    source_open_dir(&x->source, x->dir, NULL, &e) != 0)
		return -1;
	name_from_text(x->apex, "example.com", 11, NULL, NULL);
	x->args = (struct zone_load_args){
	    .source = x->source, .path = "z", .apex = x->apex};
	*state = x;
	return 0;
}

static int
end(void **state)
{
	struct fixture *x = *state;

	source_free(x->source);
	unlink(x->path);
	rmdir(x->dir);
	free(x);
	return 0;
}

static void
encode(const struct fixture *x, struct text *out)
{
	struct arena *arena = arena_new();
	struct findings fs;
	struct error e = {0};
	struct zone *z;

	findings_init(&fs, arena);
	assert_int_equal(zone_load(&z, &x->args, &fs, &e), 0);
	assert_false(z->broken);
	assert_int_equal(alias_list_encode(out, z, &x->args), 0);
	assert_false(text_lost(out));
	zone_free(z);
	findings_free(&fs);
	arena_free(arena);
}

static int
print(void *ctx, const struct alias *a)
{
	char owner[NAME_MAX_TEXT], target[NAME_MAX_TEXT];

	name_to_text(owner, a->owner);
	name_to_text(target, a->target);
	text_printf(
	    ctx, "%s %s %s;", owner, a->dname ? "DNAME" : "CNAME", target);
	return 0;
}

/* How many aliases the index of view "v" holds, as text. */
static void
list(struct alias_index *index, struct text *out)
{
	static const uint8_t root[] = {0};

	text_clear(out);
	text_add(out, "", 0);
	alias_index_find(index, "v", root, true, print, out);
}

static void
test_round_trip(void **state)
{
	struct fixture *x = *state;
	struct text data = TEXT_INIT, got = TEXT_INIT;
	struct alias_index *index = alias_index_new();

	encode(x, &data);
	assert_int_equal(
	    alias_list_add(index, "v", &x->args, data.data, data.len), 0);
	list(index, &got);
	assert_string_equal(got.data,
	    "*.w.example.com. CNAME ns1.example.com.;"
	    "a.example.com. CNAME target.example.net.;"
	    "d.example.com. DNAME example.org.;");
	assert_int_equal(alias_index_dnames(index), 1);
	alias_index_free(index);
	text_free(&data);
	text_free(&got);
}

/* Whatever is cut off or changed: a whole list or nothing. */
static void
test_cut(void **state)
{
	struct fixture *x = *state;
	struct text data = TEXT_INIT, got = TEXT_INIT;
	struct alias_index *index;
	size_t i, whole = 0;
	char *copy;
	int rc;

	encode(x, &data);
	for (i = 0; i <= data.len; i++) {
		/* Exactly so long, for the sanitizer's sake. */
		copy = malloc(i + 1);
		memcpy(copy, data.data, i);
		copy = realloc(copy, i > 0 ? i : 1);
		index = alias_index_new();
		rc = alias_list_add(index, "v", &x->args, copy, i);
		list(index, &got);
		if (rc != 0 && got.len != 0)
			fail_msg("cut at %zu: %s", i, got.data);
		whole += rc == 0;
		alias_index_free(index);
		free(copy);
	}
	/* Before each of the three aliases, and after the last. */
	assert_int_equal(whole, 4);
	text_free(&data);
	text_free(&got);
}

static void
test_no_list(void **state)
{
	/* Eight octets of count, then aliases. */
	static const struct {
		const char *label, *bytes;
		size_t len;
	} cases[] = {
#define NONE "\0\0\0\0\0\0\0\0"
#define OWNER "\1a\7example\3com"
	    {"nothing", "", 0},
	    {"half a count", "\0\0\0\0", 4},
	    {"includes that are not there", "\2\0\0\0\0\0\0\0", 8},
	    {"a count of all", "\xff\xff\xff\xff\xff\xff\xff\xff", 8},
	    {"an include without an end", "\1\0\0\0\0\0\0\0z", 9},
	    {"an include that has no id",
		"\1\0\0\0\0\0\0\0z\0"
		"01234567890123456789",
		30},
	    {"an include outside",
		"\1\0\0\0\0\0\0\0../z\0"
		"01234567890123456789",
		33},
	    {"another kind", NONE "X" OWNER "\0\1b\0", 27},
	    {"no target", NONE "C" OWNER "\0", 24},
	    {"an owner outside", NONE "C\1a\0\1b\0", 15},
	    {"a pointer", NONE "C\xc0\x0c\1b\0", 14},
	};
	struct fixture *x = *state;
	struct alias_index *index = alias_index_new();
	struct text got = TEXT_INIT;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (alias_list_add(index, "v", &x->args, cases[i].bytes,
			cases[i].len) != 1)
			fail_msg("%s: taken for a list", cases[i].label);
	list(index, &got);
	assert_int_equal(got.len, 0);
	/* The near miss. */
	assert_int_equal(
	    alias_list_add(index, "v", &x->args, NONE "C" OWNER "\0\1b\0", 27),
	    0);
	alias_index_free(index);
	text_free(&got);
}

/* Files outside git have no identity. */
static void
test_no_key(void **state)
{
	struct fixture *x = *state;
	char key[HASH_HEX];

	assert_int_equal(alias_list_key(key, &x->args), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    TEST(test_round_trip),
	    TEST(test_cut),
	    TEST(test_no_list),
	    TEST(test_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
