#include "memo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/stream.h"
#include "../base/text.h"
#include "memo_impl.h"

/* Longer than this and the work is done again instead. Longer than what the
 * holder may compute, so that its end is seen and cleared up after. */
#define PATIENCE_MS 5000
#define HEAD_LEN (sizeof(uint32_t) + sizeof(uint64_t))

struct memo {
	int fd; /* -1: given up */
	pid_t keeper;
	char in[64 << 10]; /* heard, not used yet */
	size_t at, end;
};

/* ---- opening ------------------------------------------------------------ */

static bool
is_mine(int fd, mode_t others)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && (st.st_mode & others) == 0;
}

/* The folder, made if need be and locked for sharing; -1 without. */
static int
open_folder(const char *gitdir)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int top, fd = -1;

	if ((top = open(gitdir, flags)) < 0)
		return -1;
	if (is_mine(top, 0) &&
	    (mkdirat(top, MEMO_FOLDER, 0700) == 0 || errno == EEXIST))
		fd = openat(top, MEMO_FOLDER, flags | O_NOFOLLOW);
	close(top);
	if (fd >= 0 &&
	    (!is_mine(fd, 077) || flock(fd, LOCK_SH | LOCK_NB) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static pid_t
start_keeper(int end[2], int folder, int (*confine)(struct error *))
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		/* Whoever asked is gone: nobody will ask again. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
		    getppid() != parent)
			_exit(STORE_NONE);
		keeper_run(end[1], folder, confine);
	}
	return pid;
}

struct memo *
memo_open(const char *gitdir, int (*confine)(struct error *))
{
	struct memo *m = NULL;
	int folder, end[2] = {-1, -1};

	if (gitdir == NULL || (folder = open_folder(gitdir)) < 0)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) == 0 &&
	    fcntl(end[0], F_SETFL, O_NONBLOCK) == 0 &&
	    (m = calloc(1, sizeof(*m))) != NULL) {
		m->fd = end[0];
		m->keeper = start_keeper(end, folder, confine);
		if (m->keeper < 0) {
			free(m);
			m = NULL;
		}
	}
	if (m == NULL && end[0] >= 0)
		close(end[0]);
	if (end[1] >= 0)
		close(end[1]);
	close(folder);
	return m;
}

/* ---- asking -------------------------------------------------------------- */

/* Nothing more will be asked; what the processes do is their own affair. */
static void
give_up(struct memo *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}

static bool
say(struct memo *m, const void *data, size_t len, int64_t deadline)
{
	return stream_send(m->fd, data, len, deadline);
}

static bool
hear(struct memo *m, void *data, size_t len, int64_t deadline)
{
	char *p = data;
	size_t n;

	while (len > 0) {
		if (m->at == m->end) {
			m->at = 0;
			m->end = stream_take(
			    m->fd, m->in, sizeof(m->in), deadline);
			if (m->end == 0)
				return false;
		}
		n = m->end - m->at < len ? m->end - m->at : len;
		memcpy(p, m->in + m->at, n);
		m->at += n;
		p += n;
		len -= n;
	}
	return true;
}

void
memo_close(struct memo *m)
{
	int64_t deadline = stream_now() + PATIENCE_MS;
	char c;

	if (m == NULL)
		return;
	/* Both processes hold the other end: it closes when both are gone. */
	if (m->fd < 0 || shutdown(m->fd, SHUT_WR) != 0 ||
	    hear(m, &c, 1, deadline) || stream_now() >= deadline)
		kill(m->keeper, SIGKILL);
	give_up(m);
	while (waitpid(m->keeper, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(m);
}

/* ---- values ---------------------------------------------------------------
 */

/* Of key and value, so that no value can stand under another's key. Against
 * accidents only: who can write the file is trusted. */
static uint64_t
checksum(const char *key, const void *value, size_t len)
{
	const uint64_t both[2] = {
	    hash_bytes(key, KEY_LEN), hash_bytes(value, len)};

	return hash_bytes(both, sizeof(both));
}

/* What is stored: length and checksum of the value, the value. */
static void
wrap(struct text *out, const struct memo_item *it)
{
	uint32_t len = (uint32_t)it->len;
	uint32_t stored = (uint32_t)(it->len + HEAD_LEN);
	uint64_t sum = checksum(it->key, it->value, it->len);

	text_add(out, it->key, KEY_LEN);
	text_add(out, &stored, sizeof(stored));
	text_add(out, &len, sizeof(len));
	text_add(out, &sum, sizeof(sum));
	text_add(out, it->value, it->len);
}

static void
unwrap(struct memo_item *it, const char *data, size_t stored)
{
	uint32_t len;
	uint64_t sum;

	if (stored < HEAD_LEN)
		return;
	memcpy(&len, data, sizeof(len));
	memcpy(&sum, data + sizeof(len), sizeof(sum));
	if (len != stored - HEAD_LEN ||
	    sum != checksum(it->key, data + HEAD_LEN, len))
		return;
	it->value = data + HEAD_LEN;
	it->len = len;
}

/* The answer for one item. False when the rest cannot be read. */
static bool
hear_item(
    struct memo *m, struct memo_item *it, struct arena *arena, int64_t deadline)
{
	uint32_t stored;
	char *data;

	if (!hear(m, &stored, sizeof(stored), deadline))
		return false;
	if (stored == ABSENT)
		return true;
	if (stored > MEMO_VALUE_MAX ||
	    (data = arena_bytes(arena, stored + (size_t)1)) == NULL ||
	    !hear(m, data, stored, deadline))
		return false;
	unwrap(it, data, stored);
	return true;
}

void
memo_get(struct memo *m, struct memo_item *item, size_t n, struct arena *arena)
{
	int64_t deadline = stream_now() + PATIENCE_MS;
	struct request q = {REQUEST_GET, (uint32_t)n, n * KEY_LEN};
	struct text t = TEXT_INIT;
	bool fine;
	size_t i;

	for (i = 0; i < n; i++) {
		item[i].value = NULL;
		item[i].len = 0;
	}
	if (m == NULL || m->fd < 0 || n == 0 || n > ITEMS_MAX ||
	    q.bytes > PUT_BYTES_MAX)
		return;
	text_add(&t, &q, sizeof(q));
	for (i = 0; i < n; i++)
		text_add(&t, item[i].key, KEY_LEN);
	fine = !text_lost(&t) && say(m, t.data, t.len, deadline);
	text_free(&t);
	for (i = 0; fine && i < n; i++)
		fine = hear_item(m, &item[i], arena, deadline);
	if (!fine)
		give_up(m);
}

void
memo_put(struct memo *m, const struct memo_item *item, size_t n)
{
	int64_t deadline = stream_now() + PATIENCE_MS;
	struct request q = {REQUEST_PUT, 0, 0};
	struct text t = TEXT_INIT;
	uint32_t answer;
	size_t i;

	if (m == NULL || m->fd < 0)
		return;
	for (i = 0; i < n && q.n < ITEMS_MAX; i++) {
		if (item[i].value == NULL ||
		    item[i].len > MEMO_VALUE_MAX - HEAD_LEN ||
		    item[i].len + t.len + 2 * KEY_LEN > PUT_BYTES_MAX)
			continue;
		wrap(&t, &item[i]);
		q.n++;
	}
	q.bytes = t.len;
	if (q.n != 0 && !text_lost(&t) &&
	    (!say(m, &q, sizeof(q), deadline) ||
		!say(m, t.data, t.len, deadline) ||
		!hear(m, &answer, sizeof(answer), deadline)))
		give_up(m);
	text_free(&t);
}
