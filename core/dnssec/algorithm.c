#include "algorithm.h"

#include <stdlib.h>
#include <strings.h>

#include "../dns/rrtype.h"
#include "dnssec.h"

static const struct dnssec_algorithm algorithms[] = {
    {"RSASHA256", 8, 0, 0, 2048},
    {"RSASHA512", 10, 0, 0, 2048},
    {"ECDSAP256SHA256", 13, 64, 64, 0},
    {"ECDSAP384SHA384", 14, 96, 96, 0},
    {"ED25519", 15, 32, 64, 0},
    {"ED448", 16, 57, 114, 0},
};

#define COUNT (sizeof(algorithms) / sizeof(algorithms[0]))

const struct dnssec_algorithm *
algorithm_find(uint8_t number)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (algorithms[i].number == number)
			return &algorithms[i];
	return NULL;
}

static const struct {
	uint8_t number;
	const char *text;
} refused[] = {
    {1, "RSAMD5"},
    {3, "DSA"},
    {5, "RSASHA1"},
    {6, "DSA-NSEC3-SHA1"},
    {7, "RSASHA1-NSEC3-SHA1"},
    {12, "ECC-GOST"},
};

const char *
dnssec_algorithm_refused(uint8_t algorithm)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (refused[i].number == algorithm)
			return refused[i].text;
	return algorithm_find(algorithm) == NULL ? "" : NULL;
}

size_t
dnssec_signature_size(uint8_t algorithm)
{
	const struct dnssec_algorithm *a = algorithm_find(algorithm);

	return a == NULL ? 0 : a->sig_len != 0 ? a->sig_len : a->new_bits / 8u;
}

const char *
dnssec_algorithm_text(uint8_t algorithm)
{
	const struct dnssec_algorithm *a = algorithm_find(algorithm);

	return a == NULL ? NULL : a->text;
}

uint8_t
dnssec_algorithm_parse(const char *text)
{
	char *end;
	unsigned long n;
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (strcasecmp(algorithms[i].text, text) == 0)
			return algorithms[i].number;
	if (text[0] < '1' || text[0] > '9')
		return 0;
	n = strtoul(text, &end, 10);
	if (*end != '\0' || n > 255 || algorithm_find((uint8_t)n) == NULL)
		return 0;
	return (uint8_t)n;
}

uint16_t
dnskey_tag(const uint8_t *rdata, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? rdata[i] : (uint32_t)rdata[i] << 8;
	sum += sum >> 16 & 0xffff;
	return (uint16_t)sum;
}

bool
dnssec_has_records(const struct zone *z)
{
	uint32_t i;

	for (i = 0; i < z->nrrsets; i++)
		switch (z->rrset[i].type) {
		case RRTYPE_DNSKEY:
		case RRTYPE_RRSIG:
		case RRTYPE_NSEC:
		case RRTYPE_NSEC3:
		case RRTYPE_NSEC3PARAM:
			return true;
		default:
			break;
		}
	return false;
}
