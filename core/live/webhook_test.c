/* Which webhooks are refused, and what is signed. That it arrives is tested by
 * testdata/live/targets_watch.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "webhook.h"

static char secret[] = "/tmp/zonegate-webhook-XXXXXX";

static void
write_secret(const char *data, size_t len, mode_t mode)
{
	FILE *f = fopen(secret, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(secret, mode), 0);
}

static void
test_url(void **state)
{
	static const struct {
		const char *url;
		bool allow_http, fine;
	} c[] = {
	    {"https://alerts.example.net/zonegate", false, true},
	    {"https://alerts.example.net:8443/a?b=c", false, true},
	    {"https://127.0.0.1/", false, true},
	    {"http://127.0.0.1:8080/", true, true},
	    {"http://127.9.9.9/", true, true},
	    {"http://[::1]:8080/", true, true},
	    {"http://127.0.0.1:8080/", false, false},
	    {"http://localhost/", true, false},
	    {"http://192.0.2.1/", true, false},
	    {"http://alerts.example.net/", true, false},
	    {"http://[::ffff:127.0.0.1]/", true, false},
	    {"http://127.0.0.1@192.0.2.1/", true, false},
	    {"http://127.0.0.1.example.net/", true, false},
	    {"https://user@alerts.example.net/", false, false},
	    {"https://user:word@alerts.example.net/", false, false},
	    {"file:///etc/passwd", true, false},
	    {"gopher://127.0.0.1/", true, false},
	    {"alerts.example.net", false, false},
	    {"", false, false},
	};
	struct webhook w;
	struct error e;
	size_t i;
	int rc;

	(void)state;
	write_secret("0123456789abcdef", 16, 0600);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		memset(&e, 0, sizeof(e));
		rc = webhook_open(&w, c[i].url, secret, c[i].allow_http, &e);
		if ((rc == 0) != c[i].fine)
			fail_msg("%s: %d, %s", c[i].url, rc, e.message);
		if (rc != 0 && e.code != ERROR_USAGE)
			fail_msg("%s: no usage error", c[i].url);
		webhook_free(&w);
	}
}

static void
test_secret(void **state)
{
	static const struct {
		const char *data;
		mode_t mode;
		size_t len; /* 0: refused */
	} c[] = {
	    {"0123456789abcdef", 0600, 16},
	    {"0123456789abcdef\n", 0400, 16},
	    {"0123456789abcdef\n\n", 0600, 17},
	    {"0123456789abcde\n", 0600, 0},
	    {"", 0600, 0},
	    {"0123456789abcdef", 0640, 0},
	    {"0123456789abcdef", 0604, 0},
	};
	struct webhook w;
	struct error e;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		write_secret(c[i].data, strlen(c[i].data), c[i].mode);
		rc = webhook_open(&w, "https://a.example/", secret, false, &e);
		if ((rc == 0) != (c[i].len != 0) ||
		    (rc == 0 && w.secret_len != c[i].len))
			fail_msg(
			    "case %zu: %d, %zu octets", i, rc, w.secret_len);
		webhook_free(&w);
	}
	assert_int_equal(
	    webhook_open(&w, "https://a.example/", "/", false, &e), -1);
	webhook_free(&w);
	assert_int_equal(
	    webhook_open(&w, "https://a.example/", NULL, false, &e), -1);
	webhook_free(&w);
}

static void
test_sign(void **state)
{
	static const char body[] = "{\"a\":1}";
	char out[WEBHOOK_SIGNATURE], other[WEBHOOK_SIGNATURE];
	struct webhook w;
	struct error e;

	(void)state;
	write_secret("0123456789abcdef\n", 17, 0600);
	assert_int_equal(
	    webhook_open(&w, "https://a.example/", secret, false, &e), 0);
	assert_int_equal(
	    webhook_sign(out, &w, 1795561200, body, strlen(body)), 0);
	assert_string_equal(out,
	    "v1="
	    "d0ae81fbf39dbafbe587c550f71874080a0f0d625178966d56220c13a932b95b");
	assert_int_equal(
	    webhook_sign(other, &w, 1795561201, body, strlen(body)), 0);
	assert_string_not_equal(out, other);
	assert_int_equal(
	    webhook_sign(other, &w, 1795561200, body, strlen(body) - 1), 0);
	assert_string_not_equal(out, other);
	assert_int_equal(webhook_sign(out, &w, 0, "", 0), 0);
	webhook_free(&w);
}

static int
make_secret(void **state)
{
	int fd = mkstemp(secret);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
remove_secret(void **state)
{
	(void)state;
	return unlink(secret);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_url),
	    cmocka_unit_test(test_secret),
	    cmocka_unit_test(test_sign),
	};

	return cmocka_run_group_tests(tests, make_secret, remove_secret);
}
