/*
 * Records in file order into sorted arrays. Owners are noted as runs of equal
 * neighbours while records arrive; most files are sorted or nearly so, and then
 * sorting costs one comparison a run.
 */
#include <stdlib.h>
#include <string.h>

#include "../base/workers.h"
#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "lines.h"
#include "zone.h"

const struct zone_limits zone_limits_default = {
    .bytes = (uint64_t)256 << 20,
    .records = 5000000,
    .rrset = 100,
    .include_depth = 16,
    .includes = 1000,
    .generate = 1000000,
    .findings = 100,
};

/* Neighbouring records of one owner. */
struct run {
	const uint8_t *name; /* followed by key length (2 octets) and key */
	uint64_t prefix;     /* first octets of the key behind the apex's */
	uint32_t id;         /* place in file order */
	uint8_t len;
};

struct zone_builder {
	struct arena *arena;
	struct zone_limits limits;
	uint8_t apex[NAME_MAX_LEN];
	size_t apex_key_len;
	struct zone_file *file;
	uint32_t nfiles;
	struct zone_rr *rr;
	size_t nrrs, rr_cap;
	struct run *run;
	size_t nruns, run_cap;
	uint8_t *rdata;
	size_t rdata_len, rdata_cap;
	bool unsorted;
};

const uint8_t *
zone_owner_key(const struct zone_owner *o, size_t *len)
{
	const uint8_t *p = o->name + o->len;

	*len = (size_t)p[0] << 8 | p[1];
	return p + 2;
}

static const uint8_t *
run_key(const struct run *r, size_t *len)
{
	const uint8_t *p = r->name + r->len;

	*len = (size_t)p[0] << 8 | p[1];
	return p + 2;
}

/* Make room for one more of SIZE bytes; doubling keeps the cost linear. */
static int
grow(void *array, size_t n, size_t *cap, size_t size)
{
	void *old, *p;
	size_t want = *cap == 0 ? 256 : *cap * 2;

	if (n < *cap)
		return 0;
	memcpy(&old, array, sizeof(old));
	if (want > SIZE_MAX / size || (p = realloc(old, want * size)) == NULL)
		return -1;
	memcpy(array, &p, sizeof(p));
	*cap = want;
	return 0;
}

struct zone_builder *
zone_builder_new(const uint8_t *apex, const struct zone_limits *limits)
{
	struct zone_builder *b;
	uint8_t key[NAME_MAX_KEY];

	if ((b = calloc(1, sizeof(*b))) == NULL)
		return NULL;
	if ((b->arena = arena_new()) == NULL) {
		free(b);
		return NULL;
	}
	memcpy(b->apex, apex, name_len(apex));
	name_lower(b->apex);
	b->apex_key_len = name_key(key, b->apex);
	b->limits = limits != NULL ? *limits : zone_limits_default;
	return b;
}

void
zone_builder_free(struct zone_builder *b)
{
	if (b == NULL)
		return;
	arena_free(b->arena);
	free(b->file);
	free(b->rr);
	free(b->run);
	free(b->rdata);
	free(b);
}

int
zone_builder_file(struct zone_builder *b, const struct zone_file *f)
{
	struct zone_file *p;

	if (b->nfiles >= UINT16_MAX)
		return -1;
	p = realloc(b->file, (b->nfiles + 1) * sizeof(*p));
	if (p == NULL)
		return -1;
	b->file = p;
	p += b->nfiles;
	*p = *f;
	if ((p->lines = zone_lines_new(b->arena)) == NULL)
		return -1;
	return (int)b->nfiles++;
}

static uint64_t
prefix_of(const struct zone_builder *b, const uint8_t *key, size_t len)
{
	uint64_t v = 0;
	size_t i, at = b->apex_key_len;

	for (i = 0; i < 8; i++, at++)
		v = v << 8 | (at < len ? key[at] : 0);
	return v;
}

static int
run_compare(const void *va, const void *vb)
{
	const struct run *a = va, *b = vb;
	const uint8_t *ka, *kb;
	size_t na, nb;
	int c;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	ka = run_key(a, &na);
	kb = run_key(b, &nb);
	if ((c = memcmp(ka, kb, na < nb ? na : nb)) != 0)
		return c;
	if (na != nb)
		return na < nb ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static int
run_add(struct zone_builder *b, const uint8_t *owner)
{
	uint8_t name[NAME_MAX_LEN], key[NAME_MAX_KEY], *p;
	struct run *r, *last = b->nruns == 0 ? NULL : &b->run[b->nruns - 1];
	size_t len = name_len(owner), key_len;

	memcpy(name, owner, len);
	name_lower(name);
	if (last != NULL && last->len == len &&
	    memcmp(last->name, name, len) == 0)
		return 0;
	if (grow(&b->run, b->nruns, &b->run_cap, sizeof(*b->run)) != 0)
		return -1;
	key_len = name_key(key, name);
	if ((p = arena_bytes(b->arena, len + 2 + key_len)) == NULL)
		return -1;
	memcpy(p, name, len);
	p[len] = (uint8_t)(key_len >> 8);
	p[len + 1] = (uint8_t)key_len;
	memcpy(p + len + 2, key, key_len);
	r = &b->run[b->nruns];
	r->name = p;
	r->len = (uint8_t)len;
	r->prefix = prefix_of(b, key, key_len);
	r->id = (uint32_t)b->nruns;
	if (b->nruns != 0 && run_compare(r - 1, r) > 0)
		b->unsorted = true;
	b->nruns++;
	return 0;
}

static int
rdata_add(struct zone_builder *b, const struct zone_record *rec)
{
	size_t want = b->rdata_cap == 0 ? 4096 : b->rdata_cap;
	uint8_t *p;

	while (want < b->rdata_len + rec->rdlen)
		want *= 2;
	if (want != b->rdata_cap) {
		if ((p = realloc(b->rdata, want)) == NULL)
			return -1;
		b->rdata = p;
		b->rdata_cap = want;
	}
	if (rec->rdlen != 0)
		memcpy(b->rdata + b->rdata_len, rec->rdata, rec->rdlen);
	return 0;
}

int
zone_builder_add(
    struct zone_builder *b, const struct zone_record *rec, struct error *e)
{
	struct zone_rr *rr;
	char type[RRTYPE_MAX_TEXT];

	if (b->nrrs >= b->limits.records)
		return error_set(e, ERROR_SYSTEM,
		    "more than %u records in one zone", b->limits.records);
	if (b->rdata_len + rec->rdlen > UINT32_MAX)
		return error_set(
		    e, ERROR_SYSTEM, "more than 4 GiB of RDATA in one zone");
	if (run_add(b, rec->owner) != 0 ||
	    grow(&b->rr, b->nrrs, &b->rr_cap, sizeof(*b->rr)) != 0 ||
	    rdata_add(b, rec) != 0)
		return error_memory(e);
	if (rec->type != RRTYPE_A && rec->type != RRTYPE_AAAA &&
	    rdata_canonical(rec->type, b->rdata + b->rdata_len, rec->rdlen) !=
		0)
		return error_set(e, ERROR_USAGE, "malformed RDATA of type %s",
		    rrtype_to_text(type, rec->type));
	rr = &b->rr[b->nrrs++];
	rr->owner = (uint32_t)b->nruns - 1;
	rr->ttl = rec->ttl;
	rr->rdata = (uint32_t)b->rdata_len;
	rr->line = rec->line;
	rr->rdlen = rec->rdlen;
	rr->type = rec->type;
	rr->file = rec->file;
	rr->column = rec->column;
	b->rdata_len += rec->rdlen;
	return 0;
}

/* ---- finishing ---------------------------------------------------------- */

struct sort_job {
	struct run *run;
	size_t half, n;
};

static int
sort_half(void *ctx, unsigned worker, size_t begin, size_t end)
{
	struct sort_job *j = ctx;

	(void)worker;
	for (; begin < end; begin++) {
		if (begin == 0)
			qsort(j->run, j->half, sizeof(*j->run), run_compare);
		else
			qsort(j->run + j->half, j->n - j->half, sizeof(*j->run),
			    run_compare);
	}
	return 0;
}

/* Sort the runs on two threads, then merge the halves. */
static int
sort_runs(struct zone_builder *b)
{
	struct sort_job j = {b->run, b->nruns / 2, b->nruns};
	struct run *out;
	size_t l = 0, r = j.half, i;

	if (b->nruns < 10000) {
		qsort(b->run, b->nruns, sizeof(*b->run), run_compare);
		return 0;
	}
	if ((out = malloc(b->nruns * sizeof(*out))) == NULL)
		return -1;
	if (workers_run(workers_default(), 2, 1, sort_half, &j) != 0) {
		free(out);
		return -1;
	}
	for (i = 0; i < j.n; i++) {
		if (l < j.half &&
		    (r == j.n || run_compare(&j.run[l], &j.run[r]) <= 0))
			out[i] = j.run[l++];
		else
			out[i] = j.run[r++];
	}
	free(b->run);
	b->run = out;
	return 0;
}

/* Equal runs become one owner; MAP (file order) tells which. */
static void
merge_runs(const struct zone_builder *b, struct zone_owner *owner,
    uint32_t *map, uint32_t *nowners)
{
	const struct run *r;
	struct zone_owner *o;
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < b->nruns; i++) {
		r = &b->run[i];
		if (n == 0 || owner[n - 1].len != r->len ||
		    memcmp(owner[n - 1].name, r->name, r->len) != 0) {
			o = &owner[n++];
			memset(o, 0, sizeof(*o));
			o->name = r->name;
			o->len = r->len;
		}
		map[r->id] = n - 1;
	}
	*nowners = n;
}

/* Bring the records into owner order (stable counting sort). */
static int
group_records(struct zone_builder *b, const uint32_t *map, uint32_t nowners)
{
	struct zone_rr *out;
	uint32_t *at, sum = 0, n;
	size_t i;

	for (i = 0; i < b->nrrs; i++)
		b->rr[i].owner = map[b->rr[i].owner];
	if (!b->unsorted)
		return 0;
	if ((at = calloc((size_t)nowners + 1, sizeof(*at))) == NULL)
		return -1;
	if ((out = malloc((b->nrrs + 1) * sizeof(*out))) == NULL) {
		free(at);
		return -1;
	}
	for (i = 0; i < b->nrrs; i++)
		at[b->rr[i].owner]++;
	for (i = 0; i < nowners; i++) {
		n = at[i];
		at[i] = sum;
		sum += n;
	}
	for (i = 0; i < b->nrrs; i++)
		out[at[b->rr[i].owner]++] = b->rr[i];
	free(at);
	free(b->rr);
	b->rr = out;
	return 0;
}

static int
rr_compare(const void *va, const void *vb, void *rdata)
{
	const struct zone_rr *a = va, *b = vb;
	const uint8_t *base = rdata;
	size_t n = a->rdlen < b->rdlen ? a->rdlen : b->rdlen;
	int c;

	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (n != 0 && (c = memcmp(base + a->rdata, base + b->rdata, n)) != 0)
		return c;
	if (a->rdlen != b->rdlen)
		return a->rdlen < b->rdlen ? -1 : 1;
	return 0;
}

/* Sort the N records of one owner; equal ones stay in file order. */
static void
sort_owner(struct zone_rr *rr, size_t n, uint8_t *rdata)
{
	struct zone_rr key;
	size_t i, j;

	for (i = 1; i < n; i++)
		if (rr_compare(&rr[i - 1], &rr[i], rdata) > 0)
			break;
	if (i >= n)
		return;
	if (n > 16) {
		/* Whether it is stable only chooses which of two exact
		 * duplicates is reported. */
		qsort_r(rr, n, sizeof(*rr), rr_compare, rdata);
		return;
	}
	for (i = 1; i < n; i++) {
		key = rr[i];
		for (j = i; j > 0 && rr_compare(&rr[j - 1], &key, rdata) > 0;
		     j--)
			rr[j] = rr[j - 1];
		rr[j] = key;
	}
}

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
		if (rr_compare(prev, rr, c->rdata) == 0) {
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
		sort_owner(c->rr + c->in, end - c->in, c->rdata);
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

/* Give back what doubling left over; a failure to shrink does no harm. */
static void *
shrink(void *p, size_t n, size_t size)
{
	void *q;

	if (p == NULL || n == 0)
		return p;
	return (q = realloc(p, n * size)) == NULL ? p : q;
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

/* Owners from runs, records grouped by owner. */
static int
build_owners(struct zone_builder *b, struct zone_owner **owner, uint32_t *n)
{
	uint32_t *map = NULL;
	int rc = -1;

	*owner = malloc((b->nruns + 1) * sizeof(**owner));
	map = malloc((b->nruns + 1) * sizeof(*map));
	if (*owner == NULL || map == NULL)
		goto out;
	if (b->unsorted && sort_runs(b) != 0)
		goto out;
	merge_runs(b, *owner, map, n);
	rc = group_records(b, map, *n);
out:
	free(map);
	free(b->run);
	b->run = NULL;
	*owner = shrink(*owner, *n, sizeof(**owner));
	return rc;
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
	b->rdata = shrink(b->rdata, b->rdata_len, 1);
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
	z->rrset = c.set = shrink(c.set, c.nsets, sizeof(*c.set));
	z->rr = b->rr = shrink(b->rr, c.out, sizeof(*b->rr));
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
