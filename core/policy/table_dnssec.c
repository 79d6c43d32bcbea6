/* The keys below zones[].dnssec: how a zone is signed. */
#include "table.h"

static const struct schema_word word_mode[] = {
    {"trial", POLICY_DNSSEC_TRIAL},
    {"gate", POLICY_DNSSEC_GATE},
    {"presigned", POLICY_DNSSEC_PRESIGNED},
    {"unsigned", POLICY_DNSSEC_UNSIGNED},
    {NULL, 0},
};

static const struct schema_word word_denial[] = {
    {"nsec", POLICY_DENIAL_NSEC},
    {"nsec3", POLICY_DENIAL_NSEC3},
    {"nsec3-optout", POLICY_DENIAL_NSEC3_OPTOUT},
    {NULL, 0},
};

static const struct schema_key keys_signer[] = {
    {.key = "provider",
	.type = &type_label,
	.required = true,
	.max = 63,
	.offset = AT(policy_signer, name)},
    {.key = "dnskey",
	.shape = SCHEMA_VALUES,
	.type = &type_dnskey,
	.required = true,
	.offset = AT(policy_signer, dnskey),
	.count = AT(policy_signer, ndnskeys)},
};

static const struct schema schema_signer = {
    .what = "an entry of `multi-signer`",
    .size = sizeof(struct policy_signer),
    KEYS(keys_signer),
    .line = AT(policy_signer, line),
    .name = SCHEMA_NONE,
};

static const struct schema_key keys_dnssec[] = {
    {.key = "mode",
	.type = &type_choice,
	.words = word_mode,
	.offset = AT(policy_dnssec, mode)},
    {.key = "algorithm",
	.type = &type_algorithm,
	.offset = AT(policy_dnssec, algorithm)},
    {.key = "denial",
	.type = &type_choice,
	.words = word_denial,
	.offset = AT(policy_dnssec, denial)},
    {.key = "parent-ds",
	.shape = SCHEMA_VALUES,
	.type = &type_ds,
	.offset = AT(policy_dnssec, parent_ds),
	.count = AT(policy_dnssec, nparent_ds)},
    {.key = "ds-ttl",
	.type = &type_ttl,
	.max = TTL_MAX,
	.offset = AT(policy_dnssec, ds_ttl)},
    {.key = "propagation",
	.type = &type_ttl,
	.max = TTL_MAX,
	.offset = AT(policy_dnssec, propagation)},
    {.key = "keys",
	.shape = SCHEMA_VALUES,
	.type = &type_signing_key,
	.filled = true,
	.max = 1000,
	.offset = AT(policy_dnssec, key),
	.count = AT(policy_dnssec, nkeys)},
    {.key = "validity",
	.type = &type_ttl,
	.min = 3600,
	.max = 366 * 86400,
	.offset = AT(policy_dnssec, validity)},
    {.key = "refresh",
	.type = &type_ttl,
	.max = 366 * 86400,
	.offset = AT(policy_dnssec, refresh)},
    {.key = "jitter",
	.type = &type_ttl,
	.max = 366 * 86400,
	.offset = AT(policy_dnssec, jitter)},
    {.key = "zonemd", .type = &type_bool, .offset = AT(policy_dnssec, zonemd)},
    {.key = "multi-signer",
	.shape = SCHEMA_LIST,
	.map = &schema_signer,
	.offset = AT(policy_dnssec, signer),
	.count = AT(policy_dnssec, nsigners)},
};

static void
init_dnssec(void *object)
{
	struct policy_dnssec *d = object;

	d->mode = POLICY_DNSSEC_TRIAL;
	d->algorithm = 13;
	d->denial = POLICY_DENIAL_NSEC;
	d->ds_ttl = 86400;
	d->propagation = 3600;
	d->validity = 14 * 86400;
	d->refresh = 7 * 86400;
	d->jitter = 12 * 3600;
}

const struct schema schema_dnssec = {
    .what = "`dnssec`",
    .size = sizeof(struct policy_dnssec),
    KEYS(keys_dnssec),
    .line = SCHEMA_NONE,
    .name = SCHEMA_NONE,
    .init = init_dnssec,
    .check = check_dnssec,
};
