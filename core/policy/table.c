/* The keys of the policy file. What a key means stands in docs/policy.md. */
#include "table.h"

static const struct schema_word word_dialect[] = {
    {"common", POLICY_DIALECT_COMMON},
    {"bind", POLICY_DIALECT_BIND},
    {"nsd", POLICY_DIALECT_NSD},
    {"knot", POLICY_DIALECT_KNOT},
    {NULL, 0},
};

static const struct schema_word word_private[] = {
    {"deny", false}, {"allow", true}, {NULL, 0}};

static const struct schema_word word_wildcard[] = {
    {"deny", true}, {"allow", false}, {NULL, 0}};

static const struct schema_key keys_zone[] = {
    {.key = "path",
	.type = &type_pattern_path,
	.required = true,
	.max = 1000,
	.offset = AT(policy_zone, path)},
    {.key = "zone", .type = &type_name, .offset = AT(policy_zone, zone)},
    {.key = "view", .type = &type_view, .offset = AT(policy_zone, view)},
    {.key = "dnssec",
	.shape = SCHEMA_MAP,
	.map = &schema_dnssec,
	.offset = AT(policy_zone, dnssec)},
};

static const struct schema schema_zone = {
    .what = "an entry of `zones`",
    .size = sizeof(struct policy_zone),
    KEYS(keys_zone),
    .line = AT(policy_zone, line),
    .name = SCHEMA_NONE,
    .check = check_zone,
};

static const struct schema_key keys_view[] = {
    {.key = "private-addresses",
	.type = &type_choice8,
	.words = word_private,
	.offset = AT(policy_view, private_allowed)},
    {.key = "falls-back-to",
	.type = &type_label,
	.max = 63,
	.offset = AT(policy_view, falls_back_to)},
};

static const struct schema schema_view = {
    .what = "a view",
    .size = sizeof(struct policy_view),
    KEYS(keys_view),
    .line = AT(policy_view, line),
    .name = AT(policy_view, name),
    .named = &type_label,
};

static const struct schema_key keys_target[] = {
    {.key = "owner",
	.type = &type_text,
	.max = 100,
	.offset = AT(policy_target, owner)},
    {.key = "addresses",
	.shape = SCHEMA_VALUES,
	.type = &type_net,
	.filled = true,
	.offset = AT(policy_target, net),
	.count = AT(policy_target, nnets)},
    {.key = "names",
	.shape = SCHEMA_VALUES,
	.type = &type_name_pattern,
	.filled = true,
	.offset = AT(policy_target, pattern),
	.count = AT(policy_target, npatterns)},
};

static const struct schema schema_target = {
    .what = "a target list",
    .size = sizeof(struct policy_target),
    KEYS(keys_target),
    .line = AT(policy_target, line),
    .name = AT(policy_target, name),
    .named = &type_label,
    .check = check_target,
};

static const struct schema_key keys_require[] = {
    {.key = "min-targets",
	.type = &type_number,
	.max = 1000,
	.offset = AT(policy_require, min_targets)},
    {.key = "distinct-networks",
	.type = &type_number,
	.max = 1000,
	.offset = AT(policy_require, distinct_networks)},
    {.key = "max-ttl",
	.type = &type_ttl,
	.min = 1,
	.max = TTL_MAX,
	.offset = AT(policy_require, max_ttl)},
    {.key = "min-ttl",
	.type = &type_ttl,
	.max = TTL_MAX,
	.offset = AT(policy_require, min_ttl)},
    {.key = "signed",
	.type = &type_bool,
	.offset = AT(policy_require, is_signed)},
    {.key = "caa", .type = &type_bool, .offset = AT(policy_require, caa)},
    {.key = "caa-issuers",
	.shape = SCHEMA_VALUES,
	.type = &type_issuer,
	.filled = true,
	.offset = AT(policy_require, issuer),
	.count = AT(policy_require, nissuers)},
    {.key = "wildcard",
	.type = &type_choice8,
	.words = word_wildcard,
	.offset = AT(policy_require, wildcard_denied)},
};

static void
init_require(void *object)
{
	struct policy_require *q = object;

	q->max_ttl = UINT32_MAX;
}

static const struct schema schema_require = {
    .what = "`require`",
    .size = sizeof(struct policy_require),
    KEYS(keys_require),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_require,
    .check = check_require,
};

static const struct schema_key keys_health[] = {
    {.key = "url",
	.type = &type_url,
	.max = 2000,
	.offset = AT(policy_health, url)},
    {.key = "tcp",
	.type = &type_number,
	.min = 1,
	.max = 65535,
	.offset = AT(policy_health, tcp)},
    {.key = "expect",
	.type = &type_number,
	.min = 100,
	.max = 599,
	.offset = AT(policy_health, expect)},
    {.key = "latency-ms",
	.type = &type_number,
	.min = 1,
	.max = 600000,
	.offset = AT(policy_health, latency_ms)},
    {.key = "body",
	.type = &type_body,
	.max = 1000,
	.offset = AT(policy_health, body)},
};

static void
init_health(void *object)
{
	struct policy_health *h = object;

	h->expect = 200;
}

static bool
absent_health(const void *object)
{
	const struct policy_health *h = object;

	return h->url == NULL && h->tcp == 0;
}

static const struct schema schema_health = {
    .what = "`health`",
    .size = sizeof(struct policy_health),
    KEYS(keys_health),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_health,
    .check = check_health,
    .absent = absent_health,
};

static const struct schema_key keys_protected[] = {
    {.key = "name",
	.type = &type_name,
	.required = true,
	.offset = AT(policy_protected, name)},
    {.key = "types",
	.shape = SCHEMA_VALUES,
	.type = &type_rrtype,
	.filled = true,
	.offset = AT(policy_protected, type),
	.count = AT(policy_protected, ntypes)},
    {.key = "view", .type = &type_view, .offset = AT(policy_protected, view)},
    {.key = "owner",
	.type = &type_text,
	.max = 100,
	.offset = AT(policy_protected, owner)},
    {.key = "targets",
	.shape = SCHEMA_VALUES,
	.type = &type_target,
	.required = true,
	.offset = AT(policy_protected, target),
	.count = AT(policy_protected, ntargets)},
    {.key = "require",
	.shape = SCHEMA_MAP,
	.map = &schema_require,
	.offset = AT(policy_protected, require)},
    {.key = "health",
	.shape = SCHEMA_MAP,
	.map = &schema_health,
	.offset = AT(policy_protected, health)},
};

static const struct schema schema_failover = {
    .what = "an entry of `failover`",
    .size = sizeof(struct policy_protected),
    KEYS(keys_protected),
    .line = AT(policy_protected, line),
    .name = SCHEMA_NONE,
    .check = check_protected,
};

static void
init_identity(void *object)
{
	((struct policy_protected *)object)->identity = true;
}

static const struct schema schema_identity = {
    .what = "an entry of `identity-endpoints`",
    .size = sizeof(struct policy_protected),
    KEYS(keys_protected),
    .line = AT(policy_protected, line),
    .name = SCHEMA_NONE,
    .init = init_identity,
    .check = check_protected,
};

static const struct schema_key keys_nameservers[] = {
    {.key = "allow",
	.shape = SCHEMA_VALUES,
	.type = &type_name_pattern,
	.required = true,
	.offset = AT(policy, nameserver),
	.count = AT(policy, nnameservers)},
};

static bool
absent_nameservers(const void *object)
{
	return ((const struct policy *)object)->nnameservers == 0;
}

static const struct schema schema_nameservers = {
    .what = "`nameservers`",
    .size = sizeof(struct policy),
    KEYS(keys_nameservers),
    .line = AT(policy, nameserver_line),
    .name = SCHEMA_NONE,
    .absent = absent_nameservers,
};

static const struct schema_key keys_limits[] = {
    {.key = "removed",
	.type = &type_share,
	.offset = AT(policy_limits, removed)},
    {.key = "changed",
	.type = &type_share,
	.offset = AT(policy_limits, changed)},
    {.key = "floor",
	.type = &type_number,
	.max = UINT32_MAX,
	.offset = AT(policy_limits, floor)},
    {.key = "zone-bytes",
	.type = &type_size,
	.min = 1,
	.max = (uint64_t)1 << 40,
	.offset = AT(policy_limits, zone_bytes)},
    {.key = "records",
	.type = &type_number,
	.min = 1,
	.max = UINT32_MAX,
	.offset = AT(policy_limits, records)},
    {.key = "rrset-records",
	.type = &type_number,
	.min = 1,
	.max = UINT32_MAX,
	.offset = AT(policy_limits, rrset_records)},
    {.key = "min-ttl",
	.type = &type_ttl,
	.min = 1,
	.max = TTL_MAX,
	.offset = AT(policy_limits, ttl_min)},
    {.key = "max-ttl",
	.type = &type_ttl,
	.min = 1,
	.max = TTL_MAX,
	.offset = AT(policy_limits, ttl_max)},
};

static void
init_limits(void *object)
{
	struct policy_limits *l = object;

	l->removed = (struct policy_share){true, true, 10};
	l->changed = (struct policy_share){true, true, 30};
	l->floor = 10;
	l->zone_bytes = (uint64_t)256 << 20;
	l->records = 5000000;
	l->rrset_records = 100;
}

static const struct schema schema_limits = {
    .what = "`limits`",
    .size = sizeof(struct policy_limits),
    KEYS(keys_limits),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_limits,
    .check = check_limits,
};

static const struct schema_key keys_policy[] = {
    {.key = "version",
	.type = &type_number,
	.required = true,
	.min = 1,
	.max = 1,
	.offset = AT(draft, version)},
    {.key = "dialect",
	.type = &type_choice,
	.words = word_dialect,
	.offset = AT(draft, p.dialect)},
    /* Views and targets first: the others refer to them. */
    {.key = "views",
	.shape = SCHEMA_NAMED,
	.max = 100,
	.map = &schema_view,
	.offset = AT(draft, p.view),
	.count = AT(draft, p.nviews)},
    {.key = "zones",
	.shape = SCHEMA_LIST,
	.map = &schema_zone,
	.required = true,
	.offset = AT(draft, p.zone),
	.count = AT(draft, p.nzones)},
    {.key = "targets",
	.shape = SCHEMA_NAMED,
	.map = &schema_target,
	.offset = AT(draft, p.target),
	.count = AT(draft, p.ntargets)},
    {.key = "failover",
	.shape = SCHEMA_LIST,
	.map = &schema_failover,
	.offset = AT(draft, failover),
	.count = AT(draft, nfailover)},
    {.key = "identity-endpoints",
	.shape = SCHEMA_LIST,
	.map = &schema_identity,
	.offset = AT(draft, identity),
	.count = AT(draft, nidentity)},
    {.key = "nameservers",
	.shape = SCHEMA_MAP,
	.map = &schema_nameservers,
	.offset = AT(draft, p)},
    {.key = "limits",
	.shape = SCHEMA_MAP,
	.map = &schema_limits,
	.offset = AT(draft, p.limits)},
    {.key = "change-control",
	.shape = SCHEMA_MAP,
	.map = &schema_change,
	.offset = AT(draft, p.change)},
    {.key = "live",
	.shape = SCHEMA_MAP,
	.map = &schema_live,
	.offset = AT(draft, p.live)},
    {.key = "waivers",
	.shape = SCHEMA_LIST,
	.map = &schema_waiver,
	.offset = AT(draft, p.waiver),
	.count = AT(draft, p.nwaivers)},
    {.key = "severity",
	.shape = SCHEMA_NAMED,
	.map = &schema_severity,
	.offset = AT(draft, p.severity),
	.count = AT(draft, p.nseverities)},
};

static void
init_policy(void *object)
{
	struct draft *d = object;

	d->version = 1;
	d->p.dialect = POLICY_DIALECT_COMMON;
}

const struct schema schema_policy = {
    .what = "the policy",
    .size = sizeof(struct draft),
    KEYS(keys_policy),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_policy,
    .check = check_policy,
};
