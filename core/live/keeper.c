#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/stream.h"
#include "codec.h"
#include "confine.h"
#include "target_keep.h"

enum {
	SOCKET_FD = 3,
	/* a run may end this long after its deadline: the last answers, what
	 * is copied */
	SPARE_SECONDS = 30,
};

struct live_keeper {
	int fd; /* -1: lost */
	pid_t pid;
	int64_t patience; /* milliseconds for one call */
};

/* Before a request's bytes, and before an answer's. */
struct frame {
	uint32_t what; /* kind; of an answer 0, or an error_code */
	uint32_t pad;
	uint64_t len;
};

/* ---- in the keeper ------------------------------------------------------- */

static int
serve_ask(const struct live_setup *s, const uint8_t *in, size_t len,
    struct text *out, struct error *e)
{
	struct arena *arena = arena_new();
	struct live_question *q = NULL;
	struct live_reply *r = NULL;
	size_t n = 0;
	int rc = -1;

	if (arena == NULL)
		error_memory(e);
	else if (codec_get_questions(in, len, &q, &n, arena) != 0)
		error_set(e, ERROR_SYSTEM, "live questions cannot be read");
	else if ((r = arena_calloc(arena, n + 1, sizeof(*r))) == NULL)
		error_memory(e);
	else if ((rc = live_ask(s, q, r, n, arena, e)) == 0)
		codec_put_replies(out, r, n);
	arena_free(arena);
	return rc;
}

static const struct {
	enum live_kind kind;
	live_handler serve;
} handlers[] = {
    {LIVE_KIND_ASK, serve_ask},
    {LIVE_KIND_TARGETS, target_handle},
};

static live_handler
handler(uint32_t kind)
{
	size_t i;

	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if ((uint32_t)handlers[i].kind == kind)
			return handlers[i].serve;
	return NULL;
}

/* One request. False when there is nobody to serve any more. */
static bool
serve(int fd, const struct live_setup *s, const struct error *unfit)
{
	struct frame f, back = {0, 0, 0};
	struct text out = TEXT_INIT;
	struct error e = *unfit;
	live_handler fn;
	uint8_t *in;
	bool fine;

	if (!stream_receive(fd, &f, sizeof(f), STREAM_FOREVER) ||
	    f.len > LIVE_REQUEST_MAX ||
	    (in = malloc((size_t)f.len + 1)) == NULL)
		return false;
	fine = stream_receive(fd, in, (size_t)f.len, STREAM_FOREVER);
	if (fine && e.code == ERROR_NONE) {
		if ((fn = handler(f.what)) == NULL)
			error_set(&e, ERROR_SYSTEM, "no such live request");
		else if (fn(s, in, (size_t)f.len, &out, &e) == 0 &&
			 (text_lost(&out) || out.len > LIVE_RESPONSE_MAX))
			error_memory(&e);
	}
	free(in);
	if (e.code != ERROR_NONE) {
		text_clear(&out);
		out.lost = false;
		text_add(&out, &e, sizeof(e));
	}
	back.what = (uint32_t)e.code;
	back.len = out.len;
	fine = fine && !text_lost(&out) &&
	       stream_send(fd, &back, sizeof(back), STREAM_FOREVER) &&
	       stream_send(fd, out.data, out.len, STREAM_FOREVER);
	text_free(&out);
	return fine;
}

/* Nothing but the socket stays open: an end of somebody's pipe that is held
 * here would keep them waiting. */
static int
keep_one(int fd)
{
	struct rlimit max;
	rlim_t i;
	int null;

	if ((fd = fcntl(fd, F_DUPFD, 16)) < 0 ||
	    (null = open("/dev/null", O_RDWR)) < 0 || dup2(null, 0) < 0 ||
	    dup2(null, 1) < 0 || dup2(null, 2) < 0 || dup2(fd, SOCKET_FD) < 0)
		return -1;
	if (close_range(SOCKET_FD + 1, ~0U, 0) == 0)
		return 0;
	/* An old kernel. */
	if (getrlimit(RLIMIT_NOFILE, &max) != 0 || max.rlim_cur > 1 << 20)
		return -1;
	for (i = SOCKET_FD + 1; i < max.rlim_cur; i++)
		close((int)i);
	return 0;
}

static void run(int fd, const struct live_setup *, pid_t parent)
    __attribute__((noreturn));

static void
run(int fd, const struct live_setup *s, pid_t parent)
{
	struct error e = {0};

	signal(SIGPIPE, SIG_IGN);
	/* Whoever asked is gone: nobody will ask again. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    getppid() != parent || keep_one(fd) != 0)
		_exit(1);
	/* A keeper that is not confined answers every request with why. */
	if (live_confine(s, &e) != 0 && e.code == ERROR_NONE)
		e.code = ERROR_SYSTEM;
	while (serve(SOCKET_FD, s, &e))
		continue;
	_exit(0);
}

/* ---- in the child that asks ---------------------------------------------- */

int
live_keeper_open(
    struct live_keeper **out, const struct live_setup *setup, struct error *e)
{
	struct live_keeper *k = calloc(1, sizeof(*k));
	pid_t parent = getpid();
	int end[2];

	*out = NULL;
	if (k == NULL)
		return error_memory(e);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) != 0) {
		free(k);
		return error_set(e, ERROR_SYSTEM,
		    "live questions cannot be asked: %s", strerror(errno));
	}
	k->patience = ((int64_t)setup->policy->live.deadline + SPARE_SECONDS) *
		      1000;
	k->pid = fork();
	if (k->pid == 0)
		run(end[1], setup, parent);
	close(end[1]);
	k->fd = end[0];
	if (k->pid < 0 || fcntl(k->fd, F_SETFL, O_NONBLOCK) != 0) {
		error_set(e, ERROR_SYSTEM, "live questions cannot be asked: %s",
		    strerror(errno));
		live_keeper_close(k);
		return -1;
	}
	*out = k;
	return 0;
}

void
live_keeper_close(struct live_keeper *k)
{
	if (k == NULL)
		return;
	if (k->fd >= 0)
		close(k->fd);
	if (k->pid > 0) {
		kill(k->pid, SIGKILL);
		while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	free(k);
}

static int
lost(struct live_keeper *k, struct error *e)
{
	if (k->fd >= 0)
		close(k->fd);
	k->fd = -1;
	return error_set(e, ERROR_SYSTEM,
	    "the process that asks live servers was lost or took too long");
}

/* Take the keeper's word for what went wrong, but not for its form. */
static int
take_error(const uint8_t *data, size_t len, struct error *e)
{
	struct error got = {0};

	if (len == sizeof(got))
		memcpy(&got, data, sizeof(got));
	got.message[sizeof(got.message) - 1] = '\0';
	got.hint[sizeof(got.hint) - 1] = '\0';
	got.file[sizeof(got.file) - 1] = '\0';
	if (got.code != ERROR_USAGE)
		got.code = ERROR_SYSTEM;
	*e = got;
	return -1;
}

int
live_keeper_call(struct live_keeper *k, enum live_kind kind, const void *in,
    size_t inlen, const uint8_t **out, size_t *outlen, struct arena *arena,
    struct error *e)
{
	int64_t deadline = stream_now() + k->patience;
	struct frame f = {(uint32_t)kind, 0, inlen};
	uint8_t *data;

	*out = NULL;
	*outlen = 0;
	if (inlen > LIVE_REQUEST_MAX)
		return error_set(
		    e, ERROR_SYSTEM, "the request to live servers is too long");
	if (k->fd < 0 || !stream_send(k->fd, &f, sizeof(f), deadline) ||
	    !stream_send(k->fd, in, inlen, deadline) ||
	    !stream_receive(k->fd, &f, sizeof(f), deadline) ||
	    f.len > LIVE_RESPONSE_MAX)
		return lost(k, e);
	if ((data = arena_bytes(arena, (size_t)f.len + 1)) == NULL) {
		(void)lost(k, e);
		return error_memory(e);
	}
	if (!stream_receive(k->fd, data, (size_t)f.len, deadline))
		return lost(k, e);
	if (f.what != ERROR_NONE)
		return take_error(data, (size_t)f.len, e);
	*out = data;
	*outlen = (size_t)f.len;
	return 0;
}

int
live_keeper_ask(struct live_keeper *k, const struct live_question *q,
    struct live_reply *r, size_t n, struct arena *arena, struct error *e)
{
	struct text t = TEXT_INIT;
	const uint8_t *out;
	size_t len;
	int rc = -1;

	memset(r, 0, n * sizeof(*r));
	if (n > LIVE_QUESTIONS_MAX)
		error_set(e, ERROR_SYSTEM,
		    "%zu questions to live servers are more than %zu", n,
		    LIVE_QUESTIONS_MAX);
	else if (codec_put_questions(&t, q, n) != 0)
		error_set(e, ERROR_SYSTEM,
		    "the live questions cannot be put into words");
	else if (live_keeper_call(k, LIVE_KIND_ASK, t.data, t.len, &out, &len,
		     arena, e) == 0) {
		rc = codec_get_replies(out, len, r, n);
		if (rc != 0)
			error_set(e, ERROR_SYSTEM,
			    "the replies of live servers cannot be read");
	}
	text_free(&t);
	return rc;
}
