#include "record.h"

#include <string.h>

#include "../dns/name.h"
#include "../report/json.h"

/* {"sha256": HEX}, or null. */
static json_t *
digest_json(const char *algorithm, const char *hex, bool *failed)
{
	json_t *o;

	if (hex == NULL)
		return json_null();
	o = json_object();
	json_put(o, algorithm, json_text(hex), failed);
	return o;
}

static json_t *
zonemd_json(
    const struct report_zone *z, const struct record_extra *x, bool *failed)
{
	const struct record_zonemd *md = x->zonemd;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < x->nzonemd; i++)
		if (strcmp(md[i].name, z->name) == 0 &&
		    strcmp(md[i].view, z->view == NULL ? "" : z->view) == 0)
			json_push(list, json_text(md[i].rdata), failed);
	return list;
}

static json_t *
zone_json(
    const struct report_zone *z, const struct record_extra *x, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "name", json_text(z->name), failed);
	json_put(o, "view", json_text(z->view), failed);
	json_put(o, "file", json_text(z->file), failed);
	json_put(o, "status", json_text(z->status), failed);
	json_put(o, "mode", json_text(z->dnssec_mode), failed);
	json_put(o, "serial", json_number(z->has_new, z->serial_new), failed);
	json_put(o, "records", json_number(true, z->total), failed);
	json_put(o, "digest", digest_json("sha384", z->digest, failed), failed);
	if (x->nzonemd != 0)
		json_put(o, "zonemd", zonemd_json(z, x, failed), failed);
	return o;
}

static json_t *
finding_json(const struct finding *f, bool *failed)
{
	json_t *o = json_finding_short(f, failed);

	if (f->waived)
		json_put(o, "waiver", json_text(f->waiver), failed);
	return o;
}

static json_t *
name_json(const uint8_t *name)
{
	char text[NAME_MAX_TEXT];

	if (name == NULL)
		return json_null();
	name_to_text(text, name);
	return json_text(text);
}

static json_t *
waiver_json(const struct policy_waiver *w, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "rule", json_text(w->rule), failed);
	json_put(o, "zone", name_json(w->zone), failed);
	json_put(o, "name", name_json(w->name), failed);
	json_put(o, "view", json_text(w->view), failed);
	json_put(o, "until", json_text(w->until), failed);
	json_put(o, "owner", json_text(w->owner), failed);
	json_put(o, "reason", json_text(w->reason), failed);
	return o;
}

static json_t *
gap_json(const struct record_gap *g, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "name", json_text(g->name), failed);
	json_put(o, "view", json_text(g->view), failed);
	json_put(o, "file", json_text(g->file), failed);
	json_put(o, "why", json_text(g->why), failed);
	return o;
}

/* Findings count in two lists: those that were waived stand apart. */
static void
put_findings(json_t *root, const struct report *r, size_t max, bool *failed)
{
	json_t *list = json_array(), *waived = json_array();
	size_t i, n = r->findings == NULL ? 0 : r->findings->n, total = 0;
	const struct finding *f;

	for (i = 0; i < n; i++) {
		f = &r->findings->item[i];
		if (f->severity == SEVERITY_OFF)
			continue;
		total++;
		if (max == 0 || total <= max)
			json_push(f->waived ? waived : list,
			    finding_json(f, failed), failed);
	}
	json_put(root, "findings", list, failed);
	json_put(root, "waived", waived, failed);
	json_put(root, "findings_total", json_number(true, total), failed);
}

static void
put_zones(json_t *root, const struct report *r, const struct record_extra *x,
    bool *failed)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->nzones && (x->max == 0 || i < x->max); i++)
		json_push(list, zone_json(&r->zone[i], x, failed), failed);
	json_put(root, "zones", list, failed);
	json_put(root, "zones_total", json_number(true, r->nzones), failed);
}

static void
put_extra(json_t *root, const struct record_extra *x, bool *failed)
{
	json_t *waivers = json_array(), *gaps = json_array();
	const struct policy *p = x->policy;
	size_t i;

	for (i = 0; p != NULL && i < p->nwaivers; i++)
		if (x->max == 0 || i < x->max)
			json_push(waivers, waiver_json(&p->waiver[i], failed),
			    failed);
	for (i = 0; i < x->ngaps; i++)
		json_push(gaps, gap_json(&x->gap[i], failed), failed);
	json_put(root, "waivers", waivers, failed);
	if (x->ngaps != 0)
		json_put(root, "unattested", gaps, failed);
	else
		json_decref(gaps);
}

void
record_add(
    struct text *out, const struct report *r, const struct record_extra *x)
{
	json_t *root = json_object(), *policy = json_object();
	bool failed = false;

	json_put(root, "verdict", json_text(json_verdict(r->verdict)), &failed);
	json_put(root, "base", json_text(r->base), &failed);
	json_put(root, "head", json_text(r->head), &failed);
	json_put(policy, "source", json_text(r->policy_source), &failed);
	json_put(policy, "digest",
	    digest_json("sha256", r->policy_digest, &failed), &failed);
	json_put(root, "policy", policy, &failed);
	json_put(root, "lane", json_text(r->lane), &failed);
	put_zones(root, r, x, &failed);
	put_findings(root, r, x->max, &failed);
	put_extra(root, x, &failed);
	if (r->error != NULL && r->error->code != ERROR_NONE)
		json_put(root, "error", json_text(r->error->message), &failed);
	json_compact(root, failed, out);
}

void
record_add_error(struct text *out, const struct error *e)
{
	json_t *root = json_object();
	bool failed = false;

	json_put(root, "verdict", json_text("error"), &failed);
	json_put(root, "error", json_text(e->message), &failed);
	json_compact(root, failed, out);
}
