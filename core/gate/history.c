/*
 * Signed zones whose keys, signers or DS change: what they are now, and what
 * was published before and may still be in caches. Older versions are read from
 * the base side of the history only.
 */
#include "../source/history.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dns/name.h"
#include "../rules/parent.h"
#include "history.h"
#include "trust.h"

/* ---- one version -------------------------------------------------------- */

static bool
has(const struct zone *z, uint16_t type)
{
	return z != NULL && !z->broken &&
	       zone_find_rrset(z, z->apex, type) != NULL;
}

/* The DS of one source into S; 1 when it says what the parent has. */
static int
take_ds(struct continuity_state *s, const struct ds_source *from, uint32_t ttl,
    struct arena *a)
{
	struct ds_record ds;
	size_t i, n = ds_count(from);

	for (i = 0; i < n && i < PARENT_DS_MAX; i++) {
		ds_read(from, i, &ds);
		if (continuity_add_ds(s, ds.rdata, ds.len, ttl, a) != 0)
			return -1;
	}
	if (n > PARENT_DS_MAX)
		s->overflow = true;
	return n != 0;
}

int
history_state(struct continuity_state *s, const struct zone *zone,
    struct zoneset *set, const char *view, const struct policy_zone *entry,
    struct arena *a)
{
	struct ds_source parent = {.zone = parent_zone(set, view, zone->apex)};
	struct ds_source policy = {.entry = entry};
	int rc = 0;

	if (continuity_read(s, zone, a) != 0)
		return -1;
	parent.set = parent_ds(parent.zone, zone->apex);
	if (parent.set != NULL)
		rc = take_ds(s, &parent, parent.set->ttl, a);
	/* A parent that delegates the zone and has no DS says so. */
	else if (parent.zone != NULL)
		rc = zone_find_rrset(parent.zone, zone->apex, RRTYPE_NS) !=
		     NULL;
	if (rc < 0)
		return -1;
	s->ds_known = rc == 1;
	if (entry != NULL && entry->dnssec.nparent_ds != 0) {
		if (take_ds(s, &policy, entry->dnssec.ds_ttl, a) < 0)
			return -1;
		s->ds_known = true;
	}
	return 0;
}

/* ---- a policy whose history is not here ---------------------------------- */

int64_t
history_policy_time(const struct trust *t, const struct gate_options *o)
{
	struct history_point p = {.time = INT64_MAX};
	struct history *h = NULL;
	struct error ignored;
	struct stat st;

	if (t->from_repository || !o->hook || o->at != 0)
		return 0;
	if (t->rev != NULL && t->repo != NULL) {
		if (history_open(&h, t->repo, t->ref, t->rev, &ignored) == 0 &&
		    history_next(h, &p, &ignored) == 1 && !p.exact)
			p.time += HISTORY_DATE_SLACK;
		history_free(h);
		return p.time;
	}
	return stat(t->policy->source, &st) == 0 ? st.st_mtime : INT64_MAX;
}

static bool
stays(const struct continuity_state *new, const struct continuity_key *k)
{
	const struct continuity_key *same = continuity_key_find(
	    new, k->rdata, k->rdlen);

	return same != NULL && same->signs_keys;
}

/*
 * Until its policy changed last, the parent may have had a DS for each key that
 * now leaves and no other: one more state before all others.
 */
static int
add_policy_state(struct judge_run *r, struct evidence_chain *c)
{
	const struct judge_pair *pair = r->pair;
	const struct continuity_key *k;
	struct continuity_state *s, *x;
	uint32_t i;

	if (pair->policy_time == 0 || c->entry == NULL ||
	    c->entry->dnssec.nparent_ds == 0)
		return 0;
	s = arena_calloc(r->j->arena, c->nstates + 1, sizeof(*s));
	if (s == NULL)
		return -1;
	memcpy(s, c->state, c->nstates * sizeof(*s));
	x = &s[c->nstates];
	*x = s[1];
	x->nds = 0;
	x->ds_ttl = c->entry->dnssec.ds_ttl;
	x->by_policy = true;
	x->until = pair->policy_time < pair->now ? pair->policy_time
						 : pair->now;
	for (i = 0; i < s[1].nkeys; i++) {
		k = &s[1].key[i];
		if (k->signs_keys && (k->flags & 1) != 0 && !stays(&s[0], k) &&
		    x->nds < CONTINUITY_LINKS_MAX)
			x->ds[x->nds++] = (struct continuity_link){
			    k->rdata, k->rdlen, true};
	}
	if (x->nds == 0)
		return 0;
	c->state = s;
	c->nstates++;
	return 0;
}

/* ---- which zones -------------------------------------------------------- */

/* Was it, or is it, signed by somebody else than this gate? */
static bool
is_committed_signed(const struct zone *old, enum policy_dnssec_mode mode)
{
	return mode == POLICY_DNSSEC_PRESIGNED ||
	       (has(old, RRTYPE_DNSKEY) && has(old, RRTYPE_RRSIG));
}

static bool
is_judged(const struct judge_run *r, const char *view, const uint8_t *apex)
{
	const struct judged_zone *jz = r->zones.item;
	size_t i;

	for (i = 0; i < r->zones.n; i++)
		if (strcmp(jz[i].ev.view, view) == 0 &&
		    name_equal(jz[i].ev.apex, apex))
			return true;
	return false;
}

struct zoneset *
history_above(const struct judge_run *r, const char *view, const uint8_t *apex)
{
	struct zoneset *old = r->pair->old->set, *new = r->pair->new->set;
	const uint8_t *parent;
	uint32_t i, j;

	if (name_is_root(apex))
		return old;
	i = zoneset_closest(old, view, name_parent(apex));
	j = zoneset_closest(new, view, name_parent(apex));
	if (i == ZONE_NONE || j == ZONE_NONE)
		return old;
	parent = zoneset_entry(old, i)->apex;
	return name_equal(parent, zoneset_entry(new, j)->apex) &&
		       !is_judged(r, view, parent)
		   ? new
		   : old;
}

/* The two sides of a zone that judged zone I leads to. */
struct sides {
	size_t i;
	const struct zone *old, *new;
	const struct policy_zone *entry;
};

static int
add_chain(struct judge_run *r, const struct sides *x, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	struct arena *a = r->j->arena;
	struct continuity_state *s;
	struct evidence_chain c = {.zone = x->i,
	    .apex = x->new->apex,
	    .view = jz[x->i].ev.view,
	    .entry = x->entry,
	    .new = x->new};
	struct evidence_chain *kept;
	char text[NAME_MAX_TEXT];

	name_to_text(text, c.apex);
	c.apex_text = findings_text(&r->fs, "%s", text);
	if ((s = arena_calloc(a, 2, sizeof(*s))) == NULL ||
	    history_state(
		&s[0], x->new, r->pair->new->set, c.view, x->entry, a) != 0 ||
	    history_state(&s[1], x->old, history_above(r, c.view, c.apex),
		c.view, x->entry, a) != 0)
		return error_memory(e);
	s[0].since = s[0].until = s[1].until = r->pair->now;
	c.state = s;
	c.nstates = 2;
	c.in_motion = !continuity_same(&s[0], &s[1]);
	if (history_dates(r, &c, x->old, e) != 0 ||
	    (c.in_motion && c.doubt == NULL &&
		history_walk(r, &c, x->old, e) != 0))
		return -1;
	if (!c.in_motion && c.doubt == NULL)
		return 0;
	if (add_policy_state(r, &c) != 0)
		return error_memory(e);
	if ((kept = vec_add(&r->chains)) == NULL)
		return error_memory(e);
	*kept = c;
	return 0;
}

/* A judged zone that is signed itself. */
static int
look_at(struct judge_run *r, size_t i, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	const struct evidence_zone *ez = &jz[i].ev;
	struct sides x = {i, ez->old, ez->new, ez->entry};

	if (ez->old == NULL || ez->new == NULL || ez->old->broken ||
	    ez->new->broken || !is_committed_signed(ez->old, ez->mode))
		return 0;
	return add_chain(r, &x, e);
}

static const struct zone *
zone_of(struct zoneset *set, const char *view, const uint8_t *apex)
{
	uint32_t i = zoneset_find(set, view, apex);
	const struct zone *z;
	struct error ignored;

	z = i == ZONE_NONE ? NULL : zoneset_zone(set, i, NULL, &ignored);
	return z == NULL || z->broken ? NULL : z;
}

/* Children of a judged zone whose DS change, and nothing else. */
static int
look_below(struct judge_run *r, size_t i, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	const struct evidence_zone *ez = &jz[i].ev;
	struct snapshot *old = r->pair->old, *new = r->pair->new;
	const struct diff_change *c;
	struct sides x = {.i = i};
	size_t k;

	for (k = 0; ez->diff != NULL && old != NULL && k < ez->diff->n; k++) {
		c = &ez->diff->change[k];
		if (c->type != RRTYPE_DS || name_equal(c->name, ez->apex) ||
		    is_judged(r, ez->view, c->name))
			continue;
		x.old = zone_of(old->set, ez->view, c->name);
		x.new = zone_of(new->set, ez->view, c->name);
		if (x.old == NULL || x.new == NULL)
			continue;
		x.entry = zoneset_entry(
		    new->set, zoneset_find(new->set, ez->view, c->name))
			      ->tag;
		if (is_committed_signed(x.old, x.entry != NULL
						   ? x.entry->dnssec.mode
						   : POLICY_DNSSEC_PRESIGNED) &&
		    add_chain(r, &x, e) != 0)
			return -1;
	}
	return 0;
}

int
judge_history(struct judge_run *r, struct error *e)
{
	size_t i;

	for (i = 0; i < r->zones.n; i++)
		if (look_at(r, i, e) != 0 || look_below(r, i, e) != 0)
			return -1;
	return 0;
}
