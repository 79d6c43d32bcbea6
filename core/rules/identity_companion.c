/* The records beside an identity endpoint with which its identity is proven. */
#include <string.h>
#include <strings.h>

#include "identity.h"
#include "table.h"

static const char id[] = "identity-companion";

#define VIEWS_MAX 16

/* One endpoint at work, and what was asked already. */
struct watch {
	struct group g;
	const uint8_t *name;
	struct hash_table *asked;
};

static const uint8_t acme_name[] = "\017_acme-challenge"; /* with the root */

/* Names below the endpoint that may be taken over without any of their own
 * records: by a wildcard, a DNAME or a delegation. */
static const struct {
	const char *prefix;
	uint16_t type;
} always[] = {
    {"_acme-challenge.", RRTYPE_TXT},
    {"_443._tcp.", RRTYPE_TLSA},
    {"_25._tcp.", RRTYPE_TLSA},
    {"_dmarc.", RRTYPE_TXT},
    {"_mta-sts.", RRTYPE_TXT},
    {"mta-sts.", RRTYPE_A},
    {"mta-sts.", RRTYPE_AAAA},
    {"_smtp._tls.", RRTYPE_TXT},
};

/* At the endpoint itself. CAA: identity-caa-changed. */
static const uint16_t at_name[] = {
    RRTYPE_TXT, RRTYPE_SSHFP, RRTYPE_MX, 45 /* IPSECKEY */};

/* Where there was none, a record of these only narrows what is believed. */
static const struct {
	const char *label; /* first label of the name, or NULL: any */
	uint16_t type;
} narrows[] = {
    {NULL, RRTYPE_TLSA},
    {NULL, RRTYPE_CAA},
    {"_dmarc", RRTYPE_TXT},
    {"_mta-sts", RRTYPE_TXT},
    {"_smtp", RRTYPE_TXT},
    {"mta-sts", RRTYPE_A},
    {"mta-sts", RRTYPE_AAAA},
};

static bool
first_label_is(const uint8_t *name, const char *label)
{
	return name[0] == strlen(label) &&
	       memcmp(name + 1, label, name[0]) == 0;
}

static bool
is_acme(const uint8_t *name)
{
	for (; !name_is_root(name); name = name_parent(name))
		if (first_label_is(name, "_acme-challenge"))
			return true;
	return false;
}

/* Has NAME an entry of its own for TYPE, which then decides? */
static bool
is_listed(const struct watch *w, const uint8_t *name, uint16_t type)
{
	const struct policy *policy = w->g.ev->policy;
	const struct policy_protected *p;
	bool any = type == RRTYPE_CNAME || type == RRTYPE_NS ||
		   type == RRTYPE_DNAME;
	size_t i, t;

	for (i = 0; i < policy->nprotects; i++) {
		p = &policy->protect[i];
		if (!name_equal(p->name, name) ||
		    !policy_protects_view(p, w->g.answer->view))
			continue;
		if (any) /* whatever is listed is answered through it */
			return true;
		for (t = 0; t < p->ntypes; t++)
			if (p->type[t] == type)
				return true;
	}
	return false;
}

static void
tell(const struct watch *w, const uint8_t *name, uint16_t type,
    const struct resolve_answer *a, const char *what)
{
	struct findings *fs = w->g.fs;
	struct finding *f;

	f = identity_report(&w->g, id, name, type, a,
	    findings_text(fs, "%s %s %s: it can vouch for %s",
		rule_name(fs, name), rule_type(fs, type), what,
		group_name(&w->g)));
	f->help = findings_text(fs,
	    "restore it; if it is meant, %s gives the name an entry of its own "
	    "in the policy, or a waiver",
	    group_owner(&w->g));
}

/* ---- sets of TXT records --------------------------------------------------
 */

static bool
is_spf(const struct zone *z, const struct zone_rr *rr)
{
	static const char spf[] = "v=spf1";
	const uint8_t *d = zone_rr_data(z, rr);

	return rr->rdlen > sizeof(spf) - 1 && d[0] >= sizeof(spf) - 1 &&
	       strncasecmp((const char *)d + 1, spf, sizeof(spf) - 1) == 0;
}

/* Is record RR of ZONE in the RRset that A answers? */
static bool
holds(const struct resolve_answer *a, const struct zone *zone,
    const struct zone_rr *rr)
{
	const struct zone_rr *o;
	uint32_t i;

	for (i = 0; a != NULL && a->rrset != NULL && i < a->rrset->count; i++) {
		o = rule_first(a->zone, a->rrset) + i;
		if (o->rdlen == rr->rdlen &&
		    memcmp(zone_rr_data(a->zone, o), zone_rr_data(zone, rr),
			rr->rdlen) == 0)
			return true;
	}
	return false;
}

/* Does A answer an SPF record? */
static bool
has_spf(const struct resolve_answer *a)
{
	uint32_t i;

	for (i = 0; a != NULL && a->rrset != NULL && i < a->rrset->count; i++)
		if (is_spf(a->zone, rule_first(a->zone, a->rrset) + i))
			return true;
	return false;
}

/* Does A answer an RRset that stands at the name itself, or nothing? */
static bool
is_plain(const struct resolve_answer *a)
{
	return a == NULL || a->outcome == RESOLVE_NODATA ||
	       a->outcome == RESOLVE_NXDOMAIN ||
	       (a->outcome == RESOLVE_ANSWER && name_equal(a->final, a->qname));
}

/* The first record of A that OLD has not; but a first SPF record is fine. */
static const struct zone_rr *
new_record(const struct resolve_answer *old, const struct resolve_answer *a,
    bool spf_may_come)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; a != NULL && a->rrset != NULL && i < a->rrset->count; i++) {
		rr = rule_first(a->zone, a->rrset) + i;
		if (holds(old, a->zone, rr) ||
		    (spf_may_come && is_spf(a->zone, rr) && !has_spf(old)))
			continue;
		return rr;
	}
	return NULL;
}

/* TXT records of one name are for many readers: each counts by itself, and may
 * go, unless it is SPF's. */
static void
check_records(const struct watch *w, const struct resolve_answer *old,
    const struct resolve_answer *new, bool spf)
{
	const uint8_t *name = new->qname;

	if (new_record(old, new, spf) != NULL)
		tell(w, name, RRTYPE_TXT, new, "gets a new value");
	else if (spf && has_spf(old) && !has_spf(new))
		tell(w, name, RRTYPE_TXT, old, "loses its SPF record");
}

/* ---- one question ---------------------------------------------------------
 */

static bool
only_narrows(const struct resolve_answer *new)
{
	const uint8_t *name = new->qname;
	size_t i;

	if (!is_plain(new) || is_acme(name))
		return false;
	for (i = 0; i < sizeof(narrows) / sizeof(narrows[0]); i++)
		if (narrows[i].type == new->qtype &&
		    (narrows[i].label == NULL ||
			first_label_is(name, narrows[i].label)))
			return true;
	return false;
}

/* A challenge that was answered may be cleaned up; an alias that certificates
 * are renewed through may not. */
static bool
may_go(const struct resolve_answer *old)
{
	return is_acme(old->qname) && is_plain(old);
}

static void
compare(const struct watch *w, const struct resolve_answer *old,
    const struct resolve_answer *new)
{
	const uint8_t *name = new->qname;
	uint16_t type = new->qtype;
	bool own = name_equal(name, w->name);

	if (answer_is_empty(old) && answer_is_empty(new))
		return;
	if (type == RRTYPE_TXT && (own || is_acme(name)) && is_plain(old) &&
	    is_plain(new)) {
		check_records(w, old, new, own);
		return;
	}
	if (answer_is_empty(new)) {
		if (!may_go(old))
			tell(w, name, type, old, "is gone");
		return;
	}
	if (answer_is_empty(old)) {
		if (!only_narrows(new))
			tell(w, name, type, new, "answers, and did not before");
		return;
	}
	if (!resolve_same_data(old, new))
		tell(w, name, type, new, "answers something else than before");
}

static void
ask(struct watch *w, const uint8_t *name, uint16_t type)
{
	const struct resolve_answer *old, *new;
	uint8_t key[NAME_MAX_LEN + 2], *kept;
	size_t len = name_len(name);
	bool failed;
	int added = 0;

	memcpy(key, name, len);
	key[len] = (uint8_t)(type >> 8);
	key[len + 1] = (uint8_t)type;
	kept = arena_dup(w->g.fs->arena, key, len + 2);
	if (kept == NULL ||
	    hash_table_put(w->asked, kept, len + 2, 0, &added) == NULL) {
		w->g.fs->lost = true;
		return;
	}
	if (!added || is_listed(w, name, type))
		return;
	old = identity_ask(&w->g, true, name, type, &failed);
	if (failed) /* a base that cannot be read gives no old answer */
		return;
	new = identity_ask(&w->g, false, name, type, &failed);
	if (failed)
		tell(w, name, type, NULL, "cannot be followed");
	else if (old != NULL && new != NULL)
		compare(w, old, new);
}

/* ---- which names ----------------------------------------------------------
 */

/* Types that belong to a zone or its signatures: rules of their own. */
static bool
is_of_zone(uint16_t type)
{
	static const uint16_t types[] = {RRTYPE_SOA, RRTYPE_DS, RRTYPE_DNSKEY,
	    RRTYPE_CDS, RRTYPE_CDNSKEY, RRTYPE_NSEC3PARAM, RRTYPE_ZONEMD};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return rule_is_signing_type(type);
}

/* Is NAME, below TOP, a service name of TOP: is the label over it _tcp or the
 * like? */
static bool
is_companion(const uint8_t *name, const uint8_t *top)
{
	unsigned more = name_labels(name) - name_labels(top);
	const uint8_t *label;

	if (more == 0)
		return false;
	label = name_skip(name, more - 1);
	return label[1] == '_' || first_label_is(label, "mta-sts");
}

/* The names that are in Z, at and below TOP; ALL: not only service names. */
static void
ask_zone(struct watch *w, const struct zone *z, const uint8_t *top, bool all)
{
	uint32_t i, k;
	uint16_t type;

	if (z == NULL || z->broken)
		return;
	for (i = zone_lower_bound(z, top);
	     i < z->nowners && name_is_under(z->owner[i].name, top); i++) {
		if (!all && !is_companion(z->owner[i].name, top))
			continue;
		for (k = 0; k < z->owner[i].nrrsets; k++) {
			type = z->rrset[z->owner[i].rrset + k].type;
			if (!is_of_zone(type))
				ask(w, z->owner[i].name, type);
		}
	}
}

/* The zone around NAME in the view, or in what it falls back to. */
static const struct zone *
zone_around(const struct watch *w, struct zoneset *set, const uint8_t *name)
{
	const char *view = w->g.answer->view;
	const struct policy_view *v;
	struct error e;
	unsigned n;
	uint32_t i;

	for (n = 0; view != NULL && n < VIEWS_MAX; n++) {
		if ((i = zoneset_closest(set, view, name)) != ZONE_NONE)
			return zoneset_zone(set, i, NULL, &e);
		v = policy_view_find(w->g.ev->policy, view);
		view = v == NULL ? NULL : v->falls_back_to;
	}
	return NULL;
}

/* What stands at and below TOP on either side: in the zones around it, and in
 * changed zones below it. */
static void
ask_below(struct watch *w, const uint8_t *top, bool all)
{
	const struct evidence *ev = w->g.ev;
	const struct evidence_zone *ez;
	size_t i;

	ask_zone(w, zone_around(w, ev->old, top), top, all);
	ask_zone(w, zone_around(w, ev->new, top), top, all);
	for (i = 0; i < ev->nzones; i++) {
		ez = &ev->zone[i];
		if (!name_is_under(ez->apex, top))
			continue;
		ask_zone(w, ez->old, top, all);
		ask_zone(w, ez->new, top, all);
	}
}

static void
ask_always(struct watch *w)
{
	uint8_t name[NAME_MAX_LEN];
	const char *p;
	size_t i;

	for (i = 0; i < sizeof(at_name) / sizeof(at_name[0]); i++)
		ask(w, w->name, at_name[i]);
	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		p = always[i].prefix;
		/* The prefix is relative to the name. */
		if (name_from_text(name, p, strlen(p) - 1, w->name, NULL) != 0)
			ask(w, name, always[i].type);
	}
}

/*
 * A challenge at a name above proves control of that name, and of all below it:
 * the one above gets a certificate for *, and RFC 9444 lets an issuer take any.
 */
static void
ask_above(struct watch *w)
{
	uint8_t name[NAME_MAX_LEN];
	const uint8_t *above = w->name;

	while (name_labels(above) > 1) {
		above = name_parent(above);
		if (!group_in_repo(&w->g, w->g.answer->view, above))
			return;
		if (name_join(name, acme_name, above) == 0)
			continue;
		ask(w, name, RRTYPE_TXT);
		ask_below(w, name, true);
	}
}

/* Is an entry of the same name and view before this one? */
static bool
is_repeated(const struct group *g)
{
	const struct evidence_answer *ea = g->ev->answer;

	for (; ea < g->answer; ea++)
		if (ea->protect->identity && ea->view == g->answer->view &&
		    name_equal(ea->protect->name, g->answer->protect->name))
			return true;
	return false;
}

/* ---- a challenge that has an entry of its own ------------------------------
 */

static bool
has_names(const struct policy_protected *p)
{
	size_t i;

	for (i = 0; i < p->ntargets; i++)
		if (p->target[i]->npatterns != 0)
			return true;
	return false;
}

/* Where its target lists say which names may answer, no other may. */
static void
check_listed(const struct group *g)
{
	const struct policy_protected *p = g->answer->protect;
	const struct resolve_answer *a;
	struct finding *f;
	size_t i;

	for (i = 0; i < g->n; i++) {
		a = g->answer[i].new;
		if (a == NULL || a->outcome != RESOLVE_ANSWER ||
		    a->qtype != RRTYPE_TXT || !has_names(p) ||
		    policy_allows_name(p, a->final) != NULL)
			continue;
		f = identity_report(g, id, p->name, a->qtype, a,
		    findings_text(g->fs,
			"the challenge of %s is answered at %s, which none of "
			"its target lists allows",
			group_name(g), rule_name(g->fs, a->final)));
		f->help = "let it be an alias of a name that the target lists "
			  "allow";
	}
}

static void
check(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct watch w = {.name = ea->protect->name};

	if (!group_begin(&w.g, ev, ea, fs))
		return;
	if (is_acme(w.name))
		check_listed(&w.g);
	if (!ea->protect->identity || identity_is_service(w.name) ||
	    ev->old == NULL || ev->new == NULL || ev->nzones == 0 ||
	    is_repeated(&w.g))
		return;
	if ((w.asked = hash_table_new(64)) == NULL) {
		fs->lost = true;
		return;
	}
	ask_always(&w);
	ask_below(&w, w.name, false);
	ask_above(&w);
	hash_table_free(w.asked);
}

const struct rule rule_identity_companion = {
    .id = "identity-companion",
    .title = "a record that vouches for an identity endpoint changes",
    .severity = SEVERITY_ERROR,
    .what = "Beside an identity endpoint stand records that vouch for it: "
	    "challenges of certificate authorities (_acme-challenge, at the "
	    "name and at the names above it in this repository, and other "
	    "names with an underscore), TLSA, SSHFP, MX, SPF and other TXT, "
	    "DMARC, DKIM, MTA-STS and everything else below an underscore. The "
	    "effective answer of one of them was changed, removed, or taken "
	    "over by an alias, a DNAME, a wildcard or a delegation, and it has "
	    "no entry in the policy. New ones are told too, except those that "
	    "only narrow what is believed: the first TLSA, SPF, DMARC, "
	    "MTA-STS. Challenges and TXT values may be cleaned up. Where "
	    "_acme-challenge has an entry whose target lists hold names, it "
	    "must be answered at one of them.",
    .why = "Who answers _acme-challenge has the certificate, who changes TLSA "
	   "or SSHFP has clients trust his key, who changes SPF or DKIM writes "
	   "in its name. The address, which everybody watches, stays as it is.",
    .bad = "_acme-challenge.login  TXT  \"gfj9Xq...Rg85nM\"   ; whose order?\n",
    .good = "; identity-endpoints: name: _acme-challenge.login.example.com,\n"
	    "; types: [TXT], targets: [issuer]\n"
	    "_acme-challenge.login  CNAME  login.acme.example.com.\n",
    .fix = "Restore the record. What changes often, or comes anew, gets an "
	   "entry of its own in the policy (name and types); a single change "
	   "gets a waiver for its name, with a date.",
    .answer = check,
};
