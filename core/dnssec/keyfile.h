/*
 * BIND key pairs: K<zone>+<algorithm>+<tag>.key, a DNSKEY record as text, and
 * .private, which holds the key or names it in a token, and tells when it is
 * used for what.
 */
#ifndef DNSSEC_KEYFILE_H
#define DNSSEC_KEYFILE_H

#include <ldns/ldns.h>

#include "algorithm.h"
#include "holder.h"
#include "timing.h"

struct keyfile {
	/* of the .key file */
	uint8_t apex[256];
	uint8_t rdata[HOLDER_RDATA_MAX];
	size_t len;
	uint16_t flags;
	uint8_t algorithm;
	/* of the .private file */
	struct timing timing;
	ldns_key *key; /* owned; NULL: in a token, or not read */
	char *label;   /* PKCS#11 URI of the key in a token; owned, or NULL */
	bool exposed;  /* group or others may read it */
};

/* Read the .key file of the pair PATH (with either ending, or none). 0, or -1
 * with E set; keyfile_clear() either way. */
int keyfile_public(struct keyfile *, const char *path, struct error *e);

/* Read both, and see that the halves belong together. The same outcomes. */
int keyfile_load(struct keyfile *, const char *path, struct error *e);

void keyfile_clear(struct keyfile *);

/* Is KEY the private half of what the .key file says? 1, 0, or -1 when it
 * cannot be told. */
int keyfile_fits(const struct keyfile *, ldns_key *key);

#endif
