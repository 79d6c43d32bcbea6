#include "lane.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

static bool
is_key_type(uint16_t type)
{
	return type == RRTYPE_DNSKEY || type == RRTYPE_DS ||
	       type == RRTYPE_CDS || type == RRTYPE_CDNSKEY;
}

/* Records that signing remakes whenever something else changes. */
static bool
is_made(uint16_t type)
{
	return type == RRTYPE_RRSIG || type == RRTYPE_NSEC ||
	       type == RRTYPE_NSEC3 || type == RRTYPE_ZONEMD;
}

/* Do records of TYPE at a failover name decide where it leads? */
static bool
is_protected(const struct policy *p, const char *view, const uint8_t *name,
    uint16_t type)
{
	const struct policy_protected *q;
	size_t i, k;

	for (i = 0; i < p->nprotects; i++) {
		q = &p->protect[i];
		if (q->identity || !policy_protects_view(q, view) ||
		    !name_equal(q->name, name))
			continue;
		if (type == RRTYPE_CNAME)
			return true;
		for (k = 0; k < q->ntypes; k++)
			if (q->type[k] == type)
				return true;
	}
	return false;
}

static int
add_name(struct change_lanes *l, const uint8_t *name, struct arena *a)
{
	char text[NAME_MAX_TEXT];
	const char **more;

	if ((more = arena_calloc(a, l->nnames + 2, sizeof(*more))) == NULL)
		return -1;
	if (l->nnames != 0)
		memcpy(more, l->name, l->nnames * sizeof(*more));
	name_to_text(text, name);
	if ((more[l->nnames] = arena_strdup(a, text)) == NULL)
		return -1;
	l->name = more;
	l->nnames++;
	return 0;
}

/* Names of one switch; a change of more is no answer to an outage. */
#define SWITCH_NAMES_MAX 1000

int
lane_add_zone(struct change_lanes *l, const struct policy *p,
    const struct diff *d, const char *view, struct arena *a)
{
	const struct diff_change *c;
	unsigned lanes = 0;
	size_t i;

	if (d == NULL || d->old == NULL || d->new == NULL) {
		l->lanes |= LANE_ZONE;
		return 0;
	}
	if (d->soa_changed && !d->soa_only_serial)
		lanes |= LANE_ZONE;
	for (i = 0; i < d->n; i++) {
		c = &d->change[i];
		if (is_key_type(c->type)) {
			lanes |= LANE_KEY;
		} else if (is_made(c->type)) {
			continue;
		} else if (l->nnames < SWITCH_NAMES_MAX &&
			   is_protected(p, view, c->name, c->type)) {
			lanes |= LANE_SWITCH;
			if (add_name(l, c->name, a) != 0)
				return -1;
		} else {
			lanes |= LANE_ZONE;
		}
	}
	l->lanes |= lanes != 0 ? lanes : LANE_ZONE;
	return 0;
}

/* Kexample.com.+013+12345.private, dsset-example.com. */
static bool
is_key_file(const char *path)
{
	static const char *const ends[] = {".key", ".private", ".state"};
	const char *name = strrchr(path, '/');
	size_t i, len, end;

	name = name == NULL ? path : name + 1;
	if (strncmp(name, "dsset-", 6) == 0 || strncmp(name, "keyset-", 7) == 0)
		return true;
	len = strlen(name);
	if (name[0] != 'K' || strstr(name, ".+") == NULL)
		return false;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		end = strlen(ends[i]);
		if (len > end && strcmp(name + len - end, ends[i]) == 0)
			return true;
	}
	return false;
}

void
lane_add_paths(
    struct change_lanes *l, const struct source_change *change, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_key_file(change[i].path))
			l->lanes |= LANE_KEY;
}

/* ---- is it still a switch? ---------------------------------------------- */

static bool
about_requirement(const struct policy *p, const struct finding *f)
{
	static const char *const groups[] = {"failover-", "identity-"};
	size_t i;

	if (f->severity == SEVERITY_OFF ||
	    policy_severity_of(p, f->rule) == SEVERITY_OFF)
		return false;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (strncmp(f->rule, groups[i], strlen(groups[i])) == 0)
			return true;
	return false;
}

unsigned
lane_settled(const struct change_lanes *l, const struct policy *p,
    const struct findings *fs)
{
	const struct finding *f;
	size_t i, k;

	if ((l->lanes & LANE_SWITCH) == 0)
		return l->lanes;
	for (i = 0; i < fs->n; i++) {
		f = &fs->item[i];
		if (!about_requirement(p, f))
			continue;
		for (k = 0; k < l->nnames; k++)
			if (f->name == NULL || strcmp(f->name, l->name[k]) == 0)
				return (l->lanes & ~(unsigned)LANE_SWITCH) |
				       LANE_ZONE;
	}
	return l->lanes;
}

/* ---- approvals ---------------------------------------------------------- */

struct lane {
	unsigned bit;
	const char *name;
};

static const struct lane table[] = {
    {LANE_SWITCH, "failover-switch"},
    {LANE_ZONE, "zone"},
    {LANE_POLICY, "policy"},
    {LANE_KEY, "key"},
};

#define LANES (sizeof(table) / sizeof(table[0]))

static uint32_t
asked(unsigned bit, const struct policy_change *c)
{
	uint32_t n = bit == LANE_SWITCH   ? c->approvals_failover
		     : bit == LANE_POLICY ? c->approvals_policy
		     : bit == LANE_KEY    ? c->approvals_keys
					  : c->approvals_zones;

	return n == POLICY_APPROVALS_SAME ? c->approvals_zones : n;
}

uint32_t
lane_approvals(unsigned lanes, const struct policy_change *c)
{
	uint32_t most = 0, n;
	size_t i;

	for (i = 0; i < LANES; i++) {
		if ((lanes & table[i].bit) == 0)
			continue;
		if ((n = asked(table[i].bit, c)) > most)
			most = n;
	}
	return most;
}

bool
lane_any_approvals(const struct policy_change *c)
{
	return lane_approvals(
		   LANE_SWITCH | LANE_ZONE | LANE_POLICY | LANE_KEY, c) != 0;
}

const char *
lane_text(unsigned lanes)
{
	static const char *const text[16] = {
	    "none",
	    "failover-switch",
	    "zone",
	    "failover-switch, zone",
	    "policy",
	    "failover-switch, policy",
	    "zone, policy",
	    "failover-switch, zone, policy",
	    "key",
	    "failover-switch, key",
	    "zone, key",
	    "failover-switch, zone, key",
	    "policy, key",
	    "failover-switch, policy, key",
	    "zone, policy, key",
	    "failover-switch, zone, policy, key",
	};

	return text[lanes & 15];
}
