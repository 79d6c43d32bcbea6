/*
 * The text format: the verdict in the heading and in the last line, between
 * them what is wrong, what changes and what was checked. Written to be read
 * behind "remote: " in a push.
 */
#include "lines.h"

#include <string.h>

/* More of one rule in one zone than a person reads. */
enum { SAME_RULE_MAX = 10, DIGESTS_MAX = 8 };

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
given(const char *s)
{
	return s != NULL && s[0] != '\0';
}

/* What a command did when nothing was wrong. */
static const char *
verdict_word(const struct report *r)
{
	switch (r->verdict) {
	case REPORT_PASS:
		return same(r->command, "diff")   ? "COMPARED"
		       : same(r->command, "sign") ? "SIGNED"
						  : "PASSED";
	case REPORT_BLOCK:
		return same(r->command, "drill") || same(r->command, "probe")
			   ? "FAILED"
			   : "BLOCKED";
	case REPORT_ERROR:
		break;
	}
	return "NOT CHECKED";
}

static const char *
verdict_colour(enum report_verdict v)
{
	return v == REPORT_PASS ? COLOUR_PASS : COLOUR_ERROR;
}

static size_t
zones_touched(const struct report *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->nzones; i++)
		if (!same(r->zone[i].status, "unchanged"))
			n++;
	return n;
}

static bool
reads_revisions(const struct report *r)
{
	return same(r->command, "check") || same(r->command, "pre-receive");
}

static const char *
subject_of(const struct report *r)
{
	if (given(r->subject))
		return r->subject;
	if (r->nzones == 1 && given(r->zone[0].file))
		return r->zone[0].file;
	return r->command != NULL ? r->command : "run";
}

static void
print_heading(
    const struct report *r, const struct report_style *style, struct text *out)
{
	struct text line = TEXT_INIT;
	char digest[17];

	text_printf(&line, "zonegate: %s", subject_of(r));
	if (reads_revisions(r) && r->verdict != REPORT_ERROR) {
		text_str(&line, ", ");
		lines_count(&line, zones_touched(r), "zone");
		text_str(&line, " changed");
	}
	text_printf(&line, ": %s", verdict_word(r));
	lines_end(out, style, &line, 4, COLOUR_BOLD, 9);
	if (given(r->policy_source)) {
		text_printf(&line, "policy %s", r->policy_source);
		if (given(r->policy_digest)) {
			/* Enough to compare with what sha256sum says. */
			strncpy(digest, r->policy_digest, sizeof(digest) - 1);
			digest[sizeof(digest) - 1] = '\0';
			text_printf(&line, " (sha256:%s...)", digest);
		}
		lines_end(out, style, &line, 4, NULL, 0);
	}
	if (r->lane != NULL && !same(r->lane, "none"))
		lines_printf(out, style, 4, "lane %s", r->lane);
	text_free(&line);
}

static void
print_zone(const struct report_zone *z, const struct report_style *style,
    struct text *out)
{
	struct text line = TEXT_INIT;
	size_t paint;

	text_str(&line, z->name);
	paint = line.len;
	text_printf(&line, "  %s", given(z->file) ? z->file : "-");
	if (z->includes > 0) {
		text_str(&line, " (+");
		lines_count(&line, z->includes, "include");
		text_char(&line, ')');
	}
	if (given(z->view))
		text_printf(&line, ", view %s", z->view);
	text_str(&line, ", ");
	lines_count(&line, z->total, "record");
	if (z->has_new)
		text_printf(
		    &line, ", serial %lu", (unsigned long)z->serial_new);
	lines_end(out, style, &line, 4, COLOUR_BOLD, paint);
	text_free(&line);
}

/* Which bytes were judged: enough of the digest to tell two zones apart, all of
 * it where nothing else stands for the zone. */
static void
print_digest(const struct report_zone *z, bool whole,
    const struct report_style *style, struct text *out)
{
	if (!given(z->digest))
		return;
	if (!whole) {
		lines_printf(
		    out, style, 4, "%s  sha384:%.16s...", z->name, z->digest);
		return;
	}
	/* On one line, however long: it is there to be copied. */
	text_escaped(out, z->name, strlen(z->name));
	text_str(out, "  sha384:");
	text_escaped(out, z->digest, strlen(z->digest));
	text_char(out, '\n');
}

/* Of a push, the zones that it touches. */
static void
print_digests(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i, shown = 0;

	for (i = 0; i < r->nzones; i++) {
		if (reads_revisions(r) && same(r->zone[i].status, "unchanged"))
			continue;
		if (shown++ == DIGESTS_MAX) {
			lines_printf(
			    out, style, 4, "... and more (all: --format json)");
			break;
		}
		print_digest(&r->zone[i],
		    same(r->command, "sign") || same(r->command, "verify"),
		    style, out);
	}
}

/* A review or a validation says what it looked at. */
static void
print_zones(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i;

	if (reads_revisions(r) || r->nzones == 0)
		return;
	for (i = 0; i < r->nzones; i++)
		print_zone(&r->zone[i], style, out);
}

/* ---- findings ------------------------------------------------------------ */

static void
print_group(
    const struct finding *f, const struct report_style *style, struct text *out)
{
	struct text line = TEXT_INIT;

	if (given(f->zone))
		text_printf(&line, "== %s", f->zone);
	else
		text_str(&line, "== no single zone");
	if (given(f->view))
		text_printf(&line, " (view %s)", f->view);
	lines_end(out, style, &line, 4, COLOUR_BOLD, line.len);
	lines_blank(out);
	text_free(&line);
}

static bool
one_group(const struct findings *fs)
{
	size_t i;

	for (i = 1; i < fs->n; i++)
		if (!same(fs->item[i].zone, fs->item[0].zone) ||
		    !same(fs->item[i].view, fs->item[0].view))
			return false;
	return true;
}

/* How many like finding I were shown before it, in its group from FROM. */
static size_t
rule_before(const struct findings *fs, size_t from, size_t i)
{
	size_t n = 0;

	for (; from < i && n < SAME_RULE_MAX; from++)
		if (same(fs->item[from].rule, fs->item[i].rule) &&
		    fs->item[from].waived == fs->item[i].waived)
			n++;
	return n;
}

static void
print_skipped(
    size_t skipped, const struct report_style *style, struct text *out)
{
	if (skipped > 0) {
		lines_printf(out, style, 4,
		    "... and %zu more like these (all: --format json)",
		    skipped);
		lines_blank(out);
	}
}

/* The group that begins at FROM; where the next begins. */
static size_t
print_findings_of(const struct findings *fs, size_t from, bool heading,
    const struct report_style *style, struct text *out)
{
	const struct finding *first = &fs->item[from], *f;
	size_t i, skipped = 0;

	if (heading)
		print_group(first, style, out);
	for (i = from; i < fs->n; i++) {
		f = &fs->item[i];
		if (!same(f->zone, first->zone) || !same(f->view, first->view))
			break;
		if (f->severity == SEVERITY_OFF)
			continue;
		if (rule_before(fs, from, i) >= SAME_RULE_MAX) {
			skipped++;
			continue;
		}
		report_finding_text(f, style, out);
		lines_blank(out);
	}
	print_skipped(skipped, style, out);
	return i;
}

static void
print_findings(
    const struct report *r, const struct report_style *style, struct text *out)
{
	const struct findings *fs = r->findings;
	struct tally t = tally_findings(fs);
	size_t i = 0;
	bool heading;

	if (fs == NULL || t.errors + t.warnings + t.waived == 0)
		return;
	heading = !one_group(fs);
	while (i < fs->n)
		i = print_findings_of(fs, i, heading, style, out);
}

/* ---- checks, numbers, verdict -------------------------------------------- */

static void
print_checks(
    const struct report *r, const struct report_style *style, struct text *out)
{
	const struct report_check *c;
	struct text line = TEXT_INIT;
	const char *colour;
	size_t i;

	if (r->nchecks == 0)
		return;
	lines_printf(out, style, 0, "Checks");
	for (i = 0; i < r->nchecks; i++) {
		c = &r->check[i];
		colour = same(c->state, "ok")     ? COLOUR_PASS
			 : same(c->state, "fail") ? COLOUR_ERROR
			 : same(c->state, "warn") ? COLOUR_WARNING
						  : COLOUR_FAINT;
		text_printf(&line, "  %-5s %-35s %s", c->state, c->what,
		    c->result == NULL ? "" : c->result);
		lines_end(out, style, &line, 10, colour, 7);
	}
	lines_blank(out);
	text_free(&line);
}

static void
print_numbers(
    const struct report *r, const struct report_style *style, struct text *out)
{
	struct text line = TEXT_INIT;

	if (r->nzones == 0)
		return;
	text_str(&line, "Checked ");
	lines_count(&line, r->nzones, "zone");
	text_str(&line, ", ");
	lines_count(&line, r->records, "record");
	text_str(&line, ", ");
	lines_count(&line, r->signatures, "signature");
	text_printf(&line, " in %.2f s.", r->seconds);
	lines_end(out, style, &line, 4, NULL, 0);
	text_free(&line);
}

static void
print_notes(
    const struct report *r, const struct report_style *style, struct text *out)
{
	static const struct {
		uint32_t seconds;
		const char *unit;
	} unit[] = {
	    {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	const char *const *note;
	struct text line = TEXT_INIT;
	size_t i = 0;

	for (note = r->note; note != NULL && *note != NULL; note++)
		lines_printf(out, style, 6, "note: %s", *note);
	if (r->cache_seconds == 0)
		return;
	while (r->cache_seconds < unit[i].seconds * 2 && unit[i].seconds > 1 &&
	       r->cache_seconds % unit[i].seconds != 0)
		i++;
	text_str(&line, "Caches may keep old answers for ");
	lines_count(&line,
	    (r->cache_seconds + unit[i].seconds - 1) / unit[i].seconds,
	    unit[i].unit);
	text_char(&line, '.');
	lines_end(out, style, &line, 4, NULL, 0);
	text_free(&line);
}

/* More of them than a person reads. */
enum { WAIVERS_MAX = 10 };

static void
print_waiver(const struct report_waiver *w, const struct report_style *style,
    struct text *out)
{
	struct text line = TEXT_INIT;

	text_printf(&line, "  %s", w->rule);
	if (given(w->name) || given(w->zone))
		text_printf(&line, " %s", given(w->name) ? w->name : w->zone);
	if (given(w->view))
		text_printf(&line, " (view %s)", w->view);
	text_printf(&line, " until %s, ", w->until);
	if (w->expired) {
		text_str(&line, "over");
	} else {
		lines_count(&line, w->days, "day");
		text_str(&line, " left");
	}
	text_printf(&line, " (%s)%s", w->owner, w->used ? ", in use" : "");
	lines_end(out, style, &line, 6, NULL, 0);
	text_free(&line);
}

static void
print_waivers(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i;

	if (r->nwaivers == 0)
		return;
	lines_printf(out, style, 0, "Waivers");
	for (i = 0; i < r->nwaivers && i < WAIVERS_MAX; i++)
		print_waiver(&r->waiver[i], style, out);
	if (r->nwaivers > WAIVERS_MAX)
		lines_printf(out, style, 4, "  ... and %zu more",
		    r->nwaivers - WAIVERS_MAX);
	lines_blank(out);
}

/* Of all waivers in use, what the first says after "until". */
static const char *
first_waiver(const struct findings *fs)
{
	size_t i;

	for (i = 0; fs != NULL && i < fs->n; i++)
		if (fs->item[i].waived && given(fs->item[i].waiver))
			return fs->item[i].waiver;
	return NULL;
}

void
verdict_text(const struct report *r, struct text *line)
{
	struct tally t = tally_findings(r->findings);
	const char *waiver = first_waiver(r->findings);
	const char *sep = r->verdict == REPORT_PASS ? " with " : ": ";

	text_str(line, verdict_word(r));
	if (r->verdict == REPORT_ERROR)
		text_str(line, ": nothing was decided");
	if (t.errors > 0) {
		text_str(line, r->verdict == REPORT_ERROR ? ", " : sep);
		lines_count(line, t.errors, "error");
		sep = ", ";
	}
	if (t.warnings > 0) {
		text_str(line, r->verdict == REPORT_ERROR ? ", " : sep);
		lines_count(line, t.warnings, "warning");
		sep = ", ";
	}
	if (t.waived > 0) {
		text_printf(line, "%s%zu waived",
		    r->verdict == REPORT_ERROR ? ", " : sep, t.waived);
		/* "until 2026-11-30 (team): reason" */
		if (t.waived == 1 && waiver != NULL &&
		    strncmp(waiver, "until ", 6) == 0)
			text_printf(line, " %.*s",
			    (int)(6 + strcspn(waiver + 6, " :")), waiver);
	}
}

static void
print_verdict(
    const struct report *r, const struct report_style *style, struct text *out)
{
	struct tally t = tally_findings(r->findings);
	struct text line = TEXT_INIT;

	verdict_text(r, &line);
	if (r->verdict == REPORT_PASS && r->seconds > 0)
		text_printf(&line, " (%.2f s)", r->seconds);
	else if (r->verdict == REPORT_BLOCK)
		text_str(&line, same(r->command, "pre-receive")
				    ? ". Nothing changed."
				    : ".");
	else if (r->verdict == REPORT_ERROR)
		text_str(&line, same(r->command, "pre-receive")
				    ? ", nothing changed."
				    : ".");
	lines_end(out, style, &line, 4, verdict_colour(r->verdict),
	    strlen(verdict_word(r)));
	if (t.first != NULL && !same(t.first->rule, "policy"))
		lines_printf(
		    out, style, 6, "hint: zonegate explain %s", t.first->rule);
	text_free(&line);
}

void
report_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	if (style->quiet) {
		print_findings(r, style, out);
		report_drill_text(r, style, out);
		report_probe_text(r, style, out);
		report_targets_text(r, style, out);
	} else {
		print_heading(r, style, out);
		print_zones(r, style, out);
		lines_blank(out);
		print_findings(r, style, out);
		report_changes_text(r, style, out);
		report_answers_text(r, style, out);
		report_drill_text(r, style, out);
		report_probe_text(r, style, out);
		report_targets_text(r, style, out);
		print_checks(r, style, out);
		print_waivers(r, style, out);
		print_numbers(r, style, out);
		print_digests(r, style, out);
		print_notes(r, style, out);
	}
	if (r->verdict == REPORT_ERROR && r->error != NULL &&
	    r->error->code != ERROR_NONE)
		report_error_text(r->error, style, out);
	print_verdict(r, style, out);
}
