#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "load_int.h"
#include "rdata_check.h"

/* The head of a record: what stands before its RDATA. */
struct head {
	const struct lex_token *type;
	const struct lex_token *rdata; /* first field, or behind the last */
	const struct lex_token *end;
	uint32_t ttl;
	bool has_ttl;
	bool bad;
};

static const struct {
	const char *word;
	bool in;
} classes[] = {
    {"in", true},
    {"ch", false},
    {"hs", false},
    {"chaos", false},
    {"hesiod", false},
};

/* Is T a class? Reports one that is not IN. 1, 0, or -1 when it is faulty. */
static int
class_field(struct loader *l, const struct lex_token *t)
{
	struct load_at at = load_at(t);
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (!lex_is(t, classes[i].word))
			continue;
		if (classes[i].in)
			return 1;
		load_fault(l, "syntax-class", &at,
		    "zones of other classes are not served to the Internet",
		    "class %.*s in a zone of class IN", (int)t->len, t->p);
		return -1;
	}
	if (t->len <= 5 || strncasecmp(t->p, "CLASS", 5) != 0 ||
	    t->p[5] < '0' || t->p[5] > '9')
		return 0;
	if (!lex_is(t, "class1")) {
		load_fault(l, "syntax-class", &at, "write IN",
		    "class %.*s in a zone of class IN",
		    t->len > 20 ? 20 : (int)t->len, t->p);
		return -1;
	}
	if (l->dialect == ZONE_DIALECT_BIND || l->dialect == ZONE_DIALECT_NSD)
		return 1;
	load_fault(l, "syntax-dialect", &at, "write IN", "Knot refuses CLASS1");
	return -1;
}

static void
ttl_field(struct loader *l, const struct lex_token *t, struct head *h)
{
	struct load_at at = load_at(t);
	const char *rule, *why;

	why = load_ttl_parse(&h->ttl, t->p, t->len, &rule);
	h->has_ttl = true;
	if (why == NULL)
		return;
	load_fault(
	    l, rule, &at, "write the TTL in seconds, or as 1h30m", "%s", why);
	h->bad = true;
}

/* [TTL] [class] type, in either order (RFC 1035 §5.1). */
static void
head_fields(struct loader *l, const struct lex_entry *e, struct head *h)
{
	const struct lex_token *t = e->token + (e->blank ? 0 : 1);
	const struct lex_token *end = e->token + e->ntokens;
	bool has_class = false;
	int rc;

	memset(h, 0, sizeof(*h));
	for (; t < end; t++) {
		if (!h->has_ttl && t->p[0] >= '0' && t->p[0] <= '9') {
			ttl_field(l, t, h);
			continue;
		}
		if (has_class || (rc = class_field(l, t)) == 0)
			break;
		has_class = true;
		h->bad = h->bad || rc < 0;
	}
	h->type = t;
	h->end = end;
	h->rdata = t < end ? t + 1 : end;
}

/* The owner field of E, or the one before. 0, or 1 to leave the record out. */
static int
owner_field(struct loader *l, const struct lex_entry *e)
{
	struct load_at at = load_at(&e->token[0]);
	bool relative;
	size_t len;

	if (e->blank) {
		if (l->owner_state == OWNER_HERE)
			return 0;
		if (l->owner_state == OWNER_NONE)
			load_fault(l, "syntax-error", &at,
			    "write the owner (@ for the zone itself)",
			    "record without owner, and none before it");
		else if (l->owner_state == OWNER_BEFORE)
			load_fault(l, "syntax-dialect", &at, "write the owner",
			    "record without owner across an $INCLUDE: BIND, "
			    "NSD and Knot give it different owners or refuse "
			    "it");
		return 1;
	}
	l->owner_state = OWNER_BAD;
	l->file->owner = true;
	l->owners++;
	len = load_name(l, l->owner, &e->token[0], &relative);
	if (len == 0)
		return 1;
	if (!(relative && l->origin_inside) &&
	    !name_is_under(l->owner, l->apex)) {
		load_fault(l, "syntax-out-of-zone", &at,
		    "servers ignore it or refuse the zone",
		    "%.*s is not in the zone %s",
		    e->token[0].len > 255 ? 255 : (int)e->token[0].len,
		    e->token[0].p, l->zone_text);
		return 1;
	}
	l->owner_state = OWNER_HERE;
	if (relative && load_is_doubled(l, l->owner))
		load_fault(l, "syntax-doubled-origin", &at,
		    "put a dot at the end of the name, or leave the zone's "
		    "name out",
		    "%.*s without a final dot is below %s twice",
		    e->token[0].len > 255 ? 255 : (int)e->token[0].len,
		    e->token[0].p, l->zone_text);
	return 0;
}

/* What an omitted TTL is. 0 with *TTL set, 1 after reporting. */
static int
omitted_ttl(struct loader *l, const struct head *h, uint16_t type,
    const struct rdata_out *r, uint32_t *ttl)
{
	struct load_at at = load_at(h->type);
	const uint8_t *p;

	if (l->ttl.set &&
	    !(l->ttl.unsure && l->dialect == ZONE_DIALECT_COMMON)) {
		*ttl = l->ttl.value;
		return 0;
	}
	switch (l->dialect) {
	case ZONE_DIALECT_COMMON:
		break;
	case ZONE_DIALECT_BIND:
		if (l->ttl.last_set) {
			*ttl = l->ttl.last;
			return 0;
		}
		if (type == RRTYPE_SOA && r->rdlen >= 22) {
			p = r->rdata + r->rdlen - 4;
			*ttl = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			       (uint32_t)p[2] << 8 | p[3];
			l->ttl.set = true;
			l->ttl.value = *ttl;
			return 0;
		}
		break;
	default:
		*ttl = 3600;
		return 0;
	}
	load_fault(l, "syntax-dialect", &at,
	    l->ttl.unsure ? "state $TTL again after the $INCLUDE"
			  : "put $TTL at the top of the file",
	    "%s",
	    l->ttl.unsure
		? "TTL omitted after an $INCLUDE that changed $TTL: servers "
		  "differ on which one holds"
		: "TTL omitted and no $TTL: servers take 3600, another "
		  "record's TTL, or refuse the zone");
	return 1;
}

static int
add(struct loader *l, const struct lex_entry *e, const struct head *h,
    const struct rdata_out *r)
{
	struct zone_record rec = {0};
	struct load_at at = load_at(h->type);
	uint32_t column;

	if (l->records >= l->limits.records) {
		load_fault(l, "syntax-limit", &at, NULL,
		    "more than %u records in the zone", l->limits.records);
		l->stop = true;
		return 0;
	}
	if (h->has_ttl) {
		rec.ttl = l->ttl.last = h->ttl;
		l->ttl.last_set = true;
	} else if (omitted_ttl(l, h, r->type, r, &rec.ttl) != 0)
		return 0;
	l->records++;
	at = load_at(h->rdata < h->end ? h->rdata : h->type);
	if (l->virtual != NULL)
		at = *l->virtual;
	if (at.line == e->line && l->virtual == NULL)
		column = (uint32_t)(at.p - e->begin) + 1;
	else
		column = lex_column(l->file->file.data, at.p);
	rec.owner = l->owner;
	rec.rdata = r->rdata;
	rec.rdlen = r->rdlen;
	rec.type = r->type;
	rec.line = l->virtual != NULL ? l->virtual->line : e->line;
	rec.file = (uint16_t)l->file->index;
	rec.column = column > UINT16_MAX ? 0 : (uint16_t)column;
	return zone_builder_add(l->builder, &rec, l->e);
}

static bool
check_type(struct loader *l, const struct head *h)
{
	const struct lex_token *t = h->type;
	struct load_at at = load_at(t);
	char canonical[16];
	uint32_t i, n = 0;

	/* The parser would take it for a TTL or a class. */
	if ((t->p[0] >= '0' && t->p[0] <= '9') || lex_is(t, "in")) {
		load_fault(l, "syntax-error", &at,
		    "the fields are: owner, TTL, class, type, data",
		    "second TTL or class in one record");
		return false;
	}
	if (t->len < 5 || strncasecmp(t->p, "TYPE", 4) != 0)
		return true;
	for (i = 4; i < t->len && n <= UINT16_MAX; i++) {
		if (t->p[i] < '0' || t->p[i] > '9')
			return true; /* the parser will not know it */
		n = n * 10 + (uint32_t)(t->p[i] - '0');
	}
	if (n > UINT16_MAX || !rrtype_is_data((uint16_t)n)) {
		load_fault(l, "syntax-error", &at, NULL,
		    "%.*s is not a type that a zone may hold",
		    t->len > 20 ? 20 : (int)t->len, t->p);
		return false;
	}
	snprintf(canonical, sizeof(canonical), "type%u", n);
	if (lex_is(t, canonical))
		return true;
	load_fault(l, "syntax-dialect", &at,
	    "write the number without leading zeros",
	    "type number with leading zeros");
	return false;
}

int
load_record(struct loader *l, const struct lex_entry *e)
{
	struct head h;
	struct rdata_fields fields;
	struct rdata_out r;
	struct load_at at;
	int rc, skip;

	if (e->early) {
		at = load_at(&e->token[0]);
		return load_fault(l, "syntax-dialect", &at,
		    "begin the parenthesis after the owner",
		    "parenthesis before the owner field");
	}
	skip = owner_field(l, e);
	head_fields(l, e, &h);
	if (h.type >= h.end) {
		at = load_at(h.end - 1);
		return h.bad ? 0
			     : load_fault(l, "syntax-error", &at, NULL,
				   "record without a type");
	}
	if (!check_type(l, &h))
		return 0;
	fields = (struct rdata_fields){l, e, h.type, h.rdata, h.end};
	rc = rdata_read(&fields, &r);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return h.bad || skip ? 0 : add(l, e, &h, &r);
}
