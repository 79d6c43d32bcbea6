/* The questions of a probe, and what is known about zones and servers. Inside
 * of probe only. */
#ifndef LIVE_PLAN_H
#define LIVE_PLAN_H

#include "../base/hash.h"
#include "../base/vec.h"
#include "../dnssec/dnssec.h"
#include "../resolve/resolve.h"
#include "probe.h"
#include "trust.h"

#define PLAN_NONE UINT32_MAX

enum {
	PLAN_SERVERS_MAX = 4096,
	PLAN_ZONE_SERVERS_MAX = 64,
	PLAN_CELLS_MAX = 1 << 18,
	PLAN_ANCHORS_MAX = 64,
};

/* The last way is one that no availability depends on: for resolvers, the
 * question with CD, which gets data that does not validate too. */
enum { PLAN_SPARE = PROBE_WAYS, PLAN_WAYS };

/* One question to one server, in all ways. */
struct plan_ask {
	uint32_t server;
	const uint8_t *name;
	uint16_t type;
	uint32_t q[PLAN_WAYS]; /* index of the question, or PLAN_NONE */
};

/* A server of a zone. */
struct plan_use {
	uint32_t server;
	uint32_t dnskey; /* ask, or PLAN_NONE */
	struct trust trust;
	bool trusted; /* TRUST is filled */
	struct probe_serial serial;
};

struct plan_zone {
	uint32_t entry; /* of the zoneset */
	const struct zone *zone;
	const uint8_t *apex;
	const char *view;
	const struct policy_zone *policy;
	bool must_be_signed;
	struct dnssec_anchor *anchor; /* for the apex itself */
	size_t nanchors;
	const uint8_t *above; /* else: a zone above with an anchor, or NULL */
	struct plan_use *use;
	size_t nuses;
	bool probed; /* has rows of its own */
};

struct plan {
	struct arena *arena;
	const struct probe_args args;
	struct error *e;
	struct vec server;   /* struct probe_server */
	struct vec zone;     /* struct plan_zone */
	struct vec row;      /* struct probe_row */
	struct vec ask;      /* struct plan_ask */
	struct vec question; /* struct live_question */
	struct hash_table *zones, *asks;
	struct live_reply *reply;
	size_t cells;
};

static inline struct plan_zone *
plan_zone_at(const struct plan *p, uint32_t i)
{
	return (struct plan_zone *)p->zone.item + i;
}

static inline struct plan_ask *
plan_ask_at(const struct plan *p, uint32_t i)
{
	return (struct plan_ask *)p->ask.item + i;
}

static inline struct probe_server *
plan_server_at(const struct plan *p, uint32_t i)
{
	return (struct probe_server *)p->server.item + i;
}

/*
 * Ask SERVER for NAME and TYPE; one ask for the same thing. HELPER: needed to
 * judge others, so truncated answers are fetched at once and resolvers are told
 * not to check. Its index, or PLAN_NONE with E set.
 */
uint32_t plan_ask(struct plan *, uint32_t server, const uint8_t *name,
    uint16_t type, bool helper);

/* The ask made before, or PLAN_NONE. */
uint32_t plan_find(const struct plan *, uint32_t server, const uint8_t *name,
    uint16_t type, bool helper);

/* plan_servers.c: fill Z's servers. 0, or -1. */
int plan_servers(struct plan *, struct plan_zone *z);

/* plan_trust.c: anchors of Z, and the questions that lead to its keys. */
int plan_anchors(struct plan *, struct plan_zone *z);
int plan_chain(struct plan *, struct plan_zone *z);

/* chain.c: the keys of Z as USE's server gives them, once. 0, or -1. */
int chain_trust(
    struct plan *, struct plan_zone *z, struct plan_use *use, struct error *e);

/*
 * Take the message apart that came for ASK by WAY. 1 with OUT filled; 0 when
 * none came that can be read; -1 without memory.
 */
int plan_message(const struct plan *, uint32_t ask, unsigned way,
    struct arena *, struct message *out, struct error *e);

/* cell.c: the verdicts of one cell. 0, or -1. */
int cell_judge(struct plan *, const struct probe_row *, struct probe_cell *,
    struct error *e);

/* cell_answer.c: what the answers to the cell prove, availability apart. */
int cell_authenticity(struct plan *, const struct probe_row *,
    struct probe_cell *, struct error *e);

/* The serial that USE's server has of Z, if ASK for its SOA tells. 0, or -1. */
int cell_serial(const struct plan *, const struct plan_zone *z,
    struct plan_use *use, uint32_t ask, struct error *e);

#endif
