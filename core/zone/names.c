#include <string.h>

#include "load_int.h"

#define TTL_MAX 0x7fffffffu /* RFC 2181 §8 */

/* Seconds of a unit, or 0. */
static uint32_t
unit(char c)
{
	switch (c | 0x20) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return 604800;
	default:
		return 0;
	}
}

const char *
load_ttl_parse(uint32_t *ttl, const char *text, size_t len, const char **rule)
{
	uint64_t sum = 0, n;
	uint32_t u;
	size_t i = 0, digits;
	bool units = false;

	*rule = "syntax-error";
	while (i < len) {
		digits = i;
		for (n = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++)
			if ((n = n * 10 + (uint64_t)(text[i] - '0')) > TTL_MAX)
				break;
		if (n > TTL_MAX)
			break;
		if (i == digits)
			return "bad TTL: digits expected";
		if (i == len) {
			if (units)
				return "bad TTL: a unit is missing at its end";
			*ttl = (uint32_t)n;
			return NULL;
		}
		if ((u = unit(text[i++])) == 0) {
			*rule = "syntax-dialect";
			return "bad unit in a TTL: some servers stop reading "
			       "there";
		}
		units = true;
		sum += n * u;
		if (sum > TTL_MAX)
			break;
	}
	if (sum <= TTL_MAX && i == len && units) {
		*ttl = (uint32_t)sum;
		return NULL;
	}
	*rule = "syntax-dialect";
	return "TTL over 2147483647 (RFC 2181): servers take it for 0, keep it "
	       "or refuse it";
}

void
load_set_origin(struct loader *l, const uint8_t *name)
{
	l->origin_len = name_len(name);
	memmove(l->origin, name, l->origin_len);
	l->origin_inside = name_is_under(l->origin, l->apex);
	rdata_parser_origin(l->rdata, l->origin, l->origin_len);
}

bool
load_is_doubled(const struct loader *l, const uint8_t *name)
{
	uint8_t head[NAME_MAX_LEN];
	unsigned apex = name_labels(l->apex);
	size_t len = name_len(name), head_len;

	if (apex == 0 || len < l->origin_len + l->apex_len - 1 ||
	    !name_is_under(name, l->origin))
		return false;
	head_len = len - l->origin_len;
	memcpy(head, name, head_len);
	head[head_len] = 0;
	/* A host may bear the name of a zone of one label. */
	return name_is_under(head, l->apex) &&
	       (apex > 1 || name_labels(head) > 1);
}

bool
load_is_absolute(const struct lex_token *t)
{
	uint32_t i, escapes = 0;

	if (t->p[t->len - 1] != '.')
		return false;
	for (i = t->len - 1; i > 0 && t->p[i - 1] == '\\'; i--)
		escapes++;
	return escapes % 2 == 0;
}

/* Bytes of names that every server reads without an escape. */
static bool
plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*' ||
	       c == '/' || c == '.';
}

/* A byte in T that Knot refuses, or NULL. */
static const char *
refused_byte(const struct lex_token *t)
{
	uint32_t i;

	for (i = 0; i < t->len; i++) {
		if (t->p[i] == '\\')
			i++; /* digits after it are plain */
		else if (!plain(t->p[i]))
			return &t->p[i];
	}
	return NULL;
}

bool
load_label_begins(const struct lex_token *t, char c)
{
	uint32_t i;

	for (i = 0; i + 1 < t->len; i++) {
		if (t->p[i] != '\\')
			continue;
		if (t->p[i + 1] == c && (i == 0 || t->p[i - 1] == '.'))
			return true;
		i++;
	}
	return false;
}

static bool
has_dollar(const struct lex_token *t)
{
	uint32_t i;

	for (i = 0; i < t->len; i++) {
		if (t->p[i] == '\\')
			i++;
		else if (t->p[i] == '$')
			return true;
	}
	return false;
}

/* What BIND or NSD refuse in a name though Knot reads it. */
static const char *
name_trouble(const struct loader *l, const struct lex_token *t)
{
	if (l->dialect == ZONE_DIALECT_KNOT)
		return NULL;
	if (load_label_begins(t, '['))
		return "\\[ begins a label: BIND and NSD take it for a bit "
		       "string label";
	if (l->dialect == ZONE_DIALECT_BIND)
		return NULL;
	if (has_dollar(t))
		return "$ in a name: NSD refuses it at the beginning of a "
		       "label";
	if (t->glued)
		return "parenthesis touches the owner: NSD refuses it";
	if (load_label_begins(t, '#'))
		return "\\# begins a label: NSD refuses it";
	return NULL;
}

/*
 * The common case in one pass: letters, digits, "-", "_" and dots, nothing
 * wrong. 0 for every other.
 */
static size_t
plain_name(const struct loader *l, uint8_t out[NAME_MAX_LEN],
    const struct lex_token *t, bool *relative)
{
	size_t label = 0, n = 1;
	uint32_t i;
	uint8_t c;

	if (t->glued || t->len + l->origin_len + 1 > NAME_MAX_LEN)
		return 0;
	for (i = 0; i < t->len; i++) {
		c = (uint8_t)t->p[i];
		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c + 32);
		if (c == '.') {
			if (n - label - 1 == 0 ||
			    n - label - 1 > NAME_MAX_LABEL)
				return 0;
			out[label] = (uint8_t)(n - label - 1);
			label = n++;
		} else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			   c == '-' || c == '_') {
			out[n++] = c;
		} else {
			return 0;
		}
	}
	if (n - label - 1 > NAME_MAX_LABEL)
		return 0;
	out[label] = (uint8_t)(n - label - 1);
	*relative = out[label] != 0;
	if (!*relative)
		return n;
	memcpy(out + n, l->origin, l->origin_len);
	return n + l->origin_len;
}

size_t
load_name(struct loader *l, uint8_t out[NAME_MAX_LEN],
    const struct lex_token *t, bool *relative)
{
	struct load_at at = load_at(t);
	const char *bad, *why = "";
	bool unused;
	size_t len;

	if (relative == NULL)
		relative = &unused;
	if ((len = plain_name(l, out, t, relative)) != 0)
		return len;
	bad = refused_byte(t);
	*relative = !load_is_absolute(t);
	if (t->len == 1 && t->p[0] == '@')
		bad = NULL;
	if (bad != NULL && *bad == '"') {
		load_fault(l, "syntax-dialect", &at, "remove the quotes",
		    "quoted name: servers strip the quotes, keep them or "
		    "refuse them");
		return 0;
	}
	if (bad != NULL &&
	    (l->dialect == ZONE_DIALECT_COMMON ||
		l->dialect == ZONE_DIALECT_KNOT || *bad == '@')) {
		at.p = bad;
		at.width = 1;
		load_fault(l, "syntax-dialect", &at,
		    *bad == '@' ? "only a lone @ is the origin; write the name "
				  "out"
				: "write it as \\DDD",
		    "\"%c\" in a name: Knot refuses it", *bad);
		return 0;
	}
	if ((why = name_trouble(l, t)) != NULL) {
		load_fault(l, "syntax-dialect", &at,
		    t->glued ? "put a space between them" : "write it as \\DDD",
		    "%s", why);
		return 0;
	}
	len = name_from_text(out, t->p, t->len, l->origin, &why);
	if (len == 0)
		load_fault(l, "syntax-error", &at, NULL, "bad name: %s", why);
	return len;
}
