/* Values without DNS in them: numbers, words, sizes, times, texts. */
#include "schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool
value_number(const char *text, size_t len, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	size_t i;

	if (len == 0 || (len > 1 && text[0] == '0'))
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (v > (UINT64_MAX - 9) / 10)
			return false;
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	*out = v;
	return v <= max;
}

static bool
must_be(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *expected, const char *help)
{
	struct finding *f;

	f = fault(r, n, "`%s` must be %s, not %s`%.*s`", k->key, expected,
	    n->plain ? "" : "the text ", CUT(n));
	f->expected = expected;
	f->help = help;
	return false;
}

static const char quoted[] = "write it without quotes";

static bool
set_bool(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	static const struct {
		const char *text;
		const char *help;
	} other[] = {
	    {"yes", "did you mean `true`?"},
	    {"on", "did you mean `true`?"},
	    {"1", "did you mean `true`?"},
	    {"no", "did you mean `false`?"},
	    {"off", "did you mean `false`?"},
	    {"0", "did you mean `false`?"},
	};
	struct closest c = closest_start(r, n->text);
	bool v = strcmp(n->text, "true") == 0;
	size_t i;

	if (n->plain && (v || strcmp(n->text, "false") == 0)) {
		memcpy(slot, &v, sizeof(v));
		return true;
	}
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (strcasecmp(n->text, other[i].text) == 0)
			return must_be(
			    r, k, n, type_bool.expected, other[i].help);
	closest_try(&c, "true");
	closest_try(&c, "false");
	return must_be(r, k, n, type_bool.expected,
	    c.best != NULL && c.distance == 0 && !n->plain
		? quoted
		: closest_help(r, &c, "write true or false"));
}

static json_t *
get_bool(const struct schema_key *k, const void *slot)
{
	(void)k;
	return json_boolean(*(const bool *)slot);
}

const struct schema_type type_bool = {
    .name = "boolean",
    .expected = "true or false",
    .size = sizeof(bool),
    .set = set_bool,
    .get = get_bool,
};

static bool
set_number(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	uint64_t v;
	uint32_t v32;

	if (!n->plain || !value_number(n->text, n->len, k->max, &v) ||
	    v < k->min)
		return must_be(r, k, n,
		    k->min == k->max
			? findings_text(r->faults, "%" PRIu64, k->min)
			: findings_text(r->faults,
			      "a number from %" PRIu64 " to %" PRIu64, k->min,
			      k->max),
		    n->plain ? "write decimal digits only" : quoted);
	v32 = (uint32_t)v;
	memcpy(slot, &v32, sizeof(v32));
	return true;
}

/* What the policy cannot say stands for "not set": it is not shown. */
static json_t *
get_number(const struct schema_key *k, const void *slot)
{
	uint32_t v = *(const uint32_t *)slot;

	return v < k->min || v > k->max ? json_null() : json_integer(v);
}

const struct schema_type type_number = {
    .name = "number",
    .expected = "a number",
    .size = sizeof(uint32_t),
    .set = set_number,
    .get = get_number,
};

static bool
find_word(struct reader *r, const struct schema_key *k, const struct node *n,
    int *value)
{
	struct closest c = closest_start(r, n->text);
	struct text all = TEXT_INIT;
	const struct schema_word *w;

	for (w = k->words; w->text != NULL; w++) {
		if (strcmp(w->text, n->text) == 0) {
			*value = w->value;
			return true;
		}
	}
	for (w = k->words; w->text != NULL; w++) {
		closest_try(&c, w->text);
		text_printf(&all, "%s%s",
		    w == k->words       ? ""
		    : w[1].text == NULL ? " or "
					: ", ",
		    w->text);
	}
	if (text_lost(&all))
		r->memory = true;
	else
		must_be(r, k, n, findings_text(r->faults, "%s", all.data),
		    closest_help(r, &c, "take one of these words"));
	text_free(&all);
	return false;
}

static const char *
word_of(const struct schema_key *k, int value)
{
	const struct schema_word *w;

	for (w = k->words; w->text != NULL; w++)
		if (w->value == value)
			return w->text;
	return NULL;
}

static bool
set_choice(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	int v;

	if (!find_word(r, k, n, &v))
		return false;
	memcpy(slot, &v, sizeof(v));
	return true;
}

static json_t *
get_choice(const struct schema_key *k, const void *slot)
{
	int v;

	memcpy(&v, slot, sizeof(v));
	return json_string(word_of(k, v));
}

_Static_assert(sizeof(enum policy_dialect) == sizeof(int), "enum is an int");
_Static_assert(sizeof(enum severity) == sizeof(int), "enum is an int");

const struct schema_type type_choice = {
    .name = "word",
    .size = sizeof(int),
    .set = set_choice,
    .get = get_choice,
};

static bool
set_choice8(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	uint8_t v8;
	int v;

	if (!find_word(r, k, n, &v))
		return false;
	v8 = (uint8_t)v;
	memcpy(slot, &v8, sizeof(v8));
	return true;
}

static json_t *
get_choice8(const struct schema_key *k, const void *slot)
{
	return json_string(word_of(k, *(const uint8_t *)slot));
}

_Static_assert(sizeof(bool) == sizeof(uint8_t), "bool is a byte");

const struct schema_type type_choice8 = {
    .name = "word",
    .size = sizeof(uint8_t),
    .set = set_choice8,
    .get = get_choice8,
};

/* Shares are kept in whole millionths while being read: no locale, no strtod.
 */
#define SHARE_UNIT 1000000u

static bool
percent(const char *text, size_t len, double *out)
{
	const char *dot = memchr(text, '.', len);
	size_t whole = dot == NULL ? len : (size_t)(dot - text), i;
	uint64_t v, part = 0, unit = SHARE_UNIT;

	if (!value_number(text, whole, 100, &v))
		return false;
	if (dot != NULL && (whole + 1 == len || len - whole - 1 > 6))
		return false;
	for (i = whole + 1; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		unit /= 10;
		part += unit * (uint64_t)(text[i] - '0');
	}
	*out = (double)(v * SHARE_UNIT + part) / SHARE_UNIT;
	return v < 100 || part == 0;
}

static bool
set_share(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_share s = {.set = true};
	uint64_t v;

	if (n->len > 1 && n->text[n->len - 1] == '%') {
		s.percent = true;
		if (!percent(n->text, n->len - 1, &s.value))
			return must_be(r, k, n, type_share.expected,
			    "write 0% to 100%, with at most six decimals");
	} else {
		if (!n->plain || !value_number(n->text, n->len, UINT32_MAX, &v))
			return must_be(r, k, n, type_share.expected,
			    n->plain ? "write `10%` or `500`" : quoted);
		s.value = (double)v;
	}
	memcpy(slot, &s, sizeof(s));
	return true;
}

static json_t *
get_share(const struct schema_key *k, const void *slot)
{
	const struct policy_share *s = slot;
	char text[48], *end;
	uint64_t v;

	(void)k;
	if (!s->set)
		return json_null();
	if (!s->percent)
		return json_integer((json_int_t)s->value);
	v = (uint64_t)(s->value * SHARE_UNIT + 0.5);
	snprintf(text, sizeof(text), "%" PRIu64 ".%06" PRIu64, v / SHARE_UNIT,
	    v % SHARE_UNIT);
	end = text + strlen(text);
	while (end[-1] == '0')
		end--;
	if (end[-1] == '.')
		end--;
	end[0] = '%';
	end[1] = '\0';
	return json_string(text);
}

const struct schema_type type_share = {
    .name = "share",
    .expected = "a share such as 10% or a number of records",
    .size = sizeof(struct policy_share),
    .set = set_share,
    .get = get_share,
};

static const struct {
	const char *unit;
	unsigned shift;
} sizes[] = {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"", 0}};

#define NSIZES (sizeof(sizes) / sizeof(sizes[0]))

static bool
set_size(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	size_t digits = strspn(n->text, "0123456789"), i;
	struct closest c = closest_start(r, n->text + digits);
	uint64_t v;

	for (i = 0; i < NSIZES; i++) {
		if (strcmp(n->text + digits, sizes[i].unit) != 0)
			continue;
		if (!value_number(
			n->text, digits, k->max >> sizes[i].shift, &v) ||
		    v << sizes[i].shift < k->min ||
		    (!n->plain && sizes[i].shift == 0))
			break;
		v <<= sizes[i].shift;
		memcpy(slot, &v, sizeof(v));
		return true;
	}
	for (i = 0; i + 1 < NSIZES; i++)
		closest_try(&c, sizes[i].unit);
	return must_be(r, k, n, type_size.expected,
	    i < NSIZES && digits > 0 && n->text[digits] != '\0'
		? closest_help(r, &c, "units are KiB, MiB and GiB")
		: "write a number of bytes, with KiB, MiB or GiB behind it");
}

static json_t *
get_size(const struct schema_key *k, const void *slot)
{
	uint64_t v = *(const uint64_t *)slot;
	char text[32];
	size_t i;

	if (v < k->min)
		return json_null();
	for (i = 0; (v & ((1ull << sizes[i].shift) - 1)) != 0; i++)
		continue;
	if (sizes[i].shift == 0)
		return json_integer((json_int_t)v);
	snprintf(text, sizeof(text), "%" PRIu64 "%s", v >> sizes[i].shift,
	    sizes[i].unit);
	return json_string(text);
}

const struct schema_type type_size = {
    .name = "size",
    .expected = "a size such as 256MiB",
    .size = sizeof(uint64_t),
    .set = set_size,
    .get = get_size,
};

/* "90", "1h", "1h30m": false for anything else. */
static bool
duration(const char *text, size_t len, uint64_t max, uint64_t *out)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = {
	    {'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
	size_t unit = 0, n;
	uint64_t v, sum = 0;

	if (value_number(text, len, max, out))
		return true;
	for (; len > 0; text += n + 1, len -= n + 1) {
		n = strspn(text, "0123456789");
		if (n >= len || !value_number(text, n, max, &v))
			return false;
		while (unit < 5 && units[unit].unit != text[n])
			unit++;
		if (unit == 5)
			return false;
		sum += v * units[unit++].seconds;
	}
	*out = sum;
	return sum <= max;
}

static bool
set_ttl(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	uint64_t v;
	uint32_t v32;

	if (n->len == 0 || !duration(n->text, n->len, k->max, &v) ||
	    v < k->min || (!n->plain && value_number(n->text, n->len, v, &v)))
		return must_be(r, k, n, type_ttl.expected,
		    findings_text(r->faults,
			"write seconds, or units as in 1h30m, from %" PRIu64
			" to %" PRIu64 " seconds",
			k->min, k->max));
	v32 = (uint32_t)v;
	memcpy(slot, &v32, sizeof(v32));
	return true;
}

const struct schema_type type_ttl = {
    .name = "time",
    .expected = "a time such as 60 or 1h",
    .size = sizeof(uint32_t),
    .set = set_ttl,
    .get = get_number,
};

/* Days since 1970-01-01 of a day of the Gregorian calendar. */
static int64_t
days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t era, of_era, of_year;

	/* Years begin in March, so that the leap day is the last one. */
	year -= month <= 2;
	era = year / 400;
	of_era = year - era * 400;
	of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

bool
value_date(const char *text, size_t len, int64_t *days)
{
	static const uint8_t last[] = {
	    31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned v[3] = {0, 0, 0}, part = 0;
	size_t i;

	if (len != 10)
		return false;
	for (i = 0; i < len; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return false;
			part++;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		v[part] = v[part] * 10 + (unsigned)(text[i] - '0');
	}
	if (v[0] < 1970 || v[1] < 1 || v[1] > 12 || v[2] < 1 ||
	    v[2] > last[v[1] - 1])
		return false;
	if (v[1] == 2 && v[2] == 29 &&
	    (v[0] % 4 != 0 || (v[0] % 100 == 0 && v[0] % 400 != 0)))
		return false;
	*days = days_of(v[0], v[1], v[2]);
	return true;
}

static bool
set_date(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	int64_t days;

	if (!value_date(n->text, n->len, &days))
		return must_be(r, k, n, type_date.expected,
		    "write a day of the calendar as YYYY-MM-DD");
	memcpy(slot, &n->text, sizeof(n->text));
	return true;
}

static json_t *
get_date(const struct schema_key *k, const void *slot)
{
	const char *text;

	(void)k;
	memcpy(&text, slot, sizeof(text));
	return json_string(text);
}

const struct schema_type type_date = {
    .name = "date",
    .expected = "a date such as 2027-03-01",
    .size = sizeof(char *),
    .set = set_date,
    .get = get_date,
};
