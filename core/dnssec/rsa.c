/* The size of RSA keys in DNSKEY RDATA (RFC 3110 §2). */
#include <string.h>

#include "algorithm.h"
#include "dnssec.h"

/* Every algorithm number that stands for RSA. */
static bool
is_rsa(uint8_t algorithm)
{
	return algorithm == 1 || algorithm == 5 || algorithm == 7 ||
	       algorithm == 8 || algorithm == 10;
}

/* Bits of the big-endian number P. */
static uint32_t
bits_of(const uint8_t *p, size_t len)
{
	uint32_t n;
	uint8_t first;

	while (len != 0 && *p == 0) {
		p++;
		len--;
	}
	if (len == 0)
		return 0;
	n = (uint32_t)(len - 1) * 8;
	for (first = *p; first != 0; first >>= 1)
		n++;
	return n;
}

int
dnssec_rsa_size(const uint8_t *rdata, size_t len, struct dnssec_rsa *out)
{
	const uint8_t *p;
	size_t exponent;

	memset(out, 0, sizeof(*out));
	if (len < DNSKEY_HEADER || !is_rsa(rdata[3]))
		return 0;
	p = rdata + DNSKEY_HEADER;
	len -= DNSKEY_HEADER;
	if (len < 3)
		return -1;
	exponent = p[0];
	p++;
	len--;
	if (exponent == 0) {
		exponent = get16(p);
		p += 2;
		len -= 2;
	}
	if (exponent == 0 || exponent >= len)
		return -1;
	out->exponent_bits = bits_of(p, exponent);
	out->exponent_odd = (p[exponent - 1] & 1) != 0;
	out->bits = bits_of(p + exponent, len - exponent);
	return 1;
}
