/* Between the files of TSIG. */
#ifndef LIVE_AXFR_TSIG_IMPL_H
#define LIVE_AXFR_TSIG_IMPL_H

#include "axfr_tsig.h"

struct axfr_tsig_algorithm {
	const char *text;    /* "hmac-sha256" */
	const char *digest;  /* as libcrypto calls it */
	const uint8_t *name; /* wire form */
	size_t mac_len;
};

#endif
