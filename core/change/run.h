/*
 * Programs that verify signatures, run to their end: without a shell, without
 * the caller's environment, under limits of time and memory, and with nothing
 * open but what they are to read. To be called before the process is confined.
 */
#ifndef CHANGE_RUN_H
#define CHANGE_RUN_H

#include <stddef.h>

#include "../base/error.h"
#include "../base/text.h"

#define RUN_FILES_MAX 4

/* Bytes that the program finds as a file, see run_file_path(). */
struct run_file {
	const void *data;
	size_t len;
};

struct run {
	const char *const *argv; /* [0]: looked for in the system's folders */
	const char *const *env;  /* besides PATH, LC_ALL and TZ; NULL: none */
	struct run_file input;   /* standard input */
	const struct run_file *file;
	size_t nfiles;
};

/* Path under which the program finds file I. */
const char *run_file_path(size_t i);

/*
 * Run it; what it says on standard output goes to OUT (which is emptied
 * first). 0 with *STATUS set to its exit status; -1 with E set: it is not
 * there, was killed, took too long or said too much.
 */
int run_program(
    const struct run *, struct text *out, int *status, struct error *e);

#endif
