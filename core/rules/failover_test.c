/* Rules about protected names, over real look-ups: fires and near misses. */
#include "failover_fixture.h"

static const struct failover_case cases[] = {
    /* ---- targets */
    {.label = "approved", .rule = ALLOWED, .new = HEAD GOOD},
    {.label = "one address is not",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 A 203.0.113.77\n"},
    {.label = "one past the block",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 A 192.0.2.16\n"},
    {.label = "last of the block",
	.rule = ALLOWED,
	.new = HEAD "api 60 A 192.0.2.15\n"},
    {.label = "IPv6",
	.rule = ALLOWED,
	.new = HEAD "api 60 AAAA 2001:db8:1::7\n"},
    {.label = "IPv6 of others",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 AAAA 2001:db8:2::7\n"},
    {.label = "IPv4-mapped, forbidden",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 AAAA ::ffff:203.0.113.77\n"},
    {.label = "NAT64, allowed",
	.rule = ALLOWED,
	.new = HEAD GOOD "api 60 AAAA 64:ff9b::c000:201\n"},
    {.label = "over an alias in the zone",
	.rule = ALLOWED,
	.new = HEAD "api 60 CNAME edge\nedge 60 A 192.0.2.1\n"},
    {.label = "over an alias to a bad address",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 CNAME edge\nedge 60 A 203.0.113.77\n"},
    {.label = "over an alias in another zone here",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "api 60 CNAME edge.example.net.\n" NET
		    "edge 60 A 203.0.113.77\n"},
    {.label = "alias to an approved name outside",
	.rule = ALLOWED,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "alias to the approved suffix itself",
	.rule = ALLOWED,
	.n = 2, /* A and AAAA */
	.new = HEAD "api 60 CNAME cdn.example.org.\n"},
    {.label = "by wildcard",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "* 60 A 203.0.113.77\n"},
    {.label = "over a DNAME",
	.rule = ALLOWED,
	.n = 1,
	.new = HEAD "@ 60 DNAME example.net.\n" NET "api 60 A 203.0.113.77\n"},
    {.label = "in a child zone",
	.rule = ALLOWED,
	.n = 1,
	.new = COM SOA2 NS "$zone api.example.com. out\n" SOA NS
			   "@ 60 A 203.0.113.77\n"},
    {.label = "MX outside, approved",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.new = HEAD "api 60 MX 10 mx.provider.example.\n"},
    {.label = "MX outside",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.n = 1,
	.new = HEAD "api 60 MX 10 mx.other.example.\n"},
    {.label = "MX here, bad address",
	.rule = ALLOWED,
	.type = RRTYPE_MX,
	.n = 1,
	.new = HEAD "api 60 MX 10 mail\nmail 60 A 203.0.113.77\n"},
    {.label = "HTTPS hint, bad",
	.rule = ALLOWED,
	.type = RRTYPE_HTTPS,
	.n = 1,
	.new = HEAD GOOD "api 60 HTTPS 1 . 00040004cb00714d\n"},
    {.label = "HTTPS hint, approved",
	.rule = ALLOWED,
	.type = RRTYPE_HTTPS,
	.new = HEAD GOOD "api 60 HTTPS 1 . 00040004c0000201\n"},
    /* ---- empty */
    {.label = "gone", .rule = EMPTY, .n = 1, .old = HEAD_OLD GOOD, .new = HEAD},
    {.label = "never there", .rule = EMPTY, .n = 1, .new = HEAD},
    {.label = "AAAA was never there",
	.rule = EMPTY,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    {.label = "AAAA is gone, A stays",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD "api 60 AAAA 2001:db8:1::1\n",
	.new = HEAD GOOD},
    {.label = "of another type",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 TXT x\n"},
    {.label = "alias to nowhere",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME gone\n"},
    {.label = "alias in a circle",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME api\n"},
    {.label = "approved alias outside",
	.rule = EMPTY,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "the zone is gone",
	.rule = EMPTY,
	.n = 1,
	.old = HEAD_OLD GOOD NET,
	.new = NET},
    /* ---- too few */
    {.label = "two of two", .rule = FEW, .min = 2, .new = HEAD GOOD},
    {.label = "one of two",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\n"},
    {.label = "the same, mapped",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA ::ffff:192.0.2.1\n"},
    {.label = "A and AAAA",
	.rule = FEW,
	.min = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA 2001:db8:1::1\n"},
    {.label = "none is another rule's", .rule = FEW, .min = 2, .new = HEAD},
    {.label = "outside counts as one",
	.rule = FEW,
	.n = 1,
	.min = 2,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    /* ---- not diverse */
    {.label = "two networks", .rule = DIVERSE, .networks = 2, .new = HEAD GOOD},
    {.label = "one network",
	.rule = DIVERSE,
	.n = 1,
	.networks = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 A 192.0.2.2\n"},
    {.label = "both families of one site",
	.rule = DIVERSE,
	.n = 1,
	.networks = 2,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 AAAA 2001:db8:1::1\n"},
    /* ---- TTL */
    {.label = "60 of 60", .rule = TTL, .max_ttl = 60, .new = HEAD GOOD},
    {.label = "61 of 60",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 61 A 192.0.2.1\napi 61 A 198.51.100.1\n"},
    {.label = "of an alias on the way",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 86400 CNAME edge\nedge 60 A 192.0.2.1\n"},
    {.label = "of the alias's target",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 60 CNAME edge\nedge 86400 A 192.0.2.1\n"},
    {.label = "0",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.new = HEAD "api 0 A 192.0.2.1\n"},
    {.label = "no requirement",
	.rule = TTL,
	.max_ttl = UINT32_MAX,
	.new = HEAD "api 86400 A 192.0.2.1\n"},
    {.label = "minimum raised",
	.rule = TTL,
	.n = 1,
	.max_ttl = 60,
	.old = HEAD_OLD GOOD,
	.new = COM "@ 3600 SOA ns1 host 2 7200 900 1209600 3600\n" NS GOOD},
    {.label = "minimum as before",
	.rule = TTL,
	.max_ttl = 60,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    /* ---- all replaced */
    {.label = "both",
	.rule = REPLACED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 A 192.0.2.2\napi 60 A 198.51.100.2\n"},
    {.label = "one of two",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 A 192.0.2.1\napi 60 A 198.51.100.2\n"},
    {.label = "the only one",
	.rule = REPLACED,
	.old = HEAD_OLD "api 60 A 192.0.2.1\n",
	.new = HEAD "api 60 A 192.0.2.2\n"},
    {.label = "the same over an alias",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME e\ne 60 A 192.0.2.1\n"},
    {.label = "all gone is another rule's",
	.rule = REPLACED,
	.old = HEAD_OLD GOOD,
	.new = HEAD},
    /* ---- shadowed */
    {.label = "unchanged",
	.rule = SHADOWED,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD},
    {.label = "delegated",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD "api 60 NS ns1.example.net.\n"},
    {.label = "delegated, no base",
	.rule = SHADOWED,
	.n = 1,
	.new = HEAD GOOD "api 60 NS ns1.example.net.\n"},
    {.label = "a child zone's file",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD GOOD "$zone api.example.com. out\n" SOA NS
			 "@ 60 A 192.0.2.1\n"},
    {.label = "a child zone, no base",
	.rule = SHADOWED,
	.new = HEAD "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    {.label = "its own record gone, wildcard left",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD "* 60 A 192.0.2.1\n",
	.new = HEAD "* 60 A 192.0.2.1\n"},
    {.label = "always by wildcard",
	.rule = SHADOWED,
	.old = HEAD_OLD "* 60 A 192.0.2.1\n",
	.new = HEAD "* 60 A 192.0.2.2\n"},
    {.label = "a DNAME on the way",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD "api 60 CNAME e.d\ne.d 60 A 192.0.2.1\n",
	.new = HEAD "api 60 CNAME e.d\nd 60 DNAME f\ne.f 60 A 192.0.2.1\n"},
    {.label = "a new alias to a delegated name",
	.rule = SHADOWED,
	.n = 1,
	.old = HEAD_OLD GOOD,
	.new = HEAD "api 60 CNAME a.sub\nsub 60 NS ns1.example.net.\n"},
    {.label = "servers of a delegation are protected",
	.rule = SHADOWED,
	.type = RRTYPE_NS,
	.old = HEAD_OLD "api 60 NS ns1.example.net.\n",
	.new = HEAD "api 60 NS ns2.example.net.\n"},
    /* ---- leaves */
    {.label = "outside, not approved",
	.rule = LEAVES,
	.n = 2,
	.new = HEAD "api 60 CNAME x.cloud.example.\n"},
    {.label = "outside, approved",
	.rule = LEAVES,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "inside", .rule = LEAVES, .new = HEAD GOOD},
    /* ---- unsigned */
    {.label = "signed", .rule = UNSIGNED, .is_signed = true, .new = HEAD GOOD},
    {.label = "delegation without DS",
	.rule = UNSIGNED,
	.n = 1,
	.is_signed = true,
	.new = HEAD "api 60 NS ns1.example.net.\napi 60 NS ns2.example.net.\n"
		    "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    {.label = "delegation with DS",
	.rule = UNSIGNED,
	.is_signed = true,
	.new = HEAD "api 60 NS ns1.example.net.\napi 60 NS ns2.example.net.\n"
		    "api 60 DS 1 13 2 00\n"
		    "$zone api.example.com. out\n" SOA NS "@ 60 A 192.0.2.1\n"},
    /* ---- wildcard */
    {.label = "a wildcard answers",
	.rule = WILDCARD,
	.n = 1,
	.no_wildcard = true,
	.new = HEAD "* 60 A 192.0.2.1\n"},
    {.label = "a wildcard beside it",
	.rule = WILDCARD,
	.no_wildcard = true,
	.new = HEAD GOOD "* 60 A 192.0.2.1\n"},
    {.label = "wildcards are allowed",
	.rule = WILDCARD,
	.new = HEAD "* 60 A 192.0.2.1\n"},
    /* ---- look-alikes */
    {.label = "one letter off",
	.rule = LOOKALIKE,
	.n = 2,
	.new = HEAD "api 60 CNAME x.cdn.exampel.org.\n"},
    {.label = "the approved one",
	.rule = LOOKALIKE,
	.new = HEAD "api 60 CNAME x.cdn.example.org.\n"},
    {.label = "nothing like it",
	.rule = LOOKALIKE,
	.new = HEAD "api 60 CNAME x.cloud.example.\n"},
    /* ---- CAA */
    {.label = "none", .rule = CAA, .n = 1, .caa = true, .new = HEAD GOOD},
    {.label = "at the name",
	.rule = CAA,
	.caa = true,
	.new = HEAD GOOD "api 60 CAA 0 issue ca.example\n"},
    {.label = "at the apex",
	.rule = CAA,
	.caa = true,
	.new = HEAD GOOD "@ 60 CAA 0 issue ca.example\n"},
    {.label = "beside it",
	.rule = CAA,
	.n = 1,
	.caa = true,
	.new = HEAD GOOD "www 60 CAA 0 issue ca.example\n"},
    {.label = "at its alias",
	.rule = CAA,
	.caa = true,
	.new = HEAD "api 60 CNAME e.example.net.\n" NET
		    "e 60 A 192.0.2.1\ne 60 CAA 0 issue ca.example\n"},
    {.label = "not required", .rule = CAA, .new = HEAD GOOD},
};

static void
test_cases(void **state)
{
	const struct failover_case *c;
	struct guard g;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		c = &cases[i];
		case_open(c, &g, &w);
		world_run(&w);
		world_expect(&w, c->label, c->rule, c->n);
		world_sound(&w, c->label);
		world_close(&w);
	}
}

static void
test_all_covered(void **state)
{
	size_t i, j, fires, passes;
	const char *id;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		id = rules_all[i]->id;
		if (rules_all[i]->answer == NULL ||
		    strncmp(id, "dnssec-", 7) == 0) /* dnssec_size_test.c */
			continue;
		fires = passes = 0;
		for (j = 0; j < sizeof(cases) / sizeof(cases[0]); j++) {
			if (strcmp(cases[j].rule, id) != 0)
				continue;
			fires += cases[j].n > 0;
			passes += cases[j].n == 0;
		}
		if (fires == 0 || passes == 0)
			fail_msg(
			    "%s: %zu cases fire, %zu pass", id, fires, passes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_all_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
