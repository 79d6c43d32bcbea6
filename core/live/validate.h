/*
 * A whole answer against the keys of the zones it comes from: aliases,
 * wildcards and negative answers included (RFC 4035 §5). The AD bit of the
 * header counts for nothing.
 */
#ifndef LIVE_VALIDATE_H
#define LIVE_VALIDATE_H

#include "trust.h"

enum { VALIDATE_ALIASES_MAX = 16 };

struct validate_args {
	const struct message *m;
	const uint8_t *name; /* that was asked */
	uint16_t type;
	/* every zone that may have part in the answer, as this server gives it
	 */
	const struct trust *zone;
	size_t nzones;
	/* the server has authority for this zone and need not say more; NULL: a
	 * resolver, which has to */
	const uint8_t *authority;
	uint32_t now;
};

struct validated {
	enum trust_state state; /* the worst of all parts */
	const char *why;        /* static; NULL when secure */
	/* the chain goes on outside of the zones, or of AUTHORITY: that part
	 * was not looked at */
	bool outside;
};

/* 0 with OUT filled, or -1 without memory. */
int validate_answer(
    struct validated *out, const struct validate_args *, struct error *e);

#endif
