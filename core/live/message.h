/*
 * An answer taken apart: flat records, names in lower case, RDATA in canonical
 * form (RFC 4034 §6.2). ldns reads the packet; what it gives is checked again.
 * For the confined child: messages are hostile.
 */
#ifndef LIVE_MESSAGE_H
#define LIVE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/arena.h"
#include "../base/error.h"

enum { MESSAGE_RECORDS_MAX = 4096 };

enum message_section { MESSAGE_ANSWER, MESSAGE_AUTHORITY, MESSAGE_ADDITIONAL };

struct message_rr {
	const uint8_t *owner;
	const uint8_t *rdata;
	uint32_t ttl;
	uint16_t type;
	uint16_t rdlen;
	enum message_section section;
};

struct message {
	const uint8_t *qname;
	uint16_t qtype;
	uint16_t flags; /* of the header; see query.h */
	uint16_t rcode; /* with EDNS' upper bits */
	const struct message_rr *rr;
	size_t n;
};

/*
 * Take LEN octets apart; OUT lives in ARENA. 0; 1 when they are no message of
 * class IN with one question, or longer than MESSAGE_RECORDS_MAX; -1 without
 * memory, E set.
 */
int message_parse(struct message *out, const uint8_t *data, size_t len,
    struct arena *, struct error *e);

/* The record after AFTER (NULL: the first) of that owner and type in SECTION;
 * NULL when there is none. */
const struct message_rr *message_next(const struct message *,
    enum message_section, const uint8_t *owner, uint16_t type,
    const struct message_rr *after);

enum { MESSAGE_SET_MAX = 512 };

/* An RRset in canonical order (RFC 4034 §6.3), each record once. */
struct message_set {
	const struct message_rr *rr[MESSAGE_SET_MAX];
	size_t n;
	bool too_many; /* N is 0 then */
};

void message_set(struct message_set *, const struct message *,
    enum message_section, const uint8_t *owner, uint16_t type);

/* "NOERROR", "SERVFAIL", …; static. */
const char *message_rcode_text(uint16_t rcode);

#endif
