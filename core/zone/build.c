/*
 * Records in file order into sorted arrays. Owners are noted as runs of equal
 * neighbours while records arrive; most files are sorted or nearly so, and then
 * sorting costs one comparison a run.
 */
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "build.h"
#include "lines.h"

const struct zone_limits zone_limits_default = {
    .bytes = (uint64_t)256 << 20,
    .records = 5000000,
    .rrset = 100,
    .include_depth = 16,
    .includes = 1000,
    .generate = 1000000,
    .findings = 100,
};

const uint8_t *
zone_owner_key(const struct zone_owner *o, size_t *len)
{
	const uint8_t *p = o->name + o->len;

	*len = (size_t)p[0] << 8 | p[1];
	return p + 2;
}

const uint8_t *
build_run_key(const struct run *r, size_t *len)
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

int
build_run_compare(const void *va, const void *vb)
{
	const struct run *a = va, *b = vb;
	const uint8_t *ka, *kb;
	size_t na, nb;
	int c;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	ka = build_run_key(a, &na);
	kb = build_run_key(b, &nb);
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
	if (b->nruns != 0 && build_run_compare(r - 1, r) > 0)
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
