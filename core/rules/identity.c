/* Names that machines send credentials to; answers that change unasked. */
#include "identity.h"

#include "table.h"

const struct resolve_answer *
identity_ask(const struct group *g, bool old, const uint8_t *name,
    uint16_t type, bool *failed)
{
	struct zoneset *set = old ? g->ev->old : g->ev->new;
	struct resolve_answer *a;
	struct error e;

	*failed = false;
	if (set == NULL)
		return NULL;
	if (resolve(&a, set, g->ev->policy, g->answer->view, name, type,
		g->fs->arena, &e) != 0) {
		*failed = true;
		return NULL;
	}
	return a;
}

bool
identity_is_service(const uint8_t *name)
{
	for (; !name_is_root(name); name = name_parent(name))
		if (name[1] == '_')
			return true;
	return false;
}

struct finding *
identity_report(const struct group *g, const char *id, const uint8_t *name,
    uint16_t type, const struct resolve_answer *a, const char *message)
{
	const struct zone *zone = NULL;
	const struct zone_rr *rr = NULL;
	struct finding *f;
	size_t i;

	for (i = a == NULL ? 0 : a->nsteps; i-- > 0 && rr == NULL;) {
		if (a->step[i].zone == NULL || a->step[i].rrset == NULL)
			continue;
		zone = a->step[i].zone;
		rr = rule_first(zone, a->step[i].rrset);
	}
	f = group_report(g, g->answer, id, zone, rr, "%s", message);
	f->name = rule_name(g->fs, name);
	f->type = rule_type(g->fs, type);
	return f;
}

const struct rule rule_answer_collateral = {
    .id = "answer-collateral",
    .title = "a name that nobody edited answers differently",
    .severity = SEVERITY_WARNING,
    .what = "The effective answer of a name changes although no record of the "
	    "name was edited: through a new delegation, an empty non-terminal, "
	    "a DNAME, a wildcard, an alias's target, or a zone that was added "
	    "or removed.",
    .why = "The diff shows one line; the effect is elsewhere. These are the "
	   "changes that reviewers cannot see.",
    .bad = "_acme-challenge.shop  TXT  \"...\"  ; shop no longer answers\n",
    .good = "shop                  A    192.0.2.10\n"
	    "_acme-challenge.shop  TXT  \"...\"\n",
    .fix = "Look at the answers before and after. If the change is not meant, "
	   "give the name records of its own.",
};
