/* Which findings the policy's owners have accepted, and until when. */
#include "policy.h"

#include "../dns/name.h"

#include <string.h>

/* Is TEXT the name WANTED? A finding without one is not: it may be any. */
static bool
is_name(const char *text, const uint8_t *wanted)
{
	uint8_t name[NAME_MAX_LEN];

	if (wanted == NULL)
		return true;
	if (text == NULL ||
	    name_from_text(name, text, strlen(text), NULL, NULL) == 0)
		return false;
	return name_equal(name, wanted);
}

static bool
covers(const struct policy_waiver *w, const struct finding *f)
{
	if (f->rule == NULL || strcmp(w->rule, f->rule) != 0)
		return false;
	if (w->view != NULL &&
	    (f->view == NULL || strcmp(w->view, f->view) != 0))
		return false;
	return is_name(f->zone, w->zone) && is_name(f->name, w->name);
}

const struct policy_waiver *
policy_waiver_find(const struct policy *p, const struct finding *f, int64_t now,
    const struct policy_waiver **expired)
{
	const struct policy_waiver *w, *late = NULL;
	size_t i;

	if (expired != NULL)
		*expired = NULL;
	for (i = 0; i < p->nwaivers; i++) {
		w = &p->waiver[i];
		if (!covers(w, f))
			continue;
		if (now <= w->until_time)
			return w;
		if (late == NULL)
			late = w;
	}
	if (expired != NULL)
		*expired = late;
	return NULL;
}
