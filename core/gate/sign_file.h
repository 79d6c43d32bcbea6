/* A signed zone on its way into a file. */
#ifndef GATE_SIGN_FILE_H
#define GATE_SIGN_FILE_H

#include "../source/source.h"
#include "../zone/zone.h"

/* Write Z to FD, SOA first, as master files begin. 0, or -1 with E set. */
int sign_file_write(int fd, const struct zone *z, struct error *e);

/*
 * Read the file PATH back as a server would, without limits that its source had
 * not. *SOURCE must outlive *OUT. 0, or -1 with E set.
 */
int sign_file_read(struct zone **out, struct source **source,
    const uint8_t *apex, const char *path, struct findings *fs,
    struct error *e);

#endif
