/* The key holder: what it signs, what it refuses, what it can still do. This
 * program is the holder when it is run under the hidden word. */
#include "test_zone.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "holder_wire.h"
#include "keys.h"

#define DAY 86400

struct folder {
	char dir[64];
	char base[2][192]; /* of two key pairs, the KSK first */
};

static void __attribute__((format(printf, 2, 3)))
in(const struct folder *p, const char *fmt, ...)
{
	char line[700], command[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	snprintf(command, sizeof(command),
	    "cd %s && { %s; } >>log 2>&1 </dev/null", p->dir, line);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static int
begin(void **state)
{
	struct folder *p = calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/zonegate-holder-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	*state = p;
	return 0;
}

static int
end(void **state)
{
	struct folder *p = *state;

	in(p, "rm -rf %s", p->dir);
	free(p);
	return 0;
}

/* Name of the pair that dnssec-keygen makes with ARGS, without its ending. */
static void
keygen(struct folder *p, unsigned i, const char *args)
{
	char path[96], name[41], base[192];
	FILE *f;

	in(p, "dnssec-keygen -q %s example >name", args);
	snprintf(path, sizeof(path), "%s/name", p->dir);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%40s", name), 1);
	fclose(f);
	snprintf(base, sizeof(base), "%s/%s", p->dir, name);
	memcpy(p->base[i], base, sizeof(base));
}

static struct holder_config
config_of(const char *const *keys, size_t n)
{
	struct holder_config c = {.key = keys,
	    .nkeys = n,
	    .now = NOW,
	    .validity_max = 14 * DAY,
	    .lanes = 2};

	return c;
}

static struct zone *
sign_held(const struct zone *z, struct holder *h)
{
	struct dnssec_keys *keys;
	struct error e = {0};
	struct zone *out;

	if (dnssec_keys_held(&keys, z->apex, h, NULL, 0, NOW, &e) != 0)
		fail_msg("%s", e.message);
	out = sign(z, keys, DNSSEC_NSEC3);
	dnssec_keys_free(keys);
	return out;
}

static void
test_algorithms(void **state)
{
	static const char *const pairs[][2] = {
	    {"-a 8 -b 2048 -f KSK", "-a 8 -b 2048"},
	    {"-a 10 -b 2048 -f KSK", "-a 10 -b 2048"},
	    {"-a 13 -f KSK", "-a 13"},
	    {"-a 14 -f KSK", "-a 14"},
	    {"-a 15 -f KSK", "-a 15"},
	    {"-a 16 -f KSK", "-a 16"},
	};
	struct folder *p = *state;
	const char *keys[] = {p->base[0], p->base[1]};
	struct holder_config c = config_of(keys, 2);
	struct test_zone t;
	struct holder *h;
	struct error e = {0};
	struct zone *z;
	size_t i;

	test_zone_load(&t, TEST_ZONE);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		keygen(p, 0, pairs[i][0]);
		keygen(p, 1, pairs[i][1]);
		if (holder_start(&h, &c, &e) != 0)
			fail_msg("%s: %s", pairs[i][0], e.message);
		assert_int_equal(holder_count(h), 2);
		assert_int_equal(holder_lanes(h), 2);
		assert_false(holder_key(h, 0)->exposed);
		z = sign_held(t.zone, h);
		expect_valid(z, pairs[i][0]);
		zone_free(z);
		holder_free(h);
	}
	test_zone_free(&t);
}

/* ---- what it is asked to sign -------------------------------------------- */

/* An RRSIG header and an A RRset of www.example., ready to be spoilt. */
struct request {
	uint8_t data[256];
	size_t len, header;
};

static void
put_rr(struct request *r, const char *name, uint16_t type, uint16_t class)
{
	const uint8_t *n = wire(name);
	uint8_t *p = r->data + r->len;
	size_t len = name_len(n);

	memcpy(p, n, len);
	p += len;
	put16(p, type);
	put16(p + 2, class);
	put32(p + 4, 60);
	put16(p + 8, 4);
	memset(p + 10, 1, 4);
	r->len += len + 14;
}

static struct request
good(const struct holder_key *k)
{
	struct request r = {.len = RRSIG_HEADER};

	put16(r.data, RRTYPE_A);
	r.data[2] = k->rdata[3];
	r.data[3] = 2;
	put32(r.data + 4, 60);
	put32(r.data + 8, (uint32_t)(NOW + DAY));
	put32(r.data + 12, (uint32_t)(NOW - 3600));
	put16(r.data + 16, dnskey_tag(k->rdata, k->rdlen));
	memcpy(r.data + r.len, wire("example."), 9);
	r.len += 9;
	r.header = r.len;
	put_rr(&r, "www.example.", RRTYPE_A, RRCLASS_IN);
	return r;
}

static void
expect_answer(
    const struct holder_key *k, struct request r, bool fine, const char *label)
{
	uint8_t *exact = malloc(r.len + 1); /* overruns are seen */
	const char *why;

	memcpy(exact, r.data, r.len);
	why = holder_check(k, exact, r.len, NOW, 14 * DAY);
	free(exact);
	if ((why == NULL) != fine)
		fail_msg("%s: %s", label, why == NULL ? "signed" : why);
}

static void
test_check(void **state)
{
	struct folder *p = *state;
	const char *keys[] = {p->base[0]};
	struct holder_config c = config_of(keys, 1);
	struct holder_key k;
	struct held_keys held;
	struct error e = {0};
	struct request r;
	size_t i;

	keygen(p, 0, "-a 13");
	if (holder_keys_load(&held, &c, &e) != 0)
		fail_msg("%s", e.message);
	k = held.key[0].public;
	expect_answer(&k, good(&k), true, "an RRset");
	for (r = good(&k), i = r.len; i-- > 0;) {
		r.len = i;
		expect_answer(&k, r, false, "cut short");
	}
	r = good(&k);
	put_rr(&r, "www.example.", RRTYPE_A, RRCLASS_IN);
	expect_answer(&k, r, true, "two records");
	put_rr(&r, "w.example.", RRTYPE_A, RRCLASS_IN);
	expect_answer(&k, r, false, "two names");
	r = good(&k);
	put_rr(&r, "www.example.", RRTYPE_TXT, RRCLASS_IN);
	expect_answer(&k, r, false, "two types");
	r = good(&k);
	r.len = r.header;
	put_rr(&r, "www.example.net.", RRTYPE_A, RRCLASS_IN);
	expect_answer(&k, r, false, "a name of another zone");
	r.len = r.header;
	put_rr(&r, "www.example.", RRTYPE_A, 3);
	expect_answer(&k, r, false, "another class");
	r = good(&k);
	put16(r.data, RRTYPE_TXT);
	expect_answer(&k, r, false, "covers another type");
	r = good(&k);
	r.data[2] = 8;
	expect_answer(&k, r, false, "another algorithm");
	r = good(&k);
	r.data[17] ^= 1;
	expect_answer(&k, r, false, "another tag");
	k.rdata[1] |= DNSKEY_REVOKE;
	r = good(&k);
	k.rdata[1] &= (uint8_t)~DNSKEY_REVOKE;
	expect_answer(&k, r, true, "the tag of the key when it is revoked");
	r = good(&k);
	r.data[RRSIG_HEADER + 1] = 'x';
	expect_answer(&k, r, false, "another signer");
	r = good(&k);
	put32(r.data + 8, (uint32_t)(NOW + 15 * DAY));
	expect_answer(&k, r, false, "valid for too long");
	put32(r.data + 8, (uint32_t)(NOW - 1));
	expect_answer(&k, r, false, "expired");
	r = good(&k);
	put32(r.data + 12, (uint32_t)(NOW + 1));
	expect_answer(&k, r, false, "begins later");
	put32(r.data + 12, (uint32_t)(NOW - 8 * DAY));
	expect_answer(&k, r, false, "began too long ago");
	holder_keys_free(&held);
}

/* The same through the process: one bad item spoils its request, not the lane.
 */
static void
test_refusal(void **state)
{
	struct folder *p = *state;
	const char *keys[] = {p->base[0]};
	struct holder_config c = config_of(keys, 1);
	uint8_t items[1024], sig[128];
	struct holder_item item = {0, 0};
	struct error e = {0};
	struct request r;
	struct holder *h;

	keygen(p, 0, "-a 13");
	assert_int_equal(holder_start(&h, &c, &e), 0);
	r = good(holder_key(h, 0));
	item.len = (uint32_t)r.len;
	memcpy(items, &item, sizeof(item));
	memcpy(items + sizeof(item), r.data, r.len);
	assert_int_equal(
	    holder_sign(h, 0, items, sizeof(item) + r.len, 1, sig, 64), 0);
	items[sizeof(item)] ^= 1;
	assert_int_equal(
	    holder_sign(h, 0, items, sizeof(item) + r.len, 1, sig, 64), -1);
	assert_int_equal(holder_failure(h, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	items[sizeof(item)] ^= 1;
	item.key = 7;
	memcpy(items, &item, sizeof(item));
	assert_int_equal(
	    holder_sign(h, 0, items, sizeof(item) + r.len, 1, sig, 64), -1);
	item.key = 0;
	memcpy(items, &item, sizeof(item));
	assert_int_equal(
	    holder_sign(h, 0, items, sizeof(item) + r.len, 1, sig, 64), 0);
	/* The other lane knows nothing of it. */
	assert_int_equal(
	    holder_sign(h, 1, items, sizeof(item) + r.len, 1, sig, 64), 0);
	holder_free(h);
}

/* ---- what it was told to load -------------------------------------------- */

static void
expect_refused(const struct holder_config *c, const char *label)
{
	struct error e = {0};
	struct holder *h;

	if (holder_start(&h, c, &e) == 0)
		fail_msg("%s: loaded", label);
	if (e.code != ERROR_USAGE || e.message[0] == '\0')
		fail_msg("%s: code %d", label, (int)e.code);
	assert_null(h);
}

static void
test_loading(void **state)
{
	struct folder *p = *state;
	const char *keys[] = {p->base[0]}, *other[] = {NULL};
	struct holder_config c = config_of(keys, 1);
	struct error e = {0};
	struct holder *h;

	keygen(p, 0, "-a 13");
	keygen(p, 1, "-a 13");
	in(p, "chmod 644 %s.private", p->base[0]);
	assert_int_equal(holder_start(&h, &c, &e), 0);
	assert_true(holder_key(h, 0)->exposed);
	holder_free(h);
	/* In a directory only names in it will do. */
	c.directory = p->dir;
	expect_refused(&c, "a path where a name is wanted");
	other[0] = strrchr(p->base[0], '/') + 1;
	c.key = other;
	assert_int_equal(holder_start(&h, &c, &e), 0);
	holder_free(h);
	other[0] = "K../../etc/passwd";
	expect_refused(&c, "a path up");
	other[0] = "Kexample.+013+00000";
	expect_refused(&c, "not there");
	c.directory = NULL;
	other[0] = "pkcs11:object=x?pin-value=1234";
	expect_refused(&c, "a PIN in a URI");
	other[0] = "pkcs11:object=x?pin-source=|cat";
	expect_refused(&c, "a PIN from a program");
	c.key = keys;
	in(p, "chmod 600 %s.private", p->base[0]);
	in(p, "cp %s.private %s.private", p->base[1], p->base[0]);
	expect_refused(&c, "halves of two keys");
	in(p, "echo Publish: never >>%s.private", p->base[1]);
	keys[0] = p->base[1];
	expect_refused(&c, "a time that is none");
}

/* ---- tokens -------------------------------------------------------------- */

/* A key of ID in a token of SoftHSM's, and its .key file. */
static void
import(struct folder *p, const char *name, int type, uint8_t algorithm)
{
	ldns_key *key = ldns_key_new_frm_algorithm(
	    (ldns_signing_algorithm)algorithm, type);
	char path[160], text[1400] = "example. IN DNSKEY 257 3 ";
	ldns_rdf *rdf;
	size_t len;
	uint8_t *rdata;
	char *b64;
	FILE *f;

	assert_non_null(key);
	snprintf(path, sizeof(path), "%s/%s.pem", p->dir, name);
	assert_non_null(f = fopen(path, "w"));
	assert_int_equal(PEM_write_PKCS8PrivateKey(f, ldns_key_evp_key(key),
			     NULL, NULL, 0, NULL, NULL),
	    1);
	fclose(f);
	rdata = keys_public(key, wire("example."), 257, &len);
	assert_non_null(rdata);
	rdf = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_B64, len - 4, rdata + 4);
	b64 = ldns_rdf2str(rdf);
	snprintf(text, sizeof(text), "example. IN DNSKEY 257 3 %u %s\n",
	    algorithm, b64);
	snprintf(path, sizeof(path), "%s/K%s.key", p->dir, name);
	write_file(path, text, strlen(text));
	free(b64);
	free(rdata);
	ldns_rdf_deep_free(rdf);
	ldns_key_deep_free(key);
	in(p,
	    "softhsm2-util --import %s.pem --token zg --label %s --id %02u "
	    "--pin 1234",
	    name, name, algorithm);
}

static void
make_token(struct folder *p)
{
	char path[160], text[256];

	snprintf(path, sizeof(path), "%s/softhsm2.conf", p->dir);
	snprintf(text, sizeof(text),
	    "directories.tokendir = %s/tokens\nlog.level = ERROR\n", p->dir);
	write_file(path, text, strlen(text));
	setenv("SOFTHSM2_CONF", path, 1);
	in(p, "mkdir tokens; echo 1234 >pin; chmod 600 pin");
	in(p, "softhsm2-util --init-token --free --label zg --pin 1234 "
	      "--so-pin 5678");
	import(p, "ec", 0, 13);
	import(p, "rsa", 2048, 8);
}

static void
test_token(void **state)
{
	static const char *const names[] = {"ec", "rsa"};
	struct folder *p = *state;
	char uri[512], published[2][128], pin[96];
	const char *keys[] = {uri};
	const char *files[] = {published[0], published[1]};
	struct holder_config c = config_of(keys, 1);
	struct error e = {0};
	struct test_zone t;
	struct holder *h;
	struct zone *z;
	size_t i;

	make_token(p);
	test_zone_load(&t, TEST_ZONE);
	c.published = files;
	c.npublished = 2;
	c.module = "/usr/lib/softhsm/libsofthsm2.so";
	for (i = 0; i < 2; i++)
		snprintf(published[i], sizeof(published[i]), "%s/K%s.key",
		    p->dir, names[i]);
	for (i = 0; i < 2; i++) {
		snprintf(uri, sizeof(uri),
		    "pkcs11:token=zg;object=%s;type=private"
		    "?pin-source=file:%s/pin",
		    names[i], p->dir);
		if (holder_start(&h, &c, &e) != 0)
			fail_msg("%s: %s", uri, e.message);
		assert_true(holder_key(h, 0)->token);
		z = sign_held(t.zone, h);
		expect_valid(z, names[i]);
		zone_free(z);
		holder_free(h);
	}
	/* The policy names the key, the server where PIN and module are. */
	snprintf(pin, sizeof(pin), "%s/pin", p->dir);
	c.directory = p->dir;
	c.npublished = 0;
	expect_refused(&c, "a policy that names the server's files");
	c.pin_file = pin;
	snprintf(uri, sizeof(uri), "pkcs11:token=zg;object=ec");
	if (holder_start(&h, &c, &e) != 0)
		fail_msg("%s: %s", uri, e.message);
	holder_free(h);
	in(p, "rm Kec.key");
	expect_refused(&c, "nothing tells the DNSKEY");
	snprintf(uri, sizeof(uri), "pkcs11:token=zg;object=nothing");
	expect_refused(&c, "no such key");
	in(p, "chmod 644 pin");
	snprintf(uri, sizeof(uri), "pkcs11:token=zg;object=rsa");
	expect_refused(&c, "everybody's PIN");
	in(p, "chmod 600 pin; echo 9999 >pin");
	expect_refused(&c, "the wrong PIN");
	test_zone_free(&t);
}

/* ---- what it can still do ------------------------------------------------ */

static int
confined(int (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct error e;

		signal(SIGSYS, SIG_DFL);
		_exit(holder_limit(&e) != 0 || holder_confine(false, &e) != 0
			  ? 100
			  : attempt());
	}
	while (waitpid(pid, &status, 0) < 0)
		continue;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static int
open_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 0 : 1;
}

static int
open_new(void)
{
	return open("/tmp/zonegate-never", O_WRONLY | O_CREAT, 0600) < 0 ? 0
									 : 1;
}

static int
make_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 2 : 1;
}

static int
run_program(void)
{
	char *const argv[] = {NULL};

	execv("/bin/true", argv);
	return 1;
}

static int
start_process(void)
{
	return fork() == 0 ? 2 : 1;
}

static int
take_memory(void)
{
	void *p = malloc((size_t)8 << 20);
	int rc = p == NULL;

	free(p);
	return rc;
}

static void
test_confined(void **state)
{
	static const struct {
		const char *label;
		int (*attempt)(void);
		int status;
	} c[] = {
	    {"memory", take_memory, 0},
	    {"reading a file", open_file, 0},
	    {"writing one", open_new, 0},
	    {"a socket", make_socket, 128 + SIGSYS},
	    {"a program", run_program, 128 + SIGSYS},
	    {"a process", start_process, 128 + SIGSYS},
	};
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		if ((rc = confined(c[i].attempt)) != c[i].status)
			fail_msg("%s: %d", c[i].label, rc);
}

/* The process id of the holder: this program's only child. */
static pid_t
child_of_ours(void)
{
	FILE *f = fopen("/proc/thread-self/children", "r");
	int pid = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	return pid;
}

/* Every thread of a running holder is under a filter; nobody may trace it. */
static void
test_running(void **state)
{
	struct folder *p = *state;
	const char *keys[] = {p->base[0]};
	struct holder_config c = config_of(keys, 1);
	struct error e = {0};
	struct holder *h;
	char script[512];
	pid_t pid;

	keygen(p, 0, "-a 13");
	c.lanes = 4;
	assert_int_equal(holder_start(&h, &c, &e), 0);
	pid = child_of_ours();
	snprintf(script, sizeof(script),
	    "test $(ls /proc/%d/task | wc -l) = 4; "
	    "test $(cat /proc/%d/task/*/status | grep -c 'Seccomp:.2') = 4; "
	    "test $(cat /proc/%d/task/*/status | grep -c 'NoNewPrivs:.1') = 4; "
	    "test $(tr -d '\\0' </proc/%d/environ | wc -c) -lt 400; "
	    "test $(stat -c %%u /proc/%d/mem) = 0",
	    pid, pid, pid, pid, pid);
	in(p, "set -e; %s", script);
	holder_free(h);
}

/* A holder that is gone is an error, in every lane, and no signature. */
static void
test_lost(void **state)
{
	struct folder *p = *state;
	const char *keys[] = {p->base[0]};
	struct holder_config c = config_of(keys, 1);
	struct dnssec_sign_params params = {
	    .now = NOW, .inception = 3600, .expiration = DAY};
	struct dnssec_keys *set;
	struct test_zone t;
	struct error e = {0};
	struct holder *h;
	struct zone *out;

	test_zone_load(&t, TEST_ZONE);
	keygen(p, 0, "-a 13");
	assert_int_equal(holder_start(&h, &c, &e), 0);
	assert_int_equal(
	    dnssec_keys_held(&set, t.zone->apex, h, NULL, 0, NOW, &e), 0);
	assert_int_equal(kill(child_of_ours(), SIGKILL), 0);
	assert_int_equal(dnssec_sign(&out, t.zone, set, &params, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	assert_null(out);
	dnssec_keys_free(set);
	holder_free(h);
	test_zone_free(&t);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_algorithms, begin, end),
	    cmocka_unit_test_setup_teardown(test_check, begin, end),
	    cmocka_unit_test_setup_teardown(test_refusal, begin, end),
	    cmocka_unit_test_setup_teardown(test_loading, begin, end),
	    cmocka_unit_test_setup_teardown(test_token, begin, end),
	    cmocka_unit_test(test_confined),
	    cmocka_unit_test_setup_teardown(test_running, begin, end),
	    cmocka_unit_test_setup_teardown(test_lost, begin, end),
	};

	if (holder_wanted(argc, argv))
		return holder_main();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
