/* What one server says to one row: is it available, and how. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "plan.h"
#include "query.h"

enum { NOERROR = 0, NXDOMAIN = 3, REFUSED = 5, NOTAUTH = 9 };

const char *
probe_way_text(enum probe_way w)
{
	static const char *const text[PROBE_WAYS] = {"udp", "tcp", "https"};

	return text[w];
}

const char *
probe_availability_text(enum probe_availability a)
{
	static const char *const text[PROBE_AVAILABILITIES] = {
	    [PROBE_UNUSED] = "unused",
	    [PROBE_ANSWERED] = "answered",
	    [PROBE_TRUNCATED] = "truncated",
	    [PROBE_REFUSED] = "refused",
	    [PROBE_SERVFAIL] = "servfail",
	    [PROBE_LAME] = "lame",
	    [PROBE_BROKEN] = "broken",
	    [PROBE_TIMED_OUT] = "timed-out",
	    [PROBE_UNREACHABLE] = "unreachable",
	    [PROBE_SILENT] = "silent",
	    [PROBE_FORBIDDEN] = "forbidden",
	    [PROBE_OVERDUE] = "overdue",
	};

	return text[a];
}

const char *
probe_authenticity_text(enum probe_authenticity a)
{
	static const char *const text[PROBE_AUTHENTICITIES] = {
	    [PROBE_UNCHECKED] = "unchecked",
	    [PROBE_SECURE] = "secure",
	    [PROBE_INSECURE] = "insecure",
	    [PROBE_BOGUS] = "bogus",
	    [PROBE_STALE] = "stale",
	    [PROBE_DIFFERS] = "differs",
	};

	return text[a];
}

bool
probe_came(enum probe_availability a)
{
	return a == PROBE_ANSWERED || a == PROBE_TRUNCATED ||
	       a == PROBE_REFUSED || a == PROBE_SERVFAIL || a == PROBE_LAME ||
	       a == PROBE_BROKEN;
}

/* A truncated answer over UDP is no fault: TCP is what it asks for. */
bool
probe_cell_good(const struct probe_cell *c)
{
	unsigned way;

	for (way = 0; way < PROBE_WAYS; way++)
		if (c->available[way] != PROBE_UNUSED &&
		    c->available[way] != PROBE_ANSWERED &&
		    c->available[way] != PROBE_TRUNCATED)
			return false;
	return c->authentic == PROBE_SECURE ||
	       (c->authentic == PROBE_INSECURE && c->accepted);
}

/* Of a message: was the question answered? */
static enum probe_availability
of_message(const struct live_reply *r, bool resolver, const char **why)
{
	uint16_t rcode = r->flags & QUERY_RCODE;

	if (rcode == REFUSED || rcode == NOTAUTH) {
		*why = message_rcode_text(rcode);
		return PROBE_REFUSED;
	}
	if (rcode != NOERROR && rcode != NXDOMAIN) {
		*why = message_rcode_text(rcode);
		return PROBE_SERVFAIL;
	}
	if (!resolver && (r->flags & QUERY_AA) == 0) {
		*why = "it answers without authority";
		return PROBE_LAME;
	}
	return r->outcome == LIVE_TRUNCATED ? PROBE_TRUNCATED : PROBE_ANSWERED;
}

static enum probe_availability
availability(const struct live_reply *r, bool resolver, const char **why)
{
	static const enum probe_availability map[LIVE_OUTCOMES] = {
	    [LIVE_UNASKED] = PROBE_OVERDUE,
	    [LIVE_ANSWERED] = PROBE_ANSWERED,
	    [LIVE_TRUNCATED] = PROBE_TRUNCATED,
	    [LIVE_TIMED_OUT] = PROBE_TIMED_OUT,
	    [LIVE_UNREACHABLE] = PROBE_UNREACHABLE,
	    [LIVE_BROKEN] = PROBE_BROKEN,
	    [LIVE_SILENT] = PROBE_SILENT,
	    [LIVE_FORBIDDEN] = PROBE_FORBIDDEN,
	    [LIVE_OVERDUE] = PROBE_OVERDUE,
	};

	*why = r->why;
	if (r->outcome == LIVE_ANSWERED || r->outcome == LIVE_TRUNCATED)
		return of_message(r, resolver, why);
	return map[r->outcome];
}

/* Nothing can be said of the answer when none came: why not. */
static const char *
without_answer(const struct plan *p, const struct probe_cell *c)
{
	bool truncated = false;
	unsigned way;

	if (plan_server_at(p, c->server)->unusable != NULL)
		return plan_server_at(p, c->server)->unusable;
	for (way = 0; way < PROBE_WAYS; way++) {
		if (c->available[way] == PROBE_FORBIDDEN)
			return c->why_available[way];
		if (c->available[way] == PROBE_OVERDUE)
			return c->why_available[way] != NULL
				   ? c->why_available[way]
				   : "the time for the whole run was over";
		truncated |= c->available[way] == PROBE_TRUNCATED;
	}
	return truncated ? "only a truncated answer came"
			 : "no answer came that could be judged";
}

int
cell_judge(struct plan *p, const struct probe_row *row, struct probe_cell *c,
    struct error *e)
{
	bool resolver = plan_server_at(p, c->server)->resolver;
	const struct plan_ask *a = plan_ask_at(p, c->ask);
	const struct live_reply *r;
	unsigned way;

	for (way = 0; way < PROBE_WAYS; way++) {
		if (a->q[way] == PLAN_NONE)
			continue;
		r = &p->reply[a->q[way]];
		c->ms[way] = r->ms;
		c->available[way] = availability(
		    r, resolver, &c->why_available[way]);
	}
	c->why = without_answer(p, c);
	return cell_authenticity(p, row, c, e);
}
