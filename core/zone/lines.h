/* Where the lines of a text begin, found when somebody asks. */
#ifndef ZONE_LINES_H
#define ZONE_LINES_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct zone_lines;

/* An empty index that dies with ARENA; NULL without memory. */
struct zone_lines *zone_lines_new(struct arena *);

/*
 * Offset at which LINE (from 1) of DATA begins, LEN when there is no such line.
 * The first call reads the whole text and notes every 1,024th line; safe from
 * several threads.
 */
size_t zone_lines_find(
    struct zone_lines *, const char *data, size_t len, uint32_t line);

#endif
