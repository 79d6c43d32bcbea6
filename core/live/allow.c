#include "allow.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "doh.h"

enum { DNS_PORT = 53 };

bool
live_is_public(const uint8_t *addr, size_t len)
{
	return (len == 4 || len == 16) &&
	       policy_private_block(addr, len) == NULL;
}

static bool
is_at(const struct policy_server *s, const struct live_address *at)
{
	return s->at.len == at->len &&
	       memcmp(s->at.addr, at->addr, at->len) == 0;
}

static bool
is_url(const struct policy_server *s, const char *url)
{
	return s->url != NULL && url != NULL && strcmp(s->url, url) == 0;
}

/* Does the entry name this address for this use? */
static bool
names(const struct policy_server *s, const struct live_address *at,
    enum live_transport transport, const char *url)
{
	struct live_address host;

	if (transport != LIVE_HTTPS)
		return s->url == NULL && is_at(s, at) && s->port == at->port;
	if (!is_url(s, url) || doh_port(url) != at->port)
		return false;
	if (s->at.len != 0)
		return is_at(s, at);
	return doh_literal(url, &host) && host.len == at->len &&
	       memcmp(host.addr, at->addr, at->len) == 0;
}

static bool
any_names(const struct policy_server *s, size_t n,
    const struct live_address *at, enum live_transport transport,
    const char *url)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names(&s[i], at, transport, url))
			return true;
	return false;
}

const char *
live_refuses(const struct policy *p, const struct live_address *at,
    enum live_transport transport, const char *url)
{
	const struct policy_live *l = &p->live;

	if (at->len != 4 && at->len != 16)
		return "its address is not known";
	if (any_names(l->server, l->nservers, at, transport, url) ||
	    any_names(l->resolver, l->nresolvers, at, transport, url))
		return NULL;
	if (transport == LIVE_HTTPS)
		return "the policy does not name this URL and address";
	if (l->nservers != 0)
		return "the policy does not name this address and port";
	if (p->nnameservers == 0)
		return "the policy names neither live.servers nor "
		       "nameservers.allow";
	if (at->port != DNS_PORT)
		return "a name server that a zone names has port 53";
	if (!live_is_public(at->addr, at->len))
		return "a private or special address that the policy does not "
		       "name";
	return NULL;
}

void
live_address_text(char out[LIVE_ADDRESS_TEXT], const struct live_address *at)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (at->len == 0 || inet_ntop(at->len == 4 ? AF_INET : AF_INET6,
				at->addr, text, sizeof(text)) == NULL) {
		snprintf(out, LIVE_ADDRESS_TEXT, "no address");
		return;
	}
	if (at->port == DNS_PORT)
		snprintf(out, LIVE_ADDRESS_TEXT, "%s", text);
	else
		snprintf(out, LIVE_ADDRESS_TEXT,
		    at->len == 4 ? "%s:%u" : "[%s]:%u", text, at->port);
}
