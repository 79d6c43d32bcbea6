/*
 * Two questions to live servers, never mixed: is an answer to be had
 * (availability, for each way of asking), and is it the right one
 * (authenticity)? A row is a zone (its SOA) or a protected name and type, a
 * cell what one server says to it.
 *
 * plan_build() reads the zones and writes down all questions; a keeper
 * (keeper.h) asks them at once; probe_judge() compares and validates. All of it
 * runs in the confined child, only the keeper uses the network.
 */
#ifndef LIVE_PROBE_H
#define LIVE_PROBE_H

#include "../policy/policy.h"
#include "../zone/zoneset.h"
#include "keeper.h"

enum probe_way { PROBE_UDP, PROBE_TCP, PROBE_HTTPS, PROBE_WAYS };

enum probe_availability {
	PROBE_UNUSED,    /* the server has no such way */
	PROBE_ANSWERED,  /* NOERROR or NXDOMAIN */
	PROBE_TRUNCATED, /* TC: it has more to say than fits */
	/* It is up and answers, but not the question: */
	PROBE_REFUSED,  /* REFUSED or NOTAUTH */
	PROBE_SERVFAIL, /* SERVFAIL, or another error */
	PROBE_LAME,     /* a name server of the zone without AA */
	PROBE_BROKEN,   /* no DNS message, or its TSIG is wrong */
	/* Nothing came: */
	PROBE_TIMED_OUT,
	PROBE_UNREACHABLE,
	PROBE_SILENT, /* not asked: silent to every other question */
	/* Not known: */
	PROBE_FORBIDDEN, /* not asked: the policy does not name the address */
	PROBE_OVERDUE,   /* not asked in time, or another limit */
	PROBE_AVAILABILITIES,
};

enum probe_authenticity {
	PROBE_UNCHECKED, /* the start value, never a pass */
	PROBE_SECURE,    /* as judged, and signed by who may */
	PROBE_INSECURE,  /* as judged, and not signed */
	PROBE_BOGUS,     /* must be signed, and does not validate */
	PROBE_STALE,     /* of a serial before the judged one */
	PROBE_DIFFERS,   /* other than what was judged */
	PROBE_AUTHENTICITIES,
};

struct probe_server {
	const char *name;    /* the policy's name for it, or of the NS */
	const char *address; /* "192.0.2.1", or the URL */
	bool resolver;
	struct live_address at;    /* of UDP and TCP; len 0: none */
	struct live_address https; /* where URL is; len 0: none */
	const char *url;
	const char *tsig;
	const char *unusable; /* why it cannot be asked at all, or NULL */
	uint32_t line;        /* of the policy, 0: from an NS record */
};

struct probe_cell {
	uint32_t server; /* index */
	uint32_t ask;    /* of the plan */
	enum probe_availability available[PROBE_WAYS];
	const char *why_available[PROBE_WAYS]; /* or NULL */
	uint32_t ms[PROBE_WAYS];
	enum probe_authenticity authentic;
	const char *why; /* why it is not plainly secure, or NULL */
	bool ahead;      /* serial after the judged one, data as judged */
	bool accepted;   /* insecure, as the policy says it may be */
};

struct probe_row {
	const uint8_t *name;
	uint16_t type;
	const char *view;
	uint32_t zone;                          /* of the plan */
	const struct policy_protected *protect; /* NULL: the zone itself */
	const struct resolve_answer *expected;  /* NULL: the SOA */
	struct probe_cell *cell;
	size_t ncells;
	const char *why; /* without cells: why nobody could be asked */
};

/* What a server has of a zone. */
struct probe_serial {
	const uint8_t *apex;
	const char *view;
	uint32_t server;
	bool known, before, after; /* the judged one */
	uint32_t serial, judged;
};

struct probe {
	const struct probe_server *server;
	size_t nservers;
	const struct probe_row *row;
	size_t nrows;
	const struct probe_serial *serial;
	size_t nserials;
	size_t nquestions;
	size_t unchecked; /* cells whose authenticity is not known */
	size_t cells;
};

struct plan;
struct resolve_answer;

struct probe_args {
	struct zoneset *set;
	const struct policy *policy;
	/* zones and protected names to look at, lower-case wire form; none: all
	 */
	const uint8_t *const *only;
	size_t nonly;
	int64_t now;
};

/*
 * Which questions to ask whom. Lives in ARENA; borrows from the arguments. 0;
 * or -1 with E set: a zone could not be read, or a limit was passed.
 */
int plan_build(struct plan **out, const struct probe_args *, struct arena *,
    struct error *e);

/* Ask through the keeper, then judge. The same arena. 0, or -1 with E set. */
int probe_run(
    struct probe **out, struct plan *, struct live_keeper *, struct error *e);

/* Is the cell anything but good: neither answered nor right? */
bool probe_cell_good(const struct probe_cell *);

/* Did anything of the server come back? */
bool probe_came(enum probe_availability);

/* "answered", "timed-out", …; "secure", "unchecked", …; "udp", …; static. */
const char *probe_availability_text(enum probe_availability);
const char *probe_authenticity_text(enum probe_authenticity);
const char *probe_way_text(enum probe_way);

#endif
