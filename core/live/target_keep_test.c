/*
 * The keeper reads what a process sent that may have been turned against us: no
 * octets make it do more than fail, and no address of theirs is contacted that
 * the policy does not allow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "target_keep.h"

/* As in target_keep.c: what is sent is no interface, but its size is known. */
#define HEAD_LEN 16
#define RECORD_LEN 24

static const uint8_t name[] = "\3api\7example\3com";
static const struct policy_net net = {{192, 0, 2}, 4, 24};
static const struct policy_target list = {.name = "t", .net = &net, .nnets = 1};
static const struct policy_target *const lists[] = {&list};
static const struct policy_protected protect = {.name = name,
    .target = lists,
    .ntargets = 1,
    .health = {.url = "https://api.example.com/", .expect = 200}};
static const struct policy policy = {.protect = &protect,
    .nprotects = 1,
    .live = {.timeout_ms = 50, .deadline = 1, .concurrent = 4}};
static const struct live_setup setup = {.policy = &policy};

/* A request of one job without TLSA; PROTECT is an index. */
static size_t
request(uint8_t out[HEAD_LEN + RECORD_LEN], uint64_t n, uint32_t index,
    uint8_t first, uint8_t len, uint16_t ntlsas)
{
	memset(out, 0, HEAD_LEN + RECORD_LEN);
	memcpy(out + 8, &n, 8);
	memcpy(out + HEAD_LEN, &index, 4);
	out[HEAD_LEN + 4] = first;
	out[HEAD_LEN + 20] = len;
	memcpy(out + HEAD_LEN + 22, &ntlsas, 2);
	return HEAD_LEN + RECORD_LEN;
}

static int
handle(const uint8_t *in, size_t len, struct target_result *result, size_t n)
{
	struct text out = TEXT_INIT;
	struct error e = {0};
	uint8_t *copy = malloc(len + 1); /* its own end, for sanitizers */
	int rc;

	assert_non_null(copy);
	memcpy(copy, in, len);
	rc = target_handle(&setup, copy, len, &out, &e);
	assert_true(rc == 0 || e.code != ERROR_NONE);
	if (rc == 0 && result != NULL) {
		assert_int_equal(out.len, n * sizeof(*result));
		memcpy(result, out.data, out.len);
	}
	text_free(&out);
	free(copy);
	return rc;
}

static void
test_malformed(void **state)
{
	static const struct {
		const char *what;
		uint64_t n;
		uint32_t index;
		uint8_t len;
		uint16_t ntlsas;
	} c[] = {
	    {"no job", 0, 0, 4, 0},
	    {"two jobs, one sent", 2, 0, 4, 0},
	    {"very many jobs", UINT64_MAX, 0, 4, 0},
	    {"more jobs than may be", TARGET_JOBS_MAX + 1, 0, 4, 0},
	    {"a name the policy has not", 1, 1, 4, 0},
	    {"a name far behind", 1, UINT32_MAX, 4, 0},
	    {"an address of 5 octets", 1, 0, 5, 0},
	    {"no address", 1, 0, 0, 0},
	    {"TLSA that was not sent", 1, 0, 4, 1},
	    {"too many TLSA", 1, 0, 4, UINT16_MAX},
	};
	uint8_t in[HEAD_LEN + RECORD_LEN];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		len = request(
		    in, c[i].n, c[i].index, 10, c[i].len, c[i].ntlsas);
		if (handle(in, len, NULL, 0) == 0)
			fail_msg("%s: taken", c[i].what);
	}
	len = request(in, 1, 0, 10, 4, 0);
	for (i = 0; i < len; i++)
		if (handle(in, i, NULL, 0) == 0)
			fail_msg("cut to %zu octets: taken", i);
}

/* Whatever is asked for, the lists decide. */
static void
test_forbidden(void **state)
{
	static const uint8_t first[] = {10, 127, 169, 203, 0, 255};
	uint8_t in[HEAD_LEN + RECORD_LEN];
	struct target_result r;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(first); i++) {
		len = request(in, 1, 0, first[i], 4, 0);
		memset(&r, 0xff, sizeof(r));
		if (handle(in, len, &r, 1) != 0)
			fail_msg("%u: not taken", first[i]);
		if (r.available != TARGET_AVAILABLE_UNCHECKED ||
		    r.identity != TARGET_IDENTITY_UNCHECKED || r.ms != 0)
			fail_msg("%u: %s", first[i], r.why);
	}
}

static void
test_noise(void **state)
{
	uint8_t in[200] = {0};
	size_t i, k, len;

	(void)state;
	srand(7);
	for (i = 0; i < 20000; i++) {
		len = (size_t)rand() % sizeof(in);
		for (k = 0; k < len; k++)
			in[k] = (uint8_t)(rand() % 4 == 0 ? rand() : 0);
		if (len > 8)
			in[8] = (uint8_t)(rand() % 4);
		/* No address of 192.0.2.0/24 comes out of that by chance. */
		(void)handle(in, len, NULL, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_malformed),
	    cmocka_unit_test(test_forbidden),
	    cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
