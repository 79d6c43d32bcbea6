#include "rdata_check.h"

struct rdata_trouble
rdata_run(const struct rdata_rule *c, size_t n, const struct rdata_fields *f,
    const struct rdata_out *out)
{
	struct rdata_record r = {out->rdata, out->rdlen, f->rdata,
	    (size_t)(f->end - f->rdata),
	    f->l->owner_state == OWNER_HERE ? f->l->owner : NULL, f->l->apex};
	struct rdata_trouble none = {NULL, NULL, NULL};

	for (; n-- > 0; c++) {
		if (c->type != 0 && c->type != out->type)
			continue;
		if (f->l->dialect != ZONE_DIALECT_COMMON &&
		    (c->refused_by >> f->l->dialect & 1) == 0)
			continue;
		if (!c->good(&r))
			return (struct rdata_trouble){
			    c->why, c->help, f->rdata};
	}
	return none;
}
