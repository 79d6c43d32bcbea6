#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "policy.h"

/* A few rules, so that this test does not depend on the real table. */
static bool
known(const char *rule)
{
	return strcmp(rule, "zone-ns-single") == 0 ||
	       strcmp(rule, "dnssec-unsigned") == 0 ||
	       strcmp(rule, "zone-soa") == 0;
}

static bool
fixed(const char *rule)
{
	return strcmp(rule, "zone-soa") == 0;
}

static const char *
closest(const char *rule)
{
	return strncmp(rule, "zone-ns", 7) == 0 ? "zone-ns-single" : NULL;
}

static const struct policy_rules rules = {known, fixed, closest};

struct run {
	struct arena *arena;
	struct findings faults;
	struct policy *policy;
	int status;
};

static void
start(struct run *run, const char *text, size_t len)
{
	struct error e;

	run->arena = arena_new();
	assert_non_null(run->arena);
	findings_init(&run->faults, run->arena);
	run->status = policy_parse(
	    &run->policy, text, len, "p.yaml", &rules, &run->faults, &e);
}

static void
finish(struct run *run)
{
	policy_free(run->policy);
	findings_free(&run->faults);
	arena_free(run->arena);
}

/* What every case has, unless it begins with "version" or a space. */
#define HEAD "version: 1\nzones: [{path: a.zone, zone: a.example.}]\n"
#define TARGET HEAD "targets: {t: {addresses: [192.0.2.1]}}\n"

struct fault_case {
	const char *name;
	const char *text;
	uint32_t line, column, width;
	const char *mean; /* what the help proposes, or NULL */
};

static const struct fault_case fault_cases[] = {
    /* YAML */
    {"empty", "", 1, 1, 1, NULL},
    {"only a comment", "# nothing\n", 1, 1, 1, NULL},
    {"scalar", "policy\n", 1, 1, 6, NULL},
    {"list", "- version: 1\n", 1, 1, 1, NULL},
    {"unclosed flow", HEAD "limits: {floor: 1\n", 3, 18, 1, NULL},
    {"unclosed quote", HEAD "dialect: \"common\n", 3, 17, 1, NULL},
    {"tab as indent", HEAD "limits:\n\tfloor: 1\n", 4, 1, 1, NULL},
    {"two documents", HEAD "---\ndialect: nsd\n", 3, 1, 3, NULL},
    {"second document after the end", HEAD "...\n---\na: b\n", 4, 1, 3, NULL},
    {"alias", HEAD "dialect: *x\n", 3, 10, 2, NULL},
    {"anchor on a value", HEAD "dialect: &x nsd\n", 3, 10, 6, NULL},
    {"anchor on a map", HEAD "limits: &x {floor: 1}\n", 3, 9, 4, NULL},
    {"tag on a value", HEAD "dialect: !!str nsd\n", 3, 10, 9, NULL},
    {"own tag on a list", HEAD "waivers: !x []\n", 3, 10, 4, NULL},
    {"tag directive", "%TAG !x! tag:x,\n---\n" HEAD, 1, 1, 19, NULL},
    {"list as key", HEAD "? [a]\n: b\n", 3, 3, 1, NULL},
    {"NUL escape", HEAD "dialect: \"nsd\\0\"\n", 3, 10, 7, NULL},
    {"deep", HEAD "limits: [[[[[[[[[[[[[[[[[[[[[[[[[[]\n", 3, 24, 1, NULL},
    /* bytes */
    {"not UTF-8", HEAD "# \xff\n", 3, 3, 1, NULL},
    {"cut UTF-8", HEAD "# \xe2\x82\n", 3, 3, 2, NULL},
    {"surrogate", "# \xed\xa0\x80\n", 1, 3, 3, NULL},
    {"control", HEAD "# \x01\n", 3, 3, 1, NULL},
    {"carriage return alone", HEAD "# a\rb: c\n", 3, 4, 1, NULL},
    {"next line", HEAD "# a\xc2\x85", 3, 4, 2, NULL},
    {"line separator", HEAD "# a\xe2\x80\xa8waivers: []\n", 3, 4, 3, NULL},
    {"right-to-left override", HEAD "# \xe2\x80\xae\n", 3, 3, 3, NULL},
    {"zero width space", HEAD "# a\xe2\x80\x8b\n", 3, 4, 3, NULL},
    {"mark inside", HEAD "# \xef\xbb\xbf\n", 3, 3, 3, NULL},
    /* columns are bytes */
    {"behind UTF-8", HEAD "targets: {t: {owner: \xc3\xa9, addresses: [x]}}\n",
	3, 38, 1, NULL},
    {"UTF-8 key", HEAD "limits: {\xc3\xa9: 1}\n", 3, 10, 2, NULL},
    /* keys */
    {"no version", "zones: [{path: a, zone: b}]\n", 1, 1, 5, NULL},
    {"no zones", "version: 1\n", 1, 1, 7, NULL},
    {"empty zones", "version: 1\nzones: []\n", 2, 8, 1, NULL},
    {"unknown key", HEAD "failovr: []\n", 3, 1, 7, "failover"},
    {"unknown far key", HEAD "x-y-z: []\n", 3, 1, 5, NULL},
    {"unknown nested key", HEAD "limits: {zone_bytes: 1}\n", 3, 10, 10,
	"zone-bytes"},
    {"case of a key", HEAD "Limits: {floor: 1}\n", 3, 1, 6, "limits"},
    {"merge key", HEAD "limits: {<<: {floor: 1}}\n", 3, 10, 2, NULL},
    {"duplicate key", HEAD "dialect: nsd\ndialect: nsd\n", 4, 1, 7, NULL},
    {"duplicate nested", HEAD "limits: {floor: 1, floor: 2}\n", 3, 20, 5, NULL},
    {"duplicate through quotes", HEAD "limits: {floor: 1, \"floor\": 2}\n", 3,
	20, 7, NULL},
    {"duplicate view",
	"version: 1\nviews: {e: {}, e: {}}\n"
	"zones: [{path: 'z/{view}/{zone}'}]\n",
	2, 16, 1, NULL},
    {"duplicate target list",
	TARGET "failover: []\ntargets: {t: {addresses: [192.0.2.1]}}\n", 5, 1,
	7, NULL},
    {"duplicate severity",
	HEAD "severity:\n  zone-ns-single: error\n  zone-ns-single: error\n", 5,
	3, 14, NULL},
    {"no value", HEAD "dialect:\n", 3, 1, 7, NULL},
    {"null", HEAD "dialect: ~\n", 3, 10, 1, NULL},
    {"map for a value", HEAD "dialect: {a: b}\n", 3, 10, 1, NULL},
    {"value for a map", HEAD "limits: 10\n", 3, 9, 2, NULL},
    {"value for a list", HEAD "waivers: none\n", 3, 10, 4, NULL},
    {"map for a list", HEAD "waivers: {rule: x}\n", 3, 10, 1, NULL},
    {"list for a map", HEAD "limits: [floor]\n", 3, 9, 1, NULL},
    {"value for an entry", HEAD "waivers: [x]\n", 3, 11, 1, NULL},
    /* values */
    {"version 2", "version: 2\nzones: [{path: a, zone: b}]\n", 1, 10, 1, NULL},
    {"version in quotes", "version: '1'\nzones: [{path: a, zone: b}]\n", 1, 10,
	3, NULL},
    {"word", HEAD "dialect: binds\n", 3, 10, 5, "bind"},
    {"yes", HEAD "change-control: {policy-apart: yes}\n", 3, 32, 3, "true"},
    {"off", HEAD "change-control: {policy-apart: off}\n", 3, 32, 3, "false"},
    {"True", HEAD "change-control: {policy-apart: True}\n", 3, 32, 4, "true"},
    {"true in quotes", HEAD "change-control: {policy-apart: 'true'}\n", 3, 32,
	6, NULL},
    {"number with sign", HEAD "limits: {floor: -1}\n", 3, 17, 2, NULL},
    {"octal number", HEAD "limits: {floor: 010}\n", 3, 17, 3, NULL},
    {"hex number", HEAD "limits: {floor: 0x10}\n", 3, 17, 4, NULL},
    {"number too large", HEAD "limits: {floor: 4294967296}\n", 3, 17, 10, NULL},
    {"number beyond 64 bits", HEAD "limits: {floor: 99999999999999999999999}\n",
	3, 17, 23, NULL},
    {"number too small", HEAD "limits: {records: 0}\n", 3, 19, 1, NULL},
    {"share over 100%", HEAD "limits: {removed: 100.1%}\n", 3, 19, 6, NULL},
    {"share without digits", HEAD "limits: {removed: .5%}\n", 3, 19, 3, NULL},
    {"share with a word", HEAD "limits: {removed: ten%}\n", 3, 19, 4, NULL},
    {"share as a fraction", HEAD "limits: {removed: 0.1}\n", 3, 19, 3, NULL},
    {"share in quotes", HEAD "limits: {removed: '10'}\n", 3, 19, 4, NULL},
    {"size unit", HEAD "limits: {zone-bytes: 1mib}\n", 3, 22, 4, "MiB"},
    {"size too large", HEAD "limits: {zone-bytes: 2000000GiB}\n", 3, 22, 10,
	NULL},
    {"size with space", HEAD "limits: {zone-bytes: 1 MiB}\n", 3, 22, 5, NULL},
    {"size zero", HEAD "limits: {zone-bytes: 0}\n", 3, 22, 1, NULL},
    {"time unit", HEAD "limits: {max-ttl: 1y}\n", 3, 19, 2, NULL},
    {"time too long", HEAD "limits: {max-ttl: 2147483648}\n", 3, 19, 10, NULL},
    {"time units out of order", HEAD "limits: {max-ttl: 1m1h}\n", 3, 19, 4,
	NULL},
    {"time without unit behind", HEAD "limits: {max-ttl: 1h30}\n", 3, 19, 4,
	NULL},
    {"TTL limits crossed", HEAD "limits: {min-ttl: 60, max-ttl: 30}\n", 3, 19,
	2, NULL},
    /* zones */
    {"no path", "version: 1\nzones:\n  - zone: b\n", 3, 5, 4, NULL},
    {"absolute path", "version: 1\nzones: [{path: /a, zone: b}]\n", 2, 16, 2,
	NULL},
    {"parent in path", "version: 1\nzones: [{path: a/../b, zone: b}]\n", 2, 18,
	2, NULL},
    {"empty part", "version: 1\nzones: [{path: a//b, zone: b}]\n", 2, 18, 1,
	NULL},
    {"directory", "version: 1\nzones: [{path: a/, zone: b}]\n", 2, 18, 1, NULL},
    {"backslash", "version: 1\nzones: [{path: 'a\\b', zone: b}]\n", 2, 16, 5,
	NULL},
    {"placeholder", "version: 1\nzones: [{path: 'z/{zoen}'}]\n", 2, 19, 6,
	"{zone}"},
    {"zone twice in path", "version: 1\nzones: [{path: '{zone}/{zone}'}]\n", 2,
	17, 6, NULL},
    {"open brace", "version: 1\nzones: [{path: 'z/{zone'}]\n", 2, 19, 1, NULL},
    {"closing brace", "version: 1\nzones: [{path: 'z/zone}', zone: a}]\n", 2,
	23, 1, NULL},
    {"ambiguous placeholders",
	"version: 1\nviews: {e: {}}\nzones: [{path: 'z/{zone}-{view}'}]\n", 3,
	19, 13, NULL},
    {"no zone", "version: 1\nzones: [{path: a.zone}]\n", 2, 16, 6, NULL},
    {"zone given twice", "version: 1\nzones: [{path: '{zone}', zone: a}]\n", 2,
	32, 1, NULL},
    {"view without views", "version: 1\nzones: [{path: '{view}/{zone}'}]\n", 2,
	16, 15, NULL},
    {"no view", "version: 1\nviews: {e: {}}\nzones: [{path: 'z/{zone}'}]\n", 3,
	16, 10, NULL},
    {"view given twice",
	"version: 1\nviews: {e: {}}\nzones: [{path: '{view}/{zone}', view: "
	"e}]\n",
	3, 39, 1, NULL},
    {"unknown view",
	"version: 1\nviews: {ext: {}}\nzones: [{path: a, zone: a, view: "
	"exd}]\n",
	3, 34, 3, "ext"},
    {"same path",
	"version: 1\nzones:\n- {path: a, zone: a}\n- {path: a, zone: b}\n", 4,
	10, 1, NULL},
    {"same zone",
	"version: 1\nzones:\n- {path: a, zone: a.b}\n- {path: b, zone: A.B.}\n",
	4, 19, 4, NULL},
    {"zone name", "version: 1\nzones: [{path: a, zone: a..b}]\n", 2, 25, 4,
	NULL},
    {"zone name @", "version: 1\nzones: [{path: a, zone: '@'}]\n", 2, 25, 3,
	NULL},
    {"non-ASCII zone", "version: 1\nzones: [{path: a, zone: \xc3\xa9.x}]\n", 2,
	25, 4, NULL},
    {"dnssec mode",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {mode: "
	"trail}}]\n",
	2, 43, 5, "trial"},
    {"algorithm",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {algorithm: "
	"ECDSAP256SHA265}}]\n",
	2, 48, 15, "ECDSAP256SHA256"},
    {"algorithm of the past",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {algorithm: 5}}]\n", 2,
	48, 1, NULL},
    {"DS",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {parent-ds: ['1 13 "
	"2']}}]\n",
	2, 49, 8, NULL},
    {"DS digest length",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {parent-ds: ['1 13 2 "
	"AABB']}}]\n",
	2, 49, 13, NULL},
    {"DS of an unsigned zone",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {mode: unsigned, "
	"parent-ds: ['1 13 1 "
	"000102030405060708090a0b0c0d0e0f10111213']}}]\n",
	2, 64, 1, NULL},
    /* views */
    {"view name",
	"version: 1\nviews: {a.b: {}}\nzones: [{path: '{view}/{zone}'}]\n", 2,
	10, 1, NULL},
    {"view null",
	"version: 1\nviews: {e: }\nzones: [{path: '{view}/{zone}'}]\n", 2, 9, 1,
	NULL},
    {"fallback to nowhere",
	"version: 1\nviews: {ext: {}, int: {falls-back-to: exd}}\n"
	"zones: [{path: '{view}/{zone}'}]\n",
	2, 39, 3, "ext"},
    {"fallback to itself",
	"version: 1\nviews: {e: {falls-back-to: e}}\n"
	"zones: [{path: '{view}/{zone}'}]\n",
	2, 28, 1, NULL},
    /* targets */
    {"nothing allowed", HEAD "targets: {t: {}}\n", 3, 14, 1, NULL},
    {"nothing allowed but owner", HEAD "targets: {t: {owner: x}}\n", 3, 14, 1,
	NULL},
    {"empty addresses", HEAD "targets: {t: {addresses: []}}\n", 3, 26, 1, NULL},
    {"not an address", HEAD "targets: {t: {addresses: [192.0.2]}}\n", 3, 27, 7,
	NULL},
    {"address with octal", HEAD "targets: {t: {addresses: [192.0.2.01]}}\n", 3,
	27, 10, NULL},
    {"prefix", HEAD "targets: {t: {addresses: [192.0.2.0/33]}}\n", 3, 27, 12,
	NULL},
    {"prefix with zero", HEAD "targets: {t: {addresses: [192.0.2.0/024]}}\n", 3,
	27, 13, NULL},
    {"host bits", HEAD "targets: {t: {addresses: [192.0.2.9/28]}}\n", 3, 27, 12,
	"192.0.2.0/28"},
    {"host bits in IPv6",
	HEAD "targets: {t: {addresses: ['2001:db8::1/32']}}\n", 3, 27, 16,
	"2001:db8::/32"},
    {"all addresses", HEAD "targets: {t: {addresses: [0.0.0.0/0]}}\n", 3, 27, 9,
	NULL},
    {"mapped block",
	HEAD "targets: {t: {addresses: ['::ffff:c000:200/120']}}\n", 3, 27, 21,
	NULL},
    {"NAT64 block", HEAD "targets: {t: {addresses: ['64:ff9b::/96']}}\n", 3, 27,
	14, NULL},
    {"6to4 block", HEAD "targets: {t: {addresses: ['2002::/16']}}\n", 3, 27, 11,
	NULL},
    {"compatible block", HEAD "targets: {t: {addresses: ['::/96']}}\n", 3, 27,
	7, NULL},
    {"scope", HEAD "targets: {t: {addresses: ['fe80::1%eth0']}}\n", 3, 27, 14,
	NULL},
    {"all names", HEAD "targets: {t: {names: ['*']}}\n", 3, 23, 3, NULL},
    {"all names with dot", HEAD "targets: {t: {names: ['*.']}}\n", 3, 23, 4,
	NULL},
    {"star inside", HEAD "targets: {t: {names: [a.*.b]}}\n", 3, 23, 5, NULL},
    {"star in a label", HEAD "targets: {t: {names: ['*a.b']}}\n", 3, 23, 6,
	NULL},
    {"two stars", HEAD "targets: {t: {names: ['*.*.b']}}\n", 3, 23, 7, NULL},
    {"name twice", HEAD "targets: {t: {names: [a.b, a.b]}}\n", 3, 28, 3, NULL},
    /* protected names */
    {"no targets", TARGET "failover: [{name: a}]\n", 4, 12, 1, NULL},
    {"no name", TARGET "failover: [{targets: [t]}]\n", 4, 12, 1, NULL},
    {"empty targets", TARGET "failover: [{name: a, targets: []}]\n", 4, 31, 1,
	NULL},
    {"unknown target", TARGET "failover: [{name: a, targets: [tt]}]\n", 4, 32,
	2, "t"},
    {"unknown target of identity",
	TARGET "identity-endpoints: [{name: a, targets: [q]}]\n", 4, 42, 1,
	NULL},
    {"no target lists at all", HEAD "failover: [{name: a, targets: [t]}]\n", 3,
	32, 1, NULL},
    {"type", TARGET "failover: [{name: a, targets: [t], types: [AAA]}]\n", 4,
	44, 3, "AAAA"},
    {"query type", TARGET "failover: [{name: a, targets: [t], types: [ANY]}]\n",
	4, 44, 3, NULL},
    {"empty types", TARGET "failover: [{name: a, targets: [t], types: []}]\n",
	4, 43, 1, NULL},
    {"view", TARGET "failover: [{name: a, targets: [t], view: v}]\n", 4, 42, 1,
	NULL},
    {"TTLs crossed",
	TARGET "failover: [{name: a, targets: [t], require: {min-ttl: 61, "
	       "max-ttl: 1m}}]\n",
	4, 55, 2, NULL},
    {"health without URL",
	TARGET "failover: [{name: a, targets: [t], health: {expect: 200}}]\n",
	4, 44, 1, NULL},
    {"file URL",
	TARGET "failover: [{name: a, targets: [t], health: {url: "
	       "'file:///etc/passwd'}}]\n",
	4, 50, 20, NULL},
    {"password in URL",
	TARGET "failover: [{name: a, targets: [t], health: {url: "
	       "'https://a:b@c/'}}]\n",
	4, 50, 16, NULL},
    {"URL without host",
	TARGET "failover: [{name: a, targets: [t], health: {url: "
	       "'https:///x'}}]\n",
	4, 50, 12, NULL},
    {"status",
	TARGET "failover: [{name: a, targets: [t], health: {url: "
	       "'https://a', expect: 600}}]\n",
	4, 71, 3, NULL},
    {"empty issuers",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa-issuers: []}}]\n",
	4, 59, 1, NULL},
    {"issuer of everybody",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa-issuers: [.]}}]\n",
	4, 60, 1, NULL},
    {"issuer with a star",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa-issuers: ['*.ca.example']}}]\n",
	4, 60, 14, NULL},
    {"issuer with parameters",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa-issuers: [c, 'ca.example; accounturi=x']}}]\n",
	4, 63, 26, NULL},
    {"issuer with a hyphen behind",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa-issuers: [ca-.example]}}]\n",
	4, 60, 11, NULL},
    {"issuers and no CAA",
	TARGET "failover: [{name: a, targets: [t], require: "
	       "{caa: false, caa-issuers: [c]}}]\n",
	4, 51, 5, NULL},
    /* the rest */
    {"any name server", HEAD "nameservers: {allow: []}\n", 3, 22, 1, NULL},
    {"name servers without list", HEAD "nameservers: {}\n", 3, 14, 1, NULL},
    {"short ref", HEAD "change-control: {refs: [main]}\n", 3, 25, 4,
	"refs/heads/main"},
    {"no refs", HEAD "change-control: {refs: []}\n", 3, 24, 1, NULL},
    {"bad ref", HEAD "change-control: {refs: [refs/heads/a..b]}\n", 3, 37, 1,
	NULL},
    {"pattern of a shell", HEAD "change-control: {refs: ['refs/heads/[ab]']}\n",
	3, 37, 1, NULL},
    {"signed by nobody", HEAD "change-control: {signed-commits: true}\n", 3, 34,
	4, NULL},
    {"signers outside", HEAD "change-control: {allowed-signers: ../signers}\n",
	3, 35, 2, NULL},
    {"approvals", HEAD "change-control: {approvals: {zone: 1}}\n", 3, 30, 4,
	"zones"},
    /* keys, people, servers */
    {"gate without keys",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: {mode: "
	"gate}}]\n",
	2, 57, 4, NULL},
    {"keys for nothing",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: {keys: "
	"[Ka.+013+00001]}}]\n",
	2, 57, 1, NULL},
    {"key with a path",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: {mode: "
	"gate, keys: [/etc/Ka]}}]\n",
	2, 70, 7, NULL},
    {"PIN in the policy",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: {mode: "
	"gate, keys: [\"pkcs11:pin-value=1\"]}}]\n",
	2, 70, 20, NULL},
    {"never old enough",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: "
	"{validity: 3d, refresh: 3d}}]\n",
	2, 61, 2, NULL},
    {"DNSKEY of no zone",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: "
	"{multi-signer: [{provider: b, dnskey: [\"1 3 13 AAAA\"]}]}}]\n",
	2, 89, 13, NULL},
    {"DNSKEY without base64",
	"version: 1\nzones: [{path: a.zone, zone: a.example., dnssec: "
	"{multi-signer: [{provider: b, dnskey: [\"256 3 13 A=AA\"]}]}}]\n",
	2, 89, 15, NULL},
    {"health of nothing",
	TARGET "failover: [{name: a, targets: [t], health: {latency-ms: 5}}]\n",
	4, 44, 1, NULL},
    {"body of a port",
	TARGET
	"failover: [{name: a, targets: [t], health: {tcp: 1, body: xyz}}]\n",
	4, 59, 3, NULL},
    {"approved by nobody", HEAD "change-control: {approvals: {zones: 1}}\n", 3,
	29, 1, NULL},
    {"overridden by nobody",
	HEAD
	"change-control: {override: {signers: [a], rules: [zone-ns-single]}}\n",
	3, 28, 1, NULL},
    {"override of a fixed rule",
	HEAD "change-control: {allowed-signers: s, override: {signers: [a], "
	     "rules: [zone-soa]}}\n",
	3, 71, 8, NULL},
    {"key ring alone", HEAD "change-control: {openpgp-keyring: ring}\n", 3, 35,
	4, NULL},
    {"short fingerprint",
	HEAD "change-control: {openpgp-keyring: r, openpgp: [{fingerprint: "
	     "1234ABCD, principal: a}]}\n",
	3, 62, 8, NULL},
    {"principal pattern",
	HEAD "change-control: {allowed-signers: s, override: {signers: ['*'], "
	     "rules: [zone-ns-single]}}\n",
	3, 59, 3, NULL},
    {"server by name",
	HEAD "live: {servers: [{name: a, address: ns1.example}]}\n", 3, 37, 11,
	NULL},
    {"server block",
	HEAD "live: {servers: [{name: a, address: 192.0.2.0/24}]}\n", 3, 37, 12,
	NULL},
    {"HTTP without TLS",
	HEAD "live: {resolvers: [{name: a, address: 192.0.2.1, url: "
	     "'http://a/'}]}\n",
	3, 55, 11, NULL},
    {"authorities in the repository", HEAD "live: {ca-file: ca.pem}\n", 3, 17,
	6, NULL},
    {"two of one name",
	HEAD "live: {servers: [{name: a, address: 192.0.2.1}, {name: a, "
	     "address: 192.0.2.2}]}\n",
	3, 56, 1, NULL},
    {"anchor without type", HEAD "live: {anchors: [example.com.]}\n", 3, 18, 12,
	NULL},
    {"waiver of nothing",
	HEAD "waivers: [{rule: zone-ns-sinle, until: "
	     "2027-01-01, owner: o, reason: r}]\n",
	3, 18, 13, "zone-ns-single"},
    {"waiver of a fixed rule",
	HEAD "waivers: [{rule: zone-soa, until: 2027-01-01, owner: o, reason: "
	     "r}]\n",
	3, 18, 8, NULL},
    {"waiver without end",
	HEAD "waivers:\n- rule: dnssec-unsigned\n  owner: "
	     "o\n  reason: r\n",
	4, 3, 4, NULL},
    {"waiver without owner",
	HEAD "waivers:\n- rule: dnssec-unsigned\n  until: "
	     "2027-01-01\n  reason: r\n",
	4, 3, 4, NULL},
    {"no such day",
	HEAD "waivers: [{rule: dnssec-unsigned, until: 2027-02-29, "
	     "owner: o, reason: r}]\n",
	3, 42, 10, NULL},
    {"no such month",
	HEAD "waivers: [{rule: dnssec-unsigned, until: 2027-13-01, owner: o, "
	     "reason: r}]\n",
	3, 42, 10, NULL},
    {"short date",
	HEAD "waivers: [{rule: dnssec-unsigned, until: 2027-3-1, "
	     "owner: o, reason: r}]\n",
	3, 42, 8, NULL},
    {"empty reason",
	HEAD "waivers: [{rule: dnssec-unsigned, until: "
	     "2027-03-01, owner: o, reason: ' '}]\n",
	3, 72, 3, NULL},
    {"waiver of a strange name",
	HEAD "waivers: [{rule: dnssec-unsigned, zone: a.b, name: xa.b, until: "
	     "2027-03-01, owner: o, reason: r}]\n",
	3, 52, 4, NULL},
    {"severity of nothing", HEAD "severity: {zone-nss: off}\n", 3, 12, 8,
	"zone-ns-single"},
    {"severity word", HEAD "severity: {zone-ns-single: warn}\n", 3, 28, 4,
	NULL},
    {"severity list", HEAD "severity: {zone-ns-single: [off]}\n", 3, 28, 1,
	NULL},
    {"fixed rule off", HEAD "severity: {zone-soa: off}\n", 3, 22, 3, NULL},
    {"fixed rule warning", HEAD "severity: {zone-soa: warning}\n", 3, 22, 7,
	NULL},
};

static void
test_faults(void **state)
{
	const struct fault_case *c;
	const struct finding *f;
	struct run run;
	size_t i, wrong = 0;
	char mean[100];

	(void)state;
	for (i = 0; i < sizeof(fault_cases) / sizeof(fault_cases[0]); i++) {
		c = &fault_cases[i];
		start(&run, c->text, strlen(c->text));
		f = run.faults.n == 0 ? NULL : &run.faults.item[0];
		snprintf(mean, sizeof(mean), "did you mean `%s`?",
		    c->mean == NULL ? "" : c->mean);
		if (run.status != 1 || run.policy != NULL ||
		    run.faults.n != 1 || f->place.line != c->line ||
		    f->place.column != c->column ||
		    f->place.width != c->width ||
		    strcmp(f->rule, "policy") != 0 ||
		    strcmp(f->place.file, "p.yaml") != 0 ||
		    f->severity != SEVERITY_ERROR || f->help == NULL ||
		    (c->mean != NULL && strcmp(f->help, mean) != 0)) {
			print_error("%s: status %d, %zu faults, %u:%u+%u "
				    "(%u:%u+%u): %s; %s\n",
			    c->name, run.status, run.faults.n,
			    f == NULL ? 0 : f->place.line,
			    f == NULL ? 0 : f->place.column,
			    f == NULL ? 0 : f->place.width, c->line, c->column,
			    c->width, f == NULL ? "" : f->message,
			    f == NULL || f->help == NULL ? "" : f->help);
			wrong++;
		}
		finish(&run);
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *name, *text;
} good_cases[] = {
    {"least", HEAD},
    {"byte order mark and CRLF",
	"\xef\xbb\xbfversion: 1\r\nzones: [{path: a, zone: b}]\r\n"},
    {"document markers", "%YAML 1.2\n---\n" HEAD "...\n"},
    {"JSON",
	"{\"version\": 1, \"zones\": [{\"path\": \"a\", \"zone\": \"b\"}]}"},
    {"UTF-8 in text",
	HEAD "targets: {t: {owner: \"\xc3\xa9quipe\", names: [a]}}\n"},
    {"off without quotes", HEAD "severity: {zone-ns-single: off}\n"},
    {"off with quotes", HEAD "severity: {zone-ns-single: \"off\"}\n"},
    {"fixed rule as error", HEAD "severity: {zone-soa: error}\n"},
    {"empty lists",
	HEAD "failover: []\nwaivers: []\ntargets: {}\nseverity: {}\n"},
    {"one view, a dot between",
	"version: 1\nviews: {e: {}}\nzones: [{path: 'z/{zone}.{view}'}]\n"},
    {"same zone in two views", "version: 1\nviews: {ext: {}, int: {}}\nzones:\n"
			       "- {path: a, zone: a, view: ext}\n"
			       "- {path: b, zone: a, view: int}\n"},
    {"fallback chain",
	"version: 1\nviews: {a: {falls-back-to: b}, b: {falls-back-to: c}, "
	"c: {}}\nzones: [{path: '{view}/{zone}'}]\n"},
    {"leap day", HEAD "waivers:\n- rule: dnssec-unsigned\n  until: 2028-02-29\n"
		      "  owner: o\n  reason: >\n    two\n    lines\n"},
    {"two lists share an address",
	HEAD "targets: {t: {addresses: [192.0.2.1]}, "
	     "u: {addresses: [192.0.2.1]}}\n"},
    {"all of a share", HEAD "limits: {removed: 100%, changed: 0.000001%}\n"},
    {"number for a share", HEAD "limits: {removed: 500}\n"},
    {"units", HEAD "limits: {zone-bytes: 1GiB, max-ttl: 1w2d3h4m5s}\n"},
    {"equal TTLs", HEAD "limits: {min-ttl: 60, max-ttl: 1m}\n"},
    {"algorithm as a number",
	"version: 1\nzones: [{path: a, zone: b, dnssec: {algorithm: 15}}]\n"},
    {"block near NAT64", HEAD "targets: {t: {addresses: ['64:ff9c::/96']}}\n"},
    {"block of one address",
	HEAD "targets: {t: {addresses: [192.0.2.9/32]}}\n"},
    {"unknown type", TARGET "failover: [{name: a, targets: [t], types: "
			    "[TYPE65280]}]\n"},
};

static void
test_good(void **state)
{
	struct run run;
	size_t i, wrong = 0;

	(void)state;
	for (i = 0; i < sizeof(good_cases) / sizeof(good_cases[0]); i++) {
		start(&run, good_cases[i].text, strlen(good_cases[i].text));
		if (run.status != 0 || run.faults.n != 0) {
			print_error("%s: %s\n", good_cases[i].name,
			    run.faults.n > 0 ? run.faults.item[0].message : "");
			wrong++;
		}
		finish(&run);
	}
	assert_int_equal(wrong, 0);
}

/* One run tells everything, in the order of the text. */
static void
test_every_fault(void **state)
{
	static const char text[] = "version: 1\n"
				   "severity: {zone-soa: off}\n"
				   "failover:\n"
				   "  - name: a..b\n"
				   "    types: [AA, A]\n"
				   "    targets: [edge, x]\n"
				   "targets:\n"
				   "  edge: {addresses: [1.2.3, 192.0.2.1]}\n"
				   "zones: [{path: /a}]\n"
				   "dialect: *a\n"
				   "limit: {}\n";
	static const uint32_t at[][2] = {{2, 22}, {4, 11}, {5, 13}, {6, 21},
	    {8, 22}, {9, 16}, {10, 10}, {11, 1}};
	struct run run;
	size_t i;

	(void)state;
	start(&run, text, strlen(text));
	assert_int_equal(run.status, 1);
	assert_int_equal(run.faults.n, sizeof(at) / sizeof(at[0]));
	for (i = 0; i < run.faults.n; i++) {
		assert_int_equal(run.faults.item[i].place.line, at[i][0]);
		assert_int_equal(run.faults.item[i].place.column, at[i][1]);
		assert_non_null(run.faults.item[i].help);
	}
	assert_string_equal(run.faults.item[1].place.excerpt, "  - name: a..b");
	finish(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_every_fault),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
