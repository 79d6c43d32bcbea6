/*
 * The signing algorithms this project knows (RFC 8624 §3.1), and the small
 * facts about DNSKEY RDATA that signer and validator both need.
 */
#ifndef DNSSEC_ALGORITHM_H
#define DNSSEC_ALGORITHM_H

#include <stddef.h>
#include <stdint.h>

enum {
	DNSKEY_REVOKE = 0x0080, /* RFC 5011 §7 */
	DNSKEY_ZONE = 0x0100,   /* RFC 4034 §2.1.1 */
	DNSKEY_SEP = 0x0001,
	DNSKEY_PROTOCOL = 3,
	DNSKEY_HEADER = 4, /* flags, protocol, algorithm */
	/* type covered, algorithm, labels, TTL, expiration, inception, tag */
	RRSIG_HEADER = 18,
};

struct dnssec_algorithm {
	const char *text;
	uint8_t number;
	uint8_t key_len;   /* octets of a public key; 0: RSA, it varies */
	uint8_t sig_len;   /* octets of a signature; 0: RSA */
	uint16_t new_bits; /* size of a trial key, RSA only */
};

/* The algorithm NUMBER, or NULL when it is not supported. */
const struct dnssec_algorithm *algorithm_find(uint8_t number);

/* Key tag of DNSKEY RDATA (RFC 4034 appendix B). */
uint16_t dnskey_tag(const uint8_t *rdata, size_t len);

/* Big-endian numbers in RDATA. */
static inline uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline void
put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

#endif
