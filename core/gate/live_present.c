/* Failover targets into the report. */
#include "live.h"

#include "../rules/check.h"

static void
present_target(struct findings *fs, const struct evidence_target *t,
    struct report_target *out)
{
	const struct target_result *r = &t->result;
	const struct policy_health *h = &t->protect->health;

	out->name = rule_name(fs, t->protect->name);
	out->view = t->view;
	out->address = rule_address(fs, t->addr, t->len);
	out->question = t->tcp ? findings_text(fs, "TCP port %u", h->tcp)
			       : findings_text(
				     fs, "%s", h->url == NULL ? "" : h->url);
	out->available = target_available_text(r->available);
	out->identity = target_identity_text(r->identity);
	out->why = findings_text(fs, "%s", r->why);
	out->who = findings_text(fs, "%s", r->who);
	out->available_good = r->available == TARGET_UP;
	out->identity_good = r->identity == TARGET_PROVEN ||
			     (r->identity == TARGET_IDENTITY_UNCHECKED &&
				 !t->proof_expected);
	out->status = r->status;
	out->ms = r->ms;
	out->expires = r->expires > 0 ? (uint64_t)r->expires : 0;
}

int
live_present(struct judgement *j, const struct judge_run *r, struct error *e)
{
	const struct evidence_target *t = r->targets.item;
	struct report_target *out;
	size_t i;

	for (i = 0; i < r->targets.n; i++) {
		if ((out = vec_add(&j->targets)) == NULL)
			return error_memory(e);
		present_target(&j->findings, &t[i], out);
	}
	return 0;
}
