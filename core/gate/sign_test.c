/* sign, verify, diff: on files, outside any policy. */
#include "command_fixture.h"

#include <glob.h>

#include "../dns/name.h"
#include "../dnssec/holder.h"
#include "anchor.h"

/* ---- anchors ------------------------------------------------------------- */

#define DIGEST                                                                 \
	"0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

static void
test_anchors(void **state)
{
	static const struct {
		const char *label, *text;
		size_t n;      /* for example.com. */
		uint32_t line; /* of the error, 0: none */
	} cases[] = {
	    {"DS", "example.com. IN DS 1 13 2 " DIGEST "\n", 1, 0},
	    {"no newline", "example.com. IN DS 1 13 2 " DIGEST, 1, 0},
	    {"TTL and class", "EXAMPLE.com. 60 in ds 1 13 2 " DIGEST "\n", 1,
		0},
	    {"split",
		"; comment\nexample.com. IN DS 1 13 2 (\n 0123456789abcdef\n"
		"0123456789ABCDEF0123456789abcdef0123456789abcdef ) ; end\n",
		1, 0},
	    {"key", "example.com. IN DNSKEY 257 3 13 AQIDBA==\n", 1, 0},
	    {"another zone", "example.net. DS 1 13 2 " DIGEST "\n", 0, 0},
	    {"two",
		"example.com. DS 1 13 2 " DIGEST "\n"
		"example.com. DNSKEY 257 3 13 AQIDBA==\n",
		2, 0},
	    {"odd digits", "\nexample.com. DS 1 13 2 123\n", 0, 2},
	    {"no digits", "example.com. DS 1 13 2\n", 0, 1},
	    {"not base64", "example.com. DNSKEY 257 3 13 A*==\n", 0, 1},
	    {"number too large", "example.com. DS 65536 13 2 00\n", 0, 1},
	    {"another type", "example.com. A 192.0.2.1\n", 0, 1},
	};
	struct dir *d = *state;
	uint8_t apex[NAME_MAX_LEN];
	struct anchors a;
	struct error e;
	size_t i, n;
	int rc;

	name_from_text(apex, "example.com", 11, NULL, NULL);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(d, "anchor", cases[i].text);
		memset(&e, 0, sizeof(e));
		rc = anchors_load(&a, at(d, "anchor"), &e);
		if ((rc == 0) != (cases[i].line == 0) ||
		    e.line != cases[i].line)
			fail_msg("%s: %d, line %u", cases[i].label, rc,
			    (unsigned)e.line);
		if (rc == 0) {
			anchors_of(&a, apex, &n);
			if (n != cases[i].n)
				fail_msg("%s: %zu anchors", cases[i].label, n);
		}
		anchors_free(&a);
	}
	put(d, "anchor", "; nothing\n");
	assert_int_equal(anchors_load(&a, at(d, "anchor"), &e), -1);
	anchors_free(&a);
}

/* ---- sign, verify, diff -------------------------------------------------- */

static void
make_keys(struct dir *d, char base[256])
{
	char pattern[128];
	glob_t g;

	assert_int_equal(
	    command(d, "dnssec-keygen -q -a 13 -f KSK", "example.com"), 0);
	snprintf(pattern, sizeof(pattern), "%s/K*.key", d->path);
	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	assert_true(g.gl_pathc == 1 && strlen(g.gl_pathv[0]) < 256);
	strcpy(base, g.gl_pathv[0]);
	base[strlen(base) - strlen(".key")] = '\0';
	globfree(&g);
}

static void
test_sign(void **state)
{
	struct dir *d = *state;
	char key[256], in[128], out[128];
	const char *keys[] = {key}, *files[] = {out};
	struct gate_sign sign = {.file = in,
	    .zone = "example.com",
	    .out = out,
	    .key = keys,
	    .nkeys = 1};
	struct gate_verify verify = {.file = files, .nfiles = 1};
	struct stat st;
	json_t *root;
	mode_t mask;

	make_keys(d, key);
	snprintf(in, sizeof(in), "%s/in", d->path);
	snprintf(out, sizeof(out), "%s/signed", d->path);
	put(d, "in", SOA "www IN A 192.0.2.1\n*.w IN TXT \"x\"\n");
	mask = umask(027);
	assert_int_equal(gate_sign(&d->o, &sign), 0);
	umask(mask);
	assert_int_equal(stat(out, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* A file that is there keeps its permissions. */
	assert_int_equal(chmod(out, 0664), 0);
	assert_int_equal(gate_sign(&d->o, &sign), 0);
	assert_int_equal(stat(out, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0664);
	assert_int_equal(gate_verify(&d->o, &verify), 0);
	assert_int_equal(
	    command(d, "dnssec-verify -q -z -o example.com", "signed"), 0);
	/* Changed behind the signature's back. */
	assert_int_equal(
	    command(d, "sed -i 's/192.0.2.1$/192.0.2.2/'", "signed"), 0);
	d->o.format = "json";
	assert_int_equal(gate_verify(&d->o, &verify), 1);
	root = report(d);
	assert_string_equal(
	    json_string_value(json_object_get(
		json_array_get(json_object_get(root, "findings"), 0), "rule")),
	    "dnssec-bogus");
	json_decref(root);
	/* Long after the signatures' end. */
	d->o.at = 4000000000;
	assert_int_equal(gate_verify(&d->o, &verify), 1);
}

/* Whatever goes wrong, OUT is what it was and nothing lies beside it. */
static void
test_sign_leaves(void **state)
{
	struct dir *d = *state;
	char key[256], in[128], out[128];
	const char *keys[] = {key};
	struct gate_sign sign = {.file = in,
	    .zone = "example.com",
	    .out = out,
	    .key = keys,
	    .nkeys = 1};

	make_keys(d, key);
	snprintf(in, sizeof(in), "%s/in", d->path);
	snprintf(out, sizeof(out), "%s/signed", d->path);
	put(d, "signed", "the old one\n");
	put(d, "in", SOA "www IN A 1.2.3\n");
	assert_int_equal(gate_sign(&d->o, &sign), 1);
	d->o.exit_zero = true;
	assert_int_equal(gate_sign(&d->o, &sign), 0);
	d->o.exit_zero = false;
	put(d, "in", SOA);
	sign.zone = "example.net";
	assert_int_not_equal(gate_sign(&d->o, &sign), 0);
	sign.zone = "example.com";
	sign.out = in;
	assert_int_equal(gate_sign(&d->o, &sign), 2);
	sign.out = out;
	key[strlen(key) - 1] ^= 1;
	assert_int_equal(gate_sign(&d->o, &sign), 2);
	assert_string_equal(get(out), "the old one\n");
	assert_int_equal(command(d, "test -z \"$(ls signed.*)\"", ""), 0);
	assert_string_equal(get(in), SOA);
}

static void
test_diff(void **state)
{
	static const struct {
		const char *label, *old, *new;
		int status;
		size_t changes, answers;
	} cases[] = {
	    {"nothing", SOA, SOA, 0, 0, 0},
	    {"how it is written", SOA "www IN A 192.0.2.1\n",
		SOA "www.EXAMPLE.com. 1h A 192.0.2.1 ; note\n", 0, 0, 0},
	    {"one added", SOA, SOA "www IN A 192.0.2.1\n", 0, 1, 1},
	    {"a TTL", SOA "w 60 IN A 192.0.2.1\n", SOA "w 61 IN A 192.0.2.1\n",
		0, 1, 1},
	    {"behind an alias", SOA "c IN CNAME w\nw IN A 192.0.2.1\n",
		SOA "c IN CNAME w\nw IN A 192.0.2.2\n", 0, 1, 1},
	    {"a cut over a name", SOA "a.b IN A 192.0.2.1\n",
		SOA "a.b IN A 192.0.2.1\nb IN NS ns1\n", 0, 1, 2},
	    {"broken", SOA, SOA "www IN A 1.2.3\n", 1, 0, 0},
	};
	struct dir *d = *state;
	char old[128], new[128];
	struct gate_diff diff = {.old = old, .new = new, .answers = true};
	json_t *root;
	size_t i, changes, answers;
	int rc;

	snprintf(old, sizeof(old), "%s/old", d->path);
	snprintf(new, sizeof(new), "%s/new", d->path);
	d->o.format = "json";
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(d, "old", cases[i].old);
		put(d, "new", cases[i].new);
		rc = gate_diff(&d->o, &diff);
		root = report(d);
		changes = json_array_size(json_object_get(root, "changes"));
		answers = json_array_size(json_object_get(root, "answers"));
		if (rc != cases[i].status || changes != cases[i].changes ||
		    answers != cases[i].answers)
			fail_msg("%s: status %d, %zu changes, %zu answers",
			    cases[i].label, rc, changes, answers);
		json_decref(root);
	}
	put(d, "new", "$ORIGIN example.net.\n$TTL 1\n@ SOA a b 1 2 3 4 5\n");
	assert_int_equal(gate_diff(&d->o, &diff), 2);
	diff.new = "/nowhere/at-all";
	assert_int_equal(gate_diff(&d->o, &diff), 2);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_anchors, begin, end),
	    cmocka_unit_test_setup_teardown(test_sign, begin, end),
	    cmocka_unit_test_setup_teardown(test_sign_leaves, begin, end),
	    cmocka_unit_test_setup_teardown(test_diff, begin, end),
	};

	/* The key holder is this program, run anew. */
	if (holder_wanted(argc, argv))
		return holder_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
