/* Between the files of the log. */
#ifndef ATTEST_CHAIN_IMPL_H
#define ATTEST_CHAIN_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"

#define CHAIN_ZEROS                                                            \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* What the head of a line says about what is before it. */
struct chain_link {
	char prev[HASH_HEX];
	bool torn;
	uint64_t torn_bytes;
	char torn_hash[HASH_HEX];
};

/* Is it a whole line: a JSON object with "prev"? */
bool chain_is_whole(const char *line, size_t len, struct chain_link *);

#endif
