/*
 * The key holder: a process that reads private keys and does nothing but sign
 * with them. It is this program, run anew under a hidden word, so that nothing
 * of what its parent has read is in its memory and no address in its parent
 * tells one of its own. It reads no zone, no repository and no policy: it is
 * told which keys to load, once, and from then on it gets RRsets in canonical
 * form behind the header of their RRSIG (RFC 4034 §3.1.8.1), many in one
 * message, and answers with signatures. What is not such a thing, or is not for
 * the key's own zone, is refused. Private keys never leave it.
 */
#ifndef DNSSEC_HOLDER_H
#define DNSSEC_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "timing.h"

/* The hidden word: argv[1]. */
#define HOLDER_WORD "key-holder"

enum {
	HOLDER_KEYS_MAX = 256,
	HOLDER_LANES_MAX = 64,
	HOLDER_ITEMS_MAX = 1 << 16,     /* of one request */
	HOLDER_BYTES_MAX = 8 << 20,     /* of one request */
	HOLDER_RRSET_MAX = 4 << 20,     /* to sign at once */
	HOLDER_CONFIG_MAX = 1 << 20,    /* what it is told at its start */
	HOLDER_RDATA_MAX = 4 + 3 + 1024 /* of a DNSKEY */
};

/* Does ARGV ask for the key holder? */
bool holder_wanted(int argc, char *const argv[]);

/* Be the key holder: never returns to the command line. Its exit status. */
int holder_main(void);

struct holder_config {
	/*
	 * BIND key pairs (base name, .key or .private), or PKCS#11 URIs (RFC
	 * 7512). A .private file with a Label: names a key in a token, too.
	 */
	const char *const *key;
	size_t nkeys;
	/* Where names of keys are looked up: a name with a slash is refused
	 * then, and so are URIs that name files. NULL: they are paths. */
	const char *directory;
	/* .key files that tell zone and flags of keys named by URI; with a
	 * directory, its own .key files are looked at. */
	const char *const *published;
	size_t npublished;
	const char *module;   /* PKCS#11 module, NULL: of the URI, or p11-kit */
	const char *pin_file; /* file with the PIN, NULL: the URI says */
	int64_t now;          /* signatures begin about now, and */
	uint32_t validity_max; /* end before so many seconds from now */
	unsigned lanes;        /* threads that sign; 0: one a processor */
};

struct holder;

/* What is known of a key: all that leaves the holder. */
struct holder_key {
	char name[1024]; /* as it was asked for */
	uint8_t apex[256];
	uint8_t rdata[HOLDER_RDATA_MAX]; /* DNSKEY, without REVOKE */
	uint16_t rdlen;
	uint16_t sig_len;
	uint8_t token;   /* its private half is in a token */
	uint8_t exposed; /* other users can read the file */
	struct timing timing;
};

/*
 * Start it and have the keys loaded. 0; or -1 with E set: what the holder said
 * of a key, or that it could not be started.
 */
int holder_start(
    struct holder **out, const struct holder_config *, struct error *e);

/* Close the lanes, wait for its end. NULL is harmless. */
void holder_free(struct holder *);

size_t holder_count(const struct holder *);
const struct holder_key *holder_key(const struct holder *, size_t i);
unsigned holder_lanes(const struct holder *);

/* One thing to sign: this, then LEN octets; the next one follows. */
struct holder_item {
	uint32_t len;
	uint32_t key;
};

/*
 * Have N items in LEN octets signed through LANE, which is one thread's own.
 * SIG gets the signatures, one behind the other, SIG_LEN octets in all. 0, or
 * -1: holder_failure() tells why.
 */
int holder_sign(struct holder *, unsigned lane, const uint8_t *items,
    size_t len, uint32_t n, uint8_t *sig, size_t sig_len);

/* Why the last request of any lane failed. Returns -1 with E set. */
int holder_failure(const struct holder *, struct error *e);

#endif
