#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/folder.h"
#include "../base/text.h"
#include "chain_impl.h"

#define LOCK_SECONDS 30
#define WINDOW ((size_t)64 << 10)     /* read from the end at first */
#define TAIL_MAX (4 * CHAIN_LINE_MAX) /* and at most */

static int
fail(struct error *e, const char *path, const char *what, int code)
{
	error_set(e, ERROR_SYSTEM, "the audit log %s: %s", what,
	    code == 0 ? "internal error" : strerror(code));
	return error_at(e, path, 0, 0);
}

bool
chain_is_whole(const char *line, size_t len, struct chain_link *l)
{
	json_t *root, *torn;
	const char *prev, *hash;
	bool ok;

	memset(l, 0, sizeof(*l));
	if (len == 0 || len > CHAIN_LINE_MAX)
		return false;
	root = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	prev = json_string_value(json_object_get(root, "prev"));
	torn = json_object_get(root, "torn");
	hash = json_string_value(json_object_get(torn, "sha256"));
	ok = prev != NULL && strlen(prev) == HASH_HEX - 1;
	if (ok)
		memcpy(l->prev, prev, HASH_HEX);
	if (ok && torn != NULL) {
		l->torn = true;
		l->torn_bytes = (uint64_t)json_integer_value(
		    json_object_get(torn, "bytes"));
		ok = hash != NULL && strlen(hash) == HASH_HEX - 1;
		if (ok)
			memcpy(l->torn_hash, hash, HASH_HEX);
	}
	json_decref(root);
	return ok;
}

/* ---- the end of the log -------------------------------------------------- */

/* The last bytes of the file. */
struct tail {
	char *data;
	size_t len;
	bool all; /* from the file's beginning */
};

/* What the next line must tie to. */
struct end {
	char head[HASH_HEX];
	bool open; /* the last line has no line feed */
	bool torn; /* something is behind the last whole line */
	uint64_t torn_bytes;
	char torn_hash[HASH_HEX];
};

static int
read_tail(int fd, uint64_t size, size_t want, struct tail *t)
{
	size_t len = size < want ? (size_t)size : want, at = 0;
	char *p = realloc(t->data, len + 1);
	ssize_t n;

	if (p == NULL)
		return -1;
	t->data = p;
	t->len = len;
	t->all = len == size;
	while (at < len) {
		n = pread(fd, p + at, len - at, (off_t)(size - len + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

/*
 * Find the last whole line of T, and what is behind it. 1 found, or the log has
 * none; 0 more of the file must be read; -1.
 */
static int
find_end(const struct tail *t, struct end *end)
{
	const char *stop = t->data + t->len, *from, *last, *torn = NULL;
	struct chain_link link;
	int rc = 0;

	memset(end, 0, sizeof(*end));
	memcpy(end->head, CHAIN_ZEROS, HASH_HEX);
	if (t->len == 0)
		return 1;
	end->open = stop[-1] != '\n';
	last = stop -= !end->open;
	for (;; stop = from - 1) {
		from = memrchr(t->data, '\n', (size_t)(stop - t->data));
		from = from == NULL ? t->data : from + 1;
		if (from == t->data && !t->all)
			return 0;
		if (chain_is_whole(from, (size_t)(stop - from), &link)) {
			rc = hash_sha256_hex(
			    end->head, from, (size_t)(stop - from));
			break;
		}
		torn = from;
		if (from == t->data)
			break;
	}
	if (rc == 0 && torn != NULL) {
		end->torn = true;
		end->torn_bytes = (uint64_t)(last - torn);
		rc = hash_sha256_hex(
		    end->torn_hash, torn, (size_t)(last - torn));
	}
	return rc == 0 ? 1 : -1;
}

static int
look_at_end(
    int fd, uint64_t size, const char *path, struct end *end, struct error *e)
{
	struct tail t = {NULL, 0, false};
	size_t want;
	int rc = 0;

	for (want = WINDOW; rc == 0; want *= 4) {
		if (want > TAIL_MAX && t.len >= TAIL_MAX) {
			error_set(e, ERROR_SYSTEM,
			    "the audit log ends with something else");
			error_at(e, path, 0, 0);
			error_hint(e,
			    "move it away and look at it: zonegate audit "
			    "verify FILE");
			break;
		}
		if (read_tail(fd, size, want, &t) != 0) {
			fail(e, path, "cannot be read", errno);
			break;
		}
		rc = find_end(&t, end);
	}
	free(t.data);
	return rc == 1 ? 0 : -1;
}

/* ---- appending ----------------------------------------------------------- */

/* One writer at a time, but not for ever. */
static int
lock(int fd)
{
	static const struct timespec pause = {0, 5000000};
	struct timespec start, now;

	if (clock_gettime(CLOCK_MONOTONIC, &start) != 0)
		return -1;
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -1;
		if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
		    now.tv_sec - start.tv_sec > LOCK_SECONDS) {
			errno = ETIMEDOUT;
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* Open and lock the file that has the name PATH now; -1 with E set. */
static int
open_locked(const char *path, struct stat *st, struct error *e)
{
	struct stat named;
	int fd, tries;

	for (tries = 0; tries < 10; tries++) {
		fd = open(path,
		    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
			O_NONBLOCK,
		    0640);
		if (fd < 0)
			return fail(e, path, "cannot be opened", errno);
		if (fstat(fd, st) == 0 && !S_ISREG(st->st_mode)) {
			close(fd);
			return fail(e, path, "is no regular file", EINVAL);
		}
		if (lock(fd) != 0) {
			fail(e, path, "cannot be locked", errno);
			close(fd);
			return -1;
		}
		/* It may have been moved away while we waited. */
		if (fstat(fd, st) == 0 && stat(path, &named) == 0 &&
		    st->st_ino == named.st_ino && st->st_dev == named.st_dev)
			return fd;
		close(fd);
	}
	return fail(e, path, "is moved away all the time", EAGAIN);
}

static void
compose(
    struct text *line, const struct end *end, const char *object, size_t len)
{
	if (end->open)
		text_char(line, '\n');
	text_printf(line, "{\"prev\":\"%s\",", end->head);
	if (end->torn)
		text_printf(line,
		    "\"torn\":{\"bytes\":%llu,\"sha256\":\"%s\"},",
		    (unsigned long long)end->torn_bytes, end->torn_hash);
	text_add(line, object + 1, len - 1);
	text_char(line, '\n');
}

/* In one call, so that a line is whole unless the disk is full or the machine
 * goes down. What was written of it is taken back if that can be done. */
static int
write_line(int fd, const struct text *line, off_t size, const char *path,
    struct error *e)
{
	ssize_t n;
	int code;

	do {
		n = write(fd, line->data, line->len);
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)line->len) {
		if (fsync(fd) == 0)
			return 0;
		code = errno;
	} else {
		code = n < 0 ? errno : ENOSPC;
	}
	/* Where that is not allowed, the next line marks it as torn. */
	if (n > 0)
		(void)!ftruncate(fd, size);
	return fail(e, path, "could not be written", code);
}

static int
append(int fd, const struct stat *st, const char *path, const char *object,
    size_t len, char head[HASH_HEX], struct error *e)
{
	struct text line = TEXT_INIT;
	struct end end = {.open = false};
	int rc = -1;

	if (look_at_end(fd, (uint64_t)st->st_size, path, &end, e) != 0)
		return -1;
	compose(&line, &end, object, len);
	if (text_lost(&line))
		rc = error_memory(e);
	else if (head != NULL && hash_sha256_hex(head, line.data + end.open,
				     line.len - end.open - 1) != 0)
		rc = fail(e, path, "cannot be hashed", 0);
	else
		rc = write_line(fd, &line, st->st_size, path, e);
	if (rc == 0 && st->st_size == 0 && folder_sync(path) != 0)
		rc = fail(e, path, "could not be synced", errno);
	text_free(&line);
	return rc;
}

int
chain_append(const char *path, const char *object, size_t len,
    char head[HASH_HEX], struct error *e)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	struct stat st;
	int fd, rc;

	if (len < 3 || len > CHAIN_LINE_MAX - 512 || object[0] != '{' ||
	    memchr(object, '\n', len) != NULL)
		return fail(e, path, "cannot take this entry", EFBIG);
	/* A limit on file sizes is an error like a full disk. */
	sigaction(SIGXFSZ, &ignore, &before);
	rc = fd = open_locked(path, &st, e);
	if (fd >= 0) {
		rc = append(fd, &st, path, object, len, head, e);
		close(fd);
	}
	sigaction(SIGXFSZ, &before, NULL);
	return rc < 0 ? -1 : 0;
}

int
chain_head(const char *path, char head[HASH_HEX], struct error *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct end end;
	struct stat st;
	int rc;

	if (fd < 0)
		return fail(e, path, "cannot be opened", errno);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = fail(e, path, "is no regular file", EINVAL);
	else
		rc = look_at_end(fd, (uint64_t)st.st_size, path, &end, e);
	close(fd);
	if (rc == 0)
		memcpy(head, end.head, HASH_HEX);
	return rc;
}
