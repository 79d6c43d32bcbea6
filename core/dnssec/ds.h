/* The layout of DS RDATA (RFC 4034 §5.1). */
#ifndef DNSSEC_DS_H
#define DNSSEC_DS_H

enum {
	DS_HEADER = 4, /* tag, algorithm, digest type */
	DS_SHA256 = 2,
	DS_SHA384 = 4,
};

#endif
