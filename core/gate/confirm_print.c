/* What confirm found, as text and as JSON. */
#include <jansson.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"
#include "../report/json.h"
#include "confirm.h"

#define LISTED_MAX 1000

static void
escaped(struct text *out, const char *s)
{
	if (s != NULL)
		text_escaped(out, s, strlen(s));
}

/* "3600 192.0.2.1", one a record. */
static void
records(struct text *out, const char *word, const struct zone *z,
    const struct zone_rrset *set)
{
	const struct zone_rr *rr;
	uint32_t i;

	for (i = 0; set != NULL && i < set->count; i++) {
		rr = &z->rr[set->rr + i];
		text_printf(out, "      %s %u ", word, rr->ttl);
		rdata_to_text(out, rr->type, zone_rr_data(z, rr), rr->rdlen);
		text_char(out, '\n');
	}
}

static void
print_set(struct text *out, const struct diff *d, const uint8_t *name,
    uint16_t type, const struct zone_rrset *old, const struct zone_rrset *new)
{
	char mark = old == NULL ? '+' : new == NULL ? '-' : '~';
	char text[NAME_MAX_TEXT], word[RRTYPE_MAX_TEXT];

	name_to_text(text, name);
	text_printf(
	    out, "  %c %s %s\n", mark, text, rrtype_to_text(word, type));
	records(out, "attested", d->old, old);
	records(out, "found   ", d->new, new);
}

static void
print_differences(const struct confirm_result *r, struct text *out)
{
	const struct diff *d = r->diff;
	const struct diff_change *c;
	size_t i;

	if (d->soa_changed && !r->serial_accepted)
		print_set(out, d, d->old->apex, RRTYPE_SOA,
		    zone_find_rrset(d->old, d->old->apex, RRTYPE_SOA),
		    zone_find_rrset(d->new, d->new->apex, RRTYPE_SOA));
	for (i = 0; i < d->n && i < LISTED_MAX; i++) {
		c = &d->change[i];
		print_set(out, d, c->name, c->type, c->old, c->new);
	}
	if (d->n > LISTED_MAX)
		text_printf(out, "  and %zu more\n", d->n - (size_t)LISTED_MAX);
}

static void
print_aside(const struct confirm_result *r, struct text *out)
{
	char word[RRTYPE_MAX_TEXT];
	bool first = true;
	size_t i;

	for (i = 0; i < CONFIRM_TYPES; i++) {
		if (r->aside[i] == 0)
			continue;
		text_printf(out, "%s%u %s",
		    first ? "  set aside, made by a signer: " : ", ",
		    r->aside[i], rrtype_to_text(word, confirm_types[i]));
		first = false;
	}
	if (!first)
		text_char(out, '\n');
	if (r->serial_accepted)
		text_printf(out, "  serial %u was raised to %u\n",
		    r->diff->serial_old, r->diff->serial_new);
}

static void
print_text(const struct gate_options *o, const struct confirm_result *r,
    struct text *out)
{
	text_str(out, r->differences == 0 ? "CONFIRMED " : "DIFFERS ");
	escaped(out, r->attested->name);
	if (r->attested->view[0] != '\0') {
		text_char(out, ' ');
		escaped(out, r->attested->view);
	}
	text_printf(out, " at %.7s: ", r->commit);
	if (r->differences == 0)
		text_printf(out, "the %u records of ", r->found->nrrs);
	else
		text_printf(out, "%zu RRset%s of ", r->differences,
		    r->differences == 1 ? "" : "s");
	escaped(out, r->from);
	if (r->differences == 0)
		text_str(out, " are what was attested\n");
	else
		text_printf(out, " %s not what was attested\n",
		    r->differences == 1 ? "is" : "are");
	if (!o->quiet)
		print_aside(r, out);
	print_differences(r, out);
}

/* ---- JSON ---------------------------------------------------------------- */

static json_t *
records_json(const struct zone *z, const struct zone_rrset *set, bool *failed)
{
	json_t *list;
	struct text t;
	uint32_t i;

	if (set == NULL)
		return json_null();
	list = json_array();
	for (i = 0; i < set->count; i++) {
		const struct zone_rr *rr = &z->rr[set->rr + i];

		t = (struct text)TEXT_INIT;
		text_printf(&t, "%u ", rr->ttl);
		rdata_to_text(&t, rr->type, zone_rr_data(z, rr), rr->rdlen);
		*failed |= text_lost(&t);
		json_push(list, json_text(t.data), failed);
		text_free(&t);
	}
	return list;
}

static json_t *
set_json(const struct diff *d, const uint8_t *name, uint16_t type,
    const struct zone_rrset *old, const struct zone_rrset *new, bool *failed)
{
	char text[NAME_MAX_TEXT], word[RRTYPE_MAX_TEXT];
	json_t *o = json_object();

	name_to_text(text, name);
	json_put(o, "name", json_text(text), failed);
	json_put(o, "type", json_text(rrtype_to_text(word, type)), failed);
	json_put(o, "attested", records_json(d->old, old, failed), failed);
	json_put(o, "found", records_json(d->new, new, failed), failed);
	return o;
}

static json_t *
differences_json(const struct confirm_result *r, bool *failed)
{
	const struct diff *d = r->diff;
	json_t *list = json_array();
	size_t i;

	if (d->soa_changed && !r->serial_accepted)
		json_push(list,
		    set_json(d, d->old->apex, RRTYPE_SOA,
			zone_find_rrset(d->old, d->old->apex, RRTYPE_SOA),
			zone_find_rrset(d->new, d->new->apex, RRTYPE_SOA),
			failed),
		    failed);
	for (i = 0; i < d->n; i++)
		json_push(list,
		    set_json(d, d->change[i].name, d->change[i].type,
			d->change[i].old, d->change[i].new, failed),
		    failed);
	return list;
}

static json_t *
aside_json(const struct confirm_result *r, bool *failed)
{
	json_t *o = json_object();
	char word[RRTYPE_MAX_TEXT];
	size_t i;

	for (i = 0; i < CONFIRM_TYPES; i++)
		if (r->aside[i] != 0)
			json_put(o, rrtype_to_text(word, confirm_types[i]),
			    json_number(true, r->aside[i]), failed);
	return o;
}

static void
print_json(const struct confirm_result *r, struct text *out)
{
	json_t *root = json_object(), *serial = json_object();
	bool failed = false;

	json_put(root, "verdict",
	    json_text(r->differences == 0 ? "pass" : "block"), &failed);
	json_put(root, "zone", json_text(r->attested->name), &failed);
	json_put(root, "view", json_text(r->attested->view), &failed);
	json_put(root, "commit", json_text(r->commit), &failed);
	json_put(root, "time", json_text(r->time), &failed);
	json_put(root, "key", json_text(r->keyid), &failed);
	json_put(root, "digest", json_text(r->attested->digest), &failed);
	json_put(root, "from", json_text(r->from), &failed);
	json_put(root, "records", json_number(true, r->found->nrrs), &failed);
	json_put(root, "signed", json_boolean(r->is_signed), &failed);
	json_put(root, "whole", json_boolean(r->whole), &failed);
	json_put(serial, "attested", json_number(true, r->diff->serial_old),
	    &failed);
	json_put(
	    serial, "found", json_number(true, r->diff->serial_new), &failed);
	json_put(serial, "raised", json_boolean(r->serial_accepted), &failed);
	json_put(root, "serial", serial, &failed);
	json_put(root, "aside", aside_json(r, &failed), &failed);
	json_put(root, "differences", differences_json(r, &failed), &failed);
	json_write(root, failed, out);
}

void
confirm_print(const struct gate_options *o, const struct confirm_result *r,
    struct text *out)
{
	if (o->format != NULL && strcmp(o->format, "json") == 0)
		print_json(r, out);
	else
		print_text(o, r, out);
}
