/* Which files of a work tree are zones? */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "../dnssec/dnssec.h"
#include "../zone/load.h"
#include "guess.h"
#include "init.h"

enum {
	LOW_TTL = 300,         /* seconds: meant to be changed quickly */
	FILE_BYTES = 64 << 20, /* larger files are left to people */
	SKIPPED_MAX = 20,
	NAMES_MAX = 100, /* of one zone: more would not be read */
};

static int
skip(struct init *in, struct error *e, const char *path, const char *why)
{
	const char **s;
	struct text t = TEXT_INIT;

	if (in->skipped.n >= SKIPPED_MAX)
		return 0;
	if ((s = vec_add(&in->skipped)) == NULL)
		return error_memory(e);
	text_escaped(&t, path, strlen(path));
	*s = text_lost(&t) || t.data == NULL
		 ? NULL
		 : arena_printf(in->arena, "%s: %s", t.data, why);
	text_free(&t);
	return *s == NULL ? error_memory(e) : 0;
}

/* A cheap look: no SOA, no zone. */
static bool
has_soa(const char *data, size_t len)
{
	size_t i;

	for (i = 0; i + 3 < len; i++)
		if ((data[i] == 'S' || data[i] == 's') &&
		    strncasecmp(data + i, "SOA", 3) == 0 &&
		    (data[i + 3] == ' ' || data[i + 3] == '\t'))
			return true;
	return false;
}

static bool
is_server(const struct zone *z, const uint8_t *name)
{
	const struct zone_rr *rr;
	const uint8_t *target;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (rr->type != RRTYPE_NS)
			continue;
		target = rdata_target(
		    RRTYPE_NS, zone_rr_data(z, rr), rr->rdlen);
		if (target != NULL && name_equal(target, name))
			return true;
	}
	return false;
}

static void
add_addresses(
    struct text *t, const struct zone *z, const struct zone_rrset *set)
{
	char buf[INET6_ADDRSTRLEN];
	const struct zone_rr *rr;
	uint32_t i;
	int family;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		family = rr->type == RRTYPE_A ? AF_INET : AF_INET6;
		if (rr->rdlen != (family == AF_INET ? 4 : 16) ||
		    inet_ntop(family, zone_rr_data(z, rr), buf, sizeof(buf)) ==
			NULL)
			continue;
		text_printf(t, "%s\"%s/%u\"", t->len > 0 ? ", " : "", buf,
		    family == AF_INET ? 32u : 128u);
	}
}

static bool
set_is_private(const struct zone *z, const struct zone_rrset *set)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		if (policy_private_block(zone_rr_data(z, rr), rr->rdlen) !=
		    NULL)
			return true;
	}
	return false;
}

/* Propose owner I when its addresses look as if they were for failover. */
static int
look_at(struct init *in, struct init_zone *iz, const struct zone *z, uint32_t i,
    struct error *e)
{
	const struct zone_rrset *a = zone_rrset(z, i, RRTYPE_A);
	const struct zone_rrset *aaaa = zone_rrset(z, i, RRTYPE_AAAA);
	const struct zone_owner *o = &z->owner[i];
	struct text t = TEXT_INIT;
	struct init_name *n;
	char buf[NAME_MAX_TEXT];
	uint32_t ttl = UINT32_MAX;
	bool many;

	if ((a == NULL && aaaa == NULL) ||
	    (o->flags & (ZONE_BELOW_CUT | ZONE_BELOW_DNAME)) != 0)
		return 0;
	iz->has_private |= set_is_private(z, a) || set_is_private(z, aaaa);
	if (a != NULL)
		ttl = a->ttl;
	if (aaaa != NULL && aaaa->ttl < ttl)
		ttl = aaaa->ttl;
	many = (a != NULL && a->count > 1) || (aaaa != NULL && aaaa->count > 1);
	if ((!many && ttl > LOW_TTL) || iz->names.n >= NAMES_MAX ||
	    is_server(z, o->name))
		return 0;
	if ((n = vec_add(&iz->names)) == NULL)
		return error_memory(e);
	add_addresses(&t, z, a);
	add_addresses(&t, z, aaaa);
	name_to_text(buf, o->name);
	n->name = arena_strdup(in->arena, buf);
	n->addresses = text_lost(&t) || t.data == NULL
			   ? NULL
			   : arena_strdup(in->arena, t.data);
	text_free(&t);
	n->zone = iz->text;
	n->view = "";
	n->ttl = ttl;
	return n->name == NULL || n->addresses == NULL ? error_memory(e) : 0;
}

/* Where zones are delegated to: the proposal must not block today's zones. */
static int
add_server(struct init *in, const uint8_t *target, struct error *e)
{
	const char **s = in->servers.item;
	char buf[NAME_MAX_TEXT];
	size_t i;

	name_to_text(buf, target);
	for (i = 0; i < in->servers.n; i++)
		if (strcmp(s[i], buf) == 0)
			return 0;
	if (in->servers.n >= INIT_PROPOSALS_MAX) {
		in->many_servers = true;
		return 0;
	}
	if ((s = vec_add(&in->servers)) == NULL ||
	    (*s = arena_strdup(in->arena, buf)) == NULL)
		return error_memory(e);
	return 0;
}

static int
add_servers(struct init *in, const struct zone *z, struct error *e)
{
	const struct zone_rr *rr;
	const uint8_t *target;
	uint32_t i;

	for (i = 0; i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (rr->type != RRTYPE_NS)
			continue;
		target = rdata_target(
		    RRTYPE_NS, zone_rr_data(z, rr), rr->rdlen);
		if (target != NULL && add_server(in, target, e) != 0)
			return -1;
	}
	return 0;
}

static int
add_zone(
    struct init *in, const char *path, const struct zone *z, struct error *e)
{
	struct init_zone *iz = vec_add(&in->zones);
	char buf[NAME_MAX_TEXT];
	uint32_t i;

	if (iz == NULL)
		return error_memory(e);
	iz->names = (struct vec)VEC_INIT(struct init_name);
	iz->group = ZONE_NONE;
	iz->is_signed = dnssec_has_records(z);
	name_to_text(buf, z->apex);
	iz->path = arena_strdup(in->arena, path);
	iz->text = arena_strdup(in->arena, buf);
	iz->apex = arena_dup(in->arena, z->apex, name_len(z->apex));
	if (iz->path == NULL || iz->text == NULL || iz->apex == NULL)
		return error_memory(e);
	for (i = 0; i < z->nowners; i++)
		if (look_at(in, iz, z, i, e) != 0)
			return -1;
	return add_servers(in, z, e);
}

static int
try_file(struct init *in, const char *path, struct error *e)
{
	struct zone_load_args args = {.source = in->source, .path = path};
	struct error why = {0};
	struct findings fs;
	struct zone *z = NULL;
	uint8_t apex[NAME_MAX_LEN];
	const char *data;
	size_t len;
	int rc = 0;

	if (source_read(in->source, path, &data, &len, &why) != 0)
		return skip(in, e, path, "cannot be read");
	if (!has_soa(data, len) || memchr(data, '\0', len) != NULL ||
	    guess_zone(apex, path, data, len, &why) != 0)
		return 0;
	args.apex = apex;
	findings_init(&fs, in->arena);
	if (zone_load(&z, &args, &fs, &why) != 0)
		rc = skip(in, e, path, "cannot be read as a zone");
	else if (z->soa == ZONE_NONE)
		rc = 0; /* prose about DNS, an included file, … */
	else if (z->broken)
		rc = skip(in, e, path,
		    "has errors; see zonegate review, then add it");
	else
		rc = add_zone(in, path, z, e);
	zone_free(z);
	findings_free(&fs);
	return rc;
}

/* What a policy's path can hold as it is: braces would be placeholders. */
static bool
plain_path(const char *path)
{
	const unsigned char *p;

	for (p = (const unsigned char *)path; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e || *p == '{' || *p == '}')
			return false;
	return true;
}

int
init_find(struct init *in, struct error *e)
{
	const struct source_entry *entry;
	size_t n, i;

	entry = source_entries(in->source, &n, e);
	if (entry == NULL && e->code != ERROR_NONE)
		return -1;
	for (i = 0; i < n; i++) {
		if (entry[i].kind != SOURCE_FILE || !plain_path(entry[i].path))
			continue;
		if (try_file(in, entry[i].path, e) != 0)
			return -1;
	}
	return 0;
}
