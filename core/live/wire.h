/* One question on its socket: UDP with repetition, or TCP with lengths. */
#ifndef LIVE_WIRE_H
#define LIVE_WIRE_H

#include "query.h"

enum wire_state {
	WIRE_FREE = 0, /* no question */
	WIRE_WRITING,  /* connecting, or sending */
	WIRE_READING,
	WIRE_HTTPS,  /* libcurl has it */
	WIRE_DONE,   /* an answer that matches is in IN */
	WIRE_FAILED, /* OUTCOME and WHY say how */
};

struct wire {
	enum wire_state state;
	size_t question;
	enum live_transport over;
	struct query query;
	int fd;
	size_t sent;
	uint8_t *in; /* LIVE_MESSAGE_MAX octets, kept for the next question */
	size_t got, want;
	uint8_t head[2]; /* the length before a TCP message */
	int64_t begun, again, end;
	enum live_outcome outcome;
	const char *why;
	bool stray;  /* a UDP datagram came that is no answer */
	bool reused; /* the connection served a question before */
};

/* Ready for a question; memory is kept. */
void wire_clear(struct wire *);

/* Connect to AT and send. UDP is repeated after EVERY milliseconds. 0, or -1
 * with outcome and why. */
int wire_open(
    struct wire *, const struct live_address *at, int64_t now, uint32_t every);

/* The same over the TCP connection FD, which is the wire's from now on. */
void wire_reuse(struct wire *, int fd);

/* Did a connection that was used before end before it answered anything? Its
 * server may have closed it meanwhile: the question is to be sent anew. */
bool wire_is_stale(const struct wire *);

/* Give the connection away, for the next question; the slot is free. */
int wire_take(struct wire *);

/* The socket can be read or written. */
void wire_ready(struct wire *);

/* Repeat what is due. */
void wire_tick(struct wire *, int64_t now, uint32_t every);

/* Close the socket: the slot is free. */
void wire_close(struct wire *);
void wire_free(struct wire *);

#endif
