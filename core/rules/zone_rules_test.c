/* Every zone rule: one zone that fires, and near misses that do not. */
#include "fixture.h"

/* A signature of an A RRset by the root, but for its last octet. */
#define SIG "60 RRSIG 00010d020000003c0000000000000000000000"

struct zone_case {
	const char *label;
	const char *rule;
	size_t n;              /* findings expected */
	const char *old, *new; /* OLD may be NULL */
};

static const struct zone_case cases[] = {
    /* ---- zone-soa */
    {"soa: none", "zone-soa", 1, NULL, COM NS},
    {"soa: one", "zone-soa", 0, NULL, HEAD},
    {"soa: two that differ", "zone-soa", 1, NULL,
	HEAD "@ 3600 SOA ns1 host 7 7200 900 1209600 300\n"},
    {"soa: not at the apex", "zone-soa", 1, NULL,
	HEAD "sub 3600 SOA ns1 host 7 7200 900 1209600 300\n"},
    /* ---- zone-serial */
    {"serial: stays", "zone-serial", 1, HEAD "a 60 A 192.0.2.1\n",
	HEAD "a 60 A 192.0.2.2\n"},
    {"serial: grows", "zone-serial", 0, HEAD_OLD "a 60 A 192.0.2.1\n",
	HEAD "a 60 A 192.0.2.2\n"},
    {"serial: goes back", "zone-serial", 1, HEAD "a 60 A 192.0.2.1\n",
	HEAD_OLD "a 60 A 192.0.2.2\n"},
    {"serial: nothing changed", "zone-serial", 0, HEAD "a 60 A 192.0.2.1\n",
	HEAD "a 60 A 192.0.2.1\n"},
    {"serial: a new zone", "zone-serial", 0, NULL, HEAD},
    {"serial: only a TTL changed", "zone-serial", 1, HEAD "a 60 A 192.0.2.1\n",
	HEAD "a 61 A 192.0.2.1\n"},
    {"serial: only a signature changed", "zone-serial", 1, HEAD "a " SIG "aa\n",
	HEAD "a " SIG "bb\n"},
    {"serial: wraps around", "zone-serial", 0,
	COM "@ 3600 SOA ns1 host 4294967295 7200 900 1209600 300\n" NS
	    "a 60 A 192.0.2.1\n",
	COM "@ 3600 SOA ns1 host 0 7200 900 1209600 300\n" NS
	    "a 60 A 192.0.2.2\n"},
    {"serial: half way around", "zone-serial", 1,
	COM "@ 3600 SOA ns1 host 0 7200 900 1209600 300\n" NS
	    "a 60 A 192.0.2.1\n",
	COM "@ 3600 SOA ns1 host 2147483648 7200 900 1209600 300\n" NS
	    "a 60 A 192.0.2.2\n"},
    /* ---- zone-soa-timers */
    {"timers: good", "zone-soa-timers", 0, NULL, HEAD},
    {"timers: retry not shorter", "zone-soa-timers", 1, NULL,
	COM "@ 3600 SOA ns1 host 1 900 900 1209600 300\n" NS},
    {"timers: refresh 0", "zone-soa-timers", 2, NULL,
	COM "@ 3600 SOA ns1 host 1 0 900 1209600 300\n" NS},
    {"timers: expire a day", "zone-soa-timers", 1, NULL,
	COM "@ 3600 SOA ns1 host 1 7200 900 86400 300\n" NS},
    {"timers: expire a week", "zone-soa-timers", 0, NULL,
	COM "@ 3600 SOA ns1 host 1 7200 900 604800 300\n" NS},
    {"timers: expire below refresh", "zone-soa-timers", 1, NULL,
	COM "@ 3600 SOA ns1 host 1 4000000000 900 1209600 300\n" NS},
    {"timers: minimum two days", "zone-soa-timers", 1, NULL,
	COM "@ 3600 SOA ns1 host 1 7200 900 1209600 172800\n" NS},
    /* ---- zone-ns */
    {"ns: none", "zone-ns", 1, NULL, COM SOA},
    {"ns: some", "zone-ns", 0, NULL, HEAD},
    {"ns: only at a delegation", "zone-ns", 1, NULL,
	COM SOA "sub 60 NS ns1.example.net.\n"},
    {"ns-single: one", "zone-ns-single", 1, NULL,
	COM SOA "@ 60 NS ns1.example.net.\n"},
    {"ns-single: two", "zone-ns-single", 0, NULL, HEAD},
    {"ns-single: none is zone-ns", "zone-ns-single", 0, NULL, COM SOA},
    /* ---- zone-ns-address */
    {"ns-address: none", "zone-ns-address", 1, NULL, HEAD "@ 60 NS ns3\n"},
    {"ns-address: A", "zone-ns-address", 0, NULL,
	HEAD "@ 60 NS ns3\nns3 60 A 192.0.2.3\n"},
    {"ns-address: AAAA only", "zone-ns-address", 0, NULL,
	HEAD "@ 60 NS ns3\nns3 60 AAAA 2001:db8::3\n"},
    {"ns-address: TXT only", "zone-ns-address", 1, NULL,
	HEAD "@ 60 NS ns3\nns3 60 TXT x\n"},
    {"ns-address: of a wildcard", "zone-ns-address", 0, NULL,
	HEAD "@ 60 NS ns3\n* 60 A 192.0.2.3\n"},
    {"ns-address: wildcard blocked by an empty name", "zone-ns-address", 1,
	NULL, HEAD "@ 60 NS ns3\n* 60 A 192.0.2.3\na.ns3 60 TXT x\n"},
    {"ns-address: missing glue", "zone-ns-address", 1, NULL,
	HEAD "sub 60 NS ns.sub\n"},
    {"ns-address: glue", "zone-ns-address", 0, NULL,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.3\n"},
    {"ns-address: no glue by wildcard", "zone-ns-address", 1, NULL,
	HEAD "sub 60 NS ns.sub\n* 60 A 192.0.2.3\n"},
    {"ns-address: the cut is the server", "zone-ns-address", 0, NULL,
	HEAD "sub 60 NS sub\nsub 60 A 192.0.2.3\n"},
    {"ns-address: below another cut", "zone-ns-address", 0, NULL,
	HEAD "sub 60 NS ns.other\nother 60 NS ns1.example.net.\n"},
    {"ns-address: outside", "zone-ns-address", 0, NULL,
	HEAD "sub 60 NS ns.elsewhere.example.\n"},
    {"ns-address: for a delegation, in the zone", "zone-ns-address", 1, NULL,
	HEAD "sub 60 NS ns3\n"},
    /* ---- zone-ns-cname */
    {"ns-cname: alias", "zone-ns-cname", 1, NULL,
	HEAD "@ 60 NS ns3\nns3 60 CNAME a\na 60 A 192.0.2.1\n"},
    {"ns-cname: address", "zone-ns-cname", 0, NULL,
	HEAD "@ 60 NS ns3\nns3 60 A 192.0.2.1\n"},
    {"ns-cname: in another zone here", "zone-ns-cname", 1, NULL,
	HEAD "@ 60 NS ns7.example.net.\n" NET "ns7 60 CNAME a\n"},
    {"ns-cname: that zone in another view", "zone-ns-cname", 0, NULL,
	HEAD "@ 60 NS ns7.example.net.\n$zone example.net. in\n" SOA NS
	     "ns7 60 CNAME a\n"},
    {"ns-cname: below a DNAME", "zone-ns-cname", 1, NULL,
	HEAD "@ 60 NS ns.d\nd 60 DNAME example.org.\n"},
    {"ns-cname: by wildcard", "zone-ns-cname", 1, NULL,
	HEAD "@ 60 NS ns3\n* 60 CNAME a\na 60 A 192.0.2.1\n"},
    /* ---- zone-mx-target, zone-srv-target */
    {"mx: missing", "zone-mx-target", 1, NULL, HEAD "@ 60 MX 10 mail\n"},
    {"mx: there", "zone-mx-target", 0, NULL,
	HEAD "@ 60 MX 10 mail\nmail 60 A 192.0.2.1\n"},
    {"mx: alias", "zone-mx-target", 1, NULL,
	HEAD "@ 60 MX 10 mail\nmail 60 CNAME a\na 60 A 192.0.2.1\n"},
    {"mx: null", "zone-mx-target", 0, NULL, HEAD "@ 60 MX 0 .\n"},
    {"mx: null and more", "zone-mx-target", 1, NULL,
	HEAD "@ 60 MX 0 .\n@ 60 MX 10 mx.elsewhere.example.\n"},
    {"mx: outside", "zone-mx-target", 0, NULL,
	HEAD "@ 60 MX 10 mx.elsewhere.example.\n"},
    {"mx: missing in another zone here", "zone-mx-target", 1, NULL,
	HEAD "@ 60 MX 10 mx.example.net.\n" NET},
    {"mx: below a cut", "zone-mx-target", 0, NULL,
	HEAD "@ 60 MX 10 mx.sub\nsub 60 NS ns1.example.net.\n"},
    {"srv: missing", "zone-srv-target", 1, NULL,
	HEAD "_x._tcp 60 SRV 0 0 80 h\n"},
    {"srv: there", "zone-srv-target", 0, NULL,
	HEAD "_x._tcp 60 SRV 0 0 80 h\nh 60 AAAA 2001:db8::1\n"},
    {"srv: no service", "zone-srv-target", 0, NULL,
	HEAD "_x._tcp 60 SRV 0 0 0 .\n"},
    {"srv: alias", "zone-srv-target", 1, NULL,
	HEAD "_x._tcp 60 SRV 0 0 80 h\nh 60 CNAME elsewhere.example.\n"},
    /* ---- zone-cname-* */
    {"cname: with TXT", "zone-cname-other-data", 1, NULL,
	HEAD "a 60 CNAME b.example.org.\na 60 TXT x\n"},
    {"cname: with an unknown type", "zone-cname-other-data", 1, NULL,
	HEAD "a 60 CNAME b.example.org.\na 60 TYPE65280 \\# 1 00\n"},
    {"cname: with its signature and NSEC", "zone-cname-other-data", 0, NULL,
	HEAD "a 60 CNAME b.example.org.\na " SIG "aa\n"
	     "a 60 NSEC 00000120\n"},
    {"cname: at the apex", "zone-cname-other-data", 1, NULL,
	HEAD "@ 60 CNAME b.example.org.\n"},
    {"cname: two", "zone-cname-multiple", 1, NULL,
	HEAD "a 60 CNAME b.example.org.\na 60 CNAME c.example.org.\n"},
    {"cname: the same twice", "zone-cname-multiple", 0, NULL,
	HEAD "a 60 CNAME b.example.org.\na 60 CNAME B.example.org.\n"},
    {"dname: two", "zone-cname-multiple", 1, NULL,
	HEAD "a 60 DNAME b.example.org.\na 60 DNAME c.example.org.\n"},
    {"cname: to itself", "zone-cname-loop", 1, NULL, HEAD "a 60 CNAME a\n"},
    {"cname: circle of two, said once", "zone-cname-loop", 1, NULL,
	HEAD "a 60 CNAME b\nb 60 CNAME a\n"},
    {"cname: into a circle, said once", "zone-cname-loop", 1, NULL,
	HEAD "x 60 CNAME a\na 60 CNAME b\nb 60 CNAME a\n"},
    {"cname: chain of two", "zone-cname-loop", 0, NULL,
	HEAD "a 60 CNAME b\nb 60 CNAME c\nc 60 A 192.0.2.1\n"},
    {"cname: circle over two zones", "zone-cname-loop", 1, NULL,
	HEAD "a 60 CNAME a.example.net.\n" NET "a 60 CNAME a.example.com.\n"},
    {"cname: circle by wildcard", "zone-cname-loop", 1, NULL,
	HEAD "* 60 CNAME q.example.com.\n"},
    {"dname: circle", "zone-cname-loop", 2, NULL,
	HEAD "a 60 DNAME b\nb 60 DNAME a\n"},
    {"dname: into itself grows", "zone-cname-loop", 1, NULL,
	HEAD "a 60 DNAME a.a\n"},
    {"dname: out", "zone-cname-loop", 0, NULL,
	HEAD "a 60 DNAME example.org.\n"},
    {"cname: dangling", "zone-cname-dangling", 1, NULL, HEAD "a 60 CNAME b\n"},
    {"cname: to an empty non-terminal", "zone-cname-dangling", 0, NULL,
	HEAD "a 60 CNAME b\nx.b 60 TXT x\n"},
    {"cname: to a wildcard's name", "zone-cname-dangling", 0, NULL,
	HEAD "a 60 CNAME b\n* 60 A 192.0.2.1\n"},
    {"cname: dangling over two, said once", "zone-cname-dangling", 1, NULL,
	HEAD "a 60 CNAME b\nb 60 CNAME c\n"},
    {"cname: dangling over another zone", "zone-cname-dangling", 1, NULL,
	HEAD "a 60 CNAME b.example.net.\n" NET "b 60 CNAME c\n"},
    {"cname: dangling in another zone", "zone-cname-dangling", 1, NULL,
	HEAD "a 60 CNAME b.example.net.\n" NET},
    {"cname: outside", "zone-cname-dangling", 0, NULL,
	HEAD "a 60 CNAME b.example.org.\n"},
    {"cname: below a cut", "zone-cname-dangling", 0, NULL,
	HEAD "a 60 CNAME b.sub\nsub 60 NS ns1.example.net.\n"},
    {"cname: missing in the child zone here", "zone-cname-dangling", 1, NULL,
	HEAD "a 60 CNAME b.sub\nsub 60 NS ns1.example.net.\n"
	     "sub 60 NS ns2.example.net.\n$zone sub.example.com. out\n" SOA NS},
    /* ---- hidden data */
    {"dname: children", "zone-dname-children", 1, NULL,
	HEAD "d 60 DNAME example.org.\na.d 60 A 192.0.2.1\n"
	     "b.d 60 A 192.0.2.1\n"},
    {"dname: none", "zone-dname-children", 0, NULL,
	HEAD "d 60 DNAME example.org.\nd 60 TXT x\ndd 60 TXT x\n"},
    {"occluded: below a DNAME", "zone-occluded", 1, NULL,
	HEAD "d 60 DNAME example.org.\na.d 60 A 192.0.2.1\n"},
    {"occluded: TXT below a cut", "zone-occluded", 1, NULL,
	HEAD "sub 60 NS ns1.example.net.\na.sub 60 TXT x\n"},
    {"occluded: address that is no glue", "zone-occluded", 1, NULL,
	HEAD "sub 60 NS ns1.example.net.\na.sub 60 A 192.0.2.1\n"},
    {"occluded: glue", "zone-occluded", 0, NULL,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.1\n"
	     "ns.sub 60 AAAA 2001:db8::1\n"},
    {"occluded: glue of another cut", "zone-occluded", 0, NULL,
	HEAD "sub 60 NS ns1.example.net.\nns.sub 60 A 192.0.2.1\n"
	     "t 60 NS ns.sub\n"},
    {"occluded: TXT beside glue", "zone-occluded", 1, NULL,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.1\nns.sub 60 TXT x\n"},
    {"occluded: DS at the cut", "zone-occluded", 0, NULL,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 DS 1 13 2 00\n"},
    {"occluded: MX at the cut", "zone-occluded", 1, NULL,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 MX 10 ns1.example.net.\n"},
    {"occluded: a cut below a cut", "zone-occluded", 1, NULL,
	HEAD "sub 60 NS ns1.example.net.\nx.sub 60 NS ns1.example.net.\n"},
    /* ---- zone-wildcard-blocked */
    {"wildcard: a new empty name", "zone-wildcard-blocked", 1,
	HEAD_OLD "* 60 A 192.0.2.1\n",
	HEAD "* 60 A 192.0.2.1\na.shop 60 TXT x\nb.shop 60 TXT x\n"},
    {"wildcard: a new name of another type", "zone-wildcard-blocked", 1,
	HEAD_OLD "* 60 A 192.0.2.1\n",
	HEAD "* 60 A 192.0.2.1\nshop 60 TXT x\n"},
    {"wildcard: a new name of the same type", "zone-wildcard-blocked", 0,
	HEAD_OLD "* 60 A 192.0.2.1\n",
	HEAD "* 60 A 192.0.2.1\nshop 60 A 192.0.2.2\n"},
    {"wildcard: a new alias", "zone-wildcard-blocked", 0,
	HEAD_OLD "* 60 A 192.0.2.1\n",
	HEAD "* 60 A 192.0.2.1\nshop 60 CNAME a.example.org.\n"},
    {"wildcard: the name was there", "zone-wildcard-blocked", 0,
	HEAD_OLD "* 60 A 192.0.2.1\nshop 60 TXT y\n",
	HEAD "* 60 A 192.0.2.1\nshop 60 TXT x\n"},
    {"wildcard: it goes away, too", "zone-wildcard-blocked", 0,
	HEAD_OLD "* 60 A 192.0.2.1\n", HEAD "a.shop 60 TXT x\n"},
    {"wildcard: it is new itself", "zone-wildcard-blocked", 0, HEAD_OLD,
	HEAD "* 60 A 192.0.2.1\na.shop 60 TXT x\n"},
    {"wildcard: of another parent", "zone-wildcard-blocked", 0,
	HEAD_OLD "*.w 60 A 192.0.2.1\n",
	HEAD "*.w 60 A 192.0.2.1\na.shop 60 TXT x\n"},
    /* ---- amounts */
    {"mass: most of it is gone", "zone-mass-change", 1,
	HEAD_OLD "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc 60 A 192.0.2.1\n"
		 "d 60 A 192.0.2.1\ne 60 A 192.0.2.1\nf 60 A 192.0.2.1\n"
		 "g 60 A 192.0.2.1\nh 60 A 192.0.2.1\ni 60 A 192.0.2.1\n"
		 "j 60 A 192.0.2.1\nk 60 A 192.0.2.1\nl 60 A 192.0.2.1\n",
	HEAD},
    {"mass: under the floor", "zone-mass-change", 0,
	HEAD_OLD "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc 60 A 192.0.2.1\n",
	HEAD},
    {"mass: most of it is changed", "zone-mass-change", 1,
	HEAD_OLD "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc 60 A 192.0.2.1\n"
		 "d 60 A 192.0.2.1\ne 60 A 192.0.2.1\nf 60 A 192.0.2.1\n"
		 "g 60 A 192.0.2.1\nh 60 A 192.0.2.1\ni 60 A 192.0.2.1\n"
		 "j 60 A 192.0.2.1\nk 60 A 192.0.2.1\nl 60 A 192.0.2.1\n",
	HEAD "a 60 A 192.0.2.2\nb 60 A 192.0.2.2\nc 60 A 192.0.2.2\n"
	     "d 60 A 192.0.2.2\ne 60 A 192.0.2.2\nf 60 A 192.0.2.2\n"
	     "g 60 A 192.0.2.2\nh 60 A 192.0.2.2\ni 60 A 192.0.2.2\n"
	     "j 60 A 192.0.2.2\nk 60 A 192.0.2.2\nl 60 A 192.0.2.2\n"},
    {"removed: the zone", "zone-removed", 1, HEAD, ""},
    {"removed: no", "zone-removed", 0, HEAD_OLD, HEAD},
    {"delegation: gone", "zone-delegation-removed", 1,
	HEAD_OLD "sub 60 NS ns1.example.net.\n", HEAD},
    {"delegation: one server less", "zone-delegation-removed", 0,
	HEAD_OLD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n",
	HEAD "sub 60 NS ns1.example.net.\n"},
    {"delegation: below another one", "zone-delegation-removed", 0,
	HEAD_OLD "sub 60 NS ns1.example.net.\nx.sub 60 NS ns1.example.net.\n",
	HEAD "sub 60 NS ns1.example.net.\n"},
    {"ttl: 0", "zone-ttl", 1, NULL, HEAD "a 0 A 192.0.2.1\n"},
    {"ttl: 1", "zone-ttl", 0, NULL, HEAD "a 1 A 192.0.2.1\n"},
    {"ttl: a week", "zone-ttl", 0, NULL, HEAD "a 604800 A 192.0.2.1\n"},
    {"ttl: over a week", "zone-ttl", 1, NULL, HEAD "a 604801 A 192.0.2.1\n"},
};

static void
test_cases(void **state)
{
	const struct zone_case *c;
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		c = &cases[i];
		world_open(&w, c->old, c->new, false);
		w.policy.limits.removed = (struct policy_share){true, true, 10};
		w.policy.limits.changed = (struct policy_share){true, true, 30};
		world_run(&w);
		world_expect(&w, c->label, c->rule, c->n);
		world_sound(&w, c->label);
		world_close(&w);
	}
}

/* Every zone rule of the table has a case that fires and one that does not. */
static void
test_all_covered(void **state)
{
	size_t i, j, fires, passes;
	const char *id;

	(void)state;
	for (i = 0; i < rules_count; i++) {
		id = rules_all[i]->id;
		if (strncmp(id, "zone-", 5) != 0 ||
		    strcmp(id, "zone-ns-not-allowed") == 0 ||
		    strcmp(id, "zone-parent-child") == 0)
			continue; /* below */
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

/* A zone without any fault gets no finding at all. */
static void
test_clean(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, HEAD_OLD "www 60 A 192.0.2.1\n",
	    HEAD "www 60 A 192.0.2.2\nmail 60 A 192.0.2.3\n@ 60 MX 10 mail\n"
		 "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.4\n",
	    false);
	world_run(&w);
	if (w.fs.n != 0)
		fail_msg("%s: %s", w.fs.item[0].rule, w.fs.item[0].message);
	world_close(&w);
}

static void
test_ns_allowed(void **state)
{
	uint8_t name[NAME_MAX_LEN];
	const struct policy_pattern pattern = {name, true};
	const struct finding *f;
	struct world w;

	(void)state;
	fixture_name(name, "example.net.", NULL);
	world_open(&w, NULL, HEAD, false);
	w.policy.nameserver = &pattern;
	w.policy.nnameservers = 1;
	w.policy.nameserver_line = 44;
	world_run(&w);
	world_expect(&w, "allowed", "zone-ns-not-allowed", 0);
	world_close(&w);

	world_open(&w, NULL,
	    HEAD "sub 60 NS ns1.example.net.evil.example.\n"
		 "sub 60 NS NS1.Example.NET.\n",
	    false);
	w.policy.nameserver = &pattern;
	w.policy.nnameservers = 1;
	w.policy.nameserver_line = 44;
	world_run(&w);
	world_expect(&w, "a delegation's", "zone-ns-not-allowed", 1);
	f = world_finding(&w, "zone-ns-not-allowed");
	assert_string_equal(f->name, "sub.example.com.");
	assert_string_equal(f->authority, "zonegate.yaml:44");
	assert_string_equal(f->expected, "allowed: *.example.net.");
	world_close(&w);

	world_open(&w, NULL, HEAD, false);
	world_run(&w);
	world_expect(&w, "no list", "zone-ns-not-allowed", 0);
	world_close(&w);
}

static const struct {
	const char *label;
	size_t n;
	const char *new; /* all zones changed, or the first only */
	bool all;
} families[] = {
    {"agree", 0,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "$zone sub.example.com. out\n" SOA NS,
	true},
    {"the child has one more", 1,
	HEAD "sub 60 NS ns1.example.net.\n$zone sub.example.com. out\n" SOA NS,
	true},
    {"the parent has one more", 1,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "sub 60 NS ns3.example.net.\n$zone sub.example.com. out\n" SOA NS,
	false},
    {"the parent does not delegate", 1,
	HEAD "$zone sub.example.com. out\n" SOA NS, true},
    {"only the parent changed", 1,
	HEAD "sub 60 NS ns9.example.net.\n"
	     "sub 60 NS ns1.example.net.\n"
	     "sub 60 NS ns2.example.net.\n"
	     "$zone sub.example.com. out\n" SOA NS,
	false},
    {"glue agrees", 0,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.1\n"
	     "$zone sub.example.com. out\n" SOA
	     "@ 60 NS ns\nns 60 A 192.0.2.1\n",
	true},
    {"glue differs", 1,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.9\n"
	     "$zone sub.example.com. out\n" SOA
	     "@ 60 NS ns\nns 60 A 192.0.2.1\n",
	true},
    {"glue lacks a family", 1,
	HEAD "sub 60 NS ns.sub\nns.sub 60 A 192.0.2.1\n"
	     "$zone sub.example.com. out\n" SOA
	     "@ 60 NS ns\nns 60 A 192.0.2.1\nns 60 AAAA 2001:db8::1\n",
	true},
    /* Key and DS of RFC 4034 section 5.4 and RFC 4509 section 2.3, but for
     * the name of the zone: the tag fits, the digest does not. */
    {"DS of no key", 1,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "sub 60 DS 1234 13 1 00\n"
	     "$zone sub.example.com. out\n" SOA NS "@ 60 DNSKEY 0101030d00\n",
	true},
    {"DS of a key", 0,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "sub 60 DS 1038 13 1 00\n"
	     "$zone sub.example.com. out\n" SOA NS "@ 60 DNSKEY 0101030d00\n",
	true},
    {"DS of a key, wrong digest", 1,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "sub 60 DS 1038 13 2 "
	     "0000000000000000000000000000000000000000000000000000000000000000"
	     "\n$zone sub.example.com. out\n" SOA NS "@ 60 DNSKEY 0101030d00\n",
	true},
    {"DS, keys made after the merge", 0,
	HEAD "sub 60 NS ns1.example.net.\nsub 60 NS ns2.example.net.\n"
	     "sub 60 DS 1234 13 1 00\n"
	     "$zone sub.example.com. out\n" SOA NS,
	true},
    {"another view", 0,
	HEAD "sub 60 NS ns1.example.net.\n$zone sub.example.com. in\n" SOA NS,
	true},
};

static void
test_parent_child(void **state)
{
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		world_open(&w, NULL, families[i].new, families[i].all);
		world_run(&w);
		world_expect(
		    &w, families[i].label, "zone-parent-child", families[i].n);
		world_sound(&w, families[i].label);
		world_close(&w);
	}
}

/* A thousand faults of one kind are told as a hundred and a number. */
static void
test_quota(void **state)
{
	char *text = malloc(1000 * 40 + 1000), *p = text;
	const struct finding *f;
	struct world w;
	int i;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "%s", HEAD);
	for (i = 0; i < 1000; i++)
		p += sprintf(p, "n%d 0 A 192.0.2.1\n", i);
	world_open(&w, NULL, text, false);
	world_run(&w);
	world_expect(&w, "quota", "zone-ttl", RULE_QUOTA + 1);
	for (f = w.fs.item;
	     strcmp(f->rule, "zone-ttl") != 0 || f->place.line != 0; f++)
		assert_true(f < w.fs.item + w.fs.n);
	assert_string_equal(f->message, "900 more like the 100 shown");
	world_close(&w);
	free(text);
}

static void
test_broken(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, HEAD, HEAD "a 60 CNAME b\n", false);
	((struct zone *)w.zone[0].new)->broken = true;
	world_run(&w);
	world_expect(&w, "no rule walks it", "zone-cname-dangling", 0);
	world_expect(&w, "but it blocks", "syntax-error", 1);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_all_covered),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_ns_allowed),
	    cmocka_unit_test(test_parent_child),
	    cmocka_unit_test(test_quota),
	    cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
