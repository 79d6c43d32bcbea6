#include "fixture_set.h"

#include "svcb.h"
#include "targets.h"

#define EXAMPLE "$zone example.\n" FIXTURE_SOA "@ 3600 NS ns1\n"
#define NET "$zone example.net.\n" FIXTURE_SOA

/*
 * Results as text: addresses with "+glue", "+hint", "+uri"; names with what
 * they answer for A/AAAA ("-" not asked); faults as "!owner".
 */
struct target_case {
	const char *label;
	const char *zones;
	const char *name, *type;
	const char *addresses, *names, *faults;
	uint32_t ttl;
};

static const struct target_case cases[] = {
    {"plain", EXAMPLE "a 60 A 192.0.2.1\na 60 A 192.0.2.2\n", "a.example.", "A",
	"192.0.2.1 192.0.2.2", "", "", 60},
    {"alias over zones",
	EXAMPLE "a 60 CNAME b.example.net.\n" NET
		"b 50 CNAME c\nc 70 AAAA 2001:db8::1\n",
	"a.example.", "AAAA", "2001:db8::1",
	"b.example.net.(-/-) c.example.net.(-/-)", "", 50},
    {"alias that leaves", EXAMPLE "a 60 CNAME b.example.org.\n", "a.example.",
	"A", "", "b.example.org.(-/-)", "", 0},
    {"DNAME", EXAMPLE "d 60 DNAME t\nx.t 60 A 192.0.2.1\n", "x.d.example.", "A",
	"192.0.2.1", "x.t.example.(-/-)", "", 60},
    {"DNAME asked for", EXAMPLE "d 60 DNAME t\n", "d.example.", "DNAME", "",
	"t.example.(-/-)", "", 60},
    {"CNAME asked for", EXAMPLE "a 60 CNAME b\nb 50 A 192.0.2.1\n",
	"a.example.", "CNAME", "192.0.2.1", "b.example.(answer/nodata)", "",
	50},
    {"MX with an alias",
	EXAMPLE "m 60 MX 10 a\nm 60 MX 20 b\na 60 A 192.0.2.1\n"
		"b 60 CNAME c\nc 40 AAAA 2001:db8::1\n",
	"m.example.", "MX", "192.0.2.1 2001:db8::1",
	"a.example.(answer/nodata) b.example.(nodata/answer) "
	"c.example.(-/-)",
	"", 40},
    {"null MX", EXAMPLE "m 60 MX 0 .\n", "m.example.", "MX", "", "", "", 60},
    {"MX outside", EXAMPLE "m 60 MX 0 mx.example.org.\n", "m.example.", "MX",
	"", "mx.example.org.(leaves-repo/leaves-repo)", "", 60},
    {"one address by two names",
	EXAMPLE "m 60 MX 1 a\nm 60 MX 2 b\na 60 A 192.0.2.1\n"
		"b 60 A 192.0.2.1\n",
	"m.example.", "MX", "192.0.2.1",
	"a.example.(answer/nodata) b.example.(answer/nodata)", "", 60},
    {"SRV", EXAMPLE "_s._tcp 60 SRV 0 0 8443 a\na 60 A 192.0.2.1\n",
	"_s._tcp.example.", "SRV", "192.0.2.1",
	"a.example.:8443(answer/nodata)", "", 60},
    {"SRV without service", EXAMPLE "_s._tcp 60 SRV 0 0 0 .\n",
	"_s._tcp.example.", "SRV", "", "", "", 60},
    {"PTR", EXAMPLE "1 60 PTR a\na 60 A 192.0.2.1\n", "1.example.", "PTR",
	"192.0.2.1", "a.example.(answer/nodata)", "", 60},
    {"NS at the apex", EXAMPLE "ns1 60 A 192.0.2.53\n", "example.", "NS",
	"192.0.2.53", "ns1.example.(answer/nodata)", "", 60},
    {"NS at a cut, with glue", EXAMPLE "s 60 NS ns.s\nns.s 60 A 192.0.2.53\n",
	"s.example.", "NS", "192.0.2.53+glue",
	"ns.s.example.(referral/referral)", "", 60},
    {"glue beside what the child says",
	EXAMPLE
	"s 60 NS ns.s\nns.s 60 A 192.0.2.53\n$zone s.example.\n" FIXTURE_SOA
	"@ 60 NS ns\nns 60 A 192.0.2.54\n",
	"s.example.", "NS", "192.0.2.54", "ns.s.example.(answer/nodata)", "",
	60},
    {"HTTPS: itself, hints",
	EXAMPLE "w 60 HTTPS 1 . 000400087f000001c0000201"
		"0006001020010db8000000000000000000000001\n"
		"w 60 A 192.0.2.1\n",
	"w.example.", "HTTPS", "127.0.0.1+hint 192.0.2.1 2001:db8::1+hint", "",
	"", 60},
    {"HTTPS: target and port",
	EXAMPLE "w 60 HTTPS 1 s.example.net. 0003000201bb\n" NET
		"s 60 A 192.0.2.9\n",
	"w.example.", "HTTPS", "192.0.2.9", "s.example.net.:443(answer/nodata)",
	"", 60},
    {"HTTPS: itself behind an alias",
	EXAMPLE "w 60 CNAME v\nv 60 HTTPS 1 .\nv 60 A 192.0.2.1\n",
	"w.example.", "HTTPS", "192.0.2.1", "v.example.(answer/nodata)", "",
	60},
    {"HTTPS: AliasMode to ServiceMode, its own addresses too",
	EXAMPLE "w 60 HTTPS 0 s.example.net. 0004000409090909\n" NET
		"s 50 HTTPS 1 t\ns 60 A 192.0.2.1\nt 40 AAAA 2001:db8::1\n",
	"w.example.", "HTTPS", "192.0.2.1 2001:db8::1",
	"s.example.net.(answer/nodata) t.example.net.(nodata/answer)", "", 40},
    {"HTTPS: AliasMode without service", EXAMPLE "w 60 HTTPS 0 .\n",
	"w.example.", "HTTPS", "", "", "", 60},
    {"HTTPS: AliasMode loop", EXAMPLE "w 60 HTTPS 0 v\nv 60 HTTPS 0 w\n",
	"w.example.", "HTTPS", "",
	"v.example.(nodata/nodata) w.example.(nodata/nodata)", "", 60},
    {"SVCB malformed", EXAMPLE "w 60 TYPE64 \\# 9 000100000400020102\n",
	"w.example.", "SVCB", "", "", "!w.example.", 60},
    {"NAPTR chain",
	EXAMPLE "n 60 NAPTR 1 1 - - - m\nm 60 NAPTR 1 1 s x - _s._tcp\n"
		"_s._tcp 60 SRV 0 0 1 a\na 60 A 192.0.2.1\n",
	"n.example.", "NAPTR", "192.0.2.1",
	"m.example.(-/-) _s._tcp.example.(-/-) "
	"a.example.:1(answer/nodata)",
	"", 60},
    {"NAPTR to addresses", EXAMPLE "n 60 NAPTR 1 1 a x - a\na 60 A 192.0.2.1\n",
	"n.example.", "NAPTR", "192.0.2.1", "a.example.(answer/nodata)", "",
	60},
    {"NAPTR by regexp", EXAMPLE "n 60 NAPTR 1 1 u x !^.*$!sip:a@b! .\n",
	"n.example.", "NAPTR", "", "", "!n.example.", 60},
    {"URI",
	EXAMPLE "u 60 URI 1 1 https://me@A.example:8443/x?y@z\n"
		"a 60 A 192.0.2.1\n",
	"u.example.", "URI", "192.0.2.1", "a.example.:8443(answer/nodata)", "",
	60},
    {"URI with an address",
	EXAMPLE "u 60 URI 1 1 http://192.0.2.7/\n"
		"u 60 URI 2 1 http://[2001:db8::7]:80\n",
	"u.example.", "URI", "192.0.2.7+uri 2001:db8::7+uri", "", "", 60},
    {"URI without a host", EXAMPLE "u 60 URI 1 1 mailto:a@example.org\n",
	"u.example.", "URI", "", "", "!u.example.", 60},
    {"URI with an escaped host", EXAMPLE "u 60 URI 1 1 http://%61.example/\n",
	"u.example.", "URI", "", "", "!u.example.", 60},
    {"no names in it", EXAMPLE "t 60 TXT x\n", "t.example.", "TXT", "", "", "",
	60},
    {"nothing", EXAMPLE, "t.example.", "MX", "", "", "", 0},
};

static void
addresses_text(const struct targets *ts, struct text *t)
{
	static const char *const origin[] = {"", "+glue", "+hint", "+uri"};
	char buf[INET6_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < ts->naddresses; i++) {
		const struct target_address *a = &ts->address[i];

		inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->addr, buf,
		    sizeof(buf));
		text_printf(
		    t, "%s%s%s", i == 0 ? "" : " ", buf, origin[a->origin]);
		assert_non_null(a->rr);
	}
}

static void
names_text(const struct targets *ts, struct text *t)
{
	char buf[NAME_MAX_TEXT];
	size_t i;

	for (i = 0; i < ts->nnames; i++) {
		const struct target_name *n = &ts->name[i];

		name_to_text(buf, n->name);
		text_printf(t, "%s%s", i == 0 ? "" : " ", buf);
		if (n->port != 0)
			text_printf(t, ":%u", n->port);
		text_printf(t, "(%s/%s)",
		    n->a == NULL ? "-" : resolve_outcome_text(n->a->outcome),
		    n->aaaa == NULL ? "-"
				    : resolve_outcome_text(n->aaaa->outcome));
		assert_non_null(n->rr);
	}
}

static void
faults_text(const struct targets *ts, struct text *t)
{
	char buf[NAME_MAX_TEXT];
	size_t i;

	for (i = 0; i < ts->nfaults; i++) {
		name_to_text(
		    buf, zone_rr_owner(ts->fault[i].zone, ts->fault[i].rr));
		text_printf(t, "%s!%s", i == 0 ? "" : " ", buf);
	}
}

static void
expect(const char *label, const char *what, const struct targets *ts,
    void (*print)(const struct targets *, struct text *), const char *want)
{
	struct text t = TEXT_INIT;

	print(ts, &t);
	if (strcmp(t.data == NULL ? "" : t.data, want) != 0)
		fail_msg("%s: %s: %s", label, what, t.data);
	text_free(&t);
}

static struct targets *
collect(struct zoneset *set, const char *name, const char *type,
    struct arena *arena)
{
	struct resolve_answer *a;
	struct targets *ts = NULL;
	uint8_t wire[NAME_MAX_LEN];
	struct error e;

	fixture_name(wire, name, NULL);
	assert_int_equal(resolve(&a, set, NULL, "", wire,
			     rrtype_from_text(type, strlen(type)), arena, &e),
	    0);
	assert_int_equal(targets_of_answer(&ts, set, NULL, a, arena, &e), 0);
	return ts;
}

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct target_case *c = &cases[i];
		struct zoneset *set = fixture_set(c->zones);
		struct arena *arena = arena_new();
		struct targets *ts = collect(set, c->name, c->type, arena);

		expect(c->label, "addresses", ts, addresses_text, c->addresses);
		expect(c->label, "names", ts, names_text, c->names);
		expect(c->label, "faults", ts, faults_text, c->faults);
		if (ts->ttl != c->ttl)
			fail_msg("%s: TTL %u", c->label, ts->ttl);
		assert_false(ts->incomplete);
		arena_free(arena);
		zoneset_free(set);
	}
}

/* Work is bounded, and what was left out is said. */
static void
test_bounded(void **state)
{
	struct arena *arena = arena_new();
	struct text t = TEXT_INIT;
	struct zoneset *set;
	struct targets *ts;
	int i;

	(void)state;
	text_str(&t, EXAMPLE);
	for (i = 0; i < TARGETS_MAX_QUESTIONS / 2; i++)
		text_printf(&t, "m 60 MX 1 a%d\n", i);
	set = fixture_set(t.data);
	ts = collect(set, "m.example.", "MX", arena);
	assert_false(ts->incomplete);
	zoneset_free(set);
	text_printf(&t, "m 60 MX 1 a%d\n", i);
	set = fixture_set(t.data);
	ts = collect(set, "m.example.", "MX", arena);
	assert_true(ts->incomplete);
	zoneset_free(set);
	arena_free(arena);
	text_free(&t);
}

static void
test_of_rrset(void **state)
{
	struct zoneset *set = fixture_set(
	    EXAMPLE "ns1 60 A 192.0.2.53\n@ 60 NS x.invalid.\n");
	const struct zone *z = zoneset_entry(set, 0)->zone;
	struct arena *arena = arena_new();
	struct targets *ts;
	struct error e;

	(void)state;
	assert_int_equal(
	    targets_of_rrset(&ts, set, NULL, "", z,
		zone_find_rrset(z, z->apex, RRTYPE_NS), z->apex, arena, &e),
	    0);
	expect("apex", "addresses", ts, addresses_text, "192.0.2.53");
	expect("apex", "names", ts, names_text,
	    "x.invalid.(leaves-repo/leaves-repo) ns1.example.(answer/nodata)");
	arena_free(arena);
	zoneset_free(set);
}

static void
test_svcb(void **state)
{
	static const struct {
		const char *label, *hex;
		bool good;
	} c[] = {
	    {"no parameters", "000100", true},
	    {"cut short", "0001", false},
	    {"name cut short", "00010461", false},
	    {"mandatory",
		"000100"
		"000000020003"
		"0003000201bb",
		true},
	    {"mandatory absent",
		"000100"
		"000000020004"
		"0003000201bb",
		false},
	    {"mandatory itself",
		"000100"
		"000000020000",
		false},
	    {"mandatory twice",
		"000100"
		"0000000400030003"
		"0003000201bb",
		false},
	    {"mandatory odd",
		"000100"
		"0000000100",
		false},
	    {"alpn",
		"000100"
		"00010003026832",
		true},
	    {"alpn empty",
		"000100"
		"00010000",
		false},
	    {"alpn too long",
		"000100"
		"00010003036832",
		false},
	    {"no-default-alpn",
		"000100"
		"00010003026832"
		"00020000",
		true},
	    {"no-default-alpn alone",
		"000100"
		"00020000",
		false},
	    {"port",
		"000100"
		"00030001bb",
		false},
	    {"order",
		"000100"
		"0003000201bb"
		"000100020161",
		false},
	    {"twice",
		"000100"
		"0003000201bb"
		"0003000201bb",
		false},
	    {"hint",
		"000100"
		"000400047f000001",
		true},
	    {"hint of three",
		"000100"
		"000400037f0000",
		false},
	    {"no hint",
		"000100"
		"00040000",
		false},
	    {"IPv6 hint of four",
		"000100"
		"000600047f000001",
		false},
	    {"unknown key",
		"000100"
		"ff0000017f",
		true},
	    {"past the end",
		"000100"
		"ff0000027f",
		false},
	    {"half a key",
		"000100"
		"ff00",
		false},
	};
	uint8_t buf[64];
	struct svcb s;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		n = fixture_hex(buf, c[i].hex);
		if ((svcb_parse(&s, buf, n) == NULL) != c[i].good)
			fail_msg("%s", c[i].label);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_of_rrset),
	    cmocka_unit_test(test_svcb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
