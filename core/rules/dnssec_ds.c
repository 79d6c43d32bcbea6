/* DS records: which digests they use, and whether they name the zone's keys. */
#include "parent.h"
#include "table.h"

/* ---- dnssec-ds-mismatch ---------------------------------------------------
 */

static const char mismatch[] = "dnssec-ds-mismatch";

/* A child zone, what is above it, and where the findings go. */
struct chain {
	const struct evidence *ev;
	const struct evidence_zone *ez; /* the judged zone of the two */
	struct findings *fs;
	const struct zone *child;
	const char *child_text;
	struct ds_source ds;
};

/* Point at the judged zone: at DS if it is the parent, else at the keys. */
static struct finding *
tell(const struct chain *c, const struct ds_record *ds, const char *message)
{
	const struct zone *here = c->ez->new;
	const struct zone_rrset *keys = zone_find_rrset(
	    c->child, c->child->apex, RRTYPE_DNSKEY);
	const struct zone_rr *rr = NULL;
	struct finding *f;

	if (c->child == c->ez->judged && c->child != here)
		; /* keys that the gate adds stand in no file */
	else if (here != c->child)
		rr = ds->rr != NULL ? ds->rr : NULL;
	else if (keys != NULL)
		rr = rule_first(here, keys);
	f = rule_report_pair(c->fs, c->ez, mismatch, rr == NULL ? NULL : here,
	    rr, "%s", message);
	f->name = c->child_text;
	f->expected = findings_text(c->fs, "a key of %s", ds_text(c->fs, ds));
	f->help = "publish the key that the DS names and sign the DNSKEY "
		  "records with it, or have the DS changed first";
	if (c->ds.entry != NULL)
		f->authority = rule_authority(
		    c->fs, c->ev->policy, c->ds.entry->line, NULL);
	return f;
}

/*
 * Does the DS lead to a key that signs the keys? One that names no key at all
 * may stand beside another: that is how a new key is announced (RFC 6781
 * section 4.1.2). One with the digest of another key leads nowhere.
 */
static bool
leads_on(const struct chain *c, const struct ds_record *ds, bool *told)
{
	const struct zone_rr *key;

	switch (ds_find_key(c->child, ds->rdata, ds->len, &key)) {
	case DNSSEC_DS_OTHER:
		return false;
	case DNSSEC_DS_DIFFERS:
		tell(c, ds,
		    findings_text(c->fs,
			"the DS %u of %s has the digest of another key than "
			"the zone's",
			ds->tag, c->child_text));
		*told = true;
		return false;
	case DNSSEC_DS_UNKNOWN: /* dnssec-ds-digest */
	case DNSSEC_DS_MATCHES:
		break;
	}
	return key_is_usable(zone_rr_data(c->child, key), key->rdlen) &&
	       key_signs_keys(c->child, key);
}

/* Every algorithm of the DS records must have its way (RFC 4035 §2.2). */
static void
compare(const struct chain *c)
{
	bool open[256] = {false};
	struct ds_record ds;
	size_t i, n = ds_count(&c->ds);

	/* Open is what leads on, or of which enough was said. */
	for (i = 0; i < n && i < PARENT_DS_MAX; i++) {
		ds_read(&c->ds, i, &ds);
		if (leads_on(c, &ds, &open[ds.algorithm]))
			open[ds.algorithm] = true;
	}
	for (i = 0; i < n && i < PARENT_DS_MAX; i++) {
		ds_read(&c->ds, i, &ds);
		if (open[ds.algorithm])
			continue;
		open[ds.algorithm] = true;
		tell(c, &ds,
		    findings_text(c->fs,
			"no DS of %s of algorithm %u names a key that signs "
			"its DNSKEY records",
			c->child_text, ds.algorithm));
	}
	if (n > PARENT_DS_MAX)
		tell(c, &ds,
		    findings_text(c->fs,
			"%s has %zu DS records, more than the %d that are "
			"looked at",
			c->child_text, n, PARENT_DS_MAX));
}

/*
 * Judge one source. Keys of a zone that is signed after the merge are not in
 * the repository: nothing can be said of them, unless the gate signed it with
 * them. A review without a policy goes by what the file holds.
 */
static void
judge(const struct chain *c, enum policy_dnssec_mode mode)
{
	bool real = mode == POLICY_DNSSEC_GATE && c->child == c->ez->judged;
	bool keys = zone_find_rrset(c->child, c->child->apex, RRTYPE_DNSKEY) !=
		    NULL;
	struct ds_record ds;

	if (ds_count(&c->ds) == 0 ||
	    (!real && mode != POLICY_DNSSEC_PRESIGNED &&
		mode != POLICY_DNSSEC_UNSIGNED))
		return;
	if (keys) {
		compare(c);
		return;
	}
	ds_read(&c->ds, 0, &ds);
	tell(c, &ds,
	    findings_text(c->fs,
		"%s has no keys, but its parent says with %s that it is signed",
		c->child_text, ds_text(c->fs, &ds)));
}

/* The judged zone as child. */
static void
check_above(const struct rule_walk *w)
{
	struct chain c = {.ev = w->ev,
	    .ez = w->ez,
	    .fs = w->out,
	    .child = w->zone,
	    .child_text = w->ez->apex_text};

	if (w->ez->mode == POLICY_DNSSEC_GATE && w->ez->judged != NULL)
		c.child = w->ez->judged;
	if (w->ez->entry != NULL) {
		c.ds.entry = w->ez->entry;
		judge(&c, w->ez->mode);
	}
	c.ds = (struct ds_source){
	    .zone = parent_zone(w->ev->new, w->ez->view, w->ez->apex)};
	c.ds.set = parent_ds(c.ds.zone, w->ez->apex);
	judge(&c, w->ez->mode);
}

/* The judged zone as parent of a child that did not change. */
static void
check_below(const struct rule_walk *w, const struct zone_rrset *set)
{
	const uint8_t *name = w->zone->owner[set->owner].name;
	struct chain c = {.ev = w->ev,
	    .ez = w->ez,
	    .fs = w->out,
	    .ds = {.zone = w->zone, .set = set}};
	struct policy_match m;
	struct error e;
	uint32_t i;

	if (w->ev->new == NULL || name_equal(name, w->ez->apex) ||
	    !zone_is_authoritative(w->zone, set))
		return;
	i = zoneset_find(w->ev->new, w->ez->view, name);
	if (i == ZONE_NONE || parent_is_judged(w->ev, w->ez->view, name))
		return;
	c.child = zoneset_zone(w->ev->new, i, NULL, &e);
	if (c.child == NULL || c.child->broken ||
	    policy_match_path(
		w->ev->policy, zoneset_entry(w->ev->new, i)->path, &m, &e) != 1)
		return; /* zone-parent-child says so */
	c.child_text = rule_name(w->out, name);
	judge(&c, m.entry->dnssec.mode);
}

const struct rule rule_dnssec_ds_mismatch = {
    .id = mismatch,
    .title = "the DS at the parent names no key of the zone",
    .severity = SEVERITY_ERROR,
    .what = "The DS records of the parent, as the policy (parent-ds) or the "
	    "parent's zone in this repository has them, do not lead to a key "
	    "of the zone that signs its DNSKEY records: for one of the DS "
	    "algorithms no such key is there, a DS has the digest of another "
	    "key, or the zone has no keys at all (RFC 4035 section 2.2). "
	    "Keys of a zone that is signed after the merge are not here to "
	    "compare, unless the gate holds them (mode gate).",
    .why = "The zone is signed and nobody can trust it: every validating "
	   "resolver answers SERVFAIL. nasa.gov in 2012 and hbonow.com in 2015 "
	   "went away that way.",
    .bad = "; parent:  example.com. DS 11111 13 2 ...\n"
	   "; zone:    example.com. DNSKEY 257 3 13 ... ; tag 22222\n",
    .good = "; parent:  example.com. DS 22222 13 2 ...\n",
    .fix = "Publish the key that the DS names, or have the DS changed before "
	   "the old key is removed.",
    .zone = check_above,
    .rrset = check_below,
    .rrset_type = {RRTYPE_DS},
};

/* ---- dnssec-ds-digest -----------------------------------------------------
 */

static const char digest[] = "dnssec-ds-digest";
static const char digest_expected[] = "2 (SHA-256) or 4 (SHA-384)";
static const char digest_help[] = "publish a DS with SHA-256 (type 2) and no "
				  "other";

/* "SHA-1" for what must not be used, NULL for what may. */
static const char *
digest_words(uint8_t type)
{
	switch (type) {
	case 2:
	case 4:
		return NULL;
	case 1:
		return "SHA-1";
	case 3:
		return "GOST R 34.11-94";
	default:
		return "which validators do not know";
	}
}

static void
check_digest(const struct rule_walk *w, const struct zone_rrset *set)
{
	const struct zone_rr *rr = rule_first(w->zone, set), *end;
	const uint8_t *p;
	const char *words;
	struct finding *f;

	for (end = rr + set->count; rr < end; rr++) {
		p = zone_rr_data(w->zone, rr);
		if (rr->rdlen < 4 || (words = digest_words(p[3])) == NULL)
			continue;
		/* The request to delete (RFC 8078 section 4): dnssec-cds. */
		if (set->type == RRTYPE_CDS && p[2] == 0 && p[3] == 0)
			continue;
		if (rule_muted(w))
			continue;
		f = rule_report(w, digest, rr,
		    "the %s of %s has digest type %u, %s",
		    rule_type(w->out, set->type),
		    rule_name(w->out, zone_rr_owner(w->zone, rr)), p[3], words);
		f->expected = digest_expected;
		f->help = digest_help;
	}
}

static void
check_digest_policy(const struct rule_walk *w)
{
	const struct policy_zone *entry = w->ez->entry;
	const struct policy_ds *ds;
	const char *words;
	struct finding *f;
	size_t i;

	for (i = 0; entry != NULL && i < entry->dnssec.nparent_ds; i++) {
		ds = &entry->dnssec.parent_ds[i];
		if ((words = digest_words(ds->digest_type)) == NULL)
			continue;
		f = rule_report(w, digest, NULL,
		    "the DS %u of %s at its parent has digest type %u, %s",
		    ds->tag, w->ez->apex_text, ds->digest_type, words);
		f->expected = digest_expected;
		f->help = "have the parent publish a DS with SHA-256 instead, "
			  "then change parent-ds";
		f->authority = rule_authority(
		    w->out, w->ev->policy, entry->line, NULL);
	}
}

const struct rule rule_dnssec_ds_digest = {
    .id = digest,
    .title = "a DS uses a digest that must not be used",
    .severity = SEVERITY_ERROR,
    .what = "A DS or CDS record, or a parent-ds of the policy, has the digest "
	    "type SHA-1, GOST or an unknown one (RFC 8624 section 3.3, RFC "
	    "9905, RFC 9906).",
    .why = "Resolvers that do not accept the digest treat the child zone as "
	   "unsigned. For SHA-1, keys can be made that share a digest.",
    .bad = "sub  DS  30081 13 1 2bb183af...\n",
    .good = "sub  DS  30081 13 2 e06d44b8...\n",
    .fix = "Publish a DS with SHA-256 (type 2) and remove the other.",
    .zone = check_digest_policy,
    .rrset = check_digest,
    .rrset_type = {RRTYPE_DS, RRTYPE_CDS},
};
