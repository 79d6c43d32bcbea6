/* sign, verify, diff: on files, outside any policy. */
#include "command_fixture.h"

#include <glob.h>
#include <signal.h>
#include <time.h>

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

/* What every test below begins with: a key, a zone, and where it goes. */
struct work {
	char key[256], in[128], out[128], old[128];
	const char *keys[1], *files[1];
	struct gate_sign sign;
	struct gate_verify verify;
};

static struct work *
begin_work(struct dir *d)
{
	static struct work w;

	memset(&w, 0, sizeof(w));
	make_keys(d, w.key);
	snprintf(w.in, sizeof(w.in), "%s/in", d->path);
	snprintf(w.out, sizeof(w.out), "%s/signed", d->path);
	snprintf(w.old, sizeof(w.old), "%s/old", d->path);
	w.keys[0] = w.key;
	w.files[0] = w.out;
	w.sign = (struct gate_sign){.file = w.in,
	    .zone = "example.com",
	    .out = w.out,
	    .key = w.keys,
	    .nkeys = 1};
	w.verify = (struct gate_verify){.file = w.files, .nfiles = 1};
	put(d, "in", SOA "www IN A 192.0.2.1\n*.w IN TXT \"x\"\n");
	return &w;
}

/* Rule of the first finding that a verification reports, "" without. */
static const char *
verify_rule(struct dir *d, const struct work *w, int status)
{
	static char rule[64];
	json_t *root, *f;
	int rc;

	d->o.format = "json";
	rc = gate_verify(&d->o, &w->verify);
	d->o.format = NULL;
	root = report(d);
	f = json_array_get(json_object_get(root, "findings"), 0);
	snprintf(rule, sizeof(rule), "%s",
	    f == NULL ? "" : json_string_value(json_object_get(f, "rule")));
	json_decref(root);
	if (rc != status)
		fail_msg("status %d, %s", rc, rule);
	return rule;
}

/* The digest of a zone that carries one is held against it, signed or not. */
static void
test_zonemd(void **state)
{
	static const char *const hashes[] = {"sha384", "sha512"};
	static const char *const edits[] = {
	    "sed -i '/IN.ZONEMD/s/[0-9A-Fa-f]\\{8\\}$/00000000/'",
	    "sed -i 's/IN.ZONEMD.1 /IN ZONEMD 2 /'",
	};
	struct dir *d = *state;
	struct work *w = begin_work(d);
	const char *digest;
	json_t *root;
	size_t i;

	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_string_equal(verify_rule(d, w, 0), "");
	for (i = 0; i < 2; i++) {
		w->sign.zonemd = hashes[i];
		assert_int_equal(gate_sign(&d->o, &w->sign), 0);
		assert_string_equal(verify_rule(d, w, 0), "");
		assert_int_equal(
		    command(d, "grep -c IN.ZONEMD.1.1.[12]", "signed"), 0);
		assert_int_equal(
		    command(d, "kzonecheck -o example.com", "signed"), 0);
		root = report(d);
		digest = json_string_value(json_object_get(
		    json_object_get(
			json_array_get(json_object_get(root, "zones"), 0),
			"dnssec"),
		    "digest"));
		assert_non_null(digest);
		assert_int_equal(strlen(digest), 96);
		json_decref(root);
	}
	for (i = 0; i < 2; i++) {
		assert_int_equal(gate_sign(&d->o, &w->sign), 0);
		assert_int_equal(command(d, edits[i], "signed"), 0);
		verify_rule(d, w, 1);
		assert_int_equal(
		    command(d, "grep -q dnssec-zonemd", "report"), 0);
	}
}

static uint64_t
kept(struct dir *d)
{
	unsigned long made = 0, reused = 0;
	const char *p = strstr(get(d->out), "signatures made");

	assert_non_null(p);
	while (p[-1] != '\n' && p[-1] != '(')
		p--;
	assert_int_equal(sscanf(p, " ok signing %lu signatures made, %lu kept",
			     &made, &reused),
	    2);
	return made << 32 | reused;
}

/* Signatures over what did not change stay, while enough of them is left. */
static void
test_reuse(void **state)
{
	struct dir *d = *state;
	struct work *w = begin_work(d);
	uint64_t all;

	d->o.quiet = false;
	d->o.at = 1800000000;
	w->sign.out = w->old;
	w->sign.jitter = 1;
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	all = kept(d) >> 32;
	w->sign.out = w->out;
	w->sign.reuse = w->old;
	/* All of it, and none of it is made. */
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_true(kept(d) == all);
	/* One address changed: it alone. */
	put(d, "in", SOA "www IN A 192.0.2.9\n*.w IN TXT \"x\"\n");
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_true(kept(d) == ((uint64_t)1 << 32 | (all - 1)));
	/* A TTL is part of what is signed. */
	put(d, "in", SOA "www 60 IN A 192.0.2.1\n*.w IN TXT \"x\"\n");
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_true(kept(d) == ((uint64_t)1 << 32 | (all - 1)));
	/* A week later nothing has more than a week left. */
	d->o.at += 7 * 86400;
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_true(kept(d) == all << 32);
	/* Another key, and nothing of the old one is used. */
	d->o.at -= 7 * 86400;
	assert_int_equal(command(d, "rm", "K*"), 0);
	make_keys(d, w->key);
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_true(kept(d) == all << 32);
	/* What is no zone is no old zone. */
	put(d, "old", "www IN A 1.2.3\n");
	assert_int_equal(gate_sign(&d->o, &w->sign), 2);
}

/* Killed at any moment, OUT is the old zone or the new one, whole. */
static void
test_killed(void **state)
{
	struct dir *d = *state;
	struct work *w = begin_work(d);
	struct timespec pause = {0, 0};
	unsigned long old = 0, new = 0;
	int i, status;
	pid_t pid;

	assert_int_equal(
	    command(d, "dnssec-keygen -q -a 13", "example.com"), 0);
	assert_int_equal(gate_sign(&d->o, &w->sign), 0);
	assert_int_equal(command(d, "cp signed", "old"), 0);
	for (i = 0; i < 40; i++) {
		if ((pid = fork()) == 0)
			_exit(gate_sign(&d->o, &w->sign));
		pause.tv_nsec = i * 2000000L;
		nanosleep(&pause, NULL);
		kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0)
			continue;
		if (command(d, "cmp signed", "old") == 0) {
			old++;
			continue;
		}
		new ++;
		assert_int_equal(gate_verify(&d->o, &w->verify), 0);
		assert_int_equal(command(d, "cp signed", "old"), 0);
	}
	/* Some were in time, some were not. */
	if (old == 0 || new == 0)
		print_message("%lu old, %lu new\n", old, new);
	assert_true(old != 0);
	assert_int_equal(command(d, "test -s", "signed"), 0);
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
	    cmocka_unit_test_setup_teardown(test_zonemd, begin, end),
	    cmocka_unit_test_setup_teardown(test_reuse, begin, end),
	    cmocka_unit_test_setup_teardown(test_killed, begin, end),
	    cmocka_unit_test_setup_teardown(test_diff, begin, end),
	};

	/* The key holder is this program, run anew. */
	if (holder_wanted(argc, argv))
		return holder_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
