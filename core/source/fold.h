/*
 * Inside of this room only: paths as a file system without case or with
 * another Unicode normal form compares them.
 */
#ifndef SOURCE_FOLD_H
#define SOURCE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/*
 * Append the folded form of the LEN bytes at PATH; slashes stay where they
 * are. True when accents were left away: paths collide only if they agree in
 * that too. The result is a key, not text.
 */
bool fold_path(struct text *out, const char *path, size_t len);

#endif
