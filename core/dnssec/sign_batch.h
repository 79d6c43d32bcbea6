/*
 * What is to be signed, collected by one worker and signed at once: by the keys
 * of this process (trial keys) or by the key holder.
 */
#ifndef DNSSEC_SIGN_BATCH_H
#define DNSSEC_SIGN_BATCH_H

#include "keys.h"

struct sign_batch;

/* For one worker, the LANE-th. NULL without memory or when a key is unusable.
 */
struct sign_batch *sign_batch_new(const struct dnssec_keys *, unsigned lane);
void sign_batch_free(struct sign_batch *);

/*
 * Room for LEN octets that key number KEY of the set is to sign; the signature
 * goes to offset OUT of the buffer given to sign_batch_run(). NULL without
 * memory, or when it is more than can be signed at once.
 */
uint8_t *sign_batch_add(
    struct sign_batch *, unsigned key, size_t len, size_t out);

/* Is there so much in it that it should be run? */
bool sign_batch_full(const struct sign_batch *);

/* Sign everything, write the signatures into BUF, empty the batch. 0, or -1. */
int sign_batch_run(struct sign_batch *, uint8_t *buf);

#endif
