/* Bytes over a socket between two of our processes, with a deadline. */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* No deadline. */
#define STREAM_FOREVER INT64_MAX

/* Milliseconds of a clock that only goes forward. */
int64_t stream_now(void);

/*
 * Send, or fill, all LEN bytes. A socket that does not block is waited for
 * until DEADLINE (of stream_now()). False: the other end is gone, or it took
 * too long.
 */
bool stream_send(int fd, const void *data, size_t len, int64_t deadline);
bool stream_receive(int fd, void *data, size_t len, int64_t deadline);

/* What there is, LEN bytes at the most; 0 as false above. */
size_t stream_take(int fd, void *data, size_t len, int64_t deadline);

/*
 * Append what FD gives until its end. 0; 1 when DEADLINE came first; -1 when it
 * cannot be read, there is no memory, or it gave more than MAX bytes.
 */
int stream_collect(int fd, struct text *out, size_t max, int64_t deadline);

#endif
