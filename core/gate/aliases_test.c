/*
 * Aliases of zones that did not change, with and without a memo: whatever state
 * it is in, verdict and findings are the same.
 */
#include "command_fixture.h"

/* More than one page of everything, and more than were ever followed. */
#define ZONES 300

static const char policy[] = "version: 1\n"
			     "zones:\n"
			     "  - path: zones/{zone}.zone\n";

#define HEAD                                                                   \
	"$TTL 300\n@ SOA ns1 h %u 3600 900 1209600 300\n@ NS ns1\n@ NS ns2\n"  \
	"ns1 A 192.0.2.1\nns2 A 192.0.2.2\n%s"

static void
put_zone(const struct dir *d, unsigned i, unsigned serial, const char *more)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "w/zones/z%u.example.zone", i);
	snprintf(text, sizeof(text), HEAD, serial, more);
	put(d, path, text);
}

static void
git(const struct dir *d, const char *what)
{
	static const char as[] =
	    "git -C w -c user.name=t -c user.email=t@example.net ";
	char line[256];

	snprintf(line, sizeof(line), "%s%s", as, what);
	assert_int_equal(command(d, line, ""), 0);
}

/*
 * z0 loses a name that others are aliases of: in a CNAME (z1), through a DNAME
 * (z2), in an included file (z3), behind another alias (z4), from a zone with
 * more records (the last). z5 is broken, z6 includes what is not there.
 */
static void
make_repository(const struct dir *d)
{
	unsigned i;

	assert_int_equal(command(d, "git init -q -b main", "w"), 0);
	put(d, "w/zonegate.yaml", policy);
	put(d, "w/inc/aliases.inc", "in CNAME www.z0.example.\n");
	put_zone(d, 0, 1, "www A 192.0.2.3\nold A 192.0.2.4\n");
	put_zone(d, 1, 1, "a CNAME www.z0.example.\n");
	put_zone(d, 2, 1, "d DNAME z0.example.\nwww.d A 192.0.2.8\n");
	put_zone(d, 3, 1, "$INCLUDE ../inc/aliases.inc\n");
	put_zone(d, 4, 1, "b CNAME a.z1.example.\n");
	put_zone(d, 5, 1, "c CNAME www.z0.example.\nx A 192.0.2\n");
	put_zone(d, 6, 1, "e CNAME www.z0.example.\n$INCLUDE none.inc\n");
	for (i = 7; i < ZONES - 1; i++)
		put_zone(d, i, 1, "www A 192.0.2.3\n");
	put_zone(d, i, 1, "l CNAME old.z0.example.\n");
	git(d, "add -A");
	git(d, "commit -q -m base");
	put_zone(d, 0, 2, "other A 192.0.2.3\n");
	git(d, "commit -q -a -m change");
	git(d, "tag change");
}

struct outcome {
	int status;
	char *findings; /* as JSON */
	size_t collateral;
	json_int_t hits, misses; /* -1: no memo */
};

static struct outcome
judge(struct dir *d, const char *base, const char *rev)
{
	struct outcome got = {.hits = -1, .misses = -1};
	json_t *root, *list, *cache;
	size_t i;

	d->o.repo = at(d, "w");
	d->o.format = "json";
	d->o.at = 1800000000;
	got.status = gate_check(&d->o, base, rev);
	root = report(d);
	list = json_object_get(root, "findings");
	for (i = 0; i < json_array_size(list); i++)
		got.collateral += strcmp(json_string_value(json_object_get(
					     json_array_get(list, i), "rule")),
				      "answer-collateral") == 0;
	got.findings = json_dumps(list, JSON_SORT_KEYS | JSON_INDENT(1));
	cache = json_object_get(json_object_get(root, "stats"), "cache");
	if (json_is_object(cache)) {
		got.hits = json_integer_value(json_object_get(cache, "hits"));
		got.misses = json_integer_value(
		    json_object_get(cache, "misses"));
	}
	json_decref(root);
	return got;
}

static void
expect(struct dir *d, const char *label, const struct outcome *want,
    json_int_t hits, json_int_t misses)
{
	struct outcome got = judge(d, "change~1", "change");

	if (got.status != want->status ||
	    strcmp(got.findings, want->findings) != 0)
		fail_msg("%s: status %d, not %d\n%s\nnot\n%s", label,
		    got.status, want->status, got.findings, want->findings);
	if (got.hits != hits || got.misses != misses)
		fail_msg("%s: %d hits, %d misses", label, (int)got.hits,
		    (int)got.misses);
	free(got.findings);
}

/* All but z0, which is judged; z6 must be read each time. */
#define OTHERS (ZONES - 1)
#define KEPT (OTHERS - 1)

static void
test_same(void **state)
{
	static const struct {
		const char *label, *prepare;
		json_int_t hits, misses;
	} cases[] = {
	    {"none again", "true", -1, -1},
	    {"cold", "rm w/.git/zonegate", 0, OTHERS},
	    {"warm", "true", KEPT, 1},
	    {"warm again", "true", KEPT, 1},
	    {"random bytes",
		"head -c 200000 /dev/urandom >w/.git/zonegate/memo.mdb", -2,
		-2},
	    {"cold after that", "rm -rf w/.git/zonegate", 0, OTHERS},
	    {"cut short", "truncate -s 9000 w/.git/zonegate/memo.mdb", 0,
		OTHERS},
	    {"deleted", "rm -f w/.git/zonegate/memo.mdb*", 0, OTHERS},
	    {"pages of zeros",
		"dd if=/dev/zero of=w/.git/zonegate/memo.mdb bs=4096 seek=2 "
		"count=50 conv=notrunc",
		0, OTHERS},
	    {"not ours", "chmod 755 w/.git/zonegate", -1, -1},
	};
	struct dir *d = *state;
	struct outcome want, got;
	size_t i;

	make_repository(d);
	/* No memo at all: a file stands in its place. */
	put(d, "w/.git/zonegate", "");
	want = judge(d, "change~1", "change");
	if (want.status != 0)
		fail_msg("status %d\n%s", want.status, want.findings);
	assert_int_equal(want.hits, -1);
	/* a.z1, www.d.z2, in.z3, b.z4, l of the last. */
	if (want.collateral != 5)
		fail_msg(
		    "only %zu findings\n%s", want.collateral, want.findings);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (command(d, cases[i].prepare, "") != 0)
			fail_msg("%s: not prepared", cases[i].label);
		if (cases[i].hits != -2) {
			expect(d, cases[i].label, &want, cases[i].hits,
			    cases[i].misses);
			continue;
		}
		/* How much was known is not known. */
		got = judge(d, "change~1", "change");
		assert_int_equal(got.status, want.status);
		assert_string_equal(got.findings, want.findings);
		free(got.findings);
	}
	free(want.findings);
}

/* A memo of another state of the files: what was included is another file now,
 * or the zone stands elsewhere. */
static void
test_stale(void **state)
{
	struct dir *d = *state;
	struct outcome got;

	make_repository(d);
	got = judge(d, "change~1", "change");
	assert_int_equal(got.misses, OTHERS);
	free(got.findings);
	git(d, "checkout -q -b later change~1");
	put(d, "w/inc/aliases.inc",
	    "in A 192.0.2.9\nnew CNAME www.z0.example.\n");
	put(d, "w/zones/none.inc", "f CNAME www.z0.example.\n");
	git(d, "add -A");
	git(d, "commit -q -m files");
	put_zone(d, 0, 2, "other A 192.0.2.3\n");
	git(d, "commit -q -a -m change");
	got = judge(d, "later~1", "later");
	/* z3 and z6 are other zones now. */
	assert_int_equal(got.hits, OTHERS - 2);
	assert_non_null(strstr(got.findings, "new.z3.example."));
	assert_null(strstr(got.findings, "in.z3.example."));
	assert_non_null(strstr(got.findings, "e.z6.example."));
	assert_non_null(strstr(got.findings, "f.z6.example."));
	free(got.findings);
	/* And mended, z6 is remembered. */
	got = judge(d, "later~1", "later");
	assert_int_equal(got.hits, OTHERS);
	assert_non_null(strstr(got.findings, "new.z3.example."));
	assert_non_null(strstr(got.findings, "f.z6.example."));
	free(got.findings);
	/* The first state comes back. */
	got = judge(d, "change~1", "change");
	assert_non_null(strstr(got.findings, "in.z3.example."));
	assert_null(strstr(got.findings, "new.z3.example."));
	assert_null(strstr(got.findings, "z6.example."));
	free(got.findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_same, begin, end),
	    cmocka_unit_test_setup_teardown(test_stale, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
