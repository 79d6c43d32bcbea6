/* Writing what a command says, whole or not at all. */
#ifndef GATE_OUTPUT_H
#define GATE_OUTPUT_H

#include <stddef.h>

/*
 * Write LEN bytes to the file PATH (a temporary file beside it, synced, then
 * renamed), or to standard output when PATH is NULL. 0; or -1 with errno set,
 * and then PATH is as it was.
 */
int output_write(const char *path, const void *data, size_t len);

#endif
