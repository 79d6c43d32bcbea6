#include "table.h"

#include <string.h>

#define RULES_POINTER(name) &rule_##name,
const struct rule *const rules_all[] = {RULES_EACH(RULES_POINTER)};
#undef RULES_POINTER

const size_t rules_count = sizeof(rules_all) / sizeof(rules_all[0]);

/* Longest id that is compared when looking for a misspelt one. */
#define ID_MAX 48

const struct rule *
rules_find(const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < rules_count; i++)
		if (strcmp(rules_all[i]->id, id) == 0)
			return rules_all[i];
	return NULL;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edit distance of A (at most ID_MAX long) and B. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[ID_MAX + 1];
	size_t n = strlen(a), i;
	unsigned diagonal, above;

	for (i = 0; i <= n; i++)
		row[i] = (unsigned)i;
	for (; *b != '\0'; b++) {
		diagonal = row[0]++;
		for (i = 1; i <= n; i++) {
			above = row[i];
			row[i] = least(row[i - 1] + 1, above + 1,
			    diagonal + (a[i - 1] != *b));
			diagonal = above;
		}
	}
	return row[n];
}

const char *
rules_closest(const char *id)
{
	const char *best = NULL;
	unsigned d, least_d;
	size_t i, n;

	if (id == NULL || (n = strlen(id)) == 0 || n > ID_MAX)
		return NULL;
	/* A third of the letters may be wrong. */
	least_d = (unsigned)n / 3 + 1;
	for (i = 0; i < rules_count; i++) {
		d = distance(id, rules_all[i]->id);
		if (d < least_d) {
			least_d = d;
			best = rules_all[i]->id;
		}
	}
	return best;
}

static bool
known(const char *id)
{
	return rules_find(id) != NULL;
}

static bool
fixed(const char *id)
{
	const struct rule *rule = rules_find(id);

	return rule != NULL && rule->fixed;
}

const struct policy_rules rules_for_policy = {
    .known = known,
    .fixed = fixed,
    .closest = rules_closest,
};
