/* SARIF 2.1.0 (OASIS), as code scanning services read it. */
#include "json.h"

#include <ctype.h>
#include <string.h>

#define SCHEMA_URI                                                             \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"  \
	"sarif-schema-2.1.0.json"

/* A path as a relative URI (RFC 3986): every other byte in percent form. */
static json_t *
uri_text(const char *path)
{
	struct text t = TEXT_INIT;
	json_t *value = NULL;
	const unsigned char *p;

	for (p = (const unsigned char *)path; *p != '\0'; p++)
		if (isalnum(*p) || strchr("-._~/", *p) != NULL)
			text_char(&t, (char)*p);
		else
			text_printf(&t, "%%%02X", *p);
	if (!t.lost)
		value = json_stringn(t.data == NULL ? "" : t.data, t.len);
	text_free(&t);
	return value;
}

/* SARIF counts characters, a place counts bytes. */
static uint32_t
characters(const struct place *p, uint32_t bytes)
{
	uint32_t i, n = 0;

	if (p->excerpt == NULL || strlen(p->excerpt) < bytes)
		return bytes;
	for (i = 0; i < bytes; i++)
		if (((unsigned char)p->excerpt[i] & 0xc0) != 0x80)
			n++;
	return n;
}

static json_t *
location_json(const char *file, const struct place *p, bool *failed)
{
	json_t *o = json_object(), *physical = json_object();
	json_t *artifact = json_object(), *region;

	json_put(artifact, "uri", uri_text(file), failed);
	json_put(artifact, "uriBaseId", json_text("%SRCROOT%"), failed);
	json_put(physical, "artifactLocation", artifact, failed);
	if (p->line != 0) {
		region = json_object();
		json_put(region, "startLine", json_integer(p->line), failed);
		if (p->column != 0)
			json_put(region, "startColumn",
			    json_integer(characters(p, p->column - 1) + 1),
			    failed);
		if (p->column != 0 && p->width != 0)
			json_put(region, "endColumn",
			    json_integer(
				characters(p, p->column - 1 + p->width) + 1),
			    failed);
		json_put(physical, "region", region, failed);
	}
	json_put(o, "physicalLocation", physical, failed);
	return o;
}

static json_t *
message_json(const char *text, const char *help, bool *failed)
{
	json_t *o = json_object(), *value = NULL;
	struct text t = TEXT_INIT;

	text_escaped(&t, text, strlen(text));
	if (help != NULL && help[0] != '\0') {
		text_str(&t, "\nHow to mend it: ");
		text_escaped(&t, help, strlen(help));
	}
	if (!t.lost)
		value = json_stringn(t.data == NULL ? "" : t.data, t.len);
	json_put(o, "text", value, failed);
	text_free(&t);
	return o;
}

static json_t *
suppressions_json(const struct finding *f, bool *failed)
{
	json_t *array = json_array(), *o = json_object();

	json_put(o, "kind", json_text("external"), failed);
	json_put(o, "status", json_text("accepted"), failed);
	if (f->waiver != NULL)
		json_put(o, "justification", json_text(f->waiver), failed);
	json_push(array, o, failed);
	return array;
}

static json_t *
result_json(const struct finding *f, bool *failed)
{
	json_t *o = json_object(), *locations = json_array();
	json_t *properties = json_object();

	json_put(o, "ruleId", json_text(f->rule), failed);
	json_put(o, "level", json_text(severity_text(f->severity)), failed);
	json_put(
	    o, "message", message_json(f->message, f->help, failed), failed);
	if (f->place.file != NULL)
		json_push(locations,
		    location_json(f->place.file, &f->place, failed), failed);
	json_put(o, "locations", locations, failed);
	json_put(properties, "zone", json_text(f->zone), failed);
	json_put(properties, "view", json_text(f->view), failed);
	json_put(properties, "name", json_text(f->name), failed);
	json_put(o, "properties", properties, failed);
	if (f->waived)
		json_put(
		    o, "suppressions", suppressions_json(f, failed), failed);
	return o;
}

/* Each rule once, in the order in which it first fired. */
static json_t *
rules_json(const struct findings *fs, bool *failed)
{
	json_t *array = json_array(), *o, *seen = json_object();
	size_t i;

	for (i = 0; fs != NULL && i < fs->n; i++) {
		if (json_object_get(seen, fs->item[i].rule) != NULL)
			continue;
		json_put(seen, fs->item[i].rule, json_true(), failed);
		o = json_object();
		json_put(o, "id", json_text(fs->item[i].rule), failed);
		json_push(array, o, failed);
	}
	json_decref(seen);
	return array;
}

/* Did the run come to a decision; if not, why. */
static json_t *
invocations_json(const struct report *r, bool *failed)
{
	json_t *array = json_array(), *o = json_object();
	json_t *notes = json_array(), *note;

	json_put(o, "executionSuccessful",
	    json_boolean(r->verdict != REPORT_ERROR), failed);
	if (r->verdict == REPORT_ERROR && r->error != NULL &&
	    r->error->code != ERROR_NONE) {
		note = json_object();
		json_put(note, "level", json_text("error"), failed);
		json_put(note, "message",
		    message_json(r->error->message, r->error->hint, failed),
		    failed);
		json_push(notes, note, failed);
	}
	json_put(o, "toolExecutionNotifications", notes, failed);
	json_push(array, o, failed);
	return array;
}

void
report_sarif(
    const struct report *r, const struct report_style *style, struct text *out)
{
	json_t *root = json_object(), *runs = json_array();
	json_t *run = json_object(), *tool = json_object();
	json_t *driver = json_object(), *results = json_array();
	json_t *properties;
	bool failed = false;
	size_t i;

	(void)style;
	for (i = 0; r->findings != NULL && i < r->findings->n; i++)
		if (r->findings->item[i].severity != SEVERITY_OFF)
			json_push(results,
			    result_json(&r->findings->item[i], &failed),
			    &failed);
	json_put(driver, "name", json_text("zonegate"), &failed);
	json_put(driver, "version", json_text(ZONEGATE_VERSION), &failed);
	json_put(driver, "rules", rules_json(r->findings, &failed), &failed);
	json_put(tool, "driver", driver, &failed);
	json_put(run, "tool", tool, &failed);
	if (r->lane != NULL) {
		properties = json_object();
		json_put(properties, "lane", json_text(r->lane), &failed);
		json_put(run, "properties", properties, &failed);
	}
	json_put(run, "columnKind", json_text("unicodeCodePoints"), &failed);
	json_put(run, "invocations", invocations_json(r, &failed), &failed);
	json_put(run, "results", results, &failed);
	json_push(runs, run, &failed);
	json_put(root, "$schema", json_text(SCHEMA_URI), &failed);
	json_put(root, "version", json_text("2.1.0"), &failed);
	json_put(root, "runs", runs, &failed);
	json_write(root, failed, out);
}
