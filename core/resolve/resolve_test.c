#include "fixture_set.h"

#include "answers_dump.h"
#include "resolve.h"

#define EXAMPLE "$zone example.\n" FIXTURE_SOA "@ 3600 NS ns1\n"

struct resolve_case {
	const char *label;
	const char *zones;
	const char *name, *type, *view;
	const char *chain;
	uint32_t ttl;
};

static const struct resolve_case cases[] = {
    /* RFC 1034 §4.3.2 */
    {"exact", EXAMPLE "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n", "a.example.", "A",
	"", "a.example. A 192.0.2.1, 192.0.2.2", 60},
    {"other type: nodata, TTL is the SOA's minimum",
	EXAMPLE "a 60 A 192.0.2.1\n", "a.example.", "AAAA", "",
	"a.example. (nodata)", 300},
    {"no name", EXAMPLE "a 60 A 192.0.2.1\n", "b.example.", "A", "",
	"b.example. (nxdomain)", 300},
    {"negative TTL is the SOA's own where smaller",
	"$zone example.\n@ 30 SOA ns1 host 1 7200 900 1209600 300\n",
	"b.example.", "A", "", "b.example. (nxdomain)", 30},
    {"empty non-terminal", EXAMPLE "x.ent 60 A 192.0.2.1\n", "ent.example.",
	"A", "", "ent.example. (nodata)", 300},
    {"apex", EXAMPLE, "example.", "NS", "", "example. NS ns1.example.", 3600},
    {"no zone at all", EXAMPLE, "example.net.", "A", "",
	"example.net. (leaves-repo)", 0},
    {"look-alike suffix", EXAMPLE "a 60 A 192.0.2.1\n", "evilexample.", "A", "",
	"evilexample. (leaves-repo)", 0},

    /* cuts */
    {"referral at the cut", EXAMPLE "sub 60 NS ns.sub\nsub 60 A 192.0.2.9\n",
	"sub.example.", "A", "", "sub.example. NS ns.sub.example. (referral)",
	60},
    {"referral below the cut, past glue",
	EXAMPLE "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.9\n", "ns.sub.example.",
	"A", "", "ns.sub.example. NS ns.sub.example. (referral)", 60},
    {"NS at the cut is a referral too", EXAMPLE "sub 60 NS ns.sub\n",
	"sub.example.", "NS", "", "sub.example. NS ns.sub.example. (referral)",
	60},
    {"DS is the parent's", EXAMPLE "sub 60 NS ns.sub\nsub 50 DS 1 13 2 aa\n",
	"sub.example.", "DS", "", "sub.example. DS 1 13 2 AA", 50},
    {"no DS", EXAMPLE "sub 60 NS ns.sub\n", "sub.example.", "DS", "",
	"sub.example. (nodata)", 300},
    {"DS below the cut is a referral",
	EXAMPLE "sub 60 NS ns.sub\nx.sub 50 DS 1 13 2 aa\n", "x.sub.example.",
	"DS", "", "x.sub.example. NS ns.sub.example. (referral)", 60},
    {"child here: its apex wins",
	EXAMPLE "sub 60 NS ns.sub\nsub 60 A 192.0.2.66\n$zone "
		"sub.example.\n" FIXTURE_SOA "@ 10 A 192.0.2.1\n",
	"sub.example.", "A", "", "sub.example. A 192.0.2.1", 10},
    {"child here without a cut: it still wins",
	EXAMPLE "api.sub 60 A 192.0.2.66\n$zone sub.example.\n" FIXTURE_SOA,
	"api.sub.example.", "A", "", "api.sub.example. (nxdomain)", 300},
    {"DS at the child's apex is asked of the parent",
	EXAMPLE "sub 60 NS ns.sub\nsub 50 DS 1 13 2 aa\n$zone "
		"sub.example.\n" FIXTURE_SOA "@ 9 DS 2 13 2 bb\n",
	"sub.example.", "DS", "", "sub.example. DS 1 13 2 AA", 50},
    {"DS of a zone whose parent is not here", EXAMPLE, "example.", "DS", "",
	"example. (leaves-repo)", 0},
    {"DS of the root", "$zone .\n@ 60 SOA ns. h. 1 1 1 1 1\n", ".", "DS", "",
	". (leaves-repo)", 0},
    {"deeper zone below a foreign cut",
	EXAMPLE "b 60 NS ns.other.\n$zone a.b.example.\n" FIXTURE_SOA
		"x 5 A 192.0.2.5\n",
	"x.a.b.example.", "A", "", "x.a.b.example. A 192.0.2.5", 5},

    /* wildcards, RFC 4592 §2.2.1 and §3.3.1 */
    {"wildcard", EXAMPLE "* 70 A 192.0.2.7\n", "a.b.example.", "A", "",
	"a.b.example. (wildcard) A 192.0.2.7", 70},
    {"wildcard without the type", EXAMPLE "* 70 A 192.0.2.7\n", "a.example.",
	"AAAA", "", "a.example. (wildcard) (nodata)", 300},
    {"wildcard asked by its own name", EXAMPLE "* 70 A 192.0.2.7\n",
	"*.example.", "A", "", "*.example. A 192.0.2.7", 70},
    {"wildcard's alias", EXAMPLE "* 70 CNAME t\nt 50 A 192.0.2.7\n",
	"a.example.", "A", "",
	"a.example. (wildcard) CNAME t.example. A 192.0.2.7", 50},
    {"closer name stops the wildcard", EXAMPLE "* 70 A 192.0.2.7\nb 60 TXT x\n",
	"a.b.example.", "A", "", "a.b.example. (nxdomain)", 300},
    {"empty non-terminal stops the wildcard, itself",
	EXAMPLE "* 70 A 192.0.2.7\na.b 60 TXT x\n", "b.example.", "A", "",
	"b.example. (nodata)", 300},
    {"empty non-terminal stops the wildcard, below",
	EXAMPLE "* 70 A 192.0.2.7\na.b 60 TXT x\n", "c.b.example.", "A", "",
	"c.b.example. (nxdomain)", 300},
    {"wildcard does not cross a cut",
	EXAMPLE "* 70 A 192.0.2.7\nb 60 NS ns.b\n", "a.b.example.", "A", "",
	"a.b.example. NS ns.b.example. (referral)", 60},
    {"wildcard that is an empty non-terminal", EXAMPLE "x.*.w 60 A 192.0.2.1\n",
	"a.w.example.", "A", "", "a.w.example. (wildcard) (nodata)", 300},
    {"below the literal asterisk", EXAMPLE "* 70 A 192.0.2.7\n", "a.*.example.",
	"A", "", "a.*.example. (nxdomain)", 300},
    {"hashed owner names are no names",
	EXAMPLE "* 70 A 192.0.2.7\nabc 60 NSEC3 010000000001aa000140\n",
	"abc.example.", "A", "", "abc.example. (wildcard) A 192.0.2.7", 70},

    /* DNAME, RFC 6672 */
    {"DNAME above", EXAMPLE "d 40 DNAME t\nx.t 60 A 192.0.2.1\n",
	"x.d.example.", "A", "", "x.d.example. DNAME x.t.example. A 192.0.2.1",
	40},
    {"DNAME does not redirect its owner",
	EXAMPLE "d 40 DNAME t\nd 60 A 192.0.2.1\n", "d.example.", "A", "",
	"d.example. A 192.0.2.1", 60},
    {"DNAME asked for", EXAMPLE "d 40 DNAME t\n", "d.example.", "DNAME", "",
	"d.example. DNAME t.example.", 40},
    {"occluded below DNAME", EXAMPLE "d 40 DNAME t\nx.d 60 A 192.0.2.66\n",
	"x.d.example.", "A", "", "x.d.example. DNAME x.t.example. (nxdomain)",
	40},
    {"DNAME at the apex",
	"$zone example.\n" FIXTURE_SOA "@ 30 DNAME example.net.\n"
	"$zone example.net.\n" FIXTURE_SOA "x 60 A 192.0.2.1\n",
	"x.example.", "A", "", "x.example. DNAME x.example.net. A 192.0.2.1",
	30},
    {"DNAME beside a cut: the cut wins", EXAMPLE "d 40 DNAME t\nd 60 NS ns.d\n",
	"x.d.example.", "A", "", "x.d.example. NS ns.d.example. (referral)",
	60},
    {"DNAME to the root", EXAMPLE "d 40 DNAME .\n", "example.net.d.example.",
	"A", "", "example.net.d.example. DNAME example.net. (leaves-repo)", 40},
    {"CNAME asked for below a DNAME goes on",
	EXAMPLE "d 40 DNAME t\nx.t 60 CNAME y\n", "x.d.example.", "CNAME", "",
	"x.d.example. DNAME x.t.example. CNAME y.example.", 40},

    /* aliases */
    {"CNAME", EXAMPLE "a 20 CNAME b\nb 60 A 192.0.2.1\n", "a.example.", "A", "",
	"a.example. CNAME b.example. A 192.0.2.1", 20},
    {"CNAME asked for", EXAMPLE "a 20 CNAME b\n", "a.example.", "CNAME", "",
	"a.example. CNAME b.example.", 20},
    {"CNAME over zones",
	EXAMPLE "a 60 CNAME b.example.net.\n$zone example.net.\n" FIXTURE_SOA
		"b 20 CNAME c\nc 30 A 192.0.2.1\n",
	"a.example.", "A", "",
	"a.example. CNAME b.example.net. CNAME c.example.net. A 192.0.2.1", 20},
    {"CNAME out of the repository", EXAMPLE "a 60 CNAME b.example.org.\n",
	"a.example.", "A", "", "a.example. CNAME b.example.org. (leaves-repo)",
	60},
    {"CNAME to nothing", EXAMPLE "a 500 CNAME b\n", "a.example.", "A", "",
	"a.example. CNAME b.example. (nxdomain)", 300},
    {"CNAME below a cut", EXAMPLE "a 60 CNAME x.s\ns 70 NS ns.s\n",
	"a.example.", "A", "",
	"a.example. CNAME x.s.example. NS ns.s.example. (referral)", 60},
    {"CNAME to itself", EXAMPLE "a 60 CNAME a\n", "a.example.", "A", "",
	"a.example. CNAME a.example. (loop)", 60},
    {"CNAME loop of two", EXAMPLE "a 60 CNAME b\nb 60 CNAME a\n", "a.example.",
	"A", "", "a.example. CNAME b.example. CNAME a.example. (loop)", 60},
    {"other data beside a CNAME is not seen",
	EXAMPLE "a 60 CNAME b\na 60 A 192.0.2.66\n", "a.example.", "A", "",
	"a.example. CNAME b.example. (nxdomain)", 60},

    /* views */
    {"fallback: no zone here",
	"$zone example. out\n" FIXTURE_SOA "a 60 A 192.0.2.1\n", "a.example.",
	"A", "in", "a.example. (view out) A 192.0.2.1", 60},
    {"fallback over two views",
	"$zone example. out\n" FIXTURE_SOA "a 60 A 192.0.2.1\n", "a.example.",
	"A", "deep", "a.example. (view out) A 192.0.2.1", 60},
    {"no fallback inside a zone of this view",
	"$zone example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA,
	"a.example.", "A", "in", "a.example. (nxdomain)", 300},
    {"no fallback the other way",
	"$zone example. in\n" FIXTURE_SOA "a 60 A 192.0.2.1\n", "a.example.",
	"A", "out", "a.example. (leaves-repo)", 0},
    {"deeper zone of the other view does not reach in",
	"$zone s.example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA,
	"a.s.example.", "A", "in", "a.s.example. (nxdomain)", 300},
    {"unless this view delegates it",
	"$zone s.example. out\n" FIXTURE_SOA
	"a 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA "s 9 NS ns.s\n",
	"a.s.example.", "A", "in", "a.s.example. (view out) A 192.0.2.1", 60},
    {"a cut is not left for a zone above it",
	"$zone example. out\n" FIXTURE_SOA
	"a.s 60 A 192.0.2.1\n$zone example. in\n" FIXTURE_SOA "s 9 NS ns.s\n",
	"a.s.example.", "A", "in", "a.s.example. NS ns.s.example. (referral)",
	9},
    {"targets start again in the view asked",
	"$zone example. out\n" FIXTURE_SOA
	"a 60 CNAME b.example.net.\n$zone example.net. out\n" FIXTURE_SOA
	"b 60 A 192.0.2.1\n$zone example.net. in\n" FIXTURE_SOA
	"b 60 A 10.0.0.1\n",
	"a.example.", "A", "in",
	"a.example. (view out) CNAME b.example.net. A 10.0.0.1", 60},
    {"views are apart", "$zone example. out\n" FIXTURE_SOA, "example.", "SOA",
	"", "example. (leaves-repo)", 0},
};

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct resolve_case *c = &cases[i];
		struct zoneset *set = fixture_set(c->zones);
		struct arena *arena = arena_new();
		struct text t = TEXT_INIT;
		struct resolve_answer *a;
		uint8_t name[NAME_MAX_LEN];
		struct error e;

		fixture_name(name, c->name, NULL);
		if (resolve(&a, set, &fixture_policy, c->view, name,
			rrtype_from_text(c->type, strlen(c->type)), arena,
			&e) != 0)
			fail_msg("%s: %s", c->label, e.message);
		resolve_chain_text(a, &t);
		if (strcmp(t.data, c->chain) != 0)
			fail_msg("%s: %s", c->label, t.data);
		if (a->ttl != c->ttl)
			fail_msg("%s: TTL %u", c->label, a->ttl);
		if ((a->outcome == RESOLVE_ANSWER) != (a->rrset != NULL))
			fail_msg("%s: outcome and RRset", c->label);
		if (a->wildcard != (strstr(c->chain, "(wildcard)") != NULL))
			fail_msg("%s: wildcard", c->label);
		text_free(&t);
		arena_free(arena);
		zoneset_free(set);
	}
}

static struct resolve_answer *
ask(struct zoneset *set, const char *text, struct arena *arena)
{
	struct resolve_answer *a = NULL;
	uint8_t name[NAME_MAX_LEN];
	struct error e;

	fixture_name(name, text, NULL);
	assert_int_equal(
	    resolve(&a, set, NULL, "", name, RRTYPE_A, arena, &e), 0);
	return a;
}

/* a0 CNAME a1 CNAME … : sixteen steps are followed, seventeen are not. */
static void
test_limits(void **state)
{
	struct arena *arena = arena_new();
	struct text t = TEXT_INIT;
	struct zoneset *set;
	char label[64], name[300];
	int i;

	(void)state;
	memset(label, 'x', 63);
	label[63] = '\0';
	text_str(&t, EXAMPLE);
	for (i = 0; i < 17; i++)
		text_printf(&t, "a%d 60 CNAME a%d\n", i, i + 1);
	text_printf(&t, "a17 60 A 192.0.2.1\nd 60 DNAME %s.%s.%s\n", label,
	    label, label);
	text_str(&t, "l 60 DNAME l.l\n");
	set = fixture_set(t.data);
	assert_int_equal(
	    ask(set, "a1.example.", arena)->outcome, RESOLVE_ANSWER);
	assert_int_equal(ask(set, "a0.example.", arena)->outcome, RESOLVE_LOOP);
	/* 3 * 64 + 9 for the target: 54 octets are left */
	snprintf(name, sizeof(name), "%.53s.d.example.", label);
	assert_int_equal(ask(set, name, arena)->outcome, RESOLVE_NXDOMAIN);
	snprintf(name, sizeof(name), "%.54s.d.example.", label);
	assert_int_equal(ask(set, name, arena)->outcome, RESOLVE_LOOP);
	assert_int_equal(
	    ask(set, "x.l.example.", arena)->outcome, RESOLVE_LOOP);
	zoneset_free(set);
	arena_free(arena);
	text_free(&t);
}

static void
test_same(void **state)
{
	static const struct {
		const char *label, *a, *b;
		bool same, same_data;
	} c[] = {
	    {"equal", "n 60 A 192.0.2.1\n", "n 60 A 192.0.2.1\n", true, true},
	    {"TTL", "n 60 A 192.0.2.1\n", "n 61 A 192.0.2.1\n", false, true},
	    {"record", "n 60 A 192.0.2.1\n", "n 60 A 192.0.2.2\n", false,
		false},
	    {"outcome", "n 60 A 192.0.2.1\n", "n 60 TXT x\n", false, false},
	    {"way there", "n 60 CNAME m\nm 60 A 192.0.2.1\n",
		"n 60 CNAME k\nk 60 A 192.0.2.1\n", false, false},
	    {"servers of a referral", "n 60 NS a\n", "n 60 NS b\n", false,
		false},
	    {"same referral", "n 60 NS a\n", "n 60 NS a\n", true, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct arena *arena = arena_new();
		char za[512], zb[512];
		struct zoneset *a, *b;
		struct resolve_answer *x, *y;

		snprintf(za, sizeof(za), "%s%s", EXAMPLE, c[i].a);
		snprintf(zb, sizeof(zb), "%s%s", EXAMPLE, c[i].b);
		a = fixture_set(za);
		b = fixture_set(zb);
		x = ask(a, "n.example.", arena);
		y = ask(b, "n.example.", arena);
		if (resolve_same(x, y) != c[i].same ||
		    resolve_same_data(x, y) != c[i].same_data)
			fail_msg("%s", c[i].label);
		zoneset_free(a);
		zoneset_free(b);
		arena_free(arena);
	}
}

/* A zone that was not read completely answers nothing. */
static void
test_broken(void **state)
{
	struct zoneset *set = fixture_set(EXAMPLE "a 60 A 192.0.2.1\n");
	struct arena *arena = arena_new();
	struct zone *z = fixture_zone("example.", FIXTURE_SOA);
	struct resolve_answer *a;
	uint8_t name[NAME_MAX_LEN];
	struct error e = {0};

	(void)state;
	z->broken = true;
	zoneset_put(set, 0, z);
	fixture_name(name, "a.example.", NULL);
	assert_int_equal(
	    resolve(&a, set, NULL, "", name, RRTYPE_A, arena, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_null(a);
	arena_free(arena);
	zoneset_free(set);
}

/* With --answers DIR QUESTIONS: the other side of the differential test. */
int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_broken),
	};

	if (argc == 4 && strcmp(argv[1], "--answers") == 0)
		return answers_dump(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
