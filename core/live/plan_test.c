/* Who is asked what, by policy and zones; and answers against what was judged.
 */
#include "../resolve/fixture_set.h"
#include "allow.h"
#include "answer_fixture.h"
#include "compare.h"
#include "plan.h"

#define SOA "@ 300 SOA ns hostmaster 7 7200 3600 1209600 300\n"
#define PROVIDER                                                               \
	"$zone ns.test. out\n" SOA "@ 300 NS a\na 300 A 192.0.2.53\n"          \
	"a 300 AAAA 2001:db8::53\nb 300 A 10.0.0.1\n"
#define ZONES                                                                  \
	"$zone example.com. out\n" SOA                                         \
	"@ 300 NS a.ns.test.\n@ 300 NS b.ns.test.\n"                           \
	"@ 300 NS c.ns.test.\n@ 300 NS x.other.\napi 300 A 192.0.2.1\n"        \
	"alias 300 CNAME www.example.net.\n"                                   \
	"$zone example.com. in\n" SOA                                          \
	"@ 300 NS a.ns.test.\napi 300 A 192.0.2.2\n"                           \
	"$zone example.net. out\n" SOA                                         \
	"@ 300 NS a.ns.test.\nwww 300 A 192.0.2.3\n" PROVIDER

static const uint16_t type_a[] = {RRTYPE_A};
static const struct policy_pattern allowed = {N("\2ns\4test"), true};

static struct policy_server
server(const char *name, uint8_t last, const char *view, const char *zone)
{
	struct policy_server s = {.name = name,
	    .at = {{192, 0, 2, last}, 4, 32},
	    .port = 53,
	    .view = view,
	    .zone = zone == NULL ? NULL : N(zone),
	    .line = 9};

	return s;
}

struct bench {
	struct policy policy;
	struct policy_server server[4], resolver[2];
	struct policy_protected protect[2];
	struct zoneset *set;
	struct arena *arena;
	struct plan *plan;
};

static void
begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->policy = fixture_policy;
	b->policy.live.server = b->server;
	b->policy.live.resolver = b->resolver;
	b->policy.nameserver = &allowed;
	b->protect[0] = (struct policy_protected){
	    .name = N("\3api\7example\3com"), .type = type_a, .ntypes = 1};
	b->policy.protect = b->protect;
	b->policy.nprotects = 1;
	b->set = fixture_set(ZONES);
	b->arena = arena_new();
}

static void
build(struct bench *b, const uint8_t *only)
{
	struct probe_args args = {.set = b->set,
	    .policy = &b->policy,
	    .only = &only,
	    .nonly = only == NULL ? 0 : 1,
	    .now = FIXTURE_NOW};
	struct error e = {0};

	if (plan_build(&b->plan, &args, b->arena, &e) != 0)
		fail_msg("%s", e.message);
}

static void
end(struct bench *b)
{
	arena_free(b->arena);
	zoneset_free(b->set);
}

static const struct probe_row *
find_row(
    const struct bench *b, const uint8_t *name, uint16_t type, const char *view)
{
	const struct probe_row *row = b->plan->row.item;
	size_t i;

	for (i = 0; i < b->plan->row.n; i++)
		if (name_equal(row[i].name, name) && row[i].type == type &&
		    strcmp(row[i].view, view) == 0)
			return &row[i];
	fail_msg("no such row");
	return NULL;
}

/* "ns1 192.0.2.1, …" of a row. */
static void
expect_servers(
    const struct bench *b, const struct probe_row *row, const char *want)
{
	struct text t = TEXT_INIT;
	const struct probe_server *s;
	size_t i;

	text_str(&t, "");
	for (i = 0; i < row->ncells; i++) {
		s = plan_server_at(b->plan, row->cell[i].server);
		text_printf(&t, "%s%s %s%s", i == 0 ? "" : ", ", s->name,
		    s->address, s->unusable != NULL ? "!" : "");
	}
	assert_string_equal(t.data == NULL ? "" : t.data, want);
	text_free(&t);
}

/* Is there a question to ADDRESS, over both UDP and TCP? */
static size_t
questions_to(const struct bench *b, const char *address)
{
	const struct live_question *q = b->plan->question.item;
	char text[LIVE_ADDRESS_TEXT];
	size_t i, n = 0;

	for (i = 0; i < b->plan->question.n; i++) {
		live_address_text(text, &q[i].at);
		n += strcmp(text, address) == 0;
	}
	return n;
}

static void
test_servers_of_policy(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.server[0] = server("one", 1, NULL, NULL);
	b.server[1] = server("two", 2, "in", NULL);
	b.server[2] = server("three", 3, NULL, "\7example\3com");
	b.server[3] = server("four", 4, "out", "\7example\3net");
	b.resolver[0] = server("r", 9, "out", NULL);
	b.policy.live.nservers = 4;
	b.policy.live.nresolvers = 1;
	build(&b, NULL);
	expect_servers(&b, find_row(&b, N("\7example\3com"), RRTYPE_SOA, "out"),
	    "one 192.0.2.1, three 192.0.2.3, r 192.0.2.9");
	expect_servers(&b, find_row(&b, N("\7example\3com"), RRTYPE_SOA, "in"),
	    "one 192.0.2.1, two 192.0.2.2, three 192.0.2.3");
	expect_servers(&b,
	    find_row(&b, N("\3api\7example\3com"), RRTYPE_A, "in"),
	    "one 192.0.2.1, two 192.0.2.2, three 192.0.2.3");
	expect_servers(&b, find_row(&b, N("\7example\3net"), RRTYPE_SOA, "out"),
	    "one 192.0.2.1, four 192.0.2.4, r 192.0.2.9");
	/* The zones' own NS are not asked beside them. */
	assert_int_equal(questions_to(&b, "192.0.2.53"), 0);
	end(&b);
}

static void
test_servers_of_zone(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.policy.nnameservers = 1;
	build(&b, NULL);
	expect_servers(&b, find_row(&b, N("\7example\3com"), RRTYPE_SOA, "out"),
	    "a.ns.test. 192.0.2.53, a.ns.test. 2001:db8::53, "
	    "b.ns.test. 10.0.0.1, c.ns.test. -!, x.other. -!");
	assert_true(questions_to(&b, "192.0.2.53") > 0);
	/* The plan may want it; who asks refuses: see live_refuses(). */
	assert_non_null(live_refuses(
	    &b.policy, &plan_server_at(b.plan, 2)->at, LIVE_UDP, NULL));
	end(&b);
	/* Nobody said whose name servers there may be. */
	begin(&b);
	build(&b, NULL);
	expect_servers(&b, find_row(&b, N("\7example\3com"), RRTYPE_SOA, "in"),
	    "a.ns.test. -!");
	assert_int_equal(b.plan->question.n, 0);
	end(&b);
}

static void
test_rows(void **state)
{
	const struct probe_row *row;
	struct bench b;

	(void)state;
	begin(&b);
	b.server[0] = server("one", 1, NULL, NULL);
	b.policy.live.nservers = 1;
	/* A name that no zone holds is a row that nobody answers. */
	b.protect[1] = (struct policy_protected){
	    .name = N("\1a\3org"), .type = type_a, .ntypes = 1};
	b.policy.nprotects = 2;
	build(&b, NULL);
	row = find_row(&b, N("\1a\3org"), RRTYPE_A, "");
	assert_int_equal(row->ncells, 0);
	assert_non_null(row->why);
	/* four zones, the name in two views, the homeless one */
	assert_int_equal(b.plan->row.n, 7);
	end(&b);
	/* A zone that is asked for brings its names along. */
	begin(&b);
	b.server[0] = server("one", 1, NULL, NULL);
	b.policy.live.nservers = 1;
	build(&b, N("\7example\3com"));
	assert_int_equal(b.plan->row.n, 4);
	end(&b);
	begin(&b);
	b.server[0] = server("one", 1, NULL, NULL);
	b.policy.live.nservers = 1;
	build(&b, N("\7example\3net"));
	assert_int_equal(b.plan->row.n, 1);
	/* SOA over UDP and TCP: no anchor, so no DNSKEY */
	assert_int_equal(b.plan->question.n, 2);
	end(&b);
}

static void
test_ways(void **state)
{
	static const struct policy_anchor anchor = {N("\3com"), RRTYPE_DS,
	    N("\0\1\15\2abcdefghabcdefghabcdefghabcdefgh"), 36};
	struct bench b;
	struct plan_zone *z;

	(void)state;
	begin(&b);
	b.server[0] = server("one", 1, "out", NULL);
	b.server[0].url = "https://dns.example/q";
	b.resolver[0] = server("r", 9, "out", NULL);
	b.policy.live.nservers = 1;
	b.policy.live.nresolvers = 1;
	b.policy.live.anchor = &anchor;
	b.policy.live.nanchors = 1;
	b.policy.nprotects = 0;
	build(&b, N("\7example\3com"));
	z = plan_zone_at(b.plan, 0);
	assert_int_equal(z->nanchors, 0);
	assert_true(name_equal(z->above, N("\3com")));
	/* SOA: HTTPS of the server; UDP, TCP and CD of the resolver.
	 * DNSKEY: HTTPS; UDP and TCP. DNSKEY and DS on the way, from the
	 * resolver: com. DNSKEY, example.com. DS (its DNSKEY is there). */
	assert_int_equal(b.plan->question.n, 4 + 3 + 2 + 2);
	assert_int_equal(questions_to(&b, "192.0.2.1:443"), 2);
	assert_int_equal(questions_to(&b, "192.0.2.1"), 0);
	end(&b);
}

/* ---- comparing ----------------------------------------------------------- */

static const char compared[] =
    "$zone ex.\n" SOA "@ 300 NS ns\nwww 300 A 192.0.2.1\n"
    "two 300 A 192.0.2.1\ntwo 300 A 192.0.2.2\nalias 300 CNAME www\n"
    "*.w 300 A 192.0.2.3\nd 300 DNAME t\nx.t 300 A 192.0.2.4\n"
    "far 300 CNAME a.org.\nsub 300 NS ns.sub\nother 300 CNAME www.en.\n"
    "$zone en.\n" SOA "@ 300 NS ns\nwww 300 A 192.0.2.5\n";

struct rr {
	const char *owner;
	uint16_t type, len;
	const char *rdata;
	uint32_t ttl;
};

#define A1 "\300\0\2\1"
#define WWW "\3www\2ex"

static const struct {
	const char *label, *name;
	uint16_t type;
	unsigned rcode;
	struct rr rr[3];
	enum compare_result server, resolver;
} answers[] = {
    {"the same", WWW, RRTYPE_A, 0, {{WWW, RRTYPE_A, 4, A1, 300}}, COMPARE_SAME,
	COMPARE_SAME},
    {"another TTL", WWW, RRTYPE_A, 0, {{WWW, RRTYPE_A, 4, A1, 60}},
	COMPARE_DIFFERS, COMPARE_SAME},
    {"another address", WWW, RRTYPE_A, 0,
	{{WWW, RRTYPE_A, 4, "\300\0\2\2", 300}}, COMPARE_DIFFERS,
	COMPARE_DIFFERS},
    {"one more", WWW, RRTYPE_A, 0,
	{{WWW, RRTYPE_A, 4, A1, 300}, {WWW, RRTYPE_A, 4, "\300\0\2\2", 300}},
	COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"in another order", "\3two\2ex", RRTYPE_A, 0,
	{{"\3two\2ex", RRTYPE_A, 4, "\300\0\2\2", 300},
	    {"\3two\2ex", RRTYPE_A, 4, A1, 300}},
	COMPARE_SAME, COMPARE_SAME},
    {"one is missing", "\3two\2ex", RRTYPE_A, 0,
	{{"\3two\2ex", RRTYPE_A, 4, A1, 300}}, COMPARE_DIFFERS,
	COMPARE_DIFFERS},
    {"twice the same", "\3two\2ex", RRTYPE_A, 0,
	{{"\3two\2ex", RRTYPE_A, 4, A1, 300},
	    {"\3two\2ex", RRTYPE_A, 4, A1, 300}},
	COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"nothing", WWW, RRTYPE_A, 0, {{0}}, COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"no such name", WWW, RRTYPE_A, 3, {{0}}, COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"an alias", "\5alias\2ex", RRTYPE_A, 0,
	{{"\5alias\2ex", RRTYPE_CNAME, 8, "\3www\2ex\0", 300},
	    {WWW, RRTYPE_A, 4, A1, 300}},
	COMPARE_SAME, COMPARE_SAME},
    {"an alias to another", "\5alias\2ex", RRTYPE_A, 0,
	{{"\5alias\2ex", RRTYPE_CNAME, 8, "\3two\2ex\0", 300},
	    {"\3two\2ex", RRTYPE_A, 4, A1, 300}},
	COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"an address for an alias", "\5alias\2ex", RRTYPE_A, 0,
	{{"\5alias\2ex", RRTYPE_A, 4, A1, 300}}, COMPARE_DIFFERS,
	COMPARE_DIFFERS},
    {"a wildcard", "\1q\1w\2ex", RRTYPE_A, 0,
	{{"\1q\1w\2ex", RRTYPE_A, 4, "\300\0\2\3", 300}}, COMPARE_SAME,
	COMPARE_SAME},
    {"a DNAME", "\1x\1d\2ex", RRTYPE_A, 0,
	{{"\1d\2ex", RRTYPE_DNAME, 6, "\1t\2ex\0", 300},
	    {"\1x\1t\2ex", RRTYPE_A, 4, "\300\0\2\4", 300}},
	COMPARE_SAME, COMPARE_SAME},
    {"no such type", WWW, RRTYPE_AAAA, 0, {{0}}, COMPARE_SAME, COMPARE_SAME},
    {"no such type, NXDOMAIN", WWW, RRTYPE_AAAA, 3, {{0}}, COMPARE_DIFFERS,
	COMPARE_DIFFERS},
    {"a type that is not there", WWW, RRTYPE_TXT, 0,
	{{WWW, RRTYPE_TXT, 2, "\1x", 300}}, COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"an alias that is not there", "\4none\2ex", RRTYPE_A, 0,
	{{"\4none\2ex", RRTYPE_CNAME, 8, "\3www\2ex\0", 300}}, COMPARE_DIFFERS,
	COMPARE_DIFFERS},
    {"no such name, as it should", "\4none\2ex", RRTYPE_A, 3, {{0}},
	COMPARE_SAME, COMPARE_SAME},
    {"a name that should not be", "\4none\2ex", RRTYPE_A, 0, {{0}},
	COMPARE_DIFFERS, COMPARE_DIFFERS},
    {"out of the repository", "\3far\2ex", RRTYPE_A, 0,
	{{"\3far\2ex", RRTYPE_CNAME, 7, "\1a\3org\0", 300}}, COMPARE_SAME,
	COMPARE_SAME},
    {"into another zone, not followed", "\5other\2ex", RRTYPE_A, 0,
	{{"\5other\2ex", RRTYPE_CNAME, 8, "\3www\2en\0", 300}}, COMPARE_SAME,
	COMPARE_DIFFERS},
    {"below a cut", "\1a\3sub\2ex", RRTYPE_A, 0, {{0}}, COMPARE_UNKNOWN,
	COMPARE_UNKNOWN},
    {"another serial", "\2ex", RRTYPE_SOA, 0,
	{{"\2ex", RRTYPE_SOA, 42,
	    "\2ns\2ex\0\12hostmaster\2ex\0\0\0\0\11\0\0\x1c\x20\0\0\x0e\x10\0"
	    "\x12\x75\0\0\0\1\x2c",
	    300}},
	COMPARE_SAME, COMPARE_SAME},
    {"another refresh", "\2ex", RRTYPE_SOA, 0,
	{{"\2ex", RRTYPE_SOA, 42,
	    "\2ns\2ex\0\12hostmaster\2ex\0\0\0\0\7\0\0\x1c\x21\0\0\x0e\x10\0"
	    "\x12\x75\0\0\0\1\x2c",
	    300}},
	COMPARE_DIFFERS, COMPARE_DIFFERS},
};

static void
compare_one(struct zoneset *set, size_t i, bool authority)
{
	static struct answer a;
	enum compare_result got,
	    want = authority ? answers[i].server : answers[i].resolver;
	struct arena *arena = arena_new();
	struct compare_args args = {.m = NULL};
	struct resolve_answer *x;
	const struct rr *rr = answers[i].rr;
	const char *why = NULL;
	struct message m;
	struct error e = {0};
	size_t k;

	answer_begin(&a, N(answers[i].name), answers[i].type, answers[i].rcode);
	for (k = 0; k < 3 && rr[k].owner != NULL; k++)
		answer_rr(&a, 0, N(rr[k].owner), rr[k].type, rr[k].ttl,
		    N(rr[k].rdata), rr[k].len);
	if (message_parse(&m, a.data, a.len, arena, &e) != 0)
		fail_msg("%s: cannot be read", answers[i].label);
	assert_int_equal(resolve(&x, set, NULL, "", N(answers[i].name),
			     answers[i].type, arena, &e),
	    0);
	args.m = &m;
	args.expected = x;
	if (authority)
		args.authority = zoneset_zone(set, 0, NULL, &e);
	assert_int_equal(compare_answer(&got, &why, &args, arena, &e), 0);
	if (got != want || (got == COMPARE_SAME) != (why == NULL))
		fail_msg("%s, %s: %d, %s", answers[i].label,
		    authority ? "server" : "resolver", got,
		    why == NULL ? "no reason" : why);
	arena_free(arena);
}

static void
test_compare(void **state)
{
	struct zoneset *set = fixture_set(compared);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		compare_one(set, i, true);
		compare_one(set, i, false);
	}
	zoneset_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_servers_of_policy),
	    cmocka_unit_test(test_servers_of_zone),
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_ways),
	    cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
