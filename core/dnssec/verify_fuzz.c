/* A signed zone whose records are edited at will: never a crash. */
#include <string.h>

#include "../dns/rrtype.h"
#include "dnssec.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const uint8_t apex[] = "\2ex", www[] = "\3www\1a\2ex", cut[] = "\1s\2ex";
static const uint8_t soa[] = "\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1";

/* EDITS, four octets each: record, what to change, offset, value. */
static struct zone *
edit(const struct zone *from, const uint8_t *p, size_t len)
{
	struct zone_builder *b = zone_builder_new(apex, NULL);
	struct zone_record r;
	struct zone *z = NULL;
	uint8_t rdata[512];
	uint32_t i;
	size_t at;

	for (i = 0; i < from->nrrs; i++) {
		const struct zone_rr *rr = &from->rr[i];

		memcpy(rdata, zone_rr_data(from, rr), rr->rdlen);
		r = (struct zone_record){zone_rr_owner(from, rr), rdata,
		    rr->ttl, 0, rr->rdlen, rr->type, 0, 0};
		for (at = 0; at + 4 <= len; at += 4) {
			if (p[at] % from->nrrs != i)
				continue;
			rdata[p[at + 2]] ^= p[at + 3];
			r.type = p[at + 1] == 1 ? p[at + 3] : r.type;
			r.rdlen = p[at + 1] == 2 ? p[at + 2] : r.rdlen;
			if (p[at + 1] == 3)
				r.owner = zone_rr_owner(
				    from, &from->rr[p[at + 3] % from->nrrs]);
		}
		zone_builder_add(b, &r, NULL); /* refuses malformed RDATA */
	}
	return zone_builder_finish(b, &z, NULL, NULL) == 0 ? z : NULL;
}

static struct zone *
make(enum dnssec_denial denial)
{
	struct zone_builder *b = zone_builder_new(apex, NULL);
	struct zone_record r[] = {{apex, soa, 60, 0, 22, RRTYPE_SOA, 0, 0},
	    {apex, www, 60, 0, 10, RRTYPE_NS, 0, 0},
	    {www, soa, 60, 0, 4, RRTYPE_A, 0, 0},
	    {cut, www, 60, 0, 10, RRTYPE_NS, 0, 0}};
	struct dnssec_sign_params s = {1000, 10, 100, denial, 1};
	struct dnssec_keys *keys = NULL;
	struct zone *z = NULL, *out = NULL;
	size_t i;

	for (i = 0; i < 4; i++)
		zone_builder_add(b, &r[i], NULL);
	if (zone_builder_finish(b, &z, NULL, NULL) == 0 &&
	    dnssec_keys_trial(&keys, apex, 15, NULL) == 0)
		dnssec_sign(&out, z, keys, &s, NULL);
	dnssec_keys_free(keys);
	zone_free(z);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct zone *base[3];
	struct dnssec_verify_params v = {.now = 1000, .jobs = 1};
	struct dnssec_result result;
	struct arena *arena = arena_new();
	struct findings fs;
	struct zone *z = NULL;
	unsigned d = len == 0 ? 0 : data[0] % 3;

	if (base[d] == NULL)
		base[d] = make((enum dnssec_denial)d);
	findings_init(&fs, arena);
	if (len != 0 && (z = edit(base[d], data + 1, len - 1)) != NULL)
		dnssec_verify(z, &v, &result, &fs, NULL);
	zone_free(z);
	findings_free(&fs);
	arena_free(arena);
	return 0;
}
