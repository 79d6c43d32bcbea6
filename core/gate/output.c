#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/folder.h"

int
output_write_fd(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len < SSIZE_MAX ? len : SSIZE_MAX);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * Devices, pipes and the likes of /dev/stdout are written to. A file must never
 * take their place: for root the rename would succeed.
 */
static int
is_special(const char *path)
{
	struct stat st;

	if ((strncmp(path, "/dev/", 5) == 0 ||
		strncmp(path, "/proc/", 6) == 0) &&
	    lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return 1;
	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int
write_special(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), rc;

	if (fd < 0)
		return -1;
	rc = output_write_fd(fd, data, len);
	return close(fd) != 0 ? -1 : rc;
}

int
output_publish(const char *temp, int fd, const char *path, mode_t mode)
{
	mode_t mask = umask(0);

	umask(mask);
	if (is_special(path)) {
		errno = EINVAL;
		return -1;
	}
	if (fchmod(fd, mode & ~mask) != 0 || fsync(fd) != 0)
		return -1;
	return rename(temp, path) != 0 ? -1 : folder_sync(path);
}

int
output_write(const char *path, const void *data, size_t len)
{
	char *temp = NULL;
	int fd, saved;

	if (path == NULL || strcmp(path, "-") == 0)
		return output_write_fd(STDOUT_FILENO, data, len);
	if (is_special(path))
		return write_special(path, data, len);
	if (asprintf(&temp, "%s.XXXXXX", path) < 0)
		return -1;
	if ((fd = mkostemp(temp, O_CLOEXEC)) < 0) {
		free(temp);
		return -1;
	}
	if (output_write_fd(fd, data, len) != 0 ||
	    output_publish(temp, fd, path, 0666) != 0) {
		saved = errno;
		close(fd);
		unlink(temp);
		free(temp);
		errno = saved;
		return -1;
	}
	free(temp);
	return close(fd);
}
