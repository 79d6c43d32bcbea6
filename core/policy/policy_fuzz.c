/* Any bytes: faults or a policy that prints to the same policy. No crash. */
#include "policy.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static int
parse_print(const char *data, size_t len, struct text *out)
{
	struct arena *arena = arena_new();
	struct findings faults;
	struct policy *p;
	struct error e;
	int rc;

	findings_init(&faults, arena);
	rc = policy_parse(&p, data, len, "fuzz", NULL, &faults, &e);
	if (rc < 0 || (rc == 0) != (faults.n == 0) || (p != NULL) != (rc == 0))
		abort();
	if (rc == 0)
		policy_print(p, out);
	policy_free(p);
	findings_free(&faults);
	arena_free(arena);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct text a = TEXT_INIT, b = TEXT_INIT;

	if (parse_print((const char *)data, len, &a) == 0 &&
	    (parse_print(a.data, a.len, &b) != 0 || a.len != b.len))
		abort();
	text_free(&a);
	text_free(&b);
	return 0;
}
