/* The compact semantic diff, and the effective answers before and after. */
#include "lines.h"

#include <stdio.h>
#include <string.h>

enum {
	CHANGES_MAX = 60,      /* lines of the diff in a terminal */
	CHANGES_MAX_HOOK = 25, /* and through "remote: " */
	/* Names nobody edited: findings name them, a few blocks show how. */
	COLLATERAL_MAX = 3,
	SUBJECT_MAX = 28, /* column in which the data begins at most */
	RDATA_MAX = 56,   /* columns of one record */
};

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* NAME as people write it inside ZONE: "www", "@". */
static void
add_name(struct text *line, const char *name, const char *zone)
{
	size_t n, z;

	if (name == NULL)
		return;
	if (zone == NULL || zone[0] == '\0' || strcmp(zone, ".") == 0) {
		text_str(line, name);
		return;
	}
	n = strlen(name);
	z = strlen(zone);
	if (strcmp(name, zone) == 0)
		text_char(line, '@');
	else if (n > z + 1 && name[n - z - 1] == '.' &&
		 strcmp(name + n - z, zone) == 0)
		text_add(line, name, n - z - 1);
	else
		text_str(line, name);
}

static bool
listed(const char *const *list, const char *s)
{
	for (; list != NULL && *list != NULL; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

static void
add_rdata(struct text *line, const char *s)
{
	size_t len = strlen(s);

	if (len <= RDATA_MAX)
		text_str(line, s);
	else
		text_printf(line, "%.*s...", RDATA_MAX - 3, s);
}

/* Records of LIST that are not in OTHER. */
static void
add_records(
    struct text *line, const char *const *list, const char *const *other)
{
	size_t n = 0;

	for (; list != NULL && *list != NULL; list++) {
		if (listed(other, *list))
			continue;
		if (n++ > 0)
			text_str(line, ", ");
		add_rdata(line, *list);
	}
}

/* "~ www A        " */
static void
add_subject(struct text *line, char sign, const struct report_change *c,
    const char *type, size_t column)
{
	text_printf(line, "  %c ", sign);
	add_name(line, c->name, c->zone);
	text_printf(line, " %s", type);
	do
		text_char(line, ' ');
	while (line->len < column);
	text_char(line, ' ');
}

/* Records of LIST that OTHER has, too. */
static size_t
kept(const char *const *list, const char *const *other)
{
	size_t n = 0;

	for (; list != NULL && *list != NULL; list++)
		if (listed(other, *list))
			n++;
	return n;
}

static void
add_rdata_change(struct text *line, const struct report_change *c)
{
	size_t stay = kept(c->before, c->after);
	bool loses = stay < count(c->before);
	bool gains = kept(c->after, c->before) < count(c->after);

	if (!loses)
		text_str(line, "+ ");
	else if (!gains)
		text_str(line, "- ");
	add_records(line, c->before, c->after);
	if (loses && gains)
		text_str(line, " -> ");
	add_records(line, c->after, c->before);
	if (stay > 0)
		text_printf(line, "   %zu kept", stay);
}

static void
add_ttl(struct text *line, const struct report_change *c)
{
	if (same(c->kind, "added"))
		text_printf(line, "   ttl %lu", (unsigned long)c->ttl_after);
	else if (same(c->kind, "removed"))
		return;
	else if (c->ttl_before != c->ttl_after)
		text_printf(line, "   ttl %lu -> %lu",
		    (unsigned long)c->ttl_before, (unsigned long)c->ttl_after);
	else
		text_printf(line, "   ttl %lu", (unsigned long)c->ttl_after);
}

/* Word I of a record's text; its length in *LEN. */
static const char *
word(const char *s, unsigned i, size_t *len)
{
	for (;; i--) {
		s += strspn(s, " ");
		*len = strcspn(s, " ");
		if (i == 0 || *len == 0)
			return s;
		s += *len;
	}
}

/* One line for each field of the SOA that changed. */
static void
print_soa(const struct report_change *c, const struct report_style *style,
    size_t column, struct text *out)
{
	static const char *const field[] = {"mname", "rname", "serial",
	    "refresh", "retry", "expire", "minimum"};
	const char *old = c->before == NULL ? NULL : c->before[0];
	const char *new = c->after == NULL ? NULL : c->after[0];
	struct text line = TEXT_INIT;
	const char *a, *b;
	size_t na = 0, nb = 0;
	char type[24];
	unsigned i;

	for (i = 0; i < sizeof(field) / sizeof(field[0]); i++) {
		a = old == NULL ? "" : word(old, i, &na);
		b = new == NULL ? "" : word(new, i, &nb);
		na = old == NULL ? 0 : na;
		nb = new == NULL ? 0 : nb;
		if (na == nb && memcmp(a, b, na) == 0)
			continue;
		snprintf(type, sizeof(type), "SOA %s", field[i]);
		add_subject(&line,
		    old == NULL   ? '+'
		    : new == NULL ? '-'
				  : '~',
		    c, type, column);
		text_printf(&line, "%.*s%s%.*s", (int)na, a,
		    na > 0 && nb > 0 ? " -> " : "", (int)nb, b);
		if (i == 2 && c->note != NULL)
			text_printf(&line, "   %s", c->note);
		lines_end(out, style, &line, 8, NULL, 0);
	}
	if (old != NULL && new != NULL && c->ttl_before != c->ttl_after) {
		add_subject(&line, '~', c, "SOA ttl", column);
		text_printf(&line, "%lu -> %lu", (unsigned long)c->ttl_before,
		    (unsigned long)c->ttl_after);
		lines_end(out, style, &line, 8, NULL, 0);
	}
	text_free(&line);
}

static void
print_change(const struct report_change *c, const struct report_style *style,
    size_t column, struct text *out)
{
	struct text line = TEXT_INIT;
	char sign = '~';

	if (same(c->kind, "soa") && c->before != NULL && c->after != NULL) {
		print_soa(c, style, column, out);
		return;
	}
	if (c->before == NULL)
		sign = '+';
	else if (c->after == NULL)
		sign = '-';
	add_subject(&line, sign, c, c->type, column);
	if (c->before == NULL)
		add_records(&line, c->after, NULL);
	else if (c->after == NULL)
		add_records(&line, c->before, NULL);
	else if (same(c->kind, "ttl"))
		add_records(&line, c->after, NULL);
	else
		add_rdata_change(&line, c);
	add_ttl(&line, c);
	if (c->note != NULL)
		text_printf(&line, "   %s", c->note);
	lines_end(out, style, &line, 8,
	    sign == '+'   ? COLOUR_PASS
	    : sign == '-' ? COLOUR_ERROR
			  : COLOUR_WARNING,
	    3);
	text_free(&line);
}

/* Where the data begin so that they stand below each other. */
static size_t
column_of(const struct report_change *c, size_t n)
{
	size_t i, column = 0, len;
	struct text t = TEXT_INIT;

	for (i = 0; i < n; i++) {
		text_clear(&t);
		add_name(&t, c[i].name, c[i].zone);
		len = 4 + t.len + 1 +
		      (same(c[i].kind, "soa") ? strlen("SOA minimum")
					      : strlen(c[i].type));
		if (len <= SUBJECT_MAX && len > column)
			column = len;
	}
	text_free(&t);
	return column;
}

static void
print_zone_heading(const struct report *r, const struct report_change *c,
    const struct report_style *style, struct text *out)
{
	struct text line = TEXT_INIT;

	text_str(&line, "Changes");
	if (c->zone != NULL)
		text_printf(&line, " in %s", c->zone);
	if (c->view != NULL && c->view[0] != '\0')
		text_printf(&line, " (view %s)", c->view);
	if (r->base != NULL)
		text_printf(&line, " against %.12s", r->base);
	lines_end(out, style, &line, 4, COLOUR_BOLD, 7);
	text_free(&line);
}

void
report_changes_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t max = style->hook ? CHANGES_MAX_HOOK : CHANGES_MAX;
	size_t n = r->nchanges < max ? r->nchanges : max, i;
	size_t total = r->changes_total > r->nchanges ? r->changes_total
						      : r->nchanges;
	size_t column = column_of(r->change, n);
	const struct report_change *c, *last = NULL;

	if (r->nchanges == 0)
		return;
	for (i = 0; i < n; i++, last = c) {
		c = &r->change[i];
		if (last == NULL || !same(last->zone, c->zone) ||
		    !same(last->view, c->view))
			print_zone_heading(r, c, style, out);
		print_change(c, style, column, out);
	}
	if (total > n)
		lines_printf(out, style, 4,
		    "  ... and %zu more changes (all: --format json)",
		    total - n);
	lines_blank(out);
}

/* ---- answers ------------------------------------------------------------- */

/* Is there more to the way than name, type and data? */
static bool
winds(const char *chain)
{
	static const char *const turn[] = {
	    " CNAME ", " DNAME ", " NS ", " (wildcard)", " (view "};
	size_t i;

	for (i = 0; chain != NULL && i < sizeof(turn) / sizeof(turn[0]); i++)
		if (strstr(chain, turn[i]) != NULL)
			return true;
	return false;
}

static void
print_side(const char *when, const struct report_answer_side *side,
    const struct report_style *style, struct text *out)
{
	const char *const *t = side->targets;
	struct text line = TEXT_INIT;

	text_printf(&line, "      %-7s ", when);
	if (side->outcome == NULL) {
		text_str(&line, "no such zone");
	} else if (t == NULL || *t == NULL || !same(side->outcome, "answer")) {
		text_str(&line, side->outcome);
	} else {
		for (; *t != NULL; t++) {
			if (t != side->targets)
				text_str(&line, ", ");
			add_rdata(&line, *t);
		}
		text_printf(&line, "   ttl %lu", (unsigned long)side->ttl);
	}
	lines_end(out, style, &line, 14, NULL, 0);
	if (winds(side->chain))
		lines_printf(
		    out, style, 18, "              by %s", side->chain);
	text_free(&line);
}

static bool
side_stays(const struct report_answer *a)
{
	const struct report_answer_side *b = &a->before, *f = &a->after;

	return same(b->outcome, f->outcome) && same(b->chain, f->chain) &&
	       b->ttl == f->ttl &&
	       kept(b->targets, f->targets) == count(b->targets) &&
	       count(b->targets) == count(f->targets);
}

static void
print_answer(const struct report_answer *a, const struct report_style *style,
    struct text *out)
{
	struct text line = TEXT_INIT;

	text_printf(&line, "  %s %s", a->name, a->type);
	if (a->view != NULL && a->view[0] != '\0')
		text_printf(&line, " (view %s)", a->view);
	if (a->collateral)
		text_str(&line, ", which nobody edited");
	lines_end(out, style, &line, 6, NULL, 0);
	if (side_stays(a)) {
		print_side("stays", &a->after, style, out);
	} else {
		print_side("before", &a->before, style, out);
		print_side("after", &a->after, style, out);
	}
	if (a->cause != NULL)
		lines_printf(
		    out, style, 14, "      %-7s %s", "cause", a->cause);
	text_free(&line);
}

void
report_answers_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i, max = style->hook ? CHANGES_MAX_HOOK : CHANGES_MAX;
	size_t shown = 0, collateral = 0, stay = 0;

	if (r->nanswers == 0)
		return;
	/* A review shows those of all protected names. */
	for (i = 0; i < r->nanswers; i++)
		stay += side_stays(&r->answer[i]);
	lines_printf(out, style, 0, "Effective answers%s",
	    stay == 0 ? " that change" : "");
	for (i = 0; i < r->nanswers && shown < max; i++) {
		if (r->answer[i].collateral && ++collateral > COLLATERAL_MAX)
			continue;
		print_answer(&r->answer[i], style, out);
		shown++;
	}
	if (r->nanswers > shown)
		lines_printf(out, style, 4,
		    "  ... and %zu more answers (all: --format json)",
		    r->nanswers - shown);
	lines_blank(out);
}
