/* What the tests of this room share: one report, and looks at its lines. */
#ifndef REPORT_FIXTURE_H
#define REPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "lines.h"

struct fixture {
	struct arena *arena;
	struct findings fs;
	struct text out;
	struct report report;
	struct report_style style;
};

static inline void
begin(struct fixture *x)
{
	memset(x, 0, sizeof(*x));
	x->arena = arena_new();
	assert_non_null(x->arena);
	findings_init(&x->fs, x->arena);
	x->report.verdict = REPORT_BLOCK;
	x->report.command = "pre-receive";
	x->report.subject = "main 1f3c9a2..8b1e7d0";
	x->report.findings = &x->fs;
	x->style.width = 72;
	x->style.hook = true;
}

static inline void
end(struct fixture *x)
{
	text_free(&x->out);
	findings_free(&x->fs);
	arena_free(x->arena);
}

static inline void
print(struct fixture *x, const char *format)
{
	text_clear(&x->out);
	report_format_find(format)->print(&x->report, &x->style, &x->out);
	assert_false(text_lost(&x->out));
	assert_non_null(x->out.data);
}

/* How often WHAT stands in the output. */
static inline size_t
count(const struct fixture *x, const char *what)
{
	const char *p = x->out.data;
	size_t n = 0;

	for (; (p = strstr(p, what)) != NULL; p += strlen(what))
		n++;
	return n;
}

/* Nothing is wider than the terminal, and nothing drives it. */
static inline void
fits(const struct fixture *x)
{
	const char *p = x->out.data, *nl;

	for (; (nl = strchr(p, '\n')) != NULL; p = nl + 1)
		if (lines_columns(p, (size_t)(nl - p)) > x->style.width)
			fail_msg("too wide: %.*s", (int)(nl - p), p);
	assert_null(strchr(x->out.data, '\033'));
}

static inline struct finding *
add_example(struct fixture *x)
{
	struct finding *f = findings_add(&x->fs, "failover-target-not-allowed",
	    "api.example.com. A may not answer 203.0.113.77");

	f->severity = SEVERITY_ERROR;
	f->zone = "example.com.";
	f->view = "external";
	f->name = "api.example.com.";
	f->type = "A";
	f->help = "use an approved address, or ask netops to extend the list";
	f->expected = "allowed: edge-primary, edge-standby";
	f->authority = "zonegate.yaml:18 (owner: netops)";
	f->place.file = "zones/external/example.com.zone";
	f->place.commit = "8b1e7d0";
	f->place.excerpt = "api  60  IN  A   203.0.113.77";
	f->place.line = 41;
	f->place.column = 18;
	f->place.width = 12;
	return f;
}

/* Every line of the output, as a caller's check sees it. */
static inline void
each_line(const struct text *t, void (*fn)(const char *, size_t))
{
	const char *p = t->data, *nl;

	while ((nl = strchr(p, '\n')) != NULL) {
		fn(p, (size_t)(nl - p));
		p = nl + 1;
	}
	assert_string_equal(p, "");
}

static inline void
check_width(const char *s, size_t len)
{
	if (lines_columns(s, len) > 72)
		fail_msg(
		    "%zu columns: %.*s", lines_columns(s, len), (int)len, s);
}

/* Nothing that a terminal or a CI system would obey. */
static inline void
check_harmless(const char *s, size_t len)
{
	static const char *const bad[] = {
	    "\x1b", "\r", "\xe2\x80\xae", "##[", "##vso[", "\x07", "\x7f"};
	char copy[4096];
	const char *p;
	size_t i;

	check_width(s, len);
	assert_true(len < sizeof(copy));
	memcpy(copy, s, len);
	copy[len] = '\0';
	p = copy + strspn(copy, " \t");
	if (strncmp(p, "::", 2) == 0 || strncmp(p, "GL-", 3) == 0)
		fail_msg("a command: %s", copy);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strstr(copy, bad[i]) != NULL)
			fail_msg("bad bytes %zu: %s", i, copy);
}

static inline json_t *
path_of(json_t *o, const char *path)
{
	char copy[128], *save = NULL, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	for (key = strtok_r(copy, ".", &save); key != NULL;
	     key = strtok_r(NULL, ".", &save)) {
		if (json_is_array(o))
			o = json_array_get(o, (size_t)(key[0] - '0'));
		else
			o = json_object_get(o, key);
		if (o == NULL)
			fail_msg("no %s in the report", path);
	}
	return o;
}

__attribute__((unused)) static const struct report_zone example_zone = {
    .name = "example.com.",
    .view = "external",
    .file = "zones/external/example.com.zone",
    .status = "changed",
    .serial_old = 1,
    .serial_new = 2,
    .has_old = true,
    .has_new = true,
    .changed = 1,
    .total = 412,
    .dnssec_mode = "trial",
    .validated = true,
    .rrsets = 40,
    .verified = 40,
    .algorithms = "ECDSAP256SHA256, ED25519",
};

__attribute__((unused)) static const char *const list_old[] = {
    "192.0.2.10", "192.0.2.9", NULL};
__attribute__((unused)) static const char *const list_new[] = {
    "192.0.2.11", "192.0.2.9", NULL};
__attribute__((unused)) static const char *const soa_old[] = {
    "ns1.example.com. host.example.com. 1 7200 3600 1209600 300", NULL};
__attribute__((unused)) static const char *const soa_new[] = {
    "ns1.example.com. host.example.com. 2 7200 3600 1209600 300", NULL};

__attribute__((unused)) static const struct report_change example_changes[] = {
    {"example.com.", "external", "example.com.", "SOA", "soa", soa_old, soa_new,
	300, 300, NULL},
    {"example.com.", "external", "www.example.com.", "A", "rdata", list_old,
	list_new, 300, 60, NULL},
    {"example.com.", "external", "old.example.com.", "A", "removed", list_old,
	NULL, 300, 0, NULL},
};

__attribute__((unused)) static const struct report_answer example_answer = {
    .name = "api.example.com.",
    .type = "A",
    .view = "external",
    .before = {"answer", list_old, "api.example.com. A", 60},
    .after = {"nxdomain", NULL, NULL, 300},
    .cause = "zones/external/example.com.zone:41",
};

#endif
