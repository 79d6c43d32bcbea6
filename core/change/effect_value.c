/* How much a value of the policy is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../policy/facts.h"
#include "effect_table.h"

enum unit { UNIT_NONE, UNIT_NUMBER, UNIT_PERCENT, UNIT_DATE, UNIT_WORD };

static enum unit
measure(const struct policy_fact *f, double *out)
{
	static const struct {
		const char *text;
		double times;
	} sizes[] = {{"", 1}, {"KiB", 1024}, {"MiB", 1024.0 * 1024},
	    {"GiB", 1024.0 * 1024 * 1024}};
	unsigned y, m, d;
	char *end;
	size_t i;

	if (f->is_number) {
		*out = (double)f->number;
		return UNIT_NUMBER;
	}
	if (strlen(f->value) == 10 &&
	    sscanf(f->value, "%4u-%2u-%2u", &y, &m, &d) == 3) {
		*out = y * 10000.0 + m * 100.0 + d;
		return UNIT_DATE;
	}
	*out = strtod(f->value, &end);
	if (end == f->value)
		return UNIT_WORD;
	if (strcmp(end, "%") == 0)
		return UNIT_PERCENT;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strcmp(end, sizes[i].text) == 0) {
			*out *= sizes[i].times;
			return UNIT_NUMBER;
		}
	return UNIT_WORD;
}

int
effect_order(const struct policy_fact *old, const struct policy_fact *new)
{
	double a, b;
	enum unit ua = measure(old, &a), ub = measure(new, &b);

	if (ua != ub || ua == UNIT_WORD)
		return 0;
	return a < b ? 1 : a > b ? -1 : 0;
}

int
effect_rank(const char *ranks, const char *word)
{
	size_t len = strlen(word);
	int place = 0;
	const char *p = ranks;

	for (; *p != '\0'; p++) {
		if (*p == '/')
			place++;
		if (*p == '/' || *p == ',')
			continue;
		if (strncmp(p, word, len) == 0 && strchr("/,", p[len]) != NULL)
			return place;
		p += strcspn(p, "/,") - 1;
	}
	return -1;
}
