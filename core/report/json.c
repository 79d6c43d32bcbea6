/* The JSON report: every field of the schema, null where nothing is known. */
#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *
json_text(const char *s)
{
	struct text t = TEXT_INIT;
	json_t *value = NULL;

	if (s == NULL)
		return json_null();
	text_escaped(&t, s, strlen(s));
	if (!t.lost)
		value = json_stringn(t.data == NULL ? "" : t.data, t.len);
	text_free(&t);
	return value;
}

json_t *
json_number(bool known, uint64_t n)
{
	return known ? json_integer((json_int_t)n) : json_null();
}

void
json_put(json_t *object, const char *key, json_t *value, bool *failed)
{
	if (json_object_set_new(object, key, value) != 0)
		*failed = true;
}

void
json_push(json_t *array, json_t *value, bool *failed)
{
	if (json_array_append_new(array, value) != 0)
		*failed = true;
}

json_t *
json_list(const char *const *list, bool *failed)
{
	json_t *array;

	if (list == NULL)
		return json_null();
	array = json_array();
	for (; *list != NULL; list++)
		json_push(array, json_text(*list), failed);
	return array;
}

static int
append(const char *data, size_t len, void *out)
{
	text_add(out, data, len);
	return text_lost(out) ? -1 : 0;
}

static void
add(json_t *value, bool failed, size_t form, struct text *out)
{
	if (value == NULL || failed ||
	    json_dump_callback(value, append, out,
		JSON_SORT_KEYS | JSON_ENSURE_ASCII | form) != 0)
		out->lost = true;
	json_decref(value);
}

void
json_write(json_t *root, bool failed, struct text *out)
{
	add(root, failed, JSON_INDENT(2), out);
	text_char(out, '\n');
}

void
json_compact(json_t *value, bool failed, struct text *out)
{
	add(value, failed, JSON_COMPACT, out);
}

/* ---- the parts of the report --------------------------------------------- */

const char *
json_verdict(enum report_verdict v)
{
	return v == REPORT_PASS    ? "pass"
	       : v == REPORT_BLOCK ? "block"
				   : "error";
}

json_t *
json_words(const char *s, bool *failed)
{
	json_t *array;
	char *copy, *save = NULL, *w;

	if (s == NULL)
		return json_null();
	array = json_array();
	if ((copy = strdup(s)) == NULL)
		*failed = true;
	else
		for (w = strtok_r(copy, ", ", &save); w != NULL;
		     w = strtok_r(NULL, ", ", &save))
			json_push(array, json_text(w), failed);
	free(copy);
	return array;
}

static json_t *
zone_json(const struct report_zone *z, bool *failed)
{
	json_t *o = json_object(), *part;

	json_put(o, "name", json_text(z->name), failed);
	json_put(o, "view", json_text(z->view), failed);
	json_put(o, "file", json_text(z->file), failed);
	json_put(o, "status", json_text(z->status), failed);
	json_put(o, "includes", json_number(true, z->includes), failed);
	part = json_object();
	json_put(part, "old", json_number(z->has_old, z->serial_old), failed);
	json_put(part, "new", json_number(z->has_new, z->serial_new), failed);
	json_put(o, "serial", part, failed);
	part = json_object();
	json_put(part, "added", json_number(true, z->added), failed);
	json_put(part, "removed", json_number(true, z->removed), failed);
	json_put(part, "changed", json_number(true, z->changed), failed);
	json_put(part, "total", json_number(true, z->total), failed);
	json_put(o, "records", part, failed);
	part = json_object();
	json_put(part, "mode", json_text(z->dnssec_mode), failed);
	json_put(part, "signed", json_number(z->validated, z->rrsets), failed);
	json_put(
	    part, "verified", json_number(z->validated, z->verified), failed);
	json_put(part, "algorithms", json_words(z->algorithms, failed), failed);
	json_put(part, "digest", json_text(z->digest), failed);
	json_put(o, "dnssec", part, failed);
	return o;
}

static json_t *
change_json(const struct report_change *c, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "zone", json_text(c->zone), failed);
	json_put(o, "view", json_text(c->view), failed);
	json_put(o, "name", json_text(c->name), failed);
	json_put(o, "type", json_text(c->type), failed);
	json_put(o, "kind", json_text(c->kind), failed);
	json_put(o, "before", json_list(c->before, failed), failed);
	json_put(o, "after", json_list(c->after, failed), failed);
	json_put(o, "ttl_before", json_number(c->before != NULL, c->ttl_before),
	    failed);
	json_put(o, "ttl_after", json_number(c->after != NULL, c->ttl_after),
	    failed);
	json_put(o, "note", json_text(c->note), failed);
	return o;
}

static json_t *
side_json(const struct report_answer_side *s, bool *failed)
{
	json_t *o;

	if (s->outcome == NULL)
		return json_null();
	o = json_object();
	json_put(o, "outcome", json_text(s->outcome), failed);
	json_put(o, "targets", json_list(s->targets, failed), failed);
	json_put(o, "chain", json_text(s->chain), failed);
	json_put(o, "ttl", json_number(true, s->ttl), failed);
	return o;
}

static json_t *
answer_json(const struct report_answer *a, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "name", json_text(a->name), failed);
	json_put(o, "type", json_text(a->type), failed);
	json_put(o, "view", json_text(a->view), failed);
	json_put(o, "before", side_json(&a->before, failed), failed);
	json_put(o, "after", side_json(&a->after, failed), failed);
	json_put(o, "cause", json_text(a->cause), failed);
	json_put(o, "collateral", json_boolean(a->collateral), failed);
	return o;
}

json_t *
json_finding_short(const struct finding *f, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "rule", json_text(f->rule), failed);
	json_put(o, "severity", json_text(severity_text(f->severity)), failed);
	json_put(o, "zone", json_text(f->zone), failed);
	json_put(o, "view", json_text(f->view), failed);
	json_put(o, "name", json_text(f->name), failed);
	json_put(o, "type", json_text(f->type), failed);
	json_put(o, "waived", json_boolean(f->waived), failed);
	return o;
}

json_t *
json_finding(const struct finding *f, bool *failed)
{
	const struct place *p = &f->place;
	json_t *o = json_finding_short(f, failed);

	json_put(o, "message", json_text(f->message), failed);
	json_put(o, "help", json_text(f->help), failed);
	json_put(o, "expected", json_text(f->expected), failed);
	json_put(o, "authority", json_text(f->authority), failed);
	json_put(o, "file", json_text(p->file), failed);
	json_put(o, "line", json_number(p->line != 0, p->line), failed);
	json_put(o, "column",
	    json_number(p->line != 0 && p->column != 0, p->column), failed);
	json_put(o, "excerpt", json_text(p->excerpt), failed);
	json_put(o, "commit", json_text(p->commit), failed);
	json_put(o, "waiver", json_text(f->waiver), failed);
	return o;
}

static json_t *
check_json(const struct report_check *c, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "state", json_text(c->state), failed);
	json_put(o, "what", json_text(c->what), failed);
	json_put(o, "result", json_text(c->result), failed);
	return o;
}

json_t *
json_error(const struct error *e, bool *failed)
{
	json_t *o;

	if (e == NULL || e->code == ERROR_NONE)
		return json_null();
	o = json_object();
	json_put(o, "exit", json_integer(e->code), failed);
	json_put(o, "message", json_text(e->message), failed);
	json_put(
	    o, "help", json_text(e->hint[0] != '\0' ? e->hint : NULL), failed);
	json_put(
	    o, "file", json_text(e->file[0] != '\0' ? e->file : NULL), failed);
	json_put(o, "line", json_number(e->line != 0, e->line), failed);
	json_put(o, "column",
	    json_number(e->line != 0 && e->column != 0, e->column), failed);
	return o;
}

static json_t *
cache_json(const struct report_cache *c, bool *failed)
{
	json_t *o;

	if (c == NULL)
		return json_null();
	o = json_object();
	json_put(o, "hits", json_number(true, c->hits), failed);
	json_put(o, "misses", json_number(true, c->misses), failed);
	return o;
}

static json_t *
stats_json(const struct report *r, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "seconds", json_real(isfinite(r->seconds) ? r->seconds : 0),
	    failed);
	json_put(o, "records", json_number(true, r->records), failed);
	json_put(o, "signatures", json_number(true, r->signatures), failed);
	json_put(o, "cache", cache_json(r->cache, failed), failed);
	return o;
}

static json_t *
findings_json(const struct report *r, bool *failed)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; r->findings != NULL && i < r->findings->n; i++)
		if (r->findings->item[i].severity != SEVERITY_OFF)
			json_push(array,
			    json_finding(&r->findings->item[i], failed),
			    failed);
	return array;
}

static json_t *
waiver_json(const struct report_waiver *w, bool *failed)
{
	json_t *o = json_object();

	json_put(o, "rule", json_text(w->rule), failed);
	json_put(o, "zone", json_text(w->zone), failed);
	json_put(o, "name", json_text(w->name), failed);
	json_put(o, "view", json_text(w->view), failed);
	json_put(o, "until", json_text(w->until), failed);
	json_put(o, "days_left", json_number(!w->expired, w->days), failed);
	json_put(o, "expired", json_boolean(w->expired), failed);
	json_put(o, "used", json_boolean(w->used), failed);
	json_put(o, "owner", json_text(w->owner), failed);
	json_put(o, "reason", json_text(w->reason), failed);
	return o;
}

static json_t *
waivers_json(const struct report *r, bool *failed)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < r->nwaivers; i++)
		json_push(array, waiver_json(&r->waiver[i], failed), failed);
	return array;
}

static void
put_arrays(json_t *root, const struct report *r, bool *failed)
{
	json_t *zones = json_array(), *changes = json_array();
	json_t *answers = json_array(), *checks = json_array();
	size_t i;

	for (i = 0; i < r->nzones; i++)
		json_push(zones, zone_json(&r->zone[i], failed), failed);
	for (i = 0; i < r->nchanges; i++)
		json_push(changes, change_json(&r->change[i], failed), failed);
	for (i = 0; i < r->nanswers; i++)
		json_push(answers, answer_json(&r->answer[i], failed), failed);
	for (i = 0; i < r->nchecks; i++)
		json_push(checks, check_json(&r->check[i], failed), failed);
	json_put(root, "zones", zones, failed);
	json_put(root, "changes", changes, failed);
	json_put(root, "answers", answers, failed);
	json_put(root, "checks", checks, failed);
	json_put(root, "waivers", waivers_json(r, failed), failed);
	json_put(root, "drill", json_drill(r, failed), failed);
	json_put(root, "targets", json_targets(r, failed), failed);
	json_put(root, "probe", json_probe(r, failed), failed);
	json_put(root, "serials", json_serials(r, failed), failed);
	json_put(root, "findings", findings_json(r, failed), failed);
}

void
report_json(
    const struct report *r, const struct report_style *style, struct text *out)
{
	static const char *const none[] = {NULL};
	json_t *root = json_object(), *policy = json_object();
	bool failed = false;

	(void)style;
	json_put(root, "schema", json_integer(1), &failed);
	json_put(
	    root, "tool", json_text("zonegate " ZONEGATE_VERSION), &failed);
	json_put(root, "command", json_text(r->command), &failed);
	json_put(root, "subject", json_text(r->subject), &failed);
	json_put(root, "verdict", json_text(json_verdict(r->verdict)), &failed);
	json_put(root, "error", json_error(r->error, &failed), &failed);
	json_put(root, "base", json_text(r->base), &failed);
	json_put(root, "head", json_text(r->head), &failed);
	json_put(policy, "source", json_text(r->policy_source), &failed);
	json_put(policy, "digest", json_text(r->policy_digest), &failed);
	json_put(root, "policy", policy, &failed);
	json_put(root, "lane", json_text(r->lane), &failed);
	put_arrays(root, r, &failed);
	json_put(root, "changes_total",
	    json_number(true, r->changes_total > r->nchanges ? r->changes_total
							     : r->nchanges),
	    &failed);
	json_put(root, "notes",
	    json_list(r->note == NULL ? none : r->note, &failed), &failed);
	json_put(root, "cache_seconds", json_number(true, r->cache_seconds),
	    &failed);
	json_put(root, "stats", stats_json(r, &failed), &failed);
	json_write(root, failed, out);
}
