/* Whom to ask about a zone. */
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "allow.h"
#include "doh.h"
#include "plan.h"

enum { DNS_PORT = 53 };

static int
use(struct plan *p, struct plan_zone *z, uint32_t server)
{
	struct plan_use *u;
	size_t i;

	for (i = 0; i < z->nuses; i++)
		if (z->use[i].server == server)
			return 0;
	if (z->nuses == PLAN_ZONE_SERVERS_MAX)
		return error_set(p->e, ERROR_SYSTEM,
		    "a zone has more than %d servers to ask",
		    PLAN_ZONE_SERVERS_MAX);
	if (z->use == NULL &&
	    (z->use = arena_calloc(
		 p->arena, PLAN_ZONE_SERVERS_MAX, sizeof(*z->use))) == NULL)
		return error_memory(p->e);
	u = &z->use[z->nuses++];
	u->server = server;
	u->dnskey = PLAN_NONE;
	u->serial.apex = z->apex;
	u->serial.view = z->view;
	u->serial.server = server;
	return 0;
}

static struct probe_server *
add_server(struct plan *p)
{
	struct probe_server *s;

	if (p->server.n >= PLAN_SERVERS_MAX) {
		error_set(p->e, ERROR_SYSTEM,
		    "there are more than %d servers to ask", PLAN_SERVERS_MAX);
		return NULL;
	}
	if ((s = vec_add(&p->server)) == NULL)
		error_memory(p->e);
	return s;
}

/* ---- the policy's -------------------------------------------------------- */

static const char *
address_text(struct plan *p, const struct live_address *at)
{
	char text[LIVE_ADDRESS_TEXT];

	live_address_text(text, at);
	return arena_strdup(p->arena, text);
}

/* Where its URL is: at the entry's address, or at one that is its host. */
static struct live_address
https_address(const struct policy_server *e)
{
	struct live_address at = {.len = 0};

	if (e->url == NULL)
		return at;
	if (!doh_literal(e->url, &at))
		at.len = 0;
	if (e->at.len != 0) {
		memcpy(at.addr, e->at.addr, e->at.len);
		at.len = e->at.len;
	}
	at.port = doh_port(e->url);
	if (at.port == 0)
		at.len = 0;
	return at;
}

static int
from_policy(struct plan *p, const struct policy_server *e, bool resolver)
{
	struct probe_server *s = add_server(p);

	if (s == NULL)
		return -1;
	s->name = e->name;
	s->resolver = resolver;
	s->url = e->url;
	s->tsig = e->tsig;
	s->line = e->line;
	/* With a URL it is asked over HTTPS alone. */
	if (e->url == NULL) {
		s->at.len = e->at.len;
		memcpy(s->at.addr, e->at.addr, sizeof(e->at.addr));
		s->at.port = (uint16_t)e->port;
	}
	s->https = https_address(e);
	s->address = s->at.len != 0 ? address_text(p, &s->at) : s->url;
	if (s->at.len == 0 && s->https.len == 0)
		s->unusable = "the policy gives no address for its URL";
	return s->address == NULL && s->at.len != 0 ? error_memory(p->e) : 0;
}

/* The policy's entries as servers: first live.servers, then resolvers. */
static int
all_of_policy(struct plan *p)
{
	const struct policy_live *l = &p->args.policy->live;
	size_t i;

	for (i = 0; i < l->nservers; i++)
		if (from_policy(p, &l->server[i], false) != 0)
			return -1;
	for (i = 0; i < l->nresolvers; i++)
		if (from_policy(p, &l->resolver[i], true) != 0)
			return -1;
	return 0;
}

static int
use_of_policy(struct plan *p, struct plan_zone *z,
    const struct policy_server *e, size_t n, size_t first)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (e[i].zone != NULL && !name_equal(e[i].zone, z->apex))
			continue;
		if (e[i].view != NULL && strcmp(e[i].view, z->view) != 0)
			continue;
		if (use(p, z, (uint32_t)(first + i)) != 0)
			return -1;
	}
	return 0;
}

/* ---- the zone's NS records ----------------------------------------------- */

static int
use_address(struct plan *p, struct plan_zone *z, const char *name,
    const struct live_address *at, const char *unusable)
{
	const char *text = at->len == 0 ? "-" : address_text(p, at);
	struct probe_server *s = p->server.item;
	size_t i;

	if (text == NULL)
		return error_memory(p->e);
	for (i = 0; i < p->server.n; i++)
		if (s[i].line == 0 && strcmp(s[i].name, name) == 0 &&
		    strcmp(s[i].address, text) == 0)
			return use(p, z, (uint32_t)i);
	if ((s = add_server(p)) == NULL)
		return -1;
	s->name = name;
	s->address = text;
	s->at = *at;
	s->unusable = unusable;
	return use(p, z, (uint32_t)(p->server.n - 1));
}

static int
use_addresses(struct plan *p, struct plan_zone *z, const char *name,
    const uint8_t *target, uint16_t type, size_t *found)
{
	struct live_address at = {.port = DNS_PORT};
	struct resolve_answer *a;
	const struct zone_rr *rr;
	uint32_t i;

	if (resolve(&a, p->args.set, p->args.policy, z->view, target, type,
		p->arena, p->e) != 0)
		return -1;
	if (a->outcome != RESOLVE_ANSWER || a->rrset == NULL)
		return 0;
	at.len = type == RRTYPE_A ? 4 : 16;
	for (i = 0; i < a->rrset->count; i++) {
		rr = &a->zone->rr[a->rrset->rr + i];
		if (rr->rdlen != at.len)
			continue;
		memcpy(at.addr, zone_rr_data(a->zone, rr), at.len);
		++*found;
		if (use_address(p, z, name, &at, NULL) != 0)
			return -1;
	}
	return 0;
}

static int
use_ns(struct plan *p, struct plan_zone *z, const uint8_t *target)
{
	const struct policy *policy = p->args.policy;
	struct live_address none = {.len = 0};
	char text[NAME_MAX_TEXT];
	const char *name;
	size_t found = 0;

	name_to_text(text, target);
	if ((name = arena_strdup(p->arena, text)) == NULL)
		return error_memory(p->e);
	if (policy->nnameservers == 0)
		return use_address(p, z, name, &none,
		    "the policy names neither live.servers nor "
		    "nameservers.allow, so nobody may be asked");
	if (!policy_name_matches(
		policy->nameserver, policy->nnameservers, target))
		return use_address(p, z, name, &none,
		    "nameservers.allow of the policy does not name it");
	if (use_addresses(p, z, name, target, RRTYPE_A, &found) != 0 ||
	    use_addresses(p, z, name, target, RRTYPE_AAAA, &found) != 0)
		return -1;
	if (found > 0)
		return 0;
	return use_address(p, z, name, &none,
	    "its address is not in this repository: name it under "
	    "live.servers");
}

static int
use_of_zone(struct plan *p, struct plan_zone *z)
{
	const struct zone_rrset *ns = zone_find_rrset(
	    z->zone, z->apex, RRTYPE_NS);
	const struct zone_rr *rr;
	const uint8_t *target;
	uint32_t i;

	for (i = 0; ns != NULL && i < ns->count; i++) {
		rr = &z->zone->rr[ns->rr + i];
		target = rdata_target(
		    RRTYPE_NS, zone_rr_data(z->zone, rr), rr->rdlen);
		if (target != NULL && use_ns(p, z, target) != 0)
			return -1;
	}
	return 0;
}

int
plan_servers(struct plan *p, struct plan_zone *z)
{
	const struct policy_live *l = &p->args.policy->live;

	if (p->server.n == 0 && all_of_policy(p) != 0)
		return -1;
	if (l->nservers != 0
		? use_of_policy(p, z, l->server, l->nservers, 0) != 0
		: use_of_zone(p, z) != 0)
		return -1;
	return use_of_policy(p, z, l->resolver, l->nresolvers, l->nservers);
}
