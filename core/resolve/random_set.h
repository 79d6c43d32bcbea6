/*
 * For tests: seeded random sets of zones, before and after a change. Few labels
 * and few targets, so that cuts, DNAMEs, wildcards, empty non-terminals and
 * alias chains over zones and views meet often.
 */
#ifndef RESOLVE_RANDOM_SET_H
#define RESOLVE_RANDOM_SET_H

#include "fixture_set.h"

#define RANDOM_ZONES 8
#define RANDOM_LINES 24

struct random_zone {
	const char *apex, *view;
	bool present[2];
	char line[RANDOM_LINES][128];
	bool has[2][RANDOM_LINES];
	int n;
};

struct random_set {
	uint64_t seed;
	struct random_zone zone[RANDOM_ZONES];
};

static inline unsigned
random_below(struct random_set *r, unsigned n)
{
	/* splitmix64 */
	uint64_t x = r->seed += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((x ^ x >> 31) >> 11) % n;
}

/* "c.*.a.example." of one to three labels below one of the apexes. */
static inline void
random_name(struct random_set *r, const char *apex, char *out, size_t size)
{
	static const char *const label[] = {"a", "b", "c", "*", "s", "d"};
	int n = (int)random_below(r, 10);
	size_t at = 0;

	for (n = n < 5 ? 1 : n < 9 ? 2 : 3; n > 0; n--)
		at += (size_t)snprintf(
		    out + at, size - at, "%s.", label[random_below(r, 6)]);
	snprintf(out + at, size - at, "%s", apex);
}

static const char *const random_apexes[RANDOM_ZONES] = {
    "example.", "s.example.", "b.s.example.", "net.", /* view out */
    "example.", "a.example.", "net.", "s.net.",       /* view in */
};

static inline void
random_line(struct random_set *r, const char *apex, char out[128])
{
	static const char *const types[] = {"A", "A", "A", "TXT", "TXT",
	    "CNAME", "CNAME", "NS", "DNAME", "AAAA", "DS", "MX"};
	char owner[48], target[48];
	const char *type = types[random_below(r, 12)];
	unsigned v = 1 + random_below(r, 3);

	if (random_below(r, 12) == 0)
		snprintf(owner, sizeof(owner), "%s", apex);
	else
		random_name(r, apex, owner, sizeof(owner));
	random_name(r, random_apexes[random_below(r, RANDOM_ZONES)], target,
	    sizeof(target));
	if (random_below(r, 20) == 0)
		snprintf(target, sizeof(target), "x.invalid.");
	if (strcmp(type, "A") == 0)
		snprintf(target, sizeof(target), "192.0.2.%u", v);
	else if (strcmp(type, "AAAA") == 0)
		snprintf(target, sizeof(target), "2001:db8::%u", v);
	else if (strcmp(type, "TXT") == 0)
		snprintf(target, sizeof(target), "t%u", v);
	else if (strcmp(type, "DS") == 0)
		snprintf(target, sizeof(target), "%u 13 2 aa", v);
	if (strcmp(type, "CNAME") == 0 && strcmp(owner, apex) == 0)
		type = "NS"; /* no server takes a CNAME beside the SOA */
	snprintf(out, 128, "%s 60 %s %s%s\n", owner, type,
	    strcmp(type, "MX") == 0 ? "1 " : "", target);
}

/* Zones of the old side, then a few changes for the new one. */
static inline void
random_make(struct random_set *r, uint64_t seed)
{
	struct random_zone *z;
	int i, k, n;

	memset(r, 0, sizeof(*r));
	r->seed = seed * 2654435761u + 1;
	for (i = 0; i < RANDOM_ZONES; i++) {
		z = &r->zone[i];
		z->apex = random_apexes[i];
		z->view = i < 4 ? "out" : "in";
		z->present[0] = z->present[1] = random_below(r, 3) > 0;
		n = (int)random_below(r, 10);
		for (k = 0; k < n; k++, z->n++) {
			random_line(r, z->apex, z->line[k]);
			z->has[0][k] = z->has[1][k] = true;
		}
	}
	for (n = 1 + (int)random_below(r, 3); n > 0; n--) {
		z = &r->zone[random_below(r, RANDOM_ZONES)];
		k = (int)random_below(r, 8);
		if (k == 0) {
			z->present[1] = !z->present[1];
		} else if (k < 4 && z->n > 0) {
			z->has[1][random_below(r, (unsigned)z->n)] = false;
		} else if (z->n < RANDOM_LINES) {
			random_line(r, z->apex, z->line[z->n]);
			z->has[1][z->n++] = true;
		}
	}
}

static inline struct zoneset *
random_side(const struct random_set *r, int side)
{
	struct zoneset *set = zoneset_new(
	    NULL, ZONE_DIALECT_COMMON, &zone_limits_default);
	const struct random_zone *z;
	struct text t = TEXT_INIT;
	int i, k;

	assert_non_null(set);
	for (i = 0; i < RANDOM_ZONES; i++) {
		z = &r->zone[i];
		if (!z->present[side])
			continue;
		text_clear(&t);
		text_str(&t, FIXTURE_SOA);
		for (k = 0; k < z->n; k++)
			if (z->has[side][k])
				text_str(&t, z->line[k]);
		fixture_put(set, z->apex, z->view, t.data);
	}
	text_free(&t);
	return set;
}

/* For failure messages: the lines, "-" old only, "+" new only. */
static inline void
random_print(const struct random_set *r)
{
	const struct random_zone *z;
	int i, k;

	for (i = 0; i < RANDOM_ZONES; i++) {
		z = &r->zone[i];
		if (!z->present[0] && !z->present[1])
			continue;
		print_message("%c$zone %s %s\n",
		    !z->present[0]   ? '+'
		    : !z->present[1] ? '-'
				     : ' ',
		    z->apex, z->view);
		for (k = 0; k < z->n; k++)
			if (z->has[0][k] || z->has[1][k])
				print_message("%c%s",
				    !z->has[0][k]   ? '+'
				    : !z->has[1][k] ? '-'
						    : ' ',
				    z->line[k]);
	}
}

#endif
