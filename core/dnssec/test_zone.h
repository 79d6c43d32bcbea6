/* What the tests of this room share: zones from text, edited copies, rules. */
#ifndef DNSSEC_TEST_ZONE_H
#define DNSSEC_TEST_ZONE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../source/source.h"
#include "../zone/load.h"
#include "algorithm.h"
#include "dnssec.h"

#define NOW ((int64_t)1800000000)

/* Everything that signing has to tell apart. */
#define TEST_ZONE                                                              \
	"$TTL 3600\n"                                                          \
	"@ SOA ns1 admin 7 7200 900 1209600 600\n"                             \
	"@ NS ns1\n"                                                           \
	"@ NS ns.other.net.\n"                                                 \
	"@ MX 10 mail\n"                                                       \
	"@ TYPE65280 \\# 2 abcd\n"                                             \
	"ns1 A 192.0.2.1\n"                                                    \
	"ns1 AAAA 2001:db8::1\n"                                               \
	"mail A 192.0.2.2\n"                                                   \
	"www 60 A 192.0.2.3\n"                                                 \
	"www 60 A 192.0.2.4\n"                                                 \
	"www 60 TXT \"one\" \"two\"\n"                                         \
	"www 60 CAA 0 issue \"ca.example\"\n"                                  \
	"*.wild TXT \"any\"\n"                                                 \
	"*.wild MX 0 .\n"                                                      \
	"d.e.ent A 192.0.2.5\n"                                                \
	"f.ent A 192.0.2.6\n"                                                  \
	"alias CNAME www\n"                                                    \
	"dn DNAME other.net.\n"                                                \
	"sub NS ns.sub\n"                                                      \
	"sub NS ns1\n"                                                         \
	"ns.sub A 192.0.2.7\n"                                                 \
	"x.only NS ns.other.net.\n"                                            \
	"y.z.only NS ns.other.net.\n"                                          \
	"safe NS ns.safe\n"                                                    \
	"safe DS 4711 13 2 "                                                   \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n"   \
	"ns.safe AAAA 2001:db8::2\n"

struct test_zone {
	char dir[64];
	struct source *source;
	struct zone *zone;
	struct arena *arena;
	struct findings fs;
};

static inline const uint8_t *
wire(const char *text)
{
	static uint8_t buf[8][NAME_MAX_LEN];
	static int i;

	i = (i + 1) % 8;
	if (name_from_text(buf[i], text, strlen(text), NULL, NULL) == 0)
		fail_msg("bad name %s", text);
	return buf[i];
}

static inline void
write_file(const char *path, const char *text, size_t len)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fwrite(text, 1, len, fp) != len || fclose(fp) != 0)
		fail_msg("cannot write %s", path);
}

static inline void
print_findings(const struct findings *fs)
{
	size_t i;

	for (i = 0; i < fs->n && i < 20; i++)
		print_message("  %s %s %s: %s\n", fs->item[i].rule,
		    fs->item[i].name == NULL ? "-" : fs->item[i].name,
		    fs->item[i].type == NULL ? "-" : fs->item[i].type,
		    fs->item[i].message);
}

/* The zone example. in file NAME of DIR. */
static inline void
test_zone_open(struct test_zone *t, const char *dir, const char *name)
{
	struct zone_load_args args = {.path = name, .apex = wire("example.")};
	struct error e = {0};

	memset(t, 0, sizeof(*t));
	t->arena = arena_new();
	findings_init(&t->fs, t->arena);
	if (source_open_dir(&t->source, dir, NULL, &e) != 0)
		fail_msg("%s: %s", dir, e.message);
	args.source = t->source;
	if (zone_load(&t->zone, &args, &t->fs, &e) != 0)
		fail_msg("%s: %s", name, e.message);
	if (t->zone->broken) {
		print_findings(&t->fs);
		fail_msg("%s: broken", name);
	}
}

static inline void
test_zone_load(struct test_zone *t, const char *text)
{
	char dir[64] = "/tmp/zonegate-dnssec-XXXXXX", path[96];

	if (mkdtemp(dir) == NULL)
		fail_msg("mkdtemp");
	snprintf(path, sizeof(path), "%s/example.zone", dir);
	write_file(path, text, strlen(text));
	test_zone_open(t, dir, "example.zone");
	memcpy(t->dir, dir, sizeof(dir));
}

static inline void
test_zone_free(struct test_zone *t)
{
	char path[96];

	zone_free(t->zone);
	source_free(t->source);
	findings_free(&t->fs);
	arena_free(t->arena);
	if (t->dir[0] != '\0') {
		snprintf(path, sizeof(path), "%s/example.zone", t->dir);
		unlink(path);
		rmdir(t->dir);
	}
}

static inline size_t
count_rule(const struct findings *fs, const char *rule)
{
	size_t i, n = 0;

	for (i = 0; i < fs->n; i++)
		n += strcmp(fs->item[i].rule, rule) == 0;
	return n;
}

static inline struct zone *
sign(const struct zone *z, const struct dnssec_keys *keys,
    enum dnssec_denial denial)
{
	struct dnssec_sign_params p = {.now = NOW,
	    .inception = 3600,
	    .expiration = 14 * 86400,
	    .denial = denial,
	    .jobs = 2};
	struct error e = {0};
	struct zone *out;

	if (dnssec_sign(&out, z, keys, &p, &e) != 0)
		fail_msg("signing: %s", e.message);
	return out;
}

static inline struct dnssec_keys *
trial(uint8_t algorithm)
{
	struct dnssec_keys *keys;
	struct error e = {0};

	if (dnssec_keys_trial(&keys, wire("example."), algorithm, &e) != 0)
		fail_msg("keys of algorithm %u: %s", algorithm, e.message);
	return keys;
}

/* Findings of validating Z into FS (whose arena is ARENA). */
static inline struct dnssec_result
verify_at(const struct zone *z, int64_t now, struct findings *fs)
{
	struct dnssec_verify_params p = {.now = now, .jobs = 2};
	struct dnssec_result r;
	struct error e = {0};

	if (dnssec_verify(z, &p, &r, fs, &e) != 0)
		fail_msg("verifying: %s", e.message);
	assert_true(r.complete);
	assert_false(fs->lost);
	return r;
}

/* Z must validate without any finding. */
static inline void
expect_valid(const struct zone *z, const char *label)
{
	struct arena *a = arena_new();
	struct findings fs;
	struct dnssec_result r;

	findings_init(&fs, a);
	r = verify_at(z, NOW, &fs);
	if (fs.n != 0 || r.verified != r.rrsets || r.rrsets == 0) {
		print_findings(&fs);
		fail_msg("%s: %zu findings, %u of %u verified", label, fs.n,
		    r.verified, r.rrsets);
	}
	findings_free(&fs);
	arena_free(a);
}

/* Z must give RULE; with ONLY, nothing else. */
static inline void
expect_rule(
    const struct zone *z, const char *rule, bool only, const char *label)
{
	struct arena *a = arena_new();
	struct findings fs;

	findings_init(&fs, a);
	verify_at(z, NOW, &fs);
	if (count_rule(&fs, rule) == 0 ||
	    (only && count_rule(&fs, rule) != fs.n)) {
		print_findings(&fs);
		fail_msg("%s: %s%s expected", label, only ? "only " : "", rule);
	}
	findings_free(&fs);
	arena_free(a);
}

/* A record that an editing function may change; TYPE 0 drops it. */
struct edit_record {
	uint8_t owner[256];
	uint8_t rdata[65536];
	uint32_t ttl;
	uint16_t rdlen;
	uint16_t type;
	uint16_t covered; /* of an RRSIG */
};

typedef void (*edit_fn)(struct edit_record *, void *ctx);

static inline void
edit_copy(struct zone_builder *b, const struct zone *z, edit_fn fn, void *ctx)
{
	static struct edit_record r;
	struct zone_record out = {0};
	struct error e = {0};
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		const struct zone_rr *rr = &z->rr[i];

		memcpy(r.owner, zone_rr_owner(z, rr),
		    name_len(zone_rr_owner(z, rr)));
		memcpy(r.rdata, zone_rr_data(z, rr), rr->rdlen);
		r.rdlen = rr->rdlen;
		r.ttl = rr->ttl;
		r.type = rr->type;
		r.covered = rr->type == RRTYPE_RRSIG ? get16(r.rdata) : 0;
		if (fn != NULL)
			fn(&r, ctx);
		if (r.type == 0)
			continue;
		out.owner = r.owner;
		out.rdata = r.rdata;
		out.rdlen = r.rdlen;
		out.ttl = r.ttl;
		out.type = r.type;
		if (zone_builder_add(b, &out, &e) != 0)
			fail_msg("edited record: %s", e.message);
	}
}

static inline struct zone_builder *
edit_begin(void)
{
	struct zone_limits limits = zone_limits_default;
	struct zone_builder *b;

	limits.rrset = 100000;
	b = zone_builder_new(wire("example."), &limits);
	assert_non_null(b);
	return b;
}

static inline struct zone *
edit_end(struct zone_builder *b)
{
	struct error e = {0};
	struct zone *z;

	if (zone_builder_finish(b, &z, NULL, &e) != 0)
		fail_msg("edited zone: %s", e.message);
	return z;
}

static inline struct zone *
edit(const struct zone *z, edit_fn fn, void *ctx)
{
	struct zone_builder *b = edit_begin();

	edit_copy(b, z, fn, ctx);
	return edit_end(b);
}

#endif
