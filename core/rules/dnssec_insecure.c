/* dnssec-going-insecure: protection is taken away while somebody counts on it.
 */
#include "chain.h"
#include "parent.h"
#include "table.h"

static const char id[] = "dnssec-going-insecure";

static bool
holds(const struct zone *zone, uint16_t type)
{
	return zone_find_rrset(zone, zone->apex, type) != NULL;
}

static bool
is_signed(const struct zone *zone)
{
	return holds(zone, RRTYPE_DNSKEY) && holds(zone, RRTYPE_RRSIG);
}

static struct finding *
tell(struct findings *fs, const struct evidence_zone *ez, const char *message)
{
	struct finding *f;

	f = rule_report_pair(fs, ez, id, NULL, NULL, "%s", message);
	f->help = "have the parent's DS removed first and wait for its TTL; "
		  "then go on, under a waiver with an end date";
	return f;
}

/* The DS is gone: from the caches, too? */
static void
check_ds_cached(const struct evidence *ev, const struct evidence_zone *ez,
    const char *gone, struct findings *fs)
{
	const struct evidence_chain *c = chain_of(ev, ez);
	struct continuity_conflict x[CONTINUITY_KINDS];
	struct continuity_when when;
	struct finding *f;
	size_t i, n;

	if (c == NULL)
		return;
	when = chain_when(ev, c);
	n = continuity_find(c->state, c->nstates, c->apex, &when, x);
	for (i = 0; i < n; i++) {
		if (x[i].kind != CONTINUITY_DS_OLD || x[i].state <= 1)
			continue;
		f = tell(fs, ez,
		    findings_text(fs,
			"the %s of %s are removed while caches may have its DS",
			gone, ez->apex_text));
		f->expected = findings_text(
		    fs, "not before %s", chain_time(fs, x[i].safe));
		f->help = findings_text(fs, "wait until %s: %s",
		    chain_time(fs, x[i].safe),
		    chain_left(fs, c, x[i].state, "the DS", x[i].ttl));
	}
}

/*
 * The zone was committed signed and no longer is, whatever mode the policy
 * gives it now. What does the parent say? Where nobody knows, the DS may well
 * be there.
 */
static void
check_keys_removed(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct zone *before, *after;
	const struct zone_rrset *ds, *was;
	const char *gone;
	struct finding *f;

	if (!is_signed(ez->old) || is_signed(ez->new))
		return;
	gone = holds(ez->new, RRTYPE_DNSKEY) ? "signatures" : "keys";
	if (ez->entry != NULL && ez->entry->dnssec.nparent_ds != 0) {
		f = tell(fs, ez,
		    findings_text(fs,
			"the %s of %s are removed, and its parent has a DS",
			gone, ez->apex_text));
		f->authority = rule_authority(
		    fs, ev->policy, ez->entry->line, NULL);
		return;
	}
	before = parent_zone(ev->old, ez->view, ez->apex);
	after = parent_zone(ev->new, ez->view, ez->apex);
	ds = parent_ds(after, ez->apex);
	was = parent_ds(before, ez->apex);
	if (ds != NULL)
		tell(fs, ez,
		    findings_text(fs,
			"the %s of %s are removed, and its parent still has a "
			"DS",
			gone, ez->apex_text));
	else if (was != NULL)
		tell(fs, ez,
		    findings_text(fs,
			"the %s of %s are removed together with its DS, which "
			"caches keep for %u seconds",
			gone, ez->apex_text, was->ttl));
	else if (after == NULL)
		tell(fs, ez,
		    findings_text(fs,
			"the %s of %s are removed, and nothing here says that "
			"its parent has no DS",
			gone, ez->apex_text));
	else
		check_ds_cached(ev, ez, gone, fs);
}

/* A child of this repository that nobody signs has nothing to lose. */
static bool
is_unsigned_child(const struct evidence *ev, const struct evidence_zone *ez,
    const uint8_t *name)
{
	const struct zone *child;
	struct policy_match m;
	struct error e;
	uint32_t i;

	i = ev->new == NULL ? ZONE_NONE : zoneset_find(ev->new, ez->view, name);
	if (i == ZONE_NONE)
		return false;
	child = zoneset_zone(ev->new, i, NULL, &e);
	return child != NULL && !child->broken &&
	       !holds(child, RRTYPE_DNSKEY) &&
	       policy_match_path(
		   ev->policy, zoneset_entry(ev->new, i)->path, &m, &e) == 1 &&
	       m.entry->dnssec.mode == POLICY_DNSSEC_UNSIGNED;
}

/* A delegation that stays and loses its DS. */
static void
check_ds_removed(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct diff_change *c;
	const struct zone_rrset *ns;
	struct finding *f;
	size_t i;

	for (i = 0; ez->diff != NULL && i < ez->diff->n; i++) {
		c = &ez->diff->change[i];
		if (c->type != RRTYPE_DS || c->kind != DIFF_REMOVED ||
		    name_equal(c->name, ez->apex) ||
		    !zone_is_authoritative(ez->old, c->old))
			continue;
		ns = zone_find_rrset(ez->new, c->name, RRTYPE_NS);
		if (ns == NULL || is_unsigned_child(ev, ez, c->name))
			continue;
		f = rule_report_pair(fs, ez, id, ez->new,
		    rule_first(ez->new, ns),
		    "the delegation of %s loses its DS: its answers are no "
		    "longer protected",
		    rule_name(fs, c->name));
		f->type = "DS";
		f->help = "keep the DS; where the child is to become "
			  "unsigned, have a waiver say so";
	}
}

static void
check_insecure(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	if (ez->old == NULL || ez->new == NULL || ez->old->broken ||
	    ez->new->broken)
		return; /* zone-removed, syntax-error */
	check_keys_removed(ev, ez, fs);
	check_ds_removed(ev, ez, fs);
}

const struct rule rule_dnssec_going_insecure = {
    .id = id,
    .title = "keys are removed while the parent has a DS",
    .severity = SEVERITY_ERROR,
    .what = "A zone that was committed signed loses its keys or signatures "
	    "while a DS at the parent is still there, or still in caches, or "
	    "while nothing in the repository and the policy says that it is "
	    "gone. Or a delegation that stays loses its DS, unless the policy "
	    "leaves the child unsigned.",
    .why = "Validating resolvers reject every answer until the DS is gone from "
	   "all caches: Slack was away for a day in 2021. And a DS that "
	   "disappears takes the protection of the whole child away, without "
	   "anything failing.",
    .bad = "; DNSKEY and RRSIG removed; example.com. DS still at the parent\n",
    .good = "; DS removed, its TTL waited for, then the keys removed\n",
    .fix = "Remove the DS first and wait for its TTL. Each of these steps "
	   "takes protection away and is meant to need a waiver.",
    .pair = check_insecure,
};
