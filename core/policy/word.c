/* Texts: free ones, and those with a form or a meaning of their own. */
#include "schema.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool
refuse(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *why, const char *help)
{
	fault(r, n, "`%s`: %s: `%.*s`", k->key, why, CUT(n))->help = help;
	return false;
}

static bool
store(struct reader *r, const struct node *n, void *slot)
{
	memcpy(slot, &n->text, sizeof(n->text));
	(void)r;
	return true;
}

json_t *
schema_text_json(const struct schema_key *k, const void *slot)
{
	const char *text;

	(void)k;
	memcpy(&text, slot, sizeof(text));
	return text == NULL ? json_null() : json_string(text);
}

/* Text for people: one line, whatever it took in the file. */
static bool
set_text(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	char *p = arena_dup(r->arena, n->text, n->len);
	size_t len = n->len, i;

	if (p == NULL) {
		r->memory = true;
		return false;
	}
	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == ' '))
		p[--len] = '\0';
	for (i = 0; i < len; i++) {
		if (p[i] == '\n')
			p[i] = ' ';
		else if ((uint8_t)p[i] < 0x20 || p[i] == 0x7f)
			return refuse(r, k, n, "control characters",
			    "write printable text");
	}
	if (strspn(p, " ") == len)
		return refuse(r, k, n, "nothing but space", "say something");
	if (len > k->max)
		return refuse(r, k, n, "too long",
		    findings_text(
			r->faults, "use at most %u bytes", (unsigned)k->max));
	memcpy(slot, &p, sizeof(p));
	return true;
}

const struct schema_type type_text = {
    .name = "text",
    .size = sizeof(char *),
    .set = set_text,
    .get = schema_text_json,
};

/* Text for machines: as it is. */
static bool
set_body(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	if (n->len == 0 || n->len > k->max)
		return refuse(r, k, n, "empty or too long",
		    findings_text(
			r->faults, "use 1 to %u bytes", (unsigned)k->max));
	return store(r, n, slot);
}

const struct schema_type type_body = {
    .name = "text",
    .size = sizeof(char *),
    .set = set_body,
    .get = schema_text_json,
};

static const char label_bytes[] = "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/* The name of a view or of a target list. */
static bool
set_label(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	size_t good = strspn(n->text, label_bytes);

	if (n->len == 0 || n->len > 63) {
		refuse(r, k, n, "not a name of 1 to 63 bytes",
		    "use letters, digits, - and _");
	} else if (good != n->len) {
		fault_in(
		    r, n, good, 1, "`%s`: `%.*s` is not a name", k->key, CUT(n))
		    ->help = "use letters, digits, - and _";
	}
	/* Kept all the same: what refers to it is no fault. */
	return store(r, n, slot);
}

const struct schema_type type_label = {
    .name = "name",
    .size = sizeof(char *),
    .set = set_label,
    .get = schema_text_json,
};

/* A path inside the repository: what git could hold, never out of it. */
static bool
is_path(struct reader *r, const struct schema_key *k, const struct node *n)
{
	const char *p = n->text, *end;
	size_t i;

	if (n->len == 0 || n->len > k->max)
		return refuse(r, k, n, "not a path of 1 to 1000 bytes",
		    "write a path from the repository's root");
	if (p[0] == '/')
		return refuse(r, k, n, "absolute path",
		    "write a path from the repository's root");
	for (i = 0; i < n->len; i++)
		if ((uint8_t)p[i] < 0x20 || p[i] == 0x7f || p[i] == '\\')
			return refuse(r, k, n,
			    "control character or backslash in a path",
			    "parts of a path are joined by /");
	for (; p != NULL; p = *end == '\0' ? NULL : end + 1) {
		end = p + strcspn(p, "/");
		if (end != p && !(end - p == 1 && p[0] == '.') &&
		    !(end - p == 2 && p[0] == '.' && p[1] == '.'))
			continue;
		fault_in(r, n, (size_t)(p - n->text), (size_t)(end - p),
		    "`%s`: empty part, `.` or `..` in a path", k->key)
		    ->help = "write a plain path from the repository's root";
		return false;
	}
	return true;
}

static bool
set_file(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	return is_path(r, k, n) && store(r, n, slot);
}

const struct schema_type type_file = {
    .name = "path",
    .size = sizeof(char *),
    .set = set_file,
    .get = schema_text_json,
};

/* One {placeholder} at P: its length, or 0 after a fault. */
static size_t
placeholder(struct reader *r, const struct node *n, const char *p)
{
	size_t at = (size_t)(p - n->text), len = strcspn(p, "}/") + 1;
	struct closest c;

	if (p[0] == '}' || p[len - 1] != '}') {
		fault_in(r, n, at, 1, "`path`: brace without its other half")
		    ->help = "placeholders are {view} and {zone}";
		return 0;
	}
	if (strncmp(p, "{view}", 6) == 0 || strncmp(p, "{zone}", 6) == 0) {
		if (strstr(p + 6, p[1] == 'v' ? "{view}" : "{zone}") == NULL)
			return len;
		fault_in(r, n, at, len, "`path`: `%.*s` stands in it twice",
		    (int)len, p)
		    ->help = "a path gives one view and one zone";
		return 0;
	}
	c = closest_start(r, findings_text(r->faults, "%.*s", (int)len, p));
	closest_try(&c, "{view}");
	closest_try(&c, "{zone}");
	fault_in(r, n, at, len, "`path`: unknown placeholder `%.*s`",
	    len > 60 ? 60 : (int)len, p)
	    ->help = closest_help(r, &c, "placeholders are {view} and {zone}");
	return 0;
}

/*
 * Two placeholders in one part of the path must have a byte between them that
 * no view's name holds: then there is one way only to tell them apart.
 */
static bool
is_unique(struct reader *r, const struct node *n)
{
	const char *a = strchr(n->text, '{'), *b, *p;

	if (a == NULL || (b = strchr(a + 1, '{')) == NULL)
		return true;
	p = a + strlen("{view}");
	if (strspn(p, label_bytes) < (size_t)(b - p))
		return true;
	fault_in(r, n, (size_t)(a - n->text), (size_t)(b + 6 - a),
	    "`path`: nothing tells where {view} ends and {zone} begins")
	    ->help = "put a / or a dot between them";
	return false;
}

static bool
set_pattern_path(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	const char *p;
	size_t len;

	if (!is_path(r, k, n))
		return false;
	for (p = n->text + strcspn(n->text, "{}"); *p != '\0';
	     p += len, p += strcspn(p, "{}"))
		if ((len = placeholder(r, n, p)) == 0)
			return false;
	return is_unique(r, n) && store(r, n, slot);
}

const struct schema_type type_pattern_path = {
    .name = "path pattern",
    .size = sizeof(char *),
    .set = set_pattern_path,
    .get = schema_text_json,
};

/* A full ref (git-check-ref-format), with * for any bytes. */
static bool
set_ref(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	size_t i;

	if (strncmp(n->text, "refs/", 5) != 0 || n->len == 5 || n->len > k->max)
		return refuse(r, k, n, "not a full ref",
		    strchr(n->text, '*') == NULL && n->len < 100
			? findings_text(r->faults,
			      "did you mean `refs/heads/%s`?", n->text)
			: "write refs/heads/* or refs/heads/main");
	for (i = 0; i < n->len; i++) {
		if ((uint8_t)n->text[i] > 0x20 && n->text[i] != 0x7f &&
		    strchr("~^:?[\\", n->text[i]) == NULL &&
		    strncmp(n->text + i, "..", 2) != 0 &&
		    strncmp(n->text + i, "//", 2) != 0 &&
		    strncmp(n->text + i, "@{", 2) != 0)
			continue;
		fault_in(r, n, i, 1, "`%s`: git has no such ref: `%.*s`",
		    k->key, CUT(n))
		    ->help = "* stands for any bytes; other patterns are "
			     "not known";
		return false;
	}
	if (n->text[n->len - 1] == '/')
		return refuse(r, k, n, "git has no such ref",
		    "add a * to guard all below");
	return store(r, n, slot);
}

const struct schema_type type_ref = {
    .name = "ref pattern",
    .size = sizeof(char *),
    .set = set_ref,
    .get = schema_text_json,
};

/* http(s)://host[:port][/…]: nothing that could name a file or a secret. */
static bool
set_url(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const char *host;
	size_t i, len;

	if (strncmp(n->text, "https://", 8) == 0)
		host = n->text + 8;
	else if (strncmp(n->text, "http://", 7) == 0)
		host = n->text + 7;
	else
		return refuse(
		    r, k, n, "not an http or https URL", "begin with https://");
	for (i = 0; i < n->len; i++)
		if ((uint8_t)n->text[i] <= 0x20 || (uint8_t)n->text[i] >= 0x7f)
			return refuse(r, k, n,
			    "space, control or non-ASCII byte in a URL",
			    "percent-encode it");
	len = strcspn(host, "/?#");
	if (memchr(host, '@', len) != NULL)
		return refuse(r, k, n, "user or password in a URL",
		    "a policy is no place for secrets: leave them out");
	if (len == 0 || host[0] == ':' || strchr(host, '\\') != NULL)
		return refuse(
		    r, k, n, "no host in a URL", "write https://host/path");
	if (n->len > k->max)
		return refuse(r, k, n, "URL too long", "shorten it");
	return store(r, n, slot);
}

const struct schema_type type_url = {
    .name = "URL",
    .size = sizeof(char *),
    .set = set_url,
    .get = schema_text_json,
};

/* The name of a view that the policy declares. */
static bool
set_view(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const struct policy *p = &r->draft->p;
	struct closest c = closest_start(r, n->text);
	size_t i;

	for (i = 0; i < p->nviews; i++)
		if (strcmp(p->view[i].name, n->text) == 0)
			return store(r, n, slot);
	for (i = 0; i < p->nviews; i++)
		closest_try(&c, p->view[i].name);
	return refuse(r, k, n, "no such view",
	    closest_help(r, &c, "declare it under `views:`"));
}

const struct schema_type type_view = {
    .name = "view",
    .size = sizeof(char *),
    .set = set_view,
    .get = schema_text_json,
};

/* The target lists are all read before the first reference to one. */
static void
index_targets(struct reader *r)
{
	const struct policy *p = &r->draft->p;
	size_t i;

	if (r->targets != NULL || p->ntargets == 0)
		return;
	if ((r->targets = hash_table_new(p->ntargets)) == NULL) {
		r->memory = true;
		return;
	}
	for (i = 0; i < p->ntargets; i++)
		if (hash_table_put(r->targets, p->target[i].name,
			strlen(p->target[i].name), (uint32_t)i, NULL) == NULL)
			r->memory = true;
}

/* The name of a target list, kept as a pointer to it. */
static bool
set_target(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const struct policy *p = &r->draft->p;
	struct closest c = closest_start(r, n->text);
	uint32_t *at = NULL;
	size_t i;

	index_targets(r);
	if (r->targets != NULL)
		at = hash_table_find(r->targets, n->text, n->len);
	if (at != NULL) {
		*(const struct policy_target **)slot = &p->target[*at];
		return true;
	}
	for (i = 0; i < p->ntargets; i++)
		closest_try(&c, p->target[i].name);
	return refuse(r, k, n, "no such target list",
	    closest_help(r, &c, "declare it under `targets:`"));
}

static json_t *
get_target(const struct schema_key *k, const void *slot)
{
	const struct policy_target *const *t = slot;

	(void)k;
	return json_string((*t)->name);
}

const struct schema_type type_target = {
    .name = "target list",
    .size = sizeof(struct policy_target *),
    .set = set_target,
    .get = get_target,
};

/* The id of a rule. */
static bool
set_rule(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const struct policy_rules *rules = r->rules;
	struct closest c = closest_start(r, n->text);

	store(r, n, slot);
	if (rules == NULL || rules->known == NULL || rules->known(n->text))
		return true;
	if (rules->closest != NULL && c.text != NULL)
		c.best = rules->closest(n->text);
	return refuse(r, k, n, "no such rule",
	    closest_help(r, &c, "`zonegate rules` lists them"));
}

const struct schema_type type_rule = {
    .name = "rule",
    .size = sizeof(char *),
    .set = set_rule,
    .get = schema_text_json,
};
