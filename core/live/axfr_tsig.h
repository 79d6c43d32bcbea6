/*
 * TSIG (RFC 8945): a query signed with a shared key, and the check of every
 * message of the answer, which for a zone transfer may be many (section 5.3.1).
 * Key and message authentication only; what the messages say is not looked at.
 */
#ifndef LIVE_AXFR_TSIG_H
#define LIVE_AXFR_TSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

#define AXFR_SECRET_MAX 512
#define AXFR_MAC_MAX 64
#define AXFR_ROOM 512 /* octets a signature may add to a message */

struct axfr_tsig_algorithm;

struct axfr_key {
	uint8_t name[255]; /* wire form, lower case */
	const struct axfr_tsig_algorithm *algorithm;
	uint8_t secret[AXFR_SECRET_MAX];
	size_t secret_len;
};

/*
 * Read the key NAME (wire form, any case; NULL: the file's only one) from the
 * file PATH: key clauses as BIND and tsig-keygen write them, or one line
 * "[ALGORITHM:]NAME:SECRET" (hmac-sha256 without algorithm). HMAC with SHA-1,
 * SHA-224, SHA-256, SHA-384 and SHA-512. A file that others may read is
 * refused. 0, or -1 with E set.
 */
int axfr_key_load(
    struct axfr_key *, const char *path, const uint8_t *name, struct error *e);

/* The same from LEN bytes; FILE is how errors call them. */
int axfr_key_parse(struct axfr_key *, const char *text, size_t len,
    const char *file, const uint8_t *name, struct error *e);

/* Forget the secret. */
void axfr_key_clear(struct axfr_key *);

struct axfr_tsig_session;

/* One query and its answer under KEY (borrowed). NULL without memory. */
struct axfr_tsig_session *axfr_tsig_new(const struct axfr_key *);
void axfr_tsig_free(struct axfr_tsig_session *);

/*
 * Sign the query MSG of *LEN octets (room for AXFR_ROOM more) at NOW: the
 * record is appended, the header's count raised. 0, or -1.
 */
int axfr_tsig_sign(struct axfr_tsig_session *, uint8_t *msg, size_t *len,
    int64_t now, struct error *e);

/*
 * Take the next message of the answer. 1: it is signed, and with it all before;
 * its TSIG is cut off. 0: it is not signed, which only messages between signed
 * ones may be: believe nothing before the next 1. -1 with E set: the signature,
 * key or time is wrong, the first message has none, or 100 in a row.
 */
int axfr_tsig_verify(struct axfr_tsig_session *, uint8_t *msg, size_t *len,
    int64_t now, struct error *e);

#endif
