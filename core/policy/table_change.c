/* The keys of change control, waivers and severities. */
#include "table.h"

static const struct schema_word word_severity[] = {
    {"off", SEVERITY_OFF},
    {"warning", SEVERITY_WARNING},
    {"error", SEVERITY_ERROR},
    {NULL, 0},
};

static const struct schema_key keys_approvals[] = {
    {.key = "zones",
	.type = &type_number,
	.max = 100,
	.offset = AT(policy_change, approvals_zones)},
    {.key = "policy",
	.type = &type_number,
	.max = 100,
	.offset = AT(policy_change, approvals_policy)},
    {.key = "failover-switch",
	.type = &type_number,
	.max = 100,
	.offset = AT(policy_change, approvals_failover)},
    {.key = "keys",
	.type = &type_number,
	.max = 100,
	.offset = AT(policy_change, approvals_keys)},
};

static void
init_approvals(void *object)
{
	struct policy_change *c = object;

	c->approvals_failover = POLICY_APPROVALS_SAME;
	c->approvals_keys = POLICY_APPROVALS_SAME;
}

static const struct schema schema_approvals = {
    .what = "`approvals`",
    .size = sizeof(struct policy_change),
    KEYS(keys_approvals),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_approvals,
};

static const struct schema_key keys_pgp[] = {
    {.key = "fingerprint",
	.type = &type_fingerprint,
	.required = true,
	.offset = AT(policy_pgp, fingerprint)},
    {.key = "principal",
	.type = &type_principal,
	.required = true,
	.max = 200,
	.offset = AT(policy_pgp, principal)},
};

static const struct schema schema_pgp = {
    .what = "an entry of `openpgp`",
    .size = sizeof(struct policy_pgp),
    KEYS(keys_pgp),
    .line = AT(policy_pgp, line),
    .name = SCHEMA_NONE,
};

static const struct schema_key keys_override[] = {
    {.key = "signers",
	.shape = SCHEMA_VALUES,
	.type = &type_principal,
	.required = true,
	.max = 200,
	.offset = AT(policy_override, signer),
	.count = AT(policy_override, nsigners)},
    {.key = "rules",
	.shape = SCHEMA_VALUES,
	.type = &type_rule,
	.required = true,
	.offset = AT(policy_override, rule),
	.count = AT(policy_override, nrules)},
    {.key = "duration",
	.type = &type_ttl,
	.min = 60,
	.max = 31 * 86400,
	.offset = AT(policy_override, duration)},
};

static void
init_override(void *object)
{
	((struct policy_override *)object)->duration = 4 * 3600;
}

static bool
absent_override(const void *object)
{
	return ((const struct policy_override *)object)->nsigners == 0;
}

static const struct schema schema_override = {
    .what = "`override`",
    .size = sizeof(struct policy_override),
    KEYS(keys_override),
    .line = AT(policy_override, line),
    .name = SCHEMA_NONE,
    .init = init_override,
    .check = check_override,
    .absent = absent_override,
};

static const struct schema_key keys_change[] = {
    {.key = "refs",
	.shape = SCHEMA_VALUES,
	.type = &type_ref,
	.filled = true,
	.max = 500,
	.offset = AT(policy_change, ref),
	.count = AT(policy_change, nrefs)},
    {.key = "policy-apart",
	.type = &type_bool,
	.offset = AT(policy_change, policy_apart)},
    {.key = "allowed-signers",
	.type = &type_file,
	.max = 1000,
	.offset = AT(policy_change, allowed_signers)},
    {.key = "openpgp-keyring",
	.type = &type_file,
	.max = 1000,
	.offset = AT(policy_change, openpgp_keyring)},
    {.key = "openpgp",
	.shape = SCHEMA_LIST,
	.map = &schema_pgp,
	.filled = true,
	.offset = AT(policy_change, pgp),
	.count = AT(policy_change, npgp)},
    {.key = "signed-commits",
	.type = &type_bool,
	.offset = AT(policy_change, signed_commits)},
    {.key = "approvals",
	.shape = SCHEMA_MAP,
	.map = &schema_approvals,
	.offset = 0},
    {.key = "override",
	.shape = SCHEMA_MAP,
	.map = &schema_override,
	.offset = AT(policy_change, override)},
    {.key = "every-commit",
	.type = &type_bool,
	.offset = AT(policy_change, every_commit)},
    {.key = "allow-rewrite",
	.type = &type_bool,
	.offset = AT(policy_change, allow_rewrite)},
};

static void
init_change(void *object)
{
	static const char *const branches[] = {"refs/heads/*"};
	struct policy_change *c = object;

	c->ref = branches;
	c->nrefs = 1;
	c->policy_apart = true;
}

const struct schema schema_change = {
    .what = "`change-control`",
    .size = sizeof(struct policy_change),
    KEYS(keys_change),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_change,
    .check = check_change,
};

static const struct schema_key keys_waiver[] = {
    {.key = "rule",
	.type = &type_rule,
	.required = true,
	.offset = AT(policy_waiver, rule)},
    {.key = "zone", .type = &type_name, .offset = AT(policy_waiver, zone)},
    {.key = "name", .type = &type_name, .offset = AT(policy_waiver, name)},
    {.key = "view", .type = &type_view, .offset = AT(policy_waiver, view)},
    {.key = "until",
	.type = &type_date,
	.required = true,
	.offset = AT(policy_waiver, until)},
    {.key = "owner",
	.type = &type_text,
	.required = true,
	.max = 100,
	.offset = AT(policy_waiver, owner)},
    {.key = "reason",
	.type = &type_text,
	.required = true,
	.max = 500,
	.offset = AT(policy_waiver, reason)},
};

const struct schema schema_waiver = {
    .what = "a waiver",
    .size = sizeof(struct policy_waiver),
    KEYS(keys_waiver),
    .line = AT(policy_waiver, line),
    .name = SCHEMA_NONE,
    .check = check_waiver,
};

/* `rule: word`: the entry is its value alone. */
static const struct schema_key keys_severity[] = {
    {.key = NULL,
	.type = &type_choice,
	.words = word_severity,
	.offset = AT(policy_severity, severity)},
};

const struct schema schema_severity = {
    .what = "a severity",
    .size = sizeof(struct policy_severity),
    KEYS(keys_severity),
    .line = AT(policy_severity, line),
    .name = AT(policy_severity, rule),
    .named = &type_rule,
    .check = check_severity,
};
