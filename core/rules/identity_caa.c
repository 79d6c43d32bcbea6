/* Who may issue certificates for an identity endpoint (RFC 8659). */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "identity.h"
#include "table.h"

enum caa_found {
	CAA_NONE,
	CAA_FOUND,
	CAA_UNKNOWN, /* for others to say, or the zones cannot */
};

/* The CAA RRset that covers a name, and where it stands. */
struct caa {
	enum caa_found found;
	const struct resolve_answer *answer;
};

/* One property of an RRset. */
struct property {
	const char *tag, *value;
	size_t tag_len, value_len;
};

/*
 * The set for NAME: at the name (aliases followed) or at the closest of the
 * names above it, as RFC 8659 section 3 climbs. What an alias leads to outside
 * is not known; where the policy allows that, the climb goes on.
 */
static void
find(const struct group *g, bool old, const uint8_t *name, struct caa *out)
{
	const struct resolve_answer *a;
	bool failed;

	out->found = CAA_NONE;
	out->answer = NULL;
	for (; !name_is_root(name); name = name_parent(name)) {
		a = identity_ask(g, old, name, RRTYPE_CAA, &failed);
		out->answer = a;
		out->found = CAA_UNKNOWN;
		if (a == NULL || a->outcome == RESOLVE_REFERRAL ||
		    a->outcome == RESOLVE_LOOP)
			return;
		out->found = CAA_FOUND;
		if (a->outcome == RESOLVE_ANSWER)
			return;
		out->found = CAA_NONE;
		if (a->outcome == RESOLVE_LEAVES_REPO && a->nsteps == 0)
			return; /* above all zones */
	}
}

/* Property I of the set; false when it is malformed. */
static bool
property(const struct caa *c, uint32_t i, struct property *p)
{
	const struct zone *z = c->answer->zone;
	const struct zone_rr *rr = rule_first(z, c->answer->rrset) + i;
	const uint8_t *d = zone_rr_data(z, rr);

	if (rr->rdlen < 2 || d[1] > rr->rdlen - 2)
		return false;
	p->tag = (const char *)d + 2;
	p->tag_len = d[1];
	p->value = p->tag + p->tag_len;
	p->value_len = (size_t)rr->rdlen - 2 - p->tag_len;
	return true;
}

static bool
is_tag(const struct property *p, const char *tag)
{
	return strlen(tag) == p->tag_len &&
	       strncasecmp(p->tag, tag, p->tag_len) == 0;
}

static bool
has_tag(const struct caa *c, const char *tag)
{
	struct property p;
	uint32_t i;

	for (i = 0; i < c->answer->rrset->count; i++)
		if (property(c, i, &p) && is_tag(&p, tag))
			return true;
	return false;
}

/* A value as "issuer ; parameters" (RFC 8659 section 4.2), both trimmed. */
struct issuer {
	const char *domain, *more;
	size_t domain_len, more_len;
};

static void
trim(const char **p, size_t *len)
{
	while (*len > 0 && isspace((unsigned char)(*p)[0])) {
		++*p;
		--*len;
	}
	while (*len > 0 && isspace((unsigned char)(*p)[*len - 1]))
		--*len;
}

static void
issuer(const struct property *p, struct issuer *out)
{
	const char *semicolon = memchr(p->value, ';', p->value_len);

	out->domain = p->value;
	out->domain_len = semicolon == NULL ? p->value_len
					    : (size_t)(semicolon - p->value);
	out->more = semicolon == NULL ? p->value + p->value_len : semicolon + 1;
	out->more_len = p->value_len - (size_t)(out->more - p->value);
	trim(&out->domain, &out->domain_len);
	trim(&out->more, &out->more_len);
}

/* Do both name the same issuer? */
static bool
same_domain(const struct issuer *a, const struct issuer *b)
{
	return a->domain_len == b->domain_len &&
	       strncasecmp(a->domain, b->domain, a->domain_len) == 0;
}

/* Did TAG of the old set already allow what P allows? Parameters (RFC 8657)
 * only narrow, so they may come, but neither go nor change. */
static bool
covered(const struct caa *old, const char *tag, const struct property *p)
{
	struct property q;
	struct issuer a, b;
	uint32_t i;

	issuer(p, &a);
	if (a.domain_len == 0)
		return true; /* nobody */
	for (i = 0; i < old->answer->rrset->count; i++) {
		if (!property(old, i, &q) || !is_tag(&q, tag))
			continue;
		issuer(&q, &b);
		if (same_domain(&a, &b) &&
		    (b.more_len == 0 ||
			(a.more_len == b.more_len &&
			    memcmp(a.more, b.more, a.more_len) == 0)))
			return true;
	}
	return false;
}

/* Is the issuer that P names on the policy's list, or nobody? Other spellings
 * than that of RFC 8659 section 4.2, such as a dot at the end, are not. */
static bool
is_listed(const struct policy_require *q, const struct property *p)
{
	char text[NAME_MAX_TEXT];
	struct issuer a, b = {.domain = text};
	size_t i;

	issuer(p, &a);
	if (a.domain_len == 0)
		return true;
	for (i = 0; i < q->nissuers; i++) {
		b.domain_len = name_to_text(text, q->issuer[i]) - 1;
		if (same_domain(&a, &b))
			return true;
	}
	return false;
}

/* Does the policy's list agree that P came? Not where its issuer was there,
 * with parameters that are lost now. */
static bool
agreed(const struct policy_require *q, const struct caa *old, const char *tag,
    const struct property *p)
{
	struct property o;
	struct issuer a, b;
	uint32_t i;

	if (q->nissuers == 0 || !is_listed(q, p))
		return false;
	issuer(p, &a);
	for (i = 0; i < old->answer->rrset->count; i++) {
		if (!property(old, i, &o) || !is_tag(&o, tag))
			continue;
		issuer(&o, &b);
		if (same_domain(&a, &b))
			return false;
	}
	return true;
}

/* Does the set limit who may issue? */
static bool
limits(const struct caa *c)
{
	return c->found == CAA_FOUND && has_tag(c, "issue");
}

/* ---- identity-caa ---------------------------------------------------------
 */

/* Nobody is limited in issuing for NAME. */
static void
tell_unlimited(const struct group *g, const struct caa *c, const char *name)
{
	static const struct {
		enum caa_found found;
		const char *words;
	} words[] = {
	    {CAA_NONE, "no CAA record limits who may issue certificates for"},
	    {CAA_UNKNOWN, "it cannot be said whether a CAA record covers"},
	    {CAA_FOUND, "every issuer may issue, because no CAA record with "
			"the tag issue covers"},
	};
	struct finding *f;
	size_t i;

	for (i = 0; words[i].found != c->found; i++)
		;
	f = identity_report(g, "identity-caa", g->answer->protect->name,
	    RRTYPE_CAA, c->found == CAA_FOUND ? c->answer : NULL,
	    findings_text(g->fs, "%s %s", words[i].words, name));
	f->expected = g->answer->protect->require.nissuers == 0
			  ? "require: caa"
			  : "require: caa-issuers";
	f->help = "add a CAA record with an issuer at the name or above it";
}

/* "ca.example, other.example" */
static const char *
issuers(const struct group *g)
{
	const struct policy_require *q = &g->answer->protect->require;
	char name[NAME_MAX_TEXT];
	const char *s = "";
	size_t i, len;

	for (i = 0; i < q->nissuers; i++) {
		len = name_to_text(name, q->issuer[i]) - 1;
		s = findings_text(
		    g->fs, "%s%s%.*s", s, i == 0 ? "" : ", ", (int)len, name);
	}
	return s;
}

/* Properties TAG of the set, which counts for NAME, are of listed issuers.
 * False: told. */
static bool
check_listed(const struct group *g, const struct caa *c, const char *tag,
    const char *name)
{
	const struct policy_require *q = &g->answer->protect->require;
	struct property p;
	struct finding *f;
	uint32_t i;

	for (i = 0; i < c->answer->rrset->count; i++) {
		if (!property(c, i, &p) || !is_tag(&p, tag) || is_listed(q, &p))
			continue;
		f = identity_report(g, "identity-caa", g->answer->protect->name,
		    RRTYPE_CAA, c->answer,
		    findings_text(g->fs,
			"CAA of %s allows %.*s \"%.*s\", which is not among "
			"caa-issuers",
			name, (int)p.tag_len, p.tag, (int)p.value_len,
			p.value));
		f->expected = findings_text(g->fs, "issuers: %s", issuers(g));
		f->help = findings_text(g->fs,
		    "name one of them, without a dot at the end; %s may add "
		    "another to caa-issuers",
		    group_owner(g));
		return false;
	}
	return true;
}

/* The certificate of *.example.com is good for login.example.com. OWN is the
 * set of the name itself, which was judged. */
static void
check_wildcard(const struct group *g, const struct caa *own)
{
	const uint8_t *above = name_parent(g->answer->protect->name);
	const char *name;
	struct caa c;

	if (!group_in_repo(g, g->answer->view, above))
		return;
	find(g, false, above, &c);
	name = findings_text(g->fs, "*.%s", rule_name(g->fs, above));
	if (c.found != CAA_FOUND)
		tell_unlimited(g, &c, name);
	else if (c.answer->rrset == own->answer->rrset)
		return;
	else if (has_tag(&c, "issuewild"))
		check_listed(g, &c, "issuewild", name);
	else if (has_tag(&c, "issue"))
		check_listed(g, &c, "issue", name);
	else
		tell_unlimited(g, &c, name);
}

static void
check_caa(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	const struct policy_protected *p = ea->protect;
	struct group g;
	struct caa c;

	if (!p->require.caa || !group_begin(&g, ev, ea, fs) || ev->new == NULL)
		return;
	find(&g, false, p->name, &c);
	if (!limits(&c)) {
		tell_unlimited(&g, &c, group_name(&g));
		return;
	}
	if (p->require.nissuers == 0)
		return;
	if (check_listed(&g, &c, "issue", group_name(&g)))
		check_listed(&g, &c, "issuewild", group_name(&g));
	if (!name_is_root(p->name) && !identity_is_service(p->name))
		check_wildcard(&g, &c);
}

const struct rule rule_identity_caa = {
    .id = "identity-caa",
    .title = "more may issue for an identity endpoint than the policy allows",
    .severity = SEVERITY_ERROR,
    .what = "The policy says require.caa for the name, and neither it nor a "
	    "name above it inside this repository has a CAA record (RFC 8659); "
	    "or the closest records, which alone count, have no property "
	    "issue. Where it says require.caa-issuers, their properties issue "
	    "and issuewild may name these issuers only, with whatever "
	    "parameters; and so must what counts for the wildcard beside the "
	    "name (*.example.com for login.example.com), if it is in this "
	    "repository.",
    .why = "Without CAA any certificate authority may issue for the name: a "
	   "short hijack of its address is enough for a certificate that lasts "
	   "for months. Removing the CAA record is the quiet first step; one "
	   "with nothing but iodef, nearer to the name, has the same effect.",
    .bad = "login  A    192.0.2.1\n",
    .good = "login  A    192.0.2.1\n"
	    "login  CAA  0 issue \"ca.example.net\"\n",
    .fix = "Add the CAA record, or restore the one that was removed. Name an "
	   "issuer of the policy's list; another one is added to the list "
	   "first, in a push of its own.",
    .answer = check_caa,
};

/* ---- identity-caa-changed -------------------------------------------------
 */

static const char changed_id[] = "identity-caa-changed";

/*
 * Properties that allow something to those they name. ELSE: what counts where
 * the set has none of the tag; without it, nobody is limited then if LIMITS.
 */
static const struct {
	const char *tag, *otherwise;
	bool limits;
	bool listed; /* caa-issuers are about these certificates */
} tags[] = {
    {"issue", NULL, true, true},
    {"issuewild", "issue", true, true},
    {"issuemail", NULL, true, false},
    {"issuevmc", NULL, true, false},
    /* who is asked to confirm (CA/Browser Forum, appendix B) */
    {"contactemail", NULL, false, false},
    {"contactphone", NULL, false, false},
};

/* The tag whose properties count for row I in the set, or NULL: none. */
static const char *
counting(const struct caa *c, size_t i)
{
	if (has_tag(c, tags[i].tag))
		return tags[i].tag;
	if (tags[i].otherwise != NULL && has_tag(c, tags[i].otherwise))
		return tags[i].otherwise;
	return NULL;
}

/* Before and after of the set for one name. */
struct pair {
	struct caa old, new;
	const char *name; /* as text */
};

static void
tell(const struct group *g, const struct pair *p, const char *message)
{
	struct finding *f;

	f = identity_report(g, changed_id, g->answer->protect->name, RRTYPE_CAA,
	    p->new.answer, message);
	f->expected = "the issuers of before, or fewer";
	f->help = findings_text(g->fs,
	    "restore the CAA records; if another issuer is wanted, %s names "
	    "it in caa-issuers, or agrees with a waiver",
	    group_owner(g));
}

/* What row I of the new set allows must have been allowed. True: told. */
static bool
check_tag(const struct group *g, const struct pair *pair, size_t i)
{
	const char *before = counting(&pair->old, i);
	const char *now = counting(&pair->new, i);
	const struct policy_require *q = &g->answer->protect->require;
	struct property p;
	uint32_t k;

	if (before == NULL && tags[i].limits)
		return false; /* everybody was allowed */
	if (now == NULL) {
		if (!tags[i].limits)
			return false;
		tell(g, pair,
		    findings_text(g->fs,
			"no CAA record limits %s for %s any more", tags[i].tag,
			pair->name));
		return true;
	}
	for (k = 0; k < pair->new.answer->rrset->count; k++) {
		if (!property(&pair->new, k, &p) || !is_tag(&p, now) ||
		    (before != NULL && covered(&pair->old, before, &p)) ||
		    (before != NULL && tags[i].listed &&
			agreed(q, &pair->old, before, &p)))
			continue;
		tell(g, pair,
		    findings_text(g->fs, "CAA of %s now allows %.*s \"%.*s\"",
			pair->name, (int)p.tag_len, p.tag, (int)p.value_len,
			p.value));
		return true;
	}
	return false;
}

/* The rows that count for certificates of the name itself, or for those of the
 * wildcard beside it. */
static void
check_pair(const struct group *g, const struct pair *p, bool wild)
{
	size_t i;

	if (p->old.found != CAA_FOUND)
		return;
	if (p->new.found != CAA_FOUND) {
		tell(g, p,
		    findings_text(g->fs,
			p->new.found == CAA_NONE
			    ? "no CAA record covers %s any more"
			    : "it cannot be said any more which CAA record "
			      "covers %s",
			p->name));
		return;
	}
	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (wild == (tags[i].otherwise != NULL) && check_tag(g, p, i))
			return;
}

static void
check_changed(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	const struct policy_protected *p = ea->protect;
	struct pair own, wild;
	const uint8_t *above;
	struct group g;

	if ((!p->identity && !p->require.caa) || identity_is_service(p->name) ||
	    ev->old == NULL || ev->new == NULL || ev->nzones == 0 ||
	    name_is_root(p->name) || !group_begin(&g, ev, ea, fs))
		return;
	own.name = group_name(&g);
	find(&g, true, p->name, &own.old);
	find(&g, false, p->name, &own.new);
	if (!p->require.caa || limits(&own.new)) /* else identity-caa */
		check_pair(&g, &own, false);
	/* The certificate of *.example.com is good for login.example.com. */
	above = name_parent(p->name);
	wild.name = findings_text(fs, "*.%s", rule_name(fs, above));
	find(&g, true, above, &wild.old);
	find(&g, false, above, &wild.new);
	if (own.new.found == CAA_FOUND || wild.new.found == CAA_FOUND)
		check_pair(&g, &wild, true); /* else it was told */
}

const struct rule rule_identity_caa_changed = {
    .id = "identity-caa-changed",
    .title = "more may issue for an identity endpoint than before",
    .severity = SEVERITY_ERROR,
    .what = "The CAA records that cover an identity endpoint, or a name with "
	    "require.caa, allow an issuer that they did not allow before, no "
	    "longer limit anybody, lost a parameter (RFC 8657), or name "
	    "another contact. Judged is the set that counts: at the name, or "
	    "at the closest name above it (RFC 8659 section 3), so that a new "
	    "set nearer to the name, a delegation or a wildcard counts too. "
	    "For issuewild it is the set that counts for the wildcard beside "
	    "the name (*.example.com for login.example.com), whose "
	    "certificates are good for the name. Fewer issuers, more "
	    "parameters and iodef are no finding; nor is, for issue and "
	    "issuewild, an issuer of require.caa-issuers that was not there "
	    "before.",
    .why = "Who changes the issuer to one that checks less, or where he has an "
	   "account, has the certificate of the name without ever touching its "
	   "address.",
    .bad = "login  CAA  0 issue \"other-ca.example\"   ; was ca.example.net\n",
    .good = "login  CAA  0 issue \"ca.example.net\"\n",
    .fix = "Restore the issuer. If it is to change, list those that may "
	   "issue as require.caa-issuers in the policy, or waive this finding "
	   "for the name, with a date, in a push of its own.",
    .answer = check_changed,
};
