#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "resolve.h"

#define TEXT_RECORDS 8 /* shown of one RRset */

const char *
resolve_outcome_text(enum resolve_outcome outcome)
{
	static const char *const text[] = {
	    [RESOLVE_ANSWER] = "answer",
	    [RESOLVE_NODATA] = "nodata",
	    [RESOLVE_NXDOMAIN] = "nxdomain",
	    [RESOLVE_REFERRAL] = "referral",
	    [RESOLVE_LOOP] = "loop",
	    [RESOLVE_LEAVES_REPO] = "leaves-repo",
	};

	return text[outcome];
}

const struct resolve_step *
resolve_cut(const struct resolve_answer *a)
{
	if (a->outcome != RESOLVE_REFERRAL || a->nsteps == 0)
		return NULL;
	return &a->step[a->nsteps - 1];
}

static bool
same_cut(const struct resolve_step *a, const struct resolve_step *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return name_equal(a->zone->owner[a->rrset->owner].name,
		   b->zone->owner[b->rrset->owner].name) &&
	       zone_rrset_same(a->zone, a->rrset, b->zone, b->rrset);
}

bool
resolve_same_data(
    const struct resolve_answer *a, const struct resolve_answer *b)
{
	if (a->outcome != b->outcome || !name_equal(a->final, b->final))
		return false;
	if (a->rrset != NULL && b->rrset != NULL &&
	    !zone_rrset_same(a->zone, a->rrset, b->zone, b->rrset))
		return false;
	return same_cut(resolve_cut(a), resolve_cut(b));
}

bool
resolve_same(const struct resolve_answer *a, const struct resolve_answer *b)
{
	return a->ttl == b->ttl && resolve_same_data(a, b);
}

static void
rrset_text(const struct zone *z, const struct zone_rrset *s, struct text *out)
{
	char type[RRTYPE_MAX_TEXT];
	const struct zone_rr *rr;
	uint32_t i;

	text_printf(out, " %s", rrtype_to_text(type, s->type));
	for (i = 0; i < s->count && i < TEXT_RECORDS; i++) {
		rr = &z->rr[s->rr + i];
		text_str(out, i == 0 ? " " : ", ");
		rdata_to_text(out, rr->type, zone_rr_data(z, rr), rr->rdlen);
	}
	if (s->count > TEXT_RECORDS)
		text_printf(out, ", … %u more", s->count - TEXT_RECORDS);
}

static void
name_text(const uint8_t *name, struct text *out)
{
	char buf[NAME_MAX_TEXT];

	text_add(out, buf, name_to_text(buf, name));
}

void
resolve_chain_text(const struct resolve_answer *a, struct text *out)
{
	const struct resolve_step *s;
	size_t i;

	name_text(a->qname, out);
	for (i = 0; i < a->nsteps; i++) {
		s = &a->step[i];
		switch (s->kind) {
		case RESOLVE_STEP_CNAME:
		case RESOLVE_STEP_DNAME:
			text_str(out, s->kind == RESOLVE_STEP_CNAME
					  ? " CNAME "
					  : " DNAME ");
			name_text(
			    i + 1 < a->nsteps ? s[1].name : a->final, out);
			break;
		case RESOLVE_STEP_CUT:
		case RESOLVE_STEP_RRSET:
			rrset_text(s->zone, s->rrset, out);
			break;
		case RESOLVE_STEP_WILDCARD:
			text_str(out, " (wildcard)");
			break;
		case RESOLVE_STEP_FALLBACK:
			text_printf(out, " (view %s)", s->view);
			break;
		case RESOLVE_STEP_ZONE:
		case RESOLVE_STEP_DESCEND:
			break;
		}
	}
	if (a->outcome != RESOLVE_ANSWER)
		text_printf(out, " (%s)", resolve_outcome_text(a->outcome));
}
