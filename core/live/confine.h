/* What the process that uses the network may not do. */
#ifndef LIVE_CONFINE_H
#define LIVE_CONFINE_H

#include "ask.h"

/*
 * From here on: sockets of the Internet only, none that listens; no program, no
 * new process, no file opened for writing; bounded memory and descriptors. 0;
 * or -1 with E set: then nothing may be asked.
 */
int live_confine(const struct live_setup *, struct error *);

#endif
