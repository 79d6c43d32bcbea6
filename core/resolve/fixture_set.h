/* For tests: sets of zones from text; "$zone APEX VIEW" begins each zone. */
#ifndef RESOLVE_FIXTURE_SET_H
#define RESOLVE_FIXTURE_SET_H

#include "../diff/fixture.h"
#include "../policy/policy.h"
#include "../zone/zoneset.h"

/* View "in" falls back to "out", "deep" to "in". */
static const struct policy_view fixture_views[] = {
    {.name = "out"},
    {.name = "in", .falls_back_to = "out"},
    {.name = "deep", .falls_back_to = "in"},
};
static const struct policy fixture_policy = {
    .view = fixture_views,
    .nviews = 3,
};

static inline void
fixture_put(
    struct zoneset *set, const char *apex, const char *view, const char *text)
{
	uint8_t wire[NAME_MAX_LEN];
	char path[512];
	const char *other;

	fixture_name(wire, apex, NULL);
	snprintf(path, sizeof(path), "%s%s.zone", view, apex);
	assert_int_equal(zoneset_add(set, wire, view, path, NULL, &other), 0);
	/* The records keep pointing at the path: it must be the set's copy. */
	zoneset_put(set, zoneset_count(set) - 1,
	    fixture_zone_at(
		apex, zoneset_entry(set, zoneset_count(set) - 1)->path, text));
}

static inline struct zoneset *
fixture_set(const char *text)
{
	struct zoneset *set = zoneset_new(
	    NULL, ZONE_DIALECT_COMMON, &zone_limits_default);
	char *copy = strdup(text), *at = copy, *next, *nl;
	char apex[256], view[64];

	assert_non_null(set);
	assert_non_null(copy);
	while (at != NULL && *at != '\0') {
		view[0] = '\0';
		if (sscanf(at, "$zone %255s", apex) != 1)
			fail_msg("fixture set: %.40s", at);
		if ((nl = strchr(at, '\n')) != NULL)
			*nl = '\0';
		sscanf(at, "$zone %*s %63s", view);
		at = nl == NULL ? at + strlen(at) : nl + 1;
		if (strncmp(at, "$zone", 5) == 0) {
			fixture_put(set, apex, view, "");
			continue;
		}
		if ((next = strstr(at, "\n$zone")) != NULL)
			*next++ = '\0';
		fixture_put(set, apex, view, at);
		at = next;
	}
	free(copy);
	return set;
}

#endif
