/*
 * For tests: a small world before and after, as text, judged by all rules. The
 * first zone of the new text (else of the old one) is the changed one, unless
 * world_all is asked; "$zone APEX VIEW" begins each zone.
 */
#ifndef RULES_FIXTURE_H
#define RULES_FIXTURE_H

#include "../resolve/fixture_set.h"

#include "check.h"

/* A good beginning of every zone. */
#define SOA "@ 3600 SOA ns1.example.net. host 1 7200 900 1209600 300\n"
#define SOA2 "@ 3600 SOA ns1.example.net. host 2 7200 900 1209600 300\n"
#define NS "@ 3600 NS ns1.example.net.\n@ 3600 NS ns2.example.net.\n"
#define COM "$zone example.com. out\n"
#define NET "$zone example.net. out\n" SOA NS
#define HEAD COM SOA2 NS
#define HEAD_OLD COM SOA NS

#define WORLD_ZONES 8
#define WORLD_NOW 1795000000 /* 2026-11-18 */

struct world {
	struct policy policy;
	char *text[2]; /* what the zones were read from: they borrow it */
	struct zoneset *old, *new;
	struct evidence_zone zone[WORLD_ZONES];
	struct diff *diff[WORLD_ZONES];
	char apex[WORLD_ZONES][NAME_MAX_TEXT];
	struct dnssec_result dnssec;
	struct evidence ev;
	struct arena *arena;
	struct findings fs;
	struct error e;
};

static inline void
world_policy(struct policy *p)
{
	memset(p, 0, sizeof(*p));
	p->source = "zonegate.yaml@1f3c9a2";
	p->view = fixture_views;
	p->nviews = 3;
	p->limits.floor = 10;
}

static inline const struct zone *
world_find(struct zoneset *set, const struct zoneset_entry *entry)
{
	uint32_t i = set == NULL ? ZONE_NONE
				 : zoneset_find(set, entry->view, entry->apex);

	return i == ZONE_NONE ? NULL : zoneset_entry(set, i)->zone;
}

/* As fixture_set(), but TEXT, which is cut into pieces, stays alive. */
static inline struct zoneset *
world_set(char *text)
{
	struct zoneset *set = zoneset_new(
	    NULL, ZONE_DIALECT_COMMON, &zone_limits_default);
	char apex[256], view[64], *at = text, *nl, *next;

	assert_non_null(set);
	for (; at != NULL && *at != '\0'; at = next) {
		if (sscanf(at, "$zone %255s %63s", apex, view) != 2)
			fail_msg("world: %.40s", at);
		nl = strchr(at, '\n');
		assert_non_null(nl);
		if ((next = strstr(nl, "\n$zone")) != NULL)
			*next++ = '\0';
		*nl++ = '\0';
		fixture_put(set, apex, view, nl == next ? "" : nl);
	}
	return set;
}

/* Make entry I of SET the next zone of the evidence. */
static inline void
world_zone(struct world *w, const struct zoneset_entry *entry)
{
	size_t n = w->ev.nzones++;
	struct evidence_zone *ez = &w->zone[n];

	assert_true(n < WORLD_ZONES);
	ez->apex = entry->apex;
	name_to_text(w->apex[n], entry->apex);
	ez->apex_text = w->apex[n];
	ez->view = entry->view;
	ez->file = entry->path;
	ez->old = world_find(w->old, entry);
	ez->new = world_find(w->new, entry);
	ez->status = ez->new == NULL   ? STATUS_REMOVED
		     : ez->old == NULL ? STATUS_ADDED
				       : STATUS_CHANGED;
	ez->policy_view = policy_view_find(&w->policy, entry->view);
	ez->judged = ez->new;
	ez->dnssec = &w->dnssec;
	if (diff_zones(&w->diff[n], ez->old, ez->new, &w->e) != 0)
		fail_msg("diff: %s", w->e.message);
	ez->diff = ez->old == NULL ? NULL : w->diff[n];
}

/*
 * Two sides from text; OLD may be NULL. With ALL every zone is a changed one,
 * else the first. The policy may be changed before world_run().
 */
static inline void
world_open(struct world *w, const char *old, const char *new, bool all)
{
	struct zoneset *first;
	uint32_t i, n;

	memset(w, 0, sizeof(*w));
	world_policy(&w->policy);
	w->dnssec = (struct dnssec_result){.is_signed = true, .complete = true};
	w->text[0] = strdup(old == NULL ? "" : old);
	w->text[1] = strdup(new);
	assert_true(w->text[0] != NULL && w->text[1] != NULL);
	w->old = old == NULL ? NULL : world_set(w->text[0]);
	w->new = world_set(w->text[1]);
	first = zoneset_count(w->new) != 0 ? w->new : w->old;
	n = all ? zoneset_count(first) : 1;
	w->ev = (struct evidence){.policy = &w->policy,
	    .now = WORLD_NOW,
	    .old = w->old,
	    .new = w->new,
	    .zone = w->zone};
	for (i = 0; i < n; i++)
		world_zone(w, zoneset_entry(first, i));
	w->arena = arena_new();
	assert_non_null(w->arena);
	findings_init(&w->fs, w->arena);
}

static inline void
world_run(struct world *w)
{
	if (rules_run(&w->ev, &w->fs, &w->e) != 0)
		fail_msg("rules_run: %s", w->e.message);
}

static inline void
world_close(struct world *w)
{
	size_t i;

	findings_free(&w->fs);
	arena_free(w->arena);
	for (i = 0; i < WORLD_ZONES; i++)
		diff_free(w->diff[i]);
	zoneset_free(w->old);
	zoneset_free(w->new);
	free(w->text[0]);
	free(w->text[1]);
}

/* How many findings of RULE. */
static inline size_t
world_count(const struct world *w, const char *rule)
{
	size_t i, n = 0;

	for (i = 0; i < w->fs.n; i++)
		n += strcmp(w->fs.item[i].rule, rule) == 0;
	return n;
}

static inline const struct finding *
world_finding(const struct world *w, const char *rule)
{
	size_t i;

	for (i = 0; i < w->fs.n; i++)
		if (strcmp(w->fs.item[i].rule, rule) == 0)
			return &w->fs.item[i];
	return NULL;
}

/* Fail with the label and what was said instead. */
static inline void
world_expect(
    const struct world *w, const char *label, const char *rule, size_t n)
{
	size_t i;

	if (world_count(w, rule) == n)
		return;
	for (i = 0; i < w->fs.n; i++)
		print_message("  %s: %s (%s:%u)\n", w->fs.item[i].rule,
		    w->fs.item[i].message,
		    w->fs.item[i].place.file == NULL ? "-"
						     : w->fs.item[i].place.file,
		    w->fs.item[i].place.line);
	fail_msg("%s: %zu findings of %s, expected %zu", label,
	    world_count(w, rule), rule, n);
}

/* Every finding must be fit to be shown. */
static inline void
world_sound(const struct world *w, const char *label)
{
	const struct finding *f;
	size_t i;

	for (i = 0; i < w->fs.n; i++) {
		f = &w->fs.item[i];
		if (rules_find(f->rule) == NULL ||
		    f->severity == SEVERITY_DEFAULT || f->message == NULL ||
		    f->message[0] == '\0' || f->help == NULL)
			fail_msg("%s: %s is not complete: %s", label, f->rule,
			    f->message == NULL ? "" : f->message);
	}
}

#endif
