#include "zone.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "lines.h"

#define EXCERPT_MAX 400

void
zone_free(struct zone *z)
{
	if (z != NULL)
		arena_free(z->arena);
}

/* First owner whose key is not before KEY. */
static uint32_t
bound(const struct zone *z, const uint8_t *key, size_t len)
{
	uint32_t lo = 0, hi = z->nowners, mid;
	const uint8_t *k;
	size_t n;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		k = zone_owner_key(&z->owner[mid], &n);
		c = memcmp(k, key, n < len ? n : len);
		if (c < 0 || (c == 0 && n < len))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

uint32_t
zone_lower_bound(const struct zone *z, const uint8_t *name)
{
	uint8_t key[NAME_MAX_KEY];
	size_t len = name_key(key, name);

	return bound(z, key, len);
}

uint32_t
zone_find(const struct zone *z, const uint8_t *name)
{
	uint32_t i = zone_lower_bound(z, name);
	size_t len = name_len(name);

	if (i < z->nowners && z->owner[i].len == len &&
	    memcmp(z->owner[i].name, name, len) == 0)
		return i;
	return ZONE_NONE;
}

bool
zone_exists(const struct zone *z, const uint8_t *name)
{
	uint32_t i = zone_lower_bound(z, name);

	/* Names below NAME follow it directly in canonical order. */
	return i < z->nowners && name_is_under(z->owner[i].name, name);
}

const struct zone_rrset *
zone_rrset(const struct zone *z, uint32_t owner, uint16_t type)
{
	const struct zone_owner *o;
	uint32_t i;

	if (owner >= z->nowners)
		return NULL;
	o = &z->owner[owner];
	for (i = 0; i < o->nrrsets; i++)
		if (z->rrset[o->rrset + i].type == type)
			return &z->rrset[o->rrset + i];
	return NULL;
}

const struct zone_rrset *
zone_find_rrset(const struct zone *z, const uint8_t *name, uint16_t type)
{
	return zone_rrset(z, zone_find(z, name), type);
}

bool
zone_is_authoritative(const struct zone *z, const struct zone_rrset *set)
{
	uint8_t flags = z->owner[set->owner].flags;

	if (flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME))
		return false;
	if (flags & ZONE_CUT)
		return set->type == RRTYPE_DS || set->type == RRTYPE_NSEC ||
		       set->type == RRTYPE_RRSIG;
	return true;
}

uint32_t
zone_serial(const struct zone *z)
{
	const struct zone_rr *rr;
	const uint8_t *p;

	if (z->soa == ZONE_NONE)
		return 0;
	rr = &z->rr[z->rrset[z->soa].rr];
	if (rr->rdlen < 20)
		return 0;
	p = zone_rr_data(z, rr) + rr->rdlen - 20;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

/* Octets of the field at LINE[AT]: up to a comment or trailing blanks. */
static uint32_t
field_width(const char *line, size_t len, size_t at)
{
	size_t end = at, i;
	bool quoted = false;

	for (i = at; i < len; i++) {
		if (line[i] == '\\') {
			i++;
			end = i < len ? i + 1 : len;
			continue;
		}
		if (line[i] == '"')
			quoted = !quoted;
		if (!quoted && line[i] == ';')
			break;
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			end = i + 1;
	}
	return end > at ? (uint32_t)(end - at) : 1;
}

void
zone_place_at(const struct zone_file *file, uint32_t line, uint32_t column,
    struct findings *fs, struct place *p)
{
	size_t at, len;
	const char *start, *end;

	p->file = findings_text(fs, "%s", file->path);
	p->commit = file->commit == NULL
			? NULL
			: findings_text(fs, "%s", file->commit);
	p->line = line;
	p->column = column;
	if (line == 0 || file->data == NULL || file->lines == NULL)
		return;
	at = zone_lines_find(file->lines, file->data, file->len, line);
	start = file->data + at;
	len = file->len - at;
	if ((end = memchr(start, '\n', len)) != NULL)
		len = (size_t)(end - start);
	if (column == 0 || column > len)
		p->column = column = 1;
	p->width = field_width(
	    start, len < (size_t)1 << 16 ? len : (size_t)1 << 16, column - 1);
	if (column + p->width > EXCERPT_MAX && column < EXCERPT_MAX)
		p->width = EXCERPT_MAX - column;
	if (len > EXCERPT_MAX)
		len = EXCERPT_MAX;
	if (len > 0 && start[len - 1] == '\r')
		len--;
	/* NUL bytes are kept out of C strings. */
	p->excerpt = memchr(start, '\0', len) != NULL
			 ? NULL
			 : findings_text(fs, "%.*s", (int)len, start);
}

void
zone_place(const struct zone *z, const struct zone_rr *rr, struct findings *fs,
    struct place *p)
{
	memset(p, 0, sizeof(*p));
	if (rr->line == 0 || rr->file >= z->nfiles)
		return;
	zone_place_at(&z->file[rr->file], rr->line, rr->column, fs, p);
}

void
zone_rr_to_text(
    const struct zone *z, const struct zone_rr *rr, struct text *out)
{
	char name[NAME_MAX_TEXT], type[RRTYPE_MAX_TEXT];
	size_t n = name_to_text(name, zone_rr_owner(z, rr));

	text_add(out, name, n);
	text_printf(out, " %u IN %s ", rr->ttl, rrtype_to_text(type, rr->type));
	rdata_to_text(out, rr->type, zone_rr_data(z, rr), rr->rdlen);
	text_char(out, '\n');
}

void
zone_to_text(const struct zone *z, struct text *out)
{
	uint32_t i, soa = ZONE_NONE;

	if (z->soa != ZONE_NONE) {
		soa = z->rrset[z->soa].rr;
		zone_rr_to_text(z, &z->rr[soa], out);
	}
	for (i = 0; i < z->nrrs; i++)
		if (i != soa)
			zone_rr_to_text(z, &z->rr[i], out);
}

bool
zone_rrset_same(const struct zone *a, const struct zone_rrset *ra,
    const struct zone *b, const struct zone_rrset *rb)
{
	const struct zone_rr *x, *y;
	uint32_t i;

	if (ra->type != rb->type || ra->count != rb->count)
		return false;
	for (i = 0; i < ra->count; i++) {
		x = &a->rr[ra->rr + i];
		y = &b->rr[rb->rr + i];
		if (x->rdlen != y->rdlen ||
		    (x->rdlen != 0 && memcmp(zone_rr_data(a, x),
					  zone_rr_data(b, y), x->rdlen) != 0))
			return false;
	}
	return true;
}
