/* Between the files of target; inside of this room only. */
#ifndef LIVE_TARGET_IMPL_H
#define LIVE_TARGET_IMPL_H

#include <sys/socket.h>

#include "curl.h"
#include <openssl/ssl.h>

#include "../dns/name.h"
#include "target.h"

#define TARGET_HEADERS_MAX ((size_t)64 << 10)

struct target_trust {
	X509_STORE *store;
};

/* One job under way. */
struct flight {
	const struct target_job *job;
	struct target_result *out;
	const struct target_trust *trust;
	int64_t now;
	uint32_t timeout_ms;
	CURL *easy;
	struct curl_slist *connect_to;
	char name[NAME_MAX_TEXT]; /* without the final dot */
	char *url;
	bool tls;
	struct sockaddr_storage to; /* the only place it may connect to */
	socklen_t to_len;
	char error[CURL_ERROR_SIZE];
	int64_t began;     /* target_clock_ms() */
	bool tls_begun;    /* so the port is open */
	size_t headers;    /* octets so far */
	bool headers_over; /* too many of them */
	bool body_begun;   /* of the final answer */
	bool body_found;   /* health.body was in it */
	bool body_over;    /* not in the first TARGET_BODY_MAX octets */
	char *body;
	size_t body_len;
	bool strayed; /* somebody tried to connect elsewhere */
};

/*
 * target_http.c: prepare the transfer of F (job, out, trust, now, timeout_ms
 * are set). 0; 1 when it must not or cannot be asked, and OUT says why; -1
 * without memory. flight_close() in each case.
 */
int flight_open(struct flight *f);
void flight_close(struct flight *f);

/* The transfer ended with RC: the verdict on availability. */
void flight_conclude(struct flight *f, CURLcode rc);

/* target_identity.c: make the connections of CTX look at certificates for F and
 * note in F's result what they are; the handshake goes on whatever they are. */
int identity_watch(SSL_CTX *ctx, struct flight *f);

/* Milliseconds since some start; INT64_MAX when nobody can say. */
int64_t target_clock_ms(void);

/* Set words of a result. */
void target_say(char out[TARGET_WHY], const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
