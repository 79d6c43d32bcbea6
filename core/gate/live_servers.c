/*
 * Do the name servers of a changed zone serve it? Those that the change brings
 * in must do so already; none may be ahead of the base.
 */
#include "live_servers.h"

#include <string.h>

#include "../diff/diff.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/allow.h"
#include "../live/message.h"
#include "../live/query.h"
#include "../resolve/targets.h"

/* ---- who is asked -------------------------------------------------------- */

const struct zone *
live_base(const struct judge_run *r, const struct judged_zone *jz)
{
	if (jz->ev.new == NULL || jz->ev.new->broken)
		return NULL;
	if (r->pair->old == NULL)
		return jz->ev.new; /* what is there is all there is */
	return jz->ev.old != NULL && !jz->ev.old->broken ? jz->ev.old : NULL;
}

bool
live_serves(const struct policy_server *s, const struct evidence_zone *ez)
{
	return (s->view == NULL || strcmp(s->view, ez->view) == 0) &&
	       (s->zone == NULL || name_equal(s->zone, ez->apex));
}

/* Addresses of the zone's name servers, as SET has them; NULL: nobody knows. */
static const struct targets *
servers_of(const struct servers *s, struct zoneset *set,
    const struct judged_zone *jz, const struct zone *z)
{
	const struct zone_rrset *ns = z == NULL ? NULL
						: zone_find_rrset(
						      z, z->apex, RRTYPE_NS);
	struct targets *t = NULL;
	struct error ignored = {0};

	if (ns == NULL ||
	    targets_of_rrset(&t, set, s->r->pair->policy, jz->ev.view, z, ns,
		z->apex, s->r->j->arena, &ignored) != 0)
		return NULL;
	return t;
}

static bool
holds(const struct targets *t, const uint8_t *addr, size_t len)
{
	size_t i;

	for (i = 0; t != NULL && i < t->naddresses; i++)
		if (t->address[i].len == len &&
		    memcmp(t->address[i].addr, addr, len) == 0)
			return true;
	return false;
}

static bool
holds_name(const struct targets *t, const uint8_t *name)
{
	size_t i;

	for (i = 0; t != NULL && i < t->nnames; i++)
		if (name_equal(t->name[i].name, name))
			return true;
	return false;
}

static struct server *
add_server(struct servers *s, const struct judged_zone *jz,
    const struct live_address *at, const char *name)
{
	struct server *v = vec_add(&s->server);
	char text[LIVE_ADDRESS_TEXT];

	if (v == NULL) {
		error_memory(s->e);
		return NULL;
	}
	live_address_text(text, at);
	v->jz = jz;
	v->at = *at;
	v->label = findings_text(&s->r->fs, "%s (%s)", name, text);
	return v;
}

/* A server that the policy names. */
static int
add_named(struct servers *s, const struct judged_zone *jz,
    const struct policy_server *p, const struct targets *old,
    const struct targets *new)
{
	struct live_address at = {.len = p->at.len, .port = (uint16_t)p->port};
	struct server *v;

	if (!live_serves(p, &jz->ev) || p->url != NULL)
		return 0;
	memcpy(at.addr, p->at.addr, sizeof(at.addr));
	if ((v = add_server(s, jz, &at, p->name)) == NULL)
		return -1;
	v->tsig = p->tsig;
	v->is_new = s->r->pair->old != NULL && holds(new, at.addr, at.len) &&
		    !holds(old, at.addr, at.len);
	return 0;
}

static bool
is_added(const struct servers *s, const struct judged_zone *jz,
    const uint8_t *addr, size_t len)
{
	const struct server *v = s->server.item;
	size_t i;

	for (i = 0; i < s->server.n; i++)
		if (v[i].jz == jz && v[i].at.len == len &&
		    memcmp(v[i].at.addr, addr, len) == 0)
			return true;
	return false;
}

/* A server that the zone names. */
static int
add_from_zone(struct servers *s, const struct judged_zone *jz,
    const struct target_address *a, const struct targets *old)
{
	struct live_address at = {.len = a->len, .port = 53};
	struct server *v;

	if (is_added(s, jz, a->addr, a->len))
		return 0;
	memcpy(at.addr, a->addr, sizeof(at.addr));
	v = add_server(s, jz, &at, rule_name(&s->r->fs, a->name));
	if (v == NULL)
		return -1;
	v->zone = a->zone;
	v->rr = a->rr;
	v->is_new = s->r->pair->old != NULL && !holds(old, a->addr, a->len);
	v->refused = live_refuses(s->r->pair->policy, &at, LIVE_ANY, NULL);
	return 0;
}

/* New names whose addresses are outside of the repository. */
static void
tell_unknown(struct servers *s, const struct judged_zone *jz,
    const struct targets *old, const struct targets *new)
{
	const struct target_name *n;
	size_t i, k;
	bool known;

	for (i = 0; i < new->nnames; i++) {
		n = &new->name[i];
		known = holds_name(old, n->name);
		for (k = 0; !known && k < new->naddresses; k++)
			known = name_equal(new->address[k].name, n->name);
		if (known || s->r->pair->old == NULL)
			continue;
		live_report(s, jz, "live-unchecked", n->zone, n->rr,
		    "the new name server %s could not be asked: its addresses "
		    "are outside of this repository",
		    rule_name(&s->r->fs, n->name))
		    ->help = "ask it by hand: dig +norecurse SOA, at every "
			     "address";
	}
}

static int
add_zone(struct servers *s, const struct judged_zone *jz)
{
	const struct policy_live *l = &s->r->pair->policy->live;
	struct snapshot *snap = s->r->pair->old;
	const struct targets *old, *new;
	size_t i, before = s->server.n;

	new = servers_of(s, s->r->pair->new->set, jz, jz->ev.new);
	old = snap == NULL ? NULL : servers_of(s, snap->set, jz, jz->ev.old);
	for (i = 0; i < l->nservers; i++)
		if (add_named(s, jz, &l->server[i], old, new) != 0)
			return -1;
	if (new != NULL) {
		for (i = 0; i < new->naddresses; i++)
			if (add_from_zone(s, jz, &new->address[i], old) != 0)
				return -1;
		tell_unknown(s, jz, old, new);
	}
	if (s->server.n == before)
		live_report(s, jz, "live-unchecked", NULL, NULL,
		    "no name server of %s could be asked: none has an address "
		    "here",
		    jz->ev.apex_text)
		    ->help = "name them in the policy: live: servers:";
	return 0;
}

/* ---- findings ------------------------------------------------------------ */

struct finding *
live_report(struct servers *s, const struct judged_zone *jz, const char *id,
    const struct zone *zone, const struct zone_rr *rr, const char *fmt, ...)
{
	struct findings *fs = &s->r->fs;
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = findings_vadd(fs, id, fmt, ap);
	va_end(ap);
	f->zone = jz->ev.apex_text;
	f->view = jz->ev.view[0] != '\0' ? jz->ev.view : NULL;
	f->name = jz->ev.apex_text;
	f->place.file = jz->ev.file;
	if (zone != NULL && rr != NULL)
		zone_place(zone, rr, fs, &f->place);
	return f;
}

/* Nothing was heard: whose fault is it? False when there is an answer. */
static bool
tell_silence(struct servers *s, const struct server *v,
    const struct live_reply *a, const char *over)
{
	const char *why = a->why != NULL ? a->why
					 : live_outcome_text(a->outcome);

	switch (a->outcome) {
	case LIVE_ANSWERED:
	case LIVE_TRUNCATED:
		return false;
	case LIVE_TIMED_OUT:
	case LIVE_UNREACHABLE:
	case LIVE_BROKEN:
	case LIVE_SILENT:
		live_report(s, v->jz, "live-no-response", v->zone, v->rr,
		    "%s does not answer%s: %s", v->label, over, why)
		    ->help = "bring the server back, or take it out of the NS "
			     "records";
		return true;
	default:
		live_report(s, v->jz, "live-unchecked", v->zone, v->rr,
		    "%s could not be asked: %s", v->label, why)
		    ->help = "name its address in the policy: live: servers:";
		return true;
	}
}

static struct finding *
tell_bad(struct servers *s, const struct server *v, const char *what)
{
	struct finding *f = live_report(s, v->jz, "live-bad-response", v->zone,
	    v->rr, "%s%s %s", v->is_new ? "the new name server " : "", v->label,
	    what);

	f->help = v->is_new ? "load the zone there first, then name the server"
			    : "load the zone there again";
	return f;
}

/* ---- what they said ------------------------------------------------------ */

/* Octets of the SOA's RDATA behind its names. */
#define SOA_NUMBERS 20

/* The serial, or false with a finding. */
static bool
read_soa(struct servers *s, const struct server *v, const struct message *m,
    uint32_t *serial)
{
	const struct message_rr *rr;
	const uint8_t *p;

	if (m->rcode != 0) {
		tell_bad(s, v,
		    findings_text(
			&s->r->fs, "answers %s", message_rcode_text(m->rcode)));
		return false;
	}
	if ((m->flags & QUERY_AA) == 0) {
		tell_bad(s, v, "answers without authority for the zone");
		return false;
	}
	rr = message_next(m, MESSAGE_ANSWER, v->jz->ev.apex, RRTYPE_SOA, NULL);
	if (rr == NULL || rr->rdlen < SOA_NUMBERS + 2) {
		tell_bad(s, v, "has no SOA of the zone");
		return false;
	}
	p = rr->rdata + rr->rdlen - SOA_NUMBERS;
	*serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		  (uint32_t)p[2] << 8 | p[3];
	return true;
}

static void
judge_serial(struct servers *s, const struct server *v, uint32_t serial)
{
	uint32_t base = zone_serial(live_base(s->r, v->jz));

	if (diff_serial_less(serial, base))
		live_report(s, v->jz, "live-stale", v->zone, v->rr,
		    "%s is behind the base: serial %u, not %u", v->label,
		    serial, base)
		    ->help = "find out why the server does not fetch the zone";
	else if (serial != base)
		live_report(s, v->jz, "live-serial-ahead", v->zone, v->rr,
		    "%s is ahead of the base: serial %u, not %u", v->label,
		    serial, base)
		    ->help = "find out what is served that was never judged, "
			     "and bring it into the repository first";
}

/* Take the answer of a question apart; false with a finding, or none. */
static int
parse(struct servers *s, const struct server *v, const struct live_reply *a,
    struct message *m, bool *fine)
{
	int rc = message_parse(m, a->message, a->len, s->r->j->arena, s->e);

	*fine = rc == 0;
	if (rc == 1)
		tell_bad(s, v, "answers what is no DNS message");
	return rc < 0 ? -1 : 0;
}

static int
judge_server(struct servers *s, const struct server *v)
{
	const struct live_reply *a = &s->reply[v->question];
	struct message m;
	uint32_t serial = 0;
	bool fine;

	if (v->refused != NULL) {
		/* Of servers that were there before it says nothing new. */
		if (v->is_new)
			live_report(s, v->jz, "live-unchecked", v->zone, v->rr,
			    "the new name server %s could not be asked: %s",
			    v->label, v->refused)
			    ->help = "name its address in the policy: live: "
				     "servers:";
		return 0;
	}
	if (tell_silence(s, v, a, ""))
		return 0;
	if (parse(s, v, a, &m, &fine) != 0)
		return -1;
	if (!fine || !read_soa(s, v, &m, &serial))
		return 0;
	judge_serial(s, v, serial);
	if (!v->is_new)
		return 0;
	(void)tell_silence(s, v, &s->reply[v->question + 1], " over TCP");
	if (serial != zone_serial(live_base(s->r, v->jz)))
		return 0;
	return live_judge_samples(s, v);
}

/* ---- asking -------------------------------------------------------------- */

int
live_question(struct servers *s, const struct server *v,
    enum live_transport over, const uint8_t *name, uint16_t type)
{
	struct live_question *q = vec_add(&s->question);

	if (q == NULL)
		return error_memory(s->e);
	q->at = v->at;
	q->transport = over;
	q->name = name;
	q->type = type;
	q->tsig = v->tsig;
	return 0;
}

static int
put_questions(struct servers *s)
{
	struct server *v = s->server.item;
	size_t i;

	for (i = 0; i < s->server.n; i++) {
		v[i].question = s->question.n;
		if (v[i].refused != NULL)
			continue;
		if (live_question(
			s, &v[i], LIVE_ANY, v[i].jz->ev.apex, RRTYPE_SOA) != 0)
			return -1;
		if (!v[i].is_new)
			continue;
		if (live_question(s, &v[i], LIVE_TCP, v[i].jz->ev.apex,
			RRTYPE_SOA) != 0 ||
		    live_put_samples(s, &v[i]) != 0)
			return -1;
	}
	return 0;
}

static int
ask(struct servers *s)
{
	const struct server *v = s->server.item;
	size_t i;

	if (s->question.n == 0 && s->server.n == 0)
		return 0;
	s->reply = arena_calloc(
	    s->r->j->arena, s->question.n + 1, sizeof(*s->reply));
	if (s->reply == NULL)
		return error_memory(s->e);
	if (s->question.n > 0 &&
	    live_keeper_ask(s->keeper, s->question.item, s->reply,
		s->question.n, s->r->j->arena, s->e) != 0)
		return -1;
	for (i = 0; i < s->server.n; i++)
		if (judge_server(s, &v[i]) != 0)
			return -1;
	return 0;
}

int
live_servers(struct judge_run *r, struct live_keeper *keeper, struct error *e)
{
	struct servers s = {.r = r,
	    .keeper = keeper,
	    .e = e,
	    .server = VEC_INIT(struct server),
	    .question = VEC_INIT(struct live_question),
	    .sample = VEC_INIT(struct sample)};
	const struct judged_zone *jz = r->zones.item;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < r->zones.n; i++) {
		if (live_base(r, &jz[i]) == NULL ||
		    (r->pair->old != NULL &&
			jz[i].ev.status == STATUS_UNCHANGED))
			continue;
		rc = add_zone(&s, &jz[i]);
	}
	if (rc == 0)
		rc = put_questions(&s);
	if (rc == 0)
		rc = ask(&s);
	if (rc == 0)
		rc = live_parents(&s);
	vec_free(&s.server);
	vec_free(&s.question);
	vec_free(&s.sample);
	return rc;
}
