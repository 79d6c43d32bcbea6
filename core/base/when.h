/* Points in time as people and DNSSEC tools write them. */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include <stdint.h>

/*
 * Seconds since 1970, YYYYMMDDHHMMSS, or ISO 8601 in UTC ("2026-11-24",
 * "2026-11-24T13:26:57Z"). 0, or -1: not a time after 1970.
 */
int when_parse(const char *s, int64_t *out);

#define WHEN_TEXT 32

/* "2026-11-24T13:26:57Z" into OUT; the number itself out of its range. */
const char *when_text(char out[WHEN_TEXT], int64_t t);

#endif
