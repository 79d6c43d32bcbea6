/* The draft of a policy from today's zones, in three steps. */
#ifndef GATE_INIT_H
#define GATE_INIT_H

#include "../base/vec.h"
#include "../policy/policy.h"
#include "../source/source.h"
#include "../zone/zone.h"

enum { INIT_PROPOSALS_MAX = 50 };

/* A name that looks like failover: several addresses, or a low TTL. */
struct init_name {
	const char *name;        /* "api.example.com." */
	const char *zone, *view; /* view "" without */
	const char *list;        /* its target list: "api-example-com" */
	const char *addresses;   /* "192.0.2.1/32", "2001:db8::1/128" */
	uint32_t ttl;
};

/* Zone files whose paths differ in the zone's name only. */
struct init_group {
	const char *pre, *post; /* around the name */
	const char *view;       /* NULL: none */
	bool apart; /* other files have such paths: each zone by its own */
	bool is_signed;
	size_t n;
};

struct init_zone {
	const char *path;
	const uint8_t *apex;
	const char *text; /* "example.com." */
	uint32_t group;   /* index, or ZONE_NONE */
	bool is_signed, has_private;
	const char *twin; /* path of the same zone that is covered instead */
	struct vec names; /* struct init_name, view not set yet */
};

struct init {
	struct arena *arena;
	struct source *source;
	struct vec zones;   /* struct init_zone, by path */
	struct vec groups;  /* struct init_group */
	struct vec skipped; /* const char *: why, for a comment */
	const char *rest;   /* view of zones outside of the views' directories,
			     * or NULL: there are no views, or no such zones */
	struct vec servers; /* const char *: NS targets, each once */
	bool many_servers;  /* more than are worth a proposal */
};

/* init_find.c: every file of the source that holds a zone. 0, or -1. */
int init_find(struct init *, struct error *e);

/* init_group.c: patterns, views, twins, names of lists. 0, or -1. */
int init_group(struct init *, struct error *e);

/* init_draft.c: the policy as text. */
void init_draft(const struct init *, struct text *out);

#endif
