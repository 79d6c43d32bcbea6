/* What ends soon: while there is time, it is a reminder; later an outage. */
#include <string.h>

#include "../base/when.h"
#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../live/message.h"
#include "watch_cmd_look.h"

/* RRSIG RDATA (RFC 4034 §3.1): type, …, expiration at 8, inception at 12. */
enum { RRSIG_EXPIRATION = 8, RRSIG_HEADER = 18 };

static uint32_t
word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* The point in time that 32 bits mean, near NOW (RFC 4034 §3.1.5). */
static int64_t
expand(uint32_t t, int64_t now)
{
	return now + (int32_t)(t - (uint32_t)now);
}

/* "ends at …" or "ended at …": severity by which. False: it is far. */
static bool
is_near(const struct watch_eye *w, int64_t end)
{
	return end - w->now <= w->horizon;
}

static enum severity
severity_of(const struct watch_eye *w, int64_t end)
{
	return end <= w->now ? SEVERITY_ERROR : SEVERITY_WARNING;
}

/* ---- signatures in files ------------------------------------------------- */

static void
signatures_of_zone(struct watch_eye *w, const struct judged_zone *jz)
{
	const struct zone *z = jz->ev.new;
	char when[WHEN_TEXT];
	struct finding *f;
	int64_t first = INT64_MAX, t;
	uint32_t i;

	if (z == NULL || jz->ev.mode != POLICY_DNSSEC_PRESIGNED)
		return;
	for (i = 0; i < z->nrrs; i++) {
		if (z->rr[i].type != RRTYPE_RRSIG ||
		    z->rr[i].rdlen < RRSIG_HEADER)
			continue;
		t = expand(word(zone_rr_data(z, &z->rr[i]) + RRSIG_EXPIRATION),
		    w->now);
		first = t < first ? t : first;
	}
	if (first == INT64_MAX || !is_near(w, first))
		return;
	f = watch_report(w, "signatures-end", severity_of(w, first),
	    "the signatures in %s end: the first at %s", jz->ev.file,
	    when_text(when, first));
	f->zone = f->name = jz->ev.apex_text;
	f->view = jz->ev.view[0] != '\0' ? jz->ev.view : NULL;
	f->help = "sign the zone again, and see why that did not happen by "
		  "itself";
}

/* ---- signatures as served -------------------------------------------------
 */

/* The first end of a signature over the SOA in the answer; 0: none there. */
static int64_t
served_end(
    const struct watch_eye *w, const struct message *m, const uint8_t *apex)
{
	const struct message_rr *rr = NULL;
	int64_t first = 0, t;

	while ((rr = message_next(m, MESSAGE_ANSWER, apex, RRTYPE_RRSIG, rr)) !=
	       NULL) {
		if (rr->rdlen < RRSIG_HEADER ||
		    (rr->rdata[0] << 8 | rr->rdata[1]) != RRTYPE_SOA)
			continue;
		t = expand(word(rr->rdata + RRSIG_EXPIRATION), w->now);
		if (first == 0 || t < first)
			first = t;
	}
	return first;
}

static int
judge_served(struct watch_eye *w, const struct probe_serial *s,
    const struct live_reply *a, struct error *e)
{
	const struct probe_server *v = &w->probe->server[s->server];
	char when[WHEN_TEXT];
	struct message m;
	struct finding *f;
	int64_t end;
	int rc;

	/* That it does not answer is what the probe has told already. */
	if (a->outcome != LIVE_ANSWERED && a->outcome != LIVE_TRUNCATED)
		return 0;
	rc = message_parse(&m, a->message, a->len, w->j.arena, e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if ((end = served_end(w, &m, s->apex)) == 0 || !is_near(w, end))
		return 0;
	f = watch_report(w, "signatures-end", severity_of(w, end),
	    "the signatures of %s that %s (%s) serves end: that of the SOA at "
	    "%s",
	    rule_name(&w->r.fs, s->apex), v->name,
	    v->address == NULL ? "-" : v->address, when_text(when, end));
	f->zone = f->name = rule_name(&w->r.fs, s->apex);
	f->view = s->view[0] != '\0' ? s->view : NULL;
	f->help = "sign the zone again, and see whether that server gets it";
	return 0;
}

static int
signatures_served(struct watch_eye *w, struct error *e)
{
	const struct probe_serial *s = w->probe->serial;
	size_t i, n = w->probe->nserials;
	struct live_question *q = arena_calloc(w->j.arena, n + 1, sizeof(*q));
	struct live_reply *a = arena_calloc(w->j.arena, n + 1, sizeof(*a));

	if (q == NULL || a == NULL)
		return error_memory(e);
	for (i = 0; i < n; i++) {
		const struct probe_server *v = &w->probe->server[s[i].server];

		/* A server without address answers: not to be asked. */
		q[i].at = v->at;
		q[i].transport = LIVE_ANY;
		q[i].name = s[i].apex;
		q[i].type = RRTYPE_SOA;
		q[i].recurse = q[i].check_disabled = v->resolver;
		q[i].tsig = v->tsig;
	}
	if (n == 0)
		return 0;
	if (live_keeper_ask(w->keeper, q, a, n, w->j.arena, e) != 0)
		return -1;
	for (i = 0; i < n; i++)
		if (judge_served(w, &s[i], &a[i], e) != 0)
			return -1;
	return 0;
}

/* ---- certificates and waivers ---------------------------------------------
 */

static void
certificate(struct watch_eye *w, const struct evidence_target *t)
{
	char when[WHEN_TEXT];
	struct finding *f;

	/* Those that have ended, live-target-identity tells. */
	if (t->result.identity != TARGET_PROVEN || t->result.expires == 0 ||
	    !is_near(w, t->result.expires))
		return;
	f = watch_report(w, "certificate-ends",
	    severity_of(w, t->result.expires),
	    "the certificate of %s at %s ends: at %s",
	    rule_name(&w->r.fs, t->protect->name),
	    rule_address(&w->r.fs, t->addr, t->len),
	    when_text(when, t->result.expires));
	f->name = rule_name(&w->r.fs, t->protect->name);
	f->view = t->view;
	f->help = "renew it, and see why that did not happen by itself";
}

static void
waiver(struct watch_eye *w, const struct policy_waiver *v)
{
	struct finding *f;

	if (!is_near(w, v->until_time))
		return;
	f = watch_report(w, "waiver-ends", SEVERITY_WARNING,
	    "the waiver of %s for %s by %s ends: after %s", v->rule,
	    v->zone == NULL ? "every zone" : rule_name(&w->r.fs, v->zone),
	    v->owner == NULL ? "nobody" : v->owner,
	    v->until == NULL ? "?" : v->until);
	f->zone = v->zone == NULL ? NULL : rule_name(&w->r.fs, v->zone);
	f->name = v->name == NULL ? NULL : rule_name(&w->r.fs, v->name);
	f->view = v->view;
	f->help = "mend what it covers, or have the policy's owner extend it: "
		  "the rule blocks again after that day";
}

int
watch_ends(struct watch_eye *w, struct error *e)
{
	const struct judged_zone *jz = w->r.zones.item;
	const struct evidence_target *t = w->r.targets.item;
	const struct policy *p = w->t.policy;
	size_t i;

	for (i = 0; i < w->r.zones.n; i++)
		signatures_of_zone(w, &jz[i]);
	for (i = 0; i < w->r.targets.n; i++)
		certificate(w, &t[i]);
	for (i = 0; i < p->nwaivers; i++)
		waiver(w, &p->waiver[i]);
	return signatures_served(w, e);
}
