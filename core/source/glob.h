/*
 * Inside of this room only: the shell patterns of git.
 */
#ifndef SOURCE_GLOB_H
#define SOURCE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Does PATTERN match the whole of TEXT? With PATHNAME a slash is matched by a
 * slash or by "**" between slashes only. 1 yes, 0 no, -1 when *STEPS, which is
 * counted down, ran out: patterns can be made that take for ever.
 */
int glob_match(
    const char *pattern, const char *text, bool pathname, unsigned long *steps);

/* Length of the part of PATTERN before its first special character. */
size_t glob_literal(const char *pattern);

#endif
