/* Between the files that ask name servers; inside of this room only. */
#ifndef GATE_LIVE_SERVERS_H
#define GATE_LIVE_SERVERS_H

#include "../live/ask.h"
#include "../rules/check.h"
#include "live.h"

/* A name server of a zone. */
struct server {
	const struct judged_zone *jz;
	const char *label; /* "ns2.example.com. (192.0.2.2)" */
	struct live_address at;
	const char *tsig;
	bool is_new;             /* the change brings it in */
	const char *refused;     /* why it may not be asked, or NULL */
	const struct zone *zone; /* whose record RR names it, or NULL */
	const struct zone_rr *rr;
	size_t question; /* SOA; new ones: over TCP, then the samples */
	size_t sample, nsamples;
};

/* A question to which the base knows the answer. */
struct sample {
	const struct resolve_answer *expected;
};

struct servers {
	struct judge_run *r;
	struct live_keeper *keeper;
	struct error *e;
	struct vec server;   /* struct server */
	struct vec question; /* struct live_question */
	struct vec sample;   /* struct sample */
	struct live_reply *reply;
};

/* What the servers of the zone should serve now: the base, or where there is
 * none what is judged. NULL: the zone is new, or nobody can say. */
const struct zone *live_base(
    const struct judge_run *, const struct judged_zone *);

/* Does the policy's server serve the zone? */
bool live_serves(const struct policy_server *, const struct evidence_zone *);

/* A finding about the zone; ZONE and RR give the place, or are NULL. */
struct finding *live_report(struct servers *, const struct judged_zone *,
    const char *id, const struct zone *, const struct zone_rr *,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* One more question to V. 0, -1. */
int live_question(struct servers *, const struct server *v,
    enum live_transport over, const uint8_t *name, uint16_t type);

/* live_samples.c: questions that a new server must answer as the base does, and
 * whether it did. 0, -1. */
int live_put_samples(struct servers *, struct server *);
int live_judge_samples(struct servers *, const struct server *);

/* Address, transport, URL and TSIG key of the policy's server or resolver. */
void live_set_server(struct live_question *, const struct policy_server *);

/* Does the policy's server serve the zone above? */
bool live_serves_parent(const struct judge_run *, const struct policy_server *,
    const struct judged_zone *);

/* live_parent.c: the DS that parents serve, for the zones of the change. 0, -1.
 */
int live_parents(struct servers *);

#endif
