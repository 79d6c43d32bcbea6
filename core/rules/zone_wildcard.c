/* Names that stop a wildcard. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "table.h"

static bool
has_wildcard(const struct zone *zone)
{
	uint32_t i;

	for (i = 0; i < zone->nowners; i++)
		if (zone->owner[i].flags & ZONE_WILDCARD)
			return true;
	return false;
}

/* The owner of the wildcard directly below PARENT, or ZONE_NONE. */
static uint32_t
wildcard_of(const struct zone *zone, const uint8_t *parent)
{
	static const uint8_t star[] = {1, '*', 0};
	uint8_t name[NAME_MAX_LEN];

	if (name_join(name, star, parent) == 0)
		return ZONE_NONE;
	return zone_find(zone, name);
}

/*
 * The highest name at or above NAME that did not exist in ZONE: what it gains
 * when NAME is added. Its parent is the closest encloser of old.
 */
static const uint8_t *
first_new(const struct zone *zone, const uint8_t *name)
{
	const uint8_t *p = name;

	while (!name_equal(p, zone->apex) && !zone_exists(zone, name_parent(p)))
		p = name_parent(p);
	return p;
}

/* Types that the wildcard answered and the new owner lacks, as text. */
static void
lost_types(const struct zone *old, uint32_t wild, const struct zone *new,
    uint32_t owner, struct text *out)
{
	const struct zone_owner *o = &old->owner[wild];
	char type[RRTYPE_MAX_TEXT];
	uint16_t i, t;

	/* An alias and a delegation answer for every type. */
	if (zone_rrset(new, owner, RRTYPE_CNAME) != NULL ||
	    new->owner[owner].flags &(
		ZONE_CUT | ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return;
	for (i = 0; i < o->nrrsets; i++) {
		t = old->rrset[o->rrset + i].type;
		if (rule_is_signing_type(t) || zone_rrset(new, owner, t))
			continue;
		text_printf(out, "%s%s", out->len == 0 ? "" : ", ",
		    rrtype_to_text(type, t));
	}
}

static void
tell(const struct evidence_zone *ez, struct findings *fs,
    const struct diff_change *change, const uint8_t *top, uint32_t wild)
{
	const struct zone_rr *rr = rule_first(ez->new, change->new);
	uint32_t owner = zone_find(ez->new, top);
	const char *star = rule_name(fs, ez->old->owner[wild].name);
	struct text t = TEXT_INIT;
	struct finding *f;

	if (owner == ZONE_NONE) {
		f = rule_report_pair(fs, ez, "zone-wildcard-blocked", ez->new,
		    rr,
		    "%s comes into being with %s and stops the wildcard %s "
		    "for itself and all names below",
		    rule_name(fs, top), rule_name(fs, change->name), star);
		f->help = "give the name above records of its own, or a "
			  "wildcard below it";
		return;
	}
	lost_types(ez->old, wild, ez->new, owner, &t);
	if (text_lost(&t))
		fs->lost = true;
	if (t.len != 0) {
		f = rule_report_pair(fs, ez, "zone-wildcard-blocked", ez->new,
		    rr, "%s stops the wildcard %s: it no longer answers %s",
		    rule_name(fs, top), star, t.data);
		f->help = "repeat the wildcard's records of these types at "
			  "the new name, if they are wanted";
	}
	text_free(&t);
}

static void
check_blocked(const struct evidence *ev, const struct evidence_zone *ez,
    struct findings *fs)
{
	const struct diff_change *change;
	const uint8_t *top, *told = NULL;
	uint32_t wild;
	size_t i;

	(void)ev;
	if (ez->diff == NULL || ez->old == NULL || ez->new == NULL ||
	    ez->old->broken || ez->new->broken || !has_wildcard(ez->old))
		return;
	for (i = 0; i < ez->diff->n; i++) {
		change = &ez->diff->change[i];
		if (change->kind != DIFF_ADDED ||
		    rule_is_signing_type(change->type) ||
		    zone_exists(ez->old, change->name))
			continue;
		/* Canonical order: what is below one new name comes together.
		 */
		if (told != NULL && name_is_under(change->name, told))
			continue;
		told = top = first_new(ez->old, change->name);
		wild = wildcard_of(ez->old, name_parent(top));
		if (wild == ZONE_NONE || name_is_wildcard(top) ||
		    wildcard_of(ez->new, name_parent(top)) == ZONE_NONE)
			continue;
		tell(ez, fs, change, top, wild);
	}
}

const struct rule rule_zone_wildcard_blocked = {
    .id = "zone-wildcard-blocked",
    .title = "a new name stops a wildcard",
    .severity = SEVERITY_WARNING,
    .what = "A name was added that a wildcard answered for until now. Once a "
	    "name exists, also as an empty name between two others, the "
	    "wildcard beside it answers neither for it nor for anything below "
	    "it (RFC 4592 section 2.2.2 and 4.3).",
    .why = "Adding _acme-challenge.shop takes the address away from shop, "
	   "which nobody edited; adding an A record to a name takes away the "
	   "MX that the wildcard gave it.",
    .bad = "*                     A    192.0.2.10\n"
	   "_acme-challenge.shop  TXT  \"...\"   ; shop has no address now\n",
    .good = "*                     A    192.0.2.10\n"
	    "shop                  A    192.0.2.10\n"
	    "_acme-challenge.shop  TXT  \"...\"\n",
    .fix = "Repeat the wildcard's records at the name that appeared, where "
	   "they are still wanted.",
    .pair = check_blocked,
};
