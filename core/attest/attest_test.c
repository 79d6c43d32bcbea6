/* Keys, envelopes and statements: what was signed opens, anything else does
 * not. Keys are made by openssl(1), as people make them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "envelope.h"
#include "statement.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"
#define DIGEST                                                                 \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"     \
	"00112233445566778899aabbccddeeff"

static const char record[] =
    "{\"verdict\":\"pass\",\"policy\":{\"source\":\"p.yaml\",\"digest\":"
    "{\"sha256\":\"ab\"}},\"tool\":\"forged\",\"waived\":[{}],\"zones\":"
    "[{\"name\":\"example.com.\",\"view\":\"\",\"file\":\"z\",\"mode\":"
    "\"trial\",\"serial\":7,\"digest\":{\"sha384\":\"" DIGEST "\"}}]}";

static char dir[64];

static void
run(const char *fmt)
{
	char line[512];

	snprintf(
	    line, sizeof(line), "cd %s && { %s; } >/dev/null 2>&1", dir, fmt);
	assert_int_equal(system(line), 0);
}

static int
begin(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/zonegate-attest.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	run("umask 077; for k in a b; do openssl genpkey -algorithm ed25519 "
	    "-out $k; openssl pkey -in $k -pubout -out $k.pub; done; "
	    "cat b.pub a.pub >both.pub; cp a open; chmod 644 open; "
	    "openssl genpkey -algorithm x25519 -out x; "
	    "openssl pkey -in x -pubout -out x.pub; "
	    "openssl pkey -in a -aes256 -passout pass:geheim -out locked; "
	    "echo nothing >none");
	return 0;
}

static int
end(void **state)
{
	char line[128];

	(void)state;
	snprintf(line, sizeof(line), "rm -r '%s'", dir);
	return system(line);
}

static const char *
at(const char *name)
{
	static char path[2][128];
	static int turn;

	turn ^= 1;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static void
seal(struct text *out, const char *key, const char *payload)
{
	uint8_t signature[ATTEST_SIGNATURE];
	struct text pae = TEXT_INIT;
	char keyid[HASH_HEX];
	struct error e = {0};

	envelope_pae(&pae, ATTEST_PAYLOAD_TYPE, payload, strlen(payload));
	assert_int_equal(
	    attest_sign(at(key), NULL, pae.data, pae.len, signature, keyid, &e),
	    0);
	envelope_build(out, payload, strlen(payload), keyid, signature);
	text_free(&pae);
}

static int
open_with(const char *pub, const char *data, size_t len)
{
	struct text payload = TEXT_INIT;
	struct attest_public *keys;
	struct error e = {0};
	char keyid[HASH_HEX];
	int rc;

	assert_int_equal(attest_public_load(&keys, at(pub), &e), 0);
	rc = envelope_open(&payload, keyid, data, len, keys, &e);
	if (rc == 0)
		assert_string_equal(payload.data, "{\"a\":1}");
	else
		assert_int_equal(payload.len, 0);
	attest_public_free(keys);
	text_free(&payload);
	return rc;
}

static void
test_pae(void **state)
{
	struct text pae = TEXT_INIT;

	(void)state;
	/* The example of the DSSE specification. */
	envelope_pae(&pae, "http://example.com/HelloWorld", "hello world", 11);
	assert_string_equal(
	    pae.data, "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
	text_free(&pae);
}

static void
test_envelope(void **state)
{
	struct text out = TEXT_INIT;
	char *p;

	(void)state;
	seal(&out, "a", "{\"a\":1}");
	assert_int_equal(open_with("a.pub", out.data, out.len), 0);
	assert_int_equal(open_with("both.pub", out.data, out.len), 0);
	assert_int_equal(open_with("b.pub", out.data, out.len), 1);
	assert_int_equal(open_with("a.pub", out.data, out.len - 1), 1);
	assert_int_equal(open_with("a.pub", "", 0), 1);
	/* Another payload, another type, another signature. */
	p = strstr(out.data, "payload\":\"") + 12;
	*p ^= 1;
	assert_int_equal(open_with("a.pub", out.data, out.len), 1);
	*p ^= 1;
	p = strstr(out.data, "in-toto");
	*p = 'I';
	assert_int_equal(open_with("a.pub", out.data, out.len), 1);
	*p = 'i';
	p = strstr(out.data, "sig\":\"") + 8;
	*p = *p == 'A' ? 'B' : 'A';
	assert_int_equal(open_with("a.pub", out.data, out.len), 1);
	text_free(&out);
}

static void
test_keys(void **state)
{
	static const char *const private[] = {
	    "open", "x", "locked", "none", "a.pub", "missing"};
	static const char *const public[] = {"x.pub", "none", "a", "missing"};
	uint8_t signature[ATTEST_SIGNATURE];
	struct attest_public *keys;
	char keyid[HASH_HEX];
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++) {
		memset(&e, 0, sizeof(e));
		print_message("  private key: %s\n", private[i]);
		assert_int_equal(attest_sign(at(private[i]), NULL, "x", 1,
				     signature, keyid, &e),
		    -1);
		assert_int_equal(e.code, ERROR_USAGE);
	}
	for (i = 0; i < sizeof(public) / sizeof(public[0]); i++) {
		memset(&e, 0, sizeof(e));
		print_message("  public key: %s\n", public[i]);
		assert_int_equal(
		    attest_public_load(&keys, at(public[i]), &e), -1);
		assert_int_equal(e.code, ERROR_USAGE);
	}
}

static void
test_statement(void **state)
{
	struct statement_extra x = {.commit = COMMIT,
	    .tool = "zonegate test",
	    .now = 1790000000,
	    .audit_head = "cd"};
	struct text out = TEXT_INIT;
	struct statement s;
	struct error e = {0};

	(void)state;
	assert_int_equal(
	    statement_build(&out, record, sizeof(record) - 1, &x, &e), 0);
	assert_int_equal(statement_read(&s, out.data, out.len, &e), 0);
	assert_string_equal(s.commit, COMMIT);
	assert_string_equal(s.verdict, "pass");
	assert_string_equal(s.tool, "zonegate test");
	assert_string_equal(s.time, "2026-09-21T14:13:20Z");
	assert_string_equal(s.audit_head, "cd");
	assert_int_equal(s.waived, 1);
	assert_int_equal(s.nzones, 1);
	assert_string_equal(s.zone[0].digest, DIGEST);
	assert_int_equal(s.zone[0].serial, 7);
	statement_free(&s);
	text_free(&out);
	assert_int_equal(statement_build(&out, record, 20, &x, &e), -1);
	text_free(&out);
}

/* What is no statement of ours must not be taken for one. */
static void
test_no_statement(void **state)
{
	static const char *const bad[] = {"", "[]", "{}",
	    "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}",
	    "{\"_type\":\"" STATEMENT_TYPE "\",\"predicateType\":\"x\"}",
	    "{\"_type\":\"" STATEMENT_TYPE
	    "\",\"predicateType\":\"" STATEMENT_PREDICATE
	    "\",\"subject\":[{\"digest\":{\"gitCommit\":\"12\"}}]}",
	    "{\"_type\":\"" STATEMENT_TYPE
	    "\",\"predicateType\":\"" STATEMENT_PREDICATE
	    "\",\"subject\":[{\"digest\":{\"gitCommit\":\"" COMMIT "\"}},{}]}",
	    "{\"_type\":\"" STATEMENT_TYPE
	    "\",\"predicateType\":\"" STATEMENT_PREDICATE
	    "\",\"subject\":[{\"digest\":{\"gitCommit\":\"" COMMIT
	    "\"}}],\"predicate\":{\"verdict\":\"pass\",\"tool\":\"t\","
	    "\"time\":\"t\",\"zones\":[{\"name\":\"a.\"}]}}"};
	struct statement s;
	struct error e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&e, 0, sizeof(e));
		assert_int_equal(
		    statement_read(&s, bad[i], strlen(bad[i]), &e), 1);
		statement_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pae),
	    cmocka_unit_test(test_envelope),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_statement),
	    cmocka_unit_test(test_no_statement),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
