/* Evidence into what the report shows. Nothing is decided here. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "../resolve/collateral.h"
#include "judge.h"

/* A report is for reading: more changes than this are counted, not listed. */
#define CHANGES_MAX 1000

static const char *
mode_text(enum policy_dnssec_mode m)
{
	static const char *const text[] = {
	    [POLICY_DNSSEC_TRIAL] = "trial",
	    [POLICY_DNSSEC_GATE] = "gate",
	    [POLICY_DNSSEC_PRESIGNED] = "presigned",
	    [POLICY_DNSSEC_UNSIGNED] = "unsigned",
	};

	return text[m];
}

static const char *
status_text(enum zone_status s)
{
	static const char *const text[] = {
	    [STATUS_UNCHANGED] = "unchanged",
	    [STATUS_ADDED] = "added",
	    [STATUS_CHANGED] = "changed",
	    [STATUS_REMOVED] = "removed",
	};

	return text[s];
}

static const char *
name_text(struct judgement *j, const uint8_t *name)
{
	char buf[NAME_MAX_TEXT];

	name_to_text(buf, name);
	return findings_text(&j->findings, "%s", buf);
}

static const char *
type_text(struct judgement *j, uint16_t type)
{
	char buf[RRTYPE_MAX_TEXT];

	return findings_text(&j->findings, "%s", rrtype_to_text(buf, type));
}

static const char *
rdata_text(struct judgement *j, const struct zone *z, const struct zone_rr *rr)
{
	struct text t = TEXT_INIT;
	const char *s = NULL;

	rdata_to_text(&t, rr->type, zone_rr_data(z, rr), rr->rdlen);
	if (!text_lost(&t))
		s = arena_dup(j->arena, t.data, t.len);
	text_free(&t);
	if (s == NULL)
		j->findings.lost = true;
	return s;
}

/* RDATA of every record of the set, NULL-terminated. */
static const char *const *
set_text(
    struct judgement *j, const struct zone *z, const struct zone_rrset *set)
{
	const char **list;
	uint32_t i;

	if (set == NULL)
		return NULL;
	list = arena_calloc(j->arena, (size_t)set->count + 1, sizeof(*list));
	if (list == NULL) {
		j->findings.lost = true;
		return NULL;
	}
	for (i = 0; i < set->count; i++)
		list[i] = rdata_text(j, z, &z->rr[set->rr + i]);
	return list;
}

static const char *
algorithms(struct judgement *j, const struct dnssec_result *d)
{
	struct text t = TEXT_INIT;
	const char *name, *s;
	unsigned i;

	for (i = 0; i < d->nalgorithms; i++) {
		if (i != 0)
			text_str(&t, ",");
		name = dnssec_algorithm_text(d->algorithm[i]);
		if (name != NULL)
			text_str(&t, name);
		else
			text_printf(&t, "%u", d->algorithm[i]);
	}
	s = text_lost(&t) || t.data == NULL ? NULL
					    : arena_strdup(j->arena, t.data);
	text_free(&t);
	return s;
}

static int
present_zone(struct judge_run *r, const struct judged_zone *jz, struct error *e)
{
	const struct evidence_zone *ez = &jz->ev;
	struct report_zone *rz = vec_add(&r->j->zones);

	if (rz == NULL)
		return error_memory(e);
	rz->name = ez->apex_text;
	rz->view = ez->view;
	rz->file = findings_text(&r->j->findings, "%s", ez->file);
	rz->status = status_text(ez->status);
	rz->has_old = ez->old != NULL && ez->old->soa != ZONE_NONE;
	rz->has_new = ez->new != NULL && ez->new->soa != ZONE_NONE;
	rz->serial_old = rz->has_old ? zone_serial(ez->old) : 0;
	rz->serial_new = rz->has_new ? zone_serial(ez->new) : 0;
	rz->total = ez->new != NULL ? ez->new->nrrs : 0;
	rz->includes = ez->new != NULL && ez->new->nfiles > 1
			   ? ez->new->nfiles - 1u
			   : 0;
	if (jz->diff != NULL) {
		rz->added = jz->diff->added;
		rz->removed = jz->diff->removed;
		rz->changed = jz->diff->changed;
	}
	rz->dnssec_mode = ez->entry == NULL && !jz->validated
			      ? "none"
			      : mode_text(ez->mode);
	rz->validated = jz->validated;
	if (jz->validated) {
		rz->rrsets = jz->dnssec.rrsets;
		rz->verified = jz->dnssec.verified;
		rz->algorithms = algorithms(r->j, &jz->dnssec);
	}
	if (jz->digest[0] != '\0')
		rz->digest = findings_text(&r->j->findings, "%s", jz->digest);
	return 0;
}

static bool
dnssec_made(uint16_t type)
{
	return type == RRTYPE_RRSIG || type == RRTYPE_NSEC ||
	       type == RRTYPE_NSEC3;
}

/* Lists that allow the new addresses of a protected name, or that one is not
 * allowed at all. */
static const char *
targets_of(struct judge_run *r, const struct policy_protected *p,
    const struct zone *z, const struct zone_rrset *set)
{
	const struct policy_target *t, *last = NULL;
	const struct zone_rr *rr;
	const char *names = NULL;
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		t = policy_allows_address(p, zone_rr_data(z, rr), rr->rdlen);
		if (t == NULL)
			return "not allowed";
		if (t == last)
			continue;
		names = names == NULL ? t->name
				      : findings_text(&r->j->findings, "%s, %s",
					    names, t->name);
		last = t;
	}
	return findings_text(&r->j->findings, "%s: allowed", names);
}

/* "edge-standby: allowed", for the addresses of a protected name. */
static const char *
target_note(struct judge_run *r, const struct judged_zone *jz,
    const struct diff_change *c)
{
	const struct policy *p = r->pair->policy;
	size_t i;

	if (c->new == NULL || jz->ev.new == NULL ||
	    (c->type != RRTYPE_A && c->type != RRTYPE_AAAA))
		return NULL;
	for (i = 0; i < p->nprotects; i++)
		if (name_equal(p->protect[i].name, c->name) &&
		    policy_protects_view(&p->protect[i], jz->ev.view))
			return targets_of(
			    r, &p->protect[i], jz->ev.new, c->new);
	return NULL;
}

static int
present_change(struct judge_run *r, const struct judged_zone *jz,
    const struct diff_change *c, struct error *e)
{
	struct judgement *j = r->j;
	struct report_change *rc;

	/* Caches may keep what was there for its old TTL. */
	if (c->old != NULL && c->kind != DIFF_TTL &&
	    c->old->ttl > j->cache_seconds && !dnssec_made(c->type))
		j->cache_seconds = c->old->ttl;
	if (dnssec_made(c->type))
		return 0;
	j->changes_total++;
	if (j->changes.n >= CHANGES_MAX)
		return 0;
	if ((rc = vec_add(&j->changes)) == NULL)
		return error_memory(e);
	rc->zone = jz->ev.apex_text;
	rc->view = jz->ev.view;
	rc->name = name_text(j, c->name);
	rc->type = type_text(j, c->type);
	rc->kind = diff_kind_text(c->kind);
	rc->before = set_text(j, jz->ev.old, c->old);
	rc->after = set_text(j, jz->ev.new, c->new);
	rc->ttl_before = c->old != NULL ? c->old->ttl : 0;
	rc->ttl_after = c->new != NULL ? c->new->ttl : 0;
	rc->note = target_note(r, jz, c);
	return 0;
}

static int
present_soa(struct judge_run *r, const struct judged_zone *jz, struct error *e)
{
	const struct zone *old = jz->ev.old, *new = jz->ev.new;
	struct report_change *rc;

	if (!jz->diff->soa_changed)
		return 0;
	r->j->changes_total++;
	if ((rc = vec_add(&r->j->changes)) == NULL)
		return error_memory(e);
	rc->zone = jz->ev.apex_text;
	rc->view = jz->ev.view;
	rc->name = jz->ev.apex_text;
	rc->type = "SOA";
	rc->kind = "soa";
	if (old != NULL && old->soa != ZONE_NONE) {
		rc->before = set_text(r->j, old, &old->rrset[old->soa]);
		rc->ttl_before = old->rrset[old->soa].ttl;
	}
	if (new != NULL &&new->soa != ZONE_NONE) {
		rc->after = set_text(r->j, new, &new->rrset[new->soa]);
		rc->ttl_after = new->rrset[new->soa].ttl;
	}
	if (rc->before != NULL && rc->after != NULL &&
	    jz->diff->soa_only_serial)
		rc->note = diff_serial_less(
			       jz->diff->serial_old, jz->diff->serial_new)
			       ? "raised"
			       : "not raised";
	return 0;
}

static int
present_changes(
    struct judge_run *r, const struct judged_zone *jz, struct error *e)
{
	size_t i;

	if (jz->diff == NULL)
		return 0;
	if (present_soa(r, jz, e) != 0)
		return -1;
	for (i = 0; i < jz->diff->n; i++)
		if (present_change(r, jz, &jz->diff->change[i], e) != 0)
			return -1;
	return 0;
}

static void
present_side(struct judge_run *r, const struct resolve_answer *a,
    struct report_answer_side *side)
{
	struct text t = TEXT_INIT;

	if (a == NULL)
		return;
	side->outcome = resolve_outcome_text(a->outcome);
	side->ttl = a->ttl;
	if (a->rrset != NULL)
		side->targets = set_text(r->j, a->zone, a->rrset);
	resolve_chain_text(a, &t);
	if (!text_lost(&t) && t.data != NULL)
		side->chain = arena_strdup(r->j->arena, t.data);
	text_free(&t);
}

static int
present_answer(
    struct judge_run *r, const struct evidence_answer *a, struct error *e)
{
	struct report_answer *ra;

	if (!r->pair->all_answers && a->old != NULL &&
	    resolve_same(a->old, a->new))
		return 0;
	if ((ra = vec_add(&r->j->answers)) == NULL)
		return error_memory(e);
	/* HTTPS of another port stands at a name of its own. */
	ra->name = name_text(
	    r->j, a->new == NULL ? a->protect->name : a->new->qname);
	ra->type = type_text(r->j, a->type);
	ra->view = a->view;
	present_side(r, a->old, &ra->before);
	present_side(r, a->new, &ra->after);
	return 0;
}

static int
present_collateral(
    struct judge_run *r, const struct collateral_item *it, struct error *e)
{
	struct report_answer *ra = vec_add(&r->j->answers);
	struct text t = TEXT_INIT;

	if (ra == NULL)
		return error_memory(e);
	ra->name = name_text(r->j, it->name);
	ra->type = type_text(r->j, it->type);
	ra->view = findings_text(&r->j->findings, "%s", it->view);
	ra->collateral = true;
	present_side(r, it->before, &ra->before);
	present_side(r, it->after, &ra->after);
	collateral_cause_text(it, &t);
	if (!text_lost(&t) && t.data != NULL)
		ra->cause = arena_strdup(r->j->arena, t.data);
	text_free(&t);
	return 0;
}

int
present(struct judge_run *r, const struct evidence *ev, struct error *e)
{
	const struct judged_zone *jz = r->zones.item;
	size_t i;

	for (i = 0; i < r->zones.n; i++)
		if (present_zone(r, &jz[i], e) != 0 ||
		    present_changes(r, &jz[i], e) != 0)
			return -1;
	for (i = 0; i < ev->nanswers; i++)
		if (present_answer(r, &ev->answer[i], e) != 0)
			return -1;
	for (i = 0; r->collateral != NULL && i < r->collateral->n; i++)
		if (present_collateral(r, &r->collateral->item[i], e) != 0)
			return -1;
	return r->j->findings.lost ? error_memory(e) : 0;
}
