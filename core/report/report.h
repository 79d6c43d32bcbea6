/*
 * A run as data, and its formats. One file a format; a format is a function in
 * a table. Text from outside is escaped here and nowhere else.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "../base/error.h"
#include "../base/finding.h"
#include "../base/text.h"

enum report_verdict {
	REPORT_ERROR = 0, /* nothing was decided: the start value */
	REPORT_BLOCK,
	REPORT_PASS,
};

struct report_zone {
	const char *name, *view, *file;
	const char *status; /* added, changed, removed, unchanged */
	uint32_t serial_old, serial_new;
	bool has_old, has_new;
	uint32_t added, removed, changed, total;
	const char *dnssec_mode; /* trial, gate, presigned, unsigned, none */
	bool validated;
	uint32_t rrsets, verified;
	const char
	    *algorithms;    /* "ECDSAP256SHA256", comma separated, or NULL */
	const char *digest; /* hexadecimal SHA-384, or NULL */
	uint32_t includes;
};

struct report_change {
	const char *zone, *view, *name, *type;
	const char *kind; /* added, removed, rdata, ttl, soa */
	/* presentation form, one a record, NULL-terminated; NULL: none */
	const char *const *before, *const *after;
	uint32_t ttl_before, ttl_after;
	const char *note; /* "edge-standby: allowed", or NULL */
};

struct report_answer_side {
	const char *outcome;        /* NULL: no such side */
	const char *const *targets; /* NULL-terminated */
	const char *chain;
	uint32_t ttl;
};

struct report_answer {
	const char *name, *type, *view;
	struct report_answer_side before, after;
	const char *cause; /* "zones/x.zone:12: a new delegation", or NULL */
	bool collateral;
};

/* A line of the review's check list. */
struct report_check {
	const char *state;  /* ok, warn, fail, skip */
	const char *what;   /* "trial signing (ECDSAP256SHA256)" */
	const char *result; /* "412 signed, 412 verified" */
};

struct report_drill_verdict {
	const char *state;  /* yes, no, unknown, unsigned, moot */
	const char *reason; /* or NULL */
};

/* What one outage leaves of a protected name. */
struct report_drill_cell {
	const char *kind; /* none, address, list, network, server, provider */
	const char *what; /* "ns1.example." */
	struct report_drill_verdict resolves, validates, allowed;
	bool red;
};

struct report_drill {
	const char *name, *types, *view; /* types: "A, AAAA" */
	const struct report_drill_cell *cell;
	size_t ncells;
};

/* A failover target that was asked at its own address: up, and ours? */
struct report_target {
	const char *name, *view, *address;
	const char *question;             /* the URL, or "TCP port 25" */
	const char *available, *identity; /* words of live/target.h */
	const char *why, *who;            /* what was seen of each */
	bool available_good, identity_good;
	uint32_t status, ms; /* 0: none */
	uint64_t expires;    /* the certificate; 0: not seen */
};

/* One way to ask a server: is an answer to be had? */
struct report_probe_way {
	const char *way;   /* udp, tcp, https */
	const char *state; /* answered, timed-out, …; unused: there is none */
	const char *reason; /* or NULL */
	uint32_t ms;
	bool good;
};

/* What one server says to a row of a probe. */
struct report_probe_cell {
	const char *server, *address;
	bool resolver;
	struct report_probe_way way[3];
	const char *authentic; /* secure, insecure, bogus, stale, differs,
				  unchecked */
	const char *reason;    /* why it is not plainly secure, or NULL */
	bool authentic_good, good, ahead;
};

/* A zone or a protected name, as servers serve it. */
struct report_probe {
	const char *name, *type, *view, *zone;
	const char *reason; /* why there are no cells, or NULL */
	const struct report_probe_cell *cell;
	size_t ncells;
};

/* The version of a zone that a server has. */
struct report_serial {
	const char *zone, *view, *server, *address;
	bool known;
	uint32_t serial, judged;
};

/* A waiver of the policy. */
struct report_waiver {
	const char *rule, *zone, *name, *view; /* NULL: any */
	const char *until, *owner, *reason;
	uint32_t days; /* left after today */
	bool expired;
	bool used; /* by a finding of this report */
};

/* What was known from earlier runs, and what had to be worked out. */
struct report_cache {
	uint64_t hits, misses;
};

struct report {
	enum report_verdict verdict;
	const char *command;     /* check, pre-receive, review, verify */
	const char *subject;     /* "main 1f3c9a2..8b1e7d0" */
	const char *base, *head; /* revisions, or NULL */
	const char *policy_source, *policy_digest; /* or NULL */
	const struct report_zone *zone;
	size_t nzones;
	const struct report_change *change;
	size_t nchanges;
	size_t changes_total; /* more than nchanges when cut */
	const struct report_answer *answer;
	size_t nanswers;
	const struct report_check *check;
	size_t nchecks;
	const struct report_drill *drill; /* NULL: was no drill */
	size_t ndrills;
	const struct report_target *target; /* asked with --live */
	size_t ntargets;
	const struct report_probe *probe; /* NULL: nobody was probed */
	size_t nprobes;
	const struct report_serial *serial;
	size_t nserials;
	const char *lane; /* "failover-switch, key", "none"; NULL: not known */
	const struct report_waiver *waiver;
	size_t nwaivers;
	const struct findings *findings;
	const struct error *error; /* verdict error: why */
	const char *const *note;   /* remarks, NULL-terminated, or NULL */
	uint32_t cache_seconds;    /* longest old TTL that changes; 0: none */
	double seconds;
	uint64_t records, signatures;
	const struct report_cache *cache; /* NULL: nothing is remembered */
};

struct report_style {
	bool colour;
	bool quiet;     /* findings and verdict only */
	unsigned width; /* columns, 72 in a hook, else 80 */
	bool hook;      /* lines go through "remote: " */
};

struct report_format {
	const char *name;
	const char *title;
	void (*print)(
	    const struct report *, const struct report_style *, struct text *);
};

extern const struct report_format *const report_formats[]; /* NULL at the end */

const struct report_format *report_format_find(const char *name);

/* One finding as text, as the text format prints it; for policy lint too. */
void report_finding_text(
    const struct finding *, const struct report_style *, struct text *);

/* An error that decided nothing, as text: what, where, how to mend. */
void report_error_text(
    const struct error *, const struct report_style *, struct text *);

#endif
