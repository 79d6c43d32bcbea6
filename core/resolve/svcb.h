/* SVCB and HTTPS RDATA (RFC 9460): what decides where a client connects. */
#ifndef RESOLVE_SVCB_H
#define RESOLVE_SVCB_H

#include <stddef.h>
#include <stdint.h>

struct svcb {
	uint16_t priority; /* 0: AliasMode */
	uint16_t port;     /* 0: not given */
	const uint8_t *target;
	const uint8_t *ipv4; /* hints, 4 octets each; NULL in AliasMode */
	size_t nipv4;
	const uint8_t *ipv6; /* 16 octets each */
	size_t nipv6;
};

/*
 * Read RDATA. NULL when well-formed (OUT borrows from it); else a static
 * sentence: clients reject the whole RRset then (§2.2), or pass over the record
 * because a key that it makes mandatory means nothing to them (§8). AliasMode
 * parameters are checked and ignored (§2.4.2).
 */
const char *svcb_parse(struct svcb *out, const uint8_t *rdata, size_t len);

#endif
