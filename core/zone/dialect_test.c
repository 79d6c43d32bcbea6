/*
 * The table of docs/dialect.md: what each dialect makes of a construct. Every
 * row was tried on BIND 9.18, NSD 4.6 and Knot 3.2; the differential test
 * (testdata/differential/parse.py) keeps asking them.
 */
#include "load_fixture.h"

#define T(text) text, sizeof(text) - 1

#define HEAD "$TTL 300\n@ IN SOA ns1 host 1 2 3 4 5\n@ IN NS ns.example.net.\n"

struct row {
	const char *name;
	const char *text; /* behind HEAD */
	size_t len;
	const char *accepted; /* dialects: c b n k */
	const char *records;  /* then; "#" is ".example.com. 300 IN" */
	const char *rule;     /* the first finding in the others */
};

/* clang-format off */
static const struct row rows[] = {
    {"line ends CRLF", T("w A 192.0.2.1\r\n"), "bn", "w# A 192.0.2.1", "syntax-dialect"},
    {"carriage return alone", T("w A 192.0.2.1\rx A 192.0.2.2\n"), "", "", "syntax-dialect"},
    {"form feed", T("w A\014192.0.2.1\n"), "", "", "syntax-dialect"},
    {"vertical tab", T("w A\013192.0.2.1\n"), "", "", "syntax-dialect"},
    {"NUL byte", T("w\000w A 192.0.2.1\n"), "", "", "syntax-error"},
    {"NUL byte in a comment", T("w A 192.0.2.1 ; \000\n"), "", "", "syntax-error"},
    {"non-breaking space", T("w\302\240A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"no final newline", T("w A 192.0.2.1"), "cbnk", "w# A 192.0.2.1", NULL},
    {"no newline behind directive", T("$TTL 5"), "", "", "syntax-dialect"},
    {"UTF-8 in a comment", T("w A 192.0.2.1 ; caf\303\251\n"), "cbnk", "w# A 192.0.2.1", NULL},
    {"UTF-8 in a quoted string", T("w TXT \"caf\303\251\"\n"), "bn", "w# TXT \"caf\\195\\169\"", "syntax-dialect"},
    {"UTF-8 in a name", T("caf\303\251 A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"control byte in a string", T("w TXT \"a\001\"\n"), "", "", "syntax-dialect"},
    {"tab in a quoted string", T("w TXT \"a\tb\"\n"), "cbnk", "w# TXT \"a\\009b\"", NULL},
    {"quote not closed on its line", T("w TXT \"a\nb\"\n"), "", "", "syntax-error"},
    {"quote not closed in parentheses", T("w TXT ( \"a\nb\" )\n"), "", "", "syntax-error"},
    {"quote not closed at the end", T("w TXT \"a"), "", "", "syntax-error"},
    {"parenthesis not closed", T("w TXT ( \"a\"\n"), "", "", "syntax-error"},
    {"closing parenthesis too many", T("w A 192.0.2.1 )\n"), "", "", "syntax-error"},
    {"nested parentheses", T("w TXT ( ( a ) b )\n"), "b", "w# TXT \"a\" \"b\"", "syntax-dialect"},
    {"parentheses around nothing", T("()\n"), "", "", "syntax-error"},
    {"parenthesis before the owner", T("( w A 192.0.2.1 )\n"), "", "", "syntax-dialect"},
    {"parenthesis instead of the owner", T(" ( A 192.0.2.1 )\n"), "", "", "syntax-dialect"},
    {"parenthesis touching the owner", T("w( A 192.0.2.1 )\n"), "bk", "w# A 192.0.2.1", "syntax-dialect"},
    {"parenthesis touching a number", T("w MX (10 a)\n"), "cbnk", "w# MX 10 a.example.com.", NULL},
    {"parenthesis touching a string", T("w TXT (a)\n"), "bn", "w# TXT \"a\"", "syntax-dialect"},
    {"record over lines", T("w MX ( 10 ; x )\n\n a\n)\n"), "cbnk", "w# MX 10 a.example.com.", NULL},
    {"quoted owner", T("\"w\" A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"quoted target", T("w CNAME \"a\"\n"), "", "", "syntax-error"},
    {"quotes touching", T("w TXT \"a\"\"b\"\n"), "", "", "syntax-dialect"},
    {"quote inside a word", T("w TXT a\"b\"\n"), "", "", "syntax-dialect"},
    {"at sign alone", T("@ A 192.0.2.1\n"), "cbnk", "example.com. 300 IN A 192.0.2.1", NULL},
    {"at sign in a name", T("w@ A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"at sign as first label", T("@.example.com. A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"escaped at sign", T("\\@ A 192.0.2.1\n"), "cbnk", "\\@# A 192.0.2.1", NULL},
    {"escape of a letter", T("\\097pi A 192.0.2.1\n"), "cbnk", "api# A 192.0.2.1", NULL},
    {"escaped dot", T("a\\.b A 192.0.2.1\n"), "cbnk", "a\\.b# A 192.0.2.1", NULL},
    {"escape over 255", T("a\\256 A 192.0.2.1\n"), "", "", "syntax-error"},
    {"escape of two digits", T("w TXT a\\65\n"), "", "", "syntax-error"},
    {"escaped backslash in a word", T("w TXT a\\\\b\n"), "bk", "w# TXT \"a\\\\b\"", "syntax-dialect"},
    {"escaped backslash in quotes", T("w TXT \"a\\\\\"\n"), "cbnk", "w# TXT \"a\\\\\"", NULL},
    {"backslash at the end of a line", T("w TXT a\\\nx A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"bit string label", T("\\[x A 192.0.2.1\n"), "k", "[x# A 192.0.2.1", "syntax-dialect"},
    {"plus sign in an owner", T("a+b A 192.0.2.1\n"), "bn", "a+b# A 192.0.2.1", "syntax-dialect"},
    {"slash and underscore in an owner", T("_a/b A 192.0.2.1\n"), "cbnk", "_a/b# A 192.0.2.1", NULL},
    {"upper case", T("W.Example.COM. A 192.0.2.1\n"), "cbnk", "w# A 192.0.2.1", NULL},
    {"RFC 3597 form", T("w A \\# 4 c0000201\n"), "cbnk", "w# A 192.0.2.1", NULL},
    {"RFC 3597 form, type by number", T("w TYPE1 \\# 4 c0 00 02 01\n"), "cbnk", "w# A 192.0.2.1", NULL},
    {"RFC 3597 form, text data", T("w TYPE1 192.0.2.1\n"), "cbnk", "w# A 192.0.2.1", NULL},
    {"RFC 3597 form, octets missing", T("w A \\# 4 c00002\n"), "", "", "syntax-error"},
    {"RFC 3597 form, octets too many", T("w A \\# 4 c000020101\n"), "", "", "syntax-error"},
    {"RFC 3597 form, length of another type", T("w A \\# 3 c00002\n"), "", "", "syntax-error"},
    {"RFC 3597 form, no octets", T("w A \\# 0\n"), "", "", "syntax-error"},
    {"RFC 3597 form, not hexadecimal", T("w A \\# 4 c00002zz\n"), "", "", "syntax-error"},
    {"RFC 3597 form, odd groups", T("w A \\# 4 c 0000201\n"), "", "", "syntax-error"},
    {"RFC 3597 form, more fields", T("w A \\# 4 c0000201 00\n"), "", "", "syntax-error"},
    {"type with leading zeros", T("w TYPE00001 \\# 4 c0000201\n"), "", "", "syntax-dialect"},
    {"type 0", T("w TYPE0 \\# 1 00\n"), "", "", "syntax-error"},
    {"type ANY", T("w TYPE255 \\# 1 00\n"), "", "", "syntax-error"},
    {"type OPT", T("w TYPE41 \\# 1 00\n"), "", "", "syntax-error"},
    {"type over 65535", T("w TYPE65536 \\# 1 00\n"), "", "", "syntax-error"},
    {"unknown type", T("w TYPE65280 \\# 2 abcd\n"), "cbnk", "w# TYPE65280 \\# 2 abcd", NULL},
    {"unknown mnemonic", T("w FOO a\n"), "", "", "syntax-error"},
    {"type with a form in BIND only", T("w TYPE55 \\# 1 00\n"), "", "", "syntax-dialect"},
    {"class CLASS1", T("w CLASS1 A 192.0.2.1\n"), "bn", "w# A 192.0.2.1", "syntax-dialect"},
    {"class CH", T("w CH A 192.0.2.1\n"), "", "", "syntax-class"},
    {"class HS", T("w HS A 192.0.2.1\n"), "", "", "syntax-class"},
    {"class CLASS3", T("w CLASS3 TXT a\n"), "", "", "syntax-class"},
    {"two classes", T("w IN IN A 192.0.2.1\n"), "", "", "syntax-error"},
    {"two TTLs", T("w 60 60 A 192.0.2.1\n"), "", "", "syntax-error"},
    {"TTL before class", T("w 60 IN A 192.0.2.1\n"), "cbnk", "w.example.com. 60 IN A 192.0.2.1", NULL},
    {"TTL after class", T("w IN 60 A 192.0.2.1\n"), "cbnk", "w.example.com. 60 IN A 192.0.2.1", NULL},
    {"TTL in units", T("w 1w2d3h4m5s A 192.0.2.1\n"), "cbnk", "w.example.com. 788645 IN A 192.0.2.1", NULL},
    {"TTL with a bad unit", T("w 60xyz A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"TTL with a unit missing", T("w 1h30 A 192.0.2.1\n"), "", "", "syntax-error"},
    {"TTL 2147483647", T("w 2147483647 A 192.0.2.1\n"), "cbnk", "w.example.com. 2147483647 IN A 192.0.2.1", NULL},
    {"TTL 2147483648", T("w 2147483648 A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"TTL 4294967296", T("w 4294967296 A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"owner named like a class", T("IN A 192.0.2.1\n"), "cbnk", "in# A 192.0.2.1", NULL},
    {"blank owner after a comment", T("w A 192.0.2.1\n;x\n A 192.0.2.2\n"), "cbnk", "w# A 192.0.2.1|w# A 192.0.2.2", NULL},
    {"blank owner after $TTL", T("w A 192.0.2.1\n$TTL 300\n A 192.0.2.2\n"), "cbnk", "w# A 192.0.2.1|w# A 192.0.2.2", NULL},
    {"blank owner after $ORIGIN", T("w A 192.0.2.1\n$ORIGIN sub.example.com.\n A 192.0.2.2\n"), "cbnk", "w# A 192.0.2.1|w# A 192.0.2.2", NULL},
    {"$origin in lower case", T("$origin sub.example.com.\nw A 192.0.2.1\n"), "cbnk", "w.sub# A 192.0.2.1", NULL},
    {"$ORIGIN relative", T("$ORIGIN sub\nw A 192.0.2.1\n"), "b", "w.sub# A 192.0.2.1", "syntax-dialect"},
    {"$ORIGIN @", T("$ORIGIN @\nw A 192.0.2.1\n"), "b", "w# A 192.0.2.1", "syntax-dialect"},
    {"$ORIGIN in parentheses", T("$ORIGIN ( sub.example.com. )\nw A 192.0.2.1\n"), "", "", "syntax-dialect"},
    {"$ORIGIN with more fields", T("$ORIGIN sub.example.com. x\n"), "", "", "syntax-error"},
    {"unknown directive", T("$FOO x\n"), "", "", "syntax-error"},
    {"directive behind blanks", T(" $TTL 5\n"), "", "", "syntax-error"},
    {"$GENERATE", T("$GENERATE 1-2 w$ A 192.0.2.$\n"), "b", "w1# A 192.0.2.1|w2# A 192.0.2.2", "syntax-dialect"},
    {"$GENERATE with modifiers", T("$GENERATE 10-11/1 w${2,3,x} A 192.0.2.1\n"), "b", "w00c# A 192.0.2.1|w00d# A 192.0.2.1", "syntax-dialect"},
    {"owner outside the zone", T("w.example.net. A 192.0.2.1\n"), "", "", "syntax-out-of-zone"},
    {"owner outside by one label", T("evilexample.com. A 192.0.2.1\n"), "", "", "syntax-out-of-zone"},
    {"owner with a dot missing", T("w.example.com A 192.0.2.1\n"), "", "", "syntax-doubled-origin"},
    {"target with a dot missing", T("w CNAME x.example.com\n"), "", "", "syntax-doubled-origin"},
    {"label of 64 octets", T("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.1\n"), "", "", "syntax-error"},
    {"empty label", T("a..b A 192.0.2.1\n"), "", "", "syntax-error"},
    {"trailing field", T("w A 192.0.2.1 x\n"), "", "", "syntax-error"},
    {"MX preference 70000", T("w MX 70000 a\n"), "", "", "syntax-error"},
    {"string $x", T("w TXT $x\n"), "bk", "w# TXT \"$x\"", "syntax-dialect"},
    {"string @", T("w TXT @\n"), "bk", "w# TXT \"@\"", "syntax-dialect"},
    {"string a..b", T("w TXT a..b\n"), "bk", "w# TXT \"a..b\"", "syntax-dialect"},
    {"word \\# behind data", T("w TXT a \\# 1 00\n"), "bk", "w# TXT \"a\" \"#\" \"1\" \"00\"", "syntax-dialect"},
    {"HINFO string with a dot", T("w HINFO a.b c\n"), "bk", "w# HINFO \"a.b\" \"c\"", "syntax-dialect"},
    {"semicolon in quotes", T("w TXT \"a;b\"\n"), "cbnk", "w# TXT \"a;b\"", NULL},
    {"semicolon in a word", T("w TXT a;b\n"), "cbnk", "w# TXT \"a\"", NULL},
    {"URI not quoted", T("w URI 1 1 a\n"), "nk", "w# URI 1 1 \"a\"", "syntax-dialect"},
    {"CAA tag in upper case", T("w CAA 0 ISSUE \"a\"\n"), "k", "w# CAA 0 ISSUE \"a\"", "syntax-dialect"},
    {"CAA tag quoted", T("w CAA 0 \"issue\" \"a\"\n"), "nk", "w# CAA 0 issue \"a\"", "syntax-dialect"},
    {"DS digest too short", T("w DS 1 8 2 abcd\n"), "nk", "w# DS 1 8 2 ABCD", "syntax-dialect"},
    {"DS at the apex", T("@ DS 1 8 9 abcd\n"), "nk", "example.com. 300 IN DS 1 8 9 ABCD", "syntax-dialect"},
    {"NS at a wildcard", T("* NS a\n"), "nk", "*# NS a.example.com.", "syntax-dialect"},
    {"RRSIG time in seconds", T("w RRSIG A 8 3 300 1 1 1 @ YWJj\n"), "bk", "w# RRSIG A 8 3 300 19700101000001 19700101000001 1 example.com. YWJj", "syntax-dialect"},
    {"base64 with padding inside", T("w DHCID AA==AA==\n"), "k", "w# DHCID AAA=", "syntax-dialect"},
    {"algorithm ECC-GOST", T("w DS 1 ECC-GOST 9 abcd\n"), "nk", "w# DS 1 12 9 ABCD", "syntax-dialect"},
    {"HTTPS key by number", T("w HTTPS 1 . key1=h2\n"), "k", "w# HTTPS \\# 9 000100000100026832", "syntax-dialect"},
    {"HTTPS no-default-alpn alone", T("w HTTPS 1 . no-default-alpn\n"), "nk", "w# HTTPS 1 . no-default-alpn", "syntax-dialect"},
    {"NAPTR bad expression", T("w NAPTR 1 1 u x bad .\n"), "nk", "w# NAPTR 1 1 \"u\" \"x\" \"bad\" .", "syntax-dialect"},
    {"NSEC without types", T("w NSEC a\n"), "k", "w# NSEC a.example.com.", "syntax-dialect"},
    {"IPSECKEY gateway @", T("w IPSECKEY 1 3 2 @ YWJj\n"), "bk", "w# IPSECKEY 1 3 2 example.com. YWJj", "syntax-dialect"},
};
/* clang-format on */

/* RECORDS with "#" for what most of them share. */
static char *
shorten(struct fixture *f, const char *records)
{
	static const char common[] = ".example.com. 300 IN";
	char *out = arena_strdup(f->arena, records), *p;

	while ((p = strstr(out, common)) != NULL) {
		*p = '#';
		memmove(p + 1, p + sizeof(common) - 1,
		    strlen(p + sizeof(common) - 1) + 1);
	}
	return out;
}

/* A fault that leaves a zone which every server reads alike. */
static bool
all_read(const char *rule)
{
	return strcmp(rule, "syntax-doubled-origin") == 0;
}

static void
check(const struct row *r, enum zone_dialect dialect)
{
	char data[1024], label[2] = {"cbnk"[dialect], '\0'};
	struct fixture f;
	const char *got;

	fixture_init(&f);
	memcpy(data, HEAD, sizeof(HEAD) - 1);
	memcpy(data + sizeof(HEAD) - 1, r->text, r->len);
	fixture_file(&f, "zone", data, sizeof(HEAD) - 1 + r->len);
	fixture_load(&f, dialect, NULL);
	if (f.rc != 0)
		fail_msg("%s (%s): %s", r->name, label, f.e.message);
	if (strstr(r->accepted, label) != NULL) {
		got = shorten(&f, fixture_records(&f));
		if (f.zone->broken || strcmp(got, r->records) != 0)
			fail_msg("%s (%s): %s %s", r->name, label, got,
			    fixture_findings(&f));
	} else if (f.fs.n == 0 || strcmp(f.fs.item[0].rule, r->rule) != 0 ||
		   f.zone->broken == all_read(r->rule)) {
		fail_msg("%s (%s): accepted, or by %s", r->name, label,
		    fixture_findings(&f));
	}
	fixture_free(&f);
}

static void
test_rows(void **state)
{
	enum zone_dialect d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (d = ZONE_DIALECT_COMMON; d <= ZONE_DIALECT_KNOT; d++)
			check(&rows[i], d);
}

struct file_row {
	const char *name;
	const char *text;
	const char *file[2]; /* the files "x" and "y" */
	const char *accepted;
	const char *records[2]; /* most dialects; the server named below */
	char differs;
	const char *rule;
};

static const struct file_row file_rows[] = {
    {"included", "$INCLUDE x\n", {"w A 192.0.2.1\n", NULL}, "cbnk",
	{"w# A 192.0.2.1", NULL}, 0, NULL},
    {"lower case", "$include x\n", {"w A 192.0.2.1\n", NULL}, "cbnk",
	{"w# A 192.0.2.1", NULL}, 0, NULL},
    {"quoted name", "$INCLUDE \"x\"\n", {"w A 192.0.2.1\n", NULL}, "bk",
	{"w# A 192.0.2.1", NULL}, 0, "syntax-dialect"},
    {"origin, restored behind it", "$INCLUDE x sub.example.com.\nv A 1.1.1.1\n",
	{"w A 192.0.2.1\n", NULL}, "cbnk",
	{"w.sub# A 192.0.2.1|v# A 1.1.1.1", NULL}, 0, NULL},
    {"relative origin", "$INCLUDE x sub\n", {"w A 192.0.2.1\n", NULL}, "b",
	{"w.sub# A 192.0.2.1", NULL}, 0, "syntax-dialect"},
    {"$ORIGIN inside, restored behind it", "$INCLUDE x\nv A 1.1.1.1\n",
	{"$ORIGIN sub.example.com.\nw A 192.0.2.1\n", NULL}, "cbnk",
	{"w.sub# A 192.0.2.1|v# A 1.1.1.1", NULL}, 0, NULL},
    {"$ORIGIN inside below another origin",
	"$ORIGIN a.example.com.\n$INCLUDE x\nv A 1.1.1.1\n",
	{"$ORIGIN sub.example.com.\nw A 192.0.2.1\n", NULL}, "bk",
	{"v.a# A 1.1.1.1|w.sub# A 192.0.2.1", NULL}, 0, "syntax-dialect"},
    {"$TTL inside", "$INCLUDE x\nv A 1.1.1.1\n", {"$TTL 77\n", NULL}, "bnk",
	{"v.example.com. 77 IN A 1.1.1.1", "v# A 1.1.1.1"}, 'k',
	"syntax-dialect"},
    {"$TTL inside and again behind it", "$INCLUDE x\n$TTL 300\nv A 1.1.1.1\n",
	{"$TTL 77\n", NULL}, "cbnk", {"v# A 1.1.1.1", NULL}, 0, NULL},
    {"blank owner behind an include", "v A 1.1.1.1\n$INCLUDE x\n A 2.2.2.2\n",
	{"w A 192.0.2.1\n", NULL}, "bk",
	{"v# A 1.1.1.1|v# A 2.2.2.2|w# A 192.0.2.1", NULL}, 0,
	"syntax-dialect"},
    {"blank owner behind an empty include",
	"v A 1.1.1.1\n$INCLUDE x\n A 2.2.2.2\n", {"", NULL}, "cbnk",
	{"v# A 1.1.1.1|v# A 2.2.2.2", NULL}, 0, NULL},
    {"blank owner at the beginning of an include", "v A 1.1.1.1\n$INCLUDE x\n",
	{" A 192.0.2.1\n", NULL}, "bn", {"v# A 1.1.1.1|v# A 192.0.2.1", NULL},
	0, NULL},
    {"line of blanks at the beginning of an include", "$INCLUDE x\n",
	{"  \nw A 192.0.2.1\n", NULL}, "bn", {"w# A 192.0.2.1", NULL}, 0,
	"syntax-dialect"},
    {"no newline at the end of an include", "$INCLUDE x\nv A 1.1.1.1\n",
	{"w A 192.0.2.1", NULL}, "bk", {"v# A 1.1.1.1|w# A 192.0.2.1", NULL}, 0,
	"syntax-dialect"},
    {"two semicolons", "$INCLUDE x ; a ; b\n", {"w A 192.0.2.1\n", NULL}, "bk",
	{"w# A 192.0.2.1", NULL}, 0, "syntax-dialect"},
    {"nested", "$INCLUDE x\n", {"$INCLUDE y\n", "w A 192.0.2.1\n"}, "cbnk",
	{"w# A 192.0.2.1", NULL}, 0, NULL},
    {"twice", "$INCLUDE x a.example.com.\n$INCLUDE x b.example.com.\n",
	{"w A 192.0.2.1\n", NULL}, "cbnk",
	{"w.a# A 192.0.2.1|w.b# A 192.0.2.1", NULL}, 0, NULL},
    {"itself", "$INCLUDE zone\n", {NULL, NULL}, "", {"", NULL}, 0,
	"syntax-include"},
    {"each other", "$INCLUDE x\n", {"$INCLUDE y\n", "$INCLUDE x\n"}, "",
	{"", NULL}, 0, "syntax-include"},
    {"missing", "$INCLUDE nothing\n", {NULL, NULL}, "", {"", NULL}, 0,
	"syntax-include"},
    {"absolute path", "$INCLUDE /etc/passwd\n", {NULL, NULL}, "", {"", NULL}, 0,
	"syntax-include"},
    {"path out of the tree", "$INCLUDE ../x\n", {NULL, NULL}, "", {"", NULL}, 0,
	"syntax-include"},
    {"parenthesis open at the end of an include", "$INCLUDE x\nv A 1.1.1.1 )\n",
	{"w TXT ( a\n", NULL}, "", {"", NULL}, 0, "syntax-error"},
};

static void
check_file(const struct file_row *r, enum zone_dialect dialect)
{
	char data[512], label[2] = {"cbnk"[dialect], '\0'};
	struct fixture f;
	const char *got;

	fixture_init(&f);
	snprintf(data, sizeof(data), "%s%s", HEAD, r->text);
	fixture_file(&f, "zone", data, strlen(data));
	if (r->file[0] != NULL)
		fixture_file(&f, "x", r->file[0], strlen(r->file[0]));
	if (r->file[1] != NULL)
		fixture_file(&f, "y", r->file[1], strlen(r->file[1]));
	fixture_load(&f, dialect, NULL);
	if (f.rc != 0)
		fail_msg("%s (%s): %s", r->name, label, f.e.message);
	if (strstr(r->accepted, label) != NULL) {
		got = shorten(&f, fixture_records(&f));
		if (f.zone->broken ||
		    strcmp(got, r->records[r->differs == *label]) != 0)
			fail_msg("%s (%s): %s %s", r->name, label, got,
			    fixture_findings(&f));
	} else if (!f.zone->broken || f.fs.n == 0 ||
		   (r->rule != NULL &&
		       strcmp(f.fs.item[0].rule, r->rule) != 0)) {
		fail_msg("%s (%s): accepted, or by %s", r->name, label,
		    fixture_findings(&f));
	}
	fixture_free(&f);
}

static void
test_files(void **state)
{
	enum zone_dialect d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(file_rows) / sizeof(file_rows[0]); i++)
		for (d = ZONE_DIALECT_COMMON; d <= ZONE_DIALECT_KNOT; d++)
			check_file(&file_rows[i], d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
