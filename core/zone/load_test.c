#include "load_fixture.h"

#include <time.h>

static void
hex(const uint8_t *p, size_t n)
{
	while (n-- > 0)
		printf("%02x", *p++);
}

static enum zone_dialect
dialect_of(const char *name)
{
	static const char *const names[] = {"common", "bind", "nsd", "knot"};
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum zone_dialect)i;
	return ZONE_DIALECT_COMMON;
}

static void
dump_zone(const struct zone *z)
{
	const uint8_t *name;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		name = zone_rr_owner(z, &z->rr[i]);
		hex(name, name_len(name));
		printf(" %u %u ", z->rr[i].type, z->rr[i].ttl);
		hex(zone_rr_data(z, &z->rr[i]), z->rr[i].rdlen);
		printf("\n");
	}
}

/* Is there a finding that is an error by default? */
static bool
has_error(const struct findings *fs)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (strcmp(fs->item[i].rule, "syntax-duplicate") != 0 &&
		    strcmp(fs->item[i].rule, "syntax-encoding") != 0)
			return true;
	return false;
}

/*
 * load_test --dump DIRECTORY DIALECT: for the differential tests. Reads lines
 * "FILE ORIGIN", writes for each "accepted", its records in wire form and
 * "end"; or "refused" with its findings and "end".
 */
static int
dump(const char *dir, const char *dialect)
{
	struct source *source;
	struct error e = {0};
	char file[256], origin[1100];

	if (source_open_dir(&source, dir, NULL, &e) != 0)
		return 3;
	while (scanf("%255s %1099s", file, origin) == 2) {
		struct arena *arena = arena_new();
		struct findings fs;
		struct zone *z;
		uint8_t apex[NAME_MAX_LEN];
		struct zone_load_args args = {
		    source, file, apex, dialect_of(dialect), NULL};
		size_t i;
		bool bad;

		findings_init(&fs, arena);
		name_from_text(apex, origin, strlen(origin), NULL, NULL);
		if (zone_load(&z, &args, &fs, &e) != 0) {
			printf("refused\n? %s\nend\n", e.message);
		} else {
			bad = z->broken || has_error(&fs);
			printf("%s\n", bad ? "refused" : "accepted");
			for (i = 0; i < fs.n && bad; i++)
				printf("%u:%u %s %s\n", fs.item[i].place.line,
				    fs.item[i].place.column, fs.item[i].rule,
				    fs.item[i].message);
			if (!bad)
				dump_zone(z);
			printf("end\n");
		}
		fflush(stdout);
		zone_free(z);
		findings_free(&fs);
		arena_free(arena);
	}
	source_free(source);
	return 0;
}

#define HEAD "$TTL 300\n@ IN SOA ns1 host 1 2 3 4 5\n@ IN NS ns.example.net.\n"

/* ---- places ------------------------------------------------------------- */

static void
test_places(void **state)
{
	static const char zone[] = HEAD "www  60  IN  A   192.0.2.1\n"
					"  MX ( 10\n"
					"\tmail ) ; x\n"
					"$INCLUDE sub/x\n";
	static const char x[] = "; nothing\nw TXT a\n";
	struct fixture f;
	const struct zone_rr *rr;
	char dir[128];
	uint32_t i, seen = 0;

	(void)state;
	fixture_init(&f);
	snprintf(dir, sizeof(dir), "%s/sub", f.dir);
	mkdir(dir, 0700);
	fixture_file(&f, "zone", zone, sizeof(zone) - 1);
	fixture_file(&f, "sub/x", x, sizeof(x) - 1);
	fixture_load(&f, ZONE_DIALECT_COMMON, NULL);
	assert_int_equal(f.rc, 0);
	assert_string_equal(fixture_findings(&f), "");
	for (i = 0; i < f.zone->nrrs; i++) {
		rr = &f.zone->rr[i];
		if (rr->type == 1) {
			assert_int_equal(rr->line, 4);
			assert_int_equal(rr->column, 18);
		} else if (rr->type == 15) {
			assert_int_equal(rr->line, 5);
			assert_int_equal(rr->column, 8);
		} else if (rr->type == 16) {
			assert_int_equal(rr->line, 2);
			assert_int_equal(rr->column, 7);
			assert_string_equal(
			    f.zone->file[rr->file].path, "sub/x");
		} else {
			continue;
		}
		seen++;
	}
	assert_int_equal(seen, 3);
	unlink(f.file[1]);
	rmdir(dir);
	fixture_free(&f);
}

/* Every fault of a file is found, each at its place. */
static void
test_all_faults(void **state)
{
	static const struct {
		const char *text;
		const char *findings;
	} cases[] = {
	    {HEAD "a A 1.2.3\nb A 1.2.3.4\nc FOO x\n d A 1.2.3.4\n",
		"syntax-error@4:5|syntax-error@6:3|syntax-error@7:2"},
	    {HEAD "a TXT \"x\nb MX 70000 y\nc A 1.2.3.4 )\nd 1h30 A 1.1.1.1\n",
		"syntax-error@4:7|syntax-error@5:6|syntax-error@6:13|"
		"syntax-error@7:3"},
	    {HEAD "a TXT ( x\nb A 1.2.3\n", "syntax-error@4:7|"
					    "syntax-error@5:5"},
	    {HEAD "a MX ( 10\n x ; c\n y )\n", "syntax-error@6:2"},
	    /* what follows a faulty owner is not blamed, nor added */
	    {HEAD "a@ A 1.2.3.4\n A 1.2.3.5\n", "syntax-dialect@4:2"},
	    {HEAD "www.example.com NS a.example.com\n",
		"syntax-doubled-origin@4:1|syntax-doubled-origin@4:20"},
	    {HEAD "a A 1.1.1.1 ; \33[31m\n", "syntax-encoding@4:15"},
	    {HEAD "a A 1.1.1.1 ; \342\200\256\n", "syntax-encoding@4:15"},
	    {HEAD "a A 1.1.1.1\na A 1.1.1.1\n", "syntax-duplicate@5:5"},
	    {HEAD "a 5 A 1.1.1.1\na 6 A 1.1.1.1\n",
		"syntax-duplicate@5:7|syntax-ttl-mismatch@5:7"},
	    {"\357\273\277" HEAD, "syntax-dialect@1:1|syntax-dialect@2:6|"
				  "syntax-dialect@3:6"},
	    {"@ SOA a b 1 2 3 4 5\n", "syntax-dialect@1:3"},
	};
	struct fixture f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fixture_init(&f);
		fixture_file(&f, "zone", cases[i].text, strlen(cases[i].text));
		fixture_load(&f, ZONE_DIALECT_COMMON, NULL);
		assert_int_equal(f.rc, 0);
		if (strcmp(fixture_findings(&f), cases[i].findings) != 0)
			fail_msg("case %zu: %s", i, fixture_findings(&f));
		fixture_free(&f);
	}
}

/* ---- names longer than the wire allows ---------------------------------- */

static void
add_label(struct text *t, unsigned n)
{
	while (n-- > 0)
		text_char(t, 'a');
}

static void
test_long_names(void **state)
{
	static const struct {
		unsigned label[4];
		bool fits;
	} cases[] = {
	    {{63, 63, 63, 49}, true}, /* 3 * 64 + 50 + 13 = 255 */
	    {{63, 63, 63, 50}, false},
	    {{64, 1, 1, 1}, false},
	};
	struct text t = TEXT_INIT;
	struct fixture f;
	size_t i;
	int j, where;

	(void)state;
	for (i = 0; i < 3; i++)
		for (where = 0; where < 3; where++) {
			text_clear(&t);
			text_str(&t, HEAD);
			if (where == 1)
				text_str(&t, "w CNAME ");
			if (where == 2)
				text_str(&t, "$ORIGIN ");
			for (j = 0; j < 4; j++) {
				if (j > 0)
					text_char(&t, '.');
				add_label(&t, cases[i].label[j]);
			}
			text_str(&t, where == 0   ? " A 192.0.2.1\n"
				     : where == 1 ? "\n"
						  : ".example.com.\n");
			fixture_init(&f);
			fixture_file(&f, "zone", t.data, t.len);
			fixture_load(&f, ZONE_DIALECT_COMMON, NULL);
			assert_int_equal(f.rc, 0);
			if (f.zone->broken == cases[i].fits)
				fail_msg("case %zu at %d: %s", i, where,
				    fixture_findings(&f));
			fixture_free(&f);
		}
	text_free(&t);
}

/* ---- hostile input: bounded, and never a pass --------------------------- */

static void
repeat(struct text *t, const char *what, size_t n)
{
	while (n-- > 0)
		text_str(t, what);
}

/* Load HEAD and BODY; the zone must be refused by RULE in a few seconds. */
static void
hostile(const char *name, const struct text *body, enum zone_dialect dialect,
    const char *rule)
{
	struct text t = TEXT_INIT;
	struct fixture f;
	clock_t start = clock();
	size_t i;

	fixture_init(&f);
	text_str(&t, HEAD);
	text_add(&t, body->data, body->len);
	fixture_file(&f, "zone", t.data, t.len);
	fixture_load(&f, dialect, NULL);
	if (f.rc == 0) {
		for (i = 0; i < f.fs.n; i++)
			if (strcmp(f.fs.item[i].rule, rule) == 0)
				break;
		if (!f.zone->broken || i == f.fs.n)
			fail_msg("%s: %s", name, fixture_findings(&f));
		assert_true(f.fs.n <= 2 * zone_limits_default.findings);
	} else {
		fail_msg("%s: %s", name, f.e.message);
	}
	if ((clock() - start) / CLOCKS_PER_SEC > 60)
		fail_msg("%s: took too long", name);
	fixture_free(&f);
	text_free(&t);
}

static void
test_hostile(void **state)
{
	struct text t = TEXT_INIT;
	struct row {
		const char *name, *prefix, *unit;
		size_t n;
		enum zone_dialect dialect;
		const char *rule;
	} rows[] = {
	    {"long line", "w TXT ", "a", 20 << 20, 0, "syntax-limit"},
	    {"long line of words", "w TXT ", "a ", 10 << 20, 0, "syntax-limit"},
	    {"long comment in parentheses", "w TXT ( ", "; x\n", 1 << 20, 0,
		"syntax-limit"},
	    {"parentheses", "w TXT ", "(", 1 << 20, ZONE_DIALECT_BIND,
		"syntax-limit"},
	    {"faults", "", "w A\n", 1 << 20, 0, "syntax-limit"},
	    {"open parentheses", "", "w TXT ( a\n", 1 << 18, ZONE_DIALECT_BIND,
		"syntax-limit"},
	    {"open quotes", "", "w TXT \"a\n", 1 << 18, 0, "syntax-limit"},
	    {"includes", "", "$INCLUDE nothing\n", 5000, 0, "syntax-include"},
	    {"$GENERATE of all numbers",
		"$GENERATE 0-4294967295 a$ A 192.0.2.1\n", "", 0,
		ZONE_DIALECT_BIND, "syntax-error"},
	    {"$GENERATE of half of them",
		"$GENERATE 0-2147483647 a$ A 192.0.2.1\n", "", 0,
		ZONE_DIALECT_BIND, "syntax-limit"},
	    {"$GENERATE of wide texts", "$GENERATE 0-900000 a$ TXT \"",
		"${0,250} ", 100, ZONE_DIALECT_BIND, "syntax-limit"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_clear(&t);
		text_str(&t, rows[i].prefix);
		repeat(&t, rows[i].unit, rows[i].n);
		if (i == sizeof(rows) / sizeof(rows[0]) - 1)
			text_str(&t, "\"\n");
		hostile(rows[i].name, &t, rows[i].dialect, rows[i].rule);
	}
	text_free(&t);
}

static void
test_deep_includes(void **state)
{
	struct fixture f;
	char name[16], text[64];
	int i;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "zone", HEAD "$INCLUDE 0\n", sizeof(HEAD) + 10);
	for (i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(text, sizeof(text), "$INCLUDE %d\n", i + 1);
		fixture_file(&f, name, text, strlen(text));
	}
	fixture_load(&f, ZONE_DIALECT_COMMON, NULL);
	assert_int_equal(f.rc, 0);
	assert_true(f.zone->broken);
	assert_string_equal(fixture_findings(&f), "syntax-include@1:10");
	fixture_free(&f);
}

static void
test_limits(void **state)
{
	struct zone_limits l = zone_limits_default;
	struct fixture f;

	(void)state;
	l.records = 3;
	fixture_init(&f);
	fixture_file(
	    &f, "zone", HEAD "a A 1.1.1.1\nb A 1.1.1.1\n", sizeof(HEAD) + 23);
	fixture_load(&f, ZONE_DIALECT_COMMON, &l);
	assert_int_equal(f.rc, 0);
	assert_true(f.zone->broken);
	assert_string_equal(fixture_findings(&f), "syntax-limit@5:3");
	fixture_free(&f);

	l = zone_limits_default;
	l.bytes = 10;
	fixture_init(&f);
	fixture_file(&f, "zone", HEAD, sizeof(HEAD) - 1);
	fixture_load(&f, ZONE_DIALECT_COMMON, &l);
	assert_int_equal(f.rc, -1);
	assert_int_equal(f.e.code, ERROR_SYSTEM);
	fixture_free(&f);

	fixture_init(&f);
	fixture_load(&f, ZONE_DIALECT_COMMON, NULL); /* no such file */
	assert_int_equal(f.rc, -1);
	assert_null(f.zone);
	fixture_free(&f);
}

/* Bytes without sense, and sense with a few bytes broken. */
static void
test_noise(void **state)
{
	static const char good[] = HEAD
	    "w 60 IN MX ( 10 a\\.b ; c\n )\n TXT \"a;\\\"b\" \\099\n"
	    "$ORIGIN sub.example.com.\nh HTTPS 1 . alpn=\"h2,h3\" port=1\n"
	    "u TYPE65280 \\# 2 abcd\n$GENERATE 1-3 a${1,2,x} A 192.0.2.$\n";
	static const char special[] = "\"();\\$@. \t\n\r#\v\0\33\351=,-0A*{}";
	char data[512];
	struct fixture f;
	size_t i, len;
	int round;

	(void)state;
	srand(7);
	for (round = 0; round < 3000; round++) {
		len = sizeof(good) - 1;
		memcpy(data, good, len);
		if (round % 3 == 0)
			for (i = 0; i < len; i++)
				data[i] = (char)rand();
		for (i = 0; i < 4; i++)
			data[(size_t)rand() % len] =
			    special[(size_t)rand() % (sizeof(special) - 1)];
		len -= (size_t)rand() % len;
		fixture_init(&f);
		fixture_file(&f, "zone", data, len);
		fixture_load(&f, (enum zone_dialect)(round % 4), NULL);
		assert_int_equal(f.rc, 0);
		/* refused and explained, or neither */
		assert_true(!f.zone->broken || f.fs.n > 0);
		fixture_free(&f);
	}
}

/* ---- zone_includes() ---------------------------------------------------- */

static void
collect(void *ctx, const char *path)
{
	struct text *t = ctx;

	text_printf(t, "%s ", path);
}

static void
test_includes(void **state)
{
	static const char zone[] = HEAD
	    "$INCLUDE x ; $INCLUDE no\n$include \"y\" sub.example.com.\n"
	    "a TXT ( \"$INCLUDE no\"\n$INCLUDE\n ) ;\n"
	    "$INCLUDE gone\n$INCLUDE ../out\n ; $INCLUDE no\n";
	static const char x[] = "$INCLUDE zone\n$INCLUDE y\n$INCLUDE z\n";
	struct text t = TEXT_INIT;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_file(&f, "zone", zone, sizeof(zone) - 1);
	fixture_file(&f, "x", x, sizeof(x) - 1);
	fixture_file(&f, "y", "", 0);
	assert_int_equal(source_open_dir(&f.source, f.dir, NULL, &f.e), 0);
	assert_int_equal(zone_includes(f.source, "zone", collect, &t, &f.e), 0);
	assert_string_equal(t.data, "x y gone z ");
	text_free(&t);
	fixture_free(&f);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_all_faults),
	    cmocka_unit_test(test_long_names),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_deep_includes),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_noise),
	    cmocka_unit_test(test_includes),
	};

	if (argc == 4 && strcmp(argv[1], "--dump") == 0)
		return dump(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
