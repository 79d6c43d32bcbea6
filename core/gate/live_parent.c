/* The DS that the parent serves: does it lead to a key of the zone? */
#include "live_servers.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../dnssec/ds.h"
#include "../live/doh.h"
#include "../live/message.h"
#include "../live/query.h"

/* Resolvers or servers that are asked about one zone. */
#define ASKED_MAX 3

/* One question about the DS of a zone. */
struct parent {
	const struct judged_zone *jz;
	const char *name; /* whom, as the policy calls it */
	bool recurse;
};

struct parents {
	struct servers *s;
	struct vec question; /* struct live_question */
	struct vec parent;   /* struct parent, one a question */
	struct live_reply *reply;
};

/* ---- what is known here ---------------------------------------------------
 */

static const struct zone_rrset *
dnskeys(const struct judged_zone *jz)
{
	return zone_find_rrset(jz->ev.new, jz->ev.apex, RRTYPE_DNSKEY);
}

/* Is it known here which DS there should be? In mode trial and gate keys are
 * elsewhere: only the policy can tell. */
static bool
is_known(const struct judged_zone *jz)
{
	const struct policy_zone *entry = jz->ev.entry;

	return (entry != NULL && entry->dnssec.nparent_ds != 0) ||
	       jz->ev.mode == POLICY_DNSSEC_PRESIGNED ||
	       jz->ev.mode == POLICY_DNSSEC_UNSIGNED;
}

/* ---- whom to ask ----------------------------------------------------------
 */

void
live_set_server(struct live_question *q, const struct policy_server *s)
{
	memcpy(q->at.addr, s->at.addr, sizeof(q->at.addr));
	q->at.len = s->at.len;
	q->at.port = s->url != NULL ? doh_port(s->url) : (uint16_t)s->port;
	q->transport = s->url != NULL ? LIVE_HTTPS : LIVE_ANY;
	q->url = s->url;
	q->tsig = s->tsig;
}

static int
ask_server(struct parents *p, const struct judged_zone *jz,
    const struct policy_server *at, bool recurse)
{
	struct live_question *q = vec_add(&p->question);
	struct parent *parent = vec_add(&p->parent);

	if (q == NULL || parent == NULL)
		return error_memory(p->s->e);
	live_set_server(q, at);
	q->name = jz->ev.apex;
	q->type = RRTYPE_DS;
	q->recurse = q->check_disabled = recurse;
	parent->jz = jz;
	parent->name = at->name;
	parent->recurse = recurse;
	return 0;
}

bool
live_serves_parent(const struct judge_run *r, const struct policy_server *s,
    const struct judged_zone *jz)
{
	const struct zoneset *set = r->pair->new->set;
	struct evidence_zone above = {.view = jz->ev.view};
	uint32_t i;

	if (s->url != NULL || name_is_root(jz->ev.apex))
		return false;
	i = zoneset_closest(set, jz->ev.view, name_parent(jz->ev.apex));
	if (i != ZONE_NONE) {
		above.apex = zoneset_entry(set, i)->apex;
		return live_serves(s, &above);
	}
	return s->zone != NULL && !name_equal(s->zone, jz->ev.apex) &&
	       name_is_under(jz->ev.apex, s->zone) &&
	       (s->view == NULL || strcmp(s->view, jz->ev.view) == 0);
}

static int
ask_about(struct parents *p, const struct judged_zone *jz)
{
	const struct policy_live *l = &p->s->r->pair->policy->live;
	const struct policy_server *s;
	size_t i, n = p->question.n;

	for (i = 0; i < l->nresolvers && p->question.n < n + ASKED_MAX; i++) {
		s = &l->resolver[i];
		if (live_serves(s, &jz->ev) && ask_server(p, jz, s, true) != 0)
			return -1;
	}
	for (i = 0; i < l->nservers && p->question.n < n + ASKED_MAX; i++) {
		s = &l->server[i];
		if (live_serves_parent(p->s->r, s, jz) &&
		    ask_server(p, jz, s, false) != 0)
			return -1;
	}
	if (p->question.n == n)
		live_report(p->s, jz, "live-unchecked", NULL, NULL,
		    "the DS of %s at its parent could not be asked for: the "
		    "policy names no resolver",
		    jz->ev.apex_text)
		    ->help = "name one in the policy: live: resolvers:";
	return 0;
}

/* ---- what they said ------------------------------------------------------ */

static void
mismatch(struct parents *p, const struct parent *of, const char *what)
{
	live_report(p->s, of->jz, "live-ds", NULL, NULL,
	    "the parent's DS of %s, says %s, %s", of->jz->ev.apex_text,
	    of->name, what)
	    ->help = "have the parent's DS changed first, or keep the key it "
		     "names";
}

static bool
names_a_key(const struct judged_zone *jz, const struct zone_rrset *keys,
    const struct message_rr *ds)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; keys != NULL && i < keys->count; i++) {
		rr = &jz->ev.new->rr[keys->rr + i];
		/* A digest nobody here computes counts in favour: which keys
		 * the zone keeps, dnssec-key-continuity judges. */
		switch (dnssec_ds_match(jz->ev.apex, ds->rdata, ds->rdlen,
		    zone_rr_data(jz->ev.new, rr), rr->rdlen)) {
		case DNSSEC_DS_MATCHES:
		case DNSSEC_DS_UNKNOWN:
			return true;
		default:
			break;
		}
	}
	return false;
}

static void
judge_keys(
    struct parents *p, const struct parent *of, const struct message_set *ds)
{
	const struct zone_rrset *keys = dnskeys(of->jz);
	size_t i;

	if (ds->n == 0)
		return; /* not signed for anybody: no harm */
	if (keys == NULL) {
		mismatch(p, of,
		    "is there, but the zone has no keys: "
		    "validators would take it for bogus");
		return;
	}
	for (i = 0; i < ds->n; i++)
		if (names_a_key(of->jz, keys, ds->rr[i]))
			return;
	mismatch(p, of, "names no key of the proposed zone");
}

static bool
policy_has(const struct policy_dnssec *d, const struct message_rr *ds)
{
	const struct policy_ds *p;
	size_t i;

	for (i = 0; i < d->nparent_ds; i++) {
		p = &d->parent_ds[i];
		if (ds->rdlen == DS_HEADER + p->digest_len &&
		    (ds->rdata[0] << 8 | ds->rdata[1]) == p->tag &&
		    ds->rdata[2] == p->algorithm &&
		    ds->rdata[3] == p->digest_type &&
		    memcmp(ds->rdata + DS_HEADER, p->digest, p->digest_len) ==
			0)
			return true;
	}
	return false;
}

static void
judge_policy(
    struct parents *p, const struct parent *of, const struct message_set *ds)
{
	const struct policy_dnssec *d = &of->jz->ev.entry->dnssec;
	size_t i;

	for (i = 0; i < ds->n; i++)
		if (!policy_has(d, ds->rr[i])) {
			mismatch(p, of,
			    "has one that is not in parent-ds of "
			    "the policy");
			return;
		}
	if (ds->n == 0)
		mismatch(p, of,
		    "is not there, though the policy has "
		    "parent-ds");
	else if (ds->n < d->nparent_ds)
		mismatch(p, of, "lacks one of parent-ds of the policy");
}

/* An answer that says something about the DS, even that there is none. */
static bool
is_usable(const struct parent *of, const struct message *m,
    const struct message_set *ds)
{
	enum { NOERROR = 0, NXDOMAIN = 3 };

	if (ds->too_many || (m->rcode != NOERROR && m->rcode != NXDOMAIN))
		return false;
	return of->recurse || (m->flags & QUERY_AA) != 0;
}

static void
unchecked(struct parents *p, const struct parent *of, const char *why)
{
	live_report(p->s, of->jz, "live-unchecked", NULL, NULL,
	    "%s could not tell the DS of %s at its parent: %s", of->name,
	    of->jz->ev.apex_text, why)
	    ->help = "see whether it can be reached and resolves names of the "
		     "parent";
}

static int
judge_parent(
    struct parents *p, const struct parent *of, const struct live_reply *a)
{
	struct message_set ds = {.n = 0};
	struct message m = {0};
	int rc;

	if (a->outcome != LIVE_ANSWERED && a->outcome != LIVE_TRUNCATED) {
		unchecked(p, of,
		    a->why != NULL ? a->why : live_outcome_text(a->outcome));
		return 0;
	}
	rc = message_parse(&m, a->message, a->len, p->s->r->j->arena, p->s->e);
	if (rc < 0)
		return -1;
	if (rc == 0)
		message_set(
		    &ds, &m, MESSAGE_ANSWER, of->jz->ev.apex, RRTYPE_DS);
	if (rc == 1 || !is_usable(of, &m, &ds)) {
		unchecked(p, of,
		    rc == 1 ? "no DNS message" : message_rcode_text(m.rcode));
		return 0;
	}
	if (of->jz->ev.entry != NULL && of->jz->ev.entry->dnssec.nparent_ds > 0)
		judge_policy(p, of, &ds);
	if (of->jz->ev.mode == POLICY_DNSSEC_PRESIGNED ||
	    of->jz->ev.mode == POLICY_DNSSEC_UNSIGNED)
		judge_keys(p, of, &ds);
	return 0;
}

static int
ask_all(struct parents *p)
{
	const struct parent *of = p->parent.item;
	struct arena *arena = p->s->r->j->arena;
	size_t i;

	if (p->question.n == 0)
		return 0;
	p->reply = arena_calloc(arena, p->question.n, sizeof(*p->reply));
	if (p->reply == NULL)
		return error_memory(p->s->e);
	if (live_keeper_ask(p->s->keeper, p->question.item, p->reply,
		p->question.n, arena, p->s->e) != 0)
		return -1;
	for (i = 0; i < p->question.n; i++)
		if (judge_parent(p, &of[i], &p->reply[i]) != 0)
			return -1;
	return 0;
}

int
live_parents(struct servers *s)
{
	struct parents p = {.s = s,
	    .question = VEC_INIT(struct live_question),
	    .parent = VEC_INIT(struct parent)};
	const struct judged_zone *jz = s->r->zones.item;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < s->r->zones.n; i++) {
		if (jz[i].ev.new == NULL || jz[i].ev.new->broken ||
		    !is_known(&jz[i]) ||
		    (s->r->pair->old != NULL &&
			jz[i].ev.status == STATUS_UNCHANGED))
			continue;
		rc = ask_about(&p, &jz[i]);
	}
	if (rc == 0)
		rc = ask_all(&p);
	vec_free(&p.question);
	vec_free(&p.parent);
	return rc;
}
