#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void
wire_clear(struct wire *w)
{
	uint8_t *in = w->in;

	query_free(&w->query);
	memset(w, 0, sizeof(*w));
	w->in = in;
	w->fd = -1;
}

static void
fail(struct wire *w, enum live_outcome outcome, const char *why)
{
	w->state = WIRE_FAILED;
	w->outcome = outcome;
	w->why = why;
}

/* The network said no. What is the gate's own lack is no word about a server:
 * then nothing is known. */
static void
fail_errno(struct wire *w, int err)
{
	static const struct {
		int err;
		const char *why;
	} known[] = {
	    {ECONNREFUSED, "refused: nothing listens there"},
	    {EHOSTUNREACH, "the host cannot be reached"},
	    {ENETUNREACH, "the network cannot be reached"},
	    {EACCES, "the local system forbids it"},
	    {EPERM, "the local system forbids it"},
	    {ECONNRESET, "the connection was reset"},
	    {EPIPE, "the connection was closed"},
	};
	size_t i;

	if (err == ETIMEDOUT) {
		fail(w, LIVE_TIMED_OUT, NULL);
		return;
	}
	if (err == EMFILE || err == ENFILE || err == ENOBUFS || err == ENOMEM) {
		fail(w, LIVE_OVERDUE, "this host is out of sockets or memory");
		return;
	}
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].err == err)
			break;
	fail(w, LIVE_UNREACHABLE,
	    i < sizeof(known) / sizeof(known[0]) ? known[i].why : NULL);
}

static socklen_t
address(struct sockaddr_storage *out, const struct live_address *at)
{
	struct sockaddr_in *in = (void *)out;
	struct sockaddr_in6 *in6 = (void *)out;

	memset(out, 0, sizeof(*out));
	if (at->len == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(at->port);
		memcpy(&in->sin_addr, at->addr, 4);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(at->port);
	memcpy(&in6->sin6_addr, at->addr, 16);
	return sizeof(*in6);
}

static void
send_udp(struct wire *w)
{
	ssize_t n = send(w->fd, w->query.wire, w->query.len, MSG_NOSIGNAL);

	w->state = WIRE_READING;
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		fail_errno(w, errno);
}

int
wire_open(
    struct wire *w, const struct live_address *at, int64_t now, uint32_t every)
{
	bool tcp = w->over == LIVE_TCP;
	struct sockaddr_storage to;
	socklen_t len = address(&to, at);
	int one = 1;

	w->sent = w->got = w->want = 0;
	w->stray = w->reused = false;
	if (w->in == NULL && (w->in = malloc(LIVE_MESSAGE_MAX)) == NULL) {
		fail(w, LIVE_OVERDUE, "no memory");
		return -1;
	}
	/* A new socket each time: its random port is part of what an answer
	 * must know (RFC 5452 section 9.2). */
	w->fd = socket(to.ss_family,
	    (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	w->state = WIRE_WRITING;
	if (w->fd < 0 || (connect(w->fd, (const void *)&to, len) != 0 &&
			     errno != EINPROGRESS)) {
		fail_errno(w, errno);
		return -1;
	}
	w->again = 0;
	if (tcp) {
		(void)setsockopt(
		    w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		return 0;
	}
	w->again = now + every;
	send_udp(w);
	return w->state == WIRE_FAILED ? -1 : 0;
}

void
wire_reuse(struct wire *w, int fd)
{
	w->fd = fd;
	w->state = WIRE_WRITING;
	w->reused = true;
}

bool
wire_is_stale(const struct wire *w)
{
	return w->state == WIRE_FAILED && w->reused && w->want == 0 &&
	       w->got == 0;
}

int
wire_take(struct wire *w)
{
	int fd = w->fd;

	w->fd = -1;
	wire_close(w);
	return fd;
}

static void
write_tcp(struct wire *w)
{
	uint8_t out[2 + QUERY_MAX];
	socklen_t size = sizeof(int);
	size_t len = w->query.len + 2;
	ssize_t n;
	int err = 0;

	if (w->sent == 0 &&
	    (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &err, &size) != 0 ||
		err != 0)) {
		fail_errno(w, err);
		return;
	}
	out[0] = (uint8_t)(w->query.len >> 8);
	out[1] = (uint8_t)w->query.len;
	memcpy(out + 2, w->query.wire, w->query.len);
	n = send(w->fd, out + w->sent, len - w->sent, MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		fail_errno(w, errno);
		return;
	}
	w->sent += (size_t)n;
	if (w->sent == len)
		w->state = WIRE_READING;
}

static void
read_udp(struct wire *w)
{
	ssize_t n = recv(w->fd, w->in, LIVE_MESSAGE_MAX, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		fail_errno(w, errno);
		return;
	}
	/* The right one may still come. */
	if (!query_matches(&w->query, w->in, (size_t)n)) {
		w->stray = true;
		return;
	}
	w->got = (size_t)n;
	w->state = WIRE_DONE;
}

/* Two octets of length, then so many (RFC 1035 section 4.2.2). */
static void
read_tcp(struct wire *w)
{
	bool head = w->want == 0;
	uint8_t *to = head ? w->head + w->got : w->in + w->got;
	size_t left = head ? sizeof(w->head) - w->got : w->want - w->got;
	ssize_t n = recv(w->fd, to, left, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		fail_errno(w, errno);
		return;
	}
	if (n == 0) {
		fail(w, w->got == 0 && head ? LIVE_UNREACHABLE : LIVE_BROKEN,
		    "the connection was closed without an answer");
		return;
	}
	w->got += (size_t)n;
	if ((size_t)n < left)
		return;
	if (head) {
		w->want = (size_t)(w->head[0] << 8 | w->head[1]);
		w->got = 0;
		if (w->want < QUERY_HEADER)
			fail(w, LIVE_BROKEN, "it is too short for a message");
		return;
	}
	if (query_matches(&w->query, w->in, w->got))
		w->state = WIRE_DONE;
	else
		fail(w, LIVE_BROKEN, "the answer is to another question");
}

void
wire_ready(struct wire *w)
{
	if (w->state == WIRE_WRITING)
		write_tcp(w);
	else if (w->state == WIRE_READING && w->over == LIVE_UDP)
		read_udp(w);
	else if (w->state == WIRE_READING)
		read_tcp(w);
}

void
wire_tick(struct wire *w, int64_t now, uint32_t every)
{
	if (w->state != WIRE_READING || w->again == 0 || now < w->again)
		return;
	w->again = now + every;
	send_udp(w);
}

void
wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	w->state = WIRE_FREE;
}

void
wire_free(struct wire *w)
{
	if (w->state != WIRE_FREE)
		wire_close(w);
	query_free(&w->query);
	free(w->in);
	w->in = NULL;
}
