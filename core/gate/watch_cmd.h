/* Between the files of watch; inside of this room only. */
#ifndef GATE_WATCH_CMD_H
#define GATE_WATCH_CMD_H

#include <jansson.h>

#include "gate.h"

/*
 * One look, in the confined child: what is wrong, what will be, and facts whose
 * change is news. RECORD gets one JSON object:
 *
 *	{"head": HEX, "conditions": [{"key", "kind", "severity", "zone",
 *	"view", "name", "message", "help"}], "facts": {NAME: TEXT}}
 *
 * or {"error": TEXT, "help": TEXT}. Status 0 nothing of severity error, 1
 * something, 2 usage or policy, 3 could not check.
 */
struct watch_look {
	const struct gate_watch *args;
	struct text *record;
};
int watch_look(const struct gate_options *, void *look, struct text *out,
    struct text *err);

/* ---- watch_cmd_state.c: what was known, and what is news ----------------- */

struct watch_state {
	json_t *open;  /* key: condition with "since" and "told" */
	json_t *facts; /* name: text */
};

/*
 * Read the state from PATH (NULL, or no such file: empty). 0; 1 when it cannot
 * be understood and is begun anew; -1 with E set.
 */
int watch_state_load(struct watch_state *, const char *path, struct error *e);

/* Write it, whole or not at all. PATH NULL: nothing. 0, or -1 with E set. */
int watch_state_save(
    const struct watch_state *, const char *path, struct error *e);

void watch_state_free(struct watch_state *);

struct watch_news {
	json_t *events;           /* of this look: see docs/watch.md */
	struct watch_state after; /* the state once they were told */
	size_t errors, warnings;  /* open now */
	size_t unchecked;         /* of them, what could not be checked */
};

/*
 * What a look at NOW (RECORD, its status) makes of the state BEFORE: new
 * conditions, those that are gone, reminders after REMIND seconds, changed
 * facts. A look that could not be made is a condition of its own, and nothing
 * is gone then. 0, or -1 with E set. watch_news_free() it.
 */
int watch_compare(struct watch_news *out, const struct watch_state *before,
    const char *record, size_t len, int status, int64_t now, int64_t remind,
    struct error *e);
void watch_news_free(struct watch_news *);

#endif
