/*
 * A zone from a server (AXFR, RFC 5936) over TCP, signed with TSIG or not. In
 * two steps: the connection is made while that is allowed, then the caller
 * confines itself, and only then the first octet of the server is read.
 */
#ifndef LIVE_AXFR_H
#define LIVE_AXFR_H

#include "../zone/zone.h"
#include "axfr_tsig.h"

struct axfr_args {
	const char *server;  /* "192.0.2.1", "192.0.2.1:5353", "[::1]:53" */
	const uint8_t *zone; /* wire form, lower case */
	const struct axfr_key *key;       /* NULL: not signed */
	uint64_t bytes;                   /* of all messages; 0: 256 MiB */
	unsigned seconds;                 /* of all of it; 0: 60 */
	const struct zone_limits *limits; /* NULL: the default */
};

struct axfr;

/*
 * Connect to the server: an address, no name. ARGS and what it points to must
 * stay. 0; -1 with E set: ERROR_USAGE for what is no address, ERROR_SYSTEM when
 * nobody answers there.
 */
int axfr_connect(
    struct axfr **out, const struct axfr_args *args, struct error *e);

/*
 * Ask, and read to the end of the transfer. Anything that is not a complete,
 * well-formed transfer of this zone is an error: a refusal, records of another
 * zone or class, a missing first or last SOA, more than the limits, a wrong
 * signature. 0 with *OUT set (zone_free() it); -1 with E set.
 */
int axfr_receive(struct axfr *, struct zone **out, struct error *e);

void axfr_free(struct axfr *);

#endif
