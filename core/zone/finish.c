/* Sorted records into RRsets, marks and the finished zone. */
#include <stdlib.h>
#include <string.h>

#include "../dns/rrtype.h"
#include "build.h"

/* Findings name owner, type and place of RR. */
static void
tell(struct findings *fs, struct finding *f, const struct zone *z,
    const struct zone_rr *rr)
{
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];

	name_to_text(name, z->owner[rr->owner].name);
	f->name = findings_text(fs, "%s", name);
	f->type = findings_text(fs, "%s", rrtype_to_text(type, rr->type));
	zone_place(z, rr, fs, &f->place);
}

static void
report_duplicate(struct findings *fs, const struct zone *z,
    const struct zone_rr *rr, const struct zone_rr *first)
{
	struct finding *f;

	if (fs == NULL)
		return;
	f = findings_add(fs, "syntax-duplicate",
	    "the same record stands twice, first in line %u", first->line);
	f->help = "remove one of them";
	tell(fs, f, z, rr);
}

static void
report_ttl(struct findings *fs, const struct zone *z, const struct zone_rr *rr,
    const struct zone_rr *first)
{
	struct finding *f;

	if (fs == NULL)
		return;
	f = findings_add(fs, "syntax-ttl-mismatch",
	    "TTL %u here and %u in line %u: records of one RRset must share "
	    "one TTL",
	    rr->ttl, first->ttl, first->line);
	f->help = "give all records of the RRset the same TTL (RFC 2181 5.2)";
	tell(fs, f, z, rr);
}

static void
report_size(struct findings *fs, const struct zone *z,
    const struct zone_rrset *set, uint32_t limit)
{
	struct finding *f;

	if (fs == NULL)
		return;
	f = findings_add(fs, "syntax-limit",
	    "%u records in one RRset, more than %u", set->count, limit);
	f->help = "split the data, or raise limits.rrset-records in the policy "
		  "if every server loads so many";
	tell(fs, f, z, &z->rr[set->rr]);
}

/*
 * One pass over the grouped records: RRsets, duplicates, TTLs. Records are
 * moved down over the duplicates that are dropped.
 */
struct collect {
	struct zone *z;
	struct zone_owner *owner;
	struct zone_rr *rr;
	struct zone_rrset *set;
	uint8_t *rdata;
	struct findings *fs;
	uint32_t in, out, nsets, nrrs, limit, dups_told;
};

static void
close_set(struct collect *c, struct zone_rrset *set)
{
	uint32_t limit = c->limit;

	/* One RRSIG set holds the signatures of all types of the owner. */
	if (set->type == RRTYPE_RRSIG)
		limit *= 10;
	if (set->count > limit)
		report_size(c->fs, c->z, set, limit);
}

static void
collect_record(struct collect *c, struct zone_owner *o, struct zone_rr *rr)
{
	struct zone_rrset *set = o->nrrsets == 0 ? NULL : &c->set[c->nsets - 1];
	const struct zone_rr *prev = c->out == 0 ? NULL : &c->rr[c->out - 1];

	if (set != NULL && set->type == rr->type) {
		if (build_rr_compare(prev, rr, c->rdata) == 0) {
			c->z->dropped++;
			if (c->dups_told++ < 100)
				report_duplicate(c->fs, c->z, rr, prev);
			/* Servers differ on which TTL stays. */
			if (rr->ttl != prev->ttl)
				report_ttl(c->fs, c->z, rr, prev);
			return;
		}
		if (rr->ttl != set->ttl && rr->type != RRTYPE_RRSIG)
			report_ttl(c->fs, c->z, rr, &c->rr[set->rr]);
	} else {
		if (set != NULL)
			close_set(c, set);
		set = &c->set[c->nsets++];
		set->owner = rr->owner;
		set->rr = c->out;
		set->count = 0;
		set->ttl = rr->ttl;
		set->type = rr->type;
		o->nrrsets++;
	}
	set->count++;
	c->rr[c->out++] = *rr;
}

static void
collect_rrsets(struct collect *c)
{
	struct zone_owner *o;
	uint32_t i, end;

	for (i = 0; i < c->z->nowners; i++) {
		o = &c->owner[i];
		o->rrset = c->nsets;
		for (end = c->in; end < c->nrrs && c->rr[end].owner == i;)
			end++;
		build_sort_owner(c->rr + c->in, end - c->in, c->rdata);
		for (; c->in < end; c->in++)
			collect_record(c, o, &c->rr[c->in]);
		if (o->nrrsets != 0)
			close_set(c, &c->set[c->nsets - 1]);
	}
}

/* Does an owner of an NSEC3 chain stand here: nothing but NSEC3 and RRSIG? */
static bool
only_nsec3(const struct zone *z, const struct zone_owner *o)
{
	uint32_t i;
	bool seen = false;

	for (i = 0; i < o->nrrsets; i++) {
		if (z->rrset[o->rrset + i].type == RRTYPE_NSEC3)
			seen = true;
		else if (z->rrset[o->rrset + i].type != RRTYPE_RRSIG)
			return false;
	}
	return seen;
}

static bool
holds(const struct zone *z, const struct zone_owner *o, uint16_t type)
{
	uint32_t i;

	for (i = 0; i < o->nrrsets; i++)
		if (z->rrset[o->rrset + i].type == type)
			return true;
	return false;
}

/* Keys of a subtree begin with the key of its top, and stand together. */
static bool
key_under(const struct zone_owner *o, const struct zone_owner *top)
{
	size_t no, nt;
	const uint8_t *ko = zone_owner_key(o, &no);
	const uint8_t *kt = zone_owner_key(top, &nt);

	return no > nt && memcmp(ko, kt, nt) == 0;
}

/* Mark cuts, DNAMEs and what lies below them (RFC 1034 §4.2.1, RFC 6672 §2.4).
 */
static void
mark_owners(struct zone *z, struct zone_owner *owner)
{
	const struct zone_owner *cut = NULL, *dname = NULL;
	struct zone_owner *o;
	size_t apex_len = name_len(z->apex);
	uint32_t i;

	for (i = 0; i < z->nowners; i++) {
		o = &owner[i];
		if (cut != NULL && key_under(o, cut))
			o->flags |= ZONE_BELOW_CUT;
		if (dname != NULL && key_under(o, dname) && !only_nsec3(z, o))
			o->flags |= ZONE_BELOW_DNAME;
		if (name_is_wildcard(o->name))
			o->flags |= ZONE_WILDCARD;
		if (o->len == apex_len &&
		    memcmp(o->name, z->apex, apex_len) == 0)
			o->flags |= ZONE_APEX;
		else if (holds(z, o, RRTYPE_NS)) {
			o->flags |= ZONE_CUT;
			if (!(o->flags & ZONE_BELOW_CUT))
				cut = o;
		}
		if (holds(z, o, RRTYPE_DNAME)) {
			o->flags |= ZONE_DNAME;
			if (!(o->flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME)))
				dname = o;
		}
	}
}

static void
free_array(void *p)
{
	free(p);
}

/* Hand array P over to the arena; frees it when that fails. */
static int
adopt(struct arena *a, void *p)
{
	if (arena_on_free(a, free_array, p) == 0)
		return 0;
	free(p);
	return -1;
}

static int
take_arrays(struct zone_builder *b, struct zone *z, struct zone_owner *owner,
    struct zone_rrset *set)
{
	int bad = 0;

	bad |= adopt(b->arena, owner);
	bad |= adopt(b->arena, set);
	bad |= adopt(b->arena, b->rr);
	b->rr = NULL;
	bad |= adopt(b->arena, b->rdata);
	b->rdata = NULL;
	bad |= adopt(b->arena, b->file);
	b->file = NULL;
	z->arena = b->arena;
	return bad == 0 ? 0 : -1;
}

static uint32_t
find_soa(const struct zone *z)
{
	uint32_t i, o = zone_find(z, z->apex);

	for (i = 0; o != ZONE_NONE && i < z->owner[o].nrrsets; i++)
		if (z->rrset[z->owner[o].rrset + i].type == RRTYPE_SOA)
			return z->owner[o].rrset + i;
	return ZONE_NONE;
}

int
zone_builder_finish(struct zone_builder *b, struct zone **out,
    struct findings *fs, struct error *e)
{
	struct collect c = {0};
	struct zone_owner *owner = NULL;
	struct zone *z;

	*out = NULL;
	if ((z = arena_alloc(b->arena, sizeof(*z))) == NULL ||
	    (z->apex = arena_dup(b->arena, b->apex, name_len(b->apex))) ==
		NULL ||
	    build_owners(b, &owner, &z->nowners) != 0)
		goto fail;
	c.set = malloc((b->nrrs + 1) * sizeof(*c.set));
	if (c.set == NULL)
		goto fail;
	z->owner = owner;
	z->rrset = c.set;
	z->rr = b->rr;
	b->rdata = build_shrink(b->rdata, b->rdata_len, 1);
	z->rdata = b->rdata != NULL ? b->rdata : z->apex;
	z->file = b->file;
	z->nfiles = (uint16_t)b->nfiles;
	c.z = z;
	c.owner = owner;
	c.rr = b->rr;
	c.rdata = b->rdata;
	c.fs = fs;
	c.nrrs = (uint32_t)b->nrrs;
	c.limit = b->limits.rrset;
	collect_rrsets(&c);
	z->nrrsets = c.nsets;
	z->nrrs = c.out;
	z->rrset = c.set = build_shrink(c.set, c.nsets, sizeof(*c.set));
	z->rr = b->rr = build_shrink(b->rr, c.out, sizeof(*b->rr));
	mark_owners(z, owner);
	z->soa = find_soa(z);
	if (take_arrays(b, z, owner, c.set) != 0) {
		zone_builder_free(b);
		return error_memory(e);
	}
	*out = z;
	b->arena = NULL; /* it is the zone's now */
	zone_builder_free(b);
	return 0;
fail:
	free(owner);
	zone_builder_free(b);
	return error_memory(e);
}
