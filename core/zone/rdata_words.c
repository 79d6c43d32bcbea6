/* Words that servers take apart differently, whatever they mean. */
#include "rdata_check.h"

#include <string.h>

#include "../dns/rrtype.h"

/* Does field number I of a record of TYPE hold a character string? */
static bool
is_string(uint16_t type, size_t i)
{
	switch (type) {
	case TYPE_HINFO:
	case RRTYPE_TXT:
	case TYPE_SPF:
		return true;
	case RRTYPE_NAPTR:
		return i >= 2 && i <= 4;
	case RRTYPE_URI:
	case RRTYPE_SVCB:
	case RRTYPE_HTTPS:
		return i >= 2;
	case RRTYPE_CAA:
		return i >= 1;
	default:
		return false;
	}
}

/*
 * What NSD cannot take for a string without quotes: "$", "..", a lone "@", and
 * any dot in HINFO and NAPTR.
 */
static bool
is_odd_string(const struct lex_token *t, uint16_t type)
{
	bool dots = type != TYPE_HINFO && type != RRTYPE_NAPTR;
	uint32_t i;

	for (i = 0; i < t->len; i++) {
		if (t->p[i] == '\\')
			i++;
		else if (t->p[i] == '$' || (t->p[i] == '@' && t->len == 1))
			return true;
		else if (t->p[i] == '.' &&
			 (!dots || (i > 0 && t->p[i - 1] == '.')))
			return true;
	}
	return false;
}

static const char *
word_trouble(const struct rdata_fields *f, uint16_t type, size_t i)
{
	const struct lex_token *t = f->rdata + i;
	enum zone_dialect d = f->l->dialect;

	if (d != ZONE_DIALECT_KNOT && load_label_begins(t, '['))
		return "\\[ begins a label: BIND and NSD take it for a bit "
		       "string label";
	if (d != ZONE_DIALECT_BIND && d != ZONE_DIALECT_NSD && t->glued &&
	    is_string(type, i))
		return "parenthesis touches an unquoted string: Knot takes it "
		       "for part of the string";
	if (d != ZONE_DIALECT_COMMON && d != ZONE_DIALECT_NSD)
		return NULL;
	if (t->p[0] == '$' || (t->p[0] == '.' && t->len > 1))
		return "unquoted string begins with $ or a dot: NSD refuses it";
	if (load_label_begins(t, '#') && (t->len > 2 || i != 0))
		return "word begins with \\# and is not the mark of RFC 3597: "
		       "NSD refuses it";
	if (is_string(type, i) && is_odd_string(t, type))
		return "unquoted string with $, @, .. (HINFO, NAPTR: any dot): "
		       "NSD refuses it";
	return NULL;
}

/* Octets of a character string as written. */
static size_t
decoded(const struct lex_token *t)
{
	size_t n = 0, i = lex_quoted(t), end = t->len - i;

	for (; i < end; n++)
		i += t->p[i] != '\\'                            ? 1
		     : t->p[i + 1] >= '0' && t->p[i + 1] <= '9' ? 4
								: 2;
	return n;
}

static const char *
field_trouble(const struct rdata_fields *f, uint16_t type, size_t i)
{
	const struct lex_token *t = f->rdata + i;

	if ((type == RRTYPE_TXT || type == TYPE_SPF) && t->len > 255 &&
	    decoded(t) > 255)
		return "string is longer than 255 octets: Knot cuts it, BIND "
		       "and NSD refuse it";
	return lex_quoted(t) ? NULL : word_trouble(f, type, i);
}

struct rdata_trouble
rdata_check_words(const struct rdata_fields *f, const struct rdata_out *out)
{
	size_t i, n = (size_t)(f->end - f->rdata);
	const char *why;

	for (i = 0; i < n; i++)
		if ((why = field_trouble(f, out->type, i)) != NULL)
			return (struct rdata_trouble){why,
			    "quote it; cut strings at 255 octets",
			    f->rdata + i};
	return (struct rdata_trouble){NULL, NULL, NULL};
}
