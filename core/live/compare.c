#include "compare.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"

enum {
	NXDOMAIN = 3,
	SERIAL = 4, /* octets */
	SHOWN_MAX = 4,
	SHOWN_BYTES = 160,
};

struct compare {
	const struct compare_args *a;
	struct arena *arena;
	const char *why;
	bool memory;
};

static int
differs(struct compare *c, const char *why)
{
	c->why = why;
	if (why == NULL)
		c->memory = true;
	return COMPARE_DIFFERS;
}

/* ---- RRsets -------------------------------------------------------------- */

/* Offset of the serial in SOA RDATA, or LEN. */
static size_t
serial_at(const uint8_t *p, size_t len)
{
	size_t n = name_check(p, len), m;

	if (n == 0 || (m = name_check(p + n, len - n)) == 0 ||
	    len - n - m < SERIAL)
		return len;
	return n + m;
}

static bool
same_rdata(
    uint16_t type, const uint8_t *a, size_t alen, const uint8_t *b, size_t blen)
{
	size_t at = alen;

	if (alen != blen)
		return false;
	if (type == RRTYPE_SOA)
		at = serial_at(a, alen);
	if (at == alen)
		return memcmp(a, b, alen) == 0;
	return memcmp(a, b, at) == 0 && memcmp(a + at + SERIAL, b + at + SERIAL,
					    alen - at - SERIAL) == 0;
}

static void
show(struct text *t, uint16_t type, size_t i, size_t n, const uint8_t *rdata,
    size_t len)
{
	size_t from = t->len;

	if (i > SHOWN_MAX)
		return;
	if (i == SHOWN_MAX) {
		text_printf(t, " and %zu more", n - i);
		return;
	}
	text_str(t, i == 0 ? "" : ", ");
	rdata_to_text(t, type, rdata, len);
	if (!text_lost(t) && t->len - from > SHOWN_BYTES) {
		t->len = from + SHOWN_BYTES;
		t->data[t->len] = '\0';
		text_str(t, "...");
	}
}

/* "203.0.113.7, not 192.0.2.1". */
static const char *
other(struct compare *c, const struct message_set *got, const struct zone *z,
    const struct zone_rrset *want)
{
	struct text t = TEXT_INIT;
	const struct zone_rr *rr;
	const char *out = NULL;
	size_t i;

	text_str(&t, "it answers ");
	for (i = 0; i < got->n; i++)
		show(&t, want->type, i, got->n, got->rr[i]->rdata,
		    got->rr[i]->rdlen);
	if (got->n == 0)
		text_str(&t, "nothing");
	text_str(&t, ", judged was ");
	for (i = 0; i < want->count; i++) {
		rr = &z->rr[want->rr + i];
		show(&t, want->type, i, want->count, zone_rr_data(z, rr),
		    rr->rdlen);
	}
	if (!text_lost(&t))
		out = arena_strdup(c->arena, t.data);
	text_free(&t);
	return out;
}

static int
compare_rrset(struct compare *c, const uint8_t *name, const struct zone *z,
    const struct zone_rrset *want)
{
	const struct zone_rr *rr = &z->rr[want->rr];
	struct message_set got;
	uint32_t i;

	message_set(&got, c->a->m, MESSAGE_ANSWER, name, want->type);
	if (got.n != want->count)
		return differs(c, other(c, &got, z, want));
	for (i = 0; i < want->count; i++)
		if (!same_rdata(want->type, got.rr[i]->rdata, got.rr[i]->rdlen,
			zone_rr_data(z, &rr[i]), rr[i].rdlen))
			return differs(c, other(c, &got, z, want));
	if (c->a->authority != NULL && got.rr[0]->ttl != want->ttl)
		return differs(
		    c, arena_printf(c->arena, "its TTL is %lu, judged was %lu",
			   (unsigned long)got.rr[0]->ttl,
			   (unsigned long)want->ttl));
	return COMPARE_SAME;
}

/* ---- the chain ----------------------------------------------------------- */

static int
compare_negative(struct compare *c)
{
	const struct resolve_answer *x = c->a->expected;
	const struct message *m = c->a->m;
	bool nxdomain = m->rcode == NXDOMAIN;
	struct message_set got;

	message_set(&got, m, MESSAGE_ANSWER, x->final, x->qtype);
	if (got.n > 0 || got.too_many)
		return differs(
		    c, "it has records that the judged zone does not have");
	if (message_next(m, MESSAGE_ANSWER, x->final, RRTYPE_CNAME, NULL) !=
	    NULL)
		return differs(
		    c, "it has an alias that the judged zone does not have");
	if (nxdomain != (x->outcome == RESOLVE_NXDOMAIN))
		return differs(
		    c, nxdomain ? "it says that the name does not exist"
				: "it says that a name exists that does not");
	return COMPARE_SAME;
}

static int
compare_end(struct compare *c)
{
	switch (c->a->expected->outcome) {
	case RESOLVE_ANSWER:
		return COMPARE_SAME; /* its RRset was a step */
	case RESOLVE_NODATA:
	case RESOLVE_NXDOMAIN:
		return compare_negative(c);
	case RESOLVE_LEAVES_REPO:
		/* All that is here is the same; the rest is not ours. */
		if (c->a->expected->nsteps > 1)
			return COMPARE_SAME;
		break;
	case RESOLVE_REFERRAL:
	case RESOLVE_LOOP:
		break;
	}
	c->why = "the judged zones do not say what the answer is";
	return COMPARE_UNKNOWN;
}

static bool
holds_records(enum resolve_step_kind kind)
{
	return kind == RESOLVE_STEP_CNAME || kind == RESOLVE_STEP_DNAME ||
	       kind == RESOLVE_STEP_RRSET;
}

int
compare_answer(enum compare_result *out, const char **why,
    const struct compare_args *a, struct arena *arena, struct error *e)
{
	struct compare c = {.a = a, .arena = arena};
	const struct resolve_step *s;
	const uint8_t *name;
	bool begun = false, elsewhere = false;
	int rc = COMPARE_SAME;
	size_t i;

	for (i = 0; rc == COMPARE_SAME && i < a->expected->nsteps; i++) {
		s = &a->expected->step[i];
		/* What other zones say, another server may have to tell. */
		if (begun && a->authority != NULL && s->zone != NULL &&
		    s->zone != a->authority) {
			elsewhere = true;
			break;
		}
		if (s->rrset == NULL || !holds_records(s->kind))
			continue;
		begun = true;
		name = s->kind == RESOLVE_STEP_DNAME
			   ? s->zone->owner[s->rrset->owner].name
			   : s->name;
		rc = compare_rrset(&c, name, s->zone, s->rrset);
	}
	if (rc == COMPARE_SAME && !elsewhere)
		rc = compare_end(&c);
	*out = (enum compare_result)rc;
	*why = c.why;
	return c.memory ? error_memory(e) : 0;
}
