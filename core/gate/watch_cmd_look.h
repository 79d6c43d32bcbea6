/* One look of watch, in the confined child; inside of this room only. */
#ifndef GATE_WATCH_CMD_LOOK_H
#define GATE_WATCH_CMD_LOOK_H

#include "../dnssec/timing.h"
#include "../live/probe.h"
#include "live_servers.h"
#include "watch_cmd.h"

/* A key of the policy; WHY: its times could not be read. */
struct watched_key {
	const char *name;
	struct timing timing;
	const char *why;
};

struct watch_eye {
	const struct gate_options *options;
	const struct gate_watch *args;
	int64_t now, horizon; /* seconds */
	char rev[REPO_HEX];
	struct repo *repo;
	struct trust t;
	struct judgement j;
	struct live_keeper *keeper;
	struct snapshot *snapshot;
	struct judge_pair pair;
	struct judge_run r; /* of the revision as a whole; findings in r.fs */
	struct probe *probe;
	struct vec keys; /* struct watched_key */
	json_t *facts;
	bool failed; /* no memory for facts */
};

/* A finding of KIND (static), which no policy changes. */
struct finding *watch_report(struct watch_eye *, const char *kind,
    enum severity, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * watch_cmd_keys.c: read the times of the policy's keys, before the process is
 * confined; then tell which end, and which overrides of the history are open.
 * 0, -1.
 */
int watch_keys_read(struct watch_eye *, struct error *e);
int watch_keys_tell(struct watch_eye *, struct error *e);

/*
 * watch_cmd_ends.c: what ends within the horizon, or has ended: signatures in
 * files and as they are served, certificates of targets, waivers. 0, -1.
 */
int watch_ends(struct watch_eye *, struct error *e);

/* watch_cmd_facts.c: what parents say about the zones: DS, and NS where a
 * server of the parent is known. 0, -1. */
int watch_facts(struct watch_eye *, struct error *e);

#endif
