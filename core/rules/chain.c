#include "chain.h"

#include "../base/when.h"
#include "parent.h"

#define PROPAGATION 3600 /* without a policy */

struct finding *
chain_report(const struct evidence *ev, const struct evidence_chain *c,
    const char *id, struct findings *fs, const char *message)
{
	const struct evidence_zone *ez = &ev->zone[c->zone];
	uint16_t type = ez->new == c->new ? RRTYPE_DNSKEY : RRTYPE_DS;
	const struct zone_rrset *set = NULL;
	struct finding *f;

	if (ez->new != NULL)
		set = zone_find_rrset(ez->new, c->apex, type);
	f = rule_report_pair(fs, ez, id, set == NULL ? NULL : ez->new,
	    set == NULL ? NULL : rule_first(ez->new, set), "%s", message);
	f->name = findings_text(fs, "%s", c->apex_text);
	return f;
}

struct continuity_when
chain_when(const struct evidence *ev, const struct evidence_chain *c)
{
	struct continuity_when w = {.now = ev->now, .propagation = PROPAGATION};

	if (c->entry != NULL)
		w.propagation = c->entry->dnssec.propagation;
	return w;
}

const struct evidence_chain *
chain_of(const struct evidence *ev, const struct evidence_zone *ez)
{
	size_t i;

	for (i = 0; i < ev->nchains; i++)
		if (&ev->zone[ev->chain[i].zone] == ez &&
		    ev->chain[i].new == ez->new)
			return &ev->chain[i];
	return NULL;
}

const char *
chain_time(struct findings *fs, int64_t t)
{
	char text[WHEN_TEXT];

	return findings_text(fs, "%s", when_text(text, t));
}

const char *
chain_left(struct findings *fs, const struct evidence_chain *c, uint32_t i,
    const char *what, uint32_t ttl)
{
	const struct continuity_state *next = &c->state[i > 1 ? i - 1 : 1];

	if (i <= 1)
		return findings_text(fs,
		    "%s is published now, and caches keep it for %u seconds",
		    what, ttl);
	if (c->state[i].by_policy)
		return findings_text(fs,
		    "%s may have been another until the policy changed at %s, "
		    "and caches keep it for %u seconds",
		    what, chain_time(fs, c->state[i].until), ttl);
	return findings_text(fs,
	    "%s was replaced by commit %s of %s, and caches keep it for %u "
	    "seconds",
	    what, next->commit == NULL ? "?" : next->commit,
	    chain_time(fs, next->since), ttl);
}
