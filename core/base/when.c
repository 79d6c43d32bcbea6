#include "when.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int
digits(const char *s, size_t n, int *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < n; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		*out = *out * 10 + (s[i] - '0');
	}
	return 0;
}

/* Year, month, …, second; the last three may be missing from ISO 8601. */
static int
calendar(const char *s, struct tm *tm)
{
	static const struct {
		const char *separator; /* before the field, in ISO 8601 */
		size_t width;
	} field[] = {
	    {"", 4}, {"-", 2}, {"-", 2}, {"Tt ", 2}, {":", 2}, {":", 2}};
	int *to[] = {&tm->tm_year, &tm->tm_mon, &tm->tm_mday, &tm->tm_hour,
	    &tm->tm_min, &tm->tm_sec};
	bool stamp = strspn(s, "0123456789") == 14;
	size_t i;

	memset(tm, 0, sizeof(*tm));
	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		if (i == 3 && *s == '\0' && !stamp)
			break;
		if (i > 0 && !stamp &&
		    (*s == '\0' || strchr(field[i].separator, *s++) == NULL))
			return -1;
		if (strnlen(s, field[i].width) < field[i].width ||
		    digits(s, field[i].width, to[i]) != 0)
			return -1;
		s += field[i].width;
	}
	if (!stamp && (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0))
		s++;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return *s == '\0' ? 0 : -1;
}

int
when_parse(const char *s, int64_t *out)
{
	struct tm tm, again;
	char *end;
	time_t t;

	if (*s != '\0' && strspn(s, "0123456789") == strlen(s) &&
	    strlen(s) <= 12) {
		*out = strtoll(s, &end, 10);
		return *out > 0 ? 0 : -1;
	}
	if (calendar(s, &tm) != 0)
		return -1;
	/* timegm() turns February 30 into March 2: refuse what it changed. */
	again = tm;
	t = timegm(&again);
	if (t <= 0 || again.tm_year != tm.tm_year ||
	    again.tm_mon != tm.tm_mon || again.tm_mday != tm.tm_mday ||
	    again.tm_hour != tm.tm_hour || again.tm_min != tm.tm_min ||
	    again.tm_sec != tm.tm_sec)
		return -1;
	*out = t;
	return 0;
}

const char *
when_text(char out[WHEN_TEXT], int64_t t)
{
	time_t time = (time_t)t;
	struct tm tm;

	if (gmtime_r(&time, &tm) == NULL ||
	    strftime(out, WHEN_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(out, WHEN_TEXT, "%lld", (long long)t);
	return out;
}
