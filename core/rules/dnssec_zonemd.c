/* The digest of the whole zone that a zone may carry (RFC 8976). */
#include <string.h>

#include "check.h"
#include "table.h"

static const char id[] = "dnssec-zonemd";

enum {
	HEADER = 6, /* serial, scheme, hash algorithm */
	SCHEME_SIMPLE = 1,
};

/* One ZONEMD record, taken apart. */
struct zonemd {
	const struct zone_rr *rr;
	const uint8_t *digest;
	size_t len;
	uint32_t serial;
	uint8_t scheme, hash;
};

static const struct zone_rrset *
apex_zonemd(const struct zone *zone)
{
	return zone_find_rrset(zone, zone->apex, RRTYPE_ZONEMD);
}

static bool
take_apart(struct zonemd *m, const struct zone *zone, const struct zone_rr *rr)
{
	const uint8_t *p = zone_rr_data(zone, rr);

	if (rr->rdlen <= HEADER)
		return false;
	*m = (struct zonemd){.rr = rr,
	    .digest = p + HEADER,
	    .len = rr->rdlen - (size_t)HEADER,
	    .serial = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		      (uint32_t)p[2] << 8 | p[3],
	    .scheme = p[4],
	    .hash = p[5]};
	return true;
}

/* A digest of another kind protects nobody: it counts as none (RFC 8976
 * section 4, step 4). */
static bool
is_known(const struct zonemd *m)
{
	return m->scheme == SCHEME_SIMPLE && zone_digest_len(m->hash) != 0;
}

static size_t
count_known(const struct zone *zone)
{
	const struct zone_rrset *set = apex_zonemd(zone);
	struct zonemd m;
	size_t n = 0;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++)
		n += take_apart(&m, zone, rule_first(zone, set) + i) &&
		     is_known(&m);
	return n;
}

/*
 * Is the digest one that is going to be published? A zone that is signed later
 * gets it then, and the file holds a placeholder (section 3.3). In a review
 * without a policy nobody said that: only zeros are taken for one.
 */
static bool
is_final(const struct rule_walk *w, const struct zonemd *m)
{
	size_t i;

	if (w->ez->mode == POLICY_DNSSEC_PRESIGNED ||
	    w->ez->mode == POLICY_DNSSEC_UNSIGNED)
		return true;
	for (i = 0; w->ez->entry == NULL && i < m->len; i++)
		if (m->digest[i] != 0)
			return true;
	return false;
}

static void
compare(const struct rule_walk *w, const struct zonemd *m)
{
	uint8_t digest[ZONE_DIGEST_MAX];
	struct finding *f;

	if (m->serial != zone_serial(w->zone)) {
		f = rule_report(w, id, m->rr,
		    "the ZONEMD of %s is for serial %u, the SOA has %u",
		    w->ez->apex_text, m->serial, zone_serial(w->zone));
		f->help = "compute the digest after the serial was raised: "
			  "zonegate sign does";
		return;
	}
	if (zone_digest_as(w->zone, m->hash, digest) != 0) {
		w->out->lost = true; /* not checked is not right */
		return;
	}
	if (m->len == zone_digest_len(m->hash) &&
	    memcmp(digest, m->digest, m->len) == 0)
		return;
	f = rule_report(w, id, m->rr,
	    "the ZONEMD of %s does not hold the digest of the zone",
	    w->ez->apex_text);
	f->help = "compute the digest after every other change: zonegate sign "
		  "does";
}

static void
check_zonemd(const struct rule_walk *w, const struct zone_rrset *set)
{
	uint8_t seen[65536 / 8] = {0}, *at, bit; /* by scheme and hash */
	struct zonemd m;
	struct finding *f;
	uint32_t i;

	/* One below the apex has no meaning (section 2). */
	if (set != apex_zonemd(w->zone))
		return;
	for (i = 0; i < set->count; i++) {
		if (!take_apart(&m, w->zone, rule_first(w->zone, set) + i))
			continue; /* syntax-error */
		at = &seen[(m.scheme << 8 | m.hash) / 8];
		bit = (uint8_t)(1u << (m.hash & 7));
		if ((*at & bit) != 0) {
			f = rule_report(w, id, m.rr,
			    "two ZONEMD records of scheme %u and hash "
			    "algorithm %u",
			    m.scheme, m.hash);
			f->help = "keep the one that is right: servers use "
				  "neither (RFC 8976 section 4)";
		} else if (is_known(&m) && is_final(w, &m)) {
			compare(w, &m);
		}
		*at |= bit;
	}
}

struct rules_zonemd
rules_verify_zonemd(
    const struct zone *zone, const char *apex_text, struct findings *fs)
{
	const struct zone_rrset *set = apex_zonemd(zone);
	const struct evidence_zone ez = {.apex = zone->apex,
	    .apex_text = apex_text,
	    .view = "",
	    .mode = POLICY_DNSSEC_PRESIGNED,
	    .new = zone};
	struct rule_quota quota = {.said = 0};
	const struct rule_walk w = {
	    .ez = &ez, .zone = zone, .out = fs, .quota = &quota};

	if (set == NULL)
		return (struct rules_zonemd){0, 0};
	check_zonemd(&w, set);
	return (struct rules_zonemd){set->count, (uint32_t)count_known(zone)};
}

static void
check_removed(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct zone_rrset *left;
	struct finding *f;

	(void)ev;
	if (ez->old == NULL || ez->new == NULL || ez->old->broken ||
	    ez->new->broken || count_known(ez->old) == 0 ||
	    count_known(ez->new) != 0)
		return;
	left = apex_zonemd(ez->new);
	f = rule_report_pair(fs, ez, id, left == NULL ? NULL : ez->new,
	    left == NULL ? NULL : rule_first(ez->new, left),
	    left == NULL
		? "%s had a ZONEMD, which is removed"
		: "%s had a ZONEMD that servers can check, and keeps none",
	    ez->apex_text);
	f->type = "ZONEMD";
	f->expected = "scheme 1 with SHA-384 (1) or SHA-512 (2)";
	f->help = "keep the record; transfers of the zone rely on it";
}

const struct rule rule_dnssec_zonemd = {
    .id = "dnssec-zonemd",
    .title = "the zone's digest is wrong",
    .severity = SEVERITY_ERROR,
    .what = "A ZONEMD record (RFC 8976) of scheme SIMPLE with SHA-384 or "
	    "SHA-512 does not hold the digest of the zone or has another "
	    "serial than the SOA; two records are of one scheme and hash "
	    "algorithm; or the last one that servers can check was removed. "
	    "Digests of other kinds are not looked at: they count as none. In "
	    "a zone that is signed after the merge the digest is made then, "
	    "and what the file holds is not compared.",
    .why = "Servers that check it refuse the whole zone. A ZONEMD that is "
	   "silently removed takes away the protection of transfers.",
    .bad = "@  ZONEMD  2026112401 1 1 0000...\n",
    .good = "@  ZONEMD  2026112402 1 1 c68090d9...\n",
    .fix = "Let the signer compute the digest after everything else.",
    .rrset = check_zonemd,
    .rrset_type = {RRTYPE_ZONEMD},
    .pair = check_removed,
};
