/* Questions over HTTPS (RFC 8484) through libcurl, inside the loop of ask.c. */
#ifndef LIVE_DOH_H
#define LIVE_DOH_H

#include "query.h"

/* What curl waits for and ask.c waits for go together. */
struct doh;
struct curl_waitfd;

struct doh_done {
	size_t slot;
	enum live_outcome outcome;
	const char *why;  /* static, or NULL */
	uint8_t *message; /* valid until doh_end() of the slot */
	size_t len;
};

/* SLOTS requests at once at most. CA_FILE NULL: the system's. NULL without
 * memory. */
struct doh *doh_new(size_t slots, const char *ca_file);
void doh_free(struct doh *);

/* Begin a request as SLOT, over when it took MS milliseconds. The query must
 * stay until doh_end(). 0, or -1. */
int doh_begin(struct doh *, size_t slot, const struct live_question *,
    const struct query *, uint32_t ms);

/* Forget the request of SLOT, done or not. */
void doh_end(struct doh *, size_t slot);

/* Wait for FD (N of them) and for all requests. 0, or -1. */
int doh_wait(struct doh *, struct curl_waitfd *fd, unsigned n, int ms);

/* The next request that is done: 1 with OUT filled, or 0. */
int doh_next(struct doh *, struct doh_done *out);

/* Port of an https URL, 0 when it is none or holds a user or a fragment. */
uint16_t doh_port(const char *url);

/* Is the URL's host an address? */
bool doh_literal(const char *url, struct live_address *out);

#endif
