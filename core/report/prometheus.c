/*
 * Prometheus' text format, version 0.0.4: every metric with HELP and TYPE, its
 * samples together, for a node exporter's textfile collector or a push gateway.
 * What could not be checked has a state of its own and counts as not good.
 */
#include <string.h>

#include "lines.h"

enum { WAYS = 3 };

static void
metric(struct text *out, const char *name, const char *help)
{
	text_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* One label; bytes from outside are escaped twice: for terminals, then as the
 * format wants it. */
static void
label(struct text *out, char before, const char *name, const char *value)
{
	struct text t = TEXT_INIT;
	size_t i;

	if (value == NULL)
		value = "";
	text_escaped(&t, value, strlen(value));
	text_printf(out, "%c%s=\"", before, name);
	for (i = 0; i < t.len; i++) {
		if (t.data[i] == '\\' || t.data[i] == '"')
			text_char(out, '\\');
		text_char(out, t.data[i] == '\n' ? ' ' : t.data[i]);
	}
	text_char(out, '"');
	if (t.lost)
		out->lost = true;
	text_free(&t);
}

static void
cell_labels(struct text *out, const struct report_probe *p,
    const struct report_probe_cell *c)
{
	label(out, '{', "zone", p->zone);
	label(out, ',', "view", p->view);
	label(out, ',', "name", p->name);
	label(out, ',', "type", p->type);
	label(out, ',', "server", c->server);
	label(out, ',', "address", c->address);
}

/* Called for each cell, or for each way that it has. */
typedef void (*sample_fn)(struct text *, const struct report_probe *,
    const struct report_probe_cell *, const struct report_probe_way *);

static void
each_cell(const struct report *r, struct text *out, sample_fn fn)
{
	size_t i, k;

	for (i = 0; i < r->nprobes; i++)
		for (k = 0; k < r->probe[i].ncells; k++)
			fn(out, &r->probe[i], &r->probe[i].cell[k], NULL);
}

static void
each_way(const struct report *r, struct text *out, sample_fn fn)
{
	const struct report_probe_cell *c;
	size_t i, k;
	unsigned w;

	for (i = 0; i < r->nprobes; i++)
		for (k = 0; k < r->probe[i].ncells; k++)
			for (c = &r->probe[i].cell[k], w = 0; w < WAYS; w++)
				if (strcmp(c->way[w].state, "unused") != 0)
					fn(out, &r->probe[i], c, &c->way[w]);
}

static void
sample_available(struct text *out, const struct report_probe *p,
    const struct report_probe_cell *c, const struct report_probe_way *w)
{
	text_str(out, "zonegate_probe_available");
	cell_labels(out, p, c);
	label(out, ',', "way", w->way);
	label(out, ',', "state", w->state);
	text_printf(out, "} %d\n", w->good);
}

static void
sample_seconds(struct text *out, const struct report_probe *p,
    const struct report_probe_cell *c, const struct report_probe_way *w)
{
	if (!w->good)
		return;
	text_str(out, "zonegate_probe_response_seconds");
	cell_labels(out, p, c);
	label(out, ',', "way", w->way);
	text_printf(out, "} %lu.%03lu\n", (unsigned long)w->ms / 1000,
	    (unsigned long)w->ms % 1000);
}

static void
sample_authentic(struct text *out, const struct report_probe *p,
    const struct report_probe_cell *c, const struct report_probe_way *w)
{
	(void)w;
	text_str(out, "zonegate_probe_authentic");
	cell_labels(out, p, c);
	label(out, ',', "state", c->authentic);
	text_printf(out, "} %d\n", c->authentic_good);
}

static void
print_probe(const struct report *r, struct text *out)
{
	metric(out, "zonegate_probe_available",
	    "Whether the server answers the question this way.");
	each_way(r, out, sample_available);
	metric(out, "zonegate_probe_response_seconds",
	    "Time to the answer, where one came.");
	each_way(r, out, sample_seconds);
	metric(out, "zonegate_probe_authentic",
	    "Whether the answer is as judged and validates; state=unchecked: "
	    "not known.");
	each_cell(r, out, sample_authentic);
}

static void
serial_labels(struct text *out, const struct report_serial *s)
{
	label(out, '{', "zone", s->zone);
	label(out, ',', "view", s->view);
	label(out, ',', "server", s->server);
	label(out, ',', "address", s->address);
}

static void
print_serials(const struct report *r, struct text *out)
{
	size_t i;

	metric(out, "zonegate_zone_serial",
	    "SOA serial that the server has of the zone.");
	for (i = 0; i < r->nserials; i++) {
		if (!r->serial[i].known)
			continue;
		text_str(out, "zonegate_zone_serial");
		serial_labels(out, &r->serial[i]);
		text_printf(out, "} %lu\n", (unsigned long)r->serial[i].serial);
	}
	metric(out, "zonegate_zone_serial_judged",
	    "SOA serial of the zone in the revision that was judged.");
	for (i = 0; i < r->nserials; i++) {
		text_str(out, "zonegate_zone_serial_judged");
		serial_labels(out, &r->serial[i]);
		text_printf(out, "} %lu\n", (unsigned long)r->serial[i].judged);
	}
}

/* ---- every command's ----------------------------------------------------- */

static bool
counts_alike(const struct finding *a, const struct finding *b)
{
	return strcmp(a->rule, b->rule) == 0 && a->severity == b->severity &&
	       a->waived == b->waived;
}

static void
print_findings(const struct findings *fs, struct text *out)
{
	size_t i, k, n;

	metric(out, "zonegate_findings",
	    "Findings by rule and severity; waived ones apart.");
	for (i = 0; fs != NULL && i < fs->n; i++) {
		if (fs->item[i].severity == SEVERITY_OFF)
			continue;
		for (k = 0; k < i; k++)
			if (counts_alike(&fs->item[k], &fs->item[i]))
				break;
		if (k < i)
			continue;
		for (n = 0; k < fs->n; k++)
			n += counts_alike(&fs->item[k], &fs->item[i]);
		text_str(out, "zonegate_findings");
		label(out, '{', "rule", fs->item[i].rule);
		label(
		    out, ',', "severity", severity_text(fs->item[i].severity));
		label(
		    out, ',', "waived", fs->item[i].waived ? "true" : "false");
		text_printf(out, "} %zu\n", n);
	}
}

static void
print_verdict(const struct report *r, struct text *out)
{
	static const struct {
		enum report_verdict verdict;
		const char *name;
	} each[] = {{REPORT_PASS, "pass"}, {REPORT_BLOCK, "block"},
	    {REPORT_ERROR, "error"}};
	size_t i;

	metric(out, "zonegate_verdict",
	    "The verdict of the run; error: it could not be checked.");
	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		text_str(out, "zonegate_verdict");
		label(out, '{', "command", r->command);
		label(out, ',', "verdict", each[i].name);
		text_printf(out, "} %d\n", r->verdict == each[i].verdict);
	}
	metric(out, "zonegate_run_seconds", "How long the run took.");
	text_str(out, "zonegate_run_seconds");
	label(out, '{', "command", r->command);
	text_printf(out, "} %.3f\n", r->seconds);
}

static void
target_labels(struct text *out, const struct report_target *t)
{
	label(out, '{', "view", t->view);
	label(out, ',', "name", t->name);
	label(out, ',', "address", t->address);
	label(out, ',', "question", t->question);
}

static void
print_targets(const struct report *r, struct text *out)
{
	const struct report_target *t = r->target;
	size_t i;

	if (r->ntargets == 0)
		return;
	metric(out, "zonegate_target_available",
	    "Whether the target is up, as health in the policy says.");
	for (i = 0; i < r->ntargets; i++) {
		text_str(out, "zonegate_target_available");
		target_labels(out, &t[i]);
		label(out, ',', "state", t[i].available);
		text_printf(out, "} %d\n", t[i].available_good);
	}
	metric(out, "zonegate_target_identity",
	    "Whether it proves to be the name; state=unchecked: not known.");
	for (i = 0; i < r->ntargets; i++) {
		text_str(out, "zonegate_target_identity");
		target_labels(out, &t[i]);
		label(out, ',', "state", t[i].identity);
		text_printf(
		    out, "} %d\n", strcmp(t[i].identity, "proven") == 0);
	}
	metric(out, "zonegate_target_certificate_end_seconds",
	    "When the target's certificate ends, since 1970.");
	for (i = 0; i < r->ntargets; i++) {
		if (t[i].expires == 0)
			continue;
		text_str(out, "zonegate_target_certificate_end_seconds");
		target_labels(out, &t[i]);
		text_printf(out, "} %llu\n", (unsigned long long)t[i].expires);
	}
}

void
report_prometheus(
    const struct report *r, const struct report_style *style, struct text *out)
{
	(void)style;
	print_verdict(r, out);
	print_findings(r->findings, out);
	print_targets(r, out);
	if (r->probe == NULL)
		return;
	print_probe(r, out);
	print_serials(r, out);
}
