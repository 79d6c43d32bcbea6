/* Between the two ends of the socket; inside of this room only. */
#ifndef MEMO_MEMO_IMPL_H
#define MEMO_MEMO_IMPL_H

#include "memo.h"

#define KEY_LEN ((size_t)64) /* hexadecimal SHA-256 */
#define ITEMS_MAX ((uint32_t)1 << 20)
#define PUT_BYTES_MAX ((size_t)64 << 20) /* all of one request */
#define MAP_BYTES ((size_t)256 << 20)
#define ABSENT UINT32_MAX

enum request_kind {
	REQUEST_GET = 1, /* N keys; answer: N times a length and the bytes */
	REQUEST_PUT = 2, /* N times key, length, bytes; answer: 0 or errno */
};

struct request {
	uint32_t kind;
	uint32_t n;
	uint64_t bytes; /* that follow */
};

/* How the process that holds the file ends. */
enum store_end {
	STORE_DONE = 0,
	STORE_NONE = 1,    /* the file cannot be had: leave it alone */
	STORE_DAMAGED = 2, /* or full: begin anew */
};

/*
 * Open MEMO_FILE in the current directory, then answer requests from FD until
 * it is closed.
 */
enum store_end store_serve(int fd, int (*confine)(struct error *));

/*
 * Never returns: the process that store_serve() runs under. It removes the file
 * when its child did not end well and nobody else uses it. FOLDER is open, and
 * locked (flock) for sharing.
 */
void keeper_run(int fd, int folder, int (*confine)(struct error *))
    __attribute__((noreturn));

#endif
