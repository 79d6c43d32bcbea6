/* What a server answers against what the judged zones say. */
#ifndef LIVE_COMPARE_H
#define LIVE_COMPARE_H

#include "../resolve/resolve.h"
#include "message.h"

enum compare_result {
	COMPARE_SAME,
	COMPARE_DIFFERS,
	COMPARE_UNKNOWN, /* the judged zones do not say what to expect */
};

struct compare_args {
	const struct message *m;
	const struct resolve_answer *expected;
	/* the server has authority for this zone of the set and need not say
	 * more; NULL: a resolver, whose TTLs run down */
	const struct zone *authority;
};

/*
 * Compare; *WHY (in ARENA, or static) says what is other. Of a SOA the serial
 * is left out: see live-stale. 0, or -1 without memory.
 */
int compare_answer(enum compare_result *out, const char **why,
    const struct compare_args *, struct arena *, struct error *e);

#endif
