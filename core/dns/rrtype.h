/* Resource record types: numbers and mnemonics (RFC 3597 §5). */
#ifndef DNS_RRTYPE_H
#define DNS_RRTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RRTYPE_A = 1,
	RRTYPE_NS = 2,
	RRTYPE_CNAME = 5,
	RRTYPE_SOA = 6,
	RRTYPE_PTR = 12,
	RRTYPE_MX = 15,
	RRTYPE_TXT = 16,
	RRTYPE_AAAA = 28,
	RRTYPE_SRV = 33,
	RRTYPE_NAPTR = 35,
	RRTYPE_DNAME = 39,
	RRTYPE_DS = 43,
	RRTYPE_SSHFP = 44,
	RRTYPE_RRSIG = 46,
	RRTYPE_NSEC = 47,
	RRTYPE_DNSKEY = 48,
	RRTYPE_NSEC3 = 50,
	RRTYPE_NSEC3PARAM = 51,
	RRTYPE_TLSA = 52,
	RRTYPE_CDS = 59,
	RRTYPE_CDNSKEY = 60,
	RRTYPE_ZONEMD = 63,
	RRTYPE_SVCB = 64,
	RRTYPE_HTTPS = 65,
	RRTYPE_ANY = 255,
	RRTYPE_URI = 256,
	RRTYPE_CAA = 257,
};

#define RRTYPE_MAX_TEXT 32
#define RRCLASS_IN 1

/* "A", "TYPE65280". Always succeeds. */
const char *rrtype_to_text(char out[RRTYPE_MAX_TEXT], uint16_t type);

/* Number of a mnemonic or TYPEnnn (canonical digits), any case; 0 if none. */
uint16_t rrtype_from_text(const char *text, size_t len);

/*
 * May records of this type stand in a zone? Not 0, not OPT, not the meta and
 * query types 128–255 (RFC 6895 §3.1).
 */
bool rrtype_is_data(uint16_t type);

/* Are there domain names in its RDATA that RFC 4034 §6.2 puts in lower case? */
bool rrtype_is_folded(uint16_t type);

#endif
