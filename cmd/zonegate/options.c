#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../core/base/text.h"
#include "../../core/base/when.h"

#define AT(field) offsetof(struct arguments, field)

const struct option options_common[] = {
    {"repo", 0, OPTION_STRING, "DIR", "the repository (default: around here)",
	AT(gate.repo), NULL, false},
    {"policy", 0, OPTION_STRING, "FILE",
	"trusted policy; wins over the repository's", AT(gate.policy), NULL,
	false},
    {"format", 'f', OPTION_STRING, "FORMAT",
	"text (default), json, sarif, github or prometheus", AT(gate.format),
	NULL, false},
    {"output", 'o', OPTION_STRING, "FILE", "write the report to FILE",
	AT(gate.output), NULL, false},
    {"at", 0, OPTION_TIME, "TIME",
	"judge as of TIME: seconds, YYYYMMDDHHMMSS or ISO 8601, in UTC",
	AT(gate.at), NULL, false},
    {"fail-on", 0, OPTION_FAIL_ON, "error|warning",
	"what blocks (default: error)", AT(gate.fail_on_warning), NULL, false},
    {"exit-zero", 0, OPTION_FLAG, NULL,
	"exit 0 when blocked: for those who want reports only",
	AT(gate.exit_zero), NULL, false},
    {"color", 0, OPTION_COLOUR, "auto|always|never", "colour of the text",
	AT(gate.colour), NULL, false},
    {"colour", 0, OPTION_COLOUR, "auto|always|never", "", AT(gate.colour), NULL,
	true},
    {"quiet", 'q', OPTION_FLAG, NULL, "findings and verdict only",
	AT(gate.quiet), NULL, false},
    {"jobs", 'j', OPTION_NUMBER, "N", "threads (default: every processor)",
	AT(gate.jobs), NULL, false},
    {"memory", 0, OPTION_SIZE, "SIZE",
	"memory the judging may use (default: 4GiB)", AT(gate.memory), NULL,
	false},
    {"timeout", 0, OPTION_NUMBER, "SECONDS",
	"time the judging may take (default: 600)", AT(gate.seconds), NULL,
	false},
    {"help", 0, OPTION_FLAG, NULL, "the long help (-h: the short one)",
	AT(help), NULL, false},
    {"", 'h', OPTION_FLAG, NULL, "", AT(help_short), NULL, true},
    {"version", 'V', OPTION_FLAG, NULL, "the version", AT(version), NULL,
	false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

/* A line on standard error; bytes of the command line are escaped. */
static int wrong(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static int
wrong(const char *fmt, ...)
{
	struct text raw = TEXT_INIT, safe = TEXT_INIT;
	va_list ap;

	va_start(ap, fmt);
	text_vprintf(&raw, fmt, ap);
	va_end(ap);
	if (raw.len > 0)
		text_escaped(&safe, raw.data, raw.len);
	fprintf(stderr, "error: %s\n", safe.data == NULL ? "" : safe.data);
	text_free(&raw);
	text_free(&safe);
	return 2;
}

/* ---- values -------------------------------------------------------------- */

/* A number with one of the units behind it. */
struct unit {
	const char *name;
	uint64_t factor;
};

static int
scaled(const char *s, const struct unit *unit, uint64_t max, uint64_t *out)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*s))
		return -1;
	errno = 0;
	n = strtoull(s, &end, 10);
	for (; unit->name != NULL; unit++)
		if (strcmp(end, unit->name) == 0)
			break;
	if (errno != 0 || unit->name == NULL || n == 0 ||
	    n > max / unit->factor)
		return -1;
	*out = n * unit->factor;
	return 0;
}

static const struct unit unit_none[] = {{"", 1}, {NULL, 0}};
static const struct unit unit_size[] = {{"", 1}, {"KiB", 1 << 10},
    {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"K", 1 << 10}, {"M", 1 << 20},
    {"G", 1 << 30}, {NULL, 0}};
static const struct unit unit_duration[] = {{"", 1}, {"s", 1}, {"m", 60},
    {"h", 3600}, {"d", 86400}, {"w", 604800}, {NULL, 0}};

static int
choose(const struct option *o, const char *value, const char *const *choice)
{
	size_t i;

	for (i = 0; choice[i] != NULL; i++)
		if (strcmp(choice[i], value) == 0)
			return (int)i;
	wrong("--%s %s: must be %s", o->name, value, o->argument);
	return -1;
}

static int
append(const char ***list, size_t *n, const char *value)
{
	const char **p = realloc(*list, (*n + 1) * sizeof(*p));

	if (p == NULL) {
		fputs("error: out of memory\n", stderr);
		return 3;
	}
	*list = p;
	p[(*n)++] = value;
	return 0;
}

static int
store(struct arguments *a, const struct option *o, const char *value)
{
	static const char *const colour[] = {"auto", "always", "never", NULL};
	static const char *const fail_on[] = {"error", "warning", NULL};
	void *to = (char *)a + o->offset;
	uint64_t n;
	int i;

	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)to = true;
		return 0;
	case OPTION_KEY:
		return append(&a->key, &a->nkeys, value);
	case OPTION_PUBLIC:
		return append(&a->published, &a->npublished, value);
	case OPTION_CHOICE:
		if (choose(o, value, o->choice) < 0)
			return 2;
		/* fall through */
	case OPTION_STRING:
		if (*value == '\0')
			return wrong("--%s needs a value", o->name);
		*(const char **)to = value;
		return 0;
	case OPTION_COLOUR:
		if ((i = choose(o, value, colour)) < 0)
			return 2;
		*(enum gate_colour *)to = (enum gate_colour)i;
		return 0;
	case OPTION_FAIL_ON:
		if ((i = choose(o, value, fail_on)) < 0)
			return 2;
		*(bool *)to = i == 1;
		return 0;
	case OPTION_NUMBER:
		if (scaled(value, unit_none, INT_MAX / 1024, &n) != 0)
			return wrong(
			    "--%s %s: not a number from 1", o->name, value);
		*(unsigned *)to = (unsigned)n;
		return 0;
	case OPTION_SIZE:
		if (scaled(value, unit_size, INT64_MAX, &n) != 0)
			return wrong("--%s %s: not a size such as 512MiB",
			    o->name, value);
		*(uint64_t *)to = n;
		return 0;
	case OPTION_DURATION:
		if (scaled(value, unit_duration, INT32_MAX, &n) != 0)
			return wrong(
			    "--%s %s: not a time such as 14d", o->name, value);
		*(int64_t *)to = (int64_t)n;
		return 0;
	case OPTION_TIME:
		if (when_parse(value, to) != 0)
			return wrong("--%s %s: not a time: use seconds since "
				     "1970, YYYYMMDDHHMMSS or "
				     "YYYY-MM-DDThh:mm:ssZ",
			    o->name, value);
		return 0;
	}
	return wrong("--%s: internal error", o->name);
}

/* ---- names --------------------------------------------------------------- */

/* Edits (insert, delete, replace, swap) between two short words. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[3][32];
	size_t na = strlen(a), nb = strlen(b), i, j;
	unsigned cost, best;

	if (na > 31 || nb > 31)
		return UINT_MAX;
	for (j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		unsigned *now = row[i % 3], *up = row[(i + 2) % 3];

		now[0] = (unsigned)i;
		for (j = 1; j <= nb; j++) {
			cost = a[i - 1] != b[j - 1];
			best = up[j - 1] + cost;
			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    row[(i + 1) % 3][j - 2] + 1 < best)
				best = row[(i + 1) % 3][j - 2] + 1;
			now[j] = best;
		}
	}
	return row[na % 3][nb];
}

const char *
options_closest(const char *s, const void *names, size_t n, size_t stride)
{
	const char *name, *closest = NULL;
	unsigned d, best = (unsigned)strlen(s) / 3 + 1;
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy(&name, (const char *)names + i * stride, sizeof(name));
		if ((d = distance(s, name)) <= best) {
			closest = name;
			best = d - (d > 0);
		}
	}
	return closest;
}

static size_t
table_size(const struct option *table)
{
	size_t n = 0;

	while (table != NULL && table[n].name != NULL)
		n++;
	return n;
}

static const struct option *
find_name(const struct option *table, const char *name, size_t len)
{
	for (; table != NULL && table->name != NULL; table++)
		if (len > 0 && strlen(table->name) == len &&
		    memcmp(table->name, name, len) == 0)
			return table;
	return NULL;
}

static const struct option *
find_letter(const struct option *table, char letter)
{
	for (; table != NULL && table->name != NULL; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

static int
unknown(const struct option *own, const char *name, size_t len)
{
	char word[64];
	const char *closest = NULL;

	snprintf(word, sizeof(word), "%.*s", (int)(len > 63 ? 63 : len), name);
	if (own != NULL)
		closest = options_closest(
		    word, &own[0].name, table_size(own), sizeof(*own));
	if (closest == NULL)
		closest = options_closest(word, &options_common[0].name,
		    table_size(options_common), sizeof(*own));
	wrong("unknown option --%s", word);
	if (closest != NULL && *closest != '\0')
		fprintf(stderr, "hint: did you mean --%s?\n", closest);
	return 2;
}

/* ---- the parser ---------------------------------------------------------- */

static int
parse_long(struct arguments *a, const struct option *own, int argc, char **argv,
    int *i)
{
	const char *name = argv[*i] + 2, *value = strchr(name, '=');
	size_t len = value == NULL ? strlen(name) : (size_t)(value - name);
	const struct option *o = find_name(own, name, len);

	if (o == NULL)
		o = find_name(options_common, name, len);
	if (o == NULL)
		return unknown(own, name, len);
	if (o->argument == NULL) {
		if (value != NULL)
			return wrong("--%s takes no value", o->name);
		return store(a, o, NULL);
	}
	if (value != NULL)
		return store(a, o, value + 1);
	if (o->argument[0] == '[')
		return store(a, o, o->choice[0]);
	if (*i + 1 >= argc)
		return wrong("--%s needs a value: %s", o->name, o->argument);
	return store(a, o, argv[++*i]);
}

static int
parse_letters(struct arguments *a, const struct option *own, int argc,
    char **argv, int *i)
{
	const char *p = argv[*i] + 1;
	const struct option *o;
	int rc;

	for (; *p != '\0'; p++) {
		o = find_letter(own, *p);
		if (o == NULL)
			o = find_letter(options_common, *p);
		if (o == NULL)
			return wrong("unknown option -%c", *p);
		if (o->argument == NULL) {
			if ((rc = store(a, o, NULL)) != 0)
				return rc;
			continue;
		}
		if (p[1] != '\0')
			return store(a, o, p + 1);
		if (*i + 1 >= argc)
			return wrong("-%c needs a value: %s", *p, o->argument);
		return store(a, o, argv[++*i]);
	}
	return 0;
}

int
options_parse(struct arguments *a, const struct option *own, int argc,
    char **argv, int *i, bool first)
{
	bool ended = false;
	int rc = 0;

	if (!first && a->operand == NULL &&
	    (a->operand = calloc((size_t)argc + 1, sizeof(*a->operand))) ==
		NULL) {
		fputs("error: out of memory\n", stderr);
		return 3;
	}
	for (; *i < argc && rc == 0; ++*i) {
		if (ended || argv[*i][0] != '-' || argv[*i][1] == '\0') {
			if (first)
				return 0;
			a->operand[a->noperands++] = argv[*i];
		} else if (strcmp(argv[*i], "--") == 0) {
			ended = true;
		} else if (argv[*i][1] == '-') {
			rc = parse_long(a, own, argc, argv, i);
		} else {
			rc = parse_letters(a, own, argc, argv, i);
		}
	}
	return rc;
}

void
options_free(struct arguments *a)
{
	free(a->key);
	free(a->published);
	free(a->operand);
	a->key = a->published = NULL;
	a->operand = NULL;
}

/* Words of the help in the right-hand column, the first line begun. */
static void
print_words(const char *s, size_t indent)
{
	size_t column = indent, len;

	for (; *s != '\0'; s += len + strspn(s + len, " ")) {
		len = strcspn(s, " ");
		if (column > indent && column + 1 + len > 80) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			printf(" ");
			column++;
		}
		printf("%.*s", (int)len, s);
		column += len;
	}
	printf("\n");
}

void
options_print(const struct option *table, const struct option *own)
{
	char left[64], letter[8];

	for (; table != NULL && table->name != NULL; table++) {
		if (table->hidden ||
		    find_name(own, table->name, strlen(table->name)) != NULL)
			continue;
		snprintf(letter, sizeof(letter), "-%c,", table->letter);
		snprintf(left, sizeof(left), "%s --%s%s%s",
		    table->letter != 0 ? letter : "   ", table->name,
		    table->argument == NULL || table->argument[0] == '[' ? ""
									 : " ",
		    table->argument != NULL ? table->argument : "");
		if (strlen(left) > 26)
			printf("  %s\n  %-26s ", left, "");
		else
			printf("  %-26s ", left);
		print_words(table->help, 29);
	}
}
