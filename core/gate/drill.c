#include "drill.h"

#include <string.h>
#include <strings.h>

#include "../dns/rrtype.h"

struct known {
	uint32_t entry;
	const struct zone_rrset *ds;
	enum drill_signed is_signed;
};

void
drill_signatures_init(struct drill_signatures *s, const struct gate_options *o,
    struct zoneset *set, struct arena *arena)
{
	*s = (struct drill_signatures){.options = o,
	    .set = set,
	    .now = gate_now(o),
	    .arena = arena,
	    .known = VEC_INIT(struct known)};
}

void
drill_signatures_free(struct drill_signatures *s)
{
	vec_free(&s->known);
}

static int
anchors_of_ds(struct drill_signatures *s, const struct zone *parent,
    const struct zone_rrset *ds, struct dnssec_verify_params *p,
    struct error *e)
{
	struct dnssec_anchor *a;
	const struct zone_rr *rr;
	uint32_t i;

	if (ds == NULL)
		return 0;
	if ((a = arena_calloc(s->arena, ds->count, sizeof(*a))) == NULL)
		return error_memory(e);
	for (i = 0; i < ds->count; i++) {
		rr = &parent->rr[ds->rr + i];
		a[i].type = RRTYPE_DS;
		a[i].rdata = zone_rr_data(parent, rr);
		a[i].rdlen = rr->rdlen;
	}
	p->anchor = a;
	p->nanchors = ds->count;
	return 0;
}

/* Only whether it holds is asked here: faults are a check's to tell. */
static int
validate(struct drill_signatures *s, const struct zone *z,
    const struct dnssec_verify_params *p, enum drill_signed *out,
    struct error *e)
{
	struct dnssec_result result = {0};
	struct findings ignored;
	int rc;

	findings_init(&ignored, s->arena);
	rc = dnssec_verify(z, p, &result, &ignored, e);
	if (rc == 0 && ignored.lost)
		rc = error_memory(e);
	findings_free(&ignored);
	s->records += z->nrrs;
	s->signatures += result.signatures;
	if (!result.is_signed)
		*out = DRILL_SIGNED_NOT;
	else if (result.complete && result.rrsets > 0 &&
		 result.verified == result.rrsets)
		*out = DRILL_SIGNED_GOOD;
	else
		*out = DRILL_SIGNED_BOGUS;
	return rc;
}

/* With keys made for this run, which no DS can know. */
static int
validate_trial(struct drill_signatures *s, const struct zone *z,
    const struct policy_zone *entry, enum drill_signed *out, struct error *e)
{
	struct dnssec_verify_params p = {
	    .now = s->now, .jobs = s->options->jobs};
	struct zone *signed_zone = NULL;
	int rc;

	rc = judge_trial(&signed_zone, z, entry, s->now, s->options->jobs, e);
	if (rc == 0)
		rc = validate(s, signed_zone, &p, out, e);
	zone_free(signed_zone);
	return rc;
}

static int
look(struct drill_signatures *s, uint32_t i, const struct zone *parent,
    const struct zone_rrset *ds, enum drill_signed *out, struct error *e)
{
	const struct policy_zone *entry = zoneset_entry(s->set, i)->tag;
	const struct zone *z = zoneset_zone(s->set, i, NULL, e);
	struct dnssec_verify_params p = {
	    .now = s->now, .jobs = s->options->jobs};

	*out = DRILL_SIGNED_UNKNOWN;
	if (z == NULL)
		return -1;
	if (z->broken || z->soa == ZONE_NONE || entry == NULL)
		return 0;
	switch (entry->dnssec.mode) {
	case POLICY_DNSSEC_TRIAL:
	case POLICY_DNSSEC_GATE:
		return validate_trial(s, z, entry, out, e);
	case POLICY_DNSSEC_PRESIGNED:
		return anchors_of_ds(s, parent, ds, &p, e) != 0
			   ? -1
			   : validate(s, z, &p, out, e);
	case POLICY_DNSSEC_UNSIGNED:
		*out = DRILL_SIGNED_NOT;
		break;
	}
	return 0;
}

int
drill_is_signed(void *ctx, uint32_t entry, const struct zone *parent,
    const struct zone_rrset *ds, enum drill_signed *out, struct error *e)
{
	struct drill_signatures *s = ctx;
	struct known *k = s->known.item;
	size_t i;

	for (i = 0; i < s->known.n; i++)
		if (k[i].entry == entry && k[i].ds == ds) {
			*out = k[i].is_signed;
			return 0;
		}
	if (look(s, entry, parent, ds, out, e) != 0)
		return -1;
	if ((k = vec_add(&s->known)) == NULL)
		return error_memory(e);
	*k = (struct known){.entry = entry, .ds = ds, .is_signed = *out};
	return 0;
}

/* ---- in a check ---------------------------------------------------------- */

int
options_flag(bool *out, struct repo *repo, const char *name, struct error *e)
{
	static const struct {
		const char *text;
		bool on;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"1", true},
	    {"false", false}, {"no", false}, {"off", false}, {"0", false}};
	char value[64];
	size_t i;
	int rc;

	rc = repo_config(repo, name, value, sizeof(value), e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(words[i].text, value) != 0)
			continue;
		*out |= words[i].on;
		return 0;
	}
	error_set(e, ERROR_USAGE, "git config %s is %s", name, value);
	return error_hint(e, "set it to true or false");
}

int
drill_options(struct gate_options *out, const struct gate_options *o,
    struct repo *repo, struct error *e)
{
	*out = *o;
	return options_flag(&out->drill, repo, "zonegate.drill", e);
}

int
judge_drill(struct judge_run *r, struct error *e)
{
	struct drill_args args = {.set = r->pair->new->set,
	    .policy = r->pair->policy,
	    .is_signed = drill_is_signed};
	struct drill_signatures s;
	int rc;

	/* Broken zones block already, and nothing is known beyond them. */
	if (!r->pair->options->drill || r->pair->policy_only ||
	    judge_any_broken(r, false))
		return 0;
	drill_signatures_init(
	    &s, r->pair->options, r->pair->new->set, r->j->arena);
	args.ctx = &s;
	rc = drill_run(&r->drill, &args, r->j->arena, e);
	r->j->signatures += s.signatures;
	drill_signatures_free(&s);
	return rc;
}
