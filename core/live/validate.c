#include "validate.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "denial.h"

enum { NXDOMAIN = 3 };

struct walk {
	const struct validate_args *a;
	struct validated *out;
	struct trust_check check;
	uint8_t name[NAME_MAX_LEN];
	bool done;
};

/* Worse parts decide; the first of them says why. */
static void
note(struct walk *w, enum trust_state state, const char *why)
{
	static const int rank[] = {
	    [TRUST_SECURE] = 0,
	    [TRUST_INSECURE] = 1,
	    [TRUST_UNCHECKED] = 2,
	    [TRUST_BOGUS] = 3,
	};

	if (rank[state] > rank[w->out->state]) {
		w->out->state = state;
		w->out->why = why;
	}
}

/* The zone with the longest apex at or above NAME. */
static const struct trust *
zone_of(const struct validate_args *a, const uint8_t *name)
{
	const struct trust *best = NULL;
	unsigned labels, most = 0;
	size_t i;

	for (i = 0; i < a->nzones; i++) {
		labels = name_labels(a->zone[i].apex);
		if (name_is_under(name, a->zone[i].apex) &&
		    (best == NULL || labels > most)) {
			best = &a->zone[i];
			most = labels;
		}
	}
	return best;
}

/* Was the RRset at NAME, signed with LABELS, made from a wildcard that had to
 * be used? */
static int
check_wildcard(struct walk *w, const uint8_t *name, unsigned labels)
{
	unsigned have = name_labels(name);
	struct denial d;
	int rc;

	if (labels >= have - name_is_wildcard(name))
		return 0;
	if (denial_collect(&d, &w->check) != 0 ||
	    (rc = denial_wildcard(&d, name, name_skip(name, have - labels))) <
		0)
		return -1;
	if (rc != TRUST_SECURE)
		note(w, (enum trust_state)rc, d.why);
	return 0;
}

/* The RRset of TYPE at OWNER in the answer, in a zone with keys. */
static int
check_rrset(struct walk *w, const uint8_t *owner, uint16_t type)
{
	unsigned labels = 0;
	int rc;

	if (w->check.trust->state != TRUST_SECURE)
		return 0;
	rc = trust_rrset(&w->check, MESSAGE_ANSWER, owner, type, &labels);
	if (rc < 0)
		return -1;
	if (rc == TRUST_BOGUS) {
		note(w, TRUST_BOGUS, w->check.why);
		return 0;
	}
	return check_wildcard(w, owner, labels);
}

/* Nothing for the name: it must be proven. */
static int
check_negative(struct walk *w)
{
	struct denial d;
	int rc;

	w->done = true;
	if (w->check.trust->state != TRUST_SECURE)
		return 0;
	if (denial_collect(&d, &w->check) != 0)
		return -1;
	rc = w->a->m->rcode == NXDOMAIN
		 ? denial_nxdomain(&d, w->name)
		 : denial_nodata(&d, w->name, w->a->type);
	if (rc < 0)
		return -1;
	if (rc != TRUST_SECURE)
		note(w, (enum trust_state)rc, d.why);
	return 0;
}

/* A DNAME above the name, or NULL. */
static const struct message_rr *
find_dname(const struct walk *w)
{
	const struct message_rr *rr;
	size_t i;

	for (i = 0; i < w->a->m->n; i++) {
		rr = &w->a->m->rr[i];
		if (rr->section == MESSAGE_ANSWER && rr->type == RRTYPE_DNAME &&
		    !name_equal(rr->owner, w->name) &&
		    name_is_under(w->name, rr->owner) &&
		    name_is_under(rr->owner, w->check.trust->apex))
			return rr;
	}
	return NULL;
}

static int
follow_dname(struct walk *w, const struct message_rr *rr)
{
	uint8_t next[NAME_MAX_LEN];
	size_t len;

	if (check_rrset(w, rr->owner, RRTYPE_DNAME) != 0)
		return -1;
	len = name_substitute(next, w->name, rr->owner, rr->rdata);
	if (len == 0)
		w->done = true;
	else
		memcpy(w->name, next, len);
	return 0;
}

/* One name of the chain. 0, or -1 without memory. */
static int
step(struct walk *w)
{
	const struct validate_args *a = w->a;
	const struct message_rr *rr;

	if (message_next(a->m, MESSAGE_ANSWER, w->name, a->type, NULL) !=
	    NULL) {
		w->done = true;
		return check_rrset(w, w->name, a->type);
	}
	if ((rr = find_dname(w)) != NULL)
		return follow_dname(w, rr);
	rr = message_next(a->m, MESSAGE_ANSWER, w->name, RRTYPE_CNAME, NULL);
	if (rr == NULL)
		return check_negative(w);
	if (check_rrset(w, w->name, RRTYPE_CNAME) != 0)
		return -1;
	memcpy(w->name, rr->rdata, name_len(rr->rdata));
	name_lower(w->name);
	return 0;
}

int
validate_answer(
    struct validated *out, const struct validate_args *a, struct error *e)
{
	struct walk w = {.a = a, .out = out};
	const struct trust *zone, *last = NULL;
	unsigned n;

	memset(out, 0, sizeof(*out));
	out->state = TRUST_SECURE;
	memcpy(w.name, a->name, name_len(a->name));
	for (n = 0; !w.done && n <= VALIDATE_ALIASES_MAX; n++) {
		zone = zone_of(a, w.name);
		if (zone == NULL ||
		    (a->authority != NULL && n > 0 &&
			!name_equal(zone->apex, a->authority))) {
			out->outside = true;
			break;
		}
		if (zone != last)
			trust_begin(&w.check, zone, a->m, a->now);
		last = zone;
		note(&w, zone->state, zone->why);
		if (step(&w) != 0)
			return error_memory(e);
	}
	if (!w.done && !out->outside)
		note(&w, TRUST_BOGUS, "its aliases have no end");
	if (out->outside && n == 0)
		note(&w, TRUST_UNCHECKED, "it is in no zone that is known");
	return 0;
}
