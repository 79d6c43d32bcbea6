#include "statement.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

void
statement_time(char out[32], int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL &&
	    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		out[0] = '\0';
}

static int
append(const char *data, size_t len, void *out)
{
	text_add(out, data, len);
	return text_lost(out) ? -1 : 0;
}

/* ---- writing ------------------------------------------------------------- */

/* PREDICATE is used up. NULL without memory. */
static json_t *
wrap(json_t *predicate, const struct statement_extra *x)
{
	json_t *audit = json_null();
	char when[32];

	statement_time(when, x->now);
	if (x->audit_head != NULL)
		audit = json_pack("{s:s}", "head", x->audit_head);
	/* Whatever the record says, these are the caller's. */
	if (json_object_set_new(predicate, "tool", json_string(x->tool)) != 0 ||
	    json_object_set_new(predicate, "time", json_string(when)) != 0 ||
	    json_object_set_new(predicate, "audit", audit) != 0) {
		json_decref(predicate);
		return NULL;
	}
	return json_pack("{s:s, s:[{s:s, s:{s:s}}], s:s, s:o}", "_type",
	    STATEMENT_TYPE, "subject", "name", "commit", "digest", "gitCommit",
	    x->commit, "predicateType", STATEMENT_PREDICATE, "predicate",
	    predicate);
}

int
statement_build(struct text *out, const char *record, size_t len,
    const struct statement_extra *x, struct error *e)
{
	json_t *root = json_loadb(record, len, JSON_REJECT_DUPLICATES, NULL);
	int rc;

	if (!json_is_object(root)) {
		json_decref(root);
		return error_set(e, ERROR_SYSTEM,
		    "the record of the judgement is not whole");
	}
	if ((root = wrap(root, x)) == NULL)
		return error_memory(e);
	rc = json_dump_callback(root, append, out,
	    JSON_SORT_KEYS | JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(root);
	return rc == 0 ? 0 : error_memory(e);
}

/* ---- reading ------------------------------------------------------------- */

static const char *
string_at(struct statement *s, const json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v == NULL ? NULL : arena_strdup(s->arena, v);
}

static int
bad(struct error *e, const char *what)
{
	error_set(e, ERROR_SYSTEM, "%s", what);
	return 1;
}

static bool
is_hex(const char *s, size_t len)
{
	return s != NULL && strlen(s) == len &&
	       strspn(s, "0123456789abcdef") == len;
}

static int
read_zone(struct statement *s, const json_t *o, struct statement_zone *z)
{
	z->name = string_at(s, o, "name");
	z->view = string_at(s, o, "view");
	z->file = string_at(s, o, "file");
	z->mode = string_at(s, o, "mode");
	z->serial = (uint32_t)json_integer_value(json_object_get(o, "serial"));
	z->digest = string_at(s, json_object_get(o, "digest"), "sha384");
	if (z->view == NULL)
		z->view = "";
	return z->name != NULL && z->file != NULL && z->mode != NULL &&
		       is_hex(z->digest, 96)
		   ? 0
		   : -1;
}

static int
read_zones(struct statement *s, const json_t *list, struct error *e)
{
	json_t *o;
	size_t i;

	if (!json_is_array(list))
		return bad(e, "the statement names no zones");
	s->nzones = json_array_size(list);
	s->zone = arena_calloc(s->arena, s->nzones + 1, sizeof(*s->zone));
	if (s->zone == NULL)
		return error_memory(e);
	json_array_foreach(
	    list, i, o) if (read_zone(s, o, &s->zone[i]) != 0) return bad(e,
	    "a zone of the statement is malformed");
	return 0;
}

static int
read_predicate(struct statement *s, const json_t *p, struct error *e)
{
	const json_t *policy = json_object_get(p, "policy");

	s->verdict = string_at(s, p, "verdict");
	s->tool = string_at(s, p, "tool");
	s->time = string_at(s, p, "time");
	s->policy_source = string_at(s, policy, "source");
	s->policy_digest = string_at(
	    s, json_object_get(policy, "digest"), "sha256");
	s->audit_head = string_at(s, json_object_get(p, "audit"), "head");
	s->waived = json_array_size(json_object_get(p, "waived"));
	if (s->verdict == NULL || s->tool == NULL || s->time == NULL)
		return bad(e, "the statement has no verdict, tool or time");
	return read_zones(s, json_object_get(p, "zones"), e);
}

static bool
is_string(const json_t *o, const char *key, const char *value)
{
	const char *v = json_string_value(json_object_get(o, key));

	return v != NULL && strcmp(v, value) == 0;
}

static int
read_root(struct statement *s, const json_t *root, struct error *e)
{
	const json_t *subject = json_object_get(root, "subject");
	const json_t *digest;

	if (!is_string(root, "_type", STATEMENT_TYPE))
		return bad(e, "the payload is no in-toto statement");
	if (!is_string(root, "predicateType", STATEMENT_PREDICATE))
		return bad(e, "the statement is of another type");
	if (json_array_size(subject) != 1)
		return bad(e, "the statement is not about one commit");
	digest = json_object_get(json_array_get(subject, 0), "digest");
	s->commit = string_at(s, digest, "gitCommit");
	if (!is_hex(s->commit, 40))
		return bad(e, "the statement is not about a commit");
	return read_predicate(s, json_object_get(root, "predicate"), e);
}

int
statement_read(
    struct statement *s, const char *data, size_t len, struct error *e)
{
	json_t *root;
	int rc;

	memset(s, 0, sizeof(*s));
	if ((s->arena = arena_new()) == NULL)
		return error_memory(e);
	root = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
	rc = read_root(s, root, e);
	json_decref(root);
	return rc;
}

void
statement_free(struct statement *s)
{
	arena_free(s->arena);
	memset(s, 0, sizeof(*s));
}
