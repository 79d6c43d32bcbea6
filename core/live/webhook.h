/*
 * Notifications: one POST of JSON to an https URL, signed so that the receiver
 * knows who sent it and when. To be called outside of the judging child.
 *
 *	X-Zonegate-Timestamp: SECONDS
 *	X-Zonegate-Signature: v1=HEX
 *
 * HEX is HMAC-SHA256 (RFC 2104) of "v1:SECONDS:" and the body, keyed with the
 * secret. SECONDS is the time of this attempt: a receiver refuses what is older
 * than some minutes, so that nobody can send an old alarm again.
 */
#ifndef LIVE_WEBHOOK_H
#define LIVE_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

#define WEBHOOK_SIGNATURE 68 /* "v1=", 64 digits, NUL */
#define WEBHOOK_BODY_MAX ((size_t)1 << 20)

struct webhook {
	char *url;
	uint8_t *secret; /* wiped when freed */
	size_t secret_len;
	const char *ca_file; /* PEM, NULL: the system's */
	unsigned attempts;   /* 0: 4 */
	uint32_t timeout_ms; /* of one; 0: 10 s */
	uint32_t backoff_ms; /* before the second; doubled then; 0: 1 s */
	/* ends waiting between attempts early when true; may be NULL */
	bool (*stop)(void);
};

/*
 * Check URL and read the secret from the file SECRET (at least 16 octets; a
 * final line feed does not count; others may not read the file). Without TLS
 * only to a loopback address, written as such, and only with ALLOW_HTTP. 0, or
 * -1 with E set. webhook_free() in either case.
 */
int webhook_open(struct webhook *, const char *url, const char *secret,
    bool allow_http, struct error *e);
void webhook_free(struct webhook *);

/* "v1=…" for BODY sent at WHEN. 0, or -1 (libcrypto failed). */
int webhook_sign(char out[WEBHOOK_SIGNATURE], const struct webhook *,
    int64_t when, const void *body, size_t len);

/*
 * Send BODY: until a status of 200 to 299 comes, or the attempts are used up.
 * Statuses from 400 to 499 but 408, 425 and 429 are not tried again. No
 * redirect is followed. 0, or -1 with E set: it may or may not have arrived.
 */
int webhook_send(
    const struct webhook *, const void *body, size_t len, struct error *e);

#endif
