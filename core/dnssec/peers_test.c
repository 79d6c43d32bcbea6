/*
 * Signer and validator against the tools of three other projects: what we sign
 * they accept, what they sign we accept. Needs bind9-utils, knot-dnssecutils
 * and ldnsutils.
 */
#include "test_zone.h"

#include <time.h>

static const char *const denial_name[] = {"nsec", "nsec3", "nsec3-optout"};

struct peers {
	char dir[64];
	int64_t now;
};

/* Run a shell command in the scratch directory; its exit status. */
static int run(const struct peers *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int
run(const struct peers *p, const char *fmt, ...)
{
	char command[2048];
	int n = snprintf(command, sizeof(command), "cd %s && { ", p->dir);
	va_list ap;

	va_start(ap, fmt);
	n += vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	va_end(ap);
	snprintf(command + n, sizeof(command) - (size_t)n, "; } >log 2>&1");
	return system(command);
}

static void
must(const struct peers *p, int status, const char *what)
{
	char line[512];
	FILE *fp;

	if (status == 0)
		return;
	snprintf(line, sizeof(line), "%s/log", p->dir);
	if ((fp = fopen(line, "r")) != NULL) {
		while (fgets(line, sizeof(line), fp) != NULL)
			print_message("  %s", line);
		fclose(fp);
	}
	fail_msg("%s: status %d", what, status);
}

static int
set_up(void **state)
{
	static struct peers p;
	char path[96];

	snprintf(p.dir, sizeof(p.dir), "/tmp/zonegate-peers-XXXXXX");
	if (mkdtemp(p.dir) == NULL)
		return -1;
	p.now = (int64_t)time(NULL);
	snprintf(path, sizeof(path), "%s/example.zone", p.dir);
	write_file(path, "$ORIGIN example.\n" TEST_ZONE,
	    strlen("$ORIGIN example.\n" TEST_ZONE));
	*state = &p;
	return 0;
}

static int
tear_down(void **state)
{
	const struct peers *p = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	return system(command);
}

static void
write_signed(const struct peers *p, const struct zone *z,
    const struct dnssec_keys *keys, enum dnssec_denial denial)
{
	struct dnssec_sign_params params = {.now = p->now,
	    .inception = 3600,
	    .expiration = 14 * 86400,
	    .denial = denial};
	struct error e = {0};
	struct text t = TEXT_INIT;
	struct zone *out;
	char path[96];

	if (dnssec_sign(&out, z, keys, &params, &e) != 0)
		fail_msg("signing: %s", e.message);
	zone_to_text(out, &t);
	assert_false(text_lost(&t));
	snprintf(path, sizeof(path), "%s/ours.zone", p->dir);
	write_file(path, t.data, t.len);
	text_free(&t);
	zone_free(out);
}

static void
accepted(const struct peers *p, bool optout, const char *label)
{
	char what[128];

	snprintf(what, sizeof(what), "dnssec-verify, %s", label);
	must(p, run(p, "dnssec-verify -x -o example. ours.zone"), what);
	snprintf(what, sizeof(what), "kzonecheck, %s", label);
	must(p, run(p, "kzonecheck -d on -o example. ours.zone"), what);
	if (optout) /* "it will error on opted-out delegations" */
		return;
	snprintf(what, sizeof(what), "ldns-verify-zone, %s", label);
	must(p, run(p, "ldns-verify-zone ours.zone"), what);
}

static void
test_they_accept(void **state)
{
	static const uint8_t algorithms[] = {8, 10, 13, 14, 15, 16};
	const struct peers *p = *state;
	struct dnssec_keys *keys;
	struct test_zone t;
	char label[64];
	size_t i;
	int d;

	test_zone_open(&t, p->dir, "example.zone");
	for (i = 0; i < sizeof(algorithms); i++) {
		keys = trial(algorithms[i]);
		for (d = DNSSEC_NSEC; d <= DNSSEC_NSEC3_OPTOUT; d++) {
			snprintf(label, sizeof(label), "%s %s",
			    dnssec_algorithm_text(algorithms[i]),
			    denial_name[d]);
			write_signed(p, t.zone, keys, (enum dnssec_denial)d);
			accepted(p, d == DNSSEC_NSEC3_OPTOUT, label);
		}
		dnssec_keys_free(keys);
	}
	test_zone_free(&t);
}

/* No fault; of chains that hash more than RFC 9276 wants, only that. */
static bool
only_hardened(const struct findings *fs, bool hardened)
{
	size_t i;

	for (i = 0; i < fs->n; i++)
		if (strcmp(fs->item[i].rule, "dnssec-nsec3-iterations") != 0)
			return false;
	return (fs->n != 0) == hardened;
}

/* The file must load and validate. */
static void
we_accept(const struct peers *p, const char *file, const char *label)
{
	struct dnssec_result r;
	struct test_zone t;
	struct findings fs;

	test_zone_open(&t, p->dir, file);
	findings_init(&fs, t.arena);
	/* ldns-signzone begins now. */
	r = verify_at(t.zone, (int64_t)time(NULL) + 1, &fs);
	if (!only_hardened(&fs, strstr(label, "with salt") != NULL) ||
	    r.verified != r.rrsets || r.rrsets < 20) {
		print_findings(&fs);
		fail_msg("%s: %zu findings, %u of %u", label, fs.n, r.verified,
		    r.rrsets);
	}
	findings_free(&fs);
	test_zone_free(&t);
}

static const struct {
	const char *name, *denial; /* arguments of dnssec-signzone */
	const char *ldns;          /* of ldns-signzone */
	const char *knot;          /* lines of its policy */
} chains[] = {
    {"nsec", "", "", ""},
    {"nsec3", "-3 -", "-n -t 0", "    nsec3: on\n    nsec3-salt-length: 0\n"},
    {"nsec3 with salt", "-3 c0ffee -H 5", "-n -t 5 -s c0ffee",
	"    nsec3: on\n    nsec3-iterations: 5\n"},
    {"nsec3-optout", "-3 - -A", "-n -t 0 -p",
	"    nsec3: on\n    nsec3-salt-length: 0\n    nsec3-opt-out: on\n"},
};

static const char *const bind_algorithm[] = {"RSASHA256 -b 2048",
    "RSASHA512 -b 2048", "ECDSAP256SHA256", "ECDSAP384SHA384", "ED25519",
    "ED448"};

static void
make_keys(const struct peers *p, const char *algorithm)
{
	must(p,
	    run(p,
		"rm -f K* && dnssec-keygen -q -a %s example. >zsk && "
		"dnssec-keygen -q -f KSK -a %s example. >ksk",
		algorithm, algorithm),
	    "dnssec-keygen");
}

static void
test_bind_and_ldns(void **state)
{
	const struct peers *p = *state;
	char label[128];
	size_t a, c;

	for (a = 0; a < 6; a++) {
		make_keys(p, bind_algorithm[a]);
		for (c = 0; c < sizeof(chains) / sizeof(chains[0]); c++) {
			snprintf(label, sizeof(label), "dnssec-signzone %s %s",
			    bind_algorithm[a], chains[c].name);
			must(p,
			    run(p,
				"dnssec-signzone -P -S -K . %s -o example. "
				"-f bind.zone example.zone",
				chains[c].denial),
			    label);
			we_accept(p, "bind.zone", label);
			snprintf(label, sizeof(label), "ldns-signzone %s %s",
			    bind_algorithm[a], chains[c].name);
			must(p,
			    run(p,
				"ldns-signzone %s -o example. -f ldns.zone "
				"example.zone $(cat zsk) $(cat ksk)",
				chains[c].ldns),
			    label);
			we_accept(p, "ldns.zone", label);
		}
	}
}

static void
test_knot(void **state)
{
	static const char *const algorithm[] = {"rsasha256", "ecdsap256sha256",
	    "ecdsap384sha384", "ed25519", "ed448"};
	const struct peers *p = *state;
	char conf[2048], path[128], label[128];
	size_t a, c;

	for (a = 0; a < 5; a++)
		for (c = 0; c < sizeof(chains) / sizeof(chains[0]); c++) {
			snprintf(conf, sizeof(conf),
			    "database:\n    storage: %s/db\n"
			    "policy:\n  - id: p\n    algorithm: %s\n%s"
			    "zone:\n  - domain: example.\n    storage: %s\n"
			    "    file: example.zone\n    dnssec-signing: on\n"
			    "    dnssec-policy: p\n",
			    p->dir, algorithm[a], chains[c].knot, p->dir);
			snprintf(path, sizeof(path), "%s/knot.conf", p->dir);
			write_file(path, conf, strlen(conf));
			snprintf(label, sizeof(label), "kzonesign %s %s",
			    algorithm[a], chains[c].name);
			must(p,
			    run(p, "rm -rf db out && mkdir db out && kzonesign "
				   "-c knot.conf -o out example."),
			    label);
			we_accept(p, "out/example.zone", label);
		}
}

/* Key pairs of dnssec-keygen sign, and only as the pairs they are. */
static void
test_key_files(void **state)
{
	const struct peers *p = *state;
	static const struct {
		const char *command; /* what happens to the pair in ksk */
		const char *path;
		bool good;
	} c[] = {
	    {"true", "ksk", true},
	    {"cp $(cat ksk).key ksk.key; cp $(cat ksk).private ksk.private",
		"ksk.key", true},
	    {"true", "ksk.private", true},
	    {"sed -i 's/ IN / 300 IN /; s/; /;; /' ksk.key", "ksk", true},
	    {"cp $(cat zsk).private ksk.private", "ksk", false},
	    {"cp $(cat ksk).private ksk.private; sed -i 's/ 257 / 385 /' "
	     "ksk.key",
		"ksk", false},
	    {"cp $(cat ksk).key ksk.key; sed -i 's/^example/other/' ksk.key",
		"ksk", false},
	    {"cp $(cat ksk).key ksk.key; sed -i 's/^Algorithm: .*/Algorithm: "
	     "157/' ksk.private",
		"ksk", false},
	    {"rm ksk.private", "ksk", false},
	    {"echo >ksk.key", "ksk", false},
	    {"mkdir dir.key", "dir", false},
	};
	struct dnssec_keys *keys;
	struct error e;
	char path[128];
	size_t i, a;

	for (a = 0; a < 6; a++) {
		make_keys(p, bind_algorithm[a]);
		must(p,
		    run(p,
			"cp $(cat ksk).key ksk.key && "
			"cp $(cat ksk).private ksk.private && rm -rf dir.key"),
		    "copying");
		for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
			must(p, run(p, "%s", c[i].command), c[i].command);
			snprintf(
			    path, sizeof(path), "%s/%s", p->dir, c[i].path);
			keys = NULL;
			memset(&e, 0, sizeof(e));
			if ((dnssec_keys_add_file(&keys, wire("example."), path,
				 &e) == 0) != c[i].good)
				fail_msg("%s, %s: %s", bind_algorithm[a],
				    c[i].command, e.message);
			assert_int_equal(keys != NULL, c[i].good);
			dnssec_keys_free(keys);
		}
	}
}

/* Signed with files of both kinds of key, and read again by the others. */
static void
test_sign_with_files(void **state)
{
	const struct peers *p = *state;
	struct dnssec_keys *keys;
	struct error e = {0};
	struct test_zone t;
	char path[128];
	size_t a;

	test_zone_open(&t, p->dir, "example.zone");
	for (a = 0; a < 6; a++) {
		keys = NULL;
		make_keys(p, bind_algorithm[a]);
		must(p,
		    run(p, "for k in ksk zsk; do for s in key private; do "
			   "cp $(cat $k).$s $k.$s || exit 1; done; done"),
		    "copying");
		snprintf(path, sizeof(path), "%s/ksk", p->dir);
		if (dnssec_keys_add_file(&keys, wire("example."), path, &e))
			fail_msg("%s: %s", bind_algorithm[a], e.message);
		snprintf(path, sizeof(path), "%s/zsk", p->dir);
		if (dnssec_keys_add_file(&keys, wire("example."), path, &e))
			fail_msg("%s: %s", bind_algorithm[a], e.message);
		write_signed(p, t.zone, keys, DNSSEC_NSEC3);
		accepted(p, false, bind_algorithm[a]);
		we_accept(p, "ours.zone", bind_algorithm[a]);
		dnssec_keys_free(keys);
	}
	test_zone_free(&t);
}

/* The digest in a zone we sign is the one others compute. */
static void
test_zonemd(void **state)
{
	static const char zeros[] = "000000000000000000000000000000000000000000"
				    "000000000000000000000000000000000000000000"
				    "000000000000";
	const struct peers *p = *state;
	struct dnssec_keys *keys = trial(13);
	struct test_zone t;
	char text[4096], path[128];
	int d;

	/* It does ask for one. */
	test_zone_open(&t, p->dir, "example.zone");
	write_signed(p, t.zone, keys, DNSSEC_NSEC);
	assert_int_not_equal(run(p, "ldns-verify-zone -Z -Z ours.zone"), 0);
	test_zone_free(&t);

	snprintf(text, sizeof(text),
	    "$ORIGIN example.\n" TEST_ZONE "@ ZONEMD 3 1 1 %s\n", zeros);
	snprintf(path, sizeof(path), "%s/zonemd.zone", p->dir);
	write_file(path, text, strlen(text));
	test_zone_open(&t, p->dir, "zonemd.zone");
	for (d = DNSSEC_NSEC; d <= DNSSEC_NSEC3; d++) {
		write_signed(p, t.zone, keys, (enum dnssec_denial)d);
		accepted(p, false, "ZONEMD");
		must(p, run(p, "ldns-verify-zone -Z -Z ours.zone"), "ZONEMD");
		we_accept(p, "ours.zone", "ZONEMD");
	}
	dnssec_keys_free(keys);
	test_zone_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_they_accept),
	    cmocka_unit_test(test_bind_and_ldns),
	    cmocka_unit_test(test_knot),
	    cmocka_unit_test(test_key_files),
	    cmocka_unit_test(test_sign_with_files),
	    cmocka_unit_test(test_zonemd),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
