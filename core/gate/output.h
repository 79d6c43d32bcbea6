/* Writing what a command says, whole or not at all. */
#ifndef GATE_OUTPUT_H
#define GATE_OUTPUT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Write LEN bytes to the file PATH (a temporary file beside it, synced, then
 * renamed), or to standard output when PATH is NULL or "-". 0; or -1 with errno
 * set, and then PATH is as it was. What is no regular file (a device, a pipe)
 * is written to in place, never replaced.
 */
int output_write(const char *path, const void *data, size_t len);

/* All LEN bytes to FD. 0, or -1 with errno set. */
int output_write_fd(int fd, const void *data, size_t len);

/*
 * The last steps of a file written under the name TEMP: permissions (MODE less
 * the umask), sync, rename to PATH, sync of the directory. 0, or -1 with errno
 * set: EINVAL when PATH is no regular file.
 */
int output_publish(const char *temp, int fd, const char *path, mode_t mode);

#endif
