#include "settle.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

/* ---- severity and waivers ---------------------------------------------- */

static enum severity
severity_of(const struct policy *policy, const struct finding *f)
{
	const struct rule *rule = rules_find(f->rule);
	enum severity s;

	/* Whoever speaks in the name of no rule is not to be overheard. */
	if (rule == NULL)
		return SEVERITY_ERROR;
	s = policy_severity_of(policy, rule->id);
	if (s == SEVERITY_DEFAULT)
		return rule->severity;
	return rule->fixed && s < rule->severity ? rule->severity : s;
}

static bool
may_be_waived(const struct finding *f)
{
	const struct rule *rule = rules_find(f->rule);

	return rule != NULL && !rule->fixed;
}

void
rules_settle(
    const struct policy *policy, int64_t now, struct findings *fs, size_t from)
{
	const struct policy_waiver *waiver;
	struct finding *f;
	size_t i, n = from;

	for (i = from; i < fs->n; i++) {
		f = &fs->item[i];
		f->severity = severity_of(policy, f);
		if (f->severity == SEVERITY_OFF)
			continue;
		f->waived = false;
		f->waiver = NULL;
		waiver = may_be_waived(f)
			     ? policy_waiver_find(policy, f, now, NULL)
			     : NULL;
		if (waiver != NULL) {
			f->waived = true;
			f->waiver = findings_text(fs, "until %s (%s): %s",
			    waiver->until, waiver->owner, waiver->reason);
		}
		fs->item[n++] = *f;
	}
	if (n < fs->n)
		fs->n = n;
}

void
rules_count_findings(
    const struct findings *fs, size_t *errors, size_t *warnings, size_t *waived)
{
	size_t i;

	*errors = *warnings = *waived = 0;
	for (i = 0; i < fs->n; i++) {
		if (fs->item[i].waived)
			++*waived;
		else if (fs->item[i].severity == SEVERITY_WARNING)
			++*warnings;
		else if (fs->item[i].severity != SEVERITY_OFF)
			++*errors;
	}
}

/* ---- zone and view ------------------------------------------------------ */

static bool
reads_file(const struct zone *zone, const char *path)
{
	uint16_t i;

	for (i = 0; zone != NULL && i < zone->nfiles; i++)
		if (zone->file[i].path != NULL &&
		    strcmp(zone->file[i].path, path) == 0)
			return true;
	return false;
}

static const struct evidence_zone *
zone_of_file(const struct evidence *ev, const char *path)
{
	size_t i;

	for (i = 0; i < ev->nzones; i++)
		if (ev->zone[i].file != NULL &&
		    strcmp(ev->zone[i].file, path) == 0)
			return &ev->zone[i];
	for (i = 0; i < ev->nzones; i++)
		if (reads_file(ev->zone[i].new, path) ||
		    reads_file(ev->zone[i].old, path))
			return &ev->zone[i];
	return NULL;
}

void
settle_complete(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_zone *ez;
	struct finding *f;
	size_t i;

	for (i = 0; i < fs->n; i++) {
		f = &fs->item[i];
		if (f->zone != NULL || f->place.file == NULL)
			continue;
		if ((ez = zone_of_file(ev, f->place.file)) == NULL)
			continue;
		f->zone = ez->apex_text;
		if (f->view == NULL)
			f->view = ez->view;
	}
}

/* ---- waivers that ran out ----------------------------------------------- */

static void
tell_expired(const struct policy *policy, const struct policy_waiver *w,
    const char *zone, struct findings *fs)
{
	struct finding *f;

	f = findings_add(fs, "change-waiver-expired",
	    "the waiver of %s ran out on %s", w->rule, w->until);
	f->zone = zone;
	f->help = findings_text(fs,
	    "mend what it covered, or ask %s to extend it in the policy",
	    w->owner);
	f->authority = rule_authority(fs, policy, w->line, w->owner);
}

void
settle_expired(const struct evidence *ev, struct findings *fs)
{
	const struct policy *policy = ev->policy;
	const struct policy_waiver *expired;
	const struct finding *f;
	bool *told;
	size_t i, at, n = fs->n;

	if (policy->nwaivers == 0)
		return;
	if ((told = calloc(policy->nwaivers, sizeof(*told))) == NULL) {
		fs->lost = true;
		return;
	}
	for (i = 0; i < n; i++) {
		f = &fs->item[i];
		expired = NULL;
		if (f->waived || !may_be_waived(f) ||
		    policy_waiver_find(policy, f, ev->now, &expired) != NULL ||
		    expired == NULL)
			continue;
		at = (size_t)(expired - policy->waiver);
		if (at >= policy->nwaivers || told[at])
			continue;
		told[at] = true;
		tell_expired(policy, expired, f->zone, fs);
	}
	free(told);
	rules_settle(policy, ev->now, fs, n);
}

/* ---- the net ------------------------------------------------------------ */

static bool
blocks(const struct finding *f)
{
	return !f->waived && f->severity == SEVERITY_ERROR;
}

static bool
said_of_text(const struct findings *fs, const struct evidence_zone *ez)
{
	const struct finding *f;
	size_t i;

	for (i = 0; i < fs->n; i++) {
		f = &fs->item[i];
		if (!blocks(f) || strncmp(f->rule, "syntax-", 7) != 0)
			continue;
		if ((f->zone != NULL && strcmp(f->zone, ez->apex_text) == 0) ||
		    (f->place.file != NULL &&
			reads_file(ez->new, f->place.file)))
			return true;
	}
	return false;
}

static bool
blocked(const struct findings *fs)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (blocks(&fs->item[i]))
			return true;
	return false;
}

/* Was the zone to be validated, and was it not? */
static bool
not_validated(const struct evidence_zone *ez)
{
	if (ez->entry == NULL || ez->new == NULL ||
	    ez->mode == POLICY_DNSSEC_UNSIGNED ||
	    ez->status == STATUS_UNCHANGED || ez->status == STATUS_REMOVED)
		return false;
	return ez->dnssec == NULL || !ez->dnssec->complete;
}

void
settle_doubt(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_zone *ez;
	struct finding *f;
	size_t i, from = fs->n;
	bool block = blocked(fs);

	for (i = 0; i < ev->nzones; i++) {
		ez = &ev->zone[i];
		if (ez->new != NULL && ez->new->broken &&
		    !said_of_text(fs, ez)) {
			f = rule_report_pair(fs, ez, "syntax-error", NULL, NULL,
			    "the zone could not be read completely");
			f->help = "see what the parser said, and mend it";
		} else if (!block && not_validated(ez)) {
			f = rule_report_pair(fs, ez, "dnssec-unsigned", NULL,
			    NULL, "%s was not validated to the end",
			    ez->apex_text);
			f->help = "nothing is known about its signatures: "
				  "this is never a pass";
		}
	}
	rules_settle(ev->policy, ev->now, fs, from);
}

/* ---- order --------------------------------------------------------------- */

static int
text_order(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int
number_order(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int
place_order(const struct finding *a, const struct finding *b)
{
	int c;

	if ((c = text_order(a->zone, b->zone)) != 0 ||
	    (c = text_order(a->view, b->view)) != 0 ||
	    (c = text_order(a->place.file, b->place.file)) != 0 ||
	    (c = number_order(a->place.line, b->place.line)) != 0 ||
	    (c = number_order(a->place.column, b->place.column)) != 0)
		return c;
	return text_order(a->place.commit, b->place.commit);
}

/* Everything but where and how it was judged. */
static int
words_order(const struct finding *a, const struct finding *b)
{
	int c;

	if ((c = text_order(a->rule, b->rule)) != 0 ||
	    (c = text_order(a->name, b->name)) != 0 ||
	    (c = text_order(a->type, b->type)) != 0)
		return c;
	return text_order(a->message, b->message);
}

static int
finding_order(const void *pa, const void *pb)
{
	const struct finding *a = pa, *b = pb;
	int c = place_order(a, b);

	return c != 0 ? c : words_order(a, b);
}

void
settle_order(struct findings *fs)
{
	size_t i, n = 0;

	if (fs->n < 2)
		return;
	qsort(fs->item, fs->n, sizeof(*fs->item), finding_order);
	for (i = 1; i < fs->n; i++)
		if (finding_order(&fs->item[n], &fs->item[i]) != 0)
			fs->item[++n] = fs->item[i];
	fs->n = n + 1;
}
