/*
 * Which addresses and URLs may be asked at all. What real servers make of it is
 * tested by testdata/live/targets.py, which runs this program with --ask.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "../dns/name.h"
#include "target.h"

static const struct policy_health health_none = {.expect = 200};

static uint8_t
address(uint8_t out[16], const char *text)
{
	if (inet_pton(AF_INET, text, out) == 1)
		return 4;
	return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
}

static void
block(struct policy_net *net, const char *text)
{
	char copy[64];
	char *slash;

	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	assert_non_null(slash);
	*slash = '\0';
	memset(net, 0, sizeof(*net));
	net->len = address(net->addr, copy);
	net->prefix = (uint8_t)atoi(slash + 1);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *list, *address;
		bool allowed;
	} c[] = {
	    {"192.0.2.0/28", "192.0.2.7", true},
	    {"192.0.2.0/28", "192.0.2.16", false},
	    {"0.0.0.0/0", "203.0.113.1", true},
	    {"0.0.0.0/0", "169.254.169.254", false},
	    {"0.0.0.0/0", "127.0.0.1", false},
	    {"0.0.0.0/0", "10.1.1.1", false},
	    {"0.0.0.0/0", "0.0.0.0", false},
	    {"0.0.0.0/0", "224.0.0.1", false},
	    {"128.0.0.0/1", "169.254.169.254", false},
	    {"168.0.0.0/7", "169.254.169.254", false},
	    {"169.254.0.0/16", "169.254.169.254", true},
	    {"169.254.169.254/32", "169.254.169.254", true},
	    {"127.0.0.0/8", "127.0.0.5", true},
	    {"126.0.0.0/7", "127.0.0.5", false},
	    {"10.0.0.0/8", "10.200.0.1", true},
	    {"10.0.0.0/7", "10.200.0.1", false},
	    {"0.0.0.0/0", "::ffff:169.254.169.254", false},
	    {"0.0.0.0/0", "64:ff9b::169.254.169.254", false},
	    {"0.0.0.0/0", "64:ff9b::10.0.0.1", false},
	    {"0.0.0.0/0", "2002:a9fe:a9fe::1", false},
	    {"0.0.0.0/0", "::127.0.0.1", false},
	    {"192.0.2.0/24", "64:ff9b::192.0.2.1", true},
	    {"::/0", "64:ff9b::192.0.2.1", false},
	    {"::/0", "::1", false},
	    {"::/0", "fe80::1", false},
	    {"::/0", "fd00:ec2::254", false},
	    {"::/0", "2001:db8::1", true},
	    {"::1/128", "::1", true},
	    {"fd00:ec2::/32", "fd00:ec2::254", true},
	};
	struct policy_net net;
	struct policy_target list = {.name = "t", .net = &net, .nnets = 1};
	const struct policy_target *lists[] = {&list};
	struct policy_protected p = {.target = lists, .ntargets = 1};
	uint8_t addr[16];
	const char *why;
	uint8_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		block(&net, c[i].list);
		len = address(addr, c[i].address);
		why = target_refused(&p, addr, len);
		if ((why == NULL) != c[i].allowed)
			fail_msg("%s in %s: %s", c[i].address, c[i].list,
			    why == NULL ? "allowed" : why);
	}
	assert_non_null(target_refused(&p, addr, 0));
	assert_non_null(target_refused(&p, addr, 5));
}

static void
test_port(void **state)
{
	static const struct {
		const char *url;
		int port; /* 0: refused */
		bool tls;
	} c[] = {
	    {"https://api.example.com/healthz", 443, true},
	    {"https://API.example.com./healthz", 443, true},
	    {"http://api.example.com/", 80, false},
	    {"https://api.example.com:8443/a?b=c", 8443, true},
	    {"https://api.example.com:0/", 0, false},
	    {"https://www.example.com/", 0, false},
	    {"https://192.0.2.1/", 0, false},
	    {"https://[::1]/", 0, false},
	    {"https://user@api.example.com/", 0, false},
	    {"https://user:secret@api.example.com/", 0, false},
	    {"https://:secret@api.example.com/", 0, false},
	    {"file:///etc/passwd", 0, false},
	    {"file://api.example.com/etc/passwd", 0, false},
	    {"gopher://api.example.com/1", 0, false},
	    {"ftp://api.example.com/", 0, false},
	    {"dict://api.example.com/", 0, false},
	    {"api.example.com/healthz", 0, false},
	    {"//api.example.com/", 0, false},
	    {"javascript:alert(1)", 0, false},
	    {"https:///healthz", 0, false},
	    {"https://api.example.com@evil.example/", 0, false},
	    {"https://evil.example#@api.example.com/", 0, false},
	    {"https://evil.example\\@api.example.com/", 0, false},
	    {"https://api.example.com:443:80/", 0, false},
	    {"https://api%2eexample.com/", 443, true},
	    {"", 0, false},
	};
	uint8_t name[NAME_MAX_LEN];
	struct policy_protected p = {.name = name, .health = health_none};
	const char *why;
	uint16_t port;
	size_t i;
	bool tls;
	int rc;

	(void)state;
	assert_int_not_equal(
	    name_from_text(name, "api.example.com", 15, NULL, NULL), 0);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		p.health.url = c[i].url;
		rc = target_port(&p, false, &port, &tls, &why);
		if ((rc == 0) != (c[i].port != 0) ||
		    (rc == 0 && (port != c[i].port || tls != c[i].tls)))
			fail_msg("%s: %d, port %u, %s", c[i].url, rc, port,
			    why == NULL ? "fine" : why);
		if ((rc == 0) != (why == NULL))
			fail_msg("%s: a reason and a result", c[i].url);
	}
	p.health.url = NULL;
	assert_int_equal(target_port(&p, false, &port, &tls, &why), -1);
	assert_int_equal(target_port(&p, true, &port, &tls, &why), -1);
	p.health.tcp = 25;
	assert_int_equal(target_port(&p, true, &port, &tls, &why), 0);
	assert_int_equal(port, 25);
}

/* ---- --ask POLICY: lines "ADDRESS url|tcp [TLSA in hexadecimal]..." --------
 */

#define LINES_MAX 2000
#define TLSA_MAX 8

struct asked {
	char line[1024];
	uint8_t rdata[TLSA_MAX][256];
	struct target_tlsa tlsa[TLSA_MAX];
};

static void
read_hex(struct asked *a, size_t i, const char *hex)
{
	unsigned octet;
	size_t n;

	for (n = 0; n < 256 && sscanf(hex + 2 * n, "%2x", &octet) == 1; n++)
		a->rdata[i][n] = (uint8_t)octet;
	a->tlsa[i].rdata = a->rdata[i];
	a->tlsa[i].len = (uint16_t)n;
}

/* "NAME-INDEX ADDRESS url|tcp TLSA..." of the policy's protected names. */
static int
read_job(struct target_job *job, struct asked *a, const struct policy *p)
{
	char *save = NULL, *word = strtok_r(a->line, " \n", &save);
	size_t index;

	if (word == NULL || (index = strtoul(word, NULL, 10)) >= p->nprotects)
		return -1;
	job->protect = &p->protect[index];
	if ((word = strtok_r(NULL, " \n", &save)) == NULL ||
	    (job->len = address(job->addr, word)) == 0)
		return -1;
	if ((word = strtok_r(NULL, " \n", &save)) == NULL)
		return -1;
	job->tcp = strcmp(word, "tcp") == 0;
	job->tlsa = a->tlsa;
	while ((word = strtok_r(NULL, " \n", &save)) != NULL &&
	       job->ntlsas < TLSA_MAX)
		read_hex(a, job->ntlsas++, word);
	return 0;
}

static int
ask(const struct policy *p)
{
	static struct asked asked[LINES_MAX];
	static struct target_job job[LINES_MAX];
	static struct target_result result[LINES_MAX];
	struct target_trust *trust;
	struct error e = {0};
	size_t i, n = 0;

	while (n < LINES_MAX &&
	       fgets(asked[n].line, sizeof(asked[n].line), stdin) != NULL) {
		if (read_job(&job[n], &asked[n], p) != 0)
			return 2;
		n++;
	}
	if (target_trust_open(&trust, p->live.ca_file, &e) != 0 ||
	    target_run(result, job, n, &p->live, trust, (int64_t)time(NULL),
		&e) != 0) {
		fprintf(stderr, "%s\n", e.message);
		return 3;
	}
	for (i = 0; i < n; i++)
		printf("%s\t%s\t%u\t%u\t%s\t%s\n",
		    target_available_text(result[i].available),
		    target_identity_text(result[i].identity), result[i].status,
		    result[i].ms, result[i].why, result[i].who);
	target_trust_free(trust);
	return 0;
}

static int
ask_by_policy(const char *file)
{
	static char data[1 << 20];
	struct arena *arena = arena_new();
	struct findings faults;
	struct policy *p = NULL;
	struct error e = {0};
	FILE *in = fopen(file, "r");
	size_t len;
	int rc;

	if (in == NULL || arena == NULL)
		return 2;
	len = fread(data, 1, sizeof(data), in);
	fclose(in);
	findings_init(&faults, arena);
	if (policy_parse(&p, data, len, file, NULL, &faults, &e) != 0) {
		fprintf(stderr, "%s\n",
		    faults.n != 0 ? faults.item[0].message : e.message);
		rc = 2;
	} else {
		rc = ask(p);
	}
	policy_free(p);
	findings_free(&faults);
	arena_free(arena);
	return rc;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_port),
	};

	if (argc == 3 && strcmp(argv[1], "--ask") == 0)
		return ask_by_policy(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
