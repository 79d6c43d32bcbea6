#include "confirm.h"

#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

#define TYPE_SIGNING 65534 /* BIND: how far the signing has got */

/* Those before DNSKEY may be anywhere, it and the rest at the apex only. */
const uint16_t confirm_types[CONFIRM_TYPES] = {RRTYPE_RRSIG, RRTYPE_NSEC,
    RRTYPE_NSEC3, RRTYPE_DNSKEY, RRTYPE_NSEC3PARAM, RRTYPE_CDS, RRTYPE_CDNSKEY,
    RRTYPE_ZONEMD, TYPE_SIGNING};

#define ANYWHERE 3

/* Which of the types a signer has added at this owner; -1 for none. */
static int
made_by_signer(const struct zone *attested, const struct zone *found,
    const struct zone_rrset *set)
{
	const uint8_t *name = found->owner[set->owner].name;
	int i;

	for (i = 0; i < CONFIRM_TYPES; i++)
		if (confirm_types[i] == set->type)
			break;
	if (i == CONFIRM_TYPES ||
	    (i >= ANYWHERE && !name_equal(name, found->apex)))
		return -1;
	/* What was attested is compared, whatever it is. */
	return zone_find_rrset(attested, name, set->type) != NULL ? -1 : i;
}

static int
add_set(struct zone_builder *b, const struct zone *z,
    const struct zone_rrset *set, struct error *e)
{
	const struct zone_rr *rr;
	struct zone_record rec = {
	    .owner = z->owner[set->owner].name, .type = set->type};
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		rec.rdata = zone_rr_data(z, rr);
		rec.rdlen = rr->rdlen;
		rec.ttl = rr->ttl;
		if (zone_builder_add(b, &rec, e) != 0)
			return -1;
	}
	return 0;
}

/* FOUND without what the signer added. */
static int
strip(struct confirm_result *r, const struct zone *attested, struct error *e)
{
	struct zone_limits limits = zone_limits_default;
	const struct zone *z = r->found;
	struct zone_builder *b;
	uint32_t i;
	int type;

	limits.records = limits.rrset = UINT32_MAX - 1;
	if ((b = zone_builder_new(z->apex, &limits)) == NULL)
		return error_memory(e);
	for (i = 0; i < z->nrrsets; i++) {
		type = made_by_signer(attested, z, &z->rrset[i]);
		if (type >= 0) {
			r->aside[type] += z->rrset[i].count;
		} else if (add_set(b, z, &z->rrset[i], e) != 0) {
			zone_builder_free(b);
			return -1;
		}
	}
	return zone_builder_finish(b, &r->stripped, NULL, e);
}

static bool
has_signed_soa(const struct zone *z)
{
	return zone_find_rrset(z, z->apex, RRTYPE_RRSIG) != NULL &&
	       zone_find_rrset(z, z->apex, RRTYPE_DNSKEY) != NULL;
}

/*
 * May the serial differ? A signer that takes the zone over counts on by itself;
 * an older one is another zone, always.
 */
static bool
serial_is_fine(const struct confirm_result *r, const char *serial)
{
	bool newer = serial != NULL ? strcmp(serial, "newer") == 0
				    : r->is_signed && !r->whole;

	return newer &&
	       diff_serial_less(r->diff->serial_old, r->diff->serial_new);
}

int
confirm_compare(struct confirm_result *r, const struct zone *attested,
    struct zone *found, const struct gate_confirm *args, struct error *e)
{
	const struct zone *other = found;

	r->found = found;
	r->whole = args->whole || strcmp(r->attested->mode, "presigned") == 0;
	r->is_signed = has_signed_soa(found) && !has_signed_soa(attested);
	if (!r->whole && r->is_signed) {
		if (strip(r, attested, e) != 0)
			return -1;
		other = r->stripped;
	}
	if (diff_zones(&r->diff, attested, other, e) != 0)
		return -1;
	r->differences = r->diff->n;
	r->serial_differs = r->diff->soa_changed && r->diff->soa_only_serial;
	r->serial_accepted = r->serial_differs &&
			     serial_is_fine(r, args->serial);
	if (r->diff->soa_changed && !r->serial_accepted)
		r->differences++;
	return 0;
}

void
confirm_free(struct confirm_result *r)
{
	diff_free(r->diff);
	zone_free(r->stripped);
	zone_free(r->found);
}
