/* Which zone is in a file that no policy names? */
#ifndef GATE_GUESS_H
#define GATE_GUESS_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/*
 * The apex for the zone file PATH with contents DATA, in OUT: its first
 * absolute $ORIGIN, else the absolute owner of its SOA, else the file's name
 * without "db.", ".zone", ".db", ".signed", ".txt". 0, or -1 with E set: say
 * --zone.
 */
int guess_zone(uint8_t out[255], const char *path, const char *data, size_t len,
    struct error *e);

#endif
