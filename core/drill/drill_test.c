/* The drill as a matrix in short: one word an outage, in order. */
#include "../resolve/fixture_set.h"

#include "drill.h"

#define COM "$zone example.com.\n" FIXTURE_SOA
#define NET "$zone example.net.\n" FIXTURE_SOA
#define ORG "$zone example.org.\n" FIXTURE_SOA
/* Servers of two providers, outside. */
#define TWO "@ 60 NS n.a.test.\n@ 60 NS n.b.test.\n"
#define ONE "@ 60 NS n.a.test.\n"
#define API2 "api 60 A 192.0.2.1\napi 60 A 198.51.100.1\n"
#define DS " 60 DS 1 13 2 00\n"
/* What the servers of TWO add to every matrix that they do not redden. */
#define TWO_OK "n.a.test.=yyy n.b.test.=yyy *a.test.=yyy *b.test.=yyy"

static const struct policy_net primary_nets[] = {
    {{192, 0, 2}, 4, 28}, {{0x20, 0x01, 0x0d, 0xb8, 0, 1}, 16, 48}};
static const struct policy_net standby_nets[] = {{{198, 51, 100}, 4, 28}};
static const struct policy_net wide_nets[] = {
    {{192, 0, 2}, 4, 28}, {{192, 0, 2}, 4, 24}};
static const uint8_t cdn_name[] = "\3cdn\4test";
static const uint8_t a_name[] = "\1a\4test";
static const struct policy_pattern cdn_patterns[] = {{cdn_name, true}};
static const struct policy_pattern a_patterns[] = {{a_name, true}};

static const struct policy_target lists[] = {
    {.name = "primary", .net = primary_nets, .nnets = 2, .line = 1},
    {.name = "standby", .net = standby_nets, .nnets = 1, .line = 2},
    {.name = "cdn", .pattern = cdn_patterns, .npatterns = 1, .line = 3},
    {.name = "wide", .net = wide_nets, .nnets = 2, .line = 4},
    {.name = "dns-a",
	.net = standby_nets,
	.nnets = 1,
	.pattern = a_patterns,
	.npatterns = 1,
	.line = 5},
};
static const struct policy_target *const all_lists[] = {
    &lists[0], &lists[1], &lists[2]};
static const struct policy_target *const wide_list[] = {&lists[3]};
static const struct policy_target *const dns_list[] = {&lists[0], &lists[4]};

enum { LISTS_ALL, LISTS_WIDE, LISTS_DNS, LISTS_NONE };

static const struct {
	const struct policy_target *const *target;
	size_t n;
} targets[] = {
    [LISTS_ALL] = {all_lists, 3},
    [LISTS_WIDE] = {wide_list, 1},
    [LISTS_DNS] = {dns_list, 2},
    [LISTS_NONE] = {NULL, 0},
};

/*
 * The matrix: "WHAT=RVA", today as "-", lists as "@list", networks with their
 * prefix, providers as "*suffix"; y yes, n no, ? unknown, u unsigned, - moot; a
 * final "!" is red. "signed" names zones that are not simply signed, as
 * "example.com.=not|bogus|unknown".
 */
struct drill_case {
	const char *label, *zones, *name, *types;
	int lists;
	struct policy_require require;
	const char *is_signed, *want;
};

static const struct drill_case cases[] = {
    {"two sites, two providers", COM TWO API2, "api.example.com.", "A",
	LISTS_ALL, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=yyy @standby=yyy "
	"192.0.2.0/28=yyy 198.51.100.0/28=yyy " TWO_OK},
    {"one address", COM TWO "api 60 A 192.0.2.1\n", "api.example.com.", "A",
	LISTS_ALL, {0}, "",
	"-=yyy 192.0.2.1=n--! @primary=n--! 192.0.2.0/28=n--! " TWO_OK},
    {"one site", COM TWO "api 60 A 192.0.2.1\napi 60 A 192.0.2.2\n",
	"api.example.com.", "A", LISTS_ALL, {0}, "",
	"-=yyy 192.0.2.1=yyy 192.0.2.2=yyy @primary=n--! "
	"192.0.2.0/28=n--! " TWO_OK},
    {"one server", COM ONE API2, "api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy n.a.test.=n--! *a.test.=n--!"},
    {"one provider", COM ONE "@ 60 NS m.a.test.\n" API2, "api.example.com.",
	"A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy m.a.test.=yyy n.a.test.=yyy "
	"*a.test.=n--!"},
    {"no server at all", COM API2, "api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=n--! 192.0.2.1=n--! 198.51.100.1=n--!"},
    {"min-targets", COM TWO API2, "api.example.com.", "A", LISTS_ALL,
	{.min_targets = 2}, "",
	"-=yyy 192.0.2.1=yyn! 198.51.100.1=yyn! @primary=yyn! @standby=yyn! "
	"192.0.2.0/28=yyn! 198.51.100.0/28=yyn! " TWO_OK},
    {"min-targets with one to spare", COM TWO API2 "api 60 A 192.0.2.2\n",
	"api.example.com.", "A", LISTS_ALL, {.min_targets = 2}, "",
	"-=yyy 192.0.2.1=yyy 192.0.2.2=yyy 198.51.100.1=yyy @primary=yyn! "
	"@standby=yyy 192.0.2.0/28=yyn! 198.51.100.0/28=yyy " TWO_OK},
    {"distinct-networks", COM TWO API2 "api 60 A 192.0.2.2\n",
	"api.example.com.", "A", LISTS_ALL, {.distinct_networks = 2}, "",
	"-=yyy 192.0.2.1=yyy 192.0.2.2=yyy 198.51.100.1=yyn! @primary=yyn! "
	"@standby=yyn! 192.0.2.0/28=yyn! 198.51.100.0/28=yyn! " TWO_OK},
    {"both families of one site are one network",
	COM TWO "api 60 A 192.0.2.1\napi 60 AAAA 2001:db8:1::1\n",
	"api.example.com.", "A AAAA", LISTS_ALL, {.distinct_networks = 1}, "",
	"-=yyy 192.0.2.1=yyy 2001:db8:1::1=yyy @primary=n--! "
	"192.0.2.0/28=yyy 2001:db8:1::/48=yyy " TWO_OK},
    {"a mapped address is the same address",
	COM TWO "api 60 A 192.0.2.1\napi 60 AAAA ::ffff:192.0.2.1\n",
	"api.example.com.", "A AAAA", LISTS_ALL, {.min_targets = 2}, "",
	"-=yyn! 192.0.2.1=n--! @primary=n--! 192.0.2.0/28=n--! n.a.test.=yyn! "
	"n.b.test.=yyn! *a.test.=yyn! *b.test.=yyn!"},
    {"a block inside another counts once", COM TWO "api 60 A 192.0.2.1\n",
	"api.example.com.", "A", LISTS_WIDE, {0}, "",
	"-=yyy 192.0.2.1=n--! @wide=n--! 192.0.2.0/24=n--! " TWO_OK},
    {"an address that is not allowed", COM TWO API2 "api 60 A 203.0.113.1\n",
	"api.example.com.", "A", LISTS_ALL, {0}, "",
	"-=yyn! 192.0.2.1=yyn! 198.51.100.1=yyn! 203.0.113.1=yyy "
	"@primary=yyn! @standby=yyn! 192.0.2.0/28=yyn! 198.51.100.0/28=yyn! "
	"n.a.test.=yyn! n.b.test.=yyn! *a.test.=yyn! *b.test.=yyn!"},
    {"servers that stand in the failing network",
	COM "@ 60 NS ns1\n@ 60 NS ns2\nns1 60 A 192.0.2.14\n"
	    "ns2 60 A 192.0.2.15\n" API2,
	"api.example.com.", "A", LISTS_ALL, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=n--! @standby=yyy "
	"192.0.2.0/28=n--! 198.51.100.0/28=yyy ns1.example.com.=yyy "
	"ns2.example.com.=yyy *example.com.=n--!"},
    {"a server at the address that fails",
	COM "@ 60 NS ns1\nns1 60 A 192.0.2.1\n" API2, "api.example.com.", "A",
	LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=n--! 198.51.100.1=yyy ns1.example.com.=n--! "
	"*example.com.=n--!"},
    {"a server without an address is none",
	COM "@ 60 NS ns1\n@ 60 NS ns2\nns1 60 A 192.0.2.53\n" API2,
	"api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy ns1.example.com.=n--! "
	"ns2.example.com.=yyy *example.com.=n--!"},
    {"a list that names servers", COM TWO API2, "api.example.com.", "A",
	LISTS_DNS, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=yyy @dns-a=yyy "
	"192.0.2.0/28=yyy 198.51.100.0/28=yyy " TWO_OK},
    {"a list that names the only server", COM ONE API2, "api.example.com.", "A",
	LISTS_DNS, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=yyy @dns-a=n--! "
	"192.0.2.0/28=yyy 198.51.100.0/28=yyy n.a.test.=n--! *a.test.=n--!"},

    /* ---- zones above and beside ---------------------------------------- */
    {"the zone above has one provider",
	COM ONE "s 60 NS n.a.test.\ns 60 NS n.b.test.\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA TWO API2,
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy n.a.test.=n--! n.b.test.=yyy "
	"*a.test.=n--! *b.test.=yyy"},
    {"the delegation names one of two",
	COM TWO "s 60 NS n.a.test.\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA TWO API2,
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy n.a.test.=n--! n.b.test.=yyy "
	"*a.test.=n--! *b.test.=yyy"},
    {"the apex names one of two",
	COM TWO "s 60 NS n.a.test.\ns 60 NS n.b.test.\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA ONE API2,
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy n.a.test.=n--! n.b.test.=yyy "
	"*a.test.=n--! *b.test.=yyy"},
    {"glue",
	COM TWO "s 60 NS ns.s\nns.s 60 A 192.0.2.53\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA
		"@ 60 NS ns\nns 60 A 192.0.2.53\n" API2,
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy ns.s.example.com.=n--! "
	"n.a.test.=yyy n.b.test.=yyy *s.example.com.=n--! *a.test.=yyy "
	"*b.test.=yyy"},
    {"glue that is missing",
	COM TWO "s 60 NS ns.s\ns" DS "$zone s.example.com.\n" FIXTURE_SOA
		"@ 60 NS ns\nns 60 A 192.0.2.53\napi 60 A 192.0.2.1\n",
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=n--! 192.0.2.1=n--! ns.s.example.com.=n--! n.a.test.=n--! "
	"n.b.test.=n--! *s.example.com.=n--! *a.test.=n--! "
	"*b.test.=n--!"},
    {"servers named in each other's zones",
	COM
	"@ 60 NS ns.example.net.\nns 60 A 192.0.2.53\napi 60 A 192.0.2.1\n" NET
	"@ 60 NS ns.example.com.\nns 60 A 198.51.100.53\n",
	"api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=n--! 192.0.2.1=n--! ns.example.com.=n--! ns.example.net.=n--! "
	"*example.com.=n--! *example.net.=n--!"},
    {"the servers' names are in a zone with one provider",
	COM "@ 60 NS x.example.net.\n@ 60 NS y.example.net.\n"
	    "api 60 A 192.0.2.1\n" NET ONE
	    "x 60 A 192.0.2.53\ny 60 A 198.51.100.53\n",
	"api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=n--! x.example.net.=yyy y.example.net.=yyy "
	"n.a.test.=n--! *example.net.=n--! *a.test.=n--!"},
    {"an alias into a zone with one provider",
	COM TWO "api 60 CNAME api.example.net.\n" NET ONE API2,
	"api.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy n.a.test.=n--! n.b.test.=yyy "
	"*a.test.=n--! *b.test.=yyy"},
    {"mail hosts in two zones",
	COM TWO "m 60 MX 1 mx.example.net.\nm 60 MX 2 mx.example.org.\n" NET
		"@ 60 NS n.c.test.\nmx 60 A 192.0.2.1\n" ORG
		"@ 60 NS n.d.test.\nmx 60 A 198.51.100.1\n",
	"m.example.com.", "MX", LISTS_ALL, {.min_targets = 1}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=yyy @standby=yyy "
	"192.0.2.0/28=yyy 198.51.100.0/28=yyy n.a.test.=yyy n.b.test.=yyy "
	"n.c.test.=yyy n.d.test.=yyy *a.test.=yyy *b.test.=yyy *c.test.=yyy "
	"*d.test.=yyy"},
    {"mail hosts in two zones, at one address",
	COM TWO "m 60 MX 1 mx.example.net.\nm 60 MX 2 mx.example.org.\n" NET
		"@ 60 NS n.c.test.\nmx 60 A 192.0.2.1\n" ORG
		"@ 60 NS n.d.test.\nmx 60 A 192.0.2.1\n",
	"m.example.com.", "MX", LISTS_NONE, {.min_targets = 1}, "",
	"-=yyy 192.0.2.1=n--! n.a.test.=yyy n.b.test.=yyy n.c.test.=yyy "
	"n.d.test.=yyy *a.test.=yyy *b.test.=yyy *c.test.=yyy *d.test.=yyy"},
    {"mail hosts in two zones, both needed",
	COM TWO "m 60 MX 1 mx.example.net.\nm 60 MX 2 mx.example.org.\n" NET
		"@ 60 NS n.c.test.\nmx 60 A 192.0.2.1\n" ORG TWO
		"mx 60 A 198.51.100.1\n",
	"m.example.com.", "MX", LISTS_NONE, {.min_targets = 2}, "",
	"-=yyy 192.0.2.1=yyn! 198.51.100.1=yyn! n.a.test.=yyy n.b.test.=yyy "
	"n.c.test.=yyn! *a.test.=yyy *b.test.=yyy *c.test.=yyn!"},
    {"hints", COM TWO "w 60 HTTPS 1 . 00040004c0000201\nw 60 A 198.51.100.1\n",
	"w.example.com.", "HTTPS", LISTS_ALL, {0}, "",
	"-=yyy 192.0.2.1=yyy 198.51.100.1=yyy @primary=yyy @standby=yyy "
	"192.0.2.0/28=yyy 198.51.100.0/28=yyy " TWO_OK},
    {"an answer without addresses", COM ONE "t 60 TXT x\n", "t.example.com.",
	"TXT", LISTS_ALL, {0}, "", "-=yyy n.a.test.=n--! *a.test.=n--!"},
    {"text does not stand in for addresses",
	COM TWO "api 60 A 192.0.2.1\napi 60 TXT x\n", "api.example.com.",
	"A TXT", LISTS_NONE, {0}, "", "-=yyy 192.0.2.1=n--! " TWO_OK},

    /* ---- what is elsewhere --------------------------------------------- */
    {"no such name", COM ONE, "api.example.com.", "A", LISTS_ALL, {0}, "",
	"-=n--! n.a.test.=n--! *a.test.=n--!"},
    {"no such zone", COM ONE, "api.example.net.", "A", LISTS_ALL, {0}, "",
	"-=n--!"},
    {"a name outside", COM TWO "api 60 CNAME x.cdn.test.\n", "api.example.com.",
	"A", LISTS_ALL, {0}, "",
	"-=y?y @cdn=n--! n.a.test.=y?y n.b.test.=y?y *a.test.=y?y "
	"*b.test.=y?y"},
    {"a name outside that must be signed", COM TWO "api 60 CNAME x.cdn.test.\n",
	"api.example.com.", "A", LISTS_ALL, {.is_signed = true}, "",
	"-=y?y! @cdn=n--! n.a.test.=y?y! n.b.test.=y?y! *a.test.=y?y! "
	"*b.test.=y?y!"},
    {"a name outside that is not allowed", COM TWO "api 60 CNAME x.test.\n",
	"api.example.com.", "A", LISTS_ALL, {0}, "",
	"-=y?n! n.a.test.=y?n! n.b.test.=y?n! *a.test.=y?n! *b.test.=y?n!"},
    {"an alias that only names of the repository follow",
	COM TWO "api 60 CNAME b\nb 60 CNAME x.cdn.test.\n", "api.example.com.",
	"A AAAA", LISTS_ALL, {.min_targets = 1, .distinct_networks = 1}, "",
	"-=y?y @cdn=n--! n.a.test.=y?y n.b.test.=y?y *a.test.=y?y "
	"*b.test.=y?y"},
    {"a name delegated away", COM TWO "s 60 NS n.a.test.\ns 60 NS n.c.test.\n",
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=y?y n.a.test.=y?y n.b.test.=y?y n.c.test.=y?y *a.test.=y?y "
	"*b.test.=y?y *c.test.=y?y"},
    {"a name delegated away to one server", COM TWO "s 60 NS n.c.test.\n",
	"api.s.example.com.", "A", LISTS_ALL, {0}, "",
	"-=y?n! n.a.test.=y?n! n.b.test.=y?n! n.c.test.=n--! *a.test.=y?n! "
	"*b.test.=y?n! *c.test.=n--!"},

    /* ---- signatures ----------------------------------------------------- */
    {"unsigned", COM TWO "api 60 A 192.0.2.1\n", "api.example.com.", "A",
	LISTS_NONE, {0}, "example.com.=not",
	"-=yuy 192.0.2.1=n--! n.a.test.=yuy n.b.test.=yuy *a.test.=yuy "
	"*b.test.=yuy"},
    {"unsigned, but must be signed", COM ONE "api 60 A 192.0.2.1\n",
	"api.example.com.", "A", LISTS_NONE, {.is_signed = true},
	"example.com.=not",
	"-=yny! 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"bogus", COM ONE "api 60 A 192.0.2.1\n", "api.example.com.", "A",
	LISTS_NONE, {0}, "example.com.=bogus",
	"-=yny! 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"nobody looked at the signatures", COM ONE "api 60 A 192.0.2.1\n",
	"api.example.com.", "A", LISTS_NONE, {0}, "example.com.=unknown",
	"-=y?y 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"the zone above is bogus",
	COM ONE "s 60 NS n.a.test.\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA ONE "api 60 A 192.0.2.1\n",
	"api.s.example.com.", "A", LISTS_NONE, {0}, "example.com.=bogus",
	"-=yny! 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"no DS in the zone above",
	COM ONE "s 60 NS n.a.test.\n$zone s.example.com.\n" FIXTURE_SOA ONE
		"api 60 A 192.0.2.1\n",
	"api.s.example.com.", "A", LISTS_NONE, {0}, "",
	"-=yuy 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"a DS for a zone that is not signed",
	COM ONE "s 60 NS n.a.test.\ns" DS
		"$zone s.example.com.\n" FIXTURE_SOA ONE "api 60 A 192.0.2.1\n",
	"api.s.example.com.", "A", LISTS_NONE, {0}, "s.example.com.=not",
	"-=yny! 192.0.2.1=n--! n.a.test.=n--! *a.test.=n--!"},
    {"the bogus half fails, and the rest validates",
	COM TWO
	"m 60 MX 1 mx.example.net.\nm 60 MX 2 mx\nmx 60 A 192.0.2.1\n" NET
	"@ 60 NS n.c.test.\nmx 60 A 198.51.100.1\n",
	"m.example.com.", "MX", LISTS_NONE, {0}, "example.net.=bogus",
	"-=yny! 192.0.2.1=yny! 198.51.100.1=yyy n.a.test.=yny! "
	"n.b.test.=yny! n.c.test.=yyy *a.test.=yny! *b.test.=yny! "
	"*c.test.=yyy"},
    {"the zone of the servers' names may be unsigned",
	COM "@ 60 NS x.example.net.\napi 60 A 192.0.2.1\n" NET ONE
	    "x 60 A 192.0.2.53\n",
	"api.example.com.", "A", LISTS_NONE, {0}, "example.net.=not",
	"-=yyy 192.0.2.1=n--! x.example.net.=n--! n.a.test.=n--! "
	"*example.net.=n--! *a.test.=n--!"},
};

/* ---- running one --------------------------------------------------------- */

struct world {
	struct zoneset *set;
	const char *is_signed;
	unsigned asked;
	bool fail;
};

static int
signed_as(void *ctx, uint32_t entry, const struct zone *parent,
    const struct zone_rrset *ds, enum drill_signed *out, struct error *e)
{
	struct world *w = ctx;
	char want[NAME_MAX_TEXT + 2], apex[NAME_MAX_TEXT];
	const char *at;

	assert_true((parent == NULL) == (ds == NULL));
	w->asked++;
	if (w->fail)
		return error_set(e, ERROR_SYSTEM, "as the test wants");
	name_to_text(apex, zoneset_entry(w->set, entry)->apex);
	snprintf(want, sizeof(want), "%s=", apex);
	*out = DRILL_SIGNED_GOOD;
	if ((at = strstr(w->is_signed, want)) == NULL ||
	    (at != w->is_signed && at[-1] != ' '))
		return 0;
	at += strlen(want);
	*out = *at == 'n'   ? DRILL_SIGNED_NOT
	       : *at == 'b' ? DRILL_SIGNED_BOGUS
			    : DRILL_SIGNED_UNKNOWN;
	return 0;
}

static char
letter(const struct drill_verdict *v)
{
	static const char letters[] = {
	    [DRILL_NO] = 'n',
	    [DRILL_YES] = 'y',
	    [DRILL_UNKNOWN] = '?',
	    [DRILL_UNSIGNED] = 'u',
	    [DRILL_MOOT] = '-',
	};

	return letters[v->state];
}

static void
cell_text(const char *label, const struct drill_cell *c, struct text *t)
{
	static const char *const mark[] = {
	    [DRILL_NONE] = "-",
	    [DRILL_ADDRESS] = "",
	    [DRILL_LIST] = "@",
	    [DRILL_NETWORK] = "",
	    [DRILL_SERVER] = "",
	    [DRILL_PROVIDER] = "*",
	};
	const struct drill_verdict *v[] = {
	    &c->resolves, &c->validates, &c->allowed};
	size_t i;

	text_printf(t, "%s%s%s=%c%c%c%s", t->len > 0 ? " " : "",
	    mark[c->outage.kind], c->outage.what, letter(v[0]), letter(v[1]),
	    letter(v[2]), c->red ? "!" : "");
	for (i = 0; i < 3; i++) {
		bool plain = v[i]->state == DRILL_YES ||
			     v[i]->state == DRILL_MOOT;

		if (plain != (v[i]->reason == NULL))
			fail_msg("%s: %s: a reason too many or too few: %s",
			    label, c->outage.what,
			    plain ? v[i]->reason : "none");
	}
}

/* 1 if the matrix is another one. */
static int
run_case(const struct drill_case *c)
{
	struct world w = {.is_signed = c->is_signed};
	struct policy_protected protect = {.require = c->require, .line = 1};
	struct policy policy = {.protect = &protect, .nprotects = 1};
	struct drill_args args = {
	    .policy = &policy, .is_signed = signed_as, .ctx = &w};
	struct arena *arena = arena_new();
	struct text got = TEXT_INIT;
	uint16_t type[8];
	uint8_t name[NAME_MAX_LEN];
	struct error e = {0};
	struct drill *d;
	const char *p;
	size_t i, n;
	int wrong;

	args.set = w.set = fixture_set(c->zones);
	fixture_name(name, c->name, NULL);
	protect.name = name;
	for (p = c->types; *p != '\0'; p += n + strspn(p + n, " ")) {
		n = strcspn(p, " ");
		type[protect.ntypes++] = rrtype_from_text(p, n);
	}
	protect.type = type;
	protect.target = targets[c->lists].target;
	protect.ntargets = targets[c->lists].n;
	if (drill_run(&d, &args, arena, &e) != 0)
		fail_msg("%s: %s", c->label, e.message);
	assert_int_equal(d->nnames, 1);
	for (i = 0; i < d->name[0].ncells; i++)
		cell_text(c->label, &d->name[0].cell[i], &got);
	wrong = strcmp(got.data, c->want) != 0;
	if (wrong)
		print_message(
		    "%s:\n  got  %s\n  want %s\n", c->label, got.data, c->want);
	text_free(&got);
	arena_free(arena);
	zoneset_free(w.set);
	return wrong;
}

static void
test_matrix(void **state)
{
	int wrong = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		wrong += run_case(&cases[i]);
	assert_int_equal(wrong, 0);
}

/* ---- names, views, bounds ------------------------------------------------ */

/* "NAME/VIEW=CELLS" of every name that was drilled. */
static void
names_text(const struct drill *d, struct text *t)
{
	char name[NAME_MAX_TEXT];
	size_t i;

	for (i = 0; i < d->nnames; i++) {
		name_to_text(name, d->name[i].protect->name);
		text_printf(t, "%s%s/%s=%zu", t->len > 0 ? " " : "", name,
		    d->name[i].view, d->name[i].ncells);
	}
}

static const struct {
	const char *label, *zones, *view, *only, *want;
} views[] = {
    {"one view of three",
	"$zone example.com. out\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", "out",
	NULL, "b.example.com./out=4"},
    {"by falling back",
	"$zone example.com. out\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", "deep",
	NULL, "b.example.com./deep=4"},
    {"every view",
	"$zone example.com. out\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", NULL,
	NULL, "b.example.com./out=4 b.example.com./in=4 b.example.com./deep=4"},
    {"views without the zone are left out",
	"$zone example.com. deep\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", NULL,
	NULL, "b.example.com./deep=4"},
    {"in no view at all", "$zone example.net. deep\n" FIXTURE_SOA ONE, NULL,
	NULL, "b.example.com./out=1"},
    {"asked for",
	"$zone example.com. out\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", "out",
	"b.example.com.", "b.example.com./out=4"},
    {"another is asked for",
	"$zone example.com. out\n" FIXTURE_SOA ONE "b 60 A 192.0.2.1\n", "out",
	"c.example.com.", ""},
};

static void
run_view(size_t k)
{
	static const uint16_t types[] = {RRTYPE_A};
	struct policy_protected protect = {
	    .type = types, .ntypes = 1, .view = views[k].view};
	struct policy policy = fixture_policy;
	uint8_t name[NAME_MAX_LEN], only[NAME_MAX_LEN];
	const uint8_t *list[] = {only};
	struct drill_args args = {.policy = &policy, .only = list};
	struct arena *arena = arena_new();
	struct text got = TEXT_INIT;
	struct error e = {0};
	struct drill *d;

	args.set = fixture_set(views[k].zones);
	fixture_name(name, "b.example.com.", NULL);
	protect.name = name;
	policy.protect = &protect;
	policy.nprotects = 1;
	if (views[k].only != NULL) {
		fixture_name(only, views[k].only, NULL);
		args.nonly = 1;
	}
	if (drill_run(&d, &args, arena, &e) != 0)
		fail_msg("%s: %s", views[k].label, e.message);
	text_str(&got, "");
	names_text(d, &got);
	if (strcmp(got.data == NULL ? "" : got.data, views[k].want) != 0)
		fail_msg("%s: %s", views[k].label, got.data);
	text_free(&got);
	arena_free(arena);
	zoneset_free(args.set);
}

static void
test_views(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		run_view(i);
}

/* Run with ZONES; the result of drill_run(). The drill is forgotten. */
static int
run_zones(const char *zones, const char *type, struct world *w, struct error *e,
    size_t *red, size_t *all)
{
	struct policy_protected protect = {.ntypes = 1};
	struct policy policy = {.protect = &protect, .nprotects = 1};
	struct drill_args args = {
	    .policy = &policy, .is_signed = signed_as, .ctx = w};
	struct arena *arena = arena_new();
	uint16_t number = rrtype_from_text(type, strlen(type));
	uint8_t name[NAME_MAX_LEN];
	struct drill *d;
	int rc;

	args.set = w->set = fixture_set(zones);
	fixture_name(name, "b.example.com.", NULL);
	protect.name = name;
	protect.type = &number;
	rc = drill_run(&d, &args, arena, e);
	if (rc == 0 && red != NULL)
		drill_count(d, red, all);
	assert_true((rc == 0) == (d != NULL));
	arena_free(arena);
	zoneset_free(w->set);
	return rc;
}

/* N times FMT with the number in it. */
static void
repeat(struct text *t, const char *before, const char *after, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		text_printf(t, "%s%u%s", before, i, after);
}

static const struct {
	const char *label, *head, *before, *after, *type;
	unsigned most; /* is fine; one more is an error */
} bounds[] = {
    {"name servers", COM "b 60 A 192.0.2.1\n", "@ 60 NS n", ".x.test.\n", "A",
	DRILL_SERVERS_MAX},
    {"zones", COM ONE, "b 60 MX 1 m.z", ".test.\n", "MX", DRILL_ZONES_MAX - 1},
    {"outages", COM ONE, "b 60 AAAA 2001:db8::", "\n", "AAAA",
	DRILL_OUTAGES_MAX - 3},
};

static void
test_bounds(void **state)
{
	struct world w = {.is_signed = ""};
	struct error e;
	struct text t = TEXT_INIT;
	unsigned over, n, k;
	size_t i, red, all;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		for (over = 0; over < 2; over++) {
			n = bounds[i].most + over;
			text_clear(&t);
			text_str(&t, bounds[i].head);
			repeat(&t, bounds[i].before, bounds[i].after, n);
			for (k = 0; i == 1 && k < n; k++)
				text_printf(&t,
				    "$zone z%u.test.\n" FIXTURE_SOA
				    "m 60 A 192.0.2.1\n",
				    k);
			e = (struct error){0};
			rc = run_zones(
			    t.data, bounds[i].type, &w, &e, &red, &all);
			if ((rc != 0) != (over == 1) ||
			    (rc != 0 && e.code != ERROR_SYSTEM))
				fail_msg("%s: %u: %d %s", bounds[i].label, n,
				    rc, e.message);
		}
	text_free(&t);
}

static void
test_errors(void **state)
{
	struct world w = {.is_signed = "", .fail = true};
	struct error e = {0};
	size_t red, all;

	(void)state;
	assert_int_equal(
	    run_zones(COM ONE "b 60 A 192.0.2.1\n", "A", &w, &e, NULL, NULL),
	    -1);
	assert_int_equal(w.asked, 1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	w.fail = false;
	w.asked = 0;
	assert_int_equal(
	    run_zones(COM ONE "b 60 A 192.0.2.1\n", "A", &w, &e, &red, &all),
	    0);
	assert_int_equal(w.asked, 1); /* once, whatever fails */
	assert_int_equal(red, 3);
	assert_int_equal(all, 4);
}

/* A zone that could not be read completely says nothing about outages. */
static void
test_broken(void **state)
{
	static const uint16_t types[] = {RRTYPE_A};
	struct policy_protected protect = {.type = types, .ntypes = 1};
	struct policy policy = {.protect = &protect, .nprotects = 1};
	struct drill_args args = {.policy = &policy};
	struct arena *arena = arena_new();
	uint8_t name[NAME_MAX_LEN];
	struct error e = {0};
	struct drill *d;

	(void)state;
	args.set = fixture_set(
	    COM "@ 60 NS x.example.net.\nb 60 A 192.0.2.1\n" NET ONE
		"x 60 A 192.0.2.53\n");
	fixture_name(name, "b.example.com.", NULL);
	protect.name = name;
	assert_int_equal(drill_run(&d, &args, arena, &e), 0);
	zoneset_entry(args.set, 1)->zone->broken = true;
	assert_int_equal(drill_run(&d, &args, arena, &e), -1);
	assert_null(d);
	assert_int_equal(e.code, ERROR_SYSTEM);
	arena_free(arena);
	zoneset_free(args.set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matrix),
	    cmocka_unit_test(test_views),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
