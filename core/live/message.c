#include "message.h"

#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"

enum {
	HEADER = 12,
	FIXED = 10, /* of a record between owner and RDATA */
	RRTYPE_OPT = 41,
	RRTYPE_TSIG = 250,
};

/* A record as its length in the message says; ldns goes by the type alone and
 * takes what is left for the next record. */
struct frame {
	uint16_t type;
	uint16_t rdlen;
};

struct parse {
	struct arena *arena;
	struct frame *frame;
	size_t nframes, at; /* AT: the next one to be taken */
	struct message_rr *rr;
	size_t n, max;
	ldns_buffer *buf;
};

/* A name of ldns' in lower case, or NULL. */
static const uint8_t *
take_name(struct parse *p, const ldns_rdf *name, bool *memory)
{
	uint8_t *copy;
	size_t len;

	if (name == NULL || ldns_rdf_get_type(name) != LDNS_RDF_TYPE_DNAME)
		return NULL;
	len = ldns_rdf_size(name);
	if (len == 0 || name_check(ldns_rdf_data(name), len) != len)
		return NULL;
	if ((copy = arena_dup(p->arena, ldns_rdf_data(name), len)) == NULL)
		*memory = true;
	else
		name_lower(copy);
	return copy;
}

/* ---- lengths ------------------------------------------------------------- */

/* Octets of a name, which may end in a pointer (RFC 1035 §4.1.4); 0: none. */
static size_t
skip_name(const uint8_t *p, size_t left)
{
	size_t at = 0;

	while (at < left) {
		if (p[at] == 0)
			return at + 1;
		if ((p[at] & 0xc0) == 0xc0)
			return at + 2 <= left ? at + 2 : 0;
		if ((p[at] & 0xc0) != 0)
			return 0;
		at += 1 + (size_t)p[at];
	}
	return 0;
}

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

/* The record at P into F; its octets, or 0. *KEEP: ldns gives it with the
 * others, of class IN. */
static size_t
read_frame(const uint8_t *p, size_t left, struct frame *f, bool *keep)
{
	size_t n = skip_name(p, left);

	if (n == 0 || left - n < FIXED)
		return 0;
	f->type = (uint16_t)get16(p + n);
	f->rdlen = (uint16_t)get16(p + n + 8);
	*keep = f->type != RRTYPE_OPT && f->type != RRTYPE_TSIG &&
		get16(p + n + 2) == RRCLASS_IN;
	if (f->rdlen > left - n - FIXED)
		return 0;
	return n + FIXED + f->rdlen;
}

/* Do records of these lengths fill the message, to its last octet? */
static bool
read_frames(struct parse *p, const uint8_t *data, size_t len)
{
	size_t at = HEADER, n, i;
	bool keep;

	if (get16(data + 4) != 1 || (n = skip_name(data + at, len - at)) == 0 ||
	    len - at - n < 4)
		return false;
	at += n + 4;
	for (i = 0; i < p->max; i++) {
		n = read_frame(
		    data + at, len - at, &p->frame[p->nframes], &keep);
		if (n == 0)
			return false;
		p->nframes += keep;
		at += n;
	}
	return at == len;
}

/* Is RDATA of ldns' what stood in the message? Names may have been compressed.
 */
static bool
fits_frame(struct parse *p, uint16_t type, const uint8_t *rdata, size_t len)
{
	const struct frame *f = &p->frame[p->at];
	uint16_t offset[2];

	if (p->at++ == p->nframes || f->type != type)
		return false;
	return f->rdlen == len ||
	       (f->rdlen < len && rdata_names(type, rdata, len, offset, 2) > 0);
}

/* ---- records ------------------------------------------------------------- */

/* 0, 1 malformed, -1 without memory. */
static int
take_rr(struct parse *p, const ldns_rr *rr, enum message_section section)
{
	struct message_rr *out = &p->rr[p->n];
	bool memory = false;
	uint8_t *rdata;
	size_t len;

	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return 0;
	if (p->n == p->max)
		return 1;
	out->owner = take_name(p, ldns_rr_owner(rr), &memory);
	if (out->owner == NULL)
		return memory ? -1 : 1;
	ldns_buffer_clear(p->buf);
	if (ldns_rr_rdata2buffer_wire(p->buf, rr) != LDNS_STATUS_OK)
		return -1;
	len = ldns_buffer_position(p->buf);
	if (len > UINT16_MAX)
		return 1;
	rdata = arena_dup(p->arena, ldns_buffer_begin(p->buf), len);
	if (rdata == NULL)
		return -1;
	out->type = (uint16_t)ldns_rr_get_type(rr);
	if (!fits_frame(p, out->type, rdata, len) ||
	    rdata_canonical(out->type, rdata, len) != 0)
		return 1;
	out->rdata = rdata;
	out->rdlen = (uint16_t)len;
	out->ttl = ldns_rr_ttl(rr);
	out->section = section;
	p->n++;
	return 0;
}

static int
take_list(
    struct parse *p, const ldns_rr_list *list, enum message_section section)
{
	size_t i, n = list == NULL ? 0 : ldns_rr_list_rr_count(list);
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++)
		rc = take_rr(p, ldns_rr_list_rr(list, i), section);
	return rc;
}

static int
take_question(struct parse *p, struct message *out, const ldns_pkt *pkt)
{
	const ldns_rr_list *list = ldns_pkt_question(pkt);
	bool memory = false;
	const ldns_rr *rr;

	if (list == NULL || ldns_rr_list_rr_count(list) != 1)
		return 1;
	rr = ldns_rr_list_rr(list, 0);
	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return 1;
	out->qname = take_name(p, ldns_rr_owner(rr), &memory);
	out->qtype = (uint16_t)ldns_rr_get_type(rr);
	return out->qname != NULL ? 0 : memory ? -1 : 1;
}

/* Records the header promises: known before anything is allocated. */
static size_t
promised(const uint8_t *data)
{
	size_t i, n = 0;

	for (i = 6; i < HEADER; i += 2)
		n += (size_t)(data[i] << 8 | data[i + 1]);
	return n;
}

int
message_parse(struct message *out, const uint8_t *data, size_t len,
    struct arena *arena, struct error *e)
{
	struct parse p = {.arena = arena};
	ldns_pkt *pkt = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if (len < HEADER || (p.max = promised(data)) > MESSAGE_RECORDS_MAX)
		return 1;
	p.rr = arena_calloc(arena, p.max + 1, sizeof(*p.rr));
	p.frame = arena_calloc(arena, p.max + 1, sizeof(*p.frame));
	if (p.rr == NULL || p.frame == NULL)
		return error_memory(e);
	if (!read_frames(&p, data, len) ||
	    ldns_wire2pkt(&pkt, data, len) != LDNS_STATUS_OK)
		return 1;
	p.buf = ldns_buffer_new(LDNS_MIN_BUFLEN);
	rc = p.buf == NULL ? -1 : 0;
	if (rc == 0)
		rc = take_question(&p, out, pkt);
	if (rc == 0)
		rc = take_list(&p, ldns_pkt_answer(pkt), MESSAGE_ANSWER);
	if (rc == 0)
		rc = take_list(&p, ldns_pkt_authority(pkt), MESSAGE_AUTHORITY);
	if (rc == 0)
		rc = take_list(
		    &p, ldns_pkt_additional(pkt), MESSAGE_ADDITIONAL);
	out->flags = (uint16_t)(data[2] << 8 | data[3]);
	out->rcode = (uint16_t)(ldns_pkt_edns_extended_rcode(pkt) << 4 |
				(out->flags & 15));
	out->rr = p.rr;
	out->n = p.n;
	ldns_buffer_free(p.buf);
	ldns_pkt_free(pkt);
	return rc < 0 ? error_memory(e) : rc;
}

const struct message_rr *
message_next(const struct message *m, enum message_section section,
    const uint8_t *owner, uint16_t type, const struct message_rr *after)
{
	const struct message_rr *rr = after == NULL ? m->rr : after + 1;

	for (; rr < m->rr + m->n; rr++)
		if (rr->section == section && rr->type == type &&
		    name_equal(rr->owner, owner))
			return rr;
	return NULL;
}

static int
by_rdata(const void *a, const void *b)
{
	const struct message_rr *x = *(const struct message_rr *const *)a;
	const struct message_rr *y = *(const struct message_rr *const *)b;
	size_t n = x->rdlen < y->rdlen ? x->rdlen : y->rdlen;
	int c = memcmp(x->rdata, y->rdata, n);

	return c != 0 ? c : (int)x->rdlen - (int)y->rdlen;
}

void
message_set(struct message_set *set, const struct message *m,
    enum message_section section, const uint8_t *owner, uint16_t type)
{
	const struct message_rr *rr = NULL;
	size_t i, n = 0;

	set->n = 0;
	set->too_many = false;
	while ((rr = message_next(m, section, owner, type, rr)) != NULL) {
		if (set->n == MESSAGE_SET_MAX) {
			set->n = 0;
			set->too_many = true;
			return;
		}
		set->rr[set->n++] = rr;
	}
	if (set->n > 1)
		qsort(set->rr, set->n, sizeof(void *), by_rdata);
	for (i = 0; i < set->n; i++)
		if (i == 0 || by_rdata(&set->rr[n - 1], &set->rr[i]) != 0)
			set->rr[n++] = set->rr[i];
	set->n = n;
}

const char *
message_rcode_text(uint16_t rcode)
{
	static const char *const text[] = {"NOERROR", "FORMERR", "SERVFAIL",
	    "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
	    "NOTAUTH", "NOTZONE"};

	if (rcode < sizeof(text) / sizeof(text[0]))
		return text[rcode];
	return rcode == 16 ? "BADVERS" : "an error without name";
}
