#include "check.h"

#include <string.h>

const char *
rule_name(struct findings *fs, const uint8_t *name)
{
	char text[NAME_MAX_TEXT];

	name_to_text(text, name);
	return findings_text(fs, "%s", text);
}

const char *
rule_address(struct findings *fs, const uint8_t *addr, size_t len)
{
	struct text text = TEXT_INIT;
	const char *s;

	rdata_to_text(&text, len == 4 ? RRTYPE_A : RRTYPE_AAAA, addr, len);
	if (text_lost(&text))
		fs->lost = true;
	s = findings_text(fs, "%s", text.data == NULL ? "" : text.data);
	text_free(&text);
	return s;
}

const char *
rule_type(struct findings *fs, uint16_t type)
{
	char text[RRTYPE_MAX_TEXT];

	return findings_text(fs, "%s", rrtype_to_text(text, type));
}

const char *
rule_rdata(
    struct findings *fs, const struct zone *zone, const struct zone_rr *rr)
{
	struct text t = TEXT_INIT;
	const char *s;

	rdata_to_text(&t, rr->type, zone_rr_data(zone, rr), rr->rdlen);
	if (text_lost(&t))
		fs->lost = true;
	s = findings_text(fs, "%s", t.data == NULL ? "" : t.data);
	text_free(&t);
	return s;
}

const char *
rule_authority(struct findings *fs, const struct policy *policy, uint32_t line,
    const char *owner)
{
	const char *source = policy->source, *at;
	struct text t = TEXT_INIT;
	const char *s;

	if (source == NULL)
		return NULL;
	/* The revision stands in the report's head. */
	at = strrchr(source, '@');
	text_add(
	    &t, source, at == NULL ? strlen(source) : (size_t)(at - source));
	if (line != 0)
		text_printf(&t, ":%u", line);
	if (owner != NULL)
		text_printf(&t, " (owner: %s)", owner);
	if (text_lost(&t))
		fs->lost = true;
	s = findings_text(fs, "%s", t.data == NULL ? "" : t.data);
	text_free(&t);
	return s;
}

const char *
rule_patterns(
    struct findings *fs, const struct policy_pattern *pattern, size_t n)
{
	char name[NAME_MAX_TEXT];
	struct text t = TEXT_INIT;
	const char *s;
	size_t i;

	for (i = 0; i < n; i++) {
		name_to_text(name, pattern[i].name);
		text_printf(&t, "%s%s%s", i == 0 ? "" : ", ",
		    pattern[i].below ? "*." : "", name);
	}
	if (text_lost(&t))
		fs->lost = true;
	s = findings_text(fs, "%s", t.data == NULL ? "" : t.data);
	text_free(&t);
	return s;
}

static void
fill(struct finding *f, struct findings *fs, const struct evidence_zone *ez,
    const struct zone *zone, const struct zone_rr *rr)
{
	f->zone = ez->apex_text;
	f->view = ez->view;
	if (zone == NULL || rr == NULL) {
		f->name = ez->apex_text;
		f->place.file = ez->file;
		return;
	}
	f->name = rule_name(fs, zone_rr_owner(zone, rr));
	f->type = rule_type(fs, rr->type);
	zone_place(zone, rr, fs, &f->place);
	if (f->place.file == NULL)
		f->place.file = ez->file;
}

bool
rule_muted(const struct rule_walk *w)
{
	if (w->quota == NULL || w->quota->said < RULE_QUOTA)
		return false;
	w->quota->dropped++;
	return true;
}

struct finding *
rule_report(const struct rule_walk *w, const char *id, const struct zone_rr *rr,
    const char *fmt, ...)
{
	struct rule_quota *q = w->quota;
	struct finding *f;
	va_list ap;

	if (q != NULL && q->said >= RULE_QUOTA) {
		q->dropped++;
		return &q->scratch;
	}
	if (q != NULL)
		q->said++;
	va_start(ap, fmt);
	f = findings_vadd(w->out, id, fmt, ap);
	va_end(ap);
	fill(f, w->out, w->ez, w->zone, rr);
	return f;
}

struct finding *
rule_report_pair(struct findings *fs, const struct evidence_zone *ez,
    const char *id, const struct zone *zone, const struct zone_rr *rr,
    const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = findings_vadd(fs, id, fmt, ap);
	va_end(ap);
	fill(f, fs, ez, zone, rr);
	return f;
}
