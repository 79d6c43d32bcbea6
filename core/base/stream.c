#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t
stream_now(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left;
	int rc;

	do {
		if ((left = deadline - stream_now()) <= 0)
			return false;
		rc = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
	} while (rc < 0 && errno == EINTR);
	return rc > 0;
}

/* Is the call that returned N to be made again? */
static bool
again(ssize_t n, int fd, short events, int64_t deadline)
{
	return n < 0 && (errno == EINTR || (errno == EAGAIN &&
					       wait_for(fd, events, deadline)));
}

bool
stream_send(int fd, const void *data, size_t len, int64_t deadline)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (again(n, fd, POLLOUT, deadline))
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

size_t
stream_take(int fd, void *data, size_t len, int64_t deadline)
{
	ssize_t n;

	do {
		n = recv(fd, data, len, 0);
	} while (again(n, fd, POLLIN, deadline));
	return n <= 0 ? 0 : (size_t)n;
}

bool
stream_receive(int fd, void *data, size_t len, int64_t deadline)
{
	char *p = data;
	size_t n;

	for (; len > 0; p += n, len -= n)
		if ((n = stream_take(fd, p, len, deadline)) == 0)
			return false;
	return true;
}

int
stream_collect(int fd, struct text *out, size_t max, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[16 << 10];
	int64_t left;
	ssize_t n;

	for (;;) {
		if ((left = deadline - stream_now()) <= 0)
			return 1;
		if (poll(&p, 1, left > 60000 ? 60000 : (int)left) < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (p.revents == 0)
			continue;
		n = read(fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			return 0;
		text_add(out, buf, (size_t)n);
		if (text_lost(out) || out->len > max)
			return -1;
	}
}
