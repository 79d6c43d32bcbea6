#include "query.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

enum {
	RRTYPE_OPT = 41, /* RFC 6891 §6.1.2 */
	EDNS_DO = 0x8000,
};

static uint8_t *
put(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static void
write_question(struct query *out, const struct live_question *q, uint16_t id)
{
	size_t name = name_len(q->name);
	uint8_t *p = out->wire;

	p = put(p, id);
	p = put(p,
	    (q->recurse ? QUERY_RD : 0u) | (q->check_disabled ? QUERY_CD : 0u));
	p = put(p, 1);
	p = put(p, 0);
	p = put(p, 0);
	p = put(p, 1);
	memcpy(p, q->name, name);
	p = put(p + name, q->type);
	p = put(p, RRCLASS_IN);
	*p++ = 0; /* the root owns the OPT record */
	p = put(p, RRTYPE_OPT);
	p = put(p, QUERY_EDNS);
	p = put(p, 0);
	p = put(p, EDNS_DO);
	p = put(p, 0);
	out->len = (size_t)(p - out->wire);
	out->question = name + 4;
}

int
query_build(struct query *out, const struct live_question *q,
    const struct axfr_key *key)
{
	struct error ignored = {0};
	uint16_t id = 0;

	memset(out, 0, sizeof(*out));
	if (q->transport != LIVE_HTTPS &&
	    getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -1;
	write_question(out, q, id);
	if (key == NULL)
		return 0;
	if ((out->tsig = axfr_tsig_new(key)) != NULL &&
	    axfr_tsig_sign(
		out->tsig, out->wire, &out->len, time(NULL), &ignored) == 0)
		return 0;
	query_free(out);
	return -1;
}

void
query_free(struct query *q)
{
	axfr_tsig_free(q->tsig);
	q->tsig = NULL;
}

uint16_t
query_flags(const uint8_t *m)
{
	return (uint16_t)(m[2] << 8 | m[3]);
}

/* An error that comes without the question is not believed either: the id alone
 * is too easily guessed. */
bool
query_matches(const struct query *q, const uint8_t *m, size_t len)
{
	const uint8_t *mine = q->wire + QUERY_HEADER, *p = m + QUERY_HEADER;
	size_t name = q->question - 4;

	return len >= QUERY_HEADER + q->question && m[0] == q->wire[0] &&
	       m[1] == q->wire[1] && (query_flags(m) & QUERY_QR) != 0 &&
	       (query_flags(m) & QUERY_OPCODE) == 0 && m[4] == 0 && m[5] == 1 &&
	       name_check(p, len - QUERY_HEADER) == name &&
	       name_equal(p, mine) && memcmp(p + name, mine + name, 4) == 0;
}
