/* What no single key can tell: keys that do not go together, dead references.
 */
#include "schema.h"

#include "../dns/name.h"
#include "../dns/rrtype.h"

#include <string.h>

/* Where to point for KEY: its value, else the map. */
static const struct node *
at(const struct node *map, const char *key)
{
	const struct node *n = node_find(map, key);

	return n != NULL ? n : map;
}

void
check_dnssec(struct reader *r, const struct node *n, void *object)
{
	const struct policy_dnssec *d = object;

	if (d->mode == POLICY_DNSSEC_UNSIGNED && d->nparent_ds > 0)
		fault(r, at(n, "parent-ds"),
		    "an unsigned zone with DS records at the parent is bogus "
		    "for every validator")
		    ->help = "sign the zone, or have the parent remove the DS";
	if (d->mode == POLICY_DNSSEC_GATE && node_find(n, "keys") == NULL)
		fault(r, at(n, "mode"), "mode `gate` without keys to sign with")
		    ->help = "add `keys: [Kexample.com.+013+12345]`, or take "
			     "mode `trial`";
	if (d->mode != POLICY_DNSSEC_GATE && d->nkeys != 0)
		fault(r, at(n, "keys"), "keys, and nothing is signed with them")
		    ->help = "write `mode: gate`, or remove the keys";
	if (d->refresh + d->jitter >= d->validity)
		fault(r, at(n, "validity"),
		    "signatures of %u s that are renewed %u s before their "
		    "end, with a jitter of %u s, are never old enough to keep",
		    d->validity, d->refresh, d->jitter)
		    ->help = "keep refresh and jitter together below validity";
}

void
check_zone(struct reader *r, const struct node *n, void *object)
{
	const struct policy_zone *z = object;
	const struct policy *p = &r->draft->p;
	const struct node *path = at(n, "path");
	bool has_zone, has_view;

	if (z->path == NULL)
		return;
	has_zone = strstr(z->path, "{zone}") != NULL;
	has_view = strstr(z->path, "{view}") != NULL;
	if (!has_zone && node_find(n, "zone") == NULL)
		fault(r, path, "no zone: `%.60s` has no {zone}", z->path)
		    ->help = "name it: `zone: example.com.`";
	if (has_zone && node_find(n, "zone") != NULL)
		fault(r, at(n, "zone"), "the path gives the zone already")
		    ->help = "remove the key, or write the path out";
	if (has_view && node_find(n, "view") != NULL)
		fault(r, at(n, "view"), "the path gives the view already")
		    ->help = "remove the key, or write the path out";
	if (has_view && p->nviews == 0)
		fault(r, path, "{view} in the path of a policy without views")
		    ->help = "declare the views under `views:`";
	if (!has_view && node_find(n, "view") == NULL && p->nviews > 0)
		fault(r, path, "no view: this policy has views")->help =
		    "name it: `view: NAME`, or put {view} into the path";
}

void
check_target(struct reader *r, const struct node *n, void *object)
{
	(void)object;
	if (node_find(n, "addresses") == NULL && node_find(n, "names") == NULL)
		fault(r, n, "a target list that allows nothing")->help =
		    "add `addresses: [...]` or `names: [...]`";
}

void
check_protected(struct reader *r, const struct node *n, void *object)
{
	static const uint16_t addresses[] = {RRTYPE_A, RRTYPE_AAAA};
	struct policy_protected *d = object;

	(void)r;
	(void)n;
	if (d->ntypes == 0) {
		d->type = addresses;
		d->ntypes = 2;
	}
}

void
check_require(struct reader *r, const struct node *n, void *object)
{
	struct policy_require *q = object;

	if (q->nissuers != 0 && !q->caa && node_find(n, "caa") != NULL)
		fault(r, at(n, "caa"),
		    "issuers are listed, but CAA is not required: then "
		    "anybody may issue")
		    ->help = "remove `caa`, or the list of issuers";
	if (q->nissuers != 0)
		q->caa = true;
	if (q->max_ttl != UINT32_MAX && q->min_ttl > q->max_ttl)
		fault(r, at(n, "min-ttl"),
		    "min-ttl %u is above max-ttl %u: no TTL can be right",
		    q->min_ttl, q->max_ttl)
		    ->help = "lower min-ttl, or raise max-ttl";
}

void
check_limits(struct reader *r, const struct node *n, void *object)
{
	const struct policy_limits *l = object;

	if (l->ttl_max != 0 && l->ttl_min > l->ttl_max)
		fault(r, at(n, "min-ttl"),
		    "min-ttl %u is above max-ttl %u: no TTL can be right",
		    l->ttl_min, l->ttl_max)
		    ->help = "lower min-ttl, or raise max-ttl";
}

static bool
is_fixed(const struct reader *r, const char *rule)
{
	return rule != NULL && r->rules != NULL && r->rules->fixed != NULL &&
	       r->rules->known != NULL && r->rules->known(rule) &&
	       r->rules->fixed(rule);
}

void
check_health(struct reader *r, const struct node *n, void *object)
{
	const struct policy_health *h = object;

	if (node_find(n, "url") == NULL && node_find(n, "tcp") == NULL)
		fault(r, n, "a health check that asks nothing")->help =
		    "add `url: https://…` or `tcp: PORT`";
	if (h->url == NULL && h->tcp != 0 &&
	    (node_find(n, "expect") != NULL || h->body != NULL))
		fault(r, at(n, h->body != NULL ? "body" : "expect"),
		    "a TCP connection has no status and no body")
		    ->help = "add `url: https://…`, or remove the key";
}

void
check_server(struct reader *r, const struct node *n, void *object)
{
	struct policy_server *s = object;

	if (s->url == NULL) {
		s->port = s->port == 0 ? 53 : s->port;
		return;
	}
	if (strncmp(s->url, "https://", 8) != 0)
		fault(r, at(n, "url"), "DNS over HTTP without TLS")->help =
		    "RFC 8484 needs https://";
	if (node_find(n, "port") != NULL)
		fault(r, at(n, "port"), "the URL says the port")->help =
		    "remove the key";
	if (s->tsig != NULL)
		fault(r, at(n, "tsig"), "TSIG over HTTPS is not known")->help =
		    "remove the key";
}

void
check_override(struct reader *r, const struct node *n, void *object)
{
	const struct policy_override *o = object;
	const struct node *rules = node_find(n, "rules"), *item;
	size_t i;

	if (rules == NULL || rules->kind != NODE_LIST)
		return;
	for (item = rules->child; item != NULL; item = item->next)
		for (i = 0; i < o->nrules; i++)
			if (item->kind == NODE_SCALAR &&
			    strcmp(item->text, o->rule[i]) == 0 &&
			    is_fixed(r, o->rule[i]))
				fault(r, item,
				    "`%s` is fixed: nobody overrides it",
				    o->rule[i])
				    ->help = "remove it from the list";
}

static bool
needs_approvals(const struct policy_change *c)
{
	return c->approvals_zones != 0 || c->approvals_policy != 0 ||
	       (c->approvals_failover != 0 &&
		   c->approvals_failover != POLICY_APPROVALS_SAME) ||
	       (c->approvals_keys != 0 &&
		   c->approvals_keys != POLICY_APPROVALS_SAME);
}

void
check_change(struct reader *r, const struct node *n, void *object)
{
	const struct policy_change *c = object;

	bool signers = node_find(n, "allowed-signers") != NULL || c->npgp != 0;

	if (c->signed_commits && !signers)
		fault(r, at(n, "signed-commits"),
		    "signed commits, and nobody who may sign")
		    ->help = "add `allowed-signers: .zonegate/allowed_signers`";
	if (!signers && needs_approvals(c))
		fault(r, at(n, "approvals"),
		    "approvals, and nobody who may sign one")
		    ->help = "add `allowed-signers: .zonegate/allowed_signers`";
	if (!signers && c->override.nsigners != 0)
		fault(r, at(n, "override"),
		    "an override, and nobody whose signature is known")
		    ->help = "add `allowed-signers: .zonegate/allowed_signers`";
	if ((c->npgp != 0) != (c->openpgp_keyring != NULL))
		fault(r, at(n, c->npgp != 0 ? "openpgp" : "openpgp-keyring"),
		    "`openpgp` and `openpgp-keyring` need each other")
		    ->help = "the key ring holds the keys, `openpgp` says "
			     "whose they are";
}

void
check_waiver(struct reader *r, const struct node *n, void *object)
{
	struct policy_waiver *w = object;
	int64_t days;

	if (is_fixed(r, w->rule))
		fault(r, at(n, "rule"), "`%s` is fixed: it cannot be waived",
		    w->rule)
		    ->help = "mend what it finds; zonegate explain says how";
	if (w->until != NULL && value_date(w->until, strlen(w->until), &days))
		w->until_time = (days + 1) * 86400 - 1;
	if (w->zone != NULL && w->name != NULL &&
	    !name_is_under(w->name, w->zone))
		fault(r, at(n, "name"),
		    "the waiver's name is not in the waiver's zone")
		    ->help = "name the zone that holds it, or leave one out";
}

void
check_severity(struct reader *r, const struct node *key, void *object)
{
	const struct policy_severity *s = object;

	if (key->value == NULL || key->value->kind != NODE_SCALAR ||
	    !is_fixed(r, s->rule))
		return;
	if (s->severity == SEVERITY_OFF || s->severity == SEVERITY_WARNING)
		fault(
		    r, key->value, "`%s` is fixed: it stays an error", s->rule)
		    ->help = "remove the line";
}

/* The view called NAME, or -1. */
static int
view_index(const struct policy *p, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < p->nviews; i++)
		if (strcmp(p->view[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void
check_view(struct reader *r, const struct node *views, size_t i)
{
	const struct policy *p = &r->draft->p;
	const struct policy_view *v = &p->view[i];
	const struct node *n = node_find(views, v->name);
	struct closest c = closest_start(r, v->falls_back_to);
	size_t k, steps = 0;
	int next;

	n = n == NULL ? NULL : node_find(n, "falls-back-to");
	if (v->falls_back_to == NULL || n == NULL)
		return;
	if (view_index(p, v->falls_back_to) < 0) {
		for (k = 0; k < p->nviews; k++)
			if (k != i)
				closest_try(&c, p->view[k].name);
		fault(r, n, "`falls-back-to`: no such view: `%.60s`",
		    v->falls_back_to)
		    ->help = closest_help(r, &c, "declare it under `views:`");
		return;
	}
	for (next = view_index(p, v->falls_back_to);
	     next >= 0 && next != (int)i && steps <= p->nviews; steps++)
		next = view_index(p, p->view[next].falls_back_to);
	if (next == (int)i)
		fault(r, n, "view `%s` falls back to itself%s", v->name,
		    steps == 0 ? "" : " over other views")
		    ->help = "let the last view of the chain fall back to none";
}

/*
 * Remember KEY (kept by the caller) as standing on LINE; the line it was on
 * before, or 0.
 */
static uint32_t
seen_on(struct reader *r, struct hash_table *seen, const void *key, size_t len,
    uint32_t line)
{
	uint32_t *first;
	int added;

	if (key == NULL ||
	    (first = hash_table_put(seen, key, len, line, &added)) == NULL) {
		r->memory = true;
		return 0;
	}
	return added ? 0 : *first;
}

/* Reports call a server by its name. */
static void
check_names(struct reader *r, const struct node *list,
    const struct policy_server *s, size_t count)
{
	struct hash_table *seen = hash_table_new(count);
	const struct node *n;
	uint32_t line;
	size_t i;

	if (seen == NULL)
		r->memory = true;
	n = list == NULL ? NULL : list->child;
	for (i = 0; i < count && n != NULL && !r->memory; i++, n = n->next) {
		if (s[i].name == NULL)
			continue;
		line = seen_on(
		    r, seen, s[i].name, strlen(s[i].name), s[i].line);
		if (line != 0)
			fault(r, at(n, "name"),
			    "two servers are called `%.60s`", s[i].name)
			    ->help = findings_text(r->faults,
			    "rename one: the first is on line %u", line);
	}
	hash_table_free(seen);
}

void
check_live(struct reader *r, const struct node *n, void *object)
{
	const struct policy_live *l = object;

	/* Of the machine that checks: a repository has no authorities. */
	if (l->ca_file != NULL && l->ca_file[0] != '/')
		fault(r, at(n, "ca-file"), "not an absolute path")->help =
		    "name a PEM file on the machine that checks, as "
		    "/etc/ssl/certs/ca-certificates.crt";
	if (l->nservers > 0)
		check_names(r, node_find(n, "servers"), l->server, l->nservers);
	if (l->nresolvers > 0)
		check_names(
		    r, node_find(n, "resolvers"), l->resolver, l->nresolvers);
}

/* Two entries for one zone of one view: which file would be served? */
static void
check_zone_twice(struct reader *r, struct hash_table *seen,
    const struct node *n, const struct policy_zone *z)
{
	const char *view = z->view == NULL ? "" : z->view;
	size_t zone = name_len(z->zone), len = zone + strlen(view);
	uint8_t *key = arena_bytes(r->arena, len + 1);
	uint32_t line;

	if (key != NULL) {
		memcpy(key, z->zone, zone);
		memcpy(key + zone, view, len - zone);
	}
	if ((line = seen_on(r, seen, key, len, z->line)) != 0)
		fault(r, at(n, "zone"),
		    "this zone has two files in the same view")
		    ->help = findings_text(
		    r->faults, "remove one: the first is on line %u", line);
}

static void
check_zones(struct reader *r, const struct node *list)
{
	const struct policy *p = &r->draft->p;
	struct hash_table *paths = hash_table_new(p->nzones);
	struct hash_table *names = hash_table_new(p->nzones);
	const struct node *n = list->child;
	const struct policy_zone *z = p->zone;
	uint32_t line;
	size_t i;

	if (paths == NULL || names == NULL)
		r->memory = true;
	for (i = 0; i < p->nzones && !r->memory; i++, n = n->next, z++) {
		if (z->path == NULL)
			continue;
		line = seen_on(r, paths, z->path, strlen(z->path), z->line);
		if (line != 0)
			fault(r, at(n, "path"), "path `%.60s` is listed twice",
			    z->path)
			    ->help = findings_text(r->faults,
			    "remove one: the first is on line %u", line);
		else if (z->zone != NULL)
			check_zone_twice(r, names, n, z);
	}
	hash_table_free(paths);
	hash_table_free(names);
}

/* Failover names, then identity endpoints, in one array. */
static void
join_protected(struct reader *r)
{
	struct draft *d = r->draft;
	size_t n = d->nfailover + d->nidentity;
	struct policy_protected *all = arena_calloc(
	    r->arena, n + 1, sizeof(*all));

	if (all == NULL) {
		r->memory = true;
		return;
	}
	if (d->nfailover > 0)
		memcpy(all, d->failover, d->nfailover * sizeof(*all));
	if (d->nidentity > 0)
		memcpy(all + d->nfailover, d->identity,
		    d->nidentity * sizeof(*all));
	d->p.protect = all;
	d->p.nprotects = n;
}

void
check_policy(struct reader *r, const struct node *n, void *object)
{
	const struct node *views = node_find(n, "views");
	const struct node *zones = node_find(n, "zones");
	struct draft *d = object;
	size_t i;

	for (i = 0; i < d->p.nviews; i++)
		check_view(r, views, i);
	if (d->p.nzones > 0)
		check_zones(r, zones);
	join_protected(r);
}
