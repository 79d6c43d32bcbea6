#include "load_int.h"

int
load_generate(struct loader *l, const struct lex_entry *e)
{
	struct load_at at = load_at(&e->token[0]);

	return load_fault(l, "syntax-dialect", &at,
	    "write the records out; or, if only BIND loads this zone, set "
	    "dialect: bind in the policy",
	    "$GENERATE is read by BIND alone");
}
