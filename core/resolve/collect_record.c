/* Which addresses, names and further questions one record gives. */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "collect.h"
#include "svcb.h"

static void
read_address(struct collect *c, const struct record *r)
{
	size_t want = r->rr->type == RRTYPE_A ? 4 : 16;

	if (r->len == want)
		collect_address(c, r, TARGET_RECORD, r->data, r->len);
	else
		collect_fault(c, r, "it is no address");
}

static void
read_target(struct collect *c, const struct record *r)
{
	const uint8_t *name = rdata_target(r->rr->type, r->data, r->len);

	if (name == NULL)
		collect_fault(c, r, "it is malformed");
	else
		collect_follow(c, r, name,
		    r->rr->type == RRTYPE_SRV
			? (uint16_t)(r->data[4] << 8 | r->data[5])
			: 0);
}

/* A DNAME's target is an ending of names, no name to go to. */
static void
read_dname(struct collect *c, const struct record *r)
{
	const uint8_t *name = rdata_target(r->rr->type, r->data, r->len);

	if (name == NULL)
		collect_fault(c, r, "it is malformed");
	else if (!name_is_root(name))
		collect_name(c, r->zone, r->rr, name, 0);
}

/* The server's addresses as the parent would send them along. */
static void
read_glue(struct collect *c, const struct record *r, const uint8_t *server)
{
	static const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA};
	const struct zone *z = r->zone;
	const struct zone_rrset *s;
	struct record g = {.zone = z, .owner = server};
	uint32_t owner = zone_find(z, server), i;
	size_t t;

	if (owner == ZONE_NONE ||
	    (z->owner[owner].flags & (ZONE_CUT | ZONE_BELOW_CUT)) == 0)
		return;
	g.owner = z->owner[owner].name;
	for (t = 0; t < 2; t++) {
		if ((s = zone_rrset(z, owner, types[t])) == NULL)
			continue;
		for (i = 0; i < s->count; i++) {
			g.rr = &z->rr[s->rr + i];
			collect_link(c, z, g.rr);
			if (g.rr->rdlen == (t == 0 ? 4 : 16))
				collect_address(c, &g, TARGET_GLUE,
				    zone_rr_data(z, g.rr), g.rr->rdlen);
		}
	}
}

static void
read_ns(struct collect *c, const struct record *r)
{
	const uint8_t *name = rdata_target(r->rr->type, r->data, r->len);

	read_target(c, r);
	if (name != NULL)
		read_glue(c, r, name);
}

static void
read_svcb(struct collect *c, const struct record *r)
{
	struct svcb s;
	const char *why = svcb_parse(&s, r->data, r->len);
	size_t i;

	if (why != NULL) {
		collect_fault(c, r, why);
		return;
	}
	if (s.priority == 0) {
		if (name_is_root(s.target)) /* §2.5.1: no service */
			return;
		collect_follow(c, r, s.target, 0);
		collect_ask(c, s.target, r->rr->type);
		return;
	}
	if (name_is_root(s.target)) { /* §2.5.2: the owner itself */
		collect_ask(c, r->owner, RRTYPE_A);
		collect_ask(c, r->owner, RRTYPE_AAAA);
	} else {
		collect_follow(c, r, s.target, s.port);
	}
	for (i = 0; i < s.nipv4; i++)
		collect_address(c, r, TARGET_HINT, s.ipv4 + 4 * i, 4);
	for (i = 0; i < s.nipv6; i++)
		collect_address(c, r, TARGET_HINT, s.ipv6 + 16 * i, 16);
}

/* The character string at *AT, which moves behind it; NULL past the end. */
static const uint8_t *
string_at(const struct record *r, size_t *at, size_t *len)
{
	const uint8_t *p = r->data + *at;

	if (*at >= r->len || p[0] + 1u > r->len - *at)
		return NULL;
	*len = p[0];
	*at += p[0] + 1u;
	return p + 1;
}

/* RFC 3403 §4.1: order, preference, flags, services, regexp, replacement. */
static void
read_naptr(struct collect *c, const struct record *r)
{
	const uint8_t *name = rdata_target(r->rr->type, r->data, r->len);
	const uint8_t *flags, *regexp;
	size_t at = 4, nflags = 0, nservices, nregexp = 0;

	flags = string_at(r, &at, &nflags);
	if (name == NULL || flags == NULL ||
	    string_at(r, &at, &nservices) == NULL ||
	    (regexp = string_at(r, &at, &nregexp)) == NULL) {
		collect_fault(c, r, "it is malformed");
		return;
	}
	(void)regexp;
	if (nregexp > 0)
		collect_fault(c, r,
		    "it rewrites by a regular expression: where that leads "
		    "is not known");
	if (name_is_root(name))
		return;
	if (nflags == 0) { /* the next NAPTR */
		collect_name(c, r->zone, r->rr, name, 0);
		collect_ask(c, name, RRTYPE_NAPTR);
	} else if (nflags == 1 && toupper(flags[0]) == 'S') {
		collect_name(c, r->zone, r->rr, name, 0);
		collect_ask(c, name, RRTYPE_SRV);
	} else {
		collect_follow(c, r, name, 0);
	}
}

struct host {
	const char *text;
	size_t len;
	uint16_t port;
};

/* The host of "scheme://[user@]host[:port][/…]" (RFC 3986 §3.2). */
static bool
uri_host(const char *p, size_t len, struct host *out)
{
	const char *end = p + len, *at, *colon;
	unsigned long port = 0;

	at = memmem(p, len, "://", 3);
	if (at == NULL)
		return false;
	p = at + 3;
	for (at = p; at < end && strchr("/?#", *at) == NULL; at++)
		;
	end = at;
	if ((at = memrchr(p, '@', (size_t)(end - p))) != NULL)
		p = at + 1;
	colon = memrchr(p, ':', (size_t)(end - p));
	if (colon != NULL &&
	    memchr(colon, ']', (size_t)(end - colon)) == NULL) {
		for (at = colon + 1; at < end && port < 65536; at++) {
			if (!isdigit((unsigned char)*at))
				return false;
			port = port * 10 + (unsigned long)(*at - '0');
		}
		if (port > 65535)
			return false;
		end = colon;
	}
	out->text = p;
	out->len = (size_t)(end - p);
	out->port = (uint16_t)port;
	return out->len > 0;
}

/* RFC 7553 §4.5: priority, weight, the URI itself. */
static void
read_uri(struct collect *c, const struct record *r)
{
	char buf[INET6_ADDRSTRLEN];
	uint8_t addr[16], name[NAME_MAX_LEN];
	struct host h;
	size_t skip = 0;

	if (r->len <= 4 ||
	    !uri_host((const char *)r->data + 4, r->len - 4, &h)) {
		collect_fault(c, r, "its URI names no host");
		return;
	}
	if (h.text[0] == '[' && h.text[h.len - 1] == ']')
		skip = 1;
	if (h.len - 2 * skip < sizeof(buf)) {
		memcpy(buf, h.text + skip, h.len - 2 * skip);
		buf[h.len - 2 * skip] = '\0';
		if (skip == 0 && inet_pton(AF_INET, buf, addr) == 1) {
			collect_address(c, r, TARGET_URI, addr, 4);
			return;
		}
		if (skip == 1 && inet_pton(AF_INET6, buf, addr) == 1) {
			collect_address(c, r, TARGET_URI, addr, 16);
			return;
		}
	}
	if (memchr(h.text, '%', h.len) != NULL ||
	    memchr(h.text, '\\', h.len) != NULL ||
	    name_from_text(name, h.text, h.len, NULL, NULL) == 0)
		collect_fault(c, r, "the host of its URI is not readable");
	else
		collect_follow(c, r, name, h.port);
}

void
collect_record(struct collect *c, const struct record *r)
{
	static const struct {
		uint16_t type;
		void (*read)(struct collect *, const struct record *);
	} readers[] = {
	    {RRTYPE_A, read_address},
	    {RRTYPE_AAAA, read_address},
	    {RRTYPE_NS, read_ns},
	    {RRTYPE_CNAME, read_target},
	    {RRTYPE_PTR, read_target},
	    {RRTYPE_MX, read_target},
	    {RRTYPE_SRV, read_target},
	    {RRTYPE_DNAME, read_dname},
	    {RRTYPE_SVCB, read_svcb},
	    {RRTYPE_HTTPS, read_svcb},
	    {RRTYPE_NAPTR, read_naptr},
	    {RRTYPE_URI, read_uri},
	};
	size_t i;

	collect_link(c, r->zone, r->rr);
	for (i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (readers[i].type == r->rr->type) {
			readers[i].read(c, r);
			return;
		}
}
