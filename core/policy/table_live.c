/* The keys of `live`: which servers are asked, and how. */
#include "table.h"

static const struct schema_key keys_server[] = {
    {.key = "name",
	.type = &type_label,
	.required = true,
	.max = 63,
	.offset = AT(policy_server, name)},
    {.key = "address",
	.type = &type_address,
	.required = true,
	.offset = AT(policy_server, at)},
    {.key = "port",
	.type = &type_number,
	.min = 1,
	.max = 65535,
	.offset = AT(policy_server, port)},
    {.key = "url",
	.type = &type_url,
	.max = 2000,
	.offset = AT(policy_server, url)},
    {.key = "view", .type = &type_view, .offset = AT(policy_server, view)},
    {.key = "zone", .type = &type_name, .offset = AT(policy_server, zone)},
    {.key = "tsig",
	.type = &type_text,
	.max = 255,
	.offset = AT(policy_server, tsig)},
};

static const struct schema schema_server = {
    .what = "an entry of `servers` or `resolvers`",
    .size = sizeof(struct policy_server),
    KEYS(keys_server),
    .line = AT(policy_server, line),
    .name = SCHEMA_NONE,
    .check = check_server,
};

static const struct schema_key keys_live[] = {
    {.key = "servers",
	.shape = SCHEMA_LIST,
	.map = &schema_server,
	.filled = true,
	.offset = AT(policy_live, server),
	.count = AT(policy_live, nservers)},
    {.key = "resolvers",
	.shape = SCHEMA_LIST,
	.map = &schema_server,
	.filled = true,
	.offset = AT(policy_live, resolver),
	.count = AT(policy_live, nresolvers)},
    {.key = "anchors",
	.shape = SCHEMA_VALUES,
	.type = &type_anchor,
	.filled = true,
	.offset = AT(policy_live, anchor),
	.count = AT(policy_live, nanchors)},
    {.key = "timeout-ms",
	.type = &type_number,
	.min = 10,
	.max = 60000,
	.offset = AT(policy_live, timeout_ms)},
    {.key = "deadline",
	.type = &type_ttl,
	.min = 1,
	.max = 3600,
	.offset = AT(policy_live, deadline)},
    {.key = "concurrent",
	.type = &type_number,
	.min = 1,
	.max = 4096,
	.offset = AT(policy_live, concurrent)},
    {.key = "ca-file",
	.type = &type_text,
	.max = 1000,
	.offset = AT(policy_live, ca_file)},
};

static void
init_live(void *object)
{
	struct policy_live *l = object;

	l->timeout_ms = 2000;
	l->deadline = 60;
	l->concurrent = 128;
}

const struct schema schema_live = {
    .what = "`live`",
    .size = sizeof(struct policy_live),
    KEYS(keys_live),
    .line = AT(policy_live, line),
    .name = SCHEMA_NONE,
    .init = init_live,
    .check = check_live,
};
