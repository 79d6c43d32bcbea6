#include "timing.h"

#include <stddef.h>
#include <string.h>

#include "../base/when.h"

static const char *const names[TIMING_COUNT] = {
    [TIMING_CREATED] = "Created",
    [TIMING_PUBLISH] = "Publish",
    [TIMING_ACTIVATE] = "Activate",
    [TIMING_REVOKE] = "Revoke",
    [TIMING_INACTIVE] = "Inactive",
    [TIMING_DELETE] = "Delete",
    [TIMING_SYNC_PUBLISH] = "SyncPublish",
    [TIMING_SYNC_DELETE] = "SyncDelete",
    [TIMING_DS_PUBLISH] = "DSPublish",
    [TIMING_DS_REMOVE] = "DSRemoved",
};

/* The event a line "NAME: …" of LEN octets is about, or TIMING_COUNT. */
static int
event_of(const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	int i;

	for (i = 0; colon != NULL && i < TIMING_COUNT; i++)
		if (strlen(names[i]) == (size_t)(colon - line) &&
		    memcmp(names[i], line, (size_t)(colon - line)) == 0)
			return i;
	return TIMING_COUNT;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* YYYYMMDDHHMMSS and nothing else behind the colon. */
static int
time_of(const char *value, const char *end, int64_t *out)
{
	char text[16];
	size_t len, i;

	while (value < end && is_blank(*value))
		value++;
	while (end > value && is_blank(end[-1]))
		end--;
	len = (size_t)(end - value);
	if (len != 14)
		return -1;
	memcpy(text, value, len);
	text[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			return -1;
	return when_parse(text, out) == 0 && *out > 0 ? 0 : -1;
}

int
timing_parse(struct timing *t, const char *text, struct error *e)
{
	const char *end;
	int event;

	memset(t, 0, sizeof(*t));
	for (; *text != '\0'; text = *end == '\0' ? end : end + 1) {
		end = text + strcspn(text, "\n");
		event = event_of(text, (size_t)(end - text));
		if (event == TIMING_COUNT)
			continue;
		if (t->at[event] != 0)
			return error_set(e, ERROR_USAGE,
			    "%s stands twice in the key file", names[event]);
		if (time_of(text + strlen(names[event]) + 1, end,
			&t->at[event]) != 0)
			return error_set(e, ERROR_USAGE,
			    "%s in the key file is no time of the form "
			    "YYYYMMDDHHMMSS",
			    names[event]);
	}
	return 0;
}

static bool
passed(const struct timing *t, enum timing_event event, int64_t now)
{
	return t->at[event] != 0 && t->at[event] <= now;
}

struct timing_state
timing_at(const struct timing *t, int64_t now)
{
	struct timing_state s = {.publish = true, .sign = true};
	bool planned = false;
	int i;

	for (i = TIMING_PUBLISH; i <= TIMING_DELETE; i++)
		planned = planned || t->at[i] != 0;
	if (planned) {
		s.sign = passed(t, TIMING_ACTIVATE, now) &&
			 !passed(t, TIMING_INACTIVE, now);
		/* A key that signs must be published, said or not. */
		s.publish = t->at[TIMING_PUBLISH] != 0
				? passed(t, TIMING_PUBLISH, now)
				: s.sign;
		/* What an unpublished key signs, nobody can validate. */
		s.sign = s.sign && s.publish;
	}
	/* A revoked key must sign the keys it stands among (RFC 5011 §2.1). */
	if (s.publish && passed(t, TIMING_REVOKE, now))
		s.revoke = s.sign = true;
	if (passed(t, TIMING_DELETE, now))
		s.publish = s.sign = s.revoke = false;
	s.sync = s.publish && !s.revoke &&
		 passed(t, TIMING_SYNC_PUBLISH, now) &&
		 !passed(t, TIMING_SYNC_DELETE, now);
	return s;
}

const char *
timing_words(const struct timing_state *s)
{
	if (!s->publish)
		return "not published";
	if (s->revoke)
		return "revoked";
	return s->sign ? "published, signs" : "published, does not sign";
}
