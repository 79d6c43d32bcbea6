/* Packets of hostile servers, read and validated: never a crash, and nothing
 * but what the zone's own keys signed is ever secure. */
#include "answer_fixture.h"
#include "codec.h"
#include "query.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct trust trust = {.apex = EX};
static struct answer base;
static size_t bases[4]; /* where each seed answer ends */

static void
seed(const struct zone *z, size_t i, const uint8_t *name, uint16_t type,
    unsigned flags)
{
	static struct answer one;

	answer_begin(&one, name, type, flags);
	answer_rrset(&one, 0, z, name, type, NULL);
	answer_denial(&one, z, z->nrrsets);
	answer_put(&base, one.data, one.len);
	bases[i] = base.len;
}

static void
prepare(void)
{
	struct zone *plain = NULL, *z = answer_zone(DNSSEC_NSEC, &plain);
	const struct zone_rr *rr;
	struct dnssec_anchor a;
	struct message m;

	rr = &z->rr[zone_find_rrset(z, EX, RRTYPE_DNSKEY)->rr];
	while ((zone_rr_data(z, rr)[1] & 1) == 0)
		rr++;
	a = (struct dnssec_anchor){
	    RRTYPE_DNSKEY, zone_rr_data(z, rr), rr->rdlen};
	seed(z, 0, EX, RRTYPE_DNSKEY, 0);
	if (message_parse(&m, base.data, base.len, arena_new(), NULL) != 0 ||
	    trust_keys(&trust, EX, &a, 1, &m, FIXTURE_NOW, arena_new(), NULL) !=
		0 ||
	    trust.state != TRUST_SECURE)
		abort();
	seed(z, 1, N("\3www\2ex"), RRTYPE_A, QUERY_AA);
	seed(z, 2, N("\4none\2ex"), RRTYPE_A, QUERY_AA | 3);
	seed(z, 3, N("\5alias\2ex"), RRTYPE_CNAME, QUERY_AA);
}

static void
look(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new();
	struct validate_args a = {
	    .zone = &trust, .nzones = 1, .now = FIXTURE_NOW};
	struct live_question *q;
	struct live_reply r[4];
	struct validated v;
	struct message m;
	size_t n;

	if (message_parse(&m, data, len, arena, NULL) == 0) {
		a.m = &m;
		a.name = m.qname;
		a.type = m.qtype;
		if (validate_answer(&v, &a, NULL) == 0 &&
		    v.state == TRUST_SECURE && !name_is_under(m.qname, EX))
			abort();
	}
	(void)codec_get_questions(data, len, &q, &n, arena);
	(void)codec_get_replies(data, len, r, 4);
	arena_free(arena);
}

/* The bytes as they are; then as edits (offset, value) of a seed answer. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static uint8_t edited[LIVE_FIXTURE_MAX];
	size_t from, n, at, i;

	if (trust.state != TRUST_SECURE)
		prepare();
	look(p, len);
	if (len == 0)
		return 0;
	i = p[0] % 4;
	from = i == 0 ? 0 : bases[i - 1];
	n = bases[i] - from;
	memcpy(edited, base.data + from, n);
	for (at = 1; at + 3 <= len; at += 3)
		edited[(size_t)(p[at] << 8 | p[at + 1]) % n] = p[at + 2];
	look(edited, n);
	return 0;
}
