/* RDATA in wire form: its names, its canonical form, its presentation. */
#ifndef DNS_RDATA_H
#define DNS_RDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/text.h"

/*
 * The domain names in RDATA, in order. Returns how many (at most MAX stored as
 * offsets in OFFSET), or -1 if the RDATA is not well-formed for TYPE. Types
 * without names, and unknown types, give 0. For SVCB and HTTPS it is the
 * TargetName.
 */
int rdata_names(
    uint16_t type, const uint8_t *rdata, size_t len, uint16_t *offset, int max);

/*
 * The name a resolver or client follows from here to addresses: the target of
 * NS, CNAME, DNAME, PTR, MX, SRV, SVCB, HTTPS, NAPTR (replacement). NULL for
 * other types and for malformed RDATA; the root for "no target" (RFC 2782,
 * RFC 7505, NAPTR), SVCB's "." (RFC 9460 §2.5) included.
 */
const uint8_t *rdata_target(uint16_t type, const uint8_t *rdata, size_t len);

/*
 * Put RDATA into canonical form in place: embedded names in lower case for the
 * types of RFC 4034 §6.2 as amended by RFC 6840 §5.1. 0, or -1 if malformed.
 */
int rdata_canonical(uint16_t type, uint8_t *rdata, size_t len);

/* Is RDATA well-formed as far as lengths and names go? */
bool rdata_valid(uint16_t type, const uint8_t *rdata, size_t len);

/*
 * Append the presentation form ("10 mail.example.com."); RFC 3597 form for
 * unknown types. Long RDATA is not cut.
 */
void rdata_to_text(
    struct text *out, uint16_t type, const uint8_t *rdata, size_t len);

#endif
