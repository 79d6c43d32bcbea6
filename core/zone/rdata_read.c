#include <stdlib.h>
#include <string.h>

#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "load_int.h"
#include "rdata_check.h"

/*
 * The record on one line, fields separated by one blank, and bytes that the
 * parser would refuse (other dialects only) as \DDD.
 */
static int
flatten(const struct rdata_fields *f, struct text *out)
{
	const struct lex_token *t;
	uint32_t i;

	text_clear(out);
	for (t = f->type; t < f->end; t++) {
		text_char(out, ' ');
		for (i = 0; i < t->len; i++) {
			uint8_t c = (uint8_t)t->p[i];

			if (c >= 0x7f)
				text_printf(out, "\\%03u", c);
			else
				text_char(out, (char)c);
		}
	}
	text_char(out, '\n');
	return text_lost(out) ? -1 : 0;
}

/* The field that holds OFFSET of the flattened text. */
static struct load_at
locate(const struct rdata_fields *f, size_t offset)
{
	const struct lex_token *t;
	size_t at = 1, n;
	uint32_t i;

	for (t = f->type; t < f->end; t++) {
		for (n = 0, i = 0; i < t->len; i++)
			n += (uint8_t)t->p[i] >= 0x7f ? 4 : 1;
		if (offset < at + n || t + 1 == f->end)
			return load_at(t);
		at += n + 1;
	}
	return load_at(f->type);
}

/* The same in the file's own bytes: the word that P is in or behind. */
static struct load_at
locate_raw(const struct rdata_fields *f, const char *p)
{
	const struct lex_token *t = f->end - 1;

	while (t > f->type && t->p > p)
		t--;
	return load_at(t);
}

static int
refuse(const struct rdata_fields *f, const struct load_at *at, const char *why)
{
	struct loader *l = f->l;
	struct load_at type = load_at(f->type);

	if (rrtype_from_text(f->type->p, f->type->len) == 0)
		load_fault(l, "syntax-error", &type,
		    "types not known to every server can be written as "
		    "TYPEnnn \\# length hex (RFC 3597)",
		    "unknown record type %.*s",
		    f->type->len > 40 ? 40 : (int)f->type->len, f->type->p);
	else
		load_fault(l, "syntax-error", at, NULL, "%.*s record: %s",
		    f->type->len > 40 ? 40 : (int)f->type->len, f->type->p,
		    why);
	return 1;
}

static int
parse(const struct rdata_fields *f, struct rdata_out *out)
{
	struct load_at at;
	struct text flat = TEXT_INIT;
	const char *text = f->type->p - 1;
	int rc;

	if (f->e->raw) {
		rc = rdata_parser_parse(
		    f->l->rdata, text, (size_t)(f->e->end - text), out);
		if (rc > 0) {
			at = locate_raw(f, text + out->offset);
			return refuse(f, &at, out->why);
		}
	} else {
		rc = flatten(f, &flat);
		if (rc == 0)
			rc = rdata_parser_parse(
			    f->l->rdata, flat.data, flat.len, out);
		text_free(&flat);
		if (rc > 0) {
			at = locate(f, out->offset);
			return refuse(f, &at, out->why);
		}
	}
	return rc < 0 ? error_memory(f->l->e) : 0;
}

/*
 * RFC 3597 form: the octets must be what the type's own form can say. Write
 * them so, read that again and compare. 0 same, 1 not, -1 without memory.
 */
static int
round_trip(const struct rdata_fields *f, struct rdata_out *out)
{
	struct text t = TEXT_INIT;
	struct rdata_out again = {0};
	uint8_t *copy = malloc(out->rdlen + 1u);
	char type[RRTYPE_MAX_TEXT];
	uint16_t len = out->rdlen;
	size_t name_end;
	int rc = -1;

	if (copy == NULL)
		return -1;
	memcpy(copy, out->rdata, len);
	text_printf(&t, " %s ", rrtype_to_text(type, out->type));
	name_end = t.len;
	rdata_to_text(&t, out->type, copy, len);
	/* A known type that cannot be written but so is malformed. */
	if (!text_lost(&t) && t.len > name_end && t.data[name_end] == '\\' &&
	    t.data[name_end + 1] == '#' && strncmp(type, "TYPE", 4) != 0)
		rc = 1;
	text_char(&t, '\n');
	if (!text_lost(&t) && rc < 0)
		rc = rdata_parser_parse(f->l->rdata, t.data, t.len, &again);
	if (rc == 0 &&
	    (again.rdlen != len || memcmp(again.rdata, copy, len) != 0))
		rc = 1;
	if (rc == 0)
		*out = again;
	free(copy);
	text_free(&t);
	return rc;
}

/*
 * Types with a form of their own in BIND or NSD that the parser does not know:
 * what is in them cannot be checked here. Knot crashes on some (those of RFC
 * 1035 and 1183 that hold names).
 */
static bool
is_foreign(uint16_t type)
{
	static const uint16_t foreign[] = {3, 4, 7, 8, 9, 10, 11, 19, 20, 22,
	    23, 24, 26, 27, 30, 31, 32, 34, 38, 40, 55, 56, 57, 58, 66, 67, 68,
	    258, 259, 260, 261, 262, 32768, 32769};
	size_t i;

	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (foreign[i] == type)
			return true;
	return false;
}

static int
check_generic(const struct rdata_fields *f, struct rdata_out *out)
{
	struct load_at at = load_at(f->rdata);
	int rc = 1;

	if (is_foreign(out->type)) {
		load_fault(f->l, "syntax-dialect", &at, NULL,
		    "type %u has a form of its own in BIND or NSD and none in "
		    "Knot",
		    out->type);
		return 1;
	}
	if (rdata_valid(out->type, out->rdata, out->rdlen))
		rc = round_trip(f, out);
	if (rc > 0)
		load_fault(f->l, "syntax-error", &at,
		    "write the record in the form of its type",
		    "these octets are no RDATA of type %.*s",
		    f->type->len > 40 ? 40 : (int)f->type->len, f->type->p);
	return rc < 0 ? error_memory(f->l->e) : rc;
}

/* The field that was written without a final dot and became NAME. */
static const struct lex_token *
relative_field(const struct rdata_fields *f, const uint8_t *name)
{
	const struct lex_token *t;
	uint8_t wire[NAME_MAX_LEN];

	for (t = f->rdata; t < f->end; t++)
		if (!lex_quoted(t) && !load_is_absolute(t) &&
		    name_from_text(wire, t->p, t->len, f->l->origin, NULL) !=
			0 &&
		    name_equal(wire, name))
			return t;
	return NULL;
}

static void
check_targets(const struct rdata_fields *f, const struct rdata_out *out)
{
	const struct lex_token *t;
	const uint8_t *name;
	struct load_at at;
	uint16_t offset[4];
	int i, n;

	n = rdata_names(out->type, out->rdata, out->rdlen, offset, 4);
	for (i = 0; i < n && i < 4; i++) {
		name = out->rdata + offset[i];
		if (!load_is_doubled(f->l, name) ||
		    (t = relative_field(f, name)) == NULL)
			continue;
		at = load_at(t);
		load_fault(f->l, "syntax-doubled-origin", &at,
		    "put a dot at the end of the name, or leave the zone's "
		    "name out",
		    "%.*s without a final dot is below %s twice",
		    t->len > 255 ? 255 : (int)t->len, t->p, f->l->zone_text);
	}
}

static int
trouble(const struct rdata_fields *f, const struct rdata_trouble *t)
{
	struct load_at at;

	if (t->why == NULL)
		return 0;
	at = load_at(t->at < f->end ? t->at : f->type);
	load_fault(f->l, "syntax-dialect", &at, t->help, "%.*s: %s",
	    f->type->len > 40 ? 40 : (int)f->type->len, f->type->p, t->why);
	return 1;
}

int
rdata_read(const struct rdata_fields *f, struct rdata_out *out)
{
	struct load_at at = load_at(f->type);
	struct rdata_trouble t;
	bool generic;
	int rc;

	if ((rc = parse(f, out)) != 0)
		return rc;
	generic = f->rdata < f->end && f->rdata->len == 2 &&
		  memcmp(f->rdata->p, "\\#", 2) == 0;
	if (!rrtype_is_data(out->type)) {
		load_fault(f->l, "syntax-error", &at, NULL,
		    "%.*s is not a type that a zone may hold",
		    f->type->len > 40 ? 40 : (int)f->type->len, f->type->p);
		return 1;
	}
	if (generic && (rc = check_generic(f, out)) != 0)
		return rc;
	if (out->type == RRTYPE_A || out->type == RRTYPE_AAAA)
		return 0;
	t = rdata_check_wire(f, out);
	if (t.why == NULL && !generic)
		t = rdata_check_text(f, out);
	if (trouble(f, &t) != 0)
		return 1;
	if (!generic)
		check_targets(f, out);
	return 0;
}
