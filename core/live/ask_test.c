/* Questions to sockets of this test, through a keeper; the codec; who may be
 * asked. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "allow.h"
#include "codec.h"
#include "keeper.h"

#define WWW ((const uint8_t *)"\003www\007example\003com")

static struct policy_server
loopback(uint16_t port)
{
	struct policy_server s = {.name = "s",
	    .at = {.addr = {127, 0, 0, 1}, .len = 4, .prefix = 32},
	    .port = port};

	return s;
}

/* ---- a responder --------------------------------------------------------- */

enum trick {
	HONEST,
	SILENT,
	OTHER_ID,
	OTHER_QUESTION,
	OTHER_THEN_HONEST,
	SHORT,
	QUERY_BACK, /* QR is not set */
	TRUNCATES,
};

static void
answer_one(int fd, enum trick trick)
{
	uint8_t m[2048];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(fd, m, sizeof(m), 0, (void *)&from, &size);

	if (n < 12 || trick == SILENT)
		return;
	m[2] |= 0x84;
	if (trick == OTHER_ID || trick == OTHER_THEN_HONEST)
		m[0] ^= 1;
	if (trick == OTHER_QUESTION)
		m[13] = 'x';
	if (trick == QUERY_BACK)
		m[2] &= 0x7f;
	if (trick == TRUNCATES)
		m[2] |= 2;
	sendto(fd, m, trick == SHORT ? 11 : (size_t)n, 0, (void *)&from, size);
	if (trick == OTHER_THEN_HONEST) {
		m[0] ^= 1;
		sendto(fd, m, (size_t)n, 0, (void *)&from, size);
	}
}

/* A UDP socket on loopback and a process that answers on it. */
static pid_t
respond(enum trick trick, uint16_t *port)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pid_t pid;

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (void *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (void *)&at, &size), 0);
	*port = ntohs(at.sin_port);
	if ((pid = fork()) == 0) {
		/* also when a test fails */
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		for (;;)
			answer_one(fd, trick);
	}
	close(fd);
	return pid;
}

static void
stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const struct {
	const char *label;
	enum trick trick;
	enum live_transport transport;
	enum live_outcome outcome;
} cases[] = {
    {"an answer", HONEST, LIVE_UDP, LIVE_ANSWERED},
    {"none", SILENT, LIVE_UDP, LIVE_TIMED_OUT},
    {"another id", OTHER_ID, LIVE_UDP, LIVE_TIMED_OUT},
    {"another question", OTHER_QUESTION, LIVE_UDP, LIVE_TIMED_OUT},
    {"another id first", OTHER_THEN_HONEST, LIVE_UDP, LIVE_ANSWERED},
    {"too short", SHORT, LIVE_UDP, LIVE_TIMED_OUT},
    {"a query", QUERY_BACK, LIVE_UDP, LIVE_TIMED_OUT},
    {"truncated", TRUNCATES, LIVE_UDP, LIVE_TRUNCATED},
    {"truncated, and no TCP", TRUNCATES, LIVE_ANY, LIVE_UNREACHABLE},
    {"nobody listens on TCP", HONEST, LIVE_TCP, LIVE_UNREACHABLE},
};

static void
run_case(size_t i)
{
	struct policy_server server;
	struct policy p = {.live = {.nservers = 1,
			       .timeout_ms = 300,
			       .deadline = 5,
			       .concurrent = 4}};
	struct live_setup setup = {.policy = &p};
	struct live_question q = {
	    .transport = cases[i].transport, .name = WWW, .type = RRTYPE_A};
	struct live_keeper *k = NULL;
	struct arena *arena = arena_new();
	struct live_reply r;
	struct error e = {0};
	uint16_t port;
	pid_t pid = respond(cases[i].trick, &port);

	server = loopback(port);
	p.live.server = &server;
	q.at = (struct live_address){{127, 0, 0, 1}, 4, port};
	assert_int_equal(live_keeper_open(&k, &setup, &e), 0);
	if (live_keeper_ask(k, &q, &r, 1, arena, &e) != 0)
		fail_msg("%s: %s", cases[i].label, e.message);
	if (r.outcome != cases[i].outcome)
		fail_msg(
		    "%s: %s", cases[i].label, live_outcome_text(r.outcome));
	/* Another port of the same host is nobody's. */
	q.at.port++;
	assert_int_equal(live_keeper_ask(k, &q, &r, 1, arena, &e), 0);
	assert_int_equal(r.outcome, LIVE_FORBIDDEN);
	assert_non_null(r.why);
	live_keeper_close(k);
	stop(pid);
	arena_free(arena);
}

static void
test_ask(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(i);
}

/* The loop without a keeper around it: many answers, none, and a URL that
 * nobody serves, with fewer sockets than questions. */
static void
test_loop(void **state)
{
	enum { N = 12 };
	struct policy_server server[3];
	struct policy p = {.live = {.server = server,
			       .nservers = 3,
			       .timeout_ms = 200,
			       .deadline = 10,
			       .concurrent = 3}};
	struct live_setup setup = {.policy = &p};
	struct live_question q[N] = {{.name = NULL}};
	struct arena *arena = arena_new();
	struct live_reply r[N];
	struct error e = {0};
	uint16_t port[2];
	pid_t pid[2] = {respond(HONEST, &port[0]), respond(SILENT, &port[1])};
	size_t i, overdue = 0;

	(void)state;
	for (i = 0; i < N; i++) {
		q[i].name = WWW;
		q[i].type = RRTYPE_A;
		q[i].transport = i % 3 == 2 ? LIVE_HTTPS : LIVE_UDP;
		q[i].url = i % 3 == 2 ? "https://127.0.0.1:9/" : NULL;
		q[i].at = (struct live_address){
		    {127, 0, 0, 1}, 4, i % 3 == 2 ? 9 : port[i % 3]};
	}
	server[0] = loopback(port[0]);
	server[1] = loopback(port[1]);
	server[2] = loopback(53);
	server[2].url = "https://127.0.0.1:9/";
	assert_int_equal(live_ask(&setup, q, r, N, arena, &e), 0);
	for (i = 0; i < N; i++)
		assert_int_equal(r[i].outcome, i % 3 == 0   ? LIVE_ANSWERED
					       : i % 3 == 1 ? LIVE_TIMED_OUT
							    : LIVE_UNREACHABLE);
	/* The time for all of it is over when three have begun. */
	p.live.deadline = 0;
	assert_int_equal(live_ask(&setup, q, r, N, arena, &e), 0);
	for (i = 0; i < N; i++)
		overdue += r[i].outcome == LIVE_OVERDUE;
	assert_true(overdue >= N - 3);
	stop(pid[0]);
	stop(pid[1]);
	arena_free(arena);
}

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* 200 questions to a silent server and 200 to an honest one over four sockets:
 * the silent one is given up, the other is heard out. */
static void
test_silent(void **state)
{
	enum { N = 200 };
	struct policy_server server[2];
	struct policy p = {.live = {.server = server,
			       .nservers = 2,
			       .timeout_ms = 200,
			       .deadline = 30,
			       .concurrent = 4}};
	struct live_setup setup = {.policy = &p};
	static struct live_question q[2 * N];
	static struct live_reply r[2 * N];
	struct live_keeper *k = NULL;
	struct arena *arena = arena_new();
	struct error e = {0};
	uint16_t port[2];
	pid_t pid[2] = {respond(SILENT, &port[0]), respond(HONEST, &port[1])};
	size_t i, count[LIVE_OUTCOMES] = {0};
	double begun;

	(void)state;
	for (i = 0; i < 2 * N; i++) {
		q[i] = (struct live_question){
		    .at = {{127, 0, 0, 1}, 4, port[i % 2]},
		    .transport = LIVE_UDP,
		    .name = WWW,
		    .type = RRTYPE_A};
	}
	server[0] = loopback(port[0]);
	server[1] = loopback(port[1]);
	assert_int_equal(live_keeper_open(&k, &setup, &e), 0);
	begun = seconds();
	assert_int_equal(live_keeper_ask(k, q, r, 2 * N, arena, &e), 0);
	/* The sum would be 200 time-outs over two sockets: 20 s. */
	assert_true(seconds() - begun < 5);
	for (i = 0; i < 2 * N; i++) {
		count[r[i].outcome]++;
		if (i % 2 == 1)
			assert_int_equal(r[i].outcome, LIVE_ANSWERED);
	}
	assert_int_equal(count[LIVE_ANSWERED], N);
	assert_true(count[LIVE_TIMED_OUT] >= 8);
	assert_int_equal(count[LIVE_TIMED_OUT] + count[LIVE_SILENT], N);
	live_keeper_close(k);
	stop(pid[0]);
	stop(pid[1]);
	arena_free(arena);
}

/* A lost keeper is an error, now and later. */
static void
test_lost(void **state)
{
	struct policy p = {.live = {.timeout_ms = 100, .deadline = 1}};
	struct live_setup setup = {.policy = &p};
	struct live_keeper *k = NULL;
	struct arena *arena = arena_new();
	struct error e = {0};
	const uint8_t *out;
	size_t len;

	(void)state;
	assert_int_equal(live_keeper_open(&k, &setup, &e), 0);
	assert_int_equal(live_keeper_call(k, (enum live_kind)99, "x", 1, &out,
			     &len, arena, &e),
	    -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	/* Nonsense instead of questions. */
	assert_int_equal(live_keeper_call(k, LIVE_KIND_ASK, "\377\377\377\377",
			     4, &out, &len, arena, &e),
	    -1);
	live_keeper_close(k);
	arena_free(arena);
}

/* ---- who may be asked ---------------------------------------------------- */

static const struct {
	const char *label, *address;
	uint16_t port;
	enum live_transport transport;
	const char *url;
	bool allowed, allowed_without_servers;
} allow[] = {
    {"named", "127.0.0.1", 5300, LIVE_UDP, NULL, true, false},
    {"named, TCP", "127.0.0.1", 5300, LIVE_TCP, NULL, true, false},
    {"other port", "127.0.0.1", 53, LIVE_UDP, NULL, false, false},
    {"other address", "127.0.0.2", 5300, LIVE_UDP, NULL, false, false},
    {"resolver", "2001:db8::1", 53, LIVE_UDP, NULL, true, true},
    {"resolver, other port", "2001:db8::1", 54, LIVE_UDP, NULL, false, false},
    {"public", "192.0.2.1", 53, LIVE_UDP, NULL, false, true},
    {"public, other port", "192.0.2.1", 80, LIVE_TCP, NULL, false, false},
    {"private", "10.0.0.1", 53, LIVE_UDP, NULL, false, false},
    {"metadata", "169.254.169.254", 53, LIVE_TCP, NULL, false, false},
    {"mapped private", "::ffff:10.0.0.1", 53, LIVE_UDP, NULL, false, false},
    {"mapped public", "::ffff:192.0.2.1", 53, LIVE_UDP, NULL, false, true},
    {"loopback", "::1", 53, LIVE_UDP, NULL, false, false},
    {"any", "0.0.0.0", 53, LIVE_UDP, NULL, false, false},
    {"broadcast", "255.255.255.255", 53, LIVE_UDP, NULL, false, false},
    {"multicast", "ff02::1", 53, LIVE_UDP, NULL, false, false},
    {"HTTPS", "127.0.0.3", 8443, LIVE_HTTPS, "https://dns.example:8443/q", true,
	true},
    {"HTTPS, other address", "127.0.0.1", 8443, LIVE_HTTPS,
	"https://dns.example:8443/q", false, false},
    {"HTTPS, other port", "127.0.0.3", 443, LIVE_HTTPS,
	"https://dns.example:8443/q", false, false},
    {"HTTPS, other URL", "127.0.0.3", 8443, LIVE_HTTPS,
	"https://dns.example:8443/p", false, false},
    {"HTTPS, address as host", "127.0.0.4", 443, LIVE_HTTPS,
	"https://127.0.0.4/q", true, true},
    {"HTTPS, another than the host", "127.0.0.5", 443, LIVE_HTTPS,
	"https://127.0.0.4/q", false, false},
};

static struct live_address
parse(const char *s, uint16_t port)
{
	struct live_address a = {.port = port};

	a.len = strchr(s, ':') == NULL ? 4 : 16;
	assert_int_equal(
	    inet_pton(a.len == 4 ? AF_INET : AF_INET6, s, a.addr), 1);
	return a;
}

static void
test_allow(void **state)
{
	static const struct policy_pattern pattern = {
	    (const uint8_t *)"\007example", true};
	struct policy_server server = loopback(5300);
	struct policy_server resolver[3] = {{.name = "r", .port = 53},
	    {.name = "d", .port = 53, .url = "https://dns.example:8443/q"},
	    {.name = "l", .port = 53, .url = "https://127.0.0.4/q"}};
	struct policy p = {.live = {.server = &server,
			       .nservers = 1,
			       .resolver = resolver,
			       .nresolvers = 3},
	    .nameserver = &pattern,
	    .nnameservers = 1};
	struct live_address a = parse("2001:db8::1", 53);
	const char *why;
	size_t i;

	(void)state;
	resolver[0].at.len = 16;
	memcpy(resolver[0].at.addr, a.addr, 16);
	resolver[1].at = (struct policy_net){{127, 0, 0, 3}, 4, 32};
	for (i = 0; i < sizeof(allow) / sizeof(allow[0]); i++) {
		a = parse(allow[i].address, allow[i].port);
		p.live.nservers = 1;
		why = live_refuses(&p, &a, allow[i].transport, allow[i].url);
		if ((why == NULL) != allow[i].allowed)
			fail_msg("%s: %s", allow[i].label,
			    why == NULL ? "allowed" : why);
		p.live.nservers = 0;
		why = live_refuses(&p, &a, allow[i].transport, allow[i].url);
		if ((why == NULL) != allow[i].allowed_without_servers)
			fail_msg("%s, without servers: %s", allow[i].label,
			    why == NULL ? "allowed" : why);
	}
	/* Nobody said whose name servers there may be. */
	p.nnameservers = 0;
	a = parse("192.0.2.1", 53);
	assert_non_null(live_refuses(&p, &a, LIVE_UDP, NULL));
}

/* ---- the codec ----------------------------------------------------------- */

static void
test_codec(void **state)
{
	struct live_question q[2] = {{.at = {{192, 0, 2, 1}, 4, 5353},
					 .transport = LIVE_ANY,
					 .name = WWW,
					 .type = RRTYPE_CAA,
					 .recurse = true,
					 .tsig = "key."},
	    {.transport = LIVE_HTTPS,
		.name = (const uint8_t *)"",
		.check_disabled = true,
		.url = "https://a.example/"}},
			     *got;
	struct live_reply r[2] = {{LIVE_ANSWERED, 7, 0x8400, WWW, 5, NULL},
	    {LIVE_TIMED_OUT, 0, 0, NULL, 0, "late"}},
			  back[2];
	struct text t = TEXT_INIT;
	struct arena *arena = arena_new();
	size_t n, i;

	(void)state;
	assert_int_equal(codec_put_questions(&t, q, 2), 0);
	assert_int_equal(codec_get_questions(
			     (const uint8_t *)t.data, t.len, &got, &n, arena),
	    0);
	assert_int_equal(n, 2);
	assert_memory_equal(&got[0].at, &q[0].at, sizeof(q[0].at));
	assert_true(name_equal(got[0].name, WWW));
	assert_int_equal(got[0].type, RRTYPE_CAA);
	assert_true(got[0].recurse && !got[0].check_disabled);
	assert_string_equal(got[0].tsig, "key.");
	assert_null(got[0].url);
	assert_string_equal(got[1].url, "https://a.example/");
	for (i = 0; i < t.len; i++)
		assert_int_equal(codec_get_questions((const uint8_t *)t.data, i,
				     &got, &n, arena),
		    -1);
	text_clear(&t);
	codec_put_replies(&t, r, 2);
	assert_int_equal(
	    codec_get_replies((const uint8_t *)t.data, t.len, back, 2), 0);
	assert_int_equal(back[0].len, 5);
	assert_int_equal(back[0].flags, 0x8400);
	assert_string_equal(back[1].why, "late");
	for (i = 0; i < t.len; i++)
		assert_int_equal(
		    codec_get_replies((const uint8_t *)t.data, i, back, 2), -1);
	text_free(&t);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_codec),
	    cmocka_unit_test(test_allow),
	    cmocka_unit_test(test_loop),
	    cmocka_unit_test(test_ask),
	    cmocka_unit_test(test_silent),
	    cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
