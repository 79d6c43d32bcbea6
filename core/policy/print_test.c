/* What is printed reads back; examples and documentation are true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

#include <cmocka.h>

#include "policy.h"

#include "schema.h"

/* The fuzz target replays its seeds here. */
#include "policy_fuzz.c" /* NOLINT(bugprone-suspicious-include) */

static const char *const examples[] = {
    "policies/single-site.yaml",
    "policies/two-provider.yaml",
    "policies/cdn-fallback.yaml",
    "policies/split-horizon.yaml",
    "policies/identity-endpoints.yaml",
    "policies/staged-migration.yaml",
    "testdata/fuzz/policy/full.yaml",
};

#define NEXAMPLES (sizeof(examples) / sizeof(examples[0]))

static char *
read_file(const char *path, size_t *len)
{
	static char data[READER_MAX_BYTES + 1];
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		fail_msg("%s: not there", path);
	*len = fread(data, 1, sizeof(data) - 1, f);
	data[*len] = '\0';
	fclose(f);
	return data;
}

static struct policy *
parse(const char *name, const char *data, size_t len)
{
	struct arena *arena = arena_new();
	struct findings faults;
	struct policy *p;
	struct error e;

	findings_init(&faults, arena);
	policy_parse(&p, data, len, name, NULL, &faults, &e);
	if (p == NULL) {
		fail_msg("%s:%u:%u: %s", name, faults.item[0].place.line,
		    faults.item[0].place.column, faults.item[0].message);
		abort();
	}
	findings_free(&faults);
	arena_free(arena);
	return p;
}

/* Each example parses, and prints to what prints the same. */
static void
test_examples(void **state)
{
	struct text yaml = TEXT_INIT, json = TEXT_INIT, again = TEXT_INIT;
	struct policy *p;
	size_t i, len;
	char *data;

	(void)state;
	for (i = 0; i < NEXAMPLES; i++) {
		data = read_file(examples[i], &len);
		p = parse(examples[i], data, len);
		text_clear(&yaml);
		text_clear(&json);
		policy_print(p, &yaml);
		policy_print_json(p, &json);
		policy_free(p);
		assert_false(text_lost(&yaml) || text_lost(&json));
		p = parse("printed", yaml.data, yaml.len);
		text_clear(&again);
		policy_print(p, &again);
		policy_free(p);
		assert_string_equal(yaml.data, again.data);
		/* JSON is YAML: it reads back as the same policy too. */
		p = parse("JSON", json.data, json.len);
		text_clear(&again);
		policy_print(p, &again);
		policy_free(p);
		assert_string_equal(yaml.data, again.data);
	}
	text_free(&yaml);
	text_free(&json);
	text_free(&again);
}

/* The contract's example with every key that it leaves out. */
static struct policy *
full(void)
{
	size_t len;
	char *data = read_file("testdata/fuzz/policy/full.yaml", &len);

	return parse("full", data, len);
}

/* What the file says is what the rooms get. */
static void
test_fields(void **state)
{
	struct policy *p = full();

	(void)state;
	assert_int_equal(strlen(p->digest), 64);
	assert_int_equal(p->dialect, POLICY_DIALECT_COMMON);
	assert_int_equal(p->nzones, 4);
	assert_null(p->zone[0].zone);
	assert_int_equal(p->zone[0].dnssec.mode, POLICY_DNSSEC_TRIAL);
	assert_int_equal(p->zone[0].dnssec.algorithm, 13);
	assert_int_equal(p->zone[0].line, 5);
	assert_string_equal(p->zone[1].view, "external");
	assert_int_equal(p->zone[1].dnssec.mode, POLICY_DNSSEC_UNSIGNED);
	assert_int_equal(p->zone[2].dnssec.nparent_ds, 1);
	assert_int_equal(p->zone[2].dnssec.parent_ds[0].tag, 12345);
	assert_int_equal(p->zone[2].dnssec.parent_ds[0].digest_len, 32);
	assert_int_equal(p->zone[2].dnssec.parent_ds[0].digest[31], 0x1f);
	assert_int_equal(p->zone[2].dnssec.denial, POLICY_DENIAL_NSEC3_OPTOUT);
	assert_int_equal(p->nviews, 2);
	assert_false(p->view[0].private_allowed);
	assert_true(p->view[1].private_allowed);
	assert_string_equal(p->view[1].falls_back_to, "external");
	assert_int_equal(p->ntargets, 3);
	assert_string_equal(p->target[0].owner, "netops");
	assert_int_equal(p->target[0].net[0].prefix, 28);
	assert_int_equal(p->target[0].net[1].len, 16);
	assert_true(p->target[2].pattern[0].below);
	policy_free(p);
}

static void
test_fields_protected(void **state)
{
	const struct policy_protected *d;
	struct policy *p = full();

	(void)state;
	assert_int_equal(p->nprotects, 2);
	d = &p->protect[0];
	assert_false(d->identity);
	assert_int_equal(d->ntypes, 2);
	assert_int_equal(d->type[1], 28);
	assert_ptr_equal(d->target[1], &p->target[1]);
	assert_int_equal(d->require.min_targets, 2);
	assert_int_equal(d->require.distinct_networks, 2);
	assert_int_equal(d->require.max_ttl, 60);
	assert_true(d->require.is_signed);
	assert_string_equal(d->owner, "netops");
	assert_string_equal(d->health.url, "https://api.example.com/healthz");
	d = &p->protect[1];
	assert_true(d->identity);
	assert_int_equal(d->ntypes, 2);
	assert_null(d->view);
	assert_true(d->require.caa && d->require.wildcard_denied);
	assert_int_equal(d->require.nissuers, 2);
	assert_memory_equal(d->require.issuer[0], "\013letsencrypt\003org", 17);
	assert_memory_equal(d->require.issuer[1], "\002ca\007example", 12);
	assert_int_equal(d->require.max_ttl, UINT32_MAX);
	assert_null(d->health.url);
	policy_free(p);
}

/* Who lists issuers requires CAA. */
static void
test_issuers(void **state)
{
	static const char text[] = "version: 1\n"
				   "zones: [{path: '{zone}'}]\n"
				   "targets: {t: {addresses: [192.0.2.1]}}\n"
				   "failover: [{name: a, targets: [t], "
				   "require: {caa-issuers: [c]}}]\n";
	struct policy *p = parse("issuers", text, strlen(text));

	(void)state;
	assert_true(p->protect[0].require.caa);
	assert_int_equal(p->protect[0].require.nissuers, 1);
	policy_free(p);
}

static void
test_fields_control(void **state)
{
	struct policy *p = full();

	(void)state;
	assert_int_equal(p->nnameservers, 2);
	assert_true(p->nameserver_line > 0);
	assert_true(p->limits.removed.percent);
	assert_true(p->limits.removed.value == 10.0);
	assert_false(p->limits.changed.percent);
	assert_true(p->limits.changed.value == 500.0);
	assert_int_equal(p->limits.zone_bytes, 256 << 20);
	assert_int_equal(p->limits.ttl_max, 86400);
	assert_int_equal(p->change.nrefs, 1);
	assert_true(p->change.policy_apart);
	assert_false(p->change.allow_rewrite);
	assert_int_equal(p->change.approvals_policy, 2);
	assert_int_equal(p->change.approvals_failover, 0);
	assert_int_equal(p->change.approvals_keys, 3);
	assert_string_equal(p->change.pgp[0].fingerprint,
	    "0123456789ABCDEF0123456789ABCDEF01234567");
	assert_string_equal(p->change.override.signer[0], "alice@example.com");
	assert_int_equal(p->change.override.duration, 7200);
	assert_int_equal(p->live.nservers, 1);
	assert_int_equal(p->live.server[0].port, 5353);
	assert_int_equal(p->live.resolver[0].port, 53);
	assert_int_equal(p->live.resolver[1].port, 0);
	assert_int_equal(p->live.anchor[0].len, 36);
	assert_int_equal(p->live.anchor[0].rdata[1], 12345 & 255);
	assert_int_equal(p->live.anchor[1].len, 68);
	assert_int_equal(p->live.deadline, 30);
	assert_int_equal(p->zone[3].dnssec.nkeys, 2);
	assert_int_equal(p->zone[3].dnssec.validity, 864000);
	assert_int_equal(p->zone[3].dnssec.signer[0].dnskey[0].len, 68);
	assert_int_equal(p->protect[0].health.tcp, 8443);
	assert_int_equal(p->waiver[0].until_time, 1803945599);
	assert_string_equal(p->waiver[0].reason, "provider migration");
	assert_int_equal(p->severity[0].severity, SEVERITY_OFF);
	policy_free(p);
}

static void
test_default(void **state)
{
	struct policy *p = policy_default();
	struct text t = TEXT_INIT;

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->nzones, 0);
	assert_true(p->limits.removed.set && p->limits.removed.value == 10.0);
	assert_true(p->limits.changed.set && p->limits.changed.value == 30.0);
	assert_int_equal(p->limits.floor, 10);
	assert_int_equal(p->limits.records, 5000000);
	assert_true(p->change.policy_apart);
	assert_string_equal(p->change.ref[0], "refs/heads/*");
	policy_print(p, &t);
	policy_print_json(p, &t);
	assert_false(text_lost(&t));
	text_free(&t);
	policy_free(p);
}

/* Text that YAML could take for something else keeps its quotes. */
static void
test_strings(void **state)
{
	static const char *const strings[] = {"true", "null", "~", "a: b",
	    "a #b", "-", "- a", "\\\"", "{a}", "*a", "&a", "!a", "%a", "@a",
	    "0x10", "1.5", ".inf", "=", "<<", "'", "\xc3\xa9", "a,b", "?", "|"};
	static const char format[] = "version: 1\n"
				     "zones: [{path: a, zone: b}]\n"
				     "targets: {t: {names: [a], owner: %s}}\n";
	struct text t = TEXT_INIT, yaml = TEXT_INIT;
	struct policy *p;
	json_t *quoted;
	size_t i;
	char *s;

	(void)state;
	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		quoted = json_string(strings[i]);
		s = json_dumps(quoted, JSON_ENCODE_ANY);
		text_clear(&t);
		text_printf(&t, format, s);
		free(s);
		json_decref(quoted);
		p = parse(strings[i], t.data, t.len);
		assert_string_equal(p->target[0].owner, strings[i]);
		text_clear(&yaml);
		policy_print(p, &yaml);
		policy_free(p);
		p = parse(strings[i], yaml.data, yaml.len);
		assert_string_equal(p->target[0].owner, strings[i]);
		policy_free(p);
	}
	text_free(&t);
	text_free(&yaml);
}

static void
test_seeds(void **state)
{
	static const char dir[] = "testdata/fuzz/policy";
	struct dirent *ent;
	DIR *d = opendir(dir);
	char path[600], *data;
	size_t len, n = 0;

	(void)state;
	assert_non_null(d);
	while ((ent = readdir(d)) != NULL) {
		if (ent->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, ent->d_name);
		data = read_file(path, &len);
		LLVMFuzzerTestOneInput((const uint8_t *)data, len);
		n++;
	}
	closedir(d);
	assert_true(n >= 5);
}

/* The row of KEY in docs/policy.md must say what the schema says. */
static void
check_row(const char *doc, const char *key, const char *type,
    const struct schema_key *k, const void *object)
{
	const struct schema_word *w;
	char head[300], word[100];
	const char *row, *cell;
	json_t *v = NULL;
	char *line;

	snprintf(head, sizeof(head), "\n| `%s` | %s | ", key, type);
	if ((row = strstr(doc, head)) == NULL) {
		fail_msg("docs/policy.md has no row%s", head);
		abort();
	}
	cell = row + strlen(head);
	line = strndup(cell, strcspn(cell, "\n"));
	assert_non_null(line);
	if ((strncmp(line, "required |", 10) == 0) != k->required)
		fail_msg("%s: required?", key);
	for (w = k->words; w != NULL && w->text != NULL; w++) {
		snprintf(word, sizeof(word), "`%s`", w->text);
		if (strstr(line, word) == NULL)
			fail_msg("%s: no word about %s", key, word);
	}
	if (k->shape == SCHEMA_VALUE && k->key != NULL && !k->required)
		v = k->type->get(k, (const char *)object + k->offset);
	if (v != NULL && !json_is_null(v)) {
		char *s = json_dumps(v, JSON_ENCODE_ANY);
		size_t quotes = s[0] == '"';

		snprintf(word, sizeof(word), "`%.*s` |",
		    (int)(strlen(s) - 2 * quotes), s + quotes);
		if (strncmp(line, word, strlen(word)) != 0)
			fail_msg("%s: default is %s", key, word);
		free(s);
	}
	json_decref(v);
	free(line);
}

static unsigned
check_keys(const char *doc, const struct schema *s, const char *prefix,
    const void *object)
{
	static const char *const shapes[] = {[SCHEMA_MAP] = "map",
	    [SCHEMA_LIST] = "list of maps",
	    [SCHEMA_NAMED] = "map of maps"};
	const struct schema_key *k;
	char key[128], type[64], below[140];
	unsigned rows = 0;
	uint64_t *fresh;
	size_t i;

	for (i = 0; i < s->nkeys; i++, rows++) {
		k = &s->keys[i];
		snprintf(key, sizeof(key), "%s%s", prefix,
		    k->key == NULL ? "RULE" : k->key);
		snprintf(type, sizeof(type), "%s%s",
		    k->shape == SCHEMA_VALUES ? "list: " : "",
		    k->map != NULL ? shapes[k->shape] : k->type->name);
		check_row(doc, key, type, k, object);
		if (k->map == NULL)
			continue;
		snprintf(below, sizeof(below), "%s%s", key,
		    k->shape == SCHEMA_LIST       ? "[]."
		    : k->map->keys[0].key == NULL ? "."
		    : k->shape == SCHEMA_NAMED    ? ".NAME."
						  : ".");
		fresh = calloc(k->map->size / 8 + 1, 8);
		assert_non_null(fresh);
		schema_init(k->map, fresh);
		rows += check_keys(doc, k->map, below, fresh);
		free(fresh);
	}
	return rows;
}

/* Every key is described, and nothing that is no key. */
static void
test_documented(void **state)
{
	struct draft d;
	const char *p, *doc;
	unsigned rows = 0;
	size_t len;

	(void)state;
	doc = read_file("docs/policy.md", &len);
	memset(&d, 0, sizeof(d));
	schema_init(&schema_policy, &d);
	for (p = doc; (p = strstr(p, "\n| `")) != NULL; p++)
		rows++;
	assert_int_equal(check_keys(doc, &schema_policy, "", &d), rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_examples),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_fields_protected),
	    cmocka_unit_test(test_issuers),
	    cmocka_unit_test(test_fields_control),
	    cmocka_unit_test(test_default),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_seeds),
	    cmocka_unit_test(test_documented),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
