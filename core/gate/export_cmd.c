/*
 * zonegate export: the zone that was judged, as every server reads it. The
 * child judges and composes; this process only gives the files their names.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../dns/name.h"
#include "../zone/load.h"
#include "judged.h"
#include "output.h"
#include "single.h"
#include "supervise.h"

struct export
{
	const struct gate_export *args;
	struct text record; /* struct piece, file name, text; and so on */
};

/* One file, as the child hands it over. */
struct piece {
	uint64_t name_len, text_len;
};

/* ---- the child ----------------------------------------------------------- */

struct exporting {
	const struct gate_export *args;
	struct judged *g;
	struct snapshot *now;
	struct text *record;
	uint8_t apex[NAME_MAX_LEN];
	bool passed;
	size_t n;
};

/* Octets that stand for themselves in a file name; the rest is %XX. */
static void
add_file_name(struct text *out, const char *s)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_*.";
	size_t i;

	for (i = 0; s[i] != '\0'; i++)
		if (strchr(plain, s[i]) != NULL && (i > 0 || s[i] != '.'))
			text_char(out, s[i]);
		else
			text_printf(out, "%%%02X", (unsigned char)s[i]);
}

/* "external/example.com.zone" */
static void
file_name(struct text *out, const struct zoneset_entry *en)
{
	char name[NAME_MAX_TEXT];
	size_t len = name_to_text(name, en->apex);

	if (en->view[0] != '\0') {
		add_file_name(out, en->view);
		text_char(out, '/');
	}
	if (name_is_root(en->apex))
		text_str(out, "%2E");
	name[len - 1] = '\0';
	add_file_name(out, name);
	text_str(out, ".zone");
}

/* A comment, so a line: what comes from the tree is escaped. */
static void
header(struct exporting *x, const struct zoneset_entry *en, const char *digest,
    struct text *out)
{
	char name[NAME_MAX_TEXT];

	name_to_text(name, en->apex);
	text_printf(out, "; %s", name);
	if (en->view[0] != '\0') {
		text_char(out, ' ');
		text_escaped(out, en->view, strlen(en->view));
	}
	text_printf(out, " commit %s sha384:%s%s\n", x->g->head, digest,
	    x->passed ? "" : " FORCED: DID NOT PASS");
}

/* What was written, read by the reader of zones, must be the zone. */
static int
read_back(struct exporting *x, const struct zone *z, const struct text *t,
    const char *digest, struct error *e)
{
	struct source_limits sl = source_limits_default;
	struct zone_limits zl = zone_limits_default;
	struct source_patch patch = {.path = "zone",
	    .kind = SOURCE_FILE,
	    .data = t->data,
	    .len = t->len};
	struct zone_load_args args = {
	    .path = "zone", .apex = z->apex, .limits = &zl};
	struct source *empty = NULL, *src = NULL;
	struct zone *again = NULL;
	struct findings fs;
	const char *d;
	int rc;

	findings_init(&fs, x->g->j.arena);
	sl.file_bytes = sl.total_bytes = zl.bytes = (uint64_t)1 << 40;
	zl.records = UINT32_MAX - 1;
	zl.rrset = snapshot_limits(x->g->trust.policy).rrset;
	rc = source_open_empty(&empty, e);
	if (rc == 0)
		rc = source_open_overlay(&src, empty, &patch, 1, &sl, e);
	args.source = src;
	if (rc == 0)
		rc = zone_load(&again, &args, &fs, e);
	if (rc == 0 && (again->broken || again->nrrs != z->nrrs ||
			   (d = single_digest(again, &fs)) == NULL ||
			   strcmp(d, digest) != 0))
		rc = error_set(e, ERROR_SYSTEM,
		    "the exported zone is not the zone that was judged");
	zone_free(again);
	source_free(src);
	source_free(empty);
	findings_free(&fs);
	return rc;
}

static int
add_piece(struct exporting *x, const struct zoneset_entry *en,
    const struct text *t, struct error *e)
{
	struct text name = TEXT_INIT;
	struct piece p;

	file_name(&name, en);
	p = (struct piece){name.len, t->len};
	if (!text_lost(&name) && !text_lost(t)) {
		text_add(x->record, &p, sizeof(p));
		text_add(x->record, name.data, name.len);
		text_add(x->record, t->data, t->len);
	} else {
		x->record->lost = true;
	}
	text_free(&name);
	x->n++;
	return text_lost(x->record) ? error_memory(e) : 0;
}

static int
unreadable(const struct zoneset_entry *en, struct error *e)
{
	error_set(e, ERROR_SYSTEM, "%.300s cannot be read as a zone", en->path);
	return error_hint(e, "zonegate review says what is wrong");
}

static int
export_zone(struct exporting *x, uint32_t i, struct error *e)
{
	const struct zoneset_entry *en = zoneset_entry(x->now->set, i);
	const struct zone *z = zoneset_zone(x->now->set, i, NULL, e);
	struct text t = TEXT_INIT;
	const char *digest;
	int rc = -1;

	if (z == NULL)
		return -1;
	if (z->broken || z->soa == ZONE_NONE)
		return unreadable(en, e);
	if ((digest = single_digest(z, &x->g->j.findings)) == NULL)
		return error_set(e, ERROR_SYSTEM, "no digest");
	header(x, en, digest, &t);
	zone_to_text(z, &t);
	if (text_lost(&t))
		rc = error_memory(e);
	else if (read_back(x, z, &t, digest, e) == 0)
		rc = add_piece(x, en, &t, e);
	text_free(&t);
	return rc;
}

static bool
is_wanted(const struct exporting *x, const struct zoneset_entry *en)
{
	const char *view = x->args->view;

	if (view != NULL && strcmp(view, en->view) != 0)
		return false;
	return x->args->all || name_equal(en->apex, x->apex);
}

static int
export_all(struct exporting *x, struct error *e)
{
	uint32_t i, n;

	if (judged_snapshot(&x->now, x->g, e) != 0)
		return -1;
	n = zoneset_count(x->now->set);
	for (i = 0; i < n; i++)
		if (is_wanted(x, zoneset_entry(x->now->set, i)) &&
		    export_zone(x, i, e) != 0)
			return -1;
	if (x->n == 0 && !x->args->all) {
		error_set(e, ERROR_USAGE,
		    "the policy knows no file for this zone at %.12s",
		    x->g->head);
		return error_hint(e, "see its zones entries, and --view");
	}
	if (x->n > 1 && !x->args->all) {
		error_set(e, ERROR_USAGE, "the zone is in several views");
		return error_hint(e, "say which one: --view VIEW");
	}
	return 0;
}

static int
work(struct exporting *x, const struct gate_options *o, struct error *e)
{
	const char *zone = x->args->zone;

	if (zone != NULL &&
	    name_from_text(x->apex, zone, strlen(zone), NULL, NULL) == 0)
		return error_set(
		    e, ERROR_USAGE, "%.200s is no zone name", zone);
	if (judged_run(x->g, o, "export", e) != 0)
		return -1;
	x->passed = x->g->report.verdict == REPORT_PASS;
	if (!x->passed && !x->args->force)
		return 0;
	return export_all(x, e);
}

static int
job(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct export *x = ctx;
	struct error e = {0};
	struct judged g;
	struct exporting w = {.args = x->args, .g = &g, .record = &x->record};
	int status, rc;

	rc = judged_open(&g, o, x->args->rev, x->args->base, &e);
	if (rc == 0)
		rc = work(&w, o, &e);
	if (rc == 1)
		status = gate_fail_policy(o, "export", &g.trust.faults, err);
	else if (rc != 0)
		status = print_undecided(o, "export", &e, err);
	else if (!w.passed && !x->args->force)
		status = gate_print(o, &g.report, err);
	else
		status = 0;
	(void)out; /* standard output is for the zone */
	snapshot_free(w.now);
	judged_close(&g);
	return status;
}

/* ---- the parent ---------------------------------------------------------- */

/* Make the folders that PATH is in. */
static int
make_folders(char *path)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static int
write_piece(const struct gate_export *args, const char *name, size_t name_len,
    const char *text, size_t len, struct error *e)
{
	char path[PATH_MAX];
	const char *shown = args->out;
	int rc;

	if (!args->all) {
		rc = output_write(args->out, text, len);
	} else {
		shown = path;
		if (snprintf(path, sizeof(path), "%s/%.*s", args->out_dir,
			(int)name_len, name) >= (int)sizeof(path)) {
			errno = ENAMETOOLONG;
			rc = -1;
		} else {
			rc = make_folders(path);
			if (rc == 0)
				rc = output_write(path, text, len);
		}
	}
	return rc == 0 ? 0
		       : error_set(e, ERROR_SYSTEM,
			     "%.300s could not be written: %s",
			     shown == NULL ? "standard output" : shown,
			     strerror(errno));
}

static int
write_all(
    const struct gate_export *args, const struct text *record, struct error *e)
{
	const char *p = record->data, *end = p + record->len;
	struct piece piece;
	size_t left;

	while (p < end) {
		left = (size_t)(end - p);
		if (left < sizeof(piece))
			return error_set(e, ERROR_SYSTEM, "internal error");
		memcpy(&piece, p, sizeof(piece));
		left -= sizeof(piece);
		p += sizeof(piece);
		if (piece.name_len > left || piece.name_len > INT_MAX ||
		    piece.text_len > left - piece.name_len)
			return error_set(e, ERROR_SYSTEM, "internal error");
		if (write_piece(args, p, piece.name_len, p + piece.name_len,
			piece.text_len, e) != 0)
			return -1;
		p += piece.name_len + piece.text_len;
	}
	return 0;
}

int
gate_export(const struct gate_options *o, const struct gate_export *args)
{
	struct export x = {.args = args, .record = TEXT_INIT};
	struct gate_options own = *o;
	struct error e = {0};
	int status;

	own.output = NULL; /* reports go to standard error */
	own.exit_zero = false;
	status = gate_supervise_record(&own, job, &x, &x.record);
	if (status == 0 && write_all(args, &x.record, &e) != 0)
		status = print_failure(o, &e);
	text_free(&x.record);
	return status == 1 && o->exit_zero ? 0 : status;
}
