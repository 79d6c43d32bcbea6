/* Any bytes as statement or line of a log: read or refused. No crash. */
#include "statement.h"

#include <stdlib.h>

#include "chain_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct chain_link link;
	struct statement s;
	struct error e = {0};
	int rc = statement_read(&s, (const char *)data, len, &e);

	if (rc == 0 && (s.commit == NULL || s.verdict == NULL))
		abort();
	if (rc != 0 && e.code == ERROR_NONE)
		abort();
	statement_free(&s);
	(void)chain_is_whole((const char *)data, len, &link);
	return 0;
}
