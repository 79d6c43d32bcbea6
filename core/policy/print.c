/*
 * The merged policy: as JSON by the schema, and as YAML from that JSON, so that
 * no key can be left out of one of them.
 */
#include "policy.h"

#include "schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The policy as the schema sees it. */
static json_t *
to_json(const struct policy *p)
{
	struct draft d;
	size_t i = 0;

	memset(&d, 0, sizeof(d));
	d.p = *p;
	d.version = 1;
	while (i < p->nprotects && !p->protect[i].identity)
		i++;
	d.failover = p->protect;
	d.nfailover = i;
	d.identity = i == p->nprotects ? NULL : p->protect + i;
	d.nidentity = p->nprotects - i;
	return schema_json(&schema_policy, &d);
}

void
policy_print_json(const struct policy *p, struct text *out)
{
	json_t *map = to_json(p);
	char *s = map == NULL ? NULL : json_dumps(map, JSON_INDENT(2));

	if (s == NULL)
		out->lost = true;
	else
		text_printf(out, "%s\n", s);
	free(s);
	json_decref(map);
}

/* Would these bytes be read back as they are without quotes? */
static bool
is_plain(const char *s)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-./%";
	/* Words that other YAML readers take for something else. */
	static const char *const other[] = {
	    "true", "false", "null", "yes", "no", "on", "off", "y", "n"};
	size_t i;

	if (s[0] == '\0' || s[0] == '-' || s[0] == '%' || s[0] == '.' ||
	    s[strspn(s, good)] != '\0' ||
	    s[strspn(s, "0123456789._eExX+-")] == '\0')
		return false;
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (strcasecmp(s, other[i]) == 0)
			return false;
	return true;
}

static void
print_string(const char *s, struct text *out)
{
	if (is_plain(s)) {
		text_str(out, s);
		return;
	}
	text_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_printf(out, "\\%c", *s);
		else if ((uint8_t)*s < 0x20 || *s == 0x7f)
			text_printf(out, "\\x%02x", (uint8_t)*s);
		else
			text_char(out, *s);
	}
	text_char(out, '"');
}

static void
print_scalar(const json_t *v, struct text *out)
{
	if (json_is_integer(v))
		text_printf(
		    out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_boolean(v))
		text_str(out, json_is_true(v) ? "true" : "false");
	else
		print_string(json_string_value(v), out);
}

static void
indent(unsigned depth, struct text *out)
{
	while (depth-- > 0)
		text_str(out, "  ");
}

static void print_map(const json_t *, unsigned depth, bool dash, struct text *);

static void
print_list(const json_t *list, unsigned depth, struct text *out)
{
	size_t i, n = json_array_size(list);
	const json_t *item;

	if (n > 0 && json_is_object(json_array_get(list, 0))) {
		text_char(out, '\n');
		for (i = 0; i < n; i++)
			print_map(
			    json_array_get(list, i), depth + 1, true, out);
		return;
	}
	text_str(out, " [");
	for (i = 0; i < n; i++) {
		item = json_array_get(list, i);
		text_str(out, i == 0 ? "" : ", ");
		print_scalar(item, out);
	}
	text_str(out, "]\n");
}

/* The lines of a map; DASH: it is an item of a list. */
static void
print_map(const json_t *map, unsigned depth, bool dash, struct text *out)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)map, key, value)
	{
		indent(dash ? depth - 1 : depth, out);
		text_str(out, dash ? "- " : "");
		dash = false;
		print_string(key, out);
		text_char(out, ':');
		if (json_is_array(value)) {
			print_list(value, depth + 1, out);
		} else if (!json_is_object(value)) {
			text_char(out, ' ');
			print_scalar(value, out);
			text_char(out, '\n');
		} else if (json_object_size(value) == 0) {
			text_str(out, " {}\n");
		} else {
			text_char(out, '\n');
			print_map(value, depth + 1, false, out);
		}
	}
}

void
policy_print(const struct policy *p, struct text *out)
{
	json_t *map = to_json(p);

	if (map == NULL)
		out->lost = true;
	else
		print_map(map, 0, false, out);
	json_decref(map);
}
