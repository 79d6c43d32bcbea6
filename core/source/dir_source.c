/*
 * A directory. Every component is opened below the one before it and without
 * following a link, so nothing outside the directory can be named whatever
 * changes meanwhile; what is no regular file is never opened for reading.
 */
#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/arena.h"
#include "source_impl.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

struct walk {
	struct source *src;
	struct error *e;
	char *path;
};

static int
failed(struct error *e, const char *path)
{
	enum error_code code = errno == ENOENT || errno == ENOTDIR ||
				       errno == ELOOP
				   ? ERROR_USAGE
				   : ERROR_SYSTEM;
	const char *why = errno == ELOOP ? "a symbolic link" : strerror(errno);

	return error_set(e, code, "%s: %s", source_show(path).s, why);
}

static void
describe(struct source_entry *entry, const char *path, const struct stat *st)
{
	memset(entry, 0, sizeof(*entry));
	entry->path = path;
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		entry->kind = SOURCE_FILE;
		entry->mode = st->st_mode & S_IXUSR ? 0100755 : 0100644;
		break;
	case S_IFLNK:
		entry->kind = SOURCE_SYMLINK;
		entry->mode = 0120000;
		break;
	default:
		entry->kind = SOURCE_OTHER;
		entry->mode = (uint32_t)(st->st_mode & S_IFMT);
	}
}

/*
 * The directory that holds the last component of PATH, opened; *NAME points at
 * that component. -1 with errno set.
 */
static int
open_parent(int root, const char *path, const char **name)
{
	char part[SOURCE_COMPONENT + 1];
	int fd, next, saved;
	size_t len;

	if ((fd = openat(root, ".", DIR_FLAGS)) < 0)
		return -1;
	while (path[len = strcspn(path, "/")] != '\0') {
		memcpy(part, path, len);
		part[len] = '\0';
		next = openat(fd, part, DIR_FLAGS);
		saved = errno;
		close(fd);
		errno = saved;
		if (next < 0)
			return -1;
		fd = next;
		path += len + 1;
	}
	*name = path;
	return fd;
}

static const struct source_entry *
dir_find(struct source *src, const char *path, struct error *e)
{
	struct source_entry *entry;
	const char *name;
	struct stat st;
	int fd, rc;

	fd = open_parent(src->fd, path, &name);
	rc = fd < 0 ? -1 : fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW);
	if (rc != 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		failed(e, path);
	if (fd >= 0)
		close(fd);
	if (rc != 0 || S_ISDIR(st.st_mode))
		return NULL;
	if ((entry = arena_alloc(src->arena, sizeof(*entry))) == NULL ||
	    (path = arena_strdup(src->arena, path)) == NULL) {
		error_memory(e);
		return NULL;
	}
	describe(entry, path, &st);
	return entry;
}

/* Look first, open then, and look again at what was opened: a device may act
 * on being opened, and the name may change in between. */
static int
open_file(
    struct source *src, const char *path, struct stat *st, struct error *e)
{
	const char *name;
	int dir, fd = -1;

	if ((dir = open_parent(src->fd, path, &name)) < 0)
		return failed(e, path);
	if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) != 0) {
		failed(e, path);
	} else if (S_ISLNK(st->st_mode)) {
		errno = ELOOP;
		failed(e, path);
	} else if (!S_ISREG(st->st_mode)) {
		error_set(e, ERROR_USAGE, "%s is not a regular file",
		    source_show(path).s);
	} else if ((fd = openat(dir, name, FILE_FLAGS)) < 0 ||
		   fstat(fd, st) != 0) {
		failed(e, path);
		if (fd >= 0)
			close(fd);
		fd = -1;
	} else if (!S_ISREG(st->st_mode)) {
		error_set(e, ERROR_SYSTEM, "%s changed while it was opened",
		    source_show(path).s);
		close(fd);
		fd = -1;
	}
	close(dir);
	return fd;
}

/* Exactly SIZE bytes and then the end. */
static int
read_all(int fd, char *data, size_t size, const char *path, struct error *e)
{
	size_t got = 0;
	ssize_t n;

	for (;;) {
		/* One byte more than it should hold: has it grown? */
		n = read(fd, data + got, size + 1 - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(e, path);
		if (n == 0)
			break;
		got += (size_t)n;
		if (got > size)
			break;
	}
	if (got != size)
		return error_set(e, ERROR_SYSTEM,
		    "%s changed while it was read", source_show(path).s);
	data[size] = '\0';
	return 0;
}

static int
dir_load(struct source *src, const char *path, uint64_t max, char **data,
    size_t *len, struct error *e)
{
	struct stat st;
	int fd, rc;

	if ((fd = open_file(src, path, &st, e)) < 0)
		return -1;
	if (st.st_size < 0 || (uint64_t)st.st_size > max) {
		close(fd);
		return source_too_big(e, path, (uint64_t)st.st_size, max);
	}
	*len = (size_t)st.st_size;
	if ((*data = malloc(*len + 1)) == NULL) {
		close(fd);
		return error_memory(e);
	}
	rc = read_all(fd, *data, *len, path, e);
	close(fd);
	if (rc != 0) {
		free(*data);
		*data = NULL;
	}
	return rc;
}

static int walk_dir(struct walk *, int fd, size_t dir, unsigned depth);

static int
walk_name(struct walk *w, int fd, const char *name, size_t dir, unsigned depth)
{
	struct source_entry entry;
	size_t len = strlen(name);
	struct stat st;
	int sub;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    source_bad_name(name, len) != NULL)
		return 0; /* .git; the system has no other bad names */
	if (source_count(w->src, w->e) != 0)
		return -1;
	if (dir + len > w->src->limits.path_bytes) {
		w->path[dir] = '\0';
		return error_set(w->e, ERROR_SYSTEM, "%s: an over-long path",
		    source_show(w->path).s);
	}
	memcpy(w->path + dir, name, len + 1);
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : failed(w->e, w->path);
	if (!S_ISDIR(st.st_mode)) {
		describe(&entry, w->path, &st);
		return source_add(w->src, &entry, w->e);
	}
	if ((sub = openat(fd, name, DIR_FLAGS)) < 0)
		return failed(w->e, w->path);
	w->path[dir + len] = '/';
	return walk_dir(w, sub, dir + len + 1, depth + 1);
}

/* List the directory FD, which is closed. */
static int
walk_dir(struct walk *w, int fd, size_t dir, unsigned depth)
{
	struct dirent *d;
	DIR *handle;
	int rc = 0;

	if (depth > SOURCE_DEPTH) {
		close(fd);
		w->path[dir] = '\0';
		return error_set(w->e, ERROR_SYSTEM, "%s: too many directories",
		    source_show(w->path).s);
	}
	if ((handle = fdopendir(fd)) == NULL) {
		close(fd);
		return error_memory(w->e);
	}
	for (;;) {
		errno = 0;
		if ((d = readdir(handle)) == NULL)
			break;
		if ((rc = walk_name(w, fd, d->d_name, dir, depth)) != 0)
			break;
	}
	if (rc == 0 && errno != 0) {
		w->path[dir] = '\0';
		rc = failed(w->e, w->path);
	}
	closedir(handle);
	return rc;
}

static int
dir_list(struct source *src, struct error *e)
{
	struct walk w = {.src = src, .e = e};
	int fd, rc;

	if ((w.path = malloc((size_t)src->limits.path_bytes + 2)) == NULL)
		return error_memory(e);
	if ((fd = openat(src->fd, ".", DIR_FLAGS)) < 0)
		rc = failed(e, src->label);
	else
		rc = walk_dir(&w, fd, 0, 0);
	free(w.path);
	return rc;
}

int
source_open_dir(struct source **out, const char *dir,
    const struct source_limits *limits, struct error *e)
{
	static const struct source_ops ops = {dir_list, dir_find, dir_load};
	struct source *src;
	struct stat st;

	*out = NULL;
	if ((src = source_new(&ops, limits)) == NULL)
		return error_memory(e);
	/* The directory itself was named by the user: a link is fine. */
	src->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (src->fd < 0) {
		failed(e, dir);
		source_free(src);
		return -1;
	}
	if (fstatat(src->fd, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0)
		src->label = "working tree";
	else
		src->label = arena_strdup(src->arena, dir);
	if (src->label == NULL) {
		source_free(src);
		return error_memory(e);
	}
	*out = src;
	return 0;
}
