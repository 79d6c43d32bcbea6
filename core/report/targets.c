/*
 * Failover targets that were asked: availability and identity, in columns of
 * their own.
 */
#include <string.h>

#include "json.h"

enum { AVAILABLE_WIDTH = 12, IDENTITY_WIDTH = 18 };

static unsigned
left_width(const struct report_style *style)
{
	unsigned right = AVAILABLE_WIDTH + IDENTITY_WIDTH;

	return lines_width(style) > right + 24 ? lines_width(style) - right
					       : 24;
}

static bool
is_good(const struct report_target *t)
{
	return t->available_good && t->identity_good;
}

static void
print_target(const struct report_target *t, const struct report_style *style,
    struct text *out)
{
	unsigned left = left_width(style);
	struct text line = TEXT_INIT;
	size_t columns;

	text_printf(
	    &line, "%s%s %s", is_good(t) ? "  " : "! ", t->name, t->address);
	if (t->view != NULL && t->view[0] != '\0')
		text_printf(&line, " (view %s)", t->view);
	columns = lines_columns(line.data == NULL ? "" : line.data, line.len);
	/* A long name has its verdicts in a line of their own. */
	if (columns >= left) {
		lines_end(
		    out, style, &line, 4, COLOUR_ERROR, is_good(t) ? 0 : 1);
		columns = 0;
	}
	text_printf(&line, "%*s%-*s%s", (int)(left - columns), "",
	    AVAILABLE_WIDTH, t->available, t->identity);
	lines_end(out, style, &line, 4, COLOUR_ERROR,
	    is_good(t) || columns == 0 ? 0 : 1);
	if (!t->available_good)
		lines_printf(out, style, 8, "      %s: %s: %s", t->question,
		    t->available, t->why);
	if (!t->identity_good)
		lines_printf(
		    out, style, 8, "      %s: %s", t->identity, t->who);
	text_free(&line);
}

void
report_targets_text(
    const struct report *r, const struct report_style *style, struct text *out)
{
	size_t i, good = 0;

	if (r->ntargets == 0)
		return;
	/* What stands above ends with a blank line, or does not. */
	if (out->len < 2 || memcmp(out->data + out->len - 2, "\n\n", 2) != 0)
		lines_blank(out);
	lines_printf(out, style, 4, "%-*s%-*s%s", (int)left_width(style),
	    "Failover targets", AVAILABLE_WIDTH, "available", "identity");
	for (i = 0; i < r->ntargets; i++) {
		good += is_good(&r->target[i]);
		if (!style->quiet || !is_good(&r->target[i]))
			print_target(&r->target[i], style, out);
	}
	lines_blank(out);
	lines_printf(out, style, 4,
	    "%zu of %zu target%s what the policy wants.", good, r->ntargets,
	    r->ntargets == 1 ? " is" : "s are");
}

json_t *
json_targets(const struct report *r, bool *failed)
{
	json_t *list = json_array(), *o, *part;
	const struct report_target *t;
	size_t i;

	for (i = 0; i < r->ntargets; i++) {
		t = &r->target[i];
		o = json_object();
		json_put(o, "name", json_text(t->name), failed);
		json_put(o, "view", json_text(t->view), failed);
		json_put(o, "address", json_text(t->address), failed);
		json_put(o, "question", json_text(t->question), failed);
		part = json_object();
		json_put(part, "state", json_text(t->available), failed);
		json_put(part, "reason", json_text(t->why), failed);
		json_put(part, "good", json_boolean(t->available_good), failed);
		json_put(part, "status", json_number(t->status != 0, t->status),
		    failed);
		json_put(part, "ms", json_number(t->ms != 0, t->ms), failed);
		json_put(o, "available", part, failed);
		part = json_object();
		json_put(part, "state", json_text(t->identity), failed);
		json_put(part, "reason", json_text(t->who), failed);
		json_put(part, "good", json_boolean(t->identity_good), failed);
		json_put(part, "expires",
		    json_number(t->expires != 0, t->expires), failed);
		json_put(o, "identity", part, failed);
		json_push(list, o, failed);
	}
	return list;
}
