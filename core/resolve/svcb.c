#include "svcb.h"

#include <stdbool.h>
#include <string.h>

#include "../dns/name.h"

enum {
	KEY_MANDATORY = 0,
	KEY_ALPN = 1,
	KEY_NO_DEFAULT_ALPN = 2,
	KEY_PORT = 3,
	KEY_IPV4HINT = 4,
	KEY_IPV6HINT = 6,
	KEY_LAST_KNOWN = 9, /* tls-supported-groups: IANA, 2025 */
};

struct params {
	struct svcb *out;
	const uint8_t *first; /* the whole list, for mandatory */
	const uint8_t *end;
	bool alpn;
};

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* Is KEY in the list? Its lengths were checked up to its end. */
static bool
has_key(const struct params *ps, uint16_t key)
{
	const uint8_t *p = ps->first;

	while (p < ps->end) {
		if (get16(p) == key)
			return true;
		p += 4 + get16(p + 2);
	}
	return false;
}

static const char *
mandatory(const struct params *ps, const uint8_t *v, size_t len)
{
	uint16_t key;
	size_t i;
	int last = KEY_MANDATORY; /* must not name itself */

	if (len == 0 || len % 2 != 0)
		return "mandatory has a bad length";
	for (i = 0; i < len; i += 2) {
		key = get16(v + i);
		if (key <= last)
			return "mandatory is not in order, or names itself";
		if (!has_key(ps, key))
			return "mandatory names a parameter that is absent";
		if (key > KEY_LAST_KNOWN)
			return "mandatory names a parameter that clients do "
			       "not know: they pass over the record";
		last = key;
	}
	return NULL;
}

static const char *
alpn(struct params *ps, const uint8_t *v, size_t len)
{
	size_t i;

	if (len == 0)
		return "alpn is empty";
	for (i = 0; i < len; i += v[i] + 1u)
		if (v[i] == 0 || v[i] + 1u > len - i)
			return "alpn has a bad length";
	ps->alpn = true;
	return NULL;
}

static const char *
param(struct params *ps, uint16_t key, const uint8_t *v, size_t len)
{
	struct svcb *out = ps->out;

	switch (key) {
	case KEY_MANDATORY:
		return mandatory(ps, v, len);
	case KEY_ALPN:
		return alpn(ps, v, len);
	case KEY_NO_DEFAULT_ALPN:
		if (len != 0)
			return "no-default-alpn has a value";
		return ps->alpn ? NULL : "no-default-alpn without alpn";
	case KEY_PORT:
		if (len != 2)
			return "port has a bad length";
		out->port = get16(v);
		return NULL;
	case KEY_IPV4HINT:
		if (len == 0 || len % 4 != 0)
			return "ipv4hint has a bad length";
		out->ipv4 = v;
		out->nipv4 = len / 4;
		return NULL;
	case KEY_IPV6HINT:
		if (len == 0 || len % 16 != 0)
			return "ipv6hint has a bad length";
		out->ipv6 = v;
		out->nipv6 = len / 16;
		return NULL;
	default:
		return NULL;
	}
}

/* Lengths and order first, so that the values can be read without care. */
static const char *
check_list(const uint8_t *p, const uint8_t *end)
{
	int last = -1, key;

	while (p < end) {
		if (end - p < 4 || get16(p + 2) > end - p - 4)
			return "a parameter passes the end";
		key = get16(p);
		if (key <= last)
			return "parameters are not in order";
		last = key;
		p += 4 + get16(p + 2);
	}
	return NULL;
}

const char *
svcb_parse(struct svcb *out, const uint8_t *rdata, size_t len)
{
	struct params ps = {.out = out};
	const char *why;
	const uint8_t *p;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (len < 3 || (n = name_check(rdata + 2, len - 2)) == 0)
		return "it is cut short";
	out->priority = get16(rdata);
	out->target = rdata + 2;
	ps.first = rdata + 2 + n;
	ps.end = rdata + len;
	if ((why = check_list(ps.first, ps.end)) != NULL)
		return why;
	for (p = ps.first; p < ps.end; p += 4 + get16(p + 2))
		if ((why = param(&ps, get16(p), p + 4, get16(p + 2))) != NULL)
			return why;
	if (out->priority == 0) {
		out->port = 0;
		out->ipv4 = out->ipv6 = NULL;
		out->nipv4 = out->nipv6 = 0;
	}
	return NULL;
}
